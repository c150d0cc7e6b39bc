//! The applications of a run: which are unknown, and where workloads are that the same happens to.

use std::collections::HashMap;

use super::rollouts::sort_workloads;
use crate::impact::{Impact, WorkloadImpact};
use crate::report::format::table::{Cell, Column, TextTable};
use crate::repository::ReportedApplication;
use crate::source::SourceApplication;

/// The most clusters that are named for one effect; the rest is counted.
const CLUSTERS: usize = 6;

/// The most inputs that are named for one application; the rest is counted.
const INPUTS: usize = 3;

const UNKNOWN: [Column; 3] =
    [Column::of_names("UNKNOWN", 4), Column::of_names("CHANGED", 4), Column::of_sentences("REASON", 24)];

/// A workload, and the clusters on which the same happens to it.
pub(super) struct FoldedWorkload<'i> {
    pub(super) workload: &'i WorkloadImpact,
    pub(super) clusters: Vec<&'i str>,
}

impl FoldedWorkload<'_> {
    /// The clusters in words.
    pub(super) fn clusters_in_words(&self, all: bool) -> String {
        let shown = if all { self.clusters.len() } else { CLUSTERS };
        list_words(&self.clusters, shown)
    }
}

/// Returns `true` if the trees are made of applications.
pub(super) fn has_applications(impact: &Impact) -> bool {
    impact.workloads.iter().any(|workload| workload.application.is_some())
}

/// The workloads, what needs attention first. One to which the same happens on several clusters, for the same reasons,
/// is there once.
pub(super) fn fold_workloads<'i>(
    impact: &'i Impact,
    describe: impl Fn(&WorkloadImpact) -> String,
) -> Vec<FoldedWorkload<'i>> {
    let mut folded: Vec<FoldedWorkload<'i>> = Vec::new();
    let mut known: HashMap<String, usize> = HashMap::new();
    for workload in sort_workloads(impact) {
        let next = folded.len();
        let Some(cluster) = workload.application.as_deref().map(place_name) else {
            folded.push(FoldedWorkload { workload, clusters: Vec::new() });
            continue;
        };
        let description = format!("{} {} {}", workload.class_label(), workload.label(), describe(workload));
        let number = *known.entry(description).or_insert(next);
        if number == next {
            folded.push(FoldedWorkload { workload, clusters: vec![cluster] });
        } else {
            folded[number].clusters.push(cluster);
        }
    }
    folded
}

/// The cluster of an application; where it is not known, the application itself.
fn place_name(application: &SourceApplication) -> &str {
    application.cluster.as_deref().unwrap_or(&application.id)
}

fn list_words(words: &[&str], shown: usize) -> String {
    let mut listed = words[..shown.min(words.len())].join(", ");
    if words.len() > shown {
        listed.push_str(&format!(" and {} more", words.len() - shown));
    }
    listed
}

/// The applications that the change touches and of which nothing is known: name, changed inputs and reason.
pub(super) fn unknown_rows(impact: &Impact, all: bool) -> Vec<[String; 3]> {
    let mut rows = Vec::new();
    for one in impact.unknown_applications() {
        let inputs: Vec<&str> = one.changed_inputs.iter().map(String::as_str).collect();
        let shown = if all { inputs.len() } else { INPUTS };
        rows.push([one.application.to_string(), list_words(&inputs, shown), describe_reason(one)]);
    }
    rows
}

/// The unknown applications as a table.
pub(super) fn unknown_table(impact: &Impact, all: bool) -> TextTable<'static> {
    let mut table = TextTable::new(UNKNOWN);
    for row in unknown_rows(impact, all) {
        table.push_row(row.map(Cell::new));
    }
    table
}

fn describe_reason(one: &ReportedApplication) -> String {
    let Some(reason) = &one.reason else { return String::new() };
    match &reason.place {
        Some(place) if one.application.declared_by() != Some(place) => format!("{} ({place})", reason.text),
        _ => reason.text.clone(),
    }
}
