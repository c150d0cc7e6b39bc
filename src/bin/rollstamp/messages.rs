//! Messages on stderr: diagnostics of the input, and sentences about the run.

mod snippet;

use std::fmt;
use std::io::{self, IsTerminal, Write};
use std::time::Instant;

use anstream::{AutoStream, ColorChoice};
use rollstamp::Bundle;
use rollstamp::diagnostic::{Diagnostic, RunMessage, Severity};
use rollstamp::escape::{escape, escape_lines};
use rollstamp::index::IdVec;
use rollstamp::report::github;
use rollstamp::source::Source;

use crate::colors::style_of;
use crate::environment::text_variable;
use crate::progress::Progress;

/// The messages that are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verbosity {
    /// Errors only.
    Quiet,
    /// Errors, warnings, notes and one line of summary.
    Normal,
    /// All that, and what was done to each object.
    Verbose,
}

/// The format of messages on stderr.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StderrFormat {
    /// Lines for people, and for programs that know `path:line:column:`.
    Plain,
    /// Workflow commands for the runner of GitHub Actions, which reads them from stderr too: each message is an
    /// annotation, and nothing in it is taken for another command.
    Github,
}

/// The printer of messages. Nothing else writes to stderr.
#[derive(Clone)]
pub struct Messages {
    verbosity: Verbosity,
    format: StderrFormat,
    color: ColorChoice,
    /// The time at which the run started.
    started: Instant,
}

impl Messages {
    /// A printer for these flags.
    pub fn new(verbosity: Verbosity, color: ColorChoice, format: StderrFormat) -> Messages {
        Messages { verbosity, format, color, started: Instant::now() }
    }

    /// A printer of errors only, in the same format.
    pub fn silenced(&self) -> Messages {
        Messages { verbosity: Verbosity::Quiet, ..self.clone() }
    }

    /// Prints an error about the run.
    pub fn error(&self, text: impl Into<String>) {
        self.report(&Diagnostic::general(RunMessage(text.into())));
    }

    /// Prints a warning about the run.
    pub fn warning(&self, text: impl Into<String>) {
        self.report(&Diagnostic::general(RunMessage(text.into())).with_severity(Severity::Warning));
    }

    /// Prints a note about the run.
    pub fn note(&self, text: impl Into<String>) {
        self.report(&Diagnostic::general(RunMessage(text.into())).with_severity(Severity::Note));
    }

    /// Prints a diagnostic that is not about a source of the bundle.
    pub fn report(&self, diagnostic: &Diagnostic) {
        if self.is_enabled(diagnostic.severity) {
            self.write(format_args!("{}", self.line(diagnostic, &IdVec::new())));
        }
    }

    /// Prints the last words of a run, in one line or several.
    pub fn summary(&self, sentence: &str) {
        if self.verbosity > Verbosity::Quiet {
            self.write(format_args!("rollstamp: {}", escape_lines(sentence)));
        }
    }

    /// Prints what was done to one object, and why.
    pub fn detail(&self, sentence: &str) {
        // A report for GitHub lists every detail.
        if self.is_verbose() && self.format == StderrFormat::Plain {
            self.write(format_args!("{}", escape(sentence)));
        }
    }

    /// Prints diagnostics of the input in their order; on a terminal with the line of the source and a caret.
    pub fn diagnostics(&self, diagnostics: &[Diagnostic], bundle: &Bundle) {
        let stderr = io::stderr();
        let choice = self.choice_for(&stderr);
        let width = match self.format {
            StderrFormat::Plain => snippet::terminal_width(&stderr),
            StderrFormat::Github => None,
        };
        let mut stderr = AutoStream::new(stderr.lock(), choice);
        for diagnostic in diagnostics {
            if !self.is_enabled(diagnostic.severity) {
                continue;
            }
            let snippet = width.and_then(|width| snippet::render(diagnostic, bundle, width, choice));
            let text = snippet.unwrap_or_else(|| self.line(diagnostic, &bundle.sources));
            let _ = writeln!(stderr, "{text}");
        }
    }

    /// Returns `true` if the report on stdout holds the diagnostics, so that they are not printed on stderr as well.
    pub fn reported_on_stdout(&self) -> bool {
        self.format == StderrFormat::Github
    }

