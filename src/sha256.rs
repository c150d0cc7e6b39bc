//! SHA-256 of texts.

use sha2::{Digest, Sha256};

/// The bytes of a hash.
pub(crate) type Hash = [u8; 32];

/// Hashes a text.
pub(crate) fn hash(text: &[u8]) -> Hash {
    Sha256::digest(text).into()
}
