//! Workflows and action.yml, by the programs that know their rules, and by the pins that we promise.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::support::peers::python_tool;
use crate::support::shell::Dir;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn workflows() -> Vec<PathBuf> {
    let directory = root().join(".github/workflows");
    let mut paths: Vec<PathBuf> = fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    assert!(paths.len() >= 2, "{paths:?}");
    paths
}

#[test]
fn they_are_valid_by_the_published_schemas() {
    let Some(program) = python_tool("check-jsonschema") else { return };
    let action = vec![root().join("action.yml")];
    let dependabot = vec![root().join(".github/dependabot.yml")];
    let kinds = [("github-actions", action), ("github-workflows", workflows()), ("dependabot", dependabot)];
    for (schema, files) in kinds {
        let schema = format!("vendor.{schema}");
        let output = Command::new(&program).args(["--builtin-schema", &schema]).args(files).output().unwrap();
        assert!(output.status.success(), "{schema}: {}", String::from_utf8_lossy(&output.stdout));
    }
}

#[test]
fn an_auditor_finds_nothing() {
    let Some(program) = python_tool("zizmor") else { return };
    let mut command = Command::new(program);
    command.args(["--offline", "--no-progress", "--persona=auditor", "--strict-collection"]).current_dir(root());
    let output = command.args(["action.yml", ".github", ".pre-commit-hooks.yaml"]).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
}

#[test]
fn everything_that_is_used_is_pinned_by_its_hash_and_named() {
    let mut count = 0;
    for path in workflows() {
        for line in fs::read_to_string(&path).unwrap().lines() {
            let Some((_, used)) = line.split_once("uses: ") else { continue };
            count += 1;
            let Some((name, rest)) = used.split_once('@') else {
                assert!(used.starts_with("./ "), "{used}");
                continue;
            };
            let (hash, version) = rest.split_once(" # v").unwrap_or_else(|| panic!("no version: {used}"));
            assert!(hash.len() == 40 && hash.bytes().all(|byte| byte.is_ascii_hexdigit()), "{name}: {hash}");
            assert!(version.starts_with(|letter: char| letter.is_ascii_digit()), "{used}");
        }
    }
    assert!(count >= 10, "the workflows have lost their steps");
}

#[test]
fn notes_of_a_release_are_its_section_of_the_changelog() {
    let dir = Dir::with(&[]);
    let script = fs::read(root().join("scripts/release-notes")).unwrap();
    dir.put("scripts/release-notes", script);
    dir.put("Cargo.toml", "[package]\nversion = \"1.2.3\"\n[dependencies]\nx = \"1\"\n");
    dir.put(
        "CHANGELOG.md",
        "# Changelog\n\n## [1.2.3] - 2030-01-01\n\n### Added\n- this\n\n## [1.2.2] - 2029-01-01\n- that\n",
    );
    let notes = |version: &str| {
        let output = Command::new("bash").arg(dir.path("scripts/release-notes")).arg(version).output().unwrap();
        let said = String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap();
        (output.status.success(), said.trim().to_owned())
    };
    assert_eq!(notes("1.2.3"), (true, "### Added\n- this".to_owned()));
    assert_eq!(notes("1.2.2"), (false, "release-notes: Cargo.toml has version 1.2.3, not 1.2.2".to_owned()));
    dir.put("CHANGELOG.md", "# Changelog\n\n## [Unreleased]\n- this\n");
    assert_eq!(notes("1.2.3"), (false, "release-notes: CHANGELOG.md has no section for 1.2.3".to_owned()));
}
