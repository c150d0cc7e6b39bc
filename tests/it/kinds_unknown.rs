//! Pod specs in objects of kinds that no table knows: linked, noted with a rule to add, and never edited.

use crate::support::shell::{Dir, Ran};

const CONFIG: &str = "\
apiVersion: v1
kind: ConfigMap
metadata: {name: env}
data: {A: '1'}
---
";

/// An object of an unknown kind, in which `spec` is the text of its spec.
fn fleet(spec: &str) -> String {
    format!("{CONFIG}apiVersion: example.com/v1\nkind: Fleet\nmetadata: {{name: logs}}\nspec: {spec}\n")
}

/// Containers as operators let their users write them: without an image.
const CONTAINERS: &str = "containers: [{name: es, envFrom: [{configMapRef: {name: env}}]}]";

fn nested() -> String {
    fleet(&format!("{{sets: [{{podTemplate: {{spec: {{{CONTAINERS}}}}}}}]}}"))
}

/// The rule that a message prints.
fn printed_rule(ran: &Ran) -> &str {
    let (_, rule) = ran.stderr.split_once("of the options file: ").unwrap_or_else(|| panic!("{}", ran.stderr));
    rule.lines().next().unwrap()
}

fn options(rule: &str) -> String {
    format!("apiVersion: rollstamp.dev/v1\nkind: Rollstamp\nspec: {{rules: {{workloads: [{rule}]}}}}\n")
}

#[test]
fn unknown_kind_is_noted_by_every_verb() {
    let dir = Dir::with(&[("old.yaml", &nested()), ("new.yaml", &nested().replace("'1'", "'2'"))]);
    for command in ["stamp --check", "links", "impact --base new.yaml"] {
        let ran = dir.run(&format!("{command} old.yaml"));
        assert_eq!(ran.status, 0, "{}", ran.stderr);
        ran.says("note: Fleet/logs: refers to ConfigMap/env, and its kind is not known: a change rolls nothing");
        let strict = dir.run(&format!("{command} --strict old.yaml"));
        assert_eq!(strict.status, 1, "{}", strict.stderr);
        strict.says("warning: Fleet/logs: refers to ConfigMap/env");
    }
    let links = dir.run("links old.yaml");
    assert!(links.stdout.contains("Fleet/logs  es         envFrom    ConfigMap/env"), "{}", links.stdout);
    assert!(!links.stdout.contains("Nothing here refers to"), "{}", links.stdout);
}

#[test]
fn unknown_kind_is_not_edited() {
    let text = nested();
    let dir = Dir::with(&[("app.yaml", &text)]);
    dir.run("stamp app.yaml").prints(&text);
    let renamed = dir.run("rename app.yaml");
    renamed.says("ConfigMap/env: not renamed: Fleet/logs refers to it, and its kind is not known");
    renamed.prints(&text);
}

/// What a message prints can be pasted, and makes the kind known.
#[test]
fn printed_rules_make_the_kind_known() {
    for (spec, path) in [
        (format!("{{sets: [{{podTemplate: {{spec: {{{CONTAINERS}}}}}}}]}}"), "spec/sets[]/podTemplate"),
        (format!("{{template: {{spec: {{{CONTAINERS}}}}}}}"), "spec/template"),
        (format!("{{sets: {{'a/b': {{spec: {{{CONTAINERS}}}}}}}}}"), "spec/sets/a\\/b"),
        (format!("{{pod: {{{CONTAINERS}}}}}"), "spec/pod"),
        (format!("{{{CONTAINERS}}}"), "spec"),
    ] {
        let dir = Dir::with(&[("app.yaml", &fleet(&spec))]);
        let ran = dir.run("stamp --check app.yaml");
        let rule = printed_rule(&ran);
        assert!(rule.contains(path), "{rule}");
        dir.put("options.yaml", options(rule));
        let known = dir.run("stamp --config options.yaml app.yaml");
        assert_eq!(known.status, 0, "{}", known.stderr);
        assert!(known.stdout.contains("rollstamp.dev/checksum"), "{rule}: {}", known.stdout);
        assert!(!known.stderr.contains("not known"), "{}", known.stderr);
        assert_eq!(dir.run("links --strict --config options.yaml app.yaml").status, 0);
    }
}

/// A rule of the user says that objects of the kind are whole, though their containers have no image.
#[test]
fn kinds_of_rules_are_never_patches() {
    let dir = Dir::with(&[("app.yaml", &nested())]);
    dir.put(
        "options.yaml",
        options("{group: example.com, kind: Fleet, templates: ['spec/sets[]/podTemplate'], onChange: rolls}"),
    );
    let ran = dir.run("stamp --config options.yaml app.yaml");
    assert!(ran.stdout.contains("rollstamp.dev/checksum"), "{}", ran.stderr);
    assert!(!ran.stderr.contains("patch"), "{}", ran.stderr);
}

