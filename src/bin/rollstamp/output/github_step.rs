//! GitHub Actions: the log with annotations, the summary of a step, and its outputs.
//!
//! The files are described in docs.github.com, "Workflow commands for GitHub Actions": a line is only ever added to
//! them, and a value that could hold a line break is written between lines with a word that nobody can guess.

use std::collections::hash_map::RandomState;
use std::fs::OpenOptions;
use std::hash::{BuildHasher, Hasher};
use std::io::Write;
use std::path::PathBuf;

use rollstamp::report::github::{StepReport, guarded};
use rollstamp::report::markdown::SUMMARY_LIMIT;

use crate::exit::Failure;
use crate::messages::reason;
use crate::output::stdout::print;

const SUMMARY: &str = "GITHUB_STEP_SUMMARY";
const OUTPUT: &str = "GITHUB_OUTPUT";

/// The bytes that are left for the summary of this step: earlier commands of it may have written some.
pub fn summary_room() -> usize {
    let file = path_in(SUMMARY).and_then(|path| std::fs::metadata(path).ok());
    let used = file.map_or(0, |file| usize::try_from(file.len()).unwrap_or(usize::MAX));
    SUMMARY_LIMIT.saturating_sub(used)
}

/// Writes the report: log and annotations to stdout; summary and outputs where the runner has files for them.
///
/// # Errors
/// A failure to write to standard output or to one of the files.
pub fn write_step(report: &StepReport) -> Result<(), Failure> {
    print(&(guarded(&report.log, &delimiter(&report.log)) + &report.annotations))?;
    if let Some(path) = path_in(SUMMARY) {
        append(SUMMARY, &path, &report.summary)?;
    }
    if let Some(path) = path_in(OUTPUT) {
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
    let half = || RandomState::new().build_hasher().finish();
    let words = std::iter::repeat_with(|| format!("rollstamp_{:016x}{:016x}", half(), half()));
    words.into_iter().find(|word| !text.contains(word.as_str())).unwrap_or_default()
}

/// The path in an environment variable, unless it is empty.
fn path_in(variable: &str) -> Option<PathBuf> {
    std::env::var_os(variable).filter(|path| !path.is_empty()).map(PathBuf::from)
}

fn append(variable: &str, path: &PathBuf, text: &str) -> Result<(), Failure> {
    let opened = OpenOptions::new().create(true).append(true).open(path);
    opened.and_then(|mut file| file.write_all(text.as_bytes())).map_err(|error| {
        let path = path.display();
        Failure::because(format!("{path}, which ${variable} names, cannot be written: {}", reason(&error)))
    })
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
