//! `helm template`, as Argo CD's native support calls it.

mod dependencies;

pub use dependencies::CHART;

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use rollstamp::repository::{MAX_RELEASE_NAME, escape_commas, is_release_name};
use rollstamp::source::{Position, Source};
use rollstamp::yaml::{self, DocumentContent, Limits};
use tempfile::TempDir;

use super::application::PluginApplication;
use super::parameters::HelmParameters;
use crate::exit::Failure;
use crate::files;
use crate::files::describe_error;
use crate::input::Renderer;
use crate::interrupt::HeldPath;
use crate::messages::Messages;
use crate::output::OutputError;
use crate::programs;

/// No file of values is larger.
const MAX_VALUES: u64 = 64 << 20;
const LOCK: &str = "Chart.lock";

/// Helm's files for one render.
pub struct Workspace {
    directory: TempDir,
    _held: HeldPath,
    /// The PATH by which helm finds programs.
    programs: OsString,
    /// Set if the chart had no lock file. One that helm makes would keep the next render from following `Chart.yaml`.
    unlocked: bool,
}

impl Drop for Workspace {
    fn drop(&mut self) {
        if self.unlocked {
            // It may not have been made.
            let _ = fs::remove_file(LOCK);
        }
    }
}

impl Workspace {
    /// Makes a directory that Argo CD removes even if it stops us: in the copy of the repository, but not in the chart,
    /// whose files helm reads.
    fn create_for(application: &PluginApplication) -> Result<Workspace, Failure> {
        let is_whole_repository = application.repository == application.directory;
        let place = if is_whole_repository { std::env::temp_dir() } else { application.repository.clone() };
        let (directory, held) =
            match HeldPath::create(|| tempfile::Builder::new().prefix(".rollstamp-").tempdir_in(&place)) {
                Ok(created) => created,
                Err(error) => {
                    let (place, reason) = (place.display(), describe_error(&error));
                    return Err(Failure::because(format!("{place}: cannot create helm's directories here: {reason}")));
                }
            };
        let programs = programs::trusted_path(Some(&application.repository));
        Ok(Workspace { directory, _held: held, programs, unlocked: !Path::new(LOCK).exists() })
    }

    fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    /// The environment variables that keep helm's files in this directory.
    fn environment(&self) -> Vec<(OsString, OsString)> {
        vec![
            ("HELM_CACHE_HOME".into(), self.path("cache").into()),
            ("HELM_CONFIG_HOME".into(), self.path("config").into()),
            ("HELM_DATA_HOME".into(), self.path("data").into()),
            ("PATH".into(), self.programs.clone()),
        ]
    }
}

/// Fetches the missing dependencies of the chart, and makes the renderer for it.
pub fn prepare_helm(
    parameters: &HelmParameters,
    application: &PluginApplication,
    messages: &Messages,
) -> Result<(Renderer, Workspace), Failure> {
    let workspace = Workspace::create_for(application)?;
    let mut args = template_arguments(parameters, application)?;
    if let Some(values) = &parameters.values {
        let path = workspace.path("values.yaml");
        fs::write(&path, values).map_err(OutputError::unwritable(&path))?;
        args.extend(["--values".into(), path.into()]);
    }
    dependencies::build_dependencies(&workspace.environment(), messages)?;
    let renderer = Renderer { env: workspace.environment(), ..Renderer::new("helm", args) };
    Ok((renderer, workspace))
}

fn template_arguments(parameters: &HelmParameters, application: &PluginApplication) -> Result<Vec<OsString>, Failure> {
    let release_name = release_name(parameters, application)?;
    let mut args: Vec<OsString> = vec!["template".into(), ".".into(), "--name-template".into(), release_name.into()];
    let application_flags = [
        ("--namespace", &application.namespace),
        ("--kube-version", &application.kube_version),
        ("--api-versions", &application.api_versions),
    ];
    for (flag, value) in application_flags {
        if let Some(value) = value {
            args.extend([flag.into(), value.into()]);
        }
    }
    for (flag, entries) in [("--set", &parameters.set), ("--set-string", &parameters.set_string)] {
        for (key, value) in entries {
            args.extend([flag.into(), format!("{key}={}", escape_commas(value)).into()]);
        }
    }
    for file in &parameters.values_files {
        args.extend(["--values".into(), check_values_file(file, application)?.into()]);
    }
    if !parameters.skip_crds {
        args.push("--include-crds".into());
    }
    Ok(args)
}

/// Returns the release's name, checked: helm takes it for a template, in which an application's author could ask for
/// the sidecar's environment.
fn release_name<'a>(parameters: &'a HelmParameters, application: &'a PluginApplication) -> Result<&'a str, Failure> {
    let Some(name) = parameters.release_name.as_deref().or(application.release_name()) else {
        return Err(Failure::because(
            "ARGOCD_APP_NAME is not set, so the Helm release has no name; outside of Argo CD, set it yourself",
        ));
    };
    if is_release_name(name) {
        return Ok(name);
    }
    Err(Failure::because(format!(
        "{name:?} cannot be the name of a Helm release: lower-case letters, digits, `-` and `.`, at most \
         {MAX_RELEASE_NAME} characters; set helm-release-name"
    )))
}

/// Checks that a values file is in the repository, also behind links: the sidecar's other files are not values. Helm
/// would take a comma for the start of another path.
fn check_values_file<'a>(file: &'a str, application: &PluginApplication) -> Result<&'a str, Failure> {
    match find_values_problem(file, application) {
        None => Ok(file),
        Some(problem) => Err(Failure::because(format!("helm-values-files: {file}: {problem}"))),
    }
}

fn find_values_problem(file: &str, application: &PluginApplication) -> Option<String> {
    if file.contains("://") {
        return Some("only files of the repository are read; add it to the repository".to_owned());
    }
    if file.contains([',', '"']) {
        return Some("helm misreads the comma or quote in its name; rename the file".to_owned());
    }
    match Path::new(file).canonicalize() {
        Ok(path) if !path.starts_with(&application.repository) => {
            Some("is outside the repository; add it to the repository".to_owned())
        }
        Ok(path) => check_values(&path).err(),
        Err(error) => Some(describe_error(&error)),
    }
}

/// Refuses what is not a file of values, in words of ours: helm's would quote it.
fn check_values(path: &Path) -> Result<(), String> {
    let text = files::read_text(path, MAX_VALUES).map_err(|error| describe_error(&error))?;
    let source = Source::new("", text);
    let Some(document) = yaml::read_documents(source.padded(), &Limits::default()).into_iter().next() else {
        return Ok(());
    };
    match document.content {
        DocumentContent::Empty => Ok(()),
        DocumentContent::Tree(tree) if tree.root(source.padded()).is_mapping() => Ok(()),
        DocumentContent::Tree(_) => Err("values must be a mapping".to_owned()),
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
            assert_eq!(escape_commas(value), after);
        }
    }
}
