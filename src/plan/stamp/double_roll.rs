//! Controllers in the cluster that restart what is stamped as well, and what to do about it.

use std::collections::{BTreeSet, HashMap};

use super::inputs::StampInputs;
use super::{OpenWorkload, Stamper};
use crate::bundle::Object;
use crate::diagnostic::StampMessage;
use crate::graph::{Graph, Link};
use crate::kinds::controllers::{self, Controller, reloader};

/// The fix where a request is included and a controller restarts for the config that is written.
const REQUEST_REMEDY: &str = "annotate its producer with rollstamp.dev/ignore: \"true\", to leave it to the controller";

/// One message for each controller that a stamped workload asks to restart it.
pub(super) fn warnings(inputs: &StampInputs<'_>, vault: &VaultRestarts, excluded: bool) -> Vec<StampMessage> {
    let StampInputs { graph, workload, .. } = *inputs;
    let opened = graph.open_workload(workload);
    let view = graph.controller_view(workload, &opened);
    let mut found = Vec::new();
    for controller in Controller::BY_CONFIG {
        if graph.digest_policy.honor.contains(&controller) || !controller.is_requested_by(view) {
            continue;
        }
        let is_told = excluded && controller == Controller::Reloader;
        let configs = configs_restarted_for(inputs, controller);
        if !configs.is_empty() && !is_told {
            found.push(double_roll_message(controller, join_names(configs)));
        }
        let requested = requests_restarted_for(inputs, controller);
        if !requested.is_empty() {
            let (controller, why) = (controller.to_string(), join_names(requested));
            found.push(StampMessage::RollsTwice { controller, why, help: REQUEST_REMEDY });
        }
    }
    for (controller, key) in controllers::find_requested_operators(view) {
        found.push(double_roll_message(controller, key.to_string()));
    }
    for why in vault.reasons(graph.object(workload)) {
        found.push(double_roll_message(Controller::Vault, why));
    }
    found
}

fn join_names(names: BTreeSet<String>) -> String {
    names.into_iter().collect::<Vec<_>>().join(", ")
}

fn double_roll_message(controller: Controller, why: String) -> StampMessage {
    StampMessage::RollsTwice { controller: controller.to_string(), why, help: controller.remedy() }
}

/// The configs that count here and for which a controller restarts the workload.
fn configs_restarted_for(inputs: &StampInputs<'_>, controller: Controller) -> BTreeSet<String> {
    let mut restarted = BTreeSet::new();
    for link in inputs.included_config_links() {
        if let Some(config) = inputs.graph.config_of(link)
            && inputs.graph.restarts(controller, inputs.workload, config)
        {
            restarted.insert(target_of(link));
        }
    }
    restarted
}

/// Finds the configs that controllers will write, whose request is included here, and for which a controller restarts
/// the workload once they are written. A CSI driver writes nothing anew into a volume that it mounts for the first
/// time.
fn requests_restarted_for(inputs: &StampInputs<'_>, controller: Controller) -> BTreeSet<String> {
    let mut restarted = BTreeSet::new();
    for link in inputs.links() {
        if !link.target.kind.is_fetched()
            && inputs.includes_request(link)
            && inputs.graph.restarts_for_request(controller, inputs.workload, link)
        {
            restarted.insert(target_of(link));
        }
    }
    restarted
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
            for (kind, name) in controllers::find_vault_restart_targets(graph.bundle.open(object).node()) {
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

impl Stamper<'_, '_> {
    /// Notes a Rollout whose restarts by Reloader become new revisions, because its annotations are honored.
    pub(super) fn note_restart_without_steps(&mut self, workload: OpenWorkload<'_>) {
        if !self.graph.digest_policy.honor.contains(&Controller::Reloader) {
            return;
        }
        let opened = self.graph.open_workload(workload.facts);
        if let Some(node) = reloader::find_restart_without_steps(self.graph.controller_view(workload.facts, &opened)) {
            let message = StampMessage::RestartBecomesRollout { annotation: reloader::ROLLOUT_STRATEGY };
            self.report(workload, node, message);
        }
    }
}
