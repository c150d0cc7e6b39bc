//! Files of other tools that the user's rules name: kustomize's name references and kapp's template rules.

use crate::cli_rules::{MANIFEST, options};
use crate::support::peers::Kustomize;
use crate::support::shell::Dir;

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
    let ran = dir.run("links --wide --config etc/options.yaml app.yaml");
    assert_eq!(ran.stdout.matches("Fleet/north").count(), 5, "{}{}", ran.stdout, ran.stderr);
    assert_eq!(ran.stdout.matches("ConfigMap/app ").count(), 4, "{}", ran.stdout);
}

const KAPP: &str = "\
apiVersion: kapp.k14s.io/v1alpha1
kind: Config
minimumRequiredVersion: 0.60.0
rebaseRules: []
templateRules:
- resourceMatchers:
  - apiVersionKindMatcher: {apiVersion: v1, kind: ConfigMap}
  affectedResources:
    objectReferences:
    - path: [spec, ships, {allIndexes: true}]
      nameKey: config
      resourceMatchers: &fleet
      - anyMatcher: {matchers: [apiGroupKindMatcher: {apiGroup: example.com, kind: Fleet}]}
    - path: [spec, ships, {allIndexes: true}, config]
      resourceMatchers: *fleet
    - path: [metadata]
      resourceMatchers:
      - apiVersionKindMatcher: {apiVersion: example.com/v2, kind: Fleet}
- resourceMatchers:
  - apiVersionKindMatcher: {apiVersion: v1, kind: Service}
  affectedResources:
    objectReferences:
    - {path: [metadata], resourceMatchers: *fleet}
";

#[test]
fn template_rules_of_kapp_are_read_from_where_the_options_lie() {
    let other = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: app}\n---\n";
    let dir = Dir::with(&[
        ("etc/options.yaml", &options("kappTemplateRules: [kapp.yaml]")),
        ("etc/kapp.yaml", &format!("{other}{KAPP}")),
        ("app.yaml", MANIFEST),
    ]);
    let ran = dir.run("links --wide --config etc/options.yaml app.yaml");
    let fields: Vec<&str> = ran.stdout.lines().filter(|line| line.starts_with("Fleet/north")).collect();
    assert_eq!(fields.len(), 2, "{}{}", ran.stdout, ran.stderr);
    let ran = dir.run("rename --config etc/options.yaml app.yaml");
    assert!(ran.stdout.contains("  - config: app-2748f727mg\n  - config: {name: app-2748f727mg}\n"), "{}", ran.stdout);
    assert!(ran.stdout.contains("{name: north, annotations: {example.com/config: app}}"), "{}", ran.stdout);
    for (good, bad, said) in [
        (
            "{allIndexes: true}]\n      nameKey",
            "{index: 0}]\n      nameKey",
            "etc/kapp.yaml:10:13: error: templateRules[0].affectedResources.objectReferences[0].path: a part of a path must be a field or `{allIndexes: true}`",
        ),
        (
            "anyMatcher: {matchers:",
            "andMatcher: {matchers:",
            "unsupported matcher `andMatcher`; list these fields under",
        ),
        ("kapp.k14s.io/v1alpha1", "kapp.k14s.io/v1", "it contains no Config of kapp.k14s.io/v1alpha1"),
        ("templateRules:", "templateRule:", "it contains no Config of kapp.k14s.io/v1alpha1 with `templateRules`"),
        ("nameKey: config", "namekey: config", "unknown field; did you mean `nameKey`?"),
        (
            "    - path: [metadata]",
            "    - <<: *fleet\n      path: [metadata]",
            "unknown field, expected one of `path`, `resourceMatchers`, `nameKey`",
        ),
        (
            "- resourceMatchers:\n  - apiVersionKindMatcher: {apiVersion: v1, kind: ConfigMap}\n  affected",
            "- affected",
            "missing field `resourceMatchers`",
        ),
        (
            "  affectedResources:\n    objectReferences:\n    - path",
            "  affectedResources: none\n  x:\n    - path",
            "etc/kapp.yaml:8",
        ),
    ] {
        dir.put("etc/kapp.yaml", KAPP.replacen(good, bad, 1));
        let ran = dir.run("stamp --config etc/options.yaml app.yaml");
        assert_eq!((ran.status, ran.stdout.as_str()), (2, ""), "{bad}");
        assert!(ran.stderr.contains(said), "{bad}: {}", ran.stderr);
    }
}

#[test]
fn kustomize_rewrites_the_same_fields_by_the_same_file() {
    let names = "\
nameReference:
- kind: ConfigMap
  version: v1
  fieldSpecs:
  - {path: spec/ships/config, kind: Fleet}
  - {path: spec/stores, kind: Fleet}
  - {path: metadata/annotations/example.com\\/config, kind: Fleet}
";
    let fleet = "\
apiVersion: example.com/v1
kind: Fleet
metadata:
  annotations:
    example.com/config: app
  name: north
spec:
  ships:
  - config: app
  - config: other
  stores:
  - name: app
  - name: other
";
    let generator = "configMapGenerator:\n- {name: app, literals: [LEVEL=info]}\n";
    let kustomization = format!("resources: [fleet.yaml]\nconfigurations: [names.yaml]\n{generator}");
    for kustomize in Kustomize::all() {
        let dir = Dir::with(&[("fleet.yaml", fleet), ("names.yaml", names), ("kustomization.yaml", &kustomization)]);
        let theirs = kustomize.build(dir.root());
        dir.put("rollstamp.yaml", options("kustomizeNameReference: [names.yaml]"));
        dir.put("config.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: app}\ndata: {LEVEL: info}\n");
        let ours = dir.run("rename config.yaml fleet.yaml");
        let of_fleet = |text: &str| -> serde_yaml::Value {
            let documents = text.split("---\n").find(|document| document.contains("kind: Fleet"));
            serde_yaml::from_str(documents.unwrap()).unwrap()
        };
        assert_eq!(of_fleet(&ours.stdout), of_fleet(&theirs), "{}: {}", kustomize.name(), ours.stderr);
        assert!(ours.stdout.matches("app-2748f727mg").count() == 4, "{}", ours.stdout);
    }
}
