//! Selectors of workloads and the labels of their pods.

use super::Fields;
use crate::yaml::Value;

/// Returns the reason for which a workload would be rejected whose pods have other labels than its selector asks for
/// (`ValidateDeploymentSpec` and the like), where that is new.
pub(super) fn find_mismatch(kind: &str, old: &Fields, new: &Fields) -> Option<String> {
    if !matches!(kind, "Deployment" | "DaemonSet" | "StatefulSet" | "ReplicaSet" | "ReplicationController") {
        return None;
    }
    let is_met = |spec: &Fields| match spec.get("selector") {
        Some(Value::Map(selector)) if kind == "ReplicationController" => has_labels(spec, selector),
        Some(Value::Map(selector)) => selects(spec, selector),
        _ => true,
    };
    (is_met(old) && !is_met(new)).then(|| {
        "the labels of its pod template do not match its spec.selector, which cannot change: keep these labels"
            .to_string()
    })
}

fn selects(spec: &Fields, selector: &Fields) -> bool {
    if let Some(Value::Map(labels)) = selector.get("matchLabels")
        && !has_labels(spec, labels)
    {
        return false;
    }
    let Some(Value::Seq(expressions)) = selector.get("matchExpressions") else { return true };
    expressions.iter().all(|expression| meets(spec, expression))
}

fn has_labels(spec: &Fields, labels: &Fields) -> bool {
    labels.iter().all(|(key, value)| label(spec, key) == Some(value))
}

/// Returns `true` if the pods meet an expression of a selector, or if it is not known to.
fn meets(spec: &Fields, expression: &Value) -> bool {
    let Value::Map(expression) = expression else { return true };
    let (Some(Value::String(key)), Some(Value::String(operator))) = (expression.get("key"), expression.get("operator"))
    else {
        return true;
    };
    let label = label(spec, key);
    let is_in = || match expression.get("values") {
        Some(Value::Seq(values)) => label.is_some_and(|label| values.contains(label)),
        _ => false,
    };
    match operator.as_str() {
        "In" => is_in(),
        "NotIn" => !is_in(),
        "Exists" => label.is_some(),
        "DoesNotExist" => label.is_none(),
        _ => true,
    }
}

/// The label of the pods under a key.
fn label<'v>(spec: &'v Fields, key: &str) -> Option<&'v Value> {
    let mut value = spec.get("template")?;
    for field in ["metadata", "labels", key] {
        let Value::Map(entries) = value else { return None };
        value = entries.get(field)?;
    }
    Some(value)
}
