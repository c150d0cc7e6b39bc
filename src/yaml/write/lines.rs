//! Lines and the blanks in them: what the bytes between nodes tell.

use std::ops::Range;

use crate::yaml::bytes::{break_len, is_blank};
use crate::yaml::tree::{Node, NodeKind};

pub(super) const BREAKS: [char; 5] = ['\n', '\r', '\u{85}', '\u{2028}', '\u{2029}'];
const BYTE_ORDER_MARK: char = '\u{feff}';

/// The start of the line of `at`. A byte order mark is not a part of the line.
pub(super) fn line_start(text: &str, at: usize) -> usize {
    let line = match text[..at].rfind(BREAKS) {
        Some(found) => found + break_len(text.as_bytes(), found),
        None => 0,
    };
    if text[line..at].starts_with(BYTE_ORDER_MARK) { line + BYTE_ORDER_MARK.len_utf8() } else { line }
}

/// The start of the line after the one of `at`, or the end of the text.
pub(super) fn next_line(text: &str, at: usize) -> usize {
    let bytes = text.as_bytes();
    let end = (at..bytes.len()).find(|&at| break_len(bytes, at) > 0).unwrap_or(bytes.len());
    end + break_len(bytes, end)
}

/// The end of the last line of something: `end` itself if that is behind a line break, as of a block scalar.
pub(super) fn end_of_line(text: &str, end: usize) -> usize {
    if starts_line(text, end) { end } else { next_line(text, end) }
}

/// Returns `true` if a line break stands right before `at`.
pub(super) fn starts_line(text: &str, at: usize) -> bool {
    text[..at].ends_with(BREAKS)
}

/// The bytes before `at` on its line, if they are only blanks. Looks no further back than that: a line may be long.
pub(super) fn lead_of(text: &str, at: usize) -> Option<&str> {
    let before = text[..at].trim_end_matches([' ', '\t']);
    let line = before.strip_suffix(BYTE_ORDER_MARK).unwrap_or(before);
    if line.is_empty() || line.ends_with(BREAKS) { Some(&text[before.len()..at]) } else { None }
}

pub(super) fn is_whitespace(text: &str) -> bool {
    text.trim_start_matches([' ', '\t']).is_empty()
}

/// The blanks with which the line of `at` starts.
pub(super) fn indentation(text: &str, at: usize) -> &str {
    let line = &text[line_start(text, at)..at];
    &line[..line.len() - line.trim_start_matches([' ', '\t']).len()]
}

/// The column in characters.
pub(super) fn column(text: &str, at: usize) -> usize {
    text[line_start(text, at)..at].chars().count()
}

/// The line break that is used around `at`: that of the line before, or else of the line itself.
pub(super) fn line_break(text: &str, at: usize) -> &'static str {
    let line = match (text[..at].rfind('\n'), text[at..].find('\n')) {
        (Some(before), _) => &text[..before],
        (None, Some(after)) => &text[..at + after],
        (None, None) => return "\n",
    };
    if line.ends_with('\r') { "\r\n" } else { "\n" }
}

/// The offset of `wanted` between two nodes: the bytes there are whitespace, line breaks, comments and indicators.
pub(super) fn find_indicator(text: &str, range: Range<usize>, wanted: u8) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut at = range.start;
    while at < range.end {
        match bytes[at] {
            byte if byte == wanted => return Some(at),
            b'#' => at = next_line(text, at),
            _ => at += 1,
        }
    }
    None
}

/// The end of the head of an entry's value: its `:`, or the last of its anchor and tag. Without a `:`, the key's end.
pub(super) fn end_of_head(key: Node<'_>, value: Node<'_>) -> usize {
    let text = key.source_text();
    let key_end = key.span().end;
    let props = value.full_span().start..value.span().start;
    let mut end = match find_indicator(text, key_end..props.start, b':') {
        Some(colon) => colon + 1,
        None => key_end,
    };
    let mut at = props.start;
    let bytes = text.as_bytes();
    while at < props.end {
        if bytes[at] == b'#' {
            at = next_line(text, at);
        } else if is_blank(bytes, at) || break_len(bytes, at) > 0 {
            at += 1;
        } else {
            while at < props.end && !is_blank(bytes, at) && break_len(bytes, at) == 0 {
                at += 1;
            }
            end = at;
        }
    }
    end
}

/// Returns `true` if a mapping is in braces; `None` for the single pair of `[a: b]`, which has none.
pub(super) fn is_in_braces(mapping: Node<'_>) -> Option<bool> {
    match mapping.kind() {
        NodeKind::Mapping { flow: false } => Some(false),
        _ if mapping.raw().starts_with('{') => Some(true),
        _ => None,
    }
}

/// Returns `true` if there is nothing but blank lines.
pub(super) fn has_only_blank_lines(text: &str) -> bool {
    text.trim_matches(BREAKS).split(BREAKS).all(is_whitespace)
}
