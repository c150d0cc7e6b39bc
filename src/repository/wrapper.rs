//! Kustomizations that are made around those of the repository: what a Kustomization of Flux or an Application of Argo CD
//! adds to the build of its path.

use std::collections::BTreeMap;

use super::fields;
use super::path;
use super::recipe::{PATH_TO_FILES, post_renderer_input};
use crate::yaml::{Number, Value};

/// The fields of a generated kustomization.
#[derive(Default)]
pub(super) struct Wrapper(BTreeMap<String, Value>);

impl Wrapper {
    fn add(&mut self, key: &str, value: Value) {
        let is_empty = match &value {
            Value::Seq(items) => items.is_empty(),
            Value::Map(entries) => entries.is_empty(),
            Value::String(text) => text.is_empty(),
            Value::Null => true,
            _ => false,
        };
        if !is_empty {
            self.0.insert(key.to_owned(), value);
        }
    }

    fn copy(&mut self, from: &Value, field: &str, key: &str) {
        if let Some(value) = fields::field(from, &[field]) {
            self.add(key, value.clone());
        }
    }

    /// Returns `true` if it adds nothing.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The text of the kustomization of these files and directories of the repository.
    pub(super) fn text_around(mut self, resources: &[&str]) -> String {
        self.0.insert("resources".to_owned(), locations(resources));
        print_json(&Value::Map(self.0))
    }

    /// The text around one directory; `None` if nothing is added to its build.
    pub(super) fn text_if_needed(self, directory: &str) -> Option<String> {
        if self.is_empty() { None } else { Some(self.text_around(&[directory])) }
    }

    /// The text around what a chart renders to, where it is the post-renderer of a number.
    pub(super) fn text_around_rendering(mut self, number: usize) -> String {
        self.0.insert("resources".to_owned(), Value::Seq(vec![Value::String(post_renderer_input(number))]));
        print_json(&Value::Map(self.0))
    }

    /// Collects the fields that a Kustomization of Flux adds. `components` are directories of the repository.
    pub(super) fn of_flux(spec: &Value, components: &[String]) -> Wrapper {
        let mut wrapper = Wrapper::default();
        wrapper.copy(spec, "targetNamespace", "namespace");
        for key in ["namePrefix", "nameSuffix", "images"] {
            wrapper.copy(spec, key, key);
        }
        let mut patches = fields::items(spec, &["patches"]).to_vec();
        for patch in fields::items(spec, &["patchesStrategicMerge"]) {
            patches.push(mapping([("patch", Value::String(print_json(patch)))]));
        }
        for patch in fields::items(spec, &["patchesJson6902"]) {
            let operations = fields::field(patch, &["patch"]).map_or(String::new(), print_json);
            let target = fields::field(patch, &["target"]).cloned().unwrap_or(Value::Null);
            patches.push(mapping([("patch", Value::String(operations)), ("target", target)]));
        }
        wrapper.add("patches", Value::Seq(patches));
        wrapper.add_components(components);
        wrapper
    }

    /// Collects the fields that `spec.source.kustomize` of an Application adds. An error is the name of a field that is not
    /// known.
    pub(super) fn of_argo(source: &Value, directory: &str, components: &[String]) -> Result<Wrapper, String> {
        let mut wrapper = Wrapper::default();
        for (key, value) in fields::mapping(source, &["kustomize"]).into_iter().flatten() {
            match key.as_str() {
                "namespace" | "namePrefix" | "nameSuffix" | "replicas" | "commonAnnotations" => {
                    wrapper.add(key, value.clone());
                }
                "images" => {
                    let names = fields::texts(source, &["kustomize", "images"]);
                    wrapper.add(key, Value::Seq(names.into_iter().map(read_image).collect()));
                }
                "patches" => {
                    let mut patches = Vec::new();
                    for patch in fields::items(source, &["kustomize", "patches"]) {
                        patches.push(locate_patch(patch, directory));
                    }
                    wrapper.add(key, Value::Seq(patches));
                }
                "commonLabels" => wrapper.add_labels(source, value),
                "components"
                | "ignoreMissingComponents"
                | "version"
                | "forceCommonLabels"
                | "forceCommonAnnotations"
                | "labelWithoutSelector"
                | "labelIncludeTemplates" => {}
                other => return Err(other.to_owned()),
            }
        }
        wrapper.add_components(components);
        Ok(wrapper)
    }

