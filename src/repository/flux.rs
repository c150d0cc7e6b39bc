//! Kustomizations of Flux: the entries of clusters, and the walk from them over what their builds declare.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::application::{Application, ApplicationKind, ApplicationState, ReasonCode, RenderTool, StateReason};
use super::build::{self, FollowedBuild, has_uncertain};
use super::declared_object::{DeclaredObject, FLUX_NAMESPACE, remote_cluster};
use super::dependencies::read_dependencies;
use super::fields;
use super::flux_source::{FluxSources, SourceUser};
use super::index::RepositoryIndex;
use super::manifest::Manifest;
use super::path;
use super::post_build::read_variables;
use super::release::ReleaseScope;
use super::rendered::{OpaqueParents, RenderedParents};
use super::resource_set::{expand_resource_set, is_resource_set};
use super::variables::has_variable;
use super::wrapper::Wrapper;
use crate::source::FileLine;
use crate::yaml::Value;

/// The walk from the entries of clusters.
pub(super) struct FluxWalk<'i> {
    index: &'i RepositoryIndex,
    pub(super) sources: FluxSources<'i>,
    pub(super) applications: Vec<Application>,
    /// Objects of Argo CD that builds declare.
    pub(super) argo: Vec<DeclaredObject>,
    /// Helm releases that builds declare.
    pub(super) releases: Vec<ReleaseScope>,
    /// Places of ResourceSets whose objects are known.
    pub(super) evaluated_sets: BTreeSet<FileLine>,
    /// Places of the others, with the reasons.
    pub(super) unknown_sets: BTreeMap<FileLine, String>,
    /// Places of Kustomizations that were walked over.
    walked: BTreeSet<FileLine>,
    /// Directories that builds take.
    pub(super) directories: BTreeSet<String>,
    identities: BTreeSet<(Option<String>, String, String)>,
    rendered: &'i RenderedParents,
    /// Applications of which only a rendering shows what they declare.
    pub(super) parents: OpaqueParents,
}

/// Returns the objects by which a cluster synchronises itself, as Kustomizations: what a `FluxInstance` makes.
pub(super) fn instance_entries(index: &RepositoryIndex, patches: &BTreeSet<String>) -> Vec<Manifest> {
    let mut entries = Vec::new();
    for manifest in index.manifests() {
        let instance = match manifest.kind() {
            "FluxInstance" => Some(&manifest.value),
            "HelmRelease" => instance_of_release(manifest),
            _ => None,
        };
        let Some(sync) = instance.and_then(|instance| instance_sync(instance)) else { continue };
        if is_undeclared(index, manifest, patches) {
            continue;
        }
        let namespace = manifest.namespace().unwrap_or(FLUX_NAMESPACE);
        let name = fields::text(sync, &["name"]).unwrap_or(namespace);
        let mut value = Value::Map(BTreeMap::new());
        let kind = fields::text(sync, &["kind"]).unwrap_or("GitRepository");
        for (path, text) in [
            (&["apiVersion"][..], "kustomize.toolkit.fluxcd.io/v1"),
            (&["kind"], "Kustomization"),
            (&["metadata", "name"], name),
            (&["metadata", "namespace"], namespace),
            (&["spec", "path"], fields::text(sync, &["path"]).unwrap_or_default()),
            (&["spec", "sourceRef", "kind"], kind),
            (&["spec", "sourceRef", "name"], name),
        ] {
            fields::set(&mut value, path, Value::String(text.to_owned()));
        }
        entries.push(manifest.with_value(value));
    }
    entries
}

fn instance_sync(instance: &Value) -> Option<&Value> {
    fields::field(instance, &["spec", "sync"]).or_else(|| fields::field(instance, &["sync"]))
}

/// The values from which the chart `flux-instance` makes a `FluxInstance`.
fn instance_of_release(manifest: &Manifest) -> Option<&Value> {
    let spec = fields::field(&manifest.value, &["spec"])?;
    let chart = fields::text(spec, &["chart", "spec", "chart"]).or(fields::text(spec, &["chartRef", "name"]));
    (chart == Some("flux-instance")).then_some(())?;
    fields::field(spec, &["values", "instance"])
}

/// Returns `true` for an object that no cluster has by itself: a patch, or one in a hidden directory or among tests.
pub(super) fn is_undeclared(index: &RepositoryIndex, manifest: &Manifest, patches: &BTreeSet<String>) -> bool {
    let file = &manifest.place.file;
    patches.contains(file) || path::is_hidden(file) || index.is_undeployed(path::directory_of(file))
}

