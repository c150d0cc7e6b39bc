//! A plan for programs.

use std::collections::BTreeSet;

use serde::Serialize;
use serde_json::{Value, json};

use super::diagnostics::place_of_name;
use crate::bundle::{ObjectId, Role};
use crate::diagnostic::Place;
use crate::digest::ListingLine;
use crate::graph::Graph;
use crate::index::IdVec;
use crate::plan::{Exclusion, KeptConfig, Plan, RenamedObject, SkippedWorkload, StampChange};
use crate::report::format::json::{DiagnosticJson, ObjectJson, PlaceJson, VERSION, diagnostics_json, print};
use crate::report::location;
use crate::report::model::PlanReport;
#[cfg(test)]
use crate::report::schema_words;
use crate::source::{Position, Source, SourceId};

/// Output of `rollstamp stamp` and `rollstamp rename` with `--format json`.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(in crate::report) struct PlanJson<'g> {
    /// Version of the report.
    #[cfg_attr(test, schemars(extend("const" = VERSION)))]
    version: u32,
    /// The stamps that change: one entry for each pod template.
    changes: Vec<StampChangeJson<'g>>,
    /// The lists for Reloader that change.
    exclusions: Vec<ExclusionJson<'g>>,
    /// The objects that get another name, and those to which references change.
    renames: Vec<RenamedObjectJson<'g>>,
    /// The configs that keep their name.
    kept: Vec<KeptConfigJson<'g>>,
    /// The workloads that are not stamped.
    skipped: Vec<SkippedWorkloadJson<'g>>,
    /// The number of workloads that are up to date.
    unchanged: usize,
    /// Messages about the input.
    diagnostics: Vec<DiagnosticJson<'g>>,
}

/// A stamp that changes.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct StampChangeJson<'g> {
    /// File of the workload.
    file: &'g str,
    /// Line of the workload, from 1.
    line: usize,
    /// The workload.
    workload: ObjectJson<'g>,
    /// Path of the pod template, such as `spec.template`; null for a Pod.
    template: Option<&'g str>,
    /// Action.
    #[cfg_attr(test, schemars(extend("enum" = schema_words::STAMP_ACTIONS)))]
    action: &'static str,
    /// The annotation that holds the stamp.
    annotation: &'g str,
    /// The stamp before; null where there was none.
    old: Option<&'g str>,
    /// The stamp after; null where there is none.
    new: Option<&'g str>,
    /// The place of the change, which is the same in every format.
    place: PlaceJson<'g>,
    /// The lines behind the new stamp.
    listing: Vec<ListingLineJson>,
}

/// A line of a listing.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct ListingLineJson {
    /// Path of the key, as `ConfigMap/web-env/LOG_LEVEL`.
    path: String,
    /// Hash of the content. That of a Secret's value is null without `--secret-key-file`, since a short value could be
    /// guessed from it (`rollstamp explain` prints it).
    hash: Option<String>,
}

/// A list for Reloader that changes.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct ExclusionJson<'g> {
    /// File of the workload.
    file: &'g str,
    /// Line of the workload, from 1.
    line: usize,
    /// The workload.
    workload: ObjectJson<'g>,
    /// The annotation that holds the list.
    annotation: &'static str,
    /// The list before; null where there was none.
    old: Option<&'g str>,
    /// The list after; null where there is none.
    new: Option<&'g str>,
    /// The place of the workload.
    place: PlaceJson<'g>,
}

/// An object that gets another name, or to which references change.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct RenamedObjectJson<'g> {
    /// File of the object.
    file: &'g str,
    /// Line of the object, from 1.
    line: usize,
    /// Kind of the object.
    kind: &'g str,
    /// Namespace of the object; null if there is none.
    namespace: Option<&'g str>,
    /// Name before.
    old: &'g str,
    /// Name after; equal where only references change to a name that is there already.
    new: &'g str,
    /// The place of the name.
    place: PlaceJson<'g>,
    /// The rewritten references.
    references: Vec<PlaceJson<'g>>,
}

/// A config that keeps its name.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct KeptConfigJson<'g> {
    /// File of the config.
    file: &'g str,
    /// Line of the config, from 1.
    line: usize,
    /// Kind.
    kind: &'g str,
    /// Namespace; null if there is none.
    namespace: Option<&'g str>,
    /// Name.
    name: &'g str,
    /// The reason in words.
    reason: &'g str,
}

/// A workload that is not stamped.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct SkippedWorkloadJson<'g> {
    /// File of the workload.
    file: &'g str,
    /// Line of the workload, from 1.
    line: usize,
    /// The workload.
    workload: ObjectJson<'g>,
    /// The reason in words.
    reason: &'g str,
}

