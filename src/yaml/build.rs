//! The tree while it grows: nodes are added in the order in which they start, below the innermost open collection.

use std::collections::HashMap;
use std::ops::Range;

use super::Limits;
use super::problem::{Fallible, SyntaxProblem, fail};
use super::tree::{NONE, NodeData, NodeKind, NodeProps, ScalarStyle, Tree};

pub(super) struct TreeBuilder<'a> {
    tree: Tree,
    open: Vec<OpenCollection>,
    anchors: HashMap<&'a str, u32>,
    limits: Limits,
}

struct OpenCollection {
    node: u32,
    last: u32,
}

impl<'a> TreeBuilder<'a> {
    /// A builder of trees; `json` tells of what.
    pub(super) fn new(limits: &Limits, json: bool) -> TreeBuilder<'a> {
        TreeBuilder { tree: empty_tree(json), open: Vec::new(), anchors: HashMap::new(), limits: limits.clone() }
    }

    /// Hands out the finished tree and starts the next.
    pub(super) fn finish_tree(&mut self) -> Tree {
        self.anchors.clear();
        self.open.clear();
        let next = empty_tree(self.tree.json);
        std::mem::replace(&mut self.tree, next)
    }

    pub(super) fn add_node(&mut self, kind: NodeKind, span: Range<u32>, key: bool) -> Fallible<u32> {
        let id = self.tree.nodes.len();
        if id >= self.limits.nodes {
            return fail(span.start as usize, SyntaxProblem::TooManyNodes(self.limits.nodes));
        }
        let id = id as u32;
        let mut parent = NONE;
        if let Some(open) = self.open.last_mut() {
            parent = open.node;
            match open.last {
                NONE => self.tree.nodes[parent as usize].first = id,
                last => self.tree.nodes[last as usize].next = id,
            }
            open.last = id;
        }
        self.tree.nodes.push(NodeData {
            kind,
            verbatim: true,
            key,
            start: span.start,
            end: span.end,
            parent,
            next: NONE,
            first: NONE,
            props: NONE,
        });
        Ok(id)
    }

    /// Tells more about a scalar that is not just its bytes.
    pub(super) fn set_content(&mut self, node: u32, verbatim: bool, indent: u32) {
        let data = &mut self.tree.nodes[node as usize];
        data.verbatim = verbatim;
        if matches!(data.kind, NodeKind::Scalar(ScalarStyle::Literal | ScalarStyle::Folded)) {
            data.first = indent;
        }
    }

    pub(super) fn open_collection(&mut self, node: u32) -> Fallible<()> {
        if self.open.len() >= self.limits.depth {
            return fail(self.tree.nodes[node as usize].start as usize, SyntaxProblem::TooDeep(self.limits.depth));
        }
        self.open.push(OpenCollection { node, last: NONE });
        Ok(())
    }

    /// Closes the innermost collection: at its bracket, or where its last child ends.
    pub(super) fn close_collection(&mut self, end: Option<u32>) {
        if let Some(open) = self.open.pop() {
            let last = self.tree.nodes.get(open.last as usize).map(|child| child.end);
            let data = &mut self.tree.nodes[open.node as usize];
            data.end = end.or(last).unwrap_or(data.end);
        }
    }

    pub(super) fn has_open_collection(&self) -> bool {
        !self.open.is_empty()
    }

    pub(super) fn set_props(&mut self, node: u32, props: NodeProps, text: &'a str) -> Fallible<()> {
        if let Some(anchor) = &props.anchor {
            if self.anchors.len() >= self.limits.anchors {
                return fail(anchor.start as usize, SyntaxProblem::TooManyAnchors(self.limits.anchors));
            }
            self.anchors.insert(&text[anchor.start as usize..anchor.end as usize], node);
        }
        self.tree.nodes[node as usize].props = self.tree.props.len() as u32;
        self.tree.props.push(props);
        Ok(())
    }

    /// Adds an alias. A target that is still open would contain itself.
    pub(super) fn add_alias(&mut self, span: Range<u32>, name: &str, key: bool) -> Fallible<()> {
        let at = span.start as usize;
        let Some(&target) = self.anchors.get(name) else {
            return fail(at, SyntaxProblem::UnknownAnchor(name.to_string()));
        };
        let id = self.add_node(NodeKind::Alias, span, key)?;
        self.tree.nodes[id as usize].first = target;
        self.tree.has_aliases = true;
        let data = &self.tree.nodes[target as usize];
        if matches!(data.kind, NodeKind::Mapping { .. } | NodeKind::Sequence { .. }) && data.end == NONE {
            return fail(at, SyntaxProblem::ContainsItself(name.to_string()));
        }
        let props = data.props as usize;
        if let Some(props) = self.tree.props.get_mut(props)
            && props.first_alias == NONE
        {
            props.first_alias = id;
        }
        Ok(())
    }
}

/// A tree without nodes. JSON knows no merge keys.
fn empty_tree(json: bool) -> Tree {
    Tree { nodes: Vec::new(), props: Vec::new(), has_aliases: false, has_merges: !json, json }
}
