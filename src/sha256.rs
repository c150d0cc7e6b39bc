//! SHA-256 of texts.
//!
//! The command leaves it to ring, which takes two thirds of the instructions of sha2 on processors without instructions for
//! SHA-256. ring needs a C compiler, so the library alone uses sha2.

/// The bytes of a hash.
pub(crate) type Hash = [u8; 32];

/// Hashes a text.
#[cfg(feature = "cli")]
pub(crate) fn hash(text: &[u8]) -> Hash {
    use ring::digest::{SHA256, digest};
    let mut hash = Hash::default();
    hash.copy_from_slice(digest(&SHA256, text).as_ref());
    hash
}

/// Hashes a text.
#[cfg(not(feature = "cli"))]
pub(crate) fn hash(text: &[u8]) -> Hash {
    use sha2::{Digest, Sha256};
    Sha256::digest(text).into()
}

#[cfg(test)]
mod tests {
    use sha2::{Digest, Sha256};

    #[test]
    fn both_libraries_agree() {
        let text: Vec<u8> = (0..3000_u32).map(|number| (number * 7 / 3) as u8).collect();
        for len in (0..300).chain([511, 512, 513, 2999, 3000]) {
            assert_eq!(super::hash(&text[..len])[..], Sha256::digest(&text[..len])[..], "{len}");
        }
    }
}
