//! The JSON Schema of the options document, made from the types that read it.

use std::borrow::Cow;
use std::fs;
use std::path::{Path, PathBuf};

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::Value;

use super::configs::ConfigPatternText;
use super::document::{API_VERSION, KIND, OptionsSpec, parse};
use super::rules::{KeyPath, PathPattern};
use crate::values::{AnnotationKey, Size};

impl JsonSchema for AnnotationKey {
    fn schema_name() -> Cow<'static, str> {
        "AnnotationKey".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({"type": "string", "pattern": r"^([a-z0-9.-]+/)?[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$"})
    }
}

impl JsonSchema for ConfigPatternText {
    fn schema_name() -> Cow<'static, str> {
        "ConfigPattern".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({"type": "string", "pattern": r"^([^/]+/){0,2}[^/]+$"})
    }
}

impl JsonSchema for PathPattern {
    fn schema_name() -> Cow<'static, str> {
        "FieldPath".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({"type": "string", "pattern": r"^[^/]"})
    }
}

impl JsonSchema for KeyPath {
    fn schema_name() -> Cow<'static, str> {
        "KeyPath".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({"type": "string", "pattern": r"^[^/*\[][^*\[]*$"})
    }
}

impl JsonSchema for Size {
    fn schema_name() -> Cow<'static, str> {
        "Size".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({"anyOf": [
            {"type": "integer", "minimum": 1},
            {"type": "string", "pattern": "^[0-9]+ *([kKmMgG][iI]?)?[bB]?$"},
        ]})
    }
}

/// The whole document, around the fields that our types know.
fn schema() -> Value {
    let settings = SchemaSettings::draft07().with(|settings| settings.inline_subschemas = true);
    let mut spec = settings.into_generator().into_root_schema_for::<OptionsSpec>();
    for of_the_root in ["$schema", "title"] {
        spec.remove(of_the_root);
    }
    serde_json::json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "Options of rollstamp",
        "description": "An options file, the configuration of the kustomize plugin, or that of the KRM function.",
        "type": "object",
        "additionalProperties": false,
        "required": ["apiVersion", "kind"],
        "properties": {
            "apiVersion": {"const": API_VERSION},
            "kind": {"const": KIND},
            "metadata": {"type": "object"},
            "argsOneLiner": {"description": "Flags, for kustomize.", "type": "string"},
            "argsFromFile": {"description": "A file of flags, for kustomize.", "type": "string"},
            "spec": spec,
        },
    })
}

/// Returns the fields of the document's `spec`, in their order.
pub fn field_names() -> Vec<String> {
    let schema = schema();
    let fields = schema["properties"]["spec"]["properties"].as_object();
    fields.unwrap().keys().cloned().collect()
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn the_published_schema_is_that_of_the_types() {
    let path = root().join("integrations/rollstamp.schema.json");
    let made = serde_json::to_string_pretty(&schema()).unwrap() + "\n";
    if std::env::var("INSTA_UPDATE").is_ok_and(|update| update == "always") {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, &made).unwrap();
    }
    let published = fs::read_to_string(&path).unwrap_or_default();
    assert!(published == made, "{} is old; run `INSTA_UPDATE=always cargo test schema`", path.display());
}

/// Reads every field of the schema, with each of the values that it lists.
#[test]
fn each_field_of_the_schema_is_read() {
    let schema = schema();
    for (field, of) in schema["properties"]["spec"]["properties"].as_object().unwrap() {
        let values: Vec<Value> = match (constants(of), of["type"].as_str()) {
            (constants, _) if !constants.is_empty() => constants,
            (_, Some("boolean")) => vec![true.into()],
            (_, Some("array")) => vec![Value::Array(Vec::new())],
            _ => vec![Value::Null],
        };
        for value in values {
            let document =
                serde_json::json!({"apiVersion": API_VERSION, "kind": KIND, "spec": {field: value}}).to_string();
            assert!(parse(&document).is_ok(), "{document}");
        }
        let wrong = serde_json::json!({"apiVersion": API_VERSION, "kind": KIND, "spec": {format!("{field}x"): null}});
        let said = parse(&wrong.to_string()).unwrap_err().sentence;
        assert!(said.contains(&format!("did you mean `{field}`?")), "{said}");
    }
}

/// The words that a field may be.
fn constants(of: &Value) -> Vec<Value> {
    let list = |of: &Value, name: &str| of[name].as_array().cloned().unwrap_or_default();
    let inner = ["anyOf", "oneOf"].map(|name| list(of, name)).concat();
    let mut found = list(of, "enum");
    found.extend(of.get("const").cloned());
    found.extend(inner.iter().flat_map(constants));
    found
}

/// Every options document that the documentation shows is one.
#[test]
fn documents_in_the_documentation_are_read() {
    let mut found = 0;
    for path in documentation() {
        let text = fs::read_to_string(&path).unwrap();
        for document in documents(&text) {
            let read = parse(&document);
            assert!(read.is_ok(), "{}: {}\n{document}", path.display(), read.unwrap_err().sentence);
            found += 1;
        }
    }
    assert!(found >= 1, "no document was found");
}

/// README.md, and every page and manifest below `docs` and `integrations`.
fn documentation() -> Vec<PathBuf> {
    let mut files = vec![root().join("README.md")];
    let mut open = vec![root().join("docs"), root().join("integrations")];
    while let Some(directory) = open.pop() {
        for entry in fs::read_dir(directory).unwrap() {
            let path = entry.unwrap().path();
            let is_text = path.extension().is_some_and(|name| name == "md" || name == "yaml");
            if path.is_dir() { open.push(path) } else { files.extend(is_text.then_some(path)) }
        }
    }
    files
}

/// The options documents of a page: from the line that starts one to the end of the block or document.
fn documents(text: &str) -> Vec<String> {
    let start = format!("apiVersion: {API_VERSION}");
    let mut found = Vec::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        let Some((indent, "")) = line.split_once(&start) else { continue };
        // What stands in a list or below a key is indented further on all its lines.
        let indent = indent.len();
        let rest = lines.by_ref().take_while(|line| {
            let inside = line.len() - line.trim_start().len() >= indent || line.trim().is_empty();
            inside && !line.starts_with("```") && !line.starts_with("---") && !line.starts_with("EOF")
        });
        let rest = rest.map(|line| line.get(indent..).unwrap_or_default());
        found.push(std::iter::once(start.as_str()).chain(rest).collect::<Vec<_>>().join("\n"));
    }
    found
}
