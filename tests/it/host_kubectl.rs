//! `kubectl rollstamp`.

use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use crate::support::peers;
use crate::support::shell::{APP, Dir};

/// A directory for PATH in which we are a plugin of kubectl.
fn plugin() -> Dir {
    let dir = Dir::with(&[("app.yaml", APP)]);
    symlink(env!("CARGO_BIN_EXE_rollstamp"), dir.path("kubectl-rollstamp")).unwrap();
    dir
}

fn run(command: &mut Command, args: &str) -> Output {
    command.args(args.split_whitespace()).env("COLUMNS", "100").stdin(Stdio::null()).output().unwrap()
}

fn stdout(output: Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn every_help_speaks_of_kubectl() {
    let dir = plugin();
    let help = |args: &str| stdout(run(&mut Command::new(dir.path("kubectl-rollstamp")), args));
    let all = help("--help");
    assert!(all.contains("Usage: kubectl rollstamp [OPTIONS] <COMMAND>"), "{all}");
    let verbs = ["stamp", "rename", "links", "explain", "argocd"];
    for verb in verbs {
        let text = help(&format!("{verb} --help"));
        assert!(text.contains(&format!("Usage: kubectl rollstamp {verb}")), "{text}");
        for page in [&all, &text] {
            // Prose may speak of a verb, in backticks.
            let page = page.replace("`rollstamp", "");
            let calls = |before: &str| -> usize {
                verbs.iter().map(|verb| page.matches(&format!("{before}rollstamp {verb}")).count()).sum()
            };
            assert_eq!(calls(""), calls("kubectl "), "{page}");
        }
    }
    let wrong = run(&mut Command::new(dir.path("kubectl-rollstamp")), "stamp");
    assert!(String::from_utf8_lossy(&wrong.stderr).contains("Usage: kubectl rollstamp stamp <PATH>..."));
}

#[test]
fn our_own_name_stays_ours() {
    let help = Dir::with(&[]).run("stamp --help").stdout;
    assert!(
        help.contains("Usage: rollstamp stamp [OPTIONS] [PATH]...") && !help.contains("kubectl rollstamp"),
        "{help}"
    );
}

#[test]
fn real_kubectl_finds_and_runs_us() {
    let kubectls = peers::kubectls();
    if kubectls.is_empty() {
        println!("skipped: kubectl is not installed");
    }
    for kubectl in &kubectls {
        is_found_and_run_by(kubectl);
    }
}

fn is_found_and_run_by(kubectl: &Path) {
    let dir = plugin();
    let ours = || {
        let mut command = Command::new(kubectl);
        let path = format!("{}:{}", dir.root().display(), std::env::var("PATH").unwrap());
        command.current_dir(dir.root()).env("PATH", path);
        command
    };
    assert!(stdout(run(&mut ours(), "rollstamp --help")).contains("Usage: kubectl rollstamp [OPTIONS] <COMMAND>"));
    let stamped = stdout(run(&mut ours(), "rollstamp stamp app.yaml"));
    assert_eq!(stamped, dir.run("stamp app.yaml").stdout);
    assert_eq!(run(&mut ours(), "rollstamp stamp --check app.yaml").status.code(), Some(1));
    assert!(stdout(run(&mut ours(), "plugin list")).contains("kubectl-rollstamp"));
}
