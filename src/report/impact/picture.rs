//! The changed configs and the workloads that they reach, as a picture.

use std::collections::BTreeSet;

use super::plain_word;
use crate::graph::Delivery;
use crate::impact::{self, ChangeRoute, ConfigImpact, ConfigImpactId, Impact, ImpactReason, WorkloadImpact};
use crate::report::picture::{
    ConfigNode, Edge, KeyNode, Mark, Name, Picture, Place, Presence, Reach, Use, WorkloadNode,
};

/// One node for each changed config and for each workload that one of its keys reaches.
pub(super) fn of(impact: &Impact) -> Picture {
    let mut reached: Vec<&WorkloadImpact> =
        impact.workloads.iter().filter(|workload| !workload.reasons.is_empty()).collect();
    // Where not all has a place, what needs eyes has one.
    reached.sort_by_key(|workload| workload.class);
    Picture {
        configs: impact.configs.iter().map(config).collect(),
        workloads: reached.iter().map(|one| workload(one)).collect(),
        edges: reached.iter().enumerate().flat_map(|(number, one)| edges(number, one)).collect(),
    }
}

pub(super) fn config(config: &ConfigImpact) -> ConfigNode {
    let key = |key: &impact::KeyImpact| KeyNode {
        key: key.key.clone(),
        line: key.head_location.as_ref().map(|spot| spot.line),
        hash: None,
        mark: None,
        diff: None,
    };
    let place = config.head_location.as_ref().or(config.base_location.as_ref());
    ConfigNode {
        name: Name {
            kind: config.kind.as_str().to_string(),
            namespace: config.namespace.clone(),
            name: config.name.clone(),
        },
        presence: Presence::Here,
        places: place.map(place_of).into_iter().collect(),
        keys: config.keys.iter().map(key).collect(),
        immutable: false,
        mark: None,
    }
}

pub(super) fn workload(workload: &WorkloadImpact) -> WorkloadNode {
    let reason = workload.sentence.clone().unwrap_or_else(|| plain_word(workload.class).to_string());
    let spot = workload.head_location.as_ref().or(workload.base_location.as_ref());
    WorkloadNode {
        name: Name { kind: workload.kind.clone(), namespace: workload.namespace.clone(), name: workload.name.clone() },
        place: spot.map_or_else(|| Place { file: String::new(), line: 1 }, place_of),
        has_pods: true,
        listing: Vec::new(),
        digest: None,
        mark: Some(Mark { class: workload.class.as_str(), label: workload.class_label(), reasons: vec![reason] }),
    }
}

/// One edge for each config and way of delivery.
fn edges(number: usize, workload: &WorkloadImpact) -> Vec<Edge> {
    let ways: BTreeSet<(ConfigImpactId, Reach)> = workload
        .reasons
        .iter()
        .flat_map(|reason| reason.routes.iter().map(|way| (reason.config, reach(way))))
        .collect();
    let edge = |(config, of): (ConfigImpactId, Reach)| {
        let keys = workload.reasons.iter().filter(|reason| reason.config == config);
        let reasons: Vec<&ImpactReason> =
            keys.filter(|reason| reason.routes.iter().any(|way| reach(way) == of)).collect();
        let uses = reasons.iter().flat_map(|reason| {
            reason.routes.iter().filter(|way| reach(way) == of).map(|way| one_use(&reason.key, way))
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

fn reach(way: &ChangeRoute) -> Reach {
    match way.delivery {
        Delivery::Frozen => Reach::Frozen,
        Delivery::Live => Reach::Live,
        Delivery::None => Reach::Unmounted,
    }
}

fn one_use(key: &str, way: &ChangeRoute) -> Use {
    let spot = way.head_location.as_ref().or(way.base_location.as_ref());
    Use {
        container: way.container.as_ref().map(|container| container.name.clone()),
        container_type: way.container.as_ref().map(|container| container.container_type.as_str()),
        mechanism: way.mechanism.as_str(),
        keys: Some(vec![key.to_string()]),
        missing: Vec::new(),
        variables: Vec::new(),
        optional: false,
        fault: None,
        place: spot.map_or_else(|| Place { file: String::new(), line: 1 }, place_of),
    }
}

fn place_of(spot: &impact::Location) -> Place {
    Place { file: spot.file.clone(), line: spot.line }
}
