//! Checks of a well-formed document for what Kubernetes refuses in it: keys, numbers, tags, merges and alias bombs.

use super::Limits;
use super::problem::{Fallible, SyntaxProblem, fail};
use super::scalar::{self, Scalar, TaggedScalar};
use super::tree::{Node, NodeKind, ScalarStyle};

/// Checks a document, and returns `true` if any key of it merges.
pub(super) fn check_document(root: Node<'_>, limits: &Limits) -> Fallible<bool> {
    let mut has_merges = false;
    for (id, data) in root.tree.nodes.entries() {
        let node = root.with_id(id);
        if let Some(bytes) = node.plain_bytes() {
            // Nearly every node ends here: text that cannot be a number, a word with a value, or a merge key.
            let may_be_special = if data.is_key() { may_be_special_key(bytes) } else { may_be_infinite(bytes) };
            if !may_be_special {
                continue;
            }
        }
        if data.has_props() {
            check_tag(node)?;
        }
        if data.is_key() {
            has_merges |= check_key(node)?;
        } else if node.kind() == NodeKind::Scalar(ScalarStyle::Plain) && may_be_infinite(node.raw().as_bytes()) {
            check_finite(node)?;
        }
    }
    if root.tree.has_aliases {
        check_aliases(root, limits)?;
    }
    Ok(has_merges)
}

fn may_be_infinite(text: &[u8]) -> bool {
    text.first().is_some_and(|&first| scalar::may_be_infinite(first))
}

/// Returns `true` for plain text that may be null, a number or a merge key.
fn may_be_special_key(text: &[u8]) -> bool {
    match text.first() {
        None | Some(b'~' | b'<' | b'.' | b'+' | b'-' | b'0'..=b'9') => true,
        Some(b'n' | b'N') => text.eq_ignore_ascii_case(b"null"),
        Some(_) => false,
    }
}

/// Checks a key, and returns `true` if it merges.
fn check_key(node: Node<'_>) -> Fallible<bool> {
    let at = node.span().start;
    let target = node.target();
    let NodeKind::Scalar(style) = target.kind() else { return fail(at, SyntaxProblem::ComplexKey) };
    if node.is_merge_key() {
        return check_merge(node).map(|()| true);
    }
    if style != ScalarStyle::Plain && target.tag().is_none() {
        return Ok(false);
    }
    match target.scalar() {
        Some(Scalar::Null) => fail(at, SyntaxProblem::NullKey),
        Some(Scalar::Int(number)) if i64::try_from(number).is_err() => fail(at, SyntaxProblem::HugeKey),
        _ => Ok(false),
    }
}

fn check_finite(node: Node<'_>) -> Fallible<()> {
    match node.scalar() {
        Some(Scalar::Float(number)) if !number.is_finite() => fail(node.span().start, SyntaxProblem::NotFinite),
        _ => Ok(()),
    }
}

fn check_tag(node: Node<'_>) -> Fallible<()> {
    let (Some(tag), NodeKind::Scalar(_)) = (node.tag(), node.kind()) else { return Ok(()) };
    match scalar::resolve_tagged(tag, scalar::decode_scalar(node)) {
        TaggedScalar::Mismatch(tag) => fail(node.full_span().start, SyntaxProblem::TagMismatch(tag)),
        TaggedScalar::BadBase64 => fail(node.full_span().start, SyntaxProblem::Base64),
        TaggedScalar::Value(Scalar::Float(number)) if !number.is_finite() && !node.data().is_key() => {
            fail(node.full_span().start, SyntaxProblem::NotFinite)
        }
        TaggedScalar::Value(_) => Ok(()),
    }
}

fn check_merge(key: Node<'_>) -> Fallible<()> {
    let Some(value) = key.next_sibling() else { return Ok(()) };
    if !matches!(value.kind(), NodeKind::Sequence { .. }) {
        return check_merged_mapping(value);
    }
    value.children().try_for_each(check_merged_mapping)
}

fn check_merged_mapping(node: Node<'_>) -> Fallible<()> {
    if node.is_mapping() { Ok(()) } else { fail(node.span().start, SyntaxProblem::Merge) }
}

