//! Renaming: a content-hash suffix on each config's name, and every reference with it.

mod access;
mod context;
mod foreign_suffix;
mod generated;
mod generations;
mod mentions;
mod metadata;
mod policy;
mod suffixes;
mod unknown_fields;
mod workloads;

pub use generations::keep_generations;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use self::access::AccessNames;
use self::suffixes::NameRules;
use self::workloads::RenamedJob;
use super::model::{KeptConfig, Plan, PlannedEdits, RenamedObject};
use super::strategy::{Applier, Rename};
use crate::bundle::{DocumentId, Identity, Object, ObjectId, ObjectName, Role};
use crate::diagnostic::{Place, ReferenceMessage, RenameMessage, Severity};
use crate::graph::{
    BASE_NAME, Config, ConfigId, ConfigStrategy, Delivery, GeneratedConfig, GeneratedId, Graph, Link, Mechanism,
    Resolution, kustomize,
};
use crate::hash_map::HashMap;
use crate::kinds::annotation_text;
use crate::yaml::{self, Node, NodeId, Value};

/// The longest name of an object, in bytes (RFC 1123 subdomain; `content/dns.go` of apimachinery).
const MAX_NAME: usize = 253;

/// New names for the configs that are renamed, where `default` is the strategy of configs that do not choose one.
pub(super) fn pass(graph: &Graph<'_>, rename: &Rename, default: ConfigStrategy, plan: &mut Plan) {
    Renamer::new(graph, rename, plan).run(default);
}

struct Renamer<'g, 'p> {
    graph: &'g Graph<'g>,
    rename: &'g Rename,
    plan: &'p mut Plan,
    /// The new name of each config that gets one.
    new_names: BTreeMap<ConfigId, String>,
    /// The new name of each generated config that gets one.
    new_generated_names: BTreeMap<GeneratedId, String>,
    /// The index of each of these among the plan's renames.
    rename_entries: BTreeMap<ConfigId, usize>,
    /// The new text of each reference that is rewritten, by document and node.
    rewritten: BTreeMap<(DocumentId, NodeId), String>,
    /// Every config by its name so far.
    configs_by_name: HashMap<Arc<Identity>, ConfigId>,
    /// Every generated config by its name so far.
    generated_by_name: HashMap<&'g Identity, Vec<&'g GeneratedConfig>>,
    /// The new names that are given, and whose they are.
    claimed_names: HashMap<Identity, String>,
    /// The Jobs that get new names.
    renamed_jobs: BTreeMap<ObjectId, RenamedJob>,
    /// The names in rules of RBAC that become others.
    access: AccessNames,
}

impl<'g, 'p> Renamer<'g, 'p> {
    fn new(graph: &'g Graph<'g>, rename: &'g Rename, plan: &'p mut Plan) -> Renamer<'g, 'p> {
        let mut configs_by_name = HashMap::with_capacity_and_hasher(graph.configs.len(), Default::default());
        for (id, config) in graph.configs.entries() {
            configs_by_name.insert(config.identity.clone(), id);
        }
        let mut generated_by_name: HashMap<_, Vec<_>> = HashMap::default();
        for generated in &graph.generated {
            generated_by_name.entry(&*generated.identity).or_default().push(generated);
        }
        Renamer {
            graph,
            rename,
            plan,
            new_names: BTreeMap::new(),
            new_generated_names: BTreeMap::new(),
            rename_entries: BTreeMap::new(),
            rewritten: BTreeMap::new(),
            configs_by_name,
            generated_by_name,
            claimed_names: HashMap::default(),
            renamed_jobs: BTreeMap::new(),
            access: AccessNames::default(),
        }
    }

