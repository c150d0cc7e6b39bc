//! What the README and the book show is what happens: the examples of a page are run, one after the other, in a copy of
//! the example that they name. `INSTA_UPDATE=always` writes what happens into the pages.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::support::peers::installed;
use crate::support::report_schemas;
use crate::support::shell::Dir;

/// A command of an example, and what it is said to print.
struct Step<'a> {
    command: &'a str,
    prints: String,
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(page: &str) -> String {
    fs::read_to_string(root().join(page)).unwrap()
}

/// The README and the pages of the book.
fn pages() -> Vec<String> {
    let mut pages = vec!["README.md".to_string()];
    for entry in fs::read_dir(root().join("docs")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        if name.ends_with(".md") {
            pages.push(format!("docs/{name}"));
        }
    }
    pages.sort();
    pages
}

/// The blocks of a language, without their fences.
fn blocks<'a>(text: &'a str, language: &str) -> Vec<&'a str> {
    let fence = format!("\n```{language}\n");
    let starts = text.split(&fence).skip(1);
    starts.map(|rest| &rest[..rest.find("```").unwrap_or_else(|| panic!("an open block: {rest}"))]).collect()
}

fn steps(block: &str) -> Vec<Step<'_>> {
    let mut steps: Vec<Step<'_>> = Vec::new();
    for line in block.lines() {
        match (line.strip_prefix("$ "), steps.last_mut()) {
            (Some(command), _) => steps.push(Step { command, prints: String::new() }),
            (None, Some(step)) => step.prints.extend([line, "\n"]),
            (None, None) => panic!("an example starts with `$ `: {line}"),
        }
    }
    steps
}

/// The directories that the examples name.
const EXAMPLES: [&str; 2] = ["testdata/example", "testdata/cases/secrets-that-controllers-make/in"];

/// The examples of the repository, where they may be changed.
fn copy_of_example() -> Dir {
    let dir = Dir::with(&[]);
    for example in EXAMPLES {
        for entry in fs::read_dir(root().join(example)).unwrap() {
            let path = entry.unwrap().path();
            let name = format!("{example}/{}", path.file_name().unwrap().to_str().unwrap());
            dir.put(&name, fs::read(&path).unwrap());
        }
    }
    dir
}

/// What a shell prints, as on a terminal: stdout and stderr.
fn printed(dir: &Dir, command: &str) -> String {
    let binary = PathBuf::from(env!("CARGO_BIN_EXE_rollstamp"));
    let path = std::env::join_paths(
        [binary.parent().unwrap().to_owned()]
            .into_iter()
            .chain(std::env::split_paths(&std::env::var_os("PATH").unwrap())),
    );
    let mut shell = Command::new("sh");
    shell.args(["-c", &format!("{{ {command}; }} 2>&1")]).current_dir(dir.root()).env("PATH", path.unwrap());
    let output = shell.stdin(Stdio::null()).env_remove("ROLLSTAMP_SECRET_KEY_FILE").output().unwrap();
    String::from_utf8(output.stdout).unwrap()
}

#[cfg(unix)]
#[test]
fn the_examples_print_what_they_say() {
    if Command::new("sha256sum").arg("--version").output().is_err() {
        println!("skipped: there is no sha256sum");
        return;
    }
    let count: usize = pages().iter().map(|page| run_examples(page)).sum();
    assert!(count >= 9, "the pages have lost their examples");
}

/// Runs the examples of a page, and returns their number.
#[cfg(unix)]
fn run_examples(page: &str) -> usize {
    let text = read(page);
    let dir = copy_of_example();
    let mut real_text = text.clone();
    let mut count = 0;
    for block in blocks(&text, "console") {
        let mut real_block = String::new();
        let mut here = String::new();
        for Step { command, prints } in steps(block) {
            if let Some(directory) = command.strip_prefix("cd ") {
                here = format!("cd {directory} && ");
                real_block.push_str(&format!("$ {command}\n"));
                continue;
            }
            let really = printed(&dir, &format!("{here}{command}"));
            real_block.push_str(&format!("$ {command}\n{really}"));
            count += 1;
            if std::env::var("INSTA_UPDATE").as_deref() != Ok("always") {
                assert_eq!(really, prints, "{page}: $ {command}");
            }
        }
        real_text = real_text.replacen(&format!("```console\n{block}"), &format!("```console\n{real_block}"), 1);
    }
    if real_text != text {
        fs::write(root().join(page), real_text).unwrap();
    }
    count
}

