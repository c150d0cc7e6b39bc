//! What files of a pull request, or a repository of somebody else, must not make git do.

use std::process::Command;

use crate::impact_base::{commit, git, has_git, repository};
use crate::support::shell::{APP, Dir, Ran};

/// Settings of git each of which runs a program that leaves a file behind. `AT` is the directory for that file.
const PROGRAMS: &str = "\
[core]
	fsmonitor = touch AT/fsmonitor
	sshCommand = touch AT/ssh;
	hooksPath = k8s/hooks
	gitProxy = touch AT/proxy
	alternateRefsCommand = touch AT/refs
	pager = touch AT/pager
	editor = touch AT/editor
	askPass = AT/askpass
[diff]
	external = touch AT/external
[diff \"trick\"]
	textconv = touch AT/textconv
	command = touch AT/command
[filter \"trick\"]
	smudge = touch AT/smudge; cat
	clean = touch AT/clean; cat
	required = true
[filter \"long\"]
	process = touch AT/process
[submodule]
	recurse = true
[credential]
	helper = !touch AT/credential
";

/// The files that a program left behind.
fn left_behind(marks: &Dir) -> Vec<String> {
    marks.files(".").into_iter().map(|(path, _)| path).collect()
}

fn programs(marks: &Dir) -> String {
    PROGRAMS.replace("AT", marks.root().to_str().unwrap())
}

/// Every way in which a base is read from a revision, run from the top and from below.
fn compare_in_every_way(dir: &Dir, base: &str) -> Vec<Ran> {
    let below = |args: &[&str]| {
        let output = dir.command(args).current_dir(dir.path("k8s")).output().unwrap();
        Ran {
            status: output.status.code().unwrap(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    };
    vec![
        dir.run(&format!("impact --base {base} k8s")),
        dir.run(&format!("impact --base {base} k8s/app.yaml")),
        dir.run(&format!("impact --base {base} -- cat k8s/app.yaml")),
        below(&["impact", "--base", base, "."]),
        below(&["impact", "--base", base, "app.yaml"]),
        below(&["impact", "--base", base, "--", "cat", "app.yaml"]),
    ]
}

#[track_caller]
fn all_see_the_change(runs: &[Ran]) {
    for ran in runs {
        assert_eq!(ran.status, 0, "{}", ran.stderr);
        assert!(ran.stdout.contains("stays stale"), "{}{}", ran.stdout, ran.stderr);
    }
}

/// A repository whose manifests have changed since `main`, which holds what a bare repository consists of.
fn with_bare_repository(config: &str) -> Option<Dir> {
    let dir = repository()?;
    dir.put("k8s/app.yaml", APP.replace("info", "debug"));
    let main = git(&dir, &["rev-parse", "main"]);
    dir.put("k8s/HEAD", "ref: refs/heads/main\n");
    dir.put("k8s/refs/heads/main", main);
    dir.put("k8s/objects/.keep", "");
    dir.put("k8s/config", config);
    git(&dir, &["checkout", "--quiet", "-b", "change"]);
    commit(&dir, "two");
    Some(dir)
}

#[test]
fn bare_repository_in_manifests_is_not_used() {
    let marks = Dir::with(&[]);
    let at = marks.root().display();
    let promisor = format!(
        "[core]\n\trepositoryformatversion = 1\n\tbare = false\n\tworktree = ..\n[extensions]\n\tpartialClone = origin\n\
         [remote \"origin\"]\n\turl = {at}\n\tpromisor = true\n\tuploadpack = \"touch {at}/uploadpack; git-upload-pack\"\n"
    );
    for config in [promisor, programs(&marks)] {
        let Some(dir) = with_bare_repository(&config) else { return };
        all_see_the_change(&compare_in_every_way(&dir, "main"));
        assert_eq!(left_behind(&marks), [""; 0]);
    }
}

#[test]
fn alternates_in_manifests_are_not_used() {
    let Some(dir) = with_bare_repository("[core]\n\tbare = true\n") else { return };
    // The objects are there, and by the reference that stands there nothing has changed.
    dir.put("k8s/objects/info/alternates", format!("{}\n", dir.path(".git/objects").display()));
    dir.put("k8s/refs/heads/main", git(&dir, &["rev-parse", "change"]));
    all_see_the_change(&compare_in_every_way(&dir, "main"));
}

#[test]
fn configured_work_tree_is_not_used() {
    let Some(dir) = with_bare_repository("") else { return };
    let elsewhere = Dir::with(&[]);
    git(&dir, &["config", "core.worktree", elsewhere.root().to_str().unwrap()]);
    all_see_the_change(&compare_in_every_way(&dir, "main"));
    assert_eq!(elsewhere.files("."), []);
}

#[test]
#[cfg(unix)]
fn an_included_file_of_the_work_tree_runs_nothing() {
    use std::os::unix::fs::PermissionsExt;
    let marks = Dir::with(&[]);
    let Some(dir) = with_bare_repository("") else { return };
    dir.put(".gitconfig", programs(&marks));
    dir.put(".gitattributes", "*.yaml filter=trick diff=trick\n*.json filter=long\n");
    dir.put("k8s/b.json", "{}\n");
    for hook in ["post-index-change", "post-checkout", "reference-transaction"] {
        let path = format!("k8s/hooks/{hook}");
        dir.put(&path, format!("#!/bin/sh\ntouch {}/{hook}\n", marks.root().display()));
        std::fs::set_permissions(dir.path(&path), PermissionsExt::from_mode(0o755)).unwrap();
    }
    commit(&dir, "three");
    git(&dir, &["branch", "--force", "main", "HEAD"]);
    dir.put("k8s/app.yaml", APP.replace("info", "trace"));
    git(&dir, &["config", "include.path", "../.gitconfig"]);
    all_see_the_change(&compare_in_every_way(&dir, "main"));
    assert_eq!(left_behind(&marks), [""; 0]);
}

#[test]
#[cfg(unix)]
fn a_filter_of_the_user_is_run() {
    let Some(dir) = repository() else { return };
    dir.put(".gitattributes", "*.yaml filter=level\n");
    commit(&dir, "two");
    git(&dir, &["config", "filter.level.smudge", "sed s/info/smudged/"]);
    let ran = dir.run("impact --diff --base HEAD -- cat k8s/app.yaml");
    assert!(ran.stdout.contains("-smudged"), "{}{}", ran.stdout, ran.stderr);
}

#[test]
fn missing_blob_of_partial_clone_is_named_and_not_fetched() {
    let marks = Dir::with(&[]);
    let Some(dir) = repository() else { return };
    dir.put("k8s/app.yaml", APP.replace("info", "debug"));
    commit(&dir, "two");
    git(&dir, &["config", "uploadpack.allowFilter", "true"]);
    git(&dir, &["config", "uploadpack.allowAnySHA1InWant", "true"]);
    let url = format!("file://{}", dir.root().display());
    for filter in ["--filter=blob:none", "--filter=tree:0"] {
        git(&dir, &["clone", "--quiet", filter, &url, "partial"]);
        let partial = |args: &[&str]| dir.command(args).current_dir(dir.path("partial")).output().unwrap();
        let said = |args: &[&str]| {
            let output = partial(args);
            assert_eq!(output.status.code(), Some(2));
            String::from_utf8(output.stderr).unwrap()
        };
        let remote = ["config", "remote.origin.url"];
        for (url, program) in [(url.as_str(), "uploadpack"), ("ssh://host/x", "sshCommand"), ("ext::touch AT/ext", "x")]
        {
            let at = marks.root().to_str().unwrap();
            let mut command = Command::new("git");
            command.current_dir(dir.path("partial")).args(remote).arg(url.replace("AT", at)).status().unwrap();
            let key = if program == "uploadpack" { "remote.origin.uploadpack" } else { "core.sshCommand" };
            let mut command = Command::new("git");
            command.current_dir(dir.path("partial")).args(["config", key, &format!("touch {at}/{program};")]);
            command.status().unwrap();
            for args in [
                &["impact", "--base", "HEAD~1", "k8s"][..],
                &["impact", "--base", "HEAD~1", "--", "cat", "k8s/app.yaml"],
            ] {
                let said = said(args);
                let way = "`git ls-tree -r --full-tree --object-only 'HEAD~1' | git fetch --no-tags --stdin origin`";
                assert!(said.contains("this partial clone does not have all files") && said.contains(way), "{said}");
            }
        }
        assert_eq!(left_behind(&marks), [""; 0]);
        std::fs::remove_dir_all(dir.path("partial")).unwrap();
    }
}

#[test]
#[cfg(unix)]
fn the_fetch_that_is_named_gets_what_is_missing() {
    let Some(dir) = repository() else { return };
    dir.put("k8s/app.yaml", APP.replace("info", "debug"));
    commit(&dir, "two");
    git(&dir, &["config", "uploadpack.allowFilter", "true"]);
    git(&dir, &["config", "uploadpack.allowAnySHA1InWant", "true"]);
    let url = format!("file://{}", dir.root().display());
    git(&dir, &["clone", "--quiet", "--filter=blob:none", &url, "partial"]);
    let run = || dir.command(&["impact", "--base", "HEAD~1", "k8s"]).current_dir(dir.path("partial")).output().unwrap();
    let said = String::from_utf8(run().stderr).unwrap();
    let fetch = said.split('`').nth(1).unwrap();
    let mut shell = Command::new("sh");
    assert!(shell.arg("-c").arg(fetch).current_dir(dir.path("partial")).output().unwrap().status.success());
    assert_eq!(run().status.code(), Some(0));
}

#[test]
fn option_like_revision_is_refused() {
    let Some(dir) = repository() else { return };
    for base in ["-x", "git:-x", "--output=k8s/pwned", "git:--output=k8s/pwned", "git:", "--all", "git:--all"] {
        let ran = dir.run_with(&["impact", &format!("--base={base}"), "k8s"], b"");
        ran.fails(&format!("--base {base}: no such revision"));
    }
    for base in ["^main", "main..HEAD", "main:k8s/app.yaml", "main^{tree}"] {
        dir.run_with(&["impact", "--base", base, "k8s"], b"").fails("no such revision in this repository");
    }
    assert_eq!(dir.files("k8s").len(), 1);
}

#[test]
fn repository_is_found_from_paths() {
    let Some(dir) = repository() else { return };
    dir.put("k8s/app.yaml", APP.replace("info", "debug"));
    commit(&dir, "two");
    git(&dir, &["worktree", "add", "--quiet", "linked", "main~1"]);
    git(&dir, &["clone", "--quiet", ".", "other"]);
    // A linked work tree and a submodule have a file `.git`.
    let ran = dir.run("impact --base main linked/k8s");
    assert!(ran.stdout.contains("in main line 6"), "{}{}", ran.stdout, ran.stderr);
    git(&dir, &["-c", "protocol.file.allow=always", "submodule", "--quiet", "add", "./other", "inner"]);
    assert!(dir.path("inner/.git").is_file());
    let ran = dir.run("impact --base HEAD~1 inner/k8s");
    assert!(ran.stdout.contains("inner/k8s/app.yaml:6, in HEAD~1 line 6"), "{}{}", ran.stdout, ran.stderr);
    dir.run("impact --base HEAD k8s other/k8s").fails("k8s and other/k8s are in different git repositories");
    let outside = Dir::with(&[("a.yaml", APP)]);
    let outside = outside.path("a.yaml");
    dir.run(&format!("impact --base HEAD k8s {}", outside.display())).fails("is outside the git repository");
    dir.run("impact --base HEAD k8s linked/k8s").fails("are in different git repositories");
}

#[test]
fn git_dir_of_hook_overrides_discovery() {
    let Some(dir) = repository() else { return };
    dir.put("k8s/app.yaml", APP.replace("info", "debug"));
    git(&dir, &["clone", "--quiet", ".", "other"]);
    git(&dir, &["commit", "--quiet", "--allow-empty", "--message", "two"]);
    for git_dir in [".git", dir.path(".git").to_str().unwrap()] {
        let mut command = dir.command(&["impact", "--base", "HEAD~1", "k8s"]);
        let output = command.env("GIT_DIR", git_dir).env("GIT_INDEX_FILE", ".git/index").output().unwrap();
        assert!(String::from_utf8(output.stdout).unwrap().contains("stays stale"));
    }
    let mut command = dir.command(&["impact", "--base", "HEAD~1", "other/k8s"]);
    let output = command.env("GIT_DIR", "other/.git").output().unwrap();
    assert!(String::from_utf8(output.stderr).unwrap().contains("HEAD~1: no such path, and no such revision"));
    let mut command = dir.command(&["impact", "--base", "HEAD~1", "k8s"]);
    let output = command.env("GIT_DIR", "nowhere").output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    // Below the top, the work tree of the repository is known all the same.
    let mut command = dir.command(&["impact", "--base", "HEAD~1", "."]);
    let output = command.env("GIT_DIR", "../.git").current_dir(dir.path("k8s")).output().unwrap();
    assert!(String::from_utf8(output.stdout).unwrap().contains("stays stale"));
}

#[test]
#[cfg(unix)]
fn a_repository_of_somebody_else_is_refused_as_git_refuses_it() {
    use std::os::unix::fs::chown;
    if !has_git() {
        return;
    }
    let Some(dir) = repository() else { return };
    dir.put("k8s/app.yaml", APP.replace("info", "debug"));
    if chown(dir.root(), Some(12345), None).is_err() {
        println!("skipped: only root can give a directory away");
        return;
    }
    let home = Dir::with(&[]);
    let run = |variables: &[(&str, &str)]| {
        let mut command = dir.command(&["impact", "--base", "HEAD", "k8s"]);
        command
            .env("GIT_CONFIG_SYSTEM", "/dev/null")
            .env("GIT_CONFIG_GLOBAL", home.path("config"))
            .env("HOME", home.root());
        command.envs(variables.iter().copied()).env_remove("SUDO_UID").output().unwrap()
    };
    let top = dir.root().canonicalize().unwrap();
    let top = top.display();
    let refused = |output: std::process::Output| {
        let said = String::from_utf8(output.stderr).unwrap();
        let advice = format!(
            "detected dubious ownership in repository at '{top}'; to add an exception for this directory, call: git config --global --add safe.directory {top}\n"
        );
        assert!(output.status.code() == Some(2) && said.contains(&advice), "{said}");
    };
    home.put("config", "");
    refused(run(&[]));
    let sudo = |id: &str| {
        let mut command = dir.command(&["impact", "--base", "HEAD", "k8s"]);
        command.env("GIT_CONFIG_SYSTEM", "/dev/null").env("GIT_CONFIG_GLOBAL", home.path("config"));
        command.env("SUDO_UID", id).output().unwrap()
    };
    assert_eq!(sudo("12345").status.code(), Some(0));
    refused(sudo("12346"));
    // The settings of the repository itself do not count, nor do those that were taken back.
    git(&dir, &["config", "--file", ".git/config", "safe.directory", "*"]);
    refused(run(&[]));
    home.put("config", format!("[safe]\n\tdirectory = {top}\n\tdirectory =\n"));
    refused(run(&[]));
    home.put("config", "[safe]\n\tdirectory = /nowhere\n\tdirectory = k8s\n");
    refused(run(&[]));
    for entry in
        ["*".to_owned(), top.to_string(), format!("{top}/"), format!("{}/*", dir.root().parent().unwrap().display())]
    {
        home.put("config", format!("[safe]\n\tdirectory = {entry}\n"));
        assert_eq!(run(&[]).status.code(), Some(0), "{entry}");
    }
    // As git has it, who names the repository knows it.
    home.put("config", "");
    assert_eq!(run(&[("GIT_DIR", ".git")]).status.code(), Some(0));
}
