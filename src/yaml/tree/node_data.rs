//! The record of one node.

use std::ops::Range;

use super::{NodeContent, NodeId, NodeKind, ScalarStyle};

/// The end of a collection that has not been read to its end yet.
pub(in crate::yaml) const STILL_OPEN: u32 = u32::MAX;

/// A node in 16 bytes, since a document has one for every 25 bytes of text.
///
/// Children follow their parent, so neither the first child nor the next sibling is stored: see `Children` and
/// `Node::next_sibling`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::yaml) struct NodeData {
    /// Bytes of the node itself: quotes, brackets and block header included; anchor, tag and comments not.
    pub(in crate::yaml) start: u32,
    pub(in crate::yaml) end: u32,
    pub(in crate::yaml) parent: Option<NodeId>,
    bits: NodeBits,
}

/// The kind of a node in four bits, three flags, and a number of 24 bits: the columns before the content of a block
/// scalar, the number of nodes below a collection, or the index of an alias's target.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::yaml) struct NodeBits(u32);

const KIND: u32 = 0xF;
const IS_KEY: u32 = 1 << 4;
const VERBATIM: u32 = 1 << 5;
const HAS_PROPS: u32 = 1 << 6;
const NUMBER_SHIFT: u32 = 8;

/// The largest number that a node has room for: no document has more nodes, and no block scalar more columns.
pub(in crate::yaml) const MAX_NUMBER: usize = (u32::MAX >> NUMBER_SHIFT) as usize;

/// Kinds by their number.
const KINDS: [NodeKind; 16] = [
    NodeKind::Scalar(ScalarStyle::Plain),
    NodeKind::Scalar(ScalarStyle::SingleQuoted),
    NodeKind::Scalar(ScalarStyle::DoubleQuoted),
    NodeKind::Scalar(ScalarStyle::Json),
    NodeKind::Scalar(ScalarStyle::Literal),
    NodeKind::Scalar(ScalarStyle::Folded),
    NodeKind::Mapping { flow: false },
    NodeKind::Mapping { flow: true },
    NodeKind::Sequence { flow: false },
    NodeKind::Sequence { flow: true },
    NodeKind::Alias,
    // No node has the numbers from here on, but four bits do.
    NodeKind::Alias,
    NodeKind::Alias,
    NodeKind::Alias,
    NodeKind::Alias,
    NodeKind::Alias,
];
const PLAIN: u32 = 0;
const MAPPING: u32 = 6;
const SEQUENCE: u32 = 8;
const ALIAS: u32 = 10;

impl NodeBits {
    fn new(content: NodeContent, is_key: bool) -> NodeBits {
        let (kind, verbatim, number) = match content {
            NodeContent::Mapping { flow } => (MAPPING + u32::from(flow), false, 0),
            NodeContent::Sequence { flow } => (SEQUENCE + u32::from(flow), false, 0),
            NodeContent::Scalar { style, verbatim, indent } => (style as u32, verbatim, indent),
            NodeContent::Alias { target } => (ALIAS, false, target.index() as u32),
        };
        let flags = if is_key { IS_KEY } else { 0 } | if verbatim { VERBATIM } else { 0 };
        NodeBits(kind | flags | number << NUMBER_SHIFT)
    }

    /// Kind and flags, and the number.
    pub(in crate::yaml) fn to_parts(self) -> (u8, u32) {
        (self.0 as u8, self.0 >> NUMBER_SHIFT)
    }

    pub(in crate::yaml) fn from_parts(flags: u8, number: u32) -> NodeBits {
        NodeBits(u32::from(flags) | number << NUMBER_SHIFT)
    }
}

impl NodeData {
    pub(in crate::yaml) fn new(
        content: NodeContent,
        is_key: bool,
        span: Range<u32>,
        parent: Option<NodeId>,
    ) -> NodeData {
        NodeData { start: span.start, end: span.end, parent, bits: NodeBits::new(content, is_key) }
    }

    pub(in crate::yaml) fn from_parts(span: Range<u32>, parent: Option<NodeId>, bits: NodeBits) -> NodeData {
        NodeData { start: span.start, end: span.end, parent, bits }
    }

    pub(in crate::yaml) fn bits(&self) -> NodeBits {
        self.bits
    }

    pub(in crate::yaml) fn kind(&self) -> NodeKind {
        KINDS[(self.bits.0 & KIND) as usize]
    }

    /// Returns `true` if the node is a key of the mapping that holds it.
    pub(in crate::yaml) fn is_key(&self) -> bool {
        self.bits.0 & IS_KEY != 0
    }

    /// Returns `true` if the bytes between the quotes of a scalar are its content as they stand.
    pub(in crate::yaml) fn is_verbatim(&self) -> bool {
        self.bits.0 & VERBATIM != 0
    }

    pub(super) fn is_mapping(&self) -> bool {
        matches!(self.bits.0 & KIND, MAPPING..SEQUENCE)
    }

    pub(super) fn is_sequence(&self) -> bool {
        matches!(self.bits.0 & KIND, SEQUENCE..ALIAS)
    }

    pub(super) fn is_alias(&self) -> bool {
        self.bits.0 & KIND == ALIAS
    }

    pub(in crate::yaml) fn has_props(&self) -> bool {
        self.bits.0 & HAS_PROPS != 0
    }

    /// Returns `true` for a plain scalar in one line, without anchor and tag.
    pub(super) fn is_plain_text(&self) -> bool {
        self.bits.0 & (KIND | VERBATIM | HAS_PROPS) == PLAIN | VERBATIM
    }

    /// The bytes of a key that is a text as it stands.
    pub(in crate::yaml) fn span_of_text(&self) -> Range<usize> {
        let quote = usize::from(self.bits.0 & KIND != PLAIN);
        self.start as usize + quote..self.end as usize - quote
    }

    /// Returns `true` if a key that is a text as it stands is this one. Most others differ in length or in their first byte.
    pub(in crate::yaml) fn has_text(&self, key: &[u8], source: &[u8]) -> bool {
        let quotes = if self.bits.0 & KIND == PLAIN { 0 } else { 2 };
        if (self.end - self.start) as usize != key.len() + quotes {
            return false;
        }
        source.get(self.span_of_text()).is_some_and(|own| own.first() == key.first() && own == key)
    }

    pub(super) fn is_collection(&self) -> bool {
        matches!(self.bits.0 & KIND, MAPPING..ALIAS)
    }

    pub(super) fn number(&self) -> usize {
        (self.bits.0 >> NUMBER_SHIFT) as usize
    }

    /// The number of nodes below this one.
    pub(in crate::yaml) fn count_below(&self) -> usize {
        if self.is_collection() { self.number() } else { 0 }
    }

    pub(in crate::yaml) fn set_props(&mut self) {
        self.bits.0 |= HAS_PROPS;
    }

    /// Ends a collection, which has a number of nodes below it.
    pub(in crate::yaml) fn close(&mut self, end: u32, count_below: usize) {
        self.end = end;
        self.bits.0 |= (count_below as u32) << NUMBER_SHIFT;
    }
}