#[test]
fn the_readme_is_short_and_has_its_two_commands() {
    let text = read("README.md");
    assert!(text.len() <= 13_000, "{} bytes: what is not needed first belongs into docs", text.len());
    assert!(text.contains("\n    cargo run --release -- stamp --diff testdata/example\n    ./test.sh\n"));
}

#[test]
fn the_book_has_every_page() {
    let summary = read("docs/SUMMARY.md");
    for page in pages() {
        let Some(name) = page.strip_prefix("docs/") else { continue };
        assert!(name == "SUMMARY.md" || summary.contains(&format!("]({name})")), "{name} is not in docs/SUMMARY.md");
    }
}

#[test]
fn the_book_is_built_and_its_links_lead_somewhere() {
    let (Some(mdbook), true) = (installed("mdbook"), installed("jq").is_some() && installed("python3").is_some())
    else {
        println!("skipped: mdbook, jq or python3 is not installed");
        return;
    };
    let dir = Dir::with(&[]);
    let site = dir.path("book");
    let built = Command::new(mdbook).arg("build").arg(root().join("docs")).arg("-d").arg(&site).output().unwrap();
    assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
    assert!(dir.get("book/introduction.html").contains("/blob/main/README.md"), "links out of the book");
    // The playground is built into it by scripts/build-book.
    dir.put("book/try.html", "");
    let checked = Command::new(root().join("scripts/check-book")).arg(&site).output().unwrap();
    assert!(checked.status.success(), "{}", String::from_utf8_lossy(&checked.stderr));
    fs::write(site.join("stamp.html"), "<a href=gone.html>x</a><a href='faq.html#gone'>y</a>").unwrap();
    let checked = Command::new(root().join("scripts/check-book")).arg(&site).output().unwrap();
    let said = String::from_utf8_lossy(&checked.stderr).into_owned();
    assert!(said.contains("gone.html: there is no such file") && said.contains("#gone: there is no such element"));
}

/// A comment of `impact` is quoted as it is printed, so that GitHub draws it as it would draw the comment.
#[test]
fn the_comment_is_a_real_one() {
    let page = "docs/impact.md";
    let text = read(page);
    let (before, rest) = text.split_once("<!-- begin: rollstamp ").unwrap();
    let (args, rest) = rest.split_once(" -->\n").unwrap();
    let (quoted, after) = rest.split_once("<!-- end -->").unwrap();
    let binary = Path::new(env!("CARGO_BIN_EXE_rollstamp"));
    let output = Command::new(binary).args(args.split(' ')).current_dir(root()).output().unwrap();
    let printed = String::from_utf8(output.stdout).unwrap();
    let really: String = printed.lines().map(|line| format!("> {line}").trim_end().to_owned() + "\n").collect();
    if std::env::var("INSTA_UPDATE").as_deref() == Ok("always") {
        let told = format!("{before}<!-- begin: rollstamp {args} -->\n{really}<!-- end -->{after}");
        if told != text {
            fs::write(root().join(page), told).unwrap();
        }
    } else {
        assert_eq!(quoted, really, "{page}");
    }
}

/// The steps of the page about CI write a new comment the first time, and the same comment afterwards.
#[cfg(unix)]
#[test]
fn the_comment_is_kept_up_to_date() {
    let text = read("docs/ci.md");
    let (_, script) = blocks(&text, "yaml")[0].split_once("run: |\n").unwrap();
    let dir = Dir::with(&[("report.md", "<!-- rollstamp impact -->\n")]);
    // Stands for the program of GitHub: prints what the API would answer, and keeps what it was asked for.
    dir.put("bin/gh", "#!/bin/sh\necho \"$@\" >>asked\ncase \"$*\" in *--jq*) cat answer ;; esac\n");
    let made = Command::new("chmod").args(["+x", "bin/gh"]).current_dir(dir.root()).status().unwrap();
    assert!(made.success());
    for (answer, asked) in [
        ("", "api repos/o/r/issues/7/comments --field body=@report.md --silent"),
        ("41\n42\n", "api --method PATCH repos/o/r/issues/comments/41 --field body=@report.md --silent"),
    ] {
        dir.put("answer", answer);
        let path = format!("{}:{}", dir.path("bin").display(), std::env::var("PATH").unwrap());
        let mut shell = Command::new("bash");
        shell.args(["-eo", "pipefail", "-c", script]).current_dir(dir.root()).env("PATH", path);
        shell.envs([("GITHUB_REPOSITORY", "o/r"), ("PULL", "7"), ("REPORT", "report.md")]);
        assert!(shell.status().unwrap().success());
        assert_eq!(dir.get("asked").lines().last(), Some(asked));
    }
}

