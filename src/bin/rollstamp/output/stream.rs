//! All texts as one stream, in input order.

use std::io::{self, Write};

use rollstamp::source::Source;

/// Writes texts one after the other. A single text comes out byte for byte. Between two, one separator stands: that of
/// the second text if it begins with one, that of the first if it ends with one, else one of ours.
pub fn write(texts: &[Source], out: &mut dyn Write) -> io::Result<()> {
    pieces(texts).try_for_each(|(_, text, line_break)| {
        out.write_all(text.as_bytes())?;
        line_break.map_or(Ok(()), |line_break| write!(out, "---{line_break}"))
    })
}

/// All texts as they would be written.
#[derive(Default)]
pub struct Joined {
    pub text: String,
    /// Where each text starts, with its index; empty ones are left out.
    pub starts: Vec<(usize, usize)>,
}

/// Joins texts as [`write`] does.
pub fn join(texts: &[Source]) -> Joined {
    let mut joined = Joined::default();
    for (index, text, line_break) in pieces(texts) {
        joined.starts.push((joined.text.len(), index));
        joined.text.push_str(text);
        if let Some(line_break) = line_break {
            joined.text.push_str("---");
            joined.text.push_str(line_break);
        }
    }
    joined
}

/// Each text with its index, and the line break of the separator that must be written behind it.
fn pieces(texts: &[Source]) -> impl Iterator<Item = (usize, &str, Option<&'static str>)> {
    let mut texts = texts.iter().enumerate().filter(|(_, source)| !source.text().is_empty()).peekable();
    std::iter::from_fn(move || {
        let (index, source) = texts.next()?;
        let Some((_, next)) = texts.peek() else {
            return Some((index, source.text(), None));
        };
        let separated = begins_with_separator(next.text()) || ends_with_separator(source.text());
        // The final line break that Kubernetes would add, so that the separator starts a line.
        Some((index, source.padded(), (!separated).then(|| source.line_break())))
    })
}

/// What readers of the stream may stumble over: they read JSON as JSON only at the start of a stream, and as YAML
/// after a separator, where the escape `\/` does not exist.
pub fn caveats(texts: &[Source]) -> Vec<String> {
    let is_json = |text: &str| text.trim_start_matches('\u{feff}').trim_start().starts_with('{');
    let stumbles = texts.iter().skip(1).filter(|source| is_json(source.text()) && source.text().contains("\\/"));
    let say = |source: &Source| {
        let name = source.name();
        format!("{name}: JSON with the escape `\\/` cannot be read inside a YAML stream; write it alone or to a file")
    };
    stumbles.map(say).collect()
}

fn begins_with_separator(text: &str) -> bool {
    text.lines().next().is_some_and(is_separator)
}

fn ends_with_separator(text: &str) -> bool {
    text.lines().next_back().is_some_and(is_separator)
}

/// The line `---`, perhaps with blanks or a comment behind it, as Kubernetes' decoder knows it.
fn is_separator(line: &str) -> bool {
    line.strip_prefix("---").map(str::trim).is_some_and(|rest| rest.is_empty() || rest.starts_with('#'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn joined(texts: &[&str]) -> String {
        let sources: Vec<Source> = texts.iter().map(|text| Source::new("x", *text)).collect();
        let mut out = Vec::new();
        write(&sources, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn one_text_is_left_alone() {
        for text in ["a: 1", "a: 1\n", "\u{feff}---\r\na: 1\r\n---\r\n", ""] {
            assert_eq!(joined(&[text]), text);
        }
    }

    #[test]
    fn one_separator_stands_between_two_texts() {
        for (texts, expected) in [
            (["a: 1\n", "b: 2\n"], "a: 1\n---\nb: 2\n"),
            (["a: 1", "b: 2"], "a: 1\n---\nb: 2"),
            (["a: 1\n", "---\nb: 2\n"], "a: 1\n---\nb: 2\n"),
            (["a: 1\n", "--- # b\nb: 2\n"], "a: 1\n--- # b\nb: 2\n"),
            (["a: 1\n---\n", "b: 2\n"], "a: 1\n---\nb: 2\n"),
            (["a: 1\n", "# b\n---\nb: 2\n"], "a: 1\n---\n# b\n---\nb: 2\n"),
            (["a: 1\n", "----\n"], "a: 1\n---\n----\n"),
            (["a: 1\r\n", "b: 2\r\n"], "a: 1\r\n---\r\nb: 2\r\n"),
            (["a: 1\n", "\u{feff}---\nb: 2\n"], "a: 1\n---\n\u{feff}---\nb: 2\n"),
            (["{}", "{}"], "{}\n---\n{}"),
            (["a: |\n  x", "b: 2\n"], "a: |\n  x\n---\nb: 2\n"),
        ] {
            assert_eq!(joined(&texts), expected);
        }
        assert_eq!(joined(&["a: 1\n", "", "b: 2\n", ""]), "a: 1\n---\nb: 2\n");
    }
}
