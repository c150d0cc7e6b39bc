//! From options to texts: finds the files or opens the stream, reads them, and collects the results.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;

use rollstamp::source::Source;

use crate::exit::Failure;
use crate::input::context;
use crate::input::find::{FoundFiles, find_files};
use crate::input::read::{self, ReadLimits, Reading};
use crate::input::renderer::run_renderer;
use crate::input::{Input, InputError, InputNote, InputOptions, InputSource, Provenance, SourceOrigin};
use crate::progress::Progress;
use crate::values::Size;

/// Reads everything from the input's source. `may_be_relevant` tells whether a text that is not UTF-8 holds a word that
/// could make it relevant.
///
/// # Errors
/// All errors that were found, in input order.
pub fn read_input(
    options: &InputOptions,
    may_be_relevant: fn(&str) -> bool,
    progress: &Progress,
) -> Result<Input, Vec<InputError>> {
    let limits = options.read_limits(options.skip_invalid, may_be_relevant);
    let mut input = match &options.from {
        InputSource::Paths(paths) => {
            let mut found = find_files(paths, options);
            let unmatched = options.exclude.list_unmatched();
            found.notes.extend(unmatched.map(|pattern| InputNote::ExcludedNothing(pattern.to_owned())));
            read_found_files(found, &limits, progress)?
        }
        InputSource::Stdin => input_of_stream(read::read_stdin(&limits))?,
        InputSource::Renderer(renderer) => input_of_stream(run_renderer(renderer, &limits))?,
    };
    if !input.has_document() && !options.allow_empty {
        return Err(vec![empty_input_error(&input, &options.from)]);
    }
    context::add_context(&mut input, &options.context, options, may_be_relevant)?;
    Ok(input)
}

/// Reads one stream that must be text.
///
/// # Errors
/// A stream that is not text or larger than the limit.
pub fn read_text(from: impl io::Read, name: &str, max_size: Size) -> Result<Source, Failure> {
    let (max_file_size, max_stream_size) = (max_size, max_size);
    let limits = ReadLimits { max_file_size, max_stream_size, skip_invalid: false, may_be_relevant: |_| true };
    match read::read_stream(from, name, &limits) {
        Ok(Reading::Text(source)) => Ok(source),
        Ok(Reading::Skipped(InputNote::WideEncoding(name, encoding))) => {
            Err(Failure::all(vec![InputError::WideStream(name, encoding)]))
        }
        Ok(Reading::Skipped(note)) => Err(Failure::all(vec![&note])),
        Err(error) => Err(Failure::all(vec![error])),
    }
}

/// Finds the charts that hold these files: directories above a `templates` in which there is a `Chart.yaml`, read or not.
pub fn find_chart_directories(sources: &[Source]) -> Vec<String> {
    let mut directories = BTreeMap::new();
    for source in sources {
        for directory in rollstamp::bundle::chart_candidates(source.name()) {
            if !directories.contains_key(directory) {
                directories.insert(directory.to_string(), Path::new(directory).join("Chart.yaml").is_file());
            }
        }
    }
    directories.into_iter().filter_map(|(directory, is_chart)| is_chart.then_some(directory)).collect()
}

/// Reads files that were found.
///
/// # Errors
/// All errors of finding and reading, in input order.
pub fn read_found_files(found: FoundFiles, limits: &ReadLimits, progress: &Progress) -> Result<Input, Vec<InputError>> {
    let mut errors = found.errors;
    let provenance = Provenance { roots: found.roots, ..Provenance::default() };
    let mut input = Input { provenance, notes: found.notes, ..Input::default() };
    progress.show_items("reading files", found.files.len());
    let readings = read::read_files(&found.files, limits, progress);
    // Lists that grow are there twice while they do.
    input.sources.reserve_exact(found.files.len());
    input.provenance.origins.reserve_exact(found.files.len());
    for (origin, reading) in found.files.into_iter().zip(readings) {
        match reading {
            Ok(Reading::Text(source)) => {
                input.sources.push(source);
                input.provenance.origins.push(SourceOrigin::File(origin));
            }
            Ok(Reading::Skipped(note)) => {
                input.notes.push(note);
                input.provenance.skipped.push(origin);
            }
            Err(error) => errors.push(error),
        }
    }
    if errors.is_empty() { Ok(input) } else { Err(errors) }
}

/// Makes the input of a stream that was read, or the list of its one error.
pub fn input_of_stream(reading: Result<Reading, InputError>) -> Result<Input, Vec<InputError>> {
    let mut input = Input::default();
    match reading {
        Ok(Reading::Text(source)) => {
            input.sources.push(source);
            input.provenance.origins.push(SourceOrigin::Stream);
        }
        // Nothing else is read, so there would be nothing to work on.
        Ok(Reading::Skipped(InputNote::WideEncoding(name, encoding))) => {
            return Err(vec![InputError::WideStream(name, encoding)]);
        }
        Ok(Reading::Skipped(note)) => input.notes.push(note),
        Err(error) => return Err(vec![error]),
    }
    Ok(input)
}

fn empty_input_error(input: &Input, from: &InputSource) -> InputError {
    match from {
        InputSource::Stdin => InputError::EmptyStdin,
        InputSource::Renderer(renderer) => InputError::EmptyRender(renderer.program.clone()),
        InputSource::Paths(_) if input.sources.is_empty() => {
            let note = input.notes.iter().find(|note| note.is_about_content()).map(ToString::to_string);
            InputError::NoFiles { skipped: input.provenance.skipped.len(), note }
        }
        InputSource::Paths(_) => InputError::NoDocuments { files: input.sources.len() },
    }
}
