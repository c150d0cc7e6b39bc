//! Other places with a name: a rename would break them if they mean the config, which cannot be known.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap, HashSet};

use super::MAX_NAME;
use crate::bundle::{Identity, Object, ObjectId, ObjectName, Role};
use crate::diagnostic::RenameMessage;
use crate::graph::{BASE_NAME, Config, ConfigId, GeneratedConfig, GeneratedId, Graph, Resolution, kustomize};
use crate::kinds::{ConfigKind, annotations, stamps};
use crate::plan::model::Plan;
use crate::yaml::{Node, NodeId, NodeKind, ScalarStyle};

/// Names that mean nothing any more, by namespace and name.
type OldNames<'g> = HashMap<(Option<&'g str>, &'g str), Identity>;

/// The new names of configs, and of what controllers will write, by their numbers.
pub(super) struct NewNames<'r> {
    pub(super) configs: &'r BTreeMap<ConfigId, String>,
    pub(super) generated: &'r BTreeMap<GeneratedId, String>,
}

/// The names that renamed configs have so far, and the names without suffix of those that were renamed before.
fn collect_old_names<'g>(graph: &'g Graph<'_>, renamed: &NewNames<'_>) -> OldNames<'g> {
    let configs = graph.configs.iter().map(|config| &config.identity);
    let taken: HashSet<&Identity> = configs.chain(graph.generated.iter().map(|product| &product.identity)).collect();
    let mut all_renamed = Vec::new();
    for (&config, new) in renamed.configs {
        let Config { identity, base_name, .. } = &graph.configs[config];
        all_renamed.push((identity, base_name, new));
    }
    for (&product, new) in renamed.generated {
        let GeneratedConfig { identity, base_name, .. } = &graph.generated[product];
        all_renamed.push((identity, base_name, new));
    }
    let mut old = HashMap::new();
    for (identity, base, new) in all_renamed {
        let namespace = identity.name.namespace.as_deref();
        if identity.name.name != *new {
            old.insert((namespace, identity.name.name.as_str()), identity.clone());
        }
        if let Some(base) = base {
            let name = ObjectName { name: base.clone(), ..identity.name.clone() };
            let before = Identity { name, ..identity.clone() };
            if !taken.contains(&before) {
                old.insert((namespace, base.as_str()), before);
            }
        }
    }
    old
}

/// Warns of every place where the old name of a renamed config stands as a whole word in the same namespace.
pub(super) fn warn_of_mentions(graph: &Graph<'_>, renamed: &NewNames<'_>, plan: &mut Plan) {
    let old = collect_old_names(graph, renamed);
    if old.is_empty() {
        return;
    }
    warn_of_cluster_scoped_mentions(graph, &old, plan);
    // Most words have a length that no name has, and need not be looked up.
    let mut lengths = [false; MAX_NAME + 1];
    #[expect(clippy::iter_over_hash_type, reason = "the order of marks does not matter")]
    for (_, name) in old.keys() {
        lengths[name.len().min(MAX_NAME)] = true;
    }
    let mut known: HashSet<(ObjectId, NodeId)> = HashSet::new();
    for link in &graph.links {
        if graph.config_of(link).is_some() || link.resolution == Resolution::Generated {
            known.insert((link.object, link.node));
        }
    }
    for (id, object) in graph.bundle.objects.entries() {
        if graph.bundle.is_context(object) {
            continue;
        }
        let namespace = object.name.namespace.as_deref();
        for (node, what) in find_texts(graph.bundle.node(object), object) {
            let Some(text) = read_text(node) else { continue };
            let mut candidates = split_words(&text).filter(|word| lengths[word.len().min(MAX_NAME)]);
            let Some(identity) = candidates.find_map(|word| old.get(&(namespace, word))) else { continue };
            if known.contains(&(id, node.id())) {
                continue;
            }
            let message = RenameMessage::Mention { what, target: identity.to_string() };
            plan.diagnostics.report(graph.bundle.place(object, node), object.label(), message);
        }
    }
}

/// A cluster-scoped object can mean a name of any namespace: where there are several, nobody knows which.
fn warn_of_cluster_scoped_mentions(graph: &Graph<'_>, old: &OldNames<'_>, plan: &mut Plan) {
    let renamed: HashSet<(ConfigKind, &str)> = old.values().map(|id| (id.kind, id.name.name.as_str())).collect();
    for link in &graph.links {
        let object = &graph.bundle.objects[link.object];
        if link.resolution != Resolution::Missing || !object.role.is_cluster_scoped() {
            continue;
        }
        let Identity { kind, name } = &link.target;
        let meant = match name.namespace {
            None => renamed.contains(&(*kind, name.name.as_str())),
            // Only one side says a namespace.
            Some(_) => matches!(old.get(&(None, name.name.as_str())), Some(identity) if identity.kind == *kind),
        };
        if meant {
            let target = format!("{kind}/{}", name.name);
            let message = RenameMessage::Mention { what: "a name", target };
            plan.diagnostics.report(link.place.clone(), object.label(), message);
        }
    }
}

/// The texts of an object in which a name can be meant, each with the word for it.
fn find_texts<'a>(node: Node<'a>, object: &Object) -> Vec<(Node<'a>, &'static str)> {
    let mut found = annotation_texts(annotations(node));
    match &object.role {
        Role::Config(ConfigKind::ConfigMap) => {
            for (_, _, value) in node.get("data").map(Node::entries).unwrap_or_default() {
                found.push((value, "a value"));
            }
        }
        Role::Workload(kind) => {
            for (pods, at) in kind.find_templates(node) {
                if at != node {
                    let map = pods.annotations.as_ref().and_then(|path| path.first(at));
                    found.append(&mut annotation_texts(map));
                }
                for (container, ..) in pods.find_containers(at) {
                    add_container_texts(container, &mut found);
                }
            }
        }
        _ => {}
    }
    found
}

fn annotation_texts(map: Option<Node<'_>>) -> Vec<(Node<'_>, &'static str)> {
    let mut texts = Vec::new();
    for (key, _, value) in map.map(Node::entries).unwrap_or_default() {
        // Those of kubectl are copies of the manifest and notes of its own.
        let is_note = key.starts_with("kubectl.kubernetes.io/") || kustomize::is_bookkeeping(&key);
        if key != BASE_NAME && !is_note && !stamps::is_foreign_stamp(&key) {
            texts.push((value, "an annotation"));
        }
    }
    texts
}

fn add_container_texts<'a>(container: Node<'a>, found: &mut Vec<(Node<'a>, &'static str)>) {
    for field in ["command", "args"] {
        for word in container.get(field).into_iter().flat_map(Node::items) {
            found.push((word, field));
        }
    }
    for variable in container.get("env").into_iter().flat_map(Node::items) {
        if let Some(value) = variable.get("value") {
            found.push((value, "an env value"));
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

/// The words of a text that can be names: runs of the characters that names are made of.
fn split_words(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let start = rest.bytes().position(is_name_byte)?;
        let run = &rest[start..];
        let end = run.bytes().position(|byte| !is_name_byte(byte)).unwrap_or(run.len());
        rest = &run[end..];
        Some(run[..end].trim_matches(['-', '.']))
    })
}

fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.')
}
