//! What the KRM function and the kustomize plugin have in common: one text of objects in, one out.

use rollstamp::bundle::ObjectId;
use rollstamp::diagnostic::{Diagnostic, Severity};
use rollstamp::source::Source;
use rollstamp::{Bundle, Strategy, report};

use crate::exit::{Failure, Outcome};
use crate::messages::{Messages, Said};
use crate::options::FunctionOptions;
use crate::run;

/// What became of the objects.
pub struct Worked {
    /// The objects as they came.
    pub bundle: Bundle,
    /// Everything that is to be said about them; what fails the run is an error.
    pub said: Vec<Diagnostic>,
    /// What was changed, or would be, each with its object.
    pub changes: Vec<(ObjectId, String)>,
    /// The text with the objects changed; none where the run fails.
    pub after: Option<Source>,
    /// How the run ends.
    pub end: Result<Outcome, Failure>,
}

/// Reads the objects of a text, and changes them unless they are only to be checked.
pub fn work(text: Source, options: &FunctionOptions, inside_kustomize: bool, messages: &Messages) -> Worked {
    let sources = vec![text];
    let may_rename = matches!(options.strategy, Strategy::Rename(_));
    let mut parse_options = run::parse_options(&sources, &options.settings, may_rename);
    parse_options.inside_kustomize = inside_kustomize;
    let bundle = rollstamp::parse(sources, &parse_options);
    let graph = rollstamp::link(&bundle, &run::link_options(&options.settings));
    let plan = rollstamp::plan(&graph, &options.strategy);
    let mut said = run::diagnostics(&graph, Some(&plan), options.settings.strict, messages);
    let mut after = None;
    let mut end = Ok(Outcome::Done);
    if !said.iter().any(|diagnostic| diagnostic.severity == Severity::Error) {
        match rollstamp::apply(&bundle, &plan) {
            Ok(mut texts) => after = texts.pop(),
            Err(wrong) => said.extend(wrong),
        }
    }
    if after.is_none() {
        end = Err(Failure::Said);
    } else if (options.check && !plan.is_empty()) || fail_findings(&mut said, options.settings.strict) {
        (after, end) = (None, Ok(Outcome::Found));
    }
    let changes = report::plan_sentences(&graph, &plan, !options.check);
    Worked { said, changes, after, end, bundle }
}

/// Makes errors of findings where they fail the run; whether there are any.
fn fail_findings(said: &mut [Diagnostic], strict: bool) -> bool {
    let findings = said.iter_mut().filter(|diagnostic| strict && diagnostic.message.is_finding());
    findings.map(|finding| finding.severity = Severity::Error).count() > 0
}

impl Worked {
    /// Says it all, and in a check that fails what would change. Objects are named, and not their places: the text is
    /// not one that its reader has ever seen.
    pub fn say(&self, options: &FunctionOptions, messages: &Messages) {
        let anywhere = |diagnostic: &Diagnostic| Diagnostic { place: None, ..diagnostic.clone() };
        messages.diagnostics(&self.said.iter().map(anywhere).collect::<Vec<_>>(), &self.bundle);
        for (_, sentence) in &self.changes {
            match options.check {
                true => messages.error(&Said::general(sentence)),
                false => messages.detail(sentence),
            }
        }
    }
}
