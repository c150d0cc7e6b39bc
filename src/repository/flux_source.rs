//! Sources of Flux: which directory of this repository the paths of a Kustomization count from.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use super::address::{OwnAddresses, is_pinned};
use super::application::{ReasonCode, StateReason};
use super::fields;
use super::flux_artifact::{BuiltArtifact, alias_roots, artifact_root, build_artifact, list_artifacts};
use super::index::RepositoryIndex;
use super::manifest::Manifest;
use super::path;
use super::rendered::RenderedParents;
use super::settings::DiscoveryOptions;
use super::variables::has_variable;
use crate::yaml::Value;

/// The content of a source.
pub(super) enum SourceContent {
    /// This repository, from a directory on.
    Ours(String),
    /// Another revision of this repository.
    OtherRevision(String),
    /// An artifact made of parts of this repository.
    Artifact(Rc<BuiltArtifact>),
    /// Something that is not known here.
    Elsewhere(ReasonCode, String),
}

/// The object that refers to a source.
#[derive(Clone, Copy)]
pub(super) struct SourceUser<'u> {
    /// The namespace that a missing one means.
    pub(super) namespace: &'u str,
    /// The files of the declarations that lead to it.
    pub(super) files: &'u [&'u str],
}

/// The sources of a repository.
pub(super) struct FluxSources<'i> {
    index: &'i RepositoryIndex,
    options: &'i DiscoveryOptions,
    own: &'i OwnAddresses,
    /// Names under which an entry is synchronised.
    sync_names: BTreeSet<String>,
    /// Kind and name of the source that most Kustomizations use.
    commonest: Option<(String, String)>,
    /// Paths of Kustomizations, by kind and name of their source.
    paths: BTreeMap<(String, String), Vec<String>>,
    /// Sources that no file shows as they are.
    pub(super) made: Vec<Manifest>,
    /// Artifacts that were put together, by the directories that stand for them.
    artifacts: RefCell<BTreeMap<String, Rc<BuiltArtifact>>>,
    rendered: Option<&'i RenderedParents>,
}

