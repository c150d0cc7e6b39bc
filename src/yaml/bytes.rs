//! Classes of bytes, and line breaks.

use super::problem::{Fallible, SyntaxProblem, fail};

pub(super) const BLANK: u8 = 1;
pub(super) const BREAK: u8 = 2;
pub(super) const COLON: u8 = 4;
/// Bytes that end a plain scalar inside brackets and braces.
pub(super) const FLOW: u8 = 8;
/// A byte that may start one of the line breaks outside ASCII.
pub(super) const ODD: u8 = 16;
/// Letters, digits, `-` and `_`.
pub(super) const WORD: u8 = 32;
/// Bytes of a tag, next to `WORD`.
pub(super) const URI: u8 = 64;

/// Bytes with which nothing but a plain scalar starts in block context. Others may start one too.
pub(super) const PLAIN_START: u8 = 128;

pub(super) const CLASS: [u8; 256] = byte_classes();

const fn byte_classes() -> [u8; 256] {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        table[byte] = class_of(byte as u8) | if starts_plain(byte as u8) { PLAIN_START } else { 0 };
        byte += 1;
    }
    table
}

const fn class_of(byte: u8) -> u8 {
    match byte {
        b' ' | b'\t' => BLANK,
        b'\n' | b'\r' => BREAK,
        b':' => COLON | URI,
        b',' | b'?' | b'[' | b']' => FLOW | URI,
        b'{' | b'}' => FLOW,
        0xC2 | 0xE2 => ODD,
        b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' | b'_' | b'-' => WORD,
        b';' | b'/' | b'@' | b'&' | b'=' | b'+' | b'$' | b'.' | b'!' | b'~' | b'*' | b'\'' | b'(' | b')' | b'%' => URI,
        _ => 0,
    }
}

const fn starts_plain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(byte, b'_' | b'/' | b'$' | b'(' | b')' | b'+' | b'=' | b'~' | b'^' | b'\\' | b';' | b'<' | 0x80..)
}

/// A byte of eight, repeated.
const fn repeat(byte: u8) -> u64 {
    u64::from_ne_bytes([byte; 8])
}

/// Marks the lowest byte that is below `bound` (at most 128) by its highest bit. Bytes above it may be marked too.
const fn mark_below(word: u64, bound: u8) -> u64 {
    word.wrapping_sub(repeat(bound)) & !word & repeat(0x80)
}

/// The first byte at or after `at` that ends a plain scalar or may end one: `:`, `#`, a tab, a line break, or any other
/// control character. The length of the text if there is none.
pub(super) fn find_line_stop(bytes: &[u8], mut at: usize) -> usize {
    while let Some(word) = bytes.get(at..).and_then(<[u8]>::first_chunk).copied().map(u64::from_le_bytes) {
        let marks = mark_below(word, 0x20) | mark_below(word ^ repeat(b':'), 1) | mark_below(word ^ repeat(b'#'), 1);
        if marks != 0 {
            return at + marks.trailing_zeros() as usize / 8;
        }
        at += 8;
    }
    let rest = bytes.get(at..).unwrap_or_default();
    at + rest.iter().position(|&byte| byte < 0x20 || matches!(byte, b':' | b'#')).unwrap_or(rest.len())
}

/// The number of spaces at the start.
pub(super) fn space_len(bytes: &[u8]) -> usize {
    let mut len = 0;
    while let Some(word) = bytes.get(len..).and_then(<[u8]>::first_chunk).copied().map(u64::from_le_bytes) {
        let others = word ^ repeat(b' ');
        if others != 0 {
            return len + others.trailing_zeros() as usize / 8;
        }
        len += 8;
    }
    let rest = &bytes[len..];
    len + rest.iter().position(|&byte| byte != b' ').unwrap_or(rest.len())
}

/// Returns `true` if there are at least so many spaces at the start.
pub(super) fn starts_with_spaces(bytes: &[u8], count: usize) -> bool {
    match bytes.first_chunk().copied().map(u64::from_le_bytes) {
        Some(word) if count <= 8 => (word ^ repeat(b' ')).trailing_zeros() as usize >= 8 * count,
        _ => space_len(bytes) >= count,
    }
}

