//! The JSON Schemas of the reports, made of the types that are printed. They are published in docs/schemas, and
//! `tests/it/json_page.rs` makes the tables of the documentation of them.

#![cfg(test)]

use std::fs;
use std::path::Path;

use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};

use super::apps::{AppsJson, ExplainedAppJson};
use super::impact::ImpactJson;
use super::kinds::KindsJson;
use super::links::LinksJson;
use super::plan::PlanJson;

/// The schema of a report. Every object has the fields that are listed and no others.
fn schema_of<T: JsonSchema>(name: &str) -> Value {
    let generator = SchemaSettings::draft07().for_serialize().into_generator();
    let mut made = generator.into_root_schema_for::<T>().to_value();
    close_objects(&mut made);
    let mut schema = Map::new();
    schema.insert("$schema".to_owned(), made["$schema"].take());
    schema.insert("title".to_owned(), json!(format!("The JSON of rollstamp {name}")));
    for part in ["description", "type", "properties", "required", "additionalProperties"] {
        schema.insert(part.to_owned(), made[part].take());
    }
    let mut definitions = Map::new();
    if let Value::Object(types) = made["definitions"].take() {
        for (name, definition) in types {
            definitions.insert(public_name(&name).to_owned(), definition);
        }
    }
    if !definitions.is_empty() {
        schema.insert("definitions".to_owned(), Value::Object(definitions));
    }
    Value::Object(schema)
}

/// The name of a type of the code without the part that only says that it is for JSON.
fn public_name(name: &str) -> &str {
    name.strip_suffix("Json").unwrap_or(name)
}

/// Refuses fields that are not listed, and drops the names of the code.
fn close_objects(schema: &mut Value) {
    match schema {
        Value::Object(map) => {
            if map.get("properties").is_some_and(Value::is_object) && map.get("type") == Some(&json!("object")) {
                map.insert("additionalProperties".to_owned(), json!(false));
            }
            if let Some(Value::String(reference)) = map.get_mut("$ref") {
                *reference = public_name(reference).to_owned();
            }
            if let Some(Value::String(description)) = map.get_mut("description") {
                *description = description.replace('\n', " ");
            }
            // Sizes of integers in memory say nothing to readers of JSON.
            if map.get("type") != Some(&json!("string")) {
                map.remove("format");
            }
            for value in map.values_mut() {
                close_objects(value);
            }
        }
        Value::Array(items) => {
            for item in items {
                close_objects(item);
            }
        }
        _ => {}
    }
}

#[test]
fn the_published_schemas_are_those_of_the_types() {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/schemas");
    let schemas = [
        ("apps", schema_of::<AppsJson<'_>>("apps")),
        ("apps-explain", schema_of::<ExplainedAppJson<'_>>("apps --explain")),
        ("impact", schema_of::<ImpactJson<'_>>("impact")),
        ("kinds", schema_of::<KindsJson<'_>>("kinds")),
        ("links", schema_of::<LinksJson<'_>>("links")),
        ("plan", schema_of::<PlanJson<'_>>("stamp and rename")),
    ];
    for (name, schema) in schemas {
        let path = directory.join(format!("{name}.json"));
        let text = serde_json::to_string_pretty(&schema).unwrap() + "\n";
        if std::env::var("INSTA_UPDATE").is_ok_and(|update| update == "always") {
            fs::create_dir_all(&directory).unwrap();
            fs::write(&path, &text).unwrap();
        }
        let published = fs::read_to_string(&path).unwrap_or_default();
        assert!(published == text, "{} is old; run `INSTA_UPDATE=always cargo test schema`", path.display());
    }
}
