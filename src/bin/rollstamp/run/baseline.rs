//! Known findings of a run: they are shown with `-v` only, and fail nothing.

use std::collections::BTreeSet;

use rollstamp::diagnostic::{Diagnostic, Severity, has_errors};
use rollstamp::index::IdVec;
use rollstamp::report::{NamedFinding, name_findings, name_impact_findings};
use rollstamp::{Impact, Source};

use crate::exit::Failure;
use crate::input::Provenance;
use crate::messages::Messages;
use crate::options::BaselineOptions;
use crate::output::repository_paths;

/// The findings of a run, where a known one can be taken out.
pub struct RunFindings<'r> {
    pub diagnostics: &'r mut [Diagnostic],
    pub impact: Option<&'r mut Impact>,
}

/// Takes known findings out of a run, or makes all of them known. After an error nothing is done: the findings are not
/// all of them then.
///
/// # Errors
/// The file of known findings cannot be written.
pub fn apply_baseline(
    options: &BaselineOptions,
    run: RunFindings<'_>,
    sources: &IdVec<Source>,
    provenance: &Provenance,
    messages: &Messages,
) -> Result<(), Failure> {
    if has_errors(run.diagnostics) || (options.known.is_none() && options.write.is_none()) {
        return Ok(());
    }
    let paths = repository_paths(provenance);
    let in_diagnostics = name_findings(run.diagnostics, sources, &paths);
    let in_impact = match &run.impact {
        Some(impact) => name_impact_findings(impact, sources, &paths),
        None => Vec::new(),
    };
    let all: Vec<NamedFinding> = in_diagnostics.iter().chain(&in_impact).cloned().collect();
    write_baseline(options, &all, messages)?;
    let is_known = |finding: &&NamedFinding| match &options.known {
        Some(known) => known.knows(&finding.fingerprint),
        None => true,
    };
    for finding in in_diagnostics.iter().filter(is_known) {
        run.diagnostics[finding.index].severity = Severity::Detail;
    }
    if let Some(impact) = run.impact {
        for finding in in_impact.iter().filter(is_known) {
            impact.workloads[finding.index].finding = false;
        }
    }
    report_known(options, &all, messages);
    Ok(())
}

fn write_baseline(options: &BaselineOptions, findings: &[NamedFinding], messages: &Messages) -> Result<(), Failure> {
    let Some((path, earlier)) = &options.write else { return Ok(()) };
    let mut baseline = earlier.clone();
    baseline.replace(options.command, findings);
    baseline.write(path)?;
    messages.note(format!("{} written to the baseline {}", count_findings(findings.len()), path.display()));
    Ok(())
}

/// Reports how much the baseline hides, and what of it is obsolete.
fn report_known(options: &BaselineOptions, findings: &[NamedFinding], messages: &Messages) {
    let Some(known) = &options.known else { return };
    let hidden = findings.iter().filter(|finding| known.knows(&finding.fingerprint)).count();
    if hidden > 0 {
        messages.note(format!("{} of the baseline not shown; `-v` lists them", count_findings(hidden)));
    }
    let fingerprints: BTreeSet<&str> = findings.iter().map(|finding| finding.fingerprint.as_str()).collect();
    let gone = known.count_gone(options.command, &fingerprints);
    if gone > 0 {
        let verb = if gone == 1 { "occurs" } else { "occur" };
        messages.note(format!(
            "{} of the baseline no longer {verb}; write it again with --write-baseline",
            count_findings(gone)
        ));
    }
}

fn count_findings(number: usize) -> String {
    if number == 1 { "1 finding".to_owned() } else { format!("{number} findings") }
}
