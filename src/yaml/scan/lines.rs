//! Lines that can be read without tokens.
//!
//! A token costs many times the work that most lines of manifests deserve: `key: value`, `- item`, a key alone, a
//! scalar in quotes. The functions here recognise these at the position of the scanner, and pass them. Everything
//! else, and everything that only looks unusual, is left where it is for the tokens, so a function that returns `None`
//! has changed nothing but the blanks and comments that it skipped. That is allowed because the scanner would skip the
//! same ones next.
//!
//! None of this may be used unless [`Scanner::is_between_tokens`]. Then position, indentation and `key_allowed` are all
//! that the scanner knows, and a line that is passed here leaves them as its tokens would have.

use std::cmp::Ordering;

use super::keys::MAX_KEY_CHARACTERS;
use super::{Scanner, Token};
use crate::yaml::bytes::{BLANK, BREAK, CLASS, COLON, FLOW, PLAIN_START, find_line_stop, is_blank_or_end, space_len};
use crate::yaml::problem::Fallible;
use crate::yaml::tree::ScalarStyle;

/// A scalar in one line, whose bytes are its content.
#[derive(Clone, Copy)]
pub(in crate::yaml) struct LineScalar {
    pub(in crate::yaml) style: ScalarStyle,
    pub(in crate::yaml) start: u32,
    pub(in crate::yaml) end: u32,
    /// Set if it is a key: the scanner goes on after its `:`.
    pub(in crate::yaml) is_key: bool,
    next: usize,
    /// Start of the line on which `next` is, if that is a later line.
    next_line: Option<usize>,
}

/// Brackets that open and close in one line.
pub(in crate::yaml) struct LineBrackets {
    pub(in crate::yaml) is_mapping: bool,
    pub(in crate::yaml) start: u32,
    pub(in crate::yaml) end: u32,
}

/// The longest text in brackets that is read without tokens: a key that starts in it cannot have expired.
const MAX_BRACKETS: usize = MAX_KEY_CHARACTERS;

