//! The YAML that the function `toYaml` writes.

use super::value::GoValue;

/// Writes a value in block style, without a line break at the end. Texts that other readers could take for something
/// else are in double quotes.
pub(super) fn write_yaml(value: &GoValue) -> String {
    let mut text = String::new();
    write_value(value, 0, &mut text);
    text
}

/// Writes a value whose lines after the first one have an indentation.
fn write_value(value: &GoValue, indent: usize, text: &mut String) {
    match value {
        GoValue::Map(entries) if !entries.is_empty() => {
            for (at, (key, value)) in entries.iter().enumerate() {
                if at > 0 {
                    start_line(indent, text);
                }
                text.push_str(&write_text(key));
                text.push(':');
                match value {
                    // go-yaml writes the items of a list at the indentation of their key.
                    GoValue::List(items) if !items.is_empty() => {
                        start_line(indent, text);
                        write_value(value, indent, text);
                    }
                    GoValue::Map(entries) if !entries.is_empty() => {
                        start_line(indent + 2, text);
                        write_value(value, indent + 2, text);
                    }
                    scalar => {
                        text.push(' ');
                        write_value(scalar, indent, text);
                    }
                }
            }
        }
        GoValue::List(items) if !items.is_empty() => {
            for (at, item) in items.iter().enumerate() {
                if at > 0 {
                    start_line(indent, text);
                }
                text.push_str("- ");
                write_value(item, indent + 2, text);
            }
        }
        GoValue::Map(_) => text.push_str("{}"),
        GoValue::List(_) => text.push_str("[]"),
        GoValue::Text(scalar) => text.push_str(&write_text(scalar)),
        other => text.push_str(&other.to_json().to_string()),
    }
}

fn start_line(indent: usize, text: &mut String) {
    text.push('\n');
    for _ in 0..indent {
        text.push(' ');
    }
}

/// Writes a text plain where every reader takes it for that text, else in double quotes.
fn write_text(text: &str) -> String {
    const RESERVED: [&str; 10] = ["true", "false", "null", "yes", "no", "on", "off", "y", "n", "nan"];
    let starts_well = text.starts_with(|letter: char| letter.is_ascii_alphabetic() || letter == '/');
    let is_plain = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'/'));
    if starts_well && is_plain && !RESERVED.contains(&text.to_ascii_lowercase().as_str()) {
        return text.to_owned();
    }
    serde_json::Value::from(text).to_string()
}
