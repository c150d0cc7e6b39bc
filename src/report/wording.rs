//! Wording that reports have in common.

/// `1 link`, `3 links`.
pub(in crate::report) fn count(number: usize, noun: &str) -> String {
    if number == 1 { format!("1 {noun}") } else { format!("{number} {noun}s") }
}