impl Scanner<'_> {
    /// Returns `true` if nothing is known of the text after the position: no token waits, none may become a key, and
    /// no bracket is open. Rare line breaks are left to the tokens.
    pub(in crate::yaml) fn is_between_tokens(&self) -> bool {
        self.queue.is_empty() && !self.in_flow() && !self.candidates[0].is_possible && !self.has_other_breaks
    }

    /// The number of block collections that are open.
    pub(in crate::yaml) fn block_depth(&self) -> usize {
        self.indents.len()
    }

    /// Skips to the next line with content, and compares its column with that of the innermost block collection. `None`
    /// at the end of the text, and within a line.
    pub(in crate::yaml) fn compare_column(&mut self) -> Option<Ordering> {
        self.skip_to_token();
        let starts_entry = self.key_allowed && self.pos < self.bytes.len();
        starts_entry.then(|| self.column().cmp(&self.indent))
    }

    /// Compares columns after a key or a `-`, where the content may stand in the same line.
    pub(in crate::yaml) fn compare_content_column(&mut self) -> Option<Ordering> {
        self.skip_to_token();
        (self.pos < self.bytes.len()).then(|| self.column().cmp(&self.indent))
    }

    /// Returns `true` if a `-` of a list is next, where one can be.
    pub(in crate::yaml) fn at_dash(&self) -> bool {
        self.key_allowed && self.bytes[self.pos] == b'-' && is_blank_or_end(self.bytes, self.pos + 1)
    }

    /// Passes a `-`, and returns the offset after it.
    pub(in crate::yaml) fn pass_dash(&mut self) -> u32 {
        self.pos += 1;
        self.pos as u32
    }

    /// Opens a block collection that starts in this line.
    pub(in crate::yaml) fn open_line_block(&mut self, start: u32) {
        self.indents.push(self.indent);
        self.indent = start as isize - self.line_start as isize;
    }

    /// Closes the innermost block collection.
    pub(in crate::yaml) fn close_line_block(&mut self) {
        self.indent = self.indents.pop().unwrap_or(-1);
    }

    /// The offset of what comes next.
    pub(in crate::yaml) fn position(&self) -> u32 {
        self.pos as u32
    }

    /// Passes a key and its `:`.
    pub(in crate::yaml) fn take_line_key(&mut self) -> Option<LineScalar> {
        let scalar = self.find_line_scalar(true).filter(|scalar| scalar.is_key)?;
        self.pass_line_scalar(scalar);
        Some(scalar)
    }

    /// Passes a scalar, and the `:` after it if it is a key.
    pub(in crate::yaml) fn take_line_scalar(&mut self) -> Option<LineScalar> {
        let scalar = self.find_line_scalar(self.key_allowed)?;
        self.pass_line_scalar(scalar);
        Some(scalar)
    }

    /// Passes a block scalar if one starts here.
    pub(in crate::yaml) fn take_block_scalar(&mut self) -> Fallible<Option<Token>> {
        if !matches!(self.bytes[self.pos], b'|' | b'>') {
            return Ok(None);
        }
        self.key_allowed = true;
        self.scan_block_scalar().map(Some)
    }

    /// Passes brackets with scalars in them, after which the line ends. The scalars, keys and values in turn, are put into
    /// `scalars`, `max` at most.
    pub(in crate::yaml) fn take_brackets(&mut self, scalars: &mut Vec<LineScalar>, max: usize) -> Option<LineBrackets> {
        let (is_mapping, close) = match self.bytes[self.pos] {
            b'[' => (false, b']'),
            b'{' => (true, b'}'),
            _ => return None,
        };
        scalars.clear();
        let mut at = self.pass_spaces(self.pos + 1);
        while self.bytes.get(at) != Some(&close) || !scalars.is_empty() {
            let is_key = is_mapping && scalars.len().is_multiple_of(2);
            let scalar = self.find_scalar_in_brackets(at, is_key)?;
            scalars.push(scalar);
            at = self.pass_spaces(scalar.next);
            match self.bytes.get(at) {
                _ if is_key => {}
                Some(b',') => at = self.pass_spaces(at + 1),
                Some(&byte) if byte == close => break,
                _ => return None,
            }
        }
        let (start, end) = (self.pos as u32, at as u32 + 1);
        if scalars.len() > max || at - self.pos > MAX_BRACKETS || !self.line_ends(at + 1) {
            return None;
        }
        self.pos = at + 1;
        self.key_allowed = false;
        Some(LineBrackets { is_mapping, start, end })
    }

    /// Finds a word or text in quotes between brackets; a key with the `:` and the space after it.
    fn find_scalar_in_brackets(&self, start: usize, is_key: bool) -> Option<LineScalar> {
        let rest = &self.bytes[start..];
        let (style, len) = match *rest.first()? {
            quote @ (b'"' | b'\'') => quoted_len(rest, quote)?,
            byte if byte.is_ascii_alphanumeric() => (ScalarStyle::Plain, word_len(rest)),
            _ => return None,
        };
        let mut next = start + len;
        if is_key {
            if !self.bytes[next..].starts_with(b": ") {
                return None;
            }
            next += 2;
        }
        Some(LineScalar { style, start: start as u32, end: (start + len) as u32, is_key, next, next_line: None })
    }

    fn pass_spaces(&self, at: usize) -> usize {
        at + space_len(&self.bytes[at..])
    }

    /// Returns `true` if nothing but spaces and a comment follow in the line.
    fn line_ends(&self, at: usize) -> bool {
        let at = self.pass_spaces(at);
        match self.bytes.get(at) {
            Some(b'\n' | b'#') => true,
            Some(b'\r') => self.bytes.get(at + 1) == Some(&b'\n'),
            _ => false,
        }
    }

    fn pass_line_scalar(&mut self, scalar: LineScalar) {
        self.pos = scalar.next;
        self.key_allowed = scalar.next_line.is_some();
        self.line_start = scalar.next_line.unwrap_or(self.line_start);
    }

    fn find_line_scalar(&self, may_be_key: bool) -> Option<LineScalar> {
        match self.bytes[self.pos] {
            quote @ (b'"' | b'\'') => self.find_quoted(quote, may_be_key),
            byte if CLASS[byte as usize] & PLAIN_START != 0 => self.find_plain(may_be_key),
            // Not `- `, and not the start of a document marker.
            b'-' | b'.' if self.bytes.get(self.pos + 1).is_some_and(u8::is_ascii_alphanumeric) => {
                self.find_plain(may_be_key)
            }
            _ => None,
        }
    }

    /// Finds a plain scalar that ends in this line: at a `:` if it is a key, else at a comment, or at the line break if
    /// the next line does not continue it.
    fn find_plain(&self, may_be_key: bool) -> Option<LineScalar> {
        let start = self.pos;
        let mut at = start;
        loop {
            at = find_line_stop(self.bytes, at + 1);
            let next = self.bytes.get(at + 1);
            match self.bytes.get(at)? {
                b':' => match next? {
                    b' ' | b'\n' => return self.key_before(at, ScalarStyle::Plain).filter(|_| may_be_key),
                    b'\t' | b'\r' => return None,
                    _ => {}
                },
                b'#' if self.bytes[at - 1] == b' ' => return Some(self.plain_before(at, at, None)),
                b'#' => {}
                b'\n' => return self.plain_line(at, at + 1),
                b'\r' if next == Some(&b'\n') => return self.plain_line(at, at + 2),
                _ => return None,
            }
        }
    }

    /// A key that ends at a `:`.
    fn key_before(&self, colon: usize, style: ScalarStyle) -> Option<LineScalar> {
        if self.bytes[colon - 1] == b' ' || colon - self.pos > MAX_KEY_CHARACTERS {
            return None;
        }
        let (start, end) = (self.pos as u32, colon as u32);
        Some(LineScalar { style, start, end, is_key: true, next: colon + 1, next_line: None })
    }

    /// A plain scalar that ends with its line, unless content follows that is deeper than the innermost collection:
    /// that continues it.
    fn plain_line(&self, line_break: usize, next_line: usize) -> Option<LineScalar> {
        let mut line = next_line;
        loop {
            let at = line + space_len(&self.bytes[line..]);
            match (self.bytes.get(at), self.bytes.get(at + 1)) {
                (Some(b'\n'), _) => line = at + 1,
                (Some(b'\r'), Some(b'\n')) => line = at + 2,
                (Some(b'\t'), _) => return None,
                (Some(byte), _) if *byte != b'#' && (at - line) as isize > self.indent => return None,
                _ => return Some(self.plain_before(line_break, at, Some(line))),
            }
        }
    }

    fn plain_before(&self, stop: usize, next: usize, next_line: Option<usize>) -> LineScalar {
        let mut end = stop;
        while self.bytes[end - 1] == b' ' {
            end -= 1;
        }
        let (start, end) = (self.pos as u32, end as u32);
        LineScalar { style: ScalarStyle::Plain, start, end, is_key: false, next, next_line }
    }

    /// Finds a scalar in quotes without escapes, after which the line ends, or which is a key.
    fn find_quoted(&self, quote: u8, may_be_key: bool) -> Option<LineScalar> {
        let (style, len) = quoted_len(&self.bytes[self.pos..], quote)?;
        let end = self.pos + len;
        if self.bytes.get(end) == Some(&b':') {
            let is_key = may_be_key && matches!(self.bytes.get(end + 1), Some(b' ' | b'\n'));
            return self.key_before(end, style).filter(|_| is_key);
        }
        let (start, next) = (self.pos as u32, end);
        let scalar = LineScalar { style, start, end: end as u32, is_key: false, next, next_line: None };
        self.line_ends(end).then_some(scalar)
    }
}

/// The style and the length, with the quotes, of a scalar in quotes at the start of a text, if it ends in the first line
/// and has no escapes.
pub(super) fn quoted_len(text: &[u8], quote: u8) -> Option<(ScalarStyle, usize)> {
    let rest = &text[1..];
    let (style, len) = match quote {
        b'"' => (ScalarStyle::DoubleQuoted, memchr::memchr3(b'"', b'\\', b'\n', rest)?),
        _ => (ScalarStyle::SingleQuoted, memchr::memchr2(b'\'', b'\n', rest)?),
    };
    let ends = rest[len] == quote && (quote == b'"' || rest.get(len + 1) != Some(&b'\''));
    ends.then_some((style, len + 2))
}

/// The length of a word in brackets.
fn word_len(text: &[u8]) -> usize {
    let is_other =
        |&byte: &u8| byte >= 0x80 || byte == b'#' || CLASS[byte as usize] & (BLANK | BREAK | COLON | FLOW) != 0;
    text.iter().position(is_other).unwrap_or(text.len())
}
