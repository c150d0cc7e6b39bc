//! Content that another reference of the same container or volume takes the place of is not consumed, as in the kubelet.

use crate::support::shell::Dir;

const CONFIGS: &str = "\
{apiVersion: v1, kind: ConfigMap, metadata: {name: m}, data: {a: a, b: b}}
---
{apiVersion: v1, kind: ConfigMap, metadata: {name: q}, data: {a: a, c: c}}
";

/// The paths in the listing of a workload with these lines in its container, and the output of `links --strict`.
fn listed(container: &str, volumes: &str) -> (Vec<String>, String) {
    let text = format!(
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: web}}\nspec:\n  template:\n    spec:\n      containers:\n      \
         - {{name: c, image: c, {container}}}\n      volumes: [{volumes}]\n---\n{CONFIGS}"
    );
    let dir = Dir::with(&[("app.yaml", &text)]);
    let ran = dir.run("explain --workload Deployment/web app.yaml");
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    let paths = ran.stdout.lines().map(|line| line[66..].to_owned()).collect();
    let links = dir.run("links --strict app.yaml");
    (paths, links.stdout + &links.stderr)
}

fn of_env(entries: &str) -> Vec<String> {
    listed(&format!("env: [{entries}]"), "").0
}

fn of_volume(mount: &str, volume: &str) -> Vec<String> {
    listed(&format!("volumeMounts: [{{name: v, mountPath: /v{mount}}}]"), &format!("{{name: v, {volume}}}")).0
}

const FIRST: &str = "{name: A, valueFrom: {configMapKeyRef: {name: m, key: a}}}";

#[test]
fn the_last_variable_of_a_name_counts() {
    for (rest, paths) in [
        ("{name: A, value: x}", &[][..]),
        ("{name: A}", &[]),
        ("{name: A, valueFrom: {fieldRef: {fieldPath: metadata.name}}}", &[]),
        ("{name: A, valueFrom: {configMapKeyRef: {name: q, key: c}}}", &["ConfigMap/q/c"]),
        ("{name: A, valueFrom: {configMapKeyRef: {name: q, key: c, optional: true}}}", &["ConfigMap/q/c"]),
        ("{name: A, valueFrom: {configMapKeyRef: {name: q, key: x, optional: true}}}", &["ConfigMap/m/a"]),
        ("{name: A, valueFrom: {configMapKeyRef: {name: o, key: x, optional: true}}}", &["ConfigMap/m/a"]),
        ("{name: A, valueFrom: {configMapKeyRef: {name: o, key: x, optional: true}}}, {name: A, value: x}", &[]),
        ("{name: A, valueFrom: {fileKeyRef: {volumeName: v, path: p, key: k, optional: true}}}", &["ConfigMap/m/a"]),
        ("{name: B, value: x}", &["ConfigMap/m/a"]),
    ] {
        assert_eq!(of_env(&format!("{FIRST}, {rest}")), paths, "{rest}");
    }
}

#[test]
fn a_variable_that_is_expanded_before_counts() {
    for (rest, paths) in [
        ("{name: B, value: $(A)}, {name: A, value: x}", &["ConfigMap/m/a"][..]),
        ("{name: A, value: $(A)-x}", &["ConfigMap/m/a"]),
        ("{name: B, value: $$(A)}, {name: A, value: x}", &[]),
        ("{name: A, value: x}, {name: B, value: $(A)}", &[]),
    ] {
        assert_eq!(of_env(&format!("{FIRST}, {rest}")), paths, "{rest}");
    }
}

#[test]
fn what_is_overridden_must_exist_all_the_same_and_follows_a_rename() {
    let (_, report) =
        listed("env: [{name: A, valueFrom: {configMapKeyRef: {name: m, key: gone}}}, {name: A, value: x}]", "");
    assert!(report.contains("ConfigMap/m has no key `gone`") && report.contains("overridden"), "{report}");
    let text = format!(
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: web}}\nspec: {{template: {{spec: {{containers: [{{name: c, image: c, \
         env: [{FIRST}, {{name: A, value: x}}]}}]}}}}}}\n---\n{CONFIGS}"
    );
    let renamed = Dir::with(&[("app.yaml", &text)]).run("rename app.yaml").stdout;
    assert!(renamed.contains("configMapKeyRef: {name: m-"), "{renamed}");
}

