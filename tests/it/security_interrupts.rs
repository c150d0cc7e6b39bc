//! Runs that a signal ends, and what killed runs have left.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::impact_base::repository;
use crate::support::shell::{APP, Dir};

/// A renderer that starts another program, and then takes its time.
const SLOW: &str = "sleep 60 & echo $! > started; sleep 60";

fn wait_for(condition: impl Fn() -> bool) {
    let start = Instant::now();
    while !condition() {
        assert!(start.elapsed() < Duration::from_secs(20), "it takes too long");
        std::thread::sleep(Duration::from_millis(20));
    }
}

fn signal(signal: &str, process: &str) -> bool {
    let mut kill = Command::new("kill");
    kill.args([signal, process]).stderr(Stdio::null()).status().unwrap().success()
}

#[track_caller]
fn interrupt(mut child: Child, name: &str, started: &Path) -> Option<i32> {
    let pid = || std::fs::read_to_string(started).unwrap_or_default().trim().to_owned();
    wait_for(|| !pid().is_empty());
    assert!(signal(name, &child.id().to_string()));
    let status = child.wait().unwrap().code();
    wait_for(|| !signal("-0", &pid()) || is_zombie(&pid()));
    status
}

/// Nobody may be there to take the status of a program that has ended.
fn is_zombie(process: &str) -> bool {
    let status = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    status.contains(") Z ")
}

#[test]
fn signal_ends_renderer_and_its_children() {
    for (name, status) in [("-INT", 130), ("-TERM", 143), ("-HUP", 129)] {
        let dir = Dir::with(&[]);
        let mut command = dir.command(&["stamp", "--", "sh", "-c", SLOW]);
        let child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        assert_eq!(interrupt(child, name, &dir.path("started")), Some(status), "{name}");
    }
}

#[test]
fn signal_ends_a_run_that_waits_for_its_input() {
    for (number, name, status) in [(2, "-INT", 130), (15, "-TERM", 143), (1, "-HUP", 129)] {
        let dir = Dir::with(&[]);
        let mut command = dir.command(&["stamp", "-"]);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        wait_for(|| catches(child.id(), number));
        assert!(signal(name, &child.id().to_string()));
        assert_eq!(child.wait().unwrap().code(), Some(status), "{name}");
    }
}

/// Returns `true` if a process has a handler for a signal.
fn catches(process: u32, signal: u32) -> bool {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let caught = status.lines().find_map(|line| line.strip_prefix("SigCgt:")).unwrap_or("0");
    u64::from_str_radix(caught.trim(), 16).unwrap() >> (signal - 1) & 1 == 1
}

#[test]
fn signal_removes_checkout() {
    let Some(dir) = repository() else { return };
    let (temporary, started) = (Dir::with(&[]), dir.path("started"));
    let script = format!("case $PWD in {}*) {SLOW} ;; *) cat k8s/app.yaml ;; esac", temporary.root().display());
    let script = script.replace("> started", &format!("> {}", started.display()));
    let mut command = dir.command(&["impact", "--base", "HEAD", "--", "sh", "-c", &script]);
    command.env("TMPDIR", temporary.root()).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    assert_eq!(interrupt(command.spawn().unwrap(), "-TERM", &started), Some(143));
    assert_eq!(std::fs::read_dir(temporary.root()).unwrap().count(), 0);
}

#[test]
fn leftovers_of_killed_runs_are_removed() {
    let dir = Dir::with(&[("app.yaml", APP)]);
    let gone = "4194000";
    let name = |process: &str, random: &str| format!(".rollstamp-{process}-{random}.tmp");
    let old = name(gone, "0123456789abcdef");
    let alive = name(&std::process::id().to_string(), "0123456789abcdef");
    let (young, other) = (name(gone, "fedcba9876543210"), name(gone, "0123"));
    for file in [&old, &alive, &young, &other] {
        dir.put(file, "x");
        if file != &young {
            assert!(Command::new("touch").args(["-d", "2 hours ago"]).arg(dir.path(file)).status().unwrap().success());
        }
    }
    std::os::unix::fs::symlink("app.yaml", dir.path(&name(gone, "aaaaaaaaaaaaaaaa"))).unwrap();
    assert_eq!(dir.run("stamp --write app.yaml").status, 0);
    assert!(!dir.path(&old).exists());
    for file in [&alive, &young, &other, &name(gone, "aaaaaaaaaaaaaaaa")] {
        assert!(dir.path(file).symlink_metadata().is_ok(), "{file}");
    }
}
