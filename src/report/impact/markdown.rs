//! The impact as a comment on a pull request: a line that says it all, a table, and what is behind it folded away.

use std::collections::BTreeSet;

use super::applications::{fold_workloads, has_applications, unknown_rows};
use super::rollouts::{describe_rollout, sort_workloads};
use super::{
    default_reason, describe_class, describe_routes, describe_template_changes, diagram, format_locations,
    group_reasons, impact_summary,
};
use crate::impact::{Impact, ImpactClass, WorkloadImpact};
use crate::kinds::ConfigKind;
use crate::report::apps::compared_apps_summary;
use crate::report::format::markdown::{MarkdownPage, code, escape, escape_address, longest_backticks, table};
use crate::report::format::mermaid::{MermaidLimit, mermaid};
use crate::report::model::{ImpactReport, RenderOptions};
use crate::report::source_url::SourceLinks;
use crate::report::wording::count;
use crate::source::FileLine;

/// The longest comment that GitHub takes is 65,536 characters; a little is left for what others add.
pub(crate) const COMMENT_LIMIT: usize = 65_000;

/// By this line a later run finds the comment that it is to replace.
const MARKER: &str = "<!-- rollstamp impact -->\n";

/// The most keys in one cell; the rest is counted.
const KEYS: usize = 6;

/// A comment of at most `room` bytes. What has no place is counted; the table of workloads comes first.
pub(crate) fn impact_markdown(report: &ImpactReport<'_>, options: &RenderOptions, room: usize) -> String {
    let impact = report.impact;
    let source = options.source_links(&report.head.bundle.sources);
    let source = source.as_ref();
    let mut page = MarkdownPage::new(MARKER, &impact_summary(impact), room);
    page.push("\nWhat happens to workloads when this change is applied, as far as the manifests tell.\n");
    page.push(&format_warning(impact));
    if impact.errors > 0 {
        page.push("\n> [!WARNING]\n> What cannot be read is left out, as if it had been deleted.\n");
    }
    if has_applications(impact) {
        let headings = ["Impact", "Workload", "On", "Why"];
        page.section(|room| table(headings, &rows_with_clusters(impact), room * 6 / 10));
    } else if !impact.workloads.is_empty() || impact.applications.is_empty() {
        page.section(|room| table(["Impact", "Workload", "Why"], &workload_rows(impact), room * 6 / 10));
    }
    let unknown = unknown_rows(impact, false);
    if !unknown.is_empty() {
        let rows: Vec<[String; 3]> = unknown.iter().map(escape_unknown).collect();
        page.section(|room| table(["Unknown", "Changed", "Reason"], &rows, room / 4));
    }
    if !impact.applications.is_empty() {
        page.push(&format!("\n{}\n", escape(&compared_apps_summary(&impact.applications))));
    }
    page.folded("Meaning of the words", |room| table(["Impact", "Meaning"], &class_rows(impact), room));
    page.folded("Chart of what changes and where it arrives", |room| flowchart(impact, options.max_edges, room / 2));
    page.folded("Changed keys", |room| {
        table(["Config", "Key", "Change", "Now", "Before"], &key_rows(impact, source), room)
    });
    page.folded("How they reach the workloads", |room| {
        table(["Workload", "Config", "Key", "Way", "Reference"], &route_rows(impact, source), room)
    });
    page.folded("Changes of the ConfigMaps", |room| format_diffs(impact, room));
    page.text
}

/// The classes that occur, for readers who see such a comment for the first time.
fn class_rows(impact: &Impact) -> Vec<[String; 2]> {
    let mut rows = Vec::new();
    for class in ImpactClass::ALL {
        if impact.count_class(class) > 0 {
            rows.push([class.label().to_string(), describe_class(class).to_string()]);
        }
    }
    if impact.workloads.iter().any(|workload| !workload.reasons.is_empty()) {
        for (word, meaning) in [
            ("frozen", "Only a new pod sees a change: environment variables, and files mounted with `subPath`."),
            ("live", "The kubelet refreshes the mounted file in a running pod."),
        ] {
            rows.push([word.to_string(), meaning.to_string()]);
        }
    }
    rows
}

/// Formats a warning about what needs attention before this is merged.
fn format_warning(impact: &Impact) -> String {
    let findings = |class: ImpactClass| impact.workloads.iter().filter(|w| w.class == class && w.finding).count();
    let mut rejected: [usize; 2] = [0, 0];
    for object in impact.workloads.iter().filter(|object| object.class == ImpactClass::Refused && object.finding) {
        let is_config = ConfigKind::of(&object.api_version, &object.kind).is_some();
        let has_pods = object.head.is_some();
        if !is_config {
            rejected[usize::from(!has_pods)] += 1;
        }
    }
    let stale = findings(ImpactClass::Stale);
    let mut refused = Vec::new();
    for (number, noun) in
        [(rejected[0], "workload"), (rejected[1], "object"), (impact.count_rejected_configs(), "config")]
    {
        if number > 0 {
            refused.push(count(number, noun));
        }
    }
    let mut parts = Vec::new();
    if !refused.is_empty() {
        parts.push(format!("The API server would refuse {}", refused.join(" and ")));
    }
    if stale > 0 {
        parts.push(format!("{} would keep old content", count(stale, "workload")));
    }
    if parts.is_empty() { String::new() } else { format!("\n> [!WARNING]\n> {}.\n", parts.join(", and ")) }
}

fn escape_unknown([name, changed, reason]: &[String; 3]) -> [String; 3] {
    [code(name), escape(changed), escape(reason)]
}

