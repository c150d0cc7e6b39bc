//! The links and configs that the flags of `rollstamp links` choose.

use std::collections::BTreeSet;

use rollstamp::report::LinkSelection;
use rollstamp::suggest::nearest_name;
use rollstamp::{Graph, Link, Object, Resolution};

use crate::cli::LinkFilterArgs;
use crate::exit::Failure;
use crate::object_query::ObjectQuery;

/// Selects the part of the links that flags choose.
///
/// # Errors
/// A name that nothing in the input has, with a similar one if there is one.
pub fn select_links(graph: &Graph<'_>, filter: &LinkFilterArgs) -> Result<LinkSelection, Failure> {
    if *filter == LinkFilterArgs::default() {
        return Ok(LinkSelection::ALL);
    }
    let mut selection = LinkSelection { links: Some(BTreeSet::new()), unused: Some(BTreeSet::new()) };
    if let Some(query) = &filter.uses {
        check_config(graph, query)?;
    }
    if let Some(query) = &filter.workload {
        check_object(graph, query)?;
    }
    if let Some(namespace) = &filter.in_namespace {
        check_namespace(graph, namespace)?;
    }
    if !filter.unused {
        for (id, link) in graph.links.entries() {
            if is_selected(graph, link, filter) {
                selection.links.get_or_insert_default().insert(id);
            }
        }
    }
    let chooses_links = filter.uses.is_some() || filter.workload.is_some() || filter.unresolved;
    if !chooses_links {
        for (id, config) in graph.configs.entries() {
            if is_in_namespace(&graph.bundle.objects[config.object], filter) {
                selection.unused.get_or_insert_default().insert(id);
            }
        }
    }
    Ok(selection)
}

fn is_selected(graph: &Graph<'_>, link: &Link, filter: &LinkFilterArgs) -> bool {
    let object = &graph.bundle.objects[link.object];
    let is_unresolved =
        matches!(link.resolution, Resolution::Missing | Resolution::Ambiguous) || !link.missing.is_empty();
    filter.uses.as_ref().is_none_or(|query| query.matches_config(&link.target))
        && filter.workload.as_ref().is_none_or(|query| query.matches_object(object))
        && is_in_namespace(object, filter)
        && (is_unresolved || !filter.unresolved)
}

fn is_in_namespace(object: &Object, filter: &LinkFilterArgs) -> bool {
    filter.in_namespace.as_deref().is_none_or(|namespace| namespace == namespace_of(object))
}

/// The namespace of an object; one that names none is in `default`.
fn namespace_of(object: &Object) -> &str {
    object.name.namespace.as_deref().unwrap_or("default")
}

/// Refuses a namespace that no object of the input is in.
fn check_namespace(graph: &Graph<'_>, namespace: &str) -> Result<(), Failure> {
    let known: BTreeSet<&str> = graph.bundle.objects.iter().map(namespace_of).collect();
    if known.contains(namespace) {
        return Ok(());
    }
    let hint = match nearest_name(namespace, known.iter().copied()) {
        Some(near) => format!("did you mean {near}?"),
        None => format!("found: {}", known.into_iter().collect::<Vec<_>>().join(", ")),
    };
    Err(Failure::because(format!("no object of the input is in the namespace {namespace}; {hint}")))
}

/// Refuses a config that is neither in the input nor named by a reference.
fn check_config(graph: &Graph<'_>, query: &ObjectQuery) -> Result<(), Failure> {
    let mut known = BTreeSet::new();
    let defined = graph.configs.iter().map(|config| &config.identity);
    for identity in defined.chain(graph.links.iter().map(|link| &link.target)) {
        if query.matches_config(identity) {
            return Ok(());
        }
        known.insert(identity.to_string());
    }
    Err(query.not_found("config", &known.into_iter().collect::<Vec<_>>()))
}

/// Refuses an object that is not in the input, or that cannot have links.
fn check_object(graph: &Graph<'_>, query: &ObjectQuery) -> Result<(), Failure> {
    let mut known = BTreeSet::new();
    let workloads = graph.workloads.iter().map(|workload| workload.object);
    for id in workloads.chain(graph.links.iter().map(|link| link.object)) {
        let object = &graph.bundle.objects[id];
        if query.matches_object(object) {
            return Ok(());
        }
        known.insert(object.label());
    }
    Err(query.not_found("workload", &known.into_iter().collect::<Vec<_>>()))
}
