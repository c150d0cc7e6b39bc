//! The diagnostics of a run: which are reported, in which order, and what they mean for its end.

use rollstamp::diagnostic::{ContentMessage, Diagnostic, Message, ReferenceMessage, Severity, has_errors};
use rollstamp::{Bundle, Graph, Plan};

use crate::exit::{Failure, Outcome};
use crate::messages::Messages;

/// All diagnostics that are to be reported, in the order of the input; those about all of it come last.
pub fn collect_diagnostics(
    graph: &Graph<'_>,
    plan: Option<&Plan>,
    strict: bool,
    messages: &Messages,
) -> Vec<Diagnostic> {
    let planned = plan.map_or(&[][..], |plan| &plan.diagnostics);
    // A plan reports ambiguous references too, with the severity that they have there.
    let linked = graph.diagnostics.iter().filter(|diagnostic| plan.is_none() || !is_ambiguous(&diagnostic.message));
    let all = graph.bundle.diagnostics.iter().chain(linked).chain(planned);
    let has_unread = graph.bundle.has_errors();
    let is_reported = |message: &Message| match message {
        // A document that could not be read may define what seems to be missing.
        Message::Reference(ReferenceMessage::Unresolved { .. } | ReferenceMessage::NotBuilt { .. }) => !has_unread,
        // A sum of what is listed anyway is noise.
        Message::Reference(ReferenceMessage::SecretsUnresolved { .. }) => {
            !has_unread && !strict && !messages.is_verbose()
        }
        Message::Reference(ReferenceMessage::MissingKeysAgain { .. }) => !strict && !messages.is_verbose(),
        Message::Content(ContentMessage::UnusedInvalid { .. }) => !messages.is_verbose(),
        _ => true,
    };
    let mut diagnostics: Vec<Diagnostic> = all.filter(|diagnostic| is_reported(&diagnostic.message)).cloned().collect();
    if strict {
        // Whatever fails a run has to be visible in its messages.
        for finding in diagnostics.iter_mut().filter(|diagnostic| diagnostic.message.is_finding()) {
            finding.severity = finding.severity.min(Severity::Warning);
        }
    }
    sort_diagnostics(&mut diagnostics);
    diagnostics
}

/// Returns `true` for a reference that several definitions of different content match.
pub fn is_ambiguous(message: &Message) -> bool {
    matches!(message, Message::Reference(ReferenceMessage::Ambiguous { .. }))
}

/// Sorts diagnostics by place; those without one come last.
pub fn sort_diagnostics(diagnostics: &mut [Diagnostic]) {
    diagnostics.sort_by_key(|diagnostic| {
        let start = diagnostic.place().map(|place| (place.source, place.span.start));
        (start.is_none(), start)
    });
}

/// Prints diagnostics, unless the report on stdout has them, and a summary of errors.
pub fn print_diagnostics(diagnostics: &[Diagnostic], bundle: &Bundle, messages: &Messages) {
    print_diagnostics_of_change(diagnostics, bundle, "", messages);
}

/// Prints diagnostics in the same way, and what follows from errors, such as `nothing was written`.
pub fn print_diagnostics_of_change(
    diagnostics: &[Diagnostic],
    bundle: &Bundle,
    consequence: &str,
    messages: &Messages,
) {
    if !messages.reported_on_stdout() {
        messages.diagnostics(diagnostics, bundle);
    }
    let errors = diagnostics.iter().filter(|diagnostic| diagnostic.severity == Severity::Error).count();
    if errors > 0 {
        let word = if errors == 1 { "error" } else { "errors" };
        let consequence = if consequence.is_empty() { String::new() } else { format!(": {consequence}") };
        messages.summary(&format!("{errors} {word}{consequence}"));
    }
}

/// Returns `true` for a finding that is not known: under `--strict`, no other finding is a detail.
fn is_new_finding(diagnostic: &Diagnostic) -> bool {
    diagnostic.message.is_finding() && diagnostic.severity != Severity::Detail
}

/// Decides how a run with these diagnostics ends: errors fail it, and findings are its outcome under `--strict`.
pub fn outcome_of(diagnostics: &[Diagnostic], strict: bool) -> Result<Outcome, Failure> {
    if has_errors(diagnostics) {
        return Err(Failure::AlreadyReported);
    }
    let has_findings = strict && diagnostics.iter().any(is_new_finding);
    Ok(if has_findings { Outcome::Found } else { Outcome::Done })
}
