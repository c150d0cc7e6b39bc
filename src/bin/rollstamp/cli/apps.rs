//! Arguments of `rollstamp apps`.

use std::path::PathBuf;

use clap::Args;
use rollstamp::report::{Format, Report};

use super::format::format_parser;
use super::switch::StrictApps;
use super::{OptionsFileArgs, RenderingArgs};

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
