//! The recipe of the stamp. It is frozen: a changed digest restarts every workload of every user.

use std::collections::BTreeSet;

use sha2::{Digest, Sha256};

use crate::kinds::ConfigKind;
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
        ListingLine { path: format!("{kind}/{name}/{key}"), hash }
    }

    /// The line for a part of the request that an object of another kind makes for a config: a key, or a field.
    ///
    /// No producer has the kind of a config, so it is never the line of one.
    pub fn of_request(kind: &str, name: &str, part: &str, hash: [u8; 32]) -> ListingLine {
        ListingLine { path: format!("{kind}/{name}/{part}"), hash }
    }
}

/// The listing, exactly as `sha256sum` prints it: sorted by path in byte order, each pair once.
pub fn format_listing(lines: &BTreeSet<ListingLine>) -> String {
    let mut listing = String::new();
    for ListingLine { path, hash } in lines {
        listing.push_str(&format!("{}  {path}\n", hex::encode(hash)));
    }
    listing
}

/// The digest: SHA-256 of the listing, 64 hex digits.
pub fn compute_digest(lines: &BTreeSet<ListingLine>) -> String {
    hex::encode(Sha256::digest(format_listing(lines)))
}

/// The hash of a part of a request: SHA-256 of its value as canonical JSON. It is frozen too.
pub fn hash_request(value: &Value) -> [u8; 32] {
    let mut json = String::new();
    write_json(value, &mut json);
    Sha256::digest(json).into()
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
