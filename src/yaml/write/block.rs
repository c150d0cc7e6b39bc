//! New entries in block mappings: lines of their own in the indentation of their neighbours.

use super::lines;
use super::origin::Origin;
use super::scalar::write_in_style;
use super::{NewEntries, PathEntry, Record, key_style};
use crate::edit::Edit;
use crate::yaml::tree::{Node, NodeKind, ScalarStyle};

/// The indentation of files that show none.
const STEP: usize = 2;

/// Adds an entry: as the first one, right under the line that leads to the mapping, or as the last one, before the
/// comments that follow.
pub(super) fn insert_in_block(mapping: Node<'_>, first: bool, new: &NewEntries<'_>) -> Vec<Edit> {
    let place = if first { find_first_place(mapping) } else { find_last_place(mapping) };
    let last_key = mapping.own_keys().last();
    let text = mapping.source_text();
    let column = lines::column(text, mapping.span().start);
    let lines = BlockEntryWriter {
        column,
        step: measure_step(mapping),
        style: key_style(last_key),
        eol: lines::line_break(text, place.at),
    };
    let mut written = lines.write_entries(new);
    if place.indented {
        // The indentation before the old entry serves the new one.
        written = format!("{}{}", &written[column..], lines.indentation(column));
    }
    vec![Edit::insertion(place.at, written)]
}

/// Writes the entry below a key that has no value.
pub(super) fn write_below_key(level: PathEntry<'_>, new: &NewEntries<'_>, origin: Origin) -> Edit {
    let PathEntry { mapping, key, value } = level;
    let text = mapping.source_text();
    let at = lines::end_of_line(text, lines::end_of_head(key, value));
    let column = lines::column(text, mapping.span().start);
    let step = measure_step(mapping);
    let usual = key_style(Some(key));
    let recorded = origin.style_in_lines(usual, new.first_key()).filter(|_| new.record == Record::Kept);
    let style = recorded.unwrap_or(usual);
    let lines = BlockEntryWriter { column: column + step, step, style, eol: lines::line_break(text, at) };
    let mut written = lines.write_entries(new);
    if origin == Origin::NoColon {
        // A key after `? ` for which there is no `:` yet.
        written = format!("{}:{}{written}", lines.indentation(column), lines.eol);
    }
    Edit::insertion(at, written)
}

struct InsertionPoint {
    at: usize,
    /// Set if it is behind the indentation of an entry rather than at the start of a line.
    indented: bool,
}

fn find_first_place(mapping: Node<'_>) -> InsertionPoint {
    let text = mapping.source_text();
    let start = mapping.span().start;
    if mapping.parent().is_some_and(is_block_mapping)
        && lines::lead_of(text, start).is_some()
        && let Some(key) = mapping.key()
    {
        return InsertionPoint { at: lines::end_of_line(text, lines::end_of_head(key, mapping)), indented: false };
    }
    InsertionPoint { at: start, indented: true }
}

fn find_last_place(mapping: Node<'_>) -> InsertionPoint {
    let text = mapping.source_text();
    let end = mapping.span().end;
    let at = lines::end_of_line(text, end);
    // After a block scalar without a final line break, kustomize would read one more into the block.
    let behind_block = at == text.len() && lines::starts_line(text, end);
    if behind_block
        && let Some(last_key) = mapping.own_keys().last()
        && let Some(at) = find_entry_start(mapping, last_key)
    {
        return InsertionPoint { at, indented: true };
    }
    InsertionPoint { at, indented: false }
}

/// The start of an entry: all entries of a block mapping stand in one column, with or without a `? `.
pub(super) fn find_entry_start(mapping: Node<'_>, key: Node<'_>) -> Option<usize> {
    let text = mapping.source_text();
    let key_start = key.full_span().start;
    let behind = lines::column(text, key_start).checked_sub(lines::column(text, mapping.span().start))?;
    let start = key_start.checked_sub(behind)?;
    let indicator = text.get(start..key_start)?;
    (indicator.trim_end_matches([' ', '\t']) == "?" || indicator.is_empty()).then_some(start)
}

struct BlockEntryWriter {
    column: usize,
    step: usize,
    style: ScalarStyle,
    eol: &'static str,
}

impl BlockEntryWriter {
    fn indentation(&self, column: usize) -> String {
        " ".repeat(column)
    }

    /// Each key on a line of its own; those of the path one below the other.
    fn write_entries(&self, new: &NewEntries<'_>) -> String {
        let mut out = String::new();
        let mut style = self.style;
        for (depth, key) in new.path.iter().enumerate() {
            let key = write_in_style(key, style, false);
            // Quotes other than those of the key above would record what was in the place of the mapping.
            style = if key.starts_with('"') { ScalarStyle::DoubleQuoted } else { style };
            self.write_line(&mut out, depth, &key, "");
        }
        for (key, text) in new.entries {
            self.write_line(&mut out, new.path.len(), &write_in_style(key, style, false), text);
        }
        out
    }

    fn write_line(&self, out: &mut String, depth: usize, key: &str, text: &str) {
        out.push_str(&self.indentation(self.column + depth * self.step));
        out.push_str(key);
        out.push(':');
        if !text.is_empty() {
            out.push(' ');
            out.push_str(text);
        }
        out.push_str(self.eol);
    }
}

/// By how much mappings are indented here: first below the neighbours, then on the way up.
fn measure_step(mapping: Node<'_>) -> usize {
    for value in mapping.own_values() {
        if let Some(step) = step_between(mapping, value) {
            return step;
        }
    }
    let mut inner = mapping;
    for outer in mapping.ancestors() {
        if let Some(step) = step_between(outer, inner) {
            return step;
        }
        inner = outer;
    }
    STEP
}

/// By how much one block mapping is indented below another.
fn step_between(outer: Node<'_>, inner: Node<'_>) -> Option<usize> {
    if !is_block_mapping(outer) || !is_block_mapping(inner) {
        return None;
    }
    let text = outer.source_text();
    let outer_column = lines::column(text, outer.span().start);
    let inner_column = lines::column(text, inner.span().start);
    if inner_column > outer_column { Some(inner_column - outer_column) } else { None }
}

fn is_block_mapping(node: Node<'_>) -> bool {
    node.kind() == NodeKind::Mapping { flow: false }
}