    /// Renames the configs that are to be renamed, where `default` is the strategy of configs that do not say.
    fn run(&mut self, default: ConfigStrategy) {
        let consumed = self.find_used_identities();
        let rules = NameRules {
            foreign: unknown_fields::find_unknown_fields(self.graph),
            fixed: policy::find_required_names(self.graph),
            readers: policy::find_configs_read_by_name(self.graph),
        };
        let context = context::ContextUses::of(self.graph);
        let mut selected = Vec::new();
        for (id, config) in self.graph.configs.entries() {
            // What kustomize names by its content is not to get two hashes.
            if (config.used || config.used_by_context)
                && !config.needs_hash
                && consumed.contains(&config.identity)
                && config.settings.selects(ConfigStrategy::Rename, default)
            {
                selected.push(id);
            }
        }
        drop(consumed);
        let decided = self.decide_names(&selected, &rules);
        let decided = self.keep_names_of_context(&context, decided);
        for (index, decision) in decided {
            let config = &self.graph.configs[index];
            match decision {
                Ok(suffix) => self.rename_config(index, config, &suffix),
                Err(reason) => self.record_kept(index, config, reason),
            }
        }
        self.rewrite_references(default);
        self.rename_generated(default, &rules.foreign, &context);
        drop((rules, context));
        self.forget_claims();
        self.check_workloads();
        self.rewrite_access();
        mentions::warn_of_mentions(self);
        self.plan.renames.sort_by_key(|renamed| renamed.object);
    }

    /// Drops what new names are decided by, all of which are: looking for old names takes as much memory.
    fn forget_claims(&mut self) {
        (self.configs_by_name, self.claimed_names) = (HashMap::default(), HashMap::default());
        self.plan.expected.shrink_to_fit();
        self.plan.renames.shrink_to_fit();
    }

    /// Finds the configs that something in the input uses. RBAC alone is not a use: it allows a program to read the
    /// config by its name, and the program would not learn of a new one.
    fn find_used_identities(&self) -> BTreeSet<Arc<Identity>> {
        let mut used = BTreeSet::new();
        for link in self.graph.links.iter().chain(&self.graph.context_links) {
            if let Some(config) = config_meant_by(link)
                && self.is_use(link)
            {
                used.insert(self.graph.configs[config].identity.clone());
            }
        }
        used
    }

    fn is_use(&self, link: &Link) -> bool {
        // A controller's list matters to nobody but the controller.
        !only_grants_access(self.graph, link) && link.mechanism != Mechanism::Honored
    }

    fn rename_config(&mut self, index: ConfigId, config: &Config, suffix: &str) {
        let object = self.object_of(config);
        let opened = self.graph.bundle.open(object);
        let node = opened.node();
        let Some(name) = node.get_path(&["metadata", "name"]) else { return };
        let old = &config.identity.name.name;
        let base = match &config.base_name {
            Some(base) => base.clone(),
            // kustomize has given it the suffix of this very content.
            None if old.strip_suffix(suffix).is_some_and(|base| base.ends_with('-')) => return,
            None => old.clone(),
        };
        let new = format!("{base}-{suffix}");
        if new.len() > MAX_NAME {
            return self.report(object, name, RenameMessage::NameTooLong { name: new, limit: MAX_NAME });
        }
        if self.is_name_taken(config, &base, &new) {
            return self.report(object, name, RenameMessage::NameTaken { name: new });
        }
        self.new_names.insert(index, new.clone());
        let changed = (new != *old).then_some(new.as_str());
        if changed.is_some() && config.base_name.is_none() {
            self.report_foreign_suffix(object, name, old);
        }
        if self.change_renamed(object, config, &base, changed) && changed.is_some() {
            let renamed = RenamedObject {
                object: config.object,
                is_generated: false,
                old: old.clone(),
                new,
                references: Vec::new(),
            };
            self.rename_entries.insert(index, self.plan.renames.len());
            self.plan.renames.push(renamed);
        }
    }

    /// Writes a name into a scalar of an object: its own, or that of what it refers to.
    fn set_name(&mut self, object: &Object, scalar: Node<'_>, name: &str) -> bool {
        let edits = yaml::set_scalar(scalar, name).map(|edit| vec![edit]);
        let value = Some(Value::String(name.to_string()));
        let planned = PlannedEdits::of_value(object, scalar, &[], value, edits);
        self.plan.record_edits(self.graph, planned).is_recorded()
    }

    /// Returns `true` if another object has the new name, or gets it too.
    fn is_name_taken(&mut self, config: &Config, base: &str, new: &str) -> bool {
        let name = ObjectName { name: new.to_string(), ..config.identity.name.clone() };
        let wanted = Identity { kind: config.identity.kind, name };
        let is_name_of_other = match self.configs_by_name.get(&wanted) {
            Some(&other) => self.graph.configs[other].base_name.as_deref() != Some(base),
            None => false,
        };
        let claimed_by = self.claimed_names.entry(wanted).or_insert(config.identity.name.name.clone());
        is_name_of_other || *claimed_by != config.identity.name.name
    }

