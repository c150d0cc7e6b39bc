//! Results of a run, and the exit status of each.

use std::process::ExitCode;

use rollstamp::diagnostic::{Diagnostic, RunMessage};

use crate::messages::Messages;

/// Result of a run that did its work.
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
    /// The work was not done.
    Failed,
}

/// Errors that kept a run from doing its work.
#[derive(Debug, PartialEq)]
pub enum Failure {
    /// Errors that have not been reported yet.
    Errors(Vec<Diagnostic>),
    /// Errors that have been reported as diagnostics of the input.
    AlreadyReported,
}

impl Failure {
    /// Returns a failure with one reason.
    pub fn because(reason: impl Into<String>) -> Failure {
        Failure::Errors(vec![Diagnostic::general(RunMessage(reason.into()))])
    }

    /// Returns a failure with these reasons, each an error of its own.
    pub fn because_of_all(reasons: impl Iterator<Item = String>) -> Failure {
        Failure::Errors(reasons.map(|reason| Diagnostic::general(RunMessage(reason))).collect())
    }

    /// Returns a failure with this reason.
    pub fn from_error(error: impl Into<Diagnostic>) -> Failure {
        Failure::Errors(vec![error.into()])
    }

    /// Returns a failure with several reasons, in their order.
    pub fn all(reasons: Vec<impl Into<Diagnostic>>) -> Failure {
        Failure::Errors(reasons.into_iter().map(Into::into).collect())
    }
}

/// Returns the exit status for the result of a command, and reports the errors that have not been reported yet.
pub fn report_result(result: Result<Outcome, Failure>, messages: &Messages) -> ExitStatus {
    match result {
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

impl ExitStatus {
    /// Returns the number that the system gets.
    pub fn number(self) -> u8 {
        match self {
            ExitStatus::Outcome(Outcome::Done) => 0,
            ExitStatus::Outcome(Outcome::Found) => 1,
            ExitStatus::Failed => 2,
        }
    }
}

impl From<ExitStatus> for ExitCode {
    fn from(status: ExitStatus) -> ExitCode {
        ExitCode::from(status.number())
    }
}