/// A rule with another effect for a built-in kind leaves its patches what they are.
#[test]
fn patches_of_built_in_kinds_stay_patches() {
    let patch = "\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec: {template: {spec: {containers: [{name: web, envFrom: [{configMapRef: {name: env}}]}]}}}
";
    let text = format!("{CONFIG}{patch}");
    let dir = Dir::with(&[("app.yaml", &text)]);
    dir.put("options.yaml", options("{group: apps, kind: Deployment, onChange: noEffect}"));
    for flags in ["", "--config options.yaml"] {
        let ran = dir.run(&format!("stamp {flags} app.yaml"));
        ran.says("patch");
        assert!(!ran.stderr.contains("not known"), "{}", ran.stderr);
        ran.prints(&text);
    }
}

#[test]
fn all_shapes_of_references_are_seen() {
    for spec in [
        "{pod: {containers: [{name: a, env: [{name: A, valueFrom: {configMapKeyRef: {name: env, key: A}}}]}]}}",
        "{pod: {initContainers: [{name: a, envFrom: [{configMapRef: {name: env}}]}]}}",
        "{pod: {volumes: [{name: v, configMap: {name: env}}]}}",
        "{pod: {volumes: [{name: v, projected: {sources: [{configMap: {name: env}}]}}]}}",
        "{a: [[{b: {spec: {volumes: [{name: v, configMap: {name: env}}]}}}]]}",
    ] {
        let dir = Dir::with(&[("app.yaml", &fleet(spec))]);
        dir.run("links app.yaml").says("Fleet/logs: refers to ConfigMap/env, and its kind is not known");
    }
}

#[test]
fn several_configs_are_one_message() {
    let other = CONFIG.replace("name: env", "name: other");
    let sets = "[{podTemplate: {spec: {containers: [{name: a, envFrom: [{configMapRef: {name: env}}]}]}}}, \
                {podTemplate: {spec: {volumes: [{name: v, configMap: {name: other}}]}}}]";
    let dir = Dir::with(&[("app.yaml", &format!("{other}{}", fleet(&format!("{{sets: {sets}}}"))))]);
    let ran = dir.run("links app.yaml");
    ran.says("refers to ConfigMap/env, ConfigMap/other, and its kind is not known");
    assert_eq!(ran.stderr.lines().count(), 1, "{}", ran.stderr);
    assert!(printed_rule(&ran).contains("templates: ['spec/sets[]/podTemplate']"), "{}", ran.stderr);
}

/// Without the config in the input there is no change that could be missed.
#[test]
fn unknown_kinds_that_use_nothing_of_the_input_are_not_noted() {
    let images = "{pod: {containers: [{name: a, image: a:1}]}}";
    let secrets = "{pod: {containers: [{name: a, envFrom: [{secretRef: {name: elsewhere}}]}]}}";
    for spec in [images, secrets] {
        let dir = Dir::with(&[("app.yaml", &fleet(spec))]);
        assert!(!dir.run("stamp app.yaml").stderr.contains("not known"));
    }
    let crd =
        nested().replace("example.com/v1", "apiextensions.k8s.io/v1").replace("Fleet", "CustomResourceDefinition");
    let dir = Dir::with(&[("crd.yaml", &crd)]);
    assert!(!dir.run("stamp crd.yaml").stderr.contains("not known"));
}

/// A kind that is known for something else is not unknown: its references are in the tables, or in the user's rules.
#[test]
fn referenced_kinds_are_known() {
    let rule = "{group: example.com, kind: Fleet, path: 'spec/sets[]/podTemplate/spec/containers[]/envFrom[]/configMapRef', \
                to: ConfigMap}";
    let dir = Dir::with(&[("app.yaml", &nested())]);
    dir.put(
        "options.yaml",
        format!("apiVersion: rollstamp.dev/v1\nkind: Rollstamp\nspec: {{rules: {{references: [{rule}]}}}}\n"),
    );
    assert!(!dir.run("links --config options.yaml app.yaml").stderr.contains("not known"));
}

/// Nothing can be wrong with an object that nobody knows: what would be an error elsewhere is not one.
#[test]
fn objects_of_unknown_kinds_raise_no_errors() {
    for spec in [
        "{a: 1, a: 2, pod: {containers: [{name: a, envFrom: [{configMapRef: {name: env}}]}]}}",
        "{pod: {containers: [{name: a, envFrom: [{configMapRef: {name: env}}, {configMapRef: {name: 1}}]}]}}",
        "{pod: {containers: [null, 1, a, [], {name: a, env: 3, envFrom: [{configMapRef: {name: env}}]}]}}",
    ] {
        let dir = Dir::with(&[("app.yaml", &fleet(spec))]);
        let ran = dir.run("stamp --check app.yaml");
        assert_eq!(ran.status, 0, "{spec}: {}", ran.stderr);
    }
}

#[test]
fn anchored_pod_specs_are_found_once() {
    let spec = format!("{{a: {{spec: &spec {{{CONTAINERS}}}}}, b: {{spec: *spec}}}}");
    let dir = Dir::with(&[("app.yaml", &fleet(&spec))]);
    let ran = dir.run("links app.yaml");
    assert_eq!(ran.stdout.matches("Fleet/logs").count(), 1, "{}", ran.stdout);
    ran.says("templates: ['spec/a']");
}
