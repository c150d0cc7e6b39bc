//! `impact --apps` on several machines: each renders a shard, and the last one makes the report of all.

use std::fs;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::impact_base::{commit, git, has_git};
use crate::support::peers::installed;
use crate::support::shell::{Dir, Ran};

const CONFIG: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: env}\ndata: {LEVEL: info}\n";

const WORKLOAD: &str = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  template:\n    spec:\n      \
                        containers:\n      - {name: app, image: app, envFrom: [{configMapRef: {name: env}}]}\n";

/// Kustomizations over one base, one of which has a Secret, and plain manifests; the base is changed after a commit.
fn fleet() -> Option<(Dir, std::path::PathBuf)> {
    let Some(kustomize) = installed("kubectl").filter(|_| has_git()) else {
        println!("skipped: git or kubectl is not installed");
        return None;
    };
    let dir = Dir::in_memory();
    dir.put("base/kustomization.yaml", "resources: [app.yaml, env.yaml]\n");
    dir.put("base/app.yaml", WORKLOAD);
    dir.put("base/env.yaml", CONFIG);
    for name in ["a", "b", "c", "d", "e"] {
        let secret = if name == "c" { "secretGenerator:\n- {name: key, literals: [a=b]}\n" } else { "" };
        let text = format!("namespace: {name}\nresources: [../../base]\n{secret}");
        dir.put(&format!("overlays/{name}/kustomization.yaml"), text);
    }
    dir.put("plain/app.yaml", WORKLOAD);
    dir.put("plain/env.yaml", CONFIG);
    git(&dir, &["init", "--quiet", "--initial-branch=main", "."]);
    commit(&dir, "one");
    dir.put("base/env.yaml", CONFIG.replace("info", "debug"));
    dir.put("plain/env.yaml", CONFIG.replace("info", "warn"));
    Some((dir, kustomize))
}

/// Runs a command with the renderer, without a cache.
fn run(dir: &Dir, kustomize: &std::path::Path, args: &str) -> Ran {
    let args: Vec<&str> = args.split_whitespace().collect();
    Ran::of(dir.command(&args).env("ROLLSTAMP_KUSTOMIZE", kustomize))
}

/// Renders the shards of so many machines into a directory outside of the repository.
fn render_parts(dir: &Dir, kustomize: &std::path::Path, count: usize) -> tempfile::TempDir {
    let parts = tempfile::tempdir().unwrap();
    for number in 1..=count {
        let ran = run(dir, kustomize, &format!("impact --apps --base HEAD --no-cache -q --shard {number}/{count}"));
        assert_eq!(ran.status, 0, "{}", ran.stderr);
        fs::write(parts.path().join(format!("part-{number}.json")), ran.stdout).unwrap();
    }
    parts
}

#[test]
fn the_parts_of_all_machines_make_the_report_of_one_run() {
    let Some((dir, kustomize)) = fleet() else { return };
    let mut reports = Vec::new();
    for format in ["text", "json", "markdown", "html"] {
        let command = format!("impact --apps --base HEAD --no-cache -q --format {format}");
        let report = run(&dir, &kustomize, &command);
        assert_eq!(report.status, 0, "{}", report.stderr);
        reports.push((command, report.stdout));
    }
    for count in [1, 2, 7] {
        let parts = render_parts(&dir, &kustomize, count);
        for (command, report) in &reports {
            let merged = run(&dir, &kustomize, &format!("{command} --parts {}", parts.path().display()));
            assert_eq!(merged.status, 0, "{}", merged.stderr);
            assert!(*report == merged.stdout, "{command}, {count} parts:\n{report}\n{}", merged.stdout);
        }
    }
}

#[test]
fn parts_may_lie_in_the_repository() {
    let Some((dir, kustomize)) = fleet() else { return };
    for number in 1..=2 {
        let path = format!("part-{number}.json");
        // As the shell makes the file before the run.
        dir.put(&path, "");
        let part = run(&dir, &kustomize, &format!("impact --apps --base HEAD --no-cache -q --shard {number}/2")).stdout;
        dir.put(&path, part);
    }
    let ran = run(&dir, &kustomize, "impact --apps --base HEAD --no-cache --parts .");
    assert_eq!(ran.status, 0, "{}", ran.stderr);
}

