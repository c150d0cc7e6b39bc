//! The effects of a change as values: workloads with their classes and reasons, and the configs that changed.

use std::sync::Arc;

use super::rollout::Rollout;
use crate::bundle::object_label;
use crate::diagnostic::Diagnostics;
use crate::graph::{ConfigId, Container, Delivery, Mechanism, WorkloadId};
use crate::index::{Id, IdVec};
use crate::kinds::ConfigKind;
use crate::kinds::controllers::Controller;
use crate::repository::{ApplicationStatus, ReportedApplication};
use crate::source::{FileLine, SourceApplication};

/// The effects of applying one tree over another.
#[derive(Clone, Debug, Default)]
pub struct Impact {
    /// The workloads that something happens to: those of the new tree in its order, then those that are gone; then the
    /// objects without pods that the API server rejects, or whose controllers act on changed content.
    pub workloads: Vec<WorkloadImpact>,
    /// The configs that changed, by name.
    pub configs: IdVec<ConfigImpact>,
    /// The number of workloads that nothing happens to.
    pub unaffected: usize,
    /// The number of errors in the new tree: what cannot be read is left out, as if it had been deleted.
    pub errors: usize,
    /// Diagnostics of what cannot be judged.
    pub diagnostics: Diagnostics,
    /// The applications of a repository, where the trees are made of them.
    pub applications: Vec<ReportedApplication>,
}

/// The effect on one workload, with its reasons.
#[derive(Clone, Debug)]
pub struct WorkloadImpact {
    /// `apps/v1`, as in the new tree; for one that is gone, as in the old.
    pub api_version: String,
    /// The kind.
    pub kind: String,
    /// The namespace.
    pub namespace: Option<String>,
    /// The name.
    pub name: String,
    /// The application that it is in, where the trees hold several.
    pub application: Option<Arc<SourceApplication>>,
    /// The workload in the old graph.
    pub base: Option<WorkloadId>,
    /// The workload in the new graph.
    pub head: Option<WorkloadId>,
    /// Its location in the old tree.
    pub base_location: Option<FileLine>,
    /// Its location in the new tree.
    pub head_location: Option<FileLine>,
    /// The effect.
    pub class: ImpactClass,
    /// The reason in words, where the class does not tell it, and the fix.
    pub sentence: Option<String>,
    /// Set if it needs attention before the change is applied.
    pub finding: bool,
    /// The controllers that replace its pods; each of them does.
    pub rolled_by: Vec<Roller>,
    /// The course of their replacement, where its pods are replaced and its controller is known.
    pub rollout: Option<Rollout>,
    /// The sync wave of Argo CD in which it is applied; 0 by default.
    pub sync_wave: i64,
    /// The arrival of fresh files, where some arrive.
    pub refresh: Option<Refresh>,
    /// The keys that changed and that it consumes.
    pub reasons: Vec<ImpactReason>,
    /// The changes of its pod template.
    pub template: Vec<TemplateChange>,
    /// The producers of configs that it uses whose requests changed.
    pub requests: Vec<String>,
}

/// The effect on a workload.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ImpactClass {
    /// The API server would reject it.
    Refused,
    /// Content that its pods see frozen changed, and nothing replaces them.
    Stale,
    /// A Helm release that changes, of which a chart that is not in the input decides what rolls.
    Unknown,
    /// Its pods are replaced.
    Rolls,
    /// Pods that run go on; those of its next run have it.
    NextRun,
    /// Without pods: its controller acts on the content of a config that it names.
    Reconciles,
    /// The kubelet refreshes its mounted files; the processes go on.
    Refreshes,
    /// A workload of the new tree only.
    New,
    /// A workload of the old tree only.
    Gone,
}

impl ImpactClass {
    /// Every class, what needs eyes first.
    pub const ALL: [ImpactClass; 9] = [
        ImpactClass::Refused,
        ImpactClass::Stale,
        ImpactClass::Unknown,
        ImpactClass::Rolls,
        ImpactClass::NextRun,
        ImpactClass::Reconciles,
        ImpactClass::Refreshes,
        ImpactClass::New,
        ImpactClass::Gone,
    ];

    /// The word for programs: `refused`, `stale`, `unknown`, `rolls`, `nextRun`, `reconciles`, `refreshes`, `new`, `gone`.
    pub fn as_str(self) -> &'static str {
        match self {
            ImpactClass::Refused => "refused",
            ImpactClass::Stale => "stale",
            ImpactClass::Unknown => "unknown",
            ImpactClass::Rolls => "rolls",
            ImpactClass::NextRun => "nextRun",
            ImpactClass::Reconciles => "reconciles",
            ImpactClass::Refreshes => "refreshes",
            ImpactClass::New => "new",
            ImpactClass::Gone => "gone",
        }
    }

    /// The words for people: `stays stale`, `refreshes in place`.
    pub fn label(self) -> &'static str {
        match self {
            ImpactClass::Refused => "refused",
            ImpactClass::Stale => "stays stale",
            ImpactClass::Unknown => "unknown",
            ImpactClass::Rolls => "rolls",
            ImpactClass::NextRun => "next run",
            ImpactClass::Reconciles => "reconciles",
            ImpactClass::Refreshes => "refreshes in place",
            ImpactClass::New => "new",
            ImpactClass::Gone => "gone",
        }
    }
}

