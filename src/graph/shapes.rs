//! The check of the shapes of references in pod specs. The reader of references takes what it finds in the right shape;
//! what is written in another one is refused or dropped by the API server, so each such place is reported here.

use std::collections::HashSet;

use crate::diagnostic::{Message, ShapeMessage, SyntaxMessage};
use crate::kinds::pod_shapes::{FieldShape, FieldType, MapShape, PROJECTED};
use crate::kinds::referrers::{ReferenceField, ReferenceFilter};
use crate::kinds::workloads::PodPartKind;
use crate::yaml::{Node, Scalar};

/// A place with a wrong shape.
pub(super) struct ShapeProblem<'a> {
    pub(super) node: Node<'a>,
    pub(super) message: Message,
}

/// Finds what is of the wrong shape in a part of a pod.
pub(super) fn find_problems(node: Node<'_>, part: PodPartKind) -> Vec<ShapeProblem<'_>> {
    let shape = part.shape();
    let mut checker = ShapeChecker { problems: Vec::new() };
    checker.check(node, &FieldType::Map(shape), shape.name);
    checker.problems
}

/// Finds the names of configs in fields of a kind that are not strings.
pub(super) fn find_name_problems<'a>(node: Node<'a>, fields: &[ReferenceField]) -> Vec<ShapeProblem<'a>> {
    let mut checker = ShapeChecker { problems: Vec::new() };
    for field in fields.iter().filter(|field| field.filter == ReferenceFilter::Any) {
        let keys = field.path.keys();
        for found in field.path.matches(node) {
            checker.check(found.node, &FieldType::Text, &keys[keys.len().saturating_sub(2)..].join("."));
        }
    }
    checker.problems
}

struct ShapeChecker<'a> {
    problems: Vec<ShapeProblem<'a>>,
}

impl<'a> ShapeChecker<'a> {
    fn report(&mut self, node: Node<'a>, message: impl Into<Message>) {
        self.problems.push(ShapeProblem { node, message: message.into() });
    }

    fn check(&mut self, node: Node<'a>, accepts: &FieldType, field: &str) {
        if is_null(node) {
            return;
        }
        match accepts {
            FieldType::Any => {}
            FieldType::Text => self.check_text(node, field),
            FieldType::Value => {
                if node.scalar().is_none() {
                    let help = "write `valueFrom:` to take it from a config".to_string();
                    self.report_type(node, field, "a string", help);
                }
            }
            FieldType::Flag => {
                if !matches!(node.scalar(), Some(Scalar::Bool(_))) {
                    let help = "write true or false without quotes".to_string();
                    self.report_type(node, field, "a boolean", help);
                }
            }
            FieldType::List(item) => self.check_list(node, item, field),
            FieldType::Map(map) => self.check_map(node, map, field),
        }
    }

    fn check_text(&mut self, node: Node<'a>, field: &str) {
        if node.as_str().is_some() {
            return;
        }
        match node.decoded_text() {
            Some(written) => {
                let written = written.into_owned();
                self.report(node, SyntaxMessage::NotAString { field: field.to_string(), written });
            }
            None => self.report_type(node, field, "a string", "write one text".to_string()),
        }
    }

    fn check_list(&mut self, node: Node<'a>, item: &FieldType, field: &str) {
        if !node.is_sequence() {
            let help = if node.is_mapping() { "put `- ` before each entry" } else { "write each entry after `- `" };
            self.report_type(node, field, "a list", help.to_string());
            return;
        }
        for entry in node.items() {
            let name = match item {
                FieldType::Map(map) => map.name.to_string(),
                _ => format!("an entry of {}", quote(field)),
            };
            self.check(entry, item, &name);
        }
    }

    fn check_map(&mut self, node: Node<'a>, map: &MapShape, field: &str) {
        if !node.is_mapping() {
            let help = match map.fields.first() {
                _ if node.is_sequence() => "remove the `- `".to_string(),
                Some(first) => {
                    let key = map.one_of.first().unwrap_or(&first.key);
                    format!("write it as fields, such as `{key}:`")
                }
                None => "write it as fields".to_string(),
            };
            self.report_type(node, field, "a mapping", help);
            return;
        }
        let has_misplaced = self.report_misplaced(node, map);
        for FieldShape { key, accepts, is_required } in map.fields {
            let value = node.get(key);
            if let Some(value) = value {
                self.check(value, accepts, &nested(field, key));
            }
            let is_empty =
                value.is_none_or(|value| is_null(value) || value.as_str().is_some_and(|text| text.is_empty()));
            // What is misplaced is as a rule what is missing.
            if *is_required && is_empty && !has_misplaced {
                self.report(value.unwrap_or(node), ShapeMessage::Missing { parent: quote(field), field: key });
            }
        }
        if std::ptr::eq(map, &PROJECTED) {
            self.check_projected_paths(node);
        }
        if !has_misplaced {
            self.check_empty(node, map);
        }
    }

