//! Applications that the options file declares.

use std::collections::BTreeSet;

use super::application::{
    Application, ApplicationKind, ApplicationState, Declaration, ReasonCode, RenderTool, StateReason,
};
use super::build;
use super::chart;
use super::index::RepositoryIndex;
use super::path;
use super::recipe::{HelmStep, HelmValues, Recipe, RenderStep};
use super::settings::{DeclaredApplication, DeclaredRendering, DiscoveryOptions};
use crate::source::FileLine;

/// The application of a row of the options file.
pub(super) fn declared_application(
    index: &RepositoryIndex,
    declared: &DeclaredApplication,
    options: &DiscoveryOptions,
) -> Application {
    let place = FileLine { file: declared.file.clone(), line: find_line(index, declared) };
    let chain = vec![Declaration { object: "repository.applications".to_owned(), place: place.clone() }];
    let mut application = Application {
        cluster: declared.cluster.clone(),
        namespace: declared.namespace.clone(),
        inputs: BTreeSet::new(),
        recipe: Recipe { namespace: declared.namespace.clone(), ..Recipe::default() },
        ..Application::new(ApplicationKind::Declared, &declared.name, chain)
    };
    for written in &declared.paths {
        let located = path::join("", written).and_then(|path| index.resolve_links(&path));
        let failure = match located {
            None => Some((ReasonCode::NeedsOutsideFile, format!("the path {written} is outside of the repository"))),
            Some((path, _)) if !index.is_directory(&path) && !index.is_file(&path) => {
                Some((ReasonCode::PathMissing, format!("the path {written} does not exist")))
            }
            Some((path, links)) => {
                application.inputs.extend(links);
                application.add_path(&path);
                follow_path(index, declared, &path, &mut application)
            }
        };
        if let Some((code, text)) = failure {
            application.lower(ApplicationState::Unknown, StateReason::new(code, text, Some(place.clone())));
        }
    }
    add_named_inputs(index, declared, &mut application);
    if let DeclaredRendering::Command(arguments) = &declared.rendering {
        application.add_step(RenderStep::Command(arguments.clone()));
        if !options.runs_commands {
            let text = "its `command` is run only with --allow-exec";
            let reason = StateReason::new(ReasonCode::NeedsCommand, text, Some(place));
            application.lower(ApplicationState::Unknown, reason);
        }
    }
    application
}

/// Adds the files that patterns of the row name, and the program of a command that is one of the repository.
fn add_named_inputs(index: &RepositoryIndex, declared: &DeclaredApplication, application: &mut Application) {
    for pattern in &declared.inputs {
        let Ok(pattern) = glob::Pattern::new(pattern) else { continue };
        let matching = index.paths().filter(|file| pattern.matches(file) && index.is_link_inside(file));
        application.inputs.extend(matching.map(str::to_owned));
    }
    if let DeclaredRendering::Command(arguments) = &declared.rendering {
        let program = arguments.first().and_then(|program| path::join("", program));
        application.inputs.extend(program.filter(|program| index.is_file(program)));
    }
}

fn follow_path(
    index: &RepositoryIndex,
    declared: &DeclaredApplication,
    path: &str,
    application: &mut Application,
) -> Option<(ReasonCode, String)> {
    match &declared.rendering {
        DeclaredRendering::Plain => {
            let mut files = Vec::new();
            for file in index.paths().filter(|file| path::is_within(file, path)) {
                let is_manifest = [".yaml", ".yml", ".json"].iter().any(|extension| file.ends_with(extension));
                let is_hidden = path::is_hidden(file[path.len()..].trim_start_matches('/'));
                if is_manifest && !is_hidden && index.is_file(file) && *file != declared.file {
                    files.push(file.to_owned());
                }
            }
            application.inputs.extend(files.iter().cloned());
            application.add_files(&files);
        }
        DeclaredRendering::Kustomize => {
            application.add_tool(RenderTool::Kustomize);
            if index.kustomization(path).is_none() {
                return Some((ReasonCode::FileMissing, format!("{} has no kustomization", path::display(path))));
            }
            let followed = build::follow_kustomization(index, path);
            application.add_step(followed.to_step(path, None));
            application.inputs.extend(followed.inputs);
            for (state, reason) in followed.obstacles {
                application.lower(state, reason);
            }
        }
        DeclaredRendering::Helm { values } => {
            application.add_tool(RenderTool::Helm);
            if !index.is_chart(path) {
                return Some((ReasonCode::FileMissing, format!("{} has no Chart.yaml", path::display(path))));
            }
            let followed = chart::follow_chart(index, path);
            application.inputs.extend(followed.inputs);
            application.recipe.copies.extend(followed.copies);
            for (state, reason) in followed.obstacles {
                application.lower(state, reason);
            }
            return add_chart(index, declared, (path, followed.repositories), values, application);
        }
        DeclaredRendering::Command(_) => {
            let (files, outside) = index.files_below(path);
            application.inputs.extend(files);
            if let Some(link) = outside {
                return Some((ReasonCode::NeedsOutsideFile, format!("{link} is a link out of the repository")));
            }
        }
    }
    None
}

/// Adds the rendering of a chart with the values files of a row.
fn add_chart(
    index: &RepositoryIndex,
    declared: &DeclaredApplication,
    (path, dependencies): (&str, Vec<String>),
    values: &[String],
    application: &mut Application,
) -> Option<(ReasonCode, String)> {
    let mut step = HelmStep {
        chart: path.to_owned(),
        release: declared.name.clone(),
        namespace: declared.namespace.clone(),
        dependencies,
        ..HelmStep::default()
    };
    for written in values {
        let Some(file) = path::join(path, written).filter(|file| index.is_file(file)) else {
            return Some((ReasonCode::FileMissing, format!("the values file {written} does not exist")));
        };
        application.inputs.insert(file.clone());
        step.values.push(HelmValues::File(file));
    }
    application.add_chart(step);
    None
}

/// The line of the options file on which the name of an application stands.
fn find_line(index: &RepositoryIndex, declared: &DeclaredApplication) -> usize {
    let lines = index.text(&declared.file).unwrap_or_default().lines();
    let mut numbered = lines.enumerate();
    let found = numbered.find(|(_, line)| line.contains("name:") && line.contains(declared.name.as_str()));
    found.map_or(1, |(at, _)| at + 1)
}
