//! Entries taken away again, with the mappings that they leave empty.

use std::ops::Range;

use super::refused::{EditRefusal, RefusalReason};
use super::{PathEnd, PathEntry, ReachedPath, block, check_own_anchor, find_merged, follow_path, lines};
use crate::edit::Edit;
use crate::yaml::tree::{Node, NodeKind};

/// Removes `key` from the mapping at `path` below `base`; no edits when it is not there.
///
/// A mapping of the path that becomes empty is removed too, whether it was created by [`set_entry`](super::set_entry)
/// or stood there empty before; `base` itself stays, as `{}` if need be. In block style, comments on lines of their
/// own stay.
///
/// # Errors
/// [`EditRefusal`] when the edit would change something else too.
pub fn remove_entry(base: Node<'_>, path: &[&str], key: &str) -> Result<Vec<Edit>, EditRefusal> {
    let names = [path, &[key]].concat();
    if base.get_path(&names).is_none() {
        return Ok(Vec::new());
    }
    let ReachedPath { levels, end } = follow_path(base, &names)?;
    let Some(last) = levels.last() else { return Ok(Vec::new()) };
    let holder = if let PathEnd::Absent(mapping) = end { mapping } else { last.mapping };
    if let Some((merge, supplied)) = find_merged(holder, key) {
        return Err(EditRefusal::new(RefusalReason::Merged, merge.span(), supplied.span()));
    }
    if !matches!(last.value.kind(), NodeKind::Scalar(_) | NodeKind::Alias) {
        return Err(EditRefusal::new(RefusalReason::NotAScalar, last.value.full_span(), None));
    }
    let emptied = levels.iter().rev().take_while(|level| level.is_only_entry()).count();
    let cut = &levels[(levels.len() - 1).saturating_sub(emptied)..];
    for level in cut {
        check_own_anchor(level.key)?;
    }
    check_own_anchor(last.value)?;
    remove_entries(cut, emptied == levels.len())
}