impl<'i> FluxWalk<'i> {
    pub(super) fn new(
        index: &'i RepositoryIndex,
        sources: FluxSources<'i>,
        rendered: &'i RenderedParents,
    ) -> FluxWalk<'i> {
        FluxWalk {
            index,
            sources,
            applications: Vec::new(),
            argo: Vec::new(),
            releases: Vec::new(),
            evaluated_sets: BTreeSet::new(),
            unknown_sets: BTreeMap::new(),
            walked: BTreeSet::new(),
            directories: BTreeSet::new(),
            identities: BTreeSet::new(),
            rendered,
            parents: OpaqueParents::default(),
        }
    }

    /// Walks from all entries: the instances, then Kustomizations that declare themselves, then those that no other
    /// build declares.
    pub(super) fn walk_all(&mut self, instances: Vec<Manifest>, patches: &BTreeSet<String>) {
        let index = self.index;
        let mut candidates: Vec<&Manifest> = Vec::new();
        for manifest in index.manifests() {
            if manifest.is_flux_kustomization() && !is_undeclared(self.index, manifest, patches) {
                candidates.push(manifest);
            }
        }
        let mut declared_by: BTreeMap<&str, BTreeSet<&FileLine>> = BTreeMap::new();
        let builds: Vec<FollowedBuild> = candidates.iter().map(|candidate| self.follow_as_written(candidate)).collect();
        for (candidate, build) in candidates.iter().zip(&builds) {
            for file in &build.object_files {
                declared_by.entry(file).or_default().insert(&candidate.place);
            }
        }
        let parents_of = |candidate: &Manifest| declared_by.get(candidate.place.file.as_str());
        let mut rounds: [Vec<&Manifest>; 3] = Default::default();
        for candidate in candidates {
            let round = match parents_of(candidate) {
                None => 1,
                Some(parents) if parents.len() == 1 && parents.contains(&candidate.place) => 0,
                Some(_) => 2,
            };
            rounds[round].push(candidate);
        }
        let mut names = BTreeSet::new();
        for entry in instances {
            self.walk_entry(entry, &mut names);
        }
        for (round, entries) in rounds.into_iter().enumerate() {
            for entry in entries {
                if self.walked.contains(&entry.place) || (round == 1 && self.is_switched_off(&entry.place.file)) {
                    continue;
                }
                self.walk_entry(entry.clone(), &mut names);
            }
        }
    }

    /// Follows the build of a Kustomization as it stands in its file.
    fn follow_as_written(&self, manifest: &Manifest) -> FollowedBuild {
        let namespace = manifest.namespace().unwrap_or(FLUX_NAMESPACE);
        let user = SourceUser { namespace, files: &[&manifest.place.file] };
        let Ok(directory) = self.locate(&manifest.value, user) else { return FollowedBuild::default() };
        let Some(artifact) = self.sources.artifact_of(&directory) else {
            return build::follow_flux_path(self.index, &directory, &[], true);
        };
        let mut build = build::follow_flux_path(&artifact.index, &directory, &[], true);
        artifact.restore_origins(&mut build);
        build
    }

    /// Returns `true` for a file beside or below a kustomization that was built, and that does not list it.
    fn is_switched_off(&self, file: &str) -> bool {
        let mut directory = path::directory_of(file);
        loop {
            if self.directories.contains(directory) {
                return true;
            }
            if self.index.kustomization(directory).is_some() || directory.is_empty() {
                return false;
            }
            directory = path::directory_of(directory);
        }
    }

    fn walk_entry(&mut self, entry: Manifest, names: &mut BTreeSet<String>) {
        let whole = fields::text(&entry.value, &["spec", "path"]).and_then(|path| path::join_from_root("", path));
        let whole = whole.unwrap_or_default();
        // Entries of one cluster may stand in several files of its directory.
        let named = path::cluster_segment(&whole);
        let named = named.or_else(|| path::cluster_segment(path::directory_of(&entry.place.file)));
        let cluster = match named {
            Some(segment) => segment.to_owned(),
            None if names.contains(path::base_name(&whole)) => whole,
            None => path::base_name(&whole).to_owned(),
        };
        names.insert(cluster.clone());
        let cluster = Some(cluster).filter(|cluster| !cluster.is_empty());
        let mut queue =
            VecDeque::from([DeclaredObject { manifest: entry, cluster, parents: Vec::new(), inputs: Vec::new() }]);
        while let Some(object) = queue.pop_front() {
            queue.extend(self.walk_one(object));
        }
    }

    /// Records the application of a Kustomization, and returns the Kustomizations that its build declares.
    fn walk_one(&mut self, object: DeclaredObject) -> Vec<DeclaredObject> {
        self.walked.insert(object.manifest.place.clone());
        let namespace = object.manifest.namespace().unwrap_or(FLUX_NAMESPACE).to_owned();
        let value = &object.manifest.value;
        let identity = (object.cluster.clone(), namespace.clone(), object.manifest.name().to_owned());
        if !self.identities.insert(identity) {
            return Vec::new();
        }
        let chain = object.chain(Some(&namespace));
        let mut application = Application {
            cluster: remote_cluster(value).or(object.cluster.clone()),
            namespace: Some(namespace.clone()),
            depends_on: read_dependencies(value, &namespace),
            ..Application::new(ApplicationKind::Flux, object.manifest.name(), chain)
        };
        let place = Some(object.manifest.place.clone());
        if let Some(uncertainty) = &object.manifest.uncertainty {
            let reason = StateReason::new(ReasonCode::Parent, uncertainty.clone(), place.clone());
            application.lower(ApplicationState::Approximate, reason);
        }
        let files: Vec<&str> = application.chain.iter().map(|declaration| declaration.place.file.as_str()).collect();
        let located = self.locate(value, SourceUser { namespace: &namespace, files: &files });
        let found = match located {
            Ok(directory) => self.follow(&directory, value, &mut application),
            Err(mut reason) => {
                reason.place = place.clone();
                let is_pinned = reason.code == ReasonCode::Pinned;
                let state = if is_pinned { ApplicationState::Pinned } else { ApplicationState::Unknown };
                application.lower(state, reason);
                Vec::new()
            }
        };
        if fields::is_true(value, &["spec", "suspend"]) {
            let reason = StateReason::new(ReasonCode::Suspended, "`spec.suspend` is true", place);
            application.lower(ApplicationState::Suspended, reason);
        }
        let found = self.expand_resource_sets(found);
        self.releases.push(ReleaseScope::new(&application, &found));
        let children = self.collect_children(found, &application);
        self.applications.push(application);
        children
    }

    fn locate(&self, value: &Value, user: SourceUser<'_>) -> Result<String, StateReason> {
        let path = fields::text(value, &["spec", "path"]).unwrap_or_default();
        if has_variable(path) {
            let text = format!("the path {path} has a variable that is not known");
            return Err(StateReason::new(ReasonCode::Variables, text, None));
        }
        let Some(reference) = fields::field(value, &["spec", "sourceRef"]) else {
            return Err(StateReason::new(ReasonCode::UnknownSource, "it has no `spec.sourceRef`", None));
        };
        let name = fields::text(reference, &["name"]).unwrap_or_default();
        if has_variable(name) {
            let text = format!("the source {name} has a variable that is not known");
            return Err(StateReason::new(ReasonCode::Variables, text, None));
        }
        let content = self.sources.resolve(reference, user);
        let directory = self.sources.locate(&content, path)?;
        let artifact = self.sources.artifact_of(&directory);
        let index = artifact.as_ref().map_or(self.index, |artifact| &artifact.index);
        let Some((directory, _)) = index.resolve_links(&directory) else {
            let text = format!("{directory} is a link out of the repository");
            return Err(StateReason::new(ReasonCode::NeedsOutsideFile, text, None));
        };
        if !index.is_directory(&directory) {
            let shown = if artifact.is_some() { path } else { path::display(&directory) };
            let text = format!("the path {shown} does not exist");
            if let Some(branch) = self.sources.find_other_branch(reference, user) {
                let text = format!("{text} here; the source is the branch {branch}");
                return Err(StateReason::new(ReasonCode::Pinned, text, None));
            }
            return Err(StateReason::new(ReasonCode::PathMissing, text, None));
        }
        Ok(directory)
    }

    /// Follows the build of a path with the changes that the Kustomization makes to it.
    fn follow(&mut self, directory: &str, value: &Value, application: &mut Application) -> Vec<Manifest> {
        let components = fields::texts(value, &["spec", "components"]);
        let ignores_missing = fields::is_true(value, &["spec", "ignoreMissingComponents"]);
        let artifact = self.sources.artifact_of(directory);
        let index = artifact.as_ref().map_or(self.index, |artifact| &artifact.index);
        let mut build = build::follow_flux_path(index, directory, &components, ignores_missing);
        self.add_step(index, directory, value, &build, application);
        match &artifact {
            Some(artifact) => {
                application.recipe.copies = artifact.restore_origins(&mut build);
                application.add_path(&artifact.origin_of_directory(directory));
            }
            None => application.add_path(directory),
        }
        application.add_tool(RenderTool::Kustomize);
        application.inputs.extend(build.inputs.iter().cloned());
        for (state, reason) in &build.obstacles {
            application.lower(*state, reason.clone());
        }
        let hides_declarations = build.hides_declarations;
        self.directories.extend(build.directories);
        let mut manifests = build.manifests;
        let file = &application.chain[application.chain.len() - 1].place.file;
        for patch in fields::items(value, &["spec", "patches"]) {
            if let Some(text) = fields::text(patch, &["patch"]) {
                build::patch_manifests(text, fields::field(patch, &["target"]), file, &mut manifests);
            }
        }
        for key in ["patchesStrategicMerge", "patchesJson6902"] {
            for manifest in &mut manifests {
                if fields::field(value, &["spec", key]).is_some() {
                    manifest.uncertainty = Some(format!("`spec.{key}` of {file} is not evaluated"));
                }
            }
        }
        let is_opaque = hides_declarations || has_uncertain(&manifests);
        self.transform(value, application, &mut manifests);
        if is_opaque {
            self.parents.complete(self.rendered, application, hides_declarations, &mut manifests);
        }
        manifests
    }

    /// Adds the step that makes a build. Of plain files to which nothing is added, nothing has to be built.
    fn add_step(
        &self,
        index: &RepositoryIndex,
        directory: &str,
        value: &Value,
        build: &FollowedBuild,
        application: &mut Application,
    ) {
        application.recipe.variables = read_variables(self.index, value, application);
        let spec = fields::field(value, &["spec"]).unwrap_or(&Value::Null);
        let wrapper = Wrapper::of_flux(spec, &build.components);
        if index.kustomization(directory).is_some() {
            application.add_step(build.to_step(directory, wrapper.text_if_needed(directory)));
            return;
        }
        let is_plain = build.plain_resources.iter().all(|path| index.is_file(path));
        if is_plain && wrapper.is_empty() {
            let artifact = self.sources.artifact_of(directory);
            let origin =
                |file: &String| artifact.as_ref().map_or_else(|| file.clone(), |artifact| artifact.origin(file));
            application.add_files(&build.plain_resources.iter().map(origin).collect::<Vec<_>>());
        } else {
            let resources: Vec<&str> = build.plain_resources.iter().map(String::as_str).collect();
            application.add_step(build.to_step(directory, Some(wrapper.text_around(&resources))));
        }
    }

    /// Gives the objects their namespace and name, and replaces variables in them.
    fn transform(&self, value: &Value, application: &Application, manifests: &mut [Manifest]) {
        let (prefix, suffix) =
            (fields::text(value, &["spec", "namePrefix"]), fields::text(value, &["spec", "nameSuffix"]));
        let namespace = fields::text(value, &["spec", "targetNamespace"]);
        let variables = read_variables(self.index, value, application);
        for manifest in manifests {
            if let Some(namespace) = namespace {
                fields::set(&mut manifest.value, &["metadata", "namespace"], Value::String(namespace.to_owned()));
            }
            if prefix.is_some() || suffix.is_some() {
                let name = format!("{}{}{}", prefix.unwrap_or_default(), manifest.name(), suffix.unwrap_or_default());
                fields::set(&mut manifest.value, &["metadata", "name"], Value::String(name));
            }
            if application.state == ApplicationState::Approximate && manifest.uncertainty.is_none() {
                manifest.uncertainty = Some(format!("its parent {application} is approximate"));
            }
            if !has_substitution_disabled(manifest) {
                fields::map_texts(&mut manifest.value, &mut |text| variables.substitute(text));
            }
        }
    }

    /// Adds the objects that ResourceSets make.
    fn expand_resource_sets(&mut self, mut manifests: Vec<Manifest>) -> Vec<Manifest> {
        for set in manifests.clone().iter().filter(|manifest| is_resource_set(manifest)) {
            match expand_resource_set(set) {
                Ok(objects) => {
                    let is_source = |object: &&Manifest| object.group().starts_with("source.");
                    self.sources.made.extend(objects.iter().filter(is_source).cloned());
                    self.evaluated_sets.insert(set.place.clone());
                    manifests.extend(objects);
                }
                Err(reason) => drop(self.unknown_sets.insert(set.place.clone(), reason)),
            }
        }
        manifests
    }

    fn collect_children(&mut self, manifests: Vec<Manifest>, parent: &Application) -> Vec<DeclaredObject> {
        let mut children = Vec::new();
        for manifest in manifests {
            let is_argo = manifest.is_application() || manifest.is_application_set();
            if !is_argo && !manifest.is_flux_kustomization() {
                continue;
            }
            let object = DeclaredObject {
                manifest,
                cluster: parent.cluster.clone(),
                parents: parent.chain.clone(),
                inputs: Vec::new(),
            };
            if is_argo {
                self.argo.push(object);
            } else {
                children.push(object);
            }
        }
        children
    }
}

fn has_substitution_disabled(manifest: &Manifest) -> bool {
    let key = "kustomize.toolkit.fluxcd.io/substitute";
    ["labels", "annotations"]
        .iter()
        .any(|field| fields::text(&manifest.value, &["metadata", field, key]) == Some("disabled"))
}
