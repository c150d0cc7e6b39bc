//! The files that renderers read, in a private temporary directory: the inputs of applications and nothing else, so that
//! a renderer that looks for more finds nothing.
//!
//! `tree` holds the files of the repository, and `generated/<application>/<step>` those that are made for a step. `home`
//! is the home directory of renderers, which stays empty, and `tmp` is for their temporary files.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use rollstamp::repository::{Application, IndexedContent, RELEASE_FILE, RenderStep};
use tempfile::TempDir;

use super::side::RepositorySide;
use crate::exit::Failure;
use crate::files::describe_error;
use crate::interrupt::HeldPath;

/// The files that applications read, as their renderers get them, by their paths.
pub type InputFiles = BTreeMap<String, Vec<u8>>;

/// Reads the inputs of applications, without what would have to be fetched.
pub fn read_inputs(side: &RepositorySide, applications: &[&Application]) -> Result<InputFiles, Failure> {
    let mut inputs: BTreeSet<&str> = BTreeSet::new();
    for application in applications {
        inputs.extend(application.inputs.iter().map(String::as_str));
    }
    let mut files = side.read_files(&inputs).map_err(|error| Failure::because(error.to_string()))?;
    for (path, bytes) in &mut files {
        if let Some(edited) = side.index.text_without_remote_entries(path) {
            *bytes = edited.into_bytes();
        }
    }
    Ok(files)
}

/// The files of one side.
pub struct RenderTree {
    directory: TempDir,
    _held: HeldPath,
}

impl RenderTree {
    /// Writes the inputs of applications.
    pub fn create(
        side: &RepositorySide,
        applications: &[&Application],
        files: &InputFiles,
    ) -> Result<RenderTree, Failure> {
        let failed = |error: io::Error| {
            let reason = describe_error(&error);
            Failure::because(format!("cannot write the files of renderers to a temporary directory: {reason}"))
        };
        let make = || tempfile::Builder::new().prefix("rollstamp-").tempdir();
        let (directory, held) = HeldPath::create(make).map_err(failed)?;
        let tree = RenderTree { directory, _held: held };
        for name in ["tree", "generated", "home", "tmp"] {
            fs::create_dir(tree.directory.path().join(name)).map_err(failed)?;
        }
        let mut inputs: BTreeSet<&str> = BTreeSet::new();
        for application in applications {
            inputs.extend(application.inputs.iter().map(String::as_str));
        }
        let root = tree.files();
        for path in inputs {
            if let Some(bytes) = files.get(path) {
                write_below(&root, path, bytes).map_err(failed)?;
            }
            if let Some(IndexedContent::Link(target)) = side.index.content(path)
                && side.index.is_link_inside(path)
            {
                link_below(&root, path, target).map_err(failed)?;
            }
        }
        for copy in applications.iter().flat_map(|application| &application.recipe.copies) {
            if let Some(bytes) = files.get(&copy.from) {
                write_below(&root, &copy.to, bytes).map_err(failed)?;
            }
        }
        Ok(tree)
    }

    /// The directory of the repository's files.
    pub fn files(&self) -> PathBuf {
        self.path("tree")
    }

    /// A directory beside it.
    pub fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    /// Names repositories of charts for helm, which looks for dependencies only in those that it knows. Returns the variable
    /// of the file.
    pub fn write_chart_repositories(&self, urls: &[String]) -> Option<(OsString, OsString)> {
        let mut rows = Vec::new();
        for (number, url) in urls.iter().enumerate().filter(|(_, url)| !url.starts_with("oci://")) {
            rows.push(serde_json::json!({"name": format!("repository-{number}"), "url": url}));
        }
        let file = self.path("home").join("repositories.yaml");
        fs::write(&file, serde_json::json!({"apiVersion": "v1", "repositories": rows}).to_string()).ok()?;
        Some(("HELM_REPOSITORY_CONFIG".into(), file.into_os_string()))
    }

    /// Makes a file of the repository a program: copies have no modes.
    pub fn allow_execution(&self, path: &str) -> io::Result<()> {
        set_executable(&self.files().join(path))
    }

    /// Writes the files that are made for a step. Returns their path from the files of the repository.
    pub fn write_generated(&self, application: usize, number: usize, step: &RenderStep) -> io::Result<String> {
        let below = format!("generated/{application}/{number}");
        for (name, text) in step.generated_files() {
            write_below(&self.path(&below), &name, text.as_bytes())?;
        }
        Ok(format!("../{below}"))
    }

    /// Writes what a chart rendered to for its post-renderers, among the generated files of its step.
    pub fn write_release(&self, generated: &str, bytes: &[u8]) -> io::Result<()> {
        write_below(&self.files().join(generated), RELEASE_FILE, bytes)
    }
}

fn write_below(root: &Path, path: &str, bytes: &[u8]) -> io::Result<()> {
    let whole = root.join(path);
    if let Some(parent) = whole.parent() {
        fs::create_dir_all(parent)?;
    }
    fs::write(whole, bytes)
}

#[cfg(unix)]
fn set_executable(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(0o700))
}

#[cfg(not(unix))]
fn set_executable(_: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(unix)]
fn link_below(root: &Path, path: &str, target: &str) -> io::Result<()> {
    let whole = root.join(path);
    if let Some(parent) = whole.parent() {
        fs::create_dir_all(parent)?;
    }
    std::os::unix::fs::symlink(target, whole)
}

/// Makes no link: here links need a privilege. The renderer reports what is missing behind it.
#[cfg(not(unix))]
fn link_below(_: &Path, _: &str, _: &str) -> io::Result<()> {
    Ok(())
}
