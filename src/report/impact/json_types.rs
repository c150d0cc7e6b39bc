//! The shape of the impact for programs.

use serde::Serialize;

use crate::report::apps::ReportedApplicationJson;
#[cfg(test)]
use crate::report::format::json::VERSION;
use crate::report::format::json::{ConfigJson, DiagnosticJson, LocationJson, ObjectJson, SourceApplicationJson};
#[cfg(test)]
use crate::report::schema_words;

/// Output of `rollstamp impact --format json`.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(in crate::report) struct ImpactJson<'g> {
    /// Version of the report.
    #[cfg_attr(test, schemars(extend("const" = VERSION)))]
    pub(super) version: u32,
    /// Numbers.
    pub(super) summary: ImpactSummaryJson,
    /// The workloads that something happens to; then the objects without pods that the API server would refuse
    /// (`refused`), or that read changed content of a config (`reconciles`), and Helm releases of Flux that change
    /// (`unknown`).
    pub(super) workloads: Vec<AffectedWorkloadJson<'g>>,
    /// The configs that changed, whether or not a workload consumes them, and those that the API server would refuse.
    pub(super) configs: Vec<ChangedConfigJson<'g>>,
    /// Messages about the input.
    pub(super) diagnostics: Vec<DiagnosticJson<'g>>,
    /// The applications, with `--apps`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) applications: Vec<ReportedApplicationJson<'g>>,
}

/// The numbers of an impact.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub(super) struct ImpactSummaryJson {
    /// The number of entries of `workloads` whose `impact` is this, as for the next eight.
    pub(super) refused: usize,
    /// Number.
    pub(super) stale: usize,
    /// Number.
    pub(super) unknown: usize,
    /// Number.
    pub(super) rolls: usize,
    /// Number.
    pub(super) next_run: usize,
    /// Number.
    pub(super) reconciles: usize,
    /// Number.
    pub(super) refreshes: usize,
    /// Number.
    pub(super) new: usize,
    /// Number.
    pub(super) gone: usize,
    /// Workloads whose pods are replaced more than once.
    pub(super) rolls_twice: usize,
    /// Workloads of which all pods are missing for some time.
    pub(super) downtime: usize,
    /// Configs that the API server would refuse.
    pub(super) refused_configs: usize,
    /// Workloads that nothing happens to.
    pub(super) unaffected: usize,
    /// Errors in the new tree: what cannot be read is left out.
    pub(super) errors: usize,
    /// Findings.
    pub(super) findings: usize,
    /// With `--apps`, the applications that are touched and unknown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) unknown_applications: Option<usize>,
}

/// An object that something happens to.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub(super) struct AffectedWorkloadJson<'g> {
    /// The workload.
    pub(super) workload: ObjectJson<'g>,
    /// The effect.
    #[cfg_attr(test, schemars(extend("enum" = schema_words::impact_classes())))]
    pub(super) impact: &'static str,
    /// `true` if its pods are replaced more than once.
    pub(super) rolls_twice: bool,
    /// Controllers that replace its pods: `template`, `reloader`, `wave`, `vault`, `onePassword`, `doppler`.
    pub(super) rolled_by: Vec<&'static str>,
    /// Strategy by which its pods are replaced, in the words of its API: `RollingUpdate`, `Recreate`, `Rolling`, `Canary`
    /// or `BlueGreen`; null where they are not, and for kinds whose controllers are not known so well; so with the next
    /// three.
    pub(super) strategy: Option<&'static str>,
    /// The number of pods that are replaced.
    pub(super) pods: Option<RolledPodsJson>,
    /// `true` if all pods are missing for some time.
    pub(super) downtime: Option<bool>,
    /// The course of the rollout in words.
    pub(super) rollout: Option<&'g str>,
    /// The sync wave of Argo CD in which it is applied, 0 by default.
    pub(super) sync_wave: i64,
    /// `true` if it needs attention before the change is applied, and fails the run under `--strict`; `false` if the
    /// baseline has it.
    pub(super) finding: bool,
    /// The reason in words; null where `impact` says it all.
    pub(super) because: Option<&'g str>,
    /// The arrival of fresh files; null where none arrive.
    pub(super) refresh: Option<RefreshJson>,
    /// Its location in the old tree; null where it is not there.
    pub(super) base: Option<LocationJson<'g>>,
    /// Its location in the new tree; null where it is not there.
    pub(super) head: Option<LocationJson<'g>>,
    /// The changed keys that it consumes.
    pub(super) reasons: Vec<ImpactReasonJson<'g>>,
    /// The changes of its pod template, or of a Helm release and the source of its chart.
    pub(super) template: Vec<TemplateChangeJson<'g>>,
    /// The producers of its configs whose requests changed.
    pub(super) requests: &'g [String],
    /// The application, with `--apps`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) application: Option<SourceApplicationJson<'g>>,
}