/// The arrival of fresh files in a running pod.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refresh {
    /// At the next sync of the pod by the kubelet, once a minute by default (`syncFrequency`), after the kubelet
    /// received the change: at once when it watches (the default), else after the TTL of its cache.
    KubeletSync,
    /// The pod object changes, so that the kubelet syncs it at once.
    AtOnce,
    /// Pods wait for it in order to start; the kubelet tries again about as often as it syncs.
    Starts,
}

impl Refresh {
    /// About how many seconds it takes with the kubelet's defaults.
    pub fn seconds(self) -> u32 {
        match self {
            Refresh::KubeletSync | Refresh::Starts => 60,
            Refresh::AtOnce => 0,
        }
    }

    /// The time in words, with its reason.
    pub fn explanation(self) -> &'static str {
        match self {
            Refresh::KubeletSync => {
                "within about a minute: the kubelet syncs each pod once a minute by default, after its cache has received the change"
            }
            Refresh::AtOnce => "at once: the pod itself changes, so the kubelet syncs it",
            Refresh::Starts => "pods that wait for it start within about a minute, when the kubelet tries again",
        }
    }
}

/// A changed key that a workload consumes.
#[derive(Clone, Debug)]
pub struct ImpactReason {
    /// The config, of those in the impact.
    pub config: ConfigImpactId,
    /// The key.
    pub key: String,
    /// The change.
    pub change: KeyChange,
    /// The routes by which it reaches the workload.
    pub routes: Vec<ChangeRoute>,
    /// Set if a running pod can miss the change: some route is frozen, and pods did not wait for it.
    pub frozen: bool,
}

/// One way by which a key reaches a container.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangeRoute {
    /// The container; absent where no container is concerned.
    pub container: Option<Container>,
    /// The mechanism of the reference.
    pub mechanism: Mechanism,
    /// The delivery of the content.
    pub delivery: Delivery,
    /// The path of the pod template that the reference is in, if the workload has several.
    pub template: Option<String>,
    /// The location of the reference in the old tree.
    pub base_location: Option<FileLine>,
    /// The location of the reference in the new tree.
    pub head_location: Option<FileLine>,
}

/// The change of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum KeyChange {
    /// Other content.
    Changed,
    /// A key of the new tree only.
    Added,
    /// A key of the old tree only.
    Removed,
    /// Equal content, in `binaryData` instead of `data` or the other way round.
    Moved,
}

impl KeyChange {
    /// The word for it: `changed`, `added`, `removed`, `moved`.
    pub fn as_str(self) -> &'static str {
        match self {
            KeyChange::Changed => "changed",
            KeyChange::Added => "added",
            KeyChange::Removed => "removed",
            KeyChange::Moved => "moved",
        }
    }
}

/// A controller that replaces the pods of a workload.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Roller {
    /// Its own controller, for the template changed.
    Template,
    /// Stakater Reloader.
    Reloader,
    /// Wave.
    Wave,
    /// HashiCorp's Vault Secrets Operator.
    Vault,
    /// The 1Password operator.
    OnePassword,
    /// The Doppler operator.
    Doppler,
}

impl Roller {
    /// A controller in the cluster.
    pub(super) fn from_controller(controller: Controller) -> Roller {
        match controller {
            Controller::Reloader => Roller::Reloader,
            Controller::Wave => Roller::Wave,
            Controller::Vault => Roller::Vault,
            Controller::OnePassword => Roller::OnePassword,
            Controller::Doppler => Roller::Doppler,
        }
    }

    /// The word for programs: `template`, `reloader`, `wave`, `vault`, `onePassword`, `doppler`.
    pub fn as_str(self) -> &'static str {
        match self {
            Roller::Template => "template",
            Roller::Reloader => "reloader",
            Roller::Wave => "wave",
            Roller::Vault => "vault",
            Roller::OnePassword => "onePassword",
            Roller::Doppler => "doppler",
        }
    }

    /// The name for people.
    pub fn name(self) -> &'static str {
        match self {
            Roller::Template => "its own controller",
            Roller::Reloader => "Reloader",
            Roller::Wave => "Wave",
            Roller::Vault => "the Vault Secrets Operator",
            Roller::OnePassword => "the 1Password operator",
            Roller::Doppler => "the Doppler operator",
        }
    }
}

