//! Changes that the API server would reject.

use std::borrow::Cow;

use super::WorkloadComparison;
use super::updates;
use crate::impact::{TemplateChange, TemplatePart};
use crate::kinds::workloads::Effect;
use crate::yaml::{Limits, Node, Number, Value};

/// Fields of a pod template that the API server lets change while a Job is suspended (`validatePodTemplateUpdate`).
/// Resources of containers come with them (`MutablePodResourcesForSuspendedJobs`).
const OPEN_WHILE_SUSPENDED: [&str; 6] = [
    "metadata.annotations",
    "metadata.labels",
    "spec.affinity.nodeAffinity",
    "spec.nodeSelector",
    "spec.schedulingGates",
    "spec.tolerations",
];

impl WorkloadComparison<'_, '_, '_> {
    /// Returns the reason for which the API server would reject the workload.
    pub(super) fn find_rejection(&self) -> Option<String> {
        if self.trees.base.applied_name(self.base).name != self.trees.head.applied_name(self.head).name {
            // Under another name it is another object.
            return None;
        }
        if let Some(reason) = self.find_template_rejection() {
            return Some(reason.into_owned());
        }
        let kind = &self.trees.head.workload(self.head).kind;
        // What its applier replaces is created anew.
        if !kind.is_built_in() || (self.is_kind("Job") && self.head_effect() == Effect::NextRun) {
            return None;
        }
        let (old, new) = (self.trees.base.open_applied(self.base), self.trees.head.open_applied(self.head));
        updates::find_rejection(&kind.kind, old.node(), new.node())
    }

    /// Returns the name and the reason of a config that the workload consumes and that the API server would reject.
    pub(super) fn find_config_rejection(&self) -> Option<(String, &'static str)> {
        for reason in &self.reasons {
            let config = self.configs.comparison(reason.config);
            if let Some(refusal) = config.refusal {
                return Some((config.label(), refusal));
            }
        }
        None
    }

    /// Returns `true` for a Job, or a JobSet, that is suspended in the base: none of its pods has started.
    pub(super) fn was_suspended(&self) -> bool {
        let opened = self.trees.base.open_applied(self.base);
        let suspend = opened.node().get_path(&["spec", "suspend"]);
        (self.is_kind("Job") || self.is_kind("JobSet")) && suspend.is_some_and(Node::is_true)
    }

    fn find_template_rejection(&self) -> Option<Cow<'static, str>> {
        if self.template.is_empty() {
            return None;
        }
        let reason = match self.head_effect() {
            Effect::Refused(reason) => {
                if !self.was_suspended() {
                    return Some(reason);
                }
                if self.template.iter().all(|change| self.is_open_while_suspended(change)) {
                    return None;
                }
                "of the pod template of a suspended Job only labels, annotations and fields for the scheduler can \
                 change: delete it and create it again"
            }
            Effect::InPlaceOnly(_) if self.template.iter().any(is_in_spec) => {
                "its update strategy is InPlaceOnly: of the spec of its pods only the images can change"
            }
            Effect::WhileSuspended if self.template.iter().any(is_in_spec) => {
                "of the template of a suspended workload only labels and annotations can change"
            }
            Effect::RefreshesOnly if !self.template.iter().all(|change| self.is_open_in_pod(change)) => {
                "of the spec of a Pod only the images can change: delete it and create it again"
            }
            _ => return None,
        };
        Some(reason.into())
    }

    fn is_open_while_suspended(&self, change: &TemplateChange) -> bool {
        let path = change.path.as_str();
        let is_job = self.is_kind("Job");
        for field in OPEN_WHILE_SUSPENDED {
            let rest = path.strip_prefix(field);
            if rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
                && (is_job || !field.contains("affinity"))
            {
                return true;
            }
        }
        is_job && is_in_resources(path)
    }

    /// Returns `true` for a change that the API server accepts in a Pod (`ValidatePodUpdate`).
    fn is_open_in_pod(&self, change: &TemplateChange) -> bool {
        if !is_in_spec(change) || change.part == TemplatePart::Image {
            return true;
        }
        let field = change.path.trim_start_matches("spec.").split('[').next().unwrap_or_default();
        let [old, new] = [self.trees.base.open_applied(self.base), self.trees.head.open_applied(self.head)]
            .map(|pod| Value::from_node(pod.node().get_path(&["spec", field])?, &Limits::default()).ok());
        match field {
            // A deadline can come, and come nearer.
            "activeDeadlineSeconds" => match (old, new) {
                (Some(Value::Number(Number::Int(old))), Some(Value::Number(Number::Int(new)))) => new <= old,
                (old, new) => old.is_none() && new.is_some(),
            },
            // Tolerations can be added.
            "tolerations" => match (old, new) {
                (Some(Value::Seq(old)), Some(Value::Seq(new))) => old.iter().all(|toleration| new.contains(toleration)),
                (old, new) => old.is_none() && new.is_some(),
            },
            _ => false,
        }
    }
}

fn is_in_spec(change: &TemplateChange) -> bool {
    !change.path.starts_with("metadata")
}

/// Returns `true` for a path below the resources of a container: `spec.containers[web].resources.limits`.
fn is_in_resources(path: &str) -> bool {
    let Some(rest) = path.strip_prefix("spec.containers[").or_else(|| path.strip_prefix("spec.initContainers[")) else {
        return false;
    };
    rest.split_once(']').is_some_and(|(_, field)| field == ".resources" || field.starts_with(".resources."))
}