/// The position of the reader in a collection.
enum CollectionWalk<'a> {
    /// The next item of a sequence.
    Items(Option<Node<'a>>),
    /// The next key or value of a mapping.
    Pairs(Option<Node<'a>>),
    /// The items of a merged sequence; the last comes first.
    Merged(Vec<Node<'a>>),
    /// The end of what an alias stands for.
    AliasEnd,
}

/// Counts as go-yaml does when it decodes: every visit of a node is a step, and not too many of them may come from
/// aliases.
struct StepCounter<'a> {
    steps: u64,
    alias_steps: u64,
    alias_depth: u32,
    depth: usize,
    limits: &'a Limits,
}

impl StepCounter<'_> {
    fn count_step(&mut self, at: usize) -> Fallible<()> {
        self.steps += 1;
        self.alias_steps += u64::from(self.alias_depth > 0);
        let excessive = self.alias_steps > 100
            && self.steps > 1000
            && self.alias_steps as f64 / self.steps as f64 > allowed_share(self.steps);
        if excessive {
            return fail(at, SyntaxProblem::ExcessiveAliasing);
        }
        if self.alias_steps > self.limits.alias_steps {
            return fail(at, SyntaxProblem::TooManySteps(self.limits.alias_steps));
        }
        Ok(())
    }
}

/// 99 % up to 400,000 steps, 10 % from 4,000,000 on, and a straight line between them.
fn allowed_share(steps: u64) -> f64 {
    const LOW: u64 = 400_000;
    const HIGH: u64 = 4_000_000;
    match steps {
        ..=LOW => 0.99,
        HIGH.. => 0.10,
        _ => 0.99 - 0.89 * ((steps - LOW) as f64 / (HIGH - LOW) as f64),
    }
}

fn check_aliases(root: Node<'_>, limits: &Limits) -> Fallible<()> {
    let mut counter = StepCounter { steps: 1, alias_steps: 0, alias_depth: 0, depth: 0, limits };
    let mut walks = Vec::new();
    visit_node(root, &mut walks, &mut counter)?;
    while let Some(walk) = walks.last_mut() {
        let node = match walk {
            CollectionWalk::AliasEnd => None,
            CollectionWalk::Merged(items) => items.pop(),
            CollectionWalk::Items(next) => take_next(next),
            CollectionWalk::Pairs(next) => match next_of_mapping(next) {
                Some((value, true)) if matches!(value.kind(), NodeKind::Sequence { .. }) => {
                    walks.push(CollectionWalk::Merged(value.children().collect()));
                    continue;
                }
                Some((node, _)) => Some(node),
                None => None,
            },
        };
        if let Some(node) = node {
            visit_node(node, &mut walks, &mut counter)?;
            continue;
        }
        match walks.pop() {
            Some(CollectionWalk::AliasEnd) => counter.alias_depth -= 1,
            Some(CollectionWalk::Items(_) | CollectionWalk::Pairs(_)) => counter.depth -= 1,
            _ => {}
        }
    }
    Ok(())
}

fn take_next<'a>(next: &mut Option<Node<'a>>) -> Option<Node<'a>> {
    let node = (*next)?;
    *next = node.next_sibling();
    Some(node)
}

/// The next key or value, and whether it is merged. A merge key itself is not visited.
fn next_of_mapping<'a>(next: &mut Option<Node<'a>>) -> Option<(Node<'a>, bool)> {
    let node = take_next(next)?;
    if node.data().is_key() && node.is_merge_key() {
        return Some((take_next(next)?, true));
    }
    Some((node, false))
}

fn visit_node<'a>(node: Node<'a>, walks: &mut Vec<CollectionWalk<'a>>, counter: &mut StepCounter<'_>) -> Fallible<()> {
    let at = node.span().start;
    counter.count_step(at)?;
    if node.kind() == NodeKind::Alias {
        counter.alias_depth += 1;
        walks.push(CollectionWalk::AliasEnd);
        counter.count_step(at)?;
    }
    let node = node.target();
    let first = node.children().next();
    match node.kind() {
        NodeKind::Mapping { .. } => walks.push(CollectionWalk::Pairs(first)),
        NodeKind::Sequence { .. } => walks.push(CollectionWalk::Items(first)),
        _ => return Ok(()),
    }
    counter.depth += 1;
    if counter.depth > counter.limits.depth {
        return fail(at, SyntaxProblem::TooDeep(counter.limits.depth));
    }
    Ok(())
}
