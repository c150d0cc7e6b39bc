//! Generated configs: the names that `rename` gives are those that real kustomize gives.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use rollstamp::yaml::{self, DocumentContent, Limits, Value};

use crate::support::peers::Kustomize;
use crate::support::shell::Dir;

/// Enough that a rule with a chance of one in a hundred is met.
const CONFIGS: usize = 400;

#[derive(Clone, Debug)]
struct Config {
    secret: bool,
    kind_of_secret: Option<&'static str>,
    files: BTreeMap<String, Vec<u8>>,
}

#[test]
fn generated_configs_get_the_names_that_kustomize_gives_them() {
    let configs = sample(config(), CONFIGS);
    for kustomize in Kustomize::all() {
        let dir = Dir::with(&[("pod.yaml", &pod(&configs))]);
        for (number, config) in configs.iter().enumerate() {
            for (key, bytes) in &config.files {
                dir.put(&format!("files/{number}/{key}"), bytes);
            }
        }
        dir.put("kustomization.yaml", generators(&configs));
        let theirs = kustomize.build(dir.root());
        dir.put("kustomization.yaml", generators(&configs) + "generatorOptions: {disableNameSuffixHash: true}\n");
        dir.put("plain/all.yaml", kustomize.build(dir.root()));
        let ours = dir.run("rename plain");
        assert_eq!(ours.status, 0, "{}", ours.stderr);
        let (theirs, ours) = (by_label(&theirs), by_label(&ours.stdout));
        let different: Vec<_> = ours.keys().zip(theirs.keys()).filter(|(ours, theirs)| ours != theirs).collect();
        assert!(different.is_empty(), "{}: {different:#?}", kustomize.name());
        assert_eq!(ours.len(), CONFIGS + 1);
        assert_eq!(ours["Pod/all"]["spec"], theirs["Pod/all"]["spec"], "{}", kustomize.name());
    }
}

/// Before Go 1.22, `encoding/json` wrote these two as `\u0008` and `\u000c`, and kustomize gave other names. A content
/// without them is named alike by all.
#[test]
fn backspace_and_form_feed_are_written_as_go_writes_them_since_1_22() {
    for kustomize in Kustomize::all() {
        let dir = Dir::with(&[("text", "a\u{8}b\u{c}c")]);
        dir.put("kustomization.yaml", "configMapGenerator:\n- {name: cm, files: [k=text]}\n");
        let theirs = by_label(&kustomize.build(dir.root())).into_keys().next().unwrap();
        let known = ["ConfigMap/cm-fb7fbd24fk", "ConfigMap/cm-4tcmt698gf"];
        assert!(known.contains(&theirs.as_str()), "{}: {theirs}", kustomize.name());
        let text = "{apiVersion: v1, kind: ConfigMap, metadata: {name: cm}, data: {k: \"a\\bb\\fc\"}}\n---\n";
        let configs = [Config { secret: false, kind_of_secret: None, files: BTreeMap::new() }];
        dir.put("plain.yaml", text.to_string() + &pod(&configs).replace("c0", "cm"));
        let ours = dir.run("rename plain.yaml");
        assert!(by_label(&ours.stdout).contains_key(known[0]), "{}{}", ours.stdout, ours.stderr);
    }
}

