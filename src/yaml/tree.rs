//! The arena of nodes that one document becomes, and the handle to look at it.

mod node_data;

use std::fmt;
use std::ops::Range;

pub(super) use self::node_data::{MAX_NUMBER, NodeBits, NodeData, STILL_OPEN};
use crate::index::{Id, IdVec};

/// The index of a node in its tree.
pub type NodeId = Id<Node<'static>>;

/// The style in which a scalar is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScalarStyle {
    /// Bare, `like this`; an absent value is a plain scalar of no bytes.
    Plain,
    /// `'like this'`.
    SingleQuoted,
    /// `"like this"`, in YAML's escapes.
    DoubleQuoted,
    /// `"like this"`, in JSON's escapes.
    Json,
    /// `|`.
    Literal,
    /// `>`.
    Folded,
}

impl ScalarStyle {
    pub(super) fn is_quoted(self) -> bool {
        matches!(self, ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted | ScalarStyle::Json)
    }
}

/// The kind of a node, as it is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NodeKind {
    /// A mapping, in braces (`flow`) or not.
    Mapping {
        /// Set if it is written in braces. The single pair of `[a: b]` is a flow mapping too.
        flow: bool,
    },
    /// A sequence, in brackets (`flow`) or not.
    Sequence {
        /// Set if it is written in brackets.
        flow: bool,
    },
    /// A scalar.
    Scalar(ScalarStyle),
    /// `*name`.
    Alias,
}

/// The kind of a node, with what only nodes of that kind have.
#[derive(Clone, Copy)]
pub(super) enum NodeContent {
    Mapping {
        flow: bool,
    },
    Sequence {
        flow: bool,
    },
    Scalar {
        style: ScalarStyle,
        /// Set if the bytes between the quotes are the content as they stand: in one line and without escapes.
        verbatim: bool,
        /// The columns before the content of a block scalar.
        indent: u32,
    },
    Alias {
        target: NodeId,
    },
}

impl NodeContent {
    /// A plain scalar in one line.
    pub(super) fn plain() -> NodeContent {
        NodeContent::verbatim(ScalarStyle::Plain)
    }

    /// A scalar whose bytes are its content.
    pub(super) fn verbatim(style: ScalarStyle) -> NodeContent {
        NodeContent::Scalar { style, verbatim: true, indent: 0 }
    }
}

/// Anchor and tag of a node.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct NodeProps {
    /// Start of the first of anchor and tag.
    pub(super) start: u32,
    /// The name, without `&`.
    pub(super) anchor: Option<Range<u32>>,
    /// The tag in full, `tag:yaml.org,2002:str`; `!` for the non-specific one.
    pub(super) tag: Option<Box<str>>,
    /// The first alias that refers to the node.
    pub(super) first_alias: Option<NodeId>,
}

/// The nodes of one document. The first is the root; children stand after their parents. Trees are equal if they have
/// equal nodes at equal offsets, whatever the texts are.
#[derive(Clone, Debug)]
pub struct Tree {
    pub(super) nodes: IdVec<Node<'static>, NodeData>,
    /// In the order of the nodes that have them.
    pub(super) props: Vec<(NodeId, NodeProps)>,
    pub(super) has_aliases: bool,
    /// Set if any key merges, or may merge because the document is not checked yet.
    pub(super) has_merges: bool,
    /// Set if every key is known to be a text as it stands, in one line and without anchor and tag, that differs from the
    /// other keys of its mapping: then the first key with the bytes that are looked for is the only one.
    pub(super) has_distinct_keys: bool,
    /// Set if the document may hold something that Kubernetes refuses after parsing, or a merge key.
    pub(super) needs_check: bool,
    /// Set if the document was read as JSON.
    pub(super) json: bool,
}

/// The short cuts that were taken are no part of a tree.
impl PartialEq for Tree {
    fn eq(&self, other: &Tree) -> bool {
        let of = |tree: &Tree| (tree.has_aliases, tree.has_merges, tree.json);
        self.nodes == other.nodes && self.props == other.props && of(self) == of(other)
    }
}

impl Tree {
    /// The handle to the root. `text` is the padded text of the source that the tree was parsed from.
    pub fn root<'a>(&'a self, text: &'a str) -> Node<'a> {
        self.node(text, Id::new(0))
    }

    /// The handle to a node of this tree.
    pub fn node<'a>(&'a self, text: &'a str, id: NodeId) -> Node<'a> {
        Node { text, tree: self, id }
    }

    /// Gives back memory that is not used.
    pub(super) fn shrink_to_fit(&mut self) {
        self.nodes.shrink_to_fit();
        self.props.shrink_to_fit();
    }

    /// The number of nodes: one at least.
    pub fn node_count(&self) -> usize {
        self.nodes.len()
    }

