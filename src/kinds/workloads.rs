//! The kinds that hold a pod template, and what happens when their template changes.
//!
//! Effects are those of the built-in controllers and of API validation: kubernetes.io, "Deployments" (paused),
//! "StatefulSets" and "DaemonSets" (update strategies), "Jobs" (the template is immutable), and the API reference of
//! the versions named.

use super::{Path, keys};
use crate::yaml::Node;

/// One kind of workload.
#[derive(Debug)]
pub struct WorkloadKind {
    /// The API groups in which the kind is or was served; the core group is the empty text.
    pub groups: &'static [&'static str],
    /// The kind.
    pub kind: &'static str,
    /// Where the object that carries `metadata` and `spec` of the pods stands: the pod template, or a Pod itself.
    pub template: Path,
    /// What a changed template does, unless one of the exceptions holds.
    pub effect: Effect,
    /// The first that holds replaces `effect`.
    pub exceptions: &'static [(Condition, Effect)],
}

/// What a changed pod template does when it is applied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Pods are replaced.
    Rolls,
    /// The next run uses it.
    NextRun,
    /// Annotations of the template may change while the object is suspended, its spec may not.
    WhileSuspended,
    /// The object's own metadata changes: the kubelet refreshes its volumes, the containers go on.
    RefreshesOnly,
    /// It is accepted, and pods that run stay as they are.
    NoEffect(&'static str),
    /// Only some of the pods are replaced.
    Partly(&'static str),
    /// The API server refuses it.
    Refused(&'static str),
}

/// A fact about one object, read from its manifest.
#[derive(Clone, Copy, Debug)]
pub enum Condition {
    /// The value at the path is `true`.
    True(Path),
    /// The value at the path is this text.
    Is(Path, &'static str),
    /// The value at the path is a number above zero.
    AboveZero(Path),
    /// Nothing stands at the path, and the API version is this one.
    AbsentIn(Path, &'static str),
    /// Nothing stands at the path.
    Absent(Path),
    /// The object's own annotation is this text, in any case of letters.
    Annotation(&'static str, &'static str),
    /// The object's own annotation, a list with commas, holds all of these.
    AnnotationHas(&'static str, &'static [&'static str]),
    /// The object has all of these annotations.
    Annotations(&'static [&'static str]),
}

const ON_DELETE: Effect = Effect::NoEffect("its update strategy is OnDelete: pods change only when they are deleted");
const OLD_ON_DELETE: Effect =
    Effect::NoEffect("its API version updates on delete by default: pods change only when they are deleted");
const KEEPS_PODS: Effect = Effect::NoEffect("its controller never replaces pods that run");

/// Every built-in kind with a pod template, in every API group it was served from.
pub static WORKLOADS: [WorkloadKind; 9] = [
    WorkloadKind { groups: &[""], kind: "Pod", template: keys!(), effect: Effect::RefreshesOnly, exceptions: &[] },
    WorkloadKind {
        groups: &[""],
        kind: "PodTemplate",
        template: keys!("template"),
        effect: Effect::Rolls,
        exceptions: &[],
    },
    WorkloadKind {
        groups: &[""],
        kind: "ReplicationController",
        template: keys!("spec" / "template"),
        effect: KEEPS_PODS,
        exceptions: &[],
    },
    WorkloadKind {
        groups: &["apps", "extensions"],
        kind: "ReplicaSet",
        template: keys!("spec" / "template"),
        effect: KEEPS_PODS,
        exceptions: &[],
    },
    WorkloadKind {
        groups: &["apps", "extensions"],
        kind: "Deployment",
        template: keys!("spec" / "template"),
        effect: Effect::Rolls,
        exceptions: &[(
            Condition::True(keys!("spec" / "paused")),
            Effect::NoEffect("it is paused: nothing rolls until it is resumed"),
        )],
    },
    WorkloadKind {
        groups: &["apps"],
        kind: "StatefulSet",
        template: keys!("spec" / "template"),
        effect: Effect::Rolls,
        exceptions: &[
            (Condition::Is(keys!("spec" / "updateStrategy" / "type"), "OnDelete"), ON_DELETE),
            (Condition::AbsentIn(keys!("spec" / "updateStrategy" / "type"), "apps/v1beta1"), OLD_ON_DELETE),
            (
                Condition::AboveZero(keys!("spec" / "updateStrategy" / "rollingUpdate" / "partition")),
                Effect::Partly("its update has a partition: pods with a lower ordinal stay as they are"),
            ),
        ],
    },
    WorkloadKind {
        groups: &["apps", "extensions"],
        kind: "DaemonSet",
        template: keys!("spec" / "template"),
        effect: Effect::Rolls,
        exceptions: &[
            (Condition::Is(keys!("spec" / "updateStrategy" / "type"), "OnDelete"), ON_DELETE),
            (Condition::AbsentIn(keys!("spec" / "updateStrategy" / "type"), "extensions/v1beta1"), OLD_ON_DELETE),
        ],
    },
    WorkloadKind {
        groups: &["batch", "extensions"],
        kind: "Job",
        template: keys!("spec" / "template"),
        effect: Effect::Refused("the template of a Job cannot change once it is applied"),
        exceptions: &[
            (Condition::Absent(keys!("metadata" / "name")), Effect::NextRun),
            (Condition::Annotations(&["helm.sh/hook", "helm.sh/hook-delete-policy"]), Effect::NextRun),
            (Condition::Annotations(&["argocd.argoproj.io/hook"]), Effect::NextRun),
            (
                Condition::AnnotationHas("argocd.argoproj.io/sync-options", &["Force=true", "Replace=true"]),
                Effect::NextRun,
            ),
            (Condition::Annotation("kustomize.toolkit.fluxcd.io/force", "Enabled"), Effect::NextRun),
            (Condition::Annotation("kapp.k14s.io/update-strategy", "fallback-on-replace"), Effect::NextRun),
            (Condition::Annotation("kapp.k14s.io/update-strategy", "always-replace"), Effect::NextRun),
            (Condition::True(keys!("spec" / "suspend")), Effect::WhileSuspended),
        ],
    },
    WorkloadKind {
        groups: &["batch"],
        kind: "CronJob",
        template: keys!("spec" / "jobTemplate" / "spec" / "template"),
        effect: Effect::NextRun,
        exceptions: &[],
    },
];

impl WorkloadKind {
    /// The row of an API version and kind; the version of the group does not matter.
    pub fn of(api_version: &str, kind: &str) -> Option<&'static WorkloadKind> {
        let group = api_version.split_once('/').map_or("", |(group, _)| group);
        WORKLOADS.iter().find(|row| row.kind == kind && row.groups.contains(&group))
    }

    /// The pod template of an object of this kind, as written: it can be an alias.
    pub fn template_of<'a>(&self, object: Node<'a>) -> Option<Node<'a>> {
        self.template.iter().try_fold(object, |node, key| node.get(key))
    }

    /// What a changed template of this very object does.
    pub fn effect_on(&self, object: Node<'_>) -> Effect {
        let exception = self.exceptions.iter().find(|(condition, _)| condition.holds(object));
        exception.map_or(self.effect, |&(_, effect)| effect)
    }
}

impl Effect {
    /// Whether the API server refuses another spec of the pods, as a renamed reference makes it.
    pub fn refuses_new_spec(self) -> bool {
        matches!(self, Effect::Refused(_) | Effect::WhileSuspended | Effect::RefreshesOnly)
    }
}

impl Condition {
    fn holds(self, object: Node<'_>) -> bool {
        let at = |path: Path| path.iter().try_fold(object, |node, key| node.get(key));
        let text = |path: Path| at(path).and_then(Node::decoded);
        let annotation = |key: &str| object.get("metadata")?.get("annotations")?.get(key)?.decoded();
        match self {
            Condition::True(path) => at(path).is_some_and(Node::is_true),
            Condition::Is(path, wanted) => text(path).is_some_and(|text| text == wanted),
            Condition::AboveZero(path) => text(path).and_then(|text| text.parse().ok()).is_some_and(|n: u64| n > 0),
            Condition::AbsentIn(path, version) => {
                text(path).is_none() && object.get("apiVersion").and_then(Node::decoded).is_some_and(|v| v == version)
            }
            Condition::Absent(path) => at(path).is_none(),
            Condition::Annotation(key, wanted) => annotation(key).is_some_and(|text| text.eq_ignore_ascii_case(wanted)),
            Condition::AnnotationHas(key, wanted) => annotation(key)
                .is_some_and(|text| wanted.iter().all(|word| text.split(',').any(|part| part.trim() == *word))),
            Condition::Annotations(keys) => keys.iter().all(|key| annotation(key).is_some()),
        }
    }
}
