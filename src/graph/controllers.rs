//! Decisions of controllers in the cluster about the workloads of a graph.

use super::{
    Config, Delivery, DigestPolicy, EXTRA_CONFIG_MAPS, EXTRA_SECRETS, Graph, Link, Mechanism, ROLL_ON, Workload,
};
use crate::bundle::{Bundle, Object};
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
        match controller.decide(self.controller_view(workload), self.changed_config(config)) {
            Decision::No => false,
            Decision::Named => true,
            Decision::IfReferred => self.consumes(workload, config),
        }
    }

    /// Returns `true` if a controller restarts a workload when the config that this link requests is written.
    pub fn restarts_for_request(&self, controller: Controller, workload: &Workload, link: &Link) -> bool {
        controller.decide(self.controller_view(workload), self.changed_request(link)) != Decision::No
    }

    /// A workload as controllers see it.
    pub fn controller_view(&self, workload: &Workload) -> ControllerView<'_> {
        controller_view(self.bundle, self.object(workload), &workload.kind)
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

    fn changed_config<'g>(&'g self, config: &'g Config) -> ChangedConfig<'g> {
        let name = &config.identity.name;
        ChangedConfig {
            kind: config.identity.kind,
            namespace: name.namespace.as_deref(),
            name: &name.name,
            object: Some(self.bundle.node(&self.bundle.objects[config.object])),
        }
    }

    /// Returns a config that is requested in the input but not in it, as controllers see it. For content that a CSI
    /// driver fetches, that is the object with the request.
    fn changed_request<'g>(&'g self, link: &'g Link) -> ChangedConfig<'g> {
        let kind = link.target.kind;
        let name = &link.target.name;
        let object = match self.generated_of(link).next() {
            Some(generated) if kind.is_fetched() => Some(self.bundle.node(&self.bundle.objects[generated.object])),
            _ => None,
        };
        ChangedConfig { kind, namespace: name.namespace.as_deref(), name: &name.name, object }
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
        let view = ControllerView { is_of_any_kind: true, ..self.controller_view(workload) };
        let changed = match self.config_of(link) {
            Some(config) => self.changed_config(config),
            None => self.changed_request(link),
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
        let node = self.bundle.node(self.object(workload));
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

/// A workload as controllers see it.
pub(super) fn controller_view<'b>(bundle: &'b Bundle, object: &'b Object, kind: &WorkloadKind) -> ControllerView<'b> {
    let node = bundle.node(object);
    let namespace = object.name.namespace.as_deref();
    ControllerView {
        kind: &object.kind,
        namespace,
        object: node,
        template: kind.find_first_template(node),
        is_of_any_kind: false,
    }
}
