//! Links as a table for a terminal.

use std::fmt::Write as _;

use crate::graph::{Graph, KeySelection, Link, Mechanism, Resolution};
use crate::kinds::references::ContainerType;
use crate::report::format::table::table;
use crate::report::location;

const HEADINGS: [&str; 7] = ["WORKLOAD", "CONTAINER", "MECHANISM", "CONFIG", "KEYS", "DELIVERY", "STATUS"];

/// The links as a table, and the configs that nothing refers to.
pub fn links_text(graph: &Graph<'_>) -> String {
    let mut rows = vec![HEADINGS.map(str::to_string)];
    rows.extend(graph.links.iter().map(|link| link_row(graph, link)));
    let mut out = if rows.len() > 1 { table(&rows) } else { String::new() };
    let unused: Vec<_> = graph.unused().collect();
    if !unused.is_empty() {
        if !out.is_empty() {
            out.push('\n');
        }
        out.push_str("Nothing here refers to:\n");
    }
    for config in unused {
        let (file, position) = location(graph, &graph.bundle.objects[config.object]);
        // Writing to a String cannot fail.
        let _ = writeln!(out, "  {}  {file}:{}", config.identity, position.line);
    }
    out
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
        Resolution::Generated => format!("made by {}{optional}", list_producers(graph, link)),
        Resolution::RunTime => "at run time".to_string(),
        Resolution::Missing => format!("not in the input{optional}"),
        Resolution::Ambiguous => "ambiguous".to_string(),
    }
}

/// `ExternalSecret/db`: what makes a controller write a config.
fn list_producers(graph: &Graph<'_>, link: &Link) -> String {
    let mut labels: Vec<String> =
        graph.generated_of(link).map(|product| graph.bundle.objects[product.object].label()).collect();
    labels.dedup();
    labels.join(", ")
}
