//! Several texts as one stream, in input order.

use crate::source::Source;

/// Several texts as one.
#[derive(Default)]
pub struct JoinedTexts {
    /// The whole text.
    pub text: String,
    /// The start of each text in it, with the text's index; empty texts are left out.
    pub starts: Vec<(usize, usize)>,
}

/// Joins texts, one after the other. A single text comes out byte for byte. Between two there is one separator: that of
/// the second text if it begins with one, that of the first if it ends with one, else one of ours.
pub fn join_texts(texts: &[Source]) -> JoinedTexts {
    let mut joined = JoinedTexts::default();
    for piece in stream_pieces(texts) {
        joined.starts.push((joined.text.len(), piece.index));
        joined.text.push_str(piece.text);
        if let Some(line_break) = piece.separator {
            joined.text.push_str("---");
            joined.text.push_str(line_break);
        }
    }
    joined
}

/// A text of the stream, and the separator after it.
pub struct StreamPiece<'a> {
    /// The index of the text.
    pub index: usize,
    /// The text, with a final line break unless it is the last.
    pub text: &'a str,
    /// The line break of the separator that has to be written after the text, if one has to.
    pub separator: Option<&'static str>,
}

/// Returns a piece for each text that is not empty.
pub fn stream_pieces(texts: &[Source]) -> Vec<StreamPiece<'_>> {
    let mut pieces = Vec::new();
    let mut texts = texts.iter().enumerate().filter(|(_, source)| !source.text().is_empty()).peekable();
    while let Some((index, source)) = texts.next() {
        let mut piece = StreamPiece { index, text: source.text(), separator: None };
        if let Some((_, next)) = texts.peek() {
            // The final line break that Kubernetes would add, so that the separator starts a line.
            piece.text = source.padded();
            if !begins_with_separator(next.text()) && !ends_with_separator(source.text()) {
                piece.separator = Some(source.line_break());
            }
        }
        pieces.push(piece);
    }
    pieces
}

/// Returns a warning for each text that readers of the stream cannot read: they read JSON as JSON only at the start of a
/// stream, and as YAML after a separator, where the escape `\/` does not exist.
pub fn find_json_escapes(texts: &[Source]) -> Vec<String> {
    let mut warnings = Vec::new();
    for source in texts.iter().skip(1) {
        let is_json = source.text().trim_start_matches('\u{feff}').trim_start().starts_with('{');
        if is_json && source.text().contains("\\/") {
            let name = source.name();
            warnings.push(format!(
                "{name}: JSON with the escape `\\/` cannot be read inside a YAML stream; write it alone or to a file"
            ));
        }
    }
    warnings
}

fn begins_with_separator(text: &str) -> bool {
    text.lines().next().is_some_and(is_separator)
}

fn ends_with_separator(text: &str) -> bool {
    text.lines().next_back().is_some_and(is_separator)
}

/// Returns `true` for the line `---`, also with whitespace or a comment after it, as Kubernetes' decoder recognizes it.
fn is_separator(line: &str) -> bool {
    let Some(rest) = line.strip_prefix("---") else { return false };
    rest.trim().is_empty() || rest.trim().starts_with('#')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn joined(texts: &[&str]) -> String {
        let sources: Vec<Source> = texts.iter().map(|text| Source::new("x", *text)).collect();
        join_texts(&sources).text
    }

    #[test]
    fn one_text_is_left_alone() {
        for text in ["a: 1", "a: 1\n", "\u{feff}---\r\na: 1\r\n---\r\n", ""] {
            assert_eq!(joined(&[text]), text);
        }
    }

    #[test]
    fn one_separator_stands_between_two_texts() {
        for (texts, expected) in [
            (["a: 1\n", "b: 2\n"], "a: 1\n---\nb: 2\n"),
            (["a: 1", "b: 2"], "a: 1\n---\nb: 2"),
            (["a: 1\n", "---\nb: 2\n"], "a: 1\n---\nb: 2\n"),
            (["a: 1\n", "--- # b\nb: 2\n"], "a: 1\n--- # b\nb: 2\n"),
            (["a: 1\n---\n", "b: 2\n"], "a: 1\n---\nb: 2\n"),
            (["a: 1\n", "# b\n---\nb: 2\n"], "a: 1\n---\n# b\n---\nb: 2\n"),
            (["a: 1\n", "----\n"], "a: 1\n---\n----\n"),
            (["a: 1\r\n", "b: 2\r\n"], "a: 1\r\n---\r\nb: 2\r\n"),
            (["a: 1\n", "\u{feff}---\nb: 2\n"], "a: 1\n---\n\u{feff}---\nb: 2\n"),
            (["{}", "{}"], "{}\n---\n{}"),
            (["a: |\n  x", "b: 2\n"], "a: |\n  x\n---\nb: 2\n"),
        ] {
            assert_eq!(joined(&texts), expected);
        }
        assert_eq!(joined(&["a: 1\n", "", "b: 2\n", ""]), "a: 1\n---\nb: 2\n");
    }
}
