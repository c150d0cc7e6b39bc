//! Functions of texts.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::{CallResult, Function, print};
use crate::repository::go_template::TemplateFailure;
use crate::repository::go_template::arguments::Arguments;
use crate::repository::go_template::value::GoValue;
use crate::repository::normalize::normalize;
use crate::sha256;

pub(super) fn find(name: &str) -> Option<Function> {
    Some(match name {
        "print" => print::print,
        "println" => print::print_line,
        "printf" => print::print_by_format,
        "quote" => print::quote,
        "squote" => print::quote_single,
        "lower" => lower,
        "upper" => upper,
        "trim" => trim,
        "trimAll" => trim_all,
        "trimPrefix" => trim_prefix,
        "trimSuffix" => trim_suffix,
        "nospace" => remove_whitespace,
        "replace" => replace,
        "contains" => contains,
        "hasPrefix" => has_prefix,
        "hasSuffix" => has_suffix,
        "trunc" => truncate,
        "substr" => substring,
        "repeat" => repeat,
        "indent" => indent,
        "nindent" => indent_below,
        "cat" => concatenate,
        "splitList" => split_list,
        "split" => split,
        "toString" => to_text,
        "b64enc" => encode,
        "b64dec" => decode,
        "sha256sum" => hash,
        "normalize" => normalize_name,
        _ => return None,
    })
}

fn text(text: impl Into<String>) -> CallResult {
    Ok(GoValue::Text(text.into()))
}

/// A text whose bytes are its characters.
fn ascii(arguments: Arguments<'_>, at: usize) -> Result<&str, TemplateFailure> {
    let text = arguments.text(at)?;
    if text.is_ascii() { Ok(text) } else { Err(arguments.unsupported("of letters beyond ASCII")) }
}

fn lower(arguments: Arguments<'_>) -> CallResult {
    arguments.expect(1)?;
    text(ascii(arguments, 0)?.to_ascii_lowercase())
}

fn upper(arguments: Arguments<'_>) -> CallResult {
    arguments.expect(1)?;
    text(ascii(arguments, 0)?.to_ascii_uppercase())
}

fn trim(arguments: Arguments<'_>) -> CallResult {
    arguments.expect(1)?;
    text(arguments.text(0)?.trim())
}

fn trim_all(arguments: Arguments<'_>) -> CallResult {
    arguments.expect(2)?;
    let letters: Vec<char> = arguments.text(0)?.chars().collect();
    text(arguments.text(1)?.trim_matches(&letters[..]))
}

fn trim_prefix(arguments: Arguments<'_>) -> CallResult {
    arguments.expect(2)?;
    let whole = arguments.text(1)?;
    text(whole.strip_prefix(arguments.text(0)?).unwrap_or(whole))
}

fn trim_suffix(arguments: Arguments<'_>) -> CallResult {
    arguments.expect(2)?;
    let whole = arguments.text(1)?;
    text(whole.strip_suffix(arguments.text(0)?).unwrap_or(whole))
}

fn remove_whitespace(arguments: Arguments<'_>) -> CallResult {
    arguments.expect(1)?;
    text(arguments.text(0)?.split_whitespace().collect::<String>())
}

fn replace(arguments: Arguments<'_>) -> CallResult {
    arguments.expect(3)?;
    text(arguments.text(2)?.replace(arguments.text(0)?, arguments.text(1)?))
}

fn contains(arguments: Arguments<'_>) -> CallResult {
    arguments.expect(2)?;
    Ok(GoValue::Bool(arguments.text(1)?.contains(arguments.text(0)?)))
}

fn has_prefix(arguments: Arguments<'_>) -> CallResult {
    arguments.expect(2)?;
    Ok(GoValue::Bool(arguments.text(1)?.starts_with(arguments.text(0)?)))
}

fn has_suffix(arguments: Arguments<'_>) -> CallResult {
    arguments.expect(2)?;
    Ok(GoValue::Bool(arguments.text(1)?.ends_with(arguments.text(0)?)))
}

