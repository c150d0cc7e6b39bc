//! The component for GitLab, its script run as a job runs it.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value as Json;
use serde_yaml::Value;

use crate::support::peers;
use crate::support::shell::{APP, Dir};

/// The header with the inputs, and the jobs.
fn component() -> (String, String) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("integrations/gitlab/template.yml");
    let text = fs::read_to_string(path).unwrap();
    let (header, jobs) = text.split_once("\n---\n").unwrap();
    (format!("{header}\n"), jobs.to_owned())
}

#[test]
fn gitlab_knows_every_field() {
    let Some(checker) = peers::directory_of("check-jsonschema") else { return };
    let (header, jobs) = component();
    let dir = Dir::with(&[("header.yml", &header), ("jobs.yml", &jobs)]);
    let output = Command::new(checker.join("check-jsonschema"))
        .args(["--builtin-schema", "vendor.gitlab-ci", "header.yml", "jobs.yml"])
        .current_dir(dir.root())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
}

#[test]
fn every_input_is_used_and_only_by_variables() {
    let (header, jobs) = component();
    let header: Value = serde_yaml::from_str(&header).unwrap();
    for (name, _) in header["spec"]["inputs"].as_mapping().unwrap() {
        assert!(jobs.contains(&format!("$[[ inputs.{} ]]", name.as_str().unwrap())), "{name:?}");
    }
    let jobs: Value = serde_yaml::from_str(&jobs).unwrap();
    for line in jobs["rollstamp"]["script"].as_sequence().unwrap() {
        assert!(!line.as_str().unwrap().contains("inputs."), "{line:?}");
    }
}

/// Runs the job with these inputs, and returns its exit status and its report.
fn job(dir: &Dir, paths: &str, options: &str) -> (i32, Json) {
    let jobs: Value = serde_yaml::from_str(&component().1).unwrap();
    let job = &jobs["rollstamp"];
    let lines: Vec<&str> = job["script"].as_sequence().unwrap().iter().map(|line| line.as_str().unwrap()).collect();
    let ours = Path::new(env!("CARGO_BIN_EXE_rollstamp")).parent().unwrap();
    let mut command = Command::new("/bin/sh");
    command.args(["-e", "-c", &lines.join("\n")]).current_dir(dir.root());
    command.env("PATH", format!("{}:/usr/bin:/bin", ours.display()));
    let status = command.env("ROLLSTAMP_PATHS", paths).env("ROLLSTAMP_OPTIONS", options).status().unwrap();
    let report = job["artifacts"]["reports"]["codequality"].as_str().unwrap();
    (status.code().unwrap(), serde_json::from_str(&dir.get(report)).unwrap())
}

#[test]
fn the_job_fails_with_a_report_until_the_stamps_are_there() {
    let dir = Dir::with(&[("k8s/app.yaml", APP), ("other/b.yaml", "kind: X\n")]);
    let (status, report) = job(&dir, "k8s other/*.yaml", "");
    assert_eq!((status, report.as_array().map(Vec::len)), (1, Some(1)), "{report}");
    assert_eq!(report[0]["location"]["path"], "k8s/app.yaml");
    for field in ["description", "fingerprint", "severity", "check_name"] {
        assert!(report[0][field].is_string(), "{field}");
    }
    dir.run("stamp --write k8s").prints("");
    assert_eq!(job(&dir, "k8s", "--strict"), (0, Json::Array(Vec::new())));
}

#[test]
fn an_input_is_never_run() {
    let dir = Dir::with(&[("k8s/app.yaml", APP)]);
    let ours = Path::new(env!("CARGO_BIN_EXE_rollstamp")).parent().unwrap();
    let jobs: Value = serde_yaml::from_str(&component().1).unwrap();
    for line in jobs["rollstamp"]["script"].as_sequence().unwrap() {
        let mut command = Command::new("/bin/sh");
        command.args(["-c", line.as_str().unwrap()]).current_dir(dir.root());
        command.env("PATH", format!("{}:/usr/bin:/bin", ours.display())).env("ROLLSTAMP_OPTIONS", "");
        command.env("ROLLSTAMP_PATHS", "$(touch pwned) `touch pwned` ; touch pwned").output().unwrap();
    }
    assert!(!dir.path("pwned").exists());
}
