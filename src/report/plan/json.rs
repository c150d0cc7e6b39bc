//! A plan for programs.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::bundle::{ObjectId, Role};
use crate::digest::ListingLine;
use crate::graph::{Graph, Link};
use crate::index::IdVec;
use crate::plan::{Exclusion, KeptConfig, Plan, RenamedObject, StampChange};
use crate::report::format::json::{VERSION, WorkloadJson, diagnostics_json, print};
use crate::report::location;
use crate::report::model::PlanReport;
use crate::source::{Source, SourceId};

/// The changes of a plan, the objects that it leaves alone, each with a reason, and all diagnostics. After an error in
/// a run that writes, the diagnostics are all of it.
pub(crate) fn plan_json(report: &PlanReport<'_>) -> String {
    let PlanReport { graph, plan, diagnostics, .. } = *report;
    let sound = report.has_changes();
    let list = |values: &mut dyn Iterator<Item = Value>| values.take_while(|_| sound).collect::<Vec<_>>();
    let mut skipped = plan.skipped.iter().map(|skipped| {
        let object = graph.object(&graph.workloads[skipped.workload]);
        let (file, position) = location(graph, object);
        json!({"file": file, "line": position.line, "workload": WorkloadJson::of(object), "reason": skipped.reason})
    });
    print(&json!({
        "version": VERSION,
        "changes": list(&mut plan.stamps.iter().map(|change| stamp_json(graph, change))),
        "exclusions": list(&mut plan.exclusions.iter().map(|exclusion| exclusion_json(graph, exclusion))),
        "renames": list(&mut plan.renames.iter().map(|renamed| rename_json(graph, renamed))),
        "kept": list(&mut plan.kept.iter().map(|kept| kept_json(graph, kept))),
        "skipped": list(&mut skipped),
        "unchanged": if sound { plan.unchanged } else { 0 },
        "diagnostics": diagnostics_json(&graph.bundle.sources, diagnostics),
    }))
}

/// The workloads that a plan changes, in one line: those that get another stamp, and those whose references to renamed
/// configs are rewritten.
pub(crate) fn plan_workloads_json(graph: &Graph<'_>, plan: &Plan, paths: &IdVec<Source, Option<String>>) -> String {
    let stamped = plan.stamps.iter().map(|change| graph.workloads[change.workload].object);
    let places: BTreeSet<(SourceId, usize)> = plan
        .renames
        .iter()
        .flat_map(|renamed| renamed.references.iter().map(|place| (place.source, place.span.start)))
        .collect();
    let refers = |link: &&Link| places.contains(&(link.place.source, link.place.span.start));
    let of_workload = |link: &Link| matches!(graph.bundle.objects[link.object].role, Role::Workload(_));
    let renamed = graph.links.iter().filter(refers).filter(|link| of_workload(link)).map(|link| link.object);
    let objects: BTreeSet<ObjectId> = stamped.chain(renamed).collect();
    let one = |id: ObjectId| {
        let object = &graph.bundle.objects[id];
        let (_, position) = location(graph, object);
        let file = &paths[graph.bundle.source_of(object)];
        let WorkloadJson { api_version, kind, namespace, name } = WorkloadJson::of(object);
        json!({
            "apiVersion": api_version, "kind": kind, "namespace": namespace, "name": name,
            "file": file, "line": position.line,
        })
    };
    Value::Array(objects.into_iter().map(one).collect()).to_string()
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
    })
}

fn rename_json(graph: &Graph<'_>, renamed: &RenamedObject) -> Value {
    let object = &graph.bundle.objects[renamed.object];
    let (file, position) = location(graph, object);
    let references = renamed.references.iter().map(|place| {
        let source = &graph.bundle.sources[place.source];
        json!({"file": source.name(), "line": source.position(place.span.start).line})
    });
    json!({
        "file": file,
        "line": position.line,
        "kind": object.kind,
        "namespace": object.name.namespace,
        "old": renamed.old,
        "new": renamed.new,
        "references": references.collect::<Vec<_>>(),
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
    let lines: Vec<Value> = change.listing.iter().map(|line| listing_line_json(graph, line)).collect();
    json!({
        "file": file,
        "line": position.line,
        "workload": WorkloadJson::of(object),
        "template": Some(&change.template).filter(|path| !path.is_empty()),
        "action": action,
        "annotation": change.annotation,
        "old": change.old,
        "new": change.new,
        "listing": lines,
    })
}
