//! A file of another tool that the rules name.

use std::fmt::Display;
use std::io::ErrorKind;
use std::path::Path;

use rollstamp::diagnostic::{Diagnostic, RunMessage};
use rollstamp::rules::RuleFileError;

use crate::exit::Failure;
use crate::files;
use crate::files::describe_error;
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

    /// Reads the file by a parser of its format.
    pub(super) fn parse<T>(&self, parser: fn(&str) -> Result<T, RuleFileError>) -> Result<T, Failure> {
        parser(&self.read_text()?).map_err(|error| match error {
            RuleFileError::Yaml(error) => self.report_yaml_error(&error),
            RuleFileError::Content(problem) => self.fail(problem),
        })
    }

    fn read_text(&self) -> Result<String, Failure> {
        files::read_text(self.path, MAX_BYTES).map_err(|error| match error.kind() {
            ErrorKind::FileTooLarge => {
                self.fail("larger than 256 KiB, the limit for rule files; check that it is the right file")
            }
            _ => self.fail(describe_error(&error)),
        })
    }

    /// Makes an error about the whole file.
    fn fail(&self, problem: impl Display) -> Failure {
        Failure::because(format!("{}: cannot read {}: {problem}", self.path.display(), self.what))
    }

    /// Makes an error at a position in the file, if that is known.
    fn report_yaml_error(&self, error: &serde_yaml::Error) -> Failure {
        let error = explain_foreign(error);
        let Some(position) = error.position else { return self.fail(error.sentence) };
        let message = RunMessage(error.sentence);
        Failure::Errors(vec![Diagnostic::at_position(self.path.to_string_lossy(), position, message)])
    }
}
