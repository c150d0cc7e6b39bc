//! The two trees, and by which names their configs are the same.

use std::sync::Arc;

use super::template_changes::{self, TemplateValues};
use crate::bundle::{Bundle, Identity, Object, ObjectId, ObjectName, OpenObject};
use crate::diagnostic::Place;
use crate::graph::{Config, ConfigId, Graph, Link, Resolution, Workload, WorkloadId};
use crate::index::IdVec;
use crate::kinds::ConfigKind;
use crate::source::{FileLine, SourceApplication};
use crate::suffix;

/// One of the two trees.
pub struct ComparedTree<'a> {
    /// The links of the tree.
    pub graph: &'a Graph<'a>,
    /// The bundle that is applied in its place, object by object, if stamps or suffixes come later than the tree.
    pub applied: Option<&'a Bundle>,
}

/// A tree, and the names of its configs without suffixes.
pub(super) struct NamedTree<'a> {
    pub(super) graph: &'a Graph<'a>,
    applied: Option<&'a Bundle>,
    /// The name of each config without a suffix made of its content.
    names: IdVec<Config, String>,
}

/// Both trees.
pub(super) struct TreePair<'a> {
    pub(super) base: NamedTree<'a>,
    pub(super) head: NamedTree<'a>,
}

impl<'a> TreePair<'a> {
    pub(super) fn new(base: &ComparedTree<'a>, head: &ComparedTree<'a>) -> TreePair<'a> {
        TreePair { base: NamedTree::new(base), head: NamedTree::new(head) }
    }

    /// The application that a config is in, by the new tree if that has it.
    pub(super) fn application_of_configs(
        &self,
        (base, head): (Option<ConfigId>, Option<ConfigId>),
    ) -> Option<Arc<SourceApplication>> {
        let of = |tree: &NamedTree<'a>, config: Option<ConfigId>| tree.application(tree.graph.configs[config?].object);
        of(&self.head, head).or(of(&self.base, base)).cloned()
    }
}

impl<'a> NamedTree<'a> {
    fn new(tree: &ComparedTree<'a>) -> NamedTree<'a> {
        let graph = tree.graph;
        let names = graph.configs.iter().map(|config| find_base_name(graph, config)).collect();
        // Edits change neither the number nor the order of objects. Those of the context come last and stay as they
        // are.
        let applied = tree.applied.filter(|bundle| count_objects(bundle) == count_objects(graph.bundle));
        NamedTree { graph, applied, names }
    }

    /// The identity of the target of a link, whatever suffix its name has today.
    pub(super) fn target_identity(&self, link: &Link) -> Identity {
        match link.resolution {
            Resolution::Config(index) => self.base_identity(index),
            _ => Identity::clone(&link.target),
        }
    }

    /// The identity of a config, whatever suffix its name has today.
    pub(super) fn base_identity(&self, config: ConfigId) -> Identity {
        let identity = &self.graph.configs[config].identity;
        let name = ObjectName { name: self.names[config].clone(), ..identity.name.clone() };
        Identity { kind: identity.kind, name }
    }

    pub(super) fn links(&self, workload: WorkloadId) -> &'a [Link] {
        &self.graph.links[self.graph.workloads[workload].links.clone()]
    }

