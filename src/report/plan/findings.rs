//! A plan as findings at lines of files.

use super::text;
use crate::diagnostic::{Diagnostic, Place, has_errors};
use crate::graph::Graph;
use crate::plan::{Plan, RenamedObject, StampChange};
use crate::report::finding::{Finding, View, diagnostic_findings};

/// The changes of a plan, and diagnostics. Where there are errors, they are all of it: the changes are not known then.
pub fn plan_findings(graph: &Graph<'_>, plan: &Plan, diagnostics: &[Diagnostic], view: View<'_>) -> Vec<Finding> {
    let sources = &graph.bundle.sources;
    let said = diagnostic_findings(sources, diagnostics, view);
    if has_errors(diagnostics) {
        return said;
    }
    let mut findings: Vec<Finding> = plan.stamps.iter().map(|change| stamp_finding(graph, change, view)).collect();
    findings.extend(plan.renames.iter().flat_map(|renamed| name_findings(graph, renamed, view)));
    findings.extend(said);
    findings
}

fn stamp_finding(graph: &Graph<'_>, change: &StampChange, view: View<'_>) -> Finding {
    let object = graph.object(&graph.workloads[change.workload]);
    let rule = match (&change.old, &change.new) {
        (None, _) => "missing-stamp",
        (Some(_), Some(_)) => "stale-stamp",
        (Some(_), None) => "needless-stamp",
    };
    let message = text::stamp_sentence(graph, change, view.done);
    let subject = format!("{}\0{}", object.label(), change.annotation);
    Finding::new(view.level(), rule, message, subject).at(&graph.bundle.sources, &change.place, view)
}

/// One for a name that changes; where it is there already, one for each reference that says another.
fn name_findings(graph: &Graph<'_>, renamed: &RenamedObject, view: View<'_>) -> Vec<Finding> {
    let object = &graph.bundle.objects[renamed.object];
    let subject = object.label();
    if renamed.old != renamed.new {
        let name = graph.bundle.node(object).get("metadata").and_then(|metadata| metadata.get("name"));
        let place = name.map_or_else(|| graph.bundle.start_of(object), |name| graph.bundle.place(object, name));
        let message = text::rename_sentence(graph, renamed, view.done);
        let finding = Finding::new(view.level(), "stale-name", message, subject);
        return vec![finding.at(&graph.bundle.sources, &place, view)];
    }
    let verb = if view.done { "is named here now" } else { "must be named here" };
    let message = format!("{subject} {verb}");
    let one = |place: &Place| {
        let finding = Finding::new(view.level(), "stale-reference", message.clone(), subject.clone());
        finding.at(&graph.bundle.sources, place, view)
    };
    renamed.references.iter().map(one).collect()
}