/// Removes the first of the entries, which holds the others. `all` if it is the only one of its mapping.
fn remove_entries(cut: &[PathEntry<'_>], all: bool) -> Result<Vec<Edit>, EditRefusal> {
    let Some(PathEntry { mapping, key, value }) = cut.first().copied() else { return Ok(Vec::new()) };
    match lines::is_in_braces(mapping) {
        Some(true) if all => Ok(vec![Edit::deletion(mapping.span().start + 1..mapping.span().end - 1)]),
        Some(true) => Ok(remove_from_braces(mapping, key, value)),
        Some(false) if all => {
            let end = mapping.span().start + mapping.raw().trim_end_matches(lines::BREAKS).len();
            Ok(vec![Edit::replacement(mapping.span().start..end, "{}")])
        }
        Some(false) => remove_from_lines(cut),
        None => Err(EditRefusal::new(RefusalReason::Layout, mapping.span(), None)),
    }
}

/// Removes the lines of an entry of a block mapping.
fn remove_from_lines(cut: &[PathEntry<'_>]) -> Result<Vec<Edit>, EditRefusal> {
    let PathEntry { mapping, key, value } = cut[0];
    let text = mapping.source_text();
    let unsafe_layout = EditRefusal::new(RefusalReason::Layout, key.span(), None);
    if key.full_span().start == mapping.span().start && lines::lead_of(text, key.full_span().start).is_none() {
        // The first entry shares its line with the `- ` of a list: the next one takes its place.
        let Some(next_key) = value.next_sibling() else { return Err(unsafe_layout) };
        let next = block::find_entry_start(mapping, next_key).ok_or(unsafe_layout)?;
        return Ok(vec![Edit::deletion(mapping.span().start..next)]);
    }
    let in_lines = cut.iter().take_while(|level| lines::is_in_braces(level.mapping) == Some(false));
    let ranges = in_lines.map(lines_of).collect::<Option<Vec<_>>>().map(join_ranges).ok_or(unsafe_layout)?;
    let whole = ranges[0].start..ranges[ranges.len() - 1].end;
    let Some(scalar) = find_block_scalar_before(mapping, key) else {
        return Ok(ranges.into_iter().map(Edit::deletion).collect());
    };
    if lines::has_only_blank_lines(&text[scalar.span().end..whole.start]) && would_take_in(scalar, &text[whole.end..]) {
        return Err(EditRefusal::new(RefusalReason::TextBlock, key.span(), scalar.span()));
    }
    Ok(vec![Edit::deletion(whole)])
}

/// The lines of a key, and of its value if that is not a mapping with lines of its own.
fn lines_of(level: &PathEntry<'_>) -> Option<Range<usize>> {
    let PathEntry { mapping, key, value } = *level;
    let text = mapping.source_text();
    let start = block::find_entry_start(mapping, key)? - lines::column(text, mapping.span().start);
    let end = match lines::is_in_braces(value) {
        Some(false) => lines::end_of_head(key, value),
        _ => value.span().end,
    };
    Some(start..lines::end_of_line(text, end))
}

/// Ranges in rising order, those that touch made one.
fn join_ranges(ranges: Vec<Range<usize>>) -> Vec<Range<usize>> {
    let mut joined: Vec<Range<usize>> = Vec::with_capacity(ranges.len());
    for range in ranges {
        match joined.last_mut() {
            Some(last) if last.end >= range.start => last.end = range.end,
            _ => joined.push(range),
        }
    }
    joined
}

/// The block scalar with which the entry before this one ends.
fn find_block_scalar_before<'a>(mapping: Node<'a>, key: Node<'a>) -> Option<Node<'a>> {
    let deepest = find_value_before(mapping, key)?.last_leaf();
    let is_text_block = lines::starts_line(mapping.source_text(), deepest.span().end) && !deepest.span().is_empty();
    is_text_block.then_some(deepest)
}

/// Returns `true` if a block scalar would go on with the text that comes to stand behind it.
fn would_take_in(scalar: Node<'_>, text: &str) -> bool {
    let header = scalar.raw().split([' ', '\t', '\r', '\n', '#']).next().unwrap_or_default();
    let indent = scalar.block_indent();
    for line in text.split_inclusive(lines::BREAKS) {
        let rest = line.trim_start_matches(' ');
        let is_empty = rest.trim_end_matches(lines::BREAKS).is_empty();
        let spaces = line.len() - rest.len();
        if spaces > indent || (spaces == indent && !is_empty) || rest.starts_with('\t') {
            return true;
        }
        if !is_empty {
            return false;
        }
        if header.contains('+') {
            return true;
        }
    }
    false
}

/// Removes one of several entries in braces.
fn remove_from_braces(mapping: Node<'_>, key: Node<'_>, value: Node<'_>) -> Vec<Edit> {
    let text = mapping.source_text();
    let start = key.full_span().start;
    let line = lines::lead_of(text, start).map(|lead| start - lead.len());
    let Some(next) = value.next_sibling() else { return remove_last_from_braces(mapping, key, value, line) };
    let next = next.full_span().start;
    let comma = find_behind_comma(text, value.span().end..next).unwrap_or(next);
    let range = match (line, lines::next_line(text, comma)) {
        (Some(line), after) if after <= next => line..after,
        _ => start..next,
    };
    vec![Edit::deletion(range)]
}

/// Removes the last entry in braces, and a comma: its own, or else the one before it. `line` is where its line starts,
/// if it stands first there.
fn remove_last_from_braces(mapping: Node<'_>, key: Node<'_>, value: Node<'_>, line: Option<usize>) -> Vec<Edit> {
    let text = mapping.source_text();
    let close = mapping.span().end - 1;
    let (start, end) = (key.full_span().start, value.span().end);
    let before = match find_value_before(mapping, key) {
        Some(value) => value.span().end,
        None => start,
    };
    let comma = lines::find_indicator(text, before..start, b',').unwrap_or(before);
    let own_comma = find_behind_comma(text, end..close);
    let after = own_comma.unwrap_or(end);
    let next_line = lines::next_line(text, after);
    let own_lines = match line {
        Some(line) if next_line <= close => Some(line..next_line),
        _ => None,
    };
    match (own_lines, own_comma) {
        (Some(lines), Some(_)) => vec![Edit::deletion(lines)],
        (Some(lines), None) => vec![Edit::deletion(comma_with_blanks(text, before, comma)), Edit::deletion(lines)],
        (None, Some(_)) => vec![Edit::deletion(comma + 1..after)],
        (None, None) if text[before..start].contains('#') => {
            vec![Edit::deletion(comma_with_blanks(text, before, comma)), Edit::deletion(start..end)]
        }
        (None, None) => vec![Edit::deletion(before..end)],
    }
}

/// The offset behind the comma between two nodes.
fn find_behind_comma(text: &str, range: Range<usize>) -> Option<usize> {
    Some(lines::find_indicator(text, range, b',')? + 1)
}

/// The value of the entry before the one of a key.
fn find_value_before<'a>(mapping: Node<'a>, key: Node<'a>) -> Option<Node<'a>> {
    mapping.children().take_while(|child| *child != key).last()
}

/// A comma with the blanks before it.
fn comma_with_blanks(text: &str, before: usize, comma: usize) -> Range<usize> {
    if lines::is_whitespace(&text[before..comma]) { before..comma + 1 } else { comma..comma + 1 }
}
