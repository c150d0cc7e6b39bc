//! Values as the API server stores them: what it drops is dropped, what it fills in is filled in, and quantities have
//! one form, so that two values differ only where the server sees a difference.

use std::collections::{BTreeMap, BTreeSet};

use super::quantity;
use crate::kinds::path::PathStep;
use crate::kinds::pod_api::{
    BARE_POD_DEFAULTS, CLAIM_DEFAULTS, CONTAINER_DEFAULTS, DefaultValue, Defaults, EMPTY_IF_ABSENT, FREE_MAPS,
    POD_DEFAULTS, QUANTITIES, QUANTITY_MAPS, ZERO_IF_ABSENT,
};
use crate::kinds::references::CONTAINER_LISTS;
use crate::yaml::{Number, Value};

/// The entries of a mapping.
type Entries = BTreeMap<String, Value>;

/// Brings a pod template of Kubernetes itself into the form in which it is stored. A Pod gets more than a template.
pub(super) fn normalize_template(template: &mut Value, is_bare_pod: bool) {
    normalize(template);
    let Value::Map(entries) = template else { return };
    if let Some(Value::Map(spec)) = entries.get_mut("spec") {
        normalize_pod_spec(spec, is_bare_pod);
    }
}

/// Brings the claim templates of a StatefulSet into the form in which they are stored. Of what has the fields of a whole
/// object, metadata and spec are kept.
pub(super) fn normalize_claims(claims: &mut Value) {
    normalize(claims);
    let Value::Seq(items) = claims else { return };
    for claim in items {
        normalize_claim(claim);
    }
}

/// Brings a claim into the form in which it is stored, without its status.
pub(super) fn normalize_claim(claim: &mut Value) {
    normalize(claim);
    let Value::Map(entries) = claim else { return };
    entries.retain(|field, _| field == "metadata" || field == "spec");
    if let Some(Value::Map(spec)) = entries.get_mut("spec") {
        add_defaults(spec, CLAIM_DEFAULTS);
    }
}

/// Drops what is the same to the API server as nothing, and gives quantities one form.
pub(super) fn normalize(value: &mut Value) {
    normalize_below(value, "");
}

/// `field` is the name of the field that holds the value, or the list with the value in it.
fn normalize_below(value: &mut Value, field: &str) {
    match value {
        Value::Seq(items) => {
            for item in items {
                normalize_below(item, field);
            }
        }
        Value::Map(entries) => {
            for (key, entry) in entries.iter_mut() {
                if QUANTITY_MAPS.contains(&key.as_str()) {
                    normalize_quantities(entry);
                } else if QUANTITIES.contains(&key.as_str()) {
                    normalize_quantity(entry);
                } else if !FREE_MAPS.contains(&key.as_str()) {
                    normalize_below(entry, key);
                } else if let Value::Map(free) = entry {
                    free.retain(|_, value| *value != Value::Null);
                }
            }
            entries.retain(|key, entry| !is_absent(key, entry, field));
        }
        _ => {}
    }
}

/// Returns `true` if a value is to the API server as if the field were not there.
fn is_absent(key: &str, value: &Value, holder: &str) -> bool {
    let is_zero = match value {
        Value::Null => return true,
        Value::Seq(items) => return items.is_empty(),
        Value::Map(entries) => return entries.is_empty() && EMPTY_IF_ABSENT.contains(&key),
        Value::String(text) => text.is_empty(),
        Value::Bool(value) => !value,
        Value::Number(number) => *number == Number::Int(0),
    };
    let mut rows = ZERO_IF_ABSENT.iter().filter(|(name, _)| *name == key);
    is_zero && rows.any(|(_, pointers)| !pointers.contains(&holder))
}

fn normalize_quantities(map: &mut Value) {
    let Value::Map(entries) = map else { return };
    entries.retain(|_, value| *value != Value::Null);
    for value in entries.values_mut() {
        normalize_quantity(value);
    }
}

fn normalize_quantity(value: &mut Value) {
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Number(Number::Int(number)) => number.to_string(),
        Value::Number(Number::Float(number)) => number.to_string(),
        _ => return,
    };
    if let Some(thousandths) = quantity::parse_thousandths(&text) {
        *value = Value::String(format!("{thousandths}m"));
    }
}

fn normalize_pod_spec(spec: &mut Entries, is_bare_pod: bool) {
    // The two names are one field.
    if let Some(account) = spec.remove("serviceAccount") {
        spec.entry("serviceAccountName".to_string()).or_insert(account);
    }
    if let Some(Value::Seq(volumes)) = spec.get_mut("volumes") {
        for volume in volumes {
            add_volume_source(volume);
        }
    }
    let is_on_host_network = spec.get("hostNetwork") == Some(&Value::Bool(true));
    for (list, _) in CONTAINER_LISTS {
        let Some(Value::Seq(containers)) = spec.get_mut(list) else { continue };
        for container in containers {
            fill_in(container, CONTAINER_DEFAULTS);
            if is_bare_pod {
                request_limits(container);
            }
            if is_bare_pod && is_on_host_network {
                add_host_ports(container);
            }
        }
    }
    let mut value = Value::Map(std::mem::take(spec));
    fill_in(&mut value, POD_DEFAULTS);
    if is_bare_pod {
        fill_in(&mut value, BARE_POD_DEFAULTS);
    }
    if let Value::Map(entries) = value {
        *spec = entries;
    }
}

