//! Tables for people: as wide as the terminal, whole in a pipe, one record a line.

use std::fmt::Write as _;

use crate::support::shell::{APP, Dir};
use crate::support::terminal::Terminal;

const LONG: &str = "a-name-that-is-longer-than-any-column-of-any-table-could-ever-be-on-a-small-terminal";

/// A workload and a config with long names, before and after a change.
fn long_names() -> Dir {
    let app = APP.replace("name: web", &format!("name: {LONG}")).replace("name: env", &format!("name: {LONG}"));
    Dir::with(&[("a/b/c/old.yaml", &app), ("a/b/c/new.yaml", &app.replace("info", "debug"))])
}

#[test]
fn lines_have_the_width_of_the_terminal() {
    let dir = long_names();
    let whole = dir.run("links a/b/c/new.yaml").stdout;
    assert!(!whole.contains('…'), "{whole}");
    for columns in [60, 80, 120, 200, 400] {
        let terminal = Terminal::of_columns(columns);
        let Some(shown) = terminal.show(&dir, "--color never links a/b/c/new.yaml 2> err") else { return };
        for line in shown.lines() {
            assert!(line.chars().count() <= columns, "{columns}: {line}");
        }
        assert_eq!(shown.lines().count(), whole.lines().count(), "{shown}");
        assert_eq!(shown.contains('…'), whole.lines().any(|line| line.chars().count() > columns), "{columns} {shown}");
    }
}

#[test]
fn wide_is_whole_on_any_terminal() {
    let dir = long_names();
    for run in ["links a/b/c/new.yaml", "impact --base a/b/c/old.yaml a/b/c/new.yaml", "kinds"] {
        let Some(wide) = Terminal::of_columns(60).show(&dir, &format!("--color never {run} --wide 2> err")) else {
            return;
        };
        assert_eq!(wide, dir.run(&format!("{run} --wide")).stdout);
    }
}

#[test]
fn reasons_and_statuses_are_never_shortened() {
    let dir = long_names();
    let run = "--color never impact --base a/b/c/old.yaml a/b/c/new.yaml 2> err";
    let Some(shown) = Terminal::of_columns(80).show(&dir, run) else { return };
    let reason = format!("ConfigMap/{LONG} (LEVEL) by envFrom of {LONG} (frozen)\n");
    assert!(shown.contains(&reason) && shown.contains("`rollstamp stamp` would make it roll\n"), "{shown}");
    // Where there is room, and in a pipe, places stand before the reasons.
    assert!(!shown.lines().next().unwrap().contains("FILE:LINE"), "{shown}");
    assert!(Terminal::of_columns(400).show(&dir, run).unwrap().lines().next().unwrap().contains("FILE:LINE"));
    assert!(
        dir.run("impact --base a/b/c/old.yaml a/b/c/new.yaml").stdout.lines().next().unwrap().contains("FILE:LINE")
    );
    dir.put("a/b/c/copy.yaml", dir.get("a/b/c/new.yaml").replace("debug", "warn"));
    let shown = Terminal::of_columns(80).show(&dir, "--color never links a 2> err").unwrap();
    assert!(shown.contains("ambiguous (3 definitions)\n"), "{shown}");
}

#[test]
fn a_narrow_terminal_shows_both_ends_of_names() {
    let dir = long_names();
    let Some(shown) = Terminal::of_columns(100).show(&dir, "--color never links a/b/c/new.yaml 2> err") else { return };
    let row = shown.lines().nth(1).unwrap();
    assert!(row.starts_with("deploy/a-na"), "{shown}");
    assert!(row.contains("…") && row.contains("terminal  ") && row.contains("cm/a-name"), "{shown}");
}

/// A workload with several containers and keys.
fn containers() -> String {
    let mut text = APP.to_owned();
    for name in ["a", "b"] {
        let _ = writeln!(
            text,
            "      - name: {name}\n        image: x\n        envFrom: [{{configMapRef: {{name: env}}}}]"
        );
    }
    text.push_str("      - name: c\n        image: x\n        env:\n");
    for (name, key) in [("A", "LEVEL"), ("B", "MODE"), ("C", "LEVEL")] {
        let _ = writeln!(
            text,
            "        - {{name: {name}, valueFrom: {{configMapKeyRef: {{name: env, key: {key}, optional: true}}}}}}"
        );
    }
    text
}

fn rows(text: &str) -> Vec<Vec<&str>> {
    let mut rows = Vec::new();
    for line in text.lines().skip(1).take_while(|line| !line.is_empty()) {
        rows.push(line.split("  ").map(str::trim).filter(|cell| !cell.is_empty()).collect());
    }
    rows
}

#[test]
fn lines_that_are_equal_are_folded() {
    let app = APP.replace("  name: env\ndata", "  name: env\n  labels: {copy: \"1\"}\ndata");
    let dir = Dir::with(&[("a.yaml", APP), ("b.yaml", &app)]);
    let table = dir.run("links .").stdout;
    assert!(table.lines().next().unwrap().ends_with("TIMES  STATUS"), "{table}");
    assert_eq!(
        rows(&table),
        [["Deployment/web", "web", "envFrom", "ConfigMap/env", "*", "frozen", "×2", "resolved"]],
        "{table}"
    );
    assert!(!dir.run("links a.yaml").stdout.contains("TIMES"));
    let json: serde_json::Value = serde_json::from_str(&dir.run("links --format json .").stdout).unwrap();
    assert_eq!(json["links"].as_array().unwrap().len(), 2);
}

#[test]
fn keys_and_containers_that_differ_in_nothing_else_share_a_line() {
    let dir = Dir::with(&[("app.yaml", &containers().replace("\ndata:\n", "\ndata:\n  MODE: x\n"))]);
    let table = dir.run("links app.yaml").stdout;
    let workload = "Deployment/web";
    let rows = rows(&table);
    assert_eq!(
        rows,
        [
            vec![workload, "web, a, b", "envFrom", "ConfigMap/env", "*", "frozen", "resolved"],
            vec![workload, "c", "env", "ConfigMap/env", "LEVEL", "frozen", "×2", "resolved (optional)"],
            vec![workload, "c", "env", "ConfigMap/env", "MODE", "frozen", "resolved (optional)"],
        ],
        "{table}"
    );
}

#[test]
fn wide_has_every_reference_and_its_places() {
    let changed = APP.replace("info", "debug");
    let dir = Dir::with(&[("a.yaml", APP), ("b.yaml", &changed.replace("name: web", "name: api"))]);
    let table = dir.run("links --wide .").stdout;
    assert!(table.lines().next().unwrap().ends_with("FILE:LINE  DEFINED AT"), "{table}");
    let places: Vec<String> = rows(&table).iter().map(|row| row[row.len() - 2..].join(" ")).collect();
    assert_eq!(places, ["a.yaml:21 a.yaml:1, b.yaml:1", "b.yaml:21 a.yaml:1, b.yaml:1"], "{table}");
    assert!(table.contains("ambiguous (2 definitions)"), "{table}");
}

#[test]
fn each_line_of_kinds_names_its_kind() {
    let table = Dir::with(&[]).run("kinds").stdout;
    assert!(table.lines().all(|line| !line.starts_with(' ')), "{table}");
    let rollouts: Vec<&str> = table.lines().filter(|line| line.starts_with("Rollout ")).collect();
    assert!(rollouts.iter().any(|line| line.ends_with("if spec/paused is true: no effect (warns)")), "{rollouts:?}");
}
