//! Controllers in the cluster that restart what is stamped as well, and what to do about it.

use std::collections::{BTreeSet, HashMap};

use super::StampInputs;
use crate::bundle::Object;
use crate::diagnostic::StampMessage;
use crate::graph::{Graph, Link, WorkloadId};
use crate::kinds::controllers::{self, Controller};
use crate::plan::model::{Exclusion, Plan, PlannedEdits};
use crate::yaml::{self, Node, Value};

/// The fix where a request is included and a controller restarts for the config that is written.
const REQUEST_REMEDY: &str = "annotate its producer with rollstamp.dev/ignore: \"true\", to leave it to the controller";

const ANNOTATIONS: [&str; 2] = ["metadata", "annotations"];

/// One message for each controller that a stamped workload asks to restart it.
pub(super) fn warnings(counts: &StampInputs<'_>, vault: &VaultRestarts, excluded: bool) -> Vec<StampMessage> {
    let StampInputs { graph, workload, .. } = *counts;
    let asking = graph.controller_view(workload);
    let asked = |one: &Controller| !graph.digest_policy.honor.contains(one) && one.is_requested_by(asking);
    let all = |names: BTreeSet<String>| names.into_iter().collect::<Vec<_>>().join(", ");
    let mut found = Vec::new();
    for controller in Controller::BY_CONFIG.into_iter().filter(asked) {
        let is_told = excluded && controller == Controller::Reloader;
        let configs = configs_restarted_for(counts, controller);
        if !configs.is_empty() && !is_told {
            found.push(double_roll_message(controller, all(configs)));
        }
        let requested = requests_restarted_for(counts, controller);
        if !requested.is_empty() {
            let (controller, why) = (controller.to_string(), all(requested));
            found.push(StampMessage::RollsTwice { controller, why, help: REQUEST_REMEDY });
        }
    }
    found.extend(
        controllers::find_requested_operators(asking)
            .map(|(controller, key)| double_roll_message(controller, key.to_string())),
    );
    found.extend(vault.reasons(graph.object(workload)).map(|why| double_roll_message(Controller::Vault, why)));
    found
}

fn double_roll_message(controller: Controller, why: String) -> StampMessage {
    StampMessage::RollsTwice { controller: controller.to_string(), why, help: controller.remedy() }
}

/// The configs that count here and for which a controller restarts the workload.
fn configs_restarted_for(counts: &StampInputs<'_>, controller: Controller) -> BTreeSet<String> {
    let links = counts.links().iter().filter(|link| counts.includes_config(link));
    let restarts = |link: &&Link| {
        counts.graph.config_of(link).is_some_and(|c| counts.graph.restarts(controller, counts.workload, c))
    };
    links.filter(restarts).map(target_of).collect()
}

/// Finds the configs that controllers will write, whose request is included here, and for which a controller restarts
/// the workload once they are written. A CSI driver writes nothing anew into a volume that it mounts for the first
/// time.
fn requests_restarted_for(counts: &StampInputs<'_>, controller: Controller) -> BTreeSet<String> {
    let links = counts.links().iter().filter(|link| !link.target.kind.is_fetched() && counts.includes_request(link));
    links.filter(|link| counts.graph.restarts_for_request(controller, counts.workload, link)).map(target_of).collect()
}

fn target_of(link: &Link) -> String {
    format!("{}/{}", link.target.kind, link.target.name.name)
}

/// The workloads that objects of the Vault Secrets Operator list as ones to restart, by namespace, kind and name.
pub(super) struct VaultRestarts(HashMap<(Option<String>, String, String), Vec<String>>);

impl VaultRestarts {
    pub(super) fn of(graph: &Graph<'_>) -> VaultRestarts {
        let mut listed: HashMap<_, Vec<String>> = HashMap::new();
        for object in graph.producers() {
            for (kind, name) in controllers::find_vault_restart_targets(graph.bundle.node(object)) {
                let why = format!("rolloutRestartTargets of {}", object.label());
                listed.entry((object.name.namespace.clone(), kind, name)).or_default().push(why);
            }
        }
        VaultRestarts(listed)
    }

    /// Returns the reasons for which the operator restarts a workload.
    fn reasons(&self, target: &Object) -> impl Iterator<Item = String> {
        let key = (target.name.namespace.clone(), target.kind.clone(), target.name.name.clone());
        self.0.get(&key).into_iter().flatten().cloned()
    }
}

/// Adds the names of configs that a workload is stamped for to the list, under this annotation, of those that Reloader
/// leaves out; or takes them out of it.
pub(super) fn update_exclusion(
    graph: &Graph<'_>,
    id: WorkloadId,
    key: &'static str,
    names: &BTreeSet<&str>,
    remove: bool,
    plan: &mut Plan,
) {
    let object = graph.object(&graph.workloads[id]);
    let node = graph.bundle.node(object);
    let old = node.get_path(&ANNOTATIONS).and_then(|node| node.get(key));
    let list = old.and_then(Node::decoded_text).unwrap_or_default();
    let items = || list.split(',').map(str::trim).filter(|item| !item.is_empty());
    let new: Vec<&str> = if remove {
        items().filter(|item| !names.contains(item)).collect()
    } else {
        items().chain(names.iter().copied().filter(|name| !items().any(|item| item == *name))).collect()
    };
    if new.len() == items().count() {
        return;
    }
    let new = (!new.is_empty()).then(|| new.join(","));
    let edits = match &new {
        Some(text) => yaml::set_entry(node, &ANNOTATIONS, key, text),
        None => yaml::remove_entry(node, &ANNOTATIONS, key),
    };
    let path = [ANNOTATIONS[0], ANNOTATIONS[1], key];
    let planned = PlannedEdits::of_value(object, node, &path, new.clone().map(Value::String), edits);
    if plan.record_edits(graph, planned).is_recorded() {
        let old = old.and_then(Node::decoded_text).map(|text| text.into_owned());
        plan.exclusions.push(Exclusion { workload: id, annotation: key, old, new });
    }
}
