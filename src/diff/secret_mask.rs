//! Masks for the values of Secrets in the lines of a text, before and after its edits.

use std::borrow::Cow;
use std::ops::Range;

use crate::edit::{Edit, Edits, join_spans};

use super::text_lines::TextLines;

/// The bytes of an old and a new text that hold values of Secrets.
pub(super) struct SecretMask {
    old: MaskedSpans,
    new: MaskedSpans,
}

impl SecretMask {
    /// A mask for spans of the old text, and for where the edits move them in the new one.
    pub(super) fn new(old: &TextLines<'_>, new: &TextLines<'_>, spans: &[Range<usize>], edits: &Edits) -> SecretMask {
        let moved = MovedSpans::new(edits);
        let mut new_spans = Vec::with_capacity(spans.len());
        for span in spans {
            new_spans.push(moved.move_span(span));
        }
        SecretMask { old: MaskedSpans::new(old, spans.to_vec()), new: MaskedSpans::new(new, new_spans) }
    }

    /// Returns `true` if a line of the old text holds a value.
    pub(super) fn is_in_old_line(&self, line: usize) -> bool {
        self.old.is_in_line(line)
    }

    /// Returns `true` if any of the lines of the old and of the new text holds a value.
    pub(super) fn hides_lines(&self, old: &Range<usize>, new: &Range<usize>) -> bool {
        self.old.is_in_any_line(old) || self.new.is_in_any_line(new)
    }

    /// A line of the old text with `***` in the place of values.
    pub(super) fn mask_old_line<'a>(&self, lines: &TextLines<'a>, line: usize) -> Cow<'a, str> {
        self.old.mask_line(lines, line)
    }

    /// A line of the new text with `***` in the place of values.
    pub(super) fn mask_new_line<'a>(&self, lines: &TextLines<'a>, line: usize) -> Cow<'a, str> {
        self.new.mask_line(lines, line)
    }
}

/// Spans of one text, joined where they meet, and the lines that they touch.
struct MaskedSpans {
    spans: Vec<Range<usize>>,
    lines: Vec<Range<usize>>,
}

impl MaskedSpans {
    fn new(lines: &TextLines<'_>, spans: Vec<Range<usize>>) -> MaskedSpans {
        let spans = join_spans(spans);
        let lines = spans.iter().map(|span| lines.lines_of_span(span)).collect();
        MaskedSpans { spans, lines }
    }

    fn is_in_line(&self, line: usize) -> bool {
        !self.spans_of_line(line).is_empty()
    }

    fn is_in_any_line(&self, lines: &Range<usize>) -> bool {
        lines.clone().any(|line| self.is_in_line(line))
    }

    /// The spans that touch a line.
    fn spans_of_line(&self, line: usize) -> &[Range<usize>] {
        let start = self.lines.partition_point(|lines| lines.end <= line);
        let end = self.lines.partition_point(|lines| lines.start <= line);
        self.spans.get(start..end).unwrap_or_default()
    }

    fn mask_line<'a>(&self, lines: &TextLines<'a>, line: usize) -> Cow<'a, str> {
        let text = lines.line(line);
        let whole = lines.span(line);
        // The line break stays, whatever the span covers: without it the next line would be part of this one.
        let content = whole.start + text.trim_end_matches(['\n', '\r']).len();
        let mut shown = String::new();
        let mut done = whole.start;
        for span in self.spans_of_line(line) {
            let (from, to) = (span.start.clamp(whole.start, content), span.end.clamp(whole.start, content));
            shown.push_str(&text[done - whole.start..from - whole.start]);
            shown.push_str("***");
            done = to;
        }
        if shown.is_empty() { Cow::Borrowed(text) } else { Cow::Owned(shown + &text[done - whole.start..]) }
    }
}

/// Spans of an old text in the new one.
///
/// Other than [`Shifts`](crate::edit::Shifts), a span takes in the new text of every edit that reaches into it: a part
/// of a value may be in it.
struct MovedSpans<'a> {
    edits: Vec<&'a Edit>,
    /// The growth of the text by each number of edits.
    growth: Vec<isize>,
}

impl MovedSpans<'_> {
    fn new(edits: &Edits) -> MovedSpans<'_> {
        let edits: Vec<&Edit> = edits.iter().collect();
        let mut growth = vec![0];
        for edit in &edits {
            let grown = growth[growth.len() - 1] + edit.text().len() as isize - edit.range().len() as isize;
            growth.push(grown);
        }
        MovedSpans { edits, growth }
    }

    /// The span together with the new text of every edit that reaches into it.
    fn move_span(&self, span: &Range<usize>) -> Range<usize> {
        let before = self.edits.partition_point(|edit| edit.range().end <= span.start);
        let until = self.edits.partition_point(|edit| edit.range().start < span.end);
        let mut start = span.start;
        if let Some(edit) = self.edits.get(before) {
            start = start.min(edit.range().start);
        }
        let mut end = span.end;
        if let Some(edit) = self.edits[..until].last() {
            end = end.max(edit.range().end);
        }
        start.saturating_add_signed(self.growth[before])..end.saturating_add_signed(self.growth[until])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OLD: &str = "kind: Secret\nstringData: {a: hush, b: psst}\n";

    fn masked(spans: &[Range<usize>], edits: Vec<Edit>) -> (String, String) {
        let mut all = Edits::default();
        for edit in edits {
            all.insert(edit).unwrap();
        }
        let text = all.apply(OLD);
        let (old, new) = (TextLines::new(OLD), TextLines::new(&text));
        let secrets = SecretMask::new(&old, &new, spans, &all);
        let show = |lines: &TextLines<'_>, side: &MaskedSpans| {
            (0..lines.len()).map(|line| side.mask_line(lines, line)).collect()
        };
        (show(&old, &secrets.old), show(&new, &secrets.new))
    }

    #[test]
    fn values_are_masked_where_they_are_and_where_they_went() {
        let at = |word: &str| OLD.find(word).map(|start| start..start + word.len()).unwrap();
        let (old, new) = masked(
            &[at("hush"), at("psst")],
            vec![Edit::insertion(0, "# x\n"), Edit::insertion(at("b:").start, "c: 1, ")],
        );
        assert_eq!(old, "kind: Secret\nstringData: {a: ***, b: ***}\n");
        assert_eq!(new, "# x\nkind: Secret\nstringData: {a: ***, c: 1, b: ***}\n");
    }

    #[test]
    fn an_edited_value_is_masked_too() {
        let at = |word: &str| OLD.find(word).map(|start| start..start + word.len()).unwrap();
        let (_, new) = masked(&[at("hush")], vec![Edit::replacement(at("hush"), "louder")]);
        assert_eq!(new, "kind: Secret\nstringData: {a: ***, b: psst}\n");
        let (_, new) = masked(&[at("hush")], vec![Edit::replacement(at("sh, b"), "xyz")]);
        assert_eq!(new, "kind: Secret\nstringData: {a: ***: psst}\n");
    }

    #[test]
    fn a_value_over_several_lines_hides_each() {
        let (old, _) = masked(std::slice::from_ref(&(5..OLD.len())), vec![]);
        assert_eq!(old, "kind:***\n***\n");
    }
}
