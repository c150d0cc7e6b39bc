//! The content of a config: each key's bytes as the pod would see them, hashed once, and what the API server would
//! refuse about them. Values are read here and in `suffix`, nowhere else.

mod hashes;
mod keys;
mod secret_type;
mod substitution;

use std::borrow::Cow;
use std::collections::BTreeMap;

use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{GeneralPurpose, GeneralPurposeConfig};

pub use self::hashes::SecretKey;
pub use self::keys::{ConfigKey, ConfigKeys};
use crate::bundle::{Bundle, Object};
use crate::diagnostic::{ContentMessage, Diagnostic, Diagnostics, Message, Severity};
use crate::kinds::ConfigKind;
use crate::yaml::{Node, NodeId, NodeKind, Scalar, ScalarStyle};

/// The largest sum of a config's values, in bytes (`MaxSecretSize` of the Kubernetes API).
pub const MAX_CONTENT: usize = 1 << 20;

/// The longest key, in bytes (`IsConfigMapKey` of the Kubernetes API).
const MAX_KEY: usize = 253;

/// The content of one config.
#[derive(Clone, Debug, Default)]
pub struct ConfigContent {
    /// The keys, with what the pod would see.
    pub keys: ConfigKeys,
    /// Problems for which the API server would refuse it; they matter as soon as something refers to the config.
    pub problems: Diagnostics,
    /// Places that are not for everybody what they are for kubectl: kustomize reads them differently, or Flux replaces
    /// a variable in them later.
    pub differences: Vec<(String, Diagnostic)>,
    /// The key for the hashes of its values, if it is a Secret and there is one.
    secret_key: Option<SecretKey>,
}

impl ConfigContent {
    /// Makes warnings of the details about variables where Flux replaces them: in an application that is known to do so or
    /// not, else where anything in the input says so. Where it does not, they are texts like any other.
    pub(crate) fn judge_variables(&mut self, in_application: Option<bool>, in_input: bool) {
        let is_variable = |(_, difference): &(String, Diagnostic)| {
            matches!(difference.message, Message::Content(ContentMessage::Substituted { .. }))
        };
        if in_application == Some(false) {
            self.differences.retain(|difference| !is_variable(difference));
        } else if in_application.unwrap_or(in_input) {
            for difference in self.differences.iter_mut().filter(|difference| is_variable(difference)) {
                difference.1.severity = Severity::Warning;
            }
        }
    }
}

/// Reads a config.
pub fn read_content(
    bundle: &Bundle,
    object: &Object,
    kind: ConfigKind,
    secret_key: Option<&SecretKey>,
) -> ConfigContent {
    let opened = bundle.open(object);
    let node = opened.node();
    let mut reader = ContentReader {
        bundle,
        object,
        kind,
        // SOPS keeps the values' ciphertext in their places and its own data under `sops`.
        encrypted: kind == ConfigKind::Secret && opened.is_encrypted(),
        content: ConfigContent { secret_key: secret_key.filter(|_| kind.is_secret()).cloned(), ..Default::default() },
        keys: BTreeMap::new(),
        not_json: Vec::new(),
        size: 0,
        unread: Vec::new(),
        unread_size: 0,
    };
    let fields: &[(&str, ValueEncoding)] = match kind {
        ConfigKind::ConfigMap => &[("data", ValueEncoding::Text), ("binaryData", ValueEncoding::Base64)],
        // The API server writes `stringData` over `data`, so it comes last.
        ConfigKind::Secret => &[("data", ValueEncoding::Base64), ("stringData", ValueEncoding::Text)],
        ConfigKind::SecretProviderClass | ConfigKind::CsiSecrets => &[],
    };
    for &(field, form) in fields {
        reader.read_field(node, field, form);
    }
    reader.content.keys = ConfigKeys::new(&reader.keys);
    reader.check_type(node);
    reader.check_size(node);
    reader.content
}

