//! The check of the shapes of references in pod specs. The reader of references takes what it finds in the right shape;
//! what is written in another one is refused or dropped by the API server, so each such place is reported here.

use std::borrow::Cow;
use std::fmt;

use crate::diagnostic::{Message, ShapeMessage, SyntaxMessage};
use crate::hash_map::HashSet;
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
    checker.check(node, &FieldType::Map(shape), FieldLabel::Name(shape.name));
    checker.problems
}

/// Finds the names of configs in fields of a kind that are not strings.
pub(super) fn find_name_problems<'a>(node: Node<'a>, fields: &[ReferenceField]) -> Vec<ShapeProblem<'a>> {
    let mut checker = ShapeChecker { problems: Vec::new() };
    for field in fields.iter().filter(|field| field.filter == ReferenceFilter::Any) {
        for found in field.path.matches(node) {
            let keys = field.path.keys();
            let label = keys[keys.len().saturating_sub(2)..].join(".");
            checker.check(found.node, &FieldType::Text, FieldLabel::Name(&label));
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

    fn check(&mut self, node: Node<'a>, accepts: &FieldType, label: FieldLabel<'_>) {
        match accepts {
            FieldType::Any => {}
            FieldType::List(_) | FieldType::Map(_) if node.is_null() => {}
            FieldType::List(item) => self.check_list(node, item, label),
            FieldType::Map(map) => self.check_map(node, map, label),
            FieldType::Text | FieldType::Value | FieldType::Flag => self.check_scalar(node, accepts, label),
        }
    }

    fn check_scalar(&mut self, node: Node<'a>, accepts: &FieldType, label: FieldLabel<'_>) {
        let scalar = node.scalar();
        match (accepts, &scalar) {
            (_, Some(Scalar::Null))
            | (FieldType::Text, Some(Scalar::String(_)))
            | (FieldType::Value, Some(_))
            | (FieldType::Flag, Some(Scalar::Bool(_))) => {}
            (FieldType::Text, Some(_)) => {
                let written = node.decoded_text().unwrap_or_default().into_owned();
                self.report(node, SyntaxMessage::NotAString { field: label.to_string(), written });
            }
            (FieldType::Text, None) => self.report_type(node, label, "a string", "write one text".to_string()),
            (FieldType::Flag, _) => {
                let help = "write true or false without quotes".to_string();
                self.report_type(node, label, "a boolean", help);
            }
            _ => {
                let help = "write `valueFrom:` to take it from a config".to_string();
                self.report_type(node, label, "a string", help);
            }
        }
    }

    fn check_list(&mut self, node: Node<'a>, item: &FieldType, label: FieldLabel<'_>) {
        if !node.is_sequence() {
            let help = if node.is_mapping() { "put `- ` before each entry" } else { "write each entry after `- `" };
            self.report_type(node, label, "a list", help.to_string());
            return;
        }
        let label_of_entry = match item {
            FieldType::Map(map) => FieldLabel::Name(map.name),
            _ => FieldLabel::EntryOf(&label),
        };
        for entry in node.items() {
            self.check(entry, item, label_of_entry);
        }
    }

    fn check_map(&mut self, node: Node<'a>, map: &MapShape, label: FieldLabel<'_>) {
        if !node.is_mapping() {
            let help = match map.fields.first() {
                _ if node.is_sequence() => "remove the `- `".to_string(),
                Some(first) => {
                    let key = map.one_of.first().unwrap_or(&first.key);
                    format!("write it as fields, such as `{key}:`")
                }
                None => "write it as fields".to_string(),
            };
            self.report_type(node, label, "a mapping", help);
            return;
        }
        // The keys are read once, and looked for among the few fields of the shape.
        let entries = node.entries();
        let has_misplaced = self.report_misplaced(&entries, map);
        for FieldShape { key, accepts, is_required } in map.fields {
            let value = find_value(&entries, key);
            if let Some(value) = value {
                self.check(value, accepts, label.nested(key));
            }
            // What is misplaced is as a rule what is missing.
            if *is_required && !has_misplaced && value.is_none_or(is_empty) {
                self.report(value.unwrap_or(node), ShapeMessage::Missing { parent: label.quoted(), field: key });
            }
        }
        if std::ptr::eq(map, &PROJECTED) {
            self.check_projected_paths(node);
        }
        if !has_misplaced {
            self.check_empty(node, &entries, map);
        }
    }

    /// Reports a mapping that refers to nothing.
    fn check_empty(&mut self, node: Node<'a>, entries: &[MappingEntry<'a>], map: &MapShape) {
        // A directive of a patch stands for a whole entry.
        if entries.iter().any(|(key, _, _)| key.starts_with('$')) {
            return;
        }
        if let [first, second, ..] = map.one_of {
            let is_set = |key: &&str| find_value(entries, key).is_some_and(|value| !value.is_null());
            if !map.one_of.iter().any(is_set) {
                let help = format!("write `{first}:` or `{second}:` in it, and indent their fields further");
                self.report(node, ShapeMessage::Empty { field: map.name.to_string(), help });
            }
            return;
        }
        for (key, _, value) in entries {
            if !matches!(&**key, "name" | "prefix") && !value.is_null() {
                return;
            }
        }
        for FieldShape { key, accepts, .. } in map.fields {
            if let (Some(value), FieldType::Map(inner)) = (find_value(entries, key), accepts)
                && inner.fields.iter().any(|field| field.is_required)
            {
                let help = "indent its fields further than it".to_string();
                self.report(value, ShapeMessage::Empty { field: format!("`{key}`"), help });
            }
        }
    }

    /// Reports fields that belong elsewhere, or are written in other case; returns `true` if there are some.
    fn report_misplaced(&mut self, entries: &[MappingEntry<'a>], map: &MapShape) -> bool {
        let before = self.problems.len();
        for (key, key_node, _) in entries {
            let is_known = |field: &FieldShape| field.key == key;
            if map.fields.iter().any(is_known) {
                continue;
            }
            let has_other_case = |field: &&FieldShape| field.key.eq_ignore_ascii_case(key);
            let help = match map.misplaced.iter().find(|(other, _)| other == key) {
                Some((_, help)) => help.to_string(),
                None => match map.fields.iter().find(has_other_case) {
                    Some(field) => format!("write `{}`", field.key),
                    None => continue,
                },
            };
            self.report(*key_node, ShapeMessage::Misplaced { field: key.to_string(), parent: map.name, help });
        }
        self.problems.len() > before
    }

    fn report_type(&mut self, node: Node<'a>, label: FieldLabel<'_>, expected: &'static str, help: String) {
        let field = label.to_string();
        self.report(node, ShapeMessage::WrongType { field, expected, found: describe_type(node), help });
    }

    /// Reports paths that several `items` give (`validateProjectionSources`).
    fn check_projected_paths(&mut self, projected: Node<'a>) {
        let mut paths = HashSet::default();
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

/// An entry of a mapping: the text of its key, the key, and the value.
type MappingEntry<'a> = (Cow<'a, str>, Node<'a>, Node<'a>);

fn find_value<'a>(entries: &[MappingEntry<'a>], key: &str) -> Option<Node<'a>> {
    let (_, _, value) = entries.iter().find(|(other, _, _)| other == key)?;
    Some(*value)
}

