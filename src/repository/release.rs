//! Helm releases of Flux whose chart is in the repository: applications of their own, rendered with the values that
//! helm-controller would merge. All others stay objects of the application that declares them.
//!
//! Fields: `helm-controller api/v2/helmrelease_types.go`, `source-controller api/v1/helmchart_types.go`.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::application::{Application, ApplicationKind, ApplicationState, ReasonCode, RenderTool, StateReason};
use super::declared_object::{DeclaredObject, FLUX_NAMESPACE, remote_cluster};
use super::dependencies::read_dependencies;
use super::fields;
use super::flux_source::{FluxSources, SourceUser};
use super::index::RepositoryIndex;
use super::manifest::Manifest;
use super::recipe::{HelmStep, HelmValues, MAX_RELEASE_NAME, Recipe};
use super::release_chart::{ChartContext, ReleaseChart};
use super::release_values::{ValuesReference, merge_values, text_of_key};
use super::value_source::is_value_source;
use super::wrapper::{Wrapper, print_json};
use crate::sha256;
use crate::source::SourceRelease;
use crate::yaml::Value;

/// The releases that an application declares, with what their values and charts are looked up in.
pub(super) struct ReleaseScope {
    /// The applications in which references are resolved.
    scope: Arc<str>,
    parent: Application,
    manifests: Vec<Manifest>,
}

impl ReleaseScope {
    /// Takes from the objects of an application's build what releases are made of.
    pub(super) fn new(parent: &Application, manifests: &[Manifest]) -> ReleaseScope {
        let matters = |manifest: &&Manifest| {
            is_release(manifest) || is_value_source(manifest) || manifest.is("source.toolkit.fluxcd.io", "HelmChart")
        };
        let manifests: Vec<Manifest> = manifests.iter().filter(matters).cloned().collect();
        let scope = parent.to_source_application().scope;
        ReleaseScope { scope, parent: parent.clone(), manifests }
    }
}

fn is_release(manifest: &Manifest) -> bool {
    manifest.is("helm.toolkit.fluxcd.io", "HelmRelease")
}

/// Finds the releases that can be rendered, or of which it is known why not.
pub(super) fn find_releases(
    index: &RepositoryIndex,
    sources: &FluxSources<'_>,
    scopes: &[ReleaseScope],
) -> Vec<Application> {
    let finder = ReleaseFinder { charts: ChartContext::new(index, sources), scopes };
    let mut known = BTreeSet::new();
    let mut found = Vec::new();
    for scope in scopes {
        for manifest in scope.manifests.iter().filter(|manifest| is_release(manifest)) {
            let namespace = namespace_of(manifest, scope);
            if known.insert((scope.scope.clone(), namespace.to_owned(), manifest.name().to_owned())) {
                found.extend(finder.find_release(scope, manifest, namespace));
            }
        }
    }
    found
}

fn namespace_of<'m>(manifest: &'m Manifest, scope: &'m ReleaseScope) -> &'m str {
    let namespace = manifest.namespace().or(scope.parent.recipe.namespace.as_deref());
    let is_of_flux = scope.parent.kind == ApplicationKind::Flux;
    namespace.unwrap_or(if is_of_flux { FLUX_NAMESPACE } else { "default" })
}

struct ReleaseFinder<'a> {
    charts: ChartContext<'a>,
    scopes: &'a [ReleaseScope],
}

/// Values of a release, and the files in which they stand.
#[derive(Default)]
struct ReleaseValues {
    value: Option<Value>,
    inputs: BTreeSet<String>,
    holds_secrets: bool,
    /// References that may lead to something on the cluster.
    uncertain: Vec<String>,
}

