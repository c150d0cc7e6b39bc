//! Links as a table for a terminal.

use crate::escape::escape;
use crate::graph::{Delivery, Graph, KeySelection, Link, Mechanism, Mention, Resolution};
use crate::kinds::references::ContainerType;
use crate::report::format::table::table;
use crate::report::location;
use crate::report::selection::LinkSelection;

const HEADINGS: [&str; 7] = ["WORKLOAD", "CONTAINER", "MECHANISM", "CONFIG", "KEYS", "DELIVERY", "STATUS"];

/// The most objects that are listed for a config that they name.
const NAMED: usize = 3;

/// The links as a table, and the configs that nothing refers to.
pub fn links_text(graph: &Graph<'_>, selection: &LinkSelection) -> String {
    let mut rows = vec![HEADINGS.map(str::to_string)];
    for (id, link) in graph.links.entries() {
        if selection.shows_link(id) {
            rows.push(link_row(graph, link));
        }
    }
    let mut out = if rows.len() > 1 { table(&rows) } else { String::new() };
    for (heading, lines) in unused_lines(graph, selection) {
        if !lines.is_empty() {
            let gap = if out.is_empty() { "" } else { "\n" };
            out.push_str(&format!("{gap}{heading}\n{lines}"));
        }
    }
    out
}

/// The configs that no reference resolves to: first those that nothing names, then those that something names in a
/// field that no table knows.
fn unused_lines(graph: &Graph<'_>, selection: &LinkSelection) -> [(&'static str, String); 2] {
    let mentions = graph.find_mentions();
    let (mut unnamed, mut named) = (String::new(), String::new());
    for (id, config) in graph.configs.entries() {
        if !graph.is_unused(config) || !selection.shows_unused(id) {
            continue;
        }
        let (file, position) = location(graph, &graph.bundle.objects[config.object]);
        let line = format!("  {}  {}:{}", config.identity, escape(file), position.line);
        match mentions.get(&id) {
            None => unnamed.push_str(&format!("{line}\n")),
            Some(mentions) => {
                let places: Vec<String> = mentions.iter().take(NAMED).map(|one| describe_mention(graph, one)).collect();
                let more = mentions.len().saturating_sub(NAMED);
                let more = if more > 0 { format!(" and {more} more") } else { String::new() };
                named.push_str(&format!("{line}  named by {}{more}\n", places.join(", ")));
            }
        }
    }
    [("Nothing in the input refers to:", unnamed), ("Named only in fields that are not known to be references:", named)]
}

/// `GitRepository/app (git.yaml:7)`.
fn describe_mention(graph: &Graph<'_>, mention: &Mention) -> String {
    let source = &graph.bundle.sources[mention.place.source];
    let line = source.position(mention.place.span.start).line;
    format!("{} ({}:{line})", graph.bundle.objects[mention.object].label(), escape(source.name()))
}

fn link_row(graph: &Graph<'_>, link: &Link) -> [String; 7] {
    let container = match &link.container {
        None => "-".to_string(),
        // Knative lets the only container go without a name.
        Some(container) if container.name.is_empty() => "-".to_string(),
        Some(container) if container.container_type == ContainerType::Container => container.name.clone(),
        Some(container) => format!("{} ({})", container.name, container.container_type.as_str()),
    };
    [
        graph.bundle.objects[link.object].label(),
        container,
        link.mechanism.as_str().to_string(),
        format!("{}/{}", link.target.kind, link.target.name.name),
        describe_keys(link),
        describe_delivery(link),
        describe_status(graph, link),
    ]
}

fn describe_keys(link: &Link) -> String {
    let keys = match &link.keys {
        KeySelection::All | KeySelection::Data => "*".to_string(),
        KeySelection::These(keys) if keys.is_empty() => "-".to_string(),
        KeySelection::These(keys) => keys.join(", "),
    };
    if link.variables.is_empty() {
        return keys;
    }
    let variables: Vec<String> = link.variables.iter().map(|name| format!("$({name})")).collect();
    format!("{keys} as {} in command", variables.join(", "))
}

fn describe_delivery(link: &Link) -> String {
    match link.container {
        None if matches!(link.mechanism, Mechanism::Volume | Mechanism::Projected | Mechanism::Csi) => {
            "unmounted".to_string()
        }
        Some(_) if link.mechanism == Mechanism::Env && link.delivery == Delivery::None => "overridden".to_string(),
        _ => link.delivery.as_str().to_string(),
    }
}

fn describe_status(graph: &Graph<'_>, link: &Link) -> String {
    let optional = if link.optional { " (optional)" } else { "" };
    match link.resolution {
        Resolution::Config(_) if link.missing.is_empty() => format!("resolved{optional}"),
        Resolution::Config(_) => format!("no key {}{optional}", link.missing.join(", ")),
        Resolution::Generated if !link.missing.is_empty() => {
            format!("no key {} of {}{optional}", link.missing.join(", "), list_producers(graph, link))
        }
        Resolution::Generated if link.target.kind.is_fetched() => "fetched by its driver".to_string(),
        Resolution::Generated => format!("generated by {}{optional}", list_producers(graph, link)),
        Resolution::RunTime => "at run time".to_string(),
        Resolution::External => "made elsewhere".to_string(),
        Resolution::Missing => match graph.bundle.find_generator(&link.target) {
            Some((kustomization, _)) => format!("built by {kustomization}{optional}"),
            None => format!("not in the input{optional}"),
        },
        Resolution::Ambiguous => match link.definitions.len().max(link.generated.len()) {
            0 | 1 => "ambiguous".to_string(),
            number => format!("ambiguous ({number} definitions)"),
        },
    }
}

/// `ExternalSecret/db`: what makes a controller write a config.
fn list_producers(graph: &Graph<'_>, link: &Link) -> String {
    let mut labels: Vec<String> =
        graph.generated_of(link).map(|generated| graph.bundle.objects[generated.object].label()).collect();
    labels.dedup();
    labels.join(", ")
}
