//! A plan as Markdown, for the summary of a step.

use super::diagnostics::{list_configs, shorten_digest};
use crate::diagnostic::{Message, Place};
use crate::graph::Graph;
use crate::index::IdVec;
use crate::plan::Plan;
use crate::report::diagnostics::ReportedDiagnostic;
use crate::report::format::markdown::{MarkdownPage, code, escape};
use crate::report::model::RenderOptions;
use crate::source::Source;

type Paths = IdVec<Source, Option<String>>;

/// A plan and its diagnostics, within the room of a summary: the stamps and what they are made of, the names, and the
/// diagnostics of the input.
pub(crate) fn plan_markdown(
    heading: &str,
    graph: &Graph<'_>,
    plan: &Plan,
    reported: &[ReportedDiagnostic],
    options: &RenderOptions,
) -> String {
    let mut page = MarkdownPage::new("", heading, options.summary_room);
    let is_change = |one: &&ReportedDiagnostic| matches!(one.diagnostic.message, Message::Change(_));
    let (changes, rest): (Vec<_>, Vec<_>) = reported.iter().partition(is_change);
    if !changes.is_empty() {
        page.table(["Workload", "Stamp", "Made of", "Place"], &stamp_rows(graph, plan, &options.paths));
        page.table(["Object", "Name", "References", "Place"], &rename_rows(graph, plan, &options.paths));
    }
    page.diagnostics(&rest);
    page.text
}

fn stamp_rows(graph: &Graph<'_>, plan: &Plan, paths: &Paths) -> Vec<[String; 4]> {
    let mut rows = Vec::new();
    for change in &plan.stamps {
        let workload = &graph.workloads[change.workload];
        let mut label = code(&graph.object(workload).label());
        if workload.has_several_templates() {
            label = format!("{label} {}", code(&change.template));
        }
        let stamp = match (&change.old, &change.new) {
            (None, Some(new)) => code(&shorten_digest(new)),
            (Some(old), Some(new)) => format!("{} → {}", code(&shorten_digest(old)), code(&shorten_digest(new))),
            (Some(old), None) => format!("{} → none", code(&shorten_digest(old))),
            (None, None) => String::new(),
        };
        let keys = escape(&list_configs(&graph.listing(&change.listing)));
        rows.push([label, stamp, keys, place_cell(graph, &change.place, paths)]);
    }
    rows
}

fn rename_rows(graph: &Graph<'_>, plan: &Plan, paths: &Paths) -> Vec<[String; 4]> {
    let mut rows = Vec::new();
    for renamed in &plan.renames {
        let object = &graph.bundle.objects[renamed.object];
        let place = place_cell(graph, &graph.bundle.start_of(object), paths);
        rows.push([code(&object.label()), code(&renamed.new), renamed.references.len().to_string(), place]);
    }
    rows
}

fn place_cell(graph: &Graph<'_>, place: &Place, paths: &Paths) -> String {
    let source = &graph.bundle.sources[place.source];
    let file = paths[place.source].as_deref().unwrap_or(source.name());
    code(&format!("{file}:{}", source.position(place.span.start).line))
}
