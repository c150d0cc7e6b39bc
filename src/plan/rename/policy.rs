//! Reasons for which configs keep their names.

use std::collections::{BTreeMap, BTreeSet};

use super::unknown_fields::UnknownFields;
use crate::bundle::{Identity, ObjectName};
use crate::graph::{Config, ConfigId, Graph, Link, Mechanism, Resolution};
use crate::hash_map::HashMap;
use crate::kinds::{ConfigKind, annotation, api_group, well_known};
use crate::yaml::Node;

/// Types of Secrets whose names are part of what they are: the token controller's, bootstrap tokens
/// (`bootstrap-token-<id>`) and Helm's release records (`sh.helm.release.v1.<name>.v<revision>`).
const BOUND_TYPES: [&str; 3] =
    ["kubernetes.io/service-account-token", "bootstrap.kubernetes.io/token", "helm.sh/release.v1"];

/// Returns the reason for which a config that is used must keep its name; none where it may get another.
pub(super) fn reason_to_keep(
    graph: &Graph<'_>,
    config: &Config,
    foreign: &UnknownFields,
    required_names: &HashMap<&Identity, String>,
) -> Option<String> {
    let required = required_names.get(&*config.identity);
    reason_of_config(graph, config).or(required.cloned()).or_else(|| foreign.reason_to_keep(config))
}

/// The configs whose names somebody needs as they are, and why.
pub(super) fn find_required_names<'g>(graph: &'g Graph<'_>) -> HashMap<&'g Identity, String> {
    let mut fixed = HashMap::default();
    let has_one_namespace = has_one_namespace(graph);
    for link in &graph.links {
        for &config in &link.definitions {
            let who = graph.bundle.objects[link.object].label();
            let reason = format!("{who} refers to it, and it is defined more than once with different content");
            fixed.entry(&*graph.configs[config].identity).or_insert(reason);
        }
        if let (Some(config), Some(reason)) = (graph.config_of(link), find_istio_ca(graph, link)) {
            fixed.entry(&*config.identity).or_insert(reason);
        }
        let is_signed = graph.bundle.is_signed(&graph.bundle.objects[link.object]);
        let reason = match link.rename_blocked_by {
            _ if is_signed => "SOPS signs the document of that",
            _ if link.is_namespace_inferred && !has_one_namespace => "only one of the two names its namespace",
            Some(reason) => reason,
            None => continue,
        };
        if let Some(config) = graph.config_of(link) {
            let who = graph.bundle.objects[link.object].label();
            fixed.entry(&*config.identity).or_insert(format!("{who} refers to it, and {reason}"));
        }
    }
    fixed
}

/// The reason why a Secret of Istio keeps its name: the CA certificates stand in another Secret, which Istio finds by
/// the name of the first (istio.io, "Secure Gateways").
fn find_istio_ca(graph: &Graph<'_>, link: &Link) -> Option<String> {
    let object = &graph.bundle.objects[link.object];
    let ca = format!("{}-cacert", link.target.name.name);
    let is_istio = api_group(&object.api_version) == "networking.istio.io";
    let has_ca = || graph.configs.iter().any(|config| config.identity.name.name == ca);
    (is_istio && has_ca()).then(|| format!("{} refers to it, and Istio finds Secret/{ca} by this name", object.label()))
}

/// Returns `true` if all objects that name a namespace name the same one: then a missing one can mean no other.
fn has_one_namespace(graph: &Graph<'_>) -> bool {
    let namespaces: BTreeSet<&str> =
        graph.bundle.objects.iter().filter_map(|object| object.name.namespace.as_deref()).collect();
    namespaces.len() == 1
}

/// The configs that programs read by themselves, or that controllers write into, under the name that they know; each
/// with the reason to keep it.
pub(super) fn find_configs_read_by_name(graph: &Graph<'_>) -> BTreeMap<ConfigId, String> {
    let mut reasons = BTreeMap::new();
    for link in &graph.links {
        let Resolution::Config(config) = link.resolution else { continue };
        if let Some(generated) = graph.generated_of(link).next() {
            reasons.insert(config, format!("{} writes into it", graph.bundle.objects[generated.object].label()));
        } else if link.mechanism == Mechanism::Extra {
            let reader = graph.bundle.objects[link.object].label();
            reasons.insert(config, format!("{reader} declares by an annotation that it reads it by this name"));
        }
    }
    reasons
}

fn reason_of_config(graph: &Graph<'_>, config: &Config) -> Option<String> {
    let opened = graph.bundle.open(&graph.bundle.objects[config.object]);
    let node = opened.node();
    if let Some(reason) = config.settings.reason_to_keep_name("it") {
        return Some(reason);
    }
    let ObjectName { namespace, name, .. } = &config.identity.name;
    if let Some(reader) = well_known::find_reader(config.identity.kind, name, namespace.as_deref()) {
        return Some(format!("{reader} reads it by this name"));
    }
    if annotation(node, "kapp.k14s.io/versioned").is_some() {
        return Some("kapp appends a version to its name".to_string());
    }
    if config.content.problems.has_errors() {
        return Some("it has values that cannot be read".to_string());
    }
    if config.injected {
        return Some("its content is filled in at run time".to_string());
    }
    if node.get("metadata").is_some() && node.get_path(&["metadata", "name"]).is_none() {
        return Some("Kubernetes generates its name".to_string());
    }
    if graph.bundle.is_signed(&graph.bundle.objects[config.object]) {
        return Some("SOPS signs the whole file, its name included".to_string());
    }
    if config.identity.kind == ConfigKind::ConfigMap {
        return None;
    }
    let of = node.get("type").and_then(Node::decoded_text).unwrap_or_default();
    if BOUND_TYPES.contains(&&*of) {
        return Some(format!("a Secret of type {of} is looked up by its name"));
    }
    None
}
