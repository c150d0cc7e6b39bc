//! Arguments of the commands that other programs run.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::switch::{Check, SkipInvalid};
use super::{LimitArgs, RenamingArgs, RulesArgs, SettingsArgs, StampingArgs, StrategyName};
use crate::cli::text;

/// `rollstamp krm`, and with a configuration file the kustomize plugin.
#[derive(Debug, Args)]
pub struct FunctionArgs {
    /// Strategy [default: stamp]
    #[arg(long, value_name = "STRATEGY", value_enum, help_heading = "Strategy")]
    pub strategy: Option<StrategyName>,
    #[command(flatten)]
    pub skip_invalid: SkipInvalid,
    #[command(flatten)]
    pub limits: LimitArgs,
    #[command(flatten)]
    pub rules: RulesArgs,
    #[command(flatten)]
    pub settings: SettingsArgs,
    #[command(flatten)]
    pub stamping: StampingArgs,
    #[command(flatten)]
    pub renaming: RenamingArgs,
    #[command(flatten)]
    pub check: Check,
    /// A function cannot keep generations; with a value other than 0 it says so.
    #[arg(long, value_name = "N", hide = true)]
    pub keep: Option<u16>,
}

/// `rollstamp kustomize`.
#[derive(Debug, Args)]
pub struct KustomizeArgs {
    /// The command.
    #[command(subcommand)]
    pub verb: KustomizeVerb,
}

/// Commands of `rollstamp kustomize`.
#[derive(Debug, Subcommand)]
pub enum KustomizeVerb {
    /// Link this program into the plugin directory of kustomize
    ///
    /// The plugin directory is the first that exists of $KUSTOMIZE_PLUGIN_HOME, $XDG_CONFIG_HOME/kustomize/plugin,
    /// ~/.config/kustomize/plugin and ~/kustomize/plugin. An existing link is replaced. Prints the path of the link.
    Install(PluginHomeArgs),
    /// Remove that link from the plugin directory of kustomize
    ///
    /// Directories that are empty without it are removed too. The program itself stays.
    Uninstall(PluginHomeArgs),
    /// Print a configuration of the plugin, and where to save it
    Init(InitArgs),
    /// Run as the plugin
    #[command(hide = true)]
    Plugin(Box<PluginArgs>),
}

/// `rollstamp kustomize install` and `rollstamp kustomize uninstall`.
#[derive(Debug, Args)]
pub struct PluginHomeArgs {
    /// Plugin directory [default: that of kustomize]
    #[arg(long, value_name = "DIR")]
    pub plugin_home: Option<PathBuf>,
}

/// `rollstamp kustomize init`.
#[derive(Debug, Args)]
#[command(after_long_help = text::KUSTOMIZE_INIT)]
pub struct InitArgs {
    /// Strategy of the plugin
    #[arg(long, value_name = "STRATEGY", value_enum, default_value_t)]
    pub strategy: StrategyName,
    /// For a validator: check, and change nothing
    #[arg(long)]
    pub check: bool,
    /// For a KRM function instead of a plugin
    #[arg(long)]
    pub krm: bool,
}

/// Arguments that kustomize passes to a plugin.
#[derive(Debug, Args)]
pub struct PluginArgs {
    /// Configuration of the plugin, an options document
    #[arg(value_name = "CONFIG")]
    pub config: PathBuf,
    #[command(flatten)]
    pub function: FunctionArgs,
}

/// `rollstamp argocd`.
#[derive(Debug, Args)]
pub struct ArgocdArgs {
    /// Print the plugin's parameters as JSON, as Argo CD's dynamic announcement
    #[arg(long, help_heading = "Output")]
    pub parameters: bool,
}
