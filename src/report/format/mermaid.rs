//! The diagram as a Mermaid flowchart, the language that GitHub and GitLab draw inside Markdown.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::palette;
use crate::index::Id;
use crate::report::diagram::{ConfigNode, Diagram, Edge, EdgeDelivery, NodeName, Presence, WorkloadNode, box_title};

/// The largest chart. The rest is left out and counted in the chart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct MermaidLimit {
    /// The most edges.
    pub edges: usize,
    /// The most characters.
    pub characters: usize,
}

impl MermaidLimit {
    /// At most this number of edges, within the limits of Mermaid with its own settings (`maxEdges` and `maxTextSize`),
    /// and so those of GitHub.
    pub(crate) fn with_edges(edges: usize) -> MermaidLimit {
        MermaidLimit { edges: edges.min(500), characters: 50_000 }
    }
}

/// The most keys in the label of an edge; the rest is counted.
const KEYS: usize = 3;

/// Characters that the header, the last lines and the note on what is left out may take.
const RESERVED: usize = 1_000;

/// The diagram as a flowchart. Where it is too large, what needs attention stays first.
pub(crate) fn mermaid(diagram: &Diagram, limit: &MermaidLimit) -> String {
    let shown = ShownParts::within_limit(diagram, limit);
    let mut out = String::from("flowchart LR\n");
    let namespaces = shown.lines_by_namespace(diagram);
    let boxed = namespaces.len() > 1;
    for (number, (namespace, nodes)) in namespaces.iter().enumerate() {
        if boxed {
            let title = namespace.as_deref().unwrap_or("no namespace");
            // Writing to a String cannot fail.
            // The direction of the chart does not reach into a subgraph, whose default is from top to bottom.
            let _ = writeln!(out, "  subgraph n{number}[\"{}\"]\n  direction LR", escape_label(title));
        }
        for node in nodes {
            out.push_str(node);
        }
        if boxed {
            out.push_str("  end\n");
        }
    }
    for &edge in &shown.edges {
        out.push_str(&edge_line(&diagram.edges[edge]));
    }
    if let Some(left_out) = shown.describe_left_out(diagram) {
        let _ = writeln!(out, "  rest[\"{left_out}\"]");
    }
    out.push_str(&format_styles(diagram, &shown));
    out
}

/// The parts of a diagram that are drawn.
struct ShownParts {
    edges: BTreeSet<Id<Edge>>,
    configs: BTreeSet<Id<ConfigNode>>,
    workloads: BTreeSet<Id<WorkloadNode>>,
}

impl ShownParts {
    fn within_limit(diagram: &Diagram, limit: &MermaidLimit) -> ShownParts {
        let mut shown = ShownParts { edges: BTreeSet::new(), configs: BTreeSet::new(), workloads: BTreeSet::new() };
        let mut room = limit.characters.saturating_sub(RESERVED);
        let mut wanted: Vec<Id<Edge>> = diagram.edges.ids().collect();
        wanted.sort_by_key(|&edge| (!diagram.edges[edge].unresolved, edge));
        for id in wanted.into_iter().take(limit.edges) {
            let edge = &diagram.edges[id];
            let new_config = (!shown.configs.contains(&edge.config)).then_some(edge.config);
            let new_workload = (!shown.workloads.contains(&edge.workload)).then_some(edge.workload);
            // A number in a line of styles takes a few characters more.
            let cost = edge_line(edge).len()
                + new_config.map_or(0, |node| config_line(node, &diagram.configs[node]).len() + 80)
                + new_workload.map_or(0, |node| workload_line(node, &diagram.workloads[node]).len() + 80)
                + 8;
            let Some(rest) = room.checked_sub(cost) else { break };
            room = rest;
            shown.edges.insert(id);
            shown.configs.insert(edge.config);
            shown.workloads.insert(edge.workload);
        }
        if shown.edges.len() == diagram.edges.len() {
            shown.add_unlinked(diagram, room);
        }
        shown
    }

    /// Adds nodes without edges, as long as there is room.
    fn add_unlinked(&mut self, diagram: &Diagram, mut room: usize) {
        for (id, config) in diagram.configs.entries() {
            let Some(rest) = room.checked_sub(config_line(id, config).len() + 80) else { return };
            room = rest;
            self.configs.insert(id);
        }
        for (id, workload) in diagram.workloads.entries() {
            let Some(rest) = room.checked_sub(workload_line(id, workload).len() + 80) else { return };
            room = rest;
            self.workloads.insert(id);
        }
    }

    /// The lines of the nodes of each namespace, of several clusters those of each one.
    fn lines_by_namespace(&self, diagram: &Diagram) -> BTreeMap<Option<String>, Vec<String>> {
        let has_several = diagram.has_several_clusters();
        let mut namespaces: BTreeMap<Option<String>, Vec<String>> = BTreeMap::new();
        for &node in &self.configs {
            let config = &diagram.configs[node];
            let title = box_title(has_several, config.cluster.as_deref(), config.name.namespace.as_deref());
            namespaces.entry(title).or_default().push(config_line(node, config));
        }
        for &node in &self.workloads {
            let workload = &diagram.workloads[node];
            let title = box_title(has_several, workload.cluster.as_deref(), workload.name.namespace.as_deref());
            namespaces.entry(title).or_default().push(workload_line(node, workload));
        }
        namespaces
    }

