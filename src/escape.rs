//! Escapes for text from outside that is shown to people: names of objects, keys and files can hold characters that
//! move a terminal's cursor, start a line of their own, or change the order in which text is read.

use std::borrow::Cow;
use std::fmt::Write as _;

/// Escapes what does not belong into a line: control characters (C0, DEL, C1), line breaks, and controls of the
/// direction of text. Written as JSON writes them: `\n`, `\u001b`.
pub fn escape(text: &str) -> Cow<'_, str> {
    escape_where(text, is_control)
}

/// Escapes the same in a text of several lines, whose line feeds stay, and tabs too.
pub fn escape_lines(text: &str) -> Cow<'_, str> {
    escape_where(text, |letter| !matches!(letter, '\n' | '\t') && is_control(letter))
}

/// Escapes a text of JSON, of which JSON itself leaves some as they are.
pub fn escape_json(text: &str) -> Cow<'_, str> {
    // Those below stand between the values only, as white space.
    escape_where(text, |letter| letter >= '\u{7f}' && is_control(letter))
}

/// Returns `true` for a character that controls how other text is shown.
pub fn is_control(letter: char) -> bool {
    matches!(letter,
        '\0'..='\x1f' | '\x7f'..='\u{9f}' | '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}'
        | '\u{2066}'..='\u{2069}')
}

fn escape_where(text: &str, is_escaped: impl Fn(char) -> bool) -> Cow<'_, str> {
    let Some(first) = text.find(&is_escaped) else { return Cow::Borrowed(text) };
    let mut escaped = String::with_capacity(text.len() + 16);
    escaped.push_str(&text[..first]);
    for letter in text[first..].chars() {
        match letter {
            letter if !is_escaped(letter) => escaped.push(letter),
            '\n' => escaped.push_str("\\n"),
            '\r' => escaped.push_str("\\r"),
            '\t' => escaped.push_str("\\t"),
            letter => {
                // Writing to a String cannot fail.
                let _ = write!(escaped, "\\u{:04x}", u32::from(letter));
            }
        }
    }
    Cow::Owned(escaped)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn controls_are_written_as_json_writes_them() {
        for (text, escaped) in [
            ("plain ünï \\n", "plain ünï \\n"),
            ("a\u{1b}]0;x\u{7}\n::error::x", "a\\u001b]0;x\\u0007\\n::error::x"),
            ("\0\t\r\u{7f}\u{85}\u{9b}", "\\u0000\\t\\r\\u007f\\u0085\\u009b"),
            ("\u{202e}\u{2066}\u{200f}\u{61c}\u{2028}\u{2029}", "\\u202e\\u2066\\u200f\\u061c\\u2028\\u2029"),
        ] {
            assert_eq!(escape(text), escaped);
        }
        assert_eq!(escape_lines("a\n\tb\u{1b}"), "a\n\tb\\u001b");
        assert_eq!(escape_json("{\n\"a\": \"\\u001b\u{9b}\u{202e}\"}"), "{\n\"a\": \"\\u001b\\u009b\\u202e\"}");
    }
}
