//! How a run ends: three outcomes, one place that gives them their numbers.

use std::process::ExitCode;

use crate::messages::{Messages, Said};

/// What a run that could do its work found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Done, or nothing to do.
    Done,
    /// `--check` or `--diff` found changes, or `--strict` found findings.
    Found,
}

/// The exit status of the process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExitStatus {
    /// The work was done.
    Outcome(Outcome),
    /// The work could not be done.
    Failed,
}

/// Why the work could not be done.
#[derive(Debug, PartialEq)]
pub enum Failure {
    /// These errors are still to be said.
    Errors(Vec<Said>),
    /// Everything has been said, as diagnostics of the input.
    Said,
}

impl Failure {
    /// A failure with one reason.
    pub fn because(reason: impl Into<String>) -> Failure {
        Failure::Errors(vec![Said::general(reason)])
    }

    /// A failure with all reasons that were found, in their order.
    pub fn all(reasons: Vec<impl Into<Said>>) -> Failure {
        Failure::Errors(reasons.into_iter().map(Into::into).collect())
    }
}

/// The status for what a verb returned; what has not been said is said here, last.
pub fn status(done: Result<Outcome, Failure>, messages: &Messages) -> ExitStatus {
    match done {
        Ok(outcome) => ExitStatus::Outcome(outcome),
        Err(Failure::Said) => ExitStatus::Failed,
        Err(Failure::Errors(reasons)) => {
            reasons.iter().for_each(|reason| messages.error(reason));
            ExitStatus::Failed
        }
    }
}

impl From<ExitStatus> for ExitCode {
    fn from(status: ExitStatus) -> ExitCode {
        ExitCode::from(match status {
            ExitStatus::Outcome(Outcome::Done) => 0,
            ExitStatus::Outcome(Outcome::Found) => 1,
            ExitStatus::Failed => 2,
        })
    }
}
