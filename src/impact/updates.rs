//! Updates that the API server rejects because of fields outside of pod templates.
//!
//! The rules are those of `Validate<Kind>Update` in `pkg/apis/{apps,batch,core}/validation` of kubernetes/kubernetes,
//! for an object that is applied over the one that the old manifest made. What the server filled in then stays where
//! neither manifest says otherwise.

mod job;

use std::collections::BTreeMap;

use super::quantity;
use super::stored;
use crate::kinds::pod_selector::find_unmet;
use crate::yaml::{Limits, Node, Number, Value};

/// The fields of an object or of its spec.
type Fields = BTreeMap<String, Value>;

/// Fields of a spec that stay as they were created.
const FIXED: [(&str, &[&str]); 4] = [
    ("DaemonSet", &["selector"]),
    ("Deployment", &["selector"]),
    ("ReplicaSet", &["selector"]),
    ("StatefulSet", &["selector", "serviceName", "volumeClaimTemplates", "podManagementPolicy"]),
];

/// The way out where a field cannot change.
const DELETE_FIRST: &str = "delete it and create it again";

/// Returns the reason for which the API server would reject an object of a built-in kind over an older one, its pod
/// template aside.
pub(super) fn find_rejection(kind: &str, old: Node<'_>, new: Node<'_>) -> Option<String> {
    let (old_spec, new_spec) = (read_spec(old)?, read_spec(new)?);
    if old_spec == new_spec {
        return None;
    }
    let rejection = match kind {
        "Service" => find_service_rejection(&old_spec, &new_spec),
        "PersistentVolumeClaim" => find_claim_rejection(&old_spec, &new_spec),
        "Job" => job::find_rejection(&old_spec, &new_spec),
        _ => {
            find_fixed_field(kind, &old_spec, &new_spec).or_else(|| find_strategy_rejection(kind, &old_spec, &new_spec))
        }
    };
    rejection.or_else(|| find_new_mismatch(kind, old, new))
}

/// Returns the reason for which a workload would be rejected whose pods no longer have the labels that its selector
/// requires.
fn find_new_mismatch(kind: &str, old: Node<'_>, new: Node<'_>) -> Option<String> {
    let is_new = find_unmet(kind, old).is_none() && find_unmet(kind, new).is_some();
    is_new.then(|| {
        "the labels of its pod template do not match its spec.selector, which cannot change: keep these labels"
            .to_string()
    })
}

/// The spec of an object in the form in which it is stored.
fn read_spec(object: Node<'_>) -> Option<Fields> {
    let Some(spec) = object.get("spec") else { return Some(Fields::new()) };
    let mut value = Value::from_node(spec, &Limits::default()).ok()?;
    stored::normalize(&mut value);
    let Value::Map(mut fields) = value else { return Some(Fields::new()) };
    if let Some(claims) = fields.get_mut("volumeClaimTemplates") {
        stored::normalize_claims(claims);
    }
    Some(fields)
}

fn fixed_field(field: &str) -> String {
    format!("its spec.{field} cannot change once it is applied: {DELETE_FIRST}")
}

fn find_fixed_field(kind: &str, old: &Fields, new: &Fields) -> Option<String> {
    let (_, fields) = FIXED.iter().find(|(of, _)| *of == kind)?;
    let field = fields.iter().find(|field| with_default(old, field) != with_default(new, field))?;
    Some(fixed_field(field))
}

/// The value of a field of a spec, with the default of those that are fixed.
fn with_default(spec: &Fields, field: &str) -> Option<Value> {
    let default = match field {
        "podManagementPolicy" => Some("OrderedReady"),
        "completionMode" => Some("NonIndexed"),
        _ => None,
    };
    spec.get(field)
        .cloned()
        .or_else(|| default.map(|text| Value::String(text.to_string())))
        .filter(|value| !is_blank(value))
}

/// Returns `true` for a text without letters, which is as good as none in fields of a spec.
fn is_blank(value: &Value) -> bool {
    matches!(value, Value::String(text) if text.is_empty())
}