    fn add_labels(&mut self, source: &Value, labels: &Value) {
        if !fields::is_true(source, &["kustomize", "labelWithoutSelector"]) {
            self.add("commonLabels", labels.clone());
            return;
        }
        let includes_templates = fields::is_true(source, &["kustomize", "labelIncludeTemplates"]);
        let entry = mapping([
            ("pairs", labels.clone()),
            ("includeSelectors", Value::Bool(false)),
            ("includeTemplates", Value::Bool(includes_templates)),
        ]);
        self.add("labels", Value::Seq(vec![entry]));
    }

    fn add_components(&mut self, components: &[String]) {
        let components: Vec<&str> = components.iter().map(String::as_str).collect();
        self.add("components", locations(&components));
    }
}

fn mapping<const N: usize>(entries: [(&str, Value); N]) -> Value {
    let mut map = BTreeMap::new();
    for (key, value) in entries {
        if !matches!(value, Value::Null) {
            map.insert(key.to_owned(), value);
        }
    }
    Value::Map(map)
}

/// The paths from a generated kustomization to paths of the repository.
fn locations(paths: &[&str]) -> Value {
    let mut located = Vec::new();
    for path in paths {
        located.push(Value::String(location(path)));
    }
    Value::Seq(located)
}

fn location(path: &str) -> String {
    format!("{PATH_TO_FILES}/{path}").trim_end_matches('/').to_owned()
}

/// A patch whose file is named from the generated kustomization.
fn locate_patch(patch: &Value, directory: &str) -> Value {
    let mut patch = patch.clone();
    let file = fields::text(&patch, &["path"]).and_then(|file| path::join(directory, file));
    if let Some(file) = file {
        fields::set(&mut patch, &["path"], Value::String(location(&file)));
    }
    patch
}

/// An image as `kustomize edit set image` reads it: `NAME=NEW:TAG`, `NEW:TAG`, `NEW@DIGEST`.
fn read_image(text: &str) -> Value {
    let (name, new) = match text.split_once('=') {
        Some((name, new)) => (Some(name), new),
        None => (None, text),
    };
    let (rest, digest) = match new.split_once('@') {
        Some((rest, digest)) => (rest, Some(digest)),
        None => (new, None),
    };
    // A colon before a slash is that of a port.
    let tag_at = rest.rfind(':').filter(|&at| !rest[at..].contains('/'));
    let (image, tag) = match tag_at {
        Some(at) => (&rest[..at], Some(&rest[at + 1..])),
        None => (rest, None),
    };
    let text = |part: Option<&str>| part.map_or(Value::Null, |part| Value::String(part.to_owned()));
    mapping([
        ("name", Value::String(name.unwrap_or(image).to_owned())),
        ("newName", text(name.and(Some(image).filter(|image| *image != "*")))),
        ("newTag", text(tag)),
        ("digest", text(digest)),
    ])
}

/// Prints a value as JSON, which is YAML.
pub(super) fn print_json(value: &Value) -> String {
    to_json(value).to_string()
}

fn to_json(value: &Value) -> serde_json::Value {
    match value {
        Value::Null => serde_json::Value::Null,
        Value::Bool(flag) => (*flag).into(),
        Value::Number(Number::Int(number)) => match (i64::try_from(*number), u64::try_from(*number)) {
            (Ok(number), _) => number.into(),
            (_, Ok(number)) => number.into(),
            _ => serde_json::Value::Null,
        },
        Value::Number(Number::Float(number)) => (*number).into(),
        Value::String(text) => text.as_str().into(),
        Value::Seq(items) => items.iter().map(to_json).collect(),
        Value::Map(entries) => {
            let mut map = serde_json::Map::new();
            for (key, value) in entries {
                map.insert(key.clone(), to_json(value));
            }
            map.into()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn images_are_read_as_kustomize_edits_them() {
        for (text, expected) in [
            ("app=registry:5000/new:1", r#"{"name":"app","newName":"registry:5000/new","newTag":"1"}"#),
            ("app:2", r#"{"name":"app","newTag":"2"}"#),
            ("app@sha256:aa", r#"{"digest":"sha256:aa","name":"app"}"#),
            ("app=*:3", r#"{"name":"app","newTag":"3"}"#),
        ] {
            assert_eq!(print_json(&read_image(text)), expected, "{text}");
        }
    }
}