    /// The texts of the keys of a mapping in a tree with distinct keys, which may still grow.
    pub(super) fn texts_of_keys<'t>(&self, mapping: NodeId, text: &'t [u8]) -> impl Iterator<Item = &'t [u8]> {
        let mut next = mapping.index() + 1;
        std::iter::from_fn(move || {
            let key = self.nodes.get(Id::new(next))?;
            next += 2 + self.nodes.get(Id::new(next + 1))?.count_below();
            Some(&text[key.span_of_text()])
        })
    }

    /// The index of the only key of a mapping (an alias followed) that is this text, in a tree with distinct keys and without
    /// merges. Nodes are looked up more often than anything else is done with them.
    pub(super) fn find_text_key(&self, mapping: NodeId, text: &[u8], key: &[u8]) -> Option<usize> {
        let mut index = mapping.index();
        let mut data = &self.nodes[mapping];
        if data.is_alias() {
            index = data.number();
            data = &self.nodes[Id::new(index)];
        }
        if !data.is_mapping() {
            return None;
        }
        let below = (*self.nodes).get(index + 1..index + 1 + data.number())?;
        let mut at = 0;
        while let Some([own_key, value, ..]) = below.get(at..) {
            if own_key.has_text(key, text) {
                return Some(index + 1 + at);
            }
            at += 2 + value.count_below();
        }
        None
    }

    /// Returns `true` if any alias stands in the document.
    pub fn has_aliases(&self) -> bool {
        self.has_aliases
    }

    /// Returns `true` if no part of the document depends on another: it is YAML without anchors, aliases, tags and merge
    /// keys.
    pub fn is_self_contained(&self) -> bool {
        !self.json && !self.has_merges && self.props.is_empty()
    }

    /// Returns `true` if the document was read as JSON.
    pub fn is_json(&self) -> bool {
        self.json
    }
}

/// A node of a tree next to its text. `Copy`, cheap, and what every reader of manifests uses.
#[derive(Clone, Copy)]
pub struct Node<'a> {
    pub(super) text: &'a str,
    pub(super) tree: &'a Tree,
    pub(super) id: NodeId,
}

