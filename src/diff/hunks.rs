//! Hunks: changed lines, with the unchanged lines around them that may be shown.

use std::ops::Range;

use similar::{Algorithm, DiffOp, capture_diff_slices};

use super::secret_mask::SecretMask;
use super::text_lines::TextLines;

/// The most unchanged lines above and below a change.
const CONTEXT: usize = 3;

/// Old lines that become new lines.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct ChangedLines {
    /// Lines of the old text.
    pub old: Range<usize>,
    /// Lines of the new text.
    pub new: Range<usize>,
}

/// Changes with the unchanged lines around and between them.
#[derive(Debug, PartialEq)]
pub(super) struct Hunk {
    /// Lines of the old text.
    pub old: Range<usize>,
    /// Lines of the new text.
    pub new: Range<usize>,
    /// The changes, in order.
    pub changes: Vec<ChangedLines>,
}

impl Hunk {
    /// The line that opens the hunk.
    pub(super) fn header(&self) -> String {
        format!("@@ -{} +{} @@", format_range(&self.old), format_range(&self.new))
    }

    /// Returns `true` if a change ends the hunk, though lines follow it in the text.
    pub(super) fn ends_without_context(&self, lines: usize) -> bool {
        match self.changes.last() {
            Some(change) => self.old.end < lines && change.old.end == self.old.end,
            None => false,
        }
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

/// Finds the hunks between two texts. Masked lines of the old text are never context: hunks end before them.
pub(super) fn find_hunks(old: &TextLines<'_>, new: &TextLines<'_>, mask: &SecretMask) -> Vec<Hunk> {
    let mut hunks = Vec::new();
    let mut group: Vec<ChangedLines> = Vec::new();
    for op in capture_diff_slices(Algorithm::Myers, &old.to_vec(), &new.to_vec()) {
        if matches!(op, DiffOp::Equal { .. }) {
            continue;
        }
        let change = ChangedLines { old: op.old_range(), new: op.new_range() };
        if let Some(last) = group.last()
            && !share_hunk(last, &change, mask)
        {
            hunks.push(add_context(std::mem::take(&mut group), old.len(), mask));
        }
        group.push(change);
    }
    if !group.is_empty() {
        hunks.push(add_context(group, old.len(), mask));
    }
    hunks
}

/// Returns `true` if the lines between two changes are few, and may all be shown.
fn share_hunk(change: &ChangedLines, next: &ChangedLines, mask: &SecretMask) -> bool {
    let between = change.old.end..next.old.start;
    between.len() <= 2 * CONTEXT && count_shown(between.clone(), mask) == between.len()
}

/// The number of lines before the first that is masked.
fn count_shown(lines: impl Iterator<Item = usize>, mask: &SecretMask) -> usize {
    lines.take_while(|line| !mask.is_in_old_line(*line)).count()
}

fn add_context(changes: Vec<ChangedLines>, lines: usize, mask: &SecretMask) -> Hunk {
    let (first, last) = (&changes[0], &changes[changes.len() - 1]);
    let above = count_shown((0..first.old.start).rev().take(CONTEXT), mask);
    let below = count_shown((last.old.end..lines).take(CONTEXT), mask);
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
    use crate::edit::Edits;

    fn shown(old: &str, new: &str, hidden: &[usize]) -> Vec<String> {
        let (old, new) = (TextLines::new(old), TextLines::new(new));
        let spans: Vec<Range<usize>> = hidden.iter().map(|line| old.span(*line)).collect();
        let mask = SecretMask::new(&old, &new, &spans, &Edits::default());
        find_hunks(&old, &new, &mask).iter().map(Hunk::header).collect()
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
