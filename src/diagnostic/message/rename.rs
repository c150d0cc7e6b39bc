//! Messages about new names.

use std::borrow::Cow;

use super::{Words, error, note, warning};

/// A message about a new name.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "each variant is explained by its arm in `words`")]
pub enum RenameMessage {
    NotRenamed { reason: String },
    NameTooLong { name: String, limit: usize },
    NameTaken { name: String },
    AmbiguousName { target: String },
    TwoNames { first: String, second: String },
    SpecCannotChange { kind: Cow<'static, str>, reason: Option<Cow<'static, str>> },
    NewNameHarms { reason: Cow<'static, str> },
    Mention { what: &'static str, target: String },
}

const NOT_POSSIBLE: &str = "name-not-possible";

impl RenameMessage {
    pub(super) fn words(&self) -> Words {
        use RenameMessage::*;
        match self {
            NotRenamed { reason } => note("not-renamed", format!("not renamed: {reason}")),
            NameTooLong { name, limit } => {
                let length = name.len();
                error(
                    NOT_POSSIBLE,
                    format!("the new name {name} has {length} characters; Kubernetes accepts at most {limit}"),
                )
                .help("shorten the name, or annotate the object with rollstamp.dev/rename: \"false\"")
            }
            NameTaken { name } => {
                error(NOT_POSSIBLE, format!("the new name {name} is already taken by another object"))
                    .help("rename one of them, and check rollstamp.dev/base-name")
            }
            AmbiguousName { target } => {
                error("ambiguous-reference", format!("{target} is defined more than once with different content")).help(
                    "pass one directory, render first, or use `--scope dir` if each directory is deployed on its \
                     own",
                )
            }
            TwoNames { first, second } => {
                error("two-names", format!("this name would have to become both {first} and {second}"))
                    .help("write each reference out: one rule for each kind, and no alias")
            }
            SpecCannotChange { kind, reason } => {
                let why = match reason {
                    Some(reason) => format!("which cannot be applied: {reason}"),
                    None => format!("but the spec of a {kind} cannot be changed"),
                };
                let rename_jobs = if *kind == "Job" { "use `--rename-jobs`, or " } else { "" };
                warning("immutable-template", format!("the new name changes its spec, {why}"))
                    .help(format!("{rename_jobs}delete the {kind} before applying"))
            }
            NewNameHarms { reason } => warning("harmful-change", format!("the new name changes its spec: {reason}")),
            Mention { what, target } => {
                warning("name-mentioned", format!("{what} mentions {target}, whose name changes"))
                    .help("if it means the config, annotate the config with rollstamp.dev/rename: \"false\"")
                    .finding()
            }
        }
    }
}
