//! Entries of block mappings in one line, which most lines of manifests are.
//!
//! They are passed at once, with their line break and the indentation of the next line. This recognises less than the
//! functions for the parts of a line do, and what it recognises leaves the scanner as they would: a plain key, and a value
//! that is plain or in quotes and ends with the line, or none. The next line must have content, which must not be deeper
//! after a value.

use std::ops::Range;

use super::Scanner;
use super::keys::MAX_KEY_CHARACTERS;
use super::lines::quoted_len;
use crate::yaml::bytes::{CLASS, PLAIN_START, find_line_stop, space_len};
use crate::yaml::tree::ScalarStyle;

/// An entry in one line. The bytes of its scalars are their content.
pub(in crate::yaml) struct LineEntry {
    pub(in crate::yaml) key: Range<u32>,
    /// The value, if it stands in the same line.
    pub(in crate::yaml) value: Option<LineValue>,
}

/// The value of an entry in one line.
pub(in crate::yaml) struct LineValue {
    pub(in crate::yaml) style: ScalarStyle,
    pub(in crate::yaml) span: Range<u32>,
}

impl Scanner<'_> {
    /// Passes an entry of the innermost mapping, and goes to the content of the next line.
    pub(in crate::yaml) fn take_line_entry(&mut self) -> Option<LineEntry> {
        if self.column() == self.indent { self.pass_entry() } else { None }
    }

    /// Opens a mapping that is deeper than the innermost collection, passes its first entry, and goes to the content of the
    /// next line.
    pub(in crate::yaml) fn take_first_line_entry(&mut self) -> Option<LineEntry> {
        let column = self.column();
        if column <= self.indent {
            return None;
        }
        let entry = self.pass_entry()?;
        self.indents.push(self.indent);
        self.indent = column;
        Some(entry)
    }

    fn pass_entry(&mut self) -> Option<LineEntry> {
        let (bytes, start) = (self.bytes, self.pos);
        if !self.key_allowed || !starts_plain(*bytes.get(start)?) {
            return None;
        }
        let colon = find_line_stop(bytes, start + 1);
        let Some(&[b':', next, first, ..]) = bytes.get(colon..) else { return None };
        if bytes[colon - 1] == b' ' || colon - start > MAX_KEY_CHARACTERS {
            return None;
        }
        let key = start as u32..colon as u32;
        let (value, end) = match next {
            b' ' => {
                let start = colon + 2;
                let (style, end) = find_value_end(bytes, start, first)?;
                (Some(LineValue { style, span: start as u32..end as u32 }), end)
            }
            b'\n' => (None, colon + 1),
            _ => return None,
        };
        let line = end + 1;
        let next = line + space_len(&bytes[line..]);
        let has_content = !matches!(bytes.get(next)?, b'\n' | b'\r' | b'\t' | b'#');
        let continues = value.is_some() && (next - line) as isize > self.column();
        if !has_content || continues {
            return None;
        }
        (self.pos, self.line_start) = (next, line);
        Some(LineEntry { key, value })
    }
}

/// Finds the line break at which a value ends, which starts with a byte.
fn find_value_end(bytes: &[u8], start: usize, first: u8) -> Option<(ScalarStyle, usize)> {
    let (style, end) = match first {
        b'"' | b'\'' => {
            let (style, len) = quoted_len(&bytes[start..], first)?;
            (style, start + len)
        }
        _ if starts_plain(first) => (ScalarStyle::Plain, find_plain_end(bytes, start)?),
        _ => return None,
    };
    (bytes.get(end) == Some(&b'\n')).then_some((style, end))
}

fn starts_plain(byte: u8) -> bool {
    CLASS[byte as usize] & PLAIN_START != 0
}

/// Finds the line break at which a plain value ends, if nothing else ends it and no space is before.
fn find_plain_end(bytes: &[u8], start: usize) -> Option<usize> {
    let mut at = start;
    loop {
        at = find_line_stop(bytes, at + 1);
        match *bytes.get(at..)? {
            [b'\n', ..] => return (bytes[at - 1] != b' ').then_some(at),
            [b':', next, ..] if !matches!(next, b' ' | b'\n' | b'\t' | b'\r') => {}
            [b'#', ..] if bytes[at - 1] != b' ' => {}
            _ => return None,
        }
    }
}
