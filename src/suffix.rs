//! The name suffix that kustomize (3.9 and later) gives to a ConfigMap or Secret with this content.
//!
//! It is SHA-256 over a JSON text that Go's `encoding/json` would write, cut to ten characters of an alphabet without
//! vowels. The object's name, namespace, labels, annotations and `immutable` have no part in it. It is not what
//! `kubectl create --append-hash` computes.

use std::borrow::Cow;

use crate::kinds::ConfigKind;
use crate::sha256::{self, Hash};
use crate::yaml::{KustomizeReading, Node, Scalar};

/// The number of characters of a suffix.
pub const LENGTH: usize = 10;

/// The suffix of a config, without the `-` before it.
pub fn content_suffix(config: Node<'_>, kind: ConfigKind) -> String {
    suffix_of_hash(sha256::hash(format_content(config, kind).as_bytes()))
}

fn suffix_of_hash(hash: Hash) -> String {
    suffix_of_digest(&hex::encode(&hash[..LENGTH / 2]))
}

/// The suffix that is made of a digest in hex digits.
pub fn suffix_of_digest(digest: &str) -> String {
    digest.chars().take(LENGTH).map(encode_digit).collect()
}

/// Returns `true` for a word with the length and the characters of a suffix.
pub(crate) fn has_form_of_suffix(word: &str) -> bool {
    word.len() == LENGTH && word.bytes().all(|byte| b"2456789bcdfghkmt".contains(&byte))
}

/// Go's kustomize replaces the digits and letters that could spell something.
fn encode_digit(digit: char) -> char {
    match digit {
        '0' => 'g',
        '1' => 'h',
        '3' => 'k',
        'a' => 'm',
        'e' => 't',
        other => other,
    }
}

/// The JSON text that is hashed. It holds the values themselves: never print it.
fn format_content(config: Node<'_>, kind: ConfigKind) -> String {
    let mut out = String::from("{");
    if kind == ConfigKind::ConfigMap
        && let Some(binary) = get_mapping(config, "binaryData")
    {
        out.push_str("\"binaryData\":");
        write_object(&mut out, binary);
        out.push(',');
    }
    out.push_str("\"data\":");
    match config.get("data") {
        None => write_string(&mut out, ""),
        Some(data) if data.is_mapping() => write_object(&mut out, data),
        Some(data) => match data.decoded_text() {
            Some(text) => write_string(&mut out, &text),
            None => out.push_str("null"),
        },
    }
    out.push_str(",\"kind\":\"");
    out.push_str(kind.as_str());
    out.push_str("\",\"name\":");
    // Meant is the name below `metadata`; read is a field that is called so, which no config has.
    write_string(&mut out, &config.get("metadata/name").and_then(Node::decoded_text).unwrap_or_default());
    if kind == ConfigKind::Secret {
        if let Some(text) = get_mapping(config, "stringData") {
            out.push_str(",\"stringData\":");
            write_object(&mut out, text);
        }
        out.push_str(",\"type\":");
        let text = config.get("type").and_then(Node::decoded_text).unwrap_or_default();
        write_string(&mut out, &text);
    }
    out.push('}');
    out
}

fn get_mapping<'a>(config: Node<'a>, field: &str) -> Option<Node<'a>> {
    config.get(field).filter(|value| value.is_mapping())
}

/// A mapping with its keys in byte order.
fn write_object(out: &mut String, mapping: Node<'_>) {
    let mut entries = Vec::new();
    for (key, node, value) in mapping.entries() {
        entries.push((key_text(key, node), value));
    }
    entries.sort_by(|(a, _), (b, _)| a.cmp(b));
    out.push('{');
    for (index, (key, value)) in entries.iter().enumerate() {
        if index > 0 {
            out.push(',');
        }
        write_string(out, key);
        out.push(':');
        match value.scalar() {
            Some(Scalar::Null) | None => out.push_str("null"),
            Some(_) => {
                let text = value.decoded_text().unwrap_or_default();
                match value.kustomize_reading(0) {
                    Some(KustomizeReading::Time) => write_string(out, &format_time(&text)),
                    _ => write_string(out, &text),
                }
            }
        }
    }
    out.push('}');
}

/// The text of a key: `y` and its like are no booleans for kustomize.
fn key_text<'a>(read: Cow<'a, str>, node: Node<'a>) -> Cow<'a, str> {
    match node.kustomize_reading(0) {
        Some(KustomizeReading::String) => node.decoded_text().unwrap_or(read),
        _ => read,
    }
}

