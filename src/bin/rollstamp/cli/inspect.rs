//! Arguments of the read-only commands.

use clap::Args;
use rollstamp::report::{Format, MAX_EDGES, Report};

use super::format::format_parser;
use super::{ApplicationArgs, BaselineArgs, InputArgs, OptionsFileArgs, PruneLastArgs, RollOnArgs, SettingsArgs};
use crate::object_query::ObjectQuery;

/// `rollstamp links`.
#[derive(Debug, Args)]
// An argument that is changed becomes the last of all, and COMMAND has to stay behind the PATHs.
#[command(mut_arg("paths", |paths| paths.required_unless_present_any(["command", "apps"])), mut_arg("command", std::convert::identity))]
pub struct LinksArgs {
    #[command(flatten)]
    pub input: InputArgs,
    #[command(flatten)]
    pub applications: ApplicationArgs,
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
    /// Show each reference in a line of its own, whole, with file and line of it and of the definitions
    ///
    /// Without it, lines of the table that are equal are one, with their number under TIMES, so are keys or containers
    /// of one workload that differ in nothing else, and on a terminal long names are shortened (`…`).
    #[arg(long, help_heading = "Output")]
    pub wide: bool,
    /// Most edges of a Mermaid chart; the rest is counted in it
    ///
    /// What needs attention is drawn first. Mermaid itself, and so GitHub, draws no more than 500.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=500), default_value_t = MAX_EDGES, help_heading = "Output")]
    pub max_edges: u16,
    /// Address of a line on the host of the repository, so that places are links: {path}, {line}, {rev}
    ///
    /// For example https://git.example.com/shop/blob/{rev}/{path}#L{line}. {rev} is the commit that is checked out. In
    /// GitHub Actions and GitLab CI the address is known without this flag. Pages and comments have links.
    #[arg(long, value_name = "TEMPLATE", help_heading = "Output")]
    pub source_url: Option<String>,
}

/// Flags that choose the part of the links that is listed, as text or JSON.
#[derive(Debug, Default, PartialEq, Eq, Args)]
#[command(next_help_heading = "Selection")]
pub struct LinkFilterArgs {
    /// Only links to this config, written as for kubectl or with a namespace: app, cm/app, prod/cm/app
    #[arg(long, value_name = "[KIND/]NAME")]
    pub uses: Option<ObjectQuery>,
    /// Only links of this workload or other object: web, deploy/web, prod/deploy/web
    #[arg(long, value_name = "[KIND/]NAME")]
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
    /// Workload to explain, written as for kubectl or with a namespace: web, deploy/web, prod/deploy/web
    #[arg(long, value_name = "[KIND/]NAME", required = true, help_heading = "Workloads")]
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
    /// Print whole lines also on a terminal that is narrower
    #[arg(long, help_heading = "Output")]
    pub wide: bool,
}
