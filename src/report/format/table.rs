//! Tables for people: one record a line, columns as wide as their longest cell, or lines of the width of a terminal in
//! which long cells are shortened.

use std::borrow::Cow;

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::palette::PaletteColor;
use super::styled::StyledText;
use crate::escape::escape;
use crate::kinds::short_names::short_name_of;

/// The columns between two cells.
const GAP: usize = 2;

/// The width below which headings are shortened too.
const NARROW: usize = 100;

/// The letters of a heading that are always shown.
const SHORT_HEADING: usize = 5;

/// The width below which no cell is shortened.
const NARROWEST: usize = 3;

/// The sign in the place of what a shortened cell leaves out.
const ELLIPSIS: char = '…';

/// A column of a table.
#[derive(Clone, Copy, Debug)]
pub(in crate::report) struct Column {
    heading: &'static str,
    /// The part of the width that it gets where not all columns have room, relative to the other columns; of a column of
    /// sentences the width up to which the others leave it room.
    share: usize,
    shortening: Shortening,
    /// Set if the column is left out where not all have room.
    is_optional: bool,
}

/// The part of a long cell that is left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shortening {
    /// None: all cells are short.
    Never,
    /// None: what a sentence says is what people look for, and the terminal wraps the last column.
    Sentence,
    /// The middle, since names differ at both ends.
    Middle,
    /// The middle, after the kinds of all objects in the column were replaced by their short names.
    Object,
}

impl Column {
    /// A column of short words.
    pub(in crate::report) const fn of_words(heading: &'static str) -> Column {
        Column { heading, share: 0, shortening: Shortening::Never, is_optional: false }
    }

    /// A column of names.
    pub(in crate::report) const fn of_names(heading: &'static str, share: usize) -> Column {
        Column { heading, share, shortening: Shortening::Middle, is_optional: false }
    }

    /// A column of objects, such as `prod/Deployment/web`.
    pub(in crate::report) const fn of_objects(heading: &'static str, share: usize) -> Column {
        Column { heading, share, shortening: Shortening::Object, is_optional: false }
    }

    /// A column of sentences, which stands last, and which the other columns leave so much room if it needs that much.
    pub(in crate::report) const fn of_sentences(heading: &'static str, room: usize) -> Column {
        Column { heading, share: room, shortening: Shortening::Sentence, is_optional: false }
    }

    /// A column of places, which is left out where not all columns have room.
    pub(in crate::report) const fn of_places(heading: &'static str) -> Column {
        Column { heading, share: 1, shortening: Shortening::Middle, is_optional: true }
    }
}

/// A cell of a table.
pub(in crate::report) struct Cell<'a> {
    /// The text, escaped for one line.
    text: Cow<'a, str>,
    width: usize,
    color: Option<PaletteColor>,
}

impl<'a> Cell<'a> {
    /// A cell without a color.
    pub(in crate::report) fn new(text: impl Into<Cow<'a, str>>) -> Cell<'a> {
        Cell::colored(text, None)
    }

    /// A cell with a color, if there is one.
    pub(in crate::report) fn colored(text: impl Into<Cow<'a, str>>, color: Option<PaletteColor>) -> Cell<'a> {
        let mut text = text.into();
        let mut width = text.len();
        if !text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
            text = Cow::Owned(escape(&text).into_owned());
            width = text.width();
        }
        Cell { text, width, color }
    }
}

/// Rows under headings.
pub(in crate::report) struct TextTable<'a> {
    columns: Vec<Column>,
    /// The cells of all rows, row by row.
    cells: Vec<Cell<'a>>,
    indent: usize,
    has_headings: bool,
}

