//! Several texts as one stream, in input order.

use crate::edit::EditedSource;
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
    for piece in stream_pieces(texts.iter().cloned().map(EditedSource::from)) {
        joined.starts.push((joined.text.len(), piece.index));
        for part in piece.text.pieces().chain(piece.line_break) {
            joined.text.push_str(part);
        }
        if let Some(line_break) = piece.separator {
            joined.text.push_str(SEPARATOR);
            joined.text.push_str(line_break);
        }
    }
    joined
}

/// The characters that start the line between two documents.
pub const SEPARATOR: &str = "---";

/// A text of the stream, and the separator after it.
pub struct StreamPiece<'a> {
    /// The index of the text.
    pub index: usize,
    /// The text.
    pub text: EditedSource<'a>,
    /// The final line break that the text lacks, unless it is the last.
    pub line_break: Option<&'static str>,
    /// The line break of the separator that has to be written after the text, if one has to.
    pub separator: Option<&'static str>,
}

/// Returns a piece for each text that is not empty, one after the other.
pub fn stream_pieces<'a>(texts: impl IntoIterator<Item = EditedSource<'a>>) -> impl Iterator<Item = StreamPiece<'a>> {
    let texts = texts.into_iter().enumerate().filter(|(_, text)| !text.is_empty());
    let mut texts = texts.map(|(index, text)| (index, text.held())).peekable();
    std::iter::from_fn(move || {
        let (index, text) = texts.next()?;
        let mut piece = StreamPiece { index, text, line_break: None, separator: None };
        if let Some((_, next)) = texts.peek() {
            // The final line break that Kubernetes would add, so that the separator starts a line.
            piece.line_break = piece.text.missing_line_break();
            if !is_separator(next.characters()) && !is_separator(piece.text.characters_of_last_line()) {
                piece.separator = Some(piece.text.line_break());
            }
        }
        Some(piece)
    })
}

/// Returns a warning for each text that readers of the stream cannot read: they read JSON as JSON only at the start of a
/// stream, and as YAML after a separator, where the escape `\/` does not exist.
pub fn find_json_escapes<'a>(texts: impl IntoIterator<Item = EditedSource<'a>>) -> Vec<String> {
    let mut warnings = Vec::new();
    for source in texts.into_iter().skip(1) {
        let source = source.held();
        let mut characters = source.characters().skip_while(|&letter| letter == '\u{feff}');
        let is_json = characters.find(|letter| !letter.is_whitespace()) == Some('{');
        if is_json && source.text().contains("\\/") {
            let name = source.name();
            warnings.push(format!(
                "{name}: JSON with the escape `\\/` cannot be read inside a YAML stream; write it alone or to a file"
            ));
        }
    }
    warnings
}

/// Returns `true` for the line `---`, also with whitespace or a comment after it, as Kubernetes' decoder recognizes it.
fn is_separator(line: impl Iterator<Item = char>) -> bool {
    let mut line = line.take_while(|&letter| letter != '\n');
    if !SEPARATOR.chars().all(|letter| line.next() == Some(letter)) {
        return false;
    }
    matches!(line.find(|letter| !letter.is_whitespace()), None | Some('#'))
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
