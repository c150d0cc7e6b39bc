//! Functions of lists and mappings.

use std::collections::BTreeMap;

use super::{CallResult, Function};
use crate::repository::go_template::TemplateFailure;
use crate::repository::go_template::arguments::Arguments;
use crate::repository::go_template::value::GoValue;

pub(super) fn find(name: &str) -> Option<Function> {
    Some(match name {
        "list" => list,
        "first" => first,
        "last" => last,
        "rest" => rest,
        "initial" => initial,
        "append" => append,
        "prepend" => prepend,
        "concat" => concat,
        "reverse" => reverse,
        "uniq" => keep_distinct,
        "compact" => compact,
        "without" => without,
        "has" => has,
        "slice" => slice,
        "until" => until,
        "sortAlpha" => sort,
        "join" => join,
        "toStrings" => to_texts,
        "dict" => dict,
        "get" => get,
        "hasKey" => has_key,
        "dig" => dig,
        "pick" => pick,
        "omit" => omit,
        "index" => index,
        "len" => len,
        _ => return None,
    })
}

fn list(arguments: Arguments<'_>) -> CallResult {
    Ok(GoValue::List(arguments.values.to_vec()))
}

fn first(arguments: Arguments<'_>) -> CallResult {
    arguments.expect(1)?;
    Ok(arguments.list(0)?.first().cloned().unwrap_or(GoValue::Nil))
}

fn last(arguments: Arguments<'_>) -> CallResult {
    arguments.expect(1)?;
    Ok(arguments.list(0)?.last().cloned().unwrap_or(GoValue::Nil))
}

fn rest(arguments: Arguments<'_>) -> CallResult {
    arguments.expect(1)?;
    match arguments.list(0)? {
        [] => Ok(GoValue::List(Vec::new())),
        [_, rest @ ..] => Ok(GoValue::List(rest.to_vec())),
    }
}

fn initial(arguments: Arguments<'_>) -> CallResult {
    arguments.expect(1)?;
    match arguments.list(0)? {
        [] => Ok(GoValue::List(Vec::new())),
        [initial @ .., _] => Ok(GoValue::List(initial.to_vec())),
    }
}

fn append(arguments: Arguments<'_>) -> CallResult {
    arguments.expect(2)?;
    let mut items = arguments.list(0)?.to_vec();
    items.push(arguments.value(1)?.clone());
    Ok(GoValue::List(items))
}

fn prepend(arguments: Arguments<'_>) -> CallResult {
    arguments.expect(2)?;
    let mut items = vec![arguments.value(1)?.clone()];
    items.extend_from_slice(arguments.list(0)?);
    Ok(GoValue::List(items))
}

fn concat(arguments: Arguments<'_>) -> CallResult {
    let mut items = Vec::new();
    for at in 0..arguments.values.len() {
        items.extend_from_slice(arguments.list(at)?);
    }
    Ok(GoValue::List(items))
}

fn reverse(arguments: Arguments<'_>) -> CallResult {
    arguments.expect(1)?;
    let mut items = arguments.list(0)?.to_vec();
    items.reverse();
    Ok(GoValue::List(items))
}

fn keep_distinct(arguments: Arguments<'_>) -> CallResult {
    arguments.expect(1)?;
    let mut items: Vec<GoValue> = Vec::new();
    for item in arguments.list(0)? {
        if !items.contains(item) {
            items.push(item.clone());
        }
    }
    Ok(GoValue::List(items))
}

fn compact(arguments: Arguments<'_>) -> CallResult {
    arguments.expect(1)?;
    let mut items = arguments.list(0)?.to_vec();
    items.retain(GoValue::is_true);
    Ok(GoValue::List(items))
}

fn without(arguments: Arguments<'_>) -> CallResult {
    arguments.expect_from(1)?;
    let mut items = arguments.list(0)?.to_vec();
    items.retain(|item| !arguments.values[1..].contains(item));
    Ok(GoValue::List(items))
}

fn has(arguments: Arguments<'_>) -> CallResult {
    arguments.expect(2)?;
    if matches!(arguments.value(1)?, GoValue::Nil | GoValue::Missing) {
        return Ok(GoValue::Bool(false));
    }
    Ok(GoValue::Bool(arguments.list(1)?.contains(arguments.value(0)?)))
}

fn slice(arguments: Arguments<'_>) -> CallResult {
    arguments.expect_from(1)?;
    let items = arguments.list(0)?;
    let bound = |at: usize, unset: usize| match arguments.values.get(at) {
        None => Ok(unset),
        Some(_) => match usize::try_from(arguments.cast_int(at)?) {
            Ok(bound) if bound <= items.len() => Ok(bound),
            _ => Err(arguments.failure("is out of range")),
        },
    };
    let (start, end) = (bound(1, 0)?, bound(2, items.len())?);
    match items.get(start..end) {
        Some(items) => Ok(GoValue::List(items.to_vec())),
        None => Err(arguments.failure("is out of range")),
    }
}

