//! Sources of Flux: which directory of this repository the paths of a Kustomization count from.

use std::collections::{BTreeMap, BTreeSet};

use super::address::{OwnAddresses, is_pinned};
use super::application::{ReasonCode, StateReason};
use super::fields;
use super::index::RepositoryIndex;
use super::manifest::Manifest;
use super::path;
use super::settings::DiscoveryOptions;
use super::variables::has_variable;
use crate::yaml::Value;

/// The content of a source.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum SourceContent {
    /// This repository, from a directory on.
    Ours(String),
    /// Another revision of this repository.
    OtherRevision(String),
    /// An artifact made of parts of this repository.
    Copies(Vec<ArtifactCopy>),
    /// Something that is not known here.
    Elsewhere(ReasonCode, String),
}

/// A part of an artifact: files of the repository, and where they lie in the artifact.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct ArtifactCopy {
    from: String,
    to: String,
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
        FluxSources { index, options, own, sync_names, commonest, paths, made: Vec::new() }
    }

    /// The content of the source that a reference names, from an object in a namespace.
    pub(super) fn resolve(&self, reference: &Value, namespace: &str) -> SourceContent {
        let kind = fields::text(reference, &["kind"]).unwrap_or_default();
        let name = fields::text(reference, &["name"]).unwrap_or_default();
        let namespace = fields::text(reference, &["namespace"]).unwrap_or(namespace);
        match kind {
            "GitRepository" | "OCIRepository" => self.resolve_repository(kind, name, namespace),
            "ExternalArtifact" => self.resolve_artifact(name, namespace),
            _ => SourceContent::Elsewhere(ReasonCode::UnknownSource, format!("the source is the {kind} {name}")),
        }
    }

    /// The source of a kind, name and namespace.
    pub(super) fn find(&self, kind: &str, name: &str, namespace: &str) -> Option<&Manifest> {
        self.index.manifests().chain(&self.made).find(|manifest| {
            manifest.kind() == kind
                && manifest.group().starts_with("source.")
                && manifest.name() == name
                && manifest.namespace().is_none_or(|other| other == namespace)
        })
    }

    fn resolve_repository(&self, kind: &str, name: &str, namespace: &str) -> SourceContent {
        let object = self.find(kind, name, namespace);
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
    pub(super) fn find_other_branch(&self, reference: &Value, namespace: &str) -> Option<&str> {
        let (kind, name) = (fields::text(reference, &["kind"])?, fields::text(reference, &["name"])?);
        let namespace = fields::text(reference, &["namespace"]).unwrap_or(namespace);
        let branch = fields::text(&self.find(kind, name, namespace)?.value, &["spec", "ref", "branch"])?;
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

    fn resolve_artifact(&self, name: &str, namespace: &str) -> SourceContent {
        let unknown = |text: String| SourceContent::Elsewhere(ReasonCode::UnknownSource, text);
        for generator in self.index.manifests().filter(|manifest| manifest.kind() == "ArtifactGenerator") {
            if generator.namespace().is_some_and(|other| other != namespace) {
                continue;
            }
            for artifact in fields::items(&generator.value, &["spec", "artifacts"]) {
                if fields::text(artifact, &["name"]) == Some(name) {
                    return self.resolve_copies(generator, artifact, namespace);
                }
            }
        }
        unknown(format!("no ArtifactGenerator in the repository makes the ExternalArtifact {name}"))
    }

    fn resolve_copies(&self, generator: &Manifest, artifact: &Value, namespace: &str) -> SourceContent {
        let unknown = |text: &str| SourceContent::Elsewhere(ReasonCode::UnknownSource, text.to_owned());
        let mut copies = Vec::new();
        for copy in fields::items(artifact, &["copy"]) {
            if fields::field(copy, &["exclude"]).is_some() || fields::text(copy, &["strategy"]) == Some("Merge") {
                return unknown("the artifact is made with `exclude` or `strategy: Merge`");
            }
            let from = fields::text(copy, &["from"]).and_then(|from| from.strip_prefix('@')?.split_once('/'));
            let to = fields::text(copy, &["to"]).and_then(|to| to.strip_prefix("@artifact/"));
            let (Some((alias, pattern)), Some(to)) = (from, to) else {
                return unknown("a copy of the artifact is not valid");
            };
            let sources = fields::items(&generator.value, &["spec", "sources"]);
            let source = sources.iter().find(|source| fields::text(source, &["alias"]) == Some(alias));
            let Some(source) = source else { return unknown("a copy of the artifact names no source") };
            match self.resolve(source, generator.namespace().unwrap_or(namespace)) {
                SourceContent::Ours(root) => copies.extend(artifact_copy(&root, pattern, to)),
                SourceContent::Copies(_) => return unknown("the artifact is made of another artifact"),
                _ => {}
            }
        }
        SourceContent::Copies(copies)
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
            SourceContent::Copies(copies) => {
                let below = path::join_from_root("", path).ok_or_else(invalid)?;
                locate_in_copies(copies, &below)
            }
            SourceContent::Elsewhere(code, text) => Err(StateReason::new(*code, text.clone(), None)),
        }
    }
}

/// The copy of the files below a directory (`dir/**`), or of a directory or file itself (`dir`, `dir/`).
fn artifact_copy(root: &str, pattern: &str, to: &str) -> Option<ArtifactCopy> {
    let from = pattern.strip_suffix("/**").unwrap_or(pattern);
    let from = if pattern == "**" { "" } else { from };
    if from.contains(['*', '?', '[', '{']) {
        return None;
    }
    let from = path::join(root, from)?;
    let target = path::join("", to)?;
    let holds_content = pattern.ends_with("**");
    let to = if holds_content || !to.ends_with('/') && !to.is_empty() {
        target
    } else {
        path::join(&target, path::base_name(&from))?
    };
    Some(ArtifactCopy { from, to })
}

fn locate_in_copies(copies: &[ArtifactCopy], path: &str) -> Result<String, StateReason> {
    let unknown = |text: String| StateReason::new(ReasonCode::UnknownSource, text, None);
    let mut covering = Vec::new();
    for copy in copies {
        if path::is_within(path, &copy.to) {
            let rest = path[copy.to.len()..].trim_start_matches('/');
            covering.extend(path::join(&copy.from, rest));
        } else if path::is_within(&copy.to, path) {
            return Err(unknown(format!(
                "{} of the artifact is put together from several directories",
                path::display(path)
            )));
        }
    }
    match &covering[..] {
        [one] => Ok(one.clone()),
        [] => Err(unknown(format!("no part of the artifact that is in this repository is {}", path::display(path)))),
        _ => Err(unknown(format!("{} of the artifact is copied from several directories", path::display(path)))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_of_an_artifact_maps_one_directory() {
        let locate = |copies: &[(&str, &str)], path: &str| {
            let copies: Vec<_> = copies.iter().filter_map(|(from, to)| artifact_copy("", from, to)).collect();
            locate_in_copies(&copies, path).map_err(|reason| reason.code)
        };
        assert_eq!(locate(&[("apps/web/**", "")], "base"), Ok("apps/web/base".to_owned()));
        assert_eq!(locate(&[("apps/web/**", "web/")], "web/base"), Ok("apps/web/base".to_owned()));
        assert_eq!(locate(&[("apps/web/", "")], "web"), Ok("apps/web".to_owned()));
        assert_eq!(locate(&[("a/**", ""), ("b/**", "deep/")], ""), Err(ReasonCode::UnknownSource));
        assert_eq!(locate(&[("a/**", "a/")], "b"), Err(ReasonCode::UnknownSource));
    }
}
