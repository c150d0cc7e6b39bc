//! A plan for a terminal: one line for each change, and a summary.

use std::collections::BTreeMap;

use crate::bundle::ObjectId;
use crate::digest::ListingLine;
use crate::escape::escape;
use crate::graph::Graph;
use crate::plan::{Exclusion, Plan, RenamedObject, StampChange, Strategy};
use crate::report::location;
use crate::report::wording::count;

/// A sentence for each change that was made, or is planned, with its object and without its place.
pub fn plan_sentences(graph: &Graph<'_>, plan: &Plan, done: bool) -> Vec<(ObjectId, String)> {
    let object = |change: &StampChange| graph.workloads[change.workload].object;
    let stamps = plan.stamps.iter().map(|change| (object(change), stamp_sentence(graph, change, done)));
    let names = plan.renames.iter().map(|renamed| (renamed.object, rename_sentence(graph, renamed, done)));
    stamps.chain(names).collect()
}

/// One line a change, with its reason: what was done, or what is to be done.
pub fn plan_lines(graph: &Graph<'_>, plan: &Plan, done: bool) -> Vec<String> {
    let stamps = plan.stamps.iter().map(|change| stamp_line(graph, change, done));
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

/// The sentence about a new name, without its place.
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

fn stamp_line(graph: &Graph<'_>, change: &StampChange, done: bool) -> String {
    let (file, position) = location(graph, graph.object(&graph.workloads[change.workload]));
    format!("{file}:{}: {}", position.line, stamp_sentence(graph, change, done))
}

/// The sentence about a stamp and the keys that it is made of, without its place.
pub(in crate::report) fn stamp_sentence(graph: &Graph<'_>, change: &StampChange, done: bool) -> String {
    let label = graph.object(&graph.workloads[change.workload]).label();
    let verb = if done { "stamped" } else { "needs stamp" };
    let what = match (&change.old, &change.new) {
        (None, Some(new)) => format!("{verb} {}", shorten_digest(new)),
        (Some(old), Some(new)) if old.is_empty() => format!("{verb} {} (was empty)", shorten_digest(new)),
        (Some(old), Some(new)) => format!("{verb} {} (was {})", shorten_digest(new), shorten_digest(old)),
        (Some(old), None) if done => format!("stamp {} removed", shorten_digest(old)),
        (Some(old), None) => format!("needs no stamp (has {})", shorten_digest(old)),
        (None, None) => "unchanged".to_string(),
    };
    let reason = list_configs(change.listing.iter());
    let reason = if reason.is_empty() { reason } else { format!(": {reason}") };
    format!("{label}: {what}{reason}")
}

/// `ConfigMap/app-env (LOG_LEVEL, MODE), Secret/db (password)`, escaped for one line.
pub(in crate::report) fn list_configs<'l>(lines: impl Iterator<Item = &'l ListingLine>) -> String {
    let mut configs: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for line in lines {
        if let Some((config, key)) = line.path.rsplit_once('/') {
            configs.entry(config).or_default().push(key);
        }
    }
    let named = configs.iter().map(|(config, keys)| format!("{config} ({})", keys.join(", ")));
    escape(&named.collect::<Vec<_>>().join(", ")).into_owned()
}

pub(in crate::report) fn shorten_digest(digest: &str) -> &str {
    digest.get(..12).unwrap_or(digest)
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
        others.push(format!("{} not stamped", plan.skipped.len()));
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
    let removed = plan.stamps.iter().filter(|change| change.new.is_none()).count();
    let renamed = plan.renames.iter().filter(|renamed| renamed.old != renamed.new).count();
    let references = plan.renames.iter().map(|renamed| renamed.references.len()).sum();
    let removal = if done { "stamp removed from" } else { "stamp to remove from" };
    let phrases = [
        changed(plan.stamps.len() - removed, "workload", "stamped", "stamp"),
        (removed > 0).then(|| format!("{removal} {}", count(removed, "workload"))),
        changed(plan.exclusions.len(), "Reloader exclude list", "changed", "change"),
        changed(renamed, "object", "renamed", "rename"),
        changed(references, "reference", "rewritten", "rewrite"),
    ];
    phrases.into_iter().flatten().collect()
}
