//! The effects on which `impact` fails by `--fail-on`.

use crate::support::shell::{APP, Dir};

/// A tree before a change, and the options of `impact` for it.
fn change(head: &str) -> Dir {
    Dir::with(&[("old.yaml", APP), ("new.yaml", head)])
}

#[track_caller]
fn assert_statuses(dir: &Dir, statuses: &[(&str, i32)]) {
    for (options, status) in statuses {
        let ran = dir.run(&format!("impact {options} --base old.yaml new.yaml"));
        assert_eq!(ran.status, *status, "{options}: {}", ran.stderr);
    }
}

#[test]
fn fails_on_the_effects_that_are_listed() {
    let stale = change(&APP.replace("info", "debug"));
    assert_statuses(&stale, &[("", 0), ("--fail-on stale", 1), ("--fail-on refused,rolls,downtime", 0)]);
    let rolls = ["--assume stamp", "--assume stamp --fail-on rolls", "--assume stamp --fail-on refused,stale,downtime"];
    assert_statuses(&stale, &[(rolls[0], 0), (rolls[1], 1), (rolls[2], 0)]);
}

#[test]
fn fails_on_downtime_of_a_workload_that_is_recreated() {
    let recreated = |text: &str| {
        text.replace("kind: Deployment", "kind: Deployment\n# recreated")
            .replace("spec:\n  template:", "spec:\n  strategy: {type: Recreate}\n  template:")
    };
    let dir = Dir::with(&[("old.yaml", &recreated(APP)), ("new.yaml", &recreated(&APP.replace("info", "debug")))]);
    assert!(recreated(APP).contains("Recreate"), "the example has changed");
    assert_statuses(&dir, &[("--assume stamp", 0), ("--assume stamp --fail-on downtime", 1)]);
    let ran = dir.run("impact --assume stamp --base old.yaml new.yaml");
    assert!(ran.stderr.contains("1 rolls (at least 1 pod, 1 with downtime)"), "{}", ran.stderr);
}

#[test]
fn ignores_content_that_an_annotation_keeps_stale() {
    let kept = |text: &str| {
        text.replace("  name: web\nspec", "  name: web\n  annotations: {rollstamp.dev/roll-on: never}\nspec")
    };
    assert!(kept(APP).contains("never"), "the example has changed");
    let dir = Dir::with(&[("old.yaml", &kept(APP)), ("new.yaml", &kept(&APP.replace("info", "debug")))]);
    assert_statuses(&dir, &[("--fail-on stale", 0)]);
}

#[test]
fn reads_the_effects_of_the_options_file() {
    let dir = change(&APP.replace("info", "debug"));
    dir.put(
        "rollstamp.yaml",
        "apiVersion: rollstamp.dev/v1\nkind: Rollstamp\nmetadata: {name: x}\nspec: {failOn: [stale]}\n",
    );
    assert_statuses(&dir, &[("", 1), ("--fail-on none", 0), ("--fail-on rolls", 0), ("--fail-on none,rolls", 2)]);
}
