//! Mappings and sequences as Kubernetes sees them: aliases followed, merge keys applied, the last of equal keys wins.

use std::borrow::Cow;
use std::collections::HashMap;

use super::scalar;
use super::tree::{Node, NodeContent, NodeKind, ScalarStyle};
use crate::index::Id;

/// From this many entries on, a hash map pays.
const FEW: usize = 16;

/// A key that is looked for, and how it could be spelled.
struct KeyMatcher<'k> {
    text: &'k str,
    /// Set if this very text, written plain, is another key, as `yes` is `true`.
    plain_is_other: bool,
    /// Set if other plain texts make this key, as `yes` makes `true`.
    has_other_spellings: bool,
}

impl<'k> KeyMatcher<'k> {
    fn new(text: &'k str) -> KeyMatcher<'k> {
        let has_other_spellings = matches!(text, "true" | "false")
            || text.starts_with(|first: char| first.is_ascii_digit() || matches!(first, '-' | '.'));
        let plain_is_other = match scalar::resolve_plain(text) {
            None => false,
            Some(_) => text != "true" && text != "false",
        };
        KeyMatcher { text, plain_is_other, has_other_spellings }
    }

    fn matches(&self, key: Node<'_>) -> bool {
        let NodeContent::Scalar { style, verbatim: true, .. } = key.data().content else {
            return key.is_key(self.text);
        };
        if key.data().props.is_some() {
            return key.is_key(self.text);
        }
        if style != ScalarStyle::Plain {
            return scalar::decode_scalar(key) == self.text;
        }
        // Nearly every key is plain, and told from the one that is looked for by its bytes.
        let has_same_bytes = key.raw() == self.text;
        if has_same_bytes && !self.plain_is_other {
            return true;
        }
        if !has_same_bytes && !self.has_other_spellings {
            return false;
        }
        key.is_key(self.text)
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

fn first_key(node: Node<'_>) -> Option<Node<'_>> {
    let mapping = node.target();
    if mapping.is_mapping() { mapping.children().next() } else { None }
}

impl<'a> Node<'a> {
    /// The key and the value of an entry of a mapping, as Kubernetes reads it: merge keys are applied in order, and the
    /// last of equal keys wins. Both are as written: an alias stays an alias.
    pub fn entry(self, key: &str) -> Option<(Node<'a>, Node<'a>)> {
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
        let (_, value) = self.entry(key)?;
        Some(value)
    }

    /// The value at the end of a path of keys; the node itself where the path is empty.
    pub fn get_path(self, path: &[&str]) -> Option<Node<'a>> {
        let mut node = self;
        for key in path {
            node = node.get(key)?;
        }
        Some(node)
    }

    /// The entries of a mapping as Kubernetes reads it: the text of the key, the key, the value; in the order in which
    /// the keys first appear.
    pub fn entries(self) -> Vec<(Cow<'a, str>, Node<'a>, Node<'a>)> {
        let mut entries: Vec<(Cow<'a, str>, Node<'a>, Node<'a>)> = Vec::new();
        let mut index: HashMap<Cow<'a, str>, usize> = HashMap::new();
        for (key, value) in Assignments::new(self) {
            let Some(text) = key.key_text() else { continue };
            if entries.len() == FEW && index.is_empty() {
                for (at, (text, ..)) in entries.iter().enumerate() {
                    index.insert(text.clone(), at);
                }
            }
            let known = if index.is_empty() {
                entries.iter().position(|entry| entry.0 == text)
            } else {
                index.get(&text).copied()
            };
            if let Some(at) = known {
                entries[at] = (text, key, value);
                continue;
            }
            if !index.is_empty() {
                index.insert(text.clone(), entries.len());
            }
            entries.push((text, key, value));
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

    /// Returns `true` if the mapping (an alias followed) has a merge key of its own.
    pub fn has_merge(self) -> bool {
        let mapping = self.target();
        self.tree.has_merges && mapping.is_mapping() && mapping.own_keys().any(Node::is_merge_key)
    }

    /// Pairs of keys of one mapping that are the same key for Kubernetes, in this node and everything written below it:
    /// the first, and one that repeats it.
    pub fn duplicate_keys(self) -> Vec<(Node<'a>, Node<'a>)> {
        let mut found = Vec::new();
        for index in self.id.index()..self.end_index() {
            let node = self.with_id(Id::new(index));
            if matches!(node.kind(), NodeKind::Mapping { .. }) {
                node.find_own_duplicates(&mut found);
            }
        }
        found
    }

    fn find_own_duplicates(self, found: &mut Vec<(Node<'a>, Node<'a>)>) {
        if self.own_keys().take(FEW + 1).count() > FEW {
            let mut first = HashMap::new();
            for key in self.own_keys() {
                let Some(text) = key.key_text() else { continue };
                let known = *first.entry((text, key.is_merge_key())).or_insert(key);
                if known != key {
                    found.push((known, key));
                }
            }
            return;
        }
        let mut seen: Vec<(Cow<'a, str>, Node<'a>)> = Vec::with_capacity(FEW);
        for key in self.own_keys() {
            let Some(text) = key.key_text() else { continue };
            let is_merge_key = key.is_merge_key();
            let known = seen.iter().find(|(known, node)| *known == text && node.is_merge_key() == is_merge_key);
            match known {
                Some((_, known)) => found.push((*known, key)),
                None => seen.push((text, key)),
            }
        }
    }

    /// The index after the last node below this one: nodes stand in the order in which they start.
    fn end_index(self) -> usize {
        let mut node = Some(self);
        while let Some(at) = node {
            if let Some(next) = at.data().next_sibling {
                return next.index();
            }
            node = at.parent();
        }
        self.tree.nodes.len()
    }
}
