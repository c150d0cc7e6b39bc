//! From the bytes of a scalar to its content: line breaks folded, escapes replaced, indentation removed.

use std::borrow::Cow;

use crate::yaml::bytes::{break_len, is_blank, starts_with_spaces};
use crate::yaml::tree::{Node, NodeKind, ScalarStyle};

/// The content of a scalar; of anything else, nothing.
pub(in crate::yaml) fn decode_scalar(node: Node<'_>) -> Cow<'_, str> {
    let raw = node.raw();
    let NodeKind::Scalar(style) = node.kind() else { return Cow::Borrowed("") };
    let content = match style {
        ScalarStyle::Plain => raw,
        ScalarStyle::Literal | ScalarStyle::Folded => return Cow::Owned(decode_block(raw, style, node.block_indent())),
        ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted | ScalarStyle::Json => &raw[1..raw.len() - 1],
    };
    if node.data().is_verbatim() {
        return Cow::Borrowed(content);
    }
    Cow::Owned(match style {
        ScalarStyle::Json => unescape_json(content),
        _ => fold_lines(content, style),
    })
}

/// The content of a line break: CR, CRLF and NEL are LF; LS and PS stay.
fn normalize_break(line_break: &str) -> &str {
    if line_break.starts_with(['\u{2028}', '\u{2029}']) { line_break } else { "\n" }
}

/// Blanks between words, seen so far: either all on one line, or with line breaks.
#[derive(Default)]
struct WhitespaceRun {
    folded: bool,
    first: String,
    rest: String,
}

impl WhitespaceRun {
    fn add_break(&mut self, line_break: &str) {
        let breaks = if self.folded { &mut self.rest } else { &mut self.first };
        breaks.push_str(normalize_break(line_break));
        self.folded = true;
    }

    /// A single break is a space; of more, the first is dropped.
    fn write_folded(self, out: &mut String) {
        if self.first != "\n" {
            out.push_str(&self.first);
            out.push_str(&self.rest);
        } else if self.rest.is_empty() {
            out.push(' ');
        } else {
            out.push_str(&self.rest);
        }
    }
}

/// Plain and quoted scalars of several lines or with escapes.
fn fold_lines(content: &str, style: ScalarStyle) -> String {
    let bytes = content.as_bytes();
    let mut out = String::with_capacity(content.len());
    let mut at = 0;
    while at < bytes.len() {
        let start = at;
        while at < bytes.len() && !is_blank(bytes, at) && break_len(bytes, at) == 0 {
            match (style, bytes[at]) {
                (ScalarStyle::DoubleQuoted, b'\\') => break,
                (ScalarStyle::SingleQuoted, b'\'') => {
                    at += 1;
                    break;
                }
                _ => at += 1,
            }
        }
        out.push_str(&content[start..at]);
        if style == ScalarStyle::SingleQuoted && at > start && bytes[at - 1] == b'\'' {
            at += 1;
        } else if style == ScalarStyle::DoubleQuoted && bytes.get(at) == Some(&b'\\') && break_len(bytes, at + 1) == 0 {
            at = unescape_yaml(content, at, &mut out);
        } else {
            at = fold_whitespace(content, at, &mut out);
        }
    }
    out
}

/// Passes blanks and line breaks. An escaped line break, where it starts, is none at all.
fn fold_whitespace(content: &str, start: usize, out: &mut String) -> usize {
    let bytes = content.as_bytes();
    let mut gap = WhitespaceRun::default();
    let mut at = start;
    if bytes.get(at) == Some(&b'\\') {
        at += 1 + break_len(bytes, at + 1);
        gap.folded = true;
    }
    loop {
        match break_len(bytes, at) {
            0 if is_blank(bytes, at) => at += 1,
            0 => break,
            len => {
                gap.add_break(&content[at..at + len]);
                at += len;
            }
        }
    }
    if gap.folded {
        gap.write_folded(out);
    } else {
        out.push_str(&content[start..at]);
    }
    at
}

/// One escape of a double-quoted scalar.
fn unescape_yaml(content: &str, at: usize, out: &mut String) -> usize {
    let digits = match content.as_bytes().get(at + 1) {
        Some(b'x') => 2,
        Some(b'u') => 4,
        Some(b'U') => 8,
        other => {
            out.push(match other {
                Some(b'0') => '\0',
                Some(b'a') => '\x07',
                Some(b'b') => '\x08',
                Some(b't' | b'\t') => '\t',
                Some(b'n') => '\n',
                Some(b'v') => '\x0B',
                Some(b'f') => '\x0C',
                Some(b'r') => '\r',
                Some(b'e') => '\x1B',
                Some(b'N') => '\u{85}',
                Some(b'_') => '\u{A0}',
                Some(b'L') => '\u{2028}',
                Some(b'P') => '\u{2029}',
                Some(&byte) => char::from(byte),
                None => return at + 1,
            });
            return at + 2;
        }
    };
    let end = at + 2 + digits;
    let code = content.get(at + 2..end).and_then(|hex| u32::from_str_radix(hex, 16).ok());
    out.push(code.and_then(char::from_u32).unwrap_or(char::REPLACEMENT_CHARACTER));
    end
}

/// A JSON string. Halves of surrogate pairs that stand alone become replacement characters, as in Go.
fn unescape_json(content: &str) -> String {
    let mut out = String::with_capacity(content.len());
    let mut rest = content;
    while let Some(at) = rest.find('\\') {
        out.push_str(&rest[..at]);
        let escape = &rest[at..];
        let mut len = 2;
        out.push(match escape.as_bytes().get(1) {
            Some(b'b') => '\x08',
            Some(b'f') => '\x0C',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => {
                let (character, used) = unescape_utf16(escape);
                len = used;
                character
            }
            Some(&byte) => char::from(byte),
            None => '\\',
        });
        rest = escape.get(len..).unwrap_or_default();
    }
    out.push_str(rest);
    out
}

/// `\uXXXX`, and the one after it when both make a pair.
fn unescape_utf16(escape: &str) -> (char, usize) {
    let first = parse_utf16_escape(escape, 0).unwrap_or(0xD800);
    if let Some(Ok(character)) = char::decode_utf16([first]).next() {
        return (character, 6);
    }
    if let Some(second) = parse_utf16_escape(escape, 6)
        && let Some(Ok(character)) = char::decode_utf16([first, second]).next()
    {
        return (character, 12);
    }
    (char::REPLACEMENT_CHARACTER, 6)
}

/// The code unit of `\uXXXX` at an offset.
fn parse_utf16_escape(text: &str, at: usize) -> Option<u16> {
    let hex = text.get(at..at + 6)?.strip_prefix("\\u")?;
    u16::from_str_radix(hex, 16).ok()
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum ChompMode {
    Strip,
    Clip,
    Keep,
}

/// A block scalar: `raw` begins with its header line.
fn decode_block(raw: &str, style: ScalarStyle, indent: usize) -> String {
    let (chomp, at) = read_header(raw);
    // Nearly every block scalar is literal and has no line breaks but LF.
    let body = &raw.as_bytes()[at..];
    if style == ScalarStyle::Literal && memchr::memchr3(b'\r', 0xC2, 0xE2, body).is_none() {
        decode_literal(&raw[at..], indent, chomp)
    } else {
        decode_any_block(raw, style, indent)
    }
}

/// The lines of a block of either style, with line breaks of every kind.
fn decode_any_block(raw: &str, style: ScalarStyle, indent: usize) -> String {
    let bytes = raw.as_bytes();
    let (chomp, mut at) = read_header(raw);
    let mut out = String::with_capacity(raw.len() - at);
    let mut last_break = "";
    let mut blank_lines = String::new();
    let mut indented = false;
    loop {
        at = pass_blank_lines(raw, at, indent, &mut blank_lines);
        if at >= bytes.len() {
            break;
        }
        let blank = is_blank(bytes, at);
        if style == ScalarStyle::Folded && !indented && !blank && last_break == "\n" {
            if blank_lines.is_empty() {
                out.push(' ');
            }
        } else {
            out.push_str(last_break);
        }
        out.push_str(&blank_lines);
        blank_lines.clear();
        indented = blank;
        let end = line_end(bytes, at);
        let next = end + break_len(bytes, end);
        out.push_str(&raw[at..end]);
        last_break = if next > end { normalize_break(&raw[end..next]) } else { "" };
        at = next;
    }
    if chomp != ChompMode::Strip {
        out.push_str(last_break);
    }
    if chomp == ChompMode::Keep {
        out.push_str(&blank_lines);
    }
    out
}

/// Adds a line without its indentation.
fn push_line(out: &mut String, line: &str, indent: usize) {
    let is_indented = starts_with_spaces(line.as_bytes(), indent);
    out.push_str(if is_indented { &line[indent..] } else { line.trim_start_matches(' ') });
}

/// The lines of a literal block whose line breaks are all LF, without their indentation.
fn decode_literal(body: &str, indent: usize, chomp: ChompMode) -> String {
    let mut out = String::with_capacity(body.len());
    let mut start = 0;
    for line_break in memchr::memchr_iter(b'\n', body.as_bytes()) {
        push_line(&mut out, &body[start..=line_break], indent);
        start = line_break + 1;
    }
    push_line(&mut out, &body[start..], indent);
    // Blank lines at the end are there only where they are kept.
    if chomp == ChompMode::Strip && out.ends_with('\n') {
        out.pop();
    }
    out
}

/// The treatment of the end, and the start of the first line after the header.
fn read_header(raw: &str) -> (ChompMode, usize) {
    let bytes = raw.as_bytes();
    let mut chomp = ChompMode::Clip;
    for &byte in bytes.iter().skip(1) {
        match byte {
            b'-' => chomp = ChompMode::Strip,
            b'+' => chomp = ChompMode::Keep,
            b'0'..=b'9' => {}
            _ => break,
        }
    }
    let end = line_end(bytes, 0);
    (chomp, end + break_len(bytes, end))
}

fn line_end(bytes: &[u8], start: usize) -> usize {
    let mut at = start;
    // The bytes that can start a line break: LF, CR, and the first of NEL, LS and PS.
    while let Some(&byte) = bytes.get(at) {
        if matches!(byte, b'\n' | b'\r' | 0xC2 | 0xE2) && break_len(bytes, at) > 0 {
            break;
        }
        at += 1;
    }
    at
}

fn pass_blank_lines(raw: &str, start: usize, indent: usize, breaks: &mut String) -> usize {
    let bytes = raw.as_bytes();
    let mut at = start;
    loop {
        let line = at;
        while at - line < indent && bytes.get(at) == Some(&b' ') {
            at += 1;
        }
        match break_len(bytes, at) {
            0 => return at,
            len => {
                breaks.push_str(normalize_break(&raw[at..at + len]));
                at += len;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// The short way for literal blocks gives what the long way gives.
        #[test]
        fn literal_blocks_are_read_the_same_in_both_ways(
            chomp in "[-+]?",
            lines in proptest::collection::vec("( {0,4}|  [a-z: #]{0,6}[a-z])", 0..6),
        ) {
            let body: String = lines.iter().map(|line| format!("{line}\n")).collect();
            let text = format!("a: |2{chomp}\n{body}b: 1\n");
            for document in crate::yaml::read_documents(&text, &crate::yaml::Limits::default()) {
                let crate::yaml::DocumentContent::Tree(tree) = document.content else { continue };
                let Some(node) = tree.root(&text).get("a") else { continue };
                let raw = node.raw();
                let indent = node.block_indent();
                let (chomp, at) = read_header(raw);
                prop_assert_eq!(decode_literal(&raw[at..], indent, chomp), decode_any_block(raw, ScalarStyle::Literal, indent));
            }
        }
    }
}
