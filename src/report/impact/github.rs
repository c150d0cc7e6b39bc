//! The impact as the report of a step in GitHub Actions.

use super::{impact_findings, impact_markdown, impact_text, impact_workloads_json};
use crate::diagnostic::has_errors;
use crate::report::finding::diagnostic_findings;
use crate::report::format::github::{StepReport, log_of};
use crate::report::format::markdown::findings_markdown;
use crate::report::render::{ImpactReport, RenderOptions, view};

/// The report of a step that compared two trees. After an error there are no outputs: nothing was compared then.
pub fn impact_step(report: &ImpactReport<'_>, options: &RenderOptions) -> StepReport {
    let ImpactReport { impact, head, diagnostics, .. } = *report;
    let sources = &head.bundle.sources;
    let view = view(options, false);
    let mut findings = diagnostic_findings(sources, diagnostics, view);
    let mut log = log_of(diagnostics, sources);
    if has_errors(diagnostics) {
        let heading = "nothing was compared, because of errors";
        let summary = findings_markdown(heading, &findings, options.summary_room);
        return StepReport::new(log, &findings, summary, Vec::new());
    }
    findings.extend(impact_findings(impact, sources, view));
    log.push_str(&impact_text(impact, options.width));
    let outputs =
        vec![("changed", (!impact.workloads.is_empty()).to_string()), ("workloads", impact_workloads_json(impact))];
    StepReport::new(log, &findings, impact_markdown(impact, options.summary_room), outputs)
}
