//! Edits confirmed from the mappings that hold them, without parsing the rest of the document again.
//!
//! A planned value belongs to the smallest block mapping around it: the `metadata` of a ConfigMap, the
//! `configMapKeyRef` of a variable. The region of that mapping reaches from its first key, with the indentation before
//! it, to the next line that says something else. If all edits of a document lie in such regions, everything outside of them has the bytes that it had.
//!
//! Then it has the nodes that it had as well. At the start of a region the reader of a document knows nothing but the
//! columns of the open collections, and those stand before it. At the end of a region, a line that is less indented than
//! the mapping closes all that is open in it, whatever that is. So the new text of the region, read on its own, gives
//! the mapping that the document has in this place, if it is one mapping from the start on, without an error and without a
//! rest. Anchors, aliases, tags and merge keys would connect it with text elsewhere: a document that has any
//! is parsed in full.
//!
//! This can only confirm a plan. Whatever it does not confirm is compared by document.

use std::borrow::Cow;
use std::ops::Range;

use super::{EditedDocument, PlannedValue, differing_values_match, is_written_alike};
use crate::edit::Edit;
use crate::yaml::{self, Limits, Node, NodeKind, Value};

/// A mapping, its region in the old text, and the values that are planned in it.
struct Region<'a, 'p> {
    mapping: Node<'a>,
    range: Range<usize>,
    /// The values with their place among all that are planned: a later one overwrites an earlier one.
    planned: Vec<(usize, PlannedValue<'p>)>,
}

impl<'a> EditedDocument<'a> {
    /// Returns `true` if the regions of the edits show that the new text reads as the old one with the planned values
    /// set; none or `false` if they do not show it.
    pub(super) fn regions_match(&self, planned: &[PlannedValue<'_>]) -> Option<bool> {
        if !self.tree.is_self_contained() {
            return None;
        }
        let regions = self.find_regions(planned)?;
        let mut covered = regions.iter().map(|region| region.range.clone()).peekable();
        for edit in self.edits.within(&self.document.range) {
            while covered.peek()?.end < edit.range().end {
                covered.next();
            }
            if edit.range().start < covered.peek()?.start {
                return None;
            }
        }
        let mut end = 0;
        for region in &regions {
            let start = region.range.start;
            // What is inserted between two regions would be part of both.
            let is_between = |edit: &Edit| start == end && edit.range() == (start..start);
            if self.edits.within(&(start..start)).iter().any(is_between) || !self.region_matches(region)? {
                return None;
            }
            end = region.range.end;
        }
        Some(true)
    }

    /// The regions of all planned values, in order and disjoint.
    fn find_regions<'p>(&self, planned: &[PlannedValue<'p>]) -> Option<Vec<Region<'a, 'p>>> {
        let mut found = Vec::with_capacity(planned.len());
        for (order, planned) in planned.iter().enumerate() {
            let (mapping, planned) = self.find_mapping(*planned)?;
            found.push((mapping, order, planned));
        }
        found.sort_by_key(|(mapping, order, _)| (mapping.id(), *order));
        let mut regions: Vec<Region<'a, 'p>> = Vec::new();
        for (mapping, order, planned) in found {
            match regions.last_mut() {
                Some(last) if mapping.span().start < last.range.end => last.planned.push((order, planned)),
                _ => {
                    let range = self.find_region(mapping)?;
                    regions.push(Region { mapping, range, planned: vec![(order, planned)] });
                }
            }
        }
        Some(regions)
    }

