//! What a workload consumes on both sides, and which of it changed.

use std::collections::{BTreeMap, BTreeSet};

use super::configs::Configs;
use super::side::{Named, Sides};
use super::{Change, Reason, Way};
use crate::bundle::Identity;
use crate::graph::{Delivery, KeySelection, Link, Resolution};

/// What changed of the content that a workload consumes.
#[derive(Default)]
pub(super) struct Consumption {
    /// The changed keys.
    pub(super) reasons: Vec<Reason>,
    /// The old and the new name of each config that has another one now.
    pub(super) renamed: BTreeSet<(String, String)>,
}

/// One side's links to one config.
#[derive(Default)]
struct Uses<'g> {
    config: Option<usize>,
    /// Whether it is known what the config holds: not where several definitions differ.
    unknown: bool,
    links: Vec<&'g Link>,
}

pub(super) fn compare(sides: &Sides<'_>, base: usize, head: usize, configs: &mut Configs<'_, '_>) -> Consumption {
    let (old, new) = (uses(&sides.base, base), uses(&sides.head, head));
    let mut consumption = Consumption::default();
    for (identity, before) in &old {
        // What is used on one side only has changed the template, which says so.
        let Some(after) = new.get(identity) else { continue };
        names(sides, before, after, &mut consumption.renamed);
        if before.unknown || after.unknown || (before.config.is_none() && after.config.is_none()) {
            continue;
        }
        let number = configs.number(identity, (before.config, after.config));
        let keys: Vec<(String, Change)> =
            configs.get(number).keys.iter().map(|key| (key.key.clone(), key.change)).collect();
        for (key, change) in keys {
            consumption.reasons.extend(reason(sides, number, &key, change, before, after));
        }
    }
    consumption
}

fn uses<'a>(side: &Named<'a>, workload: usize) -> BTreeMap<Identity, Uses<'a>> {
    let mut uses: BTreeMap<Identity, Uses<'a>> = BTreeMap::new();
    for link in side.links(workload) {
        let entry = uses.entry(side.target(link)).or_default();
        match link.resolution {
            Resolution::Config(index) => entry.config = Some(index),
            Resolution::Ambiguous | Resolution::RunTime | Resolution::Produced => entry.unknown = true,
            Resolution::Missing => {}
        }
        entry.links.push(link);
    }
    uses
}

/// The names by which both sides refer to a config, as they are applied.
fn names(sides: &Sides<'_>, before: &Uses<'_>, after: &Uses<'_>, renamed: &mut BTreeSet<(String, String)>) {
    if let (Some(base), Some(head)) = (before.config, after.config) {
        let pair = (sides.base.applied_name(base), sides.head.applied_name(head));
        if pair.0 != pair.1 {
            renamed.insert(pair);
        }
    }
}

fn reason(
    sides: &Sides<'_>,
    config: usize,
    key: &str,
    change: Change,
    before: &Uses<'_>,
    after: &Uses<'_>,
) -> Option<Reason> {
    let old = consumers(&sides.base, before, key);
    let new = consumers(&sides.head, after, key);
    let mut ways: Vec<Way> = Vec::new();
    let mut rest: Vec<&Link> = old.clone();
    for link in new {
        let at = rest.iter().position(|other| same_way(other, link));
        let partner = at.map(|at| rest.remove(at));
        ways.push(way(sides, partner.unwrap_or(link), partner, Some(link)));
    }
    ways.extend(rest.into_iter().map(|link| way(sides, link, Some(link), None)));
    // Pods that could not start without it see it as soon as they do.
    let waits = change == Change::Added && before.links.iter().all(|link| waited(link, key));
    let frozen = !waits && ways.iter().any(|way| way.delivery == Delivery::Frozen);
    (!ways.is_empty()).then(|| Reason { config, key: key.to_string(), change, ways, frozen })
}

/// Whether a pod with this link could not start for want of the key.
fn waited(link: &Link, key: &str) -> bool {
    !link.optional && (link.resolution == Resolution::Missing || link.missing.iter().any(|missing| missing == key))
}

/// The links by which a key reaches a container, or would if it were there.
fn consumers<'g>(side: &Named<'_>, uses: &Uses<'g>, key: &str) -> Vec<&'g Link> {
    let consumes = |link: &&&Link| {
        let there = side.graph.consumed(link).iter().any(|(consumed, _)| *consumed == key);
        let asked = matches!(&link.keys, KeySelection::These(keys) if keys.iter().any(|wanted| wanted == key));
        link.delivery != Delivery::None && (there || asked)
    };
    uses.links.iter().filter(consumes).copied().collect()
}

fn same_way(a: &Link, b: &Link) -> bool {
    a.container == b.container && a.mechanism == b.mechanism
}

/// Pods that run were started from the old tree, so its way counts for what reaches them.
fn way(sides: &Sides<'_>, link: &Link, base: Option<&Link>, head: Option<&Link>) -> Way {
    Way {
        container: link.container.clone(),
        mechanism: link.mechanism,
        delivery: link.delivery,
        base: base.map(|link| sides.base.spot(&link.place)),
        head: head.map(|link| sides.head.spot(&link.place)),
    }
}
