//! A plan for programs.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::diagnostics::place_of_name;
use crate::bundle::{ObjectId, Role};
use crate::diagnostic::Place;
use crate::digest::ListingLine;
use crate::graph::Graph;
use crate::index::IdVec;
use crate::plan::{Exclusion, KeptConfig, Plan, RenamedObject, SkippedWorkload, StampChange};
use crate::report::format::json::{VERSION, WorkloadJson, diagnostics_json, print};
use crate::report::location;
use crate::report::model::PlanReport;
use crate::source::{Position, Source, SourceId};

/// The changes of a plan, the objects that it leaves alone, each with a reason, and all diagnostics. After an error in
/// a run that writes, the diagnostics are all of it.
pub(crate) fn plan_json(report: &PlanReport<'_>) -> String {
    let PlanReport { graph, plan, diagnostics, .. } = *report;
    let sound = report.has_changes();
    print(&json!({
        "version": VERSION,
        "changes": list_json(sound, graph, &plan.stamps, stamp_json),
        "exclusions": list_json(sound, graph, &plan.exclusions, exclusion_json),
        "renames": list_json(sound, graph, &plan.renames, rename_json),
        "kept": list_json(sound, graph, &plan.kept, kept_json),
        "skipped": list_json(sound, graph, &plan.skipped, skipped_json),
        "unchanged": if sound { plan.unchanged } else { 0 },
        "diagnostics": diagnostics_json(&graph.bundle.sources, diagnostics),
    }))
}

/// The items of a plan that may be shown, each as JSON.
fn list_json<T>(sound: bool, graph: &Graph<'_>, items: &[T], item_json: fn(&Graph<'_>, &T) -> Value) -> Vec<Value> {
    let items = if sound { items } else { &[] };
    items.iter().map(|item| item_json(graph, item)).collect()
}

fn skipped_json(graph: &Graph<'_>, skipped: &SkippedWorkload) -> Value {
    let object = graph.object(&graph.workloads[skipped.workload]);
    let (file, position) = location(graph, object);
    json!({"file": file, "line": position.line, "workload": WorkloadJson::of(object), "reason": skipped.reason})
}

/// The workloads that a plan changes, in one line: those that get another stamp, and those whose references to renamed
/// configs are rewritten.
pub(crate) fn plan_workloads_json(graph: &Graph<'_>, plan: &Plan, paths: &IdVec<Source, Option<String>>) -> String {
    let mut objects: BTreeSet<ObjectId> = BTreeSet::new();
    for change in &plan.stamps {
        objects.insert(graph.workloads[change.workload].object);
    }
    let mut rewritten: BTreeSet<(SourceId, usize)> = BTreeSet::new();
    for renamed in &plan.renames {
        for place in &renamed.references {
            rewritten.insert((place.source, place.span.start));
        }
    }
    for link in &graph.links {
        let is_of_workload = matches!(graph.bundle.objects[link.object].role, Role::Workload(_));
        if is_of_workload && rewritten.contains(&(link.place.source, link.place.span.start)) {
            objects.insert(link.object);
        }
    }
    let mut workloads = Vec::new();
    for id in objects {
        let object = &graph.bundle.objects[id];
        let (_, position) = location(graph, object);
        let file = &paths[graph.bundle.source_of(object)];
        let WorkloadJson { api_version, kind, namespace, name } = WorkloadJson::of(object);
        workloads.push(json!({
            "apiVersion": api_version, "kind": kind, "namespace": namespace, "name": name,
            "file": file, "line": position.line,
        }));
    }
    Value::Array(workloads).to_string()
}

fn exclusion_json(graph: &Graph<'_>, exclusion: &Exclusion) -> Value {
    let object = graph.object(&graph.workloads[exclusion.workload]);
    let (file, position) = location(graph, object);
    json!({
        "file": file,
        "line": position.line,
        "workload": WorkloadJson::of(object),
        "annotation": exclusion.annotation,
        "old": exclusion.old,
        "new": exclusion.new,
        "place": place_json(graph, &graph.bundle.start_of(object)),
    })
}

/// The place that every format shows for a change.
fn place_json(graph: &Graph<'_>, place: &Place) -> Value {
    let source = &graph.bundle.sources[place.source];
    let Position { line, column } = source.position(place.span.start);
    json!({"file": source.name(), "line": line, "column": column})
}

fn rename_json(graph: &Graph<'_>, renamed: &RenamedObject) -> Value {
    let object = &graph.bundle.objects[renamed.object];
    let (file, position) = location(graph, object);
    let mut references = Vec::new();
    for place in &renamed.references {
        references.push(place_json(graph, place));
    }
    json!({
        "file": file,
        "line": position.line,
        "kind": object.kind,
        "namespace": object.name.namespace,
        "old": renamed.old,
        "new": renamed.new,
        "place": place_json(graph, &place_of_name(graph, object)),
        "references": references,
    })
}

fn kept_json(graph: &Graph<'_>, kept: &KeptConfig) -> Value {
    let object = &graph.bundle.objects[graph.configs[kept.config].object];
    let (file, position) = location(graph, object);
    json!({
        "file": file,
        "line": position.line,
        "kind": object.kind,
        "namespace": object.name.namespace,
        "name": object.name.name,
        "reason": kept.reason,
    })
}

/// A line of a listing. Without a key, the hash of a Secret's value would let a short one be guessed.
fn listing_line_json(graph: &Graph<'_>, line: &ListingLine) -> Value {
    let may_be_shown = graph.secrets_keyed || !line.path.starts_with("Secret/");
    json!({"path": line.path, "hash": may_be_shown.then(|| hex::encode(line.hash))})
}

fn stamp_json(graph: &Graph<'_>, change: &StampChange) -> Value {
    let object = graph.object(&graph.workloads[change.workload]);
    let (file, position) = location(graph, object);
    let action = match (&change.old, &change.new) {
        (None, _) => "add",
        (Some(_), Some(_)) => "update",
        (Some(_), None) => "remove",
    };
    let listing = graph.listing(&change.listing);
    let lines: Vec<Value> = listing.iter().map(|line| listing_line_json(graph, line)).collect();
    json!({
        "file": file,
        "line": position.line,
        "workload": WorkloadJson::of(object),
        "template": Some(&change.template).filter(|path| !path.is_empty()),
        "action": action,
        "annotation": change.annotation,
        "old": change.old,
        "new": change.new,
        "place": place_json(graph, &change.place),
        "listing": lines,
    })
}
