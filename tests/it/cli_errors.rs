//! What is said of input that Kubernetes would refuse: everything that can be found, in order, each with its place
//! and a way out; nothing on stdout, nothing written.

use crate::support::shell::{APP, Dir};

/// One document after the other is wrong in its own way.
const MANY: &str = include_str!("../../testdata/wrong/app.yaml");

/// The errors of a run that did nothing else, without the summary.
#[track_caller]
fn errors(text: &str) -> String {
    let ran = Dir::with(&[("app.yaml", text)]).run("stamp app.yaml");
    ran.fails("");
    let (errors, summary) = ran.stderr.trim_end().rsplit_once('\n').unwrap();
    assert!(summary.starts_with("rollstamp: ") && summary.contains(": nothing was written"), "{summary}");
    format!("{errors}\n")
}

/// A ConfigMap with these lines below `data:`, and a workload that takes all of it.
fn with_data(lines: &str) -> String {
    APP.replace("  LEVEL: info\n", lines)
}

#[test]
fn all_errors_of_a_text_are_said_in_order() {
    let said = errors(MANY);
    insta::assert_snapshot!("errors", said);
    let places: Vec<(usize, usize)> = said.lines().map(place).collect();
    assert!(places.len() > 20 && places.is_sorted(), "{places:?}");
}

/// Line and column at the start of an error.
fn place(error: &str) -> (usize, usize) {
    let mut parts = error.strip_prefix("app.yaml:").unwrap_or_else(|| panic!("no place: {error}")).split(':');
    let mut number = || parts.next().unwrap().parse().unwrap_or_else(|_| panic!("no place: {error}"));
    (number(), number())
}

#[test]
fn an_error_anywhere_leaves_everything_as_it_is() {
    let dir = Dir::with(&[("k/a.yaml", APP), ("k/b.yaml", MANY)]);
    for args in ["", "--write", "--output-dir out", "-v", "--skip-invalid --write"] {
        dir.run(&format!("stamp {args} k --scope file")).fails("k/b.yaml:");
        assert_eq!(dir.get("k/a.yaml"), APP, "{args}");
        assert!(!dir.path("out").exists(), "{args}");
    }
    dir.run("rename k --scope file").fails("k/b.yaml:");
    let ran = dir.run("stamp -q --write k --scope file");
    ran.fails("k/b.yaml:");
    assert!(ran.stderr.lines().all(|line| line.starts_with("k/b.yaml:") && !line.contains("warning:")));
}

#[test]
fn the_report_for_programs_holds_the_errors() {
    let dir = Dir::with(&[("app.yaml", MANY)]);
    let ran = dir.run("stamp --check --format json app.yaml");
    assert_eq!(ran.status, 2);
    let report: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    let said = report["diagnostics"].as_array().unwrap();
    let lines: Vec<String> = said
        .iter()
        .map(|said| {
            let text = |field: &str| said[field].as_str().map(|text| format!("{text}: ")).unwrap_or_default();
            let help = said["help"].as_str().map(|help| format!("; {help}")).unwrap_or_default();
            let (severity, object, message) = (text("severity"), text("object"), said["message"].as_str().unwrap());
            format!("app.yaml:{}:{}: {severity}{object}{message}{help}\n", said["line"], said["column"])
        })
        .collect();
    assert_eq!(lines.concat(), errors(MANY));
}

#[test]
fn a_mapping_below_data_is_told_what_it_lacks() {
    assert_eq!(
        errors(&with_data("  bootstrap.yml:\n    listen-address: 0.0.0.0:80\n    log: {level: info}\n")),
        "app.yaml:6:3: error: ConfigMap/env: data.bootstrap.yml is a mapping; Kubernetes accepts only strings: \
         write `bootstrap.yml: |` to make the lines below it one string\n"
    );
    let mended = with_data("  bootstrap.yml: |\n    listen-address: 0.0.0.0:80\n    log: {level: info}\n");
    assert_eq!(Dir::with(&[("app.yaml", &mended)]).run("stamp app.yaml").status, 0, "the advice is right");
}

