//! A source with edits that are not made yet: its new text comes in pieces of the old text and of the edits, so that no
//! second text is held.

use std::borrow::Cow;

use super::Edits;
use crate::index::RareList;
use crate::source::{DEFAULT_LINE_BREAK, Source};

/// A source before its edits are made, which is read as if they were.
#[derive(Clone, Debug)]
pub struct EditedSource<'a> {
    before: Source,
    edits: &'a Edits,
    /// The number of pieces, and the bytes of the last one that belong to the text.
    count: usize,
    last_len: usize,
}

/// No edits.
static NO_EDITS: Edits = Edits { sorted: RareList::EMPTY };

impl From<Source> for EditedSource<'static> {
    fn from(source: Source) -> EditedSource<'static> {
        EditedSource::new(source, &NO_EDITS, false)
    }
}

impl<'a> EditedSource<'a> {
    /// A source with edits. The line break that was added for reading goes again, unless it has become part of the text.
    pub fn new(before: Source, edits: &'a Edits, keeps_padding: bool) -> EditedSource<'a> {
        let mut cut = if keeps_padding { 0 } else { before.padding() };
        let mut count = edits.piece_count();
        let mut last_len = edits.piece_len(before.padded_len(), count - 1);
        while count > 1 && last_len <= cut {
            cut -= last_len;
            count -= 1;
            last_len = edits.piece_len(before.padded_len(), count - 1);
        }
        EditedSource { before, edits, count, last_len: last_len.saturating_sub(cut) }
    }

    /// A copy that holds the text of the source, while its pieces are read.
    pub fn held(&self) -> EditedSource<'a> {
        EditedSource { before: self.before.held().into_owned(), ..*self }
    }

    /// The source before its edits, with this text, which is that of the source.
    pub fn with_text_before(&self, text: String) -> EditedSource<'a> {
        EditedSource { before: self.before.with_text(text), ..*self }
    }

    /// The label of the source.
    pub fn name(&self) -> &str {
        self.before.name()
    }

    /// The text in pieces, some of which may be empty.
    pub fn pieces(&self) -> impl DoubleEndedIterator<Item = &str> {
        (0..self.count).map(|index| self.piece(index))
    }

    fn piece(&self, index: usize) -> &str {
        let piece = self.edits.piece(self.before.padded(), index);
        if index + 1 == self.count { &piece[..self.last_len] } else { piece }
    }

    fn piece_len(&self, index: usize) -> usize {
        if index + 1 == self.count { self.last_len } else { self.edits.piece_len(self.before.padded_len(), index) }
    }

    /// The whole text.
    pub fn text(&self) -> Cow<'_, str> {
        if self.edits.is_empty() { Cow::Borrowed(self.before.text()) } else { Cow::Owned(self.pieces().collect()) }
    }

    /// The source with its edits made.
    pub fn to_source(&self) -> Source {
        if self.edits.is_empty() {
            return self.before.clone();
        }
        self.before.with_text(self.held().text())
    }

    /// Returns `true` if there is no text.
    pub fn is_empty(&self) -> bool {
        (0..self.count).all(|index| self.piece_len(index) == 0)
    }

    /// Returns `true` if the edits make another text.
    pub fn is_changed(&self) -> bool {
        if self.edits.is_empty() {
            return false;
        }
        let held = self.held();
        let mut before = held.before.text();
        for piece in held.pieces() {
            match before.strip_prefix(piece) {
                Some(rest) => before = rest,
                None => return true,
            }
        }
        !before.is_empty()
    }

    /// The line break that Kubernetes adds to a text that ends without one.
    pub fn missing_line_break(&self) -> Option<&'static str> {
        let last = self.pieces().rfind(|piece| !piece.is_empty())?;
        (!last.ends_with('\n')).then(|| self.line_break())
    }

    /// The line break that the text uses: that of its first line.
    pub fn line_break(&self) -> &'static str {
        let mut before = None;
        for piece in self.pieces() {
            let bytes = piece.as_bytes();
            let Some(at) = memchr::memchr(b'\n', bytes) else {
                before = bytes.last().or(before);
                continue;
            };
            let before = if at > 0 { Some(&bytes[at - 1]) } else { before };
            return if before == Some(&b'\r') { "\r\n" } else { DEFAULT_LINE_BREAK };
        }
        DEFAULT_LINE_BREAK
    }

    /// The characters from the start.
    pub fn characters(&self) -> impl Iterator<Item = char> {
        self.pieces().flat_map(str::chars)
    }

    /// The characters from the start of the last line, which may end in a line break.
    pub fn characters_of_last_line(&self) -> impl Iterator<Item = char> {
        let (mut start, mut is_end) = ((0, 0), true);
        for index in (0..self.count).rev() {
            let piece = self.piece(index);
            let searched = if is_end { piece.strip_suffix('\n').unwrap_or(piece) } else { piece };
            is_end &= piece.is_empty();
            if let Some(at) = memchr::memrchr(b'\n', searched.as_bytes()) {
                start = (index, at + 1);
                break;
            }
        }
        let (first, offset) = start;
        let rest = (first + 1..self.count).flat_map(|index| self.piece(index).chars());
        self.piece(first)[offset..].chars().chain(rest)
    }
}

