//! Results of a function: its diagnostics and changes, by object, field and file.

use std::borrow::Cow;
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
        let is_there = |object: &&Object| {
            let document = &bundle.documents[object.document];
            let may_be_there = document.source == place.source && contains(&document.range, &place.span);
            may_be_there && contains(&bundle.open(object).node().span(), &place.span)
        };
        let Some(object) = bundle.objects.iter().find(is_there) else {
            return FunctionResult::of_error(diagnostic);
        };
        let opened = bundle.open(object);
        let node = opened.node();
        let mut result = result_about(object, node, message_without_object(diagnostic), diagnostic.severity);
        // The keys of a Secret that cannot be read may be values.
        let path = if object.is_secret() { String::new() } else { path_to(node, &place.span) };
        if !path.is_empty() {
            result.insert("field".to_string(), json!({"path": path}));
        }
        add_file(&mut result, node);
        FunctionResult(result.into())
    }

    /// The result for a change of an object.
    pub fn of_change(bundle: &Bundle, object: ObjectId, change: &Diagnostic) -> FunctionResult {
        let object = &bundle.objects[object];
        let opened = bundle.open(object);
        let node = opened.node();
        let mut result = result_about(object, node, message_without_object(change), change.severity);
        add_file(&mut result, node);
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
    if let Some(namespace) = node.get_path(&["metadata", "namespace"]).and_then(Node::as_str) {
        reference["namespace"] = json!(namespace);
    }
    reference
}

/// Adds the file that an item comes from, and its index in it.
fn add_file(result: &mut Map<String, Json>, item: Node<'_>) {
    let Some(path) = file_annotation(item, "path") else { return };
    let index: u32 = file_annotation(item, "index").unwrap_or_default().parse().unwrap_or(0);
    result.insert("file".to_string(), json!({"path": path, "index": index}));
}

fn file_annotation<'a>(item: Node<'a>, name: &str) -> Option<Cow<'a, str>> {
    let annotations = annotations(item)?;
    for prefix in ["config.kubernetes.io", "internal.config.kubernetes.io"] {
        if let Some(text) = annotations.get(&format!("{prefix}/{name}")).and_then(Node::decoded_text) {
            return Some(text);
        }
    }
    None
}

fn contains(outer: &Range<usize>, inner: &Range<usize>) -> bool {
    outer.start <= inner.start && inner.end <= outer.end
}

/// The path from an object to the innermost node around a span: `spec.template.spec.containers[0].image`.
fn path_to(object: Node<'_>, span: &Range<usize>) -> String {
    let mut path = String::new();
    let mut node = object;
    loop {
        if let Some((index, item)) = node.items().enumerate().find(|(_, item)| contains(&item.full_span(), span)) {
            path.push_str(&format!("[{index}]"));
            node = item;
            continue;
        }
        let mut pairs = node.pairs();
        let Some((key, value)) =
            pairs.find(|(key, value)| contains(&key.full_span(), span) || contains(&value.full_span(), span))
        else {
            return path;
        };
        let dot = if path.is_empty() { "" } else { "." };
        path.push_str(&format!("{dot}{}", key.key_text().unwrap_or_default()));
        node = value;
    }
}
