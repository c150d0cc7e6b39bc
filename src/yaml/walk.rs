//! Mappings and sequences as Kubernetes sees them: aliases followed, merge keys applied, the last of equal keys wins.

use std::borrow::Cow;

use super::scalar;
use super::tree::{Node, NodeKind, ScalarStyle};
use crate::hash_map::HashMap;
use crate::index::Id;

/// From this many entries on, a hash map pays.
const FEW: usize = 16;

/// A key that is looked for, and how it could be spelled.
struct KeyMatcher<'k> {
    text: &'k str,
    /// Set if other plain texts make this key, as `yes` makes `true`.
    has_other_spellings: bool,
}

impl<'k> KeyMatcher<'k> {
    fn new(text: &'k str) -> KeyMatcher<'k> {
        let has_other_spellings = match text.as_bytes().first() {
            Some(b't') => text == "true",
            Some(b'f') => text == "false",
            Some(first) => first.is_ascii_digit() || matches!(first, b'-' | b'.'),
            None => false,
        };
        KeyMatcher { text, has_other_spellings }
    }

    fn matches(&self, key: Node<'_>) -> bool {
        // Nearly every key is plain, and told from the one that is looked for by its bytes.
        let Some(bytes) = key.plain_bytes() else { return self.matches_other(key) };
        if bytes == self.text.as_bytes() {
            // Plain, this very text may be another key, as `yes` is `true`.
            scalar::resolve_plain(self.text).is_none() || key.is_key(self.text)
        } else {
            self.has_other_spellings && key.is_key(self.text)
        }
    }

    fn matches_other(&self, key: Node<'_>) -> bool {
        let data = key.data();
        let is_quoted_text = matches!(key.kind(), NodeKind::Scalar(style) if style != ScalarStyle::Plain)
            && data.is_verbatim()
            && !data.has_props();
        if is_quoted_text { scalar::decode_scalar(key) == self.text } else { key.is_key(self.text) }
    }

    fn find_last<'a>(&self, entries: impl Iterator<Item = (Node<'a>, Node<'a>)>) -> Option<(Node<'a>, Node<'a>)> {
        let mut last = None;
        for (key, value) in entries {
            if self.matches(key) {
                last = Some((key, value));
            }
        }
        last
    }
}

/// The entries of a mapping in the order in which Kubernetes sets them: a later one overwrites an earlier one.
struct Assignments<'a> {
    /// The next key of each mapping that is being gone through; the innermost merge is last.
    cursors: Vec<Option<Node<'a>>>,
}

impl<'a> Assignments<'a> {
    fn new(mapping: Node<'a>) -> Assignments<'a> {
        Assignments { cursors: vec![first_key(mapping)] }
    }

    /// Of a merged list the first mapping wins, so the last is gone through first.
    fn push_merged(&mut self, value: Node<'a>) {
        match value.kind() {
            NodeKind::Sequence { .. } => self.cursors.extend(value.children().map(first_key)),
            _ => self.cursors.push(first_key(value)),
        }
    }
}

impl<'a> Iterator for Assignments<'a> {
    type Item = (Node<'a>, Node<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let Some(key) = self.cursors.pop()? else { continue };
            let Some(value) = key.next_sibling() else { continue };
            self.cursors.push(value.next_sibling());
            if !key.is_merge_key() {
                return Some((key, value));
            }
            self.push_merged(value);
        }
    }
}

/// Texts of keys, of which it is known at little cost that they are not in the list yet. That saves nearly every
/// comparison: equal keys are rare.
#[derive(Clone, Copy, Default)]
pub(super) struct KeyFilter {
    bits: u64,
}

impl KeyFilter {
    /// Adds a text. Returns `false` if it was not there before, `true` if it may have been.
    pub(super) fn may_repeat(&mut self, text: &[u8]) -> bool {
        let (Some(&first), Some(&last)) = (text.first(), text.last()) else { return true };
        let hash = (usize::from(first) * 7) ^ (usize::from(last) * 31) ^ (text.len() * 5);
        let bit = 1 << (hash % 64);
        let is_known = self.bits & bit != 0;
        self.bits |= bit;
        is_known
    }
}

