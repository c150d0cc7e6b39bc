//! Ignore files and `--exclude`: a developer's machine and a checkout in CI get the same answer.

use crate::impact_base::{git, has_git};
use crate::support::shell::{APP, Dir, services};

/// A repository with ignore files, in which some of what they name is tracked; none where git is not installed.
fn repository() -> Option<Dir> {
    if !has_git() {
        println!("skipped: git is not installed");
        return None;
    }
    let dir = Dir::with(&[
        (".gitignore", "rendered/\n*.local.yaml\nk8s/kept/\n!k8s/other.local.yaml\n"),
        ("k8s/.ignore", "scratch.yaml\n"),
        (".rollstampignore", "examples\n"),
        ("k8s/a.yaml", &services("a")),
        ("k8s/b.local.yaml", &services("b")),
        ("k8s/other.local.yaml", &services("other")),
        ("k8s/scratch.yaml", &services("scratch")),
        ("k8s/kept/c.yaml", &services("c")),
        ("k8s/kept/new.yaml", &services("new")),
        ("k8s/examples/d.yaml", &services("d")),
        ("rendered/e.yaml", &services("e")),
    ]);
    git(&dir, &["init", "--quiet", "--initial-branch=main", "."]);
    git(&dir, &["add", "--force", "k8s/a.yaml", "k8s/kept/c.yaml", "k8s/examples/d.yaml"]);
    Some(dir)
}

/// The names of the objects that were read.
fn read(dir: &Dir, args: &str) -> String {
    let ran = dir.run(args);
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    let names = ran.stdout.lines().filter_map(|line| line.strip_prefix("metadata: {name: ")?.strip_suffix('}'));
    names.collect::<Vec<_>>().join(" ")
}

#[test]
fn ignored_files_are_passed_over_unless_git_tracks_them() {
    let Some(dir) = repository() else { return };
    assert_eq!(read(&dir, "stamp ."), "a c other");
    assert_eq!(read(&dir, "stamp k8s"), "a c other", "the ignore files above a PATH count");
    assert_eq!(read(&dir, "stamp --no-ignore ."), "a b d c new other scratch e");
    dir.run("stamp .")
        .says("note: 5 files and directories ignored by .gitignore or its like (first: k8s/b.local.yaml)");
    let ran = dir.run("stamp --no-ignore .");
    assert!(!ran.stderr.contains("ignored"), "{}", ran.stderr);
}

#[test]
fn a_path_that_is_named_is_read_whatever_ignores_it() {
    let Some(dir) = repository() else { return };
    assert_eq!(read(&dir, "stamp k8s/b.local.yaml"), "b");
    assert_eq!(read(&dir, "stamp rendered"), "e");
    assert_eq!(read(&dir, "stamp k8s/examples"), "d");
    assert_eq!(read(&dir, "stamp k8s/*.yaml"), "a b other scratch", "what a pattern lists is named");
}

#[test]
fn settings_of_one_machine_do_not_count() {
    let Some(dir) = repository() else { return };
    dir.put(".git/info/exclude", "k8s\n");
    dir.put("home/.config/git/ignore", "k8s\n");
    let mut command = dir.command(&["stamp", "k8s"]);
    let output = command.env("HOME", dir.path("home")).env_remove("XDG_CONFIG_HOME").output().unwrap();
    assert!(String::from_utf8_lossy(&output.stdout).starts_with(&services("a")), "{output:?}");
}

#[test]
fn without_a_repository_nothing_is_tracked() {
    let dir =
        Dir::with(&[("k8s/.gitignore", "b.yaml\n"), ("k8s/a.yaml", &services("a")), ("k8s/b.yaml", &services("b"))]);
    assert_eq!(read(&dir, "stamp k8s"), "a");
    assert_eq!(read(&dir, "stamp --no-ignore k8s"), "a b");
}

#[test]
fn all_is_read_where_git_cannot_be_asked() {
    let Some(dir) = repository() else { return };
    let mut command = dir.command(&["stamp", "."]);
    let output = command.env("PATH", dir.path("nowhere")).output().unwrap();
    let stdout = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(stdout.contains(&services("b")) && stdout.contains(&services("e")), "{stdout}");
    assert!(!stdout.contains(&services("d")), "our own ignore file needs no git: {stdout}");
}

#[test]
fn impact_uses_the_ignore_files_of_the_new_tree_for_both() {
    let Some(dir) = repository() else { return };
    dir.put("k8s/web.yaml", APP);
    dir.put("k8s/examples/web.yaml", APP.replace("name: web", "name: example"));
    git(&dir, &["add", "k8s/web.yaml", "k8s/examples/web.yaml"]);
    git(&dir, &["-c", "user.name=t", "-c", "user.email=t@example.org", "commit", "--quiet", "-m", "one"]);
    let ran = dir.run("impact --base HEAD k8s");
    assert_eq!((ran.status, ran.stdout.as_str()), (0, ""), "{}", ran.stderr);
    ran.says("1 unaffected");
}

#[test]
fn braces_and_double_stars_work_in_exclude() {
    let dir = Dir::with(&[
        ("k/a/one.yaml", &services("a")),
        ("k/b/one.yaml", &services("b")),
        ("k/c/deep/one.yaml", &services("c")),
        ("k/c/two.yaml", &services("d")),
    ]);
    assert_eq!(read(&dir, "stamp --exclude k/{a,b} k"), "c d");
    assert_eq!(read(&dir, "stamp --exclude k/**/one.yaml k"), "d");
    assert_eq!(read(&dir, "stamp --exclude c/* k"), "a b");
}

#[test]
fn a_pattern_that_excludes_nothing_is_a_warning() {
    let dir = Dir::with(&[("k/a.yaml", &services("a"))]);
    let ran = dir.run("stamp --exclude vendro --exclude b.yaml k");
    ran.says("warning: --exclude vendro matches no file or directory").says("warning: --exclude b.yaml matches");
    dir.put("rollstamp.yaml", "apiVersion: rollstamp.dev/v1\nkind: Rollstamp\nspec: {exclude: [vendro]}\n");
    assert_eq!(dir.run("stamp k").stderr.matches("vendro").count(), 0, "an options file is for every run");
}