/// Manifests that no generator makes, through the annotation by which kustomize marks what its generators made.
#[test]
fn manifests_of_every_shape_get_the_names_that_kustomize_gives_them() {
    let texts = sample(prop::collection::vec(manifest(), 1..2), CONFIGS / 2).concat();
    let mut all = String::new();
    for (number, body) in texts.iter().enumerate() {
        let mark = "internal.config.kubernetes.io/needsHashSuffix: enabled";
        let head = "apiVersion: v1\nmetadata:\n  annotations:";
        writeln!(all, "{head} {{{mark}}}\n  name: c{number}\n{body}---").unwrap();
    }
    let kinds = texts.iter().map(|text| text.contains("kind: Secret"));
    let config = |secret| Config { secret, kind_of_secret: None, files: BTreeMap::new() };
    let configs: Vec<Config> = kinds.map(config).collect();
    for kustomize in Kustomize::all() {
        let dir = Dir::with(&[("in/all.yaml", &all), ("in/pod.yaml", &pod(&configs))]);
        dir.put("in/kustomization.yaml", "resources: [all.yaml, pod.yaml]\n");
        let theirs = by_label(&kustomize.build(&dir.path("in")));
        let ours = dir.run("rename in/all.yaml in/pod.yaml");
        assert_eq!(ours.status, 0, "{}", ours.stderr);
        let ours = by_label(&ours.stdout);
        let different = ours.keys().zip(theirs.keys()).filter(|(ours, theirs)| ours != theirs).map(|(ours, theirs)| {
            let number = ours.split_once("/c").and_then(|(_, name)| name.split_once('-')?.0.parse::<usize>().ok());
            format!("{ours}, not {theirs}: {}", number.map_or("", |number| &texts[number]))
        });
        let different: Vec<String> = different.collect();
        assert!(different.is_empty(), "{}: {}", kustomize.name(), different.join("\n"));
        assert_eq!(ours["Pod/all"]["spec"], theirs["Pod/all"]["spec"], "{}", kustomize.name());
    }
}

/// The same values at every run.
fn sample<S: Strategy>(strategy: S, count: usize) -> Vec<S::Value> {
    let mut runner = TestRunner::deterministic();
    (0..count).map(|_| strategy.new_tree(&mut runner).unwrap().current()).collect()
}

fn config() -> impl Strategy<Value = Config> {
    let kinds = prop_oneof![Just(None), Just(Some("Opaque")), Just(Some("example.com/x")), Just(Some("a<b>&c"))];
    let files = prop::collection::btree_map(key(), prop_oneof![4 => text(), 1 => binary()], 0..4);
    (any::<bool>(), kinds, files).prop_map(|(secret, kind_of_secret, files)| Config { secret, kind_of_secret, files })
}

/// Keys of all characters that they may have. kustomize fails on a key that looks like a number.
fn key() -> impl Strategy<Value = String> {
    "[a-zA-Z_][-._a-zA-Z0-9]{2,12}"
}

/// What needs an escape, or could be taken to need one, among other characters. DEL and the characters up to U+009F
/// are not among them: kustomize cannot print them. Backspace and form feed have a test of their own.
fn character() -> impl Strategy<Value = char> {
    prop_oneof![
        4 => prop::sample::select((' '..='~').collect::<Vec<_>>()),
        2 => prop::sample::select(vec!['<', '>', '&', '"', '\\', '/', '\'', '\n', '\r', '\t', ' ', ':', '#', '-', '%']),
        1 => prop::char::ranges(vec!['\0'..='\u{7}', '\u{b}'..='\u{b}', '\u{e}'..='\u{1f}'].into()),
        1 => prop::sample::select(vec!['\u{2028}', '\u{2029}', '\u{2027}', '\u{feff}', '\u{fffd}', '\u{a0}']),
        1 => prop::char::ranges(vec!['\u{a1}'..='\u{2fff}'].into()),
        1 => prop::char::ranges(vec!['\u{10000}'..='\u{1f9ff}'].into()),
    ]
}

fn text() -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(character(), 0..120).prop_map(|text| text.into_iter().collect::<String>().into_bytes())
}

/// Around the lengths at which kustomize wraps base64; short ones can be text.
fn binary() -> impl Strategy<Value = Vec<u8>> {
    let byte = || {
        any::<u8>().prop_filter("has a test of its own, or cannot be printed", |byte| ![0x8, 0xc, 0x7f].contains(byte))
    };
    prop_oneof![prop::collection::vec(byte(), 0..8), prop::collection::vec(byte(), 45..110)]
}

