//! The hashes of values, each computed once.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use super::{ConfigContent, ConfigKey, read_value};
use crate::bundle::OpenObject;
use crate::sha256::{self, Hash};
use crate::yaml::Node;

impl ConfigContent {
    /// The hash of a value's bytes: SHA-256, or HMAC-SHA256 with the secret key for a Secret. `open_object` opens the
    /// config.
    pub(crate) fn hash_of<'b>(&self, key: &ConfigKey, open_object: impl FnOnce() -> OpenObject<'b>) -> Hash {
        let compute = || hash_value(&key.read(open_object().node()), self.secret_key.as_ref());
        *self.keys.hash_of(key).get_or_init(compute)
    }

    /// Hashes the value of a key of an open config, unless it is hashed already.
    pub(crate) fn hash_key(&self, key: &ConfigKey, object: Node<'_>) {
        self.keys.hash_of(key).get_or_init(|| hash_value(&key.read(object), self.secret_key.as_ref()));
    }
}

impl ConfigKey {
    fn read<'a>(&self, object: Node<'a>) -> Cow<'a, [u8]> {
        // Only values that can be read have become keys.
        read_value(object.with_id(self.value), self.encoding).unwrap_or(Cow::Borrowed(b""))
    }
}

fn hash_value(bytes: &[u8], secret_key: Option<&SecretKey>) -> Hash {
    match secret_key {
        None => sha256::hash(bytes),
        Some(SecretKey(key)) => match Hmac::<Sha256>::new_from_slice(key) {
            Ok(mac) => mac.chain_update(bytes).finalize().into_bytes().into(),
            // HMAC takes keys of every length.
            Err(_) => sha256::hash(bytes),
        },
    }
}

/// The key for the hashes of Secret values.
#[derive(Clone, Default)]
pub struct SecretKey(Arc<[u8]>);

impl SecretKey {
    /// A key of these bytes; one newline at the end of a key file is no part of it.
    pub fn new(bytes: impl Into<Vec<u8>>) -> SecretKey {
        SecretKey(bytes.into().into())
    }
}

/// Shows the length only.
impl fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SecretKey({} bytes)", self.0.len())
    }
}
