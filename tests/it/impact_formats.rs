//! The report of `impact` in each format, of one change that does a little of everything.

use std::fmt::Write as _;
use std::path::Path;

use serde_json::Value;

use crate::support::shell::{APP, Dir};

/// The trees before and after, below `old` and `new`.
fn example() -> Dir {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/impact");
    let dir = Dir::with(&[]);
    for file in ["old/app.yaml", "old/jobs.yaml", "new/app.yaml", "new/jobs.yaml"] {
        dir.put(file, std::fs::read(root.join(file)).unwrap());
    }
    dir
}

#[test]
fn text_and_json_and_markdown() {
    let dir = example();
    let text = dir.run("impact --base old new");
    assert_eq!(text.status, 0, "{}", text.stderr);
    insta::assert_snapshot!("impact-text", text.stdout);
    insta::assert_snapshot!("impact-talk", text.stderr);
    insta::assert_snapshot!("impact-json", dir.run("impact --format json --diff --base old new").stdout);
    insta::assert_snapshot!("impact-markdown", dir.run("impact --format markdown --diff --base old new").stdout);
    assert_eq!(dir.run("impact --strict --base old new").status, 1);
}

#[test]
fn every_field_of_the_json_is_documented() {
    let report: Value = serde_json::from_str(&example().run("impact --format json --base old new").stdout).unwrap();
    let keys = |value: &Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(report["version"], 1);
    assert_eq!(keys(&report), ["version", "summary", "workloads", "configs", "diagnostics"]);
    let page = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/json.md")).unwrap();
    let section = page.split("## The JSON of `impact`").nth(1).unwrap().split("\n## ").next().unwrap();
    let workload = &report["workloads"][0];
    let parts =
        [workload, &workload["reasons"][0], &workload["reasons"][0]["ways"][0], &report["workloads"][1]["template"][0]];
    for key in parts.into_iter().chain([&report["configs"][0], &report["configs"][0]["keys"][0]]).flat_map(keys) {
        assert!(section.contains(&format!("`{key}`")), "{key} is not documented");
    }
}

#[test]
fn a_diff_is_of_config_maps_only() {
    let secret = APP
        .replace("kind: ConfigMap", "kind: Secret")
        .replace("\ndata:", "\nstringData:")
        .replace("name: env", "name: hidden");
    let both = format!("{APP}---\n{}", secret.replace("configMapRef", "secretRef").replace("name: web", "name: api"));
    let dir = Dir::with(&[("old.yaml", &both), ("new.yaml", &both.replace("info", "debug"))]);
    for format in ["text", "json", "markdown", "github"] {
        let ran = dir.run(&format!("impact --diff --format {format} --base old.yaml new.yaml"));
        assert_eq!(ran.stdout.matches("debug").count(), 1, "{format}: {}", ran.stdout);
        assert!(ran.stdout.contains("hidden"), "{format}: the Secret is named");
        assert!(!dir.run(&format!("impact --format {format} --base old.yaml new.yaml")).stdout.contains("debug"));
    }
    let ran = dir.run("impact --diff --base old.yaml new.yaml");
    let diff = "--- old.yaml:6\tConfigMap/env LEVEL\n+++ new.yaml:6\tConfigMap/env LEVEL\n@@ -1 +1 @@\n-info\n+debug\n";
    assert!(ran.stdout.ends_with(diff), "{}", ran.stdout);
}

/// So many copies of `APP` in as many namespaces.
fn many(count: usize) -> String {
    let mut text = String::new();
    for number in 0..count {
        let app = APP.replace("  name: env\n", &format!("  name: env\n  namespace: team-{number}\n"));
        let app = app.replace("  name: web\nspec", &format!("  name: web\n  namespace: team-{number}\nspec"));
        writeln!(text, "{app}---").unwrap();
    }
    text
}

#[test]
fn a_comment_is_never_longer_than_github_takes() {
    let old = many(1_500);
    let dir = Dir::with(&[("old.yaml", &old), ("new.yaml", &old.replace("info", "debug"))]);
    let comment = dir.run("impact --diff --format markdown --base old.yaml new.yaml").stdout;
    assert!(comment.len() > 30_000 && comment.chars().count() < 65_536, "{}", comment.len());
    assert!(comment.contains("1500 stay stale") && comment.contains("that do not fit here"));
    assert_eq!(comment.matches("<details>").count(), comment.matches("</details>").count());
    assert_eq!(comment.matches("\n```").count() % 2, 0);
    assert_eq!(comment.matches("```mermaid").count(), 1);
}

#[test]
fn names_are_no_markup() {
    let hostile = APP.replace("name: web\n", "name: '<b>@team|`x`'\n");
    let dir = Dir::with(&[("old.yaml", &hostile), ("new.yaml", &hostile.replace("info", "debug"))]);
    let comment = dir.run("impact --format markdown --base old.yaml new.yaml").stdout;
    let row = comment.lines().find(|line| line.starts_with("| **stays stale**")).unwrap();
    assert!(row.contains("`` Deployment/<b>@team\\|`x` ``"), "{row}");
    let github = dir.run("impact --format github --base old.yaml new.yaml").stdout;
    assert!(github.contains("::warning file=new.yaml,line=6,col=1,title=rollstamp%3A stays stale::"), "{github}");
}

#[test]
fn github_gets_annotations_a_summary_and_outputs() {
    let dir = example();
    let mut command = dir.command(&["impact", "--format", "github", "--strict", "--base", "old", "new"]);
    let (summary, output) = (dir.path("summary.md"), dir.path("output"));
    let ran = command.env("GITHUB_STEP_SUMMARY", &summary).env("GITHUB_OUTPUT", &output).output().unwrap();
    assert_eq!(ran.status.code(), Some(1));
    let log = String::from_utf8(ran.stdout).unwrap();
    for line in [
        "::error file=new/jobs.yaml,line=1,col=1,title=rollstamp%3A refused::Job/migrate: is refused",
        "::error file=new/app.yaml,line=6,col=1,title=rollstamp%3A stays stale::Deployment/web: stays stale",
        "::warning file=new/app.yaml,line=6,col=1,title=rollstamp%3A rolls twice::Deployment/worker: rolls twice",
        "::notice file=new/app.yaml,line=14,col=1,title=rollstamp%3A refreshes in place::DaemonSet/agent: refreshes in place",
    ] {
        assert!(log.contains(line), "{line} is not in:\n{log}");
    }
    assert!(dir.get("summary.md").contains("### rollstamp: 1 is refused"));
    let outputs = dir.get("output");
    assert!(outputs.contains("changed<<") && outputs.contains("\"impact\":\"stale\""), "{outputs}");
}
