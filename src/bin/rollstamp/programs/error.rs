//! The error for a program that cannot be found.

use std::ffi::OsString;
use std::fmt;
use std::path::{Path, PathBuf};

/// A program that PATH does not lead to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProgramNotFound {
    /// Name of the program.
    pub program: OsString,
    /// Entry of PATH that has it and is ignored, because it is relative or inside the repository.
    pub ignored_directory: Option<PathBuf>,
}

impl ProgramNotFound {
    /// Returns `true` if an entry of PATH that is ignored has the program.
    pub fn is_ignored(&self) -> bool {
        self.ignored_directory.is_some()
    }
}

impl fmt::Display for ProgramNotFound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let program = self.program.display();
        match &self.ignored_directory {
            None => write!(f, "cannot run {program}: it is not in PATH; install it, or add its directory to PATH"),
            Some(directory) => {
                let directory = if directory.as_os_str().is_empty() { Path::new(".") } else { directory };
                let directory = directory.display();
                write!(
                    f,
                    "cannot run {program}: it is only in {directory}, an entry of PATH that is ignored because it is \
                     relative or inside the repository; write {directory}/{program} to run it"
                )
            }
        }
    }
}
