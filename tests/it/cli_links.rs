//! What `links` lists: the table that people read, and the shape that programs rely on.

use serde_json::Value;

use crate::support::shell::{APP, Dir};

/// A workload that uses config in every way there is.
const MECHANISMS: &str = include_str!("../../testdata/mechanisms/app.yaml");

fn json(dir: &Dir, args: &str) -> Value {
    let ran = dir.run(&format!("links --format json {args}"));
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    serde_json::from_str(&ran.stdout).unwrap()
}

#[test]
fn the_table_has_a_line_for_each_container_and_source() {
    let ran = Dir::with(&[("app.yaml", MECHANISMS)]).run("links app.yaml");
    assert_eq!(ran.status, 0);
    insta::assert_snapshot!("links-table", ran.stdout);
    insta::assert_snapshot!("links-talk", ran.stderr);
}

#[test]
fn the_json_has_an_entry_for_each_line_of_the_table() {
    let dir = Dir::with(&[("app.yaml", MECHANISMS)]);
    let ran = dir.run("links --format json app.yaml");
    insta::assert_snapshot!("links-json", ran.stdout);

    let rows = dir.run("links --wide app.yaml").stdout.lines().take_while(|line| !line.is_empty()).count() - 1;
    let links = json(&dir, "app.yaml")["links"].as_array().unwrap().len();
    assert_eq!(links, rows);
}

#[test]
fn every_field_has_its_documented_type() {
    let dir = Dir::with(&[("app.yaml", MECHANISMS)]);
    let report = json(&dir, "app.yaml --namespace prod");
    assert_eq!(report["version"], 1);
    assert_eq!(keys(&report), ["version", "links", "unused"]);
    let links = report["links"].as_array().unwrap();
    assert!(links.len() > 20, "the fixture has lost its links");
    for link in links {
        check_link(link);
    }
    for unused in report["unused"].as_array().unwrap() {
        assert_eq!(keys(unused), ["file", "line", "kind", "namespace", "name", "namedBy"]);
        assert!(unused["line"].is_u64() && unused["name"].is_string(), "{unused}");
    }
}

fn check_link(link: &Value) {
    let fields = [
        "file",
        "line",
        "workload",
        "container",
        "containerType",
        "mechanism",
        "target",
        "keys",
        "delivery",
        "optional",
        "status",
        "definitions",
        "namespaceGuessed",
        "builtBy",
        "didYouMean",
        "resolved",
        "producers",
        "missingKeys",
        "commandVariables",
    ];
    assert_eq!(keys(link), fields);
    let texts = |value: &Value| value.as_array().is_some_and(|items| items.iter().all(Value::is_string));
    let one_of = |field: &str, words: &[&str]| link[field].as_str().is_some_and(|word| words.contains(&word));
    assert!(link["file"].is_string() && link["line"].is_u64(), "{link}");
    assert_eq!(keys(&link["workload"]), ["apiVersion", "kind", "namespace", "name"]);
    assert_eq!(keys(&link["target"]), ["kind", "namespace", "name"]);
    assert!(link["workload"]["namespace"] == "prod" && link["target"]["namespace"] == "prod", "{link}");
    assert!(one_of("mechanism", &["env", "envFrom", "volume", "projected", "name"]), "{link}");
    assert!(one_of("delivery", &["frozen", "live", "none"]), "{link}");
    assert_eq!(link["container"].is_null(), link["containerType"].is_null(), "{link}");
    assert!(link["container"].is_null() || one_of("containerType", &["container", "init", "ephemeral"]), "{link}");
    assert!(link["keys"].is_null() || texts(&link["keys"]), "{link}");
    for field in ["optional", "resolved"] {
        assert!(link[field].is_boolean(), "{link}");
    }
    assert!(texts(&link["missingKeys"]) && texts(&link["commandVariables"]), "{link}");
}

fn keys(value: &Value) -> Vec<&str> {
    value.as_object().unwrap().keys().map(String::as_str).collect()
}

#[test]
fn entries_come_in_the_order_of_files_and_positions() {
    let dir = Dir::with(&[("b.yaml", MECHANISMS), ("a/z.yaml", APP), ("a.yaml", APP)]);
    let report = json(&dir, ". --scope file");
    let places: Vec<(&str, u64)> = report["links"]
        .as_array()
        .unwrap()
        .iter()
        .map(|link| (link["file"].as_str().unwrap(), link["line"].as_u64().unwrap()))
        .collect();
    assert!(places.is_sorted(), "{places:?}");
    let files: Vec<&str> = report["links"].as_array().unwrap().iter().map(|l| l["file"].as_str().unwrap()).collect();
    assert_eq!((files[0], files[1], files[2]), ("a.yaml", "a/z.yaml", "b.yaml"));
}