/// The rows of workloads of applications, those of several clusters to which the same happens as one.
fn rows_with_clusters(impact: &Impact) -> Vec<[String; 4]> {
    let mut rows = Vec::new();
    for folded in fold_workloads(impact, |workload| reasons_cell(impact, workload)) {
        let workload = folded.workload;
        let class = escape(workload.class_label());
        let class = if workload.finding { format!("**{class}**") } else { class };
        let on = escape(&folded.clusters_in_words(false));
        rows.push([class, code(&workload.label()), on, reasons_cell(impact, workload)]);
    }
    rows
}

fn workload_rows(impact: &Impact) -> Vec<[String; 3]> {
    let row = |workload: &&WorkloadImpact| {
        let class = escape(workload.class_label());
        let class = if workload.finding { format!("**{class}**") } else { class };
        [class, code(&workload.label()), reasons_cell(impact, workload)]
    };
    sort_workloads(impact).iter().map(row).collect()
}

fn reasons_cell(impact: &Impact, workload: &WorkloadImpact) -> String {
    let mut parts: Vec<String> = Vec::new();
    for (config, routes, reasons) in group_reasons(workload) {
        let config = &impact.configs[config];
        let mut keys: Vec<String> = reasons.iter().take(KEYS).map(|reason| code(&reason.key)).collect();
        keys.extend((reasons.len() > KEYS).then(|| format!("{} more", reasons.len() - KEYS)));
        let name = code(&format!("{}/{}", config.kind, config.name));
        parts.push(format!("{} of {name} by {}", keys.join(", "), escape(&routes.join(", "))));
    }
    let changes = describe_template_changes(workload);
    parts.extend(changes.iter().take(KEYS).map(|change| escape(change)));
    parts.extend((changes.len() > KEYS).then(|| format!("{} more changes of the pod template", changes.len() - KEYS)));
    parts.extend(workload.sentence.as_deref().map(escape_sentence));
    parts.extend(describe_rollout(workload).as_deref().map(escape));
    parts.extend(
        workload
            .refresh
            .filter(|_| workload.class == ImpactClass::Refreshes)
            .map(|refresh| escape(refresh.explanation())),
    );
    if parts.is_empty() {
        parts.push(default_reason(workload.class).to_string());
    }
    parts.join("<br>")
}

/// A sentence of ours, in which code stands between backticks.
fn escape_sentence(text: &str) -> String {
    let parts = text.split('`').enumerate();
    parts.map(|(number, part)| if number % 2 == 1 { code(part) } else { escape(part) }).collect()
}

/// The changed configs and the workloads that they reach.
fn flowchart(impact: &Impact, max_edges: usize, room: usize) -> String {
    let diagram = diagram::build_diagram(impact);
    let limit = MermaidLimit::with_edges(max_edges);
    let limit = MermaidLimit { characters: room.min(limit.characters).saturating_sub(20), ..limit };
    if diagram.edges.is_empty() || room < 2_000 {
        return String::new();
    }
    format!("```mermaid\n{}```\n", mermaid(&diagram, &limit))
}

fn key_rows(impact: &Impact, source: Option<&SourceLinks<'_>>) -> Vec<[String; 5]> {
    let mut rows = Vec::new();
    for config in &impact.configs {
        for key in &config.keys {
            rows.push([
                code(&config.label()),
                code(&key.key),
                key.change.as_str().to_string(),
                place_cell(None, key.head_location.as_ref(), source),
                place_cell(None, key.base_location.as_ref(), source),
            ]);
        }
    }
    remove_repeated(impact, rows)
}

/// Removes rows that are there already: the same files make the objects of several clusters.
fn remove_repeated(impact: &Impact, mut rows: Vec<[String; 5]>) -> Vec<[String; 5]> {
    if has_applications(impact) {
        let mut known = BTreeSet::new();
        rows.retain(|row| known.insert(row.clone()));
    }
    rows
}

fn route_rows(impact: &Impact, source: Option<&SourceLinks<'_>>) -> Vec<[String; 5]> {
    let mut rows = Vec::new();
    for workload in sort_workloads(impact) {
        for reason in &workload.reasons {
            let config = &impact.configs[reason.config];
            for (way, words) in reason.routes.iter().zip(describe_routes(reason)) {
                let place = place_cell(way.base_location.as_ref(), way.head_location.as_ref(), source);
                let name = format!("{}/{}", config.kind, config.name);
                rows.push([code(&workload.label()), code(&name), code(&reason.key), escape(&words), place]);
            }
        }
    }
    remove_repeated(impact, rows)
}

/// A place, as a link where its address is known.
fn place_cell(base: Option<&FileLine>, head: Option<&FileLine>, source: Option<&SourceLinks<'_>>) -> String {
    let text = format_locations(base, head);
    if text.is_empty() {
        return text;
    }
    let address = head.and_then(|head| source.and_then(|source| source.url_of(head)));
    match address {
        Some(address) => format!("[{}]({})", code(&text), escape_address(&address)),
        None => code(&text),
    }
}

/// The unified diffs, as many as have a place.
fn format_diffs(impact: &Impact, room: usize) -> String {
    let mut out = String::new();
    let mut left_out = 0;
    for config in &impact.configs {
        for key in &config.keys {
            let Some(diff) = &key.diff else { continue };
            let fence = "`".repeat(longest_backticks(diff).max(2) + 1);
            let heading = code(&format!("{} {}", config.label(), key.key));
            let block = format!("{heading}\n\n{fence}diff\n{diff}{fence}\n\n");
            if out.len() + block.len() + 60 <= room {
                out.push_str(&block);
            } else {
                left_out += 1;
            }
        }
    }
    if left_out > 0 && !out.is_empty() {
        out.push_str(&format!("{left_out} more that do not fit here.\n"));
    }
    out
}
