//! Filters of files, which git runs when it writes a work tree. Those that the user has set up are wanted: without them
//! a file of Git LFS is a pointer. A repository's configuration can include a file of its work tree, though, and what
//! stands there may come with a pull request.

use std::path::Path;

use super::discover::{Location, real};
use super::error::GitError;

/// The arguments by which git lists the settings of filters, each with its origin.
pub const LIST_FILTERS: [&str; 5] = ["config", "--null", "--show-origin", "--get-regexp", r"^filter\."];

/// Returns the settings that turn off every filter which a file of the work tree sets up. `listing` is what git prints for
/// [`LIST_FILTERS`].
pub fn settings_without_tree(location: &Location, listing: &[u8]) -> Result<Vec<String>, GitError> {
    let text = String::from_utf8_lossy(listing);
    let mut fields = text.split('\0');
    let mut settings = Vec::new();
    while let (Some(origin), Some(entry)) = (fields.next(), fields.next()) {
        let key = entry.split('\n').next().unwrap_or_default();
        let Some((filter, _)) = key.rsplit_once('.') else { continue };
        if !is_in_tree(location, origin) {
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
fn is_in_tree(location: &Location, origin: &str) -> bool {
    let Some(path) = origin.strip_prefix("file:") else { return false };
    let Ok(path) = real(Path::new(path)) else { return true };
    path.starts_with(&location.top) && !path.starts_with(&location.git_dir)
}
