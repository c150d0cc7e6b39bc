//! Discovery: from the index of a repository to its applications.

use std::collections::{BTreeMap, BTreeSet};

use super::address::OwnAddresses;
use super::application::{Application, ApplicationKind, ApplicationState, ReasonCode, StateReason};
use super::argo::ArgoContext;
use super::argo_walk::ArgoWalk;
use super::clusters::find_clusters;
use super::declared::declared_application;
use super::dependencies::number_stages;
use super::flux::{FluxWalk, instance_entries};
use super::flux_source::FluxSources;
use super::index::RepositoryIndex;
use super::path;
use super::release::find_releases;
use super::rendered::{HiddenParent, RenderedParents};
use super::resource_set::is_resource_set;
use super::roots::{add_undeclared, declaring_charts};
use super::settings::DiscoveryOptions;
use crate::diagnostic::{Diagnostic, RepositoryMessage};
use crate::source::{FileLine, Position};

/// The applications of a repository, and messages about what is not among them.
pub struct Discovery {
    /// The applications: the declared ones by cluster, namespace and name, then the loose ones.
    pub applications: Vec<Application>,
    /// Messages.
    pub diagnostics: Vec<Diagnostic>,
    /// Applications of which only a rendering shows what they declare; see [`discover_with`].
    pub parents: Vec<Application>,
    /// Applications that declare others which are not known.
    pub hidden: Vec<HiddenParent>,
}

/// File names of tools whose applications are not found, with the name of the tool.
const OTHER_TOOLS: &[(&str, &str)] = &[
    ("helmfile.yaml", "helmfile"),
    ("helmfile.yml", "helmfile"),
    ("helmfile.yaml.gotmpl", "helmfile"),
    ("fleet.yaml", "Fleet bundle"),
    ("skaffold.yaml", "Skaffold configuration"),
    ("cdk8s.yaml", "cdk8s project"),
    (".kluctl.yaml", "kluctl project"),
];

/// Finds the applications of a repository as far as its files show them.
pub fn discover(index: &RepositoryIndex, options: &DiscoveryOptions) -> Discovery {
    discover_with(index, options, &RenderedParents::default())
}

/// Finds the applications of a repository, also those that renderings show. [`Discovery::parents`] are the applications to
/// render for the next call, until there are none.
pub fn discover_with(index: &RepositoryIndex, options: &DiscoveryOptions, rendered: &RenderedParents) -> Discovery {
    let own = OwnAddresses::new(index, options);
    let patches = patch_files(index);
    let mut applications = Vec::new();
    for declared in &options.applications {
        applications.push(declared_application(index, declared, options));
    }
    let instances = instance_entries(index, &patches);
    let sync_names = instances.iter().map(|entry| entry.name().to_owned()).collect();
    let sources = FluxSources::new(index, options, &own, sync_names).with_rendered(rendered);
    let mut flux = FluxWalk::new(index, sources, rendered);
    flux.walk_all(instances, &patches);
    let clusters = find_clusters(index, &options.clusters);
    let context = ArgoContext { index, options, own: &own, clusters, rendered };
    let mut argo = ArgoWalk::new(&context);
    argo.walk_all(std::mem::take(&mut flux.argo), &patches);
    for chart in declaring_charts(index, &[&applications, &flux.applications, &argo.applications]) {
        argo.walk_chart(chart);
    }
    let mut found = std::mem::take(&mut flux.applications);
    found.append(&mut argo.applications);
    found.retain(|application| !is_declared_otherwise(application, &applications));
    applications.append(&mut found);
    let mut releases = std::mem::take(&mut flux.releases);
    releases.extend(add_undeclared(index, &mut applications));
    add_releases(&mut applications, find_releases(index, &flux.sources, &releases));
    for application in &mut applications {
        mark_possible_owner(application, &argo.unknown_paths);
    }
    number_stages(&mut applications);
    let mut diagnostics = collect_diagnostics(index, &own, &argo);
    diagnostics.extend(report_unknown_sets(index, &flux));
    let mut parents = std::mem::take(&mut flux.parents);
    parents.append(&mut argo.parents);
    for HiddenParent { application, reason, .. } in parents.hidden.iter().cloned() {
        diagnostics.push(Diagnostic::general(RepositoryMessage::DeclarationsHidden { application, reason }));
    }
    applications.sort_by(|a, b| {
        let key = |application: &Application| {
            let Application { is_loose, cluster, namespace, name, kind, paths, .. } = application;
            (*is_loose, cluster.clone(), namespace.clone(), name.clone(), *kind, paths.clone())
        };
        key(a).cmp(&key(b))
    });
    Discovery { applications, diagnostics, parents: parents.waiting, hidden: parents.hidden }
}

