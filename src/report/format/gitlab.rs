//! GitLab's code quality report: docs.gitlab.com, "Code Quality", "Code Quality report format".

use serde_json::{Value, json};

use crate::diagnostic::Severity;
use crate::report::diagnostics::{ReportedDiagnostic, fingerprints};

/// A list with one entry a diagnostic. GitLab needs a path for each: one without a file is at the first line of `.`.
pub(in crate::report) fn code_quality(reported: &[ReportedDiagnostic]) -> String {
    let fingerprints = fingerprints(reported);
    let entries: Vec<Value> = reported.iter().zip(fingerprints).map(|(one, name)| entry(one, name)).collect();
    super::json::print(&Value::Array(entries))
}

fn entry(reported: &ReportedDiagnostic, fingerprint: String) -> Value {
    let severity = match reported.diagnostic.severity {
        Severity::Error => "major",
        Severity::Warning => "minor",
        Severity::Note | Severity::Detail => "info",
    };
    let (path, line) = reported.range.as_ref().map_or((".", 1), |range| (range.file.as_str(), range.line));
    json!({
        "description": reported.text,
        "check_name": reported.diagnostic.message.rule().id,
        "fingerprint": fingerprint,
        "severity": severity,
        "location": {"path": path, "lines": {"begin": line}},
    })
}
