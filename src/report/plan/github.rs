//! A plan as the report of a step in GitHub Actions.

use super::{plan_lines, plan_markdown, plan_summary, plan_workloads_json};
use crate::diagnostic::has_errors;
use crate::escape::escape;
use crate::report::diagnostics::ReportedDiagnostic;
use crate::report::format::github::{StepReport, log_of};
use crate::report::model::{PlanReport, RenderOptions};

/// The report of a step that planned or made changes. After an error there are no outputs: they would be taken for
/// whole.
pub(crate) fn plan_step(
    report: &PlanReport<'_>,
    reported: &[ReportedDiagnostic],
    options: &RenderOptions,
) -> StepReport {
    let PlanReport { graph, plan, strategy, diagnostics, done, output_dir } = *report;
    let mut log = log_of(diagnostics, &graph.bundle.sources);
    let mut heading = "nothing was done, because of errors".to_string();
    let mut outputs = Vec::new();
    if report.has_changes() {
        heading = plan_summary(plan, strategy, done);
        for line in plan_lines(graph, plan, done) {
            log.push_str(&escape(&line));
            log.push('\n');
        }
    }
    if !has_errors(diagnostics) {
        outputs.push(("changed", (!plan.is_empty()).to_string()));
        outputs.push(("workloads", plan_workloads_json(graph, plan, &options.paths)));
        if let Some(directory) = output_dir {
            outputs.push(("rendered-path", directory.to_string()));
        }
    }
    let summary = plan_markdown(&heading, graph, plan, reported, options);
    StepReport::new(log, reported, summary, outputs)
}
