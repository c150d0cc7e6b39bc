//! Paths of files in the repository: the names by which hosts know them.

use std::cell::OnceCell;
use std::path::{Path, PathBuf};

use rollstamp::Source;
use rollstamp::index::IdVec;

use crate::environment::path_variable;
use crate::git::find_top;
use crate::input::{Provenance, SourceOrigin};
use crate::paths::{normalize, or_dot};

/// Variables that name the root of the repository: of GitHub Actions, and of GitLab CI.
const ROOTS: [&str; 2] = ["GITHUB_WORKSPACE", "CI_PROJECT_DIR"];

/// Returns the path of each source from the root of the repository, with `/`; `None` for a stream. Where no host names
/// the root, it is the current directory; a file outside of it keeps its path.
pub fn repository_paths(provenance: &Provenance) -> IdVec<Source, Option<String>> {
    let here = std::env::current_dir().unwrap_or_default();
    let root = named_root().unwrap_or_else(|| here.clone());
    paths_below(provenance, &here, &root)
}

/// Returns the same where no host names the root, but from the top of the work tree around the current directory.
pub fn paths_in_work_tree(provenance: &Provenance) -> IdVec<Source, Option<String>> {
    let here = std::env::current_dir().unwrap_or_default();
    let root = named_root().or_else(|| find_top(&here)).unwrap_or_else(|| here.clone());
    paths_below(provenance, &here, &root)
}

fn named_root() -> Option<PathBuf> {
    ROOTS.iter().find_map(|name| path_variable(name))
}

fn paths_below(provenance: &Provenance, here: &Path, root: &Path) -> IdVec<Source, Option<String>> {
    let mut root = RepositoryRoot::new(here, root);
    let mut paths = IdVec::new();
    for origin in provenance.origins.iter() {
        paths.push(match origin {
            SourceOrigin::File(file) => Some(root.path_of(&file.path, file.is_walked)),
            SourceOrigin::Stream => None,
        });
    }
    paths
}

/// The root of a repository, and what is known of it and of the directories of files.
struct RepositoryRoot<'a> {
    here: &'a Path,
    root: &'a Path,
    /// The root without `.` and `..`.
    normal: PathBuf,
    /// The real path of the root.
    real: OnceCell<Option<PathBuf>>,
    /// The last directory of a file outside of the root, and its real path.
    directory: (PathBuf, Option<PathBuf>),
}

impl<'a> RepositoryRoot<'a> {
    fn new(here: &'a Path, root: &'a Path) -> RepositoryRoot<'a> {
        let normal = normalize(root);
        RepositoryRoot { here, root, normal, real: OnceCell::new(), directory: (PathBuf::new(), None) }
    }

    /// The path of a file from the root. A file that was found in a directory is not a symbolic link.
    fn path_of(&mut self, path: &Path, is_walked: bool) -> String {
        let whole = normalize(&self.here.join(path));
        let below = match whole.strip_prefix(&self.normal) {
            Ok(below) => below.to_owned(),
            // The root may be named through a symbolic link.
            Err(_) => self.real_path_below(path, is_walked).unwrap_or(path.to_owned()),
        };
        let parts = below.to_string_lossy().into_owned();
        if std::path::MAIN_SEPARATOR == '/' { parts } else { parts.replace(std::path::MAIN_SEPARATOR, "/") }
    }

    fn real_path_below(&mut self, path: &Path, is_walked: bool) -> Option<PathBuf> {
        let real = match (path.parent(), path.file_name()) {
            (Some(directory), Some(name)) if is_walked => self.find_real_directory(directory)?.join(name),
            _ => path.canonicalize().ok()?,
        };
        let root = self.real.get_or_init(|| self.root.canonicalize().ok());
        Some(real.strip_prefix(root.as_ref()?).ok()?.to_owned())
    }

    fn find_real_directory(&mut self, directory: &Path) -> Option<&Path> {
        let directory = or_dot(directory);
        if self.directory.0 != directory {
            self.directory = (directory.to_owned(), directory.canonicalize().ok());
        }
        self.directory.1.as_deref()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn paths_count_from_the_root() {
        for (path, here, root, expected) in [
            ("app.yaml", "/r", "/r", "app.yaml"),
            ("./k8s//app.yaml", "/r", "/r", "k8s/app.yaml"),
            ("app.yaml", "/r/k8s", "/r", "k8s/app.yaml"),
            ("../base/app.yaml", "/r/prod", "/r", "base/app.yaml"),
            ("/r/k8s/app.yaml", "/elsewhere", "/r/", "k8s/app.yaml"),
            ("/other/app.yaml", "/r", "/r", "/other/app.yaml"),
        ] {
            let mut root = RepositoryRoot::new(Path::new(here), Path::new(root));
            assert_eq!(root.path_of(Path::new(path), false), expected);
        }
    }
}
