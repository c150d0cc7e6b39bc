//! Commands of git that run nothing but git.

use std::ffi::OsString;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use super::discover::Location;
use super::error::GitError;
use crate::interrupt;
use crate::programs;

/// Settings that win over those of the repository: each of these could name a program to be run, and none of what we
/// ask needs one. An empty `core.fsmonitor` is off in every version of git.
const SETTINGS: &[&str] = &[
    "safe.bareRepository=explicit",
    "core.fsmonitor=",
    "core.hooksPath=/dev/null",
    "core.sshCommand=false",
    "core.gitProxy=",
    "submodule.recurse=false",
    // The files of a revision are all of them, whatever part of them the work tree holds.
    "core.sparseCheckout=false",
];

/// Variables that name programs.
const PROGRAMS: &[&str] =
    &["GIT_EXTERNAL_DIFF", "GIT_SSH", "GIT_SSH_COMMAND", "GIT_PROXY_COMMAND", "GIT_ASKPASS", "SSH_ASKPASS"];

/// A command of git, without a repository.
pub fn plain(git: &Path) -> Command {
    let mut command = Command::new(git);
    // Our questions wait for nobody and fetch nothing, and git's words are in the language that we look for. Versions
    // that do not know GIT_NO_LAZY_FETCH would fetch by a protocol, of which none is allowed.
    command.env("GIT_TERMINAL_PROMPT", "0").env("GIT_OPTIONAL_LOCKS", "0").env("LC_ALL", "C");
    command.env("GIT_NO_LAZY_FETCH", "1").env("GIT_ALLOW_PROTOCOL", "none");
    for name in PROGRAMS {
        command.env_remove(name);
    }
    command.stdin(Stdio::null());
    command
}

/// A command of git about a repository. Git is told where that is and searches for nothing. What is run are plain
/// questions about objects, which know no external diff and no textconv.
pub fn about(location: &Location, git: &Path) -> Command {
    let mut command = plain(git);
    // Filters are found by it.
    command.env("PATH", programs::trusted_path(Some(&location.top)));
    command.arg(option_with_path("--git-dir=", &location.git_dir));
    command.arg(option_with_path("--work-tree=", &location.top));
    for setting in SETTINGS {
        command.args(["-c", setting]);
    }
    command
}

fn option_with_path(name: &str, path: &Path) -> OsString {
    let mut option = OsString::from(name);
    option.push(path);
    option
}

/// Runs a command to its end.
pub fn run(command: &mut Command) -> Result<Output, GitError> {
    interrupt::output_of(command).map_err(GitError::NoGit)
}

/// The words of git on stderr, on one line.
pub fn words(output: &Output) -> String {
    let stderr = String::from_utf8_lossy(&output.stderr);
    let lines: Vec<&str> = stderr.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    lines.join(" ").trim_start_matches("fatal: ").to_owned()
}
