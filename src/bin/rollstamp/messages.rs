//! What is said on stderr: diagnostics of the input, and sentences about the run.

mod snippet;

use std::fmt;
use std::io::{self, IsTerminal, Write};

use anstream::{AutoStream, ColorChoice};
use rollstamp::Bundle;
use rollstamp::diagnostic::{Diagnostic, Severity};
use rollstamp::index::IdVec;
use rollstamp::report::github;
use rollstamp::source::{Position, Source};

use crate::cli::Color;
use crate::progress::Progress;

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

/// Who reads what is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// People, and programs that know `path:line:column:`.
    Plain,
    /// The runner of GitHub Actions, which takes commands from stderr too: each sentence is an annotation, in which
    /// nothing is a command.
    Github,
}

/// Who speaks to the user. Nothing else writes to stderr.
pub struct Messages {
    verbosity: Verbosity,
    dialect: Dialect,
    color: ColorChoice,
}

impl Messages {
    /// A speaker for these flags.
    pub fn new(verbosity: Verbosity, color: Color, dialect: Dialect) -> Messages {
        let color = match color {
            Color::Auto => ColorChoice::Auto,
            Color::Always => ColorChoice::Always,
            Color::Never => ColorChoice::Never,
        };
        Messages { verbosity, dialect, color }
    }

    /// Why the work could not be done.
    pub fn error(&self, said: &Said) {
        self.say(Severity::Error, said);
    }

    /// What the user should look at, though the work is done.
    pub fn warning(&self, said: &Said) {
        self.say(Severity::Warning, said);
    }

    /// What is good to know.
    pub fn note(&self, said: &Said) {
        self.say(Severity::Note, said);
    }

    /// The last line of a run.
    pub fn summary(&self, sentence: &str) {
        if self.verbosity > Verbosity::Quiet {
            self.write(format_args!("rollstamp: {sentence}"));
        }
    }

    /// What was done to one object, and why.
    pub fn detail(&self, sentence: &str) {
        // In a report for GitHub every detail is told anyway.
        if self.verbosity == Verbosity::Verbose && self.dialect == Dialect::Plain {
            self.write(format_args!("{sentence}"));
        }
    }

    /// All diagnostics, in their order; on a terminal with the line of the source and a caret.
    pub fn diagnostics(&self, diagnostics: &[Diagnostic], bundle: &Bundle) {
        if self.dialect == Dialect::Github {
            let said = |diagnostic: &Diagnostic| Said::from_diagnostic(diagnostic, &bundle.sources);
            return diagnostics.iter().for_each(|diagnostic| self.say(diagnostic.severity, &said(diagnostic)));
        }
        let stderr = io::stderr();
        let choice = self.choice_for(&stderr);
        let width = snippet::terminal_width(&stderr);
        let mut stderr = AutoStream::new(stderr.lock(), choice);
        for diagnostic in diagnostics.iter().filter(|diagnostic| self.is_heard(diagnostic.severity)) {
            let text = match width.and_then(|width| snippet::render(diagnostic, bundle, width, choice)) {
                Some(text) => text,
                None => Said::from_diagnostic(diagnostic, &bundle.sources).line(diagnostic.severity),
            };
            let _ = writeln!(stderr, "{text}");
        }
    }

    /// Whether the report on stdout tells the diagnostics, so that they are not said here once more.
    pub fn are_in_the_report(&self) -> bool {
        self.dialect == Dialect::Github
    }

