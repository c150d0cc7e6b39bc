//! References in a shape that the API server refuses or drops: each is reported with its place.

use crate::support::shell::Dir;

/// The diagnostics of `links` about a Deployment with these lines in its pod spec, without the name of the file.
fn diagnostics(spec: &str) -> Vec<String> {
    let mut text =
        String::from("apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  template:\n    spec:\n");
    for line in spec.lines() {
        text.push_str(&format!("      {line}\n"));
    }
    text.push_str("---\n{apiVersion: v1, kind: ConfigMap, metadata: {name: m}, data: {a: a}}\n");
    text.push_str("---\n{apiVersion: v1, kind: Secret, metadata: {name: m}, stringData: {a: a}}\n");
    let ran = Dir::with(&[("app.yaml", &text)]).run("links app.yaml");
    let of_object = |line: &str| {
        line.split_once(": Deployment/web: ").map(|(place, message)| {
            let (_, severity) = place.rsplit_once(": ").unwrap();
            format!("{severity}: {message}")
        })
    };
    ran.stderr.lines().filter_map(of_object).collect()
}

fn container(fields: &str) -> Vec<String> {
    let mut text = String::from("containers:\n- name: c\n  image: c\n");
    for line in fields.lines() {
        text.push_str(&format!("  {line}\n"));
    }
    diagnostics(&text)
}

fn volume(fields: &str) -> Vec<String> {
    let mut text = String::from("containers: [{name: c, image: c}]\nvolumes:\n- name: v\n");
    for line in fields.lines() {
        text.push_str(&format!("  {line}\n"));
    }
    diagnostics(&text)
}

#[test]
fn what_is_of_another_type_is_an_error() {
    for (fields, message) in [
        ("envFrom: {configMapRef: {name: m}}", "envFrom must be a list, not a mapping; put `- ` before each entry"),
        ("envFrom: m", "envFrom must be a list, not a string; write each entry after `- `"),
        (
            "envFrom: [m]",
            "an entry of `envFrom` must be a mapping, not a string; write it as fields, such as `configMapRef:`",
        ),
        (
            "envFrom: [{configMapRef: m}]",
            "configMapRef must be a mapping, not a string; write it as fields, such as `name:`",
        ),
        ("envFrom: [{configMapRef: {name: [m]}}]", "configMapRef.name must be a string, not a list; write one text"),
        ("envFrom: [{prefix: 1, configMapRef: {name: m}}]", "prefix must be a string, not 1; quote it: \"1\""),
        ("env: {A: a}", "env must be a list, not a mapping; put `- ` before each entry"),
        (
            "env: [{name: A, value: {configMapKeyRef: {name: m, key: a}}}]",
            "value must be a string, not a mapping; write `valueFrom:` to take it from a config",
        ),
        (
            "env: [{name: A, valueFrom: {configMapKeyRef: [{name: m, key: a}]}}]",
            "valueFrom.configMapKeyRef must be a mapping, not a list; remove the `- `",
        ),
        (
            "env: [{name: A, valueFrom: {secretKeyRef: {name: m, key: a, optional: 'true'}}}]",
            "secretKeyRef.optional must be a boolean, not a string; write true or false without quotes",
        ),
        ("volumeMounts: {name: v}", "volumeMounts must be a list, not a mapping; put `- ` before each entry"),
        ("command: sleep", "command must be a list, not a string; write each entry after `- `"),
    ] {
        assert_eq!(container(fields), [format!("error: {message}")], "{fields}");
    }
    for (fields, message) in [
        ("configMap: m", "configMap must be a mapping, not a string; write it as fields, such as `name:`"),
        (
            "configMap: {name: m, items: {key: a, path: a}}",
            "configMap.items must be a list, not a mapping; put `- ` before each entry",
        ),
        ("configMap: {name: m, items: [{key: 1, path: a}]}", "key must be a string, not 1; quote it: \"1\""),
        ("azureFile: {secretName: 1}", "azureFile.secretName must be a string, not 1; quote it: \"1\""),
        (
            "projected: {sources: {configMap: {name: m}}}",
            "projected.sources must be a list, not a mapping; put `- ` before each entry",
        ),
    ] {
        assert_eq!(volume(fields), [format!("error: {message}")], "{fields}");
    }
    for (spec, message) in [
        ("containers: {name: c, image: c}", "containers must be a list, not a mapping; put `- ` before each entry"),
        (
            "containers: [{name: c, image: c}]\nvolumes: {name: v}",
            "volumes must be a list, not a mapping; put `- ` before each entry",
        ),
        (
            "containers: [{name: c, image: c}]\nimagePullSecrets: [m]",
            "an entry of `imagePullSecrets` must be a mapping, not a string; write it as fields, such as `name:`",
        ),
        (
            "containers: [{name: c, image: c}]\nimagePullSecrets: {name: m}",
            "imagePullSecrets must be a list, not a mapping; put `- ` before each entry",
        ),
    ] {
        let found = diagnostics(spec);
        // Containers that are not a list have no image, so that the document is taken for a patch.
        if !spec.starts_with("containers: {") {
            assert_eq!(found, [format!("error: {message}")], "{spec}");
        }
    }
}

