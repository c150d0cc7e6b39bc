//! Options of `rollstamp apps`.

use std::ffi::OsString;

use rollstamp::report::Format;

use super::applications::{
    ApplicationOptions, ShardingOptions, cache_options, permissions, render_limits, take_repository,
};
use super::file::{self, Loaded};
use crate::cli::AppsArgs;
use crate::exit::Failure;
use crate::messages::Messages;

/// Options of `rollstamp apps`.
pub struct AppsOptions {
    /// The repository, the part of it whose applications are listed, and how parents are rendered.
    pub applications: ApplicationOptions,
    /// The revision since which a change has to touch what is listed.
    pub base: Option<OsString>,
    /// The most shards of a matrix that is printed instead of a list.
    pub matrix: Option<u16>,
    /// Application to explain.
    pub explained: Option<String>,
    /// Fails on findings.
    pub strict: bool,
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
    let applications = ApplicationOptions {
        path: args.path,
        repository: take_repository(&mut spec)?,
        options_file,
        render: render_limits(&args.rendering),
        renders_all: false,
        cache: cache_options(&args.rendering),
        permissions: permissions(&args.rendering),
        sharding: ShardingOptions::default(),
    };
    let (base, matrix) = (args.base, args.matrix);
    Ok(AppsOptions {
        applications,
        base,
        matrix,
        explained: args.explain,
        strict,
        format: args.format,
        wide: args.wide,
    })
}
