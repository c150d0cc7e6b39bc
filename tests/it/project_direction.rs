//! The house rules that a test can hold: which module may use which, and that the library does no I/O.

use std::fs;
use std::path::{Path, PathBuf};

use crate::support::imports::{Crate, circles};

/// The modules in reading order: each uses only those before it.
const ORDER: &[&str] = &[
    "hash_map",
    "setters",
    "index",
    "escape",
    "suggest",
    "source",
    "diagnostic",
    "edit",
    "stream",
    "diff",
    "yaml",
    "kinds",
    "rules",
    "bundle",
    "sha256",
    "content",
    "digest",
    "suffix",
    "graph",
    "plan",
    "repository",
    "impact",
    "report",
    "hosts",
    "lib",
];

#[test]
fn modules_use_only_what_stands_before_them() {
    let wrong: Vec<String> = library_files()
        .iter()
        .flat_map(|(module, path, text)| {
            violations(module, text).into_iter().map(move |what| format!("{path}: {what}"))
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_planted_violation_is_seen() {
    assert_eq!(violations("edit", "use crate::graph::Graph;"), ["uses crate::graph"]);
    assert_eq!(violations("yaml", "std::fs::read(x)"), ["uses std::fs"]);
    assert!(violations("graph", "use crate::yaml::Node; use crate::graph::Link;").is_empty());
}

#[test]
fn files_use_each_other_in_one_direction() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let library = Crate::read(&root, "lib.rs", &["bin"]);
    let binary = Crate::read(&root.join("bin/rollstamp"), "main.rs", &[]);
    for (root_file, files) in [("lib.rs", library), ("main.rs", binary)] {
        assert!(files.files().count() > 80, "the files were not found");
        let edges = files.edges();
        assert!(edges.len() > 60, "the imports were not found");
        let found = circles(&edges);
        assert!(found.is_empty(), "{root_file}: modules use each other in circles: {found:#?} by {edges:#?}");
    }
}

#[test]
fn a_planted_circle_is_seen() {
    let found = |files: &[(&str, &str)]| circles(&Crate::new("lib.rs", files).edges());
    let (root, facade) = (("lib.rs", "mod graph;"), ("graph.rs", "mod link; mod pods; pub use link::{Link, join};"));
    let link = ("graph/link.rs", "pub struct Link; pub fn join() {}");
    assert!(found(&[root, facade, link, ("graph/pods.rs", "use super::Link; pub fn pods(_: Link) {}")]).is_empty());
    // Through a re-export, by a path in a call, and in the tokens of a macro.
    let back = ("graph/link.rs", "pub struct Link; pub fn join() { super::pods::pods() }");
    for text in ["use super::Link;", "fn f() { crate::graph::join() }", "fn f() { vec![super::Link] }"] {
        let pods = format!("{text} pub fn pods() {{}}");
        let [(folder, circle)] = &found(&[root, facade, back, ("graph/pods.rs", &pods)])[..] else {
            panic!("the circle was not seen by {text}");
        };
        assert_eq!(folder, "graph/");
        assert_eq!(circle.iter().collect::<Vec<_>>(), ["link", "pods"]);
    }
    // What only unit tests use is no import.
    let tests = "pub fn pods() {} #[cfg(test)] mod tests { use super::super::Link; }";
    assert!(found(&[root, facade, back, ("graph/pods.rs", tests)]).is_empty());
}

/// What a file of a module must not use and does.
fn violations(module: &str, text: &str) -> Vec<String> {
    let place = ORDER.iter().position(|name| *name == module).unwrap_or_else(|| panic!("{module} has no place"));
    let later = ORDER[place + 1..].iter().map(|name| format!("crate::{name}"));
    let io = ["std::fs", "std::env", "std::process", "std::io", "println!", "eprintln!"].map(String::from);
    let used = |path: &String| {
        text.match_indices(path.as_str()).any(|(at, _)| {
            let next = text[at + path.len()..].chars().next();
            !next.is_some_and(|c| c.is_alphanumeric() || c == '_')
        })
    };
    later.chain(io).filter(used).map(|path| format!("uses {path}")).collect()
}

/// Module, path and code of every file of the library that is not for its tests, doc comments left out.
fn library_files() -> Vec<(String, String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut open: Vec<PathBuf> = vec![root.clone()];
    let mut files = Vec::new();
    while let Some(directory) = open.pop() {
        for entry in fs::read_dir(directory).unwrap() {
            let path = entry.unwrap().path();
            let relative = path.strip_prefix(&root).unwrap().to_string_lossy().into_owned();
            if path.is_dir() {
                if relative != "bin" {
                    open.push(path);
                }
                continue;
            }
            let module = relative.split(['/', '.']).next().unwrap().to_string();
            let text = fs::read_to_string(&path).unwrap();
            // What is built for tests only may write what it publishes.
            if text.contains("\n#![cfg(test)]\n") {
                continue;
            }
            let code = text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n");
            files.push((module, relative, code));
        }
    }
    assert!(files.len() > 20, "the library's files were not found");
    files
}