    fn describe_left_out(&self, diagram: &Diagram) -> Option<String> {
        let count = |all: usize, shown: usize, what: &str| {
            let n = all - shown;
            (n > 0).then(|| format!("{n} {what}{}", if n == 1 { "" } else { "s" }))
        };
        let parts: Vec<String> = [
            count(diagram.edges.len(), self.edges.len(), "link"),
            count(diagram.configs.len(), self.configs.len(), "config"),
            count(diagram.workloads.len(), self.workloads.len(), "workload"),
        ]
        .into_iter()
        .flatten()
        .collect();
        (!parts.is_empty()).then(|| format!("not drawn: {} (see --format html)", parts.join(", ")))
    }
}

fn config_line(id: Id<ConfigNode>, config: &ConfigNode) -> String {
    let number = id.index();
    let state = match config.presence {
        Presence::Here => "",
        Presence::Missing => "<br/>not in the input",
        Presence::Built => "<br/>built by kustomize",
        Presence::RunTime => "<br/>at run time",
        Presence::Ambiguous => "<br/>ambiguous",
    };
    let text = format!("{}{state}{}", escape_name(&config.name), format_highlight(config.mark.as_ref()));
    if config.is_secret() { format!("  c{number}{{{{\"{text}\"}}}}\n") } else { format!("  c{number}(\"{text}\")\n") }
}

fn workload_line(id: Id<WorkloadNode>, workload: &WorkloadNode) -> String {
    let number = id.index();
    let text = format!("{}{}", escape_name(&workload.name), format_highlight(workload.mark.as_ref()));
    // What has no pods and only names configs has round ends.
    if workload.has_pods { format!("  w{number}[\"{text}\"]\n") } else { format!("  w{number}([\"{text}\"])\n") }
}

fn escape_name(name: &NodeName) -> String {
    escape_label(&name.to_string())
}

fn format_highlight(mark: Option<&crate::report::diagram::Highlight>) -> String {
    mark.map(|mark| format!("<br/><b>{}</b>", escape_label(mark.label))).unwrap_or_default()
}

fn edge_line(edge: &Edge) -> String {
    let arrow = match edge.reach {
        EdgeDelivery::Frozen => "-->",
        EdgeDelivery::Live => "-.->",
        EdgeDelivery::Unmounted => "--x",
        EdgeDelivery::Named => "--o",
    };
    let (config, workload) = (edge.config.index(), edge.workload.index());
    format!("  c{config} {arrow}|\"{}\"| w{workload}\n", escape_label(&edge.label(KEYS)))
}

/// Styles: red and dashed borders for what needs attention, the color of their class for highlighted nodes.
fn format_styles(diagram: &Diagram, shown: &ShownParts) -> String {
    let mut out = String::new();
    let red: Vec<String> = shown
        .edges
        .iter()
        .enumerate()
        .filter(|(_, edge)| diagram.edges[**edge].unresolved)
        .map(|(position, _)| position.to_string())
        .collect();
    if !red.is_empty() {
        let _ = writeln!(out, "  linkStyle {} stroke:{},stroke-width:2px", red.join(","), palette::UNRESOLVED.hex);
    }
    let unresolved = diagram.unresolved();
    let mut classes: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for &node in &shown.configs {
        let config = &diagram.configs[node];
        if unresolved.contains(&node) {
            let class = if config.presence == Presence::Ambiguous { "ambiguous" } else { "absent" };
            classes.entry(class).or_default().push(format!("c{}", node.index()));
        } else if let Some(mark) = &config.mark {
            classes.entry(mark.class).or_default().push(format!("c{}", node.index()));
        }
    }
    for &node in &shown.workloads {
        if let Some(mark) = &diagram.workloads[node].mark {
            classes.entry(mark.class).or_default().push(format!("w{}", node.index()));
        }
    }
    for (class, nodes) in classes {
        let style = match class {
            "absent" => format!("stroke:{},stroke-width:2px,stroke-dasharray:5 4", palette::UNRESOLVED.hex),
            "ambiguous" => format!("stroke:{},stroke-width:2px,stroke-dasharray:5 4", palette::AMBIGUOUS.hex),
            class => format!("stroke:{},stroke-width:3px", palette::color_of_class(class).hex),
        };
        let _ = writeln!(out, "  classDef {class} {style}\n  class {} {class}", nodes.join(","));
    }
    out
}

/// A text inside quotes, with what Mermaid or HTML would take for more than text as Mermaid's own entity codes:
/// `#35;`. A `:` is among it since Mermaid looks for styles in every line, `%` for directives, and `$` for formulas.
fn escape_label(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '"' | '#' | '<' | '>' | '&' | '`' | '\\' | '%' | '$' | ':' | ';' | '{' | '}' | '*' | '_' => {
                let _ = write!(out, "#{};", u32::from(letter));
            }
            letter if letter.is_control() => out.push(' '),
            letter => out.push(letter),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_mermaid_would_read_as_more_than_text_is_written_as_code() {
        assert_eq!(escape_label("a \"b\" #1"), "a #34;b#34; #35;1");
        assert_eq!(escape_label("end [x] (y) ü"), "end [x] (y) ü");
        assert_eq!(escape_label("<b>&\n`"), "#60;b#62;#38; #96;");
    }
}
