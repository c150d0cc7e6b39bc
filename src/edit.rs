//! Replacements of byte ranges in one text, kept sorted and disjoint, and applied in one pass.

mod edited;

pub use edited::EditedSource;

use std::ops::Range;

use crate::index::RareList;

/// One replacement: the bytes of `range` become `text`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    range: Range<usize>,
    text: String,
}

impl Edit {
    /// Puts `text` at `offset`.
    pub fn insertion(offset: usize, text: impl Into<String>) -> Edit {
        Edit { range: offset..offset, text: text.into() }
    }

    /// Removes a range.
    pub fn deletion(range: Range<usize>) -> Edit {
        Edit { range, text: String::new() }
    }

    /// Puts `text` in the place of a range.
    pub fn replacement(range: Range<usize>, text: impl Into<String>) -> Edit {
        Edit { range, text: text.into() }
    }

    /// The bytes that are replaced; empty for an insertion.
    pub fn range(&self) -> Range<usize> {
        self.range.clone()
    }

    /// The text that replaces them.
    pub fn text(&self) -> &str {
        &self.text
    }

    fn bounds(&self) -> (usize, usize) {
        (self.range.start, self.range.end)
    }
}

/// The edits of one text. Disjoint and sorted by where they start; two insertions at one offset keep their order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Edits {
    sorted: RareList<Edit>,
}

impl Edits {
    /// Adds an edit.
    ///
    /// # Errors
    /// Hands the edit back when it overlaps one that is already there.
    pub fn insert(&mut self, edit: Edit) -> Result<(), Edit> {
        let at = self.sorted.partition_point(|other| other.bounds() <= edit.bounds());
        if let Some(before) = self.sorted[..at].last()
            && before.range.end > edit.range.start
        {
            return Err(edit);
        }
        if let Some(after) = self.sorted.get(at)
            && edit.range.end > after.range.start
        {
            return Err(edit);
        }
        let Edit { range, mut text } = edit;
        text.shrink_to_fit();
        self.sorted.insert(at, Edit { range, text });
        Ok(())
    }

    /// The edits in the order of the text.
    pub fn iter(&self) -> impl Iterator<Item = &Edit> {
        self.sorted.iter()
    }

    /// The edits in a range, or at its ends.
    pub fn within(&self, range: &Range<usize>) -> &[Edit] {
        let start = self.sorted.partition_point(|edit| edit.range.end < range.start);
        let end = self.sorted.partition_point(|edit| edit.range.start <= range.end);
        &self.sorted[start..end.max(start)]
    }

    /// Returns `true` if there are none.
    pub fn is_empty(&self) -> bool {
        self.sorted.is_empty()
    }

    /// The text with every edit made.
    pub fn apply(&self, text: &str) -> String {
        apply_sorted(&self.sorted, text, 0..text.len())
    }

    /// A part of a text with the edits in it made, insertions at its ends included; none if an edit reaches over its ends.
    pub fn apply_within(&self, text: &str, range: Range<usize>) -> Option<String> {
        let mut edits = self.within(&range);
        while let [before, rest @ ..] = edits
            && before.range.start < range.start
        {
            if before.range.end > range.start {
                return None;
            }
            edits = rest;
        }
        while let [rest @ .., after] = edits
            && after.range.end > range.end
        {
            if after.range.start < range.end {
                return None;
            }
            edits = rest;
        }
        Some(apply_sorted(edits, text, range))
    }

    /// The text with every edit made, as a number of pieces: text between edits and text of edits in turn.
    fn piece_count(&self) -> usize {
        2 * self.sorted.len() + 1
    }

    /// The number of bytes of one of these pieces, of a text of this length.
    fn piece_len(&self, text_len: usize, index: usize) -> usize {
        match index % 2 {
            1 => self.sorted[index / 2].text.len(),
            _ => self.kept_span(text_len, index / 2).len(),
        }
    }

    /// The bytes before an edit and after the one before it.
    fn kept_span(&self, text_len: usize, edit: usize) -> Range<usize> {
        let start = if edit == 0 { 0 } else { self.sorted[edit - 1].range.end };
        start..self.sorted.get(edit).map_or(text_len, |next| next.range.start)
    }

    /// One of these pieces.
    fn piece<'a>(&'a self, text: &'a str, index: usize) -> &'a str {
        let edit = index / 2;
        if index % 2 == 1 {
            return &self.sorted[edit].text;
        }
        &text[self.kept_span(text.len(), edit)]
    }

    /// The map of offsets outside the edits.
    pub fn shifts(&self) -> OffsetShifts {
        let mut by = 0;
        let mut moved = Vec::with_capacity(self.sorted.len());
        for edit in &self.sorted {
            by += edit.text.len() as isize - edit.range.len() as isize;
            moved.push((edit.range.start, by));
        }
        OffsetShifts { moved }
    }
}

