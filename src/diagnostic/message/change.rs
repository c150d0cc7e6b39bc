//! Messages about the changes of a plan: errors of a check, and notes once the changes are made.

use super::{Rule, Words, count, error, note};

/// A message about a change of a plan, where `done` is set once the change is made.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "each variant is explained by its arm in `words`")]
pub enum ChangeMessage {
    Stamp {
        annotation: String,
        /// The pod template, if the workload has several.
        template: Option<String>,
        /// The first digits of the stamp so far.
        old: Option<String>,
        /// The first digits of the new stamp.
        new: Option<String>,
        /// The keys that the new stamp is computed of.
        made_of: String,
        done: bool,
    },
    ExcludeList {
        annotation: &'static str,
        new: Option<String>,
        done: bool,
    },
    Name {
        new: String,
        references: usize,
        done: bool,
    },
    GeneratedName {
        old: String,
        new: String,
        references: usize,
        done: bool,
    },
    /// References to an object that has its name already, all in one message.
    References {
        references: usize,
        done: bool,
    },
    /// One such reference.
    Reference {
        target: String,
        done: bool,
    },
}

const MISSING_STAMP: Rule =
    Rule { id: "missing-stamp", description: "A pod template that consumes config has no stamp." };
const STALE_STAMP: Rule =
    Rule { id: "stale-stamp", description: "The stamp of a pod template is not that of the config that it consumes." };
const NEEDLESS_STAMP: Rule = Rule {
    id: "needless-stamp",
    description: "A pod template has a stamp, but does not consume config that is included.",
};
const STALE_EXCLUDE_LIST: Rule =
    Rule { id: "stale-exclude-list", description: "The stamped configs of a workload are not excluded from Reloader." };
const STALE_NAME: Rule =
    Rule { id: "stale-name", description: "The suffix of a name is missing, or is not that of the content." };
const STALE_REFERENCE: Rule = Rule {
    id: "stale-reference",
    description: "A reference has an earlier name of an object that is renamed already.",
};

impl ChangeMessage {
    pub(super) fn words(&self) -> Words {
        use ChangeMessage::*;
        match self {
            Stamp { annotation, template, old, new, made_of, done } => {
                let rule = match (old, new) {
                    (None, _) => MISSING_STAMP,
                    (Some(_), Some(_)) => STALE_STAMP,
                    (Some(_), None) => NEEDLESS_STAMP,
                };
                let of = if made_of.is_empty() { String::new() } else { format!(": {made_of}") };
                let text = stamp_text(old.as_deref(), new.as_deref(), *done) + &of;
                match template {
                    Some(template) => {
                        change(*done, rule, format!("{template}: {text}")).identity(format!("{annotation} {template}"))
                    }
                    None => change(*done, rule, text).identity(annotation),
                }
            }
            ExcludeList { annotation, new, done } => {
                let text = match new {
                    Some(list) if *done => format!("{annotation} set to {list}"),
                    Some(list) => format!("needs {annotation}: {list}"),
                    None if *done => format!("{annotation} removed"),
                    None => format!("needs no {annotation}"),
                };
                change(*done, STALE_EXCLUDE_LIST, text).identity(*annotation)
            }
            Name { new, references, done } => {
                let verb = if *done { "renamed to" } else { "needs the name" };
                change(*done, STALE_NAME, format!("{verb} {new} ({})", count(*references, "reference"))).identity("")
            }
            GeneratedName { old, new, references, done } => {
                let verb = if *done { "generates" } else { "needs to generate" };
                let references = count(*references, "reference");
                change(*done, STALE_NAME, format!("{verb} {new} instead of {old} ({references})")).identity("")
            }
            References { references, done } => {
                let verb = if *done { "rewritten" } else { "to rewrite" };
                change(*done, STALE_REFERENCE, format!("{} {verb}", count(*references, "reference"))).identity("")
            }
            Reference { target, done } => {
                let verb = if *done { "now names" } else { "must name" };
                change(*done, STALE_REFERENCE, format!("this reference {verb} {target}"))
            }
        }
    }
}

fn change(done: bool, rule: Rule, text: String) -> Words {
    if done { note(rule, text) } else { error(rule, text) }
}

fn stamp_text(old: Option<&str>, new: Option<&str>, done: bool) -> String {
    let verb = if done { "stamped" } else { "needs stamp" };
    match (old, new) {
        (None, Some(new)) => format!("{verb} {new}"),
        (Some(""), Some(new)) => format!("{verb} {new} (was empty)"),
        (Some(old), Some(new)) => format!("{verb} {new} (was {old})"),
        (Some(old), None) if done => format!("stamp {old} removed"),
        (Some(old), None) => format!("needs no stamp (has {old})"),
        (None, None) => "unchanged".to_string(),
    }
}
