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
        let any =
            |path: &FieldPath, test: &dyn Fn(Node<'_>) -> bool| path.matches(object).any(|found| test(found.node));
        match self {
            Condition::True(path) => any(path, &|node| node.is_true()),
            Condition::Is(path, text) => any(path, &|node| has_text(node, text)),
            Condition::AboveZero(path) => {
                any(path, &|node| node.decoded_text().is_some_and(|text| is_above_zero(&text)))
            }
            Condition::Set(path) => any(path, &|node| !is_null(node)),
            Condition::NotSet(path) => !any(path, &|node| !is_null(node)),
            Condition::NotSetIn(path, version) => {
                object.get("apiVersion").is_some_and(|node| has_text(node, version))
                    && !any(path, &|node| node.decoded_text().is_some())
            }
            Condition::NoItem(list, field, text) => any(list, &|list| {
                list.is_sequence() && !list.items().any(|item| item.get(field).is_some_and(|node| has_text(node, text)))
            }),
            Condition::ReadsStamp(containers) => any(containers, &reads_stamp),
        }
    }
}

/// Returns `true` if a node is an explicit null.
pub(super) fn is_null(node: Node<'_>) -> bool {
    node.scalar().is_some_and(|scalar| scalar.is_null())
}

fn has_text(node: Node<'_>, text: &str) -> bool {
    node.decoded_text().is_some_and(|decoded| decoded == text)
}

fn is_above_zero(text: &str) -> bool {
    text.strip_suffix('%').unwrap_or(text).parse::<u64>().is_ok_and(|number| number > 0)
}

fn reads_stamp(container: Node<'_>) -> bool {
    let fields = field!("env" / [] / "valueFrom" / "fieldRef" / "fieldPath");
    let is_stamp = |text: &str| text.starts_with("metadata.annotations['rollstamp.dev/");
    fields.matches(container).any(|field| field.node.decoded_text().is_some_and(|text| is_stamp(&text)))
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
            Condition::ReadsStamp(_) => write!(f, "a container reads the stamp into a variable"),
        }
    }
}
