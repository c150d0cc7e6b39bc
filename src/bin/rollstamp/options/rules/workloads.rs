//! Rules for kinds that describe pods.

use std::borrow::Cow;

use rollstamp::kinds::condition::Condition;
use rollstamp::kinds::path::FieldPath;
use rollstamp::kinds::workloads::{Effect, PodPart, PodPartKind, PodTemplateSite, WorkloadKind, template};

use serde::de::{Deserialize, Deserializer, Error};

use super::{KeyPath, PathPattern};

/// A kind whose objects describe pods; or, for a kind that is built in, what a changed template does.
#[derive(Debug, PartialEq, serde::Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields, remote = "Self")]
pub struct WorkloadRule {
    /// The API group of the objects; "" for the core group.
    pub group: String,
    /// Their kind.
    pub kind: String,
    /// Pod templates: mappings with `metadata` and `spec`.
    #[serde(default)]
    pub templates: Vec<PathPattern>,
    /// The annotations that the controller gives its pods, where there is no pod template.
    #[serde(default)]
    pub annotations: Option<KeyPath>,
    /// With `annotations`: mappings with the fields of a pod spec, such as `containers` and `volumes`.
    #[serde(default)]
    pub pod_specs: Vec<PathPattern>,
    /// Effect of changed annotations of the pods.
    pub on_change: OnChange,
    /// Reason for the effect, in a few words for messages.
    pub reason: Option<String>,
    /// Exceptions; the first that holds counts.
    #[serde(default)]
    pub when: Vec<When>,
    /// Set if the objects have no namespace.
    #[serde(default)]
    pub cluster_scoped: bool,
}

/// An exception for objects that say something.
#[derive(Debug, PartialEq, serde::Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct When {
    /// The field.
    pub path: PathPattern,
    /// Its value; any where it is left out.
    pub value: Option<FieldValue>,
    /// Effect of changed annotations of the pods under this condition.
    pub on_change: OnChange,
    /// Reason for the effect, in a few words for messages.
    pub reason: Option<String>,
}

/// The value of a field.
#[derive(Debug, PartialEq, serde::Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(untagged, expecting = "expected a string, a number, true or false")]
pub enum FieldValue {
    /// `true` or `false`.
    Bool(bool),
    /// A whole number.
    Number(i64),
    /// A text.
    Text(String),
}

/// Effects of changed annotations of the pods when they are applied.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum OnChange {
    /// Pods are replaced.
    Rolls,
    /// The next run uses them.
    NextRun,
    /// Pods that run stay as they are: stamped, with a warning.
    NoEffect,
    /// The change is refused: not stamped, unless the object is marked to be replaced.
    Refused,
    /// The change does damage: not stamped.
    Harmful,
}

impl OnChange {
    fn to_effect(self, reason: Option<&String>) -> Effect {
        let reason = |default: &'static str| reason.map_or(Cow::Borrowed(default), |reason| Cow::Owned(reason.clone()));
        match self {
            OnChange::Rolls => Effect::Rolls,
            OnChange::NextRun => Effect::NextRun,
            OnChange::NoEffect => Effect::NoEffect(reason("by the rule for its kind, running pods stay as they are")),
            OnChange::Refused => Effect::Refused(reason("by the rule for its kind, a changed template is refused")),
            OnChange::Harmful => Effect::Harmful(reason("by the rule for its kind, a changed template does harm")),
        }
    }
}

impl<'de> Deserialize<'de> for WorkloadRule {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<WorkloadRule, D::Error> {
        let rule = WorkloadRule::deserialize(deserializer)?;
        let what = match (&rule.annotations, &rule.templates[..], rule.find_built_in()) {
            (Some(_), [_, ..], _) => "use either `templates`, or `annotations` with `podSpecs`",
            (None, [], None) => "it is not built in; use `templates`, or `annotations` with `podSpecs`",
            _ => return Ok(rule),
        };
        Err(D::Error::custom(format!("{} of group \"{}\": {what}", rule.kind, rule.group)))
    }
}

impl WorkloadRule {
    /// The built-in row that the rule replaces.
    fn find_built_in(&self) -> Option<&'static WorkloadKind> {
        let api_version = if self.group.is_empty() { "v1".to_owned() } else { format!("{}/v1", self.group) };
        WorkloadKind::find(&api_version, &self.kind).map(|row| &**row)
    }

    /// Makes the row of this rule.
    pub(super) fn to_library(&self) -> WorkloadKind {
        let built_in = self.find_built_in();
        WorkloadKind {
            groups: vec![self.group.clone().into()],
            kind: self.kind.clone().into(),
            cluster_scoped: self.cluster_scoped || built_in.is_some_and(|row| row.cluster_scoped),
            sites: self.to_sites(),
            borrows_template: built_in.and_then(|row| row.borrows_template.clone()),
            effect: self.on_change.to_effect(self.reason.as_ref()),
            has_components: built_in.is_some_and(|row| row.has_components),
            exceptions: self.when.iter().map(|when| (when.to_condition(), when.to_effect())).collect(),
        }
    }

    fn to_sites(&self) -> Vec<PodTemplateSite> {
        if let Some(annotations) = &self.annotations {
            let overlay = |path: &PathPattern| PodPart { path: path.0.clone(), kind: PodPartKind::Overlay };
            return vec![PodTemplateSite {
                path: FieldPath::new(vec![]),
                annotations: Some(annotations.0.clone()),
                parts: self.pod_specs.iter().map(overlay).collect(),
                references: vec![],
            }];
        }
        if self.templates.is_empty() {
            return self.find_built_in().map_or_else(Vec::new, |row| row.sites.clone());
        }
        self.templates.iter().map(|path| template(path.0.clone())).collect()
    }
}

impl When {
    fn to_condition(&self) -> Condition {
        let path = self.path.0.clone();
        match &self.value {
            None => Condition::Set(path),
            Some(FieldValue::Bool(true)) => Condition::True(path),
            Some(FieldValue::Bool(false)) => Condition::is(path, "false"),
            Some(FieldValue::Number(number)) => Condition::is(path, number.to_string()),
            Some(FieldValue::Text(text)) => Condition::is(path, text.clone()),
        }
    }

    fn to_effect(&self) -> Effect {
        self.on_change.to_effect(self.reason.as_ref())
    }
}
