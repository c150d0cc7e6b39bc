//! Pod templates as values, and where two of them differ.

use std::collections::{BTreeMap, BTreeSet};

use super::{KeyChange, TemplateChange, TemplatePart, stored};
use crate::kinds::path::{field, locate, path_segment};
use crate::kinds::pod_api;
use crate::kinds::workloads::{PodTemplateSite, WorkloadKind};
use crate::yaml::{Limits, Node, Number, Value};

/// The deepest place that is named; below it, the place above stands for what changed.
const DEEPEST: usize = 12;

/// Ends of the paths of fields that hold the version of a chart, or an image in the values of one.
const VERSION_FIELDS: [&str; 6] =
    [".ref.tag", ".ref.semver", ".ref.digest", ".chart.spec.version", ".image.tag", ".image.repository"];

/// The pod templates of an object, by their paths; by the empty text for a kind that has one only.
pub(super) type TemplateValues = BTreeMap<String, Value>;

/// The pod templates of an object. Nothing and null are the same to the API server.
pub(super) fn template_values(kind: &WorkloadKind, object: Node<'_>) -> TemplateValues {
    let mut values = TemplateValues::new();
    for place in kind.find_templates(object) {
        let path = if kind.may_have_several_templates() { locate(place.1, object) } else { String::new() };
        let Some(mut value) = pod_template_value(place) else { continue };
        if kind.kind == "Pod" {
            value = keep_template_fields(value);
        }
        if kind.is_built_in() {
            stored::normalize_template(&mut value, kind.kind == "Pod");
        } else {
            remove_nulls(&mut value);
            if let Value::Map(template) = &mut value {
                remove_empty(template, "metadata", &["annotations", "labels"]);
            }
        }
        values.insert(path, value);
    }
    values
}

/// The value of a pod template, with the annotations of its pods where a pod template has them.
fn pod_template_value((pods, node): (&PodTemplateSite, Node<'_>)) -> Option<Value> {
    let mut value = Value::from_node(node, &Limits::default()).ok()?;
    if let Some(path) = &pods.annotations
        && *path != field!("metadata" / "annotations")
        && let Some(annotations) = take_at_path(&mut value, &path.keys())
        && let Value::Map(entries) = &mut value
    {
        entries.insert("metadata".to_string(), Value::Map([("annotations".to_string(), annotations)].into()));
    }
    Some(value)
}

/// Takes the value at a path away, with the mappings that this leaves empty.
fn take_at_path(value: &mut Value, path: &[&str]) -> Option<Value> {
    let (Value::Map(entries), Some((key, rest))) = (value, path.split_first()) else { return None };
    if rest.is_empty() {
        return entries.remove(*key);
    }
    let found = take_at_path(entries.get_mut(*key)?, rest);
    if matches!(entries.get(*key), Some(Value::Map(inner)) if inner.is_empty()) {
        entries.remove(*key);
    }
    found
}

/// Of a Pod only what a template could have too: its status and its name are not part of it.
fn keep_template_fields(pod: Value) -> Value {
    let Value::Map(mut pod) = pod else { return pod };
    pod.retain(|key, _| key == "metadata" || key == "spec");
    if let Some(Value::Map(metadata)) = pod.get_mut("metadata") {
        metadata.retain(|key, _| key == "annotations" || key == "labels");
    }
    Value::Map(pod)
}

fn remove_nulls(value: &mut Value) {
    match value {
        Value::Map(entries) => {
            entries.retain(|_, value| !matches!(value, Value::Null));
            for entry in entries.values_mut() {
                remove_nulls(entry);
            }
        }
        Value::Seq(items) => {
            for item in items {
                remove_nulls(item);
            }
        }
        _ => {}
    }
}

/// Metadata without annotations is no metadata: the last stamp that goes leaves an empty mapping behind.
fn remove_empty(template: &mut BTreeMap<String, Value>, field: &str, members: &[&str]) {
    let Some(Value::Map(metadata)) = template.get_mut(field) else { return };
    for member in members {
        if matches!(metadata.get(*member), Some(Value::Map(entries)) if entries.is_empty()) {
            metadata.remove(*member);
        }
    }
    if metadata.is_empty() {
        template.remove(field);
    }
}

/// Compares the templates of a workload, in the order of their paths. `renamed` are pairs of names of one config.
pub(super) fn compare_templates(
    mut before: TemplateValues,
    mut after: TemplateValues,
    annotation: &str,
    renamed: &BTreeSet<(String, String)>,
) -> Vec<TemplateChange> {
    for (path, old) in &mut before {
        if let Some(new) = after.get_mut(path) {
            stored::align_pull_policies(old, new);
        }
    }
    let mut changes = Vec::new();
    for template in before.keys().chain(after.keys()).collect::<BTreeSet<_>>() {
        let mut found = Vec::new();
        collect_differences(before.get(template), after.get(template), String::new(), 0, &mut found);
        for difference in found {
            changes.push(describe_difference(template, difference, annotation, renamed));
        }
    }
    changes
}

fn describe_difference(
    template: &str,
    (path, before, after): ValueDifference<'_>,
    annotation: &str,
    renamed: &BTreeSet<(String, String)>,
) -> TemplateChange {
    let stamp = format!("metadata.annotations{}", path_segment(annotation));
    let change = match (before, after) {
        (None, _) => KeyChange::Added,
        (_, None) => KeyChange::Removed,
        _ => KeyChange::Changed,
    };
    let (before, after) = (text_of(before), text_of(after));
    let part = match before.clone().zip(after.clone()) {
        _ if path.ends_with(&stamp) => TemplatePart::Stamp,
        Some(names) if renamed.contains(&names) => TemplatePart::Suffix,
        _ if path.ends_with("].image") => TemplatePart::Image,
        _ => TemplatePart::Other,
    };
    // Any other text may be one that nobody should read in a report.
    let is_shown = part == TemplatePart::Image || VERSION_FIELDS.iter().any(|field| path.ends_with(field));
    let (before, after) = if is_shown { (before, after) } else { (None, None) };
    let template = if template.is_empty() { None } else { Some(template.to_owned()) };
    TemplateChange { template, path, change, part, before, after }
}

fn text_of(value: Option<&Value>) -> Option<String> {
    match value {
        Some(Value::String(text)) => Some(text.clone()),
        _ => None,
    }
}

type ValueDifference<'v> = (String, Option<&'v Value>, Option<&'v Value>);

fn collect_differences<'v>(
    before: Option<&'v Value>,
    after: Option<&'v Value>,
    path: String,
    depth: usize,
    found: &mut Vec<ValueDifference<'v>>,
) {
    if before == after {
        return;
    }
    let known = found.len();
    match (before, after) {
        (Some(Value::Map(old)), Some(Value::Map(new))) if depth < DEEPEST => {
            for key in old.keys().chain(new.keys()).collect::<BTreeSet<_>>() {
                let path = if path.is_empty() { key.clone() } else { format!("{path}{}", path_segment(key)) };
                collect_differences(old.get(key), new.get(key), path, depth + 1, found);
            }
        }
        (Some(Value::Seq(old)), Some(Value::Seq(new))) if depth < DEEPEST => {
            let (old, new) = label_items(&path, old, new);
            for key in old.keys().chain(new.keys()).collect::<BTreeSet<_>>() {
                collect_differences(
                    old.get(key).copied(),
                    new.get(key).copied(),
                    format!("{path}[{key}]"),
                    depth + 1,
                    found,
                );
            }
        }
        // Annotations and affinities that come or go as a whole are named one by one.
        (None, Some(Value::Map(new))) if is_opened(&path) => {
            for (key, value) in new {
                collect_differences(None, Some(value), format!("{path}{}", path_segment(key)), depth + 1, found);
            }
        }
        (Some(Value::Map(old)), None) if is_opened(&path) => {
            for (key, value) in old {
                collect_differences(Some(value), None, format!("{path}{}", path_segment(key)), depth + 1, found);
            }
        }
        _ => {}
    }
    if found.len() == known {
        // Members in another order are all that differs, or what differs is no collection.
        found.push((path, before, after));
    }
}

