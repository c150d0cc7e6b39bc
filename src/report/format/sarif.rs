//! SARIF 2.1.0, which code scanning of GitHub and many editors read (OASIS, "Static Analysis Results Interchange
//! Format").

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::report::finding::{Finding, Level, Spot, fingerprints};

/// One run of rollstamp with its findings.
pub fn sarif(findings: &[Finding]) -> String {
    let mut rules: BTreeMap<&str, usize> = findings.iter().map(|finding| (finding.rule, 0)).collect();
    for (index, rule_index) in rules.values_mut().enumerate() {
        *rule_index = index;
    }
    let described = rules.keys().map(|rule| json!({"id": rule, "shortDescription": {"text": rule.replace('-', " ")}}));
    let names = fingerprints(findings);
    let results = findings.iter().zip(&names).map(|(finding, name)| result(finding, rules[finding.rule], name));
    super::json::print(&json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {
                "name": "rollstamp",
                "version": env!("CARGO_PKG_VERSION"),
                "informationUri": env!("CARGO_PKG_REPOSITORY"),
                "rules": described.collect::<Vec<_>>(),
            }},
            "columnKind": "unicodeCodePoints",
            "results": results.collect::<Vec<_>>(),
        }],
    }))
}

fn result(finding: &Finding, rule: usize, fingerprint: &str) -> Value {
    let level = match finding.level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Notice => "note",
    };
    json!({
        "ruleId": finding.rule,
        "ruleIndex": rule,
        "level": level,
        "message": {"text": finding.message},
        "locations": finding.spot.iter().map(location).collect::<Vec<_>>(),
        "partialFingerprints": {"rollstamp/v1": fingerprint},
    })
}

fn location(spot: &Spot) -> Value {
    let mut region = json!({"startLine": spot.line, "startColumn": spot.column});
    if let Some(end) = spot.end_column {
        region["endColumn"] = json!(end);
    }
    json!({"physicalLocation": {"artifactLocation": {"uri": uri(&spot.file)}, "region": region}})
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
