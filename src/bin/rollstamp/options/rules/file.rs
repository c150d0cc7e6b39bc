//! A file of another tool that the rules name.

use std::fmt::Display;
use std::io::ErrorKind;
use std::path::Path;

use rollstamp::diagnostic::{Diagnostic, RunMessage};

use crate::exit::Failure;
use crate::files;
use crate::messages::reason;
use crate::options::foreign::explain_foreign;
use crate::options::parse_error::MAX_BYTES;

/// A file and what it is read for, in words.
pub(super) struct RuleFile<'p> {
    path: &'p Path,
    what: &'static str,
}

impl<'p> RuleFile<'p> {
    pub(super) fn new(path: &'p Path, what: &'static str) -> RuleFile<'p> {
        RuleFile { path, what }
    }

    /// Its text.
    pub(super) fn read(&self) -> Result<String, Failure> {
        files::read_text(self.path, MAX_BYTES).map_err(|error| match error.kind() {
            ErrorKind::FileTooLarge => self.cannot("such a file has at most 256 KiB; is this the right file?"),
            _ => self.cannot(reason(&error)),
        })
    }

    /// What is wrong about the whole of it.
    pub(super) fn cannot(&self, why: impl Display) -> Failure {
        Failure::because(format!("{}: cannot read {}: {why}", self.path.display(), self.what))
    }

    /// What is wrong at a place in it, where that is known.
    pub(super) fn wrong(&self, error: &serde_yaml::Error) -> Failure {
        let wrong = explain_foreign(error);
        match wrong.position {
            Some(position) => {
                let message = RunMessage(wrong.sentence);
                Failure::Errors(vec![Diagnostic::at_position(self.path.to_string_lossy(), position, message)])
            }
            None => self.cannot(wrong.sentence),
        }
    }
}