/// Entries in the order in which their keys first appear.
#[derive(Default)]
struct EntryList<'a> {
    entries: Vec<(Cow<'a, str>, Node<'a>, Node<'a>)>,
    filter: KeyFilter,
    /// The positions of all keys, once there are more than a few.
    index: Option<HashMap<Cow<'a, str>, usize>>,
}

impl<'a> EntryList<'a> {
    /// Sets an entry; of equal keys the last wins.
    fn set(&mut self, key: Node<'a>, value: Node<'a>) {
        let Some(text) = key.key_text() else { return };
        let known = if self.filter.may_repeat(text.as_bytes()) { self.position(&text) } else { None };
        if let Some(at) = known {
            self.entries[at] = (text, key, value);
            return;
        }
        if let Some(index) = &mut self.index {
            index.insert(text.clone(), self.entries.len());
        }
        self.entries.push((text, key, value));
    }

    fn position(&mut self, text: &str) -> Option<usize> {
        if self.entries.len() < FEW {
            return self.entries.iter().position(|entry| entry.0 == text);
        }
        let entries = &self.entries;
        let index = self
            .index
            .get_or_insert_with(|| entries.iter().enumerate().map(|(at, (text, ..))| (text.clone(), at)).collect());
        index.get(text).copied()
    }
}

