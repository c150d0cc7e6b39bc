//! Workflow commands, by which a step of GitHub Actions annotates files.
//!
//! The runner reads both output streams for them, and GitHub keeps 10 annotations of each level of a step and drops
//! the others in silence: docs.github.com, "Workflow commands for GitHub Actions"; `ActionCommand.cs` of
//! actions/runner.

use crate::diagnostic::{Diagnostic, Severity};
use crate::index::IdVec;
use crate::report::diagnostics::ReportedDiagnostic;
use crate::report::wording::count;
use crate::source::Source;

/// The report of one step of a workflow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StepReport {
    /// Lines for the log, from which the runner must take no command; see [`guarded`].
    pub log: String,
    /// Workflow commands that annotate files.
    pub annotations: String,
    /// The summary of the step, in Markdown.
    pub summary: String,
    /// Names and values for later steps.
    pub outputs: Vec<(&'static str, String)>,
}

impl StepReport {
    pub(in crate::report) fn new(
        log: String,
        reported: &[ReportedDiagnostic],
        summary: String,
        outputs: Vec<(&'static str, String)>,
    ) -> StepReport {
        StepReport { log, annotations: annotations(reported), summary, outputs }
    }
}

/// The diagnostics as lines of a log, as they are printed on stderr elsewhere. Details are left out.
pub(in crate::report) fn log_of(diagnostics: &[Diagnostic], sources: &IdVec<Source>) -> String {
    let mut log = String::new();
    for diagnostic in diagnostics.iter().filter(|diagnostic| diagnostic.severity != Severity::Detail) {
        if diagnostic.location.is_none() {
            log.push_str("rollstamp: ");
        }
        log.push_str(&diagnostic.line(sources));
        log.push('\n');
    }
    log
}

/// The number of annotations of a level that GitHub keeps.
const LIMIT: usize = 10;

/// The diagnostics as workflow commands, 10 of each level, and a line that says how many more there are.
fn annotations(reported: &[ReportedDiagnostic]) -> String {
    let levels = ["error", "warning", "notice"];
    let of_level = |level: &'static str| reported.iter().filter(move |one| level_of(one.diagnostic.severity) == level);
    let too_many = levels.into_iter().any(|level| of_level(level).count() > LIMIT);
    let mut out = String::new();
    let mut more = Vec::new();
    for level in levels {
        // The line about the others is a notice too, and has to find a place.
        let limit = if level == "notice" && too_many { LIMIT - 1 } else { LIMIT };
        for one in of_level(level).take(limit) {
            out.push_str(&annotation(one));
        }
        let rest = of_level(level).count().saturating_sub(limit);
        if rest > 0 {
            more.push(count(rest, &format!("more {level}")));
        }
    }
    if !more.is_empty() {
        let text = format!("{}: see the log and the summary of this step", more.join(", "));
        out.push_str(&command("notice", &[("title", "rollstamp")], &text));
    }
    out
}

/// The command that annotates with a severity.
pub fn level_of(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note | Severity::Detail => "notice",
    }
}

fn annotation(reported: &ReportedDiagnostic) -> String {
    let level = level_of(reported.diagnostic.severity);
    let title = format!("rollstamp: {}", reported.diagnostic.message.rule().title());
    let Some(range) = &reported.range else {
        return command(level, &[("title", &title)], &reported.text);
    };
    let (line, column) = (range.line.to_string(), range.column.to_string());
    let mut properties = vec![("file", range.file.as_str()), ("line", &line), ("col", &column)];
    // The runner takes columns only where both lines are the same, and an end column only with an end line.
    let end = range.end_column.map(|end| end.to_string());
    if let Some(end) = &end {
        properties.extend([("endLine", line.as_str()), ("endColumn", end)]);
    }
    properties.push(("title", &title));
    command(level, &properties, &reported.text)
}

/// One workflow command, `::name key=value,...::message`, with its line break.
pub fn command(name: &str, properties: &[(&str, &str)], message: &str) -> String {
    let properties: Vec<String> =
        properties.iter().map(|(key, value)| format!("{key}={}", escape_property(value))).collect();
    let space = if properties.is_empty() { "" } else { " " };
    format!("::{name}{space}{}::{}\n", properties.join(","), escape_data(message))
}

/// A text as the message of a command.
pub fn escape_data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// A text as the value of a property of a command.
pub fn escape_property(text: &str) -> String {
    escape_data(text).replace(':', "%3A").replace(',', "%2C")
}

/// Lines that nobody vouches for, as they are: the runner takes no command from them until it reads the token.
///
/// The token must not stand in the text; whoever prints it draws it at random.
pub fn guarded(text: &str, token: &str) -> String {
    if text.is_empty() {
        return String::new();
    }
    let end = if text.ends_with('\n') { "" } else { "\n" };
    format!("::stop-commands::{token}\n{text}{end}::{token}::\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::SyntaxMessage;
    use crate::report::diagnostics::FileRange;

    fn reported(severity: Severity, file: &str) -> ReportedDiagnostic {
        let message = SyntaxMessage::InvalidYaml { problem: "wrong".to_owned(), help: None };
        let diagnostic = Diagnostic::general(message).with_severity(severity);
        let range = FileRange { file: file.to_owned(), line: 3, column: 5, end_column: Some(9) };
        ReportedDiagnostic { diagnostic, range: Some(range), text: "100%\r\nwrong: a,b".to_owned() }
    }

    #[test]
    fn what_has_a_meaning_in_a_command_is_escaped() {
        let in_file = reported(Severity::Error, "a:b,c%\nd.yaml");
        assert_eq!(
            annotations(std::slice::from_ref(&in_file)),
            "::error file=a%3Ab%2Cc%25%0Ad.yaml,line=3,col=5,endLine=3,endColumn=9,title=rollstamp%3A invalid \
             yaml::100%25%0D%0Awrong: a,b\n"
        );
        let general = ReportedDiagnostic { range: None, ..reported(Severity::Note, "") };
        assert_eq!(annotations(&[general]), "::notice title=rollstamp%3A invalid yaml::100%25%0D%0Awrong: a,b\n");
        assert_eq!(command("group", &[], "x"), "::group::x\n");
    }

    #[test]
    fn ten_of_a_level_and_then_one_line_for_the_others() {
        let count = |text: &str, name: &str| text.lines().filter(|line| line.starts_with(name)).count();
        let many = |n: usize, severity: Severity| vec![reported(severity, "a.yaml"); n];
        let ten = annotations(&[many(10, Severity::Error), many(10, Severity::Note)].concat());
        assert_eq!((count(&ten, "::error"), count(&ten, "::notice"), ten.contains("more")), (10, 10, false));
        let all = [many(12, Severity::Error), many(11, Severity::Warning), many(10, Severity::Note)].concat();
        let text = annotations(&all);
        let counts = ["::error", "::warning", "::notice"].map(|name| count(&text, name));
        assert_eq!(counts, [10, 10, 10]);
        let last = text.lines().last().unwrap();
        let words = "2 more errors, 1 more warning, 1 more notice: see the log and the summary of this step";
        assert_eq!(last, format!("::notice title=rollstamp::{words}"));
    }

    #[test]
    fn raw_text_stands_between_stop_and_token() {
        assert_eq!(guarded("::error::x", "t"), "::stop-commands::t\n::error::x\n::t::\n");
        assert_eq!(guarded("", "t"), "");
    }
}
