//! A plan for a terminal: one line for each change, and a summary.

use std::collections::BTreeSet;

use super::diagnostics::{exclusion_diagnostic, name_diagnostic, stamp_diagnostic};
use crate::bundle::Object;
use crate::diagnostic::Diagnostic;
use crate::graph::Graph;
use crate::plan::{Plan, Strategy};
use crate::report::location;
use crate::report::wording::count;

/// One line a change, with its reason: what was done, or what is to be done.
pub fn plan_lines(graph: &Graph<'_>, plan: &Plan, done: bool) -> Vec<String> {
    let line = |object: &Object, diagnostic: Diagnostic| {
        let (file, position) = location(graph, object);
        format!("{file}:{}: {}", position.line, diagnostic.sentence())
    };
    let mut lines = Vec::new();
    for change in &plan.stamps {
        let object = graph.object(&graph.workloads[change.workload]);
        lines.push(line(object, stamp_diagnostic(graph, change, done)));
    }
    for exclusion in &plan.exclusions {
        let object = graph.object(&graph.workloads[exclusion.workload]);
        lines.push(line(object, exclusion_diagnostic(graph, exclusion, done)));
    }
    for renamed in &plan.renames {
        lines.push(line(&graph.bundle.objects[renamed.object], name_diagnostic(graph, renamed, done)));
    }
    lines
}

/// Summarizes a plan: `2 workloads stamped, 5 unchanged`, or `nothing to stamp (5 up to date)`.
pub fn plan_summary(plan: &Plan, strategy: &Strategy, done: bool) -> String {
    let changes = summarize_changes(plan, done);
    let stamp = match strategy {
        Strategy::Stamp(stamp) => Some(stamp),
        Strategy::Rename(_) => None,
    };
    let mut others = Vec::new();
    if stamp.is_some() && plan.unchanged > 0 {
        others.push(format!("{} {}", plan.unchanged, if changes.is_empty() { "up to date" } else { "unchanged" }));
    }
    if !plan.skipped.is_empty() {
        let removes = stamp.is_some_and(|stamp| stamp.remove);
        others.push(format!("{} {}", plan.skipped.len(), if removes { "kept" } else { "not stamped" }));
    }
    if !plan.kept.is_empty() {
        others.push(format!("{} not renamed", plan.kept.len()));
    }
    if !changes.is_empty() {
        return [changes, others].concat().join(", ");
    }
    let nothing = match stamp {
        Some(stamp) if stamp.remove => "no stamp to remove",
        Some(_) => "nothing to stamp",
        None => "nothing to rename",
    };
    if others.is_empty() { nothing.to_string() } else { format!("{nothing} ({})", others.join(", ")) }
}

/// One phrase for each sort of change that a plan has.
fn summarize_changes(plan: &Plan, done: bool) -> Vec<String> {
    let changed = |number: usize, noun: &str, past: &str, infinitive: &str| {
        let verb = if done { past.to_string() } else { format!("to {infinitive}") };
        (number > 0).then(|| format!("{} {verb}", count(number, noun)))
    };
    let (stamped, removed) = count_stamped(plan);
    let renamed = plan.renames.iter().filter(|renamed| renamed.old != renamed.new).count();
    let references = plan.renames.iter().map(|renamed| renamed.references.len()).sum();
    let removal = if done { "stamp removed from" } else { "stamp to remove from" };
    let phrases = [
        changed(stamped, "workload", "stamped", "stamp"),
        (removed > 0).then(|| format!("{removal} {}", count(removed, "workload"))),
        changed(plan.exclusions.len(), "Reloader exclude list", "changed", "change"),
        changed(renamed, "object", "renamed", "rename"),
        changed(references, "reference", "rewritten", "rewrite"),
    ];
    phrases.into_iter().flatten().collect()
}

/// The numbers of workloads that are stamped, in whatever number of pod templates, and of those that only lose stamps.
fn count_stamped(plan: &Plan) -> (usize, usize) {
    let mut stamped = BTreeSet::new();
    let mut all = BTreeSet::new();
    for change in &plan.stamps {
        all.insert(change.workload);
        if change.new.is_some() {
            stamped.insert(change.workload);
        }
    }
    (stamped.len(), all.len() - stamped.len())
}
