//! Objects that are written with merge keys: `rename` and `stamp` change them as if everything were written out.

use crate::support::shell::Dir;
use rollstamp::yaml::{DocumentContent, Limits, Value, read_documents};
use rollstamp::{LinkOptions, ParseOptions, Rename, Source, Strategy, apply, link, parse, plan};

/// The documents as Kubernetes reads them.
fn values(text: &str) -> Vec<serde_json::Value> {
    let mut values = Vec::new();
    for document in read_documents(text, &Limits::default()) {
        if let DocumentContent::Tree(tree) = document.content {
            values.push(Value::from_node(tree.root(text), &Limits::default()).unwrap().to_json());
        }
    }
    values
}

const WEB: &str = "---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec: {template: {spec: {containers: [{name: a, image: a, envFrom: [{configMapRef: {name: app}}]}]}}}
";

fn config(metadata: &str) -> String {
    format!("apiVersion: v1\nkind: ConfigMap\n{metadata}data: {{A: b}}\n{WEB}")
}

#[test]
fn names_of_merged_metadata_are_changed() {
    for metadata in [
        "x: &m {labels: {a: b}}\nmetadata: {<<: *m, name: app}\n",
        "x: &m {name: app, labels: {a: b}}\nmetadata: {<<: *m}\n",
        "x: &m {name: app, labels: {a: b}}\nmetadata:\n  <<: *m\n",
        "x: &m {annotations: {c: d}}\nmetadata: {<<: *m, name: app}\n",
        "x: &m {annotations: {c: d}}\nmetadata:\n  <<: *m\n  name: app\n",
        "x: &m\n  annotations:\n    c: d\n    \"e\": 'f'\nmetadata:\n  name: app\n  <<: *m\n",
        "x: &m {annotations: {c: d}}\ny: &n {labels: {a: b}}\nmetadata:\n  <<: [*n, *m]\n  name: app\n",
        "x: &a {c: d}\nmetadata:\n  name: app\n  annotations:\n    <<: *a\n",
        "x: &a {c: d}\nmetadata: {name: app, annotations: {e: f, <<: *a}}\n",
        "metadata: {<<: {name: app}, labels: {a: b}}\n",
        "metadata: {<<: [{name: app}, {name: other}]}\n",
        "x: &m {name: other}\nmetadata: {name: app, labels: {<<: *m}}\n",
    ] {
        let text = config(metadata);
        let dir = Dir::with(&[("app.yaml", &text)]);
        let ran = dir.run("rename app.yaml");
        assert_eq!(ran.status, 0, "{}\n{text}", ran.stderr);
        let (before, after) = (values(&text), values(&ran.stdout));
        let mut expected = before[0]["metadata"].clone();
        expected["name"] = "app-b9t2424hkf".into();
        expected["annotations"]["rollstamp.dev/base-name"] = "app".into();
        assert_eq!(after[0]["metadata"], expected, "{}", ran.stdout);
        assert!(after[1].to_string().contains("\"app-b9t2424hkf\""), "{}", ran.stdout);
        // Again, in place.
        dir.put("app.yaml", &ran.stdout);
        dir.run("rename app.yaml").prints(&ran.stdout);
    }
}

#[test]
fn references_that_are_merged_are_rewritten_where_they_count() {
    let head = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: app}\ndata: {A: b}\n---\napiVersion: v1\nkind: ConfigMap\n\
                metadata: {name: other}\ndata: {A: c}\n---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\n";
    for (shared, containers) in [
        ("x: &r {name: app}\n", "[{name: a, image: a, envFrom: [{configMapRef: {<<: *r}}]}]"),
        (
            "x: &r {name: app}\n",
            "[{name: a, image: a, envFrom: [{configMapRef: *r}, {configMapRef: {<<: *r, optional: true}}]}]",
        ),
        (
            "x: &r {name: app}\n",
            "[{name: a, image: a, envFrom: [{configMapRef: {<<: *r}}, {configMapRef: {<<: *r, name: other}}]}]",
        ),
        ("x: &r {name: app}\n", "[{name: a, image: a, envFrom: [{configMapRef: {<<: [{optional: true}, *r]}}]}]"),
        (
            "x: &r {name: app}\ny: &s {name: other}\n",
            "[{name: a, image: a, envFrom: [{configMapRef: {<<: [*r, *s]}}, {configMapRef: {<<: [*s, *r]}}]}]",
        ),
        (
            "x: &c {envFrom: [{configMapRef: {name: app}}]}\n",
            "[{name: a, image: a, <<: *c}, {<<: *c, name: b, image: b}]",
        ),
        (
            "x: &c {envFrom: [{configMapRef: {name: app}}]}\n",
            "[{<<: *c, name: a, image: a}, {<<: *c, name: b, image: b, envFrom: []}]",
        ),
        (
            "x: &e {name: A, valueFrom: {configMapKeyRef: {name: app, key: A}}}\n",
            "[{name: a, image: a, env: [*e, {<<: *e, name: B}, {<<: *e, valueFrom: {configMapKeyRef: {name: other, key: A}}}]}]",
        ),
    ] {
        let text = format!("{head}{shared}spec: {{template: {{spec: {{containers: {containers}}}}}}}\n");
        let dir = Dir::with(&[("app.yaml", &text)]);
        let ran = dir.run("rename app.yaml");
        assert_eq!(ran.status, 0, "{}\n{text}", ran.stderr);
        let after = values(&ran.stdout);
        let name = |number: usize| after[number]["metadata"]["name"].as_str().unwrap().to_string();
        let mut expected = values(&text)[2]["spec"].to_string();
        for (old, new) in [("app", name(0)), ("other", name(1))] {
            expected = expected.replace(&format!("\"{old}\""), &format!("\"{new}\""));
        }
        assert_eq!(after[2]["spec"].to_string(), expected, "{}", ran.stdout);
    }
}