/// The first letters, or for a negative number the last ones.
fn truncate(arguments: Arguments<'_>) -> CallResult {
    arguments.expect(2)?;
    let whole = ascii(arguments, 1)?;
    let count = arguments.int(0)?;
    let size = usize::try_from(count.unsigned_abs()).unwrap_or(usize::MAX).min(whole.len());
    let is_end = count < 0 && size < whole.len();
    text(if is_end {
        &whole[whole.len() - size..]
    } else if count < 0 {
        whole
    } else {
        &whole[..size]
    })
}

fn substring(arguments: Arguments<'_>) -> CallResult {
    arguments.expect(3)?;
    let whole = ascii(arguments, 2)?;
    let start = usize::try_from(arguments.int(0)?).unwrap_or(0);
    let end = usize::try_from(arguments.int(1)?).unwrap_or(whole.len()).min(whole.len());
    match whole.get(start..end) {
        Some(part) => text(part),
        None => Err(arguments.failure("is out of range")),
    }
}

fn repeat(arguments: Arguments<'_>) -> CallResult {
    arguments.expect(2)?;
    text(arguments.text(1)?.repeat(arguments.size(0)?))
}

fn indented(arguments: Arguments<'_>) -> Result<String, TemplateFailure> {
    arguments.expect(2)?;
    let padding = " ".repeat(arguments.size(0)?);
    Ok(format!("{padding}{}", arguments.text(1)?.replace('\n', &format!("\n{padding}"))))
}

fn indent(arguments: Arguments<'_>) -> CallResult {
    text(indented(arguments)?)
}

fn indent_below(arguments: Arguments<'_>) -> CallResult {
    text(format!("\n{}", indented(arguments)?))
}

fn concatenate(arguments: Arguments<'_>) -> CallResult {
    let mut texts = Vec::new();
    for value in arguments.values {
        match value {
            GoValue::Nil | GoValue::Missing => {}
            GoValue::Zero => return Err(arguments.unsupported("of a key that is missing")),
            value => texts.push(value.to_text()),
        }
    }
    text(texts.join(" "))
}

fn separator(arguments: Arguments<'_>) -> Result<&str, TemplateFailure> {
    match arguments.text(0)? {
        "" => Err(arguments.unsupported("at every letter")),
        separator => Ok(separator),
    }
}

fn split_list(arguments: Arguments<'_>) -> CallResult {
    arguments.expect(2)?;
    let mut items = Vec::new();
    for part in arguments.text(1)?.split(separator(arguments)?) {
        items.push(GoValue::Text(part.to_owned()));
    }
    Ok(GoValue::List(items))
}

fn split(arguments: Arguments<'_>) -> CallResult {
    arguments.expect(2)?;
    let mut parts = std::collections::BTreeMap::new();
    for (at, part) in arguments.text(1)?.split(separator(arguments)?).enumerate() {
        parts.insert(format!("_{at}"), GoValue::Text(part.to_owned()));
    }
    Ok(GoValue::Map(parts))
}

fn to_text(arguments: Arguments<'_>) -> CallResult {
    arguments.expect(1)?;
    match arguments.value(0)? {
        GoValue::Zero => Err(arguments.unsupported("of a key that is missing")),
        value => text(value.to_text()),
    }
}

fn encode(arguments: Arguments<'_>) -> CallResult {
    arguments.expect(1)?;
    text(STANDARD.encode(arguments.text(0)?))
}

fn decode(arguments: Arguments<'_>) -> CallResult {
    arguments.expect(1)?;
    let bytes = STANDARD.decode(arguments.text(0)?).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    match bytes {
        Some(decoded) => text(decoded),
        None => Err(arguments.unsupported("of what is not base64 of a text")),
    }
}

fn hash(arguments: Arguments<'_>) -> CallResult {
    arguments.expect(1)?;
    text(hex::encode(sha256::hash(arguments.text(0)?.as_bytes())))
}

fn normalize_name(arguments: Arguments<'_>) -> CallResult {
    arguments.expect(1)?;
    text(normalize(arguments.text(0)?))
}
