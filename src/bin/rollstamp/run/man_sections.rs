//! The text below the options of `--help` as sections of a manual page, which clap_mangen would print as one text.

use std::fmt::Write;

/// Writes each part of a text in the format of `man`. A part starts with a heading, a line without indentation that ends
/// with a colon.
pub fn write_sections(text: &str) -> String {
    let mut page = String::new();
    for line in text.lines() {
        let indentation = line.len() - line.trim_start().len();
        let words = line.trim();
        match (indentation, words.strip_suffix(':')) {
            _ if words.is_empty() => {}
            (0, Some(heading)) => {
                let _ = writeln!(page, ".SH \"{}\"", heading.to_uppercase());
            }
            (4.., _) => {
                let _ = writeln!(page, ".PP\n.RS 4\n.nf\n{}\n.fi\n.RE", escape_roff(words));
            }
            _ => write_entry(&mut page, words),
        }
    }
    page
}

/// Writes a line of a list, `name  description`, or a sentence.
fn write_entry(page: &mut String, words: &str) {
    let _ = match words.split_once("  ") {
        Some((name, description)) => {
            writeln!(page, ".TP\n\\fB{}\\fR\n{}", escape_roff(name), escape_roff(description.trim_start()))
        }
        None => writeln!(page, ".PP\n{}", escape_roff(words)),
    };
}

/// Escapes what roff would take for a request, an escape or a hyphen.
fn escape_roff(text: &str) -> String {
    let escaped = text.replace('\\', "\\e").replace('-', "\\-");
    if escaped.starts_with(['.', '\'']) { format!("\\&{escaped}") } else { escaped }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_become_sections() {
        let text = "Examples:\n  Do it:\n    a -b '\\n'\n    .x\n\nExit status:\n  0  done, or\n  11  not\n";
        let expected = ".SH \"EXAMPLES\"\n.PP\nDo it:\n.PP\n.RS 4\n.nf\na \\-b '\\en'\n.fi\n.RE\n.PP\n.RS 4\n.nf\n\\&.x\n.fi\n.RE\n\
                        .SH \"EXIT STATUS\"\n.TP\n\\fB0\\fR\ndone, or\n.TP\n\\fB11\\fR\nnot\n";
        assert_eq!(write_sections(text), expected);
    }
}
