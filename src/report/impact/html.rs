//! The links of the new tree as a page, with what the change does to each of them.

use std::collections::{HashMap, HashSet};

use super::rollouts::{attention_order, describe_rollout};
use super::{default_reason, describe_class, describe_template_changes, diagram, group_reasons, impact_summary};
use crate::graph::Graph;
use crate::impact::{ConfigImpact, Impact, ImpactClass, ImpactReason, Roller, TemplatePart, WorkloadImpact};
use crate::index::{Id, IdVec};
use crate::plan::RollOn;
use crate::report::diagnostics::list_unread_documents;
use crate::report::diagram::{
    ConfigNode, Diagram, DiagramNodes, Edge, EdgeUse, Highlight, KeyNode, NodeName, WorkloadNode,
};
use crate::report::format::html::{self, CellLine, HtmlPage, PageRow, PageTable, html};
use crate::report::model::{ImpactReport, RenderOptions};

/// The most keys of one config, changes of one template and places that a row names; the rest is counted.
const NAMED: usize = 10;

/// The page of a change.
pub(crate) fn impact_html(report: &ImpactReport<'_>, options: &RenderOptions) -> String {
    let ImpactReport { impact, head, roll_on, .. } = *report;
    let classes: Vec<html::HighlightClass> = ImpactClass::ALL
        .into_iter()
        .map(|class| html::HighlightClass { word: class.as_str(), label: class.label(), help: describe_class(class) })
        .collect();
    let HighlightedDiagram { diagram, nodes } = highlight_diagram(impact, head, roll_on);
    let source = options.source_links(&head.bundle.sources);
    let page = HtmlPage {
        title: "Impact",
        summary: Some(&impact_summary(impact)),
        classes: &classes,
        unread: &list_unread_documents(head.bundle),
        table: &list_verdicts(impact, &nodes),
        source: source.as_ref(),
    };
    html(&diagram, &page)
}

/// The new graph with its highlights, and the node of each workload of the impact.
struct HighlightedDiagram {
    diagram: Diagram,
    nodes: Vec<Id<WorkloadNode>>,
}

/// Draws the new graph, with a mark on all that something happens to, and with what is gone.
fn highlight_diagram(impact: &Impact, head: &Graph<'_>, roll_on: RollOn) -> HighlightedDiagram {
    let DiagramNodes { mut diagram, config_nodes, workload_nodes } = DiagramNodes::from_graph(head, roll_on);
    let mut changed: IdVec<ConfigImpact, Id<ConfigNode>> = IdVec::new();
    let mut edges_of: HashMap<Id<WorkloadNode>, Vec<Id<Edge>>> = HashMap::new();
    for (id, edge) in diagram.edges.entries() {
        edges_of.entry(edge.workload).or_default().push(id);
    }
    for config in &impact.configs {
        let node = match config.head {
            Some(head) => config_nodes[head],
            None => diagram.configs.push(ConfigNode { keys: IdVec::new(), ..diagram::config_node(config) }),
        };
        highlight_config(&mut diagram.configs[node], config);
        changed.push(node);
    }
    let referrers = number_referrers(&diagram);
    let mut nodes = Vec::new();
    for workload in &impact.workloads {
        let described = diagram::workload_node(workload);
        let node = match workload.head {
            Some(index) => workload_nodes[&head.workloads[index].object],
            None => match referrers.get(&(described.name.clone(), described.application.clone())) {
                Some(&node) if workload.base.is_none() => node,
                _ => diagram.workloads.push(described),
            },
        };
        highlight_workload(&mut diagram.workloads[node], workload);
        for &id in edges_of.get(&node).into_iter().flatten() {
            highlight_edge(&mut diagram.edges[id], workload, &changed);
        }
        nodes.push(node);
    }
    HighlightedDiagram { diagram, nodes }
}

