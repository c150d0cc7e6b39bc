//! The hooks for pre-commit, run by pre-commit.

use std::path::Path;
use std::process::{Command, Output};

use crate::support::peers::python_tool;
use crate::support::shell::{APP, Dir};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn git(dir: &Path, args: &[&str]) -> Output {
    Command::new("git").args(args).current_dir(dir).output().unwrap()
}

#[test]
fn the_manifest_is_valid() {
    let Some(program) = python_tool("pre-commit") else { return };
    let output = Command::new(program)
        .args(["validate-manifest", ".pre-commit-hooks.yaml"])
        .current_dir(root())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
}

#[test]
#[ignore = "slow: builds the product in an environment of pre-commit"]
fn the_hooks_check_and_stamp() {
    let Some(program) = python_tool("pre-commit") else { return };
    if !git(root(), &["rev-parse", "HEAD"]).status.success() {
        println!("skipped: this is no git repository that pre-commit could take the hooks from");
        return;
    }
    let dir = Dir::with(&[("k8s/app.yaml", APP)]);
    assert!(git(dir.root(), &["init", "--quiet"]).status.success());
    assert!(git(dir.root(), &["add", "--all"]).status.success());
    let binary = Path::new(env!("CARGO_BIN_EXE_rollstamp")).parent().unwrap();
    let path = format!("{}:{}", binary.display(), std::env::var("PATH").unwrap());

    let mut command = Command::new(program);
    command.arg("try-repo").arg(root()).args(["--all-files", "--color=never"]).current_dir(dir.root());
    command.envs(crate::release::quick_release()).env("PATH", path);
    command.env("PRE_COMMIT_HOME", dir.path(".git/pre-commit")).env_remove("GIT_DIR").env_remove("GIT_INDEX_FILE");
    let output = command.output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(1), "{said}{}", String::from_utf8_lossy(&output.stderr));

    // The hooks run in the order of their names: both checks fail, one stamp changes files, the other finds it done.
    let results: Vec<&str> =
        said.lines().filter(|line| line.contains("....")).map(|line| &line[line.rfind('.').unwrap() + 1..]).collect();
    assert_eq!(results, ["Failed", "Failed", "Failed", "Passed"], "{said}");
    assert!(said.contains("k8s/app.yaml:14:5: Deployment/web: needs stamp"), "{said}");
    assert!(said.contains("- files were modified by this hook"), "{said}");
    assert!(dir.get("k8s/app.yaml").contains("rollstamp.dev/checksum: "));
}
