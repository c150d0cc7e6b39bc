//! GitLab's code quality report: docs.gitlab.com, "Code Quality", "Code Quality report format".

use serde_json::{Value, json};

use crate::report::finding::{Finding, Level, fingerprints};

/// A list with one entry a finding. GitLab needs a path for each: what is in no file is told at the first line of `.`.
pub fn code_quality(findings: &[Finding]) -> String {
    let names = fingerprints(findings);
    let entries: Vec<Value> = findings.iter().zip(names).map(|(finding, name)| entry(finding, name)).collect();
    super::json::print(&Value::Array(entries))
}

fn entry(finding: &Finding, fingerprint: String) -> Value {
    let severity = match finding.level {
        Level::Error => "major",
        Level::Warning => "minor",
        Level::Notice => "info",
    };
    let (path, line) = finding.spot.as_ref().map_or((".", 1), |spot| (spot.file.as_str(), spot.line));
    json!({
        "description": finding.message,
        "check_name": finding.rule,
        "fingerprint": fingerprint,
        "severity": severity,
        "location": {"path": path, "lines": {"begin": line}},
    })
}
