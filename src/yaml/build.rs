//! The tree while it grows: nodes are added in the order in which they start, below the innermost open collection.

use std::collections::HashMap;
use std::ops::Range;

use super::Limits;
use super::problem::{Fallible, SyntaxProblem, fail};
use super::tree::{MAX_NUMBER, NodeContent, NodeData, NodeId, NodeProps, STILL_OPEN, Tree};
use crate::index::IdVec;

pub(super) struct TreeBuilder<'a> {
    tree: Tree,
    open: Vec<OpenCollection>,
    anchors: HashMap<&'a str, NodeId>,
    limits: Limits,
}

struct OpenCollection {
    node: NodeId,
    last_child: Option<NodeId>,
}

/// So many bytes of text make a node, where there are many.
const BYTES_OF_NODE: usize = 24;

/// Room for no more nodes is made in advance: long texts may be one scalar.
const MAX_RESERVED: usize = 1 << 16;

impl<'a> TreeBuilder<'a> {
    /// A builder of trees, of JSON or of YAML, for a text of so many bytes.
    pub(super) fn new(limits: &Limits, json: bool, text_len: usize) -> TreeBuilder<'a> {
        // A node has room for so many.
        let limits = limits.clone().nodes(limits.nodes.min(MAX_NUMBER));
        let mut tree = empty_tree(json);
        tree.nodes.reserve((text_len / BYTES_OF_NODE).min(MAX_RESERVED));
        TreeBuilder { tree, open: Vec::new(), anchors: HashMap::new(), limits }
    }

    /// Hands out the finished tree and starts the next.
    pub(super) fn finish_tree(&mut self) -> Tree {
        self.anchors.clear();
        self.open.clear();
        let next = empty_tree(self.tree.json);
        std::mem::replace(&mut self.tree, next)
    }

    /// Adds a node below the innermost open collection.
    pub(super) fn add_node(&mut self, content: NodeContent, span: Range<u32>, is_key: bool) -> Fallible<NodeId> {
        if self.tree.nodes.len() >= self.limits.nodes {
            return fail(span.start as usize, SyntaxProblem::TooManyNodes(self.limits.nodes));
        }
        if let NodeContent::Scalar { indent, .. } = content
            && indent as usize > MAX_NUMBER
        {
            return fail(span.start as usize, SyntaxProblem::TooDeep(MAX_NUMBER));
        }
        let parent = self.open.last().map(|open| open.node);
        let id = self.tree.nodes.push(NodeData::new(content, is_key, span, parent));
        if let Some(open) = self.open.last_mut() {
            open.last_child = Some(id);
        }
        Ok(id)
    }

    /// Adds a mapping or sequence that ends later. Nodes are added to it once it is opened.
    pub(super) fn add_collection(&mut self, content: NodeContent, start: u32, is_key: bool) -> Fallible<NodeId> {
        self.add_node(content, start..STILL_OPEN, is_key)
    }

    /// Makes a collection the innermost one.
    pub(super) fn open_collection(&mut self, node: NodeId) -> Fallible<()> {
        if self.open.len() >= self.limits.depth {
            return fail(self.tree.nodes[node].start as usize, SyntaxProblem::TooDeep(self.limits.depth));
        }
        self.open.push(OpenCollection { node, last_child: None });
        Ok(())
    }

    /// Closes the innermost collection: at its bracket, or where its last child ends.
    pub(super) fn close_collection(&mut self, end: Option<u32>) {
        if let Some(open) = self.open.pop() {
            let last_end = open.last_child.map(|child| self.tree.nodes[child].end);
            let count_below = self.tree.nodes.len() - open.node.index() - 1;
            let data = &mut self.tree.nodes[open.node];
            data.close(end.or(last_end).unwrap_or(data.end), count_below);
        }
    }

    /// Returns `true` if a number of nodes, and as many levels, can be added within the limits.
    pub(super) fn has_room(&self, count: usize) -> bool {
        self.room() >= count && self.open.len() + count <= self.limits.depth
    }

    /// The number of nodes that can be added within the limits.
    pub(super) fn room(&self) -> usize {
        self.limits.nodes.saturating_sub(self.tree.nodes.len())
    }

    pub(super) fn has_open_collection(&self) -> bool {
        !self.open.is_empty()
    }

    pub(super) fn set_props(&mut self, node: NodeId, props: NodeProps, text: &'a str) -> Fallible<()> {
        if let Some(anchor) = &props.anchor {
            if self.anchors.len() >= self.limits.anchors {
                return fail(anchor.start as usize, SyntaxProblem::TooManyAnchors(self.limits.anchors));
            }
            self.anchors.insert(&text[anchor.start as usize..anchor.end as usize], node);
        }
        self.tree.nodes[node].set_props();
        self.tree.props.push((node, props));
        Ok(())
    }

    /// Adds an alias. A target that is still open would contain itself.
    pub(super) fn add_alias(&mut self, span: Range<u32>, name: &str, is_key: bool) -> Fallible<()> {
        let at = span.start as usize;
        let Some(&target) = self.anchors.get(name) else {
            return fail(at, SyntaxProblem::UnknownAnchor(name.to_string()));
        };
        let alias = self.add_node(NodeContent::Alias { target }, span, is_key)?;
        self.tree.has_aliases = true;
        let data = &self.tree.nodes[target];
        if data.end == STILL_OPEN {
            return fail(at, SyntaxProblem::ContainsItself(name.to_string()));
        }
        if let Ok(at) = self.tree.props.binary_search_by_key(&target, |(node, _)| *node) {
            let (_, props) = &mut self.tree.props[at];
            props.first_alias.get_or_insert(alias);
        }
        Ok(())
    }
}

/// A tree without nodes. JSON knows no merge keys.
fn empty_tree(json: bool) -> Tree {
    Tree { nodes: IdVec::new(), props: Vec::new(), has_aliases: false, has_merges: !json, json }
}
