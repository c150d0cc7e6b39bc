//! Findings for reviewers, at lines of files: planned changes, and diagnostics of the input.

use sha2::{Digest, Sha256};

use crate::diagnostic::{Diagnostic, Place, Severity};
use crate::escape::escape;
use crate::index::IdVec;
use crate::source::Source;

/// The level of a finding; the worst comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// A finding that fails the run.
    Error,
    /// A finding to look at.
    Warning,
    /// Information.
    Notice,
}

impl Level {
    /// The word for it: `error`, `warning`, `notice`.
    pub fn as_str(self) -> &'static str {
        match self {
            Level::Error => "error",
            Level::Warning => "warning",
            Level::Notice => "notice",
        }
    }
}

/// One thing to see.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The level.
    pub level: Level,
    /// The rule behind it, in small letters with hyphens: `stale-stamp`.
    pub rule: &'static str,
    /// The place; absent for what concerns the whole input, and for a text that is not a file.
    pub spot: Option<Spot>,
    /// The message, with the fix.
    pub message: String,
    /// An identity that lasts as long as the finding does, whatever line it moves to and whatever content changes.
    pub subject: String,
}

/// A place in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spot {
    /// The path from the root of the repository, with `/`.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
    /// The column after the last character; absent where the place has no length or ends on another line.
    pub end_column: Option<usize>,
}

/// The view of findings.
#[derive(Clone, Copy, Debug)]
pub struct View<'a> {
    /// The path of each source from the root of the repository; none for a stream.
    pub paths: &'a IdVec<Source, Option<String>>,
    /// Set if dangling references and the like fail the run.
    pub strict: bool,
    /// Set if the changes have been made.
    pub done: bool,
}

/// Makes findings of diagnostics. Details are left out.
pub fn diagnostic_findings(sources: &IdVec<Source>, diagnostics: &[Diagnostic], view: View<'_>) -> Vec<Finding> {
    let told = diagnostics.iter().filter(|diagnostic| diagnostic.severity != Severity::Detail);
    told.map(|diagnostic| {
        let level = match diagnostic.severity {
            _ if view.strict && diagnostic.message.is_finding() => Level::Error,
            Severity::Error => Level::Error,
            Severity::Warning => Level::Warning,
            Severity::Note | Severity::Detail => Level::Notice,
        };
        let subject = format!("{}\0{}", diagnostic.object.as_deref().unwrap_or_default(), diagnostic.message);
        let finding = Finding::new(level, diagnostic.message.rule(), diagnostic.sentence(), subject);
        match diagnostic.place() {
            Some(place) => finding.at(sources, place, view),
            None => finding,
        }
    })
    .collect()
}

impl View<'_> {
    /// The level of a change: to be made it fails the check, once made it is good to know.
    pub(in crate::report) fn level(self) -> Level {
        if self.done { Level::Notice } else { Level::Error }
    }
}

impl Finding {
    /// A finding about the whole input.
    pub fn new(level: Level, rule: &'static str, message: impl Into<String>, subject: impl Into<String>) -> Finding {
        let message = escape(&message.into()).into_owned();
        Finding { level, rule, spot: None, message, subject: subject.into() }
    }

    /// Gives it a place. A place that is not in a file becomes part of the message.
    pub fn at(mut self, sources: &IdVec<Source>, place: &Place, view: View<'_>) -> Finding {
        let source = &sources[place.source];
        let (start, end) = (source.position(place.span.start), source.position(place.span.end));
        match &view.paths[place.source] {
            Some(file) => {
                let end_column = (end.line == start.line && end.column > start.column).then_some(end.column);
                self.spot = Some(Spot { file: file.clone(), line: start.line, column: start.column, end_column });
            }
            None => self.message = format!("{}:{}:{}: {}", source.name(), start.line, start.column, self.message),
        }
        self
    }

    /// Returns `true` for a change, and `false` for a diagnostic.
    pub fn is_change(&self) -> bool {
        matches!(self.rule, "missing-stamp" | "stale-stamp" | "needless-stamp" | "stale-name" | "stale-reference")
    }

    /// The rule in words: `stale stamp`.
    pub fn title(&self) -> String {
        self.rule.replace('-', " ")
    }
}

/// A name for each finding that stays the same from run to run, in hexadecimal. Equal ones are told apart by their
/// order.
pub fn fingerprints(findings: &[Finding]) -> Vec<String> {
    let mut seen = std::collections::BTreeMap::new();
    let mut name = |finding: &Finding| {
        let file = finding.spot.as_ref().map_or("", |spot| spot.file.as_str());
        let text = format!("{}\0{file}\0{}", finding.rule, finding.subject);
        let count = seen.entry(text.clone()).or_insert(0_usize);
        *count += 1;
        hex::encode(Sha256::digest(format!("{text}\0{count}")))
    };
    findings.iter().map(&mut name).collect()
}
