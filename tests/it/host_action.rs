//! The action for GitHub, run step by step in a workspace of its own, in every mode, on good and on bad input.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::support::action_runner::{Done, Job};
use crate::support::peers::JsonSchema;
use crate::support::shell::APP;

/// A Deployment that uses a ConfigMap that is nowhere.
const DANGLING: &str = "\
apiVersion: apps/v1
kind: Deployment
metadata: {name: lost}
spec:
  template:
    spec:
      containers:
      - name: lost
        image: lost:1
        envFrom:
        - configMapRef: {name: nowhere}
";

const BROKEN: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x\n";

fn names(done: &Done) -> Vec<String> {
    let workloads: Value = serde_json::from_str(&done.outputs["workloads"]).unwrap();
    workloads.as_array().unwrap().iter().map(|workload| workload["name"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn check_fails_on_stale_stamps_and_says_where() {
    let job = Job::new(&[("k8s/app.yaml", APP), ("k8s/lost.yaml", DANGLING)]);
    let done = job.run(&[]);
    assert_eq!(done.status, 1, "{}", done.log);
    let missing = "error k8s/app.yaml:14 rollstamp: missing stamp";
    assert_eq!(done.places(), [missing, "warning k8s/lost.yaml:11 rollstamp: dangling reference"]);
    assert_eq!((done.outputs["changed"].as_str(), names(&done)), ("true", vec!["web".to_owned()]));
    assert!(done.summary.starts_with("### rollstamp: 1 workload to stamp"), "{}", done.summary);
    assert!(done.summary.contains("| `Deployment/web` | "), "{}", done.summary);

    let report: Value = serde_json::from_str(&fs::read_to_string(&done.outputs["report-path"]).unwrap()).unwrap();
    assert_eq!(report["runs"][0]["results"].as_array().unwrap().len(), 2);
    if let Some(schema) = JsonSchema::sarif() {
        schema.accepts(Path::new(&done.outputs["report-path"]));
    }
    assert!(!done.outputs.contains_key("rendered-path"));
    assert_eq!(job.dir.get("workspace/k8s/app.yaml"), APP, "a check writes nothing");

    let strict = job.run(&[("strict", "true")]);
    assert_eq!(strict.places()[1], "error k8s/lost.yaml:11 rollstamp: dangling reference");
}

#[test]
fn write_changes_files_and_then_check_is_content() {
    let job = Job::new(&[("k8s/app.yaml", APP), ("other/app.yaml", APP)]);
    let done = job.run(&[("mode", "write"), ("paths", "k8s\n")]);
    assert_eq!((done.status, done.outputs["changed"].as_str()), (0, "true"), "{}", done.log);
    assert_eq!(done.places(), ["notice k8s/app.yaml:14 rollstamp: missing stamp"]);
    assert!(job.dir.get("workspace/k8s/app.yaml").contains("rollstamp.dev/checksum: "));
    assert_eq!(job.dir.get("workspace/other/app.yaml"), APP);

    let check = job.run(&[("paths", "\n  \nk8s\r\n")]);
    assert_eq!((check.status, check.outputs["changed"].as_str()), (0, "false"), "{}", check.log);
    assert_eq!((check.places(), check.outputs["workloads"].as_str()), (vec![], "[]"));
}

#[test]
fn render_writes_a_copy_and_names_its_place() {
    let job = Job::new(&[("k8s/app.yaml", APP), ("k8s/note.yaml", "a: 1\n")]);
    let done = job.run(&[("mode", "render"), ("paths", "k8s"), ("strategy", "rename"), ("args", "--immutable")]);
    assert_eq!(done.status, 0, "{}", done.log);
    let rendered = Path::new(&done.outputs["rendered-path"]);
    let app = fs::read_to_string(rendered.join("app.yaml")).unwrap();
    assert!(app.contains("immutable: true") && app.contains("rollstamp.dev/base-name"), "{app}");
    assert_eq!(fs::read_to_string(rendered.join("note.yaml")).unwrap(), "a: 1\n");
    assert_eq!(job.dir.get("workspace/k8s/app.yaml"), APP);
    assert_eq!(names(&done), ["web"]);
}

fn git(job: &Job, args: &[&str]) -> String {
    let mut command = Command::new("git");
    command.args(["-c", "user.name=a", "-c", "user.email=a@b"]).args(args).current_dir(job.dir.path("workspace"));
    let output = command.output().unwrap();
    assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

/// A job whose workspace is a git repository with a commit of an older ConfigMap, and the revision of that.
fn job_after_a_change() -> (Job, String) {
    let job = Job::new(&[("k8s/app.yaml", APP)]);
    git(&job, &["init", "--quiet"]);
    git(&job, &["add", "--all"]);
    git(&job, &["commit", "--quiet", "--message", "before"]);
    let base = git(&job, &["rev-parse", "HEAD"]);
    job.dir.put("workspace/k8s/app.yaml", APP.replace("info", "debug"));
    (job, base)
}

#[test]
fn impact_tells_what_a_pull_request_does() {
    let (mut job, base) = job_after_a_change();
    job.event = serde_json::json!({"pull_request": {"base": {"sha": base}}, "before": "of a push"});
    let done = job.run(&[("mode", "impact")]);
    assert_eq!((done.status, done.outputs["changed"].as_str()), (0, "true"), "{}", done.log);
    assert_eq!(names(&done), ["web"], "{}", done.log);
    let told = done.annotations();
    assert!(
        told.iter().any(|told| told.get("file") == "k8s/app.yaml"),
        "nothing has stamps, so the pods stay stale: {told:?}"
    );
    assert!(done.summary.contains("Deployment/web"), "{}", done.summary);
    let report = fs::read_to_string(&done.outputs["report-path"]).unwrap();
    assert!(report.contains("Deployment/web") && done.outputs["report-path"].ends_with(".md"), "{report}");

    let strict = job.run(&[("mode", "impact"), ("strict", "true")]);
    assert_eq!(strict.status, 1, "a stale pod is a finding: {}", strict.log);

    // A push has another event; a revision that is not there is no silent success.
    job.event = serde_json::json!({"before": base});
    assert_eq!(names(&job.run(&[("mode", "impact"), ("paths", "k8s")])), ["web"]);
    job.event = serde_json::json!({"before": "0".repeat(40)});
    let done = job.run(&[("mode", "impact")]);
    assert_eq!((done.status, done.annotations()[0].name.as_str()), (2, "error"), "{}", done.log);
    assert_eq!(done.outputs.get("report-path"), None);
}

#[test]
fn impact_finds_the_applications_of_a_repository_of_flux() {
    let (mut job, _) = job_after_a_change();
    job.dir.put("workspace/clusters/eu/sync.yaml", crate::support::apps::sync("clusters/eu"));
    job.dir.put("workspace/clusters/eu/web.yaml", crate::support::apps::kustomization("web", "k8s"));
    git(&job, &["add", "--all"]);
    git(&job, &["commit", "--quiet", "--message", "declared"]);
    job.dir.put("workspace/k8s/app.yaml", APP.replace("info", "trace"));
    job.event = serde_json::json!({"before": "HEAD"});
    let done = job.run(&[("mode", "impact")]);
    assert_eq!(done.status, 0, "{}", done.log);
    assert!(done.summary.contains("| Impact | Workload | On | Why |"), "{}", done.summary);
    assert!(done.places().iter().any(|place| place.contains("k8s/app.yaml")), "{:?}", done.places());
    let plain = job.run(&[("mode", "impact"), ("apps", "false")]);
    assert!(plain.summary.contains("| Impact | Workload | Why |"), "{}", plain.summary);
    assert_eq!(job.run(&[("mode", "impact"), ("apps", "maybe")]).status, 2);
}

#[test]
fn impact_of_input_that_cannot_be_read_is_an_error() {
    let (job, base) = job_after_a_change();
    job.dir.put("workspace/k8s/x.yaml", BROKEN);
    let done = job.run(&[("mode", "impact"), ("base", &base)]);
    assert_eq!(done.status, 2, "{}", done.log);
    assert!(done.places().contains(&"error k8s/x.yaml:4 rollstamp: invalid yaml".to_string()), "{:?}", done.places());
    assert_eq!(done.outputs.get("changed"), None);
    let report = fs::read_to_string(&done.outputs["report-path"]).unwrap();
    assert!(report.contains("1 error in the input") && report.contains("What cannot be read is left out"), "{report}");
}

#[test]
fn a_base_is_a_revision_whatever_it_looks_like() {
    for base in
        ["--output=pwned", "-w", "$(touch pwned)", "HEAD; touch pwned", "--upload-pack=touch pwned", "x\n::add-mask::x"]
    {
        let (job, _) = job_after_a_change();
        let done = job.run(&[("mode", "impact"), ("base", base)]);
        assert_eq!(done.status, 2, "{base}: {}", done.log);
        assert!(!job.dir.path("workspace/pwned").exists(), "{base}");
        let told = crate::support::workflow_commands::commands(&done.log);
        assert!(!told.is_empty() && told.iter().all(|told| told.name == "error"), "{base}: {told:?}");
    }
}

#[test]
fn input_that_cannot_be_read_fails_every_mode_and_changes_nothing() {
    for mode in ["check", "write", "render"] {
        let job = Job::new(&[("app.yaml", APP), ("x.yaml", BROKEN)]);
        let done = job.run(&[("mode", mode)]);
        assert_eq!(done.status, 2, "{mode}: {}", done.log);
        let is_check = mode == "check";
        let missing_stamp = is_check.then_some("error app.yaml:14 rollstamp: missing stamp");
        let places: Vec<&str> = missing_stamp.into_iter().chain(["error x.yaml:4 rollstamp: invalid yaml"]).collect();
        assert_eq!(done.places(), places, "{mode}");
        let heading = if is_check { "1 workload to stamp" } else { "nothing was done, because of errors" };
        assert!(done.summary.contains(heading), "{mode}: {}", done.summary);
        assert!(!done.outputs.contains_key("changed"), "{mode}");
        assert_eq!(job.dir.get("workspace/app.yaml"), APP);
    }
}

#[test]
fn inputs_that_are_wrong_say_so() {
    for (inputs, said) in [
        (vec![("mode", "chekc")], "the input mode is check, write, render or impact, not \"chekc\""),
        (vec![("strategy", "%0A\n::error::x")], "the input strategy is stamp or rename, not \"%0A\n::error::x\""),
        (vec![("strict", "yes")], "the input strict is true or false, not \"yes\""),
        (vec![("mode", "impact")], "mode impact compares with a revision: set the input base"),
        (vec![("version", "latest")], "the input version is not a version: \"latest\"; write it like 1.2.3"),
        (
            vec![("paths", "k8s"), ("args", "--\ncat")],
            "the input args names a command to read from, so the input paths must be empty",
        ),
        (vec![("paths", "nowhere")], "nowhere: no such file or directory; a command goes after `--`"),
        (vec![("config", "none.yaml")], "none.yaml: cannot read the options file: no such file or directory"),
    ] {
        let done = Job::new(&[("app.yaml", APP)]).run(&inputs);
        let told: Vec<String> =
            done.annotations().into_iter().map(|told| format!("{}: {}", told.name, told.message)).collect();
        assert_eq!((done.status, told), (2, vec![format!("error: {said}")]), "{inputs:?}: {}", done.log);
    }
}

#[test]
fn options_reach_the_tool() {
    let job = Job::new(&[("app.yaml", APP), ("a b.yaml", "annotation")]);
    job.dir.put(
        "workspace/a b.yaml",
        "apiVersion: rollstamp.dev/v1\nkind: Rollstamp\nspec:\n  annotation: checksum/config\n",
    );
    let inputs = [
        ("mode", "write"),
        ("paths", "app.yaml"),
        ("config", "a b.yaml"),
        ("namespace", "prod"),
        ("args", "--exclude\n*.enc.yaml\n--scope=dir"),
    ];
    let done = job.run(&inputs);
    assert_eq!(done.status, 0, "{}", done.log);
    assert!(job.dir.get("workspace/app.yaml").contains("checksum/config: "));
    assert!(done.outputs["workloads"].contains("\"namespace\":\"prod\""), "{:?}", done.outputs);
}

#[test]
fn a_command_can_be_read_instead_of_paths() {
    let job = Job::new(&[("app.yaml", APP)]);
    let done = job.run(&[("args", "--\ncat\napp.yaml")]);
    assert_eq!((done.status, done.outputs["changed"].as_str()), (1, "true"), "{}", done.log);
    let told = done.annotations();
    assert!(told[0].get("file").is_empty() && told[0].message.starts_with("<cat>:14:5: Deployment/web"), "{told:?}");

    // What a renderer says is no command.
    let says = "--\nbash\n-c\necho '::add-mask::x' >&2; echo '##[add-mask]y' >&2; exit 3";
    let done = job.run(&[("args", says)]);
    assert_eq!(done.status, 2);
    assert!(done.log.contains("::add-mask::x"), "it is told: {}", done.log);
    let told = crate::support::workflow_commands::commands(&done.log);
    assert!(told.iter().all(|told| told.name == "error"), "{told:?}");
    assert_eq!(told.last().unwrap().message, "bash failed: exit status 3");
}

#[test]
fn hostile_inputs_stay_inert() {
    let evil = [
        "$(touch pwned)",
        "`touch pwned`",
        "; touch pwned #",
        "' ; touch pwned '",
        "\" ; touch pwned \"",
        "-w",
        "--",
        "-",
        "--write",
        "${{ github.token }}",
        "${IFS}touch${IFS}pwned",
        "%0A::add-mask::x",
        "*",
        "x\n::add-mask::x\n##[add-mask]y",
        "\\",
    ];
    for (index, evil) in evil.iter().enumerate() {
        // In a workflow an input is a value already; this runner evaluates expressions in the action only.
        for name in ["paths", "mode", "strategy", "config", "namespace", "strict", "base", "version", "args"] {
            let job = Job::new(&[("k8s/app.yaml", APP)]);
            let mode = if name == "base" { "impact" } else { "check" };
            let inputs: Vec<(&str, &str)> =
                [("mode", mode), (name, *evil)].into_iter().skip(usize::from(name == "mode")).collect();
            // Every input meets every text once in two runs of the tests' inputs; a sample keeps the test short.
            if name != "paths" && name != "args" && (index + name.len()) % 3 != 0 {
                continue;
            }
            let done = job.run(&inputs);
            let files: Vec<String> = job.dir.files("workspace").into_iter().map(|(path, _)| path).collect();
            assert_eq!(files, ["k8s/app.yaml"], "{inputs:?}: {}", done.log);
            assert_eq!(job.dir.get("workspace/k8s/app.yaml"), APP, "{inputs:?}");
            let told = crate::support::workflow_commands::commands(&done.log);
            let ours = |name: &str| matches!(name, "error" | "warning" | "notice");
            assert!(told.iter().all(|told| ours(&told.name)), "{inputs:?}: {told:?}");
            assert!(done.status <= 2, "{inputs:?}: {}", done.log);
        }
    }
}

#[test]
fn the_page_of_ci_shows_what_a_reviewer_sees() {
    let read = |name: &str| fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(name)).unwrap();
    let example = ["testdata/example/app.yaml", "testdata/example/worker.yaml"].map(|name| (name, read(name)));
    let files: Vec<(&str, &str)> = example.iter().map(|(name, text)| (*name, text.as_str())).collect();
    let done = Job::new(&files).run(&[]);
    let page = read("docs/ci.md");
    for line in done.summary.lines() {
        assert!(page.contains(&format!("> {line}").trim_end().to_owned()), "not in the page: {line}");
    }
    let first = &done.annotations()[0];
    let shown = format!("> ❌ **{}**<br>{}\n", first.get("title"), first.message);
    assert!(page.contains(&shown), "not in the page: {shown}");
}

#[test]
fn a_path_that_looks_like_an_option_is_a_path() {
    let job = Job::new(&[
        ("-w.yaml", APP),
        ("a b.yaml", &APP.replace("name: web", "name: blank").replace("name: env", "name: e")),
    ]);
    let done = job.run(&[("paths", "-w.yaml\na b.yaml")]);
    assert_eq!(names(&done), ["web", "blank"], "{}", done.log);
    assert!(done.places()[0].starts_with("error -w.yaml:14 "), "{:?}", done.places());
}

#[test]
fn the_pinned_version_can_be_had() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let pinned = fs::read_to_string(root.join("action/VERSION")).unwrap();
    let sums = fs::read_to_string(root.join("action/SHA256SUMS")).unwrap();
    let sums: Vec<&str> = sums.lines().filter(|line| !line.starts_with('#')).collect();
    let released = sums.iter().any(|line| line.contains(&format!("rollstamp-v{}-", pinned.trim())));
    assert!(released || pinned.trim() == env!("CARGO_PKG_VERSION"), "neither checksums nor source for {pinned}");
    for line in sums {
        let (sum, name) = line.split_once("  ").unwrap();
        assert!(
            sum.len() == 64 && sum.bytes().all(|byte| byte.is_ascii_hexdigit()) && name.ends_with(".tar.gz"),
            "{line}"
        );
    }
}

#[test]
fn the_scripts_are_clean() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    match Command::new("shellcheck").args(["-x", "action/install.sh", "action/run.sh"]).current_dir(root).output() {
        Ok(output) => assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout)),
        Err(_) => println!("skipped: shellcheck is not installed"),
    }
}
