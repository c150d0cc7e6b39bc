//! Values of Secrets that are not found by what a text looks like.

use crate::support::shell::Dir;

const USER: &str = "\
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec: {template: {spec: {containers: [{name: a, image: x, envFrom: [{secretRef: {name: db}}]}]}}}
";

/// Secrets whose kind or field is written otherwise, or whose values indentation has moved.
const SECRETS: [&str; 9] = [
    "apiVersion: v1\nkind: \"S\\u0065cret\"\nmetadata: {name: db}\nstringData:\n  a: hush\n",
    "apiVersion: v1\nkind: \"S\\x65cret\"\nmetadata: {name: db}\n\"d\\x61ta\": {a: aHVzaA==, b: aHVzaA==}\n",
    "apiVersion: v1\nkind: Secret\nmetadata:\n  name: db\n  stringData:\n    a: hush\n",
    "apiVersion: v1\nkind: Secret\nmetadata:\n  name:\n    a: hush\n",
    "apiVersion: v1\nkind: Secret\nmetadata:\n  name: db\nstringData:\na: hush\n",
    "apiVersion: v1\nkind: Secret\nmetadata: {name: db, labels: {x: {hush: hush, hush: hush}}}\n",
    "apiVersion: v1\nkind: Secret\nmetadata: {name: db}\nstringData: {a: [hush]}\n",
    "apiVersion: v1\nkind: \"S\\u0065cret\"\nmetadata: {name: db}\nstringData: {a: hush: hush}\n",
    "apiVersion: v1\nkind: Secret\nmetadata: {name: db, namespace: {a: hush}}\n",
];

#[test]
fn moved_and_escaped_secret_values_are_masked() {
    for secret in SECRETS {
        let dir = Dir::with(&[("a.yaml", &format!("{secret}{USER}"))]);
        for args in [
            "stamp --diff",
            "stamp --diff --skip-invalid",
            "rename --diff",
            "rename --diff --skip-invalid",
            "stamp --check -v",
            "stamp --check --format json",
            "links -v",
            "links --format html",
            "links --format json",
            "explain --workload Deployment/web",
            "impact --base a.yaml",
        ] {
            let ran = dir.run(&format!("{args} a.yaml"));
            for text in [ran.stdout, ran.stderr] {
                assert!(!text.contains("hush") && !text.contains("aHVzaA"), "{args}:\n{secret}\n{text}");
            }
        }
    }
}

#[test]
fn reports_hold_no_plain_hash_of_secrets() {
    let secret = "apiVersion: v1\nkind: Secret\nmetadata: {name: db}\nstringData: {a: hush}\n";
    let config = "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: app}\ndata: {a: x}\n";
    let user = USER.replace("{secretRef: {name: db}}", "{secretRef: {name: db}}, {configMapRef: {name: app}}");
    let dir = Dir::with(&[("a.yaml", &format!("{secret}{config}{user}")), ("key", "a-long-pepper")]);
    let listing = |args: &str| {
        let text = dir.run(&format!("stamp --check --format json {args} a.yaml")).stdout;
        let report: serde_json::Value = serde_json::from_str(&text).unwrap();
        let change = &report["changes"][0];
        assert_eq!(change["new"].as_str().unwrap().len(), 64);
        change["listing"].as_array().unwrap().clone()
    };
    let plain = listing("");
    assert_eq!((plain[1]["path"].as_str(), plain[1]["hash"].as_str()), (Some("Secret/db/a"), None), "{plain:?}");
    assert_eq!(plain[0]["hash"].as_str().map(str::len), Some(64), "{plain:?}");
    let keyed = listing("--secret-key-file key");
    assert_eq!(keyed[1]["hash"].as_str().map(str::len), Some(64), "{keyed:?}");
    let explained = dir.run("explain --workload Deployment/web a.yaml").stdout;
    assert!(explained.lines().any(|line| line.ends_with("  Secret/db/a") && line.len() > 64), "{explained}");
}
