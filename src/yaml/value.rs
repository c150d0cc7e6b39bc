//! A document as the plain value that Kubernetes reads.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use super::Limits;
use super::problem::{SyntaxError, SyntaxProblem};
use super::scalar::Scalar;
use super::tree::{Node, NodeId, NodeKind};

/// A value as Kubernetes reads it, aliases and merge keys applied.
#[derive(Clone, PartialEq)]
pub enum Value {
    /// Nothing.
    Null,
    /// True or false.
    Bool(bool),
    /// A number.
    Number(Number),
    /// Text.
    String(String),
    /// A list.
    Seq(Vec<Value>),
    /// A mapping, its keys as Kubernetes sees them.
    Map(BTreeMap<String, Value>),
}

/// A number. Whole floats are integers, as in JSON.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Number {
    /// A whole number of 64 bits, signed or not.
    Int(i128),
    /// Any other number.
    Float(f64),
}

/// Names the type only: the text may be a Secret's value.
impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Value::Null => "Null",
            Value::Bool(_) => "Bool",
            Value::Number(_) => "Number",
            Value::String(_) => "String",
            Value::Seq(_) => "Seq",
            Value::Map(_) => "Map",
        })
    }
}

/// A collection whose members are being read.
enum UnfinishedCollection<'a> {
    Seq { done: Vec<Value>, next: Option<Node<'a>> },
    Map { done: BTreeMap<String, Value>, key: String, rest: std::vec::IntoIter<(Cow<'a, str>, Node<'a>, Node<'a>)> },
}

impl UnfinishedCollection<'_> {
    fn add_member(&mut self, value: Value) {
        match self {
            UnfinishedCollection::Seq { done, .. } => done.push(value),
            UnfinishedCollection::Map { done, key, .. } => {
                done.insert(std::mem::take(key), value);
            }
        }
    }

    fn finish(self) -> Value {
        match self {
            UnfinishedCollection::Seq { done, .. } => Value::Seq(done),
            UnfinishedCollection::Map { done, .. } => Value::Map(done),
        }
    }
}

impl Value {
    /// The value of a node.
    ///
    /// # Errors
    /// [`SyntaxProblem::TooManySteps`] when aliases multiply it beyond the limit.
    pub fn from_node(node: Node<'_>, limits: &Limits) -> Result<Value, SyntaxError> {
        Value::from_node_replacing(node, limits, |_| None)
    }

    /// The value of a node in which other texts stand for some scalars.
    ///
    /// # Errors
    /// As [`Value::from_node`].
    pub fn from_node_replacing(
        node: Node<'_>,
        limits: &Limits,
        text_for: impl Fn(NodeId) -> Option<String>,
    ) -> Result<Value, SyntaxError> {
        let mut open: Vec<UnfinishedCollection<'_>> = Vec::new();
        let mut steps = 0;
        let mut node = node;
        loop {
            steps += 1;
            if steps > limits.alias_steps.max(node.tree.nodes.len() as u64) {
                let problem = SyntaxProblem::TooManySteps(limits.alias_steps);
                return Err(SyntaxError { offset: node.span().start, problem });
            }
            let mut value = match open_node(node) {
                Ok(value) => text_for(node.id()).map(Value::String).or(value),
                Err(collection) => {
                    open.push(collection);
                    None
                }
            };
            node = loop {
                let Some(mut top) = open.pop() else { return Ok(value.unwrap_or(Value::Null)) };
                if let Some(value) = value.take() {
                    top.add_member(value);
                }
                match next_member(&mut top) {
                    Some(next) => {
                        open.push(top);
                        break next;
                    }
                    None => value = Some(top.finish()),
                }
            };
        }
    }

    /// This value for `serde_json`. Integers beyond 64 bits cannot occur.
    pub fn to_json(&self) -> serde_json::Value {
        match self {
            Value::Null => serde_json::Value::Null,
            Value::Bool(value) => (*value).into(),
            Value::Number(number) => number.to_json(),
            Value::String(text) => text.as_str().into(),
            Value::Seq(items) => items.iter().map(Value::to_json).collect(),
            Value::Map(entries) => {
                let mut object = serde_json::Map::new();
                for (key, value) in entries {
                    object.insert(key.clone(), value.to_json());
                }
                serde_json::Value::Object(object)
            }
        }
    }
}

impl Number {
    fn from_float(number: f64) -> Number {
        if number.fract() == 0.0 && number.abs() < 9e18 { Number::Int(number as i128) } else { Number::Float(number) }
    }

    fn to_json(self) -> serde_json::Value {
        match self {
            Number::Int(number) => match (i64::try_from(number), u64::try_from(number)) {
                (Ok(number), _) => number.into(),
                (_, Ok(number)) => number.into(),
                _ => (number as f64).into(),
            },
            Number::Float(number) => number.into(),
        }
    }
}

/// The value of a scalar, or the collection that has to be gone through.
fn open_node(node: Node<'_>) -> Result<Option<Value>, UnfinishedCollection<'_>> {
    let node = node.target();
    match node.kind() {
        NodeKind::Mapping { .. } => {
            let rest = node.entries().into_iter();
            Err(UnfinishedCollection::Map { done: BTreeMap::new(), key: String::new(), rest })
        }
        NodeKind::Sequence { .. } => Err(UnfinishedCollection::Seq { done: Vec::new(), next: node.children().next() }),
        _ => Ok(Some(scalar_value(node))),
    }
}

fn next_member<'a>(open: &mut UnfinishedCollection<'a>) -> Option<Node<'a>> {
    match open {
        UnfinishedCollection::Seq { next, .. } => {
            let node = (*next)?;
            *next = node.next_sibling();
            Some(node)
        }
        UnfinishedCollection::Map { key, rest, .. } => {
            let (text, _, value) = rest.next()?;
            *key = text.into_owned();
            Some(value)
        }
    }
}

fn scalar_value(node: Node<'_>) -> Value {
    match node.scalar() {
        None | Some(Scalar::Null) => Value::Null,
        Some(Scalar::Bool(value)) => Value::Bool(value),
        Some(Scalar::Int(number)) => Value::Number(Number::Int(number)),
        Some(Scalar::Float(number)) => Value::Number(Number::from_float(number)),
        Some(Scalar::String(text)) => Value::String(text.into_owned()),
    }
}
