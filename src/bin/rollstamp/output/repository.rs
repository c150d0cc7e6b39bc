//! Paths of files in the repository: the names by which hosts know them.

use std::path::{Path, PathBuf};

use rollstamp::Source;
use rollstamp::index::IdVec;

use crate::environment::path_variable;
use crate::git::find_top;
use crate::input::{Provenance, SourceOrigin};
use crate::paths::normalize;

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
    let mut paths = IdVec::new();
    for origin in provenance.origins.iter() {
        paths.push(match origin {
            SourceOrigin::File(file) => Some(relative_path(&file.path, here, root)),
            SourceOrigin::Stream => None,
        });
    }
    paths
}

fn real_path_below(path: &Path, root: &Path) -> Option<PathBuf> {
    let real = path.canonicalize().ok()?;
    Some(real.strip_prefix(root.canonicalize().ok()?).ok()?.to_owned())
}

fn relative_path(path: &Path, here: &Path, root: &Path) -> String {
    let whole = normalize(&here.join(path));
    let below = match whole.strip_prefix(normalize(root)) {
        Ok(below) => below.to_owned(),
        // The root may be named through a symbolic link.
        Err(_) => real_path_below(path, root).unwrap_or(path.to_owned()),
    };
    let parts = below.to_string_lossy().into_owned();
    if std::path::MAIN_SEPARATOR == '/' { parts } else { parts.replace(std::path::MAIN_SEPARATOR, "/") }
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
            assert_eq!(relative_path(Path::new(path), Path::new(here), Path::new(root)), expected);
        }
    }
}
