//! What is said on stderr: diagnostics of the input, and sentences about the run.

mod snippet;

use std::fmt;
use std::io::{self, Write};

use anstream::{AutoStream, ColorChoice};
use rollstamp::diagnostic::{Diagnostic, Severity};
use rollstamp::source::Source;

use crate::cli::Color;

/// How much is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verbosity {
    /// Errors only.
    Quiet,
    /// Errors, warnings, notes and one line of summary.
    Normal,
    /// All that, and what was done to each object.
    Verbose,
}

/// Who speaks to the user. Nothing else writes to stderr.
pub struct Messages {
    verbosity: Verbosity,
    color: ColorChoice,
}

impl Messages {
    /// A speaker for these flags.
    pub fn new(verbosity: Verbosity, color: Color) -> Messages {
        let color = match color {
            Color::Auto => ColorChoice::Auto,
            Color::Always => ColorChoice::Always,
            Color::Never => ColorChoice::Never,
        };
        Messages { verbosity, color }
    }

    /// Why the work could not be done.
    pub fn error(&self, sentence: &str) {
        self.say(Severity::Error, sentence);
    }

    /// What the user should look at, though the work is done.
    pub fn warning(&self, sentence: &str) {
        self.say(Severity::Warning, sentence);
    }

    /// What is good to know.
    pub fn note(&self, sentence: &str) {
        self.say(Severity::Note, sentence);
    }

    /// The last line of a run.
    pub fn summary(&self, sentence: &str) {
        if self.verbosity > Verbosity::Quiet {
            self.write(format_args!("rollstamp: {sentence}"));
        }
    }

    /// What was done to one object, and why.
    pub fn detail(&self, sentence: &str) {
        if self.verbosity == Verbosity::Verbose {
            self.write(format_args!("{sentence}"));
        }
    }

    /// All diagnostics, in their order; on a terminal with the line of the source and a caret.
    pub fn diagnostics(&self, diagnostics: &[Diagnostic], sources: &[Source]) {
        let stderr = io::stderr();
        let choice = self.choice_for(&stderr);
        let width = snippet::terminal_width(&stderr);
        let mut stderr = AutoStream::new(stderr.lock(), choice);
        for diagnostic in diagnostics.iter().filter(|diagnostic| self.is_heard(diagnostic.severity)) {
            let text = match width.and_then(|width| snippet::render(diagnostic, sources, width, choice)) {
                Some(text) => text,
                None => one_line(diagnostic, sources),
            };
            let _ = writeln!(stderr, "{text}");
        }
    }

    /// Whether what goes to stdout is to be colored.
    pub fn colors_stdout(&self) -> bool {
        self.choice_for(&io::stdout()) != ColorChoice::Never
    }

    fn is_heard(&self, severity: Severity) -> bool {
        match self.verbosity {
            Verbosity::Quiet => severity == Severity::Error,
            Verbosity::Normal => severity <= Severity::Note,
            Verbosity::Verbose => true,
        }
    }

    fn say(&self, severity: Severity, sentence: &str) {
        if self.is_heard(severity) {
            let (style, word) = (snippet::style(severity), severity.as_str());
            self.write(format_args!("rollstamp: {style}{word}:{style:#} {sentence}"));
        }
    }

    fn write(&self, line: fmt::Arguments<'_>) {
        let stderr = io::stderr();
        let choice = self.choice_for(&stderr);
        // A closed stderr leaves nobody to tell, and is no reason to stop the work.
        let _ = writeln!(AutoStream::new(stderr.lock(), choice), "{line}");
    }

    fn choice_for(&self, stream: &impl anstream::stream::RawStream) -> ColorChoice {
        match self.color {
            ColorChoice::Auto => AutoStream::choice(stream),
            choice => choice,
        }
    }
}

/// `path:line:column: Object: what is wrong; what to do`, with the severity named where it is no error.
fn one_line(diagnostic: &Diagnostic, sources: &[Source]) -> String {
    let severity = diagnostic.severity.as_str();
    let sentence = diagnostic.sentence();
    match (diagnostic.position(sources), diagnostic.severity) {
        (None, _) => format!("rollstamp: {severity}: {sentence}"),
        (Some(_), Severity::Error) => diagnostic.line(sources),
        (Some((name, at)), _) => format!("{name}:{}:{}: {severity}: {sentence}", at.line, at.column),
    }
}

/// The words of an I/O error in our manner: lower case, without the number of the operating system.
pub fn reason(error: &io::Error) -> String {
    let said = error.to_string();
    let said = said.split(" (os error").next().unwrap_or_default();
    let mut letters = said.chars();
    match letters.next() {
        Some(first) => first.to_lowercase().chain(letters).collect(),
        None => error.kind().to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rollstamp::diagnostic::{Message, Place};

    #[test]
    fn severities_are_named_except_for_an_error_with_a_place() {
        let sources = [Source::new("a.yaml", "x\ny: 1\n")];
        let at = |severity| {
            let place = Place { source: 0, span: 2..3 };
            Diagnostic::new(severity, place, "ConfigMap/app".to_owned(), Message::Syntax("wrong".to_owned()))
        };
        let general = Diagnostic::general(Severity::Warning, Message::Syntax("strange".to_owned()));
        assert_eq!(one_line(&at(Severity::Error), &sources), "a.yaml:2:1: ConfigMap/app: wrong");
        assert_eq!(one_line(&at(Severity::Note), &sources), "a.yaml:2:1: note: ConfigMap/app: wrong");
        assert_eq!(one_line(&general, &sources), "rollstamp: warning: strange");
    }

    #[test]
    fn an_io_error_reads_like_our_own() {
        assert_eq!(reason(&io::Error::from_raw_os_error(2)), "no such file or directory");
        assert_eq!(reason(&io::Error::other("Odd")), "odd");
    }
}
