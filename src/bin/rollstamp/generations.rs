//! `--keep`: earlier generations of renamed configs stay in the output directory, in a file of their own.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use rollstamp::plan::rename::keep_generations;
use rollstamp::{Bundle, EditedSource, ParseOptions};

use crate::exit::Failure;
use crate::input::{self, Exclude, InputOptions, InputSource, Provenance, SourceOrigin};

use crate::options::{ChangeOptions, Mode};
use crate::output::{self, OutputError};
use crate::progress::Progress;

/// Name of the file below the output directory.
const FILE: &str = "rollstamp-kept.yaml";

/// Returns the manifests of earlier generations that the output directory holds and that are kept. `None` means that
/// `--keep` is not in use.
pub fn collect_earlier(options: &ChangeOptions, after: &[EditedSource<'_>]) -> Result<Option<String>, Failure> {
    let Mode::OutputDir(dir) = &options.mode else { return Ok(None) };
    if options.keep == 0 {
        return Ok(None);
    }
    if after.iter().any(|source| is_generations_file(source.name())) {
        return Err(Failure::because(format!(
            "{FILE} is the file for earlier generations; give the input file another name"
        )));
    }
    if !dir.exists() {
        return Ok(Some(String::new()));
    }
    let previous = read_last_output(options, dir)?;
    let current = rollstamp::parse(after.iter().map(EditedSource::to_source).collect(), &parse_options(options));
    Ok(Some(keep_generations(&previous, &current, options.keep)))
}

/// Reads what the last run wrote: its current manifests, then those that it kept.
fn read_last_output(options: &ChangeOptions, dir: &Path) -> Result<Bundle, Failure> {
    let input = InputOptions {
        from: InputSource::Paths(vec![dir.to_owned()]),
        exclude: Exclude::default(),
        use_ignore_files: false,
        context: Vec::new(),
        options_file: None,
        max_file_size: options.input.max_file_size,
        max_stream_size: options.input.max_stream_size,
        skip_invalid: true,
        allow_empty: true,
    };
    let read = input::read_input(&input, rollstamp::bundle::may_be_relevant, &Progress::silent());
    let mut sources = read.map_err(Failure::all)?.sources;
    sources.sort_by_key(|source| is_generations_file(source.name()));
    Ok(rollstamp::parse(sources, &parse_options(options)))
}

fn is_generations_file(name: &str) -> bool {
    Path::new(name).file_name() == Some(FILE.as_ref())
}

fn parse_options(options: &ChangeOptions) -> ParseOptions {
    ParseOptions::default().namespace(options.settings.namespace.clone()).skip_invalid(true)
}

/// Writes the file of kept manifests, or removes it if none are kept.
pub fn write_kept(options: &ChangeOptions, provenance: &Provenance, kept: Option<String>) -> Result<(), Failure> {
    let (Mode::OutputDir(dir), Some(kept)) = (&options.mode, kept) else { return Ok(()) };
    let path = dir.join(FILE);
    let written = if kept.is_empty() { remove_file(&path) } else { write_file(provenance, &path, &kept) };
    Ok(written.map_err(OutputError::unwritable(&path))?)
}

fn remove_file(path: &Path) -> std::io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Comment at the head of the file.
const HEAD: &str = "# Earlier generations of renamed configs: old pods, rollbacks and retries still need them.\n";

/// Writes the file with the permissions of an input file.
fn write_file(provenance: &Provenance, path: &Path, text: &str) -> std::io::Result<()> {
    let like = provenance.origins.iter().find_map(SourceOrigin::file);
    let like = fs::metadata(like.map_or(Path::new("."), |file| &file.path))?;
    output::replace_file(path, format!("{HEAD}{text}").as_bytes(), &like)
}
