//! Links for programs.

use serde::Serialize;

use crate::bundle::Object;
use crate::graph::{Config, ConfigId, Graph, KeySelection, Link, Mention, Resolution};
use crate::report::apps::ReportedApplicationJson;
use crate::report::format::json::{ConfigJson, LocationJson, ObjectJson, SourceApplicationJson, VERSION, print};
use crate::report::location;
#[cfg(test)]
use crate::report::schema_words;
use crate::report::selection::LinkSelection;
use crate::repository::ReportedApplication;

/// Output of `rollstamp links --format json`.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(in crate::report) struct LinksJson<'g> {
    /// Version of the report.
    #[cfg_attr(test, schemars(extend("const" = VERSION)))]
    version: u32,
    /// One entry for each container and source, in the order of files, documents and positions; a volume that one
    /// container mounts whole and by `subPath` has one entry for each.
    links: Vec<LinkJson<'g>>,
    /// The configs that no known reference in the input resolves to.
    unused: Vec<UnusedConfigJson<'g>>,
    /// The applications, with `--apps`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    applications: Vec<ReportedApplicationJson<'g>>,
}

/// A link.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
struct LinkJson<'g> {
    /// File of the reference.
    file: &'g str,
    /// Line of the reference, from 1.
    line: usize,
    /// The workload, or the other object that refers.
    workload: ObjectJson<'g>,
    /// Name of the container; null where no container is concerned.
    container: Option<&'g str>,
    /// List of containers that it is in; null where no container is concerned.
    #[cfg_attr(test, schemars(extend("enum" = schema_words::CONTAINER_TYPES)))]
    container_type: Option<&'static str>,
    /// Kind of the reference.
    #[cfg_attr(test, schemars(extend("enum" = schema_words::MECHANISMS)))]
    mechanism: &'static str,
    /// The config, as the reference names it.
    target: ConfigJson<'g>,
    /// Keys that the reference selects; null for all.
    keys: Option<&'g [String]>,
    /// Delivery of the content: only into new pods (`frozen`), also into running ones (`live`), or into none.
    #[cfg_attr(test, schemars(extend("enum" = schema_words::DELIVERIES)))]
    delivery: &'static str,
    /// `true` if pods start without it.
    optional: bool,
    /// `resolved`; `ambiguous`: several definitions with different content; `missing`: not in the input; `missing-key`:
    /// the config lacks a key; `made`: a controller writes it; `external`: it exists at run time only, or an option says
    /// that it is made elsewhere.
    #[cfg_attr(test, schemars(extend("enum" = schema_words::LINK_STATUSES)))]
    status: &'static str,
    /// The definitions of an ambiguous reference that are in the input.
    definitions: Vec<DefinitionJson<'g>>,
    /// `true` if only one of reference and config names a namespace.
    namespace_guessed: bool,
    /// Of a `missing` config that a kustomization in the input generates, the place of the generator; else null.
    built_by: Option<LocationJson<'g>>,
    /// A config of the input whose name is similar, or a Secret of the same name, if `target` is missing; else null.
    did_you_mean: Option<ConfigJson<'g>>,
    /// `true` if the config is in the input, or a controller will write it.
    resolved: bool,
    /// The objects that make a controller write the config.
    producers: Vec<ObjectJson<'g>>,
    /// Selected keys that the config does not have.
    missing_keys: &'g [String],
    /// Variables of this entry that stand as `$(NAME)` in the command or args of the container.
    command_variables: &'g [String],
    /// The application, with `--apps`.
    #[serde(skip_serializing_if = "Option::is_none")]
    application: Option<SourceApplicationJson<'g>>,
}

/// A definition of an ambiguous reference.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct DefinitionJson<'g> {
    /// File.
    file: &'g str,
    /// Line, from 1.
    line: usize,
    /// Namespace; null if there is none.
    namespace: Option<&'g str>,
}

/// A config that no reference resolves to.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
struct UnusedConfigJson<'g> {
    /// File of the config.
    file: &'g str,
    /// Line of the config, from 1.
    line: usize,
    /// Kind.
    kind: &'static str,
    /// Namespace; null if there is none.
    namespace: Option<&'g str>,
    /// Name.
    name: &'g str,
    /// The objects that hold the name in a field that is not known to be a reference.
    named_by: Vec<MentionJson<'g>>,
    /// The application, with `--apps`.
    #[serde(skip_serializing_if = "Option::is_none")]
    application: Option<SourceApplicationJson<'g>>,
}

