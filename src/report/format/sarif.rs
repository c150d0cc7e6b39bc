//! SARIF 2.1.0, which code scanning of GitHub and many editors read (OASIS, "Static Analysis Results Interchange
//! Format").

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::diagnostic::{Rule, Severity};
use crate::report::diagnostics::{FileRange, ReportedDiagnostic, fingerprints};

/// One run of rollstamp with its diagnostics.
pub(in crate::report) fn sarif(reported: &[ReportedDiagnostic]) -> String {
    let rules: BTreeSet<Rule> = reported.iter().map(|one| one.diagnostic.message.rule()).collect();
    let rules: Vec<Rule> = rules.into_iter().collect();
    let described: Vec<Value> = rules.iter().map(|rule| describe_rule(*rule)).collect();
    let fingerprints = fingerprints(reported);
    let results: Vec<Value> = reported.iter().zip(&fingerprints).map(|(one, name)| result(one, &rules, name)).collect();
    super::json::print(&json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {
                "name": "rollstamp",
                "version": env!("CARGO_PKG_VERSION"),
                "informationUri": env!("CARGO_PKG_REPOSITORY"),
                "rules": described,
            }},
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    }))
}

fn describe_rule(rule: Rule) -> Value {
    json!({
        "id": rule.id,
        "shortDescription": {"text": rule.title()},
        "fullDescription": {"text": rule.description},
        "helpUri": rule.help_uri(),
    })
}

fn result(reported: &ReportedDiagnostic, rules: &[Rule], fingerprint: &str) -> Value {
    let rule = reported.diagnostic.message.rule();
    let level = match reported.diagnostic.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note | Severity::Detail => "note",
    };
    json!({
        "ruleId": rule.id,
        "ruleIndex": rules.binary_search(&rule).unwrap_or_default(),
        "level": level,
        "message": {"text": reported.text},
        "locations": reported.range.iter().map(location).collect::<Vec<_>>(),
        "partialFingerprints": {"rollstamp/v1": fingerprint},
    })
}

fn location(range: &FileRange) -> Value {
    let mut region = json!({"startLine": range.line, "startColumn": range.column});
    if let Some(end) = range.end_column {
        region["endColumn"] = json!(end);
    }
    json!({"physicalLocation": {"artifactLocation": {"uri": uri(&range.file)}, "region": region}})
}

/// A path as a relative reference (RFC 3986): what is not allowed in a path is percent-encoded.
fn uri(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' => out.push(byte as char),
            b'/' | b'-' | b'.' | b'_' | b'~' | b'+' | b'@' | b'=' | b',' => out.push(byte as char),
            other => out.push_str(&format!("%{other:02X}")),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_becomes_a_reference() {
        assert_eq!(uri("k8s/über uns/a:b%.yaml"), "k8s/%C3%BCber%20uns/a%3Ab%25.yaml");
    }
}
