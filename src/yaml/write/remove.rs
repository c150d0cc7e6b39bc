//! Entries taken away again, with the mappings that they leave empty.

use std::borrow::Cow;
use std::ops::Range;

use super::origin::Origin;
use super::refused::{EditRefusal, RefusalReason};
use super::{
    PathEnd, PathEntry, ReachedPath, block, check_own_anchor, find_merged, find_merged_value, follow_path, lines,
};
use crate::edit::{Edit, Edits};
use crate::yaml::Limits;
use crate::yaml::reader::{DocumentContent, read_documents};
use crate::yaml::tree::{Node, NodeKind};

/// Removes `key` from the mapping at `path` below `base`; no edits when it is not there.
///
/// A mapping of the path that becomes empty gets back what stood in its place before [`set_entry`](super::set_entry):
/// nothing, a null or empty braces; `base` itself stays, as `{}` if need be. In block style, comments on lines of their
/// own stay.
///
/// # Errors
/// [`EditRefusal`] when the edit would change something else too.
pub fn remove_entry(base: Node<'_>, path: &[&str], key: &str) -> Result<Vec<Edit>, EditRefusal> {
    remove_entries(base, path, &[key])
}

/// Removes several keys from the mapping at `path` below `base`, each as [`remove_entry`] does.
///
/// # Errors
/// [`EditRefusal`] as for [`remove_entry`].
pub fn remove_entries(base: Node<'_>, path: &[&str], keys: &[&str]) -> Result<Vec<Edit>, EditRefusal> {
    let mut entries = Vec::new();
    let mut above = Vec::new();
    for key in keys {
        let names = [path, &[*key]].concat();
        if base.get_path(&names).is_none() {
            continue;
        }
        let ReachedPath { mut levels, end } = follow_path(base, &names)?;
        let Some(last) = levels.pop() else { continue };
        if let PathEnd::Merged(mapping, supplied) = end {
            return Err(EditRefusal::new(RefusalReason::Merged, mapping.span(), supplied.span()));
        }
        let holder = if let PathEnd::Absent(mapping) = end { mapping } else { last.mapping };
        if let Some((merge, supplied)) = find_merged(holder, key) {
            return Err(EditRefusal::new(RefusalReason::Merged, merge.span(), supplied.span()));
        }
        if !matches!(last.value.kind(), NodeKind::Scalar(_) | NodeKind::Alias) {
            return Err(EditRefusal::new(RefusalReason::NotAScalar, last.value.full_span(), None));
        }
        check_own_anchor(last.key)?;
        check_own_anchor(last.value)?;
        entries.push(last);
        above = levels;
    }
    entries.sort_by_key(|entry| entry.key.span().start);
    remove_siblings(entries, above)
}

/// Removes entries of one mapping, and what they leave empty of the entries above, which are given from the top.
fn remove_siblings<'a>(entries: Vec<PathEntry<'a>>, mut above: Vec<PathEntry<'a>>) -> Result<Vec<Edit>, EditRefusal> {
    // The entries that go as one: those of the innermost mapping that stays, then what they hold.
    let mut cut = entries;
    loop {
        let Some(first) = cut.first().copied() else { return Ok(Vec::new()) };
        let removed = cut.iter().filter(|entry| entry.mapping == first.mapping).count();
        if first.mapping.own_keys().count() > removed {
            return match above.last() {
                Some(holder) if is_merged_copy(holder, &cut[..removed]) => remove_whole(holder),
                _ => remove_some(&cut, removed),
            };
        }
        let origin = Origin::of_mapping(first.mapping, first.key);
        let Some(holder) = above.pop() else { return remove_all(&cut, origin) };
        if origin != Origin::Absent {
            return restore_mapping(holder, &cut, origin);
        }
        check_own_anchor(holder.key)?;
        cut.insert(0, holder);
    }
}

/// Removes entries of a mapping that keeps others: the first so many of these, which hold the rest.
fn remove_some(cut: &[PathEntry<'_>], siblings: usize) -> Result<Vec<Edit>, EditRefusal> {
    let PathEntry { mapping, key, value } = cut[0];
    match lines::is_in_braces(mapping) {
        Some(true) if siblings > 1 => remove_several_from_braces(mapping, &cut[..siblings]),
        Some(true) => Ok(remove_from_braces(mapping, key, value)),
        Some(false) if siblings > 1 => {
            let mut edits = Vec::new();
            for run in split_runs(cut) {
                edits.extend(remove_from_lines(run, run.len())?);
            }
            Ok(edits)
        }
        Some(false) => remove_from_lines(cut, 1),
        None => Err(EditRefusal::new(RefusalReason::Layout, mapping.span(), None)),
    }
}

/// Returns `true` if a mapping without some of its entries is what `<<` supplies in its place: it was written out for
/// their sake.
fn is_merged_copy(holder: &PathEntry<'_>, removed: &[PathEntry<'_>]) -> bool {
    let name = holder.key.key_text().unwrap_or_default();
    let Some(supplied) = find_merged_value(holder.mapping, &name) else { return false };
    let text_of =
        |(key, _, value): &(Cow<'_, str>, Node<'_>, Node<'_>)| (key.to_string(), value.as_str().map(Cow::into_owned));
    let is_removed = |key: &Node<'_>| removed.iter().any(|entry| entry.key == *key);
    let kept: Vec<_> = holder.value.entries().into_iter().filter(|(_, key, _)| !is_removed(key)).collect();
    let supplied = supplied.entries();
    kept.len() == supplied.len() && kept.iter().map(text_of).eq(supplied.iter().map(text_of))
}

/// Removes an entry with all that its value holds.
fn remove_whole(entry: &PathEntry<'_>) -> Result<Vec<Edit>, EditRefusal> {
    let PathEntry { mapping, key, value } = *entry;
    if lines::is_in_braces(mapping) == Some(true) {
        return Ok(remove_from_braces(mapping, key, value));
    }
    let text = mapping.source_text();
    match lines_of(entry) {
        Some(lines) => Ok(vec![Edit::deletion(lines.start..lines::end_of_line(text, value.span().end).max(lines.end))]),
        None => Err(EditRefusal::new(RefusalReason::Layout, key.span(), None)),
    }
}

/// Splits entries of one mapping where others stand between them.
fn split_runs<'e, 'a>(entries: &'e [PathEntry<'a>]) -> Vec<&'e [PathEntry<'a>]> {
    entries.chunk_by(|one, other| one.value.next_sibling() == Some(other.key)).collect()
}

