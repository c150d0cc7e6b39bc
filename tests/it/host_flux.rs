//! Flux, which cannot run us, and which replaces variables after us.

use crate::support::shell::{APP, Dir};

const KUSTOMIZATION: &str = "\
---
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata:
  name: web
  namespace: flux-system
spec:
  postBuild:
    substitute: {cluster: prod}
";

fn app() -> String {
    APP.replace("LEVEL: info", "LEVEL: on ${cluster}")
}

const SAYS: &str = "app.yaml:6:10: warning: ConfigMap/env: data.LEVEL contains `${cluster}`: a value that Flux \
                    substitutes later rolls nothing when it changes; substitute it first";

#[test]
fn a_variable_is_a_warning_where_flux_is_at_work() {
    let dir = Dir::with(&[("app.yaml", &app())]);
    dir.run("rename --check --prune-last flux app.yaml").says(SAYS);
    let known = Dir::with(&[("app.yaml", &format!("{}{KUSTOMIZATION}", app()))]);
    known.run("stamp --check app.yaml").says(SAYS);
    let said = "apiVersion: rollstamp.dev/v1\nkind: Rollstamp\nspec: {pruneLast: flux}\n";
    let told = Dir::with(&[("app.yaml", &app()), ("rollstamp.yaml", said)]);
    told.run("links app.yaml").says(SAYS);
}

#[test]
fn elsewhere_it_is_a_detail() {
    let dir = Dir::with(&[("app.yaml", &app())]);
    for run in ["stamp --check app.yaml", "rename --check app.yaml", "rename --check --prune-last argocd app.yaml"] {
        assert!(!dir.run(run).stderr.contains("Flux"), "{run}");
        dir.run(&format!("{run} -v")).says(&SAYS.replace("warning", "note"));
    }
    let no_post_build = KUSTOMIZATION.replace("postBuild", "patches");
    let dir = Dir::with(&[("app.yaml", &format!("{}{no_post_build}", app()))]);
    assert!(!dir.run("stamp --check app.yaml").stderr.contains("Flux"));
}

#[test]
fn nothing_is_said_of_what_flux_leaves_alone() {
    let disabled = "  name: env\n  annotations: {kustomize.toolkit.fluxcd.io/substitute: disabled}\n";
    for text in [
        app().replace("  name: env\n", disabled),
        app().replace("  name: env\n", &disabled.replace("annotations", "labels")),
        APP.replace("LEVEL: info", "LEVEL: on $${cluster} and $cluster"),
        // No workload consumes it.
        app().replace("configMapRef: {name: env}", "configMapRef: {name: other}"),
    ] {
        let dir = Dir::with(&[("app.yaml", &text)]);
        let ran = dir.run("rename --check --prune-last flux -v app.yaml");
        assert!(!ran.stderr.contains("Flux"), "{}", ran.stderr);
    }
}

#[test]
fn the_name_of_a_variable_in_a_secret_is_not_told() {
    let secret = APP.replace("kind: ConfigMap", "kind: Secret").replace("configMapRef", "secretRef");
    let secret = secret.replace("data:\n  LEVEL: info", "stringData:\n  LEVEL: a-${hunter2}");
    let dir = Dir::with(&[("app.yaml", &secret)]);
    let ran = dir.run("rename --check --prune-last flux app.yaml");
    ran.says("Secret/env: stringData.LEVEL contains a variable: a value that Flux substitutes");
    assert!(!ran.stderr.contains("hunter2") && !ran.stdout.contains("hunter2"), "{}", ran.stderr);
}