    /// The smallest block mapping that holds a planned value, and the value as seen from the node that is closest to it.
    fn find_mapping<'p>(&self, mut planned: PlannedValue<'p>) -> Option<(Node<'a>, PlannedValue<'p>)> {
        // A removal may remove emptied mappings above it.
        planned.value?;
        let mut base = self.tree.node(self.old_text, planned.base);
        while let [key, rest @ ..] = planned.path
            && !rest.is_empty()
            && let Some(inner) = base.get(key).filter(is_block_mapping)
        {
            base = inner;
            planned.path = rest;
        }
        planned.base = base.id();
        let mapping = std::iter::once(base).chain(base.ancestors()).find(is_block_mapping)?;
        Some((mapping, planned))
    }

    /// The region of a mapping: from the start of its line, if there is only indentation before it, up to the next line
    /// that is less indented and says something, or the end.
    fn find_region(&self, mapping: Node<'_>) -> Option<Range<usize>> {
        let text = &self.old_text[..self.document.range.end];
        let span = mapping.span();
        let column = column_of(text, span.start)?;
        let indentation = &text[span.start - column..span.start];
        let start = if indentation.bytes().all(|byte| byte == b' ') { span.start - column } else { span.start };
        let mut at = span.end;
        if !text[..at].ends_with('\n') {
            at += memchr::memchr(b'\n', &text.as_bytes()[at..]).map_or(text.len() - at, |len| len + 1);
        }
        for line in text[at..].split_inclusive('\n') {
            let content = line.trim_start_matches([' ', '\t', '\r', '\n']);
            if !content.is_empty() && !content.starts_with('#') {
                let indentation = &line[..line.len() - content.len()];
                let closes = indentation.len() < column && indentation.bytes().all(|byte| byte == b' ');
                return (closes && content.as_bytes()[0].is_ascii()).then_some(start..at);
            }
            at += line.len();
        }
        Some(start..at)
    }

    fn region_matches(&self, region: &Region<'_, '_>) -> Option<bool> {
        let old = region.mapping;
        let default = Limits::default();
        let limits = Limits {
            depth: default.depth.checked_sub(old.ancestors().count())?,
            nodes: default.nodes.checked_sub(self.tree.node_count())?,
            ..default
        };
        let is_last = region.range.end == self.document.range.end;
        // The indentation belongs to the text, since columns count.
        let line_start = line_start_of(self.old_text, region.range.start);
        let mut new_text = self.old_text[line_start..region.range.start].to_string();
        let start = new_text.len();
        new_text.push_str(&self.edits.apply_within(self.old_text, region.range.clone())?);
        if !is_last && !new_text.ends_with('\n') {
            return None;
        }
        let tree = yaml::parse_block_mapping(&new_text, start..new_text.len(), &limits)?;
        let new = tree.root(&new_text);
        // In the same column, and nothing but indentation before it.
        if new.span().start != old.span().start - line_start {
            return None;
        }
        let mut planned = region.planned.clone();
        planned.sort_by_key(|(order, _)| *order);
        let planned: Vec<PlannedValue<'_>> = planned.into_iter().map(|(_, planned)| planned).collect();
        if has_planned_entries(old, new, &planned) == Some(true) {
            debug_assert_eq!(differing_values_match(old, new, &planned, &limits), Some(true));
            return Some(true);
        }
        differing_values_match(old, new, &planned, &limits)
    }
}

/// A planned text, by the keys to it that are left.
type PlannedText<'p> = (&'p [Cow<'p, str>], &'p str);

/// Returns `true` if a mapping differs from what it was in the planned texts only, as is seen from its entries without
/// making values of them: nearly every plan is confirmed here. It can only confirm.
fn has_planned_entries(old: Node<'_>, new: Node<'_>, planned: &[PlannedValue<'_>]) -> Option<bool> {
    if old.may_repeat_or_merge() || new.may_repeat_or_merge() {
        return None;
    }
    let mut paths = Vec::with_capacity(planned.len());
    for planned in planned {
        let Some(Value::String(text)) = planned.value else { return None };
        let mut path = path_between(old, old.with_id(planned.base))?;
        path.extend(planned.path.iter().map(|key| Cow::Borrowed(key.as_str())));
        paths.push((path, text.as_str()));
    }
    let texts: Vec<PlannedText<'_>> = paths.iter().map(|(path, text)| (path.as_slice(), *text)).collect();
    Some(are_planned(Some(old), new, &texts))
}

/// The keys from a mapping down to a node in it.
fn path_between<'a>(mapping: Node<'a>, node: Node<'a>) -> Option<Vec<Cow<'a, str>>> {
    let mut path = Vec::new();
    let mut node = node;
    while node != mapping {
        path.push(node.key()?.key_text()?);
        node = node.parent()?;
    }
    path.reverse();
    Some(path)
}

fn are_planned(old: Option<Node<'_>>, new: Node<'_>, planned: &[PlannedText<'_>]) -> bool {
    if let [([], text)] = planned {
        return new.is_string(text);
    }
    if !new.is_mapping() || old.is_some_and(|old| !old.is_mapping()) {
        return false;
    }
    let (mut count, mut added) = (0, 0);
    let mut below = Vec::new();
    for (key, value) in new.pairs() {
        let Some(key) = key.key_text() else { return false };
        let before = old.and_then(|old| old.get(&key));
        below.clear();
        for (path, text) in planned {
            match path.split_first() {
                Some((first, rest)) if *first == key => below.push((rest, *text)),
                Some(_) => {}
                None => return false,
            }
        }
        let is_as_planned = match before {
            Some(before) if below.is_empty() => is_written_alike(before, value),
            None if below.is_empty() => false,
            _ => are_planned(before, value, &below),
        };
        if !is_as_planned {
            return false;
        }
        count += 1;
        added += usize::from(before.is_none());
    }
    // Keys are distinct: so no entry is missing.
    let has_old_entries = count == added + old.map_or(0, |old| old.pairs().count());
    has_old_entries && planned.iter().all(|(path, _)| path.first().is_some_and(|key| new.get(key).is_some()))
}

fn is_block_mapping(node: &Node<'_>) -> bool {
    node.kind() == NodeKind::Mapping { flow: false }
}

/// The column of an offset before which there is nothing but indentation and the `-` of items in its line.
fn column_of(text: &str, offset: usize) -> Option<usize> {
    let line_start = line_start_of(text, offset);
    let is_plain = text[line_start..offset].bytes().all(|byte| matches!(byte, b' ' | b'-'));
    is_plain.then_some(offset - line_start)
}

fn line_start_of(text: &str, offset: usize) -> usize {
    memchr::memrchr(b'\n', &text.as_bytes()[..offset]).map_or(0, |at| at + 1)
}
