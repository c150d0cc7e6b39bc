//! The check that a repository is of the user who runs us, by the rules of git itself: git leaves it out where it is
//! told which repository to use.

use super::discover::Location;
use super::error::GitError;
#[cfg(unix)]
use crate::files;
use std::path::Path;

/// Refuses a repository of somebody else, whose configuration could run programs.
pub fn check(location: &Location, git: &Path) -> Result<(), GitError> {
    // Who names a repository by GIT_DIR knows which one it is, also to git.
    if location.is_given || is_owned(location, git) || is_safe(location, git)? {
        return Ok(());
    }
    Err(GitError::Owner(location.top.clone()))
}

/// Returns `true` if the file `.git`, the work tree and the directory of git belong to this user; for root, also if
/// they belong to the user who called sudo.
#[cfg(unix)]
fn is_owned(location: &Location, _git: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let user = rustix::process::geteuid().as_raw();
    let mut owners = vec![user];
    if user == 0 {
        owners.extend(std::env::var("SUDO_UID").unwrap_or_default().parse::<u32>());
    }
    for path in [&location.top, &location.git_dir].into_iter().chain(&location.git_file) {
        match path.symlink_metadata() {
            Ok(metadata) if owners.contains(&metadata.uid()) => {}
            _ => return false,
        }
    }
    true
}

/// Asks git itself, where owners are not numbers. It finds the same repository from the top, since `.git` comes first.
#[cfg(not(unix))]
fn is_owned(location: &Location, git: &Path) -> bool {
    let mut command = super::command::plain(git);
    command.args(["-c", "safe.bareRepository=explicit", "rev-parse", "--git-dir"]).current_dir(&location.top);
    command.output().is_ok_and(|output| output.status.success())
}

/// Returns `true` if `safe.directory` lists the repository. As with git, only what the user or the administrator has
/// configured counts, the last entries last, and an empty one takes back those before it.
#[cfg(unix)]
fn is_safe(location: &Location, git: &Path) -> Result<bool, GitError> {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;

    let mut command = super::command::plain(git);
    // A repository that is none, so that no configuration of one is read.
    command.env("GIT_DIR", "/dev/null");
    command.args(["config", "--null", "--includes", "--type=path", "--get-all", "safe.directory"]);
    let output = super::command::run(&mut command)?;
    match output.status.code() {
        Some(0) => {}
        Some(1) => return Ok(false),
        _ => return Err(GitError::Failed(super::command::words(&output))),
    }
    let mut is_safe = false;
    let entries = output.stdout.strip_suffix(b"\0").unwrap_or(&output.stdout);
    for entry in entries.split(|&byte| byte == 0) {
        match entry {
            b"" => is_safe = false,
            entry => is_safe |= covers(Path::new(OsStr::from_bytes(entry)), &location.top),
        }
    }
    Ok(is_safe)
}

/// Git has looked at `safe.directory` already.
#[cfg(not(unix))]
fn is_safe(_location: &Location, _git: &Path) -> Result<bool, GitError> {
    Ok(false)
}

/// Returns `true` if an entry of `safe.directory` covers a work tree: `*`, its path, or a path above it with `/*`.
#[cfg(unix)]
fn covers(entry: &Path, top: &Path) -> bool {
    if entry == Path::new("*") {
        return true;
    }
    // Where the work tree is the current directory, `.` names it.
    if !entry.is_absolute() && entry != Path::new(".") {
        return false;
    }
    match (entry.file_name(), entry.parent()) {
        (Some(name), Some(above)) if name == "*" => {
            let above = files::real_path(above);
            top != above && top.starts_with(above)
        }
        _ => files::real_path(entry) == top,
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn an_entry_covers_one_work_tree_or_those_below() {
        for (entry, covered) in [
            ("*", true),
            ("/srv/app", true),
            ("/srv/app/", true),
            ("/srv/*", true),
            ("/*", true),
            ("/srv/app/*", false),
            ("/srv/ap*", false),
            ("/srv", false),
            ("srv/app", false),
            ("", false),
        ] {
            assert_eq!(covers(Path::new(entry), Path::new("/srv/app")), covered, "{entry}");
        }
    }
}
