//! What `impact` compares with: directories, files, streams, revisions of git, and other renders.

use std::process::Command;

use crate::support::shell::{APP, Dir, Ran};

/// Whether git is installed.
pub fn has_git() -> bool {
    Command::new("git").arg("--version").output().is_ok_and(|output| output.status.success())
}

/// A repository with `APP` committed as `app.yaml` in `k8s/`; none, said so, where git is not installed.
pub fn repository() -> Option<Dir> {
    if !has_git() {
        println!("skipped: git is not installed");
        return None;
    }
    let dir = Dir::with(&[("k8s/app.yaml", APP)]);
    git(&dir, &["init", "--quiet", "--initial-branch=main", "."]);
    commit(&dir, "one");
    Some(dir)
}

/// Runs git for itself, whatever the settings of who runs the tests.
#[track_caller]
pub fn git(dir: &Dir, args: &[&str]) -> String {
    let mut command = Command::new("git");
    command.current_dir(dir.root()).args(["-c", "user.name=t", "-c", "user.email=t@example.com"]).args(args);
    command.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_SYSTEM", "/dev/null").env_remove("GIT_DIR");
    let output = command.output().unwrap();
    assert!(output.status.success(), "git {args:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

pub fn commit(dir: &Dir, message: &str) {
    git(dir, &["add", "--all"]);
    git(dir, &["commit", "--quiet", "--allow-empty", "--message", message]);
}

#[track_caller]
fn names(ran: &Ran, parts: &[&str]) {
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    // Where a column ends, lines are broken.
    let text = ran.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
    for part in parts {
        assert!(text.contains(part), "{part:?} is not in:\n{}{}", ran.stdout, ran.stderr);
    }
}

#[test]
fn two_directories_and_two_files_are_compared() {
    let dir = Dir::with(&[("old/app.yaml", APP), ("new/app.yaml", &APP.replace("info", "debug"))]);
    for args in ["impact --base old new", "impact --base old/app.yaml new/app.yaml", "impact --base ./old new"] {
        let ran = dir.run(args);
        names(&ran, &["stays stale", "ConfigMap/env (LEVEL) by envFrom of web (frozen)"]);
        ran.says("rollstamp: 1 stays stale, 0 unaffected");
    }
    assert_eq!(dir.run("impact --strict --base old new").status, 1);
    assert_eq!(dir.run("impact --strict --base new new").status, 0);
    dir.run("impact --base nowhere new").fails("--base nowhere: no such path, and no git repository");
    dir.run("impact --base ./nowhere new").fails("./nowhere: no such file or directory");
    dir.run("impact new").fails("--base");
}

#[test]
fn streams_and_commands_are_compared() {
    let dir = Dir::with(&[("new.yaml", &APP.replace("info", "debug"))]);
    let ran = dir.run_with(&["impact", "--base", "-", "new.yaml"], APP.as_bytes());
    names(&ran, &["new.yaml:6, was -:6"]);
    dir.run("impact --base - -").fails("cannot be both the base and the manifests");
    dir.put("my old.yaml", APP);
    let ran = dir.run_with(&["impact", "--base-command", "cat 'my old.yaml'", "--", "cat", "new.yaml"], b"");
    names(&ran, &["changed ConfigMap/env LEVEL <cat>:6"]);
    dir.run_with(&["impact", "--base-command", "cat 'open", "new.yaml"], b"").fails("unclosed quote");
    dir.run_with(&["impact", "--base-command", "false", "new.yaml"], b"").fails("false failed");
}

#[test]
fn a_revision_is_read_without_touching_anything() {
    let Some(dir) = repository() else { return };
    dir.put("k8s/app.yaml", APP.replace("info", "debug"));
    let before = dir.files(".");
    for base in ["HEAD", "main", "git:main", &git(&dir, &["rev-parse", "HEAD"])] {
        let base = base.trim();
        let ran = dir.run(&format!("impact --base {base} k8s"));
        let label = base.trim_start_matches("git:");
        names(&ran, &["stays stale", &format!("k8s/app.yaml:6, in {} line 6", &label[..label.len().min(12)])]);
        names(&dir.run(&format!("impact --base {base} k8s/app.yaml")), &["stays stale"]);
        names(&dir.run_with(&["impact", "--base", base, "k8s/*.yaml"], b""), &["stays stale"]);
        names(&dir.run(&format!("impact --base {base} .")), &["stays stale"]);
    }
    assert_eq!(dir.files("."), before);
    let mut below = dir.command(&["impact", "--base", "HEAD", ".", "../k8s"]);
    let output = below.current_dir(dir.path("k8s")).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.contains("app.yaml:6, in HEAD line 6"), "{text}");
    let elsewhere = Dir::with(&[]);
    let path = dir.path("k8s");
    names(&elsewhere.run(&format!("impact --base HEAD {}", path.display())), &["stays stale"]);
}

#[test]
fn the_rules_of_directories_hold_in_revisions() {
    let Some(dir) = repository() else { return };
    dir.put(".hidden/app.yaml", APP);
    dir.put("k8s/vendor/app.yaml", APP);
    dir.put("k8s/notes.txt", APP);
    dir.put("k8s/two words.yml", APP.replace("web", "two").replace("env", "zwei"));
    dir.put("k8s/-dash.yaml", APP.replace("web", "dash").replace("env", "dashed"));
    #[cfg(unix)]
    std::os::unix::fs::symlink("app.yaml", dir.path("k8s/link.yaml")).unwrap();
    commit(&dir, "two");
    let ran = dir.run("impact --base HEAD --exclude vendor .");
    ran.prints("");
    ran.says("rollstamp: 3 unaffected");
    let ran = dir.run("impact --base HEAD~1 --exclude vendor k8s");
    assert_eq!(ran.stdout.matches("\nnew ").count(), 2, "{}", ran.stdout);
    let ran = dir.run("impact --base HEAD~1 k8s/vendor");
    ran.says("note: k8s/vendor: not in HEAD~1, so everything in it is new");
    #[cfg(unix)]
    dir.run("impact --base HEAD k8s/link.yaml").prints("");
}

#[test]
fn a_name_of_both_kinds_must_be_told() {
    let Some(dir) = repository() else { return };
    dir.put("main/app.yaml", APP.replace("info", "trace"));
    dir.put("k8s/app.yaml", APP.replace("info", "debug"));
    dir.run("impact --base main k8s").fails("both a file and a revision have this name; write ./main or git:main");
    names(&dir.run("impact --base ./main k8s"), &["was main/app.yaml:6"]);
    names(&dir.run("impact --base git:main k8s"), &["k8s/app.yaml:6, in main line 6"]);
}

#[test]
fn a_missing_revision_is_named_with_the_way_to_it() {
    let Some(dir) = repository() else { return };
    dir.run("impact --base origin/main k8s").fails("--base origin/main: no such path, and no such revision");
    dir.run_with(&["impact", "--base=-x", "k8s"], b"").fails("--base -x: no such revision; write ./-x");
    dir.put("k8s/app.yaml", APP.replace("info", "debug"));
    commit(&dir, "two");
    let url = format!("file://{}", dir.root().display());
    git(&dir, &["clone", "--quiet", "--depth=1", &url, "shallow"]);
    let shallow = |base: &str| {
        let output = dir.command(&["impact", "--base", base, "k8s"]).current_dir(dir.path("shallow")).output().unwrap();
        (output.status.code().unwrap(), String::from_utf8(output.stderr).unwrap())
    };
    for (base, way) in [
        ("HEAD~1", "`git fetch --deepen=100`"),
        ("origin/other", "`git fetch --depth=1 origin other:refs/remotes/origin/other`"),
        ("0123456789abcdef", "`git fetch --depth=1 origin 0123456789abcdef`"),
        ("v1", "`git fetch --depth=1 origin v1:v1`"),
    ] {
        let (status, said) = shallow(base);
        assert!(status == 2 && said.contains(way), "{said}");
    }
    // The way that is named leads there.
    let (status, said) = shallow("origin/main");
    assert_eq!(status, 0, "{said}");
}

#[test]
fn a_command_is_run_in_the_files_of_a_revision() {
    let Some(dir) = repository() else { return };
    dir.put("k8s/app.yaml", APP.replace("info", "debug"));
    let before = dir.files(".");
    let ran = dir.run("impact --base HEAD -- cat k8s/app.yaml");
    names(&ran, &["changed ConfigMap/env LEVEL <cat>:6, in HEAD line 6"]);
    let below = |base: &str| {
        let mut command = dir.command(&["impact", "--base", base, "--", "cat", "app.yaml"]);
        command.current_dir(dir.path("k8s")).output().unwrap()
    };
    assert!(String::from_utf8(below("HEAD").stdout).unwrap().contains("stays stale"));
    assert_eq!(dir.files("."), before);
    dir.run("impact --base HEAD -- cat nothing.yaml").fails("cat failed");
    // What a revision does not have cannot be entered.
    git(&dir, &["commit", "--quiet", "--allow-empty", "--message", "two"]);
    git(&dir, &["checkout", "--quiet", "--orphan", "empty"]);
    git(&dir, &["rm", "-r", "--quiet", "--force", "."]);
    git(&dir, &["commit", "--quiet", "--allow-empty", "--message", "none"]);
    dir.put("k8s/app.yaml", APP);
    let said = String::from_utf8(below("HEAD").stderr).unwrap();
    assert!(said.contains("the current directory does not exist in HEAD"), "{said}");
}

#[test]
fn pointers_and_submodules_are_said() {
    let Some(dir) = repository() else { return };
    dir.put("k8s/big.yaml", "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n");
    git(&dir, &["clone", "--quiet", ".", "k8s/inner"]);
    git(&dir, &["add", "--all"]);
    commit(&dir, "two");
    let ran = dir.run("impact --base HEAD k8s");
    ran.says("note: HEAD:k8s/big.yaml: skipped: a pointer of Git LFS");
    ran.says("note: k8s/inner: submodule not read");
}

#[test]
fn a_broken_base_is_a_warning_and_a_broken_head_an_error() {
    let broken = APP.replace("  LEVEL: info", "  LEVEL: 3");
    let dir = Dir::with(&[("old.yaml", &broken), ("new.yaml", APP)]);
    let ran = dir.run("impact --base old.yaml new.yaml");
    assert_eq!(ran.status, 0);
    ran.says("old.yaml:6:10: warning: ConfigMap/env: data.LEVEL is a number");
    ran.says("note: parts of the base with errors are left out of the comparison");
    let ran = dir.run("impact --base new.yaml old.yaml");
    ran.fails_after_report("old.yaml:6:10: error: ConfigMap/env: data.LEVEL is a number");
    ran.says("note: what cannot be read is left out of the comparison, as if it had been deleted");
    let report: serde_json::Value =
        serde_json::from_str(&dir.run("impact --format json --base new.yaml old.yaml").stdout).unwrap();
    assert_eq!(report["diagnostics"][0]["severity"], "error");
    assert_eq!(report["workloads"][0]["reasons"][0]["key"], "LEVEL", "{report}");
}

#[test]
fn values_of_secrets_appear_nowhere() {
    let app = |value: &str| {
        APP.replace("kind: ConfigMap", "kind: Secret")
            .replace("\ndata:", "\nstringData:")
            .replace("configMapRef", "secretRef")
            .replace("info", value)
    };
    let dir = Dir::with(&[("old.yaml", &app("hush-1")), ("new.yaml", &app("hush-2"))]);
    for args in ["", "--format json", "-v", "--assume stamp", "--assume rename"] {
        let ran = dir.run(&format!("impact {args} --base old.yaml new.yaml"));
        assert!(ran.stdout.contains("LEVEL"), "{}", ran.stdout);
        assert!(!ran.stdout.contains("hush") && !ran.stderr.contains("hush"), "{}{}", ran.stdout, ran.stderr);
    }
}
