//! What a change does, for people and programs: one file a format.

mod json;
mod text;

pub use json::impact_json;
pub use text::impact_text;

use crate::graph::{Container, Mechanism};
use crate::impact::{Class, Impact, Part, Reason, Spot, TemplateChange, Way, WorkloadImpact};
use crate::kinds::references::ContainerType;

/// `1 stays stale, 2 roll, 1 rolls twice, 14 unaffected`: every class that occurs, what needs eyes first.
pub fn impact_summary(impact: &Impact) -> String {
    let twice = impact.workloads.iter().filter(|workload| workload.rolls_twice()).count();
    let mut parts = Vec::new();
    for class in Class::ALL {
        let count = impact.count(class);
        let words = match class {
            Class::Refused => ["is refused", "are refused"],
            Class::Stale => ["stays stale", "stay stale"],
            Class::Rolls => ["rolls", "roll"],
            Class::NextRun => ["changes with its next run", "change with their next run"],
            Class::Refreshes => ["refreshes in place", "refresh in place"],
            Class::New => ["is new", "are new"],
            Class::Gone => ["is gone", "are gone"],
        };
        match (count, class) {
            (0, _) => continue,
            (_, Class::Rolls) if twice > 0 => {
                parts.push(format!("{count} {} ({twice} of them twice)", words[usize::from(count > 1)]));
            }
            _ => parts.push(format!("{count} {}", words[usize::from(count > 1)])),
        }
    }
    parts.push(format!("{} unaffected", impact.unaffected));
    parts.join(", ")
}

/// The reasons of a workload by config and by the ways in which it reaches the workload.
fn grouped(workload: &WorkloadImpact) -> Vec<(usize, Vec<String>, Vec<&Reason>)> {
    let mut groups: Vec<(usize, Vec<String>, Vec<&Reason>)> = Vec::new();
    for reason in &workload.reasons {
        let ways = ways(reason);
        match groups.iter_mut().find(|(config, of, _)| *config == reason.config && *of == ways) {
            Some((_, _, reasons)) => reasons.push(reason),
            None => groups.push((reason.config, ways, vec![reason])),
        }
    }
    groups
}

/// `envFrom of web (frozen)`, each way once.
fn ways(reason: &Reason) -> Vec<String> {
    let mut ways: Vec<String> = Vec::new();
    for Way { container, mechanism, delivery, .. } in &reason.ways {
        let place = match (container, mechanism) {
            (None, _) => mechanism.as_str().to_string(),
            (Some(container), Mechanism::Volume | Mechanism::Projected) => {
                format!("{} in {}", mechanism.as_str(), name_of(container))
            }
            (Some(container), _) => format!("{} of {}", mechanism.as_str(), name_of(container)),
        };
        let way = format!("{place} ({})", delivery.as_str());
        if !ways.contains(&way) {
            ways.push(way);
        }
    }
    ways
}

fn name_of(container: &Container) -> String {
    match container.of {
        ContainerType::Container => container.name.clone(),
        other => format!("{} ({})", container.name, other.as_str()),
    }
}

/// What of a template is worth a word: a stamp or a suffix follows from the content that is named already.
fn template_words(workload: &WorkloadImpact) -> Vec<String> {
    let follows = |change: &&TemplateChange| !matches!(change.part, Part::Stamp | Part::Suffix);
    let mut words: Vec<String> = workload.template.iter().filter(follows).map(template_word).collect();
    if words.is_empty() && workload.reasons.is_empty() {
        let has = |part: Part| workload.template.iter().any(|change| change.part == part);
        words.extend(has(Part::Stamp).then(|| "its stamp changes, though no content that it uses does".to_string()));
        words.extend(has(Part::Suffix).then(|| "a config that it uses has another name".to_string()));
    }
    words
}

fn template_word(change: &TemplateChange) -> String {
    match (&change.before, &change.after) {
        (Some(before), Some(after)) => format!("{}: {before} → {after}", change.path),
        _ => format!("{} changed", change.path),
    }
}

/// `app.yaml:7, was main:app.yaml:6`; `was` only where the place is another.
fn spots(base: Option<&Spot>, head: Option<&Spot>) -> String {
    match (base, head) {
        (Some(base), Some(head)) if base == head => head.to_string(),
        (Some(base), Some(head)) => format!("{head}, was {base}"),
        (None, Some(head)) => head.to_string(),
        (Some(base), None) => format!("was {base}"),
        (None, None) => String::new(),
    }
}
