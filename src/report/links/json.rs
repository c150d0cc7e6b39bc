//! Links for programs.

use serde_json::{Value, json};

use crate::bundle::{Identity, Object};
use crate::graph::{ConfigId, Graph, KeySelection, Link, Mention, Resolution};
use crate::report::format::json::{VERSION, WorkloadJson, add_application, print};
use crate::report::impact::reported_application_json;
use crate::report::location;
use crate::report::selection::LinkSelection;
use crate::repository::ReportedApplication;
use crate::source::SourceApplication;

/// Every link, and the configs that nothing refers to.
pub fn links_json(graph: &Graph<'_>, selection: &LinkSelection, applications: &[ReportedApplication]) -> String {
    let mut links = Vec::new();
    for (id, link) in graph.links.entries() {
        if selection.shows_link(id) {
            links.push(link_json(graph, link));
        }
    }
    let mentions = graph.find_mentions();
    let mut unused = Vec::new();
    for (id, config) in graph.configs.entries() {
        if !graph.is_unused(config) || !selection.shows_unused(id) {
            continue;
        }
        let (file, position) = location(graph, &graph.bundle.objects[config.object]);
        let name = &config.identity.name;
        let named_by: Vec<Value> =
            mentions.get(&id).into_iter().flatten().map(|one| mention_json(graph, one)).collect();
        let mut row = json!({
            "file": file,
            "line": position.line,
            "kind": config.identity.kind.as_str(),
            "namespace": name.namespace,
            "name": name.name,
            "namedBy": named_by,
        });
        add_application(&mut row, application_of(graph, &graph.bundle.objects[config.object]));
        unused.push(row);
    }
    let mut report = json!({"version": VERSION, "links": links, "unused": unused});
    if !applications.is_empty() {
        report["applications"] = applications.iter().map(reported_application_json).collect();
    }
    print(&report)
}

fn mention_json(graph: &Graph<'_>, mention: &Mention) -> Value {
    let source = &graph.bundle.sources[mention.place.source];
    json!({
        "object": WorkloadJson::of(&graph.bundle.objects[mention.object]),
        "file": source.name(),
        "line": source.position(mention.place.span.start).line,
    })
}

fn link_json(graph: &Graph<'_>, link: &Link) -> Value {
    let object = &graph.bundle.objects[link.object];
    let source = &graph.bundle.sources[link.place.source];
    let keys = match &link.keys {
        KeySelection::All | KeySelection::Data => Value::Null,
        KeySelection::These(keys) => json!(keys),
    };
    let producers: Vec<WorkloadJson<'_>> =
        graph.generated_of(link).map(|generated| WorkloadJson::of(&graph.bundle.objects[generated.object])).collect();
    let mut row = json!({
        "file": source.name(),
        "line": source.position(link.place.span.start).line,
        "workload": WorkloadJson::of(object),
        "container": link.container.as_ref().map(|container| &container.name),
        "containerType": link.container.as_ref().map(|container| container.container_type.as_str()),
        "mechanism": link.mechanism.as_str(),
        "target": config_json(&link.target),
        "keys": keys,
        "delivery": link.delivery.as_str(),
        "optional": link.optional,
        "status": status_of(link),
        "definitions": link.definitions.iter().map(|&config| definition_json(graph, config)).collect::<Vec<_>>(),
        "namespaceGuessed": link.is_namespace_inferred,
        "builtBy": find_builder(graph, link),
        "didYouMean": graph.similar_configs.get(&link.target).map(config_json),
        "resolved": matches!(link.resolution, Resolution::Config(_) | Resolution::Generated),
        "producers": producers,
        "missingKeys": link.missing,
        "commandVariables": link.variables,
    });
    add_application(&mut row, application_of(graph, object));
    row
}

/// The generator of a kustomization that the config of a link comes with.
fn find_builder(graph: &Graph<'_>, link: &Link) -> Option<Value> {
    if link.resolution != Resolution::Missing {
        return None;
    }
    let (file, line) = graph.bundle.find_generator(&link.target)?;
    Some(json!({"file": file, "line": line}))
}

/// The application that an object is in.
fn application_of<'g>(graph: &'g Graph<'_>, object: &Object) -> Option<&'g SourceApplication> {
    graph.bundle.sources[graph.bundle.source_of(object)].application().map(AsRef::as_ref)
}

fn config_json(config: &Identity) -> Value {
    json!({"kind": config.kind.as_str(), "namespace": config.name.namespace, "name": config.name.name})
}

/// The result of a reference in one word.
fn status_of(link: &Link) -> &'static str {
    match link.resolution {
        Resolution::Config(_) | Resolution::Generated if !link.missing.is_empty() => "missing-key",
        Resolution::Config(_) => "resolved",
        Resolution::Generated => "made",
        Resolution::RunTime | Resolution::External => "external",
        Resolution::Missing => "missing",
        Resolution::Ambiguous => "ambiguous",
    }
}

fn definition_json(graph: &Graph<'_>, config: ConfigId) -> Value {
    let config = &graph.configs[config];
    let (file, position) = location(graph, &graph.bundle.objects[config.object]);
    json!({"file": file, "line": position.line, "namespace": config.identity.name.namespace})
}
