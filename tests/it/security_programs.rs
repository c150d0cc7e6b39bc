//! Programs in the repository, which do not take the place of those that are installed.

use std::env::{join_paths, split_paths, var_os};
use std::ffi::OsString;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use crate::impact_base::repository;
use crate::support::shell::{APP, Dir};

/// Puts a program into a directory that prints manifests and leaves a file behind.
fn put_program(dir: &Dir, path: &str, mark: &Path) {
    dir.put(path, format!("#!/bin/sh\ntouch {}\nprintf 'kind: x'\n", mark.display()));
    std::fs::set_permissions(dir.path(path), PermissionsExt::from_mode(0o755)).unwrap();
}

/// The path of programs, with entries before it that lead into the repository.
fn path_with(entries: &[PathBuf]) -> OsString {
    let path = var_os("PATH").unwrap();
    join_paths(entries.iter().cloned().chain(split_paths(&path))).unwrap()
}

#[test]
fn program_in_repository_is_not_run_by_name() {
    let Some(dir) = repository() else { return };
    dir.put("k8s/app.yaml", APP.replace("info", "debug"));
    let marks = Dir::with(&[]);
    for path in ["git", "bin/git", "cat", "bin/cat"] {
        put_program(&dir, path, &marks.path("mark"));
    }
    let elsewhere = Dir::with(&[]);
    std::os::unix::fs::symlink(dir.path("bin/git"), elsewhere.path("git")).unwrap();
    std::os::unix::fs::symlink(dir.path("bin"), elsewhere.path("bin")).unwrap();
    let absolute = [dir.path("bin"), elsewhere.root().to_owned(), elsewhere.path("bin")];
    let relative = ["", ".", "bin", "./bin"].map(PathBuf::from);
    for entry in relative.into_iter().chain(absolute) {
        let path = path_with(std::slice::from_ref(&entry));
        for args in
            [&["impact", "--base", "HEAD", "k8s"][..], &["impact", "--base", "HEAD", "--", "cat", "k8s/app.yaml"]]
        {
            let output = dir.command(args).env("PATH", &path).output().unwrap();
            let text = String::from_utf8(output.stdout).unwrap();
            assert!(text.contains("stays stale"), "{entry:?}: {}", String::from_utf8_lossy(&output.stderr));
        }
    }
    assert_eq!(marks.files("."), []);
}

#[test]
fn program_in_repository_is_run_by_path() {
    let Some(dir) = repository() else { return };
    dir.put("bin/render", "#!/bin/sh\ncat k8s/app.yaml\n");
    std::fs::set_permissions(dir.path("bin/render"), PermissionsExt::from_mode(0o755)).unwrap();
    dir.run("stamp -- ./bin/render").says("1 workload");
    let mut command = dir.command(&["stamp", "--", "render"]);
    let output = command.env("PATH", path_with(&[dir.path("bin")])).output().unwrap();
    let message = String::from_utf8(output.stderr).unwrap();
    let bin = dir.path("bin");
    let bin = bin.display();
    assert_eq!(output.status.code(), Some(2));
    assert!(message.contains(&format!("cannot run render: it is only in {bin}, an entry of PATH")), "{message}");
    assert!(message.contains(&format!("write {bin}/render to run it")), "{message}");
}
