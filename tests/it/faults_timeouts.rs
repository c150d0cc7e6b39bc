//! `--timeout`: whatever takes too long ends with an error and leaves nothing behind.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::impact_base::repository;
use crate::support::shell::{APP, Dir, Ran};

/// A program that never ends, and starts another one that does not either.
const ENDLESS: &str = "sleep 300 & echo $! > started; sleep 300";

fn run_in_time(command: &mut Command) -> Ran {
    let start = Instant::now();
    let ran = Ran::of(command);
    assert!(start.elapsed() < Duration::from_secs(20), "it took {:?}", start.elapsed());
    ran
}

#[track_caller]
fn times_out(ran: &Ran) {
    ran.fails("rollstamp: error: not finished after 700ms, the time of --timeout\n");
}

fn is_running(process: &str) -> bool {
    let status = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    !status.is_empty() && !status.contains(") Z ")
}

#[test]
fn renderer_that_hangs_is_stopped_with_what_it_started() {
    for args in [
        &["stamp"][..],
        &["rename", "--check"],
        &["links", "--format", "json"],
        &["explain", "--workload", "deploy/web"],
    ] {
        let dir = Dir::with(&[]);
        let args = [args, &["--timeout", "700ms", "--", "sh", "-c", ENDLESS]].concat();
        times_out(&run_in_time(dir.command(&args).stdin(Stdio::null())));
        assert!(!is_running(dir.get("started").trim()));
    }
}

#[test]
fn standard_input_and_pipes_that_nobody_writes_to_end() {
    let dir = Dir::with(&[]);
    assert!(Command::new("mkfifo").arg(dir.path("pipe.yaml")).status().unwrap().success());
    for path in ["-", "pipe.yaml"] {
        let (open, _writer) = std::io::pipe().unwrap();
        times_out(&run_in_time(dir.command(&["stamp", "--timeout", "700ms", path]).stdin(open)));
    }
}

#[test]
fn checkout_and_workspace_go_away() {
    let temporary = Dir::with(&[]);
    if let Some(dir) = repository() {
        let script = format!("case $PWD in {}*) sleep 300 ;; *) cat k8s/app.yaml ;; esac", temporary.root().display());
        let mut command = dir.command(&["impact", "--timeout", "700ms", "--base", "HEAD", "--", "sh", "-c", &script]);
        times_out(&run_in_time(command.env("TMPDIR", temporary.root()).stdin(Stdio::null())));
    }
    let chart = Dir::with(&[("app/Chart.yaml", "name: web\n"), ("bin/helm", "#!/bin/sh\nsleep 300\n")]);
    std::fs::set_permissions(chart.path("bin/helm"), std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    let path = std::env::join_paths([chart.path("bin"), "/usr/bin".into(), "/bin".into()]).unwrap();
    let mut command = chart.command(&["argocd", "--timeout", "700ms"]);
    command.current_dir(chart.path("app")).env("ARGOCD_APP_NAME", "web").env("PATH", path);
    times_out(&run_in_time(command.env("TMPDIR", temporary.root()).stdin(Stdio::null())));
    assert_eq!(std::fs::read_dir(temporary.root()).unwrap().count(), 0);
    assert_eq!(chart.files("app").len(), 1);
}

#[test]
fn run_that_is_fast_enough_is_as_without_it() {
    let dir = Dir::with(&[("app.yaml", APP)]);
    let without = dir.run("stamp app.yaml");
    for limit in ["1h", "1m30s", "600"] {
        let with = dir.run(&format!("stamp --timeout {limit} app.yaml"));
        assert_eq!((with.status, with.stdout, with.stderr), (0, without.stdout.clone(), without.stderr.clone()));
    }
    dir.run("stamp --timeout 0 app.yaml").fails("a duration must be above 0");
    dir.run("stamp --timeout soon app.yaml").fails("write numbers and units, for example 30s, 5m or 1m30s");
}
