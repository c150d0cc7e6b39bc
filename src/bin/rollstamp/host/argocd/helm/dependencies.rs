//! Charts that a chart depends on: fetched where `charts/` lacks them.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fs;
use std::io::{self, ErrorKind};
use std::path::Path;
use std::process::{Command, Stdio};

use rollstamp::rules::{find_excessive_nesting, nesting_problem};
use serde::Deserialize;

use crate::exit::Failure;
use crate::files;
use crate::files::describe_error;
use crate::git;
use crate::interrupt::HeldChild;
use crate::messages::Messages;
use crate::options::foreign::explain_foreign;

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
    if dependencies.iter().all(Dependency::is_present) {
        return Ok(());
    }
    let mut repositories = BTreeSet::new();
    for dependency in &dependencies {
        if let Some(url) = &dependency.repository
            && (url.starts_with("https://") || url.starts_with("http://"))
        {
            repositories.insert(url.as_str());
        }
    }
    for (number, url) in repositories.into_iter().enumerate() {
        run_helm(&["repo", "add", &format!("dependency-{number}"), url], env)?;
    }
    messages.detail("helm dependency build");
    run_helm(&["dependency", "build"], env)
}

fn read_dependencies(file: &str) -> Result<Vec<Dependency>, Failure> {
    let text = match files::read_text(Path::new(file), MAX_BYTES) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(Failure::because(format!("{file}: cannot be read: {}", describe_error(&error)))),
    };
    if find_excessive_nesting(&text).is_some() {
        return Err(Failure::because(format!("{file}: {}", nesting_problem())));
    }
    match serde_yaml::from_str::<Option<Chart>>(&text) {
        Ok(chart) => Ok(chart.unwrap_or_default().dependencies.unwrap_or_default()),
        // None of the file's text is shown.
        Err(error) => Err(Failure::from_error(explain_foreign(&error).in_file(file))),
    }
}

impl Dependency {
    /// Returns `true` if `charts/` holds the chart, as a directory or as a package `<name>-<version>.tgz`.
    fn is_present(&self) -> bool {
        if Path::new("charts").join(&self.name).join(CHART).is_file() {
            return true;
        }
        let mut files = fs::read_dir("charts").into_iter().flatten().flatten();
        files.any(|file| self.has_package_name(&file.file_name().to_string_lossy()))
    }

    fn has_package_name(&self, file: &str) -> bool {
        let Some(name_and_version) = file.strip_suffix(".tgz") else { return false };
        let Some(behind_name) = name_and_version.strip_prefix(&self.name) else { return false };
        let Some(version) = behind_name.strip_prefix('-') else { return false };
        version.trim_start_matches('v').as_bytes().first().is_some_and(u8::is_ascii_digit)
    }
}

/// Runs helm. Its output is not a manifest, so it goes to stderr.
fn run_helm(args: &[&str], env: &[(OsString, OsString)]) -> Result<(), Failure> {
    let path = match git::find_program("helm".as_ref()) {
        Ok(path) => path,
        Err(error) => return Err(Failure::because(error.to_string())),
    };
    let mut command = Command::new(path);
    command.args(args).envs(env.iter().cloned());
    command.stdin(Stdio::null()).stdout(io::stderr());
    let ended = HeldChild::spawn(false, || command.spawn()).and_then(|(mut child, _held)| child.wait());
    let problem = match ended {
        Ok(status) if status.success() => return Ok(()),
        Ok(status) => format!("failed: {status}"),
        Err(error) => format!("cannot be run: {}", describe_error(&error)),
    };
    Err(Failure::because(format!("helm {} {problem}", args.join(" "))))
}
