//! `helm template`, as Argo CD's native support calls it.

mod dependencies;

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use rollstamp::source::{Position, Source};
use rollstamp::yaml::{self, DocumentContent, Limits};
use tempfile::TempDir;

use super::application::Application;
use super::parameters::HelmParameters;
use crate::exit::Failure;
use crate::files;
use crate::input::Renderer;
use crate::messages::{Messages, reason};
use crate::programs;

/// The file that makes a directory a chart.
pub const CHART: &str = "Chart.yaml";
/// No file of values is larger.
const MAX_VALUES: u64 = 64 << 20;
const LOCK: &str = "Chart.lock";
/// Helm's own limit.
const MAX_RELEASE_NAME: usize = 53;

/// Helm's files for one render.
pub struct Workspace {
    directory: TempDir,
    /// The PATH by which helm finds programs.
    programs: OsString,
    /// Whether the chart had no lock file. One that helm makes would keep the next render from following `Chart.yaml`.
    unlocked: bool,
}

impl Drop for Workspace {
    fn drop(&mut self) {
        if self.unlocked {
            // Where there is none, there is nothing to remove.
            let _ = fs::remove_file(LOCK);
        }
    }
}

impl Workspace {
    /// A directory that Argo CD removes even if it stops us: in the copy of the repository, but not in the chart, whose
    /// files helm reads.
    fn beside(application: &Application) -> Result<Workspace, Failure> {
        let place = match application.repository == application.directory {
            true => std::env::temp_dir(),
            false => application.repository.clone(),
        };
        let directory = tempfile::Builder::new().prefix(".rollstamp-").tempdir_in(&place).map_err(|error| {
            let place = place.display();
            Failure::because(format!("{place}: helm's directories cannot be made here: {}", reason(&error)))
        })?;
        let programs = programs::trusted_path(Some(&application.repository));
        Ok(Workspace { directory, programs, unlocked: !Path::new(LOCK).exists() })
    }

    fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    /// Where helm is to keep what it keeps.
    fn env(&self) -> Vec<(OsString, OsString)> {
        let homes = [("HELM_CACHE_HOME", "cache"), ("HELM_CONFIG_HOME", "config"), ("HELM_DATA_HOME", "data")];
        let homes = homes.into_iter().map(|(name, below)| (name.into(), self.path(below).into()));
        homes.chain([("PATH".into(), self.programs.clone())]).collect()
    }
}

/// Fetches what the chart depends on and lacks, and tells how the chart is rendered.
pub fn prepare(
    asked: &HelmParameters,
    application: &Application,
    messages: &Messages,
) -> Result<(Renderer, Workspace), Failure> {
    let workspace = Workspace::beside(application)?;
    let mut args = template(asked, application)?;
    if let Some(values) = &asked.values {
        let path = workspace.path("values.yaml");
        fs::write(&path, values)
            .map_err(|error| Failure::because(format!("{}: cannot be written: {}", path.display(), reason(&error))))?;
        args.extend(["--values".into(), path.into()]);
    }
    dependencies::build(&workspace.env(), messages)?;
    let renderer = Renderer { env: workspace.env(), ..Renderer::new("helm", args) };
    Ok((renderer, workspace))
}

fn template(asked: &HelmParameters, application: &Application) -> Result<Vec<OsString>, Failure> {
    let mut args: Vec<OsString> = vec!["template".into(), ".".into()];
    let mut add = |flag: &str, value: &str| args.extend([flag.into(), value.into()]);
    add("--name-template", release_name(asked, application)?);
    let told = [
        ("--namespace", &application.namespace),
        ("--kube-version", &application.kube_version),
        ("--api-versions", &application.api_versions),
    ];
    for (flag, value) in told {
        value.iter().for_each(|value| add(flag, value));
    }
    for (flag, entries) in [("--set", &asked.set), ("--set-string", &asked.set_string)] {
        entries.iter().for_each(|(key, value)| add(flag, &format!("{key}={}", escaped(value))));
    }
    for file in &asked.values_files {
        add("--values", values_file(file, application)?);
    }
    if !asked.skip_crds {
        args.push("--include-crds".into());
    }
    Ok(args)
}

/// Helm takes the name for a template, in which an application's author could ask for the sidecar's environment.
fn release_name<'a>(asked: &'a HelmParameters, application: &'a Application) -> Result<&'a str, Failure> {
    let Some(name) = asked.release_name.as_deref().or(application.release_name()) else {
        return Err(Failure::because(
            "ARGOCD_APP_NAME is not set, so the Helm release has no name; Argo CD sets it, by hand set it yourself",
        ));
    };
    let inner = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-' || byte == b'.';
    let ends = !name.starts_with(['-', '.']) && !name.ends_with(['-', '.']);
    match !name.is_empty() && name.len() <= MAX_RELEASE_NAME && name.bytes().all(inner) && ends {
        true => Ok(name),
        false => Err(Failure::because(format!(
            "{name:?} cannot be the name of a Helm release: lower-case letters, digits, `-` and `.`, at most \
             {MAX_RELEASE_NAME} characters; set helm-release-name"
        ))),
    }
}

/// Helm splits values at commas, except in a list `{a,b}`; Argo CD escapes those that are not escaped yet.
fn escaped(value: &str) -> String {
    if value.starts_with('{') && value.ends_with('}') {
        return value.to_owned();
    }
    let mut escaped = String::new();
    for letter in value.chars() {
        if letter == ',' && !escaped.ends_with('\\') {
            escaped.push('\\');
        }
        escaped.push(letter);
    }
    escaped
}

/// A values file lies in the repository, also behind links: the sidecar's other files are nobody's values. Helm would
/// take a comma for the start of another path.
fn values_file<'a>(file: &'a str, application: &Application) -> Result<&'a str, Failure> {
    let wrong = |why: &str| Failure::because(format!("helm-values-files: {file}: {why}"));
    if file.contains("://") {
        return Err(wrong("not fetched, only files of the repository are read; add it to the repository"));
    }
    if file.contains([',', '"']) {
        return Err(wrong("a comma or quote in its name would mislead helm; give the file another name"));
    }
    match Path::new(file).canonicalize() {
        Ok(path) if !path.starts_with(&application.repository) => {
            Err(wrong("lies outside of the repository; add it to the repository"))
        }
        Ok(path) => match check_values(&path) {
            Ok(()) => Ok(file),
            Err(why) => Err(wrong(&why)),
        },
        Err(error) => Err(wrong(&reason(&error))),
    }
}

/// Refuses what is not a file of values, in words of ours: helm's would quote it.
fn check_values(path: &Path) -> Result<(), String> {
    let text = files::read_text(path, MAX_VALUES).map_err(|error| reason(&error))?;
    let source = Source::new("", text);
    let Some(document) = yaml::read_documents(source.padded(), &Limits::default()).into_iter().next() else {
        return Ok(());
    };
    match document.content {
        DocumentContent::Empty => Ok(()),
        DocumentContent::Tree(tree) if tree.root(source.padded()).is_mapping() => Ok(()),
        DocumentContent::Tree(_) => Err("values are a mapping, and this file holds something else".to_owned()),
        DocumentContent::Invalid(error) => {
            let Position { line, column } = source.position(error.offset);
            Err(format!("line {line}, column {column}: {}", error.problem.without_names()))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commas_are_part_of_a_value() {
        for (value, after) in [("a,b", r"a\,b"), (r"a\,b", r"a\,b"), ("{a,b}", "{a,b}"), (",", r"\,"), ("a", "a")] {
            assert_eq!(escaped(value), after);
        }
    }
}
