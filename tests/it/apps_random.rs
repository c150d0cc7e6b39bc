//! Charts that render to other values each time, with the real helm: what is random is no change, and stamps of it are
//! warned of.

use std::ffi::OsString;

use crate::impact_base::{commit, git, has_git};
use crate::support::peers;
use crate::support::shell::{Dir, Ran};

const TEMPLATE: &str = "\
apiVersion: v1
kind: Secret
metadata: {name: web}
data:
  password: {{ randAlphaNum 20 | b64enc }}
  fixed: {{ .Values.fixed | b64enc }}
---
apiVersion: v1
kind: Pod
metadata: {name: 'test-{{ randAlphaNum 5 | lower }}'}
spec:
  containers: [{name: app, image: app}]
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  template:
    metadata: {annotations: {made-at: '{{ now | unixEpoch }}'}}
    spec:
      containers: [{name: app, image: 'app:{{ .Values.tag }}', envFrom: [{secretRef: {name: web}}]}]
";

/// A repository of one chart.
fn chart() -> Option<(Dir, OsString)> {
    let helm = peers::directory_of("helm")?;
    if !has_git() {
        println!("skipped: git is not installed");
        return None;
    }
    let dir = Dir::in_memory();
    dir.put("web/Chart.yaml", "apiVersion: v2\nname: web\nversion: 1.0.0\n");
    dir.put("web/values.yaml", "tag: 1\nfixed: a\n");
    dir.put("web/templates/web.yaml", TEMPLATE);
    git(&dir, &["init", "--quiet", "--initial-branch=main", "."]);
    commit(&dir, "one");
    Some((dir, peers::path_with(&helm)))
}

fn run(dir: &Dir, path: &OsString, args: &str) -> Ran {
    let args: Vec<&str> = args.split_whitespace().collect();
    Ran::of(dir.command(&args).env("PATH", path).env("XDG_CACHE_HOME", dir.path("cache")))
}

#[test]
fn random_values_are_no_change() {
    let Some((dir, path)) = chart() else { return };
    dir.put("web/values.yaml", "tag: 2\nfixed: b\n");
    let ran = run(&dir, &path, "impact --apps --base HEAD --format json");
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    for field in
        ["Secret/web data.password", "Deployment/web spec.template.metadata.annotations.made-at", "metadata.name"]
    {
        ran.says(field);
    }
    let mut json: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    let fields = json["applications"][0]["randomFields"].take().to_string();
    assert!(fields.contains("Secret/web data.password"), "{fields}");
    // Other fields of the same objects are compared.
    let workloads = json["workloads"].to_string();
    assert!(workloads.contains("containers[app].image") && workloads.contains("fixed"), "{workloads}");
    for word in ["made-at", "password", "test-"] {
        assert!(!workloads.contains(word), "{workloads}");
    }
}

#[test]
fn stamps_of_random_values_are_warned_of() {
    let Some((dir, path)) = chart() else { return };
    let ran = run(&dir, &path, "stamp --apps --check");
    assert_eq!(ran.status, 1, "{}", ran.stderr);
    ran.says("random at every rendering: Deployment/web spec.template.metadata.annotations.made-at");
    ran.says("stamps of it change each time");
    // Links are made of one rendering.
    let links = run(&dir, &path, "links --apps");
    assert!(!links.stderr.contains("random"), "{}", links.stderr);
}
