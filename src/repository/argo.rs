//! Applications of Argo CD: what their sources are, and how Argo CD would render them.

use std::collections::BTreeMap;

use super::address::{OwnAddresses, is_pinned};
use super::application::{Application, ApplicationKind, ApplicationState, ReasonCode, RenderTool, StateReason};
use super::argo_directory::follow_directory;
use super::build::{self, has_uncertain};
use super::clusters::{IN_CLUSTER, IN_CLUSTER_SERVER, RegisteredClusters};
use super::declared_object::DeclaredObject;
use super::fields;
use super::index::RepositoryIndex;
use super::manifest::{Manifest, read_value};
use super::patch::merge;
use super::path;
use super::recipe::Recipe;
use super::rendered::{OpaqueParents, RenderedParents};
use super::settings::DiscoveryOptions;
use super::wrapper::Wrapper;
use crate::yaml::Value;

/// An application, and the objects that its rendering declares.
pub(super) struct EvaluatedApplication {
    pub(super) application: Application,
    pub(super) manifests: Vec<Manifest>,
    /// Set if templates declare applications, which only a rendering shows.
    pub(super) hides_declarations: bool,
    /// The parents that have to be rendered, of which there is at most this application.
    pub(super) parents: OpaqueParents,
}

/// The reason why a source is not rendered, with the state of an application that has no other.
pub(super) type SourceFailure = (ApplicationState, StateReason);

/// The sources with a `ref`, by it.
pub(super) type References<'s> = BTreeMap<&'s str, &'s Value>;

/// A source whose directory is in the repository.
#[derive(Clone, Copy)]
pub(super) struct ArgoSource<'s> {
    pub(super) directory: &'s str,
    pub(super) value: &'s Value,
    /// The other sources of the application that can be named in it.
    pub(super) references: &'s References<'s>,
}

/// Everything that decides about sources.
pub(super) struct ArgoContext<'i> {
    pub(super) index: &'i RepositoryIndex,
    pub(super) options: &'i DiscoveryOptions,
    pub(super) own: &'i OwnAddresses,
    /// Clusters that are registered.
    pub(super) clusters: RegisteredClusters,
    pub(super) rendered: &'i RenderedParents,
}

