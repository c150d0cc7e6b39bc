//! The impact for programs. Fields are only ever added under the same version.

use serde_json::{Value, json};

use super::reported_application_json;
use crate::diagnostic::Diagnostic;
use crate::impact::{
    ChangeRoute, ConfigImpact, Impact, ImpactClass, ImpactReason, KeyImpact, Rollout, TemplateChange, WorkloadImpact,
};
use crate::index::IdVec;
use crate::report::format::json::{VERSION, add_application, diagnostics_json, print};
use crate::source::FileLine;
use crate::source::Source;

/// The effects of the change on workloads, and the diagnostics of the new tree.
pub(crate) fn impact_json(impact: &Impact, sources: &IdVec<Source>, diagnostics: &[Diagnostic]) -> String {
    let mut summary: serde_json::Map<String, Value> =
        ImpactClass::ALL.iter().map(|&class| (class.as_str().to_string(), impact.count_class(class).into())).collect();
    let twice = impact.workloads.iter().filter(|workload| workload.rolls_twice()).count();
    summary.insert("rollsTwice".to_string(), twice.into());
    summary.insert("downtime".to_string(), impact.count_downtimes().into());
    summary.insert("refusedConfigs".to_string(), impact.count_rejected_configs().into());
    summary.insert("unaffected".to_string(), impact.unaffected.into());
    summary.insert("errors".to_string(), impact.errors.into());
    summary.insert("findings".to_string(), impact.count_findings().into());
    let mut report = json!({
        "version": VERSION,
        "summary": summary,
        "workloads": impact.workloads.iter().map(|workload| workload_json(impact, workload)).collect::<Vec<_>>(),
        "configs": impact.configs.iter().map(config_json).collect::<Vec<_>>(),
        "diagnostics": diagnostics_json(sources, diagnostics),
    });
    if !impact.applications.is_empty() {
        report["summary"]["unknownApplications"] = impact.unknown_applications().count().into();
        report["applications"] = impact.applications.iter().map(reported_application_json).collect();
    }
    print(&report)
}

/// The workloads that something happens to, in one line.
pub(crate) fn impact_workloads_json(impact: &Impact) -> String {
    let one = |workload: &WorkloadImpact| {
        let location = workload.head_location.as_ref().or(workload.base_location.as_ref());
        let mut value = json!({
            "apiVersion": workload.api_version,
            "kind": workload.kind,
            "namespace": workload.namespace,
            "name": workload.name,
            "file": location.map(|location| &location.file),
            "line": location.map(|location| location.line),
            "impact": workload.class.as_str(),
        });
        add_application(&mut value, workload.application.as_deref());
        value
    };
    Value::Array(impact.workloads.iter().map(one).collect()).to_string()
}

fn workload_json(impact: &Impact, workload: &WorkloadImpact) -> Value {
    let mut value = json!({
        "workload": {
            "apiVersion": workload.api_version,
            "kind": workload.kind,
            "namespace": workload.namespace,
            "name": workload.name,
        },
        "impact": workload.class.as_str(),
        "rollsTwice": workload.rolls_twice(),
        "rolledBy": workload.rolled_by.iter().map(|roller| roller.as_str()).collect::<Vec<_>>(),
        "strategy": workload.rollout.as_ref().map(|rollout| rollout.strategy),
        "pods": workload.rollout.as_ref().map(rolled_pods_json),
        "downtime": workload.rollout.as_ref().map(|rollout| rollout.downtime),
        "rollout": workload.rollout.as_ref().map(|rollout| &rollout.course),
        "syncWave": workload.sync_wave,
        "finding": workload.finding,
        "because": workload.sentence,
        "refresh": workload.refresh.map(|refresh| json!({"seconds": refresh.seconds(), "because": refresh.explanation()})),
        "base": location_json(workload.base_location.as_ref()),
        "head": location_json(workload.head_location.as_ref()),
        "reasons": workload.reasons.iter().map(|reason| reason_json(impact, reason)).collect::<Vec<_>>(),
        "template": workload.template.iter().map(template_json).collect::<Vec<_>>(),
        "requests": workload.requests,
    });
    add_application(&mut value, workload.application.as_deref());
    value
}

/// The number of pods that a rollout replaces; `count` is null where it is one on each node.
fn rolled_pods_json(rollout: &Rollout) -> Value {
    json!({"count": rollout.pods.count(), "atLeast": rollout.pods.can_be_more()})
}

fn reason_json(impact: &Impact, reason: &ImpactReason) -> Value {
    let config = &impact.configs[reason.config];
    let key = config.find_key(&reason.key);
    json!({
        "config": name_json(config),
        "key": reason.key,
        "change": reason.change.as_str(),
        "frozen": reason.frozen,
        "base": location_json(key.and_then(|key| key.base_location.as_ref())),
        "head": location_json(key.and_then(|key| key.head_location.as_ref())),
        "ways": reason.routes.iter().map(route_json).collect::<Vec<_>>(),
    })
}

fn route_json(way: &ChangeRoute) -> Value {
    json!({
        "container": way.container.as_ref().map(|container| &container.name),
        "containerType": way.container.as_ref().map(|container| container.container_type.as_str()),
        "mechanism": way.mechanism.as_str(),
        "delivery": way.delivery.as_str(),
        "template": way.template,
        "base": location_json(way.base_location.as_ref()),
        "head": location_json(way.head_location.as_ref()),
    })
}

fn template_json(change: &TemplateChange) -> Value {
    json!({
        "template": change.template,
        "path": change.path,
        "change": change.change.as_str(),
        "part": change.part.as_str(),
        "before": change.before,
        "after": change.after,
    })
}

fn config_json(config: &ConfigImpact) -> Value {
    let key_json = |key: &KeyImpact| {
        json!({
            "key": key.key,
            "change": key.change.as_str(),
            "base": location_json(key.base_location.as_ref()),
            "head": location_json(key.head_location.as_ref()),
            "diff": key.diff,
        })
    };
    let mut value = json!({
        "config": name_json(config),
        "refused": config.refusal,
        "base": location_json(config.base_location.as_ref()),
        "head": location_json(config.head_location.as_ref()),
        "keys": config.keys.iter().map(key_json).collect::<Vec<_>>(),
    });
    add_application(&mut value, config.application.as_deref());
    value
}

fn name_json(config: &ConfigImpact) -> Value {
    json!({"kind": config.kind.as_str(), "namespace": config.namespace, "name": config.name})
}

fn location_json(location: Option<&FileLine>) -> Value {
    location.map_or(Value::Null, |location| json!({"file": location.file, "line": location.line}))
}
