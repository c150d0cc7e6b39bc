//! Messages about the values of annotations that configs and workloads carry for us and for controllers.

use super::{Rule, Words, error};

/// A message about the value of an annotation.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "each variant is explained by its arm in `words`")]
pub enum AnnotationMessage {
    UnknownRollOn { written: String },
    UnknownFlag { key: &'static str, written: String },
    UnknownBaseName { base: String },
    UnknownStrategy { written: String },
    InvalidPattern { key: &'static str, written: String },
}

const UNKNOWN_VALUE: Rule =
    Rule { id: "unknown-annotation-value", description: "An annotation has a value that has no meaning for it." };

impl AnnotationMessage {
    pub(super) fn words(&self) -> Words {
        use AnnotationMessage::*;
        match self {
            UnknownRollOn { written } => {
                error(UNKNOWN_VALUE, format!("unknown value `{written}` of rollstamp.dev/roll-on"))
                    .help("use any, frozen or never")
            }
            UnknownFlag { key, written } => {
                error(UNKNOWN_VALUE, format!("unknown value `{written}` of {key}")).help("use \"true\" or \"false\"")
            }
            UnknownBaseName { base } => error(
                UNKNOWN_VALUE,
                format!("rollstamp.dev/base-name is `{base}`, but the name of the object does not start with it"),
            )
            .help("remove the annotation"),
            UnknownStrategy { written } => {
                error(UNKNOWN_VALUE, format!("unknown value `{written}` of rollstamp.dev/strategy"))
                    .help("use stamp, rename or none")
            }
            InvalidPattern { key, written } => error(UNKNOWN_VALUE, format!("invalid pattern `{written}` in {key}"))
                .help("close its brackets, or remove it from the list"),
        }
    }
}
