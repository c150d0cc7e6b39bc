//! What lies in `integrations/github`: workflows to paste, and the problem matcher on what rollstamp prints.

use std::fs;
use std::path::Path;
use std::process::Command;

use regex_lite::Regex;
use serde_json::Value;

use crate::support::peers::{path_with, python_tool};
use crate::support::shell::{APP, Dir};

const MANIFEST: &str = "\
apiVersion: apps/v1
kind: Deployment
metadata: {name: db}
spec: {template: {spec: {containers: [{name: db, image: db:1, envFrom: [{configMapRef: {name: nowhere}}]}]}}}
";

/// What the runner makes of a line: severity, file, line and message.
fn match_line(matchers: &Value, line: &str) -> Vec<(String, String, String, String)> {
    let mut found = Vec::new();
    for matcher in matchers["problemMatcher"].as_array().unwrap() {
        let pattern = &matcher["pattern"][0];
        let regex = Regex::new(pattern["regexp"].as_str().unwrap()).unwrap();
        let Some(groups) = regex.captures(line) else { continue };
        let group = |name: &str| {
            let number = pattern[name].as_u64()?;
            Some(groups.get(number as usize)?.as_str().to_owned())
        };
        let severity = group("severity").unwrap_or_else(|| matcher["severity"].as_str().unwrap().to_owned());
        found.push((severity, group("file").unwrap(), group("line").unwrap(), group("message").unwrap()));
    }
    found
}

#[test]
fn problem_matcher_knows_every_line_about_a_file() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("integrations/github/problem-matcher.json");
    let matchers: Value = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    let dir = Dir::with(&[("k 8:s/app.yaml", APP), ("k 8:s/db.yaml", MANIFEST), ("x.yaml", "kind: ConfigMap\nx: {\n")]);
    let mut severities = Vec::new();
    for args in
        [&["stamp", "--check", "k 8:s"][..], &["rename", "--check", "k 8:s"], &["links", "k 8:s"], &["stamp", "x.yaml"]]
    {
        let ran = dir.run_with(args, b"");
        for line in format!("{}{}", ran.stdout, ran.stderr).lines() {
            let found = match_line(&matchers, line);
            let is_about_file = line.starts_with("k 8:s/") || line.starts_with("x.yaml:");
            assert_eq!(found.len(), usize::from(is_about_file), "{args:?}: {line}");
            for (severity, file, number, message) in found {
                assert!(dir.path(&file).is_file() && line.contains(&format!("{file}:{number}:")), "{line}");
                assert!(line.ends_with(&message), "{line}");
                severities.push(severity);
            }
        }
    }
    severities.sort();
    severities.dedup();
    assert_eq!(severities, ["error", "warning"]);
}

/// The workflows of the page, with a hash for the revision of rollstamp.
fn workflows() -> Vec<String> {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("integrations/github/README.md");
    let text =
        fs::read_to_string(page).unwrap().replace("@COMMIT # a full hash", &format!("@{} # v1.2.3", "0a".repeat(20)));
    let blocks = text.split("```yaml\n").skip(1).map(|rest| rest.split("```").next().unwrap().to_owned());
    let workflows: Vec<String> = blocks.filter(|block| block.starts_with("name: ")).collect();
    assert_eq!(workflows.len(), 3, "the page has lost a workflow");
    workflows
}

#[test]
fn pasted_workflows_are_valid_and_an_auditor_finds_nothing() {
    let dir = Dir::with(&[]);
    for (number, workflow) in workflows().iter().enumerate() {
        dir.put(&format!(".github/workflows/{number}.yml"), workflow);
    }
    let files = (0..3).map(|number| dir.path(&format!(".github/workflows/{number}.yml")));
    if let Some(checker) = python_tool("check-jsonschema") {
        let mut command = Command::new(checker);
        let output = command.args(["--builtin-schema", "vendor.github-workflows"]).args(files).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    }
    if let Some(auditor) = python_tool("zizmor") {
        let mut command = Command::new(auditor);
        command.args(["--offline", "--no-progress", "--persona=auditor", "--strict-collection", ".github"]);
        let output = command.current_dir(dir.root()).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    }
}

