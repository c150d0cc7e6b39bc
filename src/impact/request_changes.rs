//! Changed requests for what controllers will write: none of its content is here to be compared.

use std::collections::{BTreeMap, BTreeSet};

use super::trees::{NamedTree, TreePair};
use super::{ImpactClass, Roller, WorkloadImpact, judge};
use crate::bundle::ObjectId;
use crate::diagnostic::{Diagnostics, ImpactMessage};
use crate::digest::ListingLine;
use crate::graph::{Delivery, Link, Resolution, Workload, WorkloadId};
use crate::kinds::controllers::{self, Controller};
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
        impact: &mut Option<WorkloadImpact>,
    ) {
        let changed = find_changed_links(trees, base, head);
        if changed.is_empty() {
            return;
        }
        let workload = trees.head.workload(head);
        if impact.is_none() {
            *impact = restarted_for_requests(trees, (base, head), &changed);
        }
        let mut replaced = false;
        if let Some(impact) = impact {
            replaced = !matches!(impact.class, ImpactClass::Stale | ImpactClass::Refreshes);
            add_requests(trees, workload, &changed, impact);
        }
        let later = matches!(trees.head.graph.effect_on(workload), Effect::NextRun | Effect::NothingToRoll(_));
        if replaced || later {
            return;
        }
        for link in changed {
            if link.delivery != Delivery::Frozen || !find_restarters(trees, workload, link).is_empty() {
                continue;
            }
            for generated in trees.head.graph.generated_of(link) {
                self.0.entry(generated.object).or_default().insert(trees.head.object(head).label());
            }
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

/// Adds to the effect on a workload the objects whose requests changed, and the controllers that restart it for what is
/// written then.
fn add_requests(trees: &TreePair<'_>, workload: &Workload, changed: &[&Link], impact: &mut WorkloadImpact) {
    let graph = trees.head.graph;
    let rolls_by_template = impact.rolled_by == [Roller::Template];
    let mut objects = BTreeSet::new();
    let mut rollers = BTreeSet::new();
    for link in changed {
        objects.extend(graph.generated_of(link).map(|generated| generated.object));
        // What a CSI driver fetches is not written anew for pods that start.
        if rolls_by_template && !link.target.kind.is_fetched() {
            rollers.extend(find_restarters(trees, workload, link).into_iter().map(Roller::from_controller));
        }
    }
    impact.rolled_by.extend(rollers);
    if impact.rolls_twice() {
        impact.sentence = Some(judge::describe_double_roll(&impact.rolled_by));
    }
    impact.requests.clear();
    for object in objects {
        impact.requests.push(graph.bundle.objects[object].label());
    }
}

/// The effect on a workload to which nothing else happens, if controllers restart it for what is written then.
fn restarted_for_requests(
    trees: &TreePair<'_>,
    (base, head): (WorkloadId, WorkloadId),
    changed: &[&Link],
) -> Option<WorkloadImpact> {
    let workload = trees.head.workload(head);
    let effect = trees.head.graph.effect_on(workload);
    let mut rollers = BTreeSet::new();
    for link in changed {
        if !link.target.kind.is_fetched() {
            rollers.extend(find_restarters(trees, workload, link).into_iter().map(Roller::from_controller));
        }
    }
    if rollers.is_empty() || !matches!(effect, Effect::Rolls | Effect::Partly(_) | Effect::NextRun) {
        return None;
    }
    let rolled_by: Vec<Roller> = rollers.into_iter().collect();
    let sentence = Some(judge::describe_restart(&rolled_by));
    let described = judge::describe_workload(trees, Some(base), Some(head));
    Some(WorkloadImpact { class: ImpactClass::Rolls, sentence, rolled_by, ..described })
}

/// The controllers that restart a workload once what a link requests is written.
fn find_restarters(trees: &TreePair<'_>, workload: &Workload, link: &Link) -> Vec<Controller> {
    let graph = trees.head.graph;
    let mut controllers = Vec::new();
    for controller in Controller::BY_CONFIG {
        if graph.restarts_for_request(controller, workload, link) {
            controllers.push(controller);
        }
    }
    let object = graph.object(workload);
    for product in graph.generated_of(link) {
        let producer = &graph.bundle.objects[product.object];
        if producer.name.namespace == object.name.namespace {
            let opened = graph.bundle.open(producer);
            let node = opened.node();
            let opened_workload = graph.open_workload(workload);
            let view = graph.controller_view(workload, &opened_workload);
            controllers.extend(controllers::find_restarting_operators(view, &object.name.name, node));
        }
    }
    controllers
}

/// The links of a workload to what is asked for otherwise now.
fn find_changed_links<'a>(trees: &TreePair<'a>, base: WorkloadId, head: WorkloadId) -> Vec<&'a Link> {
    let mut changed = Vec::new();
    for link in trees.head.links(head) {
        if !delivers_generated_config(link) {
            continue;
        }
        let mut old_links = trees.base.links(base).iter();
        let old =
            old_links.find(|old| delivers_generated_config(old) && old.target == link.target && old.keys == link.keys);
        if let Some(old) = old
            && request_lines(&trees.base, old) != request_lines(&trees.head, link)
        {
            changed.push(link);
        }
    }
    changed
}

fn delivers_generated_config(link: &Link) -> bool {
    link.delivery != Delivery::None && link.resolution == Resolution::Generated
}

fn request_lines(tree: &NamedTree<'_>, link: &Link) -> BTreeSet<ListingLine> {
    let mut lines = BTreeSet::new();
    for generated in tree.graph.generated_of(link) {
        lines.extend(tree.graph.request_lines(generated, &link.keys));
    }
    lines
}
