//! The sign of life: at a terminal, when a run is long, and nowhere else.

use std::process::Command;

use crate::support::shell::{APP, Dir};

/// What a terminal shows of a run that has to wait for its input, in an environment that is given by words for `env`.
fn on_terminal(env: &str, flags: &str) -> Option<String> {
    let dir = Dir::with(&[("app.yaml", APP)]);
    let binary = env!("CARGO_BIN_EXE_rollstamp");
    let line = format!(
        "stty cols 80; mkfifo slow.yaml; (sleep 1.3; cat app.yaml > slow.yaml) & {env} {binary} links {flags} slow.yaml 2>&1"
    );
    let mut script = Command::new("script");
    script.args(["-qec", &line, "/dev/null"]).current_dir(dir.root()).env_remove("CI").env("TERM", "xterm");
    let output = script.output().ok()?;
    let shown = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(shown.contains("Deployment/web"), "{shown}");
    Some(shown)
}

#[test]
fn a_long_run_shows_what_goes_on_at_a_terminal_only() {
    // The `script` of util-linux; others have no such options.
    if !Command::new("script").arg("--version").output().is_ok_and(|output| output.status.success()) {
        println!("skipped: there is no `script` that runs a command on a terminal");
        return;
    }
    let shows = |env: &str, flags: &str| on_terminal(env, flags).unwrap().contains("reading …");
    assert!(shows("", ""));
    for (env, flags) in [("CI=true", ""), ("TERM=dumb", ""), ("", "--quiet")] {
        assert!(!shows(env, flags), "{env} {flags}");
    }
}
