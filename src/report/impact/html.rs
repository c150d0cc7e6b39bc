//! The links of the new tree as a page, with what the change does to each of them.

use std::collections::HashMap;

use super::rollouts::describe_rollout;
use super::{default_reason, describe_template_changes, diagram, format_locations, group_reasons, impact_summary};
use crate::graph::Graph;
use crate::impact::{ConfigImpact, Impact, ImpactClass, KeyChange, KeyImpact, Roller, WorkloadImpact};
use crate::index::{Id, IdVec};
use crate::plan::RollOn;
use crate::report::diagnostics::list_unread_documents;
use crate::report::diagram::{ConfigNode, Diagram, DiagramNodes, Edge, EdgeUse, Highlight, KeyNode, WorkloadNode};
use crate::report::format::html::{self, HtmlPage, html};

/// The page, where `roll_on` says which content counts in the digest listings.
pub(crate) fn impact_html(impact: &Impact, head: &Graph<'_>, roll_on: RollOn) -> String {
    let classes: Vec<html::HighlightClass> = ImpactClass::ALL
        .into_iter()
        .map(|class| html::HighlightClass { word: class.as_str(), label: class.label(), help: class_help(class) })
        .collect();
    html(
        &highlighted_diagram(impact, head, roll_on),
        &HtmlPage {
            title: "Impact",
            summary: Some(&impact_summary(impact)),
            classes: &classes,
            unread: &list_unread_documents(head.bundle),
        },
    )
}

/// The meaning of a class, in a sentence.
fn class_help(class: ImpactClass) -> &'static str {
    match class {
        ImpactClass::Refused => "The API server would reject these.",
        ImpactClass::Stale => "Content that is frozen in their pods changed, and nothing replaces the pods.",
        ImpactClass::Rolls => "Their pods are replaced.",
        ImpactClass::Reconciles => "They have no pods; their controllers take the new content.",
        ImpactClass::NextRun => "Running pods keep the old content; the next run reads the new one.",
        ImpactClass::Refreshes => "The kubelet refreshes their mounted files; their processes keep running.",
        ImpactClass::New => "They are not in the base.",
        ImpactClass::Gone => "They are only in the base.",
    }
}

/// The new graph, with a mark on all that something happens to, and with what is gone.
fn highlighted_diagram(impact: &Impact, head: &Graph<'_>, roll_on: RollOn) -> Diagram {
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
    for workload in &impact.workloads {
        let node = match workload.head {
            Some(index) => workload_nodes[&head.workloads[index].object],
            None => diagram.workloads.push(WorkloadNode { mark: None, ..diagram::workload_node(workload) }),
        };
        diagram.workloads[node].mark = Some(Highlight {
            class: workload.class.as_str(),
            label: workload.class_label(),
            reasons: highlight_reasons(impact, workload),
        });
        for &id in edges_of.get(&node).into_iter().flatten() {
            highlight_edge(&mut diagram.edges[id], workload, &changed);
        }
    }
    diagram
}

/// An edge by which something that changed reaches a workload.
fn highlight_edge(edge: &mut Edge, workload: &WorkloadImpact, changed: &IdVec<ConfigImpact, Id<ConfigNode>>) {
    let mut keys = Vec::new();
    for reason in &workload.reasons {
        if changed[reason.config] == edge.config {
            keys.push(reason.key.clone());
        }
    }
    let mut is_reached = false;
    for EdgeUse { keys: used, .. } in &edge.uses {
        is_reached |= match used {
            Some(used) => used.iter().any(|key| keys.contains(key)),
            None => !keys.is_empty(),
        };
    }
    if is_reached {
        edge.mark = Some(Highlight { class: workload.class.as_str(), label: "changed", reasons: keys });
    }
}

fn highlight_config(node: &mut ConfigNode, config: &ConfigImpact) {
    let (class, label) = match (config.base, config.head) {
        (None, _) => ("new", "new"),
        (_, None) => ("gone", "gone"),
        _ => ("changed", "changed"),
    };
    let mut reasons = Vec::new();
    if let Some(why) = config.refusal {
        reasons.push(format!("refused: {why}"));
    }
    for key in &config.keys {
        reasons.push(format!("{} {}: {}", key.key, key.change.as_str(), key_locations(key)));
    }
    node.mark = Some(Highlight { class, label, reasons });
    for key in &config.keys {
        let word = key.change.as_str();
        let mark = Some(Highlight { class: word, label: word, reasons: vec![key_locations(key)] });
        match node.keys.iter_mut().find(|known| known.key == key.key) {
            Some(known) => (known.mark, known.diff) = (mark, key.diff.clone()),
            // What is there no more comes last, so that listings still mean the keys that they count.
            None => {
                node.keys.push(KeyNode { key: key.key.clone(), line: None, hash: None, mark, diff: key.diff.clone() });
            }
        }
    }
}

fn key_locations(key: &KeyImpact) -> String {
    format_locations(key.base_location.as_ref(), key.head_location.as_ref())
}

/// The reasons for the class of a workload: its sentence, the keys that changed and how they arrive, its template.
fn highlight_reasons(impact: &Impact, workload: &WorkloadImpact) -> Vec<String> {
    let mut reasons: Vec<String> = workload.sentence.iter().cloned().collect();
    for (config, routes, keys) in group_reasons(workload) {
        let config = &impact.configs[config];
        let keys: Vec<String> = keys.iter().map(|reason| describe_key_change(&reason.key, reason.change)).collect();
        let from = format!("{}/{}", config.kind, config.name);
        reasons.push(format!("{from}: {}, by {}", keys.join(", "), routes.join(", ")));
    }
    if let Some(refresh) = workload.refresh {
        reasons.push(format!("files arrive {}", refresh.explanation()));
    }
    reasons.extend(describe_template_changes(workload));
    reasons.extend(describe_rollout(workload));
    if workload.rolls_twice() {
        let rollers: Vec<&str> = workload.rolled_by.iter().copied().map(Roller::name).collect();
        reasons.push(format!("restarted by {}", rollers.join(" and by ")));
    }
    if reasons.is_empty() {
        reasons.push(default_reason(workload.class).to_string());
    }
    if let (Some(base), Some(head)) = (&workload.base_location, &workload.head_location) {
        reasons.push(format!("at {}", format_locations(Some(base), Some(head))));
    }
    reasons
}

fn describe_key_change(key: &str, change: KeyChange) -> String {
    format!("{key} {}", change.as_str())
}