#[test]
fn annotations_that_are_merged_are_written_out_and_taken_back() {
    for metadata in [
        "    metadata:\n      <<: *m\n",
        "    metadata: {<<: *m}\n",
        "    metadata:\n      <<: *m\n      labels: {a: b}\n",
        "    metadata: { labels: {a: b}, <<: *m } # c\n",
    ] {
        let text = format!(
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: app}}\ndata: {{A: b}}\n---\napiVersion: apps/v1\n\
             kind: Deployment\nmetadata: {{name: web}}\nx: &m {{annotations: {{c: d, e: f}}}}\nspec:\n  template:\n{metadata}    \
             spec: {{containers: [{{name: a, image: a, envFrom: [{{configMapRef: {{name: app}}}}]}}]}}\n"
        );
        let dir = Dir::with(&[("app.yaml", &text)]);
        let stamped = dir.run("stamp app.yaml");
        assert_eq!(stamped.status, 0, "{}\n{text}", stamped.stderr);
        let annotations = &values(&stamped.stdout)[1]["spec"]["template"]["metadata"]["annotations"];
        assert_eq!(annotations.as_object().unwrap().len(), 3, "{}", stamped.stdout);
        dir.put("app.yaml", &stamped.stdout);
        dir.run("stamp app.yaml").prints(&stamped.stdout);
        dir.run("stamp --remove app.yaml").prints(&text);
    }
}

/// The texts after one and after two renames.
fn rename_twice(text: &str) -> [String; 2] {
    let rename = |text: &str| {
        let bundle = parse(vec![Source::new("app.yaml", text)], &ParseOptions::default().keep_all(true));
        assert!(!bundle.has_errors(), "{:?}\n{text}", bundle.diagnostics[0].sentence());
        let graph = link(&bundle, &LinkOptions::default());
        let plan = plan(&graph, &Strategy::Rename(Rename::default()));
        let errors: Vec<String> = plan.diagnostics.iter().map(|diagnostic| diagnostic.sentence()).collect();
        assert!(errors.is_empty(), "{errors:?}\n{text}");
        let after = apply(&bundle, &plan).unwrap_or_else(|failed| panic!("{}\n{text}", failed[0].sentence()));
        after[0].text().to_string()
    };
    let once = rename(text);
    let twice = rename(&once);
    [once, twice]
}

/// Asserts that a rename changes the name, the recorded name and the reference, and no other value.
#[track_caller]
fn only_the_name_changes(metadata: &str) {
    let text = config(metadata);
    let [once, twice] = rename_twice(&text);
    assert_eq!(once, twice, "the second run");
    let mut expected = values(&text);
    expected[0]["metadata"]["name"] = "app-b9t2424hkf".into();
    expected[0]["metadata"]["annotations"]["rollstamp.dev/base-name"] = "app".into();
    let reference = "/spec/template/spec/containers/0/envFrom/0/configMapRef/name";
    *expected[1].pointer_mut(reference).unwrap() = "app-b9t2424hkf".into();
    assert_eq!(values(&once), expected, "{text}{once}");
}

