//! `--baseline`: findings that are known do not fail a strict run; new ones do.

use serde_json::Value;

use crate::support::shell::{APP, Dir, Ran};

/// A workload with references to nothing: two findings.
fn dangling() -> String {
    APP.replace("- configMapRef: {name: env}", "- configMapRef: {name: lost}\n        - secretRef: {name: db}")
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

/// The fingerprints of a section of a baseline.
fn fingerprints(dir: &Dir, command: &str) -> Vec<String> {
    let baseline = json(&dir.get("known.json"));
    let findings = baseline["commands"][command].as_array().unwrap();
    findings.iter().map(|finding| finding["fingerprint"].as_str().unwrap().to_owned()).collect()
}

fn assert_status(ran: &Ran, status: i32) {
    assert_eq!(ran.status, status, "{}{}", ran.stdout, ran.stderr);
}

#[test]
fn known_findings_fail_no_strict_run() {
    for command in ["links", "stamp", "rename", "impact --base old.yaml"] {
        let dir = Dir::with(&[("app.yaml", &dangling()), ("old.yaml", APP)]);
        assert_status(&dir.run(&format!("{command} --strict app.yaml")), 1);
        let written = dir.run(&format!("{command} --strict --write-baseline known.json app.yaml"));
        assert_status(&written, 0);
        written.says("2 findings written to the baseline known.json");
        let known = dir.run(&format!("{command} --strict --baseline known.json app.yaml"));
        assert_status(&known, 0);
        known.says("note: 2 findings of the baseline not shown; `-v` lists them");
        assert!(!known.stderr.contains("lost is not in"), "{}", known.stderr);
        let verbose = dir.run(&format!("{command} -v --strict --baseline known.json app.yaml"));
        assert_status(&verbose, 0);
        verbose.says("lost is not in the input").says("db is not in the input");
    }
}

#[test]
fn new_findings_fail_a_strict_run() {
    let dir = Dir::with(&[("app.yaml", &dangling())]);
    dir.run("links --write-baseline known.json app.yaml");
    dir.put("app.yaml", format!("# moved down\n\n{}        - configMapRef: {{name: gone}}\n", dangling()));
    let ran = dir.run("links --strict --baseline known.json app.yaml");
    assert_status(&ran, 1);
    ran.says("ConfigMap/gone is not in the input").says("2 findings of the baseline not shown");
    assert!(!ran.stderr.contains("ConfigMap/lost"), "{}", ran.stderr);
}

#[test]
fn baseline_holds_the_fingerprints_of_sarif() {
    let dir = Dir::with(&[("k8s/app.yaml", &dangling())]);
    dir.run("links --strict --write-baseline known.json k8s");
    let sarif = json(&dir.run("links --strict --format sarif k8s").stdout);
    let results = sarif["runs"][0]["results"].as_array().unwrap();
    let mut expected: Vec<&str> =
        results.iter().map(|result| result["partialFingerprints"]["rollstamp/v1"].as_str().unwrap()).collect();
    let mut found = fingerprints(&dir, "links");
    expected.sort_unstable();
    found.sort_unstable();
    assert_eq!(found, expected);
    let first = &json(&dir.get("known.json"))["commands"]["links"][0];
    assert_eq!((&first["file"], &first["rule"]), (&"k8s/app.yaml".into(), &"dangling-reference".into()));
    assert_eq!(first["object"], "Deployment/web");
}

#[test]
fn baseline_is_the_same_text_for_the_same_findings() {
    let dir = Dir::with(&[
        ("a.yaml", &dangling()),
        ("b.yaml", &dangling().replace("lost", "gone").replace("name: db", "name: cache")),
    ]);
    dir.run("links --write-baseline known.json a.yaml b.yaml");
    let first = dir.get("known.json");
    dir.run("links --strict --write-baseline known.json b.yaml a.yaml");
    assert_eq!(dir.get("known.json"), first);
    assert_eq!(fingerprints(&dir, "links").len(), 4);
}

#[test]
fn commands_have_sections_of_their_own() {
    let dir = Dir::with(&[("app.yaml", &dangling())]);
    dir.run("links --write-baseline known.json app.yaml");
    let links = fingerprints(&dir, "links");
    dir.put("app.yaml", dangling().replace("lost", "gone"));
    dir.run("stamp --write-baseline known.json app.yaml");
    assert_eq!(fingerprints(&dir, "links"), links);
    assert_ne!(fingerprints(&dir, "stamp"), links);
    // What another command found is known too, and obsolete only for that command.
    let ran = dir.run("rename --strict --baseline known.json app.yaml");
    assert_status(&ran, 0);
    assert!(!ran.stderr.contains("no longer"), "{}", ran.stderr);
    dir.run("links --baseline known.json app.yaml").says("note: 1 finding of the baseline no longer occurs");
}

#[test]
fn changes_that_a_check_finds_are_never_known() {
    let dir = Dir::with(&[("app.yaml", APP)]);
    for flag in ["--write-baseline known.json", "--baseline known.json"] {
        assert_status(&dir.run(&format!("stamp --check --strict {flag} app.yaml")), 1);
        assert_eq!(fingerprints(&dir, "stamp"), [""; 0]);
    }
}

#[test]
fn errors_are_never_known() {
    let broken = format!("{}---\nkind: ConfigMap\napiVersion: v1\ndata: [\n", dangling());
    let dir = Dir::with(&[("app.yaml", &broken)]);
    assert_status(&dir.run("links --write-baseline known.json app.yaml"), 2);
    assert!(!dir.path("known.json").exists());
    dir.put("known.json", r#"{"version": 1, "commands": {}}"#);
    assert_status(&dir.run("links --baseline known.json app.yaml"), 2);
}

#[test]
fn baseline_of_the_options_file_lies_beside_it() {
    let options = "apiVersion: rollstamp.dev/v1\nkind: Rollstamp\nspec: {strict: true, baseline: ci/known.json}\n";
    let dir = Dir::with(&[("app.yaml", &dangling()), ("rollstamp.yaml", options)]);
    dir.run("links app.yaml").fails("ci/known.json: the baseline does not exist; write it with --write-baseline");
    dir.put("ci/none", "");
    assert_status(&dir.run("links --write-baseline ci/known.json app.yaml"), 0);
    assert_status(&dir.run("links app.yaml"), 0);
    assert_status(&dir.run("links --no-baseline app.yaml"), 1);
}

#[test]
fn baselines_that_cannot_be_read_are_errors() {
    let dir = Dir::with(&[("app.yaml", APP), ("text", "hush"), ("old.json", r#"{"version": 2, "commands": {}}"#)]);
    dir.run("links --baseline known.json app.yaml").fails("known.json: the baseline does not exist");
    for file in ["text", "old.json"] {
        let ran = dir.run(&format!("links --baseline {file} app.yaml"));
        ran.fails(&format!("{file} is not a baseline of version 1"));
        assert!(!ran.stderr.contains("hush"), "{}", ran.stderr);
    }
    dir.run("links --write-baseline text app.yaml").fails("text is not a baseline of version 1");
    assert_eq!(dir.get("text"), "hush");
    dir.run("links --baseline a --write-baseline b app.yaml").fails("cannot be used with");
}

#[test]
fn stale_workloads_can_be_known() {
    let dir = Dir::with(&[("old.yaml", APP), ("new.yaml", &APP.replace("info", "debug"))]);
    let impact = |flags: &str| dir.run(&format!("impact --strict {flags} --base old.yaml new.yaml"));
    assert_status(&impact(""), 1);
    assert_status(&impact("--write-baseline known.json"), 0);
    let known = impact("--baseline known.json");
    assert_status(&known, 0);
    assert!(known.stdout.contains("stays stale"), "{}", known.stdout);
    let report = json(&impact("--baseline known.json --format json").stdout);
    assert_eq!(report["workloads"][0]["finding"], false);
}

#[test]
fn functions_refuse_a_baseline() {
    let list = "apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems: []\nfunctionConfig: \
                {apiVersion: rollstamp.dev/v1, kind: Rollstamp, spec: {baseline: known.json}}\n";
    let ran = Dir::with(&[]).run_with(&["krm"], list.as_bytes());
    assert_ne!(ran.status, 0);
    assert!(format!("{}{}", ran.stdout, ran.stderr).contains("spec.baseline has no effect in a function"), "{ran:?}");
}
