//! Each edited document read again, to verify that it has the planned values and no other change.
//!
//! The new text of a document is parsed as if it had just been read, and its value is compared with the value of the old
//! document in which the planned values are set. The edits have no part in this. An edit of the wrong bytes makes
//! another value, and so does an edit of bytes that an alias or a merge key shares with another place.
//!
//! A planned value is known by a node of the old tree and a path of keys below it. The steps from the root of the
//! document to that node are found in the tree and followed in the value. Where an alias refers to the node, or to a
//! collection around it, there are several paths to it, and the value is set at the end of each.
//!
//! Little of a long document changes, so the comparison starts with a short cut: values are only made of entries and
//! items that are written with other bytes than before. Equal bytes have equal values where the document has no
//! aliases, which depend on bytes elsewhere. The short cut can only say that a document is as planned; whatever it does
//! not confirm is compared in full.
//!
//! Before all that, `regions` tries to confirm the plan from the parts of the document alone that hold the edits.

mod regions;
#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::collections::BTreeMap;

use rayon::prelude::*;

use super::model::{ExpectedValue, Plan};
use crate::bundle::{Bundle, BundleDocument, DocumentId};
use crate::diagnostic::{Diagnostic, Diagnostics, EditMessage, Place};
use crate::edit::Edits;
use crate::hash_map::HashMap;
use crate::yaml::{self, DocumentContent, Limits, Node, NodeId, Tree, Value};

/// Below this many documents threads cost more than they save.
const PARALLEL_FROM: usize = 64;

/// One diagnostic for each edited document that does not have the planned values.
pub(super) fn find_failed_documents(bundle: &Bundle, plan: &Plan) -> Diagnostics {
    let mut by_document: BTreeMap<DocumentId, Vec<&ExpectedValue>> = BTreeMap::new();
    for expected in &plan.expected {
        by_document.entry(expected.document).or_default().push(expected);
    }
    let verify = |(index, expected): (DocumentId, Vec<&ExpectedValue>)| {
        let document = &bundle.documents[index];
        let opened = bundle.open_document(index);
        let edited = EditedDocument {
            document,
            tree: opened.tree(),
            old_text: opened.text(),
            edits: &plan.edits[document.source],
        };
        let planned: Vec<_> = expected.into_iter().map(PlannedValue::from).collect();
        if edited.regions_match(&planned) == Some(true) || edited.matches_plan(&planned) == Some(true) {
            return None;
        }
        let place = Place { source: document.source, span: document.range.start..document.range.start };
        Some(Diagnostic { quotable: false, ..Diagnostic::new(place, None, EditMessage::VerificationFailed) })
    };
    let failed: Vec<Diagnostic> = if by_document.len() < PARALLEL_FROM {
        by_document.into_iter().filter_map(verify).collect()
    } else {
        by_document.into_par_iter().filter_map(verify).collect()
    };
    failed.into_iter().collect()
}

/// A document before and after its edits.
struct EditedDocument<'a> {
    document: &'a BundleDocument,
    /// Its nodes before the edits.
    tree: &'a Tree,
    old_text: &'a str,
    /// The edits of the whole text.
    edits: &'a Edits,
}

/// A value that is expected at the end of a path from a node; none if the entry is removed.
#[derive(Clone, Copy)]
struct PlannedValue<'p> {
    base: NodeId,
    path: &'p [String],
    value: Option<&'p Value>,
}

impl<'p> From<&'p ExpectedValue> for PlannedValue<'p> {
    fn from(expected: &'p ExpectedValue) -> PlannedValue<'p> {
        PlannedValue { base: expected.base, path: &expected.path, value: expected.value.as_ref() }
    }
}

impl EditedDocument<'_> {
    /// Returns `true` if the new text of a document reads as the old one with the planned values set.
    fn matches_plan(&self, planned: &[PlannedValue<'_>]) -> Option<bool> {
        let limits = Limits::default();
        let old_tree = self.tree;
        let old = old_tree.root(self.old_text);
        let new_text = self.edits.apply_within(self.old_text, self.document.range.clone())?;
        let range = 0..new_text.len();
        let DocumentContent::Tree(tree) = yaml::reparse_document(&new_text, range, old_tree, &limits).content else {
            return Some(false);
        };
        let new = tree.root(&new_text);
        // What the same bytes say without aliases is the same, and most bytes are.
        if !old_tree.has_aliases() && !tree.has_aliases() && differing_values_match(old, new, planned, &limits)? {
            return Some(true);
        }
        let mut before = Value::from_node(old, &limits).ok()?;
        set_planned(&mut before, old, planned)?;
        let mut after = Value::from_node(new, &limits).ok()?;
        remove_emptied(&mut after, old, planned);
        Some(after == before)
    }
}

