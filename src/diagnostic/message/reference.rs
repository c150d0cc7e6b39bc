//! Messages about references to configs.

use std::sync::Arc;

use super::{Rule, Words, count, list_labels, warning};
use crate::suggest::nearest_name;

/// A message about a reference to a config.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "each variant is explained by its arm in `words`")]
pub enum ReferenceMessage {
    Unresolved {
        target: String,
        elsewhere: Option<String>,
        /// A config that may be meant.
        similar: Option<String>,
        /// The labels of the objects that refer to it too.
        other_users: Vec<String>,
        /// A fix other than to add it: empty, or the rest of a sentence.
        otherwise: &'static str,
    },
    NotBuilt {
        target: String,
        /// The file and line of its generator.
        kustomization: String,
        /// The labels of the objects that refer to it too.
        other_users: Vec<String>,
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
        /// Its keys, shared by all messages about them.
        has: Arc<[String]>,
    },
    MissingKeysAgain {
        count: usize,
    },
    Ambiguous {
        target: String,
        definitions: Vec<String>,
        scope_help: &'static str,
        /// Set if all definitions are in the context, which the run does not change.
        only_in_context: bool,
    },
    NotRewritten {
        target: String,
        config: String,
        kind: String,
        cause: UnrewrittenCause,
    },
    VariableName {
        target: String,
        /// Set if something refers to the config by this name.
        is_used: bool,
    },
    AmbiguousName {
        target: String,
    },
}

const DANGLING_REFERENCE: Rule =
    Rule { id: "dangling-reference", description: "A reference names a ConfigMap or Secret that is not in the input." };
const NAMESPACE_INFERRED: Rule = Rule {
    id: "namespace-inferred",
    description: "A reference and the config that it is taken to mean differ in whether they name a namespace.",
};
const VARIABLE_NAME: Rule =
    Rule { id: "variable-name", description: "A name holds a variable that kustomize fills in after its plugins." };
const MISSING_KEY: Rule =
    Rule { id: "missing-key", description: "A reference names a key that its ConfigMap or Secret does not have." };
const AMBIGUOUS_REFERENCE: Rule = Rule {
    id: "ambiguous-reference",
    description: "A reference names a config that is defined more than once with different content. \
                  Commands that change manifests do not guess: there it is an error.",
};

/// The ways to make the input of a run hold one definition of each config.
pub(crate) const WAYS_TO_NARROW_THE_RUN: &str =
    "pass one directory, render first, or use `--scope dir` if each directory is deployed on its own";

/// The reason why kustomize does not rewrite a reference.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnrewrittenCause {
    /// The field was not known to it, in a finished build.
    UnknownField,
    /// The field will not be known to it, later in the build.
    LaterBuild,
    /// The config is in another namespace.
    Namespaces,
}

impl ReferenceMessage {
    pub(super) fn words(&self) -> Words {
        use ReferenceMessage::*;
        match self {
            Unresolved { target, elsewhere: Some(namespace), .. } => {
                let text = format!("{target} is in the input, but only one of the two names the namespace {namespace}");
                warning(DANGLING_REFERENCE, text)
                    .help(format!("set the namespace of objects without one by `--namespace {namespace}`"))
                    .finding()
            }
            Unresolved { target, elsewhere: None, similar, other_users, otherwise } => {
                unresolved(target, similar.as_deref(), other_users, otherwise)
            }
            NotBuilt { target, kustomization, other_users } => {
                let others = list_labels("also used by", other_users);
                warning(DANGLING_REFERENCE, format!("{target} comes with the build of {kustomization}{others}"))
                    .help("build first, for example `rollstamp links -- kustomize build DIR`")
                    .identity(format!("{target} comes with a build"))
                    .finding()
            }
            NamespaceInferred { target, namespace, more } => {
                let others = match more {
                    0 => String::new(),
                    more => format!(", as do {}", count(*more, "more reference")),
                };
                let text =
                    format!("taken as {target}{others}, but only one of the two names the namespace {namespace}");
                warning(NAMESPACE_INFERRED, text)
                    .help(format!("set the namespace of objects without one by `--namespace {namespace}`"))
                    .finding()
            }
            SecretsUnresolved { count: references } => {
                let references = count(*references, "reference");
                warning(DANGLING_REFERENCE, format!("{references} to Secrets that are not in the input"))
                    .help("`-v` lists them")
            }
            NothingMatches { kind, written } => {
                warning(DANGLING_REFERENCE, format!("no {kind} in the input matches `{written}`"))
                    .help("add it to the input, or remove it from the annotation")
                    .finding()
            }
            MissingKey { target, key, has } => missing_key(target, key, has),
            MissingKeysAgain { count: keys } => {
                warning(MISSING_KEY, format!("{} in objects of the same names", count(*keys, "more missing key")))
                    .help("`-v` lists them")
            }
            NotRewritten { target, config, kind, cause } => describe_unrewritten(target, config, kind, *cause),
            VariableName { target, is_used } => describe_variable_name(target, *is_used),
            AmbiguousName { target } => {
                ambiguous(format!("{target} is defined more than once with different content"), WAYS_TO_NARROW_THE_RUN)
            }
            Ambiguous { target, definitions, scope_help, .. } => {
                let definitions = list_definitions(definitions);
                ambiguous(format!("{target} is defined with different content in {definitions}"), scope_help)
            }
        }
    }
}