/// A difference between two pod templates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TemplateChange {
    /// The path of the template, if the kind can have several.
    pub template: Option<String>,
    /// The way from the template: `spec.containers[web].image`.
    pub path: String,
    /// The change.
    pub change: KeyChange,
    /// The part of the template that differs.
    pub part: TemplatePart,
    /// The old value, if it is an image or a version.
    pub before: Option<String>,
    /// The new value, if it is an image or a version.
    pub after: Option<String>,
}

/// A part of a pod template.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TemplatePart {
    /// The stamp.
    Stamp,
    /// The name of a config, its suffix alone.
    Suffix,
    /// The image of a container.
    Image,
    /// Anything else.
    Other,
}

impl TemplatePart {
    /// The word for it: `stamp`, `suffix`, `image`, `other`.
    pub fn as_str(self) -> &'static str {
        match self {
            TemplatePart::Stamp => "stamp",
            TemplatePart::Suffix => "suffix",
            TemplatePart::Image => "image",
            TemplatePart::Other => "other",
        }
    }
}

/// The index of a config in its impact.
pub type ConfigImpactId = Id<ConfigImpact>;

/// A config whose content changed.
#[derive(Clone, Debug)]
pub struct ConfigImpact {
    /// ConfigMap or Secret.
    pub kind: ConfigKind,
    /// The namespace.
    pub namespace: Option<String>,
    /// The name without a suffix made of its content.
    pub name: String,
    /// The application that it is in, where the trees hold several.
    pub application: Option<Arc<SourceApplication>>,
    /// The config in the old graph.
    pub base: Option<ConfigId>,
    /// The config in the new graph.
    pub head: Option<ConfigId>,
    /// Its location in the old tree.
    pub base_location: Option<FileLine>,
    /// Its location in the new tree.
    pub head_location: Option<FileLine>,
    /// The keys that changed, whether something consumes them or not, sorted.
    pub keys: Vec<KeyImpact>,
    /// The reason for which the API server would reject it, where it would.
    pub refusal: Option<&'static str>,
}

impl ConfigImpact {
    /// The config as people write it: `prod/ConfigMap/app`.
    pub fn label(&self) -> String {
        object_label(self.namespace.as_deref(), self.kind.as_str(), &self.name)
    }

    /// The changed key of a name.
    pub fn find_key(&self, key: &str) -> Option<&KeyImpact> {
        self.keys.iter().find(|entry| entry.key == key)
    }
}

/// A key whose content changed.
#[derive(Clone, Debug)]
pub struct KeyImpact {
    /// The key.
    pub key: String,
    /// The change.
    pub change: KeyChange,
    /// Its location in the old tree.
    pub base_location: Option<FileLine>,
    /// Its location in the new tree.
    pub head_location: Option<FileLine>,
    /// The unified diff of its text, from `@@` on, where it was asked for. Never of a Secret.
    pub diff: Option<String>,
}

impl WorkloadImpact {
    /// The workload as people write it: `prod/Deployment/web`.
    pub fn label(&self) -> String {
        object_label(self.namespace.as_deref(), &self.kind, &self.name)
    }

    /// Returns `true` if its pods are replaced more than once.
    pub fn rolls_twice(&self) -> bool {
        self.rolled_by.len() > 1
    }

    /// The effect in words for people.
    pub fn class_label(&self) -> &'static str {
        if self.rolls_twice() { "rolls twice" } else { self.class.label() }
    }
}

impl Impact {
    /// The number of workloads of a class.
    pub fn count_class(&self, class: ImpactClass) -> usize {
        self.workloads.iter().filter(|workload| workload.class == class).count()
    }

    /// The number of changed configs that the API server would reject.
    pub fn count_rejected_configs(&self) -> usize {
        self.configs.iter().filter(|config| config.refusal.is_some()).count()
    }

    /// The number of objects other than configs that the API server would reject.
    pub fn count_rejected_objects(&self) -> usize {
        let rejected = self.workloads.iter().filter(|object| object.class == ImpactClass::Refused);
        rejected.filter(|object| ConfigKind::of(&object.api_version, &object.kind).is_none()).count()
    }

    /// The number of objects that the API server would reject.
    pub fn count_refused(&self) -> usize {
        self.count_rejected_objects() + self.count_rejected_configs()
    }

    /// The number of workloads of which all pods are missing for some time.
    pub fn count_downtimes(&self) -> usize {
        let rollouts = self.workloads.iter().filter_map(|workload| workload.rollout.as_ref());
        rollouts.filter(|rollout| rollout.downtime).count()
    }

    /// The applications that the change touches and of which nothing is known.
    pub fn unknown_applications(&self) -> impl Iterator<Item = &ReportedApplication> {
        self.applications.iter().filter(|one| one.is_touched && one.status == ApplicationStatus::Unknown)
    }

    /// The number of workloads that need attention before the change is applied.
    pub fn count_findings(&self) -> usize {
        self.workloads.iter().filter(|workload| workload.finding).count()
    }
}
