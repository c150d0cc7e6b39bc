//! The table of producers, made into manifests: what a row says is found, and what its request is counts.

use crate::support::first_listing;
use rollstamp::kinds::ConfigKind;
use rollstamp::kinds::condition::Condition;
use rollstamp::kinds::path::{FieldPath, PathStep};
use rollstamp::kinds::producers::{GenerationRule, PRODUCERS, ProducerKind, RequestPart};
use rollstamp::{DigestPolicy, LinkOptions, ParseOptions, Source, link, parse, report};
use serde_json::{Map, Value, json};

/// Every production of every row, with a manifest that makes it.
fn every(check: impl Fn(&ProducerKind, &GenerationRule, Value)) {
    for row in PRODUCERS.iter() {
        for production in &row.generates {
            check(row, production, manifest(row, production));
        }
    }
}

fn manifest(row: &ProducerKind, production: &GenerationRule) -> Value {
    let mut object = json!({"apiVersion": format!("{}/v1", row.group.as_deref().unwrap()), "kind": row.kind});
    object["metadata"] = json!({"name": "req", "namespace": "prod"});
    for condition in &production.only_if {
        match condition {
            Condition::Set(path) => set(&mut object, path.steps(), json!({"there": "x"})),
            Condition::Is(path, text) => set(&mut object, path.steps(), json!(text)),
            Condition::True(path) => set(&mut object, path.steps(), json!(true)),
            Condition::NotSet(_) => {}
            other => panic!("no row of a producer has the condition `{other}`"),
        }
    }
    set(&mut object, production.each.join(&production.name_paths[0]).steps(), json!("made"));
    object
}

/// Sets a value, and makes the mappings and lists that lead to it; of a list, the first item is set.
fn set(value: &mut Value, path: &[PathStep], new: Value) {
    let Some((step, rest)) = path.split_first() else {
        *value = new;
        return;
    };
    let key = match step {
        PathStep::Key(key) => key.to_string(),
        PathStep::KeyLike(prefix, suffix) => format!("{prefix}x{suffix}"),
        PathStep::Item => {
            if !value.is_array() {
                *value = json!([{}]);
            }
            return set(&mut value[0], rest, new);
        }
    };
    if !value.is_object() {
        *value = Value::Object(Map::new());
    }
    set(value.as_object_mut().unwrap().entry(key).or_insert(Value::Null), rest, new);
}

/// The listing of a workload that takes all of what is made.
fn listing(object: &Value, production: &GenerationRule, producers: bool) -> Option<String> {
    let attributes =
        |driver: &str, name: &str| json!({"name": "v", "csi": {"driver": driver, "volumeAttributes": {name: "made"}}});
    let volume = match production.target {
        ConfigKind::ConfigMap => json!({"name": "v", "configMap": {"name": "made"}}),
        ConfigKind::Secret => json!({"name": "v", "secret": {"secretName": "made"}}),
        ConfigKind::SecretProviderClass => attributes("secrets-store.csi.k8s.io", "secretProviderClass"),
        ConfigKind::CsiSecrets => attributes("csi.vso.hashicorp.com", "csiSecretsName"),
    };
    let container = json!({"name": "a", "image": "a", "volumeMounts": [{"name": "v", "mountPath": "/v"}]});
    let workload = json!({
        "apiVersion": "apps/v1", "kind": "StatefulSet", "metadata": {"name": "web", "namespace": "prod"},
        "spec": {"template": {"spec": {"containers": [container], "volumes": [volume]}}},
    });
    let text = format!("{object}\n---\n{workload}\n");
    let bundle = parse(vec![Source::new("app.yaml", text)], &ParseOptions::default());
    let policy = DigestPolicy::default().producers(producers);
    let graph = link(&bundle, &LinkOptions::default().digest_policy(policy));
    assert!(graph.diagnostics.is_empty(), "{object}: {:?}", graph.diagnostics);
    let json = report::links_json(&graph, &report::LinkSelection::ALL, &[]);
    assert!(json.contains("\"resolved\": true"), "{object}: {json}");
    first_listing(&graph)
}

