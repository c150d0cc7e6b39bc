//! The recipe of the stamp. It is frozen: a changed digest restarts every workload of every user.

use std::collections::BTreeSet;

use sha2::{Digest, Sha256};

use crate::kinds::ConfigKind;

/// One line of the listing: a consumed key and the hash of what the pod would see.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Line {
    /// `<Kind>/<name>/<key>`.
    pub path: String,
    /// The hash.
    pub hash: [u8; 32],
}

impl Line {
    /// The line for one key of a config.
    pub fn new(kind: ConfigKind, name: &str, key: &str, hash: [u8; 32]) -> Line {
        Line { path: format!("{kind}/{name}/{key}"), hash }
    }
}

/// The listing, exactly as `sha256sum` prints it: sorted by path in byte order, each pair once.
pub fn listing(lines: &BTreeSet<Line>) -> String {
    lines.iter().map(|line| format!("{}  {}\n", hex::encode(line.hash), line.path)).collect()
}

/// The digest: SHA-256 of the listing, 64 hex digits.
pub fn digest(lines: &BTreeSet<Line>) -> String {
    hex::encode(Sha256::digest(listing(lines)))
}
