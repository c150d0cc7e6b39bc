//! Other places with a name: a rename would break them if they mean the object, which cannot be known.

mod mounts;
mod texts;
mod words;

use std::borrow::Cow;
use std::sync::Arc;

use self::mounts::MountPaths;
use self::texts::MentionText;
use self::words::{NameFilter, PathsOfWords, Word};
use super::Renamer;
use super::workloads::RenamedJob;
use crate::bundle::{Identity, Object, ObjectId, ObjectName};
use crate::diagnostic::{GENERATED_CONFIG, RenameMessage};
use crate::graph::{Config, GeneratedConfig, Graph, Resolution};
use crate::hash_map::{HashMap, HashSet};
use crate::yaml::{Node, NodeId, NodeKind, ScalarStyle};

/// A name that means nothing any more.
struct OldName {
    owner: OldNameOwner,
}

impl OldName {
    fn namespace(&self) -> Option<&str> {
        match &self.owner {
            OldNameOwner::Config(identity) | OldNameOwner::Hashed(identity) => identity.name.namespace.as_deref(),
            OldNameOwner::Job { namespace, .. } => namespace.as_deref(),
        }
    }
}

/// The object that had a name.
#[derive(Clone, PartialEq, Eq)]
enum OldNameOwner {
    /// A config, or what a controller writes.
    Config(Arc<Identity>),
    /// A config that kustomize names by its content once its plugins have run.
    Hashed(Arc<Identity>),
    /// A Job.
    Job { object: ObjectId, namespace: Option<Box<str>>, label: Box<str> },
}

/// Old names by their texts.
struct OldNames {
    by_text: HashMap<Box<str>, Vec<OldName>>,
    filter: NameFilter,
}

impl OldNames {
    /// The names that renamed objects have so far, and the names without suffix of those that were renamed before.
    fn collect(renamer: &Renamer<'_, '_>) -> OldNames {
        let graph = renamer.graph;
        let mut old = OldNames { by_text: HashMap::default(), filter: NameFilter::new() };
        let configs = graph.configs.iter().map(|config| &*config.identity);
        let taken: HashSet<&Identity> =
            configs.chain(graph.generated.iter().map(|generated| &*generated.identity)).collect();
        for (&config, new) in &renamer.new_names {
            let Config { identity, base_name, .. } = &graph.configs[config];
            old.add_config(identity, base_name.as_deref(), new, &taken);
        }
        for (&generated, new) in &renamer.new_generated_names {
            let GeneratedConfig { identity, base_name, .. } = &graph.generated[generated];
            old.add_config(identity, base_name.as_deref(), new, &taken);
        }
        for (&object, job) in &renamer.renamed_jobs {
            old.add_job(graph, object, job);
        }
        for config in graph.configs.iter().filter(|config| config.needs_hash && config.used) {
            old.add_hashed_config(config);
        }
        old
    }

    /// Adds the names that a generated config has in the middle of a build of kustomize, none of which it keeps.
    fn add_hashed_config(&mut self, config: &Config) {
        for identity in config.identities() {
            let identity = Arc::new(identity);
            self.add(&identity.clone().name.name, OldNameOwner::Hashed(identity));
        }
    }

    fn add_config(&mut self, identity: &Arc<Identity>, base: Option<&str>, new: &str, taken: &HashSet<&Identity>) {
        if identity.name.name != *new {
            self.add(&identity.name.name, OldNameOwner::Config(identity.clone()));
        }
        if let Some(base) = base {
            let name = ObjectName { name: base.to_string(), ..identity.name.clone() };
            let before = Identity { kind: identity.kind, name };
            if !taken.contains(&before) {
                self.add(base, OldNameOwner::Config(Arc::new(before)));
            }
        }
    }

    fn add_job(&mut self, graph: &Graph<'_>, id: ObjectId, job: &RenamedJob) {
        let object = &graph.bundle.objects[id];
        let namespace = object.name.namespace.as_deref();
        for name in job.old_names(&object.name.name) {
            let of_that_name = ObjectName { name: name.to_string(), ..object.name.clone() };
            let label = Object { name: of_that_name, ..object.clone() }.label();
            let (namespace, label) = (namespace.map(Box::from), label.into());
            self.add(name, OldNameOwner::Job { object: id, namespace, label });
        }
    }

    fn add(&mut self, name: &str, owner: OldNameOwner) {
        self.filter.add(name);
        let name = self.by_text.entry(name.into()).or_insert_with(|| Vec::with_capacity(1));
        name.push(OldName { owner });
    }

    /// The old names that a word can mean in a namespace; where one side names none, it can be any.
    fn find<'n>(&'n self, word: &str, namespace: Option<&str>) -> impl Iterator<Item = &'n OldName> {
        let known = self.by_text.get(word);
        known.into_iter().flatten().filter(move |old| match (old.namespace(), namespace) {
            (Some(of_name), Some(of_object)) => of_name == of_object,
            _ => true,
        })
    }
}

