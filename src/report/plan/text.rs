//! A plan for a terminal: one line for each change, and a summary.

use std::collections::BTreeSet;

use super::diagnostics::list_changes;
use crate::escape::escape;
use crate::graph::Graph;
use crate::plan::{Plan, Stamp, Strategy};
use crate::report::format::palette::CHANGED;
use crate::report::format::styled::StyledText;
use crate::report::model::RenderOptions;
use crate::report::wording::count;

/// One line a change, with its reason: what was done, or what is to be done.
pub fn plan_lines(graph: &Graph<'_>, plan: &Plan, done: bool) -> Vec<String> {
    let mut lines = Vec::new();
    for diagnostic in list_changes(graph, plan, done) {
        lines.push(diagnostic.place_prefix(&graph.bundle.sources) + &diagnostic.sentence());
    }
    lines
}

/// Lines like these for people, in which the objects are colored.
pub(crate) fn plan_text(graph: &Graph<'_>, plan: &Plan, done: bool, options: &RenderOptions) -> String {
    let mut out = StyledText::new(options.color);
    for diagnostic in list_changes(graph, plan, done) {
        let sentence = diagnostic.sentence();
        let object = diagnostic.object.as_deref().map_or(0, |object| escape(object).len());
        out.push(&diagnostic.place_prefix(&graph.bundle.sources));
        out.push_colored(&sentence[..object], Some(CHANGED));
        out.push(&sentence[object..]);
        out.push("\n");
    }
    out.into_string()
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
        let outcome = if matches!(stamp, Some(Stamp { remove: true, .. })) { "kept" } else { "not stamped" };
        others.push(format!("{} {outcome}", plan.skipped.len()));
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
    let (stamped, removed) = count_stamped(plan);
    let (mut renamed, mut references) = (0, 0);
    for object in &plan.renames {
        renamed += usize::from(object.old != object.new);
        references += object.references.len();
    }
    let removal = if done { "stamp removed from" } else { "stamp to remove from" };
    let phrases = [
        (stamped, format!("{} {}", count(stamped, "workload"), if done { "stamped" } else { "to stamp" })),
        (removed, format!("{removal} {}", count(removed, "workload"))),
        (plan.exclusions.len(), {
            let verb = if done { "changed" } else { "to change" };
            format!("{} {verb}", count(plan.exclusions.len(), "Reloader exclude list"))
        }),
        (renamed, format!("{} {}", count(renamed, "object"), if done { "renamed" } else { "to rename" })),
        (references, format!("{} {}", count(references, "reference"), if done { "rewritten" } else { "to rewrite" })),
    ];
    let mut changes = Vec::new();
    for (number, phrase) in phrases {
        if number > 0 {
            changes.push(phrase);
        }
    }
    changes
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
