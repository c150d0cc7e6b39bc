//! Reports, rendered and written to where their reader looks for them.

use rollstamp::report::{Format, RenderOptions, Rendered, Report, render};

use crate::exit::Failure;
use crate::input::Provenance;
use crate::output::github_step;
use crate::output::repository::repository_paths;
use crate::output::stdout::{print, report_width};

/// The options for rendering a report about this input.
pub fn render_options(provenance: &Provenance, strict: bool) -> RenderOptions {
    RenderOptions::default()
        .paths(repository_paths(provenance))
        .strict(strict)
        .width(report_width())
        .summary_room(github_step::summary_room())
}

/// Renders a report in a format and writes it.
///
/// # Errors
/// A failure to write to standard output or to the files of a step.
pub fn write_report(report: &Report<'_>, format: Format, options: &RenderOptions) -> Result<(), Failure> {
    match render(report, format, options) {
        Rendered::Text(text) => print(&text),
        Rendered::Step(step) => github_step::write_step(&step),
    }
}
