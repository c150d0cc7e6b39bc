//! Applications that nothing declares: kustomizations that no other one includes, charts, and directories of
//! plain manifests.

use std::collections::{BTreeMap, BTreeSet};

use super::application::{Application, ApplicationKind, RenderTool};
use super::build::{self, FollowedBuild};
use super::chart::{self, declares_applications};
use super::fields;
use super::index::RepositoryIndex;
use super::kustomization::KustomizationFile;
use super::manifest::Manifest;
use super::path;
use super::recipe::HelmStep;
use super::release::ReleaseScope;
use crate::yaml::Value;

/// Kustomizations that no other one includes, in order; components, tests and hidden ones left out.
pub(super) fn kustomization_roots(index: &RepositoryIndex) -> Vec<&KustomizationFile> {
    let mut included: BTreeSet<String> = BTreeSet::new();
    for kustomization in index.kustomizations() {
        let mut entries = kustomization.resources();
        entries.extend(kustomization.components());
        for entry in entries {
            let located = kustomization.locate(entry).and_then(|path| index.resolve_links(&path));
            included.extend(located.map(|(path, _)| path).filter(|path| *path != kustomization.directory));
        }
    }
    let mut roots = Vec::new();
    for kustomization in index.kustomizations() {
        let directory = &kustomization.directory;
        let is_template = index.is_chart_template(&kustomization.file);
        if !included.contains(directory)
            && !kustomization.is_component()
            && !index.is_undeployed(directory)
            && !is_template
        {
            roots.push(kustomization);
        }
    }
    roots
}

/// Adds the applications that nothing declares, in directories that no declared one reads. Returns the Helm releases of
/// Flux that they declare.
pub(super) fn add_undeclared(index: &RepositoryIndex, applications: &mut Vec<Application>) -> Vec<ReleaseScope> {
    let is_loose = applications.iter().any(|application| application.kind != ApplicationKind::Declared);
    let mut read: BTreeSet<String> = BTreeSet::new();
    for application in applications.iter() {
        read.extend(application.inputs.iter().cloned());
    }
    let mut found: Vec<(Application, Vec<Manifest>)> = Vec::new();
    // Files of kustomizations that are not deployed by themselves are no plain manifests either.
    let mut built: BTreeSet<String> = read.clone();
    for kustomization in index.kustomizations() {
        if !built.contains(&kustomization.file) {
            built.extend(build::follow_kustomization(index, &kustomization.directory).inputs);
        }
    }
    for root in kustomization_roots(index) {
        if !read.contains(&root.file) {
            found.extend(kustomize_application(index, root));
        }
    }
    found.extend(chart_applications(index, &built).into_iter().map(|application| (application, Vec::new())));
    let taken: BTreeSet<&str> =
        applications.iter().flat_map(|application| &application.paths).map(String::as_str).collect();
    found.extend(directory_applications(index, &built, &taken));
    let mut releases = Vec::new();
    for (mut application, manifests) in found {
        application.is_loose = is_loose;
        if is_loose {
            application.cluster = None;
        }
        releases.push(ReleaseScope::new(&application, &manifests));
        applications.push(application);
    }
    releases
}

fn undeclared(kind: ApplicationKind, directory: &str, inputs: BTreeSet<String>) -> Application {
    Application {
        cluster: path::cluster_segment(directory).map(str::to_owned),
        paths: vec![directory.to_owned()],
        inputs,
        ..Application::new(kind, path::display(directory), Vec::new())
    }
}

pub(super) fn kustomize_application(
    index: &RepositoryIndex,
    root: &KustomizationFile,
) -> Option<(Application, Vec<Manifest>)> {
    let followed = build::follow_kustomization(index, &root.directory);
    if !has_objects(index, &followed) {
        return None;
    }
    let step = followed.to_step(&root.directory, None);
    let mut application = undeclared(ApplicationKind::Kustomize, &root.directory, followed.inputs);
    application.add_tool(RenderTool::Kustomize);
    application.add_step(step);
    for (state, reason) in followed.obstacles {
        application.lower(state, reason);
    }
    Some((application, followed.manifests))
}

/// Returns `true` if a build makes anything but definitions of kinds.
fn has_objects(index: &RepositoryIndex, followed: &FollowedBuild) -> bool {
    if followed.generates || !followed.obstacles.is_empty() {
        return true;
    }
    followed.object_files.iter().any(|file| {
        let Some(text) = index.text(file) else { return true };
        list_kinds(text).into_iter().any(|kind| kind != "CustomResourceDefinition")
    })
}

/// The values of fields `kind` in a text, in whatever style it is written.
fn list_kinds(text: &str) -> Vec<&str> {
    let mut kinds = Vec::new();
    for (at, word) in text.match_indices("kind") {
        let is_start = text[..at].chars().next_back().is_none_or(|letter| " \n\t{,\"'".contains(letter));
        let rest = text[at + word.len()..].trim_start_matches(['"', '\'']).trim_start_matches(' ');
        if let (true, Some(rest)) = (is_start, rest.strip_prefix(':')) {
            let value = rest.split(['\n', ',', '}', '#']).next().unwrap_or_default();
            kinds.push(value.trim().trim_matches(['"', '\'']));
        }
    }
    kinds
}

