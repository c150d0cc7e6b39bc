//! Controllers in the cluster that restart workloads when a config changes, and what asks them to.
//!
//! Sources: `pkg/common/common.go` (`ShouldReload`) of Stakater Reloader 1.4, `pkg/core/types.go` and `children.go` of
//! Wave.

use std::collections::BTreeSet;

use super::configs::Pair;
use super::side::Sides;
use crate::bundle::Identity;
use crate::graph::Delivery;
use crate::kinds::ConfigKind;
use crate::yaml::Node;

/// Who replaces the pods of a workload.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Roller {
    /// Its own controller, for the template changed.
    Template,
    /// Stakater Reloader.
    Reloader,
    /// Wave.
    Wave,
}

impl Roller {
    /// The word for programs: `template`, `reloader`, `wave`.
    pub fn as_str(self) -> &'static str {
        match self {
            Roller::Template => "template",
            Roller::Reloader => "reloader",
            Roller::Wave => "wave",
        }
    }

    /// What people call it.
    pub fn name(self) -> &'static str {
        match self {
            Roller::Template => "its own controller",
            Roller::Reloader => "Reloader",
            Roller::Wave => "Wave",
        }
    }
}

/// The controllers that the new tree asks to restart a workload for what changed of its configs.
pub(super) fn rollers(sides: &Sides<'_>, workload: usize, pairs: &[(Identity, Pair)]) -> Vec<Roller> {
    let kind = sides.head.workload(workload).kind.kind;
    let asked = |roller: &Roller| match roller {
        Roller::Template => false,
        Roller::Reloader => {
            let kinds = ["Deployment", "StatefulSet", "DaemonSet", "CronJob", "Job", "Rollout"];
            kinds.contains(&kind) && reloader(sides, workload, pairs)
        }
        Roller::Wave => ["Deployment", "StatefulSet", "DaemonSet"].contains(&kind) && wave(sides, workload, pairs),
    };
    [Roller::Reloader, Roller::Wave].into_iter().filter(asked).collect()
}

fn annotation(node: Node<'_>, key: &str) -> Option<String> {
    Some(node.get("metadata")?.get("annotations")?.get(key)?.decoded()?.into_owned())
}

/// Whether something about a config changed that both trees have.
fn changed(sides: &Sides<'_>, pair: Pair) -> bool {
    match pair {
        (Some(base), Some(head)) => {
            let (old, new) = (&sides.base.graph.configs[base], &sides.head.graph.configs[head]);
            old.content.keys != new.content.keys
        }
        _ => false,
    }
}

/// Wave hashes what the workload consumes under the names that it uses, so a renamed config counts too.
fn wave(sides: &Sides<'_>, workload: usize, pairs: &[(Identity, Pair)]) -> bool {
    let asked = annotation(sides.head.node(workload), "wave.pusher.com/update-on-config-change");
    asked.is_some_and(|text| text == "true") && pairs.iter().any(|(_, pair)| changed(sides, *pair))
}

/// Reloader acts when a config is updated, whichever of its keys the workload uses. One under a new name is created,
/// which it ignores.
fn reloader(sides: &Sides<'_>, workload: usize, pairs: &[(Identity, Pair)]) -> bool {
    let mounted: BTreeSet<Identity> = sides
        .head
        .links(workload)
        .iter()
        .filter(|link| link.delivery != Delivery::None)
        .map(|link| sides.head.target(link))
        .collect();
    pairs.iter().any(|(identity, pair)| {
        let (Some(base), Some(head)) = *pair else { return false };
        let name = sides.head.applied_name(head);
        sides.base.applied_name(base) == name
            && changed(sides, *pair)
            && reloads(sides, workload, head, identity.kind, &name, mounted.contains(identity))
    })
}

fn reloads(sides: &Sides<'_>, workload: usize, config: usize, kind: ConfigKind, name: &str, mounted: bool) -> bool {
    let word = match kind {
        ConfigKind::ConfigMap => "configmap",
        ConfigKind::Secret => "secret",
    };
    let config = sides.head.config_node(config);
    let says_true = |text: Option<String>| text.is_some_and(|text| text == "true");
    if says_true(annotation(config, "reloader.stakater.com/ignore")) {
        return false;
    }
    let node = sides.head.applied(workload);
    if list(annotation(node, &format!("{word}s.exclude.reloader.stakater.com/reload"))).any(|item| item == name) {
        return false;
    }
    let keys = [
        format!("{word}.reloader.stakater.com/reload"),
        "reloader.stakater.com/auto".to_string(),
        format!("{word}.reloader.stakater.com/auto"),
        "reloader.stakater.com/search".to_string(),
    ];
    // The pod template speaks only where the workload itself says none of these.
    let own = keys.iter().any(|key| annotation(node, key).is_some());
    let template = sides.head.workload(workload).kind.template_of(node);
    let Some(speaker) = (if own { Some(node) } else { template }) else { return false };
    let said = |key: &str| annotation(speaker, key);
    if list(said(&keys[0])).any(|item| item == name) {
        return true;
    }
    let searched = says_true(said(&keys[3])) && says_true(annotation(config, "reloader.stakater.com/match"));
    mounted && (searched || parse_bool(said(&keys[1])) || parse_bool(said(&keys[2])))
}

fn list(text: Option<String>) -> impl Iterator<Item = String> {
    let items = text.unwrap_or_default();
    items.split(',').map(|item| item.trim().to_string()).collect::<Vec<_>>().into_iter()
}

/// Go's `strconv.ParseBool`.
fn parse_bool(text: Option<String>) -> bool {
    text.is_some_and(|text| ["1", "t", "T", "true", "TRUE", "True"].contains(&text.as_str()))
}
