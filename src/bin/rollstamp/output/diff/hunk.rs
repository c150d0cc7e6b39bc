//! Hunks: changed lines with the unchanged ones around them that may be shown.

use std::ops::Range;

use similar::{Algorithm, DiffOp, capture_diff_slices};

use super::lines::Lines;

/// As many unchanged lines stand around a change, if they may be shown.
const CONTEXT: usize = 3;

/// Old lines that become new lines.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    pub old: Range<usize>,
    pub new: Range<usize>,
}

/// Changes with what stands around and between them.
#[derive(Debug, PartialEq)]
pub struct Hunk {
    pub old: Range<usize>,
    pub new: Range<usize>,
    pub changes: Vec<Change>,
}

impl Hunk {
    /// The line that opens a hunk.
    pub fn header(&self) -> String {
        format!("@@ -{} +{} @@\n", place(&self.old), place(&self.new))
    }

    /// Whether a change stands at the end of the hunk, though lines follow it in the file.
    pub fn ends_bare(&self, lines: usize) -> bool {
        self.old.end < lines && self.changes.last().is_some_and(|change| change.old.end == self.old.end)
    }
}

/// An empty range is named by the line before it.
fn place(lines: &Range<usize>) -> String {
    match lines.len() {
        0 => format!("{},0", lines.start),
        1 => (lines.start + 1).to_string(),
        count => format!("{},{count}", lines.start + 1),
    }
}

/// The hunks between two texts. Old lines that may not be shown are never context: hunks end before them.
pub fn hunks(old: &Lines<'_>, new: &Lines<'_>, is_hidden: impl Fn(usize) -> bool) -> Vec<Hunk> {
    let mut groups: Vec<Vec<Change>> = Vec::new();
    for change in changes(old, new) {
        match groups.last_mut() {
            Some(group) if belongs(group, &change, &is_hidden) => group.push(change),
            _ => groups.push(vec![change]),
        }
    }
    groups.into_iter().map(|changes| with_context(changes, old.len(), &is_hidden)).collect()
}

fn changes(old: &Lines<'_>, new: &Lines<'_>) -> impl Iterator<Item = Change> {
    let ops = capture_diff_slices(Algorithm::Myers, &old.all(), &new.all());
    let is_change = |op: &DiffOp| !matches!(op, DiffOp::Equal { .. });
    ops.into_iter().filter(is_change).map(|op| Change { old: op.old_range(), new: op.new_range() })
}

fn belongs(group: &[Change], next: &Change, is_hidden: impl Fn(usize) -> bool) -> bool {
    group.last().is_some_and(|last| {
        let mut between = last.old.end..next.old.start;
        between.len() <= 2 * CONTEXT && !between.any(is_hidden)
    })
}

fn with_context(changes: Vec<Change>, lines: usize, is_hidden: impl Fn(usize) -> bool) -> Hunk {
    let (first, last) = (&changes[0], &changes[changes.len() - 1]);
    let above = (0..first.old.start).rev().take(CONTEXT).take_while(|line| !is_hidden(*line)).count();
    let below = (last.old.end..lines).take(CONTEXT).take_while(|line| !is_hidden(*line)).count();
    let (above, below) = balanced(above, below, first.old.start, lines - last.old.end);
    Hunk {
        old: first.old.start - above..last.old.end + below,
        new: first.new.start - above..last.new.end + below,
        changes,
    }
}

/// Tools take it that a hunk with less context on one side stands at that end of the file. Where it does not, both
/// sides get as much as the poorer one has.
fn balanced(above: usize, below: usize, room_above: usize, room_below: usize) -> (usize, usize) {
    let least = above.min(below);
    let (at_start, at_end) = (above == room_above, below == room_below);
    match (above < below && !at_start, below < above && !at_end) {
        (false, false) => (above, below),
        _ => (least, least),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(old: &str, new: &str, hidden: &[usize]) -> Vec<String> {
        let hunks = hunks(&Lines::new(old), &Lines::new(new), |line| hidden.contains(&line));
        hunks.iter().map(|hunk| hunk.header().trim_end().to_owned()).collect()
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
