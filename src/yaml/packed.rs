//! A tree in about three bytes a node, for as long as nobody looks at it.
//!
//! Most of a node can be told from the nodes before it. Nodes stand in the order in which they start, so a start is the
//! distance from the start before; spans are short; and the parent is the collection that still lacks nodes. What
//! remains is a byte of kind and flags, and up to three numbers, of seven bits a byte.
//!
//! Trees with anchors, aliases and tags are not packed: they are rare.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::tree::{NodeBits, NodeData, NodeId, Tree};
use crate::index::Id;

/// A tree without anchors, aliases and tags.
#[derive(Clone, Debug)]
pub(super) struct PackedTree {
    bytes: Box<[u8]>,
    /// The number of this tree among all that were packed.
    number: u64,
    count: u32,
    has_merges: bool,
    has_distinct_keys: bool,
    json: bool,
}

static NEXT_NUMBER: AtomicU64 = AtomicU64::new(0);

/// An object and the config that it refers to are often read in turns.
const RECENT_COUNT: usize = 3;

thread_local! {
    /// The trees that were opened last, by their number, the last one first.
    static RECENT: RefCell<Vec<(u64, Rc<Tree>)>> = const { RefCell::new(Vec::new()) };
}

/// The flag of a node with a number that is not zero, in the byte of kind and flags.
const HAS_NUMBER: u8 = 1 << 7;

impl PackedTree {
    /// Packs a tree, if that is possible.
    pub(super) fn pack(tree: &Tree) -> Option<PackedTree> {
        if !tree.props.is_empty() || tree.has_aliases {
            return None;
        }
        let mut bytes = Vec::with_capacity(tree.nodes.len() * 4);
        let mut before = 0;
        for data in tree.nodes.iter() {
            let start = data.start.checked_sub(before)?;
            let len = data.end.checked_sub(data.start)?;
            let (flags, number) = data.bits().to_parts();
            bytes.push(if number == 0 { flags } else { flags | HAS_NUMBER });
            push_number(&mut bytes, start);
            push_number(&mut bytes, len);
            if number != 0 {
                push_number(&mut bytes, number);
            }
            before = data.start;
        }
        let Tree { has_merges, has_distinct_keys, json, .. } = *tree;
        let number = NEXT_NUMBER.fetch_add(1, Ordering::Relaxed);
        let (bytes, count) = (bytes.as_slice().into(), tree.nodes.len() as u32);
        Some(PackedTree { bytes, number, count, has_merges, has_distinct_keys, json })
    }

    /// Opens the tree: unpacks it, unless it is one of the last that were opened.
    pub(super) fn open(&self) -> Rc<Tree> {
        RECENT.with_borrow_mut(|recent| {
            if let Some(at) = recent.iter().position(|(number, _)| *number == self.number) {
                recent[..=at].rotate_right(1);
            } else {
                recent.truncate(RECENT_COUNT - 1);
                recent.insert(0, (self.number, Rc::new(self.unpack())));
            }
            recent[0].1.clone()
        })
    }

    fn unpack(&self) -> Tree {
        let count = self.count as usize;
        let mut nodes = Vec::with_capacity(count);
        let mut numbers = PackedNumbers { bytes: &self.bytes, at: 0 };
        let mut start = 0;
        // The innermost open collection, with the index after its last node, and those around it.
        let mut inner: (Option<NodeId>, usize) = (None, count);
        let mut outer = Vec::new();
        for index in 0..count {
            let flags = numbers.take_byte();
            start += numbers.take();
            let end = start + numbers.take();
            let number = if flags & HAS_NUMBER == 0 { 0 } else { numbers.take() };
            while inner.1 <= index {
                inner = outer.pop().unwrap_or((None, count));
            }
            let data = NodeData::from_parts(start..end, inner.0, NodeBits::from_parts(flags & !HAS_NUMBER, number));
            let below = data.count_below();
            nodes.push(data);
            if below > 0 {
                outer.push(inner);
                inner = (Some(Id::new(index)), index + 1 + below);
            }
        }
        let PackedTree { has_merges, has_distinct_keys, json, .. } = *self;
        // What is packed has been checked.
        let (nodes, props, has_aliases, needs_check) = (nodes.into(), Vec::new(), false, false);
        Tree { nodes, props, has_aliases, has_merges, has_distinct_keys, needs_check, json }
    }

    /// The number of nodes.
    pub(super) fn node_count(&self) -> usize {
        self.count as usize
    }
}

/// Appends a number in bytes of seven bits, the lowest first; the last byte is below 128.
fn push_number(bytes: &mut Vec<u8>, mut number: u32) {
    while number >= 0x80 {
        bytes.push(number as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
}

/// The numbers of a packed tree, one after the other.
struct PackedNumbers<'t> {
    bytes: &'t [u8],
    at: usize,
}

impl PackedNumbers<'_> {
    #[inline(always)]
    fn take_byte(&mut self) -> u8 {
        let byte = self.bytes.get(self.at).copied().unwrap_or_default();
        self.at += 1;
        byte
    }

    /// Takes a number; nearly every one is a byte.
    #[inline(always)]
    fn take(&mut self) -> u32 {
        let byte = self.take_byte();
        if byte < 0x80 { u32::from(byte) } else { self.take_long(byte) }
    }

    fn take_long(&mut self, first: u8) -> u32 {
        let mut number = u32::from(first & 0x7F);
        let mut shift = 7;
        loop {
            let byte = self.take_byte();
            number |= u32::from(byte & 0x7F) << shift;
            if byte < 0x80 {
                return number;
            }
            shift += 7;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::yaml::{DocumentContent, Limits, read_documents};

    fn trees(text: &str) -> Vec<Tree> {
        let mut trees = Vec::new();
        for document in read_documents(text, &Limits::default()) {
            if let DocumentContent::Tree(tree) = document.content {
                trees.push(tree);
            }
        }
        trees
    }

    #[test]
    fn a_tree_comes_back_as_it_was() {
        let long = format!("long: {}\nnext: [a, {{b: c}}, 'd', \"e\"]\n", "x".repeat(20_000));
        for text in [
            "a: 1\n",
            "- a\n-\n- ? b\n  : |2\n      c\n- >-\n  d\n- {}\n- []\n",
            "a:\n  b: {c: [d, [e]], 'f': }\n  g: |\n    h\n\n  <<: {i: j}\n---\nk:\n- l: m\n  n:\n",
            "{\"a\": [1, {\"b\": \"c\\u0041\"}], \"d\": null}",
            &long,
        ] {
            let trees = trees(text);
            assert!(!trees.is_empty(), "{text}");
            for tree in trees {
                let packed = PackedTree::pack(&tree).unwrap();
                assert_eq!(packed.unpack(), tree, "{text}");
                assert_eq!(packed.node_count(), tree.node_count());
                assert!(packed.bytes.len() <= 5 * tree.node_count() + 16, "{text}");
            }
        }
    }

    #[test]
    fn trees_with_properties_are_not_packed() {
        for text in ["a: &b c\n", "a: !!str 1\n", "a: &b c\nd: *b\n"] {
            assert!(PackedTree::pack(&trees(text)[0]).is_none(), "{text}");
        }
    }
}
