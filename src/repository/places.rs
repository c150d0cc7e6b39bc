//! Places in the repository of what stands in a rendering: the file of a resource, a generator's file, a values file. No
//! renderer says where its output comes from, so it is looked for by name in the inputs of the application.

use super::application::Application;
use super::fields;
use super::index::RepositoryIndex;
use super::kustomization::KustomizationFile;
use super::path;
use super::recipe::{HelmValues, RenderStep};
use crate::source::FileLine;

/// An object of a rendering, or a key of it.
#[derive(Clone, Copy, Debug)]
pub struct RenderedObject<'a> {
    /// The kind.
    pub kind: &'a str,
    /// The name; of a config without the suffix made of its content.
    pub name: &'a str,
    /// A key of its content.
    pub key: Option<&'a str>,
}

/// Finds the place that an object or key of a rendering most likely comes from.
pub fn find_place(index: &RepositoryIndex, application: &Application, object: RenderedObject<'_>) -> Option<FileLine> {
    for file in &application.inputs {
        let Some(text) = index.text(file).filter(|_| !index.is_chart_template(file)) else { continue };
        if let Some(line) = find_object(text, object) {
            return Some(FileLine { file: file.clone(), line });
        }
    }
    for kustomization in index.kustomizations().filter(|found| application.inputs.contains(&found.file)) {
        if let Some(place) = find_in_generators(index, kustomization, object) {
            return Some(place);
        }
    }
    find_source(index, application)
}

/// The line of an object in a text of manifests, or of its key. A name can have a prefix and a suffix more in the
/// rendering.
fn find_object(text: &str, object: RenderedObject<'_>) -> Option<usize> {
    if !text.contains(object.kind) {
        return None;
    }
    let mut start = 0;
    for document in split_documents(text) {
        let lines: Vec<&str> = document.lines().collect();
        // The first kind is that of the object itself, unless it is a list.
        let mut kinds = lines.iter().filter_map(|line| field_value(line, "kind"));
        let first = kinds.next();
        let is_kind = first == Some(object.kind) || (first == Some("List") && kinds.any(|kind| kind == object.kind));
        let named =
            lines.iter().position(|line| field_value(line, "name").is_some_and(|name| is_name(name, object.name)));
        if is_kind && let Some(named) = named {
            let in_key = object.key.and_then(|key| lines.iter().position(|line| has_key(line, key)));
            return Some(start + in_key.unwrap_or(named) + 1);
        }
        start += lines.len() + 1;
    }
    None
}

/// The documents of a text, without the separators between them.
fn split_documents(text: &str) -> Vec<&str> {
    let mut documents = Vec::new();
    let mut from = 0;
    for (at, _) in text.match_indices("---\n") {
        if at == 0 || text[..at].ends_with('\n') {
            documents.push(&text[from..at]);
            from = at + "---\n".len();
        }
    }
    documents.push(&text[from..]);
    documents
}

/// The value of a field in a line of block or flow style.
fn field_value<'l>(line: &'l str, field: &str) -> Option<&'l str> {
    let mut from = 0;
    while let Some(at) = line[from..].find(field) {
        let start = from + at;
        let is_field = line[..start].ends_with([' ', '{', ',', '"']) || start == 0;
        let rest = line[start + field.len()..].trim_start_matches('"');
        if is_field && let Some(value) = rest.strip_prefix(':') {
            let value = value.split([',', '}', '#']).next().unwrap_or_default();
            return Some(value.trim().trim_matches(['"', '\'']));
        }
        from = start + field.len();
    }
    None
}

fn is_name(written: &str, rendered: &str) -> bool {
    !written.is_empty()
        && (written == rendered
            || rendered.strip_suffix(written).is_some_and(|prefix| prefix.ends_with('-'))
            || rendered.strip_prefix(written).is_some_and(|suffix| suffix.starts_with('-')))
}

fn has_key(line: &str, key: &str) -> bool {
    let line = line.trim_start().trim_start_matches(['"', '\'']);
    let after = line.strip_prefix(key).map(|rest| rest.trim_start_matches(['"', '\'']));
    after.is_some_and(|rest| rest.trim_start().starts_with(':')) || field_value(line, key).is_some()
}

/// The file or line of a generator that makes a key.
fn find_in_generators(
    index: &RepositoryIndex,
    kustomization: &KustomizationFile,
    object: RenderedObject<'_>,
) -> Option<FileLine> {
    let field = if object.kind == "Secret" { "secretGenerator" } else { "configMapGenerator" };
    if !matches!(object.kind, "ConfigMap" | "Secret") {
        return None;
    }
    let value = kustomization.value.as_ref()?;
    for generator in fields::items(value, &[field]) {
        let name = fields::text(generator, &["name"]).unwrap_or_default();
        if !is_name(name, object.name) {
            continue;
        }
        let Some(key) = object.key else {
            return Some(FileLine { file: kustomization.file.clone(), line: kustomization.line_of(name) });
        };
        for entry in fields::texts(generator, &["files"]) {
            let (made, file) = entry.split_once('=').unwrap_or((path::base_name(entry), entry));
            if made == key {
                return Some(FileLine { file: kustomization.locate(file)?, line: 1 });
            }
        }
        let mut files = fields::texts(generator, &["envs"]);
        files.extend(fields::text(generator, &["env"]));
        for entry in files {
            let file = kustomization.locate(entry)?;
            let assigned = format!("{key}=");
            let found = index.text(&file).and_then(|text| text.lines().position(|line| line.starts_with(&assigned)));
            // A file of another ending is not read for discovery; it is the one only if there is no other.
            if found.is_some() || index.text(&file).is_none() {
                return Some(FileLine { file, line: found.map_or(1, |line| line + 1) });
            }
        }
        let literal = format!("{key}=");
        return Some(FileLine { file: kustomization.file.clone(), line: kustomization.line_of(&literal) });
    }
    None
}

/// The file that an application is rendered from: its values file, or its kustomization or chart; of a Helm release of Flux
/// its declaration, which has the values.
fn find_source(index: &RepositoryIndex, application: &Application) -> Option<FileLine> {
    if application.release.is_some() {
        return application.declared_by().cloned();
    }
    for step in &application.recipe.steps {
        let file = match step {
            RenderStep::Files(files) => files.first().cloned(),
            RenderStep::Command(_) => None,
            RenderStep::Kustomize(step) => index.kustomization(&step.directory).map(|found| found.file.clone()),
            RenderStep::Helm(step) => {
                let mut files = Vec::new();
                for values in step.values.iter().rev() {
                    if let HelmValues::File(file) = values {
                        files.push(file.clone());
                    }
                }
                files.extend(path::join(&step.chart, "values.yaml"));
                files.extend(path::join(&step.chart, "Chart.yaml"));
                files.into_iter().find(|file| index.is_file(file))
            }
        };
        if let Some(file) = file {
            return Some(FileLine { file, line: 1 });
        }
    }
    application.declared_by().cloned()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "\
kind: Service
metadata: {name: web}
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: env
data:
  A: '1'
  \"B.yaml\": |
    x
";

    #[test]
    fn objects_and_keys_are_found_by_their_names() {
        let find = |kind, name, key| find_object(TEXT, RenderedObject { kind, name, key });
        assert_eq!(find("ConfigMap", "env", None), Some(7));
        assert_eq!(find("ConfigMap", "shop-env", Some("A")), Some(9));
        assert_eq!(find("ConfigMap", "env", Some("B.yaml")), Some(10));
        assert_eq!(find("Service", "web", None), Some(2));
        assert_eq!(find("Service", "env", None), None);
    }
}
