//! Functions that print values: `print`, `println`, `printf` and `quote`.

use super::CallResult;
use crate::repository::go_template::TemplateFailure;
use crate::repository::go_template::arguments::Arguments;
use crate::repository::go_template::value::GoValue;

/// Prints with blanks between values of which neither is a text.
pub(super) fn print(arguments: Arguments<'_>) -> CallResult {
    let mut text = String::new();
    let mut follows_text = true;
    for value in arguments.values {
        let is_text = matches!(value, GoValue::Text(_));
        if !is_text && !follows_text {
            text.push(' ');
        }
        print_known(arguments, value, &mut text)?;
        follows_text = is_text;
    }
    Ok(GoValue::Text(text))
}

/// Prints with blanks between all values, and a line break.
pub(super) fn print_line(arguments: Arguments<'_>) -> CallResult {
    let mut text = String::new();
    for (at, value) in arguments.values.iter().enumerate() {
        if at > 0 {
            text.push(' ');
        }
        print_known(arguments, value, &mut text)?;
    }
    text.push('\n');
    Ok(GoValue::Text(text))
}

fn print_known(arguments: Arguments<'_>, value: &GoValue, text: &mut String) -> Result<(), TemplateFailure> {
    if *value == GoValue::Zero {
        return Err(arguments.unsupported("of a key that is missing"));
    }
    value.print(text);
    Ok(())
}

/// Prints by a format, of whose verbs `%s`, `%v`, `%d`, `%t`, `%q` and `%%` are evaluated, and a width of `%d`.
pub(super) fn print_by_format(arguments: Arguments<'_>) -> CallResult {
    let mut text = String::new();
    let mut rest = arguments.text(0)?;
    let mut values = arguments.values[1..].iter();
    while let Some((before, after)) = rest.split_once('%') {
        text.push_str(before);
        if let Some(after) = after.strip_prefix('%') {
            text.push('%');
            rest = after;
            continue;
        }
        let width = after.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(after.len());
        let (width, after) = after.split_at(width);
        let Some(value) = values.next() else { return Err(arguments.unsupported("with too few values")) };
        let mut letters = after.chars();
        match (letters.next(), value, width.is_empty()) {
            (Some('s' | 'v'), GoValue::Text(value), true) => text.push_str(value),
            (Some('v'), value, true) => print_known(arguments, value, &mut text)?,
            (Some('t'), GoValue::Bool(_), true) => value.print(&mut text),
            (Some('q'), GoValue::Text(value), true) => text.push_str(&quote_text(arguments, value)?),
            (Some('d'), GoValue::Int(number), _) => text.push_str(&pad_number(*number, width)),
            _ => return Err(arguments.unsupported(&format!("with the format {}", arguments.text(0)?))),
        }
        rest = letters.as_str();
    }
    if values.next().is_some() {
        return Err(arguments.unsupported("with too many values"));
    }
    text.push_str(rest);
    Ok(GoValue::Text(text))
}

fn pad_number(number: i64, width: &str) -> String {
    let size = width.parse().unwrap_or(0).min(100);
    if width.starts_with('0') { format!("{number:0size$}") } else { format!("{number:size$}") }
}

/// The text in double quotes, as Go writes it.
fn quote_text(arguments: Arguments<'_>, text: &str) -> Result<String, TemplateFailure> {
    let mut quoted = String::from("\"");
    for letter in text.chars() {
        match letter {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\t' => quoted.push_str("\\t"),
            '\r' => quoted.push_str("\\r"),
            letter if letter.is_ascii_control() || !(letter.is_ascii() || letter.is_alphanumeric()) => {
                return Err(arguments.unsupported("of such characters"));
            }
            other => quoted.push(other),
        }
    }
    quoted.push('"');
    Ok(quoted)
}

/// Puts every value but nulls in double quotes.
pub(super) fn quote(arguments: Arguments<'_>) -> CallResult {
    let mut quoted = Vec::new();
    for value in arguments.values {
        match value {
            GoValue::Nil | GoValue::Missing => {}
            GoValue::Zero => return Err(arguments.unsupported("of a key that is missing")),
            value => quoted.push(quote_text(arguments, &value.to_text())?),
        }
    }
    Ok(GoValue::Text(quoted.join(" ")))
}

/// Puts every value but nulls in single quotes, of which those inside are not escaped.
pub(super) fn quote_single(arguments: Arguments<'_>) -> CallResult {
    let mut quoted = Vec::new();
    for value in arguments.values {
        match value {
            GoValue::Nil | GoValue::Missing => {}
            GoValue::Zero => return Err(arguments.unsupported("of a key that is missing")),
            value => quoted.push(format!("'{}'", value.to_text())),
        }
    }
    Ok(GoValue::Text(quoted.join(" ")))
}