#[cfg(test)]
mod tests {
    use super::super::Edit;
    use super::*;

    fn edits(all: impl IntoIterator<Item = Edit>) -> Edits {
        let mut edits = Edits::default();
        for edit in all {
            edits.insert(edit).unwrap();
        }
        edits
    }

    #[test]
    fn pieces_are_the_text_with_the_edits_made() {
        let source = Source::new("x", "one\ntwo");
        for (edits, text) in [
            (edits([]), "one\ntwo"),
            (edits([Edit::replacement(0..3, "1")]), "1\ntwo"),
            (edits([Edit::replacement(4..7, "2")]), "one\n2"),
            (edits([Edit::insertion(8, "three\n")]), "one\ntwo\nthree"),
            (edits([Edit::deletion(0..8)]), ""),
            (edits([Edit::insertion(0, "a\n"), Edit::deletion(7..8), Edit::insertion(8, "\n")]), "a\none\ntwo"),
        ] {
            let edited = EditedSource::new(source.clone(), &edits, false);
            assert_eq!(edited.text(), text);
            assert_eq!(edited.to_source().text(), text);
            assert_eq!(edited.is_empty(), text.is_empty());
            assert_eq!(edited.is_changed(), text != source.text());
            assert_eq!(edited.characters().collect::<String>(), text);
            let last = text.split_inclusive('\n').next_back().unwrap_or_default();
            assert_eq!(edited.characters_of_last_line().collect::<String>(), last, "{text:?}");
        }
    }

    #[test]
    fn an_edit_of_equal_text_changes_nothing() {
        let (source, edits) = (Source::new("x", "one\n"), edits([Edit::replacement(0..3, "one")]));
        assert!(!EditedSource::new(source, &edits, false).is_changed());
    }

    #[test]
    fn line_breaks_are_those_of_the_new_text() {
        let edits = edits([Edit::replacement(1..3, "\r"), Edit::insertion(3, "\n")]);
        let edited = EditedSource::new(Source::new("x", "abcd"), &edits, false);
        assert_eq!((edited.line_break(), edited.missing_line_break()), ("\r\n", Some("\r\n")));
        let whole = EditedSource::from(Source::new("x", "ab\n"));
        assert_eq!((whole.line_break(), whole.missing_line_break()), ("\n", None));
        assert_eq!(EditedSource::from(Source::new("x", "")).missing_line_break(), None);
    }

    #[test]
    fn the_last_line_is_found_across_pieces() {
        let edits = edits([Edit::replacement(2..4, "-"), Edit::insertion(5, "-\n")]);
        let edited = EditedSource::new(Source::new("x", "a\nbcd\n"), &edits, false);
        assert_eq!(edited.text(), "a\n-d-\n\n");
        assert_eq!(edited.characters_of_last_line().collect::<String>(), "\n");
    }
}
