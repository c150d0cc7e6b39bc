//! Arguments of the read-only commands.

use std::path::PathBuf;

use clap::Args;

use super::{InputArgs, KindsFormat, LinksFormat, RollOn, SettingsArgs};
use crate::options::value::WorkloadName;

/// `rollstamp links`.
#[derive(Debug, Args)]
pub struct LinksArgs {
    #[command(flatten)]
    pub input: InputArgs,
    #[command(flatten)]
    pub settings: SettingsArgs,
    /// Format: text, json, mermaid, dot, html, github, sarif or gitlab [default: text]
    ///
    /// text and json list the links, mermaid, dot and html draw them; the others tell what is wrong with them. github:
    /// annotations for a workflow and its summary. sarif: SARIF 2.1.0. gitlab: code quality.
    #[arg(long, value_name = "FORMAT", value_enum, hide_possible_values = true, help_heading = "Output")]
    pub format: Option<LinksFormat>,
}

/// `rollstamp explain`.
#[derive(Debug, Args)]
pub struct ExplainArgs {
    #[command(flatten)]
    pub input: InputArgs,
    #[command(flatten)]
    pub settings: SettingsArgs,
    /// The workload to explain: KIND/NAME or NAMESPACE/KIND/NAME
    #[arg(long, value_name = "[NS/]KIND/NAME", required = true, help_heading = "What counts")]
    pub workload: WorkloadName,
    /// Content that rolls pods: any, or only what is frozen at start [default: any]
    ///
    /// With `any`, every key that a container consumes counts. With `frozen`, content in mounted volumes, which the
    /// kubelet refreshes in running pods, does not: for applications that watch their files. A single workload is
    /// set by the annotation rollstamp.dev/roll-on: any|frozen|never.
    #[arg(long, value_name = "WHAT", value_enum, hide_possible_values = true, help_heading = "What counts")]
    pub roll_on: Option<RollOn>,
}

/// `rollstamp kinds`.
#[derive(Debug, Args)]
pub struct KindsArgs {
    /// Options file [default: rollstamp.yaml in the current directory, if there is one]
    #[arg(long, value_name = "FILE", conflicts_with = "no_config", help_heading = "Input")]
    pub config: Option<PathBuf>,
    /// Read no options file
    #[arg(long, help_heading = "Input")]
    pub no_config: bool,
    /// Format of the tables: text or json [default: text]
    #[arg(long, value_name = "FORMAT", value_enum, hide_possible_values = true, help_heading = "Output")]
    pub format: Option<KindsFormat>,
}
