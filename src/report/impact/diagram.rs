//! The changed configs and the workloads that they reach, as a diagram.

use std::collections::BTreeSet;

use super::default_reason;
use crate::graph::Delivery;
use crate::impact::{self, ChangeRoute, ConfigImpact, ConfigImpactId, Impact, ImpactReason, WorkloadImpact};
use crate::report::diagram::{
    ConfigNode, Diagram, Edge, EdgeDelivery, EdgeUse, Highlight, KeyNode, NodeName, Presence, WorkloadNode,
};
use crate::source::FileLine;

/// One node for each changed config and for each workload that one of its keys reaches.
pub(super) fn build_diagram(impact: &Impact) -> Diagram {
    let mut reached: Vec<&WorkloadImpact> =
        impact.workloads.iter().filter(|workload| !workload.reasons.is_empty()).collect();
    // Where not all has a place, what needs eyes has one.
    reached.sort_by_key(|workload| workload.class);
    Diagram {
        configs: impact.configs.iter().map(config_node).collect(),
        workloads: reached.iter().map(|one| workload_node(one)).collect(),
        edges: reached.iter().enumerate().flat_map(|(number, one)| workload_edges(number, one)).collect(),
    }
}

pub(super) fn config_node(config: &ConfigImpact) -> ConfigNode {
    let key = |key: &impact::KeyImpact| KeyNode {
        key: key.key.clone(),
        line: key.head_location.as_ref().map(|spot| spot.line),
        hash: None,
        mark: None,
        diff: None,
    };
    let place = config.head_location.as_ref().or(config.base_location.as_ref());
    ConfigNode {
        name: NodeName {
            kind: config.kind.as_str().to_string(),
            namespace: config.namespace.clone(),
            name: config.name.clone(),
        },
        presence: Presence::Here,
        places: place.map(location_of).into_iter().collect(),
        keys: config.keys.iter().map(key).collect(),
        immutable: false,
        mark: None,
    }
}

pub(super) fn workload_node(workload: &WorkloadImpact) -> WorkloadNode {
    let reason = workload.sentence.clone().unwrap_or_else(|| default_reason(workload.class).to_string());
    let spot = workload.head_location.as_ref().or(workload.base_location.as_ref());
    WorkloadNode {
        name: NodeName {
            kind: workload.kind.clone(),
            namespace: workload.namespace.clone(),
            name: workload.name.clone(),
        },
        place: spot.map_or_else(|| FileLine { file: String::new(), line: 1 }, location_of),
        has_pods: true,
        listings: Vec::new(),
        mark: Some(Highlight { class: workload.class.as_str(), label: workload.class_label(), reasons: vec![reason] }),
    }
}

/// One edge for each config and way of delivery.
fn workload_edges(number: usize, workload: &WorkloadImpact) -> Vec<Edge> {
    let ways: BTreeSet<(ConfigImpactId, EdgeDelivery)> = workload
        .reasons
        .iter()
        .flat_map(|reason| reason.routes.iter().map(|way| (reason.config, edge_delivery(way))))
        .collect();
    let edge = |(config, of): (ConfigImpactId, EdgeDelivery)| {
        let keys = workload.reasons.iter().filter(|reason| reason.config == config);
        let reasons: Vec<&ImpactReason> =
            keys.filter(|reason| reason.routes.iter().any(|way| edge_delivery(way) == of)).collect();
        let uses = reasons.iter().flat_map(|reason| {
            reason.routes.iter().filter(|way| edge_delivery(way) == of).map(|way| edge_use(&reason.key, way))
        });
        Edge {
            config: config.index(),
            workload: number,
            reach: of,
            uses: uses.collect(),
            unresolved: false,
            mark: None,
        }
    };
    ways.into_iter().map(edge).collect()
}

fn edge_delivery(way: &ChangeRoute) -> EdgeDelivery {
    match way.delivery {
        Delivery::Frozen => EdgeDelivery::Frozen,
        Delivery::Live => EdgeDelivery::Live,
        Delivery::None => EdgeDelivery::Unmounted,
    }
}

fn edge_use(key: &str, way: &ChangeRoute) -> EdgeUse {
    let spot = way.head_location.as_ref().or(way.base_location.as_ref());
    EdgeUse {
        container: way.container.as_ref().map(|container| container.name.clone()),
        container_type: way.container.as_ref().map(|container| container.container_type.as_str()),
        mechanism: way.mechanism.as_str(),
        keys: Some(vec![key.to_string()]),
        missing: Vec::new(),
        variables: Vec::new(),
        optional: false,
        problems: Vec::new(),
        place: spot.map_or_else(|| FileLine { file: String::new(), line: 1 }, location_of),
    }
}

fn location_of(spot: &FileLine) -> FileLine {
    FileLine { file: spot.file.clone(), line: spot.line }
}
