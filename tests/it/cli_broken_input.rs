//! Bad input beside good: what only reports shows all that can be read, then every error, and ends with exit status 2.

use std::fmt::Write;

use crate::support::shell::{APP, Dir, Ran};

/// A workload of another name with a config of its own, which every report has to show.
fn good() -> String {
    APP.replace("name: env", "name: good").replace("name: web", "name: api")
}

/// Texts that are wrong, each in its own way, with the start of the error that is expected of every command.
fn bad_texts() -> Vec<(&'static str, String)> {
    let with_data = |lines: &str| APP.replace("  LEVEL: info\n", lines);
    vec![
        ("bad.yaml:3:1: error: a tab", "apiVersion: v1\nkind: ConfigMap\n\tmetadata: {name: x}\n".to_owned()),
        ("bad.yaml:7:1: error: a second manifest", APP.replace("---\n", "")),
        ("bad.yaml:6:3: error: ConfigMap/env: data.a is a mapping", with_data("  a:\n    b: c\n")),
        ("bad.yaml:6:6: error: ConfigMap/env: data.A is a number (3)", with_data("  A: 3\n")),
        ("bad.yaml:6:6: error: ConfigMap/env: data.A is a boolean (yes)", with_data("  A: yes\n")),
        ("bad.yaml:6:3: error: ConfigMap/env: data.A is a list", with_data("  A: [b]\n")),
        ("bad.yaml:7:3: error: ConfigMap/env: duplicate key `A`", with_data("  A: b\n  A: c\n")),
        ("bad.yaml:4:9: error: ConfigMap: metadata.name must be a string", APP.replacen("name: env", "name: 7", 1)),
        (
            "bad.yaml:1:1: error: ConfigMap/env: its content has",
            with_data(&format!("  A: {}\n", "x".repeat((1 << 20) + 1))),
        ),
        ("bad.yaml:6:10: error: unknown anchor", with_data("  LEVEL: *none\n")),
        ("bad.yaml:7:5: error: ", APP.replacen("---\n", "--- {kind: ConfigMap}\n", 1)),
        ("bad.yaml:8:1: error: kubectl ignores everything", APP.replacen("---\n", "...\n", 1)),
    ]
}

/// Commands that only report, with a word of the good workload in their reports.
const REPORTS: [(&str, &str); 12] = [
    ("links", "Deployment/api"),
    ("links --format json", "\"api\""),
    ("links --format html", "\"api\""),
    ("links --format mermaid", "Deployment/api"),
    ("links --format dot", "Deployment/api"),
    ("explain --workload api", "ConfigMap/good/LEVEL"),
    ("impact --base old", "Deployment/api"),
    ("impact --format json --base old", "\"api\""),
    ("stamp --check", "Deployment/api"),
    ("stamp --diff", "k/good.yaml"),
    ("rename --check", "ConfigMap/good"),
    ("rename --diff", "k/good.yaml"),
];

#[test]
fn every_report_shows_the_good_and_every_error() {
    for (error, text) in bad_texts() {
        let old = good().replace("info", "debug");
        let dir = Dir::with(&[("k/bad.yaml", &text), ("k/good.yaml", &good()), ("old/good.yaml", &old)]);
        for (command, shown) in REPORTS {
            let ran = dir.run(&format!("{command} k"));
            let said = format!("k/{error}");
            ran.fails_after_report(&said);
            assert!(ran.stdout.contains(shown), "{command}: {error}:\n{}", ran.stdout);
        }
        for command in ["stamp", "rename", "stamp --write", "rename --write"] {
            dir.run(&format!("{command} k")).fails(&format!("k/{error}"));
        }
        assert_eq!(dir.get("k/good.yaml"), good());
    }
}

/// The files of a large repository, of which every fifth is broken in one of several ways.
fn broken_repository() -> Dir {
    let dir = Dir::with(&[]);
    let bad = bad_texts();
    for number in 0..1000 {
        let name = format!("k/{:03}/app-{number:04}.yaml", number % 37);
        let text = match number % 5 {
            0 => bad[number / 5 % bad.len()].1.replace(&"x".repeat((1 << 20) + 1), "3"),
            1 => "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: {{ .Values.name }}}\n".to_owned(),
            _ => APP.to_owned(),
        };
        let text = text.replace("name: env", &format!("name: env-{number:04}"));
        dir.put(&name, text.replace("name: web", &format!("name: web-{number:04}")));
    }
    dir
}

#[test]
fn a_broken_repository_is_reported_in_full_in_order_and_the_same_again() {
    let dir = broken_repository();
    let Ran { status, stdout, stderr } = dir.run("links k");
    assert_eq!(status, 2);
    let mut order: Vec<(usize, usize)> = (0..1000).map(|number| (number % 37, number)).collect();
    order.sort_unstable();
    let mut expected = String::new();
    for (_, number) in order.iter().filter(|(_, number)| number % 5 > 1) {
        writeln!(expected, "web-{number:04}").unwrap();
    }
    let mut listed = String::new();
    for line in stdout.lines().filter(|line| line.ends_with(" resolved")) {
        let workload = line.split_whitespace().next().unwrap();
        let number: usize = workload.trim_start_matches("Deployment/web-").parse().unwrap();
        if number % 5 > 1 {
            writeln!(listed, "web-{number:04}").unwrap();
        }
    }
    assert_eq!(listed, expected);
    let broken: std::collections::BTreeSet<&str> =
        stderr.lines().filter(|line| line.contains(": error: ")).filter_map(|line| line.split(':').next()).collect();
    assert_eq!(broken.len(), 200);
    let errors: Vec<&str> = stderr.lines().filter(|line| line.contains(": error: ")).collect();
    assert!(errors.is_sorted_by_key(|line| line.split(':').next()), "{stderr}");
    for _ in 0..2 {
        let again = dir.run("links k");
        assert_eq!((&again.stdout, &again.stderr), (&stdout, &stderr));
    }
}
