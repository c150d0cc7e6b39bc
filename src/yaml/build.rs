//! The tree while it grows: nodes are added in the order in which they start, below the innermost open collection.

use std::ops::Range;

use super::Limits;
use super::problem::{Fallible, SyntaxProblem, fail};
use super::scalar;
use super::scan::{LineEntry, LineScalar};
use super::tree::{MAX_NUMBER, NodeContent, NodeData, NodeId, NodeProps, STILL_OPEN, ScalarStyle, Tree};
use super::walk::KeyFilter;
use crate::hash_map::{HashMap, HashSet};
use crate::index::{Id, IdVec};

pub(super) struct TreeBuilder<'a> {
    text: &'a str,
    tree: Tree,
    open: Vec<OpenCollection<'a>>,
    anchors: HashMap<&'a str, NodeId>,
    limits: Limits,
}

struct OpenCollection<'a> {
    node: NodeId,
    last_child: Option<NodeId>,
    /// The knowledge about the keys so far, if it is a mapping.
    filter: KeyFilter,
    key_count: usize,
    /// The keys, once there are more than a few.
    keys: Option<HashSet<&'a [u8]>>,
}

impl OpenCollection<'_> {
    /// Sets the last child, and returns the collection.
    fn set_last_child(&mut self, child: NodeId) -> NodeId {
        self.last_child = Some(child);
        self.node
    }
}

/// From this many keys on, a hash set pays.
const FEW_KEYS: usize = 16;

/// So many bytes of text make a node, where there are many.
const BYTES_OF_NODE: usize = 24;

/// Room for no more nodes is made in advance without a look at the text: a long one may be one scalar.
const MAX_RESERVED: usize = 1 << 16;

/// The number of nodes to make room for. In a text with many, a line has a key and a value. Room that grows would be there
/// twice while it does; room that is not used takes no memory, where it is as large as this.
fn expect_nodes(part: &str) -> usize {
    let by_len = part.len() / BYTES_OF_NODE;
    if by_len <= MAX_RESERVED {
        return by_len;
    }
    let lines = memchr::memchr_iter(b'\n', part.as_bytes()).count();
    (2 * lines + lines / 8).max(MAX_RESERVED)
}

