//! Arguments of the read-only commands.

use clap::Args;
use rollstamp::report::{Format, Report};

use super::format::format_parser;
use super::{BaselineArgs, InputArgs, OptionsFileArgs, PruneLastArgs, RollOnArgs, SettingsArgs};
use crate::object_query::ObjectQuery;

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
    #[command(flatten)]
    pub filter: LinkFilterArgs,
    /// Format of the list
    #[arg(long, value_name = "FORMAT", value_parser = format_parser(Report::LINKS_FORMATS), default_value = "text", help_heading = "Output")]
    pub format: Format,
}

/// Flags that choose the part of the links that is listed, as text or JSON.
#[derive(Debug, Default, PartialEq, Eq, Args)]
#[command(next_help_heading = "Selection")]
pub struct LinkFilterArgs {
    /// Only links to this config: NAME, KIND/NAME or NAMESPACE/KIND/NAME, for example cm/app
    #[arg(long, value_name = "[NS/][KIND/]NAME")]
    pub uses: Option<ObjectQuery>,
    /// Only links of this workload or other object, for example deploy/web
    #[arg(long, value_name = "[NS/][KIND/]NAME")]
    pub workload: Option<ObjectQuery>,
    /// Only objects of this namespace; those that name none are in `default`
    #[arg(long, value_name = "NS")]
    pub in_namespace: Option<String>,
    /// Only links to configs or keys that are missing or not certain
    #[arg(long, conflicts_with = "unused")]
    pub unresolved: bool,
    /// Only configs that nothing in the input refers to
    #[arg(long, conflicts_with_all = ["uses", "workload"])]
    pub unused: bool,
}

/// `rollstamp explain`.
#[derive(Debug, Args)]
pub struct ExplainArgs {
    /// Workload to explain: NAME, KIND/NAME or NAMESPACE/KIND/NAME, where KIND may be short as for kubectl
    #[arg(long, value_name = "[NS/][KIND/]NAME", required = true, help_heading = "Workloads")]
    pub workload: ObjectQuery,
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
