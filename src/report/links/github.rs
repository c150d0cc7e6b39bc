//! Links as the report of a step in GitHub Actions.

use crate::report::finding::Finding;
use crate::report::format::github::{StepReport, log_of};
use crate::report::format::markdown::findings_markdown;
use crate::report::render::{LinksReport, RenderOptions};
use crate::report::wording::count;

/// The report of a step that looked for links: their number, and findings.
pub fn links_step(report: &LinksReport<'_>, findings: &[Finding], options: &RenderOptions) -> StepReport {
    let graph = report.graph;
    let links = count(graph.links.len(), "link");
    let heading = format!("{links} in {}", count(graph.workloads.len(), "workload"));
    let summary = findings_markdown(&heading, findings, options.summary_room);
    StepReport::new(log_of(report.diagnostics, &graph.bundle.sources), findings, summary, Vec::new())
}
