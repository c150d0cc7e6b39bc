//! What controllers in the cluster do with the workloads of a graph.

use super::{Config, Delivery, Graph, Resolution, Workload};
use crate::kinds::controllers::{Asking, Changed, Controller, Decision, reloader, wave};

impl Graph<'_> {
    /// The controllers that a workload asks, by its annotations, to restart it when this config changes: whoever
    /// changes its pod template as well makes it roll twice.
    pub fn restarted_by(&self, workload: &Workload, config: &Config) -> Vec<Controller> {
        let (asking, changed) = (self.asking(workload), self.changed(config));
        let decisions = [
            (Controller::Reloader, reloader::decide(asking, changed)),
            (Controller::Wave, wave::decide(asking, changed)),
        ];
        let restarts = |decision| match decision {
            Decision::No => false,
            Decision::Named => true,
            Decision::IfReferred => self.refers(workload, config),
        };
        decisions.into_iter().filter(|&(_, decision)| restarts(decision)).map(|(controller, _)| controller).collect()
    }

    /// Whether content of a config reaches a container of a workload.
    fn refers(&self, workload: &Workload, config: &Config) -> bool {
        let links = &self.links[workload.links.clone()];
        let leads_to =
            |resolution| matches!(resolution, Resolution::Config(index) if self.configs[index].object == config.object);
        links.iter().any(|link| link.delivery != Delivery::None && leads_to(link.resolution))
    }

    pub(super) fn asking(&self, workload: &Workload) -> Asking<'_> {
        let object = self.object(workload);
        let node = self.bundle.node(object);
        Asking {
            kind: &object.kind,
            namespace: object.name.namespace.as_deref(),
            object: node,
            template: workload.kind.template_of(node),
        }
    }

    pub(super) fn changed<'g>(&'g self, config: &'g Config) -> Changed<'g> {
        let name = &config.identity.name;
        Changed {
            kind: config.identity.kind,
            namespace: name.namespace.as_deref(),
            name: &name.name,
            object: Some(self.bundle.node(&self.bundle.objects[config.object])),
        }
    }
}
