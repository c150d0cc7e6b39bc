//! Everything that is read: files, directories, globs, standard input, and what a renderer prints.

mod base;
mod error;
mod exclude;
mod find;
mod read;
mod renderer;

use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};

use rollstamp::index::IdVec;
use rollstamp::source::Source;

pub use base::{Base, read_base};
pub use error::{InputError, InputNote};
pub use exclude::Exclude;
pub use renderer::Renderer;

use crate::exit::Failure;
use crate::options::value::Size;

/// What is to be read, and within which bounds.
pub struct InputOptions {
    /// Where manifests come from.
    pub from: InputSource,
    /// What is skipped on the way.
    pub exclude: Exclude,
    /// The options file in use. It is no manifest, though it may lie among them.
    pub options_file: Option<PathBuf>,
    /// The largest file that is read.
    pub max_file_size: Size,
    /// Whether a text that matters and cannot be read is a note.
    pub skip_invalid: bool,
    /// Whether no manifest at all is fine.
    pub allow_empty: bool,
}

/// Where manifests come from.
#[derive(Debug)]
pub enum InputSource {
    /// Standard input.
    Stdin,
    /// Files, directories and globs, as they were given.
    Paths(Vec<PathBuf>),
    /// What a program prints.
    Renderer(Renderer),
}

/// What was read.
#[derive(Default)]
pub struct Input {
    /// The texts, in input order.
    pub sources: Vec<Source>,
    /// Where they came from.
    pub provenance: Provenance,
    /// What is good to know about the reading.
    pub notes: Vec<InputNote>,
}

/// The origins of what was read, for those who write it back.
#[derive(Default)]
pub struct Provenance {
    /// Where each source came from.
    pub origins: IdVec<Source, Origin>,
    /// Files that are no text we could read: they are passed by, and an output directory gets them as they are.
    pub skipped: Vec<FileOrigin>,
    /// The directories that were walked.
    pub roots: Vec<PathBuf>,
}

/// Where a source came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// Standard input or a renderer: there is no file to write to.
    Stream,
    /// A file.
    File(FileOrigin),
}

/// A file, and where it lies below the PATH through which it was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileOrigin {
    /// The way to the file from the current directory.
    pub path: PathBuf,
    /// The way to it from the given directory; for a file that was named itself, its name.
    pub relative: PathBuf,
}

/// Reads everything from the input's source. `may_be_relevant` tells whether a text that is not UTF-8 holds a word that
/// could make it relevant.
///
/// # Errors
/// All errors that were found, in input order.
pub fn read_all(options: &InputOptions, may_be_relevant: fn(&str) -> bool) -> Result<Input, Vec<InputError>> {
    let rules = read::Rules { limit: options.max_file_size, skip_invalid: options.skip_invalid, may_be_relevant };
    let input = match &options.from {
        InputSource::Paths(paths) => {
            files(find::find(paths, &options.exclude, options.options_file.as_deref()), &rules)?
        }
        InputSource::Stdin => stream(read::stdin(&rules).map_err(|error| vec![error])?),
        InputSource::Renderer(renderer) => stream(renderer::run(renderer, &rules).map_err(|error| vec![error])?),
    };
    match options.allow_empty || !input.is_empty() {
        true => Ok(input),
        false => Err(vec![input.why_empty(&options.from)]),
    }
}

/// Reads one stream that must be text.
///
/// # Errors
/// Why it is none, or that it is larger than the limit.
pub fn read_text(from: impl std::io::Read, name: &str, limit: Size) -> Result<Source, Failure> {
    let rules = read::Rules { limit, skip_invalid: false, may_be_relevant: |_| true };
    match read::stream(from, name, &rules) {
        Ok(read::Reading::Text(source)) => Ok(source),
        Ok(read::Reading::Skipped(note)) => Err(Failure::all(vec![&note])),
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

fn files(found: find::Found, rules: &read::Rules) -> Result<Input, Vec<InputError>> {
    let mut errors = found.errors;
    let provenance = Provenance { roots: found.roots, ..Provenance::default() };
    let mut input = Input { sources: Vec::new(), provenance, notes: found.notes };
    let readings = read::files(&found.files, rules);
    for (origin, reading) in found.files.into_iter().zip(readings) {
        match reading {
            Ok(read::Reading::Text(source)) => {
                input.sources.push(source);
                input.provenance.origins.push(Origin::File(origin));
            }
            Ok(read::Reading::Skipped(note)) => {
                input.notes.push(note);
                input.provenance.skipped.push(origin);
            }
            Err(error) => errors.push(error),
        }
    }
    if errors.is_empty() { Ok(input) } else { Err(errors) }
}

fn stream(reading: read::Reading) -> Input {
    let mut input = Input::default();
    match reading {
        read::Reading::Text(source) => {
            input.sources.push(source);
            input.provenance.origins.push(Origin::Stream);
        }
        read::Reading::Skipped(note) => input.notes.push(note),
    }
    input
}

impl Input {
    /// Whether there is no document at all.
    fn is_empty(&self) -> bool {
        !self.sources.iter().any(|source| holds_document(source.text()))
    }

    fn why_empty(self, from: &InputSource) -> InputError {
        match from {
            InputSource::Stdin => InputError::EmptyStdin,
            InputSource::Renderer(renderer) => InputError::EmptyRender(renderer.program.clone()),
            InputSource::Paths(_) if self.sources.is_empty() => {
                InputError::NoFiles { skipped: self.provenance.skipped.len() }
            }
            InputSource::Paths(_) => InputError::NoDocuments { files: self.sources.len() },
        }
    }
}

/// Whether anything but comments, blank lines and document markers stands in a text.
fn holds_document(text: &str) -> bool {
    let text = text.trim_start_matches('\u{feff}');
    let says_nothing = |line: &str| {
        let line = line.strip_prefix("---").or_else(|| line.strip_prefix("...")).unwrap_or(line).trim();
        line.is_empty() || line.starts_with('#')
    };
    !text.lines().all(says_nothing)
}

/// A path without `.` and `..`.
pub fn normal(path: &Path) -> PathBuf {
    let mut normal = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir => {
                normal.pop();
            }
            Component::CurDir => {}
            part => normal.push(part),
        }
    }
    normal
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_markers_are_no_document() {
        for empty in ["", "\n", "---\n", "# Source: a\n---\n--- # b\n...\n", "\u{feff}\r\n---\r\n", "  # x"] {
            assert!(!holds_document(empty), "{empty:?}");
        }
        for full in ["a", "---\na: 1\n", "{}", "# x\n- 1", "----"] {
            assert!(holds_document(full), "{full:?}");
        }
    }
}
