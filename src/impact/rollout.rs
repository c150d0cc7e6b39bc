//! The rollout of a workload whose pods are replaced: how many pods, by which strategy, and whether all of them are
//! missing meanwhile.
//!
//! Every rule is the controller's own. What the cluster decides (quotas, readiness, evictions) is not judged, and a
//! PodDisruptionBudget is not read: it holds back evictions, never a rollout.

mod replicas;
mod strategy;

use crate::bundle::ObjectName;
use crate::kinds::{annotation_text, api_group};
use crate::yaml::Node;

pub(super) use replicas::Autoscalers;

/// The replacement of the pods of a workload, of a kind whose controller is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rollout {
    /// The strategy in the words of its API: `RollingUpdate`, `Recreate`, `Rolling`, `Canary`, `BlueGreen`.
    pub strategy: &'static str,
    /// The number of pods that are replaced.
    pub pods: RolledPods,
    /// Set if no pod is available for some time.
    pub downtime: bool,
    /// The course of the rollout in words: `up to 1 pod extra, none missing`.
    pub course: String,
}

/// The number of pods that a rollout replaces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RolledPods {
    /// This many.
    Exactly(u64),
    /// This many or more: an autoscaler decides, or the number is not in the manifests.
    AtLeast(u64),
    /// One on each node that the pods are scheduled to.
    EachNode,
}

impl RolledPods {
    /// The number, or the lowest that is possible; none where it depends on the nodes.
    pub fn count(self) -> Option<u64> {
        match self {
            RolledPods::Exactly(count) | RolledPods::AtLeast(count) => Some(count),
            RolledPods::EachNode => None,
        }
    }

    /// Returns `true` if there can be more than [`RolledPods::count`].
    pub fn can_be_more(self) -> bool {
        matches!(self, RolledPods::AtLeast(_))
    }
}

/// Describes the rollout of a workload that rolls; none for kinds whose controllers are not known so well.
pub(super) fn describe_rollout(
    kind: &str,
    name: &ObjectName,
    object: Node<'_>,
    autoscalers: &Autoscalers,
) -> Option<Rollout> {
    let api_version = object.get("apiVersion").and_then(Node::decoded_text).unwrap_or_default();
    let spec = object.get("spec")?;
    match (api_group(&api_version), kind) {
        ("apps" | "extensions", "Deployment") => {
            let replicas = autoscalers.replicas_of(kind, name, object, Some(1))?;
            Some(strategy::deployment(spec, replicas))
        }
        ("apps", "StatefulSet") => {
            let replicas = autoscalers.replicas_of(kind, name, object, Some(1))?;
            Some(strategy::stateful_set(spec, replicas))
        }
        ("apps" | "extensions", "DaemonSet") => Some(strategy::daemon_set(spec)),
        ("apps.openshift.io" | "", "DeploymentConfig") => {
            let replicas = autoscalers.replicas_of(kind, name, object, None)?;
            strategy::deployment_config(spec, replicas)
        }
        ("argoproj.io", "Rollout") => {
            let replicas = autoscalers.replicas_of(kind, name, object, Some(1))?;
            strategy::argo_rollout(spec, replicas)
        }
        _ => None,
    }
}

/// The sync wave of Argo CD in which an object is applied (`argocd.argoproj.io/sync-wave`); 0 where none is given or
/// it is not a number, as in `gitops-engine/pkg/sync/syncwaves`.
pub(super) fn find_sync_wave(object: Node<'_>) -> i64 {
    let text = annotation_text(object, "argocd.argoproj.io/sync-wave");
    text.and_then(|text| text.trim().parse().ok()).unwrap_or(0)
}
