//! New entries in flow mappings, YAML's and JSON's: on the line, or on lines of their own where the neighbours are.

use super::origin::Origin;
use super::scalar::write_in_style;
use super::{NewEntries, PathEntry, key_style, lines};
use crate::edit::Edit;
use crate::yaml::tree::{Node, NodeKind, ScalarStyle};

/// Adds an entry as the first or the last one.
pub(super) fn insert_in_flow(mapping: Node<'_>, first: bool, new: &NewEntries<'_>) -> Vec<Edit> {
    let Some((first_key, _)) = mapping.pairs().next() else { return vec![fill_empty(mapping, new)] };
    let layout = FlowLayout::of(mapping);
    if !first {
        return append_entries(mapping, &layout, new);
    }
    let entry = layout.write_entry(new);
    let at = first_key.full_span().start;
    let gap = match &layout.lines {
        Some(lines) => format!(",{}{}", lines.eol, lines.lead),
        None => layout.comma.clone(),
    };
    vec![Edit::insertion(at, entry + &gap)]
}

/// The text of a mapping with one new entry, as the value of an entry.
pub(super) fn write_mapping(level: PathEntry<'_>, new: &NewEntries<'_>) -> String {
    FlowLayout::below(level.mapping, level.key).write_in_braces(new)
}

/// Adds an entry behind the last one; a comma at the end stays at the end.
fn append_entries(mapping: Node<'_>, layout: &FlowLayout, new: &NewEntries<'_>) -> Vec<Edit> {
    let Some((_, value)) = mapping.pairs().last() else { return Vec::new() };
    let (end, close) = (value.span().end, mapping.span().end - 1);
    let final_comma = lines::find_indicator(mapping.source_text(), end..close, b',');
    let entry = layout.write_entry(new);
    // Right behind a `:` or a tag, a comma would become a part of it.
    let pad = if value.span().is_empty() { " " } else { "" };
    match (&layout.lines, final_comma) {
        (Some(own), Some(at)) => vec![own.insert(mapping, at + 1, &(entry + ","))],
        (Some(own), None) => {
            vec![Edit::insertion(end, format!("{pad},")), own.insert(mapping, end, &entry)]
        }
        (None, Some(at)) => {
            let gap = layout.comma.trim_start().trim_start_matches(',');
            vec![Edit::insertion(at + 1, format!("{gap}{entry},"))]
        }
        (None, None) => vec![Edit::insertion(end, format!("{pad}{}{entry}", layout.comma))],
    }
}

/// Writes an entry into `{}`. Comments and blanks between the braces stay.
fn fill_empty(mapping: Node<'_>, new: &NewEntries<'_>) -> Edit {
    let text = mapping.source_text();
    let span = mapping.span();
    let close = span.end - 1;
    let inside = &text[span.start + 1..close];
    let has_lines = !lines::is_whitespace(inside);
    let origin = if has_lines { Origin::BracesWithLines } else { Origin::Braces };
    let mut new = NewEntries { ..*new };
    let layout = match (mapping.parent(), mapping.key()) {
        (Some(holder), Some(key)) => {
            if holder.kind() != (NodeKind::Mapping { flow: false }) {
                new = new.in_braces_of(origin, key);
            }
            FlowLayout::below(holder, key)
        }
        _ => FlowLayout::root(mapping),
    };
    if has_lines {
        let lead = lines::lead_of(text, close).unwrap_or_default();
        let own = format!(
            "{lead}  {}{}",
            FlowLayout { lines: None, ..layout }.write_entry(&new),
            lines::line_break(text, close)
        );
        return Edit::insertion(close - lead.len(), own);
    }
    if layout.lines.is_some() && inside.is_empty() {
        return Edit::replacement(span, layout.write_in_braces(&new));
    }
    Edit::insertion(close, FlowLayout { lines: None, ..layout }.write_entry(&new) + inside)
}

/// The layout of the entries of a flow mapping.
struct FlowLayout {
    /// Between key and value.
    colon: String,
    /// Between entries on one line.
    comma: String,
    style: ScalarStyle,
    /// The layout of lines, if each entry has a line of its own.
    lines: Option<EntryLines>,
    /// Set if a comma follows the last entry too, as in KYAML (`kubectl get -o kyaml`).
    ends_with_comma: bool,
}

struct EntryLines {
    lead: String,
    step: String,
    eol: &'static str,
}

impl FlowLayout {
    /// The layout of a mapping with entries.
    fn of(mapping: Node<'_>) -> FlowLayout {
        let text = mapping.source_text();
        let pairs: Vec<_> = mapping.pairs().collect();
        let last = pairs.last().copied();
        let (style, between) = match last {
            Some((key, value)) => (key_style(Some(key)), &text[key.span().end..value.full_span().start]),
            None => (key_style(None), ": "),
        };
        let colon = match between {
            ":" if style != ScalarStyle::Plain => between,
            " : " => between,
            _ => ": ",
        };
        let gap = match pairs.as_slice() {
            [.., (_, value), (key, _)] => &text[value.span().end..key.full_span().start],
            _ => "",
        };
        let comma = match gap {
            "," | ", " | " , " => gap,
            _ if colon == ":" => ",",
            _ => ", ",
        };
        let mut lines = None;
        let mut ends_with_comma = false;
        if let Some((last_key, last_value)) = last {
            lines = EntryLines::of(mapping, last_key);
            let after_last = last_value.span().end..mapping.span().end.saturating_sub(1);
            ends_with_comma = lines.is_some() && lines::find_indicator(text, after_last, b',').is_some();
        }
        FlowLayout { colon: colon.to_string(), comma: comma.to_string(), style, lines, ends_with_comma }
    }