/// The text of a key of a ConfigMap, empty where the key is not there; none of what is no text, and none of a Secret.
pub fn config_map_text(bundle: &Bundle, object: &Object, key: &str) -> Option<String> {
    if object.is_secret() {
        return None;
    }
    let opened = bundle.open(object);
    let node = opened.node();
    match node.get_path(&["data", key]) {
        Some(value) => value.as_str().map(Cow::into_owned),
        None if node.get_path(&["binaryData", key]).is_some() => None,
        None => Some(String::new()),
    }
}

/// The encoding of a field's values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ValueEncoding {
    Text,
    Base64,
}

/// An entry of a field, as written.
#[derive(Clone, Copy)]
struct ContentEntry<'a> {
    field: &'static str,
    encoding: ValueEncoding,
    key: &'a str,
    key_node: Node<'a>,
    value: Node<'a>,
}

struct ContentReader<'b, 'n> {
    bundle: &'b Bundle,
    object: &'b Object,
    kind: ConfigKind,
    encrypted: bool,
    content: ConfigContent,
    keys: BTreeMap<Cow<'n, str>, ConfigKey>,
    /// The keys of registry credentials that hold no JSON object.
    not_json: Vec<String>,
    /// The bytes of the values that were read.
    size: usize,
    /// The values that were not, and the most bytes that they can have together.
    unread: Vec<NodeId>,
    unread_size: usize,
}

