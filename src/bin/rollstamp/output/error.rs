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
    /// After an error: the number of files that were written, of how many.
    Partly(usize, usize),
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
            OutputError::Partly(done, all) => {
                write!(
                    f,
                    "only {done} of {all} changed files were written, each completely; run again to write the others"
                )
            }
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
