//! Rules for kinds that describe pods.

use rollstamp::kinds::condition::Condition;
use rollstamp::kinds::path::FieldPath;
use rollstamp::kinds::workloads::{Effect, PodPart, PodPartKind, PodTemplateSite, WorkloadKind, kind, template};

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
    /// What changed annotations of the pods do.
    pub on_change: OnChange,
    /// Why, in a few words for messages.
    pub reason: Option<String>,
    /// Exceptions; the first that holds counts.
    #[serde(default)]
    pub when: Vec<When>,
    /// Whether the objects have no namespace.
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
    /// What changed annotations of the pods do then.
    pub on_change: OnChange,
    /// Why, in a few words for messages.
    pub reason: Option<String>,
}

/// The value of a field.
#[derive(Debug, PartialEq, serde::Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(untagged, expecting = "expected a text, a number, true or false")]
pub enum FieldValue {
    /// `true` or `false`.
    Bool(bool),
    /// A whole number.
    Number(i64),
    /// A text.
    Text(String),
}

/// What changed annotations of the pods do when they are applied.
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
    fn effect(self, reason: Option<&String>) -> Effect {
        let or = |default: &'static str| reason.map_or(default, |reason| reason.clone().leak());
        match self {
            OnChange::Rolls => Effect::Rolls,
            OnChange::NextRun => Effect::NextRun,
            OnChange::NoEffect => Effect::NoEffect(or("by the rule for its kind, pods that run stay as they are")),
            OnChange::Refused => Effect::Refused(or("by the rule for its kind, a changed template is refused")),
            OnChange::Harmful => Effect::Harmful(or("by the rule for its kind, a changed template does damage")),
        }
    }
}

impl<'de> Deserialize<'de> for WorkloadRule {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<WorkloadRule, D::Error> {
        let rule = WorkloadRule::deserialize(deserializer)?;
        let what = match (&rule.annotations, &rule.templates[..], rule.built_in()) {
            (Some(_), [_, ..], _) => "give either `templates`, or `annotations` with `podSpecs`",
            (None, [], None) => "it is not built in; give `templates`, or `annotations` with `podSpecs`",
            _ => return Ok(rule),
        };
        Err(D::Error::custom(format!("{} of group \"{}\": {what}", rule.kind, rule.group)))
    }
}

impl WorkloadRule {
    fn built_in(&self) -> Option<&'static WorkloadKind> {
        let api_version = if self.group.is_empty() { "v1".to_owned() } else { format!("{}/v1", self.group) };
        WorkloadKind::find(&api_version, &self.kind)
    }

    /// The row of this rule.
    pub(super) fn for_library(&self) -> WorkloadKind {
        let built_in = self.built_in();
        let pods = match (&self.annotations, &self.templates[..]) {
            (Some(path), _) => {
                let parts: Vec<PodPart> =
                    self.pod_specs.iter().map(|path| PodPart { path: path.0, kind: PodPartKind::Overlay }).collect();
                vec![PodTemplateSite {
                    path: FieldPath::new(&[]),
                    annotations: Some(path.0),
                    parts: parts.leak(),
                    references: &[],
                }]
                .leak()
            }
            (None, []) => built_in.map_or(&[][..], |row| row.sites),
            (None, _) => self.templates.iter().map(|path| template(path.0)).collect::<Vec<_>>().leak(),
        };
        let groups: &[&str] = vec![&*self.group.clone().leak()].leak();
        let when: Vec<_> = self.when.iter().map(|when| (when.condition(), when.effect())).collect();
        WorkloadKind {
            cluster_scoped: self.cluster_scoped || built_in.is_some_and(|row| row.cluster_scoped),
            borrows_template: built_in.and_then(|row| row.borrows_template),
            exceptions: when.leak(),
            ..kind(groups, self.kind.clone().leak(), pods, self.on_change.effect(self.reason.as_ref()))
        }
    }
}

impl When {
    fn condition(&self) -> Condition {
        match &self.value {
            None => Condition::Set(self.path.0),
            Some(FieldValue::Bool(true)) => Condition::True(self.path.0),
            Some(FieldValue::Bool(false)) => Condition::Is(self.path.0, "false"),
            Some(FieldValue::Number(number)) => Condition::Is(self.path.0, number.to_string().leak()),
            Some(FieldValue::Text(text)) => Condition::Is(self.path.0, text.clone().leak()),
        }
    }

    fn effect(&self) -> Effect {
        self.on_change.effect(self.reason.as_ref())
    }
}
