//! The impact of a change as reports.

mod applications;
mod diagnostics;
mod diagram;
mod github;
mod html;
mod json;
mod json_types;
mod markdown;
mod rollouts;
mod text;

pub(in crate::report) use diagnostics::impact_diagnostic;
pub(in crate::report) use github::impact_step;
pub(super) use html::impact_html;
pub(super) use json::{impact_json, impact_workloads_json};
#[cfg(test)]
pub(super) use json_types::ImpactJson;
pub(super) use markdown::{COMMENT_LIMIT, impact_markdown};
pub(super) use text::impact_text;

use crate::graph::{Container, Delivery, Mechanism};
use crate::impact::{
    ChangeRoute, ConfigImpactId, Impact, ImpactClass, ImpactReason, TemplateChange, TemplatePart, WorkloadImpact,
};
use crate::kinds::references::ContainerType;
use crate::report::wording::count;
use crate::source::FileLine;
use rollouts::summarize_rollouts;

/// `1 stays stale, 2 roll (at least 5 pods, 1 with downtime), 14 unaffected`: every class that occurs, what needs eyes first; before it the
/// configs that the API server would reject.
pub fn impact_summary(impact: &Impact) -> String {
    let (mut rolls, mut rolls_twice) = (Vec::new(), Vec::new());
    for workload in impact.workloads.iter().filter(|workload| workload.class == ImpactClass::Rolls) {
        if workload.rolls_twice() { rolls_twice.push(workload) } else { rolls.push(workload) }
    }
    let mut parts = Vec::new();
    let mut add = |number: usize, [one, many]: [&str; 2], more: &str| {
        if number > 0 {
            parts.push(format!("{number} {}{more}", if number == 1 { one } else { many }));
        }
    };
    add(impact.count_rejected_configs(), ["config is refused", "configs are refused"], "");
    for class in ImpactClass::ALL {
        let number = impact.count_class(class);
        match class {
            ImpactClass::Refused => add(impact.count_rejected_objects(), ["is refused", "are refused"], ""),
            ImpactClass::Stale => add(number, ["stays stale", "stay stale"], ""),
            ImpactClass::Unknown => add(number, ["release is unknown", "releases are unknown"], ""),
            ImpactClass::Rolls => {
                add(rolls_twice.len(), ["rolls twice", "roll twice"], &summarize_rollouts(&rolls_twice));
                add(rolls.len(), ["rolls", "roll"], &summarize_rollouts(&rolls));
            }
            ImpactClass::NextRun => add(number, ["changes with its next run", "change with their next run"], ""),
            ImpactClass::Reconciles => add(number, ["reconciles", "reconcile"], ""),
            ImpactClass::Refreshes => add(number, ["refreshes in place", "refresh in place"], ""),
            ImpactClass::New => {
                let unknown = impact.unknown_applications().count();
                add(unknown, ["application is unknown", "applications are unknown"], "");
                add(number, ["is new", "are new"], "");
            }
            ImpactClass::Gone => add(number, ["is gone", "are gone"], ""),
        }
    }
    parts.push(format!("{} unaffected", impact.unaffected));
    if impact.errors > 0 {
        parts.push(format!("{} in the input", count(impact.errors, "error")));
    }
    parts.join(", ")
}

/// The reasons of a workload by config and by the routes on which it reaches the workload.
fn group_reasons(workload: &WorkloadImpact) -> Vec<(ConfigImpactId, Vec<String>, Vec<&ImpactReason>)> {
    let mut groups: Vec<(ConfigImpactId, Vec<String>, Vec<&ImpactReason>)> = Vec::new();
    for reason in &workload.reasons {
        let routes = distinct_routes(reason);
        match groups.iter_mut().find(|(config, of, _)| *config == reason.config && *of == routes) {
            Some((_, _, reasons)) => reasons.push(reason),
            None => groups.push((reason.config, routes, vec![reason])),
        }
    }
    groups
}

/// `envFrom of web (frozen)`, each way once.
fn distinct_routes(reason: &ImpactReason) -> Vec<String> {
    let mut routes: Vec<String> = Vec::new();
    for route in describe_routes(reason) {
        if !routes.contains(&route) {
            routes.push(route);
        }
    }
    routes
}

/// A description of each route: `envFrom of web (frozen)`.
fn describe_routes(reason: &ImpactReason) -> Vec<String> {
    let mut routes: Vec<String> = Vec::new();
    for ChangeRoute { container, mechanism, delivery, template, .. } in &reason.routes {
        let place = match (container, mechanism) {
            (None, Mechanism::Name) if template.is_some() => template.iter().cloned().collect(),
            (None, _) => mechanism.as_str().to_string(),
            (Some(container), Mechanism::Volume | Mechanism::Projected | Mechanism::Csi) => {
                format!("{} in {}", mechanism.as_str(), container_name(container))
            }
            (Some(container), _) => format!("{} of {}", mechanism.as_str(), container_name(container)),
        };
        // To an object without pods nothing is delivered.
        routes.push(if *delivery == Delivery::None { place } else { format!("{place} ({})", delivery.as_str()) });
    }
    routes
}

fn container_name(container: &Container) -> String {
    match container.container_type {
        ContainerType::Container => container.name.clone(),
        other => format!("{} ({})", container.name, other.as_str()),
    }
}

/// Describes the changes of a template, except for a stamp or a suffix that follows from content that is named anyway.
fn describe_template_changes(workload: &WorkloadImpact) -> Vec<String> {
    describe_changes(workload, shorten_digest)
}

