//! Applications of Argo CD: what their sources are, and how Argo CD would render them.

use std::collections::{BTreeMap, BTreeSet};

use super::address::{OwnAddresses, is_pinned};
use super::application::{Application, ApplicationKind, ApplicationState, ReasonCode, RenderTool, StateReason};
use super::argo_directory::follow_directory;
use super::build;
use super::chart;
use super::fields;
use super::flux::DeclaredObject;
use super::index::RepositoryIndex;
use super::manifest::{Manifest, read_value};
use super::patch::merge;
use super::path;
use super::settings::DiscoveryOptions;
use crate::yaml::Value;

/// The cluster on which Argo CD itself runs.
const IN_CLUSTER: &str = "in-cluster";

/// An application, and the objects that its rendering declares.
pub(super) struct EvaluatedApplication {
    pub(super) application: Application,
    pub(super) manifests: Vec<Manifest>,
    /// Charts whose templates declare applications, which only a rendering shows.
    pub(super) opaque_charts: Vec<String>,
}

/// Everything that decides about sources.
pub(super) struct ArgoContext<'i> {
    pub(super) index: &'i RepositoryIndex,
    pub(super) options: &'i DiscoveryOptions,
    pub(super) own: &'i OwnAddresses,
}

impl ArgoContext<'_> {
    /// Evaluates an Application.
    pub(super) fn evaluate(&self, object: &DeclaredObject, chain_is_complete: bool) -> EvaluatedApplication {
        let value = &object.manifest.value;
        let chain = if chain_is_complete { object.parents.clone() } else { object.chain(object.manifest.namespace()) };
        let mut evaluated = EvaluatedApplication {
            application: Application {
                cluster: destination_cluster(value, object.cluster.as_deref()),
                namespace: object.manifest.namespace().map(str::to_owned),
                ..Application::new(ApplicationKind::Argo, object.manifest.name(), chain)
            },
            manifests: Vec::new(),
            opaque_charts: Vec::new(),
        };
        if let Some(uncertainty) = &object.manifest.uncertainty {
            let place = Some(object.manifest.place.clone());
            let reason = StateReason::new(ReasonCode::Parent, uncertainty.clone(), place);
            evaluated.application.lower(ApplicationState::Approximate, reason);
        }
        evaluated.application.inputs.extend(object.inputs.iter().cloned());
        self.evaluate_sources(object, &mut evaluated);
        evaluated
    }

    /// Several sources are rendered one by one: those that can be are a part of the application.
    fn evaluate_sources(&self, object: &DeclaredObject, evaluated: &mut EvaluatedApplication) {
        let value = &object.manifest.value;
        let mut sources: Vec<&Value> = fields::items(value, &["spec", "sources"]).iter().collect();
        if sources.is_empty() {
            sources.extend(fields::field(value, &["spec", "source"]));
        }
        let mut references = BTreeMap::new();
        for source in &sources {
            if let Some(name) = fields::text(source, &["ref"]) {
                references.insert(name, *source);
            }
        }
        let (mut rendered, mut failures) = (0, Vec::new());
        for source in &sources {
            let is_handle = fields::text(source, &["ref"]).is_some()
                && fields::text(source, &["path"]).is_none()
                && fields::text(source, &["chart"]).is_none();
            if is_handle {
                continue;
            }
            match self.evaluate_source(source, &references, evaluated) {
                Ok(()) => rendered += 1,
                Err(failure) => failures.push(failure),
            }
        }
        if rendered == 0 && failures.is_empty() {
            failures.push((ApplicationState::Unknown, StateReason::new(ReasonCode::Invalid, "it has no source", None)));
        }
        for (state, mut reason) in failures {
            let state = if rendered > 0 { ApplicationState::Partial } else { state };
            reason.place = reason.place.or(Some(object.manifest.place.clone()));
            evaluated.application.lower(state, reason);
        }
    }

    fn evaluate_source(
        &self,
        source: &Value,
        references: &BTreeMap<&str, &Value>,
        evaluated: &mut EvaluatedApplication,
    ) -> Result<(), (ApplicationState, StateReason)> {
        if let Some(chart) = fields::text(source, &["chart"]) {
            let url = fields::text(source, &["repoURL"]).unwrap_or_default();
            self.follow_values("", source, references, evaluated)?;
            return unknown(ReasonCode::RemoteChart, format!("the chart {chart} is in {url}"));
        }
        self.check_repository(source)?;
        let path = fields::text(source, &["path"]).unwrap_or_default();
        if path.contains("{{") {
            return unknown(ReasonCode::Template, format!("the path {path} has a parameter that is not known"));
        }
        let located = path::join("", path.trim_start_matches('/')).and_then(|path| self.index.resolve_links(&path));
        let Some((directory, links)) = located else {
            return unknown(ReasonCode::NeedsOutsideFile, format!("the path {path} is outside of the repository"));
        };
        evaluated.application.inputs.extend(links);
        if !self.index.is_directory(&directory) {
            return unknown(ReasonCode::PathMissing, format!("the path {path} does not exist"));
        }
        let source = self.override_source(source, &directory, evaluated);
        evaluated.application.add_path(&directory);
        self.render(&directory, &source, references, evaluated)
    }

    /// Finds out whether a source is the revision of the repository that is read.
    fn check_repository(&self, source: &Value) -> Result<(), (ApplicationState, StateReason)> {
        let url = fields::text(source, &["repoURL"]).unwrap_or_default();
        let path = fields::text(source, &["path"]).unwrap_or_default();
        let is_templated = url.contains("{{");
        let exists = path::join("", path).is_some_and(|path| self.index.is_directory(&path));
        if is_templated && !exists {
            return unknown(ReasonCode::Template, format!("the repository {url} has a parameter that is not known"));
        }
        if !is_templated && !self.own.contain(url) {
            return unknown(ReasonCode::OtherRepository, format!("the source is {url}"));
        }
        let revision = fields::text(source, &["targetRevision"]).unwrap_or_default();
        if is_pinned(revision, self.options) {
            let reason = StateReason::new(ReasonCode::Pinned, format!("the source is pinned to {revision}"), None);
            return Err((ApplicationState::Pinned, reason));
        }
        Ok(())
    }

    /// Merges the override files of a directory over a source, which keeps its place.
    fn override_source(&self, source: &Value, directory: &str, evaluated: &mut EvaluatedApplication) -> Value {
        let mut merged = source.clone();
        let own = format!(".argocd-source-{}.yaml", evaluated.application.name);
        for name in [".argocd-source.yaml", own.as_str()] {
            let Some(file) = path::join(directory, name) else { continue };
            let Some(patch) = self.index.text(&file).and_then(read_value) else { continue };
            merge(&mut merged, &patch);
            evaluated.application.inputs.insert(file);
        }
        for key in ["path", "chart", "repoURL", "targetRevision"] {
            if let Some(value) = fields::field(source, &[key]) {
                fields::set(&mut merged, &[key], value.clone());
            }
        }
        merged
    }

    fn render(
        &self,
        directory: &str,
        source: &Value,
        references: &BTreeMap<&str, &Value>,
        evaluated: &mut EvaluatedApplication,
    ) -> Result<(), (ApplicationState, StateReason)> {
        let mut blocks = Vec::new();
        for block in ["kustomize", "helm", "directory", "plugin"] {
            let is_set = fields::mapping(source, &[block]).is_some_and(|fields| !fields.is_empty());
            if is_set {
                blocks.push(block);
            }
        }
        let kind = match blocks[..] {
            [] if self.index.is_chart(directory) => "helm",
            [] if self.index.kustomization(directory).is_some() => "kustomize",
            [] => "directory",
            [block] => block,
            _ => {
                return unknown(ReasonCode::Invalid, format!("the source has more than one of {}", blocks.join(", ")));
            }
        };
        match kind {
            "kustomize" => self.render_kustomization(directory, source, evaluated),
            "helm" => self.render_chart(directory, source, references, evaluated),
            "directory" => {
                let followed = follow_directory(self.index, directory, source)?;
                evaluated.application.inputs.extend(followed.inputs);
                evaluated.manifests.extend(followed.manifests);
                Ok(())
            }
            _ => {
                let name = fields::text(source, &["plugin", "name"]).unwrap_or("without a name");
                unknown(ReasonCode::NeedsPlugin, format!("it is rendered by the config management plugin {name}"))
            }
        }
    }

    fn render_kustomization(
        &self,
        directory: &str,
        source: &Value,
        evaluated: &mut EvaluatedApplication,
    ) -> Result<(), (ApplicationState, StateReason)> {
        if self.index.kustomization(directory).is_none() {
            return unknown(ReasonCode::FileMissing, format!("{} has no kustomization", path::display(directory)));
        }
        let components = fields::texts(source, &["kustomize", "components"]);
        let ignores_missing = fields::is_true(source, &["kustomize", "ignoreMissingComponents"]);
        let mut followed = build::follow_flux_path(self.index, directory, &components, ignores_missing);
        evaluated.application.add_tool(RenderTool::Kustomize);
        evaluated.application.inputs.append(&mut followed.inputs);
        for (state, reason) in followed.obstacles {
            evaluated.application.lower(state, reason);
        }
        for patch in fields::items(source, &["kustomize", "patches"]) {
            let text = match (fields::text(patch, &["patch"]), fields::text(patch, &["path"])) {
                (Some(inline), _) => Some(inline),
                (None, Some(file)) => path::join(directory, file).and_then(|file| self.index.text(&file)),
                (None, None) => None,
            };
            if let Some(text) = text {
                let target = fields::field(patch, &["target"]);
                build::patch_manifests(text, target, "the Application", &mut followed.manifests);
            }
        }
        let affix = |key| fields::text(source, &["kustomize", key]).unwrap_or_default();
        let (prefix, suffix, namespace) = (affix("namePrefix"), affix("nameSuffix"), affix("namespace"));
        for mut manifest in followed.manifests {
            if !namespace.is_empty() {
                fields::set(&mut manifest.value, &["metadata", "namespace"], Value::String(namespace.to_owned()));
            }
            let name = format!("{prefix}{}{suffix}", manifest.name());
            fields::set(&mut manifest.value, &["metadata", "name"], Value::String(name));
            evaluated.manifests.push(manifest);
        }
        Ok(())
    }

    fn render_chart(
        &self,
        directory: &str,
        source: &Value,
        references: &BTreeMap<&str, &Value>,
        evaluated: &mut EvaluatedApplication,
    ) -> Result<(), (ApplicationState, StateReason)> {
        if !self.index.is_chart(directory) {
            return unknown(ReasonCode::FileMissing, format!("{} has no Chart.yaml", path::display(directory)));
        }
        evaluated.application.add_tool(RenderTool::Helm);
        let followed = chart::follow_chart(self.index, directory);
        if chart::declares_applications(self.index, &followed) {
            evaluated.opaque_charts.push(directory.to_owned());
        }
        evaluated.application.inputs.extend(followed.inputs);
        let values = self.follow_values(directory, source, references, evaluated);
        if let Some(obstacle) = followed.obstacles.into_iter().next() {
            return Err(obstacle);
        }
        values
    }

    /// Adds the values files of a source. A file with `$name/` before it is one of the source with that `ref`.
    fn follow_values(
        &self,
        directory: &str,
        source: &Value,
        references: &BTreeMap<&str, &Value>,
        evaluated: &mut EvaluatedApplication,
    ) -> Result<(), (ApplicationState, StateReason)> {
        let ignores_missing = fields::is_true(source, &["helm", "ignoreMissingValueFiles"]);
        let mut files: Vec<(&str, bool)> = Vec::new();
        for file in fields::texts(source, &["helm", "valueFiles"]) {
            files.push((file, ignores_missing));
        }
        for parameter in fields::items(source, &["helm", "fileParameters"]) {
            files.extend(fields::text(parameter, &["path"]).map(|file| (file, false)));
        }
        let mut outcome = Ok(());
        for (file, may_be_missing) in files {
            let followed = self.follow_values_file(directory, file, references);
            match followed {
                Ok(found) if found.is_empty() && !may_be_missing => {
                    outcome = unknown(ReasonCode::FileMissing, format!("the values file {file} does not exist"));
                }
                Ok(found) => evaluated.application.inputs.extend(found),
                Err(failure) => outcome = Err(failure),
            }
        }
        outcome
    }

    /// The existing files that an entry of `valueFiles` names.
    fn follow_values_file(
        &self,
        directory: &str,
        file: &str,
        references: &BTreeMap<&str, &Value>,
    ) -> Result<BTreeSet<String>, (ApplicationState, StateReason)> {
        if file.contains("{{") {
            return unknown(ReasonCode::Template, format!("the values file {file} has a parameter that is not known"));
        }
        if file.contains("://") {
            return unknown(ReasonCode::RemoteBase, format!("reads {file}"));
        }
        let located = match file.strip_prefix('$') {
            Some(rest) => {
                let (name, rest) = rest.split_once('/').unwrap_or((rest, ""));
                let Some(source) = references.get(name) else {
                    return unknown(ReasonCode::Invalid, format!("the values file {file} names no source"));
                };
                self.check_repository(source)?;
                path::join("", rest)
            }
            None if file.starts_with('/') => path::join_from_root("", file),
            None => path::join(directory, file),
        };
        let Some((whole, links)) = located.and_then(|whole| self.index.resolve_links(&whole)) else {
            return unknown(ReasonCode::NeedsOutsideFile, format!("reads {file}, which is outside of the repository"));
        };
        let mut found = BTreeSet::from_iter(links);
        if whole.contains(['*', '?', '[']) {
            for candidate in self.index.paths() {
                if path::match_pattern(&whole, candidate) == Some(true) {
                    found.insert(candidate.to_owned());
                }
            }
        } else if self.index.is_file(&whole) {
            found.insert(whole);
        } else {
            found.clear();
        }
        Ok(found)
    }
}

pub(super) fn unknown<T>(code: ReasonCode, text: String) -> Result<T, (ApplicationState, StateReason)> {
    Err((ApplicationState::Unknown, StateReason::new(code, text, None)))
}

/// The cluster of a destination: its name, else its address. The cluster of Argo CD itself is that of its parents,
/// where they name one.
fn destination_cluster(value: &Value, parent: Option<&str>) -> Option<String> {
    let destination = fields::field(value, &["spec", "destination"])?;
    let named = fields::text(destination, &["name"]).or(fields::text(destination, &["server"]))?;
    let own = matches!(named.trim_end_matches('/'), IN_CLUSTER | "https://kubernetes.default.svc");
    Some(if own { parent.unwrap_or(IN_CLUSTER).to_owned() } else { named.to_owned() })
}
