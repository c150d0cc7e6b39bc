//! The variables of `postBuild` of Flux, as far as their values are in the repository.

use std::collections::BTreeMap;

use super::application::Application;
use super::fields;
use super::index::RepositoryIndex;
use super::kustomization::PatchEntry;
use super::manifest::read_values;
use super::path;
use super::variables::{FluxVariables, has_variable};
use crate::yaml::Value;

/// The variables of `postBuild`: ConfigMaps in the order in which they are named, then inline ones over them.
pub(super) fn read_variables(index: &RepositoryIndex, value: &Value, application: &Application) -> FluxVariables {
    let mut variables = FluxVariables::default();
    for from in fields::items(value, &["spec", "postBuild", "substituteFrom"]) {
        let name = fields::text(from, &["name"]).unwrap_or_default();
        let is_config_map = fields::text(from, &["kind"]) == Some("ConfigMap");
        let data = if is_config_map { find_config_map(index, application, name) } else { None };
        match data {
            Some(data) => variables.values.extend(data),
            None => variables.is_incomplete = true,
        }
    }
    for (name, value) in fields::mapping(value, &["spec", "postBuild", "substitute"]).into_iter().flatten() {
        // Line breaks are taken out of values.
        let text = fields::scalar_text(value).unwrap_or_default().replace('\n', "");
        variables.values.insert(name.clone(), text);
    }
    variables
}

/// The data of the ConfigMap of this name and namespace in the files of the repository. Clusters can have different
/// ones, so the nearest counts.
fn find_config_map(index: &RepositoryIndex, application: &Application, name: &str) -> Option<BTreeMap<String, String>> {
    if is_patched(index, name) {
        return None;
    }
    let namespace = application.namespace.as_deref();
    let mut found: Vec<(usize, BTreeMap<String, String>)> = Vec::new();
    for file in index.paths() {
        let Some(text) = index.text(file) else { continue };
        let kustomization = index.kustomization(path::directory_of(file));
        let is_kustomization = kustomization.is_some_and(|kustomization| kustomization.file == file);
        if !text.contains("ConfigMap") || !text.contains(name) || is_kustomization {
            continue;
        }
        let places = application.chain.iter().map(|declaration| declaration.place.file.as_str());
        let common = places.map(|other| path::count_common_directories(file, other)).max().unwrap_or(0);
        for object in read_values(text).unwrap_or_default() {
            let own = fields::text(&object, &["metadata", "namespace"]);
            let is_it = fields::text(&object, &["kind"]) == Some("ConfigMap")
                && fields::text(&object, &["metadata", "name"]) == Some(name)
                && (own.is_none() || own == namespace);
            if is_it {
                found.push((common, variables_of(&object)?));
            }
        }
    }
    let nearest = found.iter().map(|(common, _)| *common).max()?;
    found.retain(|(common, _)| *common == nearest);
    found.dedup();
    if found.len() == 1 { found.pop().map(|(_, data)| data) } else { None }
}

/// Returns `true` if a kustomization may patch a ConfigMap: then its file does not show what a cluster has.
fn is_patched(index: &RepositoryIndex, name: &str) -> bool {
    for kustomization in index.kustomizations() {
        for PatchEntry { inline, path, .. } in kustomization.patch_entries() {
            let file = path.and_then(|path| kustomization.locate(path));
            let text = inline.or_else(|| index.text(file.as_deref()?)).unwrap_or_default();
            if text.contains("ConfigMap") && text.contains(name) {
                return true;
            }
        }
    }
    false
}

/// The variables in a ConfigMap. Nobody but its key's holder knows an encrypted value, and a variable in a variable is
/// another's.
fn variables_of(config: &Value) -> Option<BTreeMap<String, String>> {
    let mut data = BTreeMap::new();
    for (key, value) in fields::mapping(config, &["data"]).into_iter().flatten() {
        let text = fields::scalar_text(value).unwrap_or_default().replace('\n', "");
        if text.starts_with("ENC[") || has_variable(&text) {
            return None;
        }
        data.insert(key.clone(), text);
    }
    Some(data)
}
