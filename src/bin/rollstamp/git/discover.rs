//! Finds the repository that holds a path.
//!
//! Git itself would take any directory that holds `HEAD`, `config`, `objects/` and `refs/` for a bare repository, and
//! run what its configuration says. Such a directory can stand among the manifests of a pull request, while git lets
//! nobody commit a `.git`. So only `.git` counts here, and git is told the place that was found.

use std::env;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::error::GitError;
use crate::files;

/// The variables by which git's caller, such as a hook, says which repository is meant.
const GIT_DIR: &str = "GIT_DIR";
const GIT_WORK_TREE: &str = "GIT_WORK_TREE";

/// More than the path in a file `.git` can be long.
const MAX_PATH: u64 = 64 << 10;

/// The place of a repository. All paths are absolute and without symbolic links.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Location {
    /// The directory with the configuration, and with the objects unless it is that of a linked work tree.
    pub git_dir: PathBuf,
    /// The top of the work tree.
    pub top: PathBuf,
    /// The file `.git` that names the directory, in linked work trees and submodules.
    pub git_file: Option<PathBuf>,
    /// Set if the caller's environment names the repository, so that nothing was searched for.
    pub is_given: bool,
}

/// Finds the top of the work tree around a directory, if there is one.
pub fn find_top(directory: &Path) -> Option<PathBuf> {
    Some(search_upward(directory).ok()??.top)
}

/// Finds the one repository that holds all of these paths, or the current directory if there are none.
pub fn discover(paths: &[PathBuf]) -> Result<Location, GitError> {
    let here = PathBuf::from(".");
    let first = paths.first().unwrap_or(&here);
    if let Some(given) = variable(GIT_DIR) {
        return given_location(&given, first);
    }
    let found = search_upward(first)?.ok_or(GitError::NoRepository)?;
    for path in paths.iter().skip(1) {
        match search_upward(path)? {
            Some(other) if other.git_dir != found.git_dir => {
                return Err(GitError::TwoRepositories(first.clone(), path.clone()));
            }
            Some(_) => {}
            None => return Err(GitError::Outside(path.clone())),
        }
    }
    Ok(Location { top: named_work_tree().unwrap_or(found.top), ..found })
}

fn variable(name: &str) -> Option<PathBuf> {
    env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from)
}

fn named_work_tree() -> Option<PathBuf> {
    variable(GIT_WORK_TREE).map(|top| real(&top).unwrap_or(top))
}

/// The repository that the environment names. Its work tree is the current directory, as git has it, unless the
/// repository is the one around the path, whose work tree is known.
fn given_location(given: &Path, path: &Path) -> Result<Location, GitError> {
    let git_dir = real(given).map_err(|_| GitError::NoRepository)?;
    let git_dir = if git_dir.is_file() { follow_git_file(&git_dir)? } else { git_dir };
    let around = search_upward(path).ok().flatten().filter(|around| around.git_dir == git_dir);
    let here = || real(Path::new(".")).unwrap_or_else(|_| PathBuf::from("."));
    let top = named_work_tree().or(around.map(|around| around.top)).unwrap_or_else(here);
    Ok(Location { git_dir, top, git_file: None, is_given: true })
}

/// The nearest `.git` at or above a path, or at or above the nearest directory above it that exists.
pub fn search_upward(path: &Path) -> Result<Option<Location>, GitError> {
    let start = real(&directory_of(path)).map_err(|_| GitError::NoRepository)?;
    for top in start.ancestors() {
        let dot_git = top.join(".git");
        let Ok(metadata) = fs::metadata(&dot_git) else { continue };
        let location = |git_dir, git_file| Location { git_dir, top: top.to_owned(), git_file, is_given: false };
        if metadata.is_file() {
            return Ok(Some(location(follow_git_file(&dot_git)?, Some(dot_git))));
        }
        // As git does, a `.git` that holds no repository is passed over: Argo CD leaves an empty one behind.
        if let Some(git_dir) = real(&dot_git).ok().filter(|git_dir| is_repository(git_dir)) {
            return Ok(Some(location(git_dir, None)));
        }
    }
    Ok(None)
}

/// The directory that a file `.git` names: `gitdir: PATH`, from where the file lies.
fn follow_git_file(path: &Path) -> Result<PathBuf, GitError> {
    let bad = || GitError::BadGitFile(path.to_owned());
    let bytes = files::read(path, MAX_PATH).map_err(|_| bad())?;
    let text = String::from_utf8(bytes).map_err(|_| bad())?;
    let named = text.strip_prefix("gitdir: ").ok_or_else(bad)?.trim_end_matches(['\n', '\r']);
    let git_dir = real(&path.parent().unwrap_or(path).join(named)).map_err(|_| bad())?;
    if is_repository(&git_dir) { Ok(git_dir) } else { Err(bad()) }
}

/// Returns `true` if a directory is what git takes for a repository. That of a linked work tree has its objects and
/// references elsewhere.
fn is_repository(git_dir: &Path) -> bool {
    let common = files::read(&git_dir.join("commondir"), MAX_PATH).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    let common = common.map_or_else(|| git_dir.to_owned(), |path| git_dir.join(path.trim_end()));
    git_dir.join("HEAD").symlink_metadata().is_ok() && common.join("objects").is_dir() && common.join("refs").is_dir()
}

/// The directory of a path that exists, or the nearest one above it.
fn directory_of(path: &Path) -> PathBuf {
    let above = path.ancestors().find(|path| path.is_dir() && !path.as_os_str().is_empty());
    above.map_or_else(|| PathBuf::from("."), Path::to_owned)
}

/// A path without symbolic links, in the form that git understands too.
pub fn real(path: &Path) -> io::Result<PathBuf> {
    let real = path.canonicalize()?;
    // What Windows puts before a path is foreign to git.
    let plain = real
        .to_str()
        .and_then(|text| text.strip_prefix(r"\\?\"))
        .filter(|rest| rest.get(1..).is_some_and(|rest| rest.starts_with(':')));
    Ok(plain.map_or(real.clone(), PathBuf::from))
}
