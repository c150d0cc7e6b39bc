//! Changes that the API server would reject.

use std::borrow::Cow;

use super::WorkloadComparison;
use super::template_changes::TemplatePart;
use crate::kinds::path::{FieldPath, field};
use crate::kinds::workloads::Effect;
use crate::yaml::{Limits, Node, Value};

/// Fields of a kind that stay as they were created (`ValidateDeploymentUpdate`, `ValidateDaemonSetUpdate`,
/// `ValidateStatefulSetUpdate`, `ValidateJobUpdate`).
const FIXED: [(&str, &[FieldPath]); 5] = [
    ("Deployment", &[field!("spec" / "selector")]),
    ("DaemonSet", &[field!("spec" / "selector")]),
    ("ReplicaSet", &[field!("spec" / "selector")]),
    (
        "StatefulSet",
        &[
            field!("spec" / "selector"),
            field!("spec" / "serviceName"),
            field!("spec" / "volumeClaimTemplates"),
            field!("spec" / "podManagementPolicy"),
        ],
    ),
    ("Job", &[field!("spec" / "selector"), field!("spec" / "completionMode")]),
];

impl WorkloadComparison<'_, '_, '_> {
    /// Returns the reason for which the API server would reject the workload.
    pub(super) fn find_rejection(&self) -> Option<String> {
        if self.trees.base.applied_workload_name(self.base) != self.trees.head.applied_workload_name(self.head) {
            // Under another name it is another object.
            return None;
        }
        self.find_template_rejection().map(Cow::into_owned).or_else(|| self.find_field_rejection())
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

    fn find_template_rejection(&self) -> Option<Cow<'static, str>> {
        let mut in_spec = false;
        let mut beyond_images = false;
        for change in &self.template {
            let is_in_spec = !change.path.starts_with("metadata");
            in_spec |= is_in_spec;
            beyond_images |= is_in_spec && change.part != TemplatePart::Image;
        }
        let reason = match self.head_effect() {
            Effect::Refused(reason) if !self.template.is_empty() => return Some(reason),
            Effect::InPlaceOnly(_) if in_spec => {
                "its update strategy is InPlaceOnly: of the spec of its pods only the images can change"
            }
            Effect::WhileSuspended if in_spec => {
                "of the template of a suspended workload only labels and annotations can change"
            }
            Effect::RefreshesOnly if beyond_images => {
                "of the spec of a Pod only the images can change: delete it and create it again"
            }
            _ => return None,
        };
        Some(reason.into())
    }

    fn find_field_rejection(&self) -> Option<String> {
        let kind = &self.trees.head.workload(self.head).kind.kind;
        let (_, paths) = FIXED.iter().find(|(of, _)| of == kind)?;
        let (old, new) = (self.trees.base.applied(self.base), self.trees.head.applied(self.head));
        let path = paths.iter().find(|path| value_at(old, path) != value_at(new, path))?;
        Some(format!("its {} cannot change once it is applied: delete it and create it again", path.keys().join(".")))
    }
}

fn value_at(object: Node<'_>, path: &FieldPath) -> Option<Value> {
    match Value::from_node(path.first(object)?, &Limits::default()) {
        Err(_) | Ok(Value::Null) => None,
        Ok(value) => Some(value),
    }
}
