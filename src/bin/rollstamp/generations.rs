//! `--keep`: earlier generations of renamed configs stay in the output directory, in a file of their own.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use rollstamp::plan::rename::keep_generations;
use rollstamp::source::Source;
use rollstamp::{Bundle, ParseOptions};

use crate::exit::Failure;
use crate::input::{self, Exclude, InputOptions, InputSource, Provenance, SourceOrigin};
use crate::messages::reason;
use crate::options::{ChangeOptions, Mode};
use crate::output;

/// The file below the output directory.
const FILE: &str = "rollstamp-kept.yaml";

/// The manifests that are to be kept from what the output directory holds; none where nothing was asked for.
pub fn earlier(options: &ChangeOptions, after: &[Source]) -> Result<Option<String>, Failure> {
    let Mode::OutputDir(dir) = &options.mode else { return Ok(None) };
    if options.keep == 0 {
        return Ok(None);
    }
    let taken = after.iter().any(|source| Path::new(source.name()).file_name().is_some_and(|name| name == FILE));
    if taken {
        return Err(Failure::because(format!("{FILE} in the input has the name of the file for earlier generations")));
    }
    if !dir.exists() {
        return Ok(Some(String::new()));
    }
    let previous = previous(options, dir)?;
    let copies = after.iter().map(|source| Source::new(source.name(), source.text())).collect();
    let current = rollstamp::parse(copies, &parse_options(options));
    Ok(Some(keep_generations(&previous, &current, options.keep)))
}

/// Reads the output of the last run, its current manifests before those that it kept.
fn previous(options: &ChangeOptions, dir: &Path) -> Result<Bundle, Failure> {
    let input = InputOptions {
        from: InputSource::Paths(vec![dir.to_owned()]),
        exclude: Exclude::default(),
        options_file: None,
        max_file_size: options.input.max_file_size,
        skip_invalid: true,
        allow_empty: true,
    };
    let mut sources = input::read_input(&input, rollstamp::bundle::may_be_relevant).map_err(Failure::all)?.sources;
    sources.sort_by_key(|source| Path::new(source.name()).file_name().is_some_and(|name| name == FILE));
    Ok(rollstamp::parse(sources, &parse_options(options)))
}

fn parse_options(options: &ChangeOptions) -> ParseOptions {
    ParseOptions { namespace: options.settings.namespace.clone(), skip_invalid: true, ..ParseOptions::default() }
}

/// Writes what is kept, or removes the file where nothing is.
pub fn write(options: &ChangeOptions, provenance: &Provenance, kept: Option<String>) -> Result<(), Failure> {
    let (Mode::OutputDir(dir), Some(kept)) = (&options.mode, kept) else { return Ok(()) };
    let path = dir.join(FILE);
    let done = if kept.is_empty() { remove(&path) } else { replace(provenance, &path, &kept) };
    done.map_err(|error| Failure::because(format!("{}: cannot be written: {}", path.display(), reason(&error))))
}

fn remove(path: &Path) -> std::io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// The comment at the head of the file.
const HEAD: &str = "# Earlier generations of renamed configs: old pods, roll-backs and retries still need them.\n";

/// Writes the file with the permissions of one of the input.
fn replace(provenance: &Provenance, path: &Path, text: &str) -> std::io::Result<()> {
    let like = provenance.origins.iter().find_map(SourceOrigin::file);
    let like = fs::metadata(like.map_or(Path::new("."), |file| &file.path))?;
    output::replace_file(path, format!("{HEAD}{text}").as_bytes(), &like)
}
