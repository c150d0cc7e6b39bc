//! Trees that are kept: small while nobody looks at them, and opened to be read.

use std::borrow::Cow;
use std::rc::Rc;

use super::packed::PackedTree;
use super::tree::{Node, NodeId, Tree};
use crate::source::Source;

/// A tree as it is kept.
#[derive(Clone, Debug)]
pub struct StoredTree(Stored);

#[derive(Clone, Debug)]
enum Stored {
    Packed(PackedTree),
    Whole(Box<Tree>),
}

impl StoredTree {
    /// Keeps a tree that is opened for one object after the other. It is packed if that is possible.
    pub fn packed(tree: Tree) -> StoredTree {
        match PackedTree::pack(&tree) {
            Some(packed) => StoredTree(Stored::Packed(packed)),
            None => StoredTree::whole(tree),
        }
    }

    /// Keeps a tree as it is: opening it costs nothing.
    pub fn whole(mut tree: Tree) -> StoredTree {
        tree.shrink_to_fit();
        StoredTree(Stored::Whole(Box::new(tree)))
    }

    /// Opens the tree. `text` is the padded text of the source that it was parsed from, or that source.
    pub fn open<'a>(&'a self, text: impl Into<OpenText<'a>>) -> OpenTree<'a> {
        let tree = match &self.0 {
            Stored::Packed(packed) => OpenedTree::Unpacked(packed.open()),
            Stored::Whole(tree) => OpenedTree::Whole(tree),
        };
        OpenTree { text: text.into(), tree }
    }

    /// The number of nodes.
    pub fn node_count(&self) -> usize {
        match &self.0 {
            Stored::Packed(packed) => packed.node_count(),
            Stored::Whole(tree) => tree.node_count(),
        }
    }
}

/// The text of an open tree: of a source that holds it, or of one that is held by the tree.
pub enum OpenText<'a> {
    /// A text that somebody else holds.
    Borrowed(&'a str),
    /// A text that was read again.
    Held(Source),
}

impl<'a> From<&'a str> for OpenText<'a> {
    fn from(text: &'a str) -> OpenText<'a> {
        OpenText::Borrowed(text)
    }
}

impl<'a> From<&'a Source> for OpenText<'a> {
    fn from(source: &'a Source) -> OpenText<'a> {
        match source.held() {
            Cow::Borrowed(source) => OpenText::Borrowed(source.padded()),
            Cow::Owned(source) => OpenText::Held(source),
        }
    }
}

/// A tree that can be read, next to its text.
pub struct OpenTree<'a> {
    text: OpenText<'a>,
    tree: OpenedTree<'a>,
}

enum OpenedTree<'a> {
    Unpacked(Rc<Tree>),
    Whole(&'a Tree),
}

impl<'a> OpenTree<'a> {
    /// A tree that is not kept. `text` is the padded text of the source that it was parsed from.
    pub fn new(tree: Tree, text: &'a str) -> OpenTree<'a> {
        OpenTree { text: text.into(), tree: OpenedTree::Unpacked(Rc::new(tree)) }
    }

    /// The tree.
    pub fn tree(&self) -> &Tree {
        match &self.tree {
            OpenedTree::Unpacked(tree) => tree,
            OpenedTree::Whole(tree) => tree,
        }
    }

    /// The padded text of the source.
    pub fn text(&self) -> &str {
        match &self.text {
            OpenText::Borrowed(text) => text,
            OpenText::Held(source) => source.padded(),
        }
    }

    /// The handle to the root.
    pub fn root(&self) -> Node<'_> {
        self.tree().root(self.text())
    }

    /// The handle to a node.
    pub fn node(&self, id: NodeId) -> Node<'_> {
        self.tree().node(self.text(), id)
    }
}
