//! References to configs that are not in the input: one message for each config, with everything that uses it.

use crate::support::shell::{APP, Dir};

/// A workload without its ConfigMap.
fn workload(name: &str) -> String {
    APP.split_once("---\n").unwrap().1.replace("name: web\nspec", &format!("name: {name}\nspec"))
}

fn object(api_version: &str, kind: &str, body: &str) -> String {
    format!("apiVersion: {api_version}\nkind: {kind}\nmetadata: {{name: x}}\n{body}\n")
}

#[test]
fn missing_config_is_reported_once_with_its_users() {
    let text = [workload("web"), workload("api"), workload("worker")].join("---\n");
    let dir = Dir::with(&[("app.yaml", &text)]);
    let ran = dir.run("links app.yaml");
    ran.says(
        "app.yaml:14:32: warning: Deployment/web: ConfigMap/env is not in the input (also used by Deployment/api, \
         Deployment/worker); add it to the input, or mark the reference `optional: true` if the pod can start without it",
    );
    assert_eq!(ran.stderr.lines().count(), 1, "{}", ran.stderr);
    assert_eq!(dir.run("links --strict app.yaml").status, 1);
}

#[test]
fn many_users_are_cut_off() {
    let workloads: Vec<String> = (0..8).map(|number| workload(&format!("w{number}"))).collect();
    let dir = Dir::with(&[("app.yaml", &workloads.join("---\n"))]);
    dir.run("links app.yaml")
        .says("(also used by Deployment/w1, Deployment/w2, Deployment/w3, Deployment/w4, Deployment/w5 and 2 more)");
}

#[test]
fn config_that_another_namespace_lacks_is_another_one() {
    let text = format!(
        "{}---\n{}",
        workload("web").replace("  name: web\n", "  name: web\n  namespace: a\n"),
        workload("api").replace("  name: api\n", "  name: api\n  namespace: b\n")
    );
    let dir = Dir::with(&[("app.yaml", &text)]);
    dir.run("links app.yaml").says("a/ConfigMap/env is not in the input;").says("b/ConfigMap/env is not in the input;");
}

#[test]
fn strict_fails_on_references_of_other_objects() {
    for (text, target) in [
        (
            object("helm.toolkit.fluxcd.io/v2", "HelmRelease", "spec: {valuesFrom: [{kind: Secret, name: a}]}"),
            "Secret/a is not in the input; add it to the input, or mark the reference `optional: true` if it may be absent",
        ),
        (
            object("helm.toolkit.fluxcd.io/v2", "HelmRelease", "spec: {valuesFrom: [{kind: ConfigMap, name: a}]}"),
            "ConfigMap/a is not in the input; add it to the input, or mark",
        ),
        (
            object("networking.k8s.io/v1", "Ingress", "spec: {tls: [{secretName: a}]}"),
            "Secret/a is not in the input; add it to the input\n",
        ),
        (
            object(
                "keda.sh/v1alpha1",
                "TriggerAuthentication",
                "spec: {secretTargetRef: [{parameter: p, name: a, key: k}]}",
            ),
            "Secret/a is not in the input; add it to the input\n",
        ),
        (object("v1", "ServiceAccount", "imagePullSecrets: [{name: a}]"), "Secret/a is not in the input"),
    ] {
        let dir = Dir::with(&[("app.yaml", &text)]);
        let ran = dir.run("links --strict app.yaml");
        assert_eq!(ran.status, 1, "{text}{}", ran.stderr);
        ran.says(target);
        assert_eq!(dir.run("links app.yaml").status, 0);
        assert_eq!(dir.run("links --strict --external Secret/a --external ConfigMap/a app.yaml").status, 0);
    }
}

/// What is optional, made by a controller, or only allowed to be read need not be there.
#[test]
fn strict_accepts_references_that_need_nothing() {
    let optional = "spec: {valuesFrom: [{kind: Secret, name: a, optional: true}]}";
    let rules = "rules: [{apiGroups: [''], resources: [secrets], resourceNames: [a], verbs: [get]}]";
    let acme = object("networking.k8s.io/v1", "Ingress", "spec: {tls: [{secretName: a}]}");
    for text in [
        object("helm.toolkit.fluxcd.io/v2", "HelmRelease", optional),
        object("rbac.authorization.k8s.io/v1", "Role", rules),
        object("v1", "ServiceAccount", "secrets: [{name: a}]"),
        acme.replace("name: x", "name: x, annotations: {cert-manager.io/cluster-issuer: le}"),
        acme.replace("name: x", "name: x, annotations: {kubernetes.io/tls-acme: 'true'}"),
        object("storage.k8s.io/v1", "StorageClass", "parameters: {secretName: a}"),
    ] {
        let dir = Dir::with(&[("app.yaml", &text)]);
        let ran = dir.run("links --strict app.yaml");
        assert_eq!(ran.status, 0, "{text}{}", ran.stderr);
    }
}

/// `optional: true` is suggested only where the API has the field.
#[test]
fn advice_fits_the_field() {
    let pod = |spec: &str, annotations: &str| {
        format!("apiVersion: v1\nkind: Pod\nmetadata: {{name: x, annotations: {{{annotations}}}}}\nspec: {spec}\n")
    };
    let container = "containers: [{name: c, image: c}]";
    for (text, has_optional) in [
        (pod("{containers: [{name: c, image: c, envFrom: [{secretRef: {name: a}}]}]}", ""), true),
        (pod(&format!("{{{container}, volumes: [{{name: v, secret: {{secretName: a}}}}]}}"), ""), true),
        (pod(&format!("{{{container}, imagePullSecrets: [{{name: a}}]}}"), ""), false),
        (pod(&format!("{{{container}, volumes: [{{name: v, azureFile: {{secretName: a}}}}]}}"), ""), false),
        (pod(&format!("{{{container}}}"), "rollstamp.dev/extra-secrets: a"), false),
    ] {
        let dir = Dir::with(&[("app.yaml", &text)]);
        let ran = dir.run("links -v app.yaml");
        ran.says("Secret/a is not in the input; add it to the input");
        assert_eq!(ran.stderr.contains("optional: true"), has_optional, "{}", ran.stderr);
    }
}
