//! Functions of templates: those of Go, a part of sprig, and those that Argo CD adds.
//!
//! Sources: `funcs.go` of Go's package `text/template`, sprig's `functions.go`, and `applicationset/utils` of Argo CD.

mod compare;
mod lists;
mod print;
mod texts;

use super::TemplateFailure;
use super::arguments::Arguments;
use super::value::GoValue;
use super::yaml_text::write_yaml;
use crate::repository::manifest::read_value;
use crate::yaml::Value;

type CallResult = Result<GoValue, TemplateFailure>;

type Function = fn(Arguments<'_>) -> CallResult;

/// Returns `true` for the name of a function that is evaluated.
pub(super) fn is_function(name: &str) -> bool {
    find_function(name).is_some()
}

/// Calls a function.
///
/// # Errors
/// What the function refuses in Go, and arguments for which it is not evaluated here.
pub(super) fn call_function(name: &str, values: &[GoValue]) -> CallResult {
    match find_function(name) {
        Some(function) => function(Arguments { function: name, values }),
        None => Err(TemplateFailure::unsupported(format!("the template function {name}"))),
    }
}

fn find_function(name: &str) -> Option<Function> {
    texts::find(name).or_else(|| lists::find(name)).or_else(|| compare::find(name)).or_else(|| find_general(name))
}

fn find_general(name: &str) -> Option<Function> {
    Some(match name {
        "default" => default,
        "empty" => empty,
        "coalesce" => coalesce,
        "ternary" => ternary,
        "fail" => fail,
        "kindOf" => kind_of,
        "kindIs" => kind_is,
        "int" | "int64" => to_int,
        "float64" => to_float,
        "add" => add,
        "add1" => add_one,
        "sub" => subtract,
        "mul" => multiply,
        "div" => divide,
        "mod" => remainder,
        "max" => maximum,
        "min" => minimum,
        "toJson" => to_json,
        "fromJson" => from_json,
        "toYaml" => to_yaml,
        "fromYaml" => from_yaml,
        "fromYamlArray" => from_yaml_array,
        _ => return None,
    })
}

fn default(arguments: Arguments<'_>) -> CallResult {
    arguments.expect_from(1)?;
    match arguments.values {
        [_, given, ..] if given.is_true() => Ok(given.clone()),
        [fallback, ..] => Ok(fallback.clone()),
        [] => Ok(GoValue::Nil),
    }
}

fn empty(arguments: Arguments<'_>) -> CallResult {
    arguments.expect(1)?;
    Ok(GoValue::Bool(!arguments.value(0)?.is_true()))
}

fn coalesce(arguments: Arguments<'_>) -> CallResult {
    let first = arguments.values.iter().find(|value| value.is_true());
    Ok(first.cloned().unwrap_or(GoValue::Nil))
}

fn ternary(arguments: Arguments<'_>) -> CallResult {
    arguments.expect(3)?;
    let chosen = if arguments.boolean(2)? { 0 } else { 1 };
    Ok(arguments.value(chosen)?.clone())
}

fn fail(arguments: Arguments<'_>) -> CallResult {
    Err(TemplateFailure::invalid(arguments.text(0)?))
}

fn kind_of(arguments: Arguments<'_>) -> CallResult {
    arguments.expect(1)?;
    Ok(GoValue::Text(arguments.value(0)?.kind().to_owned()))
}

fn kind_is(arguments: Arguments<'_>) -> CallResult {
    arguments.expect(2)?;
    Ok(GoValue::Bool(arguments.text(0)? == arguments.value(1)?.kind()))
}

fn to_int(arguments: Arguments<'_>) -> CallResult {
    arguments.expect(1)?;
    Ok(GoValue::Int(arguments.cast_int(0)?))
}

fn to_float(arguments: Arguments<'_>) -> CallResult {
    arguments.expect(1)?;
    match arguments.value(0)? {
        GoValue::Float(number) => Ok(GoValue::Float(*number)),
        _ => Ok(GoValue::Float(arguments.cast_int(0)? as f64)),
    }
}

/// Folds the arguments as whole numbers.
fn fold(arguments: Arguments<'_>, combine: fn(i64, i64) -> Option<i64>) -> CallResult {
    let mut result = arguments.cast_int(0)?;
    for at in 1..arguments.values.len() {
        let combined = combine(result, arguments.cast_int(at)?);
        result = combined.ok_or_else(|| arguments.unsupported("of such numbers"))?;
    }
    Ok(GoValue::Int(result))
}

fn add(arguments: Arguments<'_>) -> CallResult {
    fold(arguments, i64::checked_add)
}

fn add_one(arguments: Arguments<'_>) -> CallResult {
    arguments.expect(1)?;
    Ok(GoValue::Int(arguments.cast_int(0)?.wrapping_add(1)))
}

fn subtract(arguments: Arguments<'_>) -> CallResult {
    arguments.expect(2)?;
    fold(arguments, i64::checked_sub)
}

fn multiply(arguments: Arguments<'_>) -> CallResult {
    fold(arguments, i64::checked_mul)
}

fn divide(arguments: Arguments<'_>) -> CallResult {
    arguments.expect(2)?;
    fold(arguments, i64::checked_div)
}

fn remainder(arguments: Arguments<'_>) -> CallResult {
    arguments.expect(2)?;
    fold(arguments, i64::checked_rem)
}

fn maximum(arguments: Arguments<'_>) -> CallResult {
    fold(arguments, |left, right| Some(left.max(right)))
}

fn minimum(arguments: Arguments<'_>) -> CallResult {
    fold(arguments, |left, right| Some(left.min(right)))
}

/// JSON as Go writes it, with the characters of HTML escaped.
fn to_json(arguments: Arguments<'_>) -> CallResult {
    arguments.expect(1)?;
    let mut text = String::new();
    for letter in arguments.value(0)?.to_json().to_string().chars() {
        match letter {
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => text.push_str(&format!("\\u{:04x}", u32::from(letter))),
            other => text.push(other),
        }
    }
    Ok(GoValue::Text(text))
}

fn from_json(arguments: Arguments<'_>) -> CallResult {
    arguments.expect(1)?;
    let text = arguments.text(0)?;
    if serde_json::from_str::<serde_json::Value>(text).is_err() {
        return Err(arguments.unsupported("of what is not JSON"));
    }
    // JSON is YAML.
    read_value(text).map_or_else(|| Ok(GoValue::Nil), |value| Ok(GoValue::from_value(&value)))
}

fn to_yaml(arguments: Arguments<'_>) -> CallResult {
    arguments.expect(1)?;
    Ok(GoValue::Text(write_yaml(arguments.value(0)?)))
}

fn from_yaml(arguments: Arguments<'_>) -> CallResult {
    arguments.expect(1)?;
    let text = arguments.text(0)?;
    match read_value(text) {
        Some(Value::Map(entries)) => Ok(GoValue::from_value(&Value::Map(entries))),
        None if text.trim().is_empty() => Ok(GoValue::Map(std::collections::BTreeMap::new())),
        _ => Err(arguments.failure("reads no mapping")),
    }
}

fn from_yaml_array(arguments: Arguments<'_>) -> CallResult {
    arguments.expect(1)?;
    match read_value(arguments.text(0)?) {
        Some(Value::Seq(items)) => Ok(GoValue::from_value(&Value::Seq(items))),
        _ => Err(arguments.failure("reads no list")),
    }
}
