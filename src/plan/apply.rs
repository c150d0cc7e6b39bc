//! The edits made, and what became of them proved before anybody sees it.

use super::model::Plan;
use super::verify;
use crate::bundle::Bundle;
use crate::diagnostic::Diagnostics;
use crate::edit::Edits;
use crate::index::IdVec;
use crate::source::Source;
use crate::yaml::{self, DocumentContent, KustomizeReading, Limits};

/// Makes the edits of a plan. Texts without edits are returned byte for byte.
///
/// ```
/// use rollstamp::{LinkOptions, ParseOptions, Source, Stamp, Strategy, apply, link, parse, plan};
///
/// let text = "\
/// {apiVersion: v1, kind: ConfigMap, metadata: {name: app-env}, data: {LOG_LEVEL: INFO}}
/// ---
/// apiVersion: apps/v1
/// kind: Deployment
/// metadata: {name: web}
/// spec:
///   template:
///     metadata:
///       annotations: {team: shop} # kept
///     spec: {containers: [{name: app, image: app, envFrom: [{configMapRef: {name: app-env}}]}]}
/// ";
/// let bundle = parse(vec![Source::new("app.yaml", text)], &ParseOptions::default());
/// let graph = link(&bundle, &LinkOptions::default());
/// let plan = plan(&graph, &Strategy::Stamp(Stamp::default()));
/// let after = apply(&bundle, &plan).unwrap();
/// assert!(after[0].text().contains("      annotations: {team: shop, rollstamp.dev/checksum: \""));
/// ```
///
/// # Errors
/// One diagnostic for each document that, read again, does not have the planned values. Nothing may be written then.
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

/// Returns `true` if the end of a text was removed and the text now ends in a block scalar: without its line break,
/// kustomize would read another string.
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
