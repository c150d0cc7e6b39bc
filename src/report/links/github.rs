//! Links as the report of a step in GitHub Actions.

use crate::report::diagnostics::ReportedDiagnostic;
use crate::report::format::github::{StepReport, log_of};
use crate::report::format::markdown::diagnostics_markdown;
use crate::report::model::{LinksReport, RenderOptions};
use crate::report::wording::count;

/// The report of a step that looked for links: their number, and diagnostics.
pub(crate) fn links_step(
    report: &LinksReport<'_>,
    reported: &[ReportedDiagnostic],
    options: &RenderOptions,
) -> StepReport {
    let graph = report.graph;
    let links = count(graph.links.len(), "link");
    let heading = format!("{links} in {}", count(graph.workloads.len(), "workload"));
    let summary = diagnostics_markdown(&heading, reported, options.summary_room);
    StepReport::new(log_of(report.diagnostics, &graph.bundle.sources), reported, summary, Vec::new())
}
