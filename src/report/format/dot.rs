//! The diagram in DOT, the language of Graphviz.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::palette;
use crate::index::Id;
use crate::report::diagram::{ConfigNode, Diagram, Edge, EdgeDelivery, Highlight, Presence, WorkloadNode, box_title};
use crate::source::FileLine;

/// The most keys in the label of an edge; the rest is counted.
const KEYS: usize = 6;

const HEADER: &str = "\
digraph rollstamp {
  rankdir=LR
  node [fontname=\"Helvetica\" fontsize=11 style=filled fillcolor=white color=\"#555555\"]
  edge [fontname=\"Helvetica\" fontsize=9 arrowsize=0.7]
";

/// The whole diagram, a cluster for each namespace.
pub(crate) fn dot(diagram: &Diagram) -> String {
    let unresolved = diagram.unresolved();
    let has_several = diagram.has_several_clusters();
    let mut namespaces: BTreeMap<Option<String>, Vec<String>> = BTreeMap::new();
    for (id, config) in diagram.configs.entries() {
        let title = box_title(has_several, config.cluster.as_deref(), config.name.namespace.as_deref());
        namespaces.entry(title).or_default().push(config_line(id, config, unresolved.contains(&id)));
    }
    for (id, workload) in diagram.workloads.entries() {
        let title = box_title(has_several, workload.cluster.as_deref(), workload.name.namespace.as_deref());
        namespaces.entry(title).or_default().push(workload_line(id, workload));
    }
    let mut out = HEADER.to_string();
    for (number, (namespace, nodes)) in namespaces.iter().enumerate() {
        // What has no namespace stands outside of the clusters.
        if let Some(namespace) = namespace {
            // Writing to a String cannot fail.
            let _ = writeln!(out, "  subgraph cluster_{number} {{\n    label={}", quote_label(namespace));
        }
        for node in nodes {
            out.push_str(node);
        }
        if namespace.is_some() {
            out.push_str("  }\n");
        }
    }
    for edge in &diagram.edges {
        out.push_str(&edge_line(edge));
    }
    out.push_str("}\n");
    out
}

fn config_line(id: Id<ConfigNode>, config: &ConfigNode, unresolved: bool) -> String {
    let shape = if config.is_secret() { "hexagon" } else { "note" };
    let (state, style) = match config.presence {
        Presence::Here => ("", ""),
        Presence::Missing => ("not in the input", "dashed"),
        Presence::Built => ("built by kustomize", "dotted"),
        Presence::RunTime => ("at run time", "dotted"),
        Presence::Ambiguous => ("ambiguous", "dashed"),
    };
    let mut lines = vec![config.name.to_string()];
    lines.extend((!state.is_empty()).then(|| state.to_string()));
    lines.extend(config.mark.as_ref().map(|mark| mark.label.to_string()));
    let mut attributes = format!("shape={shape} label={}{}", quote_label(&lines.join("\n")), tooltip(&config.places));
    if !style.is_empty() {
        let _ = write!(attributes, " style=\"filled,{style}\"");
    }
    if unresolved {
        let _ = write!(attributes, " color=\"{0}\" fontcolor=\"{0}\"", palette::color_of_problem(config.presence).hex);
    }
    format!("    c{} [{attributes}{}]\n", id.index(), highlight_attributes(config.mark.as_ref()))
}

fn workload_line(id: Id<WorkloadNode>, workload: &WorkloadNode) -> String {
    let mut lines = vec![workload.name.to_string()];
    lines.extend(workload.mark.as_ref().map(|mark| mark.label.to_string()));
    let place = tooltip(std::slice::from_ref(&workload.place));
    let label = quote_label(&lines.join("\n"));
    let shape = if workload.has_pods { "box" } else { "oval" };
    format!(
        "    w{} [shape={shape} label={label}{place}{}]\n",
        id.index(),
        highlight_attributes(workload.mark.as_ref())
    )
}

fn edge_line(edge: &Edge) -> String {
    let (style, color) = match edge.reach {
        EdgeDelivery::Frozen => ("solid", palette::FROZEN.hex),
        EdgeDelivery::Live => ("dashed", palette::LIVE.hex),
        EdgeDelivery::Unmounted | EdgeDelivery::Named => ("dotted", palette::UNMOUNTED.hex),
    };
    let (color, ends) =
        if edge.unresolved { (palette::UNRESOLVED.hex, " dir=both arrowtail=tee penwidth=2") } else { (color, "") };
    let label = quote_label(&edge.label(KEYS));
    format!(
        "  c{} -> w{} [label={label} style={style} color=\"{color}\"{ends}]\n",
        edge.config.index(),
        edge.workload.index()
    )
}

fn highlight_attributes(mark: Option<&Highlight>) -> String {
    mark.map(|mark| format!(" color=\"{}\" penwidth=3", palette::color_of_class(mark.class).hex)).unwrap_or_default()
}

/// The locations as a tooltip, for those who draw to SVG and point at it.
fn tooltip(places: &[FileLine]) -> String {
    let places: Vec<String> = places.iter().map(|place| format!("{}:{}", place.file, place.line)).collect();
    if places.is_empty() { String::new() } else { format!(" tooltip={}", quote_label(&places.join("\n"))) }
}

/// A quoted text in which nothing is an escape or an HTML entity; a line break starts a new line.
fn quote_label(text: &str) -> String {
    let mut out = String::from("\"");
    for letter in text.chars() {
        match letter {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '&' => out.push_str("&amp;"),
            '\n' => out.push_str("\\n"),
            letter if letter.is_control() => out.push(' '),
            letter => out.push(letter),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_backslashes_and_entities_stand_for_themselves() {
        assert_eq!(quote_label("a\"b\\N&lt;\nc"), r#""a\"b\\N&amp;lt;\nc""#);
    }
}
