//! `serde_yaml` as a second reader: on every fixture our tree as values equals its reading, but where Kubernetes reads
//! otherwise, and those places are listed here with the reason.

use std::fs;
use std::path::{Path, PathBuf};

use rollstamp::Source;
use rollstamp::yaml::{self, DocumentContent, Limits, Value};
use serde::Deserialize;

/// Fixtures that the two read differently, and why Kubernetes reads them our way.
const DIFFERENT: [(&str, &str); 4] = [
    ("cases/booleans-of-yaml-1-1/in/all.yaml", "`yes` and `on` are booleans in YAML 1.1"),
    ("cases/block-scalar-at-the-end-without-newline/in/all.yaml", "Kubernetes adds the missing final line break first"),
    ("cases/kustomize-reads-differently/in/all.yaml", "`y` is a boolean in YAML 1.1, as a key too"),
    ("cases/byte-order-mark/in/all.yaml", "`serde_yaml` takes the byte order mark for a part of the first key"),
];

#[test]
fn every_fixture_reads_the_same() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata");
    let mut open: Vec<PathBuf> = vec![root.join("cases"), root.join("example")];
    let mut seen = 0;
    let mut wrong = Vec::new();
    while let Some(directory) = open.pop() {
        for entry in fs::read_dir(directory).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
                continue;
            }
            if !matches!(path.extension().and_then(|e| e.to_str()), Some("yaml" | "yml" | "json")) {
                continue;
            }
            seen += 1;
            let name = path.strip_prefix(&root).unwrap().to_string_lossy().into_owned();
            let text = fs::read_to_string(&path).unwrap();
            let listed = DIFFERENT.iter().any(|(listed, _)| *listed == name);
            if (ours(&text) == theirs(&text)) == listed {
                wrong.push(name);
            }
        }
    }
    assert!(seen > 50, "the fixtures are not there");
    assert!(wrong.is_empty(), "read differently, or listed without need: {wrong:#?}");
}

/// The documents, null for those without content; none where one cannot be read.
fn ours(text: &str) -> Option<Vec<serde_json::Value>> {
    let source = Source::new("x", text);
    let limits = Limits::default();
    let documents =
        yaml::read_documents(source.padded(), &limits).into_iter().filter_map(|document| match document.content {
            DocumentContent::Tree(tree) => {
                Some(Value::from_node(tree.root(source.padded()), &limits).ok().map(|value| value.to_json()))
            }
            DocumentContent::Empty => None,
            DocumentContent::Invalid(_) => Some(None),
        });
    documents.collect()
}

fn theirs(text: &str) -> Option<Vec<serde_json::Value>> {
    let documents = serde_yaml::Deserializer::from_str(text).map(|document| {
        let mut value = serde_yaml::Value::deserialize(document).ok()?;
        value.apply_merge().ok()?;
        serde_json::to_value(value).ok()
    });
    let documents: Option<Vec<serde_json::Value>> = documents.collect();
    Some(documents?.into_iter().filter(|value| !value.is_null()).collect())
}