/// Removes all entries of the mapping that the path starts from.
fn remove_all(cut: &[PathEntry<'_>], origin: Origin) -> Result<Vec<Edit>, EditRefusal> {
    let mapping = cut[0].mapping;
    match lines::is_in_braces(mapping) {
        Some(true) if matches!(origin, Origin::Braces | Origin::BracesWithLines) => {
            Ok(vec![empty_braces(mapping, cut, origin)])
        }
        Some(true) => Ok(vec![Edit::deletion(mapping.span().start + 1..mapping.span().end - 1)]),
        Some(false) => {
            let end = mapping.span().start + mapping.raw().trim_end_matches(lines::BREAKS).len();
            Ok(vec![Edit::replacement(mapping.span().start..end, "{}")])
        }
        None => Err(EditRefusal::new(RefusalReason::Layout, mapping.span(), None)),
    }
}

/// Gives an entry the value back that it had before its mapping was written.
fn restore_mapping(holder: PathEntry<'_>, cut: &[PathEntry<'_>], origin: Origin) -> Result<Vec<Edit>, EditRefusal> {
    let mapping = cut[0].mapping;
    let span = mapping.span();
    let in_lines = lines::is_in_braces(mapping) == Some(false);
    match origin {
        Origin::NoValue if in_lines => remove_from_lines(cut, 1),
        Origin::NoColon if in_lines => {
            let mut edits = remove_from_lines(cut, 1)?;
            edits.insert(0, Edit::deletion(lines_of_colon(holder, mapping)));
            Ok(edits)
        }
        Origin::Null(text) => Ok(vec![Edit::replacement(span, text)]),
        Origin::NoValue => Ok(vec![Edit::deletion(span.start - 1..span.end)]),
        Origin::NoColon => Ok(vec![Edit::deletion(span.start - 2..span.end)]),
        Origin::Absent | Origin::Braces | Origin::BracesWithLines => Ok(vec![empty_braces(mapping, cut, origin)]),
    }
}

/// The line with nothing but the colon between a key and the mapping below it.
fn lines_of_colon(holder: PathEntry<'_>, mapping: Node<'_>) -> Range<usize> {
    let text = mapping.source_text();
    let start = lines::end_of_line(text, holder.key.span().end);
    let end = lines::next_line(text, start);
    if text[start..end].trim() == ":" { start..end } else { start..start }
}

/// Takes everything written out of braces.
fn empty_braces(mapping: Node<'_>, cut: &[PathEntry<'_>], origin: Origin) -> Edit {
    let text = mapping.source_text();
    let (open, close) = (mapping.span().start + 1, mapping.span().end - 1);
    let start = cut[0].key.full_span().start;
    let end = match cut.iter().rfind(|entry| entry.mapping == mapping) {
        Some(last) => last.value.span().end,
        None => close,
    };
    match lines::lead_of(text, start) {
        Some(lead) if origin == Origin::BracesWithLines => {
            Edit::deletion(start - lead.len()..lines::next_line(text, end).min(close))
        }
        // The braces were widened to lines.
        Some(_) => Edit::deletion(open..close),
        None if text[open..start] == text[end..close] => Edit::deletion(start..close),
        None => Edit::deletion(start..find_behind_comma(text, end..close).unwrap_or(end)),
    }
}

/// Removes the lines of entries of a block mapping: the first so many of these, which hold the rest.
fn remove_from_lines(cut: &[PathEntry<'_>], siblings: usize) -> Result<Vec<Edit>, EditRefusal> {
    let PathEntry { mapping, key, .. } = cut[0];
    let text = mapping.source_text();
    let unsafe_layout = EditRefusal::new(RefusalReason::Layout, key.span(), None);
    if key.full_span().start == mapping.span().start && lines::lead_of(text, key.full_span().start).is_none() {
        // The first entry shares its line with the `- ` of a list: the next one takes its place.
        let Some(next_key) = cut[siblings - 1].value.next_sibling() else { return Err(unsafe_layout) };
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

/// Removes some of the entries in braces: the text of the mapping is read by itself, and they go one by one.
fn remove_several_from_braces(mapping: Node<'_>, entries: &[PathEntry<'_>]) -> Result<Vec<Edit>, EditRefusal> {
    let mut text = mapping.raw().to_string();
    for entry in entries {
        let key = entry.key.key_text().unwrap_or_default();
        let refusal = || EditRefusal::new(RefusalReason::Layout, mapping.span(), None);
        let mut documents = read_documents(&text, &Limits::default());
        let Some(DocumentContent::Tree(tree)) = documents.pop().map(|document| document.content) else {
            return Err(refusal());
        };
        let mut edits = Edits::default();
        for edit in remove_entry(tree.root(&text), &[], &key).map_err(|_| refusal())? {
            edits.insert(edit).map_err(|_| refusal())?;
        }
        text = edits.apply(&text);
    }
    Ok(vec![Edit::replacement(mapping.span(), text)])
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
