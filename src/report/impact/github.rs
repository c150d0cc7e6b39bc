//! The impact as the report of a step in GitHub Actions.

use super::diagnostics::impact_diagnostics;
use super::{impact_markdown, impact_text, impact_workloads_json};
use crate::diagnostic::has_errors;
use crate::report::diagnostics::reported_diagnostics;
use crate::report::format::github::{StepReport, log_of};
use crate::report::model::{ImpactReport, RenderOptions};

/// The report of a step that compared two trees. After an error there are no outputs: they would be taken for whole.
pub(crate) fn impact_step(report: &ImpactReport<'_>, options: &RenderOptions) -> StepReport {
    let ImpactReport { impact, head, diagnostics, .. } = *report;
    let sources = &head.bundle.sources;
    let mut reported = reported_diagnostics(diagnostics, sources, &options.paths, options.strict);
    let mut log = log_of(diagnostics, sources);
    let effects = impact_diagnostics(impact);
    reported.extend(reported_diagnostics(&effects, sources, &options.paths, options.strict));
    log.push_str(&impact_text(impact, &RenderOptions::default()));
    let mut outputs = Vec::new();
    if !has_errors(diagnostics) {
        outputs.push(("changed", (!impact.workloads.is_empty()).to_string()));
        outputs.push(("workloads", impact_workloads_json(impact)));
    }
    StepReport::new(log, &reported, impact_markdown(report, options, options.summary_room), outputs)
}
