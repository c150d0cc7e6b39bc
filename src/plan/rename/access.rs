//! Names in the rules of RBAC. One rule can name objects of several kinds, and a ClusterRole those of several
//! namespaces, so that one name can become several.

use std::collections::{BTreeMap, BTreeSet};

use super::{Renamer, only_grants_access};
use crate::bundle::{DocumentId, Object, ObjectId, ObjectName};
use crate::diagnostic::{Place, ReferenceMessage, Severity};
use crate::edit::Edit;
use crate::graph::{ConfigId, GeneratedId, Link, Mechanism, Resolution};
use crate::kinds::referrers::{self, ReferrerKind, RuleItem};
use crate::plan::model::{PlannedEdits, RenamedObject};
use crate::yaml::{self, EditRefusal, Limits, Node, NodeId, Value};

/// The names in rules of RBAC that mean renamed objects, by document and node.
#[derive(Default)]
pub(super) struct AccessNames {
    items: BTreeMap<(DocumentId, NodeId), AccessName>,
}

/// A name in a rule.
struct AccessName {
    object: ObjectId,
    place: Place,
    /// The renamed objects that it means, with their new names.
    targets: BTreeMap<AccessTarget, String>,
    /// Set if it means an object too that keeps this name.
    is_kept: bool,
}

/// An object that gets a new name.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum AccessTarget {
    Config(ConfigId),
    Generated(GeneratedId),
    Job(ObjectId),
}

impl AccessNames {
    /// Returns `true` if the name at a node means a renamed object.
    pub(super) fn is_rewritten(&self, document: DocumentId, node: NodeId) -> bool {
        self.items.get(&(document, node)).is_some_and(|name| !name.targets.is_empty())
    }

    fn entry(&mut self, id: ObjectId, object: &Object, node: NodeId, place: Place) -> &mut AccessName {
        let new = || AccessName { object: id, place, targets: BTreeMap::new(), is_kept: false };
        self.items.entry((object.document, node)).or_insert_with(new)
    }
}

impl Renamer<'_, '_> {
    /// Rewrites the names of renamed objects in rules of RBAC.
    pub(super) fn rewrite_access(&mut self) {
        let graph = self.graph;
        for link in &graph.links {
            if only_grants_access(graph, link) && link.mechanism != Mechanism::Honored {
                self.add_access_of_link(link);
            }
        }
        self.add_access_to_jobs();
        let mut lists: BTreeMap<(DocumentId, NodeId), Vec<NodeId>> = BTreeMap::new();
        for (&(document, node), name) in &self.access.items {
            let opened = graph.bundle.open(&graph.bundle.objects[name.object]);
            let item = opened.node().with_id(node);
            if let Some(list) = item.parent().filter(|_| !name.targets.is_empty()) {
                lists.entry((document, list.id())).or_default().push(node);
            }
        }
        for ((document, list), items) in lists {
            self.rewrite_list(document, list, &items);
        }
    }

    fn add_access_of_link(&mut self, link: &Link) {
        let object = &self.graph.bundle.objects[link.object];
        let targets: Vec<AccessTarget> = match link.resolution {
            Resolution::Config(config) => vec![AccessTarget::Config(config)],
            Resolution::Generated => link.generated.iter().copied().map(AccessTarget::Generated).collect(),
            Resolution::Missing if object.role.is_cluster_scoped() => self.find_in_any_namespace(link),
            Resolution::Ambiguous => {
                let message = ReferenceMessage::AmbiguousName { target: link.target.to_string() };
                let severity = if self.graph.bundle.skip_invalid { Severity::Warning } else { Severity::Error };
                self.plan.diagnostics.report_as(severity, link.place.clone(), object.label(), message);
                return;
            }
            Resolution::Missing | Resolution::RunTime | Resolution::External => return,
        };
        for target in targets {
            let new = match target {
                AccessTarget::Config(config) => self.new_names.get(&config),
                AccessTarget::Generated(generated) => self.new_generated_names.get(&generated),
                AccessTarget::Job(_) => None,
            };
            let name = self.access.entry(link.object, object, link.node, link.place.clone());
            match new {
                Some(new) => drop(name.targets.insert(target, new.clone())),
                None => name.is_kept = true,
            }
        }
    }

    /// Finds the configs of a name in all namespaces.
    fn find_in_any_namespace(&self, link: &Link) -> Vec<AccessTarget> {
        let mut found = Vec::new();
        let (kind, name) = (link.target.kind, &link.target.name.name);
        for (id, config) in self.graph.configs.entries() {
            let is_named = config.identity.name.name == *name
                || config.base_name.as_ref() == Some(name)
                || config.former_names.contains(name);
            found.extend((config.identity.kind == kind && is_named).then_some(AccessTarget::Config(id)));
        }
        for (id, config) in self.graph.generated.entries() {
            let is_named = config.identity.name.name == *name || config.base_name.as_ref() == Some(name);
            found.extend((config.identity.kind == kind && is_named).then_some(AccessTarget::Generated(id)));
        }
        found
    }

    fn add_access_to_jobs(&mut self) {
        if self.renamed_jobs.is_empty() {
            return;
        }
        let graph = self.graph;
        for (id, object) in graph.bundle.objects.entries() {
            if graph.bundle.is_context(object) {
                continue;
            }
            let role = ReferrerKind::find(&object.api_version, &object.kind).filter(|kind| kind.grants_access());
            let Some(role) = role else { continue };
            let opened = graph.bundle.open(object);
            for item in referrers::find_rule_items(role, opened.node(), "batch", "jobs") {
                self.add_access_to_job(id, object, &item);
            }
        }
    }