    /// Reports a mapping that refers to nothing.
    fn check_empty(&mut self, node: Node<'a>, map: &MapShape) {
        let entries = node.entries();
        // A directive of a patch stands for a whole entry.
        if entries.iter().any(|(key, _, _)| key.starts_with('$')) {
            return;
        }
        let is_set = |key: &str| entries.iter().any(|(other, _, value)| other == key && !is_null(*value));
        if let [first, second, ..] = map.one_of {
            if !map.one_of.iter().any(|key| is_set(key)) {
                let help = format!("write `{first}:` or `{second}:` in it, and indent their fields further");
                self.report(node, ShapeMessage::Empty { field: map.name.to_string(), help });
            }
            return;
        }
        let is_other = |key: &str| !matches!(key, "name" | "prefix") && is_set(key);
        if entries.iter().any(|(key, _, _)| is_other(key)) {
            return;
        }
        for FieldShape { key, accepts, .. } in map.fields {
            if let (Some(value), FieldType::Map(inner)) = (node.get(key), accepts)
                && inner.fields.iter().any(|field| field.is_required)
            {
                let help = "indent its fields further than it".to_string();
                self.report(value, ShapeMessage::Empty { field: format!("`{key}`"), help });
            }
        }
    }

    /// Reports fields that belong elsewhere, or are written in other case; returns `true` if there are some.
    fn report_misplaced(&mut self, node: Node<'a>, map: &MapShape) -> bool {
        let before = self.problems.len();
        for (key, key_node, _) in node.entries() {
            let is_known = |field: &FieldShape| field.key == key;
            if map.fields.iter().any(is_known) {
                continue;
            }
            let has_other_case = |field: &&FieldShape| field.key.eq_ignore_ascii_case(&key);
            let help = match map.misplaced.iter().find(|(other, _)| *other == key) {
                Some((_, help)) => help.to_string(),
                None => match map.fields.iter().find(has_other_case) {
                    Some(field) => format!("write `{}`", field.key),
                    None => continue,
                },
            };
            self.report(key_node, ShapeMessage::Misplaced { field: key.into_owned(), parent: map.name, help });
        }
        self.problems.len() > before
    }

    fn report_type(&mut self, node: Node<'a>, field: &str, expected: &'static str, help: String) {
        let field = field.to_string();
        self.report(node, ShapeMessage::WrongType { field, expected, found: describe_type(node), help });
    }

    /// Reports paths that several `items` give (`validateProjectionSources`).
    fn check_projected_paths(&mut self, projected: Node<'a>) {
        let mut paths = HashSet::new();
        for source in projected.get("sources").into_iter().flat_map(Node::items) {
            for kind in ["configMap", "secret", "downwardAPI"] {
                let items = source.get(kind).and_then(|kind| kind.get("items"));
                for path in items.into_iter().flat_map(Node::items).filter_map(|item| item.get("path")) {
                    let Some(text) = path.as_str().filter(|text| !text.is_empty()) else { continue };
                    if !paths.insert(text.clone()) {
                        self.report(path, ShapeMessage::RepeatedPath { path: text.into_owned() });
                    }
                }
            }
        }
    }
}

/// Returns `true` for a description of an entry, which is not a key.
fn is_description(field: &str) -> bool {
    field.contains(' ')
}

/// The field of a mapping: `configMapRef.name`.
fn nested(parent: &str, key: &str) -> String {
    if is_description(parent) {
        key.to_string()
    } else {
        format!("{}.{key}", parent.rsplit('.').next().unwrap_or(parent))
    }
}

fn quote(field: &str) -> String {
    if is_description(field) { field.to_string() } else { format!("`{field}`") }
}

fn is_null(node: Node<'_>) -> bool {
    matches!(node.scalar(), Some(Scalar::Null))
}

fn describe_type(node: Node<'_>) -> &'static str {
    match node.scalar() {
        None if node.is_sequence() => "a list",
        None => "a mapping",
        Some(Scalar::Bool(_)) => "a boolean",
        Some(Scalar::Int(_) | Scalar::Float(_)) => "a number",
        Some(Scalar::String(_)) => "a string",
        Some(Scalar::Null) => "null",
    }
}