/// The nodes of objects without pods: the impact knows these by their names.
fn number_referrers(diagram: &Diagram) -> HashMap<(NodeName, Option<String>), Id<WorkloadNode>> {
    let mut referrers = HashMap::new();
    for (id, node) in diagram.workloads.entries() {
        if !node.has_pods {
            referrers.insert((node.name.clone(), node.application.clone()), id);
        }
    }
    referrers
}

fn highlight_workload(node: &mut WorkloadNode, workload: &WorkloadImpact) {
    node.mark = Some(Highlight { class: workload.class.as_str(), label: workload.class_label(), reasons: Vec::new() });
    node.was = workload.head_location.as_ref().and(workload.base_location.clone());
    node.causes = find_causes(workload);
}

/// The causes by which a page can be filtered: `image`, `config`, `other`.
fn find_causes(workload: &WorkloadImpact) -> Vec<&'static str> {
    let has_part = |parts: &[TemplatePart]| workload.template.iter().any(|change| parts.contains(&change.part));
    let mut causes = Vec::new();
    if has_part(&[TemplatePart::Image]) {
        causes.push("image");
    }
    let has_content = !workload.reasons.is_empty() || !workload.requests.is_empty();
    if has_content || has_part(&[TemplatePart::Stamp, TemplatePart::Suffix]) {
        causes.push("config");
    }
    if causes.is_empty() || has_part(&[TemplatePart::Other]) {
        causes.push("other");
    }
    causes
}

/// An edge by which something that changed reaches a workload.
fn highlight_edge(edge: &mut Edge, workload: &WorkloadImpact, changed: &IdVec<ConfigImpact, Id<ConfigNode>>) {
    let mut keys = HashSet::new();
    for reason in &workload.reasons {
        if changed[reason.config] == edge.config {
            keys.insert(reason.key.as_str());
        }
    }
    let mut is_reached = false;
    for EdgeUse { keys: used, .. } in &edge.uses {
        is_reached |= match used {
            Some(used) => used.iter().any(|key| keys.contains(key.as_str())),
            None => !keys.is_empty(),
        };
    }
    if is_reached {
        edge.mark = Some(Highlight { class: workload.class.as_str(), label: "changed", reasons: Vec::new() });
    }
}

fn highlight_config(node: &mut ConfigNode, config: &ConfigImpact) {
    let (class, label) = match (config.base, config.head) {
        (None, _) => ("new", "new"),
        (_, None) => ("gone", "gone"),
        _ => ("changed", "changed"),
    };
    let refusal = config.refusal.map(|why| format!("refused: {why}"));
    node.mark = Some(Highlight { class, label, reasons: refusal.into_iter().collect() });
    let known: HashMap<String, Id<KeyNode>> = node.keys.entries().map(|(id, key)| (key.key.clone(), id)).collect();
    for key in &config.keys {
        let word = key.change.as_str();
        let changed = KeyNode {
            key: key.key.clone(),
            line: None,
            hash: None,
            mark: Some(Highlight { class: word, label: word, reasons: Vec::new() }),
            was: key.base_location.clone(),
            diff: key.diff.clone(),
        };
        match known.get(&key.key) {
            Some(&id) => {
                let hash = node.keys[id].hash.take();
                node.keys[id] = KeyNode { line: node.keys[id].line, hash, ..changed };
            }
            // What is there no more comes last, so that listings still mean the keys that they count.
            None => {
                node.keys.push(changed);
            }
        }
    }
}

/// A row for each workload, what needs attention first.
fn list_verdicts(impact: &Impact, nodes: &[Id<WorkloadNode>]) -> PageTable {
    let headings = &["Verdict", "Workload", "Reason", "Keys", "Places"];
    let mut table = PageTable { headings, ..PageTable::default() };
    let mut sorted: Vec<(&WorkloadImpact, Id<WorkloadNode>)> =
        impact.workloads.iter().zip(nodes.iter().copied()).collect();
    sorted.sort_by_key(|(workload, _)| attention_order(workload));
    for (workload, node) in sorted {
        table.rows.push(PageRow { workload: node, cells: verdict_cells(impact, workload).into() });
    }
    let mut refused = Vec::new();
    for config in &impact.configs {
        if let Some(why) = config.refusal {
            refused.push(format!("{}: {why}", config.label()));
        }
    }
    table.lists.push(("Refused configs", refused));
    table
}

