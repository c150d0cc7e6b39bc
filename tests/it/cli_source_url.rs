//! Places that are links, by `--source-url` or by what the CI says of the repository.

use crate::impact_base::git;
use crate::support::shell::{APP, Dir};

const LINKS: [&str; 4] = ["links", "--format", "html", "."];

fn repository() -> Dir {
    Dir::with(&[("k8s/a b.yaml", APP)])
}

/// The addresses in a page or a comment, each once.
fn addresses(text: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for (start, end) in [("<a href=\"", '"'), ("](http", ')')] {
        for rest in text.split(start).skip(1) {
            let address = rest.split(end).next().unwrap();
            found.push(format!("{}{address}", start.trim_start_matches("<a href=\"").trim_start_matches("](")));
        }
    }
    found.sort();
    found.dedup();
    found
}

#[test]
fn places_are_links_by_the_variables_of_the_ci() {
    let dir = repository();
    let root = dir.root().to_str().unwrap();
    for (variables, expected) in [
        (
            [
                ("GITHUB_WORKSPACE", root),
                ("GITHUB_SERVER_URL", "https://git.example.com"),
                ("GITHUB_REPOSITORY", "shop/fleet"),
                ("GITHUB_SHA", "0123abc"),
            ],
            "https://git.example.com/shop/fleet/blob/0123abc/k8s/a%20b.yaml#L8",
        ),
        (
            [
                ("CI_PROJECT_DIR", root),
                ("CI_PROJECT_URL", "https://gitlab.example.com/shop/fleet"),
                ("CI_COMMIT_SHA", "0123abc"),
                ("GITHUB_SHA", ""),
            ],
            "https://gitlab.example.com/shop/fleet/-/blob/0123abc/k8s/a%20b.yaml#L8",
        ),
    ] {
        let mut command = dir.command(&LINKS);
        for name in ["GITHUB_WORKSPACE", "CI_PROJECT_DIR", "GITHUB_SHA", "CI_COMMIT_SHA"] {
            command.env_remove(name);
        }
        let output = command.envs(variables).output().unwrap();
        assert_eq!(addresses(&String::from_utf8_lossy(&output.stdout)), [expected]);
    }
    assert!(addresses(&dir.run("links --format html .").stdout).is_empty(), "elsewhere nothing is known");
}

#[test]
fn places_in_a_comment_are_links() {
    let dir = Dir::with(&[("old/app.yaml", APP), ("new/app.yaml", &APP.replace("info", "debug"))]);
    let template = "https://git.example.com/src/{path}?line={line}";
    let ran = dir.run_with(&["impact", "--format", "markdown", "--source-url", template, "--base", "old", "new"], b"");
    let expected =
        ["https://git.example.com/src/new/app.yaml?line=21", "https://git.example.com/src/new/app.yaml?line=6"];
    assert_eq!(addresses(&ran.stdout), expected, "{}", ran.stdout);
}

#[test]
fn paths_count_from_the_top_of_the_work_tree_and_rev_is_its_commit() {
    let dir = repository();
    for args in [&["init", "-q"][..], &["add", "."], &["commit", "-qm", "all"]] {
        git(&dir, args);
    }
    let commit = git(&dir, &["rev-parse", "HEAD"]).trim().to_owned();
    let mut command = dir.command(&["links", "--format", "html", "--source-url", "https://h/{rev}/{path}#{line}", "."]);
    for name in ["GITHUB_WORKSPACE", "CI_PROJECT_DIR", "GITHUB_SHA", "CI_COMMIT_SHA"] {
        command.env_remove(name);
    }
    let output = command.current_dir(dir.path("k8s")).output().unwrap();
    let expected = format!("https://h/{commit}/k8s/a%20b.yaml#8");
    assert_eq!(addresses(&String::from_utf8_lossy(&output.stdout)), [expected]);
}

#[test]
fn other_templates_are_refused() {
    let dir = repository();
    for (template, reason) in [
        ("javascript:alert(1)//{path}", "an address starts with https:// or http://"),
        ("https://h/app.yaml", "{path} must be in it"),
        ("https://h/{path}#{row}", "only {path}, {line} and {rev} can be in braces"),
    ] {
        let ran = dir.run_with(&["links", "--format", "html", "--source-url", template, "."], b"");
        assert_eq!((ran.status, ran.stdout.as_str()), (2, ""));
        assert!(ran.stderr.contains(&format!("--source-url {template}: {reason}")), "{}", ran.stderr);
    }
}

#[test]
fn what_comes_from_a_stream_has_no_address() {
    let args = ["links", "--format", "html", "--source-url", "https://h/{path}", "-"];
    let ran = repository().run_with(&args, APP.as_bytes());
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    assert!(addresses(&ran.stdout).is_empty(), "{}", ran.stdout);
}
