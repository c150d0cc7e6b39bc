//! The arena of nodes that one document becomes, and the handle to look at it.

use std::fmt;
use std::ops::Range;

/// Which node of a tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(pub(super) u32);

/// How a scalar is written.
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

/// What a node is, as it is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NodeKind {
    /// A mapping, in braces (`flow`) or not.
    Mapping {
        /// Whether it is written in braces. The single pair of `[a: b]` is a flow mapping too.
        flow: bool,
    },
    /// A sequence, in brackets (`flow`) or not.
    Sequence {
        /// Whether it is written in brackets.
        flow: bool,
    },
    /// A scalar.
    Scalar(ScalarStyle),
    /// `*name`.
    Alias,
}

pub(super) const NONE: u32 = u32::MAX;

#[derive(Clone, Copy)]
pub(super) struct NodeData {
    pub(super) kind: NodeKind,
    /// For scalars: the content is the bytes between the quotes as they stand, in one line and without escapes.
    pub(super) verbatim: bool,
    /// Whether the node is a key of the mapping that holds it.
    pub(super) key: bool,
    /// Bytes of the node itself: quotes, brackets and block header included; anchor, tag and comments not.
    pub(super) start: u32,
    pub(super) end: u32,
    pub(super) parent: u32,
    pub(super) next: u32,
    /// Collections: the first child. Aliases: the target. Block scalars: the indentation of their content.
    pub(super) first: u32,
    /// Index into `props`, or [`NONE`].
    pub(super) props: u32,
}

/// Anchor and tag of a node.
#[derive(Clone)]
pub(super) struct NodeProps {
    /// Where the first of anchor and tag starts.
    pub(super) start: u32,
    /// The name, without `&`.
    pub(super) anchor: Option<Range<u32>>,
    /// The tag in full, `tag:yaml.org,2002:str`; `!` for the non-specific one.
    pub(super) tag: Option<Box<str>>,
    /// The first alias that refers to the node, or [`NONE`].
    pub(super) first_alias: u32,
}

/// One document's nodes. The first is the root; children stand after their parents.
#[derive(Clone)]
pub struct Tree {
    pub(super) nodes: Vec<NodeData>,
    pub(super) props: Vec<NodeProps>,
    pub(super) has_aliases: bool,
    /// Whether any key merges. Before the document is checked nobody knows, and it may be so.
    pub(super) has_merges: bool,
    /// Whether the document was read as JSON.
    pub(super) json: bool,
}

impl Tree {
    /// The handle to the root. `text` is the padded text of the source that the tree was parsed from.
    pub fn root<'a>(&'a self, text: &'a str) -> Node<'a> {
        self.node(text, NodeId(0))
    }

    /// The handle to a node of this tree.
    pub fn node<'a>(&'a self, text: &'a str, id: NodeId) -> Node<'a> {
        Node { text, tree: self, id }
    }

    /// How many nodes there are.
    pub fn node_count(&self) -> usize {
        self.nodes.len()
    }

    /// Whether any alias stands in the document.
    pub fn has_aliases(&self) -> bool {
        self.has_aliases
    }

    /// Whether the document was read as JSON.
    pub fn is_json(&self) -> bool {
        self.json
    }

    /// Never: a tree has a root.
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }
}

/// A node of a tree beside its text. `Copy`, cheap, and what every reader of manifests uses.
#[derive(Clone, Copy)]
pub struct Node<'a> {
    pub(super) text: &'a str,
    pub(super) tree: &'a Tree,
    pub(super) id: NodeId,
}

impl<'a> Node<'a> {
    pub(super) fn data(self) -> &'a NodeData {
        &self.tree.nodes[self.id.0 as usize]
    }

    pub(super) fn at(self, index: u32) -> Option<Node<'a>> {
        (index != NONE).then_some(Node { id: NodeId(index), ..self })
    }

    pub(super) fn props(self) -> Option<&'a NodeProps> {
        self.tree.props.get(self.data().props as usize)
    }

    /// Which node of its tree.
    pub fn id(self) -> NodeId {
        self.id
    }

    /// Another node of the same tree.
    pub fn with_id(self, id: NodeId) -> Node<'a> {
        Node { id, ..self }
    }

    /// What the node is, as written: an alias is an alias.
    pub fn kind(self) -> NodeKind {
        self.data().kind
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
        self.props().map_or(span.start, |props| props.start as usize)..span.end
    }

    /// The text that the tree was parsed from.
    pub fn source_text(self) -> &'a str {
        self.text
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
        self.at(self.props()?.first_alias)
    }

    /// Every alias of this very node. Looks through the document, where the node has an anchor that is used.
    pub fn aliases(self) -> impl Iterator<Item = Node<'a>> {
        let from = self.first_alias().map_or(self.tree.nodes.len(), |alias| alias.id.0 as usize);
        let stands_for = move |&index: &usize| {
            let node = &self.tree.nodes[index];
            node.kind == NodeKind::Alias && node.first == self.id.0
        };
        (from..self.tree.nodes.len()).filter(stands_for).map(move |index| Node { id: NodeId(index as u32), ..self })
    }

    /// The collection that holds the node.
    pub fn parent(self) -> Option<Node<'a>> {
        self.at(self.data().parent)
    }

    /// The key under which the node stands, where a mapping holds it as a value.
    pub fn key(self) -> Option<Node<'a>> {
        let mapping = self.parent().filter(|parent| parent.is_mapping())?;
        mapping.pairs().find(|(_, value)| value.id == self.id).map(|(key, _)| key)
    }

    /// The next child of the same parent. In a mapping keys and values alternate.
    pub fn next_sibling(self) -> Option<Node<'a>> {
        self.at(self.data().next)
    }

    /// The node that an alias stands for; any other node is itself.
    pub fn target(self) -> Node<'a> {
        match self.kind() {
            NodeKind::Alias => Node { id: NodeId(self.data().first), ..self },
            _ => self,
        }
    }

    /// The children as written: a sequence's items, a mapping's keys and values in turn. Aliases are not followed.
    pub fn children(self) -> impl Iterator<Item = Node<'a>> {
        let first = match self.kind() {
            NodeKind::Mapping { .. } | NodeKind::Sequence { .. } => self.at(self.data().first),
            _ => None,
        };
        std::iter::successors(first, |node| node.next_sibling())
    }

    /// A mapping's keys and values as written: merge keys and aliases stay what they are.
    pub fn pairs(self) -> impl Iterator<Item = (Node<'a>, Node<'a>)> {
        let mut children = self.children();
        std::iter::from_fn(move || Some((children.next()?, children.next()?)))
    }

    /// Whether the node (an alias followed) is a mapping.
    pub fn is_mapping(self) -> bool {
        matches!(self.target().kind(), NodeKind::Mapping { .. })
    }

    /// Whether the node (an alias followed) is a sequence.
    pub fn is_sequence(self) -> bool {
        matches!(self.target().kind(), NodeKind::Sequence { .. })
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