impl<'n> ContentReader<'_, 'n> {
    fn read_field(&mut self, node: Node<'n>, field: &'static str, encoding: ValueEncoding) {
        let Some(map) = node.get(field) else { return };
        if !map.is_mapping() {
            if !matches!(map.scalar(), Some(Scalar::Null)) {
                self.report_problem(map, ContentMessage::NotAMapping { field: field.to_string() });
            }
            return;
        }
        for (key, key_node, value) in map.entries() {
            let Some(read) = self.read_entry(node, ContentEntry { field, encoding, key: &key, key_node, value }) else {
                continue;
            };
            if self.keys.insert(key.clone(), read).is_some() && self.kind == ConfigKind::ConfigMap {
                let key = key.into_owned();
                self.report_problem(key_node, ContentMessage::KeyInDataAndBinaryData { key });
            }
        }
    }

    fn read_entry(&mut self, node: Node<'_>, entry: ContentEntry<'_>) -> Option<ConfigKey> {
        let ContentEntry { field, encoding, key, key_node, .. } = entry;
        if !is_valid_key(key) {
            self.report_problem(
                key_node,
                ContentMessage::InvalidKey { field: field.to_string(), key: key.to_string() },
            );
            return None;
        }
        self.compare_readings(entry);
        if self.is_plain_block(entry) {
            self.unread.push(entry.value.id());
            self.unread_size += entry.value.raw().len();
        } else {
            let bytes = self.read_bytes(entry)?;
            if encoding == ValueEncoding::Text {
                self.find_variable(node, entry, &bytes);
            }
            self.size += bytes.len();
            if secret_type::JSON_KEYS.contains(&key) && !may_be_json_object(&bytes) {
                self.not_json.push(key.to_string());
            }
        }
        Some(ConfigKey::new(entry.value.id(), self.encoding_of(entry), field != "binaryData"))
    }

    /// Returns `true` for a value of which all that matters here is known without reading it: a block scalar is a text,
    /// no longer than it is written, and has a variable only if it has a `$`.
    fn is_plain_block(&self, entry: ContentEntry<'_>) -> bool {
        let ContentEntry { key, value, .. } = entry;
        self.encoding_of(entry) == ValueEncoding::Text
            && matches!(value.kind(), NodeKind::Scalar(ScalarStyle::Literal | ScalarStyle::Folded))
            && value.tag().is_none()
            && memchr::memchr(b'$', value.raw().as_bytes()).is_none()
            && !secret_type::JSON_KEYS.contains(&key)
    }

    /// Reports values that are too large together. Most configs are seen to be small enough without all of them being
    /// read.
    fn check_size(&mut self, node: Node<'_>) {
        if self.size + self.unread_size <= MAX_CONTENT {
            return;
        }
        let mut bytes = self.size;
        for &value in &self.unread {
            bytes += node.with_id(value).decoded_text().map_or(0, |text| text.len());
        }
        if bytes > MAX_CONTENT {
            self.report_problem(node, ContentMessage::TooLarge { bytes });
        }
    }

    /// Reports what a Secret lacks that its type needs. Of one that SOPS has encrypted, the values are not known.
    fn check_type(&mut self, node: Node<'_>) {
        if self.kind != ConfigKind::Secret || self.encrypted || !self.content.problems.is_empty() {
            return;
        }
        let Some(type_node) = node.get("type") else { return };
        let Some(kind) = type_node.as_str() else { return };
        if let Some(needs) = secret_type::find_missing(node, &kind, &self.content.keys, &self.not_json) {
            let message = ContentMessage::TypeNeeds { kind: kind.into_owned(), needs };
            self.report_problem(type_node, message);
        }
    }

    /// The bytes that the pod would see, or a problem.
    fn read_bytes<'a>(&mut self, entry: ContentEntry<'a>) -> Option<Cow<'a, [u8]>> {
        let ContentEntry { field, key, key_node, value, .. } = entry;
        match read_value(value, self.encoding_of(entry)) {
            Ok(bytes) => Some(bytes),
            Err(ValueProblem::NotText) => {
                let message = self.describe_non_text(entry);
                self.report_problem(if value.scalar().is_some() { value } else { key_node }, message);
                None
            }
            Err(ValueProblem::NotBase64) => {
                let message = ContentMessage::NotBase64 { field: field.to_string(), key: key.to_string() };
                self.report_problem(value, message);
                None
            }
        }
    }

    /// The encoding of a value, as far as it is to be decoded: SOPS encrypts values as they are written.
    fn encoding_of(&self, entry: ContentEntry<'_>) -> ValueEncoding {
        if self.encrypted { ValueEncoding::Text } else { entry.encoding }
    }

    fn describe_non_text(&self, entry: ContentEntry<'_>) -> ContentMessage {
        let ContentEntry { field, key, key_node, value, .. } = entry;
        let value_kind = match value.scalar() {
            Some(Scalar::Bool(_)) => "a boolean",
            Some(_) => "a number",
            None if value.is_sequence() => "a list",
            None => "a mapping",
        };
        // A Secret's value is never printed, wrong as it may be.
        let may_be_shown = self.kind == ConfigKind::ConfigMap && value.scalar().is_some();
        let written = if may_be_shown { value.decoded_text().map(Cow::into_owned) } else { None };
        // What stands in brackets on one line is no text on the lines below.
        let collection = value.scalar().is_none() && !value.target().raw().starts_with(['[', '{']);
        // A key that is no string in plain style is to be quoted too.
        let key_as_written = match key_node.as_str() {
            Some(_) => key_node.raw().to_string(),
            None => format!("\"{}\"", key_node.raw()),
        };
        ContentMessage::ValueNotAString {
            field: field.to_string(),
            key: key.to_string(),
            key_as_written,
            value_kind,
            written,
            collection,
        }
    }

    /// Reports what kustomize reads otherwise than Kubernetes.
    fn compare_readings(&mut self, entry: ContentEntry<'_>) {
        let ContentEntry { key, key_node, value, .. } = entry;
        let padding = self.bundle.sources[self.bundle.source_of(self.object)].padding();
        for node in [key_node, value] {
            let Some(reading) = node.kustomize_reading(padding) else { continue };
            let what = if node == key_node {
                format!("the key `{}`", key_node.target().raw())
            } else {
                format!("the value of `{key}`")
            };
            let message =
                ContentMessage::ReadDifferently { what, readings: reading.both_readings(), help: reading.help() };
            let diagnostic = self.diagnostic_at(node, message);
            self.content.differences.push((key.to_string(), diagnostic));
        }
    }

    /// The name of a variable in a Secret is part of its value, and is not told.
    fn find_variable(&mut self, object: Node<'_>, entry: ContentEntry<'_>, bytes: &[u8]) {
        let ContentEntry { field, key, value, .. } = entry;
        let Some(variable) = std::str::from_utf8(bytes).ok().and_then(substitution::variable) else { return };
        if substitution::is_disabled(object) {
            return;
        }
        let variable = if self.kind == ConfigKind::ConfigMap { Some(variable.to_string()) } else { None };
        let message = ContentMessage::Substituted { field: field.to_string(), key: key.to_string(), variable };
        let diagnostic = self.diagnostic_at(value, message);
        self.content.differences.push((key.to_string(), diagnostic));
    }

    fn report_problem(&mut self, node: Node<'_>, message: ContentMessage) {
        let diagnostic = self.diagnostic_at(node, message);
        self.content.problems.push(diagnostic);
    }

    fn diagnostic_at(&self, node: Node<'_>, message: ContentMessage) -> Diagnostic {
        let diagnostic = Diagnostic::new(self.bundle.place(self.object, node), self.object.label(), message);
        Diagnostic { quotable: self.kind != ConfigKind::Secret, ..diagnostic }
    }
}

