//! Hostile repositories: what rendering their applications must not do.

use std::os::unix::fs::{PermissionsExt, symlink};

use crate::support::apps::sync;
use crate::support::shell::{Dir, Ran};

const WEB: &str = "\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec: {template: {spec: {containers: [{name: app, image: app, envFrom: [{configMapRef: {name: env}}]}]}}}
";

/// A kustomization `app` of one workload, and a program that stands in for kustomize.
fn repository(kustomization: &str, program: &str) -> Dir {
    let dir = Dir::with(&[("repository/app/kustomization.yaml", kustomization), ("repository/app/web.yaml", WEB)]);
    dir.put("bin/kustomize", format!("#!/bin/sh\n{program}\n"));
    std::fs::set_permissions(dir.path("bin/kustomize"), PermissionsExt::from_mode(0o755)).unwrap();
    dir
}

fn links(dir: &Dir, more: &[&str]) -> Ran {
    let args = [&["links", "--apps", "repository"], more].concat();
    let mut command = dir.command(&args);
    command.env("ROLLSTAMP_KUSTOMIZE", dir.path("bin/kustomize")).env("SECRET_TOKEN", "hush-hush");
    command.env("XDG_CACHE_HOME", dir.path("cache"));
    Ran::of(&mut command)
}

/// Makes the program print a config.
const PRINT: &str = "echo '{apiVersion: v1, kind: ConfigMap, metadata: {name: env}, data: {A: b}}'";

#[test]
fn a_renderer_gets_no_variables_and_no_home_of_ours() {
    let program = format!("env > \"$0.seen\"; ls -A \"$HOME\" >> \"$0.seen\"; {PRINT}");
    let dir = repository("resources: [web.yaml]\n", &program);
    let ran = links(&dir, &[]);
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    ran.says("1 rendered");
    let seen = dir.get("bin/kustomize.seen");
    let mut names: Vec<&str> = seen.lines().filter_map(|line| Some(line.split_once('=')?.0)).collect();
    // The shell adds some of its own.
    names.retain(|name| !matches!(*name, "PWD" | "OLDPWD" | "SHLVL" | "_"));
    names.sort_unstable();
    let expected = "ALL_PROXY GIT_ALLOW_PROTOCOL GIT_CONFIG_GLOBAL GIT_CONFIG_NOSYSTEM GIT_TERMINAL_PROMPT \
                    HELM_CACHE_HOME HELM_CONFIG_HOME HELM_DATA_HOME HELM_NO_PLUGINS HELM_PLUGINS HOME HTTPS_PROXY \
                    HTTP_PROXY KUBECONFIG LANG PATH TEMP TMP TMPDIR USERPROFILE XDG_CACHE_HOME XDG_CONFIG_HOME \
                    XDG_DATA_HOME all_proxy http_proxy https_proxy";
    assert_eq!(names, expected.split_whitespace().collect::<Vec<_>>());
    assert!(seen.lines().all(|line| line.contains('=')), "the home is not empty:\n{seen}");
}

#[test]
fn nothing_is_run_for_what_would_run_programs_read_other_files_or_fetch() {
    for (kustomization, reason) in [
        ("resources: [../../../../../../etc/hostname]\n", "which is outside of the repository"),
        ("configMapGenerator: [{name: a, files: [../../../outside.txt]}]\n", "which is outside of the repository"),
        ("resources: [web.yaml, link.yaml]\n", "which is outside of the repository"),
        ("generators: [generator.yaml]\nresources: [web.yaml]\n", "runs the plugin Run"),
        (
            "helmCharts: [{name: nginx, repo: 'https://example.com'}]\ngenerators: [generator.yaml]\n",
            "runs the plugin Run",
        ),
    ] {
        let dir = repository(kustomization, "touch \"$0.ran\"; exit 1");
        dir.put("outside.txt", "a");
        dir.put(
            "repository/app/generator.yaml",
            "apiVersion: example.com/v1\nkind: Run\nmetadata:\n  name: a\n  annotations:\n    \
             config.kubernetes.io/function: 'exec: {path: ./run.sh}'\n",
        );
        symlink("/etc/hostname", dir.path("repository/app/link.yaml")).unwrap();
        let ran = links(&dir, &[]);
        assert_eq!(ran.status, 0, "{kustomization}{}", ran.stderr);
        ran.says(reason);
        ran.says("1 unknown");
        assert!(!dir.path("bin/kustomize.ran").exists(), "{kustomization}");
    }
}