#[test]
fn two_manifests_run_together_are_told_apart() {
    assert_eq!(
        errors(&APP.replace("---\n", "")),
        "app.yaml:7:1: error: a second manifest starts inside the document of line 1: it repeats the keys of the first; \
         put a line `---` before it\n"
    );
}

#[test]
fn a_value_that_is_no_string_comes_with_the_corrected_line() {
    for (line, column, what, corrected) in [
        ("RETRIES: 3", 12, "RETRIES is a number (3)", "write \"3\", as in RETRIES: \"3\""),
        ("DEBUG: yes", 10, "DEBUG is a boolean (yes)", "write \"yes\", as in DEBUG: \"yes\""),
        ("on: off", 7, "true is a boolean (off)", "write \"off\", as in \"on\": \"off\""),
        ("'a.b': 0x1F", 10, "a.b is a number (0x1F)", "write \"0x1F\", as in 'a.b': \"0x1F\""),
        ("LIST: [a, b]", 3, "LIST is a list", "quote it"),
    ] {
        let said = format!("ConfigMap/env: data.{what}; Kubernetes accepts only strings: {corrected}");
        assert_eq!(errors(&with_data(&format!("  {line}\n"))), format!("app.yaml:6:{column}: error: {said}\n"));
    }
}

#[test]
fn a_null_value_is_an_empty_string() {
    let digest = |lines: &str| {
        let ran = Dir::with(&[("app.yaml", &with_data(lines))]).run("explain --workload Deployment/web app.yaml");
        assert_eq!(ran.status, 0, "{}", ran.stderr);
        ran.stdout
    };
    assert_eq!(digest("  A:\n  B: ~\n"), digest("  A: \"\"\n  B: ''\n"));
}

#[test]
fn wrong_content_is_an_error_as_soon_as_something_refers_to_it() {
    let config = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: spare}\ndata: {A: 1}\n";
    let dir = Dir::with(&[("app.yaml", APP), ("spare.yaml", config)]);
    let ran = dir.run("stamp --check .");
    assert_eq!(ran.status, 1);
    ran.says("note: Kubernetes would refuse 1 config that nothing in the input refers to; `-v` lists them");
    let ran = dir.run("stamp --check -v .");
    ran.says("spare.yaml:4:11: note: ConfigMap/spare: data.A is a number (1); Kubernetes accepts only strings");
    dir.put("app.yaml", APP.replace("configMapRef: {name: env}", "configMapRef: {name: spare}"));
    dir.run("stamp --check .").fails("spare.yaml:4:11: error: ConfigMap/spare: data.A is a number (1)");
}

#[test]
fn a_config_has_room_for_a_mebibyte() {
    let of_size = |size: usize| with_data(&format!("  A: {}\n", "x".repeat(size)));
    assert_eq!(Dir::with(&[("app.yaml", &of_size(1 << 20))]).run("stamp --check app.yaml").status, 1);
    assert_eq!(
        errors(&of_size((1 << 20) + 1)),
        "app.yaml:1:1: error: ConfigMap/env: its content has 1048577 bytes; Kubernetes accepts at most 1048576; \
         split it, or keep large files elsewhere\n"
    );
}

/// Two Deployments in one list that share what TEMPLATE and SHARED say.
fn sharing(template: &str, shared: &str) -> String {
    let config = APP.split_once("---\n").unwrap().0;
    let deployment = |name: &str, template: &str| {
        format!(
            "- apiVersion: apps/v1\n  kind: Deployment\n  metadata: {{name: {name}}}\n  spec:\n    template: {template}\n"
        )
    };
    format!("{config}---\napiVersion: v1\nkind: List\nitems:\n{}{}", deployment("a", template), deployment("b", shared))
}

const POD_SPEC: &str = "{containers: [{name: c, image: i, envFrom: [{configMapRef: {name: env}}]}]}";

