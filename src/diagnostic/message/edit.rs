//! Messages about edits that cannot be made.

use super::{Rule, Words, error};

/// A message about an edit that cannot be made.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "each variant is explained by its arm in `words`")]
pub enum EditMessage {
    Refused { reason: String, other_line: Option<usize>, help: String },
    Overlap,
    VerificationFailed,
}

const REPORT: &str = "please report it with this document";

const CANNOT_EDIT: Rule = Rule {
    id: "cannot-edit",
    description: "A manifest is written in a way that cannot be edited without changing something else.",
};

impl EditMessage {
    pub(super) fn words(&self) -> Words {
        use EditMessage::*;
        match self {
            Refused { reason, other_line, help } => {
                let other = other_line.map_or(String::new(), |line| format!(" (see line {line})"));
                error(CANNOT_EDIT, format!("{reason}{other}")).help(help)
            }
            Overlap => error(CANNOT_EDIT, "two edits overlap").help(REPORT),
            VerificationFailed => error(
                CANNOT_EDIT,
                "verification failed: the edited document would not parse to the planned values; nothing was written",
            )
            .help(REPORT),
        }
    }
}