    /// Shows what goes on while it takes long: on a terminal, unless only errors are said or nobody looks on.
    pub fn progress(&self, what: impl Into<String>) -> Progress {
        let is_set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty() && value != "false");
        let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        let watched = io::stderr().is_terminal() && !is_set("CI") && !dumb;
        match watched && self.verbosity > Verbosity::Quiet {
            true => Progress::start(what),
            false => Progress::silent(),
        }
    }

    /// Whether every detail is said.
    pub fn lists_details(&self) -> bool {
        self.verbosity == Verbosity::Verbose
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

    fn say(&self, severity: Severity, said: &Said) {
        if !self.is_heard(severity) {
            return;
        }
        match self.dialect {
            Dialect::Plain => self.write(format_args!("{}", said.line(severity))),
            Dialect::Github => self.write(format_args!("{}", said.command(severity).trim_end())),
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

/// A sentence, and the place that it is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// `path:line:column`.
    place: Option<String>,
    sentence: String,
}

impl Said {
    /// A sentence about the run, or about a file as a whole.
    pub fn general(sentence: impl Into<String>) -> Said {
        Said { place: None, sentence: sentence.into() }
    }

    /// A sentence about a place in a file.
    pub fn at(name: &str, at: Position, sentence: impl Into<String>) -> Said {
        Said { place: Some(format!("{name}:{}:{}", at.line, at.column)), sentence: sentence.into() }
    }

    /// The sentence, without the place.
    pub fn sentence(&self) -> &str {
        &self.sentence
    }

    /// What is said, with the place, without the severity.
    #[cfg(test)]
    pub fn plain(&self) -> String {
        match &self.place {
            Some(place) => format!("{place}: {}", self.sentence),
            None => self.sentence.clone(),
        }
    }

    fn from_diagnostic(diagnostic: &Diagnostic, sources: &IdVec<Source>) -> Said {
        match diagnostic.position(sources) {
            Some((name, at)) => Said::at(name, at, diagnostic.sentence()),
            None => Said::general(diagnostic.sentence()),
        }
    }

    /// The same as an annotation of a workflow.
    fn command(&self, severity: Severity) -> String {
        let name = match severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note | Severity::Detail => "notice",
        };
        let place = self.place.as_ref().map_or(String::new(), |place| format!("{place}: "));
        github::command(name, &[("title", "rollstamp")], &format!("{place}{}", self.sentence))
    }

    /// `path:line:column: Object: what is wrong; what to do`, so that editors find the place. The severity is named
    /// where it is no error, and our name where there is no place.
    fn line(&self, severity: Severity) -> String {
        let Said { place, sentence } = self;
        let (style, word) = (snippet::style(severity), severity.as_str());
        match place {
            Some(place) if severity == Severity::Error => format!("{place}: {sentence}"),
            Some(place) => format!("{place}: {style}{word}:{style:#} {sentence}"),
            None => format!("rollstamp: {style}{word}:{style:#} {sentence}"),
        }
    }
}

/// A diagnostic as it stands on stderr where nothing is colored.
pub fn plain(diagnostic: &Diagnostic, sources: &IdVec<Source>) -> String {
    let line = Said::from_diagnostic(diagnostic, sources).line(diagnostic.severity);
    anstream::adapter::strip_str(&line).to_string()
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
    use rollstamp::diagnostic::{Place, SyntaxMessage};
    use rollstamp::source::SourceId;

    #[test]
    fn severities_are_named_except_for_an_error_with_a_place() {
        let sources = vec![Source::new("a.yaml", "x\ny: 1\n")].into();
        let place = Some(Place { source: SourceId::new(0), span: 2..3 });
        for (place, severity, line) in [
            (place.clone(), Severity::Error, "a.yaml:2:1: ConfigMap/app: wrong; mend it"),
            (place, Severity::Note, "a.yaml:2:1: note: ConfigMap/app: wrong; mend it"),
            (None, Severity::Warning, "rollstamp: warning: ConfigMap/app: wrong; mend it"),
        ] {
            let message =
                SyntaxMessage::InvalidYaml { problem: "wrong".to_owned(), help: Some("mend it".to_owned()) }.into();
            let object = Some("ConfigMap/app".to_owned());
            let diagnostic = Diagnostic { severity, place, object, message, quotable: true };
            let said = Said::from_diagnostic(&diagnostic, &sources).line(severity);
            assert_eq!(anstream::adapter::strip_str(&said).to_string(), line);
        }
    }

    #[test]
    fn an_io_error_reads_like_our_own() {
        assert_eq!(reason(&io::Error::from_raw_os_error(2)), "no such file or directory");
        assert_eq!(reason(&io::Error::other("Odd")), "odd");
    }
}
