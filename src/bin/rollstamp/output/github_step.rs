//! GitHub Actions: the log with annotations, the summary of a step, and its outputs.
//!
//! The files are described in docs.github.com, "Workflow commands for GitHub Actions": a line is only ever added to
//! them, and a value that could hold a line break is written between lines with a word that nobody can guess.

use std::collections::hash_map::RandomState;
use std::fs::OpenOptions;
use std::hash::BuildHasher;
use std::io::{self, Write};
use std::path::Path;

use rollstamp::report::github::{StepReport, guarded};
use rollstamp::report::markdown::SUMMARY_LIMIT;

use crate::environment::path_variable;
use crate::exit::Failure;
use crate::files::describe_error;
use crate::output::stdout::print;

const SUMMARY: &str = "GITHUB_STEP_SUMMARY";
const OUTPUT: &str = "GITHUB_OUTPUT";

/// The bytes that are left for the summary of this step: earlier commands of it may have written some.
pub fn summary_room() -> usize {
    let Some(path) = path_variable(SUMMARY) else { return SUMMARY_LIMIT };
    let Ok(file) = std::fs::metadata(path) else { return SUMMARY_LIMIT };
    SUMMARY_LIMIT.saturating_sub(usize::try_from(file.len()).unwrap_or(usize::MAX))
}

/// Writes the report: log and annotations to stdout; summary and outputs where the runner has files for them.
///
/// # Errors
/// A failure to write to standard output or to one of the files.
pub fn write_step(report: &StepReport) -> Result<(), Failure> {
    print(&(guarded(&report.log, &delimiter(&report.log)) + &report.annotations))?;
    if let Some(path) = path_variable(SUMMARY) {
        append(SUMMARY, &path, &report.summary)?;
    }
    if let Some(path) = path_variable(OUTPUT) {
        let mut lines = String::new();
        for (name, value) in &report.outputs {
            lines.push_str(&assignment(name, value));
        }
        append(OUTPUT, &path, &lines)?;
    }
    Ok(())
}

/// `name<<word`, the value, and the word again.
fn assignment(name: &str, value: &str) -> String {
    let word = delimiter(value);
    format!("{name}<<{word}\n{value}\n{word}\n")
}

/// A word that nobody can guess and that is not in the text.
fn delimiter(text: &str) -> String {
    // Each state of the standard library's hasher is seeded by the operating system.
    loop {
        let (first, second) = (RandomState::new().hash_one(0), RandomState::new().hash_one(0));
        let word = format!("rollstamp_{first:016x}{second:016x}");
        if !text.contains(&word) {
            return word;
        }
    }
}

fn append(variable: &str, path: &Path, text: &str) -> Result<(), Failure> {
    if let Err(error) = append_text(path, text) {
        let (path, reason) = (path.display(), describe_error(&error));
        return Err(Failure::because(format!("{path}, which ${variable} names, cannot be written: {reason}")));
    }
    Ok(())
}

fn append_text(path: &Path, text: &str) -> io::Result<()> {
    OpenOptions::new().create(true).append(true).open(path)?.write_all(text.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_cannot_end_itself() {
        let text = assignment("workloads", "a\nb=c");
        let lines: Vec<&str> = text.lines().collect();
        let word = lines[0].strip_prefix("workloads<<").unwrap();
        assert_eq!(lines, [lines[0], "a", "b=c", word]);
        assert!(word.len() > 32 && word != delimiter(""), "{word}");
    }
}