fn verdict_cells(impact: &Impact, workload: &WorkloadImpact) -> [Vec<CellLine>; 5] {
    let mut keys = Vec::new();
    for (config, routes, reasons) in group_reasons(workload) {
        let config = &impact.configs[config];
        let changes = list_key_changes(&reasons);
        keys.push(format!("{}/{}: {changes}, by {}", config.kind, config.name, routes.join(", ")));
    }
    let mut why: Vec<CellLine> = workload.sentence.iter().cloned().map(CellLine::Sentence).collect();
    why.extend(explain_verdict(workload).into_iter().map(CellLine::Text));
    if why.is_empty() && keys.is_empty() {
        why.push(CellLine::Text(default_reason(workload.class).to_string()));
    }
    let mut verdict = vec![CellLine::Text(workload.class_label().to_string())];
    if workload.rollout.as_ref().is_some_and(|rollout| rollout.downtime) {
        verdict.push(CellLine::Text("with downtime".to_string()));
    }
    [
        verdict,
        vec![CellLine::Text(workload.label())],
        why,
        keys.into_iter().map(CellLine::Text).collect(),
        list_places(impact, workload),
    ]
}

/// `LEVEL, MODE changed, OLD removed`.
fn list_key_changes(reasons: &[&ImpactReason]) -> String {
    let mut words: Vec<String> = Vec::new();
    let mut shown = reasons.iter().take(NAMED).peekable();
    while let Some(reason) = shown.next() {
        let is_last_of_its_kind = shown.peek().is_none_or(|next| next.change != reason.change);
        let change = if is_last_of_its_kind { format!(" {}", reason.change.as_str()) } else { String::new() };
        words.push(format!("{}{change}", reason.key));
    }
    if reasons.len() > NAMED {
        words.push(format!("{} more", reasons.len() - NAMED));
    }
    words.join(", ")
}

/// The changes of the template, and the course of the rollout.
fn explain_verdict(workload: &WorkloadImpact) -> Vec<String> {
    let changes = describe_template_changes(workload);
    let mut lines: Vec<String> = changes.iter().take(NAMED).cloned().collect();
    if changes.len() > NAMED {
        lines.push(format!("{} more changes of the pod template", changes.len() - NAMED));
    }
    lines.extend(describe_rollout(workload));
    if let Some(refresh) = workload.refresh
        && workload.class == ImpactClass::Refreshes
    {
        lines.push(format!("files arrive {}", refresh.explanation()));
    }
    if workload.rolls_twice() {
        let rollers: Vec<&str> = workload.rolled_by.iter().copied().map(Roller::name).collect();
        lines.push(format!("restarted by {}", rollers.join(" and by ")));
    }
    lines
}

/// The place of the workload, and those of the keys that reach it.
fn list_places(impact: &Impact, workload: &WorkloadImpact) -> Vec<CellLine> {
    let mut places = Vec::new();
    match (&workload.head_location, &workload.base_location) {
        (Some(head), _) => places.push(CellLine::Place(String::new(), head.clone())),
        (None, Some(base)) => places.push(CellLine::Place("was ".to_string(), base.clone())),
        (None, None) => {}
    }
    for reason in workload.reasons.iter().take(NAMED) {
        let Some(key) = impact.configs[reason.config].find_key(&reason.key) else { continue };
        if let Some(place) = &key.head_location {
            places.push(CellLine::Place(format!("{}: ", key.key), place.clone()));
        }
    }
    if workload.reasons.len() > NAMED {
        places.push(CellLine::Text(format!("{} more", workload.reasons.len() - NAMED)));
    }
    places
}
