//! The keys of a config, in as little memory as many small configs need.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::OnceLock;

use super::ValueEncoding;
use crate::sha256::Hash;
use crate::yaml::NodeId;

/// The keys of a config, sorted by name.
#[derive(Clone, Debug, Default)]
pub struct ConfigKeys {
    /// All names, one after the other.
    names: Box<str>,
    keys: Box<[ConfigKey]>,
    /// The hash of each value, once one of them is asked for: of many configs only the names matter.
    hashes: OnceLock<Box<[OnceLock<Hash>]>>,
}

/// One key of a config.
#[derive(Clone, Copy, Debug)]
pub struct ConfigKey {
    /// Set if an environment variable can carry it: it stands in `data` or `stringData`.
    pub in_data: bool,
    pub(super) encoding: ValueEncoding,
    /// The value, in the document of the config.
    pub(super) value: NodeId,
    /// Its position among the keys of the config.
    position: u32,
    /// The end of its name in the names of all keys.
    name_end: u32,
}

impl ConfigKey {
    /// A key before it has its place among the keys of a config.
    pub(super) fn new(value: NodeId, encoding: ValueEncoding, in_data: bool) -> ConfigKey {
        ConfigKey { in_data, encoding, value, position: 0, name_end: 0 }
    }
}

impl ConfigKeys {
    pub(super) fn new(sorted: &BTreeMap<Cow<'_, str>, ConfigKey>) -> ConfigKeys {
        let mut names = String::with_capacity(sorted.keys().map(|name| name.len()).sum());
        let mut keys = Vec::with_capacity(sorted.len());
        for (name, key) in sorted {
            names.push_str(name);
            keys.push(ConfigKey { position: keys.len() as u32, name_end: names.len() as u32, ..*key });
        }
        ConfigKeys { names: names.into(), keys: keys.into(), hashes: OnceLock::new() }
    }

    /// The number of keys.
    pub fn len(&self) -> usize {
        self.keys.len()
    }

    /// Returns `true` if there are none.
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// The keys with their names, sorted.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &ConfigKey)> {
        self.keys.iter().map(|key| (self.name_of(key), key))
    }

    /// The names, sorted.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.keys.iter().map(|key| self.name_of(key))
    }

    /// The key of a name.
    pub fn get(&self, name: &str) -> Option<&ConfigKey> {
        let at = self.keys.binary_search_by(|key| self.name_of(key).cmp(name)).ok()?;
        Some(&self.keys[at])
    }

    /// Returns `true` if there is a key of this name.
    pub fn contains(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// The name of one of the keys.
    pub fn name_of(&self, key: &ConfigKey) -> &str {
        let start = match (key.position as usize).checked_sub(1) {
            Some(before) => self.keys[before].name_end,
            None => 0,
        };
        &self.names[start as usize..key.name_end as usize]
    }

    /// The place for the hash of the value of one of the keys.
    pub(super) fn hash_of(&self, key: &ConfigKey) -> &OnceLock<Hash> {
        let new_list = || std::iter::repeat_with(OnceLock::new).take(self.keys.len()).collect();
        &self.hashes.get_or_init(new_list)[key.position as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::index::Id;

    #[test]
    fn keys_are_found_by_name_and_hashed_once() {
        let names = ["b", "", "ab", "a.b"];
        let key = |index| ConfigKey::new(Id::new(index), ValueEncoding::Text, index > 0);
        let mut sorted = BTreeMap::new();
        for (index, name) in names.into_iter().enumerate() {
            sorted.insert(Cow::Borrowed(name), key(index));
        }
        let keys = ConfigKeys::new(&sorted);
        assert_eq!(keys.names().collect::<Vec<_>>(), ["", "a.b", "ab", "b"]);
        for (index, name) in names.iter().enumerate() {
            let key = keys.get(name).unwrap();
            assert_eq!((keys.name_of(key), key.value, key.in_data), (*name, Id::new(index), index > 0));
        }
        assert!(!keys.contains("c") && !keys.contains("aba"));
        let key = keys.get("ab").unwrap();
        assert_eq!(keys.hash_of(key).get_or_init(|| [1; 32]), &[1; 32]);
        assert_eq!(keys.hash_of(key).get(), Some(&[1; 32]));
        assert_eq!(keys.hash_of(keys.get("b").unwrap()).get(), None);
        assert_eq!((ConfigKeys::default().len(), ConfigKeys::default().is_empty()), (0, true));
    }
}
