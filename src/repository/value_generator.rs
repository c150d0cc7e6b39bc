//! ConfigMaps and Secrets that kustomizations generate and Helm releases of Flux take values from.

use std::collections::BTreeMap;

use super::fields;
use super::index::RepositoryIndex;
use super::kustomization::KustomizationFile;
use super::manifest::Manifest;
use super::path;
use crate::source::FileLine;
use crate::yaml::Value;

/// Adds the ConfigMaps and Secrets of these names that a kustomization generates to the objects of its build. Their names
/// stay without the suffix that kustomize gives them and their references.
pub(super) fn generate_value_sources(
    index: &RepositoryIndex,
    kustomization: &KustomizationFile,
    manifests: &mut Vec<Manifest>,
) {
    let Some(value) = &kustomization.value else { return };
    for (field, kind) in [("configMapGenerator", "ConfigMap"), ("secretGenerator", "Secret")] {
        for generator in fields::items(value, &[field]) {
            let name = fields::text(generator, &["name"]).unwrap_or_default();
            if !index.value_sources.contains(name) {
                continue;
            }
            let generated = generate(index, kustomization, generator, kind);
            let before = manifests.iter_mut().find(|manifest| manifest.kind() == kind && manifest.name() == name);
            match (fields::text(generator, &["behavior"]), before) {
                (Some("merge"), Some(before)) => merge_data(before, &generated),
                (Some("replace"), Some(before)) => *before = generated,
                _ => manifests.push(generated),
            }
        }
    }
}

/// The fields of the data of a ConfigMap and of the texts of a Secret.
fn data_field(kind: &str) -> &'static str {
    if kind == "Secret" { "stringData" } else { "data" }
}

fn generate(index: &RepositoryIndex, kustomization: &KustomizationFile, generator: &Value, kind: &str) -> Manifest {
    let name = fields::text(generator, &["name"]).unwrap_or_default();
    let mut value = Value::Map(BTreeMap::new());
    for (path, text) in [
        (&["apiVersion"][..], Some("v1")),
        (&["kind"], Some(kind)),
        (&["metadata", "name"], Some(name)),
        (&["metadata", "namespace"], fields::text(generator, &["namespace"])),
    ] {
        if let Some(text) = text {
            fields::set(&mut value, path, Value::String(text.to_owned()));
        }
    }
    let mut uncertainty = None;
    let mut add = |key: &str, text: Option<&str>| match text {
        Some(text) => fields::set(&mut value, &[data_field(kind), key], Value::String(text.to_owned())),
        None => uncertainty = Some(format!("the content of {key} in {} is not known", kustomization.file)),
    };
    for entry in fields::texts(generator, &["files"]) {
        let (key, file) = entry.split_once('=').unwrap_or((path::base_name(entry), entry));
        add(key, kustomization.locate(file).and_then(|file| index.text(&file)));
    }
    for entry in fields::texts(generator, &["literals"]) {
        if let Some((key, text)) = entry.split_once('=') {
            add(key, Some(remove_quotes(text)));
        }
    }
    for entry in fields::texts(generator, &["envs"]).into_iter().chain(fields::texts(generator, &["env"])) {
        let Some(text) = kustomization.locate(entry).and_then(|file| index.text(&file)) else {
            add(entry, None);
            continue;
        };
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            if let Some((key, text)) = line.split_once('=') {
                add(key, Some(text));
            }
        }
    }
    let place = FileLine { file: kustomization.file.clone(), line: kustomization.line_of(name) };
    Manifest { value, place, uncertainty }
}

/// A literal without the quotes around it, which kustomize takes away.
fn remove_quotes(text: &str) -> &str {
    for quote in ['"', '\''] {
        let inner = text.strip_prefix(quote).and_then(|rest| rest.strip_suffix(quote));
        if let Some(inner) = inner {
            return inner;
        }
    }
    text
}

fn merge_data(before: &mut Manifest, generated: &Manifest) {
    let field = data_field(generated.kind());
    for (key, text) in fields::mapping(&generated.value, &[field]).into_iter().flatten() {
        fields::set(&mut before.value, &[field, key], text.clone());
    }
    if generated.uncertainty.is_some() {
        before.uncertainty.clone_from(&generated.uncertainty);
    }
}