/// A reason why the bytes of a value cannot be read.
enum ValueProblem {
    NotText,
    NotBase64,
}

/// Reads the bytes of a value as the pod would see them.
fn read_value(value: Node<'_>, encoding: ValueEncoding) -> Result<Cow<'_, [u8]>, ValueProblem> {
    let bytes = match value.scalar() {
        Some(Scalar::String(Cow::Borrowed(text))) => Cow::Borrowed(text.as_bytes()),
        Some(Scalar::String(Cow::Owned(text))) => Cow::Owned(text.into_bytes()),
        // The API server decodes null into an empty text.
        Some(Scalar::Null) => return Ok(Cow::Borrowed(b"")),
        _ => return Err(ValueProblem::NotText),
    };
    match encoding {
        ValueEncoding::Text => Ok(bytes),
        ValueEncoding::Base64 => decode_base64(&bytes).map(Cow::Owned).ok_or(ValueProblem::NotBase64),
    }
}

/// Returns `true` if a text is a JSON object, as Go reads it, or becomes one when its variables are substituted.
fn may_be_json_object(bytes: &[u8]) -> bool {
    let object: Result<Option<serde_json::Map<String, serde_json::Value>>, _> = serde_json::from_slice(bytes);
    object.is_ok() || memchr::memchr(b'$', bytes).is_some()
}

fn is_valid_key(key: &str) -> bool {
    let has_valid_letters = key.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte));
    !key.is_empty() && key.len() <= MAX_KEY && has_valid_letters && key != "." && !key.starts_with("..")
}

/// Standard base64 as Go decodes it: padding required, line breaks ignored, unused bits of the last byte too.
pub(crate) fn decode_base64(text: &[u8]) -> Option<Vec<u8>> {
    const ENGINE: GeneralPurpose =
        GeneralPurpose::new(&STANDARD, GeneralPurposeConfig::new().with_decode_allow_trailing_bits(true));
    if memchr::memchr2(b'\n', b'\r', text).is_none() {
        return ENGINE.decode(text).ok();
    }
    let joined: Vec<u8> = text.iter().copied().filter(|byte| !matches!(byte, b'\n' | b'\r')).collect();
    ENGINE.decode(joined).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_read_as_go_reads_it() {
        for (text, bytes) in
            [("", &b""[..]), ("aGk=", b"hi"), ("aG\nk\r\n=\n", b"hi"), ("aGl=", b"hi"), ("//4AAQ==", b"\xff\xfe\0\x01")]
        {
            assert_eq!(decode_base64(text.as_bytes()).as_deref(), Some(bytes), "{text:?}");
        }
        for text in ["aGk", "a", "aG k=", "aGk=aGk=", "_-8=", "%"] {
            assert_eq!(decode_base64(text.as_bytes()), None, "{text:?}");
        }
    }

    #[test]
    fn keys_are_those_that_the_api_server_takes() {
        for key in ["a", "A.b-c_d", ".env", "-", &"k".repeat(253)] {
            assert!(is_valid_key(key), "{key}");
        }
        for key in ["", ".", "..", "..data", "a b", "a/b", "é", &"k".repeat(254)] {
            assert!(!is_valid_key(key), "{key}");
        }
    }
}
