//! Context: files that are read for references only, and of which nothing is reported.

use std::collections::HashSet;
use std::path::PathBuf;

use crate::input::find::find_files;
use crate::input::read::{Reading, read_files};
use crate::input::{Input, InputError, InputOptions, SourceOrigin};
use crate::progress::Progress;

/// Adds the context behind paths to what was read, except for files that were read already. What cannot be read there
/// is marked as skipped.
///
/// # Errors
/// Paths that lead nowhere: a mistake in one would go unnoticed.
pub fn add_context(
    input: &mut Input,
    paths: &[PathBuf],
    options: &InputOptions,
    may_be_relevant: fn(&str) -> bool,
) -> Result<(), Vec<InputError>> {
    if paths.is_empty() {
        return Ok(());
    }
    let mut found = find_files(paths, options);
    let (unreadable, errors): (Vec<_>, Vec<_>) = found.errors.into_iter().partition(InputError::is_about_content);
    if !errors.is_empty() {
        return Err(errors);
    }
    input.has_skipped_context |= !unreadable.is_empty();
    let known: HashSet<PathBuf> = input.provenance.origins.iter().filter_map(real_path).collect();
    found.files.retain(|file| file.path.canonicalize().map_or(true, |path| !known.contains(&path)));
    let limits = options.read_limits(true, may_be_relevant);
    let readings = read_files(&found.files, &limits, &Progress::silent());
    for (origin, reading) in found.files.into_iter().zip(readings) {
        match reading {
            Ok(Reading::Text(source)) => {
                input.sources.push(source.into_context());
                input.provenance.origins.push(SourceOrigin::File(origin));
            }
            Ok(Reading::Skipped(_)) | Err(_) => input.has_skipped_context = true,
        }
    }
    Ok(())
}

fn real_path(origin: &SourceOrigin) -> Option<PathBuf> {
    origin.file()?.path.canonicalize().ok()
}
