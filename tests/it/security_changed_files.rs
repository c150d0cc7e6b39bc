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
            "{filler}apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: app-{number}\ndata:\n  KEY: value-{number}\n"
        );
        fs::write(tree.path().join(format!("{number:03}.yaml")), config).unwrap();
    }
    let workload = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\nspec:\n  containers:\n  - name: app\n    \
                    image: app\n    envFrom:\n    - configMapRef:\n        name: app-699\n";
    fs::write(tree.path().join("web.yaml"), workload).unwrap();
    tree
}

#[test]
fn files_that_change_end_the_run() {
    let tree = large_tree();
    let mut command = Command::new(env!("CARGO_BIN_EXE_rollstamp"));
    command.arg("stamp").arg(tree.path()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut run = command.spawn().unwrap();
    // The output is more than a pipe takes, so the run waits for its reader.
    let mut start = [0];
    run.stdout.as_mut().unwrap().read_exact(&mut start).unwrap();
    fs::write(tree.path().join("699.yaml"), "apiVersion: v1\nkind: ConfigMap\n").unwrap();
    let output = run.wait_with_output().unwrap();
    let errors = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{errors}");
    assert!(errors.contains("699.yaml: changed while it was read; run again"), "{errors}");
    assert!(!String::from_utf8(output.stdout).unwrap().contains("name: web"));
}

#[test]
fn large_trees_are_written_in_place() {
    let tree = large_tree();
    for changed in [true, false] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_rollstamp"));
        let output = command.args(["stamp", "--write", "-v"]).arg(tree.path()).output().unwrap();
        let errors = String::from_utf8(output.stderr).unwrap();
        assert!(output.status.success(), "{errors}");
        assert_eq!(errors.contains("1 workload stamped"), changed, "{errors}");
    }
    assert!(fs::read_to_string(tree.path().join("web.yaml")).unwrap().contains("rollstamp.dev/checksum: \""));
}
