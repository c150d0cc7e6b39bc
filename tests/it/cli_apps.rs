//! `rollstamp apps` as a user types it.

use crate::impact_base::{git, has_git};
use crate::support::apps::{URL, sync};
use crate::support::shell::Dir;

const WEB: &str = "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: web}\n\
                   spec: {path: web, suspend: true, sourceRef: {kind: GitRepository, name: flux-system}}\n";
const CONFIG: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\ndata: {A: b}\n";

fn repository() -> Dir {
    Dir::with(&[
        ("clusters/eu/sync.yaml", &sync("clusters/eu")),
        ("clusters/eu/web.yaml", WEB),
        ("web/a.yaml", CONFIG),
        ("loose/kustomization.yaml", "resources: [a.yaml, 'https://example.com/b.yaml']\n"),
        ("loose/a.yaml", CONFIG),
    ])
}

#[test]
fn apps_are_listed_as_tables() {
    let ran = repository().run("apps");
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    insta::assert_snapshot!("apps-text", ran.stdout);
    assert_eq!(ran.stderr, "rollstamp: 3 applications: 1 ok, 1 partial, 1 suspended; 1 cluster\n");
}

#[test]
fn apps_are_listed_as_json() {
    let ran = repository().run("apps --format json -q");
    assert_eq!((ran.status, ran.stderr.as_str()), (0, ""));
    insta::assert_snapshot!("apps-json", ran.stdout);
}

#[test]
fn one_application_is_explained() {
    let dir = repository();
    let ran = dir.run("apps --explain flux-system/web");
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    insta::assert_snapshot!("apps-explained", ran.stdout);
    let json = dir.run("apps --explain eu/flux-system/web --format json").stdout;
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    let inputs = serde_json::json!(["clusters/eu/sync.yaml", "clusters/eu/web.yaml", "web/a.yaml"]);
    assert_eq!(json["application"]["inputs"], inputs);
    let none = dir.run("apps --explain nobody");
    assert_eq!(none.status, 2);
    assert_eq!(none.stderr, "rollstamp: error: no application is named nobody; `rollstamp apps` lists them\n");
}

#[test]
fn a_path_limits_what_is_listed_and_not_what_is_read() {
    if !has_git() {
        println!("skipped: git is not installed");
        return;
    }
    let dir = repository();
    dir.put(".gitignore", "ignored/\n");
    dir.put("ignored/a.yaml", CONFIG);
    git(&dir, &["init", "-q"]);
    git(&dir, &["remote", "add", "origin", URL]);
    let listed = |args: &str| {
        let ran = dir.run(args);
        let json: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap_or_default();
        let ids = json["applications"].as_array().cloned().unwrap_or_default();
        (ran.status, ids.iter().map(|id| id["id"].as_str().unwrap().to_owned()).collect::<Vec<_>>())
    };
    assert_eq!(listed("apps --format json web"), (0, vec!["eu/flux-system/web".to_owned()]));
    assert_eq!(listed("apps --format json loose/a.yaml").0, 2);
    let all = ["eu/flux-system/flux-system", "eu/flux-system/web", "loose"].map(str::to_owned).to_vec();
    assert_eq!(listed("apps --format json"), (0, all));
}

#[test]
fn nothing_found_and_nothing_there_are_errors() {
    let dir = Dir::with(&[("README.md", "")]);
    let ran = dir.run("apps");
    assert_eq!(ran.status, 2);
    assert!(
        ran.stderr.starts_with("rollstamp: error: no application in . (1 files of the repository read)"),
        "{}",
        ran.stderr
    );
    assert_eq!(dir.run("apps nowhere").stderr, "rollstamp: error: nowhere: no such file or directory\n");
}

#[test]
fn strict_fails_on_what_cannot_be_deployed() {
    let dir = repository();
    assert_eq!(dir.run("apps --strict").status, 0);
    dir.put("clusters/eu/gone.yaml", WEB.replace("path: web", "path: gone").replace("{name: web}", "{name: gone}"));
    assert_eq!(dir.run("apps --strict").status, 1);
    assert_eq!(dir.run("apps").status, 0);
    let broken = repository();
    broken.put("broken.yaml", format!("{WEB}  : ["));
    let ran = broken.run("apps --strict");
    assert_eq!(ran.status, 1);
    assert!(ran.stderr.contains("broken.yaml:"), "{}", ran.stderr);
}

#[test]
fn the_options_file_declares_applications() {
    let dir = repository();
    let head = "apiVersion: rollstamp.dev/v1\nkind: Rollstamp\nspec:\n  repository:\n    applications:\n";
    dir.put("rollstamp.yaml", format!("{head}    - {{name: shop, cluster: us, paths: [loose], kustomize: {{}}}}\n"));
    let ran = dir.run("apps --explain us/shop");
    assert!(ran.stdout.contains("rollstamp.yaml:6 repository.applications"), "{}{}", ran.stdout, ran.stderr);
    assert_eq!(dir.run("apps --no-repository --explain us/shop").status, 2);
    dir.put("rollstamp.yaml", format!("{head}    - {{name: shop, paths: [loose], kustomize: {{}}, helm: {{}}}}\n"));
    let ran = dir.run("apps");
    assert_eq!(
        ran.stderr,
        "rollstamp: error: spec.repository.applications: shop: `kustomize` contradicts `helm`; remove one of them\n"
    );
}
