//! Errors of git, and what to do about each.

use std::fmt;
use std::io;
use std::path::PathBuf;

use crate::files::describe_error;
use crate::programs::ProgramNotFound;

/// A question that git could not answer.
#[derive(Debug)]
pub enum GitError {
    /// Outside of a repository.
    NoRepository,
    /// Two paths in different repositories.
    TwoRepositories(PathBuf, PathBuf),
    /// A repository of another user, by the top of its work tree.
    Owner(PathBuf),
    /// A file `.git` that does not point to a repository.
    BadGitFile(PathBuf),
    /// Git is not in PATH.
    NotFound(ProgramNotFound),
    /// Git cannot be run.
    NoGit(io::Error),
    /// A revision that does not exist, in a shallow clone or not.
    NoRevision { name: String, shallow: bool },
    /// A revision that has no commit in common with HEAD, as far as a clone knows, which can be shallow.
    NoMergeBase { name: String, shallow: bool },
    /// A name that git would take for an option.
    OptionLike(String),
    /// Objects that a partial clone has not fetched yet, and the command that fetches them.
    NotFetched { fetch: String },
    /// A temporary directory that cannot be written to.
    NoPlace(io::Error),
    /// The current directory does not exist in a revision.
    NoDirectory(String),
    /// A failure of git, with its own message.
    Failed(String),
    /// A path outside of the repository.
    Outside(PathBuf),
}

impl fmt::Display for GitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            GitError::NoRepository => {
                write!(f, "no such path, and no git repository in which it could be a revision")
            }
            GitError::TwoRepositories(first, second) => {
                let (first, second) = (first.display(), second.display());
                write!(f, "{first} and {second} are in different git repositories; compare them in separate runs")
            }
            // The message of git itself, which people search for.
            GitError::Owner(top) => {
                let quoted = quote(&top.to_string_lossy());
                write!(
                    f,
                    "detected dubious ownership in repository at '{}'; to add an exception for this directory, call: \
                     git config --global --add safe.directory {quoted}",
                    top.display()
                )
            }
            GitError::BadGitFile(path) => {
                write!(f, "{} does not point to a git repository; `git worktree repair` may fix it", path.display())
            }
            GitError::NotFound(error) => write!(f, "{error}"),
            GitError::NoGit(error) => write!(f, "cannot run git: {}", describe_error(error)),
            GitError::NoRevision { name, shallow: true } => {
                write!(
                    f,
                    "no such path, and no such revision in this shallow clone; fetch it first: `{}`",
                    fetch_command(name)
                )
            }
            GitError::NoRevision { .. } => {
                write!(f, "no such path, and no such revision in this repository; fetch it first if it is a remote one")
            }
            GitError::NoMergeBase { name, shallow: true } => {
                write!(
                    f,
                    "this shallow clone does not have the commit from which {name} and HEAD started; fetch it first: \
                     `git fetch --unshallow` (in actions/checkout `fetch-depth: 0`), or compare with {name} itself: \
                     --base git:{name}"
                )
            }
            GitError::NoMergeBase { name, .. } => {
                write!(f, "{name} and HEAD have no commit in common; to compare all the same, use --base git:{name}")
            }
            GitError::OptionLike(name) => write!(f, "no such revision; write ./{name} if it is a path"),
            GitError::NotFetched { fetch } => {
                write!(f, "this partial clone does not have all files of the revision; fetch them first: `{fetch}`")
            }
            GitError::NoPlace(error) => {
                write!(f, "cannot write its files to a temporary directory: {}", describe_error(error))
            }
            GitError::NoDirectory(revision) => write!(f, "the current directory does not exist in {revision}"),
            GitError::Failed(message) => write!(f, "git failed: {message}"),
            GitError::Outside(path) => {
                write!(f, "{} is outside the git repository; compare two directories instead", path.display())
            }
        }
    }
}

/// The command that makes a revision known to a shallow clone.
fn fetch_command(name: &str) -> String {
    let is_hash = name.len() >= 7 && name.bytes().all(|byte| byte.is_ascii_hexdigit());
    match name.split_once('/') {
        _ if name.contains(['~', '^', '@']) => "git fetch --deepen=100".to_owned(),
        Some((remote @ ("origin" | "upstream"), branch)) => {
            let refspec = format!("{branch}:refs/remotes/{remote}/{branch}");
            format!("git fetch --depth=1 {remote} {}", quote(&refspec))
        }
        _ if is_hash => format!("git fetch --depth=1 origin {name}"),
        _ => format!("git fetch --depth=1 origin {}", quote(&format!("{name}:{name}"))),
    }
}

/// A word as a shell reads it.
pub fn quote(word: &str) -> String {
    // Only a word with a NUL byte cannot be quoted, and no command line can hold that.
    match shlex::try_quote(word) {
        Ok(quoted) => quoted.into_owned(),
        Err(_) => "...".to_owned(),
    }
}
