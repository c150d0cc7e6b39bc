//! The impact as findings at lines of files, for who annotates them.

use std::collections::BTreeMap;

use super::{describe_template_changes, group_reasons};
use crate::impact::{Impact, ImpactClass, WorkloadImpact};
use crate::index::IdVec;
use crate::report::finding::{Finding, Level, Spot, View};
use crate::source::FileLine;
use crate::source::Source;

/// One finding for each workload of the new tree that something happens to, at the key that changed: that is the line
/// which reviewers look at.
pub fn impact_findings(impact: &Impact, sources: &IdVec<Source>, view: View<'_>) -> Vec<Finding> {
    let paths: BTreeMap<&str, &Option<String>> = sources.iter().map(Source::name).zip(view.paths).collect();
    let happens =
        impact.workloads.iter().filter(|workload| !matches!(workload.class, ImpactClass::New | ImpactClass::Gone));
    happens
        .map(|workload| {
            let level = match (workload.finding, workload.rolls_twice()) {
                (true, _) if view.strict => Level::Error,
                (true, _) | (_, true) => Level::Warning,
                _ => Level::Notice,
            };
            let message = format!("{} {}", workload.label(), describe_workload(impact, workload));
            let finding = Finding::new(level, rule_of(workload), message, workload.label());
            place_finding(finding, location_to_annotate(impact, workload), &paths)
        })
        .collect()
}

fn rule_of(workload: &WorkloadImpact) -> &'static str {
    match workload.class {
        ImpactClass::Refused => "refused",
        ImpactClass::Stale => "stays-stale",
        ImpactClass::Rolls if workload.rolls_twice() => "rolls-twice",
        ImpactClass::Rolls => "rolls",
        ImpactClass::NextRun => "next-run",
        ImpactClass::Refreshes => "refreshes-in-place",
        ImpactClass::New => "new-workload",
        ImpactClass::Gone => "gone-workload",
    }
}

fn describe_workload(impact: &Impact, workload: &WorkloadImpact) -> String {
    let verb = match workload.class {
        ImpactClass::Refused => "is refused",
        ImpactClass::NextRun => "changes with its next run",
        _ => workload.class_label(),
    };
    let mut reasons: Vec<String> = group_reasons(workload)
        .into_iter()
        .map(|(config, ways, reasons)| {
            let keys: Vec<&str> = reasons.iter().map(|reason| reason.key.as_str()).collect();
            let config = &impact.configs[config];
            format!("{}/{} ({}) by {}", config.kind, config.name, keys.join(", "), ways.join(", "))
        })
        .collect();
    reasons.extend(describe_template_changes(workload));
    let why = if reasons.is_empty() { String::new() } else { format!(": {}", reasons.join("; ")) };
    match &workload.sentence {
        Some(sentence) => format!("{verb}{why}; {sentence}"),
        None => format!("{verb}{why}"),
    }
}

/// The first changed key of the new tree, else the workload; what is refused is to be seen where it stands.
fn location_to_annotate<'i>(impact: &'i Impact, workload: &'i WorkloadImpact) -> Option<&'i FileLine> {
    if workload.class == ImpactClass::Refused {
        return workload.head_location.as_ref();
    }
    let keys = workload
        .reasons
        .iter()
        .filter_map(|reason| impact.configs[reason.config].find_key(&reason.key)?.head_location.as_ref());
    keys.into_iter().next().or(workload.head_location.as_ref())
}

/// The finding at a place; where that is in no file of the repository, the message tells it.
fn place_finding(mut finding: Finding, spot: Option<&FileLine>, paths: &BTreeMap<&str, &Option<String>>) -> Finding {
    let Some(spot) = spot else { return finding };
    match paths.get(spot.file.as_str()).and_then(|path| path.as_ref()) {
        Some(file) => finding.spot = Some(Spot { file: file.clone(), line: spot.line, column: 1, end_column: None }),
        None => finding.message = format!("{spot}: {}", finding.message),
    }
    finding
}
