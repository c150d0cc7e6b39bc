//! The changes of a plan as diagnostics.

use std::collections::{BTreeMap, BTreeSet};

use crate::bundle::{Object, ObjectId};
use crate::diagnostic::{ChangeMessage, Diagnostic, Place};
use crate::digest::ListingLine;
use crate::escape::escape;
use crate::graph::Graph;
use crate::plan::{Exclusion, Plan, RenamedObject, StampChange};
use crate::report::diagnostics::{ReportedDiagnostic, reported_diagnostics};
use crate::report::model::{PlanReport, RenderOptions};

/// The changes of a plan, and the diagnostics. After an error in a run that writes there are no changes.
pub(crate) fn plan_diagnostics(report: &PlanReport<'_>, options: &RenderOptions) -> Vec<ReportedDiagnostic> {
    let PlanReport { graph, plan, diagnostics, done, .. } = *report;
    let changes = if report.has_changes() { list_changes(graph, plan, done).collect() } else { Vec::new() };
    let all = changes.iter().chain(diagnostics);
    reported_diagnostics(all, &graph.bundle.sources, &options.paths, options.strict)
}

/// One diagnostic for each change, at the place that every format shows.
pub(super) fn list_changes<'g>(graph: &'g Graph<'_>, plan: &'g Plan, done: bool) -> impl Iterator<Item = Diagnostic> {
    let stamps = plan.stamps.iter().map(move |change| stamp_diagnostic(graph, change, done));
    let exclusions = plan.exclusions.iter().map(move |exclusion| exclusion_diagnostic(graph, exclusion, done));
    let names = plan.renames.iter().flat_map(move |renamed| name_diagnostics(graph, renamed, done));
    stamps.chain(exclusions).chain(names)
}

/// The stamps and names of a plan, each with its object: errors that fail a check, or notes on what was done.
pub fn change_diagnostics(graph: &Graph<'_>, plan: &Plan, done: bool) -> Vec<(ObjectId, Diagnostic)> {
    let mut changes = Vec::new();
    for change in &plan.stamps {
        changes.push((graph.workloads[change.workload].object, stamp_diagnostic(graph, change, done)));
    }
    for renamed in &plan.renames {
        changes.push((renamed.object, name_diagnostic(graph, renamed, done)));
    }
    changes
}

fn stamp_diagnostic(graph: &Graph<'_>, change: &StampChange, done: bool) -> Diagnostic {
    let workload = &graph.workloads[change.workload];
    let object = graph.object(workload);
    let message = ChangeMessage::Stamp {
        template: workload.has_several_templates().then(|| change.template.clone()),
        annotation: change.annotation.clone(),
        old: change.old.as_deref().map(shorten_digest),
        new: change.new.as_deref().map(shorten_digest),
        made_of: list_configs(&graph.listing(&change.listing)),
        done,
    };
    Diagnostic::new(change.place.clone(), object.label(), message)
}

fn exclusion_diagnostic(graph: &Graph<'_>, exclusion: &Exclusion, done: bool) -> Diagnostic {
    let object = graph.object(&graph.workloads[exclusion.workload]);
    let message = ChangeMessage::ExcludeList { annotation: exclusion.annotation, new: exclusion.new.clone(), done };
    Diagnostic::new(graph.bundle.start_of(object), object.label(), message)
}

/// One diagnostic for an object that gets a name, with the number of references.
fn name_diagnostic(graph: &Graph<'_>, renamed: &RenamedObject, done: bool) -> Diagnostic {
    let object = &graph.bundle.objects[renamed.object];
    let references = renamed.references.len();
    let (old, new) = (renamed.old.clone(), renamed.new.clone());
    let message = if old == new {
        ChangeMessage::References { references, done }
    } else if renamed.is_generated {
        ChangeMessage::GeneratedName { old, new, references, done }
    } else {
        ChangeMessage::Name { new, references, done }
    };
    Diagnostic::new(place_of_name(graph, object), object.label(), message)
}

/// The place of an object's name.
pub(super) fn place_of_name(graph: &Graph<'_>, object: &Object) -> Place {
    let opened = graph.bundle.open(object);
    match opened.node().get_path(&["metadata", "name"]) {
        Some(name) => graph.bundle.place(object, name),
        None => graph.bundle.start_of(object),
    }
}

/// One diagnostic for a name that changes; where the object has it already, one for each reference to another name.
fn name_diagnostics(graph: &Graph<'_>, renamed: &RenamedObject, done: bool) -> Vec<Diagnostic> {
    if renamed.old != renamed.new {
        return vec![name_diagnostic(graph, renamed, done)];
    }
    let target = graph.bundle.objects[renamed.object].label();
    let mut diagnostics = Vec::new();
    for place in &renamed.references {
        let message = ChangeMessage::Reference { target: target.clone(), done };
        diagnostics.push(Diagnostic::new(place.clone(), None, message));
    }
    diagnostics
}

/// `ConfigMap/app-env (LOG_LEVEL, MODE), Secret/db (password)`, escaped for one line.
pub(in crate::report) fn list_configs(listing: &BTreeSet<ListingLine>) -> String {
    let mut configs: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for line in listing {
        if let Some((config, key)) = line.path.rsplit_once('/') {
            configs.entry(config).or_default().push(key);
        }
    }
    let mut named = Vec::new();
    for (config, keys) in configs {
        named.push(format!("{config} ({})", keys.join(", ")));
    }
    escape(&named.join(", ")).into_owned()
}

/// The first digits of a digest, by which people compare it.
pub(in crate::report) fn shorten_digest(digest: &str) -> String {
    digest.get(..12).unwrap_or(digest).to_string()
}
