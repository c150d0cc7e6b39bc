//! Messages about stamps, and about what a new pod template does to its workload.

use std::borrow::Cow;

use super::{Words, detail, note, warning};

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
    RequestChanged { workloads: Vec<String> },
    ForeignStamp { what: String },
}

impl StampMessage {
    pub(super) fn words(&self) -> Words {
        use StampMessage::*;
        match self {
            NotStamped { reason } => note("not-stamped", format!("not stamped: {reason}")),
            HarmNotStamped { reason } => note("not-stamped", format!("not stamped: {reason}"))
                .help("to stamp it anyway, set `onChange` for this kind in `rules.workloads` of the options file"),
            NoEffect { what, pods, reason } => warning("no-roll", format!("{what} replaces {pods}: {reason}")),
            Undecided { target } => warning(
                "undecided-stamp",
                format!("keeps the stamp it has: {target} is not in the input, so nobody knows the right one"),
            )
            .help("add it to the input")
            .finding(),
            TemplateElsewhere { target } => note(
                "not-stamped",
                format!("not stamped: its pod template is that of {target}, which is not in the input"),
            )
            .help("add it to the input"),
            PodKeepsFrozen => {
                warning("no-roll", "a new stamp refreshes the volumes of a pod, but not its env and subPath content")
            }
            RollsTwice { controller, why, help } => warning(
                "rolls-twice",
                format!("rolls twice: once for the stamp, and once because {controller} restarts it ({why})"),
            )
            .help(*help),
            RequestChanged { workloads } => {
                let workloads = workloads.join(", ");
                warning(
                    "request-changed",
                    format!("its request changes, but running pods keep the old content ({workloads})"),
                )
                .help("roll them by `rollstamp rename` or `rollstamp stamp --producers`")
            }
            ForeignStamp { what } => detail("foreign-stamp", format!("stamp of another tool, not changed: {what}")),
        }
    }
}