/// The parameters of a rolling update must go with its type. What the server filled in for a StatefulSet stays when
/// only the type changes.
fn find_strategy_rejection(kind: &str, old: &Fields, new: &Fields) -> Option<String> {
    let field = match kind {
        "Deployment" => "strategy",
        "StatefulSet" => "updateStrategy",
        _ => return None,
    };
    let (old, new) = (old.get(field), new.get(field));
    let new_type = text_at(new, "type").unwrap_or("RollingUpdate");
    if old == new || new_type == "RollingUpdate" {
        return None;
    }
    if has_entry(new, "rollingUpdate") {
        return Some(format!("its spec.{field}.rollingUpdate does not go with the type {new_type}: remove it"));
    }
    let was_filled_in = text_at(old, "type").is_none() && !has_entry(old, "rollingUpdate");
    (kind == "StatefulSet" && was_filled_in).then(|| {
        format!(
            "the API server filled in spec.{field}.rollingUpdate, which does not go with the type {new_type}: \
             add `rollingUpdate: null`"
        )
    })
}

fn text_at<'v>(value: Option<&'v Value>, field: &str) -> Option<&'v str> {
    match value {
        Some(Value::Map(entries)) => text_of(entries.get(field)),
        _ => None,
    }
}

fn text_of(value: Option<&Value>) -> Option<&str> {
    match value {
        Some(Value::String(text)) if !text.is_empty() => Some(text),
        _ => None,
    }
}

fn has_entry(value: Option<&Value>, field: &str) -> bool {
    matches!(value, Some(Value::Map(entries)) if entries.contains_key(field))
}

/// The cluster address of a Service stays as it is; what the server chose is not in the manifests, except that it is
/// an address (`ValidateServiceUpdate`).
fn find_service_rejection(old: &Fields, new: &Fields) -> Option<String> {
    let is_external = |spec: &Fields| text_of(spec.get("type")) == Some("ExternalName");
    if is_external(old) || is_external(new) {
        return None;
    }
    let is_rejected = match (text_of(old.get("clusterIP")), text_of(new.get("clusterIP"))) {
        (Some(old), Some(new)) => old != new,
        (None, Some(new)) => new == "None",
        // An address that is no longer given stays.
        (_, None) => false,
    };
    if is_rejected {
        return Some(fixed_field("clusterIP"));
    }
    let balancer = |spec: &Fields| text_of(spec.get("type")) == Some("LoadBalancer");
    let is_other_class = old.get("loadBalancerClass") != new.get("loadBalancerClass");
    (balancer(old) && balancer(new) && is_other_class).then(|| fixed_field("loadBalancerClass"))
}

/// Of the spec of a claim only the requested size can change, to a larger one, and the class of volume attributes
/// (`ValidatePersistentVolumeClaimUpdate`).
fn find_claim_rejection(old: &Fields, new: &Fields) -> Option<String> {
    const FIELDS: [&str; 6] = ["accessModes", "dataSource", "selector", "storageClassName", "volumeMode", "volumeName"];
    // The default class, and the volume that is bound, are filled in after the claim was created.
    const FILLED_IN: [&str; 2] = ["storageClassName", "volumeName"];
    for field in FIELDS {
        let (old, new) = (claim_field(old, field), claim_field(new, field));
        let may_be_filled_in = old.is_none() && FILLED_IN.contains(&field);
        if old != new && !may_be_filled_in {
            return Some(fixed_field(field));
        }
    }
    let (old, new) = (requested_size(old)?, requested_size(new)?);
    (new < old).then(|| "the size that it requests cannot become smaller: create another claim".to_string())
}

fn claim_field(spec: &Fields, field: &str) -> Option<Value> {
    match field {
        "volumeMode" => Some(Value::String(text_of(spec.get(field)).unwrap_or("Filesystem").to_string())),
        // Each is filled in from the other.
        "dataSource" => spec.get("dataSourceRef").or(spec.get("dataSource")).cloned(),
        _ => spec.get(field).cloned(),
    }
}

/// The requested size in thousandths of a byte.
fn requested_size(spec: &Fields) -> Option<i128> {
    let Some(Value::Map(resources)) = spec.get("resources") else { return None };
    let Some(Value::Map(requests)) = resources.get("requests") else { return None };
    quantity::parse_thousandths(text_of(requests.get("storage"))?)
}

/// The whole number in a field.
fn int_at(spec: &Fields, field: &str) -> Option<i128> {
    match spec.get(field) {
        Some(Value::Number(Number::Int(number))) => Some(*number),
        _ => None,
    }
}