impl<'a> TreeBuilder<'a> {
    /// A builder of trees, of JSON or of YAML, with room for the nodes of a part of its text.
    pub(super) fn new(text: &'a str, limits: &Limits, json: bool, part: &str) -> TreeBuilder<'a> {
        // A node has room for so many.
        let limits = limits.clone().nodes(limits.nodes.min(MAX_NUMBER));
        let mut tree = empty_tree(json, &limits);
        tree.nodes.reserve_exact(expect_nodes(part).min(limits.nodes));
        TreeBuilder { text, tree, open: Vec::new(), anchors: HashMap::default(), limits }
    }

    /// Hands out the finished tree and starts the next.
    pub(super) fn finish_tree(&mut self) -> Tree {
        self.anchors.clear();
        self.open.clear();
        let next = empty_tree(self.tree.json, &self.limits);
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
        if is_key {
            self.note_key(content, &span);
        } else if let NodeContent::Scalar { style, .. } = content {
            self.note_value(style, &span);
        }
        let node = self.tree.nodes.next_id();
        let parent = self.open.last_mut().map(|open| open.set_last_child(node));
        Ok(self.tree.nodes.push(NodeData::new(content, is_key, span, parent)))
    }

    /// Adds a scalar in one line. There must be room for it.
    pub(super) fn add_line_scalar(&mut self, scalar: &LineScalar) {
        let (style, span) = (scalar.style, scalar.start..scalar.end);
        if scalar.is_key {
            self.note_key(NodeContent::verbatim(style), &span);
        } else {
            self.note_value(style, &span);
        }
        let node = self.tree.nodes.next_id();
        let parent = self.open.last_mut().map(|open| open.set_last_child(node));
        self.tree.nodes.push(NodeData::new(NodeContent::verbatim(style), scalar.is_key, span, parent));
    }

    /// Adds an entry in one line to the innermost mapping. There must be room for it.
    pub(super) fn add_line_entry(&mut self, entry: &LineEntry) {
        self.note_plain_key(&entry.key);
        let key_node = self.tree.nodes.next_id();
        let last_child = if entry.value.is_some() { Id::new(key_node.index() + 1) } else { key_node };
        let parent = self.open.last_mut().map(|open| open.set_last_child(last_child));
        let key = NodeData::new(NodeContent::plain(), true, entry.key.clone(), parent);
        let Some(value) = &entry.value else {
            self.tree.nodes.push(key);
            return;
        };
        self.note_value(value.style, &value.span);
        self.tree
            .nodes
            .extend([key, NodeData::new(NodeContent::verbatim(value.style), false, value.span.clone(), parent)]);
    }

    /// Notes if a value may be an infinite number, which Kubernetes refuses.
    fn note_value(&mut self, style: ScalarStyle, span: &Range<u32>) {
        if style == ScalarStyle::Plain {
            let first = self.text.as_bytes().get(span.start as usize).filter(|_| !span.is_empty());
            self.tree.needs_check |= first.is_some_and(|&first| scalar::may_be_infinite(first));
        }
    }

    /// Notes if a key is a text as it stands, and no other key of its mapping is the same: nearly every one is.
    fn note_key(&mut self, content: NodeContent, span: &Range<u32>) {
        let Some(text) = self.text_of_key(content, span) else {
            self.tree.needs_check = true;
            self.tree.has_distinct_keys = false;
            return;
        };
        self.tree.has_distinct_keys = self.tree.has_distinct_keys && self.add_distinct_key(text);
    }

    /// Notes the same for a plain key, of which nearly every one is seen to be a new text at once.
    fn note_plain_key(&mut self, span: &Range<u32>) {
        let text = &self.text.as_bytes()[span.start as usize..span.end as usize];
        if self.tree.has_distinct_keys
            && scalar::is_surely_text(text)
            && text[0] != b'<'
            && let Some(open) = self.open.last_mut()
            && open.keys.is_none()
        {
            open.key_count += 1;
            if open.filter.may_repeat(text) {
                self.tree.has_distinct_keys = self.is_new_key(text);
            }
        } else {
            self.note_key(NodeContent::plain(), span);
        }
    }

    /// The bytes of a key that is a text as it stands, and does not merge.
    fn text_of_key(&self, content: NodeContent, span: &Range<u32>) -> Option<&'a [u8]> {
        let NodeContent::Scalar { style, verbatim: true, .. } = content else { return None };
        let written = &self.text.as_bytes()[span.start as usize..span.end as usize];
        match style {
            ScalarStyle::Plain if written == b"<<" => None,
            ScalarStyle::Plain if scalar::is_surely_text(written) => Some(written),
            ScalarStyle::Plain => scalar::resolve_plain(self.text.get(span.start as usize..span.end as usize)?)
                .is_none()
                .then_some(written),
            _ if style.is_quoted() => written.get(1..written.len() - 1),
            _ => None,
        }
    }

    /// Adds a key to those of the innermost mapping. Returns `false` if an equal one is there.
    fn add_distinct_key(&mut self, text: &'a [u8]) -> bool {
        let Some(open) = self.open.last_mut() else { return false };
        open.key_count += 1;
        if let Some(keys) = &mut open.keys {
            return keys.insert(text);
        }
        !open.filter.may_repeat(text) || self.is_new_key(text)
    }

    /// Compares a key with the others of the innermost mapping. Once there are many, they are put into a set.
    fn is_new_key(&mut self, text: &'a [u8]) -> bool {
        let Some(open) = self.open.last_mut() else { return false };
        let mut others = self.tree.texts_of_keys(open.node, self.text.as_bytes());
        if open.key_count <= FEW_KEYS {
            return others.all(|other| other != text);
        }
        let mut keys: HashSet<&[u8]> = others.collect();
        let is_new = keys.insert(text);
        open.keys = Some(keys);
        is_new
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
        let filter = KeyFilter::default();
        self.open.push(OpenCollection { node, last_child: None, filter, key_count: 0, keys: None });
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

    pub(super) fn set_props(&mut self, node: NodeId, props: NodeProps) -> Fallible<()> {
        if let Some(anchor) = &props.anchor {
            if self.anchors.len() >= self.limits.anchors {
                return fail(anchor.start as usize, SyntaxProblem::TooManyAnchors(self.limits.anchors));
            }
            self.anchors.insert(&self.text[anchor.start as usize..anchor.end as usize], node);
        }
        self.tree.needs_check = true;
        self.tree.has_distinct_keys &= !self.tree.nodes[node].is_key();
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
        self.tree.needs_check = true;
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
fn empty_tree(json: bool, limits: &Limits) -> Tree {
    Tree {
        nodes: IdVec::new(),
        props: Vec::new(),
        has_aliases: false,
        has_merges: !json,
        has_distinct_keys: limits.takes_short_cuts,
        needs_check: !limits.takes_short_cuts,
        json,
    }
}