/// A volume that names no source is an `emptyDir`.
fn add_volume_source(volume: &mut Value) {
    let Value::Map(entries) = volume else { return };
    if entries.keys().all(|key| key == "name") {
        entries.insert("emptyDir".to_string(), Value::Map(Entries::new()));
    }
}

/// Requests of a Pod that are not said are its limits.
fn request_limits(container: &mut Value) {
    let Value::Map(container) = container else { return };
    let Some(Value::Map(resources)) = container.get_mut("resources") else { return };
    let Some(Value::Map(limits)) = resources.get("limits").cloned() else { return };
    let requests = resources.entry("requests".to_string()).or_insert_with(|| Value::Map(Entries::new()));
    let Value::Map(requests) = requests else { return };
    for (resource, limit) in limits {
        requests.entry(resource).or_insert(limit);
    }
}

/// The ports of a Pod on the network of its node are ports of the node.
fn add_host_ports(container: &mut Value) {
    let Value::Map(container) = container else { return };
    let Some(Value::Seq(ports)) = container.get_mut("ports") else { return };
    for port in ports {
        let Value::Map(port) = port else { continue };
        if let Some(number) = port.get("containerPort").cloned() {
            port.entry("hostPort".to_string()).or_insert(number);
        }
    }
}

fn fill_in(value: &mut Value, table: &[Defaults]) {
    for row in table {
        fill_in_at(value, row.path.steps(), row.fields);
    }
}

fn fill_in_at(value: &mut Value, steps: &[PathStep], fields: &[(&'static str, DefaultValue)]) {
    let Some((step, rest)) = steps.split_first() else {
        if let Value::Map(entries) = value {
            add_defaults(entries, fields);
        }
        return;
    };
    match (step, value) {
        (PathStep::Key(key), Value::Map(entries)) => {
            if let Some(entry) = entries.get_mut(&**key) {
                fill_in_at(entry, rest, fields);
            }
        }
        (PathStep::KeyLike(prefix, suffix), Value::Map(entries)) => {
            for (key, entry) in entries {
                if key.starts_with(prefix) && key.ends_with(suffix) {
                    fill_in_at(entry, rest, fields);
                }
            }
        }
        (PathStep::Item, Value::Seq(items)) => {
            for item in items {
                fill_in_at(item, rest, fields);
            }
        }
        _ => {}
    }
}

fn add_defaults(entries: &mut Entries, fields: &[(&'static str, DefaultValue)]) {
    for (field, default) in fields {
        let value = match default {
            DefaultValue::Text(text) => Value::String((*text).to_string()),
            DefaultValue::Int(number) => Value::Number(Number::Int(i128::from(*number))),
            DefaultValue::Bool(value) => Value::Bool(*value),
            DefaultValue::Empty => Value::Map(Entries::new()),
        };
        entries.entry((*field).to_string()).or_insert(value);
    }
}

/// Fills in the pull policies that only one of two templates gives. Where none does, the policy that was filled in at
/// first stays, whatever the image is now.
pub(super) fn align_pull_policies(before: &mut Value, after: &mut Value) {
    for (list, _) in CONTAINER_LISTS {
        let given_before = names_with_pull_policy(before, list);
        let given_after = names_with_pull_policy(after, list);
        add_pull_policies(before, list, &given_after);
        add_pull_policies(after, list, &given_before);
    }
}

fn names_with_pull_policy(template: &mut Value, list: &str) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for container in containers_of(template, list) {
        let Value::Map(container) = container else { continue };
        if let (Some(_), Some(Value::String(name))) = (container.get("imagePullPolicy"), container.get("name")) {
            names.insert(name.clone());
        }
    }
    names
}

fn add_pull_policies(template: &mut Value, list: &str, names: &BTreeSet<String>) {
    for container in containers_of(template, list) {
        let Value::Map(container) = container else { continue };
        let (Some(Value::String(name)), Some(Value::String(image))) = (container.get("name"), container.get("image"))
        else {
            continue;
        };
        if names.contains(name) {
            let policy = Value::String(default_pull_policy(image).to_string());
            container.entry("imagePullPolicy".to_string()).or_insert(policy);
        }
    }
}

fn containers_of<'v>(template: &'v mut Value, list: &str) -> &'v mut [Value] {
    if let Value::Map(template) = template
        && let Some(Value::Map(spec)) = template.get_mut("spec")
        && let Some(Value::Seq(containers)) = spec.get_mut(list)
    {
        return containers;
    }
    &mut []
}

/// The pull policy of an image (`SetDefaults_Container`): one without tag and digest has the tag `latest`.
fn default_pull_policy(image: &str) -> &'static str {
    if image.contains('@') {
        return "IfNotPresent";
    }
    let name = image.rsplit_once('/').map_or(image, |(_, name)| name);
    match name.split_once(':') {
        None | Some((_, "latest")) => "Always",
        Some(_) => "IfNotPresent",
    }
}