/// Adds Helm releases. Their charts are not installed with default values, too.
fn add_releases(applications: &mut Vec<Application>, releases: Vec<Application>) {
    let charts: BTreeSet<&String> = releases.iter().flat_map(|release| &release.paths).collect();
    applications.retain(|application| {
        application.kind != ApplicationKind::Helm || application.paths.iter().all(|path| !charts.contains(path))
    });
    applications.extend(releases);
}

/// Returns `true` if the options file declares an application of this path and cluster.
fn is_declared_otherwise(application: &Application, declared: &[Application]) -> bool {
    let paths = &application.paths;
    declared.iter().any(|other| {
        other.cluster == application.cluster && !paths.is_empty() && paths.iter().all(|path| other.paths.contains(path))
    })
}

/// Files that kustomizations list as patches: what stands in them is no object.
fn patch_files(index: &RepositoryIndex) -> BTreeSet<String> {
    let mut files = BTreeSet::new();
    for kustomization in index.kustomizations() {
        for patch in kustomization.patch_entries() {
            files.extend(patch.path.and_then(|path| kustomization.locate(path)));
        }
    }
    files
}

/// Says of an application that nothing applies, so far as is known, which set may do so.
fn mark_possible_owner(application: &mut Application, unknown_paths: &[(String, String)]) {
    if !application.is_loose {
        return;
    }
    for (pattern, set) in unknown_paths {
        let is_certain_enough = pattern.chars().any(|letter| !matches!(letter, '*' | '/' | '.'));
        let belongs = application.paths.iter().any(|path| {
            let loose = glob::MatchOptions { require_literal_separator: false, ..glob::MatchOptions::default() };
            glob::Pattern::new(pattern).is_ok_and(|pattern| pattern.matches_with(path, loose))
        });
        if belongs && is_certain_enough {
            let text = format!("may belong to the ApplicationSet {set}, which is not evaluated");
            application.lower(ApplicationState::Ok, StateReason::new(ReasonCode::Generator, text, None));
            return;
        }
    }
}

fn collect_diagnostics(index: &RepositoryIndex, own: &OwnAddresses, argo: &ArgoWalk<'_>) -> Vec<Diagnostic> {
    let mut diagnostics = Vec::new();
    for FileLine { file, line } in &index.unreadable {
        if index.is_undeployed(file) {
            continue;
        }
        let position = Position { line: *line, column: 1 };
        diagnostics.push(Diagnostic::at_position(file.clone(), position, RepositoryMessage::UnreadableDeclaration));
    }
    if let Some(url) = &own.guessed {
        diagnostics.push(Diagnostic::general(RepositoryMessage::GuessedAddress { url: url.clone() }));
    }
    if let Some(set) = argo.missing_paths.keys().next().cloned() {
        let (others, paths) = (argo.missing_paths.len() - 1, argo.missing_paths.values().sum());
        diagnostics.push(Diagnostic::general(RepositoryMessage::GeneratedPathsMissing { set, others, paths }));
    }
    for pattern in &argo.ambiguous_patterns {
        let pattern = pattern.clone();
        diagnostics.push(Diagnostic::general(RepositoryMessage::AmbiguousPattern { pattern }));
    }
    for (tool, count) in count_other_tools(index) {
        diagnostics.push(Diagnostic::general(RepositoryMessage::ToolNotRead { tool, count }));
    }
    diagnostics
}

/// Messages about ResourceSets whose objects are not known.
fn report_unknown_sets(index: &RepositoryIndex, flux: &FluxWalk<'_>) -> Vec<Diagnostic> {
    let mut diagnostics = Vec::new();
    for manifest in index.manifests().filter(|manifest| is_resource_set(manifest)) {
        let FileLine { file, line } = &manifest.place;
        if flux.evaluated_sets.contains(&manifest.place) || index.is_undeployed(file) {
            continue;
        }
        let reason = match flux.unknown_sets.get(&manifest.place) {
            Some(reason) => reason.clone(),
            None => "nothing that was found applies it".to_owned(),
        };
        let message = RepositoryMessage::ResourceSetUnknown { set: manifest.name().to_owned(), reason };
        diagnostics.push(Diagnostic::at_position(file.clone(), Position { line: *line, column: 1 }, message));
    }
    diagnostics
}

fn count_other_tools(index: &RepositoryIndex) -> BTreeMap<&'static str, usize> {
    let mut counts = BTreeMap::new();
    for file in index.paths() {
        for (name, tool) in OTHER_TOOLS {
            if path::base_name(file) == *name && !path::is_hidden(path::directory_of(file)) {
                *counts.entry(*tool).or_default() += 1;
            }
        }
    }
    counts
}
