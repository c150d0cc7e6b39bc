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
        line: key.head_location.as_ref().map(|location| location.line),
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
    let location = workload.head_location.as_ref().or(workload.base_location.as_ref());
    WorkloadNode {
        name: NodeName {
            kind: workload.kind.clone(),
            namespace: workload.namespace.clone(),
            name: workload.name.clone(),
        },
        place: location.map_or_else(|| FileLine { file: String::new(), line: 1 }, location_of),
        has_pods: true,
        listings: Vec::new(),
        mark: Some(Highlight { class: workload.class.as_str(), label: workload.class_label(), reasons: vec![reason] }),
    }
}

/// One edge for each config and way of delivery.
fn workload_edges(number: usize, workload: &WorkloadImpact) -> Vec<Edge> {
    let routes: BTreeSet<(ConfigImpactId, EdgeDelivery)> = workload
        .reasons
        .iter()
        .flat_map(|reason| reason.routes.iter().map(|route| (reason.config, edge_delivery(route))))
        .collect();
    let edge = |(config, of): (ConfigImpactId, EdgeDelivery)| {
        let keys = workload.reasons.iter().filter(|reason| reason.config == config);
        let reasons: Vec<&ImpactReason> =
            keys.filter(|reason| reason.routes.iter().any(|route| edge_delivery(route) == of)).collect();
        let uses = reasons.iter().flat_map(|reason| {
            reason.routes.iter().filter(|route| edge_delivery(route) == of).map(|route| edge_use(&reason.key, route))
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
    routes.into_iter().map(edge).collect()
}

fn edge_delivery(route: &ChangeRoute) -> EdgeDelivery {
    match route.delivery {
        Delivery::Frozen => EdgeDelivery::Frozen,
        Delivery::Live => EdgeDelivery::Live,
        Delivery::None => EdgeDelivery::Unmounted,
    }
}

fn edge_use(key: &str, route: &ChangeRoute) -> EdgeUse {
    let location = route.head_location.as_ref().or(route.base_location.as_ref());
    EdgeUse {
        container: route.container.as_ref().map(|container| container.name.clone()),
        container_type: route.container.as_ref().map(|container| container.container_type.as_str()),
        mechanism: route.mechanism.as_str(),
        keys: Some(vec![key.to_string()]),
        missing: Vec::new(),
        variables: Vec::new(),
        optional: false,
        problems: Vec::new(),
        place: location.map_or_else(|| FileLine { file: String::new(), line: 1 }, location_of),
    }
}

fn location_of(location: &FileLine) -> FileLine {
    FileLine { file: location.file.clone(), line: location.line }
}
