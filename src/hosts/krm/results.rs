//! Results of a function: its diagnostics and changes, by object, field and file.

use std::ops::Range;

use serde_json::{Map, Value as Json, json};

use crate::bundle::{Bundle, Object, ObjectId};
use crate::diagnostic::{Diagnostic, Severity};
use crate::kinds::annotations;
use crate::yaml::Node;

/// A result of a function.
#[derive(Clone, Debug, PartialEq)]
pub struct FunctionResult(pub(super) Json);

impl FunctionResult {
    /// The result for a diagnostic of the input, with the object and the field at its place.
    pub fn of_diagnostic(diagnostic: &Diagnostic, bundle: &Bundle) -> FunctionResult {
        let Some(place) = diagnostic.place() else { return FunctionResult::of_error(diagnostic) };
        let contains_place = |object: &&Object| {
            let span = bundle.node(object).span();
            span.start <= place.span.start && place.span.end <= span.end
        };
        let Some(object) = bundle.objects.iter().find(contains_place) else {
            return FunctionResult::of_error(diagnostic);
        };
        let node = bundle.node(object);
        let mut result = result_about(object, node, message_without_object(diagnostic), diagnostic.severity);
        // The keys of a Secret that cannot be read may be values.
        let path = if object.is_secret() { String::new() } else { path_to(node, &place.span) };
        if !path.is_empty() {
            result.insert("field".to_string(), json!({"path": path}));
        }
        result.extend(file_of(node).map(|file| ("file".to_string(), file)));
        FunctionResult(result.into())
    }

    /// The result for a change of an object.
    pub fn of_change(bundle: &Bundle, object: ObjectId, change: &Diagnostic) -> FunctionResult {
        let object = &bundle.objects[object];
        let node = bundle.node(object);
        let mut result = result_about(object, node, message_without_object(change), change.severity);
        result.extend(file_of(node).map(|file| ("file".to_string(), file)));
        FunctionResult(result.into())
    }

    /// The result for a diagnostic that is not about an object.
    pub fn of_error(diagnostic: &Diagnostic) -> FunctionResult {
        FunctionResult(result(diagnostic.sentence(), diagnostic.severity).into())
    }
}

fn message_without_object(diagnostic: &Diagnostic) -> String {
    Diagnostic { object: None, ..diagnostic.clone() }.sentence()
}

fn result(message: String, severity: Severity) -> Map<String, Json> {
    // A note of ours is information to KRM functions.
    let severity = if severity >= Severity::Note { "info" } else { severity.as_str() };
    Map::from_iter([("message".to_string(), json!(message)), ("severity".to_string(), json!(severity))])
}

fn result_about(object: &Object, node: Node<'_>, message: String, severity: Severity) -> Map<String, Json> {
    let mut result = result(message, severity);
    result.insert("resourceRef".to_string(), reference_to(object, node));
    result
}

fn reference_to(object: &Object, node: Node<'_>) -> Json {
    let mut reference = json!({"apiVersion": object.api_version, "kind": object.kind, "name": object.name.name});
    let namespace = node.get("metadata").and_then(|metadata| metadata.get("namespace")?.as_str());
    if let Some(namespace) = namespace {
        reference["namespace"] = json!(namespace);
    }
    reference
}

/// The file that an item comes from, and its index in it.
fn file_of(item: Node<'_>) -> Option<Json> {
    let annotations = annotations(item)?;
    let annotation = |name: &str| {
        let keys = [format!("config.kubernetes.io/{name}"), format!("internal.config.kubernetes.io/{name}")];
        keys.iter().find_map(|key| annotations.get(key)?.decoded_text())
    };
    let index: u32 = annotation("index").and_then(|index| index.parse().ok()).unwrap_or(0);
    Some(json!({"path": annotation("path")?, "index": index}))
}

/// The path from an object to the innermost node around a span: `spec.template.spec.containers[0].image`.
fn path_to(object: Node<'_>, span: &Range<usize>) -> String {
    let contains_span = |node: Node<'_>| node.full_span().start <= span.start && span.end <= node.span().end;
    let mut path = String::new();
    let mut node = object;
    loop {
        if let Some((index, item)) = node.items().enumerate().find(|(_, item)| contains_span(*item)) {
            path.push_str(&format!("[{index}]"));
            node = item;
            continue;
        }
        let Some((key, value)) = node.pairs().find(|(key, value)| contains_span(*key) || contains_span(*value)) else {
            return path;
        };
        let dot = if path.is_empty() { "" } else { "." };
        path.push_str(&format!("{dot}{}", key.key_text().unwrap_or_default()));
        node = value;
    }
}
