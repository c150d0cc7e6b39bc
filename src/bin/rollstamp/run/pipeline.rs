//! The one way from manifests to a result, for every command and every host.
//!
//! A command reads its input with [`read_bundle`]; a host that is handed a text parses it with [`parse_options`]. What
//! follows is the same for both: [`plan_changes`] where something is to be changed, [`link_bundle`] where the links are
//! all that is needed. Nothing is printed or written here but notes on the reading and signs of life.

use memchr::memmem::Finder;
use rollstamp::diagnostic::{Diagnostic, has_errors};
use rollstamp::graph::STRATEGY;
use rollstamp::source::Source;
use rollstamp::{Bundle, EditedSource, Graph, Limits, LinkOptions, ParseOptions, Plan, Strategy};

use crate::exit::Failure;
use crate::input::{self, Input, InputOptions, InputSource, Provenance};
use crate::messages::Messages;
use crate::options::LinkSettings;
use crate::progress::Progress;
use crate::run::diagnostics::collect_diagnostics;

/// The values that planned changes go through, from the links to the new texts.
pub struct Run<'b> {
    /// The links of the bundle.
    pub graph: Graph<'b>,
    /// The changes, and the edits that make them.
    pub plan: Plan,
    /// All diagnostics to report, in their order.
    pub diagnostics: Vec<Diagnostic>,
    /// Set if the changes can be made: there is no error, and the edits are verified.
    pub is_applicable: bool,
}

impl Run<'_> {
    /// The texts with the changes made, one for each source that is not context.
    pub fn edited_sources(&self) -> impl Iterator<Item = EditedSource<'_>> {
        let sources = self.graph.bundle.sources.entries().filter(|(_, source)| !source.is_context());
        sources.map(|(id, _)| rollstamp::edit_source(self.graph.bundle, &self.plan, id))
    }
}

/// Reads and parses the input of a command. `strategy` is what will be done to it, if anything.
///
/// # Errors
/// All files that cannot be read.
pub fn read_bundle(
    options: &InputOptions,
    settings: &LinkSettings,
    strategy: Option<&Strategy>,
    messages: &Messages,
) -> Result<(Bundle, Provenance), Failure> {
    let reading = match &options.from {
        InputSource::Paths(_) => messages.progress("finding files"),
        // Who writes into the stream may have things to say on the same terminal.
        InputSource::Stdin | InputSource::Renderer(_) => Progress::silent(),
    };
    let input = input::read_input(options, rollstamp::bundle::may_be_relevant, &reading).map_err(Failure::all)?;
    drop(reading);
    Ok(parse_input(input, settings, strategy, messages))
}

/// Parses what was read, after the notes on the reading.
pub fn parse_input(
    input: Input,
    settings: &LinkSettings,
    strategy: Option<&Strategy>,
    messages: &Messages,
) -> (Bundle, Provenance) {
    for note in &input.notes {
        messages.report(&note.into());
    }
    let mut options = parse_options(&input.sources, settings, strategy);
    options.chart_directories = input::find_chart_directories(&input.sources);
    let bytes = input.sources.iter().map(Source::padded_len).sum();
    let parsing = messages.progress_of_bytes(format!("parsing {} files", input.sources.len()), bytes);
    options.read_bytes = parsing.counter();
    let mut bundle = rollstamp::parse(input.sources, &options);
    bundle.has_skipped_documents |= input.has_skipped_context;
    (bundle, input.provenance)
}

/// The library's options for parsing these sources.
pub fn parse_options(sources: &[Source], settings: &LinkSettings, strategy: Option<&Strategy>) -> ParseOptions {
    let chooses_strategy = Finder::new(STRATEGY);
    let may_rename = matches!(strategy, Some(Strategy::Rename(_)))
        || settings.selectors.chooses_rename()
        || sources.iter().any(|source| source.finds(&chooses_strategy));
    ParseOptions::default()
        .limits(Limits::default().depth(settings.max_depth as usize))
        .namespace(settings.namespace.clone())
        .skip_invalid(settings.skip_invalid)
        .rules(settings.rules.clone())
        // A new name has to reach every object that has the old one.
        .keep_all(may_rename || settings.all_kinds)
}

/// Links the objects of a bundle.
pub fn link_bundle<'b>(bundle: &'b Bundle, settings: &LinkSettings) -> Graph<'b> {
    rollstamp::link(bundle, &link_options(settings))
}

/// Links a bundle of which not all applications are judged: what one of them misses is reported for itself.
pub fn link_compared<'b>(bundle: &'b Bundle, settings: &LinkSettings) -> Graph<'b> {
    rollstamp::link(bundle, &link_options(settings).separates_applications(true))
}

/// Makes the library's options for linking.
fn link_options(settings: &LinkSettings) -> LinkOptions {
    LinkOptions::default()
        .scope(settings.scope)
        .secret_key(settings.secret_key.as_ref().map(|key| key.for_library()))
        .digest_policy(settings.digest_policy.clone())
        .flux(settings.flux)
        .selectors(settings.selectors.clone())
        .checks_kustomize_references(settings.checks_kustomize_references)
}

/// Links a bundle, plans the changes of a strategy and verifies them. The caller reports the diagnostics, and decides
/// whether the changes are made.
pub fn plan_changes<'b>(
    bundle: &'b Bundle,
    strategy: &Strategy,
    settings: &LinkSettings,
    messages: &Messages,
    progress: &Progress,
) -> Run<'b> {
    let options = link_options(settings).renames(matches!(strategy, Strategy::Rename(_)));
    let graph = rollstamp::link(bundle, &options);
    progress.show("planning");
    let plan = rollstamp::plan(&graph, strategy);
    let mut diagnostics = collect_diagnostics(&graph, Some(&plan), settings.strict, messages);
    let mut is_applicable = !has_errors(&diagnostics);
    if is_applicable && let Err(failed) = rollstamp::verify_edits(bundle, &plan) {
        is_applicable = false;
        diagnostics.extend(failed);
    }
    Run { graph, plan, diagnostics, is_applicable }
}