/// The length of the line break at `at`, 0 when there is none.
///
/// Kubernetes takes lines apart before it parses, and drops a CR before an LF then: of two, one is left to the parser.
pub(super) fn break_len(bytes: &[u8], at: usize) -> usize {
    match bytes.get(at..) {
        Some([b'\n', ..]) => 1,
        Some([b'\r', b'\r', b'\n', ..]) => 3,
        Some([b'\r', b'\n', ..]) => 2,
        Some([b'\r', ..]) => 1,
        Some([0xC2, 0x85, ..]) => 2,
        Some([0xE2, 0x80, 0xA8 | 0xA9, ..]) => 3,
        _ => 0,
    }
}

pub(super) fn is_blank(bytes: &[u8], at: usize) -> bool {
    bytes.get(at).is_some_and(|&byte| CLASS[byte as usize] & BLANK != 0)
}

/// Returns `true` if a space, a tab, a line break or the end is at `at`.
pub(super) fn is_blank_or_end(bytes: &[u8], at: usize) -> bool {
    match bytes.get(at) {
        None => true,
        Some(&byte) => match CLASS[byte as usize] & (BLANK | BREAK | ODD) {
            BLANK | BREAK => true,
            ODD => break_len(bytes, at) > 0,
            _ => false,
        },
    }
}

const BLOCK: usize = 64;

/// Refuses the characters that YAML does not allow, so that nobody after this needs to look for them, and
/// returns `true` if there are line breaks other than LF and CRLF.
pub(super) fn check_characters(text: &str, start: usize, end: usize) -> Fallible<bool> {
    let bytes = &text.as_bytes()[..end];
    let mut has_other_breaks = false;
    let (blocks, _) = bytes[start..].as_chunks::<BLOCK>();
    let mut at = start;
    for block in blocks {
        if !is_common(block) && is_suspicious(block) {
            has_other_breaks |= check_block(text, bytes, at, at + BLOCK)?;
        }
        at += BLOCK;
    }
    if is_suspicious(&bytes[at..]) {
        has_other_breaks |= check_block(text, bytes, at, end)?;
    }
    Ok(has_other_breaks)
}

/// Returns `true` for printable ASCII and LF. Without a branch, so that it becomes vector code.
fn is_common(block: &[u8; BLOCK]) -> bool {
    block.iter().fold(true, |all, &byte| all & ((byte.wrapping_sub(0x20) < 0x5F) | (byte == b'\n')))
}

/// Returns `true` if a character is not allowed, or may be a rare line break.
fn is_suspicious(block: &[u8]) -> bool {
    block.iter().fold(false, |found, &byte| {
        found
            | ((byte < 0x20) & (byte != b'\n') & (byte != b'\t'))
            | (byte == 0x7F)
            | (byte == 0xC2)
            | (byte == 0xE2)
            | (byte == 0xEF)
    })
}

fn check_block(text: &str, bytes: &[u8], start: usize, stop: usize) -> Fallible<bool> {
    let mut has_other_breaks = false;
    for at in start..stop {
        let next = bytes.get(at + 1).copied().unwrap_or(0);
        let after = bytes.get(at + 2).copied().unwrap_or(0);
        let allowed = match bytes[at] {
            b'\n' | b'\t' => true,
            b'\r' => {
                has_other_breaks |= next != b'\n';
                true
            }
            0..0x20 | 0x7F => false,
            0xC2 => {
                has_other_breaks |= next == 0x85;
                next == 0x85 || next >= 0xA0
            }
            0xE2 => {
                has_other_breaks |= next == 0x80 && matches!(after, 0xA8 | 0xA9);
                true
            }
            0xEF => !(next == 0xBF && after >= 0xBE),
            _ => true,
        };
        if !allowed {
            return fail(at, SyntaxProblem::Control(text[at..].chars().next().unwrap_or('\0')));
        }
    }
    Ok(has_other_breaks)
}