#[test]
fn a_template_that_two_workloads_share_is_an_error_with_both_places() {
    let said = |places: [((&str, &str), usize); 2]| -> String {
        let line = |((at, object), other): &((&str, &str), usize)| {
            format!(
                "app.yaml:{at}: error: {object}: this value is shared through an anchor, so an edit would change its other \
                 uses too (see line {other}); write it out instead of the alias\n"
            )
        };
        places.iter().map(line).collect()
    };
    let template = format!("&t\n      spec: {POD_SPEC}");
    let whole = sharing(&template, "*t");
    assert_eq!(errors(&whole), said([(("15:15", "Deployment/a"), 21), (("21:15", "Deployment/b"), 15)]));
    let metadata = sharing(
        &format!("{{metadata: &m {{labels: {{a: b}}}}, spec: {POD_SPEC}}}"),
        &format!("{{metadata: *m, spec: {POD_SPEC}}}"),
    );
    assert_eq!(errors(&metadata).lines().count(), 2);
}

#[test]
fn an_anchor_that_nobody_shares_and_a_shared_spec_are_no_errors() {
    let template = format!("\n      spec: &s {POD_SPEC}");
    for text in [
        sharing(&template, "{spec: *s}"),
        APP.replace("  template:\n", "  template: &template\n"),
        APP.replace("    metadata:\n", "    metadata: &metadata\n"),
    ] {
        let dir = Dir::with(&[("app.yaml", &text)]);
        dir.run("stamp --write app.yaml").prints("");
        assert_eq!(dir.run("stamp --check app.yaml").status, 0);
        dir.run("stamp --remove --write app.yaml").prints("");
        assert_eq!(dir.get("app.yaml"), text);
    }
}

#[test]
fn a_byte_order_mark_before_a_later_document_is_named() {
    let joined = format!("{APP}\u{feff}---\n{APP}");
    let line = APP.lines().count() + 1;
    let dir = Dir::with(&[("app.yaml", &joined)]);
    for ran in [dir.run("links app.yaml"), dir.run_with(&["links", "-"], joined.as_bytes())] {
        assert_eq!(ran.status, 2);
        ran.says(&format!(":{line}:1: error: a byte order mark hides the `---` behind it"));
    }
}

/// A text in UTF-16, with or without a byte order mark.
fn utf_16(mark: bool, to_bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
    mark.then_some(0xfeff).into_iter().chain(APP.encode_utf16()).flat_map(to_bytes).collect()
}

#[test]
fn utf_16_is_named_with_the_command_that_converts_it() {
    for (bytes, name, encoding) in [
        (utf_16(true, u16::to_le_bytes), "UTF-16", "UTF-16"),
        (utf_16(true, u16::to_be_bytes), "UTF-16", "UTF-16"),
        (utf_16(false, u16::to_le_bytes), "UTF-16LE", "UTF-16LE without a byte order mark"),
        (utf_16(false, u16::to_be_bytes), "UTF-16BE", "UTF-16BE without a byte order mark"),
        (
            APP.chars().flat_map(|letter| u32::from(letter).to_le_bytes()).collect(),
            "UTF-32LE",
            "UTF-32LE without a byte order mark",
        ),
    ] {
        let fix = format!("convert it to UTF-8, for example with `iconv -f {name} -t UTF-8`");
        let dir = Dir::with(&[("app.yaml", APP)]);
        dir.put("wide.yaml", &bytes);
        dir.run_with(&["links", "-"], &bytes).fails(&format!("standard input is {encoding}; {fix}"));
        dir.run_with(&["krm"], &bytes).fails(&format!("standard input is {encoding}; {fix}"));
        let ran = dir.run("links .");
        assert_eq!(ran.status, 0, "{}", ran.stderr);
        ran.says(&format!("note: wide.yaml: skipped: {encoding}; {fix}"));
        dir.run("links wide.yaml").fails("no file could be read (1 skipped, the first: wide.yaml: skipped: UTF-");
    }
}
