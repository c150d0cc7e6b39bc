//! A diagnostic as compilers show it on a terminal: the line of the source, and a caret under the place.

use std::io::{IsTerminal, Stderr};

use annotate_snippets::renderer::{DEFAULT_TERM_WIDTH, DecorStyle};
use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};
use anstream::ColorChoice;
use rollstamp::Bundle;
use rollstamp::diagnostic::{Diagnostic, Severity};
use rollstamp::escape::{escape, is_control};
use rollstamp::report::palette;

use crate::colors::{style_in, style_of};

/// The width of the terminal behind stderr, if it is one.
pub fn terminal_width(stderr: &Stderr) -> Option<usize> {
    if !stderr.is_terminal() {
        return None;
    }
    match terminal_size::terminal_size_of(stderr) {
        Some((width, _)) => Some(usize::from(width.0)),
        None => Some(DEFAULT_TERM_WIDTH),
    }
}

/// The diagnostic with its line, or nothing when there is no line that may be shown: a line that holds a Secret's value,
/// as a whole manifest in one line of JSON can, is not, whatever the diagnostic is about.
pub fn render(diagnostic: &Diagnostic, bundle: &Bundle, width: usize, choice: ColorChoice) -> Option<String> {
    if !diagnostic.quotable {
        return None;
    }
    let place = diagnostic.place()?;
    let source = &*bundle.sources[place.source].held();
    let at = source.position(place.span.start);
    let line = source.line(at.line);
    let start = line.char_indices().nth(at.column - 1).map_or(line.len(), |(start, _)| start);
    let end = (start + place.span.len()).min(line.len());
    let bytes = place.span.start - start..place.span.start - start + line.len();
    let secrets = &bundle.secret_spans[place.source];
    if secrets.iter().any(|secret| secret.start < bytes.end && bytes.start < secret.end) {
        return None;
    }

    let message = &diagnostic.message;
    let title = match &diagnostic.object {
        Some(object) => format!("{object}: {message}"),
        None => message.to_string(),
    };
    let title = escape(&title).into_owned();
    let title = level(diagnostic.severity).primary_title(title);
    let line: String = line.chars().map(harmless).collect();
    let snippet = Snippet::source(line)
        .line_start(at.line)
        .path(source.name())
        .annotation(AnnotationKind::Primary.span(start..end));
    let mut group = title.element(snippet);
    if let Some(help) = diagnostic.message.help() {
        group = group.element(Level::HELP.message(escape(&help).into_owned()));
    }
    Some(renderer(choice).term_width(width).render(&[group]))
}

/// A character of as many bytes for one that controls the terminal or the direction of text, so that places stay.
fn harmless(letter: char) -> char {
    match letter.len_utf8() {
        _ if letter == '\t' || !is_control(letter) => letter,
        1 => '?',
        2 => '\u{b7}',
        _ => '\u{fffd}',
    }
}

fn renderer(choice: ColorChoice) -> Renderer {
    if choice == ColorChoice::Never {
        return Renderer::plain().decor_style(DecorStyle::Ascii);
    }
    Renderer::styled()
        .error(style_of(Severity::Error))
        .warning(style_of(Severity::Warning))
        .note(style_of(Severity::Note))
        .help(style_in(palette::HELP).bold())
        .line_num(style_in(palette::UNMOUNTED))
        .decor_style(DecorStyle::Ascii)
}

fn level(severity: Severity) -> Level<'static> {
    match severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        _ => Level::NOTE,
    }
}

#[cfg(test)]
mod tests {
    use std::ops::Range;

    use super::*;
    use rollstamp::diagnostic::{Place, SyntaxMessage};
    use rollstamp::source::SourceId;
    use rollstamp::{ParseOptions, Source, parse};

    fn rendered(text: &str, span: Range<usize>) -> Option<String> {
        let bundle = parse(vec![Source::new("a.yaml", text)], &ParseOptions::default());
        let place = Place { source: SourceId::new(0), span };
        let message = SyntaxMessage::InvalidYaml { problem: "odd".to_owned(), help: Some("mend it".to_owned()) };
        let diagnostic = Diagnostic::new(place, "ConfigMap/app".to_owned(), message);
        render(&diagnostic, &bundle, 100, ColorChoice::Never)
    }

    #[test]
    fn the_line_is_shown_with_a_caret() {
        let shown = rendered("a: é\nkey: [1, 2\n", 11..15).unwrap();
        assert_eq!(
            shown,
            "\
error: ConfigMap/app: odd
 --> a.yaml:2:6
  |
2 | key: [1, 2
  |      ^^^^
  |
  = help: mend it"
        );
    }

    #[test]
    fn a_line_without_end_is_shown_around_the_place() {
        let line = "x".repeat(1 << 20);
        let shown = rendered(&line, 500_000..500_003).unwrap();
        assert!(shown.len() < 2_000 && shown.contains("a.yaml:1:500001"), "{shown}");
    }

    #[test]
    fn a_line_with_a_value_of_a_secret_is_not_shown() {
        let secret =
            r#"{"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "db"}, "stringData": {"a": "hush"}}"#;
        let text = format!("# a comment\n---\n{secret}\n---\nkind: X\na: 1\n");
        let at = |word: &str| text.find(word).map(|start| start..start + word.len()).unwrap();
        assert_eq!(rendered(&text, at("db")), None);
        assert!(rendered(&text, at("comment")).is_some());
        assert!(rendered(&text, at("a: 1")).is_some());
    }
}
