//! The end of a run: three outcomes, one place that gives them their numbers.

use std::process::ExitCode;

use rollstamp::diagnostic::{Diagnostic, RunMessage};

use crate::messages::Messages;

/// The outcome of a run that could do its work.
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

/// The reason why the work could not be done.
#[derive(Debug, PartialEq)]
pub enum Failure {
    /// Errors that have not been reported yet.
    Errors(Vec<Diagnostic>),
    /// Errors that have been reported as diagnostics of the input.
    AlreadyReported,
}

impl Failure {
    /// A failure with one reason.
    pub fn because(reason: impl Into<String>) -> Failure {
        Failure::Errors(vec![Diagnostic::general(RunMessage(reason.into()))])
    }

    /// A failure with all reasons that were found, in their order.
    pub fn all(reasons: Vec<impl Into<Diagnostic>>) -> Failure {
        Failure::Errors(reasons.into_iter().map(Into::into).collect())
    }
}

/// Returns the status for the result of a verb, and reports what has not been reported yet.
pub fn status(done: Result<Outcome, Failure>, messages: &Messages) -> ExitStatus {
    match done {
        Ok(outcome) => ExitStatus::Outcome(outcome),
        Err(Failure::AlreadyReported) => ExitStatus::Failed,
        Err(Failure::Errors(reasons)) => {
            for reason in &reasons {
                messages.report(reason);
            }
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
