//! Messages about names, labels and annotations that the API server refuses.

use super::{Rule, Words, warning};

/// A message about the metadata of an object or of its pods.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "each variant is explained by its arm in `words`")]
pub enum MetadataMessage {
    InvalidName {
        field: &'static str,
        name: String,
        /// A description of the names that are accepted.
        accepted: String,
    },
    NotAMapping {
        field: String,
    },
    ValueNotAString {
        field: String,
        key: String,
        value_kind: &'static str,
        /// The value, unless it may be that of a Secret or is not a scalar.
        written: Option<String>,
    },
    InvalidKey {
        field: String,
        /// The key, unless it may be the value of a Secret.
        key: Option<String>,
    },
    InvalidLabel {
        field: String,
        key: String,
    },
    AnnotationsTooLarge {
        field: String,
        bytes: usize,
    },
    UnmetSelector {
        requirement: String,
    },
}

const INVALID_METADATA: Rule =
    Rule { id: "invalid-metadata", description: "The API server refuses a name, a label or an annotation." };
const SELECTOR_MISMATCH: Rule = Rule {
    id: "selector-mismatch",
    description: "The selector of a workload does not select its own pods, which the API server refuses.",
};

impl MetadataMessage {
    pub(super) fn words(&self) -> Words {
        use MetadataMessage::*;
        match self {
            InvalidName { field, name, accepted } => {
                refused(format!("{field} `{name}` is not a name that it can have")).help(format!("use {accepted}"))
            }
            NotAMapping { field } => {
                refused(format!("{field} must be a mapping")).help("write one `KEY: \"VALUE\"` a line below it")
            }
            ValueNotAString { field, key, value_kind, written } => {
                let help = match written {
                    Some(written) => format!("write \"{written}\""),
                    None => "quote it".to_string(),
                };
                refused(format!("the value of `{key}` in {field} is {value_kind}, not a string")).help(help)
            }
            InvalidKey { field, key } => {
                let key = key.as_ref().map_or("a key".to_string(), |key| format!("the key `{key}`"));
                refused(format!("{key} in {field} is not allowed")).help(
                    "a key has at most 63 letters, digits, `-`, `_` and `.`, with a letter or digit first and last, and \
                     may have a domain and `/` before them",
                )
            }
            InvalidLabel { field, key } => refused(format!("the value of `{key}` in {field} is not one of a label"))
                .help("use at most 63 letters, digits, `-`, `_` and `.`, with a letter or digit first and last"),
            AnnotationsTooLarge { field, bytes } => {
                refused(format!("{field} has {bytes} bytes; Kubernetes accepts at most 262144"))
                    .help("move large texts elsewhere")
            }
            UnmetSelector { requirement } => {
                let text =
                    format!("its selector requires `{requirement}`, which the labels of its pod template do not meet");
                warning(SELECTOR_MISMATCH, text)
                    .help("make the labels and the selector agree; the API server refuses it as it is")
                    .finding()
            }
        }
    }
}

fn refused(text: String) -> Words {
    warning(INVALID_METADATA, format!("{text}: the API server refuses it")).finding()
}