/// Returns `true` for a mapping whose members are named even where all of it is new or gone.
fn is_opened(path: &str) -> bool {
    matches!(path, "metadata" | "metadata.annotations" | "metadata.labels" | "spec.affinity")
}

/// The members of a list by labels.
type LabelledItems<'v> = BTreeMap<String, &'v Value>;

/// The members of two lists at one path by the keys that the API tells them apart by: by as few of these keys as are
/// enough in both lists, or else by their numbers.
fn label_items<'v>(path: &str, old: &'v [Value], new: &'v [Value]) -> (LabelledItems<'v>, LabelledItems<'v>) {
    let list = path.rsplit('.').next().unwrap_or(path);
    let keys = pod_api::merge_keys(list);
    for count in 1..=keys.len() {
        if let (Some(old), Some(new)) = (label_by_keys(&keys[..count], old), label_by_keys(&keys[..count], new)) {
            return (old, new);
        }
    }
    (number_items(old), number_items(new))
}

/// Returns `None` if a member lacks a key, or two have the same label.
fn label_by_keys<'v>(keys: &[&str], items: &'v [Value]) -> Option<LabelledItems<'v>> {
    let mut labelled = LabelledItems::new();
    for item in items {
        let Value::Map(entries) = item else { return None };
        let mut label = String::new();
        for key in keys {
            if !label.is_empty() {
                label.push('/');
            }
            match entries.get(*key)? {
                Value::String(text) => label.push_str(text),
                Value::Number(Number::Int(number)) => label.push_str(&number.to_string()),
                _ => return None,
            }
        }
        labelled.insert(label, item);
    }
    (labelled.len() == items.len()).then_some(labelled)
}

fn number_items(items: &[Value]) -> LabelledItems<'_> {
    let mut numbered = LabelledItems::new();
    for (number, item) in items.iter().enumerate() {
        numbered.insert(number.to_string(), item);
    }
    numbered
}