    /// Returns `true` if an object is a role with a rule about a Job of this name.
    pub(super) fn grants_access_to_job(&self, object: &Object, job: &ObjectName) -> bool {
        let role = ReferrerKind::find(&object.api_version, &object.kind).filter(|kind| kind.grants_access());
        let Some(role) = role else { return false };
        let opened = self.graph.bundle.open(object);
        let items = referrers::find_rule_items(role, opened.node(), "batch", "jobs");
        items.iter().any(|item| *item.name == job.name && is_visible(job, object, item))
    }

    fn add_access_to_job(&mut self, id: ObjectId, object: &Object, item: &RuleItem<'_>) {
        for (&job_id, job) in &self.renamed_jobs {
            let name = &self.graph.bundle.objects[job_id].name;
            if is_visible(name, object, item) && job.old_names(&name.name).any(|old| old == item.name) {
                let place = self.graph.bundle.place(object, item.node);
                let entry = self.access.entry(id, object, item.node.id(), place);
                entry.targets.insert(AccessTarget::Job(job_id), job.new.clone());
            }
        }
    }

    /// Rewrites the names of one list.
    fn rewrite_list(&mut self, document: DocumentId, list: NodeId, items: &[NodeId]) {
        let object = &self.graph.bundle.objects[self.access.items[&(document, items[0])].object];
        let opened = self.graph.bundle.open(object);
        let list = opened.node().with_id(list);
        let mut changed: BTreeMap<NodeId, Vec<String>> = BTreeMap::new();
        for &item in items {
            let names = self.names_after(document, item);
            if names.len() > 1 || list.with_id(item).as_str().as_deref() != names.first().map(String::as_str) {
                changed.insert(item, names);
            }
        }
        if changed.values().any(|names| names.len() > 1) {
            let edits = replace_items(list, &changed);
            let values = vec![(Vec::new(), Some(list_value(list, &changed)))];
            self.plan.record_edits(self.graph, PlannedEdits { object, base: list, values, edits });
        } else {
            for (&item, names) in &changed {
                self.set_name(object, list.with_id(item), &names[0]);
            }
        }
        for item in changed.into_keys() {
            self.record_access(document, item);
        }
    }

    /// The names that take the place of one: a name that stays, and new ones that the list does not hold yet.
    fn names_after(&self, document: DocumentId, item: NodeId) -> Vec<String> {
        let AccessName { object, targets, is_kept, .. } = &self.access.items[&(document, item)];
        let opened = self.graph.bundle.open(&self.graph.bundle.objects[*object]);
        let node = opened.node().with_id(item);
        let siblings: Vec<Node<'_>> = node.parent().into_iter().flat_map(Node::items).collect();
        let mut names: Vec<String> = Vec::new();
        names.extend(node.as_str().filter(|_| *is_kept).map(|old| old.into_owned()));
        let new: BTreeSet<&String> = targets.values().collect();
        for name in &new {
            let is_there = siblings.iter().any(|other| *other != node && other.as_str().as_deref() == Some(name));
            if !is_there && !names.contains(name) {
                names.push(name.to_string());
            }
        }
        if names.is_empty() {
            names.extend(new.first().map(|name| name.to_string()));
        }
        names
    }

    /// Records a name that was rewritten with the renamed objects that it means.
    fn record_access(&mut self, document: DocumentId, item: NodeId) {
        let AccessName { place, targets, .. } = &self.access.items[&(document, item)];
        let (place, targets) = (place.clone(), targets.clone());
        for (target, new) in targets {
            let (object, is_generated) = match target {
                AccessTarget::Config(config) => {
                    self.record_reference(config, &place);
                    continue;
                }
                AccessTarget::Generated(generated) => {
                    let config = &self.graph.generated[generated];
                    (config.object, !config.identity.kind.is_fetched())
                }
                AccessTarget::Job(job) => (job, false),
            };
            let mut renames = self.plan.renames.iter_mut();
            match renames.find(|renamed| renamed.object == object && renamed.new == new) {
                Some(renamed) => renamed.references.push(place.clone()),
                None => {
                    let references = vec![place.clone()];
                    let old = new.clone();
                    self.plan.renames.push(RenamedObject { object, is_generated, old, new, references });
                }
            }
        }
    }
}

/// Returns `true` if a rule of a role can be about a Job of this namespace.
fn is_visible(job: &ObjectName, role: &Object, item: &RuleItem<'_>) -> bool {
    match (&job.namespace, &role.name.namespace) {
        (Some(of_job), Some(of_role)) => item.is_cluster_scoped || of_job == of_role,
        _ => true,
    }
}

/// The edits that put names in the place of items of a list.
fn replace_items(list: Node<'_>, changed: &BTreeMap<NodeId, Vec<String>>) -> Result<Vec<Edit>, EditRefusal> {
    let mut edits = Vec::new();
    for (&item, names) in changed {
        edits.push(yaml::replace_item(list.with_id(item), names)?);
    }
    Ok(edits)
}

/// The value of a list after names took the place of items.
fn list_value(list: Node<'_>, changed: &BTreeMap<NodeId, Vec<String>>) -> Value {
    let mut values = Vec::new();
    for item in list.items() {
        match changed.get(&item.id()) {
            Some(names) => values.extend(names.iter().cloned().map(Value::String)),
            None => values.extend(Value::from_node(item, &Limits::default())),
        }
    }
    Value::Seq(values)
}