#[test]
fn the_last_file_of_a_path_counts() {
    let map = |name: &str, rest: &str| format!("{{configMap: {{name: {name}{rest}}}}}");
    let projected = |sources: &[String]| format!("projected: {{sources: [{}]}}", sources.join(", "));
    for (mount, volume, paths) in [
        ("", projected(&[map("m", ""), map("q", "")]), &["ConfigMap/m/b", "ConfigMap/q/a", "ConfigMap/q/c"][..]),
        (", subPath: a", projected(&[map("m", ""), map("q", "")]), &["ConfigMap/q/a"]),
        ("", projected(&[map("m", ""), map("q", ", items: [{key: c, path: a}]")]), &["ConfigMap/m/b", "ConfigMap/q/c"]),
        (
            "",
            projected(&[map("m", ""), map("q", ", optional: true, items: [{key: x, path: a}]")]),
            &["ConfigMap/m/a", "ConfigMap/m/b"],
        ),
        (
            "",
            projected(&[map("m", ""), map("q", ", optional: true, items: [{key: c, path: a}]")]),
            &["ConfigMap/m/b", "ConfigMap/q/c"],
        ),
        ("", projected(&[map("m", ""), map("o", ", optional: true")]), &["ConfigMap/m/a", "ConfigMap/m/b"]),
        (
            "",
            projected(&[
                map("m", ""),
                "{downwardAPI: {items: [{path: a, fieldRef: {fieldPath: metadata.name}}]}}".into(),
            ]),
            &["ConfigMap/m/b"],
        ),
        (
            "",
            projected(&[
                "{downwardAPI: {items: [{path: a, fieldRef: {fieldPath: metadata.name}}]}}".into(),
                map("m", ""),
            ]),
            &["ConfigMap/m/a", "ConfigMap/m/b"],
        ),
        (
            "",
            projected(&[map("m", ", items: [{key: a, path: x}]"), map("q", "")]),
            &["ConfigMap/m/a", "ConfigMap/q/a", "ConfigMap/q/c"],
        ),
        ("", "configMap: {name: m, items: [{key: a, path: x}, {key: b, path: ./x}]}".into(), &["ConfigMap/m/b"]),
        (
            "",
            "configMap: {name: m, items: [{key: a, path: x}, {key: b, path: x}, {key: a, path: z}]}".into(),
            &["ConfigMap/m/a", "ConfigMap/m/b"],
        ),
        (
            ", subPath: x",
            "configMap: {name: m, items: [{key: a, path: x}, {key: b, path: x}, {key: a, path: z}]}".into(),
            &["ConfigMap/m/b"],
        ),
        (
            "",
            "configMap: {name: m, optional: true, items: [{key: a, path: x}, {key: gone, path: x}]}".into(),
            &["ConfigMap/m/a"],
        ),
    ] {
        assert_eq!(of_volume(mount, &volume), paths, "{mount} {volume}");
    }
}

#[test]
fn what_is_not_consumed_changes_no_pod() {
    let text = |value: &str| {
        format!(
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: web}}\nspec: {{template: {{spec: {{containers: [{{name: c, image: c, \
             env: [{FIRST}, {{name: A, value: x}}]}}]}}}}}}\n---\n{}",
            CONFIGS.replace("{a: a, b: b}", &format!("{{a: {value}, b: b}}"))
        )
    };
    let dir = Dir::with(&[("old/app.yaml", &text("a")), ("new/app.yaml", &text("z"))]);
    dir.run("impact --strict --base old new").says("1 unaffected");
}
