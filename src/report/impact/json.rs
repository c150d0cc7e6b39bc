//! The impact for programs. Fields are only ever added under the same version.

use serde_json::{Value, json};

use super::json_types::{
    AffectedWorkloadJson, ChangeRouteJson, ChangedConfigJson, ChangedKeyJson, ImpactJson, ImpactReasonJson,
    ImpactSummaryJson, RefreshJson, RolledPodsJson, TemplateChangeJson,
};
use crate::diagnostic::Diagnostic;
use crate::impact::{
    ChangeRoute, ConfigImpact, Impact, ImpactClass, ImpactReason, KeyImpact, TemplateChange, WorkloadImpact,
};
use crate::index::IdVec;
use crate::report::apps::ReportedApplicationJson;
use crate::report::format::json::{
    ConfigJson, LocationJson, ObjectJson, SourceApplicationJson, VERSION, diagnostics_json, print,
};
use crate::source::Source;

/// The effects of the change on workloads, and the diagnostics of the new tree.
pub(crate) fn impact_json(impact: &Impact, sources: &IdVec<Source>, diagnostics: &[Diagnostic]) -> String {
    print(&ImpactJson {
        version: VERSION,
        summary: summary_json(impact),
        workloads: impact.workloads.iter().map(|workload| workload_json(impact, workload)).collect(),
        configs: impact.configs.iter().map(config_json).collect(),
        diagnostics: diagnostics_json(sources, diagnostics),
        applications: impact.applications.iter().map(ReportedApplicationJson::of).collect(),
    })
}

fn summary_json(impact: &Impact) -> ImpactSummaryJson {
    let count = |class| impact.count_class(class);
    ImpactSummaryJson {
        refused: count(ImpactClass::Refused),
        stale: count(ImpactClass::Stale),
        unknown: count(ImpactClass::Unknown),
        rolls: count(ImpactClass::Rolls),
        next_run: count(ImpactClass::NextRun),
        reconciles: count(ImpactClass::Reconciles),
        refreshes: count(ImpactClass::Refreshes),
        new: count(ImpactClass::New),
        gone: count(ImpactClass::Gone),
        rolls_twice: impact.workloads.iter().filter(|workload| workload.rolls_twice()).count(),
        downtime: impact.count_downtimes(),
        refused_configs: impact.count_rejected_configs(),
        unaffected: impact.unaffected,
        errors: impact.errors,
        findings: impact.count_findings(),
        unknown_applications: (!impact.applications.is_empty()).then(|| impact.unknown_applications().count()),
    }
}

/// The workloads that something happens to, in one line.
pub(crate) fn impact_workloads_json(impact: &Impact) -> String {
    let one = |workload: &WorkloadImpact| {
        let location = workload.head_location.as_ref().or(workload.base_location.as_ref());
        let application = workload.application.as_deref().map(SourceApplicationJson::from);
        let mut value = json!({
            "apiVersion": workload.api_version,
            "kind": workload.kind,
            "namespace": workload.namespace,
            "name": workload.name,
            "file": location.map(|location| &location.file),
            "line": location.map(|location| location.line),
            "impact": workload.class.as_str(),
        });
        if let Some(application) = application {
            value["application"] = json!(application);
        }
        value
    };
    Value::Array(impact.workloads.iter().map(one).collect()).to_string()
}

fn workload_json<'g>(impact: &'g Impact, workload: &'g WorkloadImpact) -> AffectedWorkloadJson<'g> {
    let rollout = workload.rollout.as_ref();
    AffectedWorkloadJson {
        workload: ObjectJson {
            api_version: &workload.api_version,
            kind: &workload.kind,
            namespace: workload.namespace.as_deref(),
            name: &workload.name,
        },
        impact: workload.class.as_str(),
        rolls_twice: workload.rolls_twice(),
        rolled_by: workload.rolled_by.iter().map(|roller| roller.as_str()).collect(),
        strategy: rollout.map(|rollout| rollout.strategy),
        // The number is null where it is one on each node.
        pods: rollout
            .map(|rollout| RolledPodsJson { count: rollout.pods.count(), at_least: rollout.pods.can_be_more() }),
        downtime: rollout.map(|rollout| rollout.downtime),
        rollout: rollout.map(|rollout| rollout.course.as_str()),
        sync_wave: workload.sync_wave,
        finding: workload.finding,
        because: workload.sentence.as_deref(),
        refresh: workload
            .refresh
            .map(|refresh| RefreshJson { seconds: refresh.seconds(), because: refresh.explanation() }),
        base: workload.base_location.as_ref().map(LocationJson::from),
        head: workload.head_location.as_ref().map(LocationJson::from),
        reasons: workload.reasons.iter().map(|reason| reason_json(impact, reason)).collect(),
        template: workload.template.iter().map(template_json).collect(),
        requests: &workload.requests,
        application: workload.application.as_deref().map(SourceApplicationJson::from),
    }
}

fn reason_json<'g>(impact: &'g Impact, reason: &'g ImpactReason) -> ImpactReasonJson<'g> {
    let config = &impact.configs[reason.config];
    let key = config.find_key(&reason.key);
    ImpactReasonJson {
        config: name_json(config),
        key: &reason.key,
        change: reason.change.as_str(),
        frozen: reason.frozen,
        base: key.and_then(|key| key.base_location.as_ref()).map(LocationJson::from),
        head: key.and_then(|key| key.head_location.as_ref()).map(LocationJson::from),
        ways: reason.routes.iter().map(route_json).collect(),
    }
}

fn route_json(route: &ChangeRoute) -> ChangeRouteJson<'_> {
    ChangeRouteJson {
        container: route.container.as_ref().map(|container| container.name.as_str()),
        container_type: route.container.as_ref().map(|container| container.container_type.as_str()),
        mechanism: route.mechanism.as_str(),
        delivery: route.delivery.as_str(),
        template: route.template.as_deref(),
        base: route.base_location.as_ref().map(LocationJson::from),
        head: route.head_location.as_ref().map(LocationJson::from),
    }
}

fn template_json(change: &TemplateChange) -> TemplateChangeJson<'_> {
    TemplateChangeJson {
        template: change.template.as_deref(),
        path: &change.path,
        change: change.change.as_str(),
        part: change.part.as_str(),
        before: change.before.as_deref(),
        after: change.after.as_deref(),
    }
}

fn config_json(config: &ConfigImpact) -> ChangedConfigJson<'_> {
    ChangedConfigJson {
        config: name_json(config),
        refused: config.refusal,
        base: config.base_location.as_ref().map(LocationJson::from),
        head: config.head_location.as_ref().map(LocationJson::from),
        keys: config.keys.iter().map(key_json).collect(),
        application: config.application.as_deref().map(SourceApplicationJson::from),
    }
}

fn key_json(key: &KeyImpact) -> ChangedKeyJson<'_> {
    ChangedKeyJson {
        key: &key.key,
        change: key.change.as_str(),
        base: key.base_location.as_ref().map(LocationJson::from),
        head: key.head_location.as_ref().map(LocationJson::from),
        diff: key.diff.as_deref(),
    }
}

fn name_json(config: &ConfigImpact) -> ConfigJson<'_> {
    ConfigJson { kind: config.kind.as_str(), namespace: config.namespace.as_deref(), name: &config.name }
}