impl ReleaseFinder<'_> {
    /// The application of a release; `None` if its chart is elsewhere.
    fn find_release(&self, scope: &ReleaseScope, manifest: &Manifest, namespace: &str) -> Option<Application> {
        let spec = fields::field(&manifest.value, &["spec"])?;
        let charts: Vec<&Manifest> = self.manifests_around(scope).collect();
        let mut application = declare(scope, manifest, namespace);
        let files: Vec<&str> = application.chain.iter().map(|declaration| declaration.place.file.as_str()).collect();
        let chart = self.charts.locate(spec, SourceUser { namespace, files: &files }, &charts)?;
        let place = Some(manifest.place.clone());
        if let Some(uncertainty) = &manifest.uncertainty {
            let reason = StateReason::new(ReasonCode::Parent, uncertainty.clone(), place.clone());
            application.lower(ApplicationState::Approximate, reason);
        }
        let rendered = chart.and_then(|chart| self.add_rendering(&mut application, (scope, spec), namespace, chart));
        if let Err(mut reason) = rendered {
            reason.place = reason.place.or(place.clone());
            let is_pinned = reason.code == ReasonCode::Pinned;
            let state = if is_pinned { ApplicationState::Pinned } else { ApplicationState::Unknown };
            application.lower(state, reason);
        }
        if fields::is_true(spec, &["suspend"]) {
            let reason = StateReason::new(ReasonCode::Suspended, "`spec.suspend` is true", place);
            application.lower(ApplicationState::Suspended, reason);
        }
        Some(application)
    }

    fn add_rendering(
        &self,
        application: &mut Application,
        (scope, spec): (&ReleaseScope, &Value),
        namespace: &str,
        chart: ReleaseChart,
    ) -> Result<(), StateReason> {
        if chart.repository.is_none() {
            application.add_path(chart.origin.as_ref().unwrap_or(&chart.path));
        }
        application.add_tool(RenderTool::Helm);
        application.inputs.extend(chart.inputs);
        for (state, reason) in chart.obstacles {
            application.lower(state, reason);
        }
        let values = self.read_values(scope, spec, namespace)?;
        application.inputs.extend(values.inputs);
        for text in values.uncertain {
            application.lower(ApplicationState::Approximate, StateReason::new(ReasonCode::Values, text, None));
        }
        let target = fields::text(spec, &["targetNamespace"]);
        let release_namespace = target.unwrap_or(namespace).to_owned();
        let post_renderers = post_renderers(spec);
        if !post_renderers.is_empty() {
            application.add_tool(RenderTool::Kustomize);
        }
        let mut step = HelmStep {
            chart: chart.path,
            release: release_name(spec, target, &application.name),
            namespace: Some(release_namespace.clone()),
            values: chart.values_files.into_iter().map(HelmValues::File).collect(),
            skips_crds: fields::text(spec, &["install", "crds"]) == Some("Skip"),
            skips_tests: !fields::is_true(spec, &["test", "enable"]),
            skips_hooks: ["install", "upgrade"].iter().all(|action| fields::is_true(spec, &[action, "disableHooks"])),
            post_renderers,
            holds_secrets: values.holds_secrets,
            repository: chart.repository,
            version: chart.version,
            dependencies: chart.dependencies,
            ..HelmStep::default()
        };
        step.values.extend(values.value.map(|value| HelmValues::Inline(print_json(&value))));
        application.recipe = Recipe { namespace: Some(release_namespace), copies: chart.copies, ..Recipe::default() };
        application.add_chart(step);
        Ok(())
    }

    /// Merges the values that references lead to, in their order, then those of the release itself.
    fn read_values(&self, scope: &ReleaseScope, spec: &Value, namespace: &str) -> Result<ReleaseValues, StateReason> {
        let mut values = ReleaseValues::default();
        let mut merged = Value::Map(BTreeMap::new());
        let none = Value::Map(BTreeMap::new());
        let inline = fields::field(spec, &["values"]).filter(|inline| matches!(inline, Value::Map(_)));
        let unknown = |text: String| StateReason::new(ReasonCode::Values, text, None);
        for entry in fields::items(spec, &["valuesFrom"]) {
            let reference = ValuesReference::read(entry);
            let (kind, name) = (reference.kind, reference.name);
            let Some(config) = self.find_config(scope, (kind, name), namespace).map_err(unknown)? else {
                let text = format!("takes values from the {kind} {name}, which is not in the repository");
                if !reference.is_optional {
                    return Err(unknown(text));
                }
                values.uncertain.push(text);
                continue;
            };
            values.inputs.insert(config.place.file.clone());
            values.holds_secrets |= kind == "Secret";
            let Some(text) = text_of_key(&config.value, reference.key) else {
                if reference.is_optional {
                    continue;
                }
                return Err(unknown(format!(
                    "takes values from {} of the {kind} {name}, which has no such key",
                    reference.key
                )));
            };
            if text.contains("ENC[AES256_GCM,") {
                return Err(unknown(format!("takes values from the {kind} {name}, which is encrypted")));
            }
            reference.add_to(&mut merged, &text, inline.unwrap_or(&none)).map_err(unknown)?;
        }
        if let Some(inline) = inline {
            merge_values(&mut merged, inline);
        }
        values.value = (merged != none).then_some(merged);
        Ok(values)
    }

    /// Finds the ConfigMap or Secret of a name: in the release's own application, else in others of its cluster.
    fn find_config<'s>(
        &'s self,
        scope: &'s ReleaseScope,
        (kind, name): (&str, &str),
        namespace: &str,
    ) -> Result<Option<&'s Manifest>, String> {
        let mut found: Option<&Manifest> = None;
        for (number, manifest) in self.manifests_around(scope).enumerate() {
            let is_it = manifest.kind() == kind
                && manifest.name() == name
                && manifest.namespace().is_none_or(|other| other == namespace);
            if !is_it {
                continue;
            }
            if let Some(uncertainty) = &manifest.uncertainty {
                return Err(format!("takes values from the {kind} {name}: {uncertainty}"));
            }
            match found {
                Some(other) if other.value != manifest.value => {
                    return Err(format!("takes values from the {kind} {name}, of which there are different ones"));
                }
                Some(_) => {}
                None => found = Some(manifest),
            }
            if number < scope.manifests.len() {
                break;
            }
        }
        Ok(found)
    }

    /// The objects of an application, then those of the others in its scope.
    fn manifests_around<'s>(&'s self, own: &'s ReleaseScope) -> impl Iterator<Item = &'s Manifest> {
        let others = self.scopes.iter().filter(|other| other.scope == own.scope && !std::ptr::eq(*other, own));
        own.manifests.iter().chain(others.flat_map(|other| &other.manifests))
    }
}

