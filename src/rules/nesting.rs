//! The depth of texts that serde's YAML reads: options, and files of other tools.

use crate::source::{Position, Source};
use crate::yaml::{self, DocumentContent, Limits};

/// The depth at which serde's YAML refuses a text.
const MAX_DEPTH: usize = 128;

/// Finds the position from which a text is nested too deeply for serde's YAML. That reader notices only after it has
/// looked at each open bracket for each token, which takes a minute for a file of brackets; ours stops at the limit.
pub fn find_excessive_nesting(text: &str) -> Option<Position> {
    let source = Source::new("", text);
    for document in yaml::read_documents(source.padded(), &Limits::default().depth(MAX_DEPTH)) {
        if let DocumentContent::Invalid(error) = document.content
            && error.problem.is_limit()
        {
            return Some(source.position(error.offset));
        }
    }
    None
}

/// Returns the problem with a text that is nested too deeply.
pub fn nesting_problem() -> String {
    format!("nested deeper than {MAX_DEPTH} levels; check that it is the right file")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_no_file_needs_is_nested_too_deeply() {
        for open in ["[", "{a: ", "- ", "? "] {
            assert_eq!(find_excessive_nesting(&format!("a: b\n---\n{}x", open.repeat(20))), None, "{open}");
            assert!(find_excessive_nesting(&open.repeat(10_000)).is_some(), "{open}");
        }
        assert_eq!(find_excessive_nesting("a: ]"), None);
    }
}
