//! The result of a run, written to where its mode says.

use crate::input::Exclude;
use crate::options::Mode;
use crate::output::stdout::{write_beside_status, write_stdout};
use crate::output::{EditedSources, OutputError, diff, replace, stream, tree};

/// Writes the edited sources: as a stream, a diff, or files.
///
/// # Errors
/// All errors that were found. Where an error can be known beforehand, nothing has been written.
pub fn write_result(
    mode: &Mode,
    sources: &EditedSources<'_>,
    exclude: &Exclude,
    color: bool,
) -> Result<(), Vec<OutputError>> {
    let written = match mode {
        Mode::Check => Ok(()),
        Mode::Stdout => write_stdout(|out| stream::write_texts(sources.after, out)),
        Mode::Diff => write_beside_status(|out| diff::write(sources, color, out)),
        Mode::Write => return replace::replace_changed_files(sources),
        Mode::OutputDir(dir) => return tree::write_tree(dir, sources, exclude),
    };
    written.map_err(|error| vec![error])
}
