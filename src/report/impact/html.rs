//! The links of the new tree as a page, with what the change does to each of them.

use std::collections::HashMap;

use super::{grouped, impact_summary, picture, plain_word, spots, template_words};
use crate::graph::Graph;
use crate::impact::{ConfigImpact, Impact, ImpactClass, KeyChange, KeyImpact, WorkloadImpact};
use crate::index::IdVec;
use crate::plan::RollOn;
use crate::report::format::html::{self, Page, html};
use crate::report::picture::{Built, ConfigNode, Edge, KeyNode, Mark, Picture, WorkloadNode};

/// The page, where `roll_on` says which content counts in the digest listings.
pub fn impact_html(impact: &Impact, head: &Graph<'_>, roll_on: RollOn) -> String {
    let classes: Vec<html::Class> = ImpactClass::ALL
        .into_iter()
        .map(|class| html::Class { word: class.as_str(), label: class.label(), help: help(class) })
        .collect();
    html(
        &picture(impact, head, roll_on),
        &Page { title: "Impact", summary: Some(&impact_summary(impact)), classes: &classes },
    )
}

/// What a class means, in a sentence.
fn help(class: ImpactClass) -> &'static str {
    match class {
        ImpactClass::Refused => "The API server would reject these.",
        ImpactClass::Stale => "Content that their pods see frozen changed, and nothing replaces the pods.",
        ImpactClass::Rolls => "Their pods are replaced.",
        ImpactClass::NextRun => "Pods that run go on; those of the next run have it.",
        ImpactClass::Refreshes => "The kubelet refreshes their mounted files; the processes go on.",
        ImpactClass::New => "They are not in the base.",
        ImpactClass::Gone => "They are only in the base.",
    }
}

/// The new graph, with a mark on all that something happens to, and with what is gone.
fn picture(impact: &Impact, head: &Graph<'_>, roll_on: RollOn) -> Picture {
    let Built { mut picture, config_nodes, workload_nodes } = Built::of(head, roll_on);
    let mut changed: IdVec<ConfigImpact, usize> = IdVec::new();
    let mut edges_of: HashMap<usize, Vec<usize>> = HashMap::new();
    picture.edges.iter().enumerate().for_each(|(number, edge)| edges_of.entry(edge.workload).or_default().push(number));
    for config in &impact.configs {
        let node = config.head.map(|index| config_nodes[index]).unwrap_or_else(|| {
            picture.configs.push(ConfigNode { keys: Vec::new(), ..picture::config(config) });
            picture.configs.len() - 1
        });
        mark_config(&mut picture.configs[node], config);
        changed.push(node);
    }
    for workload in &impact.workloads {
        let node = workload.head.map(|index| workload_nodes[&head.workloads[index].object]).unwrap_or_else(|| {
            picture.workloads.push(WorkloadNode { mark: None, ..picture::workload(workload) });
            picture.workloads.len() - 1
        });
        picture.workloads[node].mark = Some(Mark {
            class: workload.class.as_str(),
            label: workload.class_label(),
            reasons: reasons(impact, workload),
        });
        for &number in edges_of.get(&node).into_iter().flatten() {
            mark_edge(&mut picture.edges[number], workload, &changed);
        }
    }
    picture
}

/// An edge by which something that changed reaches a workload.
fn mark_edge(edge: &mut Edge, workload: &WorkloadImpact, changed: &IdVec<ConfigImpact, usize>) {
    let of_it = workload.reasons.iter().filter(|reason| changed[reason.config] == edge.config);
    let keys: Vec<String> = of_it.map(|reason| reason.key.clone()).collect();
    let carries = |wanted: &Option<Vec<String>>| match wanted {
        None => !keys.is_empty(),
        Some(wanted) => wanted.iter().any(|key| keys.contains(key)),
    };
    if edge.uses.iter().any(|one| carries(&one.keys)) {
        edge.mark = Some(Mark { class: workload.class.as_str(), label: "changed", reasons: keys });
    }
}

fn mark_config(node: &mut ConfigNode, config: &ConfigImpact) {
    let (class, label) = match (config.base, config.head) {
        (None, _) => ("new", "new"),
        (_, None) => ("gone", "gone"),
        _ => ("changed", "changed"),
    };
    let mut reasons: Vec<String> = config.refusal.map(|why| format!("refused: {why}")).into_iter().collect();
    reasons.extend(config.keys.iter().map(|key| format!("{} {}: {}", key.key, key.change.as_str(), key_spots(key))));
    node.mark = Some(Mark { class, label, reasons });
    for key in &config.keys {
        let word = key.change.as_str();
        let mark = Some(Mark { class: word, label: word, reasons: vec![key_spots(key)] });
        match node.keys.iter_mut().find(|known| known.key == key.key) {
            Some(known) => (known.mark, known.diff) = (mark, key.diff.clone()),
            // What is there no more comes last, so that listings still mean the keys that they count.
            None => {
                node.keys.push(KeyNode { key: key.key.clone(), line: None, hash: None, mark, diff: key.diff.clone() })
            }
        }
    }
}

fn key_spots(key: &KeyImpact) -> String {
    spots(key.base_location.as_ref(), key.head_location.as_ref())
}

/// Why a workload is of its class: its sentence, the keys that changed and how they arrive, its template.
fn reasons(impact: &Impact, workload: &WorkloadImpact) -> Vec<String> {
    let mut reasons: Vec<String> = workload.sentence.iter().cloned().collect();
    for (config, ways, keys) in grouped(workload) {
        let config = &impact.configs[config];
        let keys: Vec<String> = keys.iter().map(|reason| changed_key(&reason.key, reason.change)).collect();
        let from = format!("{}/{}", config.kind, config.name);
        reasons.push(format!("{from}: {}, by {}", keys.join(", "), ways.join(", ")));
    }
    reasons.extend(workload.refresh.map(|refresh| format!("files arrive {}", refresh.explanation())));
    reasons.extend(template_words(workload));
    if workload.rolls_twice() {
        let rollers: Vec<&str> = workload.rolled_by.iter().map(|roller| roller.name()).collect();
        reasons.push(format!("restarted by {}", rollers.join(" and by ")));
    }
    if reasons.is_empty() {
        reasons.push(plain_word(workload.class).to_string());
    }
    let was = workload.base_location.as_ref().filter(|_| workload.head_location.is_some());
    reasons
        .extend(was.map(|_| format!("at {}", spots(workload.base_location.as_ref(), workload.head_location.as_ref()))));
    reasons
}

fn changed_key(key: &str, change: KeyChange) -> String {
    format!("{key} {}", change.as_str())
}
