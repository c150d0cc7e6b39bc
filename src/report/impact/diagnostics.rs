//! The impact as diagnostics at the lines that reviewers look at.

use super::rollouts::describe_rollout;
use super::{describe_template_changes, group_reasons};
use crate::diagnostic::{Diagnostic, ImpactCause, ImpactMessage};
use crate::impact::{Impact, ImpactClass, ImpactReason, WorkloadImpact};
use crate::source::{FileLine, Position};

/// One diagnostic for each workload of the new tree that is affected, at the key that changed.
pub(super) fn impact_diagnostics(impact: &Impact) -> Vec<Diagnostic> {
    let mut diagnostics = Vec::new();
    for workload in &impact.workloads {
        diagnostics.extend(impact_diagnostic(impact, workload));
    }
    diagnostics
}

/// The diagnostic for a workload, if it is affected.
pub(in crate::report) fn impact_diagnostic(impact: &Impact, workload: &WorkloadImpact) -> Option<Diagnostic> {
    let message = message_about(impact, workload)?;
    let diagnostic = match location_to_annotate(impact, workload) {
        Some(location) => Diagnostic::at_position(&location.file, Position { line: location.line, column: 1 }, message),
        None => Diagnostic::general(message),
    };
    Some(Diagnostic { object: Some(workload.label()), ..diagnostic })
}

fn message_about(impact: &Impact, workload: &WorkloadImpact) -> Option<ImpactMessage> {
    let cause = ImpactCause {
        changes: changes(impact, workload),
        explanation: workload.sentence.clone(),
        rollout: describe_rollout(workload),
        needs_attention: workload.finding,
    };
    Some(match workload.class {
        ImpactClass::Refused => ImpactMessage::Refused(cause),
        ImpactClass::Stale => ImpactMessage::StaysStale(cause),
        ImpactClass::Unknown => ImpactMessage::ReleaseUnknown(cause),
        ImpactClass::Rolls if workload.rolls_twice() => ImpactMessage::RollsTwice(cause),
        ImpactClass::Rolls => ImpactMessage::Rolls(cause),
        ImpactClass::NextRun => ImpactMessage::NextRun(cause),
        ImpactClass::Reconciles => ImpactMessage::Reconciles(cause),
        ImpactClass::Refreshes => ImpactMessage::RefreshesInPlace(cause),
        ImpactClass::New | ImpactClass::Gone => return None,
    })
}

fn changes(impact: &Impact, workload: &WorkloadImpact) -> Vec<String> {
    let mut changes = Vec::new();
    for (config, routes, reasons) in group_reasons(workload) {
        let keys: Vec<&str> = reasons.iter().map(|reason| reason.key.as_str()).collect();
        let config = &impact.configs[config];
        changes.push(format!("{}/{} ({}) by {}", config.kind, config.name, keys.join(", "), routes.join(", ")));
    }
    changes.extend(describe_template_changes(workload));
    changes
}

/// The location of the first changed key of the new tree, else of the workload; always that of a workload that is
/// refused.
fn location_to_annotate<'i>(impact: &'i Impact, workload: &'i WorkloadImpact) -> Option<&'i FileLine> {
    if workload.class == ImpactClass::Refused {
        return workload.head_location.as_ref();
    }
    let key_location =
        |reason: &'i ImpactReason| impact.configs[reason.config].find_key(&reason.key)?.head_location.as_ref();
    workload.reasons.iter().find_map(key_location).or(workload.head_location.as_ref())
}
