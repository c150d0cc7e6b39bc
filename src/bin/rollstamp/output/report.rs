//! Reports, rendered and written to where their reader looks for them.

use rollstamp::index::IdVec;
use rollstamp::report::{Format, RenderOptions, Rendered, Report, SourceUrl, render};

use crate::exit::Failure;
use crate::input::Provenance;
use crate::messages::Messages;
use crate::output::github_step;
use crate::output::repository::{paths_in_work_tree, repository_paths};
use crate::output::stdout::{print, terminal_width, write_beside_status};

/// The options for rendering a report about this input in a format.
pub fn render_options(provenance: &Provenance, format: Format, strict: bool, messages: &Messages) -> RenderOptions {
    // Texts for people name files as they were given.
    let paths = if format == Format::Text { IdVec::new() } else { repository_paths(provenance) };
    text_options(messages).paths(paths).strict(strict).summary_room(github_step::summary_room())
}

/// Adds the addresses of places. They are made of paths in the repository, also for who works in a directory of it.
pub fn link_places(options: RenderOptions, url: Option<&SourceUrl>, provenance: &Provenance) -> RenderOptions {
    let Some(url) = url else { return options };
    options.source_url(Some(url.clone())).paths(paths_in_work_tree(provenance))
}

/// The options for rendering a text on standard output.
pub fn text_options(messages: &Messages) -> RenderOptions {
    RenderOptions::default().width(terminal_width()).color(messages.colors_stdout())
}

/// Renders a report in a format and writes it.
///
/// # Errors
/// A failure to write to standard output or to the files of a step.
pub fn write_report(report: &Report<'_>, format: Format, options: &RenderOptions) -> Result<(), Failure> {
    match render(report, format, options) {
        Rendered::Text(text) if matches!(report, Report::Plan(_) | Report::Impact(_)) => {
            write_beside_status(|out| out.write_all(text.as_bytes())).map_err(Failure::from_error)
        }
        Rendered::Text(text) => print(&text),
        Rendered::Step(step) => github_step::write_step(&step),
    }
}