#[test]
fn renderings_come_from_the_parts_but_for_those_with_secrets() {
    let Some((dir, kustomize)) = fleet() else { return };
    let parts = render_parts(&dir, &kustomize, 2);
    let mut applications = 0;
    for number in 1..=2 {
        let path = parts.path().join(format!("part-{number}.json"));
        let text = fs::read_to_string(&path).unwrap();
        let mut part: serde_json::Value = serde_json::from_str(&text).unwrap();
        applications += part["applications"].as_array().unwrap().len();
        for rendering in part["renderings"].as_object_mut().unwrap().values_mut() {
            let decoded = String::from_utf8(STANDARD.decode(rendering.as_str().unwrap()).unwrap()).unwrap();
            assert!(!decoded.contains("kind: Secret"), "{decoded}");
            // What the last machine reports is what the parts say, though the files say otherwise.
            *rendering = STANDARD.encode(decoded.replace("LEVEL: debug", "LEVEL: other")).into();
        }
        fs::write(&path, part.to_string()).unwrap();
    }
    assert_eq!(applications, 6);
    let command = format!("impact --apps --base HEAD --no-cache -q --diff --parts {}", parts.path().display());
    let ran = run(&dir, &kustomize, &command);
    assert_eq!(
        (ran.stdout.matches("+other").count() > 0, ran.stdout.contains("+debug")),
        (true, true),
        "{}",
        ran.stdout
    );
}

#[test]
fn cached_renderings_with_secrets_are_not_put_into_parts() {
    let Some((dir, kustomize)) = fleet() else { return };
    let cache = tempfile::tempdir().unwrap();
    let run = |args: &str| {
        let args: Vec<&str> = args.split_whitespace().collect();
        let mut command = dir.command(&args);
        Ran::of(command.env("ROLLSTAMP_KUSTOMIZE", &kustomize).env("XDG_CACHE_HOME", cache.path()))
    };
    assert_eq!(run("impact --apps --base HEAD --cache-secrets -q").status, 0);
    let renderings = |part: &Ran| {
        let part: serde_json::Value = serde_json::from_str(&part.stdout).unwrap();
        part["renderings"].as_object().unwrap().len()
    };
    let with_secrets = run("impact --apps --base HEAD --shard 1/1 --cache-secrets -q");
    let without = run("impact --apps --base HEAD --shard 1/1 -q");
    assert_eq!(renderings(&with_secrets) - renderings(&without), 2, "both sides of one application");
}

#[test]
fn parts_that_do_not_fit_are_refused() {
    let Some((dir, kustomize)) = fleet() else { return };
    let refused = |parts: &tempfile::TempDir, why: &str| {
        run(&dir, &kustomize, &format!("impact --apps --base HEAD --no-cache --parts {}", parts.path().display()))
            .fails(why);
    };
    let none = tempfile::tempdir().unwrap();
    refused(&none, "has no part");
    let parts = render_parts(&dir, &kustomize, 2);
    let second = parts.path().join("part-2.json");
    let text = fs::read_to_string(&second).unwrap();
    fs::remove_file(&second).unwrap();
    refused(&parts, "part 2 of 2 is missing");
    for (from, to, why) in [
        ("\"shard\":2", "\"shard\":1", "are the same part, 1"),
        ("\"shards\":2", "\"shards\":3", "is one of 2 parts"),
        ("\"version\":\"", "\"version\":\"0", "was made by rollstamp 0"),
        ("\"base\":\"", "\"base\":\"0", "compares with 0"),
        ("\"head\":\"", "\"head\":\"0", "was made of other files"),
        ("{", "[", "is not a part that `rollstamp impact --shard` printed"),
    ] {
        fs::write(&second, text.replacen(from, to, 1)).unwrap();
        refused(&parts, why);
    }
    fs::write(&second, &text).unwrap();
    dir.put("base/env.yaml", CONFIG.replace("info", "trace"));
    refused(&parts, "was made of other files; check out the same commit for all parts");
    dir.run("impact --apps --base HEAD --shard 3/2").fails("the number is from 1 to that of all");
    dir.run("impact --base HEAD --shard 1/2 .").fails("--apps");
}

#[test]
fn a_matrix_has_no_more_shards_than_applications() {
    let Some((dir, kustomize)) = fleet() else { return };
    let matrix = |most: usize| run(&dir, &kustomize, &format!("apps --touched --base HEAD --matrix {most}")).stdout;
    assert_eq!(
        matrix(4),
        "{\"include\":[{\"shard\":\"1/4\",\"applications\":2},{\"shard\":\"2/4\",\"applications\":2},\
         {\"shard\":\"3/4\",\"applications\":1},{\"shard\":\"4/4\",\"applications\":1}]}\n"
    );
    assert_eq!(matrix(9).matches("shard").count(), 6);
    let touched = run(&dir, &kustomize, "apps --touched --base HEAD -q");
    assert_eq!(touched.stdout.lines().count(), 7, "{}", touched.stdout);
    git(&dir, &["checkout", "--quiet", "."]);
    assert_eq!(matrix(4), "{\"include\":[]}\n");
}
