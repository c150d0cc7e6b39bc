//! Comments and quoted text of a document, found without parsing it, so that broken documents can be looked at too.

use std::ops::Range;

use super::scan::{Scanner, TokenKind};
use super::tree::ScalarStyle;
use super::{Limits, bytes};

/// The lexical structure of a document, as far as it can be scanned.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct LexicalSpans {
    /// Comments, from their `#` to the end of the line.
    pub comments: Vec<Range<usize>>,
    /// Quoted scalars, with their quotes.
    pub quoted: Vec<Range<usize>>,
    /// Block scalars, with their header.
    pub blocks: Vec<Range<usize>>,
    /// The offset at which scanning stopped: the end of the range, or the last token before a mistake.
    pub end: usize,
}

/// Scans the document in a range of padded text.
pub fn lexical_spans(text: &str, range: Range<usize>, limits: &Limits) -> LexicalSpans {
    let mut spans = LexicalSpans { end: range.start, ..LexicalSpans::default() };
    let Ok(has_other_breaks) = bytes::check_characters(text, range.start, range.end) else { return spans };
    let mut scanner = Scanner::new(text, range.start, range.end, has_other_breaks, limits);
    while let Ok(token) = scanner.peek_token() {
        let (start, end) = (token.start as usize, token.end as usize);
        if start > spans.end {
            find_comments(text, spans.end..start, &mut spans.comments);
        }
        match token.kind {
            TokenKind::Entry { style, colon, .. } => {
                if style != ScalarStyle::Plain {
                    spans.quoted.push(start..end);
                }
                spans.end = colon as usize + 1;
            }
            TokenKind::Scalar { style: ScalarStyle::Literal | ScalarStyle::Folded, .. } => {
                spans.blocks.push(start..end)
            }
            TokenKind::Scalar {
                style: ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted | ScalarStyle::Json,
                ..
            } => spans.quoted.push(start..end),
            _ => {}
        }
        spans.end = spans.end.max(end);
        if token.kind == TokenKind::StreamEnd {
            find_comments(text, spans.end..range.end, &mut spans.comments);
            spans.end = range.end;
            break;
        }
        scanner.take_token();
    }
    spans
}

/// Finds the comments between two tokens, where a `#` can start nothing else.
fn find_comments(text: &str, gap: Range<usize>, comments: &mut Vec<Range<usize>>) {
    let mut at = gap.start;
    while let Some(found) = text[at..gap.end].find('#') {
        let start = at + found;
        let rest = &text[start..gap.end];
        let end = start + rest.find('\n').unwrap_or(rest.len());
        comments.push(start..end);
        at = end;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scan(text: &str) -> (Vec<&str>, Vec<&str>, Vec<&str>, &str) {
        let spans = lexical_spans(text, 0..text.len(), &Limits::default());
        let of = |ranges: &[Range<usize>]| ranges.iter().map(|range| &text[range.clone()]).collect::<Vec<_>>();
        (of(&spans.comments), of(&spans.quoted), of(&spans.blocks), &text[spans.end..])
    }

    #[test]
    fn comments_quotes_and_blocks_are_told_apart() {
        let text = "# one\na: 'b # no' # two\n\"k\": x#no\nc: |  # head\n  # text\nd: 1 #@ three\n";
        let (comments, quoted, blocks, rest) = scan(text);
        assert_eq!(comments, ["# one", "# two", "#@ three"]);
        assert_eq!(quoted, ["'b # no'", "\"k\""]);
        assert_eq!(blocks, ["|  # head\n  # text\n"]);
        assert_eq!(rest, "");
    }

    #[test]
    fn scanning_stops_at_a_mistake() {
        let (_, quoted, _, rest) = scan("a: 'b'\nc: %NAME%\nd: 'e'\n");
        assert_eq!(quoted, ["'b'"]);
        assert!(rest.contains("%NAME%"), "{rest}");
    }
}
