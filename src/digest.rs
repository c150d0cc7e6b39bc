//! The recipe of the stamp. It is frozen: a changed digest restarts every workload of every user.

use std::collections::BTreeSet;
use std::ops::Range;

use crate::kinds::ConfigKind;
use crate::sha256;
use crate::yaml::{Number, Value};

/// One line of the listing: a consumed key and the hash of what the pod would see.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ListingLine {
    /// `<Kind>/<name>/<key>`.
    pub path: String,
    /// The hash.
    pub hash: [u8; 32],
}

impl ListingLine {
    /// The line for one key of a config.
    pub fn new(kind: ConfigKind, name: &str, key: &str, hash: [u8; 32]) -> ListingLine {
        ListingLine { path: path_of_key(kind, name, key), hash }
    }

    /// The line for a part of the request that an object of another kind makes for a config: a key, or a field.
    ///
    /// No producer has the kind of a config, so it is never the line of one.
    pub fn of_request(kind: &str, name: &str, part: &str, hash: [u8; 32]) -> ListingLine {
        ListingLine { path: format!("{kind}/{name}/{part}"), hash }
    }
}

/// The path of the line for a key of a config.
pub(crate) fn path_of_key(kind: ConfigKind, name: &str, key: &str) -> String {
    format!("{kind}/{name}/{key}")
}

/// The lines of a listing while they are collected, in any order. All paths stand in one text: a listing can have
/// thousands of lines, and be made for each of many workloads.
#[derive(Default)]
pub(crate) struct ListingText {
    paths: String,
    lines: Vec<(Range<usize>, [u8; 32])>,
}

impl ListingText {
    /// Adds a line, of the parts of its path.
    pub(crate) fn add<const N: usize>(&mut self, path: [&str; N], hash: [u8; 32]) {
        let start = self.paths.len();
        for part in path {
            self.paths.push_str(part);
        }
        self.lines.push((start..self.paths.len(), hash));
    }

    /// The digest of the lines.
    pub(crate) fn digest(self) -> String {
        hex::encode(sha256::hash(&self.into_bytes()))
    }

    /// The text of the lines, each once, in the order of a listing.
    pub(crate) fn into_bytes(mut self) -> Vec<u8> {
        let paths = &self.paths;
        self.lines.sort_unstable_by(|(a, hash_a), (b, hash_b)| {
            paths[a.clone()].cmp(&paths[b.clone()]).then_with(|| hash_a.cmp(hash_b))
        });
        self.lines.dedup_by(|(a, hash_a), (b, hash_b)| hash_a == hash_b && paths[a.clone()] == paths[b.clone()]);
        let mut listing = Vec::with_capacity(paths.len() + self.lines.len() * LINE_WITHOUT_PATH);
        for (path, hash) in &self.lines {
            write_line(&mut listing, &paths[path.clone()], hash);
        }
        listing
    }
}

/// The digits of a hash, two spaces and the line break.
const LINE_WITHOUT_PATH: usize = 67;

fn write_line(listing: &mut Vec<u8>, path: &str, hash: &[u8; 32]) {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut digits = [0; 64];
    for (pair, byte) in digits.as_chunks_mut::<2>().0.iter_mut().zip(hash) {
        *pair = [DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 15)]];
    }
    listing.extend_from_slice(&digits);
    listing.extend_from_slice(b"  ");
    listing.extend_from_slice(path.as_bytes());
    listing.push(b'\n');
}

/// The listing, exactly as `sha256sum` prints it: sorted by path in byte order, each pair once.
pub fn format_listing(lines: &BTreeSet<ListingLine>) -> String {
    let mut listing = Vec::new();
    for ListingLine { path, hash } in lines {
        write_line(&mut listing, path, hash);
    }
    // Paths are texts, and the rest is ASCII.
    String::from_utf8(listing).unwrap_or_default()
}

/// The digest: SHA-256 of the listing, 64 hex digits.
pub fn compute_digest(lines: &BTreeSet<ListingLine>) -> String {
    hex::encode(sha256::hash(format_listing(lines).as_bytes()))
}

/// The hash of a part of a request: SHA-256 of its value as canonical JSON. It is frozen too.
pub fn hash_request(value: &Value) -> [u8; 32] {
    let mut json = String::new();
    write_json(value, &mut json);
    sha256::hash(json.as_bytes())
}

/// Canonical JSON, as `jq -cS` prints it: no blanks, keys in byte order, whole numbers in full, other numbers as the
/// shortest decimal fraction that reads as the same, and in strings only the escapes that JSON demands.
fn write_json(value: &Value, out: &mut String) {
    match value {
        Value::Null => out.push_str("null"),
        Value::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
        Value::Number(Number::Int(number)) => out.push_str(&number.to_string()),
        Value::Number(Number::Float(number)) => out.push_str(&number.to_string()),
        Value::String(text) => write_string(text, out),
        Value::Seq(items) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                out.push_str(if index > 0 { "," } else { "" });
                write_json(item, out);
            }
            out.push(']');
        }
        Value::Map(entries) => {
            out.push('{');
            for (index, (key, item)) in entries.iter().enumerate() {
                out.push_str(if index > 0 { "," } else { "" });
                write_string(key, out);
                out.push(':');
                write_json(item, out);
            }
            out.push('}');
        }
    }
}

fn write_string(text: &str, out: &mut String) {
    // A string always has a JSON text.
    out.push_str(&serde_json::to_string(text).unwrap_or_default());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_of_a_listing_has_the_digest_of_its_lines() {
        // `-` and `.` are before `/`, so that the order of whole paths is not that of their parts.
        let paths =
            ["ConfigMap/a/k", "ConfigMap/a-b/k", "ConfigMap/a.b/k", "ConfigMap/a/K", "Secret/a/k", "ConfigMap/a/k"];
        let (mut lines, mut text) = (BTreeSet::new(), ListingText::default());
        for (number, path) in paths.iter().chain(&paths[2..4]).enumerate() {
            let hash = [(number % 4) as u8; 32];
            lines.insert(ListingLine { path: path.to_string(), hash });
            text.add([path], hash);
        }
        assert_eq!(text.digest(), compute_digest(&lines));
        assert_eq!(ListingText::default().digest(), compute_digest(&BTreeSet::new()));
    }
}
