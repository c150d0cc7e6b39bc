//! The tables of docs/json.md are those of the schemas in docs/schemas, which are made of the types that are printed.
//! `INSTA_UPDATE=always` writes them into it.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::support::pages::assert_holds;
use crate::support::peers::python_tool;
use crate::support::report_schemas;

const PAGE: &str = "docs/json.md";

#[test]
fn the_page_of_json_is_that_of_the_schemas() {
    let schemas = report_schemas::all();
    let mut users: BTreeMap<&str, Vec<&Value>> = BTreeMap::new();
    for schema in schemas.values() {
        for (name, definition) in schema["definitions"].as_object().unwrap() {
            users.entry(name).or_default().push(definition);
        }
    }
    let mut shared = String::new();
    for (name, definitions) in &users {
        let one = definitions[0];
        assert!(definitions.iter().all(|other| *other == one), "{name} is not the same in all schemas");
        if definitions.len() > 1 {
            if !shared.is_empty() {
                shared.push('\n');
            }
            shared.push_str(&section(name, one));
        }
    }
    assert_holds(PAGE, "shared objects", "docs/schemas", &shared);
    for (report, schema) in schemas {
        let mut lines = table(schema);
        for (name, definition) in schema["definitions"].as_object().unwrap() {
            if users[name.as_str()].len() == 1 {
                lines.push_str(&format!("\n{}", section(name, definition)));
            }
        }
        assert_holds(PAGE, report, "docs/schemas", &lines);
    }
}

/// A heading, a sentence and the table of an object.
fn section(name: &str, definition: &Value) -> String {
    format!("### {name}\n\n{}\n\n{}", definition["description"].as_str().unwrap(), table(definition))
}

fn table(schema: &Value) -> String {
    let mut text = "| field | value | |\n|---|---|---|\n".to_owned();
    let required = schema["required"].as_array().unwrap();
    for (field, of) in schema["properties"].as_object().unwrap() {
        let description = of["description"].as_str().unwrap_or_else(|| panic!("{field} has no description"));
        let mut kind = describe_type(of);
        if !required.iter().any(|name| name == field) {
            kind.push_str("; can be left out");
        }
        text.push_str(&format!("| `{field}` | {kind} | {} |\n", description.replace('|', "\\|")));
    }
    text
}

/// The type of a value in words, with links to the objects.
fn describe_type(of: &Value) -> String {
    if let Some(constant) = of.get("const") {
        return constant.to_string();
    }
    if let Some(Value::Array(values)) = of.get("enum") {
        let words = values.iter().map(|value| value.as_str().map_or("null".to_owned(), |word| format!("`{word}`")));
        return words.collect::<Vec<_>>().join(", ");
    }
    if let Some(name) = of["$ref"].as_str().and_then(|path| path.strip_prefix("#/definitions/")) {
        return format!("[{name}](#{})", name.to_lowercase());
    }
    for of_one in ["allOf", "anyOf"] {
        if let Some(Value::Array(parts)) = of.get(of_one) {
            return parts.iter().map(describe_type).collect::<Vec<_>>().join(" or ");
        }
    }
    match &of["type"] {
        Value::Array(types) => {
            let words = types.iter().map(|name| type_word(name.as_str().unwrap(), of));
            words.collect::<Vec<_>>().join(" or ")
        }
        name => type_word(name.as_str().unwrap(), of),
    }
}

fn type_word(name: &str, of: &Value) -> String {
    match name {
        "array" => format!("list of {}", describe_type(&of["items"]).replacen("string", "strings", 1)),
        "integer" => "number".to_owned(),
        other => other.to_owned(),
    }
}

/// Asks a validator that is not ours: the schemas are schemas, a report is accepted, and one with another field refused.
#[test]
fn the_schemas_are_valid_for_others() {
    let Some(program) = python_tool("check-jsonschema") else { return };
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let dir = tempfile::tempdir().unwrap();
    let mut schemas = Vec::new();
    for name in report_schemas::all().keys() {
        schemas.push(root.join(format!("docs/schemas/{name}.json")));
    }
    let metaschema = std::process::Command::new(&program).arg("--check-metaschema").args(&schemas).output().unwrap();
    assert!(metaschema.status.success(), "{}", String::from_utf8_lossy(&metaschema.stdout));
    let mut links = std::process::Command::new(env!("CARGO_BIN_EXE_rollstamp"));
    links.args(["links", "--format", "json", "testdata/mechanisms"]).current_dir(root);
    let report = String::from_utf8(links.output().unwrap().stdout).unwrap();
    let other = report.replacen("\"version\"", "\"fresh\": 1, \"version\"", 1);
    for (name, text, is_valid) in [("good.json", report, true), ("other.json", other, false)] {
        let path = dir.path().join(name);
        fs::write(&path, text).unwrap();
        let mut command = std::process::Command::new(&program);
        command.arg("--schemafile").arg(root.join("docs/schemas/links.json")).arg(&path);
        assert_eq!(command.output().unwrap().status.success(), is_valid, "{name}");
    }
}
