//! The edits made, and what became of them proved before anybody sees it.

use super::{Plan, prove};
use crate::bundle::Bundle;
use crate::diagnostic::Diagnostic;
use crate::edit::Edits;
use crate::source::Source;

/// The texts with the plan's edits made; those without edits byte for byte.
///
/// # Errors
/// One diagnostic for each document that, read again, does not say what was planned. Nothing is to be written then.
pub fn apply(bundle: &Bundle, plan: &Plan) -> Result<Vec<Source>, Vec<Diagnostic>> {
    let texts: Vec<Option<String>> =
        bundle.sources.iter().zip(&plan.edits).map(|(s, edits)| edited(s, edits)).collect();
    let wrong = prove::wrong_documents(bundle, plan, &texts);
    if !wrong.is_empty() {
        return Err(wrong);
    }
    let source = |(old, text): (&Source, Option<String>)| {
        let text = text.unwrap_or_else(|| old.padded().to_string());
        // The break that was added for reading goes again.
        let kept = text.len() - old.padding();
        Source::new(old.name(), &text[..kept])
    };
    Ok(bundle.sources.iter().zip(texts).map(source).collect())
}

/// The padded text with its edits made; none where there are no edits.
fn edited(source: &Source, edits: &Edits) -> Option<String> {
    (!edits.is_empty()).then(|| edits.apply(source.padded()))
}
