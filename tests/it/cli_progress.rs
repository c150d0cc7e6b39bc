//! The line about long work: at a terminal, when a run is long, and nowhere else.

use std::process::Command;

use crate::support::shell::{APP, Dir};

/// The terminal's output of a run of `links` in an environment that is given by words for `env`, after commands of the
/// shell; `None` where there is no `script` of util-linux, others have no such options.
fn on_terminal(dir: &Dir, before: &str, env: &str, args: &str) -> Option<String> {
    if !Command::new("script").arg("--version").output().is_ok_and(|output| output.status.success()) {
        println!("skipped: there is no `script` that runs a command on a terminal");
        return None;
    }
    let binary = env!("CARGO_BIN_EXE_rollstamp");
    let line = format!("stty cols 80; {before}{env} {binary} links {args}");
    let mut script = Command::new("script");
    script.args(["-qec", &line, "/dev/null"]).current_dir(dir.root()).env_remove("CI").env("TERM", "xterm");
    let output = script.output().ok()?;
    let shown = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(shown.contains("Deployment/web"), "{shown}");
    Some(shown)
}

/// The words of every line about work.
const WORK: [&str; 5] = ["finding", "reading", "parsing", "linking", "planning"];

#[test]
fn a_long_run_shows_what_goes_on_at_a_terminal_only() {
    let dir = Dir::with(&[("app.yaml", APP)]);
    let slowly = "rm -f slow.yaml; mkfifo slow.yaml; (sleep 1.3; cat app.yaml > slow.yaml) & ";
    let Some(shown) = on_terminal(&dir, slowly, "", "slow.yaml") else { return };
    assert!(shown.contains("reading files: 0 of 1"), "{shown}");
    assert!(shown.trim_end_matches(['\r', '\n']).ends_with("resolved"), "the line is cleared again: {shown}");
    for (env, args) in [("CI=true", ""), ("TERM=dumb", ""), ("", "--quiet"), ("", "2> stderr")] {
        let shown = on_terminal(&dir, slowly, env, &format!("slow.yaml {args}")).unwrap();
        assert!(!WORK.iter().any(|work| shown.contains(work)), "{env} {args}: {shown}");
    }
    assert_eq!(dir.get("stderr"), "");
}

#[test]
fn a_short_run_shows_nothing_for_a_moment_either() {
    let dir = Dir::with(&[("k/app.yaml", APP)]);
    let Some(shown) = on_terminal(&dir, "", "", "--color never k") else { return };
    assert!(!WORK.iter().any(|work| shown.contains(work)) && !shown.contains('\u{1b}'), "{shown:?}");
}
