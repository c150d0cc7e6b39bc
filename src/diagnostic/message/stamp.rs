//! Messages about stamps, and about what a new pod template does to its workload.

use std::borrow::Cow;

use super::impact::ROLLS_TWICE;
use super::{Rule, Words, detail, note, warning};

/// A message about a stamp.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "each variant is explained by its arm in `words`")]
pub enum StampMessage {
    NotStamped { reason: Cow<'static, str> },
    NotEdited { reason: &'static str },
    HarmNotStamped { reason: Cow<'static, str> },
    StampKept { reason: Cow<'static, str> },
    StampKeptOnRemoval,
    ImmutableConfig { configs: Vec<String> },
    RestartBecomesRollout { annotation: &'static str },
    ExclusionKept { annotation: &'static str },
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
const STAMP_KEPT: Rule = Rule {
    id: "stamp-kept",
    description: "A stamp stays as it is, because the API server would refuse the object without it or with another one.",
};
const IMMUTABLE_CONFIG: Rule =
    Rule { id: "immutable-config", description: "A renewed stamp includes a config whose content cannot change." };
const RESTART_BECOMES_ROLLOUT: Rule = Rule {
    id: "restart-becomes-rollout",
    description: "A Rollout asks Reloader for a restart, which a stamp turns into a new revision.",
};
const EXCLUSION_KEPT: Rule = Rule {
    id: "exclusion-kept",
    description: "A stamp is removed, and Reloader still leaves out the configs that it was made of.",
};
const NO_ROLL: Rule = Rule { id: "no-roll", description: "A changed pod template does not replace all pods." };
const UNDECIDED_STAMP: Rule = Rule {
    id: "undecided-stamp",
    description: "A stamp is kept because a config that it would be computed from is not in the input.",
};
const FOREIGN_STAMP: Rule = Rule { id: "foreign-stamp", description: "Another tool has a stamp on the workload." };

impl StampMessage {
    pub(super) fn words(&self) -> Words {
        use StampMessage::*;
        match self {
            NotStamped { reason } => note(NOT_STAMPED, format!("not stamped: {reason}")),
            NotEdited { reason } => warning(NOT_STAMPED, format!("not edited: {reason}"))
                .help("move it into a file of its own, or stamp the decrypted manifests")
                .finding(),
            HarmNotStamped { reason } => note(NOT_STAMPED, format!("not stamped: {reason}"))
                .help("to stamp it anyway, set `onChange` for this kind in `rules.workloads` of the options file"),
            StampKept { reason } => note(STAMP_KEPT, format!("keeps its stamp as it is: {reason}")),
            StampKeptOnRemoval => note(
                STAMP_KEPT,
                "keeps its stamp: without it the template has no metadata left, and the API server refuses to lose the labels that it has put there",
            )
            .help("remove the stamp once the Job is deleted, or give the template a label of its own"),
            ImmutableConfig { configs } => {
                let (is, its) = if configs.len() == 1 { ("is", "its") } else { ("are", "their") };
                let configs = configs.join(", ");
                let text = format!(
                    "its new stamp includes {configs}, which {is} immutable: new content under the old name is refused, and the pods roll onto {its} old content"
                );
                note(IMMUTABLE_CONFIG, text).help("give the new content a new name, for example by `rollstamp rename`")
            }
            RestartBecomesRollout { annotation } => note(
                RESTART_BECOMES_ROLLOUT,
                format!("{annotation} has Reloader restart its pods as they are, but a new stamp goes through the steps of its rollout"),
            )
            .help("to leave it to Reloader, annotate it with rollstamp.dev/roll-on: never"),
            ExclusionKept { annotation } => {
                note(EXCLUSION_KEPT, format!("{annotation} still has Reloader leave out configs of the removed stamp"))
                    .help("`--exclude-from-reloader` with `--remove` takes them out of the list, if they are not your own")
            }
            NoEffect { what, pods, reason } => warning(NO_ROLL, format!("{what} replaces {pods}: {reason}")),
            Undecided { target } => warning(
                UNDECIDED_STAMP,
                format!("keeps its stamp: {target} is not in the input, so the right stamp is not known"),
            )
            .help("add it to the input, or to the context (`--context`)")
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