#[test]
fn nothing_to_list_is_said() {
    let ran = Dir::with(&[("a.yaml", "a: 1\n")]).run("links a.yaml");
    ran.prints("");
    ran.says("note: the input has no ConfigMap or Secret and no reference to one");
}

#[test]
fn a_line_number_is_that_of_the_name_that_refers() {
    let dir = Dir::with(&[("app.yaml", APP)]);
    let line = json(&dir, "app.yaml")["links"][0]["line"].as_u64().unwrap();
    assert_eq!(APP.lines().nth(line as usize - 1), Some("        - configMapRef: {name: env}"));
}

#[test]
fn configs_that_nobody_uses_are_named_and_are_no_finding() {
    let spare = "apiVersion: v1\nkind: Secret\nmetadata: {name: spare, namespace: prod}\n";
    let dir = Dir::with(&[("app.yaml", APP), ("spare.yaml", spare)]);
    let ran = dir.run("links --strict .");
    assert_eq!((ran.status, ran.stderr.as_str()), (0, ""));
    assert!(
        ran.stdout.ends_with("\n\nNothing in the input refers to:\n  prod/Secret/spare  spare.yaml:1\n"),
        "{}",
        ran.stdout
    );
    let unused = &json(&dir, ".")["unused"];
    assert_eq!(
        unused,
        &serde_json::json!([
            {"file": "spare.yaml", "line": 1, "kind": "Secret", "namespace": "prod", "name": "spare", "namedBy": []}
        ])
    );
}

#[test]
fn strict_fails_for_what_is_not_there_and_only_for_that() {
    let refer = |what: &str| APP.replace("configMapRef: {name: env}", what);
    for (what, status, said) in [
        ("configMapRef: {name: nope}", 1, "warning: Deployment/web: ConfigMap/nope is not in the input"),
        ("configMapRef: {name: nope, optional: true}", 0, ""),
        ("secretRef: {name: nope}", 1, "warning: Deployment/web: Secret/nope is not in the input"),
        ("secretRef: {name: nope, optional: true}", 0, ""),
        ("configMapRef: {name: kube-root-ca.crt}", 0, ""),
        ("configMapRef: {name: env}", 0, ""),
    ] {
        let dir = Dir::with(&[("app.yaml", &refer(what))]);
        for verb in ["links", "stamp --write", "explain --workload Deployment/web"] {
            let ran = dir.run(&format!("{verb} --strict app.yaml"));
            assert_eq!(ran.status, status, "{verb} {what}: {}", ran.stderr);
            ran.says(said);
            assert_eq!(dir.run(&format!("{verb} app.yaml")).status, 0, "{verb} {what} without --strict");
        }
    }
}

#[test]
fn strict_fails_for_a_missing_key_unless_it_is_optional() {
    let env = "env: [{name: X, valueFrom: {configMapKeyRef: {name: env, key: nope}}}]";
    let app = APP.replace("envFrom:\n        - configMapRef: {name: env}", env);
    let dir = Dir::with(&[("app.yaml", &app)]);
    let ran = dir.run("links --strict app.yaml");
    assert_eq!(ran.status, 1);
    ran.says("app.yaml:20:61: warning: Deployment/web: ConfigMap/env has no key `nope`; its keys are LEVEL");

    dir.put("app.yaml", app.replace("key: nope", "key: nope, optional: true"));
    let ran = dir.run("links --strict app.yaml");
    assert_eq!((ran.status, ran.stderr.as_str()), (0, ""));
    assert!(ran.stdout.contains("no key nope (optional)"), "{}", ran.stdout);
}

#[test]
fn an_init_container_that_ends_sees_its_mounts_frozen_and_a_sidecar_sees_them_live() {
    let text = include_str!("../../testdata/cases/init-container-mounts/in/all.yaml");
    let dir = Dir::with(&[("a.yaml", text)]);
    let table = dir.run("links a.yaml").stdout;
    for (name, delivery) in [("ordinary", " frozen "), ("sidecar", " live ")] {
        let row = table.lines().find(|row| row.starts_with(&format!("DaemonSet/{name}"))).unwrap();
        assert!(row.contains(delivery), "{row}");
    }
    let ran = dir.run("stamp --check --roll-on frozen a.yaml");
    assert!(ran.stdout.contains("DaemonSet/ordinary") && !ran.stdout.contains("DaemonSet/sidecar"), "{}", ran.stdout);
}

