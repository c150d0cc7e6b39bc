//! The keys of Secrets that the External Secrets Operator writes, by template and merge policy.

use rollstamp::{LinkOptions, ParseOptions, Source, link, parse};

/// The diagnostics of a Deployment that reads a key of the Secret that an object with this spec requests.
fn diagnostics(kind: &str, spec: &str, key: &str) -> String {
    let text = format!(
        "apiVersion: external-secrets.io/v1\nkind: {kind}\nmetadata: {{name: db}}\nspec: {spec}\n---\n\
         apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: web}}\nspec: {{template: {{spec: {{containers: \
         [{{name: a, image: a, env: [{{name: P, valueFrom: {{secretKeyRef: {{name: db, key: {key}}}}}}}]}}]}}}}}}\n"
    );
    let bundle = parse(vec![Source::new("app.yaml", text)], &ParseOptions::default());
    let graph = link(&bundle, &LinkOptions::default());
    let lines = graph.diagnostics.iter().map(|diagnostic| diagnostic.line(&bundle.sources));
    lines.collect::<Vec<_>>().join("\n")
}

/// Checks which of the keys `user` (fetched), `url` (of the template) and `other` are missing, for both kinds.
fn check(spec: &str, missing: &[&str], has: &str) {
    for (kind, spec) in [
        ("ExternalSecret", spec.to_owned()),
        ("ClusterExternalSecret", format!("{{externalSecretName: db, externalSecretSpec: {spec}}}")),
    ] {
        for key in ["user", "url", "other"] {
            let lines = diagnostics(kind, &spec, key);
            if missing.contains(&key) {
                assert!(lines.contains(&format!("Secret/db has no key `{key}`")), "{kind} {spec} {key}: {lines}");
                assert!(lines.ends_with(has), "{kind} {spec} {key}: {lines}");
                assert_eq!(lines.lines().count(), 1, "{lines}");
            } else {
                assert_eq!(lines, "", "{kind} {spec} {key}");
            }
        }
    }
}

/// A spec that fetches `user`, with more fields and a template.
fn spec(more: &str, template: &str) -> String {
    format!("{{data: [{{secretKey: user}}]{more}, target: {{template: {template}}}}}")
}

#[test]
fn templates_replace_fetched_keys_by_default() {
    for template in ["{data: {url: a}}", "{data: {url: a}, mergePolicy: Replace}"] {
        check(&spec("", template), &["user", "other"], "url");
        check(&spec(", dataFrom: [{}]", template), &["user", "other"], "url");
    }
}

#[test]
fn merged_templates_keep_fetched_keys() {
    let template = "{data: {url: a}, mergePolicy: Merge}";
    check(&spec("", template), &["other"], "url, user");
    check(&spec(", dataFrom: [{}]", template), &[], "");
}

#[test]
fn templates_without_data_keep_fetched_keys() {
    for template in ["{type: Opaque, metadata: {labels: {a: b}}}", "{data: {}}", "{mergePolicy: Merge}"] {
        check(&spec("", template), &["url", "other"], "user");
        check(&spec(", dataFrom: [{}]", template), &[], "");
    }
}

#[test]
fn sources_of_templates_give_unknown_keys_unless_they_are_for_metadata() {
    for target in ["", "target: Data, ", "target: spec.config, "] {
        let from = format!("templateFrom: [{{target: Labels, literal: a}}, {{{target}literal: a}}]");
        check(&spec("", &format!("{{data: {{url: a}}, {from}}}")), &[], "");
        check(&spec("", &format!("{{{from}}}")), &[], "");
    }
    let from = "templateFrom: [{target: Labels, literal: a}, {target: Annotations, literal: a}]";
    check(&spec("", &format!("{{data: {{url: a}}, {from}}}")), &["user", "other"], "url");
}

#[test]
fn keys_of_secrets_of_others_are_unknown() {
    for policy in ["Merge", "None"] {
        check(
            &format!(
                "{{data: [{{secretKey: user}}], target: {{creationPolicy: {policy}, template: {{data: {{url: a}}}}}}}}"
            ),
            &[],
            "",
        );
    }
}

/// The namespaces, of `dev` and `prod`, in which the Secret of a ClusterExternalSecret with these fields is missing.
fn missing_in(fields: &str) -> Vec<&'static str> {
    let mut missing = Vec::new();
    for namespace in ["dev", "prod"] {
        let text = format!(
            "apiVersion: external-secrets.io/v1\nkind: ClusterExternalSecret\nmetadata: {{name: db}}\nspec: \
             {{externalSecretSpec: {{data: []}}{fields}}}\n---\napiVersion: v1\nkind: Pod\nmetadata: {{name: web, namespace: \
             {namespace}}}\nspec: {{containers: [{{name: a, image: a, envFrom: [{{secretRef: {{name: db}}}}]}}]}}\n"
        );
        let bundle = parse(vec![Source::new("app.yaml", text)], &ParseOptions::default());
        let graph = link(&bundle, &LinkOptions::default());
        if graph.diagnostics.iter().any(|diagnostic| diagnostic.sentence().contains("not in the input")) {
            missing.push(namespace);
        }
    }
    missing
}

#[test]
fn cluster_external_secrets_write_into_the_namespaces_that_they_choose() {
    let name = "kubernetes.io/metadata.name";
    for (fields, missing) in [
        ("".to_string(), &[][..]),
        (", namespaces: [prod]".to_string(), &["dev"]),
        (format!(", namespaceSelector: {{matchLabels: {{{name}: prod}}}}"), &["dev"]),
        (format!(", namespaceSelectors: [{{matchLabels: {{{name}: prod}}}}, {{matchLabels: {{{name}: dev}}}}]"), &[]),
        (format!(", namespaces: [dev], namespaceSelector: {{matchLabels: {{{name}: prod}}}}"), &[]),
        (
            format!(", namespaceSelector: {{matchExpressions: [{{key: {name}, operator: In, values: [dev, stage]}}]}}"),
            &["prod"],
        ),
        (
            format!(", namespaceSelector: {{matchExpressions: [{{key: {name}, operator: NotIn, values: [dev]}}]}}"),
            &["dev"],
        ),
        // The labels of namespaces are not known.
        (", namespaceSelector: {matchLabels: {team: a}}".to_string(), &[]),
        (format!(", namespaceSelector: {{matchLabels: {{team: a, {name}: dev}}}}"), &["prod"]),
    ] {
        assert_eq!(missing_in(&fields), missing, "{fields}");
    }
}
