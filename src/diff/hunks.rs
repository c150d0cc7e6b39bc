//! Hunks: changed lines, with the unchanged lines around them that may be shown.

use std::ops::Range;

use similar::{Algorithm, DiffOp, capture_diff_slices};

use super::text_lines::TextLines;

/// The most unchanged lines above and below a change.
const CONTEXT: usize = 3;

/// Old lines that become new lines.
#[derive(Clone, Debug, PartialEq)]
pub struct ChangedLines {
    /// Lines of the old text.
    pub old: Range<usize>,
    /// Lines of the new text.
    pub new: Range<usize>,
}

/// Changes with the unchanged lines around and between them.
#[derive(Debug, PartialEq)]
pub struct Hunk {
    /// Lines of the old text.
    pub old: Range<usize>,
    /// Lines of the new text.
    pub new: Range<usize>,
    /// The changes, in order.
    pub changes: Vec<ChangedLines>,
}

impl Hunk {
    /// The line that opens the hunk.
    pub fn header(&self) -> String {
        format!("@@ -{} +{} @@", format_range(&self.old), format_range(&self.new))
    }

    /// Returns `true` if a change ends the hunk, though lines follow it in the text.
    pub fn ends_without_context(&self, lines: usize) -> bool {
        self.old.end < lines && self.changes.last().is_some_and(|change| change.old.end == self.old.end)
    }
}

/// Formats a range of lines as hunk headers do: an empty one by the line before it.
fn format_range(lines: &Range<usize>) -> String {
    match lines.len() {
        0 => format!("{},0", lines.start),
        1 => (lines.start + 1).to_string(),
        count => format!("{},{count}", lines.start + 1),
    }
}

/// Finds the hunks between two texts. Hidden lines of the old text are never context: hunks end before them.
pub fn hunks(old: &TextLines<'_>, new: &TextLines<'_>, is_hidden: impl Fn(usize) -> bool) -> Vec<Hunk> {
    let mut groups: Vec<Vec<ChangedLines>> = Vec::new();
    for change in changed_lines(old, new) {
        match groups.last_mut() {
            Some(group) if belongs_to(group, &change, &is_hidden) => group.push(change),
            _ => groups.push(vec![change]),
        }
    }
    groups.into_iter().map(|changes| add_context(changes, old.len(), &is_hidden)).collect()
}

fn changed_lines(old: &TextLines<'_>, new: &TextLines<'_>) -> impl Iterator<Item = ChangedLines> {
    let ops = capture_diff_slices(Algorithm::Myers, &old.to_vec(), &new.to_vec());
    let is_change = |op: &DiffOp| !matches!(op, DiffOp::Equal { .. });
    ops.into_iter().filter(is_change).map(|op| ChangedLines { old: op.old_range(), new: op.new_range() })
}

fn belongs_to(group: &[ChangedLines], next: &ChangedLines, is_hidden: impl Fn(usize) -> bool) -> bool {
    group.last().is_some_and(|last| {
        let mut between = last.old.end..next.old.start;
        between.len() <= 2 * CONTEXT && !between.any(is_hidden)
    })
}

fn add_context(changes: Vec<ChangedLines>, lines: usize, is_hidden: impl Fn(usize) -> bool) -> Hunk {
    let (first, last) = (&changes[0], &changes[changes.len() - 1]);
    let above = (0..first.old.start).rev().take(CONTEXT).take_while(|line| !is_hidden(*line)).count();
    let below = (last.old.end..lines).take(CONTEXT).take_while(|line| !is_hidden(*line)).count();
    let (above, below) = balance_context(above, below, first.old.start, lines - last.old.end);
    Hunk {
        old: first.old.start - above..last.old.end + below,
        new: first.new.start - above..last.new.end + below,
        changes,
    }
}

/// Gives both sides of a hunk as much context as the poorer one has, unless the text ends there: tools take a hunk with
/// less context on one side to be at that end of the file.
fn balance_context(above: usize, below: usize, room_above: usize, room_below: usize) -> (usize, usize) {
    let least = above.min(below);
    let (at_start, at_end) = (above == room_above, below == room_below);
    let is_misleading = (above < below && !at_start) || (below < above && !at_end);
    if is_misleading { (least, least) } else { (above, below) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(old: &str, new: &str, hidden: &[usize]) -> Vec<String> {
        let hunks = hunks(&TextLines::new(old), &TextLines::new(new), |line| hidden.contains(&line));
        hunks.iter().map(|hunk| hunk.header()).collect()
    }

    const TEN: &str = "1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n";

    #[test]
    fn three_lines_stand_around_a_change() {
        assert_eq!(shown(TEN, &TEN.replace("5", "five"), &[]), ["@@ -2,7 +2,7 @@"]);
        assert_eq!(shown(TEN, &TEN.replace("5\n", "5\nx\n"), &[]), ["@@ -3,6 +3,7 @@"]);
        assert_eq!(shown(TEN, &TEN.replace("1\n2", "2"), &[]), ["@@ -1,4 +1,3 @@"]);
        assert_eq!(shown("", "a\n", &[]), ["@@ -0,0 +1 @@"]);
    }

    #[test]
    fn hidden_lines_are_no_context() {
        let new = TEN.replace("5", "five");
        assert_eq!(shown(TEN, &new, &[6]), ["@@ -4,3 +4,3 @@"]);
        assert_eq!(shown(TEN, &new, &[5]), ["@@ -5 +5 @@"]);
        assert_eq!(shown(TEN, &new, &[0, 9]), ["@@ -2,7 +2,7 @@"]);
        assert_eq!(shown(TEN, &TEN.replace("2", "two"), &[3]), ["@@ -1,3 +1,3 @@"]);
    }

    #[test]
    fn a_hidden_line_between_two_changes_parts_them() {
        let new = TEN.replace("4", "four").replace("6", "six");
        assert_eq!(shown(TEN, &new, &[]), ["@@ -1,9 +1,9 @@"]);
        assert_eq!(shown(TEN, &new, &[4]), ["@@ -4 +4 @@", "@@ -6 +6 @@"]);
    }
}