#[test]
fn what_is_in_another_place_is_a_warning() {
    let dropped = |field: &str, parent: &str, help: &str| {
        [format!("warning: `{field}` is not a field of {parent}: the API server refuses or drops it; {help}")]
    };
    for (fields, field, parent, help) in [
        (
            "envFrom:\n- configMapRef:\n  name: m",
            "name",
            "an entry of `envFrom`",
            "indent it under `configMapRef` or `secretRef`",
        ),
        (
            "envFrom: [{configMapKeyRef: {name: m}}]",
            "configMapKeyRef",
            "an entry of `envFrom`",
            "write `configMapRef`, which takes every key, or move it to `env`",
        ),
        (
            "env:\n- name: A\n  configMapKeyRef: {name: m, key: a}",
            "configMapKeyRef",
            "an entry of `env`",
            "indent it under `valueFrom`",
        ),
        (
            "env:\n- name: A\n  valueFrom:\n    configMapKeyRef:\n    key: a",
            "key",
            "`valueFrom`",
            "indent it under `configMapKeyRef` or `secretKeyRef`",
        ),
        (
            "env: [{name: A, valueFrom: {secretRef: {name: m, key: a}}}]",
            "secretRef",
            "`valueFrom`",
            "write `secretKeyRef` with the `key`",
        ),
        (
            "env: [{name: A, valueFrom: {secretKeyRef: {secretName: m, key: a}}}]",
            "secretName",
            "a reference to a key",
            "write `name`",
        ),
        ("configMapRef: {name: m}", "configMapRef", "a container", "write it in the list `envFrom`"),
        ("envfrom: [{configMapRef: {name: m}}]", "envfrom", "a container", "write `envFrom`"),
        ("envFrom: [{configmapRef: {name: m}}]", "configmapRef", "an entry of `envFrom`", "write `configMapRef`"),
    ] {
        assert_eq!(container(fields), dropped(field, parent, help), "{fields}");
    }
    for (fields, field, parent, help) in [
        ("secret: {name: m}", "name", "`secret`", "write `secretName`"),
        ("secret:\nsecretName: m", "secretName", "an entry of `volumes`", "indent it under `secret`"),
        ("configMap: {configMapName: m}", "configMapName", "`configMap`", "write `name`"),
        (
            "projected: {sources: [{secret: {secretName: m}}]}",
            "secretName",
            "`secret` of a projected volume",
            "write `name`",
        ),
        ("projected: {configMap: {name: m}}", "configMap", "`projected`", "write it in the list `sources`"),
    ] {
        assert_eq!(volume(fields), dropped(field, parent, help), "{fields}");
    }
    let spec = diagnostics("containers: [{name: c, image: c}]\nenvFrom: [{configMapRef: {name: m}}]");
    assert_eq!(spec, dropped("envFrom", "a pod spec", "move it into a container"));
}

#[test]
fn what_refers_to_nothing_is_a_warning() {
    for (fields, message) in [
        (
            "env: [{name: A, valueFrom: {configMapKeyRef: {name: m}}}]",
            "`valueFrom.configMapKeyRef` has no `key`: the API server refuses it; add `key`",
        ),
        (
            "env: [{name: A, valueFrom: {secretKeyRef: {key: a}}}]",
            "`valueFrom.secretKeyRef` has no `name`: the API server refuses it; add `name`",
        ),
        (
            "envFrom: [{configMapRef: {name: ''}}]",
            "`configMapRef` has no `name`: the API server refuses it; add `name`",
        ),
        (
            "envFrom: [{configMapRef: }]",
            "an entry of `envFrom` refers to nothing; write `configMapRef:` or `secretRef:` in it, and indent their fields further",
        ),
        (
            "env: [{name: A, valueFrom: {}}]",
            "`valueFrom` refers to nothing; write `configMapKeyRef:` or `secretKeyRef:` in it, and indent their fields further",
        ),
    ] {
        assert_eq!(container(fields), [format!("warning: {message}")], "{fields}");
    }
    for (fields, message) in [
        ("configMap:", "`configMap` refers to nothing; indent its fields further than it"),
        (
            "configMap: {name: m, items: [{key: a}]}",
            "an entry of `items` has no `path`: the API server refuses it; add `path`",
        ),
        ("secret: {items: []}", "`secret` has no `secretName`: the API server refuses it; add `secretName`"),
    ] {
        assert_eq!(volume(fields), [format!("warning: {message}")], "{fields}");
    }
}

