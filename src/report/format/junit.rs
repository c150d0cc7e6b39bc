//! JUnit's XML for test reports, which GitLab, Jenkins, Azure DevOps, CircleCI and Buildkite read. The format has no
//! standard; the attributes are those of the schema of Jenkins' plugin (junit-10.xsd), which the others read too.

use std::borrow::Cow;
use std::fmt::Write;

use crate::diagnostic::Severity;
use crate::report::diagnostics::{FileRange, ReportedDiagnostic};

/// The class of test cases that belong to no file.
const NO_FILE: &str = "manifests";

/// A test case for each diagnostic, which fails where the diagnostic is an error. Without any diagnostic there is one
/// that passes: a report without test cases is an error to Jenkins.
pub(in crate::report) fn junit(reported: &[ReportedDiagnostic]) -> String {
    let failures = reported.iter().filter(|one| one.diagnostic.severity == Severity::Error).count();
    let tests = reported.len().max(1);
    let mut xml = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let _ = writeln!(xml, "<testsuites name=\"rollstamp\" tests=\"{tests}\" failures=\"{failures}\">");
    let _ = writeln!(
        xml,
        "  <testsuite name=\"rollstamp\" tests=\"{tests}\" failures=\"{failures}\" errors=\"0\" skipped=\"0\">"
    );
    if reported.is_empty() {
        let _ = writeln!(xml, "    <testcase classname=\"{NO_FILE}\" name=\"no findings\" time=\"0\"/>");
    }
    for one in reported {
        write_case(&mut xml, one);
    }
    xml.push_str("  </testsuite>\n</testsuites>\n");
    xml
}

fn write_case(xml: &mut String, reported: &ReportedDiagnostic) {
    let rule = reported.diagnostic.message.rule();
    let text = escape_xml(&reported.text);
    let class = reported.range.as_ref().map_or(Cow::Borrowed(NO_FILE), |range| escape_xml(&range.file));
    // The line is not part of the name, which stays when lines move.
    let _ = write!(xml, "    <testcase classname=\"{class}\" name=\"{}: {text}\" time=\"0\"", rule.id);
    let mut place = String::new();
    if let Some(FileRange { line, column, .. }) = reported.range {
        let _ = write!(xml, " file=\"{class}\" line=\"{line}\"");
        place = format!("{class}:{line}:{column}: ");
    }
    let (start, end) = match reported.diagnostic.severity {
        Severity::Error => (format!("<failure type=\"{}\" message=\"{text}\">", rule.id), "</failure>"),
        Severity::Warning => ("<system-out>warning: ".to_owned(), "</system-out>"),
        Severity::Note | Severity::Detail => ("<system-out>note: ".to_owned(), "</system-out>"),
    };
    let _ = writeln!(xml, ">\n      {start}{place}{text}\n{}{end}\n    </testcase>", escape_xml(&rule.help_uri()));
}

/// Escapes text for attributes and elements. Characters that XML cannot hold in any form become a question mark; most of
/// them are escaped as all control characters are, when the whole report is.
fn escape_xml(text: &str) -> Cow<'_, str> {
    let is_special =
        |letter: char| matches!(letter, '&' | '<' | '>' | '"' | '\n' | '\t' | '\r' | '\u{fffe}' | '\u{ffff}');
    let Some(first) = text.find(is_special) else { return Cow::Borrowed(text) };
    let mut escaped = text[..first].to_owned();
    for letter in text[first..].chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\n' | '\t' | '\r' => escaped.push(' '),
            '\u{fffe}' | '\u{ffff}' => escaped.push('?'),
            letter => escaped.push(letter),
        }
    }
    Cow::Owned(escaped)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_escaped() {
        assert_eq!(escape_xml("a<b> & \"c\"\n\u{ffff}"), "a&lt;b&gt; &amp; &quot;c&quot; ?");
        assert!(matches!(escape_xml("plain"), Cow::Borrowed(_)));
    }
}
