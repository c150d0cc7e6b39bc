//! A plan as Markdown, for the summary of a step.

use super::text::{self, shorten_digest};
use crate::diagnostic::Place;
use crate::graph::Graph;
use crate::plan::{Plan, RenamedObject, StampChange};
use crate::report::finding::{Finding, View};
use crate::report::format::markdown::{MarkdownPage, code, escape};

/// A plan and what was said about it, in at most `room` bytes: what the stamps are made of, the names, the findings.
pub fn plan_markdown(
    heading: &str,
    graph: &Graph<'_>,
    plan: &Plan,
    findings: &[Finding],
    view: View<'_>,
    room: usize,
) -> String {
    let mut page = MarkdownPage::new("", heading, room);
    let rest: Vec<&Finding> = findings.iter().filter(|finding| !finding.is_change()).collect();
    if findings.iter().any(Finding::is_change) {
        page.table(["Workload", "Stamp", "Made of", "Place"], &stamp_rows(graph, plan, view));
        page.table(["Object", "Name", "References", "Place"], &rename_rows(graph, plan, view));
    }
    page.findings(&rest);
    page.text
}

fn stamp_rows(graph: &Graph<'_>, plan: &Plan, view: View<'_>) -> Vec<[String; 4]> {
    let row = |change: &StampChange| {
        let object = graph.object(&graph.workloads[change.workload]);
        let stamp = match (&change.old, &change.new) {
            (None, Some(new)) => code(shorten_digest(new)),
            (Some(old), Some(new)) => format!("{} → {}", code(shorten_digest(old)), code(shorten_digest(new))),
            (Some(old), None) => format!("{} → none", code(shorten_digest(old))),
            (None, None) => String::new(),
        };
        let made_of = escape(&text::list_configs(change.listing.iter()));
        [code(&object.label()), stamp, made_of, place_cell(graph, &change.place, view)]
    };
    plan.stamps.iter().map(row).collect()
}

fn rename_rows(graph: &Graph<'_>, plan: &Plan, view: View<'_>) -> Vec<[String; 4]> {
    let row = |renamed: &RenamedObject| {
        let object = &graph.bundle.objects[renamed.object];
        let place = place_cell(graph, &graph.bundle.start_of(object), view);
        [code(&object.label()), code(&renamed.new), renamed.references.len().to_string(), place]
    };
    plan.renames.iter().map(row).collect()
}

fn place_cell(graph: &Graph<'_>, place: &Place, view: View<'_>) -> String {
    let source = &graph.bundle.sources[place.source];
    let file = view.paths[place.source].as_deref().unwrap_or(source.name());
    code(&format!("{file}:{}", source.position(place.span.start).line))
}