/// Everything of a manifest below its metadata.
fn manifest() -> impl Strategy<Value = String> {
    let scalar = prop::collection::vec(character(), 0..40)
        .prop_map(|text| serde_json::to_string(&text.into_iter().collect::<String>()).unwrap());
    let block = "[a-z<>&\"\\\\ ]{0,9}[a-z]".prop_flat_map(|line| {
        let heads = prop::sample::select(vec!["|", "|-", "|+", ">", ">-"]);
        heads.prop_map(move |head| format!("{head}\n    {line}\n    {line}\n\n    {line}\n"))
    });
    let plain = prop::sample::select(vec!["", "~", "null", "a b", "1:30", "2020-01-01", "2001-12-14 1:2:3.50", "'1'"]);
    let value = prop_oneof![2 => scalar, 1 => block, 1 => plain.prop_map(str::to_string)];
    let base64 = prop::sample::select(vec!["AAEC/w==", "''", "|\n    AAEC\n    /w==\n", "\"AAEC\\n/w==\""]);
    let entries = |values: BoxedStrategy<String>, field: &'static str| {
        prop::option::of(prop::collection::btree_map("[a-z]{1,3}", values, 0..3)).prop_map(move |map| match map {
            None => String::new(),
            Some(map) if map.is_empty() => format!("{field}: {{}}\n"),
            Some(map) => {
                map.iter().fold(format!("{field}:\n"), |text, (key, value)| text + &format!("  {key}: {value}\n"))
            }
        })
    };
    let base64 = base64.prop_map(str::to_string).boxed();
    let shapes = prop::sample::select(vec!["", "data:\n", "data: ~\n", "data: null\n", "immutable: false\n"]);
    let config_map = (
        entries(value.clone().boxed(), "data"),
        prop_oneof![Just(String::new()), Just("binaryData:\n  B: AAEC/w==\n".into())],
        shapes,
    )
        .prop_map(|(data, binary, other)| {
            let other = if data.is_empty() || !other.starts_with("data") { other } else { "" };
            format!("kind: ConfigMap\n{data}{binary}{other}")
        });
    let kinds = prop::sample::select(vec!["", "type: Opaque\n", "type: kubernetes.io/tls\n", "type: \"<a>\"\n"]);
    let secret = (entries(base64, "data"), entries(value.boxed(), "stringData"), kinds)
        .prop_map(|(data, text, of)| format!("kind: Secret\n{data}{text}{of}"));
    prop_oneof![config_map, secret]
}

/// Generators for all configs, named by their numbers.
fn generators(configs: &[Config]) -> String {
    let mut out = "resources: [pod.yaml]\n".to_string();
    for (head, secret) in [("configMapGenerator", false), ("secretGenerator", true)] {
        writeln!(out, "{head}:").unwrap();
        for (number, config) in configs.iter().enumerate().filter(|(_, config)| config.secret == secret) {
            let files: Vec<String> = config.files.keys().map(|key| format!("\"{key}=files/{number}/{key}\"")).collect();
            let of =
                config.kind_of_secret.filter(|_| secret).map_or_else(String::new, |of| format!(", type: \"{of}\""));
            writeln!(out, "- {{name: c{number}, files: [{}]{of}}}", files.join(", ")).unwrap();
        }
    }
    out
}

/// A pod that refers to all configs.
fn pod(configs: &[Config]) -> String {
    let mut out = "\
apiVersion: v1
kind: Pod
metadata: {name: all}
spec:
  containers: [{name: c, image: i}]
  volumes:
"
    .to_string();
    for (number, config) in configs.iter().enumerate() {
        let source = if config.secret { "secret: {secretName" } else { "configMap: {name" };
        writeln!(out, "  - {{name: v{number}, {source}: c{number}}}}}").unwrap();
    }
    out
}

/// The documents of a stream by kind and name.
fn by_label(stream: &str) -> BTreeMap<String, serde_json::Value> {
    let label = |value: &serde_json::Value| {
        format!("{}/{}", value["kind"].as_str().unwrap(), value["metadata"]["name"].as_str().unwrap())
    };
    documents(stream).into_iter().map(|value| (label(&value), value)).collect()
}

/// The documents of a stream.
pub fn documents(stream: &str) -> Vec<serde_json::Value> {
    let limits = Limits::default();
    let documents = yaml::read_documents(stream, &limits).into_iter().filter_map(|document| match document.content {
        DocumentContent::Tree(tree) => Some(Value::from_node(tree.root(stream), &limits).unwrap().to_json()),
        DocumentContent::Empty => None,
        DocumentContent::Invalid(_) => panic!("a document cannot be read:\n{}", &stream[document.range]),
    });
    documents.collect()
}
