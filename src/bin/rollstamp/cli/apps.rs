//! Arguments of `rollstamp apps`.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::Args;
use rollstamp::report::{Format, Report};

use super::format::format_parser;
use super::switch::StrictApps;
use super::{OptionsFileArgs, RenderingArgs};
use crate::values::Shard;

/// `rollstamp apps`.
#[derive(Debug, Args)]
pub struct AppsArgs {
    /// List only applications of this file or directory
    ///
    /// The repository that holds it is read whole: the files that git tracks, and others that it does not ignore.
    #[arg(value_name = "PATH", default_value = ".")]
    pub path: PathBuf,
    /// Explain one application: the declarations that lead to it, and every file that its rendering reads
    ///
    /// The name as it is listed, with namespace and cluster before it where several have that name.
    #[arg(long, value_name = "[[CLUSTER/]NS/]NAME", help_heading = "Applications")]
    pub explain: Option<String>,
    /// List only applications that a change since BASE can touch
    #[arg(long, requires = "base", conflicts_with = "explain", help_heading = "Applications")]
    pub touched: bool,
    /// Revision that is compared with: the commit from which it and HEAD started, or with `git:` before it, itself
    #[arg(long, value_name = "REVISION", requires = "touched", help_heading = "Applications")]
    pub base: Option<OsString>,
    /// Print the shards of at most N machines, for the matrix of a CI job: {"include":[{"shard":"1/4","applications":12}, …]}
    ///
    /// Each shard is rendered by `rollstamp impact --apps --shard`. There are no more shards than applications, and none
    /// if nothing is touched.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=i64::from(Shard::MAX)), requires = "touched", conflicts_with = "format", help_heading = "Applications")]
    pub matrix: Option<u16>,
    #[command(flatten)]
    pub rendering: RenderingArgs,
    #[command(flatten)]
    pub strict: StrictApps,
    #[arg(long, hide = true)]
    pub no_repository: bool,
    #[command(flatten)]
    pub options_file: OptionsFileArgs,
    /// Format of the list
    #[arg(long, value_name = "FORMAT", value_parser = format_parser(Report::APPS_FORMATS), default_value = "text", help_heading = "Output")]
    pub format: Format,
    /// Print whole lines also on a terminal that is narrower
    #[arg(long, help_heading = "Output")]
    pub wide: bool,
}
