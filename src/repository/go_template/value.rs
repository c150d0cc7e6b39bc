//! Values of Go templates, and how Go prints them.

use std::collections::BTreeMap;

use crate::yaml::{Number, Value};

/// A value as a template of Go sees it. Numbers of parameters are floats, since they come through JSON; numbers in the
/// template are integers where they are whole.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum GoValue {
    /// No value: a key that a mapping does not have, or a null that was taken out of its interface.
    Missing,
    /// The zero value of a mapping whose type is not known here: a null or the empty text.
    Zero,
    /// A null.
    Nil,
    Bool(bool),
    Int(i64),
    Float(f64),
    Text(String),
    List(Vec<GoValue>),
    Map(BTreeMap<String, GoValue>),
}

impl GoValue {
    pub(super) fn from_value(value: &Value) -> GoValue {
        match value {
            Value::Null => GoValue::Nil,
            Value::Bool(flag) => GoValue::Bool(*flag),
            Value::Number(Number::Int(number)) => GoValue::Float(*number as f64),
            Value::Number(Number::Float(number)) => GoValue::Float(*number),
            Value::String(text) => GoValue::Text(text.clone()),
            Value::Seq(items) => GoValue::List(items.iter().map(GoValue::from_value).collect()),
            Value::Map(entries) => {
                let mut map = BTreeMap::new();
                for (key, value) in entries {
                    map.insert(key.clone(), GoValue::from_value(value));
                }
                GoValue::Map(map)
            }
        }
    }

    /// Decides a condition: false, zero, a null and what is empty are not true.
    pub(super) fn is_true(&self) -> bool {
        match self {
            GoValue::Missing | GoValue::Zero | GoValue::Nil => false,
            GoValue::Bool(flag) => *flag,
            GoValue::Int(number) => *number != 0,
            GoValue::Float(number) => *number != 0.0,
            GoValue::Text(text) => !text.is_empty(),
            GoValue::List(items) => !items.is_empty(),
            GoValue::Map(entries) => !entries.is_empty(),
        }
    }

    /// The name of the kind, as `kindOf` of sprig prints it.
    pub(super) fn kind(&self) -> &'static str {
        match self {
            GoValue::Missing | GoValue::Zero | GoValue::Nil => "invalid",
            GoValue::Bool(_) => "bool",
            GoValue::Int(_) => "int",
            GoValue::Float(_) => "float64",
            GoValue::Text(_) => "string",
            GoValue::List(_) => "slice",
            GoValue::Map(_) => "map",
        }
    }

    /// Adds the value as the verb `%v` of Go prints it.
    pub(super) fn print(&self, output: &mut String) {
        match self {
            GoValue::Missing | GoValue::Zero | GoValue::Nil => output.push_str("<nil>"),
            GoValue::Bool(flag) => output.push_str(if *flag { "true" } else { "false" }),
            GoValue::Int(number) => output.push_str(&number.to_string()),
            GoValue::Float(number) => output.push_str(&format_float(*number)),
            GoValue::Text(text) => output.push_str(text),
            GoValue::List(items) => {
                output.push('[');
                for (at, item) in items.iter().enumerate() {
                    if at > 0 {
                        output.push(' ');
                    }
                    item.print(output);
                }
                output.push(']');
            }
            GoValue::Map(entries) => {
                output.push_str("map[");
                for (at, (key, value)) in entries.iter().enumerate() {
                    if at > 0 {
                        output.push(' ');
                    }
                    output.push_str(key);
                    output.push(':');
                    value.print(output);
                }
                output.push(']');
            }
        }
    }

    pub(super) fn to_text(&self) -> String {
        let mut text = String::new();
        self.print(&mut text);
        text
    }

    /// The value for `serde_json`. Whole floats are integers, as Go's JSON writes them.
    pub(super) fn to_json(&self) -> serde_json::Value {
        match self {
            GoValue::Missing | GoValue::Zero | GoValue::Nil => serde_json::Value::Null,
            GoValue::Bool(flag) => (*flag).into(),
            GoValue::Int(number) => (*number).into(),
            GoValue::Float(number) if number.fract() == 0.0 && number.abs() < 9e15 => (*number as i64).into(),
            GoValue::Float(number) => (*number).into(),
            GoValue::Text(text) => text.as_str().into(),
            GoValue::List(items) => items.iter().map(GoValue::to_json).collect(),
            GoValue::Map(entries) => {
                let mut object = serde_json::Map::new();
                for (key, value) in entries {
                    object.insert(key.clone(), value.to_json());
                }
                serde_json::Value::Object(object)
            }
        }
    }
}

/// The shortest text of a float in Go's format `%v`: with an exponent where that is below -4 or at least 6.
///
/// Source: `FormatFloat` of Go's package `strconv` with the format `g` and the shortest precision.
pub(super) fn format_float(number: f64) -> String {
    if number == 0.0 {
        return if number.is_sign_negative() { "-0" } else { "0" }.to_owned();
    }
    let scientific = format!("{number:e}");
    let (digits, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if (-4..6).contains(&exponent) {
        return format!("{number}");
    }
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{digits}e{sign}{:02}", exponent.abs())
}
