//! Filters of files, which git runs when it writes a work tree. Those that the user has set up are wanted: without them
//! a file of Git LFS is a pointer. A repository's configuration can include a file of its work tree, though, and what
//! stands there may come with a pull request.

use std::ffi::OsStr;
use std::path::Path;

use super::discover::real;
use super::{GitError, Repository};

/// The settings that turn off every filter which a file of the work tree sets up.
pub fn settings_without_tree(repository: &Repository) -> Result<Vec<String>, GitError> {
    let args = ["config", "--null", "--show-origin", "--get-regexp", r"^filter\."].map(OsStr::new);
    let output = repository.run(&args)?;
    let text = String::from_utf8_lossy(&output.stdout);
    let mut fields = text.split('\0');
    let mut settings = Vec::new();
    while let (Some(origin), Some(entry)) = (fields.next(), fields.next()) {
        let key = entry.split('\n').next().unwrap_or_default();
        let Some((filter, _)) = key.rsplit_once('.') else { continue };
        if !is_in_tree(repository, origin) {
            continue;
        }
        if filter.contains('=') {
            return Err(GitError::Failed(format!("{key} is set in the work tree and cannot be turned off")));
        }
        for off in ["smudge=", "process=", "required=false"] {
            settings.push(format!("{filter}.{off}"));
        }
    }
    Ok(settings)
}

/// Returns `true` if an origin, `file:PATH`, lies in the work tree and not in the directory of git.
fn is_in_tree(repository: &Repository, origin: &str) -> bool {
    let Some(path) = origin.strip_prefix("file:") else { return false };
    let Ok(path) = real(Path::new(path)) else { return true };
    path.starts_with(&repository.location.top) && !path.starts_with(&repository.location.git_dir)
}
