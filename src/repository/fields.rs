//! Lookups in values of documents.

use std::collections::BTreeMap;

use crate::yaml::{Number, Value};

/// The value at the end of a path of keys.
pub(super) fn field<'v>(value: &'v Value, path: &[&str]) -> Option<&'v Value> {
    let mut value = value;
    for key in path {
        let Value::Map(entries) = value else { return None };
        value = entries.get(*key)?;
    }
    Some(value)
}

/// The text at the end of a path of keys, if it is a text that is not empty.
pub(super) fn text<'v>(value: &'v Value, path: &[&str]) -> Option<&'v str> {
    match field(value, path)? {
        Value::String(text) if !text.is_empty() => Some(text),
        _ => None,
    }
}

/// Returns `true` if the boolean true stands at the end of a path.
pub(super) fn is_true(value: &Value, path: &[&str]) -> bool {
    field(value, path) == Some(&Value::Bool(true))
}

/// The items of the list at the end of a path; none if there is no list.
pub(super) fn items<'v>(value: &'v Value, path: &[&str]) -> &'v [Value] {
    match field(value, path) {
        Some(Value::Seq(items)) => items,
        _ => &[],
    }
}

/// The texts of the list at the end of a path, or the one text that stands there.
pub(super) fn texts<'v>(value: &'v Value, path: &[&str]) -> Vec<&'v str> {
    match field(value, path) {
        Some(Value::String(text)) => vec![text],
        Some(Value::Seq(items)) => {
            let mut texts = Vec::new();
            for item in items {
                if let Value::String(text) = item {
                    texts.push(text.as_str());
                }
            }
            texts
        }
        _ => Vec::new(),
    }
}

/// The mapping at the end of a path.
pub(super) fn mapping<'v>(value: &'v Value, path: &[&str]) -> Option<&'v BTreeMap<String, Value>> {
    match field(value, path)? {
        Value::Map(entries) => Some(entries),
        _ => None,
    }
}

/// The text of a scalar, as a template or a variable takes it.
pub(super) fn scalar_text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Bool(flag) => Some(flag.to_string()),
        Value::Number(Number::Int(number)) => Some(number.to_string()),
        Value::Number(Number::Float(number)) => Some(number.to_string()),
        Value::Null | Value::Seq(_) | Value::Map(_) => None,
    }
}

/// Sets the value at the end of a path of keys; mappings on the way are made.
pub(super) fn set(value: &mut Value, path: &[&str], new: Value) {
    let mut value = value;
    for key in path {
        if !matches!(value, Value::Map(_)) {
            *value = Value::Map(BTreeMap::new());
        }
        let Value::Map(entries) = value else { return };
        value = entries.entry((*key).to_owned()).or_insert(Value::Null);
    }
    *value = new;
}

/// Changes every text in a value; the keys stay.
pub(super) fn map_texts(value: &mut Value, change: &mut dyn FnMut(&str) -> String) {
    match value {
        Value::String(text) => *text = change(text),
        Value::Seq(items) => {
            for item in items {
                map_texts(item, change);
            }
        }
        Value::Map(entries) => {
            for item in entries.values_mut() {
                map_texts(item, change);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}
