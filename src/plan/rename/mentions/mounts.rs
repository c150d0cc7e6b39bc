//! Paths at which containers mount the files of configs: such a path holds the name without naming the config.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::bundle::{Identity, ObjectName};
use crate::graph::{Graph, Link, Mechanism, Workload};
use crate::yaml::{Node, NodeId};

/// The mount paths of configs, in all workloads.
pub(super) struct MountPaths {
    /// Few paths for each of many configs.
    by_identity: BTreeMap<Arc<Identity>, Vec<Box<str>>>,
}

impl MountPaths {
    pub(super) fn of_configs(graph: &Graph<'_>) -> MountPaths {
        let mut paths = MountPaths { by_identity: BTreeMap::new() };
        for workload in &graph.workloads {
            let links = &graph.links[workload.links.clone()];
            let mounted: Vec<&Link> = links.iter().filter(|link| is_mount(link)).collect();
            if !mounted.is_empty() {
                paths.add_workload(graph, workload, &mounted);
            }
        }
        paths
    }

    /// The paths at which a config is mounted.
    pub(super) fn of(&self, identity: &Identity) -> impl Iterator<Item = &str> {
        self.by_identity.get(identity).into_iter().flatten().map(AsRef::as_ref)
    }

    fn add_workload(&mut self, graph: &Graph<'_>, workload: &Workload, mounted: &[&Link]) {
        let opened = graph.bundle.open(graph.object(workload));
        let node = opened.node();
        let mut mounts: Vec<(String, String)> = Vec::new();
        for (pods, at) in workload.kind.find_templates(node) {
            for (container, ..) in pods.find_containers(at) {
                for mount in container.get("volumeMounts").into_iter().flat_map(Node::items) {
                    let text = |key| mount.get(key).and_then(Node::decoded_text);
                    if let (Some(volume), Some(path)) = (text("name"), text("mountPath")) {
                        mounts.push((volume.into_owned(), path.into_owned()));
                    }
                }
            }
        }
        for link in mounted {
            let Some(volume) = find_volume_name(node, link.node) else { continue };
            for (_, path) in mounts.iter().filter(|(name, _)| *name == volume) {
                self.add(graph, link, path);
            }
        }
    }

    /// Adds a path for each name of the config that a link mounts.
    fn add(&mut self, graph: &Graph<'_>, link: &Link, path: &str) {
        let mut identities = vec![link.target.clone()];
        if let Some(config) = graph.config_of(link) {
            identities.push(config.identity.clone());
            if let Some(base) = &config.base_name {
                let name = ObjectName { name: base.clone(), ..config.identity.name.clone() };
                identities.push(Arc::new(Identity { kind: config.identity.kind, name }));
            }
        }
        for identity in identities {
            let paths = self.by_identity.entry(identity).or_insert_with(|| Vec::with_capacity(1));
            if !paths.iter().any(|known| **known == *path) {
                paths.push(path.into());
            }
        }
    }
}

fn is_mount(link: &Link) -> bool {
    link.container.is_some() && matches!(link.mechanism, Mechanism::Volume | Mechanism::Projected | Mechanism::Csi)
}

/// The name of the volume that holds a reference: that of the nearest item of a list that has one.
fn find_volume_name(object: Node<'_>, reference: NodeId) -> Option<String> {
    let mut node = object.with_id(reference);
    while let Some(parent) = node.parent() {
        if parent.is_sequence()
            && let Some(name) = node.get("name")
        {
            return name.decoded_text().map(std::borrow::Cow::into_owned);
        }
        node = parent;
    }
    None
}
