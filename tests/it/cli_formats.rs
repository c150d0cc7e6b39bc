//! Reports for hosts: annotations and summaries of GitHub, SARIF, code quality of GitLab, test reports.

use std::collections::BTreeSet;
use std::fs;
use std::process::Command;

use serde_json::Value;

use crate::support::peers::JsonSchema;
use crate::support::shell::{APP, Dir, Ran};
use crate::support::workflow_commands::{annotations, commands, outputs};

/// A reference to a ConfigMap that is not there.
const DANGLING: &str = "\
apiVersion: apps/v1
kind: StatefulSet
metadata:
  name: db
spec:
  template:
    spec:
      containers:
      - name: db
        image: db:1
        envFrom:
        - configMapRef:
            name: nowhere
";

const BROKEN: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x\n";

/// A run in a step of a workflow, and its files.
struct Step {
    ran: Ran,
    summary: String,
    outputs: String,
}

fn step(dir: &Dir, args: &str, workspace: &str) -> Step {
    let args: Vec<&str> = args.split_whitespace().collect();
    let mut command = dir.command(&args);
    command.env("GITHUB_WORKSPACE", dir.path(workspace));
    command.env("GITHUB_STEP_SUMMARY", dir.path("summary.md")).env("GITHUB_OUTPUT", dir.path("outputs.txt"));
    let output = command.output().unwrap();
    let ran = Ran {
        status: output.status.code().unwrap(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    };
    let read = |name: &str| fs::read_to_string(dir.path(name)).unwrap_or_default();
    Step { ran, summary: read("summary.md"), outputs: read("outputs.txt") }
}

fn places(log: &str) -> Vec<String> {
    annotations(log).iter().map(crate::support::workflow_commands::Command::place).collect()
}

#[test]
fn a_check_for_github_annotates_the_lines_to_look_at() {
    let stale = APP.replace("      labels: {app: web}\n", "      annotations:\n        rollstamp.dev/checksum: old\n");
    let dir =
        Dir::with(&[("k/app.yaml", APP), ("k/stale.yaml", &stale.replace("web", "api")), ("k/db.yaml", DANGLING)]);
    dir.put("k/stale.yaml", stale.replace("name: web", "name: api").split_once("---\n").unwrap().1);
    let step = step(&dir, "stamp --check --strict --format github k", ".");
    assert_eq!(step.ran.status, 1, "{}", step.ran.stderr);
    assert_eq!(
        places(&step.ran.stdout),
        [
            "error k/app.yaml:14 rollstamp: missing stamp",
            "error k/stale.yaml:9 rollstamp: stale stamp",
            "error k/db.yaml:13 rollstamp: dangling reference",
        ]
    );
    insta::assert_snapshot!("github-summary", step.summary);
    let outputs = outputs(&step.outputs);
    assert_eq!(outputs["changed"], "true");
    let workloads: Value = serde_json::from_str(&outputs["workloads"]).unwrap();
    let names: Vec<&str> = workloads.as_array().unwrap().iter().map(|w| w["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["web", "api"]);
    assert_eq!(workloads[0]["file"], "k/app.yaml");
}

#[test]
fn input_that_cannot_be_read_is_annotated_and_leads_to_no_outputs() {
    let dir = Dir::with(&[("app.yaml", APP), ("x.yaml", BROKEN)]);
    let step = step(&dir, "stamp --check --format github .", ".");
    assert_eq!(step.ran.status, 2);
    assert_eq!(
        places(&step.ran.stdout),
        ["error app.yaml:14 rollstamp: missing stamp", "error x.yaml:4 rollstamp: invalid yaml"]
    );
    assert!(step.summary.contains("| error | `x.yaml:4` |"), "{}", step.summary);
    assert_eq!(step.outputs, "");
    assert_eq!(step.ran.stderr, "rollstamp: 1 error\nrollstamp: 1 workload to stamp\n");
}

#[test]
fn what_stops_a_run_before_any_input_is_an_annotation_too() {
    let ran = Dir::with(&[]).run("stamp --check --format github nowhere.yaml");
    assert_eq!((ran.status, ran.stdout.as_str()), (2, ""));
    let told = annotations(&ran.stderr);
    assert_eq!(told.len(), 1);
    assert!(told[0].message.starts_with("nowhere.yaml: no such file or directory"), "{told:?}");
}

#[test]
fn files_are_named_from_the_root_of_the_repository() {
    let dir = Dir::with(&[("app.yaml", APP)]);
    let above = dir.root().parent().unwrap().to_owned();
    let mut command = dir.command(&["stamp", "--check", "--format", "github", "./app.yaml"]);
    let output = command.env("GITHUB_WORKSPACE", &above).output().unwrap();
    let told = annotations(&String::from_utf8(output.stdout).unwrap());
    let name = dir.root().file_name().unwrap().to_str().unwrap();
    assert_eq!(told[0].get("file"), format!("{name}/app.yaml"));
}

#[cfg(unix)]
#[test]
fn nothing_in_the_input_becomes_a_command() {
    let name = "we##[add-mask]b\\n::error::<b>@x";
    let text = APP.replace("  name: web\n", &format!("  name: \"{name}\"\n"))
        + "---\n"
        + &DANGLING.replace("nowhere", "\"no\\n::set-output name=x::y\"");
    let dir = Dir::with(&[("k/::error::a\n::warning::b%0A,x=1.yaml", &text), ("k/##[error]y.yaml", BROKEN)]);
    for args in [
        "stamp --check --strict --format github k",
        "stamp --check --skip-invalid --format github k",
        "stamp --write --skip-invalid -v --format github k",
        "rename --check --skip-invalid --format github k",
        "links --skip-invalid --format github k",
        "stamp --check --format github k/nowhere\u{a0}##[add-mask]::error::",
    ] {
        let step = step(&dir, args, ".");
        let told = [commands(&step.ran.stdout), commands(&step.ran.stderr)].concat();
        assert!(!told.is_empty(), "{args}");
        for command in told {
            assert!(matches!(command.name.as_str(), "error" | "warning" | "notice"), "{args}: {command:?}");
            assert!(command.get("title").starts_with("rollstamp"), "{args}: {command:?}");
        }
        // Every line is a heading or a whole row: no name starts one.
        let is_ours = |line: &str| line.is_empty() || line.starts_with("### rollstamp: ") || line.ends_with(" |");
        assert!(step.summary.lines().all(is_ours), "{args}: {}", step.summary);
    }
}

#[test]
fn ten_annotations_of_a_level_and_a_line_for_the_rest() {
    let apps: Vec<String> = (0..25)
        .map(|n| APP.replace("name: web", &format!("name: web{n}")).replace("name: env", &format!("name: env{n}")))
        .collect();
    let dir = Dir::with(&[("app.yaml", &apps.join("---\n"))]);
    let step = step(&dir, "stamp --check --format github app.yaml", ".");
    let told = annotations(&step.ran.stdout);
    let levels: Vec<&str> = told.iter().map(|told| told.name.as_str()).collect();
    assert_eq!(levels, [vec!["error"; 10], vec!["notice"]].concat());
    assert!(told[10].message.starts_with("15 more errors"), "{:?}", told[10]);
    assert_eq!(step.summary.matches("| `Deployment/web").count(), 25);
    assert_eq!(step.ran.stdout.matches("needs stamp").count(), 25 + 10, "the log has them all");
}

#[test]
fn a_summary_stays_below_the_limit_with_what_is_there_already() {
    let apps: Vec<String> = (0..200).map(|n| APP.replace("name: web", &format!("name: web{n}"))).collect();
    let dir = Dir::with(&[("app.yaml", &apps.join("---\n")), ("summary.md", &"x".repeat((1 << 20) - 5000))]);
    let step = step(&dir, "stamp --check --format github app.yaml", ".");
    assert_eq!(step.ran.status, 1, "{}", step.ran.stderr);
    assert!(step.summary.len() <= 1 << 20 && step.summary.len() > (1 << 20) - 500, "{}", step.summary.len());
    assert!(step.summary.ends_with("more that do not fit here.\n"));
}

#[test]
fn a_report_tells_what_was_written() {
    let dir = Dir::with(&[("app.yaml", APP)]);
    let ran = dir.run("stamp --write --format json app.yaml");
    let report: Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!((ran.status, &report["changes"][0]["action"]), (0, &Value::from("add")));
    assert!(dir.get("app.yaml").contains("rollstamp.dev/checksum"));

    dir.put("app.yaml", APP);
    let step = step(&dir, "rename --output-dir out --format github app.yaml", ".");
    assert_eq!(places(&step.ran.stdout), ["notice app.yaml:4 rollstamp: stale name"]);
    let outputs = outputs(&step.outputs);
    assert_eq!((outputs["rendered-path"].as_str(), outputs["changed"].as_str()), ("out", "true"));
    assert!(outputs["workloads"].contains("\"name\":\"web\""), "{outputs:?}");
    dir.run("stamp --diff --format json app.yaml").fails("--format needs --check, --write or --output-dir");
}

#[test]
fn sarif_is_valid() {
    let Some(schema) = JsonSchema::sarif() else { return };
    let dir = Dir::with(&[("k s/äpp:1.yaml", APP), ("k s/db.yaml", DANGLING), ("x.yaml", BROKEN)]);
    for (args, count) in [
        (["stamp", "--check", "--format", "sarif", "k s"], 2),
        (["rename", "--check", "--format", "sarif", "k s"], 2),
        (["stamp", "--check", "--format", "sarif", "x.yaml"], 1),
        (["links", "--strict", "--format", "sarif", "k s"], 1),
    ] {
        let ran = dir.run_with(&args, b"");
        let log: Value = serde_json::from_str(&ran.stdout).unwrap();
        assert_eq!(log["runs"][0]["results"].as_array().unwrap().len(), count, "{args:?}: {}", ran.stdout);
        dir.put("log.sarif", &ran.stdout);
        schema.accepts(&dir.path("log.sarif"));
    }
    dir.put("wrong.sarif", "{\"version\": \"2.1.0\"}");
    assert!(!schema.check(&dir.path("wrong.sarif")), "the schema says nothing");
}

#[test]
fn sarif_and_code_quality_have_their_shapes() {
    let dir = Dir::with(&[("k/app.yaml", APP), ("k/db.yaml", DANGLING)]);
    let sarif = dir.run("stamp --check --format sarif k").stdout;
    insta::assert_snapshot!("sarif", sarif.replace(env!("CARGO_PKG_VERSION"), "VERSION"));
    insta::assert_snapshot!("gitlab", dir.run("stamp --check --format gitlab k").stdout);
    let streamed = dir.run_with(&["stamp", "--check", "--format", "gitlab", "-"], APP.as_bytes());
    let entries: Value = serde_json::from_str(&streamed.stdout).unwrap();
    assert_eq!(entries[0]["location"]["path"], ".");
    assert!(entries[0]["description"].as_str().unwrap().starts_with("-:14:5: Deployment/web"), "{entries}");
}

#[test]
fn a_test_report_fails_where_the_run_does() {
    let dir = Dir::with(&[("k <&>/app.yaml", APP), ("k <&>/db.yaml", DANGLING)]);
    let report = |args: &[&str]| dir.run_with(&[args, &["--format", "junit", "k <&>"]].concat(), b"").stdout;
    let checked = report(&["stamp", "--check"]);
    insta::assert_snapshot!("junit", checked);
    assert!(report(&["stamp", "--check", "--strict"]).contains("tests=\"2\" failures=\"2\""));
    assert!(report(&["links", "--strict"]).contains("tests=\"1\" failures=\"1\""));
    let passed = report(&["stamp", "--write", "--external", "*"]);
    assert!(passed.contains("failures=\"0\""), "{passed}");
    let empty = report(&["stamp", "--check", "--external", "*"]);
    assert!(empty.contains("<testsuite name=\"rollstamp\" tests=\"1\" failures=\"0\""), "{empty}");
    for xml in [checked, passed, empty] {
        dir.put("report.xml", &xml);
        let read =
            "import sys, xml.dom.minidom as dom; print(len(dom.parse(sys.argv[1]).getElementsByTagName('testcase')))";
        let Ok(read) = Command::new("python3").args(["-c", read]).arg(dir.path("report.xml")).output() else {
            return println!("skipped: no python3 that reads XML");
        };
        let cases = xml.matches("<testcase ").count().to_string();
        assert_eq!(String::from_utf8_lossy(&read.stdout).trim(), cases, "{}", String::from_utf8_lossy(&read.stderr));
    }
}

#[test]
fn a_fingerprint_outlives_moved_lines_and_changed_content() {
    let dir = Dir::with(&[("app.yaml", APP)]);
    let prints = || -> Vec<String> {
        let entries: Value = serde_json::from_str(&dir.run("stamp --check --format gitlab .").stdout).unwrap();
        entries.as_array().unwrap().iter().map(|entry| entry["fingerprint"].as_str().unwrap().to_owned()).collect()
    };
    let before = prints();
    dir.put("app.yaml", format!("# moved\n{}", APP.replace("info", "debug")));
    assert_eq!((before.len(), prints()), (1, before));
}

/// Collects the names of all fields of a value.
fn field_names(value: &Value, names: &mut BTreeSet<String>) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                names.insert(name.clone());
                field_names(value, names);
            }
        }
        Value::Array(items) => {
            for item in items {
                field_names(item, names);
            }
        }
        _ => {}
    }
}

#[test]
fn every_field_of_the_json_reports_is_documented() {
    let documentation = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/json.md")).unwrap();
    let config = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: web-env}\ndata: {LEVEL: debug}\n";
    let dir = Dir::with(&[("old/app.yaml", APP), ("new/app.yaml", &APP.replace("info", "debug"))]);
    dir.put("new/more.yaml", format!("{config}---\n{DANGLING}"));
    for args in [
        "links --format json new",
        "impact --diff --base old --format json new",
        "stamp --check --format json new",
        "rename --check --format json new",
    ] {
        let report: Value = serde_json::from_str(&dir.run(args).stdout).unwrap();
        let mut names = BTreeSet::new();
        field_names(&report, &mut names);
        assert!(names.len() > 10, "{args}: {names:?}");
        names.retain(|name| !documentation.contains(&format!("`{name}`")));
        assert!(names.is_empty(), "{args}: {names:?} are not in docs/json.md");
    }
}
