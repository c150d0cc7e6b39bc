//! The edits made, and what became of them proved before anybody sees it.

use super::model::Plan;
use super::verify;
use crate::bundle::Bundle;
use crate::diagnostic::Diagnostics;
use crate::edit::{EditedSource, Edits};
use crate::source::{Source, SourceId};
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
    verify_edits(bundle, plan)?;
    let mut sources = Vec::with_capacity(bundle.sources.len());
    for source in bundle.sources.ids() {
        sources.push(edit_source(bundle, plan, source).to_source());
    }
    Ok(sources)
}

/// Verifies the edits of a plan, as [`apply`] does before it makes them. The text of each source may come from
/// [`edit_source`] then.
///
/// # Errors
/// One diagnostic for each document that, read again, does not have the planned values.
pub fn verify_edits(bundle: &Bundle, plan: &Plan) -> Result<(), Diagnostics> {
    let failed = verify::find_failed_documents(bundle, plan);
    if failed.is_empty() { Ok(()) } else { Err(failed) }
}

/// A source with the edits of a plan, which [`verify_edits`] has verified: its new text comes in pieces, so that only one
/// text is held.
pub fn edit_source<'a>(bundle: &Bundle, plan: &'a Plan, source: SourceId) -> EditedSource<'a> {
    let (old, edits) = (&bundle.sources[source], &plan.edits[source]);
    EditedSource::new(old.clone(), edits, needs_final_break(old, edits))
}

/// Returns `true` if the end of a text is removed and the text then ends in a block scalar: without its line break,
/// kustomize would read another string.
fn needs_final_break(old: &Source, edits: &Edits) -> bool {
    let Some(last_edit) = edits.iter().last() else { return false };
    if old.padding() == 0 || last_edit.range().end != old.padded_len() {
        return false;
    }
    let text = edits.apply(old.held().padded());
    let last_document = yaml::read_documents(&text, &Limits::default()).pop();
    let Some(Document { content: DocumentContent::Tree(tree), .. }) = last_document else { return false };
    tree.root(&text).last_leaf().kustomize_reading(old.padding()) == Some(KustomizeReading::WithoutFinalBreak)
}