/// The number of pods that a rollout replaces.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub(super) struct RolledPodsJson {
    /// The number; null where it is one on each node.
    pub(super) count: Option<u64>,
    /// `true` if it can be more.
    pub(super) at_least: bool,
}

/// The arrival of fresh files.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct RefreshJson {
    /// Seconds, about.
    pub(super) seconds: u32,
    /// The time and its reason in words.
    pub(super) because: &'static str,
}

/// A changed key that a workload consumes.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct ImpactReasonJson<'g> {
    /// The config, by its name without a suffix.
    pub(super) config: ConfigJson<'g>,
    /// The changed key.
    pub(super) key: &'g str,
    /// The change; `moved` for the same bytes in `binaryData` instead of `data` or the other way round.
    #[cfg_attr(test, schemars(extend("enum" = schema_words::KEY_CHANGES)))]
    pub(super) change: &'static str,
    /// `true` if running pods miss the change.
    pub(super) frozen: bool,
    /// Location of the key in the old tree.
    pub(super) base: Option<LocationJson<'g>>,
    /// Location of the key in the new tree.
    pub(super) head: Option<LocationJson<'g>>,
    /// The references by which the key reaches the workload.
    pub(super) ways: Vec<ChangeRouteJson<'g>>,
}

/// A reference by which a changed key reaches a workload.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub(super) struct ChangeRouteJson<'g> {
    /// Name of the container; null where no container is concerned.
    pub(super) container: Option<&'g str>,
    /// List of containers that it is in; null where no container is concerned.
    #[cfg_attr(test, schemars(extend("enum" = schema_words::CONTAINER_TYPES)))]
    pub(super) container_type: Option<&'static str>,
    /// Kind of the reference.
    #[cfg_attr(test, schemars(extend("enum" = schema_words::MECHANISMS)))]
    pub(super) mechanism: &'static str,
    /// Delivery of the content.
    #[cfg_attr(test, schemars(extend("enum" = schema_words::DELIVERIES)))]
    pub(super) delivery: &'static str,
    /// Path of the pod template if the workload has several, else null.
    pub(super) template: Option<&'g str>,
    /// Location of the reference in the old tree.
    pub(super) base: Option<LocationJson<'g>>,
    /// Location of the reference in the new tree.
    pub(super) head: Option<LocationJson<'g>>,
}

/// A change of a pod template, or of a Helm release and the source of its chart.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct TemplateChangeJson<'g> {
    /// Path of the pod template in a kind that can have several, or the source of the chart; else null.
    pub(super) template: Option<&'g str>,
    /// Path of the change from there.
    pub(super) path: &'g str,
    /// The change.
    #[cfg_attr(test, schemars(extend("enum" = schema_words::TEMPLATE_CHANGES)))]
    pub(super) change: &'static str,
    /// The part that changes.
    #[cfg_attr(test, schemars(extend("enum" = schema_words::TEMPLATE_PARTS)))]
    pub(super) part: &'static str,
    /// Of images and of chart versions the value before, else null.
    pub(super) before: Option<&'g str>,
    /// Of images and of chart versions the value after, else null.
    pub(super) after: Option<&'g str>,
}

/// A config that changed, or that the API server would refuse.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct ChangedConfigJson<'g> {
    /// The config, by its name without a suffix.
    pub(super) config: ConfigJson<'g>,
    /// The reason why the API server would refuse it, in words; null where it would not.
    pub(super) refused: Option<&'static str>,
    /// Its location in the old tree; null where it is not there.
    pub(super) base: Option<LocationJson<'g>>,
    /// Its location in the new tree; null where it is not there.
    pub(super) head: Option<LocationJson<'g>>,
    /// The changed keys.
    pub(super) keys: Vec<ChangedKeyJson<'g>>,
    /// The application, with `--apps`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) application: Option<SourceApplicationJson<'g>>,
}

/// A changed key of a config.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct ChangedKeyJson<'g> {
    /// The key.
    pub(super) key: &'g str,
    /// The change; `moved` for the same bytes in `binaryData` instead of `data` or the other way round.
    #[cfg_attr(test, schemars(extend("enum" = schema_words::KEY_CHANGES)))]
    pub(super) change: &'static str,
    /// Location of the key in the old tree.
    pub(super) base: Option<LocationJson<'g>>,
    /// Location of the key in the new tree.
    pub(super) head: Option<LocationJson<'g>>,
    /// With `--diff`, the diff of a ConfigMap's key, else null.
    pub(super) diff: Option<&'g str>,
}