fn first_key(node: Node<'_>) -> Option<Node<'_>> {
    let mapping = node.target();
    if mapping.is_mapping() { mapping.children().next() } else { None }
}

impl<'a> Node<'a> {
    /// The key and the value of an entry of a mapping, as Kubernetes reads it: merge keys are applied in order, and the
    /// last of equal keys wins. Both are as written: an alias stays an alias.
    pub fn entry(self, key: &str) -> Option<(Node<'a>, Node<'a>)> {
        if self.may_repeat_or_merge() {
            return self.find_last_entry(key);
        }
        let index = self.tree.find_text_key(self.id, self.text.as_bytes(), key.as_bytes())?;
        Some((self.with_id(Id::new(index)), self.with_id(Id::new(index + 1))))
    }

    /// The entry with a key, in a tree that may have equal keys or merges.
    #[cold]
    fn find_last_entry(self, key: &str) -> Option<(Node<'a>, Node<'a>)> {
        let mapping = self.target();
        if !mapping.is_mapping() {
            return None;
        }
        let wanted = KeyMatcher::new(key);
        if mapping.has_merge() {
            wanted.find_last(Assignments::new(mapping))
        } else {
            wanted.find_last(mapping.pairs())
        }
    }

    /// The value of [`Node::entry`].
    pub fn get(self, key: &str) -> Option<Node<'a>> {
        if self.may_repeat_or_merge() {
            let (_, value) = self.find_last_entry(key)?;
            return Some(value);
        }
        let index = self.tree.find_text_key(self.id, self.text.as_bytes(), key.as_bytes())?;
        Some(self.with_id(Id::new(index + 1)))
    }

    /// The value at the end of a path of keys; the node itself where the path is empty.
    pub fn get_path(self, path: &[&str]) -> Option<Node<'a>> {
        let mut node = self;
        for key in path {
            node = node.get(key)?;
        }
        Some(node)
    }

    /// Returns `false` if no mapping at or below the node, aliases followed, has one of these keys. Looks at each node once.
    pub fn may_hold_key(self, keys: &[&str]) -> bool {
        if !self.tree.has_distinct_keys || self.tree.has_aliases {
            return true;
        }
        for data in &self.tree.nodes[self.id..Id::new(self.end_index())] {
            if data.is_key() && keys.contains(&&self.text[data.span_of_text()]) {
                return true;
            }
        }
        false
    }

    /// The entries of a mapping as Kubernetes reads it: the text of the key, the key, the value; in the order in which
    /// the keys first appear.
    pub fn entries(self) -> Vec<(Cow<'a, str>, Node<'a>, Node<'a>)> {
        if !self.may_repeat_or_merge() {
            return self.target().distinct_entries();
        }
        let mut entries = EntryList::default();
        if self.has_merge() {
            for (key, value) in Assignments::new(self) {
                entries.set(key, value);
            }
        } else if self.is_mapping() {
            for (key, value) in self.target().pairs() {
                entries.set(key, value);
            }
        }
        entries.entries
    }

    /// The entries of a mapping, in a tree with distinct keys and without merges.
    fn distinct_entries(self) -> Vec<(Cow<'a, str>, Node<'a>, Node<'a>)> {
        if !self.is_mapping() {
            return Vec::new();
        }
        let mut entries = Vec::with_capacity(self.pairs().count());
        for (key, value) in self.pairs() {
            entries.push((Cow::Borrowed(&self.text[key.data().span_of_text()]), key, value));
        }
        entries
    }

    /// The items of a sequence, itself perhaps an alias, as written; nothing for other nodes.
    pub fn items(self) -> impl Iterator<Item = Node<'a>> {
        let sequence = self.target();
        sequence.children().take_while(move |_| sequence.is_sequence())
    }

    /// Returns `true` if Kubernetes reads the boolean true here.
    pub fn is_true(self) -> bool {
        matches!(self.scalar(), Some(scalar::Scalar::Bool(true)))
    }

    /// Returns `true` if Kubernetes reads a null here.
    pub fn is_null(self) -> bool {
        matches!(self.scalar(), Some(scalar::Scalar::Null))
    }

    /// Returns `true` if the mapping (an alias followed) has a merge key of its own.
    pub fn has_merge(self) -> bool {
        let mapping = self.target();
        self.tree.has_merges && mapping.is_mapping() && mapping.own_keys().any(Node::is_merge_key)
    }

    /// Pairs of keys of one mapping that are the same key for Kubernetes, in this node and everything written below it:
    /// the first, and one that repeats it.
    pub fn duplicate_keys(self) -> Vec<(Node<'a>, Node<'a>)> {
        let mut found = Vec::new();
        if self.tree.has_distinct_keys {
            return found;
        }
        for index in self.id.index()..self.end_index() {
            let node = self.with_id(Id::new(index));
            if matches!(node.kind(), NodeKind::Mapping { .. }) {
                node.find_own_duplicates(&mut found);
            }
        }
        found
    }

    fn find_own_duplicates(self, found: &mut Vec<(Node<'a>, Node<'a>)>) {
        if !self.may_repeat_keys() {
            return;
        }
        let mut first = HashMap::default();
        for key in self.own_keys() {
            let Some(text) = key.key_text() else { continue };
            let known = *first.entry((text, key.is_merge_key())).or_insert(key);
            if known != key {
                found.push((known, key));
            }
        }
    }

    /// Returns `false` if no two keys of a mapping are equal, as is seen at little cost of nearly every mapping.
    fn may_repeat_keys(self) -> bool {
        let mut filter = KeyFilter::default();
        let mut count = 0;
        for key in self.own_keys() {
            count += 1;
            let may_repeat = match key.plain_bytes().filter(|bytes| scalar::is_surely_text(bytes)) {
                Some(bytes) => filter.may_repeat(bytes),
                None => filter.may_repeat(key.key_text().unwrap_or_default().as_bytes()),
            };
            if may_repeat && (count > FEW || self.has_key_before(key)) {
                return true;
            }
        }
        false
    }

    /// Returns `true` if a mapping has an equal key before this one.
    fn has_key_before(self, key: Node<'a>) -> bool {
        let text = key.key_text();
        self.own_keys().take_while(|other| *other != key).any(|other| other.key_text() == text)
    }
}