/// The changes of a plan, the objects that it leaves alone, each with a reason, and all diagnostics. After an error in
/// a run that writes, the diagnostics are all of it.
pub(crate) fn plan_json(report: &PlanReport<'_>) -> String {
    let PlanReport { graph, plan, diagnostics, .. } = *report;
    let sound = report.has_changes();
    print(&PlanJson {
        version: VERSION,
        changes: list_json(sound, graph, &plan.stamps, stamp_json),
        exclusions: list_json(sound, graph, &plan.exclusions, exclusion_json),
        renames: list_json(sound, graph, &plan.renames, rename_json),
        kept: list_json(sound, graph, &plan.kept, kept_json),
        skipped: list_json(sound, graph, &plan.skipped, skipped_json),
        unchanged: if sound { plan.unchanged } else { 0 },
        diagnostics: diagnostics_json(&graph.bundle.sources, diagnostics),
    })
}

/// The items of a plan that may be shown, each as JSON.
fn list_json<'g, T, J>(
    sound: bool,
    graph: &'g Graph<'g>,
    items: &'g [T],
    item_json: fn(&'g Graph<'g>, &'g T) -> J,
) -> Vec<J> {
    let items = if sound { items } else { &[] };
    items.iter().map(|item| item_json(graph, item)).collect()
}

fn skipped_json<'g>(graph: &'g Graph<'g>, skipped: &'g SkippedWorkload) -> SkippedWorkloadJson<'g> {
    let object = graph.object(&graph.workloads[skipped.workload]);
    let (file, position) = location(graph, object);
    SkippedWorkloadJson { file, line: position.line, workload: ObjectJson::of(object), reason: &skipped.reason }
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
        let ObjectJson { api_version, kind, namespace, name } = ObjectJson::of(object);
        workloads.push(json!({
            "apiVersion": api_version, "kind": kind, "namespace": namespace, "name": name,
            "file": file, "line": position.line,
        }));
    }
    Value::Array(workloads).to_string()
}

fn exclusion_json<'g>(graph: &'g Graph<'g>, exclusion: &'g Exclusion) -> ExclusionJson<'g> {
    let object = graph.object(&graph.workloads[exclusion.workload]);
    let (file, position) = location(graph, object);
    ExclusionJson {
        file,
        line: position.line,
        workload: ObjectJson::of(object),
        annotation: exclusion.annotation,
        old: exclusion.old.as_deref(),
        new: exclusion.new.as_deref(),
        place: place_json(graph, &graph.bundle.start_of(object)),
    }
}

/// The place that every format shows for a change.
fn place_json<'g>(graph: &'g Graph<'g>, place: &Place) -> PlaceJson<'g> {
    let source = &graph.bundle.sources[place.source];
    let Position { line, column } = source.position(place.span.start);
    PlaceJson { file: source.name(), line, column }
}

fn rename_json<'g>(graph: &'g Graph<'g>, renamed: &'g RenamedObject) -> RenamedObjectJson<'g> {
    let object = &graph.bundle.objects[renamed.object];
    let (file, position) = location(graph, object);
    let mut references = Vec::new();
    for place in &renamed.references {
        references.push(place_json(graph, place));
    }
    RenamedObjectJson {
        file,
        line: position.line,
        kind: &object.kind,
        namespace: object.name.namespace.as_deref(),
        old: &renamed.old,
        new: &renamed.new,
        place: place_json(graph, &place_of_name(graph, object)),
        references,
    }
}

fn kept_json<'g>(graph: &'g Graph<'g>, kept: &'g KeptConfig) -> KeptConfigJson<'g> {
    let object = &graph.bundle.objects[graph.configs[kept.config].object];
    let (file, position) = location(graph, object);
    let ObjectJson { kind, namespace, name, .. } = ObjectJson::of(object);
    KeptConfigJson { file, line: position.line, kind, namespace, name, reason: &kept.reason }
}

/// A line of a listing. Without a key, the hash of a Secret's value would let a short one be guessed.
fn listing_line_json(graph: &Graph<'_>, line: ListingLine) -> ListingLineJson {
    let may_be_shown = graph.secrets_keyed || !line.path.starts_with("Secret/");
    ListingLineJson { hash: may_be_shown.then(|| hex::encode(line.hash)), path: line.path }
}

fn stamp_json<'g>(graph: &'g Graph<'g>, change: &'g StampChange) -> StampChangeJson<'g> {
    let object = graph.object(&graph.workloads[change.workload]);
    let (file, position) = location(graph, object);
    let mut listing = Vec::new();
    for line in graph.listing(&change.listing) {
        listing.push(listing_line_json(graph, line));
    }
    StampChangeJson {
        file,
        line: position.line,
        workload: ObjectJson::of(object),
        template: Some(change.template.as_str()).filter(|path| !path.is_empty()),
        action: match (&change.old, &change.new) {
            (None, _) => "add",
            (Some(_), Some(_)) => "update",
            (Some(_), None) => "remove",
        },
        annotation: &change.annotation,
        old: change.old.as_deref(),
        new: change.new.as_deref(),
        place: place_json(graph, &change.place),
        listing,
    }
}
