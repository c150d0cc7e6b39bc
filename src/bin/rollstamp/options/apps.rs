//! Options of `rollstamp apps`.

use std::path::PathBuf;

use rollstamp::report::Format;

use super::applications::take_repository;
use super::file::{self, Loaded};
use super::repository::RepositoryOptions;
use crate::cli::AppsArgs;
use crate::exit::Failure;
use crate::messages::Messages;

/// Options of `rollstamp apps`.
pub struct AppsOptions {
    /// Part of the repository whose applications are listed.
    pub path: PathBuf,
    /// Application to explain.
    pub explained: Option<String>,
    /// Fails on findings.
    pub strict: bool,
    /// Facts on the repository that its files do not say.
    pub repository: RepositoryOptions,
    /// The options file.
    pub options_file: Option<PathBuf>,
    /// Format of the list.
    pub format: Format,
    /// Set if no cell of the tables is shortened.
    pub wide: bool,
}

/// Merges the options of `rollstamp apps`.
pub fn merge_apps_options(args: AppsArgs, messages: &Messages) -> Result<AppsOptions, Failure> {
    let Loaded { path: options_file, mut spec } = file::load(&args.options_file, messages)?;
    args.override_spec(&mut spec);
    let strict = spec.strict;
    let repository = take_repository(&mut spec)?;
    Ok(AppsOptions {
        path: args.path,
        explained: args.explain,
        strict,
        repository,
        options_file,
        format: args.format,
        wide: args.wide,
    })
}