/// Returns `true` if two nodes without aliases have equal values once the planned ones are set in the old one, as far
/// as can be told from entries that are not written alike.
fn differing_values_match(old: Node<'_>, new: Node<'_>, planned: &[PlannedValue<'_>], limits: &Limits) -> Option<bool> {
    let (mut before, mut after) = differing_values(old, new, limits)?;
    if set_planned(&mut before, old, planned).is_none() {
        return Some(false);
    }
    remove_emptied(&mut after, old, planned);
    Some(before == after)
}

/// The values of two nodes, without the entries that are written with the same bytes in both; such items of lists are
/// null in both.
fn differing_values(old: Node<'_>, new: Node<'_>, limits: &Limits) -> Option<(Value, Value)> {
    if old.is_mapping() && new.is_mapping() && !old.has_merge() && !new.has_merge() {
        return differing_entries(old, new, limits);
    }
    if old.is_sequence() && new.is_sequence() && old.items().count() == new.items().count() {
        let (mut before, mut after) = (Vec::new(), Vec::new());
        for (old, new) in old.items().zip(new.items()) {
            let (old, new) = if is_written_alike(old, new) {
                (Value::Null, Value::Null)
            } else {
                differing_values(old, new, limits)?
            };
            before.push(old);
            after.push(new);
        }
        return Some((Value::Seq(before), Value::Seq(after)));
    }
    Some((Value::from_node(old, limits).ok()?, Value::from_node(new, limits).ok()?))
}

fn differing_entries(old: Node<'_>, new: Node<'_>, limits: &Limits) -> Option<(Value, Value)> {
    let (old, new): (Vec<_>, Vec<_>) = (old.pairs().collect(), new.pairs().collect());
    let (old, new) = trim_equal_entries(&old, &new);
    let (mut before, mut after) = (BTreeMap::new(), BTreeMap::new());
    // The last of equal keys wins.
    let mut rest = values_by_key(new);
    for (key, value) in values_by_key(old) {
        match rest.remove(&key) {
            Some(other) if is_written_alike(value, other) => {}
            Some(other) => {
                let (old, new) = differing_values(value, other, limits)?;
                before.insert(key.clone().into_owned(), old);
                after.insert(key.into_owned(), new);
            }
            None => drop(before.insert(key.into_owned(), Value::from_node(value, limits).ok()?)),
        }
    }
    for (key, value) in rest {
        after.insert(key.into_owned(), Value::from_node(value, limits).ok()?);
    }
    Some((Value::Map(before), Value::Map(after)))
}

fn values_by_key<'a>(pairs: EntryPairs<'_, 'a>) -> BTreeMap<Cow<'a, str>, Node<'a>> {
    let mut values = BTreeMap::new();
    for (key, value) in pairs {
        if let Some(key) = key.key_text() {
            values.insert(key, *value);
        }
    }
    values
}

type EntryPairs<'p, 'a> = &'p [(Node<'a>, Node<'a>)];

/// The entries of two mappings without those at the start and at the end that are written with the same bytes. Those
/// at the end stay where one of the others has the same key, since it would win over that.
fn trim_equal_entries<'p, 'a, 'b>(
    old: EntryPairs<'p, 'a>,
    new: EntryPairs<'p, 'b>,
) -> (EntryPairs<'p, 'a>, EntryPairs<'p, 'b>) {
    let start = old.iter().zip(new).take_while(are_entries_alike).count();
    let (old, new) = (&old[start..], &new[start..]);
    let end = old.iter().rev().zip(new.iter().rev()).take_while(are_entries_alike).count();
    let (shorter_old, end_pairs) = old.split_at(old.len() - end);
    let shorter_new = &new[..new.len() - end];
    for (key, _) in end_pairs {
        let text = key.key_text();
        if shorter_old.iter().chain(shorter_new).any(|(other, _)| other.key_text() == text) {
            return (old, new);
        }
    }
    (shorter_old, shorter_new)
}

fn are_entries_alike((old, new): &(&(Node<'_>, Node<'_>), &(Node<'_>, Node<'_>))) -> bool {
    is_written_alike(old.0, new.0) && is_written_alike(old.1, new.1)
}

fn is_written_alike(old: Node<'_>, new: Node<'_>) -> bool {
    old.raw() == new.raw() && old.tag() == new.tag()
}

/// Sets the planned values in the value of a node; none where a way to one of them is not there.
fn set_planned(value: &mut Value, top: Node<'_>, planned: &[PlannedValue<'_>]) -> Option<()> {
    let mut positions = HashMap::default();
    for planned in planned {
        for steps in paths_to(top.with_id(planned.base), planned.path, top, &mut positions) {
            let mut at = &mut *value;
            for step in steps {
                at = step.follow(at)?;
            }
            set_at(at, planned.path, planned.value);
        }
    }
    Some(())
}

