//! Decisions of controllers in the cluster about the workloads of a graph.

use super::{
    Config, Delivery, DigestPolicy, EXTRA_CONFIG_MAPS, EXTRA_SECRETS, Graph, Link, Mechanism, ROLL_ON, Workload,
};
use crate::bundle::{Object, OpenObject};
use crate::kinds::annotation_text;
use crate::kinds::controllers::{ChangedConfig, Controller, ControllerView, Decision, reloader};
use crate::kinds::workloads::WorkloadKind;

impl Graph<'_> {
    /// The controllers that a workload asks, by its annotations, to restart it when this config changes: whoever
    /// changes its pod template as well makes it roll twice.
    pub fn restarted_by(&self, workload: &Workload, config: &Config) -> Vec<Controller> {
        Controller::BY_CONFIG.into_iter().filter(|&one| self.restarts(one, workload, config)).collect()
    }

    /// Returns `true` if a controller restarts a workload when this config changes.
    pub fn restarts(&self, controller: Controller, workload: &Workload, config: &Config) -> bool {
        let (opened, opened_config) = (self.open_workload(workload), self.open_config(config));
        let view = self.controller_view(workload, &opened);
        match controller.decide(view, changed_config(config, &opened_config)) {
            Decision::No => false,
            Decision::Named => true,
            Decision::IfReferred => self.consumes(workload, config),
        }
    }

    /// Returns `true` if a controller restarts a workload when the config that this link requests is written.
    pub fn restarts_for_request(&self, controller: Controller, workload: &Workload, link: &Link) -> bool {
        let (opened, requested) = (self.open_workload(workload), self.open_fetched(link));
        let view = self.controller_view(workload, &opened);
        controller.decide(view, changed_request(link, requested.as_ref())) != Decision::No
    }

    /// A workload as controllers see it.
    pub fn controller_view<'v>(&'v self, workload: &Workload, opened: &'v OpenObject<'_>) -> ControllerView<'v> {
        controller_view(opened, self.object(workload), &workload.kind)
    }

    /// Returns `true` if content of a config reaches a container of a workload.
    fn consumes(&self, workload: &Workload, config: &Config) -> bool {
        let links = &self.links[workload.links.clone()];
        for link in links {
            if let Some(target) = self.config_of(link)
                && target.object == config.object
                && link.delivery != Delivery::None
            {
                return true;
            }
        }
        false
    }

    /// Opens the object with the request for content that a CSI driver fetches.
    fn open_fetched(&self, link: &Link) -> Option<OpenObject<'_>> {
        let generated = self.generated_of(link).next().filter(|_| link.target.kind.is_fetched())?;
        Some(self.bundle.open(&self.bundle.objects[generated.object]))
    }

    /// Returns `true` if the content that a link leads to is included in the digest of its workload: by the annotations
    /// of the controllers that are honored, and by whether workloads have to opt in.
    pub fn is_included(&self, workload: &Workload, link: &Link) -> bool {
        if matches!(link.mechanism, Mechanism::Extra | Mechanism::Honored) {
            return true;
        }
        let DigestPolicy { honor, only_annotated, .. } = &self.digest_policy;
        if honor.is_empty() {
            return !only_annotated || self.opts_in(workload);
        }
        let opened = self.open_workload(workload);
        let view = ControllerView { is_of_any_kind: true, ..self.controller_view(workload, &opened) };
        let config = self.config_of(link);
        let target = match config {
            Some(config) => Some(self.open_config(config)),
            None => self.open_fetched(link),
        };
        let changed = match (config, &target) {
            (Some(config), Some(opened)) => changed_config(config, opened),
            _ => changed_request(link, target.as_ref()),
        };
        // Pods refer to configs of their own namespace, whether both sides name it or not.
        let changed = ChangedConfig { namespace: view.namespace, ..changed };
        let mut is_requested = false;
        for controller in honor {
            if !controller.is_requested_by(view) {
                continue;
            }
            if controller.decide(view, changed) != Decision::No {
                return true;
            }
            is_requested = true;
        }
        let refused = honor.contains(&Controller::Reloader) && reloader::leaves_out(view, changed);
        !is_requested && !refused && (!only_annotated || self.opts_in(workload))
    }

    /// Returns `true` if a workload opts in by one of our own annotations.
    fn opts_in(&self, workload: &Workload) -> bool {
        let opened = self.open_workload(workload);
        let node = opened.node();
        for (key, opposite) in [(ROLL_ON, "never"), (EXTRA_CONFIG_MAPS, ""), (EXTRA_SECRETS, "")] {
            if let Some(text) = annotation_text(node, key)
                && text != opposite
            {
                return true;
            }
        }
        false
    }
}

/// A config as controllers see it.
fn changed_config<'v>(config: &'v Config, opened: &'v OpenObject<'_>) -> ChangedConfig<'v> {
    let name = &config.identity.name;
    ChangedConfig {
        kind: config.identity.kind,
        namespace: name.namespace.as_deref(),
        name: &name.name,
        object: Some(opened.node()),
    }
}

/// A config that is requested in the input but not in it, as controllers see it, with the object of the request where a
/// CSI driver fetches the content.
fn changed_request<'v>(link: &'v Link, requested: Option<&'v OpenObject<'_>>) -> ChangedConfig<'v> {
    let name = &link.target.name;
    ChangedConfig {
        kind: link.target.kind,
        namespace: name.namespace.as_deref(),
        name: &name.name,
        object: requested.map(OpenObject::node),
    }
}

/// A workload as controllers see it.
pub(super) fn controller_view<'v>(
    opened: &'v OpenObject<'_>,
    object: &'v Object,
    kind: &WorkloadKind,
) -> ControllerView<'v> {
    let node = opened.node();
    let namespace = object.name.namespace.as_deref();
    ControllerView {
        kind: &object.kind,
        namespace,
        object: node,
        template: kind.find_first_template(node),
        is_of_any_kind: false,
    }
}