#[test]
fn pasted_workflows_set_inputs_that_exist() {
    let action = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("action.yml")).unwrap();
    let action: Value = serde_yaml::from_str(&action).unwrap();
    for workflow in workflows() {
        let workflow: Value = serde_yaml::from_str(&workflow).unwrap();
        let jobs = workflow["jobs"].as_object().unwrap();
        let steps = jobs.values().flat_map(|job| job["steps"].as_array().unwrap());
        let ours: Vec<&Value> =
            steps.filter(|step| step["uses"].as_str().is_some_and(|uses| uses.starts_with("rollstamp/"))).collect();
        assert_eq!(ours.len(), 1);
        for name in ours[0]["with"].as_object().unwrap().keys() {
            assert!(action["inputs"].get(name).is_some(), "{name}");
        }
    }
}

/// The script of the last step of a workflow.
fn last_script(workflow: &str) -> String {
    let workflow: Value = serde_yaml::from_str(workflow).unwrap();
    let (_, job) = workflow["jobs"].as_object().unwrap().iter().next().unwrap();
    job["steps"].as_array().unwrap().last().unwrap()["run"].as_str().unwrap().to_owned()
}

#[test]
fn the_comment_is_written_as_the_page_about_ci_has_it() {
    let page = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/ci.md")).unwrap();
    let block = page.split("```yaml\n").nth(1).unwrap().split("```").next().unwrap();
    assert_eq!(last_script(&workflows()[1]), last_script(block));
}

/// Pushes a first time, not again without a change, and then on top of what is there.
#[cfg(unix)]
#[test]
fn rendered_manifests_are_pushed_when_they_change() {
    let dir =
        Dir::with(&[("work/app.yaml", "a: 1\n"), ("out/web/manifests.yaml", "b: 1\n"), ("out/.gitignore", "web\n")]);
    dir.put("bin/gh", "#!/bin/sh\n");
    let git = |args: &[&str]| {
        let output = Command::new("git").args(args).current_dir(dir.root()).output().unwrap();
        assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    };
    Command::new("chmod").arg("+x").arg(dir.path("bin/gh")).status().unwrap();
    git(&["init", "--quiet", "--bare", "origin"]);
    git(&["init", "--quiet", "work"]);
    git(&["-C", "work", "remote", "add", "origin", "../origin"]);
    let script = last_script(&workflows()[2]);
    let push = || {
        let mut shell = Command::new("bash");
        shell.args(["--noprofile", "--norc", "-eo", "pipefail", "-c", &script]).current_dir(dir.path("work"));
        for name in ["GIT_AUTHOR_NAME", "GIT_AUTHOR_EMAIL", "GIT_COMMITTER_NAME", "GIT_COMMITTER_EMAIL"] {
            shell.env(name, "rollstamp");
        }
        shell.env("GIT_INDEX_FILE", dir.path("index")).env("RENDERED", dir.path("out")).env("GITHUB_SHA", "abc");
        let output = shell.env("PATH", path_with(&dir.path("bin"))).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        fs::remove_file(dir.path("index")).unwrap();
        git(&["-C", "origin", "rev-list", "--count", "rendered"]).trim().to_owned()
    };
    assert_eq!((push(), push()), ("1".to_owned(), "1".to_owned()));
    dir.put("out/web/manifests.yaml", "b: 2\n");
    assert_eq!(push(), "2");
    assert_eq!(git(&["-C", "origin", "show", "rendered:web/manifests.yaml"]), "b: 2\n");
    assert_eq!(git(&["-C", "origin", "ls-tree", "--name-only", "rendered"]), ".gitignore\nweb\n");
}