/// The application of a release, of which nothing but its declaration is known.
fn declare(scope: &ReleaseScope, manifest: &Manifest, namespace: &str) -> Application {
    let parent = &scope.parent;
    let object = DeclaredObject {
        manifest: manifest.clone(),
        cluster: parent.cluster.clone(),
        parents: parent.chain.clone(),
        inputs: Vec::new(),
    };
    let mut depends_on = parent.depends_on.clone();
    let waits_for = read_dependencies(&manifest.value, namespace);
    depends_on.extend(waits_for.into_iter().map(|name| format!("HelmRelease/{name}")));
    let remote = remote_cluster(&manifest.value);
    let release =
        SourceRelease { namespace: manifest.namespace().map(str::to_owned), name: manifest.name().to_owned() };
    Application {
        cluster: remote.clone().or(parent.cluster.clone()),
        namespace: Some(namespace.to_owned()),
        is_loose: parent.is_loose,
        depends_on,
        release: Some(release),
        scope: remote.is_none().then(|| scope.scope.clone()),
        ..Application::new(ApplicationKind::FluxRelease, manifest.name(), object.chain(Some(namespace)))
    }
}

/// The name of a release in Helm. One that is too long ends in a hash, as helm-controller makes it.
fn release_name(spec: &Value, target: Option<&str>, name: &str) -> String {
    const HASH_LENGTH: usize = 12;
    let whole = match (fields::text(spec, &["releaseName"]), target) {
        (Some(written), _) => written.to_owned(),
        (None, Some(target)) => format!("{target}-{name}"),
        (None, None) => name.to_owned(),
    };
    if whole.len() <= MAX_RELEASE_NAME || !whole.is_ascii() {
        return whole;
    }
    let hash = hex::encode(sha256::hash(whole.as_bytes()));
    format!("{}-{}", &whole[..MAX_RELEASE_NAME - HASH_LENGTH - 1], &hash[..HASH_LENGTH])
}

/// The kustomizations around what the chart renders to, each around that before it.
fn post_renderers(spec: &Value) -> Vec<String> {
    let mut texts = Vec::new();
    for renderer in fields::items(spec, &["postRenderers"]) {
        let Some(kustomize) = fields::field(renderer, &["kustomize"]) else { continue };
        let wrapper = Wrapper::of_flux(kustomize, &[]);
        if !wrapper.is_empty() {
            texts.push(wrapper.text_around_rendering(texts.len()));
        }
    }
    texts
}

#[cfg(test)]
mod tests {
    use super::super::manifest::read_value;
    use super::*;

    #[test]
    fn names_of_releases_are_those_of_helm_controller() {
        for (spec, expected) in
            [("{}", "web"), ("{targetNamespace: shop}", "shop-web"), ("{targetNamespace: shop, releaseName: w}", "w")]
        {
            let spec = read_value(spec).unwrap();
            assert_eq!(release_name(&spec, fields::text(&spec, &["targetNamespace"]), "web"), expected);
        }
        let long = "some-front-appended-namespace-release-with-a-long-name-that-goes-on";
        let name = release_name(&Value::Null, None, long);
        assert_eq!((name.len(), &name[..41]), (53, "some-front-appended-namespace-release-wi-"));
    }
}
