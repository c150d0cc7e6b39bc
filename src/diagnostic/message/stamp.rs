//! Messages about stamps, and about what a new pod template does to its workload.

use std::borrow::Cow;

use super::impact::ROLLS_TWICE;
use super::{Rule, Words, detail, note, warning};

/// A message about a stamp.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "each variant is explained by its arm in `words`")]
pub enum StampMessage {
    NotStamped { reason: Cow<'static, str> },
    HarmNotStamped { reason: Cow<'static, str> },
    NoEffect { what: &'static str, pods: &'static str, reason: Cow<'static, str> },
    Undecided { target: String },
    TemplateElsewhere { target: String },
    PodKeepsFrozen,
    RollsTwice { controller: String, why: String, help: &'static str },
    ForeignStamp { what: String },
}

const NOT_STAMPED: Rule = Rule {
    id: "not-stamped",
    description: "A workload that consumes config is not stamped, because of what a changed pod template does to it.",
};
const NO_ROLL: Rule = Rule { id: "no-roll", description: "A changed pod template does not replace all pods." };
const UNDECIDED_STAMP: Rule = Rule {
    id: "undecided-stamp",
    description: "A stamp is kept because a config that it would be computed of is not in the input.",
};
const FOREIGN_STAMP: Rule = Rule { id: "foreign-stamp", description: "Another tool has a stamp on the workload." };

impl StampMessage {
    pub(super) fn words(&self) -> Words {
        use StampMessage::*;
        match self {
            NotStamped { reason } => note(NOT_STAMPED, format!("not stamped: {reason}")),
            HarmNotStamped { reason } => note(NOT_STAMPED, format!("not stamped: {reason}"))
                .help("to stamp it anyway, set `onChange` for this kind in `rules.workloads` of the options file"),
            NoEffect { what, pods, reason } => warning(NO_ROLL, format!("{what} replaces {pods}: {reason}")),
            Undecided { target } => warning(
                UNDECIDED_STAMP,
                format!("keeps its stamp: {target} is not in the input, so the right stamp is not known"),
            )
            .help("add it to the input")
            .finding(),
            TemplateElsewhere { target } => note(
                NOT_STAMPED,
                format!("not stamped: its pod template is that of {target}, which is not in the input"),
            )
            .help("add it to the input"),
            PodKeepsFrozen => {
                warning(NO_ROLL, "a new stamp refreshes the volumes of a pod, but not its env and subPath content")
            }
            RollsTwice { controller, why, help } => warning(
                ROLLS_TWICE,
                format!("rolls twice: once for the stamp, and once because {controller} restarts it ({why})"),
            )
            .help(*help),
            ForeignStamp { what } => detail(FOREIGN_STAMP, format!("stamp of another tool, not changed: {what}")),
        }
    }
}