/// Metadata in braces, of every source of its name and of its annotations.
fn shapes_of_metadata() -> Vec<String> {
    let mut shapes = Vec::new();
    for name in ["name: app", "name: *n", "\"name\": &s app", "<<: {name: app}", "<<: [{labels: {a: b}}, {name: app}]"]
    {
        for annotations in [
            "",
            "annotations: {c: d}",
            "annotations: &a {c: d}",
            "annotations: &a {c: &i d, e: *i}",
            "annotations: *d",
            "annotations: {<<: *d, e: f}",
            "annotations: {e: f, <<: *d}",
            "annotations: {e: f, c: g, <<: *d}",
            "annotations: null",
            "annotations: {c: 1, e: null}",
            "labels: &a {c: d}, annotations: *a",
            "<<: {annotations: {c: d}}",
            "<<: {annotations: {c: 1, e: null, g: true}}",
            "annotations: {c: g}, <<: {annotations: {c: d}, name: app}",
        ] {
            if name.contains("<<") && annotations.contains("<<: {") {
                continue;
            }
            let comma = if annotations.is_empty() { "" } else { ", " };
            shapes.push(format!("{{{name}{comma}{annotations}}}"));
            shapes.push(format!("{{{annotations}{comma}{name}}}"));
        }
    }
    shapes
}

/// Entries of a document that hold metadata, or share it with other places.
const HOLDERS: [&str; 9] = [
    "metadata: {M}\n",
    "metadata: &m {M}\ny: *m\n",
    "metadata: &m {M}\ny: {<<: *m}\nz: [*m, {<<: [*m]}]\n",
    "x: &m {M}\nmetadata: *m\ny: *m\n",
    "x: &m {M}\nmetadata: {<<: *m}\ny: *m\n",
    "x: &m {M}\nmetadata:\n  <<: *m\n  labels: {a: b}\ny: {<<: *m}\n",
    "x: &o {metadata: {M}}\n<<: *o\n",
    "x: &o {metadata: &m {M}}\n<<: *o\ny: *m\nz: *o\n",
    "<<: [{metadata: {M}}, {metadata: {name: other}}]\n",
];

#[test]
fn shared_metadata_is_renamed_and_other_places_keep_their_values() {
    let mut seen = 0;
    for shape in shapes_of_metadata() {
        for holder in HOLDERS {
            let others = if shape.contains("&a") { "v: *a\nw: {<<: *a}\n" } else { "" };
            let others = if shape.contains("&s") { format!("{others}u: *s\n") } else { others.to_string() };
            only_the_name_changes(&format!("n: &n app\nd: &d {{c: d}}\n{}{others}", holder.replace("{M}", &shape)));
            seen += 1;
        }
    }
    assert!(seen > 1000, "{seen}");
}

#[test]
fn shared_metadata_in_lines_is_renamed() {
    for metadata in [
        "metadata: &m\n  name: app\n  labels: {a: b}\ny: *m\n",
        "metadata:\n  name: &n app\n  labels:\n    a: *n\n",
        "metadata: &m\n  name: app\n  annotations: &a\n    c: |\n      text\n\n    # comment\ny: *m\nz: *a\n",
        "metadata: &m\n  # comment\n  name: app # c\n\n  annotations: &a\n    c: >-\n      text\n# comment\ny:\n- <<: *m\n- *a\n",
        "x: &m\n  name: app\n  annotations:\n    c: d\nmetadata: *m\ny: *m\n",
        "x: &o\n  metadata:\n    name: app\n<<: *o\n",
        "metadata: !!map &m\n  name: app\ny: *m\n",
    ] {
        only_the_name_changes(metadata);
    }
}

/// The old value of an anchor would be written where a diff does not mask it.
#[test]
fn secrets_that_are_shared_as_a_whole_are_refused() {
    let secret = "apiVersion: v1\nkind: List\nitems:\n- &s\n  apiVersion: v1\n  kind: Secret\n  metadata: {name: app}\n  stringData: \
                  {A: b}\n- {<<: *s, metadata: {name: other}}\n";
    let text = format!("{secret}{}", WEB.replace("configMapRef", "secretRef"));
    let dir = Dir::with(&[("app.yaml", &text)]);
    dir.run("rename app.yaml").fails("this value is shared through an anchor");
    let config = text
        .replace("kind: Secret", "kind: ConfigMap")
        .replace("stringData", "data")
        .replace("secretRef", "configMapRef");
    dir.put("app.yaml", &config);
    let ran = dir.run("rename app.yaml");
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    let names: Vec<_> = values(&ran.stdout)[0]["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| item["metadata"]["name"].clone())
        .collect();
    assert_eq!(names, ["app-b9t2424hkf", "other"], "{}", ran.stdout);
}
