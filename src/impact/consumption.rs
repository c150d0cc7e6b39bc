//! The content that a workload consumes in both trees, and the changes of it.

use std::collections::{BTreeMap, BTreeSet};

use super::config_changes::ConfigComparisons;
use super::trees::{NamedTree, TreePair};
use super::{ChangeRoute, ImpactReason, KeyChange};
use crate::bundle::Identity;
use crate::graph::{ConfigId, Delivery, KeySelection, Link, LinkId, Mechanism, Resolution, WorkloadId};

/// The changes of the content that a workload consumes.
#[derive(Default)]
pub(super) struct ConsumedChanges {
    /// The changed keys.
    pub(super) reasons: Vec<ImpactReason>,
    /// The old and the new name of each config that has another one now.
    pub(super) renamed: BTreeSet<(String, String)>,
}

/// One side's links to one config.
#[derive(Default)]
struct ConfigUses<'g> {
    config: Option<ConfigId>,
    /// Set if the content of the config is not known, because several definitions differ.
    unknown: bool,
    links: Vec<UsedLink<'g>>,
}

/// A link, with the path of the pod template that it is only in, if the workload has several.
#[derive(Clone, Copy)]
struct UsedLink<'g> {
    link: &'g Link,
    template: Option<&'g str>,
}

impl<'g> UsedLink<'g> {
    fn link(self) -> &'g Link {
        self.link
    }
}

pub(super) fn compare_consumption(
    trees: &TreePair<'_>,
    base: WorkloadId,
    head: WorkloadId,
    configs: &mut ConfigComparisons<'_, '_>,
) -> ConsumedChanges {
    let (old, new) = (uses_by_config(&trees.base, base), uses_by_config(&trees.head, head));
    let mut consumption = ConsumedChanges::default();
    for (identity, before) in &old {
        // What is used on one side only has changed the template, which says so.
        let Some(after) = find_uses_after(&old, &new, identity) else { continue };
        record_rename(trees, before, after, &mut consumption.renamed);
        if before.unknown || after.unknown || (before.config.is_none() && after.config.is_none()) {
            continue;
        }
        let comparison = configs.compare_once(identity, (before.config, after.config));
        for key in &configs.comparison(comparison).keys {
            let mut routes = find_routes(trees, &key.key, before, after);
            if key.change == KeyChange::Moved {
                // A file is the same file, whichever field its bytes stand in.
                routes.retain(|route| matches!(route.mechanism, Mechanism::Env | Mechanism::EnvFrom));
            }
            if routes.is_empty() {
                continue;
            }
            // Pods that could not start without it see it as soon as they do.
            let waits = key.change == KeyChange::Added
                && before.links.iter().all(|used| kept_pod_from_starting(used.link, &key.key));
            let frozen = !waits && routes.iter().any(|route| route.delivery == Delivery::Frozen);
            let (key, change) = (key.key.clone(), key.change);
            consumption.reasons.push(ImpactReason { config: comparison, key, change, routes, frozen });
        }
    }
    consumption
}

/// The uses in the new tree of a config that is used in the old one. A reference whose config has a namespace in one tree
/// only, so that it is inferred, says the same in both.
fn find_uses_after<'u, 'g>(
    old: &BTreeMap<Identity, ConfigUses<'_>>,
    new: &'u BTreeMap<Identity, ConfigUses<'g>>,
    identity: &Identity,
) -> Option<&'u ConfigUses<'g>> {
    if let Some(uses) = new.get(identity) {
        return Some(uses);
    }
    for (other, uses) in new {
        let has_same_name = other.kind == identity.kind && other.name.name == identity.name.name;
        let is_inferred = other.name.namespace.is_none() != identity.name.namespace.is_none();
        if has_same_name && is_inferred && !old.contains_key(other) {
            return Some(uses);
        }
    }
    None
}

fn uses_by_config<'a>(tree: &NamedTree<'a>, workload: WorkloadId) -> BTreeMap<Identity, ConfigUses<'a>> {
    let mut uses: BTreeMap<Identity, ConfigUses<'a>> = BTreeMap::new();
    let (graph, workload) = (tree.graph, tree.workload(workload));
    for (position, link) in graph.links[workload.links.clone()].iter().enumerate() {
        let entry = uses.entry(tree.target_identity(link)).or_default();
        match link.resolution {
            Resolution::Config(index) => entry.config = Some(index),
            Resolution::Ambiguous | Resolution::RunTime | Resolution::External | Resolution::Generated => {
                entry.unknown = true
            }
            Resolution::Missing => {}
        }
        let id = LinkId::new(workload.links.start.index() + position);
        let template = graph.template_of_link(workload, id).map(|template| template.path.as_str());
        entry.links.push(UsedLink { link, template });
    }
    uses
}

/// The names by which both trees refer to a config, as they are applied.
fn record_rename(
    trees: &TreePair<'_>,
    before: &ConfigUses<'_>,
    after: &ConfigUses<'_>,
    renamed: &mut BTreeSet<(String, String)>,
) {
    if let (Some(base), Some(head)) = (before.config, after.config) {
        let pair = (trees.base.applied_config_name(base), trees.head.applied_config_name(head));
        if pair.0 != pair.1 {
            renamed.insert(pair);
        }
    }
}

/// The routes by which a key reaches the workload, those of both trees paired.
fn find_routes(trees: &TreePair<'_>, key: &str, before: &ConfigUses<'_>, after: &ConfigUses<'_>) -> Vec<ChangeRoute> {
    let mut routes = Vec::new();
    let mut rest = consuming_links(&trees.base, before, key);
    for used in consuming_links(&trees.head, after, key) {
        let at = rest.iter().position(|other| is_same_route(other, &used));
        let partner = at.map(|at| rest.remove(at));
        routes.push(new_route(trees, partner.unwrap_or(used), partner, Some(used)));
    }
    for used in rest {
        routes.push(new_route(trees, used, Some(used), None));
    }
    routes
}

/// Returns `true` if a pod with this link could not start for want of the key.
fn kept_pod_from_starting(link: &Link, key: &str) -> bool {
    !link.optional && (link.resolution == Resolution::Missing || link.missing.iter().any(|missing| missing == key))
}

/// The links by which a key reaches a container, or would if it were there.
fn consuming_links<'g>(tree: &NamedTree<'_>, uses: &ConfigUses<'g>, key: &str) -> Vec<UsedLink<'g>> {
    let mut links = Vec::new();
    for used in &uses.links {
        let is_there = tree.graph.consumed(used.link).iter().any(|(consumed, _)| *consumed == key);
        let is_named = matches!(&used.link.keys, KeySelection::These(keys) if keys.iter().any(|named| named == key));
        if used.link.delivery != Delivery::None && (is_there || is_named) {
            links.push(*used);
        }
    }
    links
}

fn is_same_route(a: &UsedLink<'_>, b: &UsedLink<'_>) -> bool {
    a.link.container == b.link.container && a.link.mechanism == b.link.mechanism && a.template == b.template
}

/// Pods that run were started from the old tree, so its way counts for what reaches them.
fn new_route(
    trees: &TreePair<'_>,
    used: UsedLink<'_>,
    base: Option<UsedLink<'_>>,
    head: Option<UsedLink<'_>>,
) -> ChangeRoute {
    ChangeRoute {
        container: used.link.container.as_deref().cloned(),
        mechanism: used.link.mechanism,
        delivery: used.link.delivery,
        template: used.template.map(str::to_owned),
        base_location: trees.base.location_of_link(base.map(UsedLink::link)),
        head_location: trees.head.location_of_link(head.map(UsedLink::link)),
    }
}