/// Charts that nothing else reads and whose templates declare applications, each with its default values.
pub(super) fn declaring_charts(index: &RepositoryIndex, applications: &[&[Application]]) -> Vec<Application> {
    let mut read: BTreeSet<String> = BTreeSet::new();
    for application in applications.iter().copied().flatten() {
        read.extend(application.inputs.iter().cloned());
    }
    let mut charts = chart_applications(index, &read);
    charts.retain(|application| declares_applications(index, &application.inputs));
    charts
}

/// Charts that nothing else reads, each with its default values.
fn chart_applications(index: &RepositoryIndex, read: &BTreeSet<String>) -> Vec<Application> {
    let mut found = Vec::new();
    for directory in index.all_directories() {
        let Some(file) = path::join(directory, "Chart.yaml") else { continue };
        let is_dependency = directory.contains("/charts/") && is_below_chart(index, directory);
        if !index.is_chart(directory) || read.contains(&file) || is_dependency || index.is_undeployed(directory) {
            continue;
        }
        let metadata = chart::chart_metadata(index, directory);
        if metadata.as_ref().and_then(|metadata| fields::text(metadata, &["type"])) == Some("library") {
            continue;
        }
        let followed = chart::follow_chart(index, directory);
        let mut application = undeclared(ApplicationKind::Helm, directory, followed.inputs);
        application.recipe.copies = followed.copies;
        application.add_tool(RenderTool::Helm);
        add_default_rendering(&mut application, (directory, followed.repositories), metadata.as_ref());
        for (state, reason) in followed.obstacles {
            application.lower(state, reason);
        }
        found.push(application);
    }
    found
}

/// Renders a chart with its default values, by its own name.
fn add_default_rendering(
    application: &mut Application,
    (directory, dependencies): (&str, Vec<String>),
    metadata: Option<&Value>,
) {
    let name = metadata.and_then(|metadata| fields::text(metadata, &["name"])).unwrap_or_default();
    let namespace = Some("default".to_owned());
    application.recipe.namespace.clone_from(&namespace);
    let (chart, release) = (directory.to_owned(), name.to_owned());
    application.add_chart(HelmStep { chart, release, namespace, dependencies, ..HelmStep::default() });
}

fn is_below_chart(index: &RepositoryIndex, directory: &str) -> bool {
    let mut parent = path::directory_of(directory);
    while !parent.is_empty() {
        if index.is_chart(parent) {
            return true;
        }
        parent = path::directory_of(parent);
    }
    index.is_chart("")
}

/// Plain manifests that nothing else reads, by the topmost directories that directly hold some. One beside a kustomization
/// that does not list it, or in a directory that an application leaves it out of, is switched off.
fn directory_applications(
    index: &RepositoryIndex,
    read: &BTreeSet<String>,
    taken: &BTreeSet<&str>,
) -> Vec<(Application, Vec<Manifest>)> {
    let mut by_directory: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for file in index.paths() {
        let directory = path::directory_of(file);
        let is_in_chart = index.is_chart(directory) || is_below_chart(index, directory);
        let is_switched_off = index.kustomization(directory).is_some() || taken.contains(directory);
        if read.contains(file)
            || index.is_undeployed(file)
            || is_in_chart
            || is_switched_off
            || !is_manifest(index, file)
        {
            continue;
        }
        by_directory.entry(directory).or_default().insert(file.to_owned());
    }
    let mut found = Vec::new();
    for (directory, files) in merge_into_tops(by_directory) {
        let mut application = undeclared(ApplicationKind::Directory, directory, files);
        let files = application.inputs.clone();
        application.add_files(&files);
        let mut manifests = Vec::new();
        for file in &files {
            manifests.extend(index.manifests_of(file).iter().cloned());
        }
        found.push((application, manifests));
    }
    found
}

/// Moves the files of directories into those above them that hold files too.
fn merge_into_tops(by_directory: BTreeMap<&str, BTreeSet<String>>) -> BTreeMap<&str, BTreeSet<String>> {
    let mut merged: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for (directory, files) in by_directory {
        // Parents stand before their children.
        let mut top = directory;
        let mut parent = directory;
        while !parent.is_empty() {
            parent = path::directory_of(parent);
            if merged.contains_key(parent) {
                top = parent;
            }
        }
        merged.entry(top).or_default().extend(files);
    }
    merged
}

/// Returns `true` for a file of Kubernetes objects other than those that declare applications.
fn is_manifest(index: &RepositoryIndex, file: &str) -> bool {
    let has_extension = [".yaml", ".yml", ".json"].iter().any(|extension| file.ends_with(extension));
    let Some(text) = index.text(file).filter(|_| has_extension) else { return false };
    let declares = index
        .manifests_of(file)
        .iter()
        .any(|manifest| manifest.is_application() || manifest.is_application_set() || manifest.is_flux_kustomization());
    if declares || text.contains("rollstamp.dev/v") {
        return false;
    }
    has_field(text, "apiVersion") && has_field(text, "kind")
}

/// Returns `true` if a field stands at the start of a line, or in a text of JSON.
fn has_field(text: &str, field: &str) -> bool {
    if text.trim_start().starts_with('{') {
        return text.contains(&format!("\"{field}\"")) || text.contains(&format!("{field}:"));
    }
    text.lines().any(|line| line.strip_prefix(field).is_some_and(|rest| rest.starts_with(':')))
}
