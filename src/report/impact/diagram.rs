//! The changed configs and the workloads that they reach, as a diagram.

use std::collections::BTreeMap;

use super::default_reason;
use crate::graph::Delivery;
use crate::impact::{ChangeRoute, ConfigImpact, ConfigImpactId, Impact, KeyImpact, WorkloadImpact};
use crate::index::{Id, IdVec};
use crate::report::diagram::{
    ConfigNode, Diagram, Edge, EdgeDelivery, EdgeUse, Highlight, KeyNode, NodeName, Presence, WorkloadNode,
};
use crate::source::FileLine;

/// The place of something without a place in either tree.
const UNKNOWN_PLACE: FileLine = FileLine { file: String::new(), line: 1 };

/// One node for each changed config and for each workload that one of its keys reaches.
pub(super) fn build_diagram(impact: &Impact) -> Diagram {
    let mut reached: Vec<&WorkloadImpact> = impact.workloads.iter().collect();
    reached.retain(|workload| !workload.reasons.is_empty());
    // Where not all has a place, what needs eyes has one.
    reached.sort_by_key(|workload| workload.class);
    let configs = impact.configs.iter().map(config_node).collect();
    let mut diagram = Diagram { configs, workloads: IdVec::new(), edges: IdVec::new() };
    for workload in reached {
        let id = diagram.workloads.push(workload_node(workload));
        diagram.edges.extend(workload_edges(id, workload));
    }
    diagram
}

pub(super) fn config_node(config: &ConfigImpact) -> ConfigNode {
    let mut keys = IdVec::new();
    for KeyImpact { key, head_location, .. } in &config.keys {
        let line = head_location.as_ref().map(|location| location.line);
        keys.push(KeyNode { key: key.clone(), line, hash: None, mark: None, was: None, diff: None });
    }
    let place = config.head_location.as_ref().or(config.base_location.as_ref());
    ConfigNode {
        name: NodeName {
            kind: config.kind.as_str().to_string(),
            namespace: config.namespace.clone(),
            name: config.name.clone(),
        },
        presence: Presence::Here,
        places: place.cloned().into_iter().collect(),
        keys,
        immutable: false,
        application: config.application.as_ref().map(|application| application.id.clone()),
        cluster: config.application.as_ref().and_then(|application| application.cluster.clone()),
        mark: None,
    }
}

pub(super) fn workload_node(workload: &WorkloadImpact) -> WorkloadNode {
    let reason = workload.sentence.clone().unwrap_or(default_reason(workload.class).to_string());
    let place = workload.head_location.as_ref().or(workload.base_location.as_ref());
    WorkloadNode {
        name: NodeName {
            kind: workload.kind.clone(),
            namespace: workload.namespace.clone(),
            name: workload.name.clone(),
        },
        place: place.cloned().unwrap_or(UNKNOWN_PLACE),
        has_pods: workload.base.or(workload.head).is_some(),
        was: None,
        application: workload.application.as_ref().map(|application| application.id.clone()),
        cluster: workload.application.as_ref().and_then(|application| application.cluster.clone()),
        causes: Vec::new(),
        listings: Vec::new(),
        mark: Some(Highlight { class: workload.class.as_str(), label: workload.class_label(), reasons: vec![reason] }),
    }
}

/// One edge for each config and way of delivery.
fn workload_edges(id: Id<WorkloadNode>, workload: &WorkloadImpact) -> Vec<Edge> {
    let mut uses: BTreeMap<(ConfigImpactId, EdgeDelivery), Vec<EdgeUse>> = BTreeMap::new();
    for reason in &workload.reasons {
        for route in &reason.routes {
            uses.entry((reason.config, edge_delivery(route))).or_default().push(edge_use(&reason.key, route));
        }
    }
    let mut edges = Vec::new();
    for ((config, reach), uses) in uses {
        edges.push(Edge { config: Id::new(config.index()), workload: id, reach, uses, unresolved: false, mark: None });
    }
    edges
}

fn edge_delivery(route: &ChangeRoute) -> EdgeDelivery {
    match route.delivery {
        Delivery::Frozen => EdgeDelivery::Frozen,
        Delivery::Live => EdgeDelivery::Live,
        Delivery::None => EdgeDelivery::Unmounted,
    }
}

fn edge_use(key: &str, route: &ChangeRoute) -> EdgeUse {
    let place = route.head_location.as_ref().or(route.base_location.as_ref());
    EdgeUse {
        container: route.container.as_ref().map(|container| container.name.clone()),
        container_type: route.container.as_ref().map(|container| container.container_type.as_str()),
        mechanism: route.mechanism.as_str(),
        keys: Some(vec![key.to_string()]),
        missing: Vec::new(),
        variables: Vec::new(),
        optional: false,
        problems: Vec::new(),
        place: place.cloned().unwrap_or(UNKNOWN_PLACE),
    }
}
