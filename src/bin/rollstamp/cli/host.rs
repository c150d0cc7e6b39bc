//! The arguments of the verbs that other programs call.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::{PruneLast, RollOn, SettingsArgs, StrategyName};
use crate::cli::text;
use crate::options::value::{AnnotationKey, Size};

/// `rollstamp krm`, and with a configuration file the kustomize plugin.
#[derive(Debug, Args)]
pub struct FunctionArgs {
    /// What to do: stamp or rename [default: stamp]
    #[arg(long, value_name = "WHAT", value_enum, hide_possible_values = true, help_heading = "What counts")]
    pub strategy: Option<StrategyName>,
    /// Change nothing; fail if anything would change
    #[arg(long, help_heading = "Output")]
    pub check: bool,
    #[command(flatten)]
    pub settings: SettingsArgs,
    /// Annotation that holds the digest [default: rollstamp.dev/checksum]
    #[arg(long, value_name = "KEY", help_heading = "What counts")]
    pub annotation: Option<AnnotationKey>,
    /// Content that rolls pods: any, or only what is frozen at start [default: any]
    #[arg(long, value_name = "WHAT", value_enum, hide_possible_values = true, help_heading = "What counts")]
    pub roll_on: Option<RollOn>,
    /// Make renamed configs immutable too
    #[arg(long, help_heading = "What counts")]
    pub immutable: bool,
    /// Give Jobs that refer to a renamed config a new name too
    #[arg(long, help_heading = "What counts")]
    pub rename_jobs: bool,
    /// Mark renamed configs so that this applier prunes old ones late or never: argocd, flux or helm
    #[arg(long, value_name = "APPLIER", value_enum, hide_possible_values = true, help_heading = "What counts")]
    pub prune_last: Option<PruneLast>,
    /// Go on when an object that matters cannot be read
    #[arg(long, help_heading = "Input")]
    pub skip_invalid: bool,
    /// Largest input that is read, for example 512Ki or 1GiB [default: 64MiB]
    #[arg(long, value_name = "SIZE", help_heading = "Input")]
    pub max_file_size: Option<Size>,
    /// Deepest nesting that is read [default: 1000]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=100_000), help_heading = "Input")]
    pub max_depth: Option<u32>,
}

/// `rollstamp kustomize`.
#[derive(Debug, Args)]
pub struct KustomizeArgs {
    /// What to do.
    #[command(subcommand)]
    pub verb: KustomizeVerb,
}

/// What can be done about kustomize.
#[derive(Debug, Subcommand)]
pub enum KustomizeVerb {
    /// Put a link to this program where kustomize looks for plugins
    ///
    /// kustomize and `kubectl kustomize` look below the first directory that exists of $KUSTOMIZE_PLUGIN_HOME,
    /// $XDG_CONFIG_HOME/kustomize/plugin, ~/.config/kustomize/plugin and ~/kustomize/plugin. A link that is there
    /// already is replaced. Prints the path of the link.
    Install(InstallArgs),
    /// Print a configuration for the plugin, and say where it goes
    Init(InitArgs),
    /// What kustomize calls
    #[command(hide = true)]
    Plugin(PluginArgs),
}

/// `rollstamp kustomize install`.
#[derive(Debug, Args)]
pub struct InstallArgs {
    /// Directory of plugins [default: where kustomize looks]
    #[arg(long, value_name = "DIR")]
    pub plugin_home: Option<PathBuf>,
}

/// `rollstamp kustomize init`.
#[derive(Debug, Args)]
#[command(after_long_help = text::KUSTOMIZE_INIT)]
pub struct InitArgs {
    /// What the plugin is to do: stamp or rename [default: stamp]
    #[arg(long, value_name = "WHAT", value_enum, hide_possible_values = true)]
    pub strategy: Option<StrategyName>,
    /// For a validator: check, and change nothing
    #[arg(long)]
    pub check: bool,
    /// For a KRM function instead of a plugin
    #[arg(long)]
    pub krm: bool,
}

/// What kustomize gives to a plugin.
#[derive(Debug, Args)]
pub struct PluginArgs {
    /// The configuration, an options document
    #[arg(value_name = "CONFIG")]
    pub config: PathBuf,
    #[command(flatten)]
    pub function: FunctionArgs,
}

/// `rollstamp argocd`.
#[derive(Debug, Args)]
pub struct ArgocdArgs {
    /// Announce the plugin's parameters as JSON, and do nothing else
    #[arg(long, help_heading = "Output")]
    pub parameters: bool,
}