impl<'a> TextTable<'a> {
    /// A table without rows.
    pub(in crate::report) fn new(columns: impl Into<Vec<Column>>) -> TextTable<'a> {
        TextTable { columns: columns.into(), cells: Vec::new(), indent: 0, has_headings: true }
    }

    /// An indented list without headings.
    pub(in crate::report) fn list(columns: impl Into<Vec<Column>>) -> TextTable<'a> {
        TextTable { indent: GAP, has_headings: false, ..TextTable::new(columns) }
    }

    pub(in crate::report) fn is_empty(&self) -> bool {
        self.cells.is_empty()
    }

    /// Adds a row, which has a cell for each column.
    pub(in crate::report) fn push_row(&mut self, row: impl IntoIterator<Item = Cell<'a>>) {
        self.cells.extend(row);
        debug_assert!(self.cells.len().is_multiple_of(self.columns.len()), "a row has a cell for each column");
    }

    /// Prints the table, in lines of at most `width` columns if that is possible. A table without rows prints nothing.
    pub(in crate::report) fn print(mut self, out: &mut StyledText, width: Option<usize>) {
        if self.is_empty() {
            return;
        }
        let mut widths = self.natural_widths(usize::MAX);
        if let Some(width) = width
            && self.line_width(&widths) > width
        {
            self.drop_optional_columns();
            self.shorten_kinds();
            let longest_heading = if width < NARROW { SHORT_HEADING } else { usize::MAX };
            widths = self.fit_widths(self.natural_widths(longest_heading), width);
        }
        if self.has_headings {
            self.print_headings(out, &widths);
        }
        for row in self.cells.chunks(self.columns.len()) {
            self.print_row(out, row, &widths);
        }
    }

    /// The width of the longest cell of each column, or of its heading up to a length.
    fn natural_widths(&self, longest_heading: usize) -> Vec<usize> {
        let mut widths = Vec::new();
        for column in &self.columns {
            widths.push(if self.has_headings { column.heading.len().min(longest_heading) } else { 0 });
        }
        for row in self.cells.chunks(self.columns.len()) {
            for (width, cell) in widths.iter_mut().zip(row) {
                *width = (*width).max(cell.width);
            }
        }
        widths
    }

    fn line_width(&self, widths: &[usize]) -> usize {
        self.indent + widths.iter().sum::<usize>() + GAP * widths.len().saturating_sub(1)
    }

    fn drop_optional_columns(&mut self) {
        let columns = std::mem::take(&mut self.columns);
        let mut index = 0;
        self.cells.retain(|_| {
            let is_kept = !columns[index % columns.len()].is_optional;
            index += 1;
            is_kept
        });
        self.columns = columns.into_iter().filter(|column| !column.is_optional).collect();
    }

    /// Replaces the kinds of objects by their short names.
    fn shorten_kinds(&mut self) {
        for (index, cell) in self.cells.iter_mut().enumerate() {
            if self.columns[index % self.columns.len()].shortening == Shortening::Object
                && let Some(text) = shorten_kind(&cell.text)
            {
                cell.width = text.width();
                cell.text = Cow::Owned(text);
            }
        }
    }

    /// Widths that fit into a line. A column that needs no more than its share gets what it needs, and the others share
    /// the rest.
    fn fit_widths(&self, natural: Vec<usize>, width: usize) -> Vec<usize> {
        let mut widths = natural;
        let mut room = width.saturating_sub(self.line_width(&vec![0; widths.len()]));
        let mut open: Vec<usize> = Vec::new();
        for (index, column) in self.columns.iter().enumerate() {
            match column.shortening {
                Shortening::Never => room = room.saturating_sub(widths[index]),
                Shortening::Sentence => room = room.saturating_sub(widths[index].min(column.share)),
                Shortening::Middle | Shortening::Object => open.push(index),
            }
        }
        loop {
            let shares: usize = open.iter().map(|&index| self.columns[index].share).sum();
            let (mut still_open, mut rest) = (Vec::new(), room);
            for &index in &open {
                if widths[index] * shares <= room * self.columns[index].share {
                    rest -= widths[index];
                } else {
                    still_open.push(index);
                }
            }
            if still_open.len() == open.len() {
                break;
            }
            (open, room) = (still_open, rest);
        }
        let mut shares: usize = open.iter().map(|&index| self.columns[index].share).sum();
        for index in open {
            let share = self.columns[index].share;
            let part = room * share / shares;
            room -= part;
            shares -= share;
            widths[index] = part.max(NARROWEST.min(widths[index]));
        }
        widths
    }

    fn print_headings(&self, out: &mut StyledText, widths: &[usize]) {
        let mut padding = self.indent;
        for (column, width) in self.columns.iter().zip(widths) {
            out.pad(padding);
            let heading = shorten_heading(column.heading, *width);
            out.push_bold(&heading);
            padding = (width + GAP).saturating_sub(heading.width());
        }
        out.push_escaped("\n");
    }

    fn print_row(&self, out: &mut StyledText, row: &[Cell<'a>], widths: &[usize]) {
        let mut padding = self.indent;
        for (cell, &width) in row.iter().zip(widths) {
            if cell.width == 0 {
                padding += width + GAP;
                continue;
            }
            out.pad(padding);
            if cell.width <= width {
                push_cell(out, &cell.text, cell.color);
                padding = width + GAP - cell.width;
            } else {
                let text = shorten(&cell.text, width);
                push_cell(out, &text, cell.color);
                padding = (width + GAP).saturating_sub(text.width());
            }
        }
        out.push_escaped("\n");
    }
}

