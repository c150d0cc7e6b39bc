//! The kinds of Kubernetes itself.
//!
//! Effects are those of the built-in controllers and of API validation: kubernetes.io, "Deployments" (paused),
//! "StatefulSets" and "DaemonSets" (update strategies), "Jobs" (the template is immutable), and the API reference of
//! the versions named.

use super::{
    ANNOTATIONS, Condition, Effect, PodPart, PodPartKind, PodTemplateSite, SPEC_TEMPLATE, WorkloadKind, kind, template,
};
use crate::kinds::path::field;

const ON_DELETE: Effect = Effect::NoEffect("its update strategy is OnDelete: pods change only when they are deleted");
const OLD_ON_DELETE: Effect =
    Effect::NoEffect("its API version updates on delete by default: pods change only when they are deleted");
const KEEPS_PODS: Effect = Effect::NoEffect("its controller never replaces pods that run");

/// A Pod describes itself.
const ITSELF: &[PodTemplateSite] = &[PodTemplateSite {
    path: field!(),
    annotations: ANNOTATIONS,
    parts: &[PodPart { path: field!("spec"), kind: PodPartKind::Spec }],
    references: &[],
}];

/// In every API group that they were served from.
pub(super) static KINDS: [WorkloadKind; 9] = [
    kind(&[""], "Pod", ITSELF, Effect::RefreshesOnly),
    kind(&[""], "PodTemplate", &[template(field!("template"))], Effect::Rolls),
    kind(&[""], "ReplicationController", SPEC_TEMPLATE, KEEPS_PODS),
    kind(&["apps", "extensions"], "ReplicaSet", SPEC_TEMPLATE, KEEPS_PODS),
    WorkloadKind {
        exceptions: &[(
            Condition::True(field!("spec" / "paused")),
            Effect::NoEffect("it is paused: nothing rolls until it is resumed"),
        )],
        ..kind(&["apps", "extensions"], "Deployment", SPEC_TEMPLATE, Effect::Rolls)
    },
    WorkloadKind {
        exceptions: &[
            (Condition::Is(field!("spec" / "updateStrategy" / "type"), "OnDelete"), ON_DELETE),
            (Condition::NotSetIn(field!("spec" / "updateStrategy" / "type"), "apps/v1beta1"), OLD_ON_DELETE),
            (
                Condition::AboveZero(field!("spec" / "updateStrategy" / "rollingUpdate" / "partition")),
                Effect::Partly("its update has a partition: pods with a lower ordinal stay as they are"),
            ),
        ],
        ..kind(&["apps"], "StatefulSet", SPEC_TEMPLATE, Effect::Rolls)
    },
    WorkloadKind {
        exceptions: &[
            (Condition::Is(field!("spec" / "updateStrategy" / "type"), "OnDelete"), ON_DELETE),
            (Condition::NotSetIn(field!("spec" / "updateStrategy" / "type"), "extensions/v1beta1"), OLD_ON_DELETE),
        ],
        ..kind(&["apps", "extensions"], "DaemonSet", SPEC_TEMPLATE, Effect::Rolls)
    },
    WorkloadKind {
        exceptions: &[(Condition::True(field!("spec" / "suspend")), Effect::WhileSuspended)],
        ..kind(
            &["batch", "extensions"],
            "Job",
            SPEC_TEMPLATE,
            Effect::Refused("the template of a Job cannot change once it is applied"),
        )
    },
    kind(&["batch"], "CronJob", &[template(field!("spec" / "jobTemplate" / "spec" / "template"))], Effect::NextRun),
];