#[test]
fn what_the_api_server_takes_is_not_reported() {
    for fields in [
        "env:\nenvFrom: []\nvolumeMounts: null",
        "env: [{name: A}, {name: B, value: b}, {name: C, valueFrom: }, {name: D, valueFrom: {fieldRef: {fieldPath: x}}}]",
        "env: [{name: A, valueFrom: {configMapKeyRef: null, secretKeyRef: {name: m, key: a, optional: false}}}]",
        "env: [{name: A, valueFrom: {fileKeyRef: {volumeName: v, path: a, key: k}}}]",
        "envFrom: [{prefix: P_, configMapRef: {name: m}, secretRef: }, {configMapRef: {name: m, optional: true}}]",
        "envFrom: [{$patch: replace}]",
        "newField: {name: m}",
    ] {
        assert_eq!(container(fields), [""; 0], "{fields}");
    }
    for fields in [
        "",
        "emptyDir: {}",
        "secret:\nemptyDir: {}",
        "configMap: {name: m, defaultMode: 0400, items: [{key: a, path: b, mode: 256}]}",
    ] {
        assert_eq!(volume(fields), [""; 0], "{fields}");
    }
}

#[test]
fn a_path_of_a_projected_volume_is_given_once() {
    let sources = |second: &str| {
        volume(&format!(
            "projected:\n  sources:\n  - configMap: {{name: m, items: [{{key: a, path: x/b}}]}}\n  - secret: {{name: m, items: [{{key: a, path: {second}}}]}}"
        ))
    };
    assert_eq!(sources("c"), [""; 0]);
    let message = "the path `x/b` is given to another file of the projected volume already";
    assert_eq!(sources("x/b"), [format!("error: {message}; remove one of the two, or give it another path")]);
}

#[test]
fn strict_fails_and_shared_parts_are_reported_once() {
    let text = "\
apiVersion: jobset.x-k8s.io/v1alpha2
kind: JobSet
metadata: {name: set}
spec:
  replicatedJobs:
  - name: a
    template: &job
      spec: {template: {spec: {containers: [{name: c, image: c, env: [{name: A, valueFrom: {secretKeyRef: {name: m}}}]}]}}}
  - name: b
    template: *job
";
    let dir = Dir::with(&[("app.yaml", text)]);
    let ran = dir.run("stamp --check --strict app.yaml");
    assert_eq!(ran.status, 1);
    assert_eq!(ran.stderr.matches("has no `key`").count(), 1, "{}", ran.stderr);
}

#[test]
fn names_in_other_objects_must_be_strings() {
    for (object, message) in [
        (
            "{apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {name: web}, spec: {tls: [{secretName: [a]}]}}",
            "tls.secretName must be a string, not a list; write one text",
        ),
        (
            "{apiVersion: kafka.strimzi.io/v1, kind: KafkaConnect, metadata: {name: web}, spec: {logging: {valueFrom: {configMapKeyRef: {name: 7, key: a}}}}}",
            "configMapKeyRef.name must be a string, not 7; quote it: \"7\"",
        ),
    ] {
        let ran = Dir::with(&[("app.yaml", object)]).run("links app.yaml");
        assert_eq!(ran.status, 2);
        assert!(ran.stderr.contains(message), "{}", ran.stderr);
    }
}

#[test]
fn a_generated_name_resolves_nothing() {
    let text = "\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec: {template: {spec: {containers: [{name: c, image: c, envFrom: [{configMapRef: {name: app-}}]}]}}}
---
{apiVersion: v1, kind: ConfigMap, metadata: {generateName: app-}, data: {a: a}}
";
    let ran = Dir::with(&[("app.yaml", text)]).run("stamp --check app.yaml");
    assert_eq!(ran.status, 0, "{}", ran.stdout);
    ran.says("ConfigMap/app- is not in the input");
}
