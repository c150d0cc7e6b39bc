//! Functions that get objects as one text and return them as one: the KRM function and the kustomize plugin.

use rollstamp::bundle::ObjectId;
use rollstamp::diagnostic::{Diagnostic, Severity};
use rollstamp::source::{Source, SourceId};
use rollstamp::{Bundle, EditedSource, Edits, Plan, report};

use crate::exit::{Failure, Outcome};
use crate::messages::Messages;
use crate::options::FunctionOptions;
use crate::progress::Progress;
use crate::run::{self, Run};

/// The only source of a function.
const TEXT: SourceId = SourceId::new(0);

/// The result of a function.
pub struct FunctionOutput {
    /// The objects as they came.
    pub bundle: Bundle,
    /// All diagnostics; those that fail the run are errors.
    pub diagnostics: Vec<Diagnostic>,
    /// Each change that was made, or would be, with its object.
    pub changes: Vec<(ObjectId, Diagnostic)>,
    /// The plan of the changes.
    plan: Plan,
    /// Set if the changes are made: the run does not fail.
    pub is_changed: bool,
    /// The end of the run.
    pub end: Result<Outcome, Failure>,
}

/// Changes the objects of a text, or checks them.
pub fn run_function(
    text: Source,
    options: &FunctionOptions,
    inside_kustomize: bool,
    messages: &Messages,
) -> FunctionOutput {
    let sources = vec![text];
    let mut parse_options = run::parse_options(&sources, &options.settings, Some(&options.strategy));
    parse_options.inside_kustomize = inside_kustomize;
    let bundle = rollstamp::parse(sources, &parse_options);
    let run = run::plan_changes(&bundle, &options.strategy, &options.settings, messages, &Progress::silent());
    let changes = report::change_diagnostics(&run.graph, &run.plan, !options.check);
    let found_changes = options.check && !run.plan.is_empty();
    let Run { plan, mut diagnostics, is_applicable, .. } = run;
    let mut is_changed = is_applicable;
    let mut end = Ok(Outcome::Done);
    if !is_applicable {
        end = Err(Failure::AlreadyReported);
    } else if found_changes || (options.settings.strict && raise_findings(&mut diagnostics)) {
        is_changed = false;
        end = Ok(Outcome::Found);
    }
    FunctionOutput { bundle, diagnostics, changes, plan, is_changed, end }
}

/// Turns findings into errors. Returns `true` if there is one.
fn raise_findings(diagnostics: &mut [Diagnostic]) -> bool {
    let mut has_findings = false;
    for diagnostic in diagnostics {
        if diagnostic.message.is_finding() {
            diagnostic.severity = Severity::Error;
            has_findings = true;
        }
    }
    has_findings
}

impl FunctionOutput {
    /// The text with the objects changed, or as it came if the run fails.
    pub fn edited_text(&self) -> EditedSource<'_> {
        if self.is_changed {
            rollstamp::edit_source(&self.bundle, &self.plan, TEXT)
        } else {
            self.text().clone().into()
        }
    }

    /// The text as it came.
    pub fn text(&self) -> &Source {
        &self.bundle.sources[TEXT]
    }

    /// The edits that change the objects.
    pub fn edits(&self) -> Edits {
        if self.is_changed { self.plan.edits[TEXT].clone() } else { Edits::default() }
    }

    /// Prints all diagnostics, and the changes: as errors where a check fails because of them. Places are left out,
    /// because nobody has ever seen the text that they are in; objects are named.
    pub fn print_messages(&self, options: &FunctionOptions, messages: &Messages) {
        let mut diagnostics = self.diagnostics.clone();
        for diagnostic in &mut diagnostics {
            diagnostic.location = None;
        }
        messages.diagnostics(&diagnostics, &self.bundle);
        for (_, change) in &self.changes {
            if options.check {
                messages.error(change.sentence());
            } else {
                messages.detail(&change.sentence());
            }
        }
    }
}