/// Removes what a removal leaves of the mappings on the way to a value: they get back the null or the empty braces from
/// before the value was set, which say no more than nothing.
fn remove_emptied(value: &mut Value, top: Node<'_>, planned: &[PlannedValue<'_>]) {
    let mut positions = HashMap::default();
    for planned in planned.iter().filter(|planned| planned.value.is_none()) {
        for steps in paths_to(top.with_id(planned.base), planned.path, top, &mut positions) {
            let at = steps.iter().try_fold(&mut *value, |value, step| step.follow(value));
            if let Some(at) = at {
                remove_emptied_at(at, planned.path);
            }
        }
    }
}

fn remove_emptied_at(value: &mut Value, path: &[String]) {
    let Some((key, rest)) = path.split_first() else { return };
    let Value::Map(map) = value else { return };
    let Some(inner) = map.get_mut(key).filter(|_| !rest.is_empty()) else { return };
    remove_emptied_at(inner, rest);
    if *inner == Value::Null || matches!(inner, Value::Map(map) if map.is_empty()) {
        map.remove(key);
    }
}

/// Indices of items in their sequences, from 0; filled with a sequence when one of its items is requested.
type Positions = HashMap<NodeId, usize>;

/// One step from a collection to what it holds.
#[derive(Clone)]
enum ValueStep {
    Key(String),
    Index(usize),
}

impl ValueStep {
    fn follow<'v>(&self, value: &'v mut Value) -> Option<&'v mut Value> {
        match (self, value) {
            (ValueStep::Key(key), Value::Map(map)) => map.get_mut(key),
            (ValueStep::Index(index), Value::Seq(items)) => items.get_mut(*index),
            _ => None,
        }
    }
}

/// A node on the way up from an expected value.
struct WayUp<'a> {
    node: Node<'a>,
    /// The steps from the node down to where the path of the value starts, the last first.
    below: Vec<ValueStep>,
    /// The key by which the way leaves the mapping at or above the node, and its value there; none for one that is not
    /// there yet.
    entry: Option<(String, Option<NodeId>)>,
}

impl<'a> WayUp<'a> {
    /// The way to a node that holds the mapping by a key; none if another value wins there.
    fn through_key(mut self, mapping: Node<'a>, key: Node<'a>) -> Option<WayUp<'a>> {
        if key.is_merge_key() {
            // Entries of what is merged, also of one of a list, are in the mapping itself, unless others win over them.
            if let Some(ValueStep::Index(_)) = self.below.last() {
                self.below.pop();
            }
            let (name, value) = self.entry.as_ref()?;
            if mapping.get(name).map(Node::id) != *value {
                return None;
            }
        } else {
            let name = key.key_text()?.into_owned();
            if mapping.get(&name).map(Node::id) != Some(self.node.id()) {
                return None;
            }
            self.entry = Some((name.clone(), Some(self.node.id())));
            self.below.push(ValueStep::Key(name));
        }
        Some(WayUp { node: mapping, ..self })
    }
}

/// The ways from a node at the top, as the root of a document, to the node from which a value is expected: more than
/// one where an alias or a merge key refers to it too, and the value is read there.
fn paths_to(node: Node<'_>, path: &[String], top: Node<'_>, positions: &mut Positions) -> Vec<Vec<ValueStep>> {
    let mut found = Vec::new();
    let entry = path.first().map(|key| (key.clone(), node.get(key).map(Node::id)));
    let mut open = vec![WayUp { node, below: Vec::new(), entry }];
    while let Some(way) = open.pop() {
        for alias in way.node.aliases() {
            open.push(WayUp { node: alias, below: way.below.clone(), entry: way.entry.clone() });
        }
        let Some(parent) = way.node.parent().filter(|_| way.node != top) else {
            found.push(way.below.into_iter().rev().collect());
            continue;
        };
        if parent.is_mapping() {
            if let Some((key, _)) = parent.pairs().find(|&(_, value)| value == way.node) {
                open.extend(way.through_key(parent, key));
            }
            continue;
        }
        let mut below = way.below;
        if let Some(index) = position_of(way.node, parent, positions) {
            below.push(ValueStep::Index(index));
            open.push(WayUp { node: parent, below, entry: way.entry });
        }
    }
    found
}

fn position_of(item: Node<'_>, sequence: Node<'_>, positions: &mut Positions) -> Option<usize> {
    if !positions.contains_key(&item.id()) {
        for (at, item) in sequence.children().enumerate() {
            positions.insert(item.id(), at);
        }
    }
    positions.get(&item.id()).copied()
}

/// Sets a value, making the mappings on the way; or removes it, and the mappings that it leaves empty.
fn set_at(value: &mut Value, path: &[String], new: Option<&Value>) {
    let Some((key, rest)) = path.split_first() else {
        *value = new.cloned().unwrap_or(Value::Null);
        return;
    };
    if !matches!(value, Value::Map(_)) {
        *value = Value::Map(BTreeMap::new());
    }
    let Value::Map(map) = value else { return };
    let inner = map.entry(key.clone()).or_insert(Value::Null);
    set_at(inner, rest, new);
    if new.is_none() && (rest.is_empty() || matches!(inner, Value::Map(map) if map.is_empty())) {
        map.remove(key);
    }
}
