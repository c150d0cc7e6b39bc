//! Programs that we run, found once and run by their absolute paths.
//!
//! PATH is searched here and not by the system: an empty or relative entry, or one inside of the repository, would let
//! a file of a pull request take the place of `git` or `kustomize`.

use std::env;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

/// Finds a program. A name with a directory in it is a path and is left as it is.
///
/// # Errors
/// Why it cannot be found, with entries of PATH that hold it and are not trusted.
pub fn find(program: &OsStr, repository: Option<&Path>) -> Result<PathBuf, String> {
    if Path::new(program).components().count() > 1 {
        return Ok(PathBuf::from(program));
    }
    let path = env::var_os("PATH").unwrap_or_default();
    search(program, env::split_paths(&path), repository)
}

fn search(
    program: &OsStr,
    directories: impl Iterator<Item = PathBuf>,
    repository: Option<&Path>,
) -> Result<PathBuf, String> {
    let repository = repository.and_then(|path| path.canonicalize().ok());
    let mut passed_over = None;
    for directory in directories {
        let Some(file) = executable_in(&directory, program) else { continue };
        if is_trusted(&directory, &file, repository.as_deref()) {
            return Ok(file);
        }
        passed_over.get_or_insert(directory);
    }
    let program = program.display();
    Err(match passed_over {
        None => format!("cannot find {program} in PATH; is it installed?"),
        Some(directory) if directory.as_os_str().is_empty() => {
            format!(
                "cannot find {program} in PATH, whose empty entries are not searched; write its path to have it run"
            )
        }
        Some(directory) => {
            let directory = directory.display();
            format!(
                "cannot find {program} in PATH, where {directory} is passed over: it is relative or lies in the \
                 repository; write its path to have it run"
            )
        }
    })
}

/// Returns `true` if an entry of PATH is absolute and neither it nor the program behind it lies in the repository.
fn is_trusted(directory: &Path, file: &Path, repository: Option<&Path>) -> bool {
    let is_inside = |path: &Path| {
        let real = path.canonicalize();
        repository.is_some_and(|repository| real.is_ok_and(|real| real.starts_with(repository)))
    };
    directory.is_absolute() && !is_inside(directory) && !is_inside(file)
}

#[cfg(unix)]
fn executable_in(directory: &Path, program: &OsStr) -> Option<PathBuf> {
    use std::os::unix::fs::PermissionsExt;
    let file = directory.join(program);
    let metadata = file.metadata().ok()?;
    (metadata.is_file() && metadata.permissions().mode() & 0o111 != 0).then_some(file)
}

#[cfg(not(unix))]
fn executable_in(directory: &Path, program: &OsStr) -> Option<PathBuf> {
    let file = directory.join(program);
    let with_ending = {
        let mut name = file.clone().into_os_string();
        name.push(env::consts::EXE_SUFFIX);
        PathBuf::from(name)
    };
    [with_ending, file].into_iter().find(|file| file.is_file())
}
