//! Changed requests for what controllers will write: none of its content is here to be compared.

use std::collections::{BTreeMap, BTreeSet};

use super::trees::{NamedTree, TreePair};
use super::{ImpactClass, Roller, WorkloadImpact, judge};
use crate::bundle::ObjectId;
use crate::diagnostic::{Diagnostics, ImpactMessage};
use crate::digest::ListingLine;
use crate::graph::{Delivery, Link, Resolution, WorkloadId};
use crate::kinds::controllers::Controller;
use crate::kinds::workloads::Effect;

/// The workloads that go on with what was written for the old request, by the object of the new tree that asks.
#[derive(Default)]
pub(super) struct ChangedRequests(BTreeMap<ObjectId, BTreeSet<String>>);

impl ChangedRequests {
    /// Takes in a workload that both trees have, and tells it which objects ask for something else for it now.
    pub(super) fn record_workload(
        &mut self,
        trees: &TreePair<'_>,
        base: WorkloadId,
        head: WorkloadId,
        impact: Option<&mut WorkloadImpact>,
    ) {
        let changed = find_changed_links(trees, base, head);
        if changed.is_empty() {
            return;
        }
        let restarts = |controller: Controller, link: &Link| {
            trees.head.graph.restarts_for_request(controller, trees.head.workload(head), link)
        };
        let replaced =
            impact.as_ref().is_some_and(|impact| !matches!(impact.class, ImpactClass::Stale | ImpactClass::Refreshes));
        if let Some(impact) = impact {
            if impact.rolled_by == [Roller::Template] {
                // What a CSI driver fetches is not written anew for pods that start.
                let written = || changed.iter().filter(|link| !link.target.kind.is_fetched());
                let again = Controller::BY_CONFIG.into_iter().filter(|&one| written().any(|link| restarts(one, link)));
                impact.rolled_by.extend(again.map(Roller::from_controller));
            }
            if impact.rolls_twice() {
                impact.sentence = Some(judge::describe_double_roll(&impact.rolled_by));
            }
            let objects: BTreeSet<ObjectId> = changed.iter().flat_map(|link| producer_objects(trees, link)).collect();
            impact.requests =
                objects.into_iter().map(|object| trees.head.graph.bundle.objects[object].label()).collect();
        }
        let workload = trees.head.workload(head);
        let later = matches!(trees.head.graph.effect_on(workload), Effect::NextRun | Effect::NothingToRoll(_));
        if replaced || later {
            return;
        }
        let anybody = |link: &Link| Controller::BY_CONFIG.into_iter().any(|one| restarts(one, link));
        let missed = changed.iter().filter(|link| link.delivery == Delivery::Frozen && !anybody(link));
        for object in missed.flat_map(|link| producer_objects(trees, link)) {
            self.0.entry(object).or_default().insert(trees.head.object(head).label());
        }
    }

    /// One warning for each object that asks for something else now.
    pub(super) fn into_diagnostics(self, trees: &TreePair<'_>) -> Diagnostics {
        let bundle = trees.head.graph.bundle;
        let mut diagnostics = Diagnostics::default();
        for (object, workloads) in self.0 {
            let object = &bundle.objects[object];
            let message = ImpactMessage::RequestChanged { workloads: workloads.into_iter().collect() };
            diagnostics.report(bundle.start_of(object), object.label(), message);
        }
        diagnostics
    }
}

/// The links of a workload to what is asked for otherwise now.
fn find_changed_links<'a>(trees: &TreePair<'a>, base: WorkloadId, head: WorkloadId) -> Vec<&'a Link> {
    let asks = |link: &&Link| link.delivery != Delivery::None && link.resolution == Resolution::Generated;
    let differs = |link: &&Link| {
        let same = |old: &&Link| asks(old) && old.target == link.target && old.keys == link.keys;
        let old = trees.base.links(base).iter().find(same);
        old.is_some_and(|old| request_lines(&trees.base, old) != request_lines(&trees.head, link))
    };
    trees.head.links(head).iter().filter(asks).filter(differs).collect()
}

fn producer_objects<'s>(trees: &'s TreePair<'_>, link: &'s Link) -> impl Iterator<Item = ObjectId> {
    trees.head.graph.generated_of(link).map(|product| product.object)
}

fn request_lines(tree: &NamedTree<'_>, link: &Link) -> BTreeSet<ListingLine> {
    tree.graph.generated_of(link).flat_map(|product| tree.graph.request_lines(product, &link.keys)).collect()
}
