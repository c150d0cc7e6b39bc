//! The place that manifests come from, and the bounds of reading it.

use std::path::PathBuf;

use crate::input::read::ReadLimits;
use crate::input::{Exclude, Renderer};
use crate::values::Size;

/// The manifests to read, and the bounds of reading them.
pub struct InputOptions {
    /// The place that manifests come from.
    pub from: InputSource,
    /// Patterns of files and directories to skip.
    pub exclude: Exclude,
    /// Set if ignore files say which files of directories are passed over.
    pub use_ignore_files: bool,
    /// Files, directories and globs that are read for references only.
    pub context: Vec<PathBuf>,
    /// The options file in use, which is not a manifest though it may lie among them.
    pub options_file: Option<PathBuf>,
    /// The largest file that is read.
    pub max_file_size: Size,
    /// The largest stream that is read.
    pub max_stream_size: Size,
    /// Makes a note of a relevant text that cannot be read, instead of an error.
    pub skip_invalid: bool,
    /// Allows an input without manifests.
    pub allow_empty: bool,
}

impl InputOptions {
    /// The bounds of reading texts; `skip_invalid` is not always that of the options.
    pub(super) fn read_limits(&self, skip_invalid: bool, may_be_relevant: fn(&str) -> bool) -> ReadLimits {
        let InputOptions { max_file_size, max_stream_size, .. } = *self;
        ReadLimits { max_file_size, max_stream_size, skip_invalid, may_be_relevant }
    }
}

/// The place that manifests come from.
#[derive(Debug)]
pub enum InputSource {
    /// Standard input.
    Stdin,
    /// Files, directories and globs, as given on the command line.
    Paths(Vec<PathBuf>),
    /// The output of a program.
    Renderer(Renderer),
}
