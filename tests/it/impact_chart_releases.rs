//! Helm releases of Flux whose chart is in the repository, rendered by the real helm and compared by what they install.

use crate::impact_base::{commit, git, has_git};
use crate::support::apps::{kustomization, sync};
use crate::support::peers;
use crate::support::shell::{Dir, Ran};

const DEPLOYMENT: &str = "\
apiVersion: apps/v1
kind: Deployment
metadata: {name: '{{ .Release.Name }}'}
spec:
  replicas: {{ .Values.replicas }}
  template:
    metadata: {labels: {level: '{{ .Values.level }}'}}
    spec:
      containers:
      - name: app
        image: app
        envFrom: [{configMapRef: {name: '{{ .Release.Name }}-env'}}, {configMapRef: {name: shared}}]
";
const ENV: &str = "\
apiVersion: v1
kind: ConfigMap
metadata: {name: '{{ .Release.Name }}-env'}
data: {LEVEL: '{{ .Values.level }}'}
";
const RELEASE: &str = "\
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: web, namespace: shop}
spec:
  chart:
    spec: {chart: ./charts/web, sourceRef: {kind: GitRepository, name: flux-system, namespace: flux-system}}
  valuesFrom: [{kind: ConfigMap, name: web-values}]
  values: {replicas: 2}
";

/// A cluster with a release, its values, and a config beside it that its workload uses.
fn fleet() -> Option<(Dir, std::ffi::OsString)> {
    let helm = peers::directory_of("helm")?;
    if !has_git() {
        println!("skipped: git is not installed");
        return None;
    }
    let dir = Dir::in_memory();
    dir.put("clusters/eu/sync.yaml", sync("clusters/eu"));
    dir.put("clusters/eu/apps.yaml", kustomization("apps", "apps"));
    dir.put("apps/web.yaml", RELEASE);
    dir.put(
        "apps/configs.yaml",
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: web-values, namespace: shop}\ndata: {values.yaml: 'level: info'}\n\
         ---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: shared, namespace: shop}\ndata: {A: one}\n",
    );
    dir.put("charts/web/Chart.yaml", "apiVersion: v2\nname: web\nversion: 1.0.0\n");
    dir.put("charts/web/templates/app.yaml", format!("{DEPLOYMENT}---\n{ENV}"));
    git(&dir, &["init", "--quiet", "--initial-branch=main", "."]);
    commit(&dir, "one");
    Some((dir, peers::path_with(&helm)))
}

/// The rows of `impact` after a file was changed.
fn rows_after(dir: &Dir, path: &std::ffi::OsString, file: &str, from: &str, to: &str) -> Vec<String> {
    let before = dir.get(file);
    assert!(before.contains(from), "{before}");
    dir.put(file, before.replace(from, to));
    let args = ["impact", "--apps", "--base", "HEAD", "--no-cache", "--format", "json", "-q"];
    let ran = Ran::of(dir.command(&args).env("PATH", path));
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    dir.put(file, before);
    let json: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    let mut rows = Vec::new();
    for row in json["workloads"].as_array().unwrap() {
        let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
        if row["impact"] != "unaffected" {
            rows.push(format!("{} {}", text(&row["impact"]), text(&row["application"]["id"])));
        }
    }
    rows
}

#[test]
fn what_a_release_installs_is_compared_in_its_cluster() {
    let Some((dir, path)) = fleet() else { return };
    let web = "eu/shop/HelmRelease/web";
    for (file, from, to, expected) in [
        ("apps/configs.yaml", "level: info", "level: debug", format!("rolls {web}")),
        ("apps/web.yaml", "replicas: 2}", "replicas: 2, level: debug}", format!("rolls {web}")),
        ("charts/web/templates/app.yaml", "LEVEL: '", "LEVEL: 'x", format!("stale {web}")),
        ("apps/configs.yaml", "A: one", "A: two", format!("stale {web}")),
    ] {
        assert_eq!(rows_after(&dir, &path, file, from, to), [expected], "{from}");
    }
    assert_eq!(rows_after(&dir, &path, "apps/web.yaml", "replicas: 2}", "replicas: 3}"), [""; 0]);
}

#[test]
fn post_renderers_change_what_a_release_installs() {
    let Some((dir, path)) = fleet() else { return };
    if peers::directory_of("kubectl").is_none() && peers::directory_of("kustomize").is_none() {
        return;
    }
    let patch = "  postRenderers:\n  - kustomize: {images: [{name: app, newTag: v1}]}\n  - kustomize:\n      patches:\n      - \
                 patch: |\n          apiVersion: apps/v1\n          kind: Deployment\n          metadata: {name: web}\n          \
                 spec: {template: {metadata: {labels: {team: a}}}}\n";
    dir.put("apps/web.yaml", format!("{RELEASE}{patch}"));
    commit(&dir, "two");
    for (from, to) in [("team: a", "team: b"), ("newTag: v1", "newTag: v2")] {
        assert_eq!(rows_after(&dir, &path, "apps/web.yaml", from, to), ["rolls eu/shop/HelmRelease/web"], "{from}");
    }
}

#[test]
fn local_dependencies_of_a_chart_are_rendered_with_it() {
    let Some((dir, path)) = fleet() else { return };
    let dependency = "dependencies: [{name: lib, version: 1.0.0, repository: 'file://../lib'}]\n";
    dir.put("charts/web/Chart.yaml", format!("apiVersion: v2\nname: web\nversion: 1.0.0\n{dependency}"));
    dir.put("charts/lib/Chart.yaml", "apiVersion: v2\nname: lib\nversion: 1.0.0\n");
    dir.put(
        "charts/lib/templates/app.yaml",
        DEPLOYMENT.replace("'{{ .Release.Name }}'", "lib").replace("  replicas: {{ .Values.replicas }}\n", ""),
    );
    commit(&dir, "two");
    let rows = rows_after(&dir, &path, "charts/lib/templates/app.yaml", "image: app", "image: app:2");
    assert_eq!(rows, ["rolls eu/shop/HelmRelease/web", "rolls charts/lib"]);
}

#[test]
fn releases_are_linked_but_not_stamped() {
    let Some((dir, path)) = fleet() else { return };
    let links = Ran::of(dir.command(&["links", "--apps", "-q"]).env("PATH", &path));
    assert!(links.stdout.contains("Deployment/web") && links.stdout.contains("ConfigMap/shared"), "{}", links.stdout);
    let stamped = Ran::of(dir.command(&["stamp", "--apps", "--output-dir", "out"]).env("PATH", &path));
    assert_eq!(stamped.status, 0, "{}", stamped.stderr);
    let written: Vec<String> = dir.files("out").into_iter().map(|(path, _)| path).collect();
    let expected =
        [".rollstamp-apps.json", "eu/flux-system/apps/manifests.yaml", "eu/flux-system/flux-system/manifests.yaml"];
    assert_eq!(written, expected);
}
