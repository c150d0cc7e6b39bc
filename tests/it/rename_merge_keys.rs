//! Objects that are written with merge keys: `rename` and `stamp` change them as if everything were written out.

use crate::support::shell::Dir;
use rollstamp::yaml::{DocumentContent, Limits, Value, read_documents};

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
