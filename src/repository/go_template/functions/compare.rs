//! Functions that compare and decide.

use std::cmp::Ordering;

use super::{CallResult, Function};
use crate::repository::go_template::TemplateFailure;
use crate::repository::go_template::arguments::Arguments;
use crate::repository::go_template::value::GoValue;

pub(super) fn find(name: &str) -> Option<Function> {
    Some(match name {
        "not" => not,
        "eq" => equals,
        "ne" => differs,
        "lt" => is_less,
        "le" => is_at_most,
        "gt" => is_greater,
        "ge" => is_at_least,
        _ => return None,
    })
}

fn not(arguments: Arguments<'_>) -> CallResult {
    arguments.expect(1)?;
    Ok(GoValue::Bool(!arguments.value(0)?.is_true()))
}

/// Compares the first argument with each of the others, until one is equal.
fn equals(arguments: Arguments<'_>) -> CallResult {
    arguments.expect_from(2)?;
    let first = arguments.value(0)?;
    for other in &arguments.values[1..] {
        if are_equal(arguments, first, other)? {
            return Ok(GoValue::Bool(true));
        }
    }
    Ok(GoValue::Bool(false))
}

fn differs(arguments: Arguments<'_>) -> CallResult {
    arguments.expect(2)?;
    Ok(GoValue::Bool(!are_equal(arguments, arguments.value(0)?, arguments.value(1)?)?))
}

/// Compares two values as Go does, which refuses different types; a null equals nulls alone.
fn are_equal(arguments: Arguments<'_>, left: &GoValue, right: &GoValue) -> Result<bool, TemplateFailure> {
    match (left, right) {
        (GoValue::Zero, _) | (_, GoValue::Zero) => Err(arguments.unsupported("of a key that is missing")),
        (GoValue::Missing | GoValue::Nil, GoValue::Missing | GoValue::Nil) => Ok(true),
        (GoValue::Missing | GoValue::Nil, _) | (_, GoValue::Missing | GoValue::Nil) => Ok(false),
        (GoValue::List(_) | GoValue::Map(_), _) | (_, GoValue::List(_) | GoValue::Map(_)) => {
            Err(arguments.failure("cannot compare lists and mappings"))
        }
        _ if left.kind() != right.kind() => Err(arguments.failure("compares different types")),
        _ => Ok(left == right),
    }
}

fn compare(arguments: Arguments<'_>) -> Result<Ordering, TemplateFailure> {
    arguments.expect(2)?;
    let ordering = match (arguments.value(0)?, arguments.value(1)?) {
        (GoValue::Int(left), GoValue::Int(right)) => Some(left.cmp(right)),
        (GoValue::Float(left), GoValue::Float(right)) => left.partial_cmp(right),
        (GoValue::Text(left), GoValue::Text(right)) => Some(left.cmp(right)),
        (GoValue::Zero, _) | (_, GoValue::Zero) => return Err(arguments.unsupported("of a key that is missing")),
        _ => None,
    };
    ordering.ok_or_else(|| arguments.failure("compares different types"))
}

fn is_less(arguments: Arguments<'_>) -> CallResult {
    Ok(GoValue::Bool(compare(arguments)?.is_lt()))
}

fn is_at_most(arguments: Arguments<'_>) -> CallResult {
    Ok(GoValue::Bool(compare(arguments)?.is_le()))
}

fn is_greater(arguments: Arguments<'_>) -> CallResult {
    Ok(GoValue::Bool(compare(arguments)?.is_gt()))
}

fn is_at_least(arguments: Arguments<'_>) -> CallResult {
    Ok(GoValue::Bool(compare(arguments)?.is_ge()))
}
