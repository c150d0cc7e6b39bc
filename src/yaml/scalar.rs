//! The content of a scalar, and what Kubernetes takes it for: go-yaml v2's reading of YAML 1.1.

mod decode;
mod number;
mod resolve;

use std::borrow::Cow;
use std::fmt;

use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use super::tree::{Node, NodeKind, ScalarStyle};
pub(super) use decode::decode_scalar;
pub(super) use number::format_float_key;
pub(super) use resolve::{is_surely_text, is_timestamp, may_be_infinite, resolve_plain};

/// A scalar as Kubernetes reads it.
#[derive(Clone, PartialEq)]
pub enum Scalar<'a> {
    /// `null`, `~`, or nothing at all.
    Null,
    /// `true`, `yes`, `off`, `n`, ...
    Bool(bool),
    /// A whole number of 64 bits, signed or not.
    Int(i128),
    /// Any other number.
    Float(f64),
    /// Text.
    String(Cow<'a, str>),
}

/// Names the type only: the text may be a Secret's value.
impl fmt::Debug for Scalar<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Scalar::Null => "Null",
            Scalar::Bool(_) => "Bool",
            Scalar::Int(_) => "Int",
            Scalar::Float(_) => "Float",
            Scalar::String(_) => "String",
        })
    }
}

impl<'a> Scalar<'a> {
    pub(super) fn is_integer(&self) -> bool {
        matches!(self, Scalar::Int(_))
    }

    pub(super) fn is_bool(&self) -> bool {
        matches!(self, Scalar::Bool(_))
    }

    /// Returns `true` for null.
    pub fn is_null(&self) -> bool {
        matches!(self, Scalar::Null)
    }

    /// The text that Kubernetes makes of it when it is a key.
    fn into_key(self) -> Cow<'a, str> {
        match self {
            Scalar::Null => Cow::Borrowed("null"),
            Scalar::Bool(true) => Cow::Borrowed("true"),
            Scalar::Bool(false) => Cow::Borrowed("false"),
            Scalar::Int(number) => Cow::Owned(number.to_string()),
            Scalar::Float(number) => Cow::Owned(format_float_key(number)),
            Scalar::String(text) => text,
        }
    }
}

/// The result of applying a tag to a text.
pub(super) enum TaggedScalar<'a> {
    Value(Scalar<'a>),
    /// The text is not what this tag says.
    Mismatch(&'static str),
    BadBase64,
}

const YAML: &str = "tag:yaml.org,2002:";
const MERGE: &str = "tag:yaml.org,2002:merge";

/// Kubernetes accepts stray bits in the last digit, and line breaks anywhere.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::RequireCanonical),
);

/// A tag decides for all styles alike. Unknown tags make a text.
pub(super) fn resolve_tagged<'a>(tag: &str, text: Cow<'a, str>) -> TaggedScalar<'a> {
    let value = resolve_plain(&text);
    let (value, name) = match tag.strip_prefix(YAML) {
        Some("int") => (value.filter(Scalar::is_integer), "!!int"),
        Some("bool") => (value.filter(Scalar::is_bool), "!!bool"),
        Some("null") => (value.filter(Scalar::is_null), "!!null"),
        Some("float") => (value.and_then(to_float), "!!float"),
        Some("timestamp") => (is_timestamp(&text).then_some(Scalar::String(text)), "!!timestamp"),
        Some("binary") => return decode_binary(&text),
        _ => return TaggedScalar::Value(Scalar::String(text)),
    };
    value.map_or(TaggedScalar::Mismatch(name), TaggedScalar::Value)
}

fn to_float(value: Scalar<'_>) -> Option<Scalar<'_>> {
    match value {
        Scalar::Int(number) => Some(Scalar::Float(i64::try_from(number).ok()? as f64)),
        Scalar::Float(_) => Some(value),
        _ => None,
    }
}

/// Bytes that are no text become replacement characters, as in Kubernetes.
fn decode_binary<'a>(text: &str) -> TaggedScalar<'a> {
    let digits: Vec<u8> = text.bytes().filter(|byte| !matches!(byte, b'\r' | b'\n')).collect();
    match BASE64.decode(digits) {
        Ok(bytes) => TaggedScalar::Value(Scalar::String(String::from_utf8_lossy(&bytes).into_owned().into())),
        Err(_) => TaggedScalar::BadBase64,
    }
}

impl<'a> Node<'a> {
    /// The scalar that Kubernetes reads here, an alias followed; `None` for a collection.
    pub fn scalar(self) -> Option<Scalar<'a>> {
        if self.plain_bytes().is_some() {
            let text = self.raw();
            return Some(resolve_plain(text).unwrap_or(Scalar::String(Cow::Borrowed(text))));
        }
        let node = self.target();
        let NodeKind::Scalar(style) = node.kind() else { return None };
        let text = decode_scalar(node);
        Some(match node.tag() {
            Some(tag) => match resolve_tagged(tag, text) {
                TaggedScalar::Value(value) => value,
                TaggedScalar::Mismatch(_) | TaggedScalar::BadBase64 => Scalar::String(decode_scalar(node)),
            },
            None if style == ScalarStyle::Plain => resolve_plain(&text).unwrap_or(Scalar::String(text)),
            None => Scalar::String(text),
        })
    }

    /// The text, an alias followed, where Kubernetes reads a string.
    pub fn as_str(self) -> Option<Cow<'a, str>> {
        match self.scalar()? {
            Scalar::String(text) => Some(text),
            _ => None,
        }
    }

    /// The content of any scalar, an alias followed, folded and unescaped, whatever Kubernetes takes it for.
    pub fn decoded_text(self) -> Option<Cow<'a, str>> {
        let node = self.target();
        matches!(node.kind(), NodeKind::Scalar(_)).then(|| decode_scalar(node))
    }

    /// Returns `true` if Kubernetes reads this string here, an alias followed.
    pub fn is_string(self, text: &str) -> bool {
        self.as_str().as_deref() == Some(text)
    }

    /// Returns `true` if this node is the key `text` for Kubernetes, an alias followed.
    pub fn is_key(self, text: &str) -> bool {
        self.key_text().as_deref() == Some(text)
    }

    /// A key as Kubernetes sees it, an alias followed: a plain `y` is `true`, `0x10` is `16`.
    pub fn key_text(self) -> Option<Cow<'a, str>> {
        self.scalar().map(Scalar::into_key)
    }

    /// Returns `true` for a `<<` that merges, rather than a key of that name.
    pub(crate) fn is_merge_key(self) -> bool {
        if let Some(bytes) = self.plain_bytes() {
            return bytes == b"<<";
        }
        let NodeKind::Scalar(style) = self.kind() else { return false };
        match self.tag() {
            None => style == ScalarStyle::Plain && self.raw() == "<<",
            Some("!" | MERGE) => decode_scalar(self) == "<<",
            Some(_) => false,
        }
    }
}
