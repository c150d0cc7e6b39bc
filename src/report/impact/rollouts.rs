//! Rollouts in words.

use crate::impact::{Impact, ImpactClass, RolledPods, WorkloadImpact};
use crate::report::wording::count;

/// ` (at least 42 pods and 2 DaemonSets, 1 with downtime)`: what the rollouts of some workloads replace. Empty where
/// nothing is known of any of them.
pub(super) fn summarize_rollouts(workloads: &[&WorkloadImpact]) -> String {
    let (mut pods, mut can_be_more, mut daemon_sets, mut downtimes) = (0u64, false, 0, 0);
    let mut has_count = false;
    for workload in workloads {
        let Some(rollout) = &workload.rollout else {
            can_be_more = true;
            continue;
        };
        match rollout.pods.count() {
            Some(number) => {
                has_count = true;
                pods = pods.saturating_add(number);
            }
            None => daemon_sets += 1,
        }
        can_be_more |= rollout.pods.can_be_more();
        downtimes += usize::from(rollout.downtime);
    }
    let mut parts = Vec::new();
    if has_count {
        parts.push(count_pods(pods, can_be_more));
    }
    if daemon_sets > 0 {
        parts.push(count(daemon_sets, "DaemonSet"));
    }
    if parts.is_empty() {
        return String::new();
    }
    let downtime = if downtimes > 0 { format!(", {downtimes} with downtime") } else { String::new() };
    format!(" ({}{downtime})", parts.join(" and "))
}

/// `at least 3 pods; RollingUpdate: up to 25% extra, up to 25% missing`.
pub(super) fn describe_rollout(workload: &WorkloadImpact) -> Option<String> {
    let rollout = workload.rollout.as_ref()?;
    let pods = match rollout.pods {
        RolledPods::EachNode => "a pod on each node".to_string(),
        pods => count_pods(pods.count().unwrap_or_default(), pods.can_be_more()),
    };
    let downtime = if rollout.downtime { "downtime: " } else { "" };
    Some(format!("{downtime}{pods}, {}: {}", rollout.strategy, rollout.course))
}

/// `1 pod`, `at least 3 pods`.
fn count_pods(number: u64, can_be_more: bool) -> String {
    let noun = if number == 1 { "pod" } else { "pods" };
    format!("{}{number} {noun}", if can_be_more { "at least " } else { "" })
}

/// The workloads, what needs attention first; those that roll in the order in which they are applied.
pub(super) fn sort_workloads(impact: &Impact) -> Vec<&WorkloadImpact> {
    let mut workloads: Vec<&WorkloadImpact> = impact.workloads.iter().collect();
    workloads.sort_by_key(|workload| attention_order(workload));
    workloads
}

/// The rank of a workload in every list.
pub(super) fn attention_order(workload: &WorkloadImpact) -> (ImpactClass, u32, i64) {
    if workload.class != ImpactClass::Rolls {
        return (workload.class, 0, 0);
    }
    // Applications wait for each other, and inside one the waves do.
    let stage = workload.application.as_ref().map_or(0, |application| application.stage);
    (workload.class, stage, workload.sync_wave)
}
