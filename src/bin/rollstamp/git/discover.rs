//! Finds the repository that holds a path.
//!
//! Git itself would take any directory that holds `HEAD`, `config`, `objects/` and `refs/` for a bare repository, and
//! run what its configuration says. Such a directory can stand among the manifests of a pull request, while git lets
//! nobody commit a `.git`. So only `.git` counts here, and git is told the place that was found.

use std::ffi::OsStr;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::error::GitError;
use crate::environment::path_variable;
use crate::files;
use crate::programs::{self, ProgramNotFound};

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

/// Finds a program for work on the repository around the current directory, outside of it.
pub fn find_program(program: &OsStr) -> Result<PathBuf, ProgramNotFound> {
    programs::find_outside(program, find_top(Path::new(".")).as_deref())
}

/// Finds the one repository that holds all of these paths, or the current directory if there are none.
pub fn discover(paths: &[PathBuf]) -> Result<Location, GitError> {
    let here = PathBuf::from(".");
    let first = paths.first().unwrap_or(&here);
    if let Some(given) = path_variable(GIT_DIR) {
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

fn named_work_tree() -> Option<PathBuf> {
    let top = path_variable(GIT_WORK_TREE)?;
    Some(real(&top).unwrap_or(top))
}

/// The repository that the environment names. Its work tree is the current directory, as git has it, unless the
/// repository is the one around the path, whose work tree is known.
fn given_location(given: &Path, path: &Path) -> Result<Location, GitError> {
    let Ok(mut git_dir) = real(given) else { return Err(GitError::NoRepository) };
    if git_dir.is_file() {
        git_dir = follow_git_file(&git_dir)?;
    }
    let top = match (named_work_tree(), search_upward(path)) {
        (Some(named), _) => named,
        (None, Ok(Some(around))) if around.git_dir == git_dir => around.top,
        (None, _) => files::real_path(Path::new(".")),
    };
    Ok(Location { git_dir, top, git_file: None, is_given: true })
}

/// The nearest `.git` at or above a path, or at or above the nearest directory above it that exists.
pub fn search_upward(path: &Path) -> Result<Option<Location>, GitError> {
    let Ok(start) = real(directory_of(path)) else { return Err(GitError::NoRepository) };
    for top in start.ancestors() {
        let dot_git = top.join(".git");
        let Ok(metadata) = fs::metadata(&dot_git) else { continue };
        let top = top.to_owned();
        if metadata.is_file() {
            let git_dir = follow_git_file(&dot_git)?;
            return Ok(Some(Location { git_dir, top, git_file: Some(dot_git), is_given: false }));
        }
        // As git does, a `.git` that holds no repository is passed over: Argo CD leaves an empty one behind.
        if let Ok(git_dir) = real(&dot_git)
            && is_repository(&git_dir)
        {
            return Ok(Some(Location { git_dir, top, git_file: None, is_given: false }));
        }
    }
    Ok(None)
}

/// The directory that a file `.git` names: `gitdir: PATH`, from where the file lies.
fn follow_git_file(path: &Path) -> Result<PathBuf, GitError> {
    match read_git_file(path) {
        Some(git_dir) if is_repository(&git_dir) => Ok(git_dir),
        _ => Err(GitError::BadGitFile(path.to_owned())),
    }
}

fn read_git_file(path: &Path) -> Option<PathBuf> {
    let text = files::read_text(path, MAX_PATH).ok()?;
    let named = text.strip_prefix("gitdir: ")?.trim_end_matches(['\n', '\r']);
    real(&path.parent().unwrap_or(path).join(named)).ok()
}

/// Returns `true` if a directory is what git takes for a repository. That of a linked work tree has its objects and
/// references elsewhere.
fn is_repository(git_dir: &Path) -> bool {
    let common = match files::read_text(&git_dir.join("commondir"), MAX_PATH) {
        Ok(path) => git_dir.join(path.trim_end()),
        Err(_) => git_dir.to_owned(),
    };
    git_dir.join("HEAD").symlink_metadata().is_ok() && common.join("objects").is_dir() && common.join("refs").is_dir()
}

/// The directory of a path that exists, or the nearest one above it.
fn directory_of(path: &Path) -> &Path {
    path.ancestors().find(|above| above.is_dir()).unwrap_or(Path::new("."))
}

/// A path without symbolic links, in the form that git understands too.
pub fn real(path: &Path) -> io::Result<PathBuf> {
    let real = path.canonicalize()?;
    // What Windows puts before a path is foreign to git.
    match real.to_str().and_then(without_verbatim_prefix) {
        Some(plain) => Ok(PathBuf::from(plain)),
        None => Ok(real),
    }
}

fn without_verbatim_prefix(path: &str) -> Option<&str> {
    let plain = path.strip_prefix(r"\\?\")?;
    if plain.as_bytes().get(1) == Some(&b':') { Some(plain) } else { None }
}
