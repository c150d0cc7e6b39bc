//! Errors about writing the output.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use rollstamp::diagnostic::{Diagnostic, RunMessage};

use crate::exit::Failure;
use crate::files::describe_error;

/// A reason why something could not be written.
#[derive(Debug)]
pub enum OutputError {
    /// Standard output.
    Stdout(io::Error),
    /// A file or directory.
    Unwritable(PathBuf, io::Error),
    /// A directory in which files cannot be created.
    NoNewFiles(PathBuf, io::Error),
    /// A symbolic link that would have to be written through, and its target.
    Link(PathBuf, PathBuf),
    /// A pipe or a device instead of a file.
    NoFile(PathBuf),
    /// A file that was changed since it was read.
    Changed(PathBuf),
    /// A file with this number of names (hard links).
    HardLinks(PathBuf, u64),
    /// A file that would not stay its owner's.
    Owner(PathBuf),
    /// A standard output that was closed from the start.
    NoStdout,
    /// After an error: the files that were written, of how many.
    Partly(Vec<PathBuf>, usize),
    /// Two files that would be written to one path of the output directory.
    Collision(PathBuf, PathBuf, PathBuf),
    /// A file of the output directory that is one of the input.
    OverInput(PathBuf),
    /// An output directory that the next run would read as input.
    InsideInput(PathBuf, PathBuf),
    /// A path outside of the output directory.
    Outside(PathBuf),
}

impl fmt::Display for OutputError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            OutputError::Stdout(error) => write!(f, "cannot write to stdout: {}", describe_error(error)),
            OutputError::Unwritable(path, error) => {
                write!(f, "{}: cannot be written: {}", path.display(), describe_error(error))
            }
            OutputError::NoNewFiles(path, error) => {
                write!(f, "{}: cannot replace files in this directory: {}", path.display(), describe_error(error))
            }
            OutputError::Link(path, target) => {
                let (path, target) = (path.display(), target.display());
                write!(f, "{path}: symbolic links are not written through; pass the target {target} instead")
            }
            OutputError::NoFile(path) => {
                write!(f, "{}: not a regular file, so it cannot be replaced; omit --write", path.display())
            }
            OutputError::Changed(path) => {
                write!(f, "{}: changed since it was read; run again", path.display())
            }
            OutputError::HardLinks(path, names) => {
                let (path, text) =
                    (path.display(), "and only this one would be changed; copy the file to part them, or use");
                write!(f, "{path}: has {names} names (hard links), {text} --output-dir")
            }
            OutputError::Owner(path) => {
                let (path, text) =
                    (path.display(), "and would be ours afterwards; run as its owner, or use --output-dir");
                write!(f, "{path}: belongs to another user or group, {text}")
            }
            OutputError::NoStdout => {
                write!(f, "stdout is closed, so nothing can be printed; open it, or drop the output with `> /dev/null`")
            }
            OutputError::Partly(written, all) => write_partly(f, written, *all),
            OutputError::Collision(first, second, path) => {
                let (first, second, path) = (first.display(), second.display(), path.display());
                write!(
                    f,
                    "{first} and {second} would both be written to {path}; pass their common parent directory or a quoted \
                     pattern"
                )
            }
            OutputError::OverInput(path) => {
                write!(f, "{}: would overwrite an input file; use another --output-dir, or --write", path.display())
            }
            OutputError::InsideInput(dir, root) => {
                let (dir, root) = (dir.display(), root.display());
                write!(
                    f,
                    "{dir} is inside the input directory {root} and would be read by the next run; skip it with --exclude"
                )
            }
            OutputError::Outside(path) => {
                write!(
                    f,
                    "{}: would be written outside the output directory; pass its directory instead",
                    path.display()
                )
            }
        }
    }
}

fn write_partly(f: &mut fmt::Formatter<'_>, written: &[PathBuf], all: usize) -> fmt::Result {
    if written.is_empty() {
        return write!(f, "none of the {all} files was written; run again to write them");
    }
    write!(f, "only {} of {all} files were written, each completely: ", written.len())?;
    write_names(f, written)?;
    write!(f, "; run again to write the others")
}

/// Lists the first paths, and the number of the others.
fn write_names(f: &mut fmt::Formatter<'_>, paths: &[PathBuf]) -> fmt::Result {
    let mut separator = "";
    for path in paths.iter().take(LISTED_FILES) {
        write!(f, "{separator}{}", path.display())?;
        separator = ", ";
    }
    match paths.len().saturating_sub(LISTED_FILES) {
        0 => Ok(()),
        others => write!(f, " and {others} more"),
    }
}

/// Number of files that an error lists.
const LISTED_FILES: usize = 20;

impl OutputError {
    /// Makes the error for a path that cannot be written out of the reason of the system.
    pub fn unwritable(path: &Path) -> impl FnOnce(io::Error) -> OutputError {
        move |error| OutputError::Unwritable(path.to_owned(), error)
    }
}

impl From<OutputError> for Failure {
    fn from(error: OutputError) -> Failure {
        Failure::from_error(error)
    }
}

impl From<OutputError> for Diagnostic {
    fn from(error: OutputError) -> Diagnostic {
        Diagnostic::general(RunMessage(error.to_string()))
    }
}
