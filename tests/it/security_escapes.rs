//! Control characters of names, which no output lets through.

use rollstamp::escape::{escape_json, is_control};

use crate::support::shell::{Dir, Ran};

/// An object whose name, file and container hold what moves a cursor, starts a line, or turns text around.
fn manifests(name: &str) -> String {
    let quoted = serde_json::to_string(name).unwrap();
    let quoted = escape_json(&quoted);
    format!(
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: {quoted}}}\ndata: {{k: v}}\n---\napiVersion: apps/v1\nkind: \
         Deployment\nmetadata: {{name: {quoted}, namespace: {quoted}}}\nspec: {{template: {{spec: {{containers: [{{name: \
         {quoted}, image: x, envFrom: [{{configMapRef: {{name: {quoted}}}}}, {{configMapRef: {{name: lost-{plain}}}}}]}}]}}}}}}\n",
        plain = "x",
    )
}

const NAMES: [&str; 4] = [
    "c\u{1b}]0;PWNED\u{7}\n::error::x",
    "c\r\n##[error]x\t\u{7f}",
    "c\u{85}\u{9b}31m\u{2028}x",
    "c\u{202e}x\u{2066}\u{200f}\u{61c}",
];

#[track_caller]
fn is_clean(ran: &Ran, what: &str) {
    for text in [&ran.stdout, &ran.stderr] {
        let found = text.chars().find(|letter| !matches!(letter, '\n' | '\t') && is_control(*letter));
        assert_eq!(found, None, "{what}:\n{text:?}");
        for start in ["::error::x", "##[error]x", "x\""] {
            assert!(!text.lines().any(|line| line.trim_start().starts_with(start)), "{what}:\n{text}");
        }
    }
}

#[test]
fn names_are_escaped_in_every_format() {
    for name in NAMES {
        let dir = Dir::with(&[("old/a.yaml", &manifests(name)), ("a.yaml", &manifests(name).replace("k: v", "k: w"))]);
        for args in [
            "stamp --check",
            "stamp --check -v",
            "stamp --check --format json",
            "stamp --check --format github",
            "stamp --check --format sarif",
            "stamp --check --format gitlab",
            "stamp --check --format junit",
            "rename --check",
            "rename --check --format json",
            "links",
            "links -v",
            "links --format json",
            "links --format mermaid",
            "links --format dot",
            "links --format html",
            "links --format github",
            "links --strict",
            "impact --base old",
            "impact --base old --assume stamp --diff",
            "impact --base old --format json",
            "impact --base old --format markdown",
            "impact --base old --format html",
            "impact --base old --format github",
            "explain --workload Deployment/none",
        ] {
            is_clean(&dir.run(&format!("{args} a.yaml")), &format!("{args} {name:?}"));
        }
        let ran = dir.run_with(&["explain", "--workload", &format!("Deployment/{name}"), "a.yaml"], b"");
        assert_eq!(ran.status, 0, "{}", ran.stderr);
    }
    let dir = Dir::with(&[("a.yaml", &manifests(NAMES[0]))]);
    let text = dir.run("links a.yaml").stdout;
    assert!(text.contains("ConfigMap/c\\u001b]0;PWNED\\u0007\\n::error::x"), "{text}");
}

#[test]
#[cfg(unix)]
fn names_of_files_are_escaped() {
    for name in NAMES {
        let path = format!("{}.yaml", name.replace('/', ""));
        let dir = Dir::with(&[(&path, &manifests("plain")), ("bad/x.yaml", "a: 1\n")]);
        std::os::unix::fs::symlink("nothing", dir.path(&format!("bad/{path}"))).unwrap();
        for args in [
            "stamp --check .",
            "links .",
            "links --format json .",
            "stamp --check --format github .",
            "stamp bad",
            "links none",
        ] {
            is_clean(&dir.run(args), &format!("{args} {path:?}"));
        }
        is_clean(&dir.run_with(&["links", &format!("{path}-none")], b""), "a path that is not there");
        is_clean(&dir.run_with(&["impact", "--base", name, "."], b""), "a base that is not there");
        is_clean(&dir.run_with(&["stamp", "--", name], b""), "a program that is not there");
        dir.put(
            "rollstamp.yaml",
            format!(
                "apiVersion: rollstamp.dev/v1\nkind: Rollstamp\nspec: {{{}: 1}}",
                serde_json::to_string(name).unwrap()
            ),
        );
        is_clean(&dir.run("links ."), "an options file");
    }
}
