//! The lines of a text, each with its line break.

use std::ops::Range;

/// A text cut at its line feeds; carriage returns stay in their lines.
pub struct Lines<'a> {
    text: &'a str,
    /// Where each line starts, and where the last one ends.
    bounds: Vec<usize>,
}

impl<'a> Lines<'a> {
    pub fn new(text: &'a str) -> Lines<'a> {
        let mut bounds = vec![0];
        bounds.extend(memchr::memchr_iter(b'\n', text.as_bytes()).map(|at| at + 1));
        if bounds.last() != Some(&text.len()) {
            bounds.push(text.len());
        }
        Lines { text, bounds }
    }

    pub fn len(&self) -> usize {
        self.bounds.len() - 1
    }

    pub fn line(&self, index: usize) -> &'a str {
        &self.text[self.span(index)]
    }

    /// The bytes of a line.
    pub fn span(&self, index: usize) -> Range<usize> {
        self.bounds[index]..self.bounds[index + 1]
    }

    /// The lines that hold some of these bytes.
    pub fn touched(&self, span: &Range<usize>) -> Range<usize> {
        let start = self.bounds.partition_point(|&bound| bound <= span.start).saturating_sub(1);
        let end = self.bounds.partition_point(|&bound| bound < span.end);
        start.min(self.len())..end.min(self.len())
    }

    /// All lines, to be compared.
    pub fn all(&self) -> Vec<&'a str> {
        (0..self.len()).map(|index| self.line(index)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_cut_at_line_feeds() {
        assert_eq!(Lines::new("a\r\nb\rc\n\nd").all(), ["a\r\n", "b\rc\n", "\n", "d"]);
        assert_eq!(Lines::new("a\n").all(), ["a\n"]);
        assert_eq!(Lines::new("").len(), 0);
    }

    #[test]
    fn bytes_are_found_in_their_lines() {
        let lines = Lines::new("ab\ncd\nef\n");
        assert_eq!(lines.touched(&(0..1)), 0..1);
        assert_eq!(lines.touched(&(0..3)), 0..1);
        assert_eq!(lines.touched(&(1..4)), 0..2);
        assert_eq!(lines.touched(&(3..9)), 1..3);
        assert_eq!(lines.touched(&(3..99)), 1..3);
    }
}