    /// Plans the name, annotations and fields of a renamed config; `name` is given where it has not had that name yet.
    /// Returns `true` if it is recorded.
    fn change_renamed(&mut self, object: &Object, config: &Config, base: &str, name: Option<&str>) -> bool {
        let opened = self.graph.bundle.open(object);
        let node = opened.node();
        let mut annotations = vec![(BASE_NAME, base.to_string())];
        if name.is_some() && self.graph.bundle.inside_kustomize {
            annotations.extend(previous_name_annotations(node, config));
        }
        if let Some(applier) = self.rename.prune_last {
            annotations.push(prune_annotation(applier, node));
        }
        let is_recorded = self.change_metadata(object, name, &annotations);
        if self.rename.immutable {
            let edits = yaml::set_true(node, "immutable");
            let planned = PlannedEdits::of_value(object, node, &["immutable"], Some(Value::Bool(true)), edits);
            self.plan.record_edits(self.graph, planned);
        }
        is_recorded
    }

    /// Rewrites every reference to a config that has another name now.
    fn rewrite_references(&mut self, default: ConfigStrategy) {
        // Several references can share one node of the text: an alias, a merge key, or a volume that two containers
        // mount. An edit of the node changes them all, so they must agree on the name. `kept` has the nodes of
        // references that keep their name, and `self.rewritten` the nodes that have been edited, with their new text: a
        // second edit of the same text is none, and one of another text, or of a kept node, is reported as two names
        // for one reference.
        let mut kept: BTreeSet<(DocumentId, NodeId)> = BTreeSet::new();
        for link in &self.graph.links {
            let renamed = config_meant_by(link).is_some_and(|config| self.name_after(link, config, default).is_some());
            if is_rewritable(self.graph, link) && !renamed {
                kept.insert((self.graph.bundle.objects[link.object].document, link.node));
            }
        }
        for link in &self.graph.links {
            if !is_rewritable(self.graph, link) {
                continue;
            }
            let object = &self.graph.bundle.objects[link.object];
            let config = match (config_meant_by(link), link.resolution) {
                (Some(config), _) => config,
                (None, Resolution::Ambiguous) if link.delivery == Delivery::None => {
                    let message = ReferenceMessage::AmbiguousName { target: link.target.to_string() };
                    let severity = if self.graph.bundle.skip_invalid { Severity::Warning } else { Severity::Error };
                    self.plan.diagnostics.report_as(severity, link.place.clone(), object.label(), message);
                    continue;
                }
                _ => continue,
            };
            let Some(new) = self.name_after(link, config, default) else { continue };
            if kept.contains(&(object.document, link.node)) {
                let old = self.graph.configs[config].identity.name.name.clone();
                let message = RenameMessage::TwoNames { first: new, second: old };
                self.plan.diagnostics.report(link.place.clone(), object.label(), message);
                continue;
            }
            if self.rewrite_reference(link, &new) {
                self.record_reference(config, &link.place);
            }
        }
    }

    /// The name by which a reference will find a config: its new name, or the one that kustomize gives it and does not
    /// write here.
    fn name_after(&self, link: &Link, config: ConfigId, default: ConfigStrategy) -> Option<String> {
        if let Some(new) = self.new_names.get(&config) {
            return Some(new.clone());
        }
        let known = &self.graph.configs[config];
        let is_unrewritten = link.unrewritten.is_some() && known.settings.selects(ConfigStrategy::Rename, default);
        is_unrewritten.then(|| known.final_name.clone().unwrap_or_else(|| known.identity.name.name.clone()))
    }

    /// Rewrites one reference. Returns `true` if it had another name.
    fn rewrite_reference(&mut self, link: &Link, new: &str) -> bool {
        let object = &self.graph.bundle.objects[link.object];
        let opened = self.graph.bundle.open(object);
        let node = opened.node().with_id(link.node);
        let Some(written) = node.as_str() else { return false };
        // ingress-nginx takes `namespace/name`.
        let text = match written.rsplit_once('/') {
            Some((namespace, _)) => format!("{namespace}/{new}"),
            None => new.to_string(),
        };
        if *written == text {
            return false;
        }
        match self.rewritten.insert((object.document, link.node), text.clone()) {
            None => self.set_name(object, node, &text),
            Some(before) if before == text => false,
            Some(first) => {
                let message = RenameMessage::TwoNames { first, second: text };
                self.plan.diagnostics.report(link.place.clone(), object.label(), message);
                false
            }
        }
    }

