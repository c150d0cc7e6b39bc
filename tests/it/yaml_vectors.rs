//! The documents of which is known how Kubernetes reads them.
//!
//! `yaml-traps.jsonl` holds what kubectl's decoder makes of whole files, `yaml-test-suite.jsonl` what go-yaml v2 makes
//! of the inputs of the yaml-test-suite as streams. `ROLLSTAMP_VECTORS=DIR` runs files of these names in DIR too.

use std::path::{Path, PathBuf};

use base64::Engine;
use rollstamp::source::Source;
use rollstamp::yaml::{self, DocumentContent, Limits, Node, Value};
use serde_json::Value as Json;

/// Traps in which we deliberately do not do as Kubernetes does.
const TRAPS_THAT_DIFFER: &[(&str, &str)] = &[
    ("doc-content-same-line-2", "a document costs only itself: the one before the bad separator is read"),
    ("doc-marker-glued", "a document costs only itself: the one before the bad separator is read"),
];

/// Inputs of the suite in which we deliberately do not do as go-yaml v2 does.
const SUITE_THAT_DIFFERS: &[(&str, &str)] = &[];

struct Answer {
    documents: Vec<Json>,
    error: Option<String>,
}

fn answer(text: &str, documents: &[yaml::Document]) -> Answer {
    let limits = Limits::default();
    let mut answer = Answer { documents: Vec::new(), error: None };
    for document in documents {
        match &document.content {
            DocumentContent::Empty => answer.documents.push(Json::Null),
            DocumentContent::Tree(tree) => match Value::from_node(tree.root(text), &limits) {
                Ok(value) => answer.documents.push(value.to_json()),
                Err(error) => answer.error = Some(error.to_string()),
            },
            DocumentContent::Invalid(error) => {
                answer.error = Some(error.to_string());
                break;
            }
        }
    }
    answer
}

fn same(ours: &Json, theirs: &Json) -> bool {
    match (ours, theirs) {
        (Json::Number(a), Json::Number(b)) => a == b || a.as_f64() == b.as_f64(),
        (Json::Array(a), Json::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b)),
        (Json::Object(a), Json::Object(b)) => {
            a.len() == b.len() && a.iter().all(|(key, a)| b.get(key).is_some_and(|b| same(a, b)))
        }
        _ => ours == theirs,
    }
}

fn directories() -> Vec<PathBuf> {
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/vectors");
    std::iter::once(own).chain(std::env::var_os("ROLLSTAMP_VECTORS").map(PathBuf::from)).collect()
}

/// Runs every line of the files of this name; `check` returns what is wrong.
fn check_all(file: &str, differ: &[(&str, &str)], check: impl Fn(&Json, Vec<u8>) -> Option<String>) {
    let mut wrong = Vec::new();
    for path in directories().iter().map(|directory| directory.join(file)).filter(|path| path.exists()) {
        for line in std::fs::read_to_string(&path).expect("a readable file").lines() {
            let vector: Json = serde_json::from_str(line).expect("a JSON line");
            let id = vector["id"].as_str().expect("an id");
            let input = vector["input_base64"].as_str().expect("an input");
            let input = base64::engine::general_purpose::STANDARD.decode(input).expect("base64");
            let listed = differ.iter().any(|(name, _)| *name == id);
            match check(&vector, input) {
                Some(text) if !listed => wrong.push(format!("{id}: {text}")),
                None if listed => wrong.push(format!("{id}: is listed as different, but is not")),
                _ => {}
            }
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

fn texts(list: &Json) -> Vec<Json> {
    let list = list.as_array().map(Vec::as_slice).unwrap_or_default();
    list.iter()
        .map(|text| match text.as_str() {
            Some("") | None => Json::Null,
            // Go's notation of maps with keys that JSON does not have.
            Some(text) if text.starts_with("map[") => text.into(),
            // serde_json refuses half a surrogate pair, which Go reads as a replacement character.
            Some(text) => serde_json::from_str(text)
                .or_else(|_| serde_json::from_str(&text.replace("\\ud83d", "\\ufffd")))
                .expect("JSON"),
        })
        .collect()
}

fn compare(answer: &Answer, documents: &Json, error: &Json) -> Option<String> {
    let expected = texts(documents);
    if answer.error.is_some() == error.is_string()
        && answer.documents.len() == expected.len()
        && answer.documents.iter().zip(&expected).all(|(ours, theirs)| same(ours, theirs))
    {
        return None;
    }
    let ours: Vec<String> = answer.documents.iter().map(Json::to_string).collect();
    Some(format!("{ours:?} {:?} instead of {documents} {error}", answer.error))
}

#[test]
fn traps_are_read_as_kubernetes_reads_them() {
    check_all("yaml-traps.jsonl", TRAPS_THAT_DIFFER, |vector, input| {
        let answer = match Source::from_bytes("x", input) {
            Ok(source) => answer(source.padded(), &yaml::read_documents(source.padded(), &Limits::default())),
            Err(error) => Answer { documents: Vec::new(), error: Some(format!("{error:?}")) },
        };
        compare(&answer, &vector["kubernetes"], &vector["kubernetes_error"])
    });
}

/// Traps that the two read differently for a reason that is no scalar's: keys, merges, and whole documents.
const OTHER_DIFFERENCES: &[&str] = &[
    "bom-second-doc",
    "comment-only-docs",
    "doc-content-same-line",
    "doc-content-same-line-2",
    "doc-marker-block",
    "doc-marker-glued",
    "doc-marker-tag",
    "int-keys",
];

/// Every trap that kustomize reads differently has a scalar that is said to be read differently, and no other has.
#[test]
fn different_readings_of_kustomize_are_detected() {
    check_all("yaml-traps.jsonl", &[], |vector, input| {
        let both_read = vector["kustomize"].is_array() && vector["kubernetes"].is_array();
        let source = Source::from_bytes("x", input).ok().filter(|_| both_read)?;
        let documents = yaml::read_documents(source.padded(), &Limits::default());
        let trees = documents.iter().filter_map(|document| match &document.content {
            DocumentContent::Tree(tree) => Some(tree),
            _ => None,
        });
        let told = trees
            .flat_map(|tree| nodes(tree.root(source.padded())))
            .any(|node| node.kustomize_reading(source.padding()).is_some());
        let differs = !texts(&vector["kubernetes"]).iter().zip(texts(&vector["kustomize"])).all(|(a, b)| same(a, &b));
        let id = vector["id"].as_str()?;
        (told != differs && !OTHER_DIFFERENCES.contains(&id)).then(|| format!("told {told}, differs {differs}"))
    });
}

fn nodes(root: Node<'_>) -> Vec<Node<'_>> {
    let mut found = vec![root];
    let mut at = 0;
    while at < found.len() {
        let node = found[at];
        found.extend(node.children());
        at += 1;
    }
    found
}

#[test]
fn streams_are_read_as_go_yaml_reads_them() {
    check_all("yaml-test-suite.jsonl", SUITE_THAT_DIFFERS, |vector, input| {
        let text = String::from_utf8(input).expect("a text");
        compare(&answer(&text, &yaml::read_stream(&text, &Limits::default())), &vector["documents"], &vector["error"])
    });
}