#[test]
fn producers_generate_their_configs() {
    every(|row, production, object| {
        assert_eq!(listing(&object, production, false), None, "{}", row.kind);
        let path = listing(&object, production, true).unwrap_or_default();
        assert!(path.lines().all(|line| line[66..].starts_with(&format!("{}/", row.kind))), "{path}");
    });
}

#[test]
fn requests_are_digested_and_nothing_else() {
    every(|row, production, object| {
        let with = |path: &FieldPath, value: &str| {
            let mut object = object.clone();
            set(&mut object, &[path.steps(), &[PathStep::Key("probe".into())]].concat(), json!(value));
            listing(&object, production, true)
        };
        for request in &production.request {
            let path = match request {
                RequestPart::Field(path) => path.clone(),
                RequestPart::OfEntry(path) | RequestPart::PerKey(path) => production.each.join(path),
            };
            let forbidden = |condition: &Condition| {
                let (Condition::NotSet(other) | Condition::Is(other, _)) = condition else { return false };
                other.steps().starts_with(path.steps())
            };
            if production.only_if.iter().any(forbidden) {
                continue;
            }
            assert_ne!(with(&path, "1"), with(&path, "2"), "{}: {path}", row.kind);
        }
        for path in &production.left_out {
            assert_eq!(with(path, "1"), with(path, "2"), "{}: {path}", row.kind);
        }
    });
}

#[test]
fn producers_are_not_configs() {
    for row in PRODUCERS.iter() {
        assert!(!matches!(&*row.kind, "ConfigMap" | "Secret"), "{}", row.kind);
        let same = PRODUCERS.iter().filter(|other| (&other.group, &other.kind) == (&row.group, &row.kind));
        assert_eq!(same.count(), 1, "{} is there twice", row.kind);
    }
}

#[test]
fn missing_keys_of_generated_configs_are_reported() {
    let graph_of = |spec: &str, key: &str| {
        let text = format!(
            "apiVersion: external-secrets.io/v1\nkind: ExternalSecret\nmetadata: {{name: db}}\nspec: {spec}\n---\n\
             apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: web}}\nspec: {{template: {{spec: {{containers: \
             [{{name: a, image: a, env: [{{name: P, valueFrom: {{secretKeyRef: {{name: db, key: {key}}}}}}}]}}]}}}}}}\n"
        );
        let bundle = parse(vec![Source::new("app.yaml", text)], &ParseOptions::default());
        let graph = link(&bundle, &LinkOptions::default());
        let said = graph.diagnostics.iter().map(|diagnostic| diagnostic.line(&bundle.sources));
        said.collect::<Vec<_>>().join("\n")
    };
    let data = "{data: [{secretKey: user}, {secretKey: password}]}";
    assert_eq!(graph_of(data, "password"), "");
    let wrong = "app.yaml:9:118: warning: Deployment/web: Secret/db has no key `pass`; its keys are password, user";
    assert!(graph_of(data, "pass").ends_with(wrong.split_once(": ").unwrap().1), "{}", graph_of(data, "pass"));
    assert_eq!(graph_of("{data: [{secretKey: user}], dataFrom: [{}]}", "pass"), "");
    assert_eq!(graph_of("{data: [{secretKey: user}], target: {creationPolicy: Merge}}", "pass"), "");
}

#[test]
fn contradictory_requests_are_ambiguous_where_digested() {
    let text = "apiVersion: external-secrets.io/v1\nkind: ExternalSecret\nmetadata: {name: db}\nspec: {data: [{secretKey: a}]}\n---\n\
        apiVersion: external-secrets.io/v1\nkind: ExternalSecret\nmetadata: {name: db}\nspec: {data: [{secretKey: b}]}\n---\n\
        apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {template: {spec: {containers: \
        [{name: a, image: a, envFrom: [{secretRef: {name: db}}]}]}}}\n";
    let bundle = parse(vec![Source::new("app.yaml", text)], &ParseOptions::default());
    assert!(link(&bundle, &LinkOptions::default()).diagnostics.is_empty());
    let policy = DigestPolicy::default().producers(true);
    let graph = link(&bundle, &LinkOptions::default().digest_policy(policy));
    let said = graph.diagnostics[0].line(&bundle.sources);
    assert!(said.contains("Secret/db is defined with different content in app.yaml:1, app.yaml:6"), "{said}");
}

