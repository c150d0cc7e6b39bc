//! The error for a program that cannot be found.

use std::ffi::OsString;
use std::fmt;
use std::path::{Path, PathBuf};

/// A program that PATH does not lead to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProgramNotFound {
    pub(super) program: OsString,
    /// An entry of PATH that holds it and was passed over.
    pub(super) passed_over: Option<PathBuf>,
}

impl ProgramNotFound {
    /// Returns `true` if an entry of PATH holds the program and is not trusted.
    pub fn is_passed_over(&self) -> bool {
        self.passed_over.is_some()
    }
}

impl fmt::Display for ProgramNotFound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let program = self.program.display();
        match &self.passed_over {
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