#[test]
fn errors_of_a_command_that_never_writes_are_only_counted() {
    let dir = Dir::with(&[("app.yaml", APP), ("bad.yaml", "kind: ConfigMap\napiVersion: v1\n\tdata: {}\n")]);
    for args in ["links", "links --format json", "stamp --check", "rename --diff", "explain --workload Deployment/web"]
    {
        let ran = dir.run(&format!("{args} bad.yaml app.yaml"));
        assert_eq!(ran.status, 2, "{args}");
        ran.says("bad.yaml:3:1: error: a tab cannot be used for indentation; use spaces").says("rollstamp: 1 error\n");
        assert!(!ran.stderr.contains("written"), "{args}: {}", ran.stderr);
    }
    dir.run("stamp bad.yaml app.yaml").says("rollstamp: 1 error: nothing was written; `--skip-invalid`");
}

#[test]
fn a_config_that_a_field_of_any_object_names_is_not_listed_as_unused() {
    let object = |kind: &str, spec: &str| {
        format!("apiVersion: {kind}\nmetadata: {{name: it, namespace: t, labels: {{app: it}}}}\nspec: {spec}\n")
    };
    let deployment = |annotation: &str, container: &str| {
        format!(
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: it, namespace: t, annotations: {{{annotation}}}}}\n\
             spec: {{template: {{spec: {{containers: [{{name: x, image: x, {container}}}]}}}}}}\n"
        )
    };
    for (kind, named, text) in [
        ("Secret", true, object("tor.k8s.torproject.org/v1\nkind: OnionService", "{privateKeySecret: {name: x}}")),
        ("Secret", true, object("example.com/v1\nkind: Gateway", "{servers: [{tls: {credentialName: x}}]}")),
        (
            "Secret",
            true,
            object(
                "monitoring.coreos.com/v1\nkind: ServiceMonitor",
                "{endpoints: [{basicAuth: {username: {name: x}}}]}",
            ),
        ),
        ("ConfigMap", true, object("example.com/v1\nkind: App", "{source: {kind: ConfigMap, name: x}}")),
        ("ConfigMap", true, object("example.com/v1\nkind: App", "{source: t/x}")),
        ("ConfigMap", true, deployment("wave.pusher.com/extra-configmaps: 't/y,t/x'", "")),
        ("ConfigMap", true, deployment("", "args: ['--config=x']")),
        ("ConfigMap", true, deployment("", "env: [{name: A, value: x}]")),
        // What is about something else does not name a config, nor does a copy of a manifest.
        ("ConfigMap", false, deployment("kubectl.kubernetes.io/last-applied-configuration: '{\"name\": \"x\"}'", "")),
        ("Secret", false, object("example.com/v1\nkind: App", "{configMapRef: {name: x}}")),
        ("ConfigMap", false, object("example.com/v1\nkind: App", "{source: {kind: Service, name: x}}")),
        ("ConfigMap", false, object("example.com/v1\nkind: App", "{selector: {app: x}, ports: [{name: x}]}")),
        ("ConfigMap", false, object("v1\nkind: Service", "{selector: {app: x}, ports: [{name: x, port: 80}]}")),
        ("ConfigMap", false, deployment("", "args: ['--config=xy']")),
        (
            "ConfigMap",
            false,
            object("example.com/v1\nkind: App", "{source: x}").replace("namespace: t", "namespace: u"),
        ),
    ] {
        let config = format!("apiVersion: v1\nkind: {kind}\nmetadata: {{name: x, namespace: t}}\n---\n{text}");
        let dir = Dir::with(&[("a.yaml", &config)]);
        let unused = &json(&dir, "a.yaml")["unused"][0];
        assert_eq!(unused["name"], "x", "{config}");
        assert_eq!(unused["namedBy"].as_array().unwrap().len(), usize::from(named), "{config}");
        let table = dir.run("links a.yaml").stdout;
        assert_eq!(table.contains("x  a.yaml:1  named by "), named, "{table}");
        assert_eq!(table.contains("Nothing in the input refers to:"), !named, "{table}");
    }
}
