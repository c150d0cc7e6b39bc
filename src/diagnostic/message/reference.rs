//! Messages about references to configs.

use super::{Words, count, error, warning};

/// A message about a reference to a config.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "each variant is explained by its arm in `words`")]
pub enum ReferenceMessage {
    Unresolved {
        target: String,
        elsewhere: Option<String>,
        /// Set if the reference could be optional.
        may_be_optional: bool,
    },
    NamespaceInferred {
        target: String,
        namespace: String,
        /// Further references like this one.
        more: usize,
    },
    SecretsUnresolved {
        count: usize,
    },
    NothingMatches {
        kind: &'static str,
        written: String,
    },
    MissingKey {
        target: String,
        key: String,
        has: Vec<String>,
    },
    Ambiguous {
        target: String,
        definitions: Vec<String>,
        scope_help: &'static str,
    },
}

const DANGLING: &str = "dangling-reference";

impl ReferenceMessage {
    pub(super) fn words(&self) -> Words {
        use ReferenceMessage::*;
        match self {
            Unresolved { target, elsewhere: Some(namespace), .. } => {
                let text = format!("{target} is in the input, but only one of the two names the namespace {namespace}");
                warning(DANGLING, text)
                    .help(format!("set the namespace of objects without one by `--namespace {namespace}`"))
                    .finding()
            }
            Unresolved { target, elsewhere: None, may_be_optional } => {
                let or_optional = if *may_be_optional {
                    ", or mark the reference `optional: true` if the pod can start without it"
                } else {
                    ""
                };
                warning(DANGLING, format!("{target} is not in the input"))
                    .help(format!("add it to the input{or_optional}"))
                    .finding()
            }
            NamespaceInferred { target, namespace, more } => {
                let others = match more {
                    0 => String::new(),
                    more => format!(", as do {}", count(*more, "more reference")),
                };
                let text =
                    format!("taken to mean {target}{others}, though only one side names the namespace {namespace}");
                warning("namespace-inferred", text)
                    .help(format!("make it certain by `--namespace {namespace}`"))
                    .finding()
            }
            SecretsUnresolved { count: references } => {
                let references = count(*references, "reference");
                warning(DANGLING, format!("{references} to Secrets that are not in the input")).help("`-v` lists them")
            }
            NothingMatches { kind, written } => {
                warning(DANGLING, format!("no {kind} in the input matches `{written}`"))
                    .help("add it to the input, or remove it from the annotation")
                    .finding()
            }
            MissingKey { target, key, has } => {
                let keys = if has.is_empty() {
                    "it has no keys".to_string()
                } else {
                    format!("its keys are {}", has.join(", "))
                };
                warning("missing-key", format!("{target} has no key `{key}`")).help(keys).finding()
            }
            Ambiguous { target, definitions, scope_help } => {
                let definitions = definitions.join(", ");
                error("ambiguous-reference", format!("{target} is defined with different content in {definitions}"))
                    .help(*scope_help)
            }
        }
    }
}