impl<'i> FluxSources<'i> {
    pub(super) fn new(
        index: &'i RepositoryIndex,
        options: &'i DiscoveryOptions,
        own: &'i OwnAddresses,
        sync_names: BTreeSet<String>,
    ) -> FluxSources<'i> {
        let mut paths: BTreeMap<(String, String), Vec<String>> = BTreeMap::new();
        for manifest in index.manifests() {
            if !manifest.is_flux_kustomization() {
                continue;
            }
            let kind = fields::text(&manifest.value, &["spec", "sourceRef", "kind"]);
            let name = fields::text(&manifest.value, &["spec", "sourceRef", "name"]);
            let (Some(kind), Some(name)) = (kind, name) else { continue };
            let path = fields::text(&manifest.value, &["spec", "path"]).unwrap_or_default();
            paths.entry((kind.to_owned(), name.to_owned())).or_default().push(path.to_owned());
        }
        let mut commonest: Option<(&(String, String), usize)> = None;
        for (source, users) in &paths {
            if commonest.is_none_or(|(_, most)| users.len() > most) {
                commonest = Some((source, users.len()));
            }
        }
        let commonest = commonest.map(|(source, _)| source.clone());
        FluxSources {
            index,
            options,
            own,
            sync_names,
            commonest,
            paths,
            rendered: None,
            made: Vec::new(),
            artifacts: RefCell::default(),
        }
    }

    /// The content of the source that a reference names.
    pub(super) fn resolve(&self, reference: &Value, user: SourceUser<'_>) -> SourceContent {
        let kind = fields::text(reference, &["kind"]).unwrap_or_default();
        let name = fields::text(reference, &["name"]).unwrap_or_default();
        let user = user.in_namespace_of(reference);
        match kind {
            "GitRepository" | "OCIRepository" => self.resolve_repository(kind, name, user),
            "ExternalArtifact" => self.resolve_artifact(name, user),
            _ => SourceContent::Elsewhere(ReasonCode::UnknownSource, format!("the source is the {kind} {name}")),
        }
    }

    /// Adds the sources that renderings show.
    pub(super) fn with_rendered(mut self, rendered: &'i RenderedParents) -> FluxSources<'i> {
        self.rendered = Some(rendered);
        self
    }

    /// The source of a kind and name. Clusters can have different ones of a name, so the nearest counts.
    pub(super) fn find(&self, kind: &str, name: &str, user: SourceUser<'_>) -> Option<&Manifest> {
        let rendered = self.rendered.into_iter().flat_map(RenderedParents::manifests);
        user.nearest(self.index.manifests().chain(&self.made).chain(rendered).filter(|manifest| {
            manifest.kind() == kind
                && manifest.group().starts_with("source.")
                && manifest.name() == name
                && manifest.namespace().is_none_or(|other| other == user.namespace)
        }))
    }

    fn resolve_repository(&self, kind: &str, name: &str, user: SourceUser<'_>) -> SourceContent {
        let object = self.find(kind, name, user);
        let url = object.and_then(|object| fields::text(&object.value, &["spec", "url"]));
        let url = url.filter(|url| !has_variable(url));
        let is_named_as_ours = name == "flux-system"
            || self.sync_names.contains(name)
            || (url.is_none()
                && self
                    .commonest
                    .as_ref()
                    .is_some_and(|(kind_, name_)| (kind_.as_str(), name_.as_str()) == (kind, name)));
        let is_ours = match url {
            Some(url) if kind == "OCIRepository" => is_named_as_ours || self.own.contain_artifact(url),
            // Bootstrapped sources keep their name in forks and mirrors, whose address is another.
            Some(url) => self.own.contain(url) || (self.is_address_unknown() && is_named_as_ours),
            None => is_named_as_ours,
        };
        if !is_ours {
            let text = match url {
                Some(url) => format!("the source {name} is {url}"),
                None => format!("the source {kind} {name} is not in the repository"),
            };
            let code = if url.is_some() { ReasonCode::OtherRepository } else { ReasonCode::UnknownSource };
            return SourceContent::Elsewhere(code, text);
        }
        if kind == "GitRepository"
            && let Some(revision) = object.and_then(|object| self.pinned_revision(object))
        {
            return SourceContent::OtherRevision(revision);
        }
        self.find_root(kind, name)
    }

    /// The branch of a source, if what is read is on others.
    pub(super) fn find_other_branch(&self, reference: &Value, user: SourceUser<'_>) -> Option<&str> {
        let (kind, name) = (fields::text(reference, &["kind"])?, fields::text(reference, &["name"])?);
        let branch =
            fields::text(&self.find(kind, name, user.in_namespace_of(reference))?.value, &["spec", "ref", "branch"])?;
        let is_known = has_variable(branch) || self.options.branches.iter().any(|known| known == branch);
        (!is_known && !self.options.branches.is_empty()).then_some(branch)
    }

    fn is_address_unknown(&self) -> bool {
        self.options.urls.is_empty()
    }

    fn pinned_revision(&self, object: &Manifest) -> Option<String> {
        for key in ["tag", "semver", "commit", "name"] {
            let Some(revision) = fields::text(&object.value, &["spec", "ref", key]) else { continue };
            let is_moving = key == "name" && !is_pinned(revision, self.options);
            let is_this = key == "commit" && self.options.commit.as_deref() == Some(revision);
            if !is_moving && !is_this {
                return Some(revision.to_owned());
            }
        }
        None
    }

    /// The directory from which the paths of a source count: of a pushed artifact, the one below which most paths of its
    /// Kustomizations exist.
    fn find_root(&self, kind: &str, name: &str) -> SourceContent {
        if let Some(root) = self.options.roots.get(name) {
            return SourceContent::Ours(root.trim_matches('/').to_owned());
        }
        if kind == "GitRepository" {
            return SourceContent::Ours(String::new());
        }
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        let users = self.paths.get(&(kind.to_owned(), name.to_owned()));
        for path in users.into_iter().flatten() {
            let Some(path) = path::join_from_root("", path).filter(|path| !path.is_empty()) else { continue };
            for directory in self.index.all_directories() {
                let Some(root) = directory.strip_suffix(path.as_str()) else { continue };
                if root.is_empty() || root.ends_with('/') {
                    *counts.entry(root.trim_end_matches('/')).or_default() += 1;
                }
            }
        }
        let most = counts.values().copied().max().unwrap_or(0);
        let best: Vec<&&str> = counts.iter().filter(|(_, count)| **count == most).map(|(root, _)| root).collect();
        if let [root] = best[..] {
            return SourceContent::Ours((*root).to_owned());
        }
        let text =
            format!("the artifact {name} may be made of any directory; set `repository.roots: {{{name}: DIRECTORY}}`");
        SourceContent::Elsewhere(ReasonCode::UnknownSource, text)
    }

    fn resolve_artifact(&self, name: &str, user: SourceUser<'_>) -> SourceContent {
        let unknown = |text: String| SourceContent::Elsewhere(ReasonCode::UnknownSource, text);
        let generators = self.index.manifests().chain(&self.made).filter(|manifest| {
            manifest.kind() == "ArtifactGenerator" && manifest.namespace().is_none_or(|other| other == user.namespace)
        });
        let mut requests = Vec::new();
        for generator in generators {
            let roots = alias_roots(generator, &|source| self.root_of_alias(source, generator, user));
            for request in list_artifacts(self.index, generator, &roots) {
                if request.name == name {
                    requests.push((request, roots.clone()));
                }
            }
        }
        let nearest =
            user.nearest(requests.iter().map(|(request, _)| request.generator)).map(|generator| &generator.place);
        let Some((request, roots)) = requests.iter().find(|(request, _)| Some(&request.generator.place) == nearest)
        else {
            return unknown(format!("no ArtifactGenerator in the repository makes the ExternalArtifact {name}"));
        };
        if let Some(known) = self.artifacts.borrow().get(&artifact_root(request)) {
            return SourceContent::Artifact(known.clone());
        }
        match build_artifact(self.index, request, roots) {
            Ok(built) => {
                let mut artifacts = self.artifacts.borrow_mut();
                SourceContent::Artifact(artifacts.entry(built.root.clone()).or_insert_with(|| Rc::new(built)).clone())
            }
            Err(text) => unknown(text),
        }
    }

    /// The directory of this repository that a source of a generator is.
    fn root_of_alias(&self, source: &Value, generator: &Manifest, user: SourceUser<'_>) -> Option<String> {
        // An artifact of an artifact is not followed.
        if fields::text(source, &["kind"]) == Some("ExternalArtifact") {
            return None;
        }
        let namespace = generator.namespace().unwrap_or(user.namespace);
        match self.resolve(source, SourceUser { namespace, ..user }) {
            SourceContent::Ours(root) => Some(root),
            _ => None,
        }
    }

    /// The artifact in which a directory lies.
    pub(super) fn artifact_of(&self, directory: &str) -> Option<Rc<BuiltArtifact>> {
        let artifacts = self.artifacts.borrow();
        artifacts.values().find(|artifact| path::is_within(directory, &artifact.root)).cloned()
    }

    /// The directory of this repository that a path of a source is, or the reason why there is none.
    pub(super) fn locate(&self, content: &SourceContent, path: &str) -> Result<String, StateReason> {
        let invalid =
            || StateReason::new(ReasonCode::Invalid, format!("the path {path} leads out of its source"), None);
        match content {
            SourceContent::Ours(root) => {
                let below = path::join_from_root("", path).ok_or_else(invalid)?;
                path::join(root, &below).ok_or_else(invalid)
            }
            SourceContent::OtherRevision(revision) => {
                Err(StateReason::new(ReasonCode::Pinned, format!("the source is pinned to {revision}"), None))
            }
            SourceContent::Artifact(artifact) => {
                let below = path::join_from_root("", path).ok_or_else(invalid)?;
                if artifact.foreign.iter().any(|part| path::is_within(part, &below) || path::is_within(&below, part)) {
                    let text = format!("{} of the artifact comes from another source, too", path::display(&below));
                    return Err(StateReason::new(ReasonCode::UnknownSource, text, None));
                }
                path::join(&artifact.root, &below).ok_or_else(invalid)
            }
            SourceContent::Elsewhere(code, text) => Err(StateReason::new(*code, text.clone(), None)),
        }
    }
}

impl<'u> SourceUser<'u> {
    /// Returns the object with the namespace that a reference names.
    pub(super) fn in_namespace_of(self, reference: &'u Value) -> SourceUser<'u> {
        SourceUser { namespace: fields::text(reference, &["namespace"]).unwrap_or(self.namespace), ..self }
    }

    /// The object that stands nearest to the declarations of this one; of several that are as near the first.
    pub(super) fn nearest<'m>(self, objects: impl Iterator<Item = &'m Manifest>) -> Option<&'m Manifest> {
        let mut best: Option<(usize, &Manifest)> = None;
        for object in objects {
            let distances = self.files.iter().map(|file| path::count_common_directories(file, &object.place.file));
            let common = distances.max().unwrap_or(0);
            if best.is_none_or(|(most, _)| common > most) {
                best = Some((common, object));
            }
        }
        best.map(|(_, object)| object)
    }
}
