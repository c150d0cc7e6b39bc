//! Messages about new names.

use std::borrow::Cow;

use super::{Rule, Words, count, error, list_labels, note, warning};

/// A message about a new name.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "each variant is explained by its arm in `words`")]
pub enum RenameMessage {
    NotRenamed {
        reason: String,
    },
    KeptForContext {
        reason: String,
    },
    ContextName {
        target: String,
    },
    NameTooLong {
        name: String,
        limit: usize,
    },
    NameTaken {
        name: String,
    },
    TwoNames {
        first: String,
        second: String,
    },
    SecondSuffix {
        /// The suffix that is there, with its `-`.
        suffix: String,
        origin: ForeignSuffix,
    },
    OldConfigPruned {
        /// The labels of further workloads like this one.
        others: Vec<String>,
    },
    SpecCannotChange {
        kind: Cow<'static, str>,
        reason: Option<Cow<'static, str>>,
    },
    NewNameHarms {
        reason: Cow<'static, str>,
    },
    Mention {
        what: &'static str,
        targets: Vec<String>,
        noun: &'static str,
        /// Further texts of the object that mention the same.
        more: usize,
    },
}

const NOT_RENAMED: Rule =
    Rule { id: "not-renamed", description: "A config keeps its name though something refers to it." };
const NAME_OF_CONTEXT: Rule = Rule {
    id: "name-of-context",
    description: "A name stays because the context (`--context`) has it, where nothing is edited.",
};
const NAME_NOT_POSSIBLE: Rule =
    Rule { id: "name-not-possible", description: "The new name is too long or already taken." };
const TWO_NAMES: Rule = Rule { id: "two-names", description: "A reference would need two names." };
const SECOND_SUFFIX: Rule =
    Rule { id: "second-suffix", description: "A name that gets a suffix seems to have one of another tool already." };
const OLD_CONFIG_PRUNED: Rule = Rule {
    id: "old-config-pruned",
    description: "A config under its old name is pruned while something that does not roll can still need it.",
};
const IMMUTABLE_TEMPLATE: Rule = Rule {
    id: "immutable-template",
    description: "The new name changes the spec of an object whose spec cannot be changed.",
};
const HARMFUL_CHANGE: Rule =
    Rule { id: "harmful-change", description: "The new name changes the spec of a workload, which is harmful." };
const NAME_MENTIONED: Rule = Rule {
    id: "name-mentioned",
    description: "Text mentions the old name of a config or a Job, and is not a known reference to it.",
};

/// The noun for a config of a generator of kustomize, which gets its name from kustomize.
pub const GENERATED_CONFIG: &str = "generated config";

/// The sort of tool that has put a suffix behind a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ForeignSuffix {
    /// kustomize, or `kubectl create --append-hash`.
    Kustomize,
    /// kapp.
    KappVersion,
    /// A chart or a script.
    HexDigest,
}

impl RenameMessage {
    pub(super) fn words(&self) -> Words {
        use RenameMessage::*;
        match self {
            NotRenamed { reason } => note(NOT_RENAMED, format!("not renamed: {reason}")).help(
                "nothing rolls when it changes, unless its annotation `rollstamp.dev/strategy: stamp` has it stamped",
            ),
            KeptForContext { reason } => note(NAME_OF_CONTEXT, format!("not renamed: {reason}"))
                .help("make the object of the context a part of the input, or annotate the config with rollstamp.dev/rename: \"false\"")
                .finding(),
            ContextName { target } => note(NAME_OF_CONTEXT, format!("{target} is not renamed, since it is context"))
                .help("make it a part of the input, or annotate it with rollstamp.dev/rename: \"false\"")
                .finding(),
            NameTooLong { name, limit } => {
                let length = name.len();
                error(
                    NAME_NOT_POSSIBLE,
                    format!("the new name {name} has {length} characters; Kubernetes accepts at most {limit}"),
                )
                .help("shorten the name, or annotate the object with rollstamp.dev/rename: \"false\"")
            }
            NameTaken { name } => {
                error(NAME_NOT_POSSIBLE, format!("the new name {name} is already taken by another object"))
                    .help("rename one of them, and check rollstamp.dev/base-name")
            }
            TwoNames { first, second } => {
                error(TWO_NAMES, format!("this name would have to become both {first} and {second}"))
                    .help("write each reference out: one rule for each kind, and no alias")
            }
            SecondSuffix { suffix, origin } => describe_second_suffix(suffix, *origin),
            OldConfigPruned { others } => describe_pruned_configs(others),
            SpecCannotChange { kind, reason } => {
                let why = match reason {
                    Some(reason) => format!("which cannot be applied: {reason}"),
                    None => format!("but the spec of a {kind} cannot be changed"),
                };
                let rename_jobs = if *kind == "Job" && reason.is_none() { "use `--rename-jobs`, or " } else { "" };
                warning(IMMUTABLE_TEMPLATE, format!("the new name changes its spec, {why}"))
                    .help(format!("{rename_jobs}delete the {kind} before applying"))
            }
            NewNameHarms { reason } => warning(HARMFUL_CHANGE, format!("the new name changes its spec: {reason}")),
            Mention { what, targets, noun, more } => describe_mention(what, targets, noun, *more),
        }
    }
}

fn describe_pruned_configs(others: &[String]) -> Words {
    let text = "running Jobs, and their retries, need configs by their old names, which Argo CD prunes without waiting for \
                Jobs";
    note(OLD_CONFIG_PRUNED, format!("{text}{}", list_labels("so do those of", others))).identity(text).help(
        "keep earlier generations with `--output-dir DIR --keep N`, or annotate the configs with \
         argocd.argoproj.io/sync-options: Prune=false",
    )
}

fn describe_second_suffix(suffix: &str, origin: ForeignSuffix) -> Words {
    let (what, other) = match origin {
        ForeignSuffix::Kustomize => (
            "a content hash of kustomize or `kubectl --append-hash`",
            "let one tool append it (`disableNameSuffixHash: true` in kustomize)",
        ),
        ForeignSuffix::KappVersion => ("a version of kapp", "pass the manifests before kapp gives them versions"),
        ForeignSuffix::HexDigest => ("the hash of a chart or script", "leave it out there"),
    };
    note(SECOND_SUFFIX, format!("the new name has two suffixes: {suffix} looks like {what}"))
        .help(format!("{other}, or annotate the object with rollstamp.dev/rename: \"false\""))
}

/// A mention of names that change, in a text and in `more` others of the object.
fn describe_mention(what: &str, targets: &[String], noun: &str, more: usize) -> Words {
    let change = if targets.len() > 1 { "names change" } else { "name changes" };
    let targets = targets.join(" and ");
    let text = format!("{what} mentions {targets}, whose {change}");
    let others = match more {
        0 => String::new(),
        1 => format!(", as does 1 more {}", what.trim_start_matches("a ")),
        more => format!(", as do {}", count(more, &format!("more {}", what.trim_start_matches("a ")))),
    };
    let fix = if noun == GENERATED_CONFIG {
        "set `disableNameSuffixHash: true` for its generator".to_string()
    } else {
        format!("annotate the {noun} with rollstamp.dev/rename: \"false\"")
    };
    warning(NAME_MENTIONED, format!("{text}{others}"))
        .identity(text)
        .help(format!("if it means the {noun}, {fix}"))
        .finding()
}