/// Describes the changes of a template, with images by names of a length.
fn describe_changes(workload: &WorkloadImpact, image_name: fn(&str) -> String) -> Vec<String> {
    let mut groups: Vec<Vec<&TemplateChange>> = Vec::new();
    let (mut has_stamp, mut has_suffix) = (false, false);
    for change in &workload.template {
        match change.part {
            TemplatePart::Stamp => has_stamp = true,
            TemplatePart::Suffix => has_suffix = true,
            TemplatePart::Other => groups.push(vec![change]),
            TemplatePart::Image => match groups.iter_mut().find(|group| have_same_images(group[0], change)) {
                Some(group) => group.push(change),
                None => groups.push(vec![change]),
            },
        }
    }
    let mut words: Vec<String> = groups.iter().map(|group| describe_same_changes(group, image_name)).collect();
    for object in &workload.requests {
        words.push(format!("the request of {object} changes"));
    }
    if !words.is_empty() || !workload.reasons.is_empty() {
        return words;
    }
    if has_stamp {
        words.push("its stamp changes, though no content that it uses does".to_string());
    }
    if has_suffix {
        words.push("a config that it uses has another name".to_string());
    }
    words
}

/// Returns `true` if two containers get the same image instead of the same one.
fn have_same_images(one: &TemplateChange, other: &TemplateChange) -> bool {
    one.before.is_some() && one.after.is_some() && (&one.before, &one.after) == (&other.before, &other.after)
}

/// Describes a change, or one that is the same in several containers.
fn describe_same_changes(changes: &[&TemplateChange], image_name: fn(&str) -> String) -> String {
    let Some(first) = changes.first() else { return String::new() };
    let (Some(before), Some(after)) = (&first.before, &first.after) else {
        return format!("{} {}", change_path(first), first.change.as_str());
    };
    let images = match (before.rsplit_once(':'), after.rsplit_once(':')) {
        // The new tag says it all.
        (Some((old, _)), Some((new, tag))) if old == new => format!("{} → {tag}", image_name(before)),
        // Where the registry can be what changes, it is shown.
        _ => format!("{} → {}", shorten_digest(before), shorten_digest(after)),
    };
    match changes {
        [one] => format!("{}: {images}", change_path(one)),
        _ => {
            let containers: Vec<String> = changes.iter().map(|change| container_of_image(change)).collect();
            format!("image of {}: {images}", containers.join(", "))
        }
    }
}

/// The name of the container whose image changes; its path where a workload has several templates.
fn container_of_image(change: &TemplateChange) -> String {
    let name = change.path.split_once('[').and_then(|(_, rest)| rest.strip_suffix("].image"));
    match name {
        Some(name) if change.template.is_none() => name.to_string(),
        _ => change_path(change),
    }
}

fn change_path(change: &TemplateChange) -> String {
    let parts = [change.template.as_deref().unwrap_or_default(), &change.path];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(".")
}

/// The last part of an image's name, for lines that have little room.
fn shorten_registry(name: &str) -> String {
    let short = shorten_digest(name);
    match short.rsplit_once('/') {
        Some((_, last)) => format!("…/{last}"),
        None => short,
    }
}

/// An image with as much of its digest as people compare.
fn shorten_digest(name: &str) -> String {
    match name.split_once("@sha256:") {
        Some((name, digest)) if digest.len() > 12 && digest.is_ascii() => format!("{name}@sha256:{}…", &digest[..12]),
        _ => name.to_string(),
    }
}

/// `app.yaml:7, in main line 6` where a revision is compared; else `new/app.yaml:7, was old/app.yaml:6`.
fn format_locations(base: Option<&FileLine>, head: Option<&FileLine>) -> String {
    match (base, head) {
        (Some(base), Some(head)) => match base.file.strip_suffix(head.file.as_str()) {
            Some("") if base.line == head.line => head.to_string(),
            Some("") => format!("{head}, was line {}", base.line),
            Some(revision) if revision.ends_with(':') => {
                format!("{head}, in {} line {}", revision.trim_end_matches(':'), base.line)
            }
            _ => format!("{head}, was {base}"),
        },
        (None, Some(head)) => head.to_string(),
        (Some(base), None) => format!("was {base}"),
        (None, None) => String::new(),
    }
}

/// The words for a workload that has no reason of its own.
fn default_reason(class: ImpactClass) -> &'static str {
    match class {
        ImpactClass::New => "not in the base",
        ImpactClass::Gone => "only in the base",
        _ => "its pod template changes",
    }
}

/// The meaning of a class, in a sentence.
fn describe_class(class: ImpactClass) -> &'static str {
    match class {
        ImpactClass::Refused => "The API server would reject these.",
        ImpactClass::Stale => "Their pods keep the old content until something else replaces them.",
        ImpactClass::Unknown => {
            "Helm releases that change: their charts decide which workloads roll, and are not in the input."
        }
        ImpactClass::Rolls => "Their pods are replaced.",
        ImpactClass::Reconciles => "They have no pods; their controllers take the new content.",
        ImpactClass::NextRun => "Running pods keep the old content; the next run reads the new one.",
        ImpactClass::Refreshes => "The kubelet refreshes their mounted files; their processes keep running.",
        ImpactClass::New => "They are not in the base.",
        ImpactClass::Gone => "They are only in the base.",
    }
}