#[test]
fn remote_entries_are_taken_out_before_a_build() {
    let program = format!("cat \"$2/kustomization.yaml\" > \"$0.seen\"; {PRINT}");
    let dir = repository("resources:\n- web.yaml\n- https://example.com/all.yaml\n", &program);
    let ran = links(&dir, &[]);
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    ran.says("1 of them partial");
    assert_eq!(dir.get("bin/kustomize.seen"), r#"{"resources":["web.yaml"]}"#);
}

#[test]
fn a_renderer_is_bounded_in_time_and_its_failure_is_a_reason() {
    let started = std::time::Instant::now();
    let ran = links(&repository("resources: [web.yaml]\n", "sleep 60"), &["--render-timeout", "300ms"]);
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    ran.says("app is unknown: kustomize did not end within");
    assert!(started.elapsed().as_secs() < 20);
    let ran = links(&repository("resources: [web.yaml]\n", "pwd >&2; echo 'Error: no such field' >&2; exit 3"), &[]);
    ran.says("app is unknown: kustomize failed: no such field");
    let ran =
        links(&repository("resources: [web.yaml]\n", "echo \"Error: $PWD/app/web.yaml is odd\" >&2; exit 3"), &[]);
    ran.says("app is unknown: kustomize failed: app/web.yaml is odd");
}

#[test]
fn a_message_that_quotes_a_secret_is_withheld() {
    let dir = repository("resources: [web.yaml, secret.yaml]\n", "echo 'Error: bad value swordfish-1' >&2; exit 1");
    let secret = "apiVersion: v1\nkind: Secret\nmetadata: {name: db}\nstringData:\n  password: swordfish-1\n";
    dir.put("repository/app/secret.yaml", secret);
    let ran = links(&dir, &[]);
    ran.says("its message may quote a Secret, so it is withheld");
    assert!(!ran.stderr.contains("swordfish"), "{}", ran.stderr);
    let dir = repository("secretGenerator: [{name: db, envs: [db.env]}]\n", "echo 'bad line: swordfish-2' >&2; exit 1");
    dir.put("repository/app/db.env", "PASSWORD=swordfish-2\n");
    assert!(!links(&dir, &[]).stderr.contains("swordfish"));
}

#[test]
fn a_renderer_finds_only_the_files_that_its_application_reads() {
    let program = format!("find .. -type f | sort > \"$0.seen\"; {PRINT}");
    let dir = repository("resources: [web.yaml]\n", &program);
    dir.put("repository/app/private.key", "key");
    dir.put("repository/other/a.txt", "a");
    let ran = links(&dir, &[]);
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    assert_eq!(dir.get("bin/kustomize.seen"), "../tree/app/kustomization.yaml\n../tree/app/web.yaml\n");
    let left: Vec<_> = dir.files("repository").into_iter().map(|(path, _)| path).collect();
    assert_eq!(left, ["app/kustomization.yaml", "app/private.key", "app/web.yaml", "other/a.txt"]);
}

#[test]
fn a_missing_renderer_fails_the_run_and_plain_manifests_need_none() {
    let dir = Dir::with(&[("clusters/eu/sync.yaml", &sync("clusters/eu")), ("clusters/eu/web.yaml", WEB)]);
    let ran = Ran::of(dir.command(&["links", "--apps"]).env("PATH", dir.root()));
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    let dir = Dir::with(&[("app/kustomization.yaml", "resources: [web.yaml]\n"), ("app/web.yaml", WEB)]);
    let ran = Ran::of(dir.command(&["links", "--apps"]).env("PATH", dir.root()));
    assert_eq!(ran.status, 2, "{}", ran.stderr);
    ran.says("app is not rendered: kustomize is not installed; install it, or add its directory to PATH");
}

#[test]
fn a_rendering_is_kept_privately_and_only_without_secrets() {
    let program = "case $1 in version) echo v1; exit;; esac; echo x >> \"$0.ran\"; cat app/*.yaml | grep -v resources";
    let dir = repository("resources: [web.yaml]\n", program);
    let runs = || dir.get("bin/kustomize.ran").lines().count();
    let first = links(&dir, &[]);
    let second = links(&dir, &[]);
    assert_eq!((first.status, &first.stdout), (0, &second.stdout), "{}", first.stderr);
    assert_eq!(runs(), 1);
    links(&dir, &["--no-cache"]);
    assert_eq!(runs(), 2);
    for entry in std::fs::read_dir(dir.path("cache/rollstamp/renders")).unwrap() {
        let group = entry.unwrap();
        assert_eq!(group.metadata().unwrap().permissions().mode() & 0o777, 0o700);
        for entry in std::fs::read_dir(group.path()).unwrap() {
            assert_eq!(entry.unwrap().metadata().unwrap().permissions().mode() & 0o777, 0o600);
        }
    }
    // Another input is another rendering, and a Secret is none that is kept.
    dir.put("repository/app/kustomization.yaml", "resources: [web.yaml, secret.yaml]\n");
    dir.put("repository/app/secret.yaml", "apiVersion: v1\nkind: Secret\nmetadata: {name: db}\nstringData: {a: b}\n");
    links(&dir, &[]);
    links(&dir, &[]);
    assert_eq!(runs(), 4);
    links(&dir, &["--cache-secrets"]);
    links(&dir, &["--cache-secrets"]);
    assert_eq!(runs(), 5);
    let cleared = Ran::of(dir.command(&["cache", "clear"]).env("XDG_CACHE_HOME", dir.path("cache")));
    assert_eq!(cleared.status, 0, "{}", cleared.stderr);
    assert!(!dir.path("cache/rollstamp/renders").exists());
}