    /// The layout of a new mapping that is the value of `key` in `holder`.
    fn below(holder: Node<'_>, key: Node<'_>) -> FlowLayout {
        match holder.kind() {
            NodeKind::Mapping { flow: true } => {
                let layout = FlowLayout::of(holder);
                let lines = layout.lines.map(EntryLines::deeper);
                FlowLayout { style: key_style(Some(key)), lines, ..layout }
            }
            _ => FlowLayout { style: key_style(Some(key)), ..FlowLayout::plain() },
        }
    }

    /// The layout of a mapping that nobody holds, or that is in a list.
    fn root(mapping: Node<'_>) -> FlowLayout {
        let style = if mapping.tree.json { ScalarStyle::DoubleQuoted } else { ScalarStyle::Plain };
        FlowLayout { style, ..FlowLayout::plain() }
    }

    fn plain() -> FlowLayout {
        FlowLayout {
            colon: ": ".to_string(),
            comma: ", ".to_string(),
            style: ScalarStyle::Plain,
            lines: None,
            ends_with_comma: false,
        }
    }

    /// `key: value, key: value`, or `key: {key: value}` to any depth.
    fn write_entry(&self, new: &NewEntries<'_>) -> String {
        let mut out = String::new();
        for (depth, key) in new.path.iter().enumerate() {
            self.push_key(&mut out, key, if depth == 0 { new.blanks } else { 0 });
            out.push('{');
            self.push_line(&mut out, depth + 1);
        }
        for (index, (key, text)) in new.entries.iter().enumerate() {
            match self.lines {
                _ if index == 0 => {}
                Some(_) => {
                    out.push(',');
                    self.push_line(&mut out, new.path.len());
                }
                None => out.push_str(&self.comma),
            }
            self.push_key(&mut out, key, if index == 0 && new.path.is_empty() { new.blanks } else { 0 });
            out.push_str(text);
        }
        for depth in (0..new.path.len()).rev() {
            self.push_final_comma(&mut out);
            self.push_line(&mut out, depth);
            out.push('}');
        }
        out
    }

    /// A key and its colon, with so many more blanks between them.
    fn push_key(&self, out: &mut String, key: &str, blanks: usize) {
        out.push_str(&write_in_style(key, self.style, true));
        if blanks > 0 {
            out.push_str(&" ".repeat(blanks));
            out.push_str(self.colon.trim_start_matches(' '));
        } else {
            out.push_str(&self.colon);
        }
    }

    /// A mapping in braces; `self` is the layout of its entries.
    fn write_in_braces(&self, new: &NewEntries<'_>) -> String {
        let mut entry = self.write_entry(new);
        self.push_final_comma(&mut entry);
        match &self.lines {
            Some(EntryLines { lead, step, eol }) => {
                let outer = lead.strip_suffix(step.as_str()).unwrap_or_default();
                format!("{{{eol}{lead}{entry}{eol}{outer}}}")
            }
            None => format!("{{{entry}}}"),
        }
    }

    fn push_final_comma(&self, out: &mut String) {
        if self.ends_with_comma {
            out.push(',');
        }
    }

    fn push_line(&self, out: &mut String, depth: usize) {
        if let Some(EntryLines { lead, step, eol }) = &self.lines {
            out.push_str(eol);
            out.push_str(lead);
            out.push_str(&step.repeat(depth));
        }
    }
}

impl EntryLines {
    /// The lines of a mapping's entries, if its last one has a line of its own.
    fn of(mapping: Node<'_>, last_key: Node<'_>) -> Option<EntryLines> {
        let text = mapping.source_text();
        let at = last_key.full_span().start;
        let lead = lines::lead_of(text, at)?;
        let outer = lines::indentation(text, mapping.span().start);
        let step = match lead.strip_prefix(outer) {
            None | Some("") => "  ",
            Some(step) => step,
        };
        Some(EntryLines { lead: lead.to_string(), step: step.to_string(), eol: lines::line_break(text, at) })
    }

    /// Writes an entry on a line after the one of `after`, or at `after` if the mapping ends on that line.
    fn insert(&self, mapping: Node<'_>, after: usize, entry: &str) -> Edit {
        let EntryLines { lead, eol, .. } = self;
        let line = lines::next_line(mapping.source_text(), after);
        if line < mapping.span().end {
            Edit::insertion(line, format!("{lead}{entry}{eol}"))
        } else {
            Edit::insertion(after, format!("{eol}{lead}{entry}"))
        }
    }

    fn deeper(self) -> EntryLines {
        EntryLines { lead: self.lead + &self.step, ..self }
    }
}
