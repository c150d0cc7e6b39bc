//! Real kubectl as a second reader: it reads the same values out of what was stamped as out of what was there, and the
//! content of every ConfigMap that we hash.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use rollstamp::{LinkOptions, ParseOptions, Source, Stamp, Strategy, apply, link, parse, plan};
use serde_json::Value;

use crate::support::peers;

const STAMP: &str = "rollstamp.dev/checksum";

/// The objects that kubectl reads, each with a label that it adds without asking a server; none where it refuses.
fn read_by(kubectl: &Path, text: &str) -> Option<Vec<Value>> {
    let mut command = Command::new(kubectl);
    command.args(["label", "--local", "--overwrite", "--dry-run=client", "-o", "json", "-f", "-", "read.by=kubectl"]);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let _ = child.stdin.take().unwrap().write_all(text.as_bytes());
    let output = child.wait_with_output().unwrap();
    if !output.status.success() {
        return None;
    }
    serde_json::Deserializer::from_slice(&output.stdout).into_iter::<Value>().collect::<Result<_, _>>().ok()
}

/// Removes stamps, and all empty mappings, since stamps stand in new ones.
fn remove_stamps(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            fields.remove(STAMP);
            for field in fields.values_mut() {
                remove_stamps(field);
            }
            fields.retain(|_, value| !is_empty(value));
        }
        Value::Array(items) => {
            for item in items {
                remove_stamps(item);
            }
        }
        _ => {}
    }
}

fn is_empty(value: &Value) -> bool {
    value.is_null() || value.as_object().is_some_and(serde_json::Map::is_empty)
}

fn without_stamps(mut objects: Vec<Value>) -> Vec<Value> {
    for object in &mut objects {
        remove_stamps(object);
    }
    objects
}

/// Compares the content of ConfigMaps with what we read. Returns how many values there are.
fn compare_content(objects: &[Value], text: &str) -> usize {
    let bundle = parse(vec![Source::new("app.yaml", text)], &ParseOptions::default());
    let graph = link(&bundle, &LinkOptions::default());
    let mut compared = 0;
    for object in objects.iter().filter(|object| object["kind"] == "ConfigMap") {
        let name = object["metadata"]["name"].as_str().unwrap_or_default();
        let namespace = object["metadata"]["namespace"].as_str();
        let is_same = |config: &&rollstamp::graph::Config| {
            let identity = &config.identity.name;
            identity.name == name && identity.namespace.as_deref() == namespace
        };
        let configs: Vec<_> = graph.configs.iter().filter(is_same).collect();
        let ([config], Some(data)) = (&configs[..], object["data"].as_object()) else { continue };
        for (key, value) in data {
            let Some(value) = value.as_str() else { continue };
            let ours = rollstamp::content::config_map_text(&bundle, &bundle.objects[config.object], key);
            assert_eq!(ours.as_deref(), Some(value), "{name}.{key} of:\n{text}");
            compared += 1;
        }
    }
    compared
}

#[test]
#[ignore = "slow: runs kubectl on every case"]
fn kubectl_reads_what_we_read_before_and_after() {
    let Some(kubectl) = peers::directory_of("kubectl").map(|directory| directory.join("kubectl")) else { return };
    let (mut read, mut values) = (0, 0);
    let cases = concat!(env!("CARGO_MANIFEST_DIR"), "/testdata/cases/*/in/**/*.yaml");
    for path in glob::glob(cases).unwrap().flatten() {
        let Ok(text) = std::fs::read_to_string(&path) else { continue };
        let bundle = parse(vec![Source::new("app.yaml", text.as_str())], &ParseOptions::default());
        let graph = link(&bundle, &LinkOptions::default());
        let planned = plan(&graph, &Strategy::Stamp(Stamp::default()));
        let Some(before) = read_by(&kubectl, &text) else { continue };
        values += compare_content(&before, &text);
        let changes_more = !planned.renames.is_empty() || !planned.exclusions.is_empty();
        if graph.diagnostics.has_errors() || bundle.has_errors() || planned.is_empty() || changes_more {
            continue;
        }
        let after = apply(&bundle, &planned).unwrap();
        let after = read_by(&kubectl, after[0].text()).unwrap_or_else(|| panic!("{}: refused", path.display()));
        assert_eq!(without_stamps(before), without_stamps(after), "{}", path.display());
        read += 1;
    }
    println!("{read} stamped files are read alike, and {values} values are those that kubectl reads");
    assert!(read > 10 && values > 20, "{read} files, {values} values");
}
