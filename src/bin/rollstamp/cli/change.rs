//! Arguments of the commands that change manifests.

use clap::Args;
use rollstamp::report::{Format, Report};

use super::format::format_parser;
use super::{
    ApplicationArgs, BaselineArgs, InputArgs, OutputArgs, PruneLastArgs, RenamingArgs, SettingsArgs, StampingArgs,
};

/// `rollstamp stamp`.
#[derive(Debug, Args)]
// As for `links`.
#[command(mut_arg("paths", |paths| paths.required_unless_present_any(["command", "apps"])), mut_arg("command", std::convert::identity))]
pub struct StampArgs {
    #[command(flatten)]
    pub input: InputArgs,
    #[command(flatten)]
    pub applications: ApplicationArgs,
    #[command(flatten)]
    pub baseline: BaselineArgs,
    #[command(flatten)]
    pub settings: SettingsArgs,
    #[command(flatten)]
    pub stamping: StampingArgs,
    /// Remove the stamps instead of writing them
    #[arg(long, help_heading = "Stamp")]
    pub remove: bool,
    #[command(flatten)]
    pub applied_by: PruneLastArgs,
    #[command(flatten)]
    pub output: OutputArgs,
    #[command(flatten)]
    pub report: ChangeReportArgs,
}

/// `rollstamp rename`.
#[derive(Debug, Args)]
// As for `links`.
#[command(mut_arg("paths", |paths| paths.required_unless_present_any(["command", "apps"])), mut_arg("command", std::convert::identity))]
pub struct RenameArgs {
    #[command(flatten)]
    pub input: InputArgs,
    #[command(flatten)]
    pub applications: ApplicationArgs,
    #[command(flatten)]
    pub baseline: BaselineArgs,
    #[command(flatten)]
    pub settings: SettingsArgs,
    #[command(flatten)]
    pub stamping: StampingArgs,
    #[command(flatten)]
    pub renaming: RenamingArgs,
    #[command(flatten)]
    pub output: OutputArgs,
    /// With --output-dir, keep N earlier generations of each config in it [default: 0]
    ///
    /// They are taken from what DIR holds from the last run and written to DIR/rollstamp-kept.yaml.
    #[arg(long, value_name = "N", help_heading = "Output")]
    pub keep: Option<u16>,
    #[command(flatten)]
    pub report: ChangeReportArgs,
}

/// Flag of the report on changes.
#[derive(Debug, Args)]
pub struct ChangeReportArgs {
    /// Format of the report of --check, --write and --output-dir [default: text]
    #[arg(long, value_name = "FORMAT", value_parser = format_parser(Report::PLAN_FORMATS), help_heading = "Output")]
    pub format: Option<Format>,
}
