//! The report of `rollstamp stamp` and `rollstamp rename`.

use rollstamp::report::{Format, PlanReport, Report};

use crate::exit::Failure;
use crate::input::Provenance;
use crate::messages::Messages;
use crate::options::{ChangeOptions, Mode};
use crate::output;
use crate::run::pipeline::Run;

/// Writes the report of planned changes to stdout.
pub fn write_plan_report(
    options: &ChangeOptions,
    run: &Run<'_>,
    format: Format,
    provenance: &Provenance,
    messages: &Messages,
) -> Result<(), Failure> {
    let output_dir = match &options.mode {
        // The files of applications have names of their own there.
        Mode::OutputDir(directory) if options.applications.is_none() => Some(directory.to_string_lossy()),
        _ => None,
    };
    let report = Report::Plan(PlanReport {
        graph: &run.graph,
        plan: &run.plan,
        strategy: &options.strategy,
        diagnostics: &run.diagnostics,
        done: options.is_done(),
        output_dir: output_dir.as_deref(),
    });
    output::write_report(
        &report,
        format,
        &output::render_options(provenance, format, options.settings.strict, messages),
    )
}
