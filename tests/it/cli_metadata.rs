//! Names, labels, annotations and selectors that the API server refuses.

use crate::support::shell::Dir;

/// The findings of `links --strict` about a Deployment that uses a config, each with these lines of metadata or spec.
struct Manifest {
    kind: &'static str,
    metadata: String,
    spec: String,
    template: String,
    config: String,
}

impl Manifest {
    fn new() -> Manifest {
        Manifest {
            kind: "Deployment",
            metadata: "name: web".to_string(),
            spec: "selector: {matchLabels: {app: web}}".to_string(),
            template: "labels: {app: web}".to_string(),
            config: "kind: ConfigMap\nmetadata: {name: env}\ndata: {a: b}".to_string(),
        }
    }

    fn text(&self) -> String {
        let Manifest { kind, metadata, spec, template, config } = self;
        let group = if matches!(*kind, "CronJob" | "Job") { "batch" } else { "apps" };
        let template = format!(
            "template: {{metadata: {{{template}}}, spec: {{containers: [{{name: a, image: x, envFrom: [{{configMapRef: \
             {{name: env, optional: true}}}}, {{secretRef: {{name: env, optional: true}}}}]}}]}}}}"
        );
        let template = if *kind == "CronJob" { format!("jobTemplate: {{spec: {{{template}}}}}") } else { template };
        format!(
            "apiVersion: {group}/v1\nkind: {kind}\nmetadata: {{{metadata}}}\nspec:\n  {template}\n  {spec}\n---\n\
             apiVersion: v1\n{config}\n"
        )
    }

    /// The warnings, without place and object.
    fn warnings(&self) -> Vec<String> {
        let ran = Dir::with(&[("app.yaml", &self.text())]).run("links --strict app.yaml");
        let warnings: Vec<String> = ran
            .stderr
            .lines()
            .filter_map(|line| line.split_once(": warning: ")?.1.split_once(": "))
            .map(|(_, message)| message.to_string())
            .collect();
        assert_eq!(ran.status, i32::from(!warnings.is_empty()), "{}", ran.stderr);
        warnings
    }

    fn warns(&self, expected: &str) {
        let warnings = self.warnings();
        if expected.is_empty() {
            assert_eq!(warnings, [""; 0], "{}", self.text());
        } else {
            assert!(matches!(&warnings[..], [one] if one.starts_with(expected)), "{warnings:?}\n{}", self.text());
        }
    }
}

#[test]
fn names_have_the_form_that_their_kind_needs() {
    let long = |letters: usize| "a".repeat(letters);
    for (kind, name, is_accepted) in [
        ("Deployment", "web.example.com".to_string(), true),
        ("Deployment", "Web".to_string(), false),
        ("Deployment", "web_1".to_string(), false),
        ("Deployment", "${NAME}".to_string(), true),
        ("Deployment", long(253), true),
        ("Deployment", long(254), false),
        ("StatefulSet", long(63), true),
        ("StatefulSet", long(64), false),
        ("StatefulSet", "web.example.com".to_string(), false),
        ("CronJob", long(52), true),
        ("CronJob", long(53), false),
        ("Job", long(53), true),
    ] {
        let spec = if matches!(kind, "CronJob" | "Job") { "suspend: true" } else { "selector: {}" }.to_string();
        let manifest = Manifest { kind, metadata: format!("name: \"{name}\""), spec, ..Manifest::new() };
        manifest.warns(if is_accepted { "" } else { "metadata.name `" });
    }
    let config = |metadata: &str, kind: &str| Manifest {
        config: format!("kind: {kind}\nmetadata: {{{metadata}}}"),
        ..Manifest::new()
    };
    let manifest = Manifest { metadata: "name: web, namespace: a.b".to_string(), ..Manifest::new() };
    let text = manifest.text().replace("{name: env}\ndata", "{name: env, namespace: a.b}\ndata");
    let ran = Dir::with(&[("app.yaml", &text)]).run("links app.yaml");
    assert_eq!(
        ran.stderr.matches("metadata.namespace `a.b` is not a name that it can have").count(),
        2,
        "{}",
        ran.stderr
    );
    for (metadata, kind) in [("name: my_env", "ConfigMap"), ("name: MyEnv", "Secret")] {
        let mut manifest = config(metadata, kind);
        manifest.template = "labels: {app: web}".to_string();
        let text = manifest.text().replace("{name: env, ", &format!("{{{metadata}, "));
        let ran = Dir::with(&[("app.yaml", &text)]).run("stamp app.yaml");
        assert_eq!(ran.status, 0);
        ran.says(&format!("warning: {kind}/{}: metadata.name `", &metadata[6..]));
        ran.says("the API server refuses it; use at most 253 of a-z, 0-9, `-` and `.`");
    }
    for (prefix, expected) in [("web-", ""), ("web_", "metadata.generateName `web_`"), ("web.", "")] {
        let manifest = Manifest { metadata: format!("generateName: {prefix}"), ..Manifest::new() };
        manifest.warns(expected);
    }
}

