//! The impact as tables for people: what happens to workloads, and the keys that changed.

use std::collections::BTreeSet;

use super::applications::{fold_workloads, has_applications, unknown_table};
use super::rollouts::describe_rollout;
use super::{default_reason, describe_template_changes, format_locations, group_reasons};
use crate::impact::{ConfigImpact, Impact, ImpactClass, KeyImpact, WorkloadImpact};
use crate::report::format::palette::{ADDED, HUNK, REMOVED, color_of_class};
use crate::report::format::styled::StyledText;
use crate::report::format::table::{Cell, Column, TextTable};
use crate::report::model::RenderOptions;
use crate::source::FileLine;

const WORKLOADS: [Column; 4] = [
    Column::of_words("IMPACT"),
    Column::of_objects("WORKLOAD", 1),
    Column::of_places("FILE:LINE"),
    Column::of_sentences("WHY", 24),
];

/// The clusters, where workloads are of applications.
const ON: Column = Column::of_names("ON", 2);

const KEYS: [Column; 4] = [
    Column::of_words("CHANGE"),
    Column::of_objects("CONFIG", 2),
    Column::of_names("KEY", 2),
    Column::of_sentences("FILE:LINE", 30),
];

/// The most keys of one config that are named for a workload; the rest is counted.
const NAMED: usize = 10;

/// The most changes of one template that are named; the rest is counted.
const CHANGES: usize = 5;

/// The workloads that something happens to, what needs attention first, with a line for each reason; the keys that
/// changed; and the diffs of keys that were compared line by line.
pub(crate) fn impact_text(impact: &Impact, options: &RenderOptions) -> String {
    let width = if options.wide { None } else { options.width };
    let mut out = StyledText::new(options.color);
    list_workloads(impact, options).print(&mut out, width);
    let unknown = unknown_table(impact, options.wide);
    if !unknown.is_empty() {
        out.push(if out.is_empty() { "" } else { "\n" });
        unknown.print(&mut out, width);
    }
    let keys = list_keys(impact);
    if !keys.is_empty() {
        out.push("\n");
        keys.print(&mut out, width);
    }
    push_diffs(impact, &mut out);
    out.into_string()
}

fn list_workloads(impact: &Impact, options: &RenderOptions) -> TextTable<'static> {
    let has_applications = has_applications(impact);
    let mut columns = WORKLOADS.to_vec();
    if has_applications {
        columns.insert(2, ON);
    }
    let mut table = TextTable::new(columns);
    let describe = |workload: &WorkloadImpact| reason_lines(impact, workload, true).join("\n");
    for folded in fold_workloads(impact, describe) {
        let workload = folded.workload;
        let on = has_applications.then(|| folded.clusters_in_words(options.wide));
        let location = workload.head_location.as_ref().or(workload.base_location.as_ref());
        let place = location.map(ToString::to_string).unwrap_or_default();
        let color = Some(color_of_class(workload.class.as_str()));
        for reason in reason_lines(impact, workload, options.wide) {
            let object = [Cell::colored(workload.class_label(), color), Cell::new(workload.label())];
            let why = [Cell::new(place.clone()), Cell::new(reason)];
            table.push_row(object.into_iter().chain(on.clone().map(Cell::new)).chain(why));
        }
    }
    table
}

fn reason_lines(impact: &Impact, workload: &WorkloadImpact, all: bool) -> Vec<String> {
    let most = |number: usize| if all { usize::MAX } else { number };
    let mut lines = Vec::new();
    for (config, routes, reasons) in group_reasons(workload) {
        let config = &impact.configs[config];
        let mut keys: Vec<String> = reasons.iter().take(most(NAMED)).map(|reason| reason.key.clone()).collect();
        keys.extend(count_rest(reasons.len(), most(NAMED)));
        lines.push(format!("{}/{} ({}) by {}", config.kind, config.name, keys.join(", "), routes.join(", ")));
    }
    let changes = describe_template_changes(workload);
    lines.extend(changes.iter().take(most(CHANGES)).cloned());
    lines.extend(count_rest(changes.len(), most(CHANGES)));
    if let Some(sentence) = &workload.sentence {
        lines.push(format!("→ {sentence}"));
    }
    if let Some(rollout) = describe_rollout(workload) {
        lines.push(format!("→ {rollout}"));
    }
    if let Some(refresh) = workload.refresh
        && workload.class == ImpactClass::Refreshes
    {
        lines.push(format!("→ {}", refresh.explanation()));
    }
    if lines.is_empty() {
        lines.push(default_reason(workload.class).to_string());
    }
    lines
}

fn count_rest(count: usize, shown: usize) -> Option<String> {
    if count > shown { Some(format!("and {} more", count - shown)) } else { None }
}

fn list_keys(impact: &Impact) -> TextTable<'_> {
    let (mut table, mut known) = (TextTable::new(KEYS), BTreeSet::new());
    for config in &impact.configs {
        for key in &config.keys {
            let place = format_locations(key.base_location.as_ref(), key.head_location.as_ref());
            // The same file makes the configs of several clusters.
            if config.application.is_some() && !known.insert((config.label(), &key.key, place.clone())) {
                continue;
            }
            table.push_row([
                Cell::new(key.change.as_str()),
                Cell::new(config.label()),
                Cell::new(key.key.as_str()),
                Cell::new(place),
            ]);
        }
    }
    table
}

/// Adds the changes of ConfigMaps, as a unified diff for each key. Secrets are not in it.
fn push_diffs(impact: &Impact, out: &mut StyledText) {
    for config in &impact.configs {
        for key in &config.keys {
            let Some(diff) = &key.diff else { continue };
            let base = name_in_diff(config, key, key.base_location.as_ref());
            let head = name_in_diff(config, key, key.head_location.as_ref());
            out.push_bold(&format!("--- {base}"));
            out.push("\n");
            out.push_bold(&format!("+++ {head}"));
            out.push("\n");
            for line in diff.split_inclusive('\n') {
                let text = line.trim_end_matches('\n');
                let color = match line.as_bytes() {
                    [b'@', ..] => Some(HUNK),
                    [b'-', ..] => Some(REMOVED),
                    [b'+', ..] => Some(ADDED),
                    _ => None,
                };
                out.push_colored(text, color);
                out.push(&line[text.len()..]);
            }
        }
    }
}

fn name_in_diff(config: &ConfigImpact, key: &KeyImpact, location: Option<&FileLine>) -> String {
    match location {
        Some(location) => format!("{location}\t{} {}", config.label(), key.key),
        None => "/dev/null".to_string(),
    }
}