fn unresolved(target: &str, similar: Option<&str>, other_users: &[String], otherwise: &str) -> Words {
    let text = format!("{target} is not in the input");
    let help = match similar {
        Some(similar) => format!("did you mean {similar}? Otherwise add it to the input{otherwise}"),
        None => format!("add it to the input{otherwise}"),
    };
    warning(DANGLING_REFERENCE, format!("{text}{}", list_labels("also used by", other_users)))
        .help(help)
        .identity(text)
        .finding()
}

fn describe_variable_name(target: &str, is_used: bool) -> Words {
    let consequence = if is_used {
        "the stamp may not be that of the finished build"
    } else {
        "nothing that will refer to it is known"
    };
    warning(VARIABLE_NAME, format!("kustomize fills in the name {target} later, so {consequence}"))
        .help("write the name out, or use `replacements`, which kustomize makes before it runs plugins")
        .finding()
}

fn missing_key(target: &str, key: &str, has: &[String]) -> Words {
    const SHOWN: usize = 100;
    let mut help = match has.len() {
        0 => "it has no keys".to_string(),
        number if number > SHOWN => {
            format!("its keys are {} and {} more", has[..SHOWN].join(", "), number - SHOWN)
        }
        _ => format!("its keys are {}", has.join(", ")),
    };
    if let Some(near) = nearest_name(key, has.iter().map(String::as_str)) {
        help = format!("did you mean `{near}`? {}", help.replacen("its", "Its", 1));
    }
    warning(MISSING_KEY, format!("{target} has no key `{key}`")).help(help).finding()
}

/// The places of definitions, of which reports as data have all.
fn list_definitions(definitions: &[String]) -> String {
    const SHOWN: usize = 4;
    match definitions.len() {
        number if number > SHOWN + 1 => format!("{} and {} more", definitions[..SHOWN].join(", "), number - SHOWN),
        _ => definitions.join(", "),
    }
}

fn ambiguous(text: String, help: &str) -> Words {
    warning(AMBIGUOUS_REFERENCE, text).help(help).finding()
}

fn describe_unrewritten(target: &str, config: &str, kind: &str, cause: UnrewrittenCause) -> Words {
    let present = format!(
        "{target} is not in the input, but {config} is, which is that name with kustomize's suffix: kustomize did not \
         rewrite this reference"
    );
    let (text, help) = match cause {
        UnrewrittenCause::UnknownField => (
            present,
            format!("list the field of a {kind} under `configurations` of the kustomization, or use `rename`"),
        ),
        UnrewrittenCause::Namespaces => {
            (present, "the namespaces differ: give both objects the same namespace".to_string())
        }
        UnrewrittenCause::LaterBuild => (
            format!(
                "kustomize does not rewrite this reference of a {kind}: the build will have {target}, which is not in it"
            ),
            "list the field under `configurations` of the kustomization, or use `strategy: rename`".to_string(),
        ),
    };
    warning(DANGLING_REFERENCE, text).help(help).finding()
}
