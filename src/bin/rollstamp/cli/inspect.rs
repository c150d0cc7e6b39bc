//! Arguments of the read-only commands.

use clap::Args;
use rollstamp::report::{Format, Report};

use super::format::format_parser;
use super::{BaselineArgs, InputArgs, OptionsFileArgs, PruneLastArgs, RollOnArgs, SettingsArgs};
use crate::values::WorkloadName;

/// `rollstamp links`.
#[derive(Debug, Args)]
pub struct LinksArgs {
    #[command(flatten)]
    pub input: InputArgs,
    #[command(flatten)]
    pub baseline: BaselineArgs,
    #[command(flatten)]
    pub settings: SettingsArgs,
    #[command(flatten)]
    pub content: RollOnArgs,
    #[command(flatten)]
    pub applied_by: PruneLastArgs,
    /// Format of the list
    #[arg(long, value_name = "FORMAT", value_parser = format_parser(Report::LINKS_FORMATS), default_value = "text", help_heading = "Output")]
    pub format: Format,
}

/// `rollstamp explain`.
#[derive(Debug, Args)]
pub struct ExplainArgs {
    /// Workload to explain: KIND/NAME or NAMESPACE/KIND/NAME
    #[arg(long, value_name = "[NS/]KIND/NAME", required = true, help_heading = "Workloads")]
    pub workload: WorkloadName,
    /// Pod template of a workload that has several, such as spec.kafka
    #[arg(long, value_name = "PATH", help_heading = "Workloads")]
    pub template: Option<String>,
    #[command(flatten)]
    pub input: InputArgs,
    #[command(flatten)]
    pub settings: SettingsArgs,
    #[command(flatten)]
    pub content: RollOnArgs,
    #[command(flatten)]
    pub applied_by: PruneLastArgs,
}

/// `rollstamp kinds`.
#[derive(Debug, Args)]
pub struct KindsArgs {
    #[command(flatten)]
    pub options_file: OptionsFileArgs,
    /// Format of the tables
    #[arg(long, value_name = "FORMAT", value_parser = format_parser(Report::KINDS_FORMATS), default_value = "text", help_heading = "Output")]
    pub format: Format,
}
