//! Messages about the effects of a change on workloads.

use super::{Rule, Words, note, warning};
use crate::diagnostic::Severity;

/// A message about the effect of a change on a workload.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "each variant is explained by its arm in `words`")]
pub enum ImpactMessage {
    Refused(ImpactCause),
    StaysStale(ImpactCause),
    ReleaseUnknown(ImpactCause),
    RollsTwice(ImpactCause),
    Rolls(ImpactCause),
    NextRun(ImpactCause),
    Reconciles(ImpactCause),
    RefreshesInPlace(ImpactCause),
    RequestChanged { workloads: Vec<String> },
    ImmutableDropped { earlier: String },
}

/// The cause of an effect.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ImpactCause {
    /// The changes that have the effect, a phrase each.
    pub changes: Vec<String>,
    /// The reason why they have it, where that is not obvious.
    pub explanation: Option<String>,
    /// The course of the rollout, where one follows.
    pub rollout: Option<String>,
    /// Set if the effect should be looked at before the change is applied.
    pub needs_attention: bool,
}

const REFUSED: Rule = Rule { id: "refused", description: "Kubernetes refuses the changed object." };
const STAYS_STALE: Rule =
    Rule { id: "stays-stale", description: "Config changes, but running pods of the workload keep the old content." };
const RELEASE_UNKNOWN: Rule = Rule {
    id: "release-unknown",
    description: "A Helm release changes, and the chart that decides which workloads roll is not in the input.",
};
pub(super) const ROLLS_TWICE: Rule =
    Rule { id: "rolls-twice", description: "A change of config restarts the pods of a workload more than once." };
const ROLLS: Rule = Rule { id: "rolls", description: "The change replaces the pods of the workload." };
const NEXT_RUN: Rule = Rule { id: "next-run", description: "The change reaches the workload with its next run." };
const RECONCILES: Rule = Rule {
    id: "reconciles",
    description: "Config changes that an object without pods names: its controller takes the new content.",
};
const REFRESHES: Rule = Rule {
    id: "refreshes-in-place",
    description: "The kubelet refreshes mounted files, and nothing restarts: the program must notice by itself.",
};
const REQUEST_CHANGED: Rule = Rule {
    id: "request-changed",
    description: "The request for a generated config changes, but running pods keep the old content.",
};
const IMMUTABLE_DROPPED: Rule = Rule {
    id: "immutable-dropped",
    description: "A config that was renamed to be immutable gets its new name without being so.",
};

impl ImpactMessage {
    pub(super) fn words(&self) -> Words {
        use ImpactMessage::*;
        match self {
            Refused(cause) => effect(REFUSED, "is refused", cause),
            StaysStale(cause) => effect(STAYS_STALE, "stays stale", cause),
            ReleaseUnknown(cause) => effect(RELEASE_UNKNOWN, "is unknown", cause),
            RollsTwice(cause) => {
                let words = effect(ROLLS_TWICE, "rolls twice", cause);
                if cause.needs_attention { words } else { words.severity(Severity::Warning) }
            }
            Rolls(cause) => effect(ROLLS, "rolls", cause),
            Reconciles(cause) => effect(RECONCILES, "reconciles", cause),
            NextRun(cause) => effect(NEXT_RUN, "changes with its next run", cause),
            RefreshesInPlace(cause) => effect(REFRESHES, "refreshes in place", cause),
            RequestChanged { workloads } => {
                let workloads = workloads.join(", ");
                let text = format!("its request changes, but running pods keep the old content ({workloads})");
                warning(REQUEST_CHANGED, text).help("roll them by `rollstamp rename` or `rollstamp stamp --producers`")
            }
            ImmutableDropped { earlier } => {
                let text = format!("it is no longer immutable, as it was under the name {earlier}");
                warning(IMMUTABLE_DROPPED, text).help(
                    "keep `--immutable`: content that comes back to that name is refused without it while the object \
                     is in the cluster",
                )
            }
        }
    }
}

fn effect(rule: Rule, verb: &str, cause: &ImpactCause) -> Words {
    let mut text = verb.to_string();
    if !cause.changes.is_empty() {
        text.push_str(&format!(": {}", cause.changes.join("; ")));
    }
    if let Some(explanation) = &cause.explanation {
        text.push_str(&format!("; {explanation}"));
    }
    if let Some(rollout) = &cause.rollout {
        text.push_str(&format!("; {rollout}"));
    }
    // The same workload is meant whatever keys change next.
    let words = if cause.needs_attention { warning(rule, text).finding() } else { note(rule, text) };
    words.identity("")
}