fn push_cell(out: &mut StyledText, text: &str, color: Option<PaletteColor>) {
    match color {
        Some(_) => out.push_colored(text, color),
        None => out.push_escaped(text),
    }
}

/// `prod/Deployment/web` as `prod/deploy/web`.
fn shorten_kind(label: &str) -> Option<String> {
    let (before, name) = label.rsplit_once('/')?;
    let (namespace, kind) = match before.rsplit_once('/') {
        Some((namespace, kind)) => (&before[..=namespace.len()], kind),
        None => ("", before),
    };
    Some(format!("{namespace}{}/{name}", short_name_of(kind)?))
}

/// A heading in at most so many columns, as far as it goes.
fn shorten_heading(heading: &str, width: usize) -> Cow<'_, str> {
    if heading.len() <= width {
        return Cow::Borrowed(heading);
    }
    Cow::Owned(format!("{}{ELLIPSIS}", &heading[..take_width(heading.chars(), width.saturating_sub(1))]))
}

/// A name in at most so many columns.
fn shorten(text: &str, width: usize) -> Cow<'_, str> {
    if text.width() <= width {
        return Cow::Borrowed(text);
    }
    let room = width.saturating_sub(1);
    let tail = room / 2;
    let start = take_width(text.chars(), room - tail);
    let end = take_width(text.chars().rev(), tail);
    Cow::Owned(format!("{}{ELLIPSIS}{}", &text[..start], &text[text.len() - end..]))
}

/// The bytes of the first characters that fit into so many columns.
fn take_width(letters: impl Iterator<Item = char>, width: usize) -> usize {
    let (mut bytes, mut taken) = (0, 0);
    for letter in letters {
        taken += letter.width().unwrap_or(0);
        if taken > width {
            break;
        }
        bytes += letter.len_utf8();
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    const COLUMNS: [Column; 3] =
        [Column::of_objects("WORKLOAD", 2), Column::of_words("HOW"), Column::of_sentences("STATUS", 8)];

    fn printed(rows: &[[&str; 3]], width: Option<usize>) -> String {
        let mut table = TextTable::new(COLUMNS);
        for row in rows {
            table.push_row(row.map(Cell::new));
        }
        let mut out = StyledText::new(false);
        table.print(&mut out, width);
        out.into_string()
    }

    const ROWS: [[&str; 3]; 2] = [
        ["prod/Deployment/a-name-that-is-long", "env", "resolved"],
        ["Kafka/events", "volume", "generated by a controller"],
    ];

    #[test]
    fn lines_are_whole_without_a_width_and_where_they_fit() {
        let whole = "\
WORKLOAD                             HOW     STATUS
prod/Deployment/a-name-that-is-long  env     resolved
Kafka/events                         volume  generated by a controller
";
        assert_eq!(printed(&ROWS, None), whole);
        assert_eq!(printed(&ROWS, Some(70)), whole);
    }

    #[test]
    fn long_names_are_shortened_visibly_and_sentences_never() {
        let narrow = "\
WORKLOAD             HOW     STATUS
prod/depl…t-is-long  env     resolved
Kafka/events         volume  generated by a controller
";
        assert_eq!(printed(&ROWS, Some(37)), narrow);
    }

    #[test]
    fn no_line_is_wider_than_the_terminal() {
        let wide = [
            ["日本語/Deployment/日本語日本語日本語", "env", "équipe"],
            ["ns/Secret/e\u{301}e\u{301}e\u{301}", "x", "y"],
        ];
        for rows in [&ROWS[..1], &wide] {
            for width in 30..80 {
                for line in printed(rows, Some(width)).lines() {
                    assert!(line.width() <= width, "{width}: {line}");
                }
            }
        }
    }

    #[test]
    fn places_are_left_out_where_not_all_columns_have_room() {
        let mut outputs = Vec::new();
        for width in [20, 40] {
            let columns = [Column::of_names("NAME", 1), Column::of_places("FILE:LINE"), Column::of_sentences("WHY", 4)];
            let mut table = TextTable::new(columns);
            table.push_row(["a-name", "a.yaml:7", "because"].map(Cell::new));
            let mut out = StyledText::new(false);
            table.print(&mut out, Some(width));
            outputs.push(out.into_string());
        }
        assert_eq!(outputs, ["NAME    WHY\na-name  because\n", "NAME    FILE:LINE  WHY\na-name  a.yaml:7   because\n"]);
    }

    #[test]
    fn cells_are_escaped_and_nothing_trails() {
        let text = printed(&[["a\u{1b}[31m\nb", "", ""]], None);
        assert_eq!(text.lines().last(), Some("a\\u001b[31m\\nb"));
        assert_eq!(printed(&[], Some(80)), "");
    }
}
