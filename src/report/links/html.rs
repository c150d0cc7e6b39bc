//! The links as a page.

use crate::index::IdVec;
use crate::report::diagnostics::list_unread_documents;
use crate::report::diagram::{ConfigNode, Diagram, Edge, EdgeDelivery, NodeName, Presence, WorkloadNode};
use crate::report::format::html::{CellLine, HtmlPage, PageRow, PageTable, html};
use crate::report::model::{LinksReport, RenderOptions};

/// The most keys that are named for one link.
const KEYS: usize = 10;

/// The page of all links.
pub(crate) fn links_html(report: &LinksReport<'_>, options: &RenderOptions) -> String {
    let diagram = Diagram::from_graph(report.graph, report.roll_on);
    let bundle = report.graph.bundle;
    let source = options.source_links(&bundle.sources);
    let page = HtmlPage {
        title: "Links",
        summary: None,
        classes: &[],
        unread: &list_unread_documents(bundle),
        table: &list_links(&diagram),
        source: source.as_ref(),
    };
    html(&diagram, &page)
}

/// A row for each workload and each other object that refers to a config, with a line for each link.
fn list_links(diagram: &Diagram) -> PageTable {
    let mut lines: IdVec<WorkloadNode, Vec<CellLine>> = diagram.workloads.iter().map(|_| Vec::new()).collect();
    let mut is_used: IdVec<ConfigNode, bool> = diagram.configs.iter().map(|_| false).collect();
    for edge in diagram.edges.iter() {
        lines[edge.workload].push(CellLine::Text(describe_link(diagram, edge)));
        is_used[edge.config] = true;
    }
    let mut table = PageTable { headings: &["Workload", "Uses", "Place"], ..PageTable::default() };
    for ((id, workload), uses) in diagram.workloads.entries().zip(lines.into_vec()) {
        table.rows.push(PageRow { workload: id, cells: link_cells(workload, uses) });
    }
    let mut unused = Vec::new();
    for (id, config) in diagram.configs.entries() {
        if !is_used[id] {
            unused.push(describe_unused(config));
        }
    }
    table.lists.push(("Nothing refers to", unused));
    table
}

fn link_cells(workload: &WorkloadNode, uses: Vec<CellLine>) -> Vec<Vec<CellLine>> {
    let name = vec![CellLine::Text(full_name(&workload.name))];
    vec![name, uses, vec![CellLine::Place(String::new(), workload.place.clone())]]
}

/// `ConfigMap/env: LEVEL by envFrom of web (frozen)`.
fn describe_link(diagram: &Diagram, edge: &Edge) -> String {
    let config = &diagram.configs[edge.config].name;
    let mut ways: Vec<String> = Vec::new();
    let mut problems: Vec<String> = Vec::new();
    for one in &edge.uses {
        let way = match &one.container {
            Some(container) => format!("{} of {container}", one.mechanism),
            None => one.mechanism.to_string(),
        };
        push_new(&mut ways, way);
        for problem in &one.problems {
            push_new(&mut problems, problem.to_string());
        }
    }
    let mut text = match edge.reach {
        EdgeDelivery::Named => format!("{config}: by name only"),
        EdgeDelivery::Unmounted => format!("{config}: by {}, which no container mounts", ways.join(", ")),
        reach => format!("{config}: {} by {} ({})", edge.label(KEYS), ways.join(", "), reach.as_str()),
    };
    if !problems.is_empty() {
        text.push_str(&format!(": {}", problems.join(", ")));
    }
    text
}

fn push_new(words: &mut Vec<String>, word: String) {
    if !words.contains(&word) {
        words.push(word);
    }
}

fn describe_unused(config: &ConfigNode) -> String {
    let name = full_name(&config.name);
    match config.places.first() {
        Some(place) if config.presence == Presence::Here => format!("{name} ({place})"),
        _ => name,
    }
}

/// `prod/Deployment/web`.
fn full_name(name: &NodeName) -> String {
    match &name.namespace {
        Some(namespace) => format!("{namespace}/{name}"),
        None => name.to_string(),
    }
}
