//! Diagnostics as reports for programs and reviewers show them: at files of the repository.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

use crate::bundle::Bundle;
use crate::diagnostic::{Diagnostic, DiagnosticLocation, Message, Place, Severity};
use crate::index::IdVec;
use crate::source::Source;

/// A diagnostic and the file that it is shown at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ReportedDiagnostic {
    /// The diagnostic. Its severity is an error if it fails the run.
    pub diagnostic: Diagnostic,
    /// The place in a file of the repository; absent for a message about the whole input, or about a stream.
    pub range: Option<FileRange>,
    /// The message with the object and, where it is not shown at a file, with the place.
    pub text: String,
}

/// A place in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FileRange {
    /// The path from the root of the repository, with `/`.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
    /// The column after the last character; absent where the place has no length or ends on another line.
    pub end_column: Option<usize>,
}

/// The diagnostics that a report shows: all but details, and findings as errors if they fail the run. `paths` has the
/// path of each source from the root of the repository; none for a stream.
pub(in crate::report) fn reported_diagnostics<'d>(
    diagnostics: impl IntoIterator<Item = &'d Diagnostic>,
    sources: &IdVec<Source>,
    paths: &IdVec<Source, Option<String>>,
    findings_fail: bool,
) -> Vec<ReportedDiagnostic> {
    let files: BTreeMap<&str, &Option<String>> = sources.iter().map(Source::name).zip(paths).collect();
    let has_applications = sources.iter().any(|source| source.application().is_some());
    let mut reported = Vec::new();
    for diagnostic in diagnostics {
        if diagnostic.severity == Severity::Detail {
            continue;
        }
        let range = match &diagnostic.location {
            None => None,
            Some(DiagnosticLocation::Span(place)) => file_range(place, sources, paths),
            Some(DiagnosticLocation::Rendered { file, .. }) => {
                Some(FileRange { file: file.file.clone(), line: file.line, column: 1, end_column: None })
            }
            Some(DiagnosticLocation::Position { name, position }) => {
                let file = match files.get(name.as_str()) {
                    Some(file) => file.as_deref(),
                    // Places of what is rendered are those of files that are no sources themselves.
                    None => Some(name.as_str()).filter(|name| has_applications && !name.ends_with('>')),
                };
                let (line, column) = (position.line, position.column);
                file.map(|file| FileRange { file: file.to_string(), line, column, end_column: None })
            }
        };
        let place = if range.is_some() { String::new() } else { diagnostic.place_prefix(sources) };
        let text = place + &diagnostic.sentence();
        let fails = findings_fail && diagnostic.message.is_finding();
        let severity = if fails { Severity::Error } else { diagnostic.severity };
        reported.push(ReportedDiagnostic { diagnostic: diagnostic.clone().with_severity(severity), range, text });
    }
    reported
}

fn file_range(place: &Place, sources: &IdVec<Source>, paths: &IdVec<Source, Option<String>>) -> Option<FileRange> {
    let source = &sources[place.source];
    let (start, end) = (source.position(place.span.start), source.position(place.span.end));
    let is_on_one_line = end.line == start.line && end.column > start.column;
    Some(FileRange {
        file: paths[place.source].clone()?,
        line: start.line,
        column: start.column,
        end_column: is_on_one_line.then_some(end.column),
    })
}

/// A name for each diagnostic that stays the same from run to run, whatever line it moves to, in hexadecimal. Equal
/// ones are told apart by their order.
pub(in crate::report) fn fingerprints(diagnostics: &[ReportedDiagnostic]) -> Vec<String> {
    let mut seen = BTreeMap::new();
    let mut fingerprints = Vec::new();
    for ReportedDiagnostic { diagnostic, range, .. } in diagnostics {
        let rule = diagnostic.message.rule().id;
        let file = range.as_ref().map_or("", |range| range.file.as_str());
        let object = diagnostic.object.as_deref().unwrap_or_default();
        let identity = format!("{rule}\0{file}\0{object}\0{}", diagnostic.message.identity());
        let count = seen.entry(identity.clone()).or_insert(0_usize);
        *count += 1;
        fingerprints.push(hex::encode(Sha256::digest(format!("{identity}\0{count}"))));
    }
    fingerprints
}

/// A line for each note or error about documents that were not read.
pub(crate) fn list_unread_documents(bundle: &Bundle) -> Vec<String> {
    let mut lines = Vec::new();
    for diagnostic in &bundle.diagnostics {
        if let Message::Syntax(message) = &diagnostic.message
            && message.leaves_documents_out()
        {
            lines.push(format!("{}{}", diagnostic.place_prefix(&bundle.sources), diagnostic.sentence()));
        }
    }
    lines
}