impl ArgoContext<'_> {
    /// Evaluates an Application.
    pub(super) fn evaluate(&self, object: &DeclaredObject, chain_is_complete: bool) -> EvaluatedApplication {
        let value = &object.manifest.value;
        let chain = if chain_is_complete { object.parents.clone() } else { object.chain(object.manifest.namespace()) };
        let mut evaluated = EvaluatedApplication {
            application: Application {
                cluster: destination_cluster(value, object.cluster.as_deref()),
                recipe: Recipe { namespace: destination_namespace(value), ..Recipe::default() },
                namespace: object.manifest.namespace().map(str::to_owned),
                ..Application::new(ApplicationKind::Argo, object.manifest.name(), chain)
            },
            manifests: Vec::new(),
            hides_declarations: false,
            parents: OpaqueParents::default(),
        };
        if let Some(uncertainty) = &object.manifest.uncertainty {
            let place = Some(object.manifest.place.clone());
            let reason = StateReason::new(ReasonCode::Parent, uncertainty.clone(), place);
            evaluated.application.lower(ApplicationState::Approximate, reason);
        }
        evaluated.application.inputs.extend(object.inputs.iter().cloned());
        self.evaluate_sources(object, &mut evaluated);
        let EvaluatedApplication { application, manifests, hides_declarations, parents } = &mut evaluated;
        if *hides_declarations || has_uncertain(manifests) {
            parents.complete(self.rendered, application, *hides_declarations, manifests);
        }
        evaluated
    }

    /// Several sources are rendered one by one: those that can be are a part of the application.
    fn evaluate_sources(&self, object: &DeclaredObject, evaluated: &mut EvaluatedApplication) {
        let value = &object.manifest.value;
        let mut sources: Vec<&Value> = fields::items(value, &["spec", "sources"]).iter().collect();
        if sources.is_empty() {
            sources.extend(fields::field(value, &["spec", "source"]));
        }
        let mut references: BTreeMap<&str, &Value> = BTreeMap::new();
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
        references: &References<'_>,
        evaluated: &mut EvaluatedApplication,
    ) -> Result<(), SourceFailure> {
        if let Some(chart) = fields::text(source, &["chart"]) {
            let url = fields::text(source, &["repoURL"]).unwrap_or_default();
            let source = ArgoSource { directory: "", value: source, references };
            let files = self.follow_values(source, evaluated)?;
            if self.index.fetches {
                return self.fetch_chart(source, chart, files, evaluated);
            }
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
        self.render(ArgoSource { directory: &directory, value: &source, references }, evaluated)
    }

    /// Finds out whether a source is the revision of the repository that is read.
    pub(super) fn check_repository(&self, source: &Value) -> Result<(), SourceFailure> {
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

    fn render(&self, source: ArgoSource<'_>, evaluated: &mut EvaluatedApplication) -> Result<(), SourceFailure> {
        let ArgoSource { directory, value, .. } = source;
        let mut blocks = Vec::new();
        for block in ["kustomize", "helm", "directory", "plugin"] {
            let is_set = fields::mapping(value, &[block]).is_some_and(|fields| !fields.is_empty());
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
            "kustomize" => self.render_kustomization(directory, value, evaluated),
            "helm" => self.render_chart(source, evaluated),
            "directory" => {
                let followed = follow_directory(self.index, directory, value)?;
                evaluated.application.add_files(&followed.object_files);
                evaluated.application.inputs.extend(followed.inputs);
                evaluated.manifests.extend(followed.manifests);
                Ok(())
            }
            _ => {
                let name = fields::text(value, &["plugin", "name"]).unwrap_or("without a name");
                unknown(ReasonCode::NeedsPlugin, format!("it is rendered by the config management plugin {name}"))
            }
        }
    }

    fn render_kustomization(
        &self,
        directory: &str,
        source: &Value,
        evaluated: &mut EvaluatedApplication,
    ) -> Result<(), SourceFailure> {
        if self.index.kustomization(directory).is_none() {
            return unknown(ReasonCode::FileMissing, format!("{} has no kustomization", path::display(directory)));
        }
        let components = fields::texts(source, &["kustomize", "components"]);
        let ignores_missing = fields::is_true(source, &["kustomize", "ignoreMissingComponents"]);
        let mut followed = build::follow_flux_path(self.index, directory, &components, ignores_missing);
        evaluated.hides_declarations |= followed.hides_declarations;
        let application = &mut evaluated.application;
        application.add_tool(RenderTool::Kustomize);
        application.inputs.append(&mut followed.inputs);
        for (state, reason) in &followed.obstacles {
            application.lower(*state, reason.clone());
        }
        match Wrapper::of_argo(source, directory, &followed.components) {
            Ok(wrapper) => application.add_step(followed.to_step(directory, wrapper.text_if_needed(directory))),
            Err(field) => {
                return unknown(ReasonCode::Template, format!("`spec.source.kustomize.{field}` is not evaluated"));
            }
        }
        for patch in fields::items(source, &["kustomize", "patches"]) {
            let file = fields::text(patch, &["path"]).and_then(|file| path::join(directory, file));
            let text = match (fields::text(patch, &["patch"]), &file) {
                (Some(inline), _) => Some(inline),
                (None, Some(file)) => self.index.text(file),
                (None, None) => None,
            };
            evaluated.application.inputs.extend(file.clone());
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
}

pub(super) fn unknown<T>(code: ReasonCode, text: String) -> Result<T, SourceFailure> {
    Err((ApplicationState::Unknown, StateReason::new(code, text, None)))
}

/// The namespace of objects that name none.
fn destination_namespace(value: &Value) -> Option<String> {
    let namespace = fields::text(value, &["spec", "destination", "namespace"])?;
    (!namespace.is_empty()).then(|| namespace.to_owned())
}

/// The cluster of a destination: its name, else its address. The cluster of Argo CD itself is that of its parents,
/// where they name one.
fn destination_cluster(value: &Value, parent: Option<&str>) -> Option<String> {
    let destination = fields::field(value, &["spec", "destination"])?;
    let named = fields::text(destination, &["name"]).or(fields::text(destination, &["server"]))?;
    let own = matches!(named.trim_end_matches('/'), IN_CLUSTER | IN_CLUSTER_SERVER);
    Some(if own { parent.unwrap_or(IN_CLUSTER).to_owned() } else { named.to_owned() })
}
