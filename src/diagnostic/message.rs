//! The messages: one enum, its one `Display`, and the way out that goes with each.

use std::fmt;

/// What we can say. `Display` says what is wrong, [`Message::help`] what to do about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Message {
    /// A document that does not parse; the parser's words.
    Syntax(String),
}

impl fmt::Display for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Message::Syntax(problem) => write!(f, "{problem}"),
        }
    }
}

impl Message {
    /// The way out, where it is not obvious.
    pub fn help(&self) -> Option<String> {
        match self {
            Message::Syntax(_) => None,
        }
    }
}
