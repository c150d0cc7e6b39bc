//! Programs that we run, each found once and run by its absolute path.
//!
//! PATH is searched here and not by the system: an empty or relative entry, or one inside of the repository, would let
//! a file of a pull request take the place of `git` or `kustomize`.

mod error;

use std::collections::HashMap;
use std::env;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

pub use error::ProgramNotFound;

use crate::files;

/// The programs that have been found.
static FOUND: Mutex<Option<HashMap<OsString, PathBuf>>> = Mutex::new(None);

/// Finds a program outside of the repository that is worked on. A name with a directory in it is a path and stays as it
/// is.
pub fn find_outside(program: &OsStr, repository: Option<&Path>) -> Result<PathBuf, ProgramNotFound> {
    if Path::new(program).components().count() != 1 || program.as_encoded_bytes().contains(&b'/') {
        return Ok(PathBuf::from(program));
    }
    let mut found = FOUND.lock().unwrap_or_else(PoisonError::into_inner);
    let found = found.get_or_insert_default();
    if let Some(path) = found.get(program) {
        return Ok(path.clone());
    }
    let path = env::var_os("PATH").unwrap_or_default();
    let file = search(program, env::split_paths(&path), repository)?;
    Ok(found.entry(program.to_owned()).or_insert(file).clone())
}

/// The PATH for a program that finds others by it: without the entries that are passed over here.
pub fn trusted_path(repository: Option<&Path>) -> OsString {
    let path = env::var_os("PATH").unwrap_or_default();
    let repository = real_directory(repository);
    let entries = env::split_paths(&path).filter(|entry| is_trusted(entry, entry, repository.as_deref()));
    env::join_paths(entries).unwrap_or_default()
}

fn real_directory(directory: Option<&Path>) -> Option<PathBuf> {
    directory?.canonicalize().ok()
}

fn search(
    program: &OsStr,
    directories: impl Iterator<Item = PathBuf>,
    repository: Option<&Path>,
) -> Result<PathBuf, ProgramNotFound> {
    let repository = real_directory(repository);
    let mut ignored_directory = None;
    for directory in directories {
        let Some(file) = find_executable(&directory, program) else { continue };
        if is_trusted(&directory, &file, repository.as_deref()) {
            return Ok(file);
        }
        ignored_directory.get_or_insert(directory);
    }
    Err(ProgramNotFound { program: program.to_owned(), ignored_directory })
}

/// Returns `true` if an entry of PATH is absolute, and neither it nor the program behind it lies in the repository.
fn is_trusted(directory: &Path, file: &Path, repository: Option<&Path>) -> bool {
    if let Some(repository) = repository
        && (files::lies_in(directory, repository) || files::lies_in(file, repository))
    {
        return false;
    }
    directory.is_absolute()
}

#[cfg(unix)]
fn find_executable(directory: &Path, program: &OsStr) -> Option<PathBuf> {
    use std::os::unix::fs::PermissionsExt;
    let file = directory.join(program);
    let metadata = file.metadata().ok()?;
    (metadata.is_file() && metadata.permissions().mode() & 0o111 != 0).then_some(file)
}

#[cfg(not(unix))]
fn find_executable(directory: &Path, program: &OsStr) -> Option<PathBuf> {
    let mut with_ending = program.to_owned();
    with_ending.push(env::consts::EXE_SUFFIX);
    [directory.join(with_ending), directory.join(program)].into_iter().find(|file| file.is_file())
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::os::unix::fs::{PermissionsExt, symlink};

    #[test]
    fn entries_of_path_that_a_repository_can_fill_are_ignored() {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path().canonicalize().unwrap();
        for (name, mode) in [("repository/bin", 0o755), ("tools", 0o755), ("data", 0o644)] {
            let file = root.join(name).join("tool");
            std::fs::create_dir_all(root.join(name)).unwrap();
            std::fs::write(&file, "").unwrap();
            std::fs::set_permissions(&file, PermissionsExt::from_mode(mode)).unwrap();
        }
        std::fs::create_dir(root.join("links")).unwrap();
        symlink(root.join("repository/bin/tool"), root.join("links/tool")).unwrap();
        symlink(root.join("repository/bin"), root.join("link-to-bin")).unwrap();
        let repository = root.join("repository");
        let search = |entries: &[PathBuf]| search("tool".as_ref(), entries.iter().cloned(), Some(&repository));
        for ignored in [root.join("repository/bin"), root.join("links"), root.join("link-to-bin")] {
            let found = search(&[ignored.clone(), root.join("data"), root.join("tools")]);
            assert_eq!(found, Ok(root.join("tools/tool")), "{ignored:?}");
            let message = search(std::slice::from_ref(&ignored)).unwrap_err().to_string();
            assert!(message.contains(&format!("it is only in {}, an entry", ignored.display())), "{message}");
        }
        let message = search(&[root.join("data")]).unwrap_err().to_string();
        assert_eq!(message, "cannot run tool: it is not in PATH; install it, or add its directory to PATH");
    }
}