#[test]
fn labels_and_annotations_are_strings() {
    for (value, kind) in [
        ("1", "a number"),
        ("1.5", "a number"),
        ("0644", "a number"),
        ("true", "a boolean"),
        ("yes", "a boolean"),
        ("[a]", "a list"),
        ("{a: b}", "a mapping"),
        ("~", ""),
        ("null", ""),
        ("\"1\"", ""),
        ("2020-01-01", ""),
        ("1.2.3", ""),
        ("text", ""),
    ] {
        for field in ["labels", "annotations"] {
            let message =
                if kind.is_empty() { String::new() } else { format!("the value of `b` in metadata.{field} is {kind}") };
            let metadata = format!("name: web, {field}: {{b: {value}}}");
            Manifest { metadata, ..Manifest::new() }.warns(&message);
            let message = message.replace(&format!("metadata.{field}"), &format!("the {field} of the pod template"));
            let template = format!("labels: {{app: web}}, {field}: {{app: web, b: {value}}}");
            let template = if field == "labels" { template.replacen("labels: {app: web}, ", "", 1) } else { template };
            Manifest { template, ..Manifest::new() }.warns(&message);
        }
    }
    let manifest = Manifest { metadata: "name: web, annotations: [a]".to_string(), ..Manifest::new() };
    manifest.warns("metadata.annotations must be a mapping: the API server refuses it");
    Manifest { metadata: "name: web, annotations:".to_string(), ..Manifest::new() }.warns("");
}

#[test]
fn values_of_secrets_are_not_printed() {
    let config = "kind: Secret\nmetadata: {name: env, annotations: {a: 31415926, '3141/59/26': x}}";
    let manifest = Manifest { config: config.to_string(), ..Manifest::new() };
    let ran = Dir::with(&[("app.yaml", &manifest.text())]).run("stamp --check -v app.yaml");
    ran.says("Secret/env: the value of `a` in metadata.annotations is a number, not a string");
    ran.says("Secret/env: a key in metadata.annotations is not allowed");
    assert!(!ran.stderr.contains("3141") && !ran.stdout.contains("3141"), "{}{}", ran.stdout, ran.stderr);
}

#[test]
fn keys_and_values_of_labels_have_their_form() {
    for (metadata, message) in [
        ("labels: {a/b/c: x}", "the key `a/b/c` in metadata.labels is not allowed"),
        ("labels: {Example.com/a: x}", "the key `Example.com/a` in metadata.labels is not allowed"),
        ("labels: {a: 'b c'}", "the value of `a` in metadata.labels is not one of a label"),
        ("labels: {a: '${A} c', '${B} c': x}", ""),
        ("labels: {app.kubernetes.io/version: v1.0_a-b, a: ''}", ""),
        ("annotations: {my key: x}", "the key `my key` in metadata.annotations is not allowed"),
        ("annotations: {Example.com/a: '{any: \"text\"}'}", ""),
    ] {
        Manifest { metadata: format!("name: web, {metadata}"), ..Manifest::new() }.warns(message);
    }
    let large = format!("name: web, annotations: {{a: {}}}", "x".repeat(256 << 10));
    Manifest { metadata: large, ..Manifest::new() }.warns("metadata.annotations has 262145 bytes");
}

#[test]
fn selectors_select_their_own_pods() {
    for (spec, template, unmet) in [
        ("selector: {matchLabels: {app: web}}", "labels: {app: web, b: c}", ""),
        ("selector: {matchLabels: {app: web}}", "labels: {app: api}", "app=web"),
        ("selector: {matchLabels: {app: web}}", "labels: {a: web}", "app=web"),
        ("selector: {matchLabels: {app: web}}", "name: a", "app=web"),
        ("selector: {matchLabels: {app: '${APP}'}}", "labels: {app: web}", ""),
        ("selector: {matchExpressions: [{key: app, operator: In, values: [api, web]}]}", "labels: {app: web}", ""),
        (
            "selector: {matchExpressions: [{key: app, operator: In, values: [a, b]}]}",
            "labels: {app: web}",
            "app in (a, b)",
        ),
        (
            "selector: {matchExpressions: [{key: app, operator: NotIn, values: [web]}]}",
            "labels: {app: web}",
            "app notin (web)",
        ),
        ("selector: {matchExpressions: [{key: app, operator: NotIn, values: [a]}]}", "labels: {app: web}", ""),
        ("selector: {matchExpressions: [{key: b, operator: Exists}]}", "labels: {app: web}", "b"),
        ("selector: {matchExpressions: [{key: app, operator: DoesNotExist}]}", "labels: {app: web}", "!app"),
        ("selector: {matchExpressions: [{key: app, operator: Later}]}", "labels: {app: web}", ""),
        ("replicas: 1", "labels: {app: web}", ""),
    ] {
        for kind in ["Deployment", "StatefulSet", "DaemonSet", "ReplicaSet"] {
            let (spec, template) = (spec.to_string(), template.to_string());
            let message = match unmet {
                "" => String::new(),
                unmet => format!("its selector requires `{unmet}`, which the labels of its pod template do not meet;"),
            };
            Manifest { kind, spec, template, ..Manifest::new() }.warns(&message);
        }
    }
    let job = |spec: &str| Manifest { kind: "Job", spec: spec.to_string(), ..Manifest::new() };
    job("selector: {matchLabels: {controller-uid: x}}").warns("");
    job("manualSelector: true\n  selector: {matchLabels: {a: b}}").warns("its selector requires `a=b`");
}

#[test]
fn what_kustomize_builds_is_not_final() {
    let manifest = Manifest {
        metadata: "name: Web, annotations: {a: 1}".to_string(),
        template: "annotations: {a: 1}".to_string(),
        ..Manifest::new()
    };
    let dir = Dir::with(&[("k/app.yaml", &manifest.text()), ("k/kustomization.yaml", "resources: [app.yaml]\n")]);
    let ran = dir.run("links k");
    assert!(!ran.stderr.contains("warning"), "{}", ran.stderr);
    dir.run("links k/app.yaml").says("warning: Deployment/Web: metadata.name `Web`");
}
