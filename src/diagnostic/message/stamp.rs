//! Messages about stamps, and about what a new pod template does to its workload.

use super::{Words, detail, note, warning};

/// A message about a stamp.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "each variant is explained by its arm in `words`")]
pub enum StampMessage {
    NotStamped { reason: &'static str },
    HarmNotStamped { reason: &'static str },
    NoEffect { what: &'static str, pods: &'static str, reason: &'static str },
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
                .help("if that is meant, say so by `onChange` for this kind in `rules.workloads` of the options file"),
            NoEffect { what, pods, reason } => warning("no-roll", format!("{what} replaces {pods}: {reason}")),
            TemplateElsewhere { target } => note(
                "not-stamped",
                format!("it runs the pods of {target}, which is not in the input, so nothing is stamped for it"),
            ),
            PodKeepsFrozen => {
                warning("no-roll", "a stamp makes the kubelet refresh its volumes; env and subPath content stay")
            }
            RollsTwice { controller, why, help } => warning(
                "rolls-twice",
                format!("rolls twice: for the stamp, and because {controller} restarts it as well ({why})"),
            )
            .help(*help),
            RequestChanged { workloads } => {
                let workloads = workloads.join(", ");
                warning(
                    "request-changed",
                    format!("what it asks for changes, and pods that run go on with what they have ({workloads})"),
                )
                .help("`rollstamp rename`, or `rollstamp stamp --producers`, makes them roll")
            }
            ForeignStamp { what } => detail("foreign-stamp", format!("another tool's stamp, left alone: {what}")),
        }
    }
}
