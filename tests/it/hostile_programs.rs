//! Renderers that print without end, hang, die, or leave programs behind: each run ends in seconds, with little memory
//! and a clear error.

use std::process::Stdio;
use std::time::{Duration, Instant};

use crate::support::measure::{Bounds, run_bounded};
use crate::support::shell::{APP, Dir};

/// Bounds of a run that has nearly nothing to do.
const SMALL: Bounds = Bounds { seconds: 30, megabytes: 100 };

#[test]
fn renderer_without_end_is_stopped() {
    let dir = Dir::with(&[("bytes", "")]);
    for script in ["yes 'a: 1'", "cat /dev/zero", "yes -- ---", "while :; do echo 'a: 1'; echo x >&2; done"] {
        let mut command = dir.command(&["stamp", "--max-stream-size", "2MiB", "--", "sh", "-c", script]);
        let ran = run_bounded(command.stdin(Stdio::null()).stderr(Stdio::piped()), SMALL);
        ran.fails("<sh>: larger than 2 MiB; raise the limit with --max-stream-size");
    }
    // A flood on standard error is passed on, not kept.
    let script = "i=0; while [ $((i += 1)) -lt 20000 ]; do echo 'a line of words of a program' >&2; done; cat app.yaml";
    dir.put("app.yaml", APP);
    let mut command = dir.command(&["stamp", "--", "sh", "-c", script]);
    let ran = run_bounded(command.stdin(Stdio::null()), SMALL);
    assert!(ran.status == 0 && ran.stderr.len() > 20_000 * 20);
}

#[test]
fn renderer_that_dies_is_an_error() {
    let dir = Dir::with(&[("app.yaml", APP)]);
    for (script, how) in [
        ("cat app.yaml; exit 3", "sh failed: exit status 3"),
        ("cat app.yaml; kill -9 $$", "sh failed: stopped by signal: 9 (SIGKILL)"),
        ("cat app.yaml; kill -SEGV $$", "sh failed: stopped by signal: 11 (SIGSEGV)"),
        ("head -c 100 app.yaml; exit 1", "sh failed: exit status 1"),
        ("exec 1>&-; exit 0", "sh printed no document"),
    ] {
        let mut command = dir.command(&["stamp", "--", "sh", "-c", script]);
        run_bounded(command.stdin(Stdio::null()), SMALL).fails(how);
    }
}

#[test]
fn program_that_a_renderer_leaves_behind_does_not_hold_the_run() {
    let dir = Dir::with(&[("app.yaml", APP)]);
    let script = "sleep 300 & echo $! > started; cat app.yaml";
    let start = Instant::now();
    let mut command = dir.command(&["stamp", "--", "sh", "-c", script]);
    let ran = run_bounded(command.stdin(Stdio::null()), SMALL);
    ran.fails("sh has ended, but a program that it started still holds its standard output");
    assert!(start.elapsed() < Duration::from_secs(15));
    let status = std::fs::read_to_string(format!("/proc/{}/stat", dir.get("started").trim())).unwrap_or_default();
    assert!(status.is_empty() || status.contains(") Z "), "it goes on: {status}");
    // One that has its output elsewhere, or ends in time, is no harm.
    for script in ["sleep 300 >/dev/null 2>&1 & echo $! > other; cat app.yaml", "(sleep 1; echo '---') & cat app.yaml"]
    {
        let mut command = dir.command(&["stamp", "--", "sh", "-c", script]);
        let ran = run_bounded(command.stdin(Stdio::null()), SMALL);
        assert_eq!(ran.status, 0, "{}", ran.stderr);
    }
    let left = std::process::Command::new("kill").arg(dir.get("other").trim()).status().unwrap();
    assert!(left.success());
}

#[test]
fn renderer_that_forks_without_end_is_stopped() {
    let dir = Dir::with(&[]);
    // Each process starts the next one, and all of them print.
    dir.put("fork.sh", "n=$1\n[ $n -gt 40 ] && exec sleep 300\nsh fork.sh $((n + 1)) &\necho \"a$n: 1\"\nsleep 300\n");
    let mut command = dir.command(&["stamp", "--timeout", "2s", "--", "sh", "fork.sh", "0"]);
    run_bounded(command.stdin(Stdio::null()), SMALL).fails("not finished after 2s, the time of --timeout");
    let output = std::process::Command::new("ps").args(["-eo", "args"]).output();
    if let Ok(output) = output {
        let left = String::from_utf8_lossy(&output.stdout).matches("sh fork.sh ").count();
        assert_eq!(left, 0, "programs go on");
    }
}
