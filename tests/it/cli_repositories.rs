//! Likenesses of repositories as they are found in public, each as it looks to somebody who tries the commands for the
//! first time: `testdata/repositories/<layout>`.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::support::shell::{Dir, Ran};

/// Copies a likeness, so that no repository around it decides what is tracked.
fn copy_of(layout: &Path) -> Dir {
    let dir = Dir::with(&[]);
    let mut pending = vec![layout.to_owned()];
    while let Some(directory) = pending.pop() {
        for entry in fs::read_dir(directory).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                pending.push(path);
            } else {
                let below = path.strip_prefix(layout).unwrap();
                // A file of ours with that name would decide what is committed.
                let name = below.to_str().unwrap().replace("gitignore", ".gitignore");
                dir.put(&name, fs::read(&path).unwrap());
            }
        }
    }
    dir
}

fn layouts() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/repositories");
    let mut layouts: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    layouts.sort();
    layouts
}

/// A run as it looks on a terminal.
fn transcript(dir: &Dir, args: &str) -> String {
    let Ran { status, stdout, stderr } = dir.run(args);
    format!("$ rollstamp {args}\n{stdout}{stderr}[exit status {status}]\n\n")
}

#[test]
fn first_commands_answer() {
    for layout in layouts() {
        let dir = copy_of(&layout);
        let shown = transcript(&dir, "links .") + &transcript(&dir, "stamp --check .") + &transcript(&dir, "stamp .");
        let name = layout.file_name().unwrap().to_str().unwrap();
        insta::with_settings!({snapshot_path => "snapshots/repositories", prepend_module_to_snapshot => false}, {
            insta::assert_snapshot!(name, shown);
        });
    }
}

#[test]
fn pages_draw_what_the_list_has() {
    for layout in layouts() {
        let dir = copy_of(&layout);
        let list = dir.run("links --format json .");
        let page = dir.run("links --format html .");
        assert_eq!((list.status, page.status), (0, 0), "{}: {}", layout.display(), page.stderr);
        let list: Value = serde_json::from_str(&list.stdout).unwrap();
        for link in list["links"].as_array().unwrap() {
            for object in [&link["workload"], &link["target"]] {
                let name = object["name"].as_str().unwrap();
                assert!(page.stdout.contains(name), "{}: {name}", layout.display());
            }
        }
    }
}

#[test]
fn the_output_can_be_applied() {
    for layout in layouts() {
        let dir = copy_of(&layout);
        let ran = dir.run("stamp --scope dir --allow-empty .");
        assert_eq!(ran.status, 0, "{}: {}", layout.display(), ran.stderr);
        let documents = serde_yaml::Deserializer::from_str(&ran.stdout);
        for document in documents {
            let object: serde_yaml::Value = serde::Deserialize::deserialize(document).unwrap();
            let is_object = object.is_null() || object["apiVersion"].is_string() && object["kind"].is_string();
            assert!(is_object, "{}: {object:?}", layout.display());
        }
    }
}

#[test]
fn json_names_the_generator_of_a_config() {
    let dir = copy_of(&Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/repositories/kustomize-overlays"));
    let list: Value = serde_json::from_str(&dir.run("links --format json --uses cm/nginx .").stdout).unwrap();
    let built = &list["links"][0]["builtBy"];
    assert_eq!((&built["file"], &built["line"]), (&"base/kustomization.yaml".into(), &5.into()), "{list}");
}

#[test]
fn pictures_say_what_comes_with_a_build() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/repositories/kustomize-overlays");
    let dir = copy_of(&folder);
    for (format, sign) in [("mermaid", "built by kustomize"), ("dot", "built by kustomize"), ("html", "\"built\"")] {
        let ran = dir.run(&format!("links --format {format} ."));
        assert!(ran.stdout.contains(sign) && !ran.stdout.contains("nginx<br/>not in the input"), "{}", ran.stdout);
    }
}
