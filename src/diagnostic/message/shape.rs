//! Messages about references that the API server refuses, or drops, because of their shape.

use super::{Rule, Words, error, warning};

/// A message about the shape of a field that refers to configs, or that holds such fields.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "each variant is explained by its arm in `words`")]
pub enum ShapeMessage {
    WrongType { field: String, expected: &'static str, found: &'static str, help: String },
    Misplaced { field: String, parent: &'static str, help: String },
    Missing { parent: String, field: &'static str },
    Empty { field: String, help: String },
    RepeatedPath { path: String },
}

const WRONG_TYPE: Rule = Rule {
    id: "wrong-type",
    description: "A field of a pod spec through which configs are used has a type that the API server refuses.",
};
const MISPLACED_FIELD: Rule = Rule {
    id: "misplaced-field",
    description: "A field that refers to a config is in a place in which the API server refuses or drops it.",
};
const INCOMPLETE_REFERENCE: Rule = Rule {
    id: "incomplete-reference",
    description: "A reference does not name its config or its key, so the API server refuses or drops it.",
};
const REPEATED_PATH: Rule = Rule {
    id: "repeated-path",
    description: "Two `items` of a projected volume give the same path, which the API server refuses.",
};

impl ShapeMessage {
    pub(super) fn words(&self) -> Words {
        use ShapeMessage::*;
        match self {
            WrongType { field, expected, found, help } => {
                error(WRONG_TYPE, format!("{field} must be {expected}, not {found}")).help(help)
            }
            Misplaced { field, parent, help } => {
                let text = format!("`{field}` is not a field of {parent}: the API server refuses or drops it");
                warning(MISPLACED_FIELD, text).help(help).finding()
            }
            Missing { parent, field } => {
                let text = format!("{parent} has no `{field}`: the API server refuses it");
                warning(INCOMPLETE_REFERENCE, text).help(format!("add `{field}`")).finding()
            }
            Empty { field, help } => {
                warning(INCOMPLETE_REFERENCE, format!("{field} refers to nothing")).help(help).finding()
            }
            RepeatedPath { path } => error(
                REPEATED_PATH,
                format!("the path `{path}` is given to another file of the projected volume already"),
            )
            .help("remove one of the two, or give it another path"),
        }
    }
}
