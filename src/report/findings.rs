//! Findings by names that stay the same from run to run, to tell new ones from those of an earlier run.

use super::diagnostics::{fingerprints, reported_diagnostics};
use super::impact::impact_diagnostic;
use crate::diagnostic::{Diagnostic, Severity};
use crate::impact::Impact;
use crate::index::IdVec;
use crate::source::Source;

/// A finding, named as SARIF names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedFinding {
    /// The index among the diagnostics, or that of the workload among those of an impact.
    pub index: usize,
    /// The hash of rule, file, object and message, without positions.
    pub fingerprint: String,
    /// The rule of its message.
    pub rule: &'static str,
    /// The path of the file from the root of the repository; empty for a stream.
    pub file: String,
    /// The object that it is about; empty for the whole input.
    pub object: String,
}

/// Names the findings among diagnostics.
pub fn name_findings(
    diagnostics: &[Diagnostic],
    sources: &IdVec<Source>,
    paths: &IdVec<Source, Option<String>>,
) -> Vec<NamedFinding> {
    let mut findings = Vec::new();
    for (index, diagnostic) in diagnostics.iter().enumerate() {
        if diagnostic.message.is_finding() && diagnostic.severity != Severity::Error {
            findings.push((index, diagnostic.clone()));
        }
    }
    name_all(findings, sources, paths)
}

/// Names the workloads of an impact that need attention.
pub fn name_impact_findings(
    impact: &Impact,
    sources: &IdVec<Source>,
    paths: &IdVec<Source, Option<String>>,
) -> Vec<NamedFinding> {
    let mut findings = Vec::new();
    for (index, workload) in impact.workloads.iter().enumerate() {
        if workload.finding
            && let Some(diagnostic) = impact_diagnostic(impact, workload)
        {
            findings.push((index, diagnostic));
        }
    }
    name_all(findings, sources, paths)
}

fn name_all(
    findings: Vec<(usize, Diagnostic)>,
    sources: &IdVec<Source>,
    paths: &IdVec<Source, Option<String>>,
) -> Vec<NamedFinding> {
    // As under `--strict`, which hides no finding.
    let (indices, diagnostics): (Vec<usize>, Vec<Diagnostic>) =
        findings.into_iter().map(|(index, finding)| (index, finding.with_severity(Severity::Warning))).unzip();
    let reported = reported_diagnostics(&diagnostics, sources, paths, true);
    let mut named = Vec::new();
    for ((index, fingerprint), finding) in indices.into_iter().zip(fingerprints(&reported)).zip(&reported) {
        named.push(NamedFinding {
            index,
            fingerprint,
            rule: finding.diagnostic.message.rule().id,
            file: finding.range.as_ref().map(|range| range.file.clone()).unwrap_or_default(),
            object: finding.diagnostic.object.clone().unwrap_or_default(),
        });
    }
    named
}
