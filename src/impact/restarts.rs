//! Controllers in the cluster that the manifests ask to restart a workload when a config changes.

use std::collections::{BTreeMap, BTreeSet};

use super::trees::TreePair;
use crate::bundle::Identity;
use crate::graph::{ConfigId, Delivery, WorkloadId};
use crate::kinds::controllers::{ChangedConfig, Controller, ControllerView, Decision};

/// A controller that replaces the pods of a workload.
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
    /// A controller that decides by the config that changes.
    pub(super) fn from_controller(controller: Controller) -> Roller {
        match controller {
            Controller::Reloader => Roller::Reloader,
            _ => Roller::Wave,
        }
    }

    /// The word for programs: `template`, `reloader`, `wave`.
    pub fn as_str(self) -> &'static str {
        match self {
            Roller::Template => "template",
            Roller::Reloader => "reloader",
            Roller::Wave => "wave",
        }
    }

    /// The name for people.
    pub fn name(self) -> &'static str {
        match self {
            Roller::Template => "its own controller",
            Roller::Reloader => "Reloader",
            Roller::Wave => "Wave",
        }
    }
}

/// The configs whose content is another in the new tree, by their numbers in it, each with whether its name is the
/// same.
pub(super) fn changed_configs(trees: &TreePair<'_>) -> Vec<(ConfigId, bool)> {
    let base = &trees.base;
    let mut before: BTreeMap<Identity, Vec<ConfigId>> = BTreeMap::new();
    for id in base.graph.configs.ids() {
        before.entry(base.base_identity(id)).or_default().push(id);
    }
    let changed_config = |head: ConfigId| {
        let content = &trees.head.graph.configs[head].content.keys;
        let olds = before.get(&trees.head.base_identity(head))?;
        // Where there are several, as in overlays, the one that did not change is meant.
        let changed = olds.iter().all(|&old| base.graph.configs[old].content.keys != *content);
        let same_name = olds.iter().any(|&old| base.applied_config_name(old) == trees.head.applied_config_name(head));
        // A config that the API server rejects is not updated, so no controller acts.
        let rejected = same_name && olds.iter().any(|&old| base.graph.configs[old].immutable);
        (changed && !rejected).then_some((head, same_name))
    };
    trees.head.graph.configs.ids().filter_map(changed_config).collect()
}

/// The controllers that the new tree asks to restart a workload for these configs.
///
/// Reloader acts when a config is updated, whichever of its keys the workload uses; one under a new name is created,
/// which it ignores by default. Wave hashes what the workload refers to, names included.
pub(super) fn find_rollers(trees: &TreePair<'_>, workload: WorkloadId, changed: &[(ConfigId, bool)]) -> Vec<Roller> {
    let object = trees.head.applied(workload);
    let asking = ControllerView {
        kind: &trees.head.object(workload).kind,
        namespace: trees.head.object(workload).name.namespace.as_deref(),
        object,
        template: trees.head.workload(workload).kind.find_first_template(object),
    };
    let asked = Controller::BY_CONFIG.into_iter().filter(|controller| controller.is_requested_by(asking));
    let asked: Vec<Controller> = asked.collect();
    if asked.is_empty() {
        return Vec::new();
    }
    let links = trees.head.links(workload).iter().filter(|link| link.delivery != Delivery::None);
    let used: BTreeSet<Identity> = links.map(|link| trees.head.target_identity(link)).collect();
    let restarts = |controller: Controller, index: ConfigId| {
        let name = trees.head.applied_config_name(index);
        let identity = trees.head.base_identity(index);
        let namespace = identity.name.namespace.as_deref();
        let object = Some(trees.head.config_node(index));
        match controller.decide(asking, ChangedConfig { kind: identity.kind, namespace, name: &name, object }) {
            Decision::No => false,
            Decision::IfReferred => used.contains(&identity),
            Decision::Named => namespace == asking.namespace || identity.name.namespace.is_some(),
        }
    };
    let roller = |controller: Controller| {
        let updates_only = controller == Controller::Reloader;
        let acts = |&(index, same): &(ConfigId, bool)| (same || !updates_only) && restarts(controller, index);
        changed.iter().any(acts).then(|| Roller::from_controller(controller))
    };
    asked.into_iter().filter_map(roller).collect()
}