/// A part of a text with edits made, all of which are in it.
fn apply_sorted(edits: &[Edit], text: &str, range: Range<usize>) -> String {
    let added: usize = edits.iter().map(|edit| edit.text.len()).sum();
    let mut out = String::with_capacity(range.len() + added);
    let mut done = range.start;
    for edit in edits {
        out.push_str(&text[done..edit.range.start]);
        out.push_str(&edit.text);
        done = edit.range.end;
    }
    out.push_str(&text[done..range.end]);
    out
}

/// Spans in the order of the text, without empty ones, and one where several overlap or touch.
pub fn join_spans(mut spans: Vec<Range<usize>>) -> Vec<Range<usize>> {
    spans.sort_by_key(|span| span.start);
    let mut joined: Vec<Range<usize>> = Vec::new();
    for span in spans {
        match joined.last_mut() {
            _ if span.is_empty() => {}
            Some(last) if span.start <= last.end => last.end = last.end.max(span.end),
            _ => joined.push(span),
        }
    }
    joined
}

/// The map from offsets of the old text to offsets of the new one.
#[derive(Clone, Debug)]
pub struct OffsetShifts {
    /// The start of each edit, and by how much the text behind it has moved.
    moved: Vec<(usize, isize)>,
}

impl OffsetShifts {
    /// The new offset of the start of something: what is inserted right there comes to stand in it.
    pub fn start(&self, offset: usize) -> usize {
        self.moved_by(self.moved.partition_point(|&(start, _)| start < offset), offset)
    }

    /// The new offset of the end of something: what is inserted right there comes to stand in it.
    pub fn end(&self, offset: usize) -> usize {
        self.moved_by(self.moved.partition_point(|&(start, _)| start <= offset), offset)
    }

    fn moved_by(&self, edits: usize, offset: usize) -> usize {
        match self.moved[..edits].last() {
            Some((_, by)) => offset.saturating_add_signed(*by),
            None => offset,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn apply(text: &str, edits: impl IntoIterator<Item = Edit>) -> String {
        let mut all = Edits::default();
        for edit in edits {
            all.insert(edit).unwrap();
        }
        all.apply(text)
    }

    #[test]
    fn edits_are_applied_in_the_order_of_the_text() {
        let edits = [Edit::replacement(4..7, "TWO"), Edit::insertion(0, ">"), Edit::deletion(7..13)];
        assert_eq!(apply("one two three", edits), ">one TWO");
    }

    #[test]
    fn insertions_at_one_offset_keep_their_order() {
        assert_eq!(apply("ab", [Edit::insertion(1, "1"), Edit::insertion(1, "2")]), "a12b");
    }

    #[test]
    fn an_insertion_may_stand_right_before_a_replacement() {
        assert_eq!(apply("ab", [Edit::replacement(1..2, "B"), Edit::insertion(1, "-")]), "a-B");
    }

    #[test]
    fn a_part_has_the_edits_in_it_and_at_its_ends() {
        let mut edits = Edits::default();
        for edit in
            [Edit::insertion(4, "<"), Edit::replacement(5..6, "W"), Edit::insertion(7, ">"), Edit::deletion(9..12)]
        {
            edits.insert(edit).unwrap();
        }
        let text = "one two three";
        assert_eq!(edits.apply_within(text, 4..7).as_deref(), Some("<tWo>"));
        assert_eq!(edits.apply_within(text, 0..4).as_deref(), Some("one <"));
        assert_eq!(edits.apply_within(text, 6..9).as_deref(), Some("o> t"));
        assert_eq!(edits.apply_within(text, 0..10), None);
        assert_eq!(edits.apply_within(text, 10..13), None);
        let pieces: String = (0..edits.piece_count()).map(|index| edits.piece(text, index)).collect();
        assert_eq!(pieces, edits.apply(text));
    }

    #[test]
    fn shifts_say_where_offsets_go() {
        let mut edits = Edits::default();
        edits.insert(Edit::insertion(2, "xxx")).unwrap();
        edits.insert(Edit::deletion(4..6)).unwrap();
        let shifts = edits.shifts();
        assert_eq!([1, 2, 3, 6, 9].map(|offset| shifts.start(offset)), [1, 2, 6, 7, 10]);
        assert_eq!([1, 2, 3, 6, 9].map(|offset| shifts.end(offset)), [1, 5, 6, 7, 10]);
    }

    #[test]
    fn an_overlap_hands_the_edit_back() {
        let mut edits = Edits::default();
        edits.insert(Edit::replacement(2..6, "x")).unwrap();
        for overlap in [Edit::deletion(5..7), Edit::deletion(0..3), Edit::insertion(4, "y"), Edit::deletion(2..6)] {
            assert_eq!(edits.insert(overlap.clone()), Err(overlap));
        }
        assert_eq!(edits.insert(Edit::insertion(6, "z")), Ok(()));
    }
}