    /// Counts a reference that is rewritten: also where the config has its name already and this one says another.
    fn record_reference(&mut self, config: ConfigId, place: &Place) {
        let next = self.plan.renames.len();
        let at = *self.rename_entries.entry(config).or_insert(next);
        if at == next {
            let Config { object, identity, .. } = &self.graph.configs[config];
            let name = &identity.name.name;
            let (old, new) = (name.clone(), name.clone());
            let renamed = RenamedObject { object: *object, is_generated: false, old, new, references: Vec::new() };
            self.plan.renames.push(renamed);
        }
        self.plan.renames[at].references.push(place.clone());
    }

    fn record_kept(&mut self, index: ConfigId, config: &Config, reason: String) {
        let object = self.object_of(config);
        let place = self.graph.bundle.start_of(object);
        self.plan.diagnostics.report(place, object.label(), RenameMessage::NotRenamed { reason: reason.clone() });
        self.plan.kept.push(KeptConfig { config: index, reason });
    }

    /// Reports a message about a node of an object.
    fn report(&mut self, object: &Object, node: Node<'_>, message: RenameMessage) {
        self.plan.diagnostics.report(self.graph.bundle.place(object, node), object.label(), message);
    }

    fn object_of(&self, config: &Config) -> &'g Object {
        &self.graph.bundle.objects[config.object]
    }
}

/// The config that a reference means, also by a name that kustomize does not rewrite.
fn config_meant_by(link: &Link) -> Option<ConfigId> {
    match (link.resolution, link.unrewritten) {
        (Resolution::Config(config), _) => Some(config),
        (_, Some(name)) if name.in_same_namespace => Some(name.config),
        _ => None,
    }
}

/// Returns `true` if a reference follows a rename here. A config that an annotation names beside others keeps its name,
/// or is meant by a pattern; rules of RBAC follow later.
fn is_rewritable(graph: &Graph<'_>, link: &Link) -> bool {
    !matches!(link.mechanism, Mechanism::Extra | Mechanism::Honored) && !only_grants_access(graph, link)
}

/// Returns `true` for a name in a rule of RBAC, which only allows somebody to read the config.
fn only_grants_access(graph: &Graph<'_>, link: &Link) -> bool {
    matches!(graph.bundle.objects[link.object].role, Role::Referrer(kind) if kind.grants_access())
}

/// The lists by which kustomize finds a config by the name that it had so far, with that name appended.
fn previous_name_annotations(node: Node<'_>, config: &Config) -> [(&'static str, String); 3] {
    let ObjectName { namespace, name, .. } = &config.identity.name;
    let previous = [
        (kustomize::PREVIOUS_NAMES, name.as_str()),
        (kustomize::PREVIOUS_NAMESPACES, namespace.as_deref().unwrap_or("default")),
        (kustomize::PREVIOUS_KINDS, config.identity.kind.as_str()),
    ];
    previous.map(|(key, last)| {
        let list = annotation_text(node, key).unwrap_or_default();
        let comma = if list.is_empty() { "" } else { "," };
        (key, format!("{list}{comma}{last}"))
    })
}

/// The annotation by which an applier prunes a config late or never.
fn prune_annotation(applier: Applier, config: Node<'_>) -> (&'static str, String) {
    match applier {
        Applier::Flux => ("kustomize.toolkit.fluxcd.io/prune", "disabled".to_string()),
        Applier::Helm => ("helm.sh/resource-policy", "keep".to_string()),
        Applier::Argocd => {
            let key = "argocd.argoproj.io/sync-options";
            let options = annotation_text(config, key).unwrap_or_default();
            let others = options.split(',').map(str::trim).filter(|o| !o.is_empty() && !o.starts_with("PruneLast="));
            (key, others.chain(["PruneLast=true"]).collect::<Vec<_>>().join(","))
        }
    }
}
