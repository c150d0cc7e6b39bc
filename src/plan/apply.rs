//! The edits made, and what became of them proved before anybody sees it.

use super::model::Plan;
use super::verify;
use crate::bundle::Bundle;
use crate::diagnostic::Diagnostics;
use crate::edit::Edits;
use crate::index::IdVec;
use crate::source::Source;
use crate::yaml::{self, Document, DocumentContent, KustomizeReading, Limits};

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
    let mut texts: IdVec<Source, Option<String>> = IdVec::new();
    for (source, edits) in bundle.sources.iter().zip(&plan.edits) {
        texts.push(if edits.is_empty() { None } else { Some(edits.apply(source.padded())) });
    }
    let wrong = verify::find_failed_documents(bundle, plan, &texts);
    if !wrong.is_empty() {
        return Err(wrong);
    }
    let mut sources = Vec::with_capacity(texts.len());
    for ((old, edits), text) in bundle.sources.iter().zip(&plan.edits).zip(texts) {
        let Some(mut text) = text else {
            sources.push(old.clone());
            continue;
        };
        // The break that was added for reading goes again.
        if !needs_final_break(old, edits, &text) {
            text.truncate(text.len() - old.padding());
        }
        sources.push(Source::new(old.name(), text));
    }
    Ok(sources)
}

/// Returns `true` if the end of a text was removed and the text now ends in a block scalar: without its line break,
/// kustomize would read another string.
fn needs_final_break(old: &Source, edits: &Edits, text: &str) -> bool {
    let Some(last_edit) = edits.iter().last() else { return false };
    if old.padding() == 0 || last_edit.range().end != old.padded().len() {
        return false;
    }
    let last_document = yaml::read_documents(text, &Limits::default()).pop();
    let Some(Document { content: DocumentContent::Tree(tree), .. }) = last_document else { return false };
    tree.root(text).last_leaf().kustomize_reading(old.padding()) == Some(KustomizeReading::WithoutFinalBreak)
}
