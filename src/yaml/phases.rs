//! The phases of the reader one by one, for benches: characters and tokens, trees, and the checks after them.

use super::parse::Parser;
use super::problem::SyntaxError;
use super::scan::Scanner;
use super::scan::TokenKind;
use super::tree::Tree;
use super::{Limits, bytes, check};

/// Counts the tokens of a YAML stream.
///
/// # Errors
/// The first character or token that cannot be read.
pub fn scan_stream(text: &str, limits: &Limits) -> Result<usize, Box<SyntaxError>> {
    let has_other_breaks = bytes::check_characters(text, 0, text.len())?;
    let mut scanner = Scanner::new(text, 0, text.len(), has_other_breaks, limits);
    let mut count = 0;
    while scanner.peek_token()?.kind != TokenKind::StreamEnd {
        scanner.take_token();
        count += 1;
    }
    Ok(count)
}

/// Builds the trees of a YAML stream, without checking them.
///
/// # Errors
/// The first text that cannot be parsed.
pub fn build_trees(text: &str, limits: &Limits) -> Result<Vec<Tree>, Box<SyntaxError>> {
    let mut parser = Parser::new(text, 0, text.len(), limits)?;
    let mut trees = Vec::new();
    while let Some(document) = parser.parse_document()? {
        trees.extend(document.tree);
    }
    Ok(trees)
}

/// Checks trees of a text for what Kubernetes refuses after parsing.
///
/// # Errors
/// The first node that is refused.
pub fn check_trees(text: &str, trees: &[Tree], limits: &Limits) -> Result<(), Box<SyntaxError>> {
    for tree in trees {
        check::check_document(tree.root(text), limits)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phases_read_what_the_reader_reads() {
        let (text, limits) = ("a: 1\n---\n- b\n", Limits::default());
        assert!(scan_stream(text, &limits).unwrap() > 8);
        let trees = build_trees(text, &limits).unwrap();
        assert_eq!(trees.len(), 2);
        assert!(check_trees(text, &trees, &limits).is_ok());
        assert!(scan_stream("a: 'b", &limits).is_err());
        let trees = build_trees("[a]: 1\n", &limits).unwrap();
        assert!(check_trees("[a]: 1\n", &trees, &limits).is_err());
    }
}
