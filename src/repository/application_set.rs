//! ApplicationSets of Argo CD: the Applications that they make.

use super::application::StateReason;
use super::application::{Application, ApplicationKind, ApplicationState, ReasonCode};
use super::argo::ArgoContext;
use super::declared_object::DeclaredObject;
use super::fields;
use super::generator::{Generated, generate};
use super::manifest::read_value;
use super::patch::{has_directive, merge};
use super::path;
use super::set_template::{read_template_style, render_text, render_value};
use crate::yaml::Value;

/// The Applications of a set, with what is to be said about it.
pub(super) struct EvaluatedSet {
    pub(super) objects: Vec<DeclaredObject>,
    pub(super) ambiguous_patterns: Vec<String>,
}

/// Evaluates a set, or tells why it cannot be.
pub(super) fn evaluate_set(context: &ArgoContext<'_>, object: &DeclaredObject) -> Result<EvaluatedSet, StateReason> {
    let value = &object.manifest.value;
    let style = read_template_style(value)?;
    let patch = fields::text(value, &["spec", "templatePatch"]);
    let template = fields::field(value, &["spec", "template"]).cloned().unwrap_or(Value::Null);
    let Generated { sets, inputs, ambiguous_patterns, uncertainty } = generate(context, value, &style)?;
    let parents = object.chain(object.manifest.namespace());
    let mut objects = Vec::new();
    for (set, own) in sets {
        let mut template = template.clone();
        if let Some(own) = own {
            merge(&mut template, &own);
        }
        let mut application = render_value(&template, &set, &style)?;
        if let Some(patch) = patch {
            patch_application(&render_text(patch, &set, &style)?, &mut application)?;
        }
        fields::set(&mut application, &["apiVersion"], Value::String("argoproj.io/v1alpha1".to_owned()));
        fields::set(&mut application, &["kind"], Value::String("Application".to_owned()));
        if let Some(namespace) = object.manifest.namespace() {
            fields::set(&mut application, &["metadata", "namespace"], Value::String(namespace.to_owned()));
        }
        let mut manifest = object.manifest.with_value(application);
        manifest.uncertainty = manifest.uncertainty.or(uncertainty.clone());
        objects.push(DeclaredObject {
            manifest,
            cluster: object.cluster.clone(),
            parents: parents.clone(),
            inputs: inputs.clone(),
        });
    }
    Ok(EvaluatedSet { objects, ambiguous_patterns })
}

/// Applies a rendered `templatePatch`. It is a strategic merge patch, and Argo CD's kinds have no lists that merge but
/// the finalizers; the project stays.
fn patch_application(patch: &str, application: &mut Value) -> Result<(), StateReason> {
    match read_value(patch) {
        None if patch.trim().is_empty() => {}
        Some(Value::Null) => {}
        Some(patch) if has_directive(&patch) => {
            let text = "a directive in `templatePatch` is not evaluated";
            return Err(StateReason::new(ReasonCode::Template, text, None));
        }
        Some(patch @ Value::Map(_)) => {
            let project = fields::field(application, &["spec", "project"]).cloned();
            merge(application, &patch);
            fields::set(application, &["spec", "project"], project.unwrap_or(Value::Null));
        }
        _ => return Err(StateReason::new(ReasonCode::Invalid, "`templatePatch` is not a mapping", None)),
    }
    Ok(())
}

/// An application that stands for all of a set that cannot be evaluated.
pub(super) fn unknown_set(object: &DeclaredObject, mut reason: StateReason) -> Application {
    reason.place = reason.place.or(Some(object.manifest.place.clone()));
    let chain = object.chain(object.manifest.namespace());
    Application {
        namespace: object.manifest.namespace().map(str::to_owned),
        state: ApplicationState::Unknown,
        reasons: vec![reason],
        possible_paths: possible_paths(&object.manifest.value),
        ..Application::new(ApplicationKind::ArgoSet, object.manifest.name(), chain)
    }
}

/// Patterns of the paths of a set: those of its template, and where that is nothing but a parameter, those of its git
/// generators.
fn possible_paths(set: &Value) -> Vec<String> {
    let mut paths = template_paths(set);
    if paths.iter().any(|path| path.trim_matches(['*', '/', '.']).is_empty()) {
        paths.retain(|path| !path.trim_matches(['*', '/', '.']).is_empty());
        let generators = fields::field(set, &["spec", "generators"]);
        collect_git_paths(generators.unwrap_or(&Value::Null), &mut paths);
    }
    paths
}

/// Adds the paths of git generators, at any depth of other generators.
fn collect_git_paths(generator: &Value, paths: &mut Vec<String>) {
    match generator {
        Value::Seq(items) => {
            for item in items {
                collect_git_paths(item, paths);
            }
        }
        Value::Map(entries) => {
            for (key, value) in entries {
                if key != "git" {
                    collect_git_paths(value, paths);
                    continue;
                }
                for row in fields::items(value, &["directories"]) {
                    paths.extend(fields::text(row, &["path"]).map(str::to_owned));
                }
                for row in fields::items(value, &["files"]) {
                    paths.extend(fields::text(row, &["path"]).map(|file| path::directory_of(file).to_owned()));
                }
            }
        }
        _ => {}
    }
}

/// Paths of the template of a set, with `*` for each parameter: what may belong to it.
pub(super) fn template_paths(set: &Value) -> Vec<String> {
    let mut paths = Vec::new();
    let Some(spec) = fields::field(set, &["spec", "template", "spec"]) else { return paths };
    let mut sources: Vec<&Value> = fields::items(spec, &["sources"]).iter().collect();
    sources.extend(fields::field(spec, &["source"]));
    for source in sources {
        let Some(path) = fields::text(source, &["path"]) else { continue };
        let mut pattern = String::new();
        let mut rest = path;
        while let Some((before, from)) = rest.split_once("{{") {
            pattern.push_str(before);
            pattern.push('*');
            rest = from.split_once("}}").map_or("", |(_, after)| after);
        }
        pattern.push_str(rest);
        paths.push(pattern.trim_start_matches("./").trim_end_matches('/').to_owned());
    }
    paths
}
