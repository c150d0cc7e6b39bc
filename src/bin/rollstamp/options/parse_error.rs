//! Errors of parsing YAML by serde, in the style of our messages.

use rollstamp::diagnostic::{Diagnostic, RunMessage};
use rollstamp::source::Position;
use rollstamp::suggest::nearest_name;

/// The size of the largest options or rule file.
pub const MAX_BYTES: u64 = 256 << 10;

/// An error in an options document, or in a file that it names.
#[derive(Debug, PartialEq)]
pub struct ParseError {
    /// Line and column, if they are known.
    pub position: Option<Position>,
    /// The problem, and how to fix it.
    pub sentence: String,
}

impl ParseError {
    /// The error as a diagnostic about a file.
    pub fn in_file(self, file: &str) -> Diagnostic {
        match self.position {
            Some(position) => Diagnostic::at_position(file, position, RunMessage(self.sentence)),
            None => Diagnostic::general(RunMessage(format!("{file}: {}", self.sentence))),
        }
    }
}

/// Takes the position out of the parser's words, and adds a suggestion for a misspelt field or value.
pub fn explain_error(error: &serde_yaml::Error) -> ParseError {
    let mut sentence = error.to_string();
    let position = error.location().map(|at| Position { line: at.line(), column: at.column() });
    if let Some(Position { line, column }) = position {
        sentence = sentence.replace(&format!(" at line {line} column {column}"), "");
    }
    for what in ["field", "variant"] {
        if let Some((before, word, Some(known))) = find_misspelt(&sentence, what) {
            sentence = format!("{before}unknown {what} `{word}`; did you mean `{known}`?");
            break;
        }
    }
    ParseError { position, sentence }
}

/// Finds the unknown field or variant in serde's words, and the known one that is most like it: ``spec: unknown field `x`, expected one of `a`, `b` ``.
pub fn find_misspelt<'s>(said: &'s str, what: &str) -> Option<(&'s str, &'s str, Option<&'s str>)> {
    let (before, rest) = said.split_once(&format!("unknown {what} `"))?;
    let (field, expected) = rest.split_once('`')?;
    let nearest = nearest_name(field, expected.split('`').skip(1).step_by(2));
    Some((before, field, nearest))
}
