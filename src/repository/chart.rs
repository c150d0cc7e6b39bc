//! Charts of Helm: what their rendering reads, and what of it is not in the repository.

use std::collections::BTreeSet;

use super::application::{ApplicationState, ReasonCode, StateReason};
use super::fields;
use super::index::RepositoryIndex;
use super::manifest::read_value;
use super::path;
use crate::source::FileLine;
use crate::yaml::Value;

/// Files of a chart, and what keeps it from being rendered.
pub(super) struct FollowedChart {
    pub(super) inputs: BTreeSet<String>,
    pub(super) obstacles: Vec<(ApplicationState, StateReason)>,
}

/// Charts that depend on each other are not followed deeper.
const MAX_DEPTH: usize = 16;

/// Follows a chart and the charts that it depends on by `file://`.
pub(super) fn follow_chart(index: &RepositoryIndex, directory: &str) -> FollowedChart {
    let mut chart = FollowedChart { inputs: BTreeSet::new(), obstacles: Vec::new() };
    let mut open = vec![(directory.to_owned(), 0)];
    while let Some((directory, depth)) = open.pop() {
        let (files, outside) = index.files_below(&directory);
        chart.inputs.extend(files);
        if let Some(link) = outside {
            let text = format!("{link} is a link out of the repository");
            let reason = StateReason::new(ReasonCode::NeedsOutsideFile, text, None);
            chart.obstacles.push((ApplicationState::Unknown, reason));
        }
        for dependency in dependencies(index, &directory) {
            let vendored = vendored_dependency(index, &directory, &dependency.name);
            let local = dependency.repository.strip_prefix("file://").map(|local| path::join(&directory, local));
            let code = match local {
                _ if vendored => continue,
                Some(Some(local)) if index.is_chart(&local) && depth < MAX_DEPTH => {
                    open.push((local, depth + 1));
                    // Helm takes it only from charts/, where `helm dependency build` would put it.
                    ReasonCode::ChartDependency
                }
                Some(None) => ReasonCode::NeedsOutsideFile,
                _ => ReasonCode::ChartDependency,
            };
            let text = format!("the dependency {} is not in charts/", dependency.name);
            let reason = StateReason::new(code, text, Some(dependency.place));
            chart.obstacles.push((ApplicationState::Unknown, reason));
        }
    }
    chart
}

struct ChartDependency {
    name: String,
    repository: String,
    place: FileLine,
}

fn dependencies(index: &RepositoryIndex, directory: &str) -> Vec<ChartDependency> {
    let mut found = Vec::new();
    for file in ["Chart.yaml", "requirements.yaml"] {
        let Some(file) = path::join(directory, file) else { continue };
        let Some(text) = index.text(&file) else { continue };
        let Some(value) = read_value(text) else { continue };
        for item in fields::items(&value, &["dependencies"]) {
            let name = fields::text(item, &["name"]).unwrap_or_default().to_owned();
            let line = text.lines().position(|line| {
                let rest = line.split_once("name:").map_or("", |(_, rest)| rest);
                let word = rest.split([',', '}', '#']).next().unwrap_or_default();
                word.trim().trim_matches(['"', '\'']) == name
            });
            found.push(ChartDependency {
                repository: fields::text(item, &["repository"]).unwrap_or_default().to_owned(),
                place: FileLine { file: file.clone(), line: line.map_or(1, |line| line + 1) },
                name,
            });
        }
    }
    found
}

fn vendored_dependency(index: &RepositoryIndex, directory: &str, name: &str) -> bool {
    let Some(charts) = path::join(directory, "charts") else { return false };
    let Some(entries) = index.entries(&charts) else { return false };
    let has_archive = entries.files.iter().any(|file| {
        let rest = path::base_name(file).strip_prefix(name);
        rest.is_some_and(|rest| rest.starts_with('-') && rest.ends_with(".tgz"))
    });
    has_archive || index.is_chart(&format!("{charts}/{name}"))
}

/// The value of a chart's `Chart.yaml`.
pub(super) fn chart_metadata(index: &RepositoryIndex, directory: &str) -> Option<Value> {
    read_value(index.text(&path::join(directory, "Chart.yaml")?)?)
}

/// Returns `true` if templates of a chart make objects that declare applications.
pub(super) fn declares_applications(index: &RepositoryIndex, chart: &FollowedChart) -> bool {
    chart.inputs.iter().any(|file| {
        index.is_chart_template(file)
            && index.text(file).is_some_and(|text| {
                let is_argo = text.contains("argoproj.io/") && text.contains("kind: Application");
                is_argo || text.contains("kustomize.toolkit.fluxcd.io/") && text.contains("kind: Kustomization")
            })
    })
}