#[test]
fn templates_are_digested_by_consumed_keys() {
    let case = concat!(env!("CARGO_MANIFEST_DIR"), "/testdata/cases/templates-of-external-secrets/in/app.yaml");
    let text = std::fs::read_to_string(case).unwrap();
    let listing = |text: &str, producers: bool| {
        let bundle = parse(vec![Source::new("app.yaml", text)], &ParseOptions::default());
        let policy = DigestPolicy::default().producers(producers);
        let graph = link(&bundle, &LinkOptions::default().digest_policy(policy));
        let said: Vec<String> = graph.diagnostics.iter().map(|diagnostic| diagnostic.line(&bundle.sources)).collect();
        (first_listing(&graph), said.join("\n"))
    };
    let before = listing(&text, true);
    assert!(before.0.as_ref().unwrap().contains("  ConfigMap/shop-templates/application.yaml\n"), "{before:?}");
    assert_eq!(listing(&text.replace("README: not", "README: never"), true), before);
    assert_ne!(listing(&text.replace("database:", "db:"), true), before);
    let (plain, said) = listing(&text, false);
    let plain = plain.unwrap();
    assert!(plain.ends_with("  ConfigMap/everywhere-templates/application.yaml\n") && plain.lines().count() == 1);
    assert_eq!(said, "");
    let ignored = text.replace(
        "  name: shop-templates\n  namespace: shop\n",
        "  name: shop-templates\n  namespace: shop\n  annotations: {rollstamp.dev/ignore: 'true'}\n",
    );
    assert!(!listing(&ignored, true).0.unwrap().contains("ConfigMap/shop-templates"), "{ignored}");
    // Two of one name say nothing certain, which matters where the request counts.
    let twice =
        format!("{text}---\napiVersion: v1\nkind: ConfigMap\nmetadata: {{name: shop-templates, namespace: shop}}\n");
    assert!(listing(&twice, true).1.contains("ConfigMap/shop-templates is defined with different content"));
    assert_eq!(listing(&twice, false).1, "");
}

#[test]
fn templated_keys_depend_on_all_encrypted_keys() {
    let listing = |key: &str, password: &str| {
        let text = format!(
            "apiVersion: bitnami.com/v1alpha1\nkind: SealedSecret\nmetadata: {{name: db}}\nspec:\n  encryptedData: {{user: AgA, \
             password: {password}}}\n  template: {{data: {{url: 'pg://{{{{ .user }}}}:{{{{ .password }}}}@db'}}}}\n---\n\
             apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: web}}\nspec: {{template: {{spec: {{containers: \
             [{{name: c, image: c, env: [{{name: A, valueFrom: {{secretKeyRef: {{name: db, key: {key}}}}}}}]}}]}}}}}}\n"
        );
        let bundle = parse(vec![Source::new("app.yaml", text)], &ParseOptions::default());
        let policy = DigestPolicy::default().producers(true);
        first_listing(&link(&bundle, &LinkOptions::default().digest_policy(policy))).unwrap()
    };
    let paths = |listing: &str| listing.lines().map(|line| line[66..].to_owned()).collect::<Vec<_>>();
    let template = "SealedSecret/db/spec.template.data";
    assert_eq!(
        paths(&listing("url", "AgB")),
        ["SealedSecret/db/password", template, "SealedSecret/db/user"].map(str::to_owned)
    );
    assert_ne!(listing("url", "AgB"), listing("url", "AgC"));
    assert_eq!(paths(&listing("user", "AgB")), [template, "SealedSecret/db/user"].map(str::to_owned));
    assert_eq!(
        listing("user", "AgB"),
        listing("user", "AgC"),
        "a key that is encrypted itself depends on nothing else"
    );
}
