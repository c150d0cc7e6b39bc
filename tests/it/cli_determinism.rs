//! The same manifests give the same bytes: for any number of threads, locale and time zone, whatever the order in which
//! the system lists files, and whatever the line ends.

use std::process::{Command, Stdio};

use crate::support::shell::{APP, Dir, Ran};

/// Without `github`, whose log stands between words that nobody can guess.
const FORMATS: [&str; 9] = ["text", "json", "markdown", "mermaid", "dot", "html", "sarif", "gitlab", "junit"];

/// Every verb in every mode and format that prints.
fn runs() -> Vec<String> {
    let mut runs: Vec<String> = [
        "stamp -v k",
        "stamp --diff k",
        "stamp --check -v --strict k",
        "stamp --remove --check k",
        "rename -v k",
        "rename --diff --immutable k",
        "links -v --strict k",
        "explain --workload n1/deploy/web k",
        "kinds",
        "kinds --format json",
        "version",
    ]
    .map(str::to_owned)
    .into();
    for format in FORMATS {
        runs.push(format!("stamp --check --format {format} k"));
        runs.push(format!("rename --check --format {format} k"));
        runs.push(format!("links --format {format} k"));
        runs.push(format!("impact --diff --base old --format {format} k"));
    }
    runs
}

/// Manifests with findings, broken documents and names of many letters, as many as several threads share.
fn tree() -> Vec<(String, String)> {
    let mut tree = Vec::new();
    for number in 0..90 {
        let mut text = APP.replace("  name: ", &format!("  namespace: n{number}\n  name: "));
        match number % 6 {
            1 => text = text.replace("name: env}", &format!("name: missing{number}}}")),
            2 => text.push_str("        - secretRef: {name: ünïcode-İ}\n"),
            3 => text.push_str("---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: broken}\ndata: {a: [}\n"),
            4 => text = text.replace("LEVEL: info", "TEXT: |\n    a line\n    ß İ ı\n  N: \"1\""),
            _ => {}
        }
        let directory = ["", "b/", "A/", "b/c/"][number % 4];
        let name = ["app", "App", "z-app", "äpp", "_app"][number % 5];
        tree.push((format!("{directory}{name}{number}.yaml"), text));
    }
    tree
}

/// The tree, and below `old` the same with other content, made in the order of the files or against it.
fn put_tree(reversed: bool, ends: &str) -> Dir {
    let dir = Dir::in_memory();
    let mut tree = tree();
    if reversed {
        tree.reverse();
    }
    for (path, text) in tree {
        let text = text.replace('\n', ends);
        dir.put(&format!("k/{path}"), &text);
        dir.put(&format!("old/{path}"), text.replace("info", "debug"));
    }
    dir
}

fn run(dir: &Dir, args: &str, variables: &[(&str, &str)]) -> Ran {
    let args: Vec<&str> = args.split(' ').collect();
    let mut command: Command = dir.command(&args);
    Ran::of(command.envs(variables.iter().copied()).stdin(Stdio::null()))
}

#[track_caller]
fn check_same(first: &Ran, second: &Ran, what: &str) {
    assert!(matches!(first.status, 0..=2), "{what}: {}", first.stderr);
    assert_eq!(first.status, second.status, "{what}");
    assert!(first.stdout == second.stdout, "{what}: other text on standard output");
    assert!(first.stderr == second.stderr, "{what}: {}\n{}", first.stderr, second.stderr);
}

#[test]
fn output_depends_on_nothing_but_the_manifests() {
    let (dir, reversed) = (put_tree(false, "\n"), put_tree(true, "\n"));
    let environments: [(&Dir, &[(&str, &str)]); 5] = [
        (&dir, &[("RAYON_NUM_THREADS", "2"), ("LC_ALL", "de_DE.UTF-8"), ("LANG", "de_DE.UTF-8")]),
        (&dir, &[("RAYON_NUM_THREADS", "8"), ("LC_ALL", "tr_TR.UTF-8"), ("TZ", "Pacific/Kiritimati")]),
        (&reversed, &[("RAYON_NUM_THREADS", "8"), ("LC_ALL", "C"), ("TZ", "America/St_Johns")]),
        (&reversed, &[("RAYON_NUM_THREADS", "1"), ("LANG", "ja_JP.EUC-JP"), ("HOME", "/nowhere")]),
        (&reversed, &[("LANG", "en_US"), ("USER", "someone"), ("TMPDIR", "/")]),
    ];
    for args in runs() {
        let first = run(&dir, &args, &[("RAYON_NUM_THREADS", "1"), ("LC_ALL", "C"), ("TZ", "UTC")]);
        for (dir, variables) in environments {
            check_same(&first, &run(dir, &args, variables), &format!("{args} with {variables:?}"));
        }
    }
}

#[test]
fn written_files_depend_on_nothing_but_the_manifests() {
    let mut written = Vec::new();
    for (reversed, threads) in [(false, "1"), (true, "2"), (true, "8")] {
        let dir = put_tree(reversed, "\n");
        for args in
            ["stamp --skip-invalid -o stamped k", "rename --skip-invalid -o renamed k", "stamp --skip-invalid -w k"]
        {
            let ran = run(&dir, args, &[("RAYON_NUM_THREADS", threads)]);
            assert_eq!(ran.status, 0, "{}", ran.stderr);
        }
        written.push((dir.files("stamped"), dir.files("renamed"), dir.files("k")));
    }
    assert!(written.iter().all(|files| *files == written[0]));
}

#[test]
fn line_ends_change_nothing_but_themselves() {
    let (unix, windows) = (put_tree(false, "\n"), put_tree(false, "\r\n"));
    for args in runs() {
        let (first, second) = (run(&unix, &args, &[]), run(&windows, &args, &[]));
        let is_text = args.starts_with("stamp -v") || args.starts_with("rename -v") || args.contains("--diff");
        if is_text {
            let mut second = second;
            second.stdout = second.stdout.replace("\r\n", "\n").replace("\\r\\n", "\\n");
            check_same(&first, &second, &args);
        } else {
            check_same(&first, &second, &args);
        }
    }
}
