//! The edits made, and what became of them proved before anybody sees it.

use super::{Plan, verify};
use crate::bundle::Bundle;
use crate::diagnostic::Diagnostics;
use crate::edit::Edits;
use crate::index::IdVec;
use crate::source::Source;
use crate::yaml::{self, DocumentContent, KustomizeReading, Limits};

/// The texts with the plan's edits made; those without edits byte for byte.
///
/// # Errors
/// One diagnostic for each document that, read again, does not say what was planned. Nothing is to be written then.
pub fn apply(bundle: &Bundle, plan: &Plan) -> Result<Vec<Source>, Diagnostics> {
    let texts: IdVec<Source, Option<String>> =
        bundle.sources.iter().zip(&plan.edits).map(|(s, edits)| apply_edits(s, edits)).collect();
    let wrong = verify::find_failed_documents(bundle, plan, &texts);
    if !wrong.is_empty() {
        return Err(wrong);
    }
    let source = |((old, edits), text): ((&Source, &Edits), Option<String>)| {
        let Some(mut text) = text else { return old.clone() };
        // The break that was added for reading goes again.
        if !needs_final_break(old, edits, &text) {
            text.truncate(text.len() - old.padding());
        }
        Source::new(old.name(), text)
    };
    Ok(bundle.sources.iter().zip(&plan.edits).zip(texts).map(source).collect())
}

/// Whether the end of a text was removed and it ends in a text block now: without its break, kustomize would read
/// another text.
fn needs_final_break(old: &Source, edits: &Edits, text: &str) -> bool {
    let removed = edits.iter().last().is_some_and(|edit| edit.range().end == old.padded().len());
    if old.padding() == 0 || !removed {
        return false;
    }
    let last = yaml::read_documents(text, &Limits::default()).pop();
    let Some(DocumentContent::Tree(tree)) = last.map(|document| document.content) else { return false };
    let leaf = std::iter::successors(Some(tree.root(text)), |node| node.children().last()).last();
    leaf.and_then(|leaf| leaf.kustomize_reading(old.padding())) == Some(KustomizeReading::WithoutFinalBreak)
}

/// The padded text with its edits made; none where there are no edits.
fn apply_edits(source: &Source, edits: &Edits) -> Option<String> {
    (!edits.is_empty()).then(|| edits.apply(source.padded()))
}