    /// Shows the progress of work that takes long: on a terminal, unless only errors are printed.
    pub fn progress(&self, what: impl Into<String>) -> Progress {
        if self.shows_progress() { Progress::start(what, self.started.elapsed()) } else { Progress::silent() }
    }

    /// Shows the progress of work on bytes in the same way.
    pub fn progress_of_bytes(&self, what: impl Into<String>, bytes: usize) -> Progress {
        if self.shows_progress() {
            Progress::start_bytes(what, bytes, self.started.elapsed())
        } else {
            Progress::silent()
        }
    }

    fn shows_progress(&self) -> bool {
        let in_ci = !matches!(text_variable("CI").as_deref(), None | Some("false"));
        let is_dumb = text_variable("TERM").as_deref() == Some("dumb");
        io::stderr().is_terminal() && !in_ci && !is_dumb && self.verbosity > Verbosity::Quiet
    }

    /// Returns `true` if every detail is printed.
    pub fn is_verbose(&self) -> bool {
        self.verbosity == Verbosity::Verbose
    }

    /// Returns `true` if text on stdout is to be colored.
    pub fn colors_stdout(&self) -> bool {
        self.choice_for(&io::stdout()) != ColorChoice::Never
    }

    fn is_enabled(&self, severity: Severity) -> bool {
        match self.verbosity {
            Verbosity::Quiet => severity == Severity::Error,
            Verbosity::Normal => severity <= Severity::Note,
            Verbosity::Verbose => true,
        }
    }

    fn line(&self, diagnostic: &Diagnostic, sources: &IdVec<Source>) -> String {
        match self.format {
            StderrFormat::Plain => styled_line(diagnostic, sources),
            StderrFormat::Github => workflow_command(diagnostic, sources),
        }
    }

    fn write(&self, line: fmt::Arguments<'_>) {
        let stderr = io::stderr();
        let choice = self.choice_for(&stderr);
        // A closed stderr is no reason to stop the work.
        let _ = writeln!(AutoStream::new(stderr.lock(), choice), "{line}");
    }

    fn choice_for(&self, stream: &impl anstream::stream::RawStream) -> ColorChoice {
        match self.color {
            ColorChoice::Auto => AutoStream::choice(stream),
            choice => choice,
        }
    }
}

/// Formats a diagnostic as `path:line:column: error: Object: what is wrong; what to do`, as compilers do, so that
/// editors find the place. Where there is no place, our name stands first.
fn styled_line(diagnostic: &Diagnostic, sources: &IdVec<Source>) -> String {
    let (style, word) = (style_of(diagnostic.severity), diagnostic.severity.as_str());
    let place = if diagnostic.location.is_some() { diagnostic.place_prefix(sources) } else { "rollstamp: ".to_owned() };
    format!("{place}{style}{word}:{style:#} {}", diagnostic.sentence())
}

/// Formats a diagnostic as an annotation of a workflow.
fn workflow_command(diagnostic: &Diagnostic, sources: &IdVec<Source>) -> String {
    let text = diagnostic.place_prefix(sources) + &diagnostic.sentence();
    let command = github::command(github::level_of(diagnostic.severity), &[("title", "rollstamp")], &text);
    command.trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use rollstamp::diagnostic::{DiagnosticLocation, Place, SyntaxMessage};
    use rollstamp::source::SourceId;

    #[test]
    fn every_line_names_its_severity() {
        let sources = IdVec::from(vec![Source::new("a.yaml", "x\ny: 1\n")]);
        let place = Some(DiagnosticLocation::Span(Place { source: SourceId::new(0), span: 2..3 }));
        for (location, severity, line) in [
            (place.clone(), Severity::Error, "a.yaml:2:1: error: ConfigMap/app: wrong; fix it"),
            (place, Severity::Note, "a.yaml:2:1: note: ConfigMap/app: wrong; fix it"),
            (None, Severity::Warning, "rollstamp: warning: ConfigMap/app: wrong; fix it"),
        ] {
            let message = SyntaxMessage::InvalidYaml { problem: "wrong".to_owned(), help: Some("fix it".to_owned()) };
            let object = Some("ConfigMap/app".to_owned());
            let message = message.into();
            let diagnostic = Diagnostic { severity, location, object, message, quotable: true };
            let text = styled_line(&diagnostic, &sources);
            assert_eq!(anstream::adapter::strip_str(&text).to_string(), line);
        }
    }
}
