//! The lines of a text, each with its line break.

use std::ops::Range;

/// A text cut at its line feeds; carriage returns stay in their lines.
pub(super) struct TextLines<'a> {
    text: &'a str,
    /// The start of each line, and the end of the last one.
    bounds: Vec<usize>,
}

impl<'a> TextLines<'a> {
    /// Cuts a text.
    pub(super) fn new(text: &'a str) -> TextLines<'a> {
        let mut bounds = vec![0];
        for line_break in memchr::memchr_iter(b'\n', text.as_bytes()) {
            bounds.push(line_break + 1);
        }
        if bounds.last() != Some(&text.len()) {
            bounds.push(text.len());
        }
        TextLines { text, bounds }
    }

    /// The number of lines.
    pub(super) fn len(&self) -> usize {
        self.bounds.len() - 1
    }

    /// A line, counted from 0, with its line break.
    pub(super) fn line(&self, index: usize) -> &'a str {
        &self.text[self.span(index)]
    }

    /// The bytes of a line.
    pub(super) fn span(&self, index: usize) -> Range<usize> {
        self.bounds[index]..self.bounds[index + 1]
    }

    /// The lines that hold some of these bytes.
    pub(super) fn lines_of_span(&self, span: &Range<usize>) -> Range<usize> {
        let start = self.bounds.partition_point(|&bound| bound <= span.start).saturating_sub(1);
        let end = self.bounds.partition_point(|&bound| bound < span.end);
        start.min(self.len())..end.min(self.len())
    }

    /// All lines, to be compared.
    pub(super) fn to_vec(&self) -> Vec<&'a str> {
        (0..self.len()).map(|index| self.line(index)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_cut_at_line_feeds() {
        assert_eq!(TextLines::new("a\r\nb\rc\n\nd").to_vec(), ["a\r\n", "b\rc\n", "\n", "d"]);
        assert_eq!(TextLines::new("a\n").to_vec(), ["a\n"]);
        assert_eq!(TextLines::new("").len(), 0);
    }

    #[test]
    fn bytes_are_found_in_their_lines() {
        let lines = TextLines::new("ab\ncd\nef\n");
        assert_eq!(lines.lines_of_span(&(0..1)), 0..1);
        assert_eq!(lines.lines_of_span(&(0..3)), 0..1);
        assert_eq!(lines.lines_of_span(&(1..4)), 0..2);
        assert_eq!(lines.lines_of_span(&(3..9)), 1..3);
        assert_eq!(lines.lines_of_span(&(3..99)), 1..3);
    }
}
