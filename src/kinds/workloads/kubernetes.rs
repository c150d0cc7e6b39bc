//! The kinds of Kubernetes itself.
//!
//! Effects are those of the built-in controllers and of API validation: kubernetes.io, "Deployments" (paused),
//! "StatefulSets" and "DaemonSets" (update strategies), "Jobs" (the template is immutable), and the API reference of
//! the versions named. A suspended Job or JobSet is no exception: it may be resumed in the cluster, and then the next
//! apply with another annotation is refused.

use super::{
    ANNOTATIONS, Condition, Effect, PodPart, PodPartKind, PodTemplateSite, WorkloadKind, kind, reason, spec_template,
    template,
};
use crate::kinds::path::field;
use crate::kinds::table::{Table, rows};

const ON_DELETE: Effect =
    Effect::NoEffect(reason("its update strategy is OnDelete: pods change only when they are deleted"));
const OLD_ON_DELETE: Effect =
    Effect::NoEffect(reason("its API version updates on delete by default: pods change only when they are deleted"));
const KEEPS_PODS: Effect = Effect::NoEffect(reason("its controller never replaces running pods"));

/// A Pod describes itself.
fn itself() -> Vec<PodTemplateSite> {
    vec![PodTemplateSite {
        path: field!(),
        annotations: Some(ANNOTATIONS),
        parts: vec![PodPart { path: field!("spec"), kind: PodPartKind::Spec }],
        references: vec![],
    }]
}

/// In every API group that they were served from.
pub(super) static KINDS: Table<WorkloadKind> = Table::new(|| {
    rows([
        kind(&[""], "Pod", itself(), Effect::RefreshesOnly),
        kind(&[""], "PodTemplate", vec![template(field!("template"))], Effect::Rolls),
        kind(&[""], "ReplicationController", spec_template(), KEEPS_PODS),
        kind(&["apps", "extensions"], "ReplicaSet", spec_template(), KEEPS_PODS),
        kind(&["apps", "extensions"], "Deployment", spec_template(), Effect::Rolls).with_exception(
            Condition::True(field!("spec" / "paused")),
            Effect::NoEffect(reason("it is paused: nothing rolls until it is resumed")),
        ),
        kind(&["apps"], "StatefulSet", spec_template(), Effect::Rolls)
            .with_exception(Condition::is(field!("spec" / "updateStrategy" / "type"), "OnDelete"), ON_DELETE)
            .with_exception(
                Condition::NotSetIn(field!("spec" / "updateStrategy" / "type"), "apps/v1beta1"),
                OLD_ON_DELETE,
            )
            .with_exception(
                Condition::AboveZero(field!("spec" / "updateStrategy" / "rollingUpdate" / "partition")),
                Effect::Partly(reason("its update has a partition: pods with a lower ordinal stay as they are")),
            ),
        kind(&["apps", "extensions"], "DaemonSet", spec_template(), Effect::Rolls)
            .with_exception(Condition::is(field!("spec" / "updateStrategy" / "type"), "OnDelete"), ON_DELETE)
            .with_exception(
                Condition::NotSetIn(field!("spec" / "updateStrategy" / "type"), "extensions/v1beta1"),
                OLD_ON_DELETE,
            ),
        kind(
            &["batch", "extensions"],
            "Job",
            spec_template(),
            Effect::Refused(reason("the template of a Job cannot change once it is applied")),
        ),
        kind(
            &["batch"],
            "CronJob",
            vec![template(field!("spec" / "jobTemplate" / "spec" / "template"))],
            Effect::NextRun,
        ),
    ])
});