fn until(arguments: Arguments<'_>) -> CallResult {
    arguments.expect(1)?;
    let end = arguments.size(0)? as i64;
    Ok(GoValue::List((0..end).map(GoValue::Int).collect()))
}

/// The items of a list as texts, without nulls; another value is a list of itself.
fn texts_of(value: &GoValue) -> Vec<String> {
    match value {
        GoValue::Nil | GoValue::Missing => Vec::new(),
        GoValue::List(items) => {
            let mut texts = Vec::new();
            for item in items {
                if !matches!(item, GoValue::Nil | GoValue::Missing) {
                    texts.push(item.to_text());
                }
            }
            texts
        }
        other => vec![other.to_text()],
    }
}

fn list_of_texts(texts: Vec<String>) -> GoValue {
    GoValue::List(texts.into_iter().map(GoValue::Text).collect())
}

fn sort(arguments: Arguments<'_>) -> CallResult {
    arguments.expect(1)?;
    let mut texts = texts_of(arguments.value(0)?);
    texts.sort_unstable();
    Ok(list_of_texts(texts))
}

fn join(arguments: Arguments<'_>) -> CallResult {
    arguments.expect(2)?;
    Ok(GoValue::Text(texts_of(arguments.value(1)?).join(arguments.text(0)?)))
}

fn to_texts(arguments: Arguments<'_>) -> CallResult {
    arguments.expect(1)?;
    Ok(list_of_texts(texts_of(arguments.value(0)?)))
}

fn dict(arguments: Arguments<'_>) -> CallResult {
    let mut entries = BTreeMap::new();
    for pair in arguments.values.chunks(2) {
        let value = pair.get(1).cloned().unwrap_or_else(|| GoValue::Text(String::new()));
        entries.insert(pair[0].to_text(), value);
    }
    Ok(GoValue::Map(entries))
}

fn map_at<'a>(arguments: Arguments<'a>, at: usize) -> Result<&'a BTreeMap<String, GoValue>, TemplateFailure> {
    match arguments.value(at)? {
        GoValue::Map(entries) => Ok(entries),
        other => Err(arguments.failure(&format!("expects a map and has a {}", other.kind()))),
    }
}

fn get(arguments: Arguments<'_>) -> CallResult {
    arguments.expect(2)?;
    let entry = map_at(arguments, 0)?.get(arguments.text(1)?);
    Ok(entry.cloned().unwrap_or_else(|| GoValue::Text(String::new())))
}

fn has_key(arguments: Arguments<'_>) -> CallResult {
    arguments.expect(2)?;
    Ok(GoValue::Bool(map_at(arguments, 0)?.contains_key(arguments.text(1)?)))
}

/// The value at the end of keys in a mapping, else the argument before the mapping.
fn dig(arguments: Arguments<'_>) -> CallResult {
    arguments.expect_from(3)?;
    let count = arguments.values.len();
    let mut entries = map_at(arguments, count - 1)?;
    let fallback = arguments.value(count - 2)?;
    for at in 0..count - 2 {
        let Some(value) = entries.get(arguments.text(at)?) else { return Ok(fallback.clone()) };
        if at == count - 3 {
            return Ok(value.clone());
        }
        let GoValue::Map(below) = value else { return Err(arguments.failure("goes through what is not a map")) };
        entries = below;
    }
    Ok(fallback.clone())
}

fn keep_keys(arguments: Arguments<'_>, keeps_named: bool) -> CallResult {
    let mut kept = BTreeMap::new();
    for (key, value) in map_at(arguments, 0)? {
        let name = GoValue::Text(key.clone());
        if arguments.values[1..].contains(&name) == keeps_named {
            kept.insert(key.clone(), value.clone());
        }
    }
    Ok(GoValue::Map(kept))
}

fn pick(arguments: Arguments<'_>) -> CallResult {
    keep_keys(arguments, true)
}

fn omit(arguments: Arguments<'_>) -> CallResult {
    keep_keys(arguments, false)
}

fn index(arguments: Arguments<'_>) -> CallResult {
    let mut value = arguments.value(0)?.clone();
    for at in 1..arguments.values.len() {
        value = match &value {
            GoValue::List(items) => {
                let item = usize::try_from(arguments.int(at)?).ok().and_then(|place| items.get(place));
                item.cloned().ok_or_else(|| arguments.failure("is out of range"))?
            }
            GoValue::Map(entries) => entries.get(arguments.text(at)?).cloned().unwrap_or(GoValue::Zero),
            GoValue::Zero => return Err(arguments.unsupported("of a key that is missing")),
            GoValue::Text(_) => return Err(arguments.unsupported("of a text")),
            other => return Err(arguments.failure(&format!("of a {}", other.kind()))),
        };
    }
    Ok(value)
}

fn len(arguments: Arguments<'_>) -> CallResult {
    arguments.expect(1)?;
    let count = match arguments.value(0)? {
        GoValue::Text(text) => text.len(),
        GoValue::List(items) => items.len(),
        GoValue::Map(entries) => entries.len(),
        other => return Err(arguments.failure(&format!("of a {}", other.kind()))),
    };
    Ok(GoValue::Int(count as i64))
}
