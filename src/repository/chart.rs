//! Charts of Helm: what their rendering reads, and what of it is not in the repository.

use std::collections::BTreeSet;

use super::application::{ApplicationState, ReasonCode, StateReason};
use super::fields;
use super::index::RepositoryIndex;
use super::kustomization::is_fetchable;
use super::manifest::read_value;
use super::path;
use super::recipe::FileCopy;
use crate::source::FileLine;
use crate::yaml::Value;

/// Files of a chart, and what keeps it from being rendered.
pub(super) struct FollowedChart {
    pub(super) inputs: BTreeSet<String>,
    pub(super) obstacles: Vec<(ApplicationState, StateReason)>,
    /// Files of charts that it depends on by `file://`, where Helm looks for them.
    pub(super) copies: Vec<FileCopy>,
    /// Repositories from which dependencies are fetched.
    pub(super) repositories: Vec<String>,
}

/// Follows a chart and the charts that it depends on by `file://`, which `helm dependency build` puts into `charts/`, as Argo
/// CD and Flux do. What is missing of those charts themselves, Helm leaves out.
pub(super) fn follow_chart(index: &RepositoryIndex, directory: &str) -> FollowedChart {
    let mut chart =
        FollowedChart { inputs: BTreeSet::new(), obstacles: Vec::new(), copies: Vec::new(), repositories: Vec::new() };
    let add_files = |chart: &mut FollowedChart, directory: &str| {
        let (files, outside) = index.files_below(directory);
        chart.inputs.extend(files.iter().cloned());
        if let Some(link) = outside {
            let text = format!("{link} is a link out of the repository");
            let reason = StateReason::new(ReasonCode::NeedsOutsideFile, text, None);
            chart.obstacles.push((ApplicationState::Unknown, reason));
        }
        files
    };
    add_files(&mut chart, directory);
    for dependency in dependencies(index, directory) {
        if vendored_dependency(index, directory, &dependency.name) {
            continue;
        }
        let local = dependency.repository.strip_prefix("file://").map(|local| path::join(directory, local));
        if let Some(Some(local)) =
            local.as_ref().filter(|local| local.as_ref().is_some_and(|local| index.is_chart(local)))
        {
            let files = add_files(&mut chart, local);
            for from in files.into_iter().filter(|file| index.is_file(file) && path::is_within(file, local)) {
                let below = &from[local.len()..];
                let to = path::join(directory, &format!("charts/{}{below}", dependency.name)).unwrap_or_default();
                chart.copies.push(FileCopy { from, to });
            }
            continue;
        }
        if index.fetches && is_fetchable(&dependency.repository) {
            chart.repositories.push(dependency.repository);
            continue;
        }
        let code = if local == Some(None) { ReasonCode::NeedsOutsideFile } else { ReasonCode::ChartDependency };
        let text = format!("the dependency {} is not in charts/", dependency.name);
        let reason = StateReason::new(code, text, Some(dependency.place));
        chart.obstacles.push((ApplicationState::Unknown, reason));
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

/// The path of the `Chart.yaml` of a chart.
pub(super) fn chart_file(directory: &str) -> String {
    path::join(directory, "Chart.yaml").unwrap_or_default()
}

/// The value of a chart's `Chart.yaml`.
pub(super) fn chart_metadata(index: &RepositoryIndex, directory: &str) -> Option<Value> {
    read_value(index.text(&chart_file(directory))?)
}

/// Returns `true` if templates or values among files can make objects that declare applications.
pub(super) fn declares_applications<'f>(index: &RepositoryIndex, files: impl IntoIterator<Item = &'f String>) -> bool {
    files.into_iter().filter_map(|file| index.text(file)).any(text_declares_applications)
}

/// Returns `true` if a text of templates or values can make objects that declare applications.
pub(super) fn text_declares_applications(text: &str) -> bool {
    let is_argo = text.contains("argoproj.io/") && text.contains("kind: Application");
    is_argo || text.contains("kustomize.toolkit.fluxcd.io/") && text.contains("kind: Kustomization")
}
