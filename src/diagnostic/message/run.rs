//! A message of the program that runs: about its input files, its options, or the run itself.

use super::{Rule, Words, error};
use crate::diagnostic::Diagnostic;

/// A message of the program that runs, which knows its words: an error, unless the program says otherwise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunMessage(pub String);

const RUN: Rule = Rule { id: "run", description: "The run failed, or a note about the run." };

impl RunMessage {
    pub(super) fn words(&self) -> Words {
        error(RUN, &self.0)
    }
}

/// A diagnostic without a place.
impl From<RunMessage> for Diagnostic {
    fn from(message: RunMessage) -> Diagnostic {
        Diagnostic::general(message)
    }
}