impl<'a> Node<'a> {
    pub(super) fn data(self) -> &'a NodeData {
        &self.tree.nodes[self.id]
    }

    pub(super) fn props(self) -> Option<&'a NodeProps> {
        if !self.data().has_props() {
            return None;
        }
        let at = self.tree.props.binary_search_by_key(&self.id, |(node, _)| *node).ok()?;
        let (_, props) = &self.tree.props[at];
        Some(props)
    }

    /// The bytes of a plain scalar that stand for themselves: in one line, without anchor and tag. Nearly every key is
    /// one, so this is what makes lookups cheap.
    pub(super) fn plain_bytes(self) -> Option<&'a [u8]> {
        let data = self.data();
        data.is_plain_text().then(|| &self.text.as_bytes()[data.start as usize..data.end as usize])
    }

    /// The index of the node in its tree.
    pub fn id(self) -> NodeId {
        self.id
    }

    /// Another node of the same tree.
    pub fn with_id(self, id: NodeId) -> Node<'a> {
        Node { id, ..self }
    }

    /// The kind of the node, as written: an alias is an alias.
    pub fn kind(self) -> NodeKind {
        self.data().kind()
    }

    /// The bytes of the node itself: quotes, brackets and block header included; anchor, tag and comments not.
    ///
    /// A block collection ends where its last child ends. A block scalar ends after the line break of its last
    /// content line (with `+`, after the blank lines that belong to it).
    pub fn span(self) -> Range<usize> {
        self.data().start as usize..self.data().end as usize
    }

    /// The bytes of the node with its anchor and tag.
    pub fn full_span(self) -> Range<usize> {
        let span = self.span();
        match self.props() {
            Some(props) => props.start as usize..span.end,
            None => span,
        }
    }

    /// The text that the tree was parsed from.
    pub fn source_text(self) -> &'a str {
        self.text
    }

    /// The columns before the content of a block scalar; 0 for any other node.
    pub(super) fn block_indent(self) -> usize {
        match self.kind() {
            NodeKind::Scalar(_) => self.data().number(),
            _ => 0,
        }
    }

    /// The node's own bytes.
    pub fn raw(self) -> &'a str {
        &self.text[self.span()]
    }

    /// The anchor's name.
    pub fn anchor(self) -> Option<&'a str> {
        let range = self.props()?.anchor.clone()?;
        Some(&self.text[range.start as usize..range.end as usize])
    }

    /// The tag in full, `tag:yaml.org,2002:str`; `!` for the non-specific one.
    pub fn tag(self) -> Option<&'a str> {
        self.props()?.tag.as_deref()
    }

    /// The first alias of this very node, if it has an anchor that is used.
    pub fn first_alias(self) -> Option<Node<'a>> {
        Some(self.with_id(self.props()?.first_alias?))
    }

    /// Every alias of this very node. Looks through the document, where the node has an anchor that is used.
    pub fn aliases(self) -> impl Iterator<Item = Node<'a>> {
        let nodes = &self.tree.nodes;
        let first = match self.first_alias() {
            Some(alias) => alias.id.index(),
            None => nodes.len(),
        };
        let later = (first..nodes.len()).map(move |index| self.with_id(Id::new(index)));
        later.filter(move |node| node.kind() == NodeKind::Alias && node.target() == self)
    }

    /// The collection that holds the node.
    pub fn parent(self) -> Option<Node<'a>> {
        Some(self.with_id(self.data().parent?))
    }

    /// The key under which the node stands, where a mapping holds it as a value.
    pub fn key(self) -> Option<Node<'a>> {
        let mapping = self.parent()?;
        if !mapping.is_mapping() {
            return None;
        }
        let (key, _) = mapping.pairs().find(|(_, value)| *value == self)?;
        Some(key)
    }

    /// The collections that hold the node, the innermost first.
    pub fn ancestors(self) -> impl Iterator<Item = Node<'a>> {
        std::iter::successors(self.parent(), |node| node.parent())
    }

    /// The next child of the same parent. In a mapping keys and values alternate.
    pub fn next_sibling(self) -> Option<Node<'a>> {
        let next = Id::new(self.end_index());
        let is_sibling = self.tree.nodes.get(next)?.parent == self.data().parent;
        is_sibling.then(|| self.with_id(next))
    }

    /// The index after the last node below this one.
    pub(super) fn end_index(self) -> usize {
        self.id.index() + 1 + self.data().count_below()
    }

    /// Returns `true` if no mapping of the document has two keys that are the same for Kubernetes, as is known of nearly
    /// every one.
    pub fn is_in_tree_with_distinct_keys(self) -> bool {
        self.tree.has_distinct_keys
    }

    /// Returns `false` if each mapping of the document has just the entries that are written in it, with distinct keys.
    pub fn may_repeat_or_merge(self) -> bool {
        !self.tree.has_distinct_keys || self.tree.has_merges
    }

    /// The node that an alias stands for; any other node is itself.
    pub fn target(self) -> Node<'a> {
        let data = self.data();
        if data.is_alias() { self.with_id(Id::new(data.number())) } else { self }
    }

    /// The children as written: a sequence's items, a mapping's keys and values in turn. Aliases are not followed.
    pub fn children(self) -> impl Iterator<Item = Node<'a>> {
        Children { parent: self, next: self.id.index() + 1, end: self.end_index() }
    }

    /// A mapping's keys and values as written: merge keys and aliases stay what they are.
    pub fn pairs(self) -> impl Iterator<Item = (Node<'a>, Node<'a>)> {
        let mut children = self.children();
        std::iter::from_fn(move || Some((children.next()?, children.next()?)))
    }

    /// The last node that is written below this one, or the node itself.
    pub fn last_leaf(self) -> Node<'a> {
        let mut leaf = self;
        while let Some(child) = leaf.children().last() {
            leaf = child;
        }
        leaf
    }

    /// The keys of [`Node::pairs`].
    pub fn own_keys(self) -> impl Iterator<Item = Node<'a>> {
        self.children().step_by(2)
    }

    /// The values of [`Node::pairs`].
    pub fn own_values(self) -> impl Iterator<Item = Node<'a>> {
        self.children().skip(1).step_by(2)
    }

    /// Returns `true` if the node (an alias followed) is a mapping.
    pub fn is_mapping(self) -> bool {
        self.target().data().is_mapping()
    }

    /// Returns `true` if the node (an alias followed) is a sequence.
    pub fn is_sequence(self) -> bool {
        self.target().data().is_sequence()
    }
}

/// The children of a node: the first is the next node, and each other one follows the nodes below the one before.
struct Children<'a> {
    parent: Node<'a>,
    next: usize,
    end: usize,
}

impl<'a> Iterator for Children<'a> {
    type Item = Node<'a>;

    fn next(&mut self) -> Option<Node<'a>> {
        if self.next >= self.end {
            return None;
        }
        let child = self.parent.with_id(Id::new(self.next));
        self.next = child.end_index();
        Some(child)
    }
}

impl PartialEq for Node<'_> {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self.tree, other.tree) && self.id == other.id
    }
}

/// Prints the span, never the text: it may be a Secret's value.
impl fmt::Debug for Node<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Node({:?})", self.span())
    }
}
