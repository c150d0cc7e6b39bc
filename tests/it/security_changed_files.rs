//! Files of a large input that change while they are read: most of its texts are not held, and read again.

use std::fs;
use std::io::Read;
use std::process::{Command, Stdio};

use tempfile::TempDir;

/// More texts than are held.
fn large_tree() -> TempDir {
    let tree = tempfile::tempdir().unwrap();
    let filler =
        "# a comment that is as long as a line of a manifest may be, in a file that is read twice\n".repeat(330);
    for number in 0..700 {
        let config = format!(
            "{filler}apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: app-{number}\ndata:\n  KEY: value-{number}\n---\n\
             apiVersion: v1\nkind: Pod\nmetadata:\n  name: web-{number}\nspec:\n  containers:\n  - name: app\n    \
             image: app\n    envFrom:\n    - configMapRef:\n        name: app-{number}\n"
        );
        fs::write(tree.path().join(format!("{number:03}.yaml")), config).unwrap();
    }
    tree
}

/// Starts a run that waits for the reader of its output, changes the last file, and reads the rest.
fn run_with_change(arguments: &[&str]) -> (Option<i32>, String, String) {
    let tree = large_tree();
    let mut command = Command::new(env!("CARGO_BIN_EXE_rollstamp"));
    command.args(arguments).arg(tree.path()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut run = command.spawn().unwrap();
    // The output is more than a pipe takes.
    let mut start = [0];
    run.stdout.as_mut().unwrap().read_exact(&mut start).unwrap();
    fs::write(tree.path().join("699.yaml"), "apiVersion: v1\nkind: ConfigMap\n").unwrap();
    let output = run.wait_with_output().unwrap();
    let (stdout, stderr) = (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap());
    (output.status.code(), stdout, stderr)
}

#[test]
fn files_that_change_end_the_run() {
    let (status, stdout, errors) = run_with_change(&["stamp", "-q", "--diff"]);
    assert_eq!(status, Some(2), "{errors}");
    assert!(errors.contains("699.yaml: changed while it was read; run again"), "{errors}");
    assert!(stdout.contains("+++ ") && !stdout.contains("699.yaml"));
}

#[test]
fn a_stream_that_has_begun_is_printed_whole() {
    let (status, stdout, errors) = run_with_change(&["stamp", "-q"]);
    assert_eq!(status, Some(0), "{errors}");
    assert!(stdout.contains("KEY: value-699") && stdout.contains("name: web-699"));
}

#[test]
fn large_trees_are_written_in_place() {
    let tree = large_tree();
    for changed in [true, false] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_rollstamp"));
        let output = command.args(["stamp", "--write", "-v"]).arg(tree.path()).output().unwrap();
        let errors = String::from_utf8(output.stderr).unwrap();
        assert!(output.status.success(), "{errors}");
        assert_eq!(errors.contains("700 workloads stamped"), changed, "{errors}");
    }
    assert!(fs::read_to_string(tree.path().join("350.yaml")).unwrap().contains("rollstamp.dev/checksum: \""));
}