#[test]
fn the_undo_of_the_readme_undoes() {
    let dir = copy_of_example();
    let before = dir.files(".");
    dir.run("stamp --write testdata/example").prints("");
    assert_ne!(dir.files("."), before);
    dir.run("stamp --remove --write testdata/example").prints("");
    assert_eq!(dir.files("."), before);
}

#[test]
fn the_options_file_is_one() {
    let text = read("docs/options.md");
    let dir = copy_of_example();
    let options = blocks(&text, "yaml");
    assert!(!options.is_empty());
    dir.put("rollstamp.yaml", options[0]);
    let ran = dir.run("stamp --check .");
    assert_eq!(ran.status, 1, "{}", ran.stderr);
    assert!(ran.stdout.contains("prod/Deployment/web"), "the options count: {}", ran.stdout);
}

#[test]
fn the_json_has_the_fields_that_are_shown() {
    let text = fs::read_to_string(root().join("docs/json.md")).unwrap();
    let shown: serde_json::Value = serde_json::from_str(blocks(&text, "json")[0]).unwrap();
    report_schemas::check("links", &shown).unwrap();
    let real: serde_json::Value = serde_json::from_str(&copy_of_example().run("links --format json .").stdout).unwrap();
    let keys = |value: &serde_json::Value| -> Vec<String> { value.as_object().unwrap().keys().cloned().collect() };
    assert_eq!(keys(&shown), keys(&real));
    assert_eq!(keys(&shown["links"][0]), keys(&real["links"][0]));
    assert_eq!(keys(&shown["links"][0]["workload"]), keys(&real["links"][0]["workload"]));
    assert_eq!(keys(&shown["links"][0]["target"]), keys(&real["links"][0]["target"]));
}

#[test]
fn every_flag_that_is_named_exists() {
    let dir = Dir::with(&[]);
    let help: String = ["stamp", "rename", "links", "impact", "explain", "apps"]
        .map(|verb| dir.run(&format!("{verb} --help")).stdout)
        .concat();
    // Pages that are not about the command line name flags of many programs.
    let others = ["docs/performance.md", "docs/reliability.md", "docs/rules.md", "docs/json.md", "docs/kinds.md"];
    let text: String = pages().iter().filter(|page| !others.contains(&page.as_str())).map(|page| read(page)).collect();
    let is_flag = |letter: char| letter.is_ascii_lowercase() || letter == '-';
    let flags = text.match_indices("--").map(|(at, _)| text[at..].split(|c| !is_flag(c)).next().unwrap());
    // Flags of cargo, kustomize, kubectl, kpt, git and gh.
    let theirs = [
        "--locked",
        "--path",
        "--release",
        "--enable-alpha-plugins",
        "--append-hash",
        "--dry-run",
        "--exec",
        "--name-only",
        "--paginate",
        "--jq",
        "--method",
        "--field",
        "--silent",
    ];
    let ours = flags.filter(|flag| !["--", "---"].contains(flag) && !theirs.contains(flag));
    let unknown: Vec<&str> = ours.filter(|flag| !help.contains(flag)).collect();
    assert!(unknown.is_empty(), "{unknown:?}");
}

#[test]
fn every_link_leads_to_a_file() {
    for page in pages() {
        let directory = root().join(&page).parent().unwrap().to_owned();
        for target in read(&page).split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            let file = target.split('#').next().unwrap_or_default();
            // The playground is built into the book.
            let is_web = target.starts_with("https://") || target == "try.html";
            assert!(is_web || file.is_empty() || directory.join(file).is_file(), "{page}: {target}");
        }
    }
}