/// A name of a config in a field that is not known to be a reference.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct MentionJson<'g> {
    /// The object.
    object: ObjectJson<'g>,
    /// File.
    file: &'g str,
    /// Line, from 1.
    line: usize,
}

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
        if graph.is_unused(config) && selection.shows_unused(id) {
            unused.push(unused_json(graph, config, mentions.get(&id).map_or(&[], Vec::as_slice)));
        }
    }
    let applications = applications.iter().map(ReportedApplicationJson::of).collect();
    print(&LinksJson { version: VERSION, links, unused, applications })
}

fn unused_json<'g>(graph: &'g Graph<'_>, config: &'g Config, mentions: &[Mention]) -> UnusedConfigJson<'g> {
    let object = &graph.bundle.objects[config.object];
    let (file, position) = location(graph, object);
    let ConfigJson { kind, namespace, name } = ConfigJson::of(&config.identity);
    let mut named_by = Vec::new();
    for mention in mentions {
        named_by.push(mention_json(graph, mention));
    }
    let application = application_of(graph, object);
    UnusedConfigJson { file, line: position.line, kind, namespace, name, named_by, application }
}

fn mention_json<'g>(graph: &'g Graph<'_>, mention: &Mention) -> MentionJson<'g> {
    let source = &graph.bundle.sources[mention.place.source];
    MentionJson {
        object: ObjectJson::of(&graph.bundle.objects[mention.object]),
        file: source.name(),
        line: source.position(mention.place.span.start).line,
    }
}

fn link_json<'g>(graph: &'g Graph<'_>, link: &'g Link) -> LinkJson<'g> {
    let object = &graph.bundle.objects[link.object];
    let source = &graph.bundle.sources[link.place.source];
    let mut producers = Vec::new();
    for generated in graph.generated_of(link) {
        producers.push(ObjectJson::of(&graph.bundle.objects[generated.object]));
    }
    LinkJson {
        file: source.name(),
        line: source.position(link.place.span.start).line,
        workload: ObjectJson::of(object),
        container: link.container.as_ref().map(|container| container.name.as_str()),
        container_type: link.container.as_ref().map(|container| container.container_type.as_str()),
        mechanism: link.mechanism.as_str(),
        target: ConfigJson::of(&link.target),
        keys: match &link.keys {
            KeySelection::All | KeySelection::Data => None,
            KeySelection::These(keys) => Some(keys),
        },
        delivery: link.delivery.as_str(),
        optional: link.optional,
        status: status_of(link),
        definitions: link.definitions.iter().map(|&config| definition_json(graph, config)).collect(),
        namespace_guessed: link.is_namespace_inferred,
        built_by: find_builder(graph, link),
        did_you_mean: graph.similar_configs.get(&link.target).map(ConfigJson::of),
        resolved: matches!(link.resolution, Resolution::Config(_) | Resolution::Generated),
        producers,
        missing_keys: &link.missing,
        command_variables: &link.variables,
        application: application_of(graph, object),
    }
}

/// The generator of a kustomization that the config of a link comes with.
fn find_builder<'g>(graph: &'g Graph<'_>, link: &Link) -> Option<LocationJson<'g>> {
    if link.resolution != Resolution::Missing {
        return None;
    }
    let (file, line) = graph.bundle.find_generator(&link.target)?;
    Some(LocationJson { file, line })
}

/// The application that an object is in.
fn application_of<'g>(graph: &'g Graph<'_>, object: &Object) -> Option<SourceApplicationJson<'g>> {
    let application = graph.bundle.sources[graph.bundle.source_of(object)].application()?;
    Some(application.as_ref().into())
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

fn definition_json<'g>(graph: &'g Graph<'_>, config: ConfigId) -> DefinitionJson<'g> {
    let config = &graph.configs[config];
    let (file, position) = location(graph, &graph.bundle.objects[config.object]);
    DefinitionJson { file, line: position.line, namespace: config.identity.name.namespace.as_deref() }
}
