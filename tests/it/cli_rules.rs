//! The user's own rules in the options file, and what is said of wrong ones.

use crate::shell::Dir;

const MANIFEST: &str = "\
apiVersion: v1
kind: ConfigMap
metadata: {name: app}
data: {LEVEL: info}
---
apiVersion: example.com/v1
kind: Fleet
metadata: {name: north, annotations: {example.com/config: app}}
spec:
  ships:
  - config: app
  - config: {name: app}
  stores: [app, other]
";

fn options(rules: &str) -> String {
    let rules: String = rules.lines().map(|line| format!("    {line}\n")).collect();
    format!("apiVersion: rollstamp.dev/v1\nkind: Rollstamp\nmetadata: {{name: x}}\nspec:\n  rules:\n{rules}")
}

fn with_rules(rules: &str) -> Dir {
    Dir::with(&[("rollstamp.yaml", &options(rules)), ("app.yaml", MANIFEST)])
}

#[test]
fn references_are_rewritten() {
    let dir = with_rules(
        "references:\n- {group: example.com, kind: Fleet, path: spec/ships/config, to: ConfigMap}\n\
         - {group: example.com, kind: Fleet, path: 'spec/stores[]', to: ConfigMap}\n\
         - {group: example.com, kind: Fleet, path: metadata/annotations/example.com\\/config, to: ConfigMap}",
    );
    let ran = dir.run("rename app.yaml");
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    let new = MANIFEST
        .replace("{name: app}\ndata", "{name: app-2748f727mg, annotations: {rollstamp.dev/base-name: \"app\"}}\ndata")
        .replace("config: app", "config: app-2748f727mg")
        .replace("config: {name: app}", "config: {name: app-2748f727mg}")
        .replace("[app,", "[app-2748f727mg,");
    assert_eq!(ran.stdout, new);
}

#[test]
fn name_references_of_kustomize_are_read_from_where_the_options_lie() {
    let names = "\
namePrefix: []
nameReference:
- kind: Service
  fieldSpecs: [{path: spec/service, kind: Fleet}]
- kind: ConfigMap
  version: v1
  fieldSpecs:
  - {path: spec/ships/config, kind: Fleet, create: false}
  - {path: spec/stores, group: example.com}
  - {path: metadata/annotations/example.com\\/config, version: v1, kind: Fleet}
  - {path: metadata/name, version: v2, kind: Fleet}
";
    let dir = Dir::with(&[
        ("etc/options.yaml", &options("kustomizeNameReference: [names.yaml]")),
        ("etc/names.yaml", names),
        ("app.yaml", MANIFEST),
    ]);
    let ran = dir.run("links --config etc/options.yaml app.yaml");
    assert_eq!(ran.stdout.matches("Fleet/north").count(), 5, "{}{}", ran.stdout, ran.stderr);
    assert_eq!(ran.stdout.matches("ConfigMap/app ").count(), 4, "{}", ran.stdout);
}

#[test]
fn what_is_wrong_is_said_with_its_place_and_the_way_out() {
    for (rules, said) in [
        (
            "references: [{group: a, kind: B, path: spec.x, to: Secret}]",
            "rollstamp.yaml:6:18: spec.rules.references[0]: a path has slashes between its fields; write spec/x",
        ),
        (
            "references: [{group: a, kind: B, path: spec/x, to: configmap}]",
            "rollstamp.yaml:6:56: spec.rules.references[0].to: unknown variant `configmap`; did you mean `ConfigMap`?",
        ),
        (
            "references: [{group: a, knd: B, path: spec/x, to: Secret}]",
            "rollstamp.yaml:6:29: spec.rules.references[0]: unknown field `knd`; did you mean `kind`?",
        ),
        (
            "references: [{group: a, kind: B, to: Secret}]",
            "rollstamp.yaml:6:18: spec.rules.references[0]: missing field `path`",
        ),
        (
            "kustomizeNameReference: [no.yaml]",
            "rollstamp: error: no.yaml: cannot read kustomize's name references: no such file or directory",
        ),
        ("kustomizeNameReference: [app.yaml]", "rollstamp: error: app.yaml: cannot read kustomize's name references"),
    ] {
        let ran = with_rules(rules).run("stamp --check app.yaml");
        assert_eq!((ran.status, ran.stdout.as_str()), (2, ""), "{rules}");
        assert!(ran.stderr.contains(said), "{rules}: {}", ran.stderr);
    }
}
