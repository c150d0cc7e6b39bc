//! Rules for kinds that describe pods.

use rollstamp::Rules;
use rollstamp::kinds::steps::{Step, Steps};
use rollstamp::kinds::workloads::{Condition, Effect, Part, Pods, What, WorkloadKind, kind, template};

use super::FieldPath;
use crate::exit::Failure;

/// A kind whose objects describe pods; or, for a kind that is built in, what a changed template does.
#[derive(Debug, PartialEq, serde::Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct WorkloadRule {
    /// The API group of the objects; "" for the core group.
    pub group: String,
    /// Their kind.
    pub kind: String,
    /// Pod templates: mappings with `metadata` and `spec`.
    #[serde(default)]
    pub templates: Vec<FieldPath>,
    /// The annotations that the controller gives its pods, where there is no pod template.
    pub annotations: Option<FieldPath>,
    /// With `annotations`: mappings with the fields of a pod spec, such as `containers` and `volumes`.
    #[serde(default)]
    pub pod_specs: Vec<FieldPath>,
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
    pub path: FieldPath,
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

impl WorkloadRule {
    /// Adds the row of this rule.
    pub(super) fn add_to(&self, rules: &mut Rules) -> Result<(), Failure> {
        let wrong = |what: &str| {
            let WorkloadRule { group, kind, .. } = self;
            Failure::because(format!("rules.workloads: {kind} of group \"{group}\": {what}"))
        };
        let api_version = if self.group.is_empty() { "v1".to_owned() } else { format!("{}/v1", self.group) };
        let built_in = WorkloadKind::of(&api_version, &self.kind);
        let pods = match (&self.annotations, &self.templates[..], built_in) {
            (Some(_), [_, ..], _) => {
                return Err(wrong("give either `templates`, or `annotations` with `podSpecs`"));
            }
            (None, [_, ..], _) => self.templates.iter().map(|path| template(path.0)).collect::<Vec<_>>().leak(),
            (Some(path), [], _) => {
                let keys = keys(path.0).ok_or_else(|| wrong("the path of `annotations` has no lists and no `*`"))?;
                let parts: Vec<Part> =
                    self.pod_specs.iter().map(|path| Part { at: path.0, what: What::Overlay }).collect();
                vec![Pods { at: &[], annotations: Some(keys), parts: parts.leak(), names: &[] }].leak()
            }
            (None, [], Some(row)) => row.pods,
            (None, [], None) => {
                return Err(wrong("it is not built in; give `templates`, or `annotations` with `podSpecs`"));
            }
        };
        let groups: &[&str] = vec![&*self.group.clone().leak()].leak();
        let when: Vec<_> = self.when.iter().map(|when| (when.condition(), when.effect())).collect();
        rules.add_workload(WorkloadKind {
            cluster_scoped: self.cluster_scoped || built_in.is_some_and(|row| row.cluster_scoped),
            borrows: built_in.and_then(|row| row.borrows),
            exceptions: when.leak(),
            ..kind(groups, self.kind.clone().leak(), pods, self.on_change.effect(self.reason.as_ref()))
        });
        Ok(())
    }
}

impl When {
    fn condition(&self) -> Condition {
        match &self.value {
            None => Condition::Present(self.path.0),
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

/// The keys of a path that goes through mappings only.
pub(super) fn keys(steps: Steps) -> Option<&'static [&'static str]> {
    let keys: Option<Vec<&str>> =
        steps.iter().map(|step| if let Step::Key(key) = step { Some(*key) } else { None }).collect();
    keys.map(|keys| &*keys.leak())
}
