//! Objects of a bundle, opened to be read.

use crate::yaml::{Node, NodeId, OpenTree, Tree};

/// An object whose nodes can be read.
pub struct OpenObject<'a> {
    tree: OpenTree<'a>,
    node: NodeId,
}

impl<'a> OpenObject<'a> {
    pub(super) fn new(tree: OpenTree<'a>, node: NodeId) -> OpenObject<'a> {
        OpenObject { tree, node }
    }

    /// The node of the object.
    pub fn node(&self) -> Node<'_> {
        self.tree.node(self.node)
    }

    /// The tree of the document of the object.
    pub fn tree(&self) -> &Tree {
        self.tree.tree()
    }

    /// The padded text of the source.
    pub fn source_text(&self) -> &str {
        self.tree.text()
    }

    /// The data of SOPS that covers the object: its own, or that of the list that holds it, since SOPS encrypts files.
    fn find_sops(&self) -> Option<Node<'_>> {
        let (node, root) = (self.node(), self.tree.root());
        let own = node.get("sops").filter(|sops| sops.is_mapping());
        if own.is_some() || node.id() == root.id() {
            return own;
        }
        root.get("sops").filter(|sops| sops.is_mapping())
    }

    /// Returns `true` if SOPS encrypts the values of the object.
    pub fn is_encrypted(&self) -> bool {
        self.find_sops().is_some()
    }

    pub(super) fn is_signed(&self) -> bool {
        self.find_sops().is_some_and(|sops| !sops.get("mac_only_encrypted").is_some_and(Node::is_true))
    }
}