    pub(super) fn object(&self, workload: WorkloadId) -> &'a Object {
        self.graph.object(self.workload(workload))
    }

    pub(super) fn workload(&self, workload: WorkloadId) -> &'a Workload {
        &self.graph.workloads[workload]
    }

    /// Opens the object as it stands in the tree.
    pub(super) fn open_workload(&self, workload: WorkloadId) -> OpenObject<'a> {
        self.graph.bundle.open(self.object(workload))
    }

    /// Opens the object as it is applied.
    pub(super) fn open_applied(&self, workload: WorkloadId) -> OpenObject<'a> {
        let index = self.workload(workload).object;
        match self.applied {
            Some(bundle) => bundle.open(&bundle.objects[index]),
            None => self.open_workload(workload),
        }
    }

    /// The pod templates as they are applied.
    pub(super) fn applied_templates(&self, workload: WorkloadId) -> TemplateValues {
        template_changes::template_values(&self.workload(workload).kind, self.open_applied(workload).node())
    }

    /// The namespace and name of a workload as it is applied.
    pub(super) fn applied_name(&self, workload: WorkloadId) -> &'a ObjectName {
        let index = self.workload(workload).object;
        &self.applied.unwrap_or(self.graph.bundle).objects[index].name
    }

    /// The application that an object is in.
    pub(super) fn application(&self, object: ObjectId) -> Option<&'a Arc<SourceApplication>> {
        let bundle = self.graph.bundle;
        bundle.sources[bundle.source_of(&bundle.objects[object])].application()
    }

    /// The name of a config as it is applied.
    pub(super) fn applied_config_name(&self, config: ConfigId) -> String {
        let config = &self.graph.configs[config];
        match self.applied.filter(|_| !self.graph.is_context(config)) {
            Some(bundle) => bundle.objects[config.object].name.name.clone(),
            None => config.identity.name.name.clone(),
        }
    }

    /// Opens the object of a config.
    pub(super) fn open_config(&self, config: ConfigId) -> OpenObject<'a> {
        self.graph.bundle.open(&self.graph.bundle.objects[self.graph.configs[config].object])
    }

    pub(super) fn location_of_place(&self, place: &Place) -> FileLine {
        let source = &self.graph.bundle.sources[place.source];
        FileLine { file: source.name().to_string(), line: source.position(place.span.start).line }
    }

    pub(super) fn location_of_object(&self, object: ObjectId) -> FileLine {
        self.location_of_place(&self.graph.bundle.start_of(&self.graph.bundle.objects[object]))
    }

    /// The name of the source that an object is in.
    pub(super) fn source_name(&self, object: ObjectId) -> &'a str {
        let bundle = self.graph.bundle;
        bundle.sources[bundle.source_of(&bundle.objects[object])].name()
    }

    /// Opens an object as it is applied.
    pub(super) fn open_applied_object(&self, object: ObjectId) -> OpenObject<'a> {
        let bundle = self.applied.unwrap_or(self.graph.bundle);
        bundle.open(&bundle.objects[object])
    }

    pub(super) fn location_of_config(&self, config: Option<ConfigId>) -> Option<FileLine> {
        Some(self.location_of_object(self.graph.configs[config?].object))
    }

    pub(super) fn location_of_link(&self, link: Option<&Link>) -> Option<FileLine> {
        Some(self.location_of_place(&link?.place))
    }

    /// The place of a key of a config; that of the whole config where the key comes by a merge or an alias.
    pub(super) fn location_of_key(&self, config: Option<ConfigId>, key: &str) -> Option<FileLine> {
        let config = config?;
        let object = &self.graph.bundle.objects[self.graph.configs[config].object];
        let opened = self.graph.bundle.open(object);
        let node = opened.node();
        // The field whose value counts comes first.
        let fields: &[&str] = match self.graph.configs[config].identity.kind {
            ConfigKind::ConfigMap => &["data", "binaryData"],
            ConfigKind::Secret => &["stringData", "data"],
            ConfigKind::SecretProviderClass | ConfigKind::CsiSecrets => &[],
        };
        let written = fields.iter().find_map(|field| node.get(field)?.entry(key));
        Some(match written {
            Some((name, _)) => self.location_of_place(&self.graph.bundle.place(object, name)),
            None => self.location_of_place(&self.graph.bundle.start_of(object)),
        })
    }
}

/// The number of objects that are no context.
fn count_objects(bundle: &Bundle) -> usize {
    bundle.objects.iter().filter(|object| !bundle.is_context(object)).count()
}

/// The recorded name, else the name without the suffix that kustomize gives to this very content.
fn find_base_name(graph: &Graph<'_>, config: &Config) -> String {
    let name = &config.identity.name.name;
    if let Some(base) = &config.base_name {
        return base.clone();
    }
    let cut = name.len().saturating_sub(suffix::LENGTH + 1);
    match name.split_at_checked(cut) {
        Some((base, rest)) if !base.is_empty() && rest.starts_with('-') => {
            let opened = graph.bundle.open(&graph.bundle.objects[config.object]);
            let node = opened.node();
            let own = suffix::content_suffix(node, config.identity.kind);
            if rest[1..] == own { base.to_string() } else { name.clone() }
        }
        _ => name.clone(),
    }
}