/// Warns of every place where the old name of a renamed object stands as a whole word in the same namespace.
pub(super) fn warn_of_mentions(renamer: &mut Renamer<'_, '_>) {
    let graph = renamer.graph;
    let old = OldNames::collect(renamer);
    if old.by_text.is_empty() {
        return;
    }
    warn_of_cluster_scoped_mentions(renamer, &old);
    let mut known: HashSet<(ObjectId, NodeId)> =
        HashSet::with_capacity_and_hasher(graph.links.len(), Default::default());
    for link in &graph.links {
        if graph.config_of(link).is_some() || link.resolution == Resolution::Generated {
            known.insert((link.object, link.node));
        }
    }
    let mut scanner = MentionScanner { old, mounts: MountPaths::of_configs(graph), renamer, found: Vec::new() };
    for (id, object) in graph.bundle.objects.entries() {
        if graph.bundle.is_context(object) {
            continue;
        }
        let opened = graph.bundle.open(object);
        let namespace = texts::find_target_namespace(object, opened.node());
        for text in texts::find_texts(graph.bundle, object, opened.node()) {
            if !known.contains(&(id, text.node.id())) {
                scanner.scan(id, namespace.as_deref(), &text);
            }
        }
        if !scanner.renamer.renamed_jobs.is_empty() {
            for text in texts::find_job_labels(object, opened.node()) {
                scanner.scan(id, namespace.as_deref(), &text);
            }
        }
        scanner.report(object);
    }
}

/// Looks for old names in texts.
struct MentionScanner<'r, 'g, 'p> {
    renamer: &'r mut Renamer<'g, 'p>,
    old: OldNames,
    mounts: MountPaths,
    /// The mentions in the texts of one object.
    found: Vec<OldNameMention>,
}

/// Old names in a text of an object.
struct OldNameMention {
    what: &'static str,
    node: NodeId,
    targets: Vec<String>,
    noun: &'static str,
    /// The number of further texts of the object that mention the same.
    more: usize,
}

impl MentionScanner<'_, '_, '_> {
    /// Reports what was found in an object.
    fn report(&mut self, object: &Object) {
        let opened = self.renamer.graph.bundle.open(object);
        let node = opened.node();
        for OldNameMention { what, node: id, targets, noun, more } in std::mem::take(&mut self.found) {
            let message = RenameMessage::Mention { what, targets, noun, more };
            self.renamer.report(object, node.with_id(id), message);
        }
    }

    /// Looks for old names in a text, which is one mention for all configs and one for all Jobs.
    fn scan(&mut self, id: ObjectId, namespace: Option<&str>, text: &MentionText<'_>) {
        let Some(read) = read_text(text.node) else { return };
        let (mut configs, mut hashed, mut jobs) = (Vec::new(), Vec::new(), Vec::new());
        let (mut paths, mut next) = (PathsOfWords::of(&read), 0);
        while let Some((end, span)) = self.old.filter.find(read.as_bytes(), next) {
            next = end;
            for old in self.old.find(&read[span.clone()], namespace) {
                let word = paths.locate(&span);
                let (labels, label) = match &old.owner {
                    OldNameOwner::Config(identity) => (&mut configs, identity.to_string()),
                    OldNameOwner::Hashed(identity) => (&mut hashed, identity.to_string()),
                    OldNameOwner::Job { label, .. } => (&mut jobs, label.to_string()),
                };
                if !labels.contains(&label) && self.is_mention(&word, &old.owner, id) {
                    labels.push(label);
                }
            }
        }
        for (targets, noun) in [(configs, "config"), (hashed, GENERATED_CONFIG), (jobs, "Job")] {
            if !targets.is_empty() {
                self.add(OldNameMention { what: text.what, node: text.node.id(), targets, noun, more: 0 });
            }
        }
    }

    /// Adds a mention; values and fields of one object can hold a name many times.
    fn add(&mut self, mention: OldNameMention) {
        let is_repeated = matches!(mention.what, "a field" | "a chart value");
        let mut before = self.found.iter_mut().filter(|_| is_repeated);
        match before.find(|other| other.what == mention.what && other.targets == mention.targets) {
            Some(other) => other.more += 1,
            None => self.found.push(mention),
        }
    }

    fn is_mention(&self, word: &Word<'_>, owner: &OldNameOwner, id: ObjectId) -> bool {
        let is_own = match owner {
            // No Job waits for itself; `migrate` of a Job of this name is a word of its program.
            OldNameOwner::Job { object, .. } => *object == id,
            OldNameOwner::Config(identity) | OldNameOwner::Hashed(identity) => {
                self.mounts.of(identity).any(|path| word.is_path(path))
            }
        };
        !is_own && !word.is_in_path()
    }
}

/// A cluster-scoped object can mean a name of any namespace: where there are several, nobody knows which.
fn warn_of_cluster_scoped_mentions(renamer: &mut Renamer<'_, '_>, old: &OldNames) {
    let graph = renamer.graph;
    for link in &graph.links {
        let object = &graph.bundle.objects[link.object];
        if link.resolution != Resolution::Missing || !object.role.is_cluster_scoped() {
            continue;
        }
        let Identity { kind, name } = &*link.target;
        if renamer.access.is_rewritten(object.document, link.node) {
            continue;
        }
        let is_kind = |old: &OldName| matches!(&old.owner, OldNameOwner::Config(identity) if identity.kind == *kind);
        if old.find(&name.name, name.namespace.as_deref()).any(is_kind) {
            let targets = vec![format!("{kind}/{}", name.name)];
            let message = RenameMessage::Mention { what: "a name", targets, noun: "config", more: 0 };
            renamer.plan.diagnostics.report(link.place.clone(), object.label(), message);
        }
    }
}

/// A text with the words that a scalar says, in their order. A literal block says them as they stand below its header.
fn read_text(node: Node<'_>) -> Option<Cow<'_, str>> {
    let written = node.target();
    match written.kind() {
        NodeKind::Scalar(ScalarStyle::Literal) => {
            let (_header, lines) = written.raw().split_once('\n')?;
            Some(Cow::Borrowed(lines))
        }
        _ => node.decoded_text(),
    }
}
