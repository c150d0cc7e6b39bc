//! Messages about options: about what they select, and about options that are missing.

use super::{Rule, Words, error, note};

/// A message about an option.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "each variant is explained by its arm in `words`")]
pub enum OptionMessage {
    UnknownKind {
        targets: Vec<String>,
        /// A rule that makes the kind known.
        rule: String,
    },
    NothingSelected {
        option: &'static str,
        pattern: String,
        /// A config that may be meant.
        similar: Option<String>,
    },
    KindMissing {
        option: &'static str,
        pattern: String,
        configs: Vec<String>,
    },
}

const SELECTOR_WITHOUT_MATCH: Rule = Rule {
    id: "selector-without-match",
    description: "An option selects configs by a pattern, and nothing in the input matches it.",
};
const KIND_MISSING: Rule = Rule {
    id: "kind-missing",
    description: "An option selects a config by its name alone, and configs of several kinds have that name.",
};
const UNKNOWN_KIND: Rule = Rule {
    id: "unknown-kind",
    description: "An object of a kind that is not known has a pod spec that names a config.",
};

impl OptionMessage {
    pub(super) fn words(&self) -> Words {
        use OptionMessage::*;
        match self {
            UnknownKind { targets, rule } => {
                let targets = targets.join(", ");
                note(UNKNOWN_KIND, format!("refers to {targets}, and its kind is not known: a change rolls nothing"))
                    .help(format!("add its kind to `rules.workloads` of the options file: {rule}"))
                    .identity("")
                    .finding()
            }
            NothingSelected { option, pattern, similar } => {
                let help = match similar {
                    Some(similar) => format!("did you mean {similar}?"),
                    None => "correct the pattern, or remove it".to_string(),
                };
                note(SELECTOR_WITHOUT_MATCH, format!("`{option}` {pattern} matches no config and no reference"))
                    .help(help)
            }
            KindMissing { option, pattern, configs } => {
                error(KIND_MISSING, format!("`{option}` {pattern} is the name of {}", configs.join(" and ")))
                    .help("write its kind before it")
            }
        }
    }
}
