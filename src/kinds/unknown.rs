//! Pod specs in objects of kinds that no table knows: custom resources of operators that came after it.
//!
//! An object is searched for mappings that have the fields of a pod spec and name a config there. What is found makes a
//! row of the kind, which is good enough to link the object by, and to print as a rule. Nothing is stamped by it: what a
//! changed pod template does is for the author of the controller to say.

use std::borrow::Cow;
use std::collections::HashSet;

use super::api_group;
use super::path::{FieldPath, PathStep};
use super::references::{CONTAINER_LISTS, ENV, ENV_FROM, FETCHED, PROJECTED, PodReference, VOLUME};
use super::workloads::{Effect, PodPart, PodPartKind, PodTemplateSite, WorkloadKind, template};
use crate::yaml::{Node, NodeKind};

/// The keys of which a pod spec that names a config has at least one.
const SPEC_KEYS: [&str; 4] = ["containers", "initContainers", "ephemeralContainers", "volumes"];

/// Makes a row for the kind of an object by the pod specs in it; `None` if it has none that names a config.
pub fn infer_workload_kind(api_version: &str, kind: &str, object: Node<'_>) -> Option<WorkloadKind> {
    let group = api_group(api_version);
    // Schemas of custom resources are large, and have no pod specs but examples.
    if group == "apiextensions.k8s.io" {
        return None;
    }
    if !object.may_hold_key(&SPEC_KEYS) {
        return None;
    }
    let mut sites: Vec<PodTemplateSite> = Vec::new();
    let mut known = HashSet::new();
    for path in find_pod_specs(object) {
        if known.insert(path.to_string()) {
            sites.push(site_of(&path));
        }
    }
    if sites.is_empty() {
        return None;
    }
    Some(WorkloadKind {
        groups: vec![Cow::Owned(group.to_string())],
        kind: Cow::Owned(kind.to_string()),
        cluster_scoped: false,
        sites,
        borrows_template: None,
        effect: Effect::NothingToRoll(Cow::Borrowed("its kind is not known")),
        has_components: false,
        exceptions: Vec::new(),
    })
}

/// Prints the row as an entry of `rules.workloads` in an options file.
pub fn print_rule(kind: &WorkloadKind) -> String {
    let mut templates = Vec::new();
    let mut specs = Vec::new();
    for site in &kind.sites {
        if site.annotations.is_some() {
            templates.push(quote(&site.path.to_string()));
        }
        specs.push(quote(&site.path.join(&site.parts[0].path).to_string()));
    }
    let (group, name) = (quote(&kind.groups[0]), quote(&kind.kind));
    if templates.len() == specs.len() {
        let templates = templates.join(", ");
        return format!("{{group: {group}, kind: {name}, templates: [{templates}], onChange: rolls}}");
    }
    // A pod spec that is not next to `metadata` is not in a template: its controller takes annotations from elsewhere.
    let specs = specs.join(", ");
    format!("{{group: {group}, kind: {name}, annotations: metadata/annotations, podSpecs: [{specs}], onChange: rolls}}")
}

/// A string of YAML, in quotes in which nothing is an escape.
fn quote(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// The paths to the pod specs in an object that name a config, in the order of the text. Aliases are not followed on the
/// way: what they repeat is found where it is written.
fn find_pod_specs(object: Node<'_>) -> Vec<FieldPath> {
    let mut found = Vec::new();
    let mut seen = HashSet::new();
    let mut open = vec![object];
    while let Some(node) = open.pop() {
        if !seen.insert(node.target().id()) {
            continue;
        }
        if node != object && is_pod_spec(node) {
            found.push(path_to(node, object));
            continue;
        }
        let first = open.len();
        match node.kind() {
            NodeKind::Mapping { .. } => open.extend(node.own_values()),
            NodeKind::Sequence { .. } => open.extend(node.children()),
            NodeKind::Scalar(_) | NodeKind::Alias => {}
        }
        open[first..].reverse();
    }
    found
}

/// The path from an object down to a node in it.
fn path_to(node: Node<'_>, object: Node<'_>) -> FieldPath {
    let mut steps = Vec::new();
    let mut current = node;
    while current != object
        && let Some(parent) = current.parent()
    {
        steps.push(match current.key().and_then(Node::key_text) {
            Some(key) => PathStep::Key(Cow::Owned(key.into_owned())),
            None => PathStep::Item,
        });
        current = parent;
    }
    steps.reverse();
    FieldPath::new(steps)
}

/// The site of a pod spec: the pod template around it, if it is the `spec` of one, else the spec alone.
fn site_of(path: &FieldPath) -> PodTemplateSite {
    match path.steps().split_last() {
        Some((PathStep::Key(key), outer @ [_, ..])) if key == "spec" => template(FieldPath::new(outer.to_vec())),
        _ => PodTemplateSite {
            path: FieldPath::new(Vec::new()),
            annotations: None,
            parts: vec![PodPart { path: path.clone(), kind: PodPartKind::Overlay }],
            references: Vec::new(),
        },
    }
}

/// Returns `true` for a mapping with containers or volumes that name a config.
fn is_pod_spec(node: Node<'_>) -> bool {
    if !node.is_mapping() {
        return false;
    }
    for (list, _) in CONTAINER_LISTS {
        for container in items_of(node, list) {
            let env = items_of(container, "env").any(|entry| names_config(ENV, entry));
            if env || items_of(container, "envFrom").any(|entry| names_config(ENV_FROM, entry)) {
                return true;
            }
        }
    }
    items_of(node, "volumes").any(|volume| {
        let sources = volume.get("projected").into_iter().flat_map(|projected| items_of(projected, "sources"));
        names_config(VOLUME, volume)
            || FETCHED.iter().any(|row| names_config(std::slice::from_ref(&row.reference), volume))
            || sources.into_iter().any(|source| names_config(PROJECTED, source))
    })
}

fn items_of<'a>(node: Node<'a>, list: &str) -> impl Iterator<Item = Node<'a>> {
    node.get(list).filter(|list| list.is_sequence()).into_iter().flat_map(Node::items)
}

fn names_config(rows: &[PodReference], entry: Node<'_>) -> bool {
    rows.iter().any(|row| row.path.first(entry).and_then(|source| source.get(row.name)?.as_str()).is_some())
}
