//! Controllers in the cluster that the manifests ask to restart a workload when a config changes.

use std::collections::{BTreeMap, BTreeSet};

use super::Roller;
use super::trees::{NamedTree, TreePair};
use crate::bundle::Identity;
use crate::graph::{ConfigId, Delivery, WorkloadId};
use crate::kinds::controllers::{ChangedConfig, Controller, ControllerView, Decision};

/// The configs whose content is another in the new tree, by their numbers in it, each with whether its name is the
/// same.
pub(super) fn changed_configs(trees: &TreePair<'_>) -> Vec<(ConfigId, bool)> {
    let base = &trees.base;
    let mut before: BTreeMap<Identity, Vec<ConfigId>> = BTreeMap::new();
    for id in base.graph.configs.ids() {
        before.entry(base.base_identity(id)).or_default().push(id);
    }
    let mut changed = Vec::new();
    for head in trees.head.graph.configs.ids() {
        let Some(olds) = before.get(&trees.head.base_identity(head)) else { continue };
        let changed_config = &trees.head.graph.configs[head];
        let name = trees.head.applied_config_name(head);
        let (mut is_unchanged, mut has_same_name, mut is_immutable) = (false, false, false);
        for &old in olds {
            let config = &base.graph.configs[old];
            // Where there are several, as in overlays, the one that did not change is meant.
            is_unchanged |= config.has_content_of(base.graph.bundle, changed_config, trees.head.graph.bundle);
            has_same_name |= base.applied_config_name(old) == name;
            is_immutable |= config.immutable;
        }
        // A config that the API server rejects is not updated, so no controller acts.
        let is_rejected = has_same_name && is_immutable;
        if !is_unchanged && !is_rejected {
            changed.push((head, has_same_name));
        }
    }
    changed
}

/// The controllers that the new tree asks to restart a workload for these configs.
///
/// Reloader acts when a config is updated, whichever of its keys the workload uses; one under a new name is created,
/// which it ignores by default. Wave hashes what the workload refers to, names included.
pub(super) fn find_rollers(trees: &TreePair<'_>, workload: WorkloadId, changed: &[(ConfigId, bool)]) -> Vec<Roller> {
    let opened = trees.head.open_applied(workload);
    let object = opened.node();
    let view = ControllerView {
        kind: &trees.head.object(workload).kind,
        namespace: trees.head.object(workload).name.namespace.as_deref(),
        object,
        template: trees.head.workload(workload).kind.find_first_template(object),
        is_of_any_kind: false,
    };
    let scope = &trees.head.object(workload).name.scope;
    let mut rollers = Vec::new();
    let mut used: Option<BTreeSet<Identity>> = None;
    for controller in Controller::BY_CONFIG {
        if !controller.is_requested_by(view) {
            continue;
        }
        let used = used.get_or_insert_with(|| used_identities(&trees.head, workload));
        for &(config, has_same_name) in changed {
            if trees.head.graph.configs[config].identity.name.scope != *scope {
                continue;
            }
            let is_update = has_same_name || controller != Controller::Reloader;
            if is_update && restarts_for(&trees.head, controller, view, config, used) {
                rollers.push(Roller::from_controller(controller));
                break;
            }
        }
    }
    rollers
}

/// The configs of which content is delivered to the pods of a workload.
fn used_identities(tree: &NamedTree<'_>, workload: WorkloadId) -> BTreeSet<Identity> {
    let mut used = BTreeSet::new();
    for link in tree.links(workload) {
        if link.delivery != Delivery::None {
            used.insert(tree.target_identity(link));
        }
    }
    used
}

fn restarts_for(
    tree: &NamedTree<'_>,
    controller: Controller,
    view: ControllerView<'_>,
    config: ConfigId,
    used: &BTreeSet<Identity>,
) -> bool {
    let name = tree.applied_config_name(config);
    let identity = tree.base_identity(config);
    let namespace = identity.name.namespace.as_deref();
    let opened = tree.open_config(config);
    let object = Some(opened.node());
    match controller.decide(view, ChangedConfig { kind: identity.kind, namespace, name: &name, object }) {
        Decision::No => false,
        Decision::IfReferred => used.contains(&identity),
        Decision::Named => namespace == view.namespace || namespace.is_some(),
    }
}