/// A time as Go writes it in JSON (RFC 3339, no zeros at the end of a fraction), from the ways to write it in YAML.
fn format_time(text: &str) -> String {
    let (date, rest) = text.split_once(['T', 't', ' ']).unwrap_or((text, "0:0:0"));
    let rest = rest.trim_start_matches(' ');
    let (clock, zone) = rest.split_at(rest.find(['Z', '+', '-']).unwrap_or(rest.len()));
    let (clock, fraction) = clock.split_once(['.', ',']).unwrap_or((clock, ""));
    let fraction = fraction.get(..9).unwrap_or(fraction).trim_end_matches('0');
    let point = if fraction.is_empty() { "" } else { "." };
    let zone = if matches!(zone, "" | "+00:00" | "-00:00") { "Z" } else { zone };
    format!("{}T{}{point}{fraction}{zone}", pad_numbers(date, "-"), pad_numbers(clock, ":"))
}

/// Gives each number between separators two digits.
fn pad_numbers(text: &str, separator: &str) -> String {
    let numbers: Vec<String> = text.split(separator).map(|number| format!("{number:0>2}")).collect();
    numbers.join(separator)
}

/// A string as Go writes it with HTML escaping on. Most of what is escaped are line breaks, so lines are looked at as a
/// whole.
fn write_string(out: &mut String, text: &str) {
    out.reserve(text.len() + 2);
    out.push('"');
    let mut rest = text;
    while let Some(line_break) = memchr::memchr(b'\n', rest.as_bytes()) {
        write_line(out, &rest[..line_break]);
        out.push_str("\\n");
        rest = &rest[line_break + 1..];
    }
    write_line(out, rest);
    out.push('"');
}

fn write_line(out: &mut String, line: &str) {
    let mut rest = line;
    while has_escaped(rest.as_bytes())
        && let Some(at) = rest.bytes().position(may_need_escape)
    {
        let (before, from) = rest.split_at(at);
        out.push_str(before);
        let mut characters = from.chars();
        if let Some(character) = characters.next() {
            write_escaped(out, character);
        }
        rest = characters.as_str();
    }
    out.push_str(rest);
}

const BLOCK: usize = 32;

/// Returns `true` if a character may need an escape. Where a text is no multiple of blocks, the last one overlaps.
fn has_escaped(text: &[u8]) -> bool {
    let (blocks, rest) = text.as_chunks();
    if blocks.iter().any(block_has_escaped) {
        return true;
    }
    match text.last_chunk() {
        Some(last) => !rest.is_empty() && block_has_escaped(last),
        None => rest.iter().copied().any(may_need_escape),
    }
}

/// Without a branch and with bytes for truth values, so that it becomes vector code.
fn block_has_escaped(block: &[u8; BLOCK]) -> bool {
    let mut found = 0;
    for &byte in block {
        found |= u8::from(may_need_escape(byte));
    }
    found != 0
}

/// Returns `true` for the bytes of characters with an escape, and for E2, with which U+2028 and U+2029 start.
fn may_need_escape(byte: u8) -> bool {
    (byte < 0x20) | (byte == b'"') | (byte == b'\\') | (byte == b'<') | (byte == b'>') | (byte == b'&') | (byte == 0xe2)
}

fn write_escaped(out: &mut String, character: char) {
    match character {
        '"' => out.push_str("\\\""),
        '\\' => out.push_str("\\\\"),
        '\n' => out.push_str("\\n"),
        '\r' => out.push_str("\\r"),
        '\t' => out.push_str("\\t"),
        '\u{8}' => out.push_str("\\b"),
        '\u{c}' => out.push_str("\\f"),
        '<' | '>' | '&' | '\u{2028}' | '\u{2029}' | '\0'..='\u{1f}' => {
            out.push_str(&format!("\\u{:04x}", character as u32));
        }
        other => out.push(other),
    }
}

#[cfg(test)]
mod tests {
    use super::format_time;

    #[test]
    fn times_are_written_as_go_writes_them() {
        let table = [
            ("2020-1-2", "2020-01-02T00:00:00Z"),
            ("2001-12-14t21:59:43.10-05:00", "2001-12-14T21:59:43.1-05:00"),
            ("2001-12-14   1:2:3", "2001-12-14T01:02:03Z"),
            ("2001-12-14T01:02:03.000+00:00", "2001-12-14T01:02:03Z"),
            ("2001-12-14T01:02:03,1234567891Z", "2001-12-14T01:02:03.123456789Z"),
        ];
        for (text, written) in table {
            assert_eq!(format_time(text), written);
        }
    }
}
