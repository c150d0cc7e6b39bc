//! The problem matcher of GitHub Actions, on what rollstamp prints.

use std::path::Path;

use regex_lite::Regex;
use serde_json::Value;

use crate::support::shell::{APP, Dir};

const MANIFEST: &str = "\
apiVersion: apps/v1
kind: Deployment
metadata: {name: db}
spec: {template: {spec: {containers: [{name: db, image: db:1, envFrom: [{configMapRef: {name: nowhere}}]}]}}}
";

/// What the runner makes of a line: severity, file, line and message.
fn match_line(matchers: &Value, line: &str) -> Vec<(String, String, String, String)> {
    let mut found = Vec::new();
    for matcher in matchers["problemMatcher"].as_array().unwrap() {
        let pattern = &matcher["pattern"][0];
        let regex = Regex::new(pattern["regexp"].as_str().unwrap()).unwrap();
        let Some(groups) = regex.captures(line) else { continue };
        let group = |name: &str| {
            let number = pattern[name].as_u64()?;
            Some(groups.get(number as usize)?.as_str().to_owned())
        };
        let severity = group("severity").unwrap_or_else(|| matcher["severity"].as_str().unwrap().to_owned());
        found.push((severity, group("file").unwrap(), group("line").unwrap(), group("message").unwrap()));
    }
    found
}

#[test]
fn problem_matcher_knows_every_line_about_a_file() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("integrations/github/problem-matcher.json");
    let matchers: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let dir = Dir::with(&[("k 8:s/app.yaml", APP), ("k 8:s/db.yaml", MANIFEST), ("x.yaml", "kind: ConfigMap\nx: {\n")]);
    let mut severities = Vec::new();
    for args in
        [&["stamp", "--check", "k 8:s"][..], &["rename", "--check", "k 8:s"], &["links", "k 8:s"], &["stamp", "x.yaml"]]
    {
        let ran = dir.run_with(args, b"");
        for line in format!("{}{}", ran.stdout, ran.stderr).lines() {
            let found = match_line(&matchers, line);
            let is_about_file = line.starts_with("k 8:s/") || line.starts_with("x.yaml:");
            assert_eq!(found.len(), usize::from(is_about_file), "{args:?}: {line}");
            for (severity, file, number, message) in found {
                assert!(dir.path(&file).is_file() && line.contains(&format!("{file}:{number}:")), "{line}");
                assert!(line.ends_with(&message), "{line}");
                severities.push(severity);
            }
        }
    }
    severities.sort();
    severities.dedup();
    assert_eq!(severities, ["error", "warning"]);
}
