//! Conditions: tests on the fields of one object that rows of the tables make.

use std::borrow::Cow;
use std::fmt;

use super::path::{FieldPath, field};
use crate::yaml::Node;

/// A test on an object's fields. Where a path matches several nodes, the condition holds if it holds for one of them.
#[derive(Clone, Debug)]
pub enum Condition {
    /// The value is `true`.
    True(FieldPath),
    /// The value is this text.
    Is(FieldPath, Cow<'static, str>),
    /// The value is a number, or a percentage, above zero.
    AboveZero(FieldPath),
    /// The field has a value that is not null.
    Set(FieldPath),
    /// The field is absent or null.
    NotSet(FieldPath),
    /// The field has no scalar value, and the object's API version is this one.
    NotSetIn(FieldPath, &'static str),
    /// The list exists, and none of its items has this text in this field.
    NoItem(FieldPath, &'static str, &'static str),
    /// An item of the list has none of these texts in this field.
    OtherItem(FieldPath, &'static str, &'static [&'static str]),
    /// Each of these conditions holds.
    All(Vec<Condition>),
    /// A container reads one of rollstamp's annotations into a variable.
    ReadsStamp(FieldPath),
}

impl Condition {
    /// The condition that the value at a path is this text.
    pub fn is(path: FieldPath, text: impl Into<Cow<'static, str>>) -> Condition {
        Condition::Is(path, text.into())
    }

    /// Returns `true` if the condition holds for an object.
    pub fn holds(&self, object: Node<'_>) -> bool {
        match self {
            Condition::True(path) => path.nodes(object).any(Node::is_true),
            Condition::Is(path, text) => path.nodes(object).any(|node| has_text(node, text)),
            Condition::AboveZero(path) => path.nodes(object).any(is_above_zero),
            Condition::Set(path) => path.nodes(object).any(is_set),
            Condition::NotSet(path) => !path.nodes(object).any(is_set),
            Condition::NotSetIn(path, version) => {
                object.get("apiVersion").is_some_and(|node| has_text(node, version))
                    && path.nodes(object).find_map(Node::decoded_text).is_none()
            }
            Condition::NoItem(path, field, text) => {
                path.nodes(object).any(|list| list.is_sequence() && !has_item(list, field, text))
            }
            Condition::OtherItem(path, field, texts) => {
                path.nodes(object).any(|list| has_other_item(list, field, texts))
            }
            Condition::All(conditions) => conditions.iter().all(|condition| condition.holds(object)),
            Condition::ReadsStamp(path) => path.nodes(object).any(reads_stamp),
        }
    }
}

fn is_set(node: Node<'_>) -> bool {
    !node.is_null()
}

fn has_text(node: Node<'_>, text: &str) -> bool {
    node.decoded_text().as_deref() == Some(text)
}

fn has_item(list: Node<'_>, field: &str, text: &str) -> bool {
    list.items().filter_map(|item| item.get(field)).any(|value| has_text(value, text))
}

fn has_other_item(list: Node<'_>, field: &str, texts: &[&str]) -> bool {
    list.items().any(|item| !item.get(field).is_some_and(|value| texts.iter().any(|text| has_text(value, text))))
}

/// Returns `true` for a positive number or percentage.
fn is_above_zero(node: Node<'_>) -> bool {
    let text = node.decoded_text().unwrap_or_default();
    text.strip_suffix('%').unwrap_or(&text).parse().unwrap_or(0u64) > 0
}

fn reads_stamp(container: Node<'_>) -> bool {
    let fields = field!("env" / [] / "valueFrom" / "fieldRef" / "fieldPath");
    let mut texts = fields.nodes(container).filter_map(Node::decoded_text);
    texts.any(|text| text.starts_with("metadata.annotations['rollstamp.dev/"))
}

/// Writes a condition as the tables show it.
impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Condition::True(path) => write!(f, "{path} is true"),
            Condition::Is(path, text) => write!(f, "{path} is {text}"),
            Condition::AboveZero(path) => write!(f, "{path} is above 0"),
            Condition::Set(path) => write!(f, "{path} is set"),
            Condition::NotSet(path) => write!(f, "{path} is not set"),
            Condition::NotSetIn(path, version) => write!(f, "{path} is not set in {version}"),
            Condition::NoItem(list, field, text) => write!(f, "no item of {list} has {field} {text}"),
            Condition::OtherItem(list, field, texts) => {
                write!(f, "an item of {list} has a {field} other than {}", texts.join(", "))
            }
            Condition::All(conditions) => {
                let conditions: Vec<String> = conditions.iter().map(Condition::to_string).collect();
                write!(f, "{}", conditions.join(" and "))
            }
            Condition::ReadsStamp(_) => write!(f, "a container reads the stamp into a variable"),
        }
    }
}
