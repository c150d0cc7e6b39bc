//! Selectors of workloads, and the labels of their pods (`ValidateDeploymentSpec` and the like in `pkg/apis/apps/validation`
//! of kubernetes/kubernetes).

use std::borrow::Cow;

use crate::yaml::Node;

/// A part of a selector that the labels of the pod template do not meet.
pub struct UnmetSelector<'a> {
    /// The requirement.
    pub node: Node<'a>,
    /// The requirement as people write it: `app=web`, `tier in (a, b)`.
    pub requirement: String,
}

/// Finds the first part of the selector of a workload of Kubernetes that the labels of its own pods do not meet. A text
/// with a variable in it is taken to be met.
pub fn find_unmet<'a>(kind: &str, object: Node<'a>) -> Option<UnmetSelector<'a>> {
    let spec = object.get("spec")?;
    let selector = spec.get("selector")?;
    let labels = spec.get_path(&["template", "metadata", "labels"]);
    match kind {
        "ReplicationController" => find_unmet_label(selector, labels),
        "Deployment" | "DaemonSet" | "StatefulSet" | "ReplicaSet" => find_unmet_part(selector, labels),
        // Another selector is the API server's, and so are the labels.
        "Job" if spec.get("manualSelector").is_some_and(Node::is_true) => find_unmet_part(selector, labels),
        _ => None,
    }
}

fn find_unmet_part<'a>(selector: Node<'a>, labels: Option<Node<'a>>) -> Option<UnmetSelector<'a>> {
    let in_labels = selector.get("matchLabels").and_then(|required| find_unmet_label(required, labels));
    in_labels.or_else(|| {
        let expressions = selector.get("matchExpressions")?;
        expressions.items().find_map(|expression| find_unmet_expression(expression, labels))
    })
}

fn find_unmet_label<'a>(required: Node<'a>, labels: Option<Node<'a>>) -> Option<UnmetSelector<'a>> {
    for (key, key_node, value) in required.entries() {
        if value.is_null() {
            continue;
        }
        let Some(value) = value.decoded_text() else { continue };
        let label = label_text(labels, &key);
        let is_met = label.as_deref() == Some(&*value);
        if !is_met && ![&key, &value, &label.unwrap_or_default()].iter().any(|text| text.contains('$')) {
            return Some(UnmetSelector { node: key_node, requirement: format!("{key}={value}") });
        }
    }
    None
}

fn find_unmet_expression<'a>(expression: Node<'a>, labels: Option<Node<'a>>) -> Option<UnmetSelector<'a>> {
    let key = expression.get("key")?.as_str()?;
    let operator = expression.get("operator")?.as_str()?;
    let label = label_text(labels, &key);
    let mut values = Vec::new();
    for value in expression.get("values").into_iter().flat_map(Node::items) {
        values.push(value.decoded_text()?.into_owned());
    }
    let is_in = label.as_deref().is_some_and(|label| values.iter().any(|value| value == label));
    let listed = values.join(", ");
    let (is_met, requirement) = match &*operator {
        "In" => (is_in, format!("{key} in ({listed})")),
        "NotIn" => (!is_in, format!("{key} notin ({listed})")),
        "Exists" => (label.is_some(), key.to_string()),
        "DoesNotExist" => (label.is_none(), format!("!{key}")),
        _ => return None,
    };
    let has_variable = listed.contains('$') || label.is_some_and(|label| label.contains('$'));
    (!is_met && !has_variable).then_some(UnmetSelector { node: expression, requirement })
}

/// The text of the label of the pods under a key. One that is null is not there.
fn label_text<'a>(labels: Option<Node<'a>>, key: &str) -> Option<Cow<'a, str>> {
    let label = labels?.get(key)?;
    if label.is_null() { None } else { label.decoded_text() }
}
