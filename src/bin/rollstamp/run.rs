//! One function a verb: read, ask the library, write.

mod about;
mod change;
mod explain;
mod impact;
mod kinds;
mod links;
mod report;

pub use about::{completions, man};
pub use change::{change, change_for};
pub use explain::explain;
pub use impact::impact;
pub use kinds::kinds;
pub use links::links;

use rollstamp::diagnostic::{ContentMessage, Diagnostic, Message, ReferenceMessage, Severity};
use rollstamp::graph::STRATEGY;
use rollstamp::source::Source;
use rollstamp::{Bundle, Graph, LinkOptions, ParseOptions, Plan};

use crate::cli;
use crate::exit::{Failure, Outcome};
use crate::input::{self, Input, InputOptions, InputSource, Provenance};
use crate::messages::Messages;
use crate::options::LinkSettings;
use crate::output;
use crate::progress::Progress;

fn read(
    options: &InputOptions,
    settings: &LinkSettings,
    may_rename: bool,
    messages: &Messages,
) -> Result<(Bundle, Provenance), Failure> {
    let reading = match &options.from {
        InputSource::Paths(_) => messages.progress("reading"),
        // Who writes into the stream may have things to say on the same terminal.
        InputSource::Stdin | InputSource::Renderer(_) => Progress::silent(),
    };
    let input = input::read_all(options, rollstamp::bundle::may_be_relevant).map_err(Failure::all)?;
    drop(reading);
    Ok(parse(input, settings, may_rename, messages))
}

fn parse(input: Input, settings: &LinkSettings, may_rename: bool, messages: &Messages) -> (Bundle, Provenance) {
    input.notes.iter().for_each(|note| messages.note(&note.into()));
    let options = parse_options(&input.sources, settings, may_rename);
    let _parsing = messages.progress(format!("parsing {} files", input.sources.len()));
    (rollstamp::parse(input.sources, &options), input.provenance)
}

/// How sources are to be read.
pub fn parse_options(sources: &[Source], settings: &LinkSettings, may_rename: bool) -> ParseOptions {
    let mut options = ParseOptions {
        namespace: settings.namespace.clone(),
        skip_invalid: settings.skip_invalid,
        rules: settings.rules.clone(),
        // Whoever renames must know who else says a name.
        keep_all: may_rename || sources.iter().any(|source| source.text().contains(STRATEGY)),
        ..ParseOptions::default()
    };
    options.limits.depth = settings.max_depth as usize;
    options
}

/// How objects are to be linked.
pub fn link_options(settings: &LinkSettings) -> LinkOptions {
    let scope = match settings.scope {
        cli::Scope::Run => rollstamp::Scope::Run,
        cli::Scope::Dir => rollstamp::Scope::Directory,
        cli::Scope::File => rollstamp::Scope::File,
    };
    LinkOptions {
        scope,
        secret_key: settings.secret_key.as_ref().map(|key| key.for_library()),
        digest_policy: settings.counting.clone(),
        flux: settings.flux,
    }
}

/// Everything that is to be said about the input, in its order; what concerns all of it comes last.
pub fn diagnostics(graph: &Graph<'_>, plan: Option<&Plan>, strict: bool, messages: &Messages) -> Vec<Diagnostic> {
    let planned = plan.map_or(&[][..], |plan| &plan.diagnostics);
    let all = graph.bundle.diagnostics.iter().chain(&graph.diagnostics).chain(planned);
    let unread = graph.bundle.has_errors();
    let is_said = |message: &Message| match message {
        // What could not be read may define what seems to be missing.
        Message::Reference(ReferenceMessage::Unresolved { .. }) => !unread,
        // Nobody needs a sum of what is listed.
        Message::Reference(ReferenceMessage::SecretsUnresolved { .. }) => {
            !unread && !strict && !messages.lists_details()
        }
        Message::Content(ContentMessage::UnusedInvalid { .. }) => !messages.lists_details(),
        _ => true,
    };
    let mut said: Vec<Diagnostic> = all.filter(|diagnostic| is_said(&diagnostic.message)).cloned().collect();
    if strict {
        // What fails a run is to be seen in it.
        for finding in said.iter_mut().filter(|diagnostic| diagnostic.message.is_finding()) {
            finding.severity = finding.severity.min(Severity::Warning);
        }
    }
    sort(&mut said);
    said
}

/// In the order of the input; what concerns all of it comes last.
fn sort(said: &mut [Diagnostic]) {
    said.sort_by_key(|diagnostic| {
        let start = diagnostic.place.as_ref().map(|place| (place.source, place.span.start));
        (start.is_none(), start)
    });
}

/// Says it all. Errors end the run; findings are an outcome under `--strict`.
fn say(said: &[Diagnostic], bundle: &Bundle, settings: &LinkSettings, messages: &Messages) -> Result<Outcome, Failure> {
    if !messages.are_in_the_report() {
        messages.diagnostics(said, bundle);
    }
    let errors = said.iter().filter(|diagnostic| diagnostic.severity == Severity::Error).count();
    if errors > 0 {
        let word = if errors == 1 { "error" } else { "errors" };
        messages.summary(&format!("{errors} {word}: nothing was written"));
        return Err(Failure::Said);
    }
    let found = settings.strict && said.iter().any(|diagnostic| diagnostic.message.is_finding());
    Ok(if found { Outcome::Found } else { Outcome::Done })
}

fn print(text: &str) -> Result<(), Failure> {
    output::print(text).map_err(Failure::all)
}
