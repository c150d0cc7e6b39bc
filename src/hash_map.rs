//! Hash maps and sets whose hash function is made for short keys: names of objects are looked up for each reference.
//!
//! Each map has a seed of its own, so nobody can write manifests whose names fall into one bucket.

use foldhash::fast::RandomState;

pub(crate) type HashMap<K, V> = std::collections::HashMap<K, V, RandomState>;
pub(crate) type HashSet<K> = std::collections::HashSet<K, RandomState>;
