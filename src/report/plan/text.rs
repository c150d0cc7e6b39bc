//! A plan for a terminal: one line for each change, and a summary.

use std::collections::BTreeMap;

use crate::bundle::ObjectId;
use crate::digest::ListingLine;
use crate::graph::Graph;
use crate::plan::{Exclusion, Plan, RenamedObject, StampChange, Strategy};
use crate::report::location;
use crate::report::wording::count;

/// What was done, or what is to be done, without places, each with its object.
pub fn plan_sentences(graph: &Graph<'_>, plan: &Plan, done: bool) -> Vec<(ObjectId, String)> {
    let object = |change: &StampChange| graph.workloads[change.workload].object;
    let stamps = plan.stamps.iter().map(|change| (object(change), change_sentence(graph, change, done)));
    let names = plan.renames.iter().map(|renamed| (renamed.object, rename_sentence(graph, renamed, done)));
    stamps.chain(names).collect()
}

/// One line a change, with its reason: what was done, or what is to be done.
pub fn plan_lines(graph: &Graph<'_>, plan: &Plan, done: bool) -> Vec<String> {
    let stamps = plan.stamps.iter().map(|change| change_line(graph, change, done));
    let exclusions = plan.exclusions.iter().map(|exclusion| exclusion_line(graph, exclusion, done));
    stamps.chain(exclusions).chain(plan.renames.iter().map(|renamed| rename_line(graph, renamed, done))).collect()
}

fn exclusion_line(graph: &Graph<'_>, exclusion: &Exclusion, done: bool) -> String {
    let object = graph.object(&graph.workloads[exclusion.workload]);
    let (file, position) = location(graph, object);
    let what = match &exclusion.new {
        Some(list) if done => format!("{} set to {list}", exclusion.annotation),
        Some(list) => format!("needs {} {list}", exclusion.annotation),
        None if done => format!("{} removed", exclusion.annotation),
        None => format!("needs no {}", exclusion.annotation),
    };
    format!("{file}:{}: {}: {what}", position.line, object.label())
}

fn rename_line(graph: &Graph<'_>, renamed: &RenamedObject, done: bool) -> String {
    let (file, position) = location(graph, &graph.bundle.objects[renamed.object]);
    format!("{file}:{}: {}", position.line, rename_sentence(graph, renamed, done))
}

/// What a new name is, without its place.
pub(in crate::report) fn rename_sentence(graph: &Graph<'_>, renamed: &RenamedObject, done: bool) -> String {
    let object = &graph.bundle.objects[renamed.object];
    let label = object.label();
    let references = count(renamed.references.len(), "reference");
    if renamed.old == renamed.new {
        let verb = if done { "named in" } else { "needs to be named in" };
        return format!("{label}: {verb} {references}");
    }
    if renamed.is_generated {
        let verb = if done { "makes" } else { "needs to make" };
        return format!("{label}: {verb} {} instead of {} ({references})", renamed.new, renamed.old);
    }
    let verb = if done { "renamed to" } else { "needs the name" };
    format!("{label}: {verb} {} ({references})", renamed.new)
}

fn change_line(graph: &Graph<'_>, change: &StampChange, done: bool) -> String {
    let (file, position) = location(graph, graph.object(&graph.workloads[change.workload]));
    format!("{file}:{}: {}", position.line, change_sentence(graph, change, done))
}

/// What a stamp is and is made of, without its place.
pub(in crate::report) fn change_sentence(graph: &Graph<'_>, change: &StampChange, done: bool) -> String {
    let label = graph.object(&graph.workloads[change.workload]).label();
    let verb = if done { "stamped" } else { "needs stamp" };
    let what = match (&change.old, &change.new) {
        (None, Some(new)) => format!("{verb} {}", short(new)),
        (Some(old), Some(new)) if old.is_empty() => format!("{verb} {} (was empty)", short(new)),
        (Some(old), Some(new)) => format!("{verb} {} (was {})", short(new), short(old)),
        (Some(old), None) if done => format!("stamp {} removed", short(old)),
        (Some(old), None) => format!("needs no stamp (has {})", short(old)),
        (None, None) => "unchanged".to_string(),
    };
    let reason = reason(change.listing.iter());
    let reason = if reason.is_empty() { reason } else { format!(": {reason}") };
    format!("{label}: {what}{reason}")
}

/// `ConfigMap/app-env (LOG_LEVEL, MODE), Secret/db (password)`.
pub(in crate::report) fn reason<'l>(lines: impl Iterator<Item = &'l ListingLine>) -> String {
    let mut configs: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for line in lines {
        if let Some((config, key)) = line.path.rsplit_once('/') {
            configs.entry(config).or_default().push(key);
        }
    }
    let named = configs.iter().map(|(config, keys)| format!("{config} ({})", keys.join(", ")));
    named.collect::<Vec<_>>().join(", ")
}

pub(in crate::report) fn short(digest: &str) -> &str {
    digest.get(..12).unwrap_or(digest)
}

/// `3 workloads stamped, 12 as they should be, 1 not stamped`.
pub fn plan_summary(plan: &Plan, strategy: &Strategy, done: bool) -> String {
    let verb = |past: &str, infinitive: &str| if done { past.to_string() } else { format!("to {infinitive}") };
    let removed = plan.stamps.iter().filter(|change| change.new.is_none()).count();
    let stamped = plan.stamps.len() - removed;
    let stamps = matches!(strategy, Strategy::Stamp(_));
    let mut parts = Vec::new();
    if stamped > 0 || (stamps && removed == 0) {
        parts.push(format!("{} {}", count(stamped, "workload"), verb("stamped", "stamp")));
    }
    if removed > 0 {
        parts.push(format!("{} {}", count(removed, "workload"), verb("freed of a stamp", "free of a stamp")));
    }
    if !plan.exclusions.is_empty() {
        parts.push(format!("{} for Reloader {}", count(plan.exclusions.len(), "list"), verb("changed", "change")));
    }
    if !plan.renames.is_empty() || !stamps {
        let references = plan.renames.iter().map(|renamed| renamed.references.len()).sum();
        let renamed = plan.renames.iter().filter(|renamed| renamed.old != renamed.new).count();
        let renamed = count(renamed, "object");
        parts.push(format!("{renamed} {} in {}", verb("renamed", "rename"), count(references, "reference")));
    }
    if stamps {
        parts.push(format!("{} as they should be", plan.unchanged));
    }
    if !plan.skipped.is_empty() {
        parts.push(format!("{} not stamped", plan.skipped.len()));
    }
    if !plan.kept.is_empty() {
        parts.push(format!("{} not renamed", plan.kept.len()));
    }
    parts.join(", ")
}
