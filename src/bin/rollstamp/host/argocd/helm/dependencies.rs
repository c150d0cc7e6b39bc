//! Charts that a chart depends on: fetched where `charts/` lacks them.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fs;
use std::io::{self, ErrorKind};
use std::path::Path;
use std::process::{Command, Stdio};

use rollstamp::diagnostic::{Diagnostic, RunMessage};
use serde::Deserialize;

use crate::exit::Failure;
use crate::files;
use crate::messages::{Messages, reason};
use crate::options::foreign::explain_foreign;
use crate::programs;

/// Neither file is longer.
const MAX_BYTES: u64 = 4 << 20;
/// The file that makes a directory a chart.
pub const CHART: &str = "Chart.yaml";
/// The file in which a chart of the first API version lists its dependencies.
const REQUIREMENTS: &str = "requirements.yaml";

/// The part of either file that matters here.
#[derive(Default, Deserialize)]
struct Chart {
    #[serde(default)]
    dependencies: Option<Vec<Dependency>>,
}

#[derive(Deserialize)]
struct Dependency {
    name: String,
    #[serde(default)]
    repository: Option<String>,
}

/// Runs `helm dependency build` if a dependency is missing; before that, as Argo CD does, `helm repo add` for each
/// repository, without which helm refuses to follow a lock file.
pub fn build_dependencies(env: &[(OsString, OsString)], messages: &Messages) -> Result<(), Failure> {
    let mut dependencies = read_dependencies(CHART)?;
    dependencies.append(&mut read_dependencies(REQUIREMENTS)?);
    if dependencies.iter().all(|dependency| is_present(&dependency.name)) {
        return Ok(());
    }
    let repositories = dependencies.iter().filter_map(|dependency| dependency.repository.as_deref());
    let repositories: BTreeSet<&str> =
        repositories.filter(|url| url.starts_with("https://") || url.starts_with("http://")).collect();
    for (number, url) in repositories.into_iter().enumerate() {
        run_helm(&["repo", "add", &format!("dependency-{number}"), url], env)?;
    }
    messages.detail("helm dependency build");
    run_helm(&["dependency", "build"], env)
}

/// An error in a file, which shows none of its text.
fn explain_in(file: &str, error: &serde_yaml::Error) -> Failure {
    let wrong = explain_foreign(error);
    Failure::Errors(vec![match wrong.position {
        Some(position) => Diagnostic::at_position(file, position, RunMessage(wrong.sentence)),
        None => Diagnostic::general(RunMessage(format!("{file}: {}", wrong.sentence))),
    }])
}

fn read_dependencies(file: &str) -> Result<Vec<Dependency>, Failure> {
    let wrong = |why: String| Failure::because(format!("{file}: {why}"));
    match files::read_text(Path::new(file), MAX_BYTES) {
        Ok(text) => {
            let chart: Option<Chart> = serde_yaml::from_str(&text).map_err(|error| explain_in(file, &error))?;
            Ok(chart.unwrap_or_default().dependencies.unwrap_or_default())
        }
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(wrong(format!("cannot be read: {}", reason(&error)))),
    }
}

/// Returns `true` if `charts/` holds a chart of that name, as a directory or as a package `<name>-<version>.tgz`.
fn is_present(name: &str) -> bool {
    let is_package = |file: &str| {
        let version = file.strip_suffix(".tgz").and_then(|file| file.strip_prefix(name)?.strip_prefix('-'));
        version.is_some_and(|version| version.trim_start_matches('v').starts_with(|first: char| first.is_ascii_digit()))
    };
    let mut packages = fs::read_dir("charts").into_iter().flatten().flatten();
    Path::new("charts").join(name).join(CHART).is_file()
        || packages.any(|entry| entry.file_name().to_str().is_some_and(is_package))
}

/// Runs helm. Its output is not a manifest, so it goes to stderr.
fn run_helm(args: &[&str], env: &[(OsString, OsString)]) -> Result<(), Failure> {
    let path = programs::find("helm".as_ref()).map_err(|error| Failure::because(error.to_string()))?;
    let mut command = Command::new(path);
    command.args(args).envs(env.iter().map(|(name, value)| (name, value)));
    let shown = || format!("helm {}", args.join(" "));
    match command.stdin(Stdio::null()).stdout(io::stderr()).status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(Failure::because(format!("{} failed: {status}", shown()))),
        Err(error) => Err(Failure::because(format!("{} cannot be run: {}", shown(), reason(&error)))),
    }
}