/// The way in which a message refers to a field. As a rule no message needs it, so it is not a text yet.
#[derive(Clone, Copy)]
enum FieldLabel<'f> {
    /// The description of an entry, or a key whose parent goes without saying.
    Name(&'f str),
    /// A key of what is known by another: `configMapRef.name`.
    Nested(&'f str, &'f str),
    /// An entry of a list of texts.
    EntryOf(&'f FieldLabel<'f>),
}

impl<'f> FieldLabel<'f> {
    fn is_description(self) -> bool {
        match self {
            FieldLabel::Name(name) => name.contains(' '),
            FieldLabel::Nested(..) => false,
            FieldLabel::EntryOf(_) => true,
        }
    }

    fn nested(self, key: &'f str) -> FieldLabel<'f> {
        match self {
            FieldLabel::Nested(_, parent) => FieldLabel::Nested(parent, key),
            FieldLabel::Name(parent) if !self.is_description() => {
                FieldLabel::Nested(parent.rsplit('.').next().unwrap_or(parent), key)
            }
            _ => FieldLabel::Name(key),
        }
    }

    fn quoted(self) -> String {
        if self.is_description() { self.to_string() } else { format!("`{self}`") }
    }
}

impl fmt::Display for FieldLabel<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            FieldLabel::Name(name) => f.write_str(name),
            FieldLabel::Nested(parent, key) => write!(f, "{parent}.{key}"),
            FieldLabel::EntryOf(list) => write!(f, "an entry of {}", list.quoted()),
        }
    }
}

/// Returns `true` for a value that is the same as none: null, or no text.
fn is_empty(value: Node<'_>) -> bool {
    match value.scalar() {
        Some(Scalar::Null) => true,
        Some(Scalar::String(text)) => text.is_empty(),
        _ => false,
    }
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
