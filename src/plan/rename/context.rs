//! Names that stay because the context has them: nothing is edited there, so an object of it would go on with the old name.

use std::collections::BTreeMap;

use super::Renamer;
use crate::bundle::Object;
use crate::diagnostic::RenameMessage;
use crate::graph::{Config, ConfigId, GeneratedId, Graph, Link, Resolution};
use crate::plan::model::KeptConfig;

/// The configs that objects of the context refer to, each with the first reference.
pub(super) struct ContextUses<'g> {
    configs: BTreeMap<ConfigId, &'g Link>,
    generated: BTreeMap<GeneratedId, &'g Link>,
}

impl<'g> ContextUses<'g> {
    pub(super) fn of(graph: &'g Graph<'_>) -> ContextUses<'g> {
        let mut uses = ContextUses { configs: BTreeMap::new(), generated: BTreeMap::new() };
        for link in &graph.context_links {
            if let Resolution::Config(config) = link.resolution {
                uses.configs.entry(config).or_insert(link);
            }
            for &generated in &link.generated {
                uses.generated.entry(generated).or_insert(link);
            }
        }
        uses
    }
}

impl<'g> Renamer<'g, '_> {
    /// Leaves out what is context and what an object of the context refers to.
    pub(super) fn keep_names_of_context(
        &mut self,
        uses: &ContextUses<'g>,
        mut decided: Vec<(ConfigId, Result<String, String>)>,
    ) -> Vec<(ConfigId, Result<String, String>)> {
        decided.retain(|(id, decision)| {
            let config = &self.graph.configs[*id];
            if self.graph.is_context(config) {
                if decision.is_ok() {
                    self.report_context_config(*id, config);
                }
                return false;
            }
            let Some(link) = uses.configs.get(id).filter(|_| decision.is_ok()) else { return true };
            self.plan.kept.push(KeptConfig { config: *id, reason: describe_use(self.graph, link) });
            self.report_kept_for_context(&self.graph.bundle.objects[config.object], link);
            false
        });
        decided
    }

    /// Keeps the name of a generated config whose producer is context, or that an object of the context refers to.
    /// Returns `true` if it did.
    pub(super) fn keeps_generated_of_context(
        &mut self,
        uses: &ContextUses<'g>,
        id: GeneratedId,
        links: &[&Link],
    ) -> bool {
        let object = &self.graph.bundle.objects[self.graph.generated[id].object];
        if self.graph.bundle.is_context(object) {
            if let Some(link) = links.first() {
                self.report_reference_to_context(link);
            }
            return true;
        }
        let Some(link) = uses.generated.get(&id) else { return false };
        self.report_kept_for_context(object, link);
        true
    }

    fn report_context_config(&mut self, id: ConfigId, config: &Config) {
        let refers = |link: &&Link| link.resolution == Resolution::Config(id) && self.is_use(link);
        let link = self.graph.links.iter().find(refers).filter(|_| config.used);
        if let Some(link) = link {
            self.report_reference_to_context(link);
        }
    }

    fn report_reference_to_context(&mut self, link: &Link) {
        let object = self.graph.bundle.objects[link.object].label();
        let message = RenameMessage::ContextName { target: link.target.to_string() };
        self.plan.diagnostics.report(link.place.clone(), object, message);
    }

    fn report_kept_for_context(&mut self, object: &Object, link: &Link) {
        let message = RenameMessage::KeptForContext { reason: describe_use(self.graph, link) };
        self.plan.diagnostics.report(self.graph.bundle.start_of(object), object.label(), message);
    }
}

fn describe_use(graph: &Graph<'_>, link: &Link) -> String {
    let source = &graph.bundle.sources[link.place.source];
    let line = source.position(link.place.span.start).line;
    format!("{} of the context refers to it ({}:{line})", graph.bundle.objects[link.object].label(), source.name())
}
