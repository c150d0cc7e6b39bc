//! The name suffix that kustomize (3.9 and later) gives to a ConfigMap or Secret with this content.
//!
//! It is SHA-256 over a JSON text that Go's `encoding/json` would write, cut to ten characters of an alphabet without
//! vowels. The object's name, namespace, labels, annotations and `immutable` have no part in it. It is not what
//! `kubectl create --append-hash` computes.

use sha2::{Digest, Sha256};

use crate::kinds::ConfigKind;
use crate::yaml::{Node, Scalar};

/// How many characters a suffix has.
pub const LENGTH: usize = 10;

/// The suffix of a config, without the `-` before it.
pub fn suffix(config: Node<'_>, kind: ConfigKind) -> String {
    of_digest(&hex::encode(Sha256::digest(preimage(config, kind))))
}

/// The suffix that is made of a digest in hex digits.
pub fn of_digest(digest: &str) -> String {
    digest.chars().take(LENGTH).map(encode).collect()
}

/// Go's kustomize replaces the digits and letters that could spell something.
fn encode(digit: char) -> char {
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
fn preimage(config: Node<'_>, kind: ConfigKind) -> String {
    let mut out = String::from("{");
    let mapping = |field: &str| config.get(field).filter(|node| node.is_mapping());
    if kind == ConfigKind::ConfigMap
        && let Some(binary) = mapping("binaryData")
    {
        out.push_str("\"binaryData\":");
        object(&mut out, binary);
        out.push(',');
    }
    out.push_str("\"data\":");
    match config.get("data") {
        None => string(&mut out, ""),
        Some(data) if data.is_mapping() => object(&mut out, data),
        Some(data) => match data.decoded() {
            Some(text) => string(&mut out, &text),
            None => out.push_str("null"),
        },
    }
    out.push_str(",\"kind\":\"");
    out.push_str(kind.as_str());
    out.push_str("\",\"name\":\"\"");
    if kind == ConfigKind::Secret {
        if let Some(text) = mapping("stringData") {
            out.push_str(",\"stringData\":");
            object(&mut out, text);
        }
        out.push_str(",\"type\":");
        let text = config.get("type").and_then(Node::decoded).unwrap_or_default();
        string(&mut out, &text);
    }
    out.push('}');
    out
}

/// A mapping with its keys in byte order.
fn object(out: &mut String, mapping: Node<'_>) {
    let mut entries = mapping.entries();
    entries.sort_by(|(a, ..), (b, ..)| a.cmp(b));
    out.push('{');
    for (index, (key, _, value)) in entries.iter().enumerate() {
        if index > 0 {
            out.push(',');
        }
        string(out, key);
        out.push(':');
        match value.scalar() {
            Some(Scalar::Null) | None => out.push_str("null"),
            Some(_) => string(out, &value.decoded().unwrap_or_default()),
        }
    }
    out.push('}');
}

/// A string as Go writes it with HTML escaping on.
fn string(out: &mut String, text: &str) {
    out.push('"');
    let mut rest = text;
    while let Some(at) = rest.bytes().position(|byte| NOT_AS_IT_IS[usize::from(byte)]) {
        let (before, from) = rest.split_at(at);
        out.push_str(before);
        let mut characters = from.chars();
        characters.next().into_iter().for_each(|character| escape(out, character));
        rest = characters.as_str();
    }
    out.push_str(rest);
    out.push('"');
}

/// The bytes at which a character starts that may need an escape; U+2028 and U+2029 start with E2.
static NOT_AS_IT_IS: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < 0x20 {
        table[byte] = true;
        byte += 1;
    }
    table[b'"' as usize] = true;
    table[b'\\' as usize] = true;
    table[b'<' as usize] = true;
    table[b'>' as usize] = true;
    table[b'&' as usize] = true;
    table[0xe2] = true;
    table
};

fn escape(out: &mut String, character: char) {
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
