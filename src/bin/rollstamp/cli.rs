//! The command line as clap sees it. What the words mean is settled in `options`.
//!
//! The first line of a comment is the text of `-h`, all of it the text of `--help`.

mod about;
mod args;
mod change;
mod host;
mod impact;
mod inspect;
mod kubectl;
mod text;
mod values;

use std::ffi::{OsStr, OsString};

use clap::{ArgAction, FromArgMatches, Parser, Subcommand};

pub use about::{CompletionsArgs, ManArgs};
pub use args::{InputArgs, OutputArgs, SettingsArgs, VerbosityArgs};
pub use change::{RenameArgs, StampArgs};
pub use host::{ArgocdArgs, FunctionArgs, InitArgs, InstallArgs, KustomizeArgs, KustomizeVerb, PluginArgs};
pub use impact::ImpactArgs;
pub use inspect::{ExplainArgs, KindsArgs, LinksArgs};
pub use values::{
    ChangeFormat, Color, Honor, ImpactFormat, KindsFormat, LinksFormat, PruneLast, RollOn, Scope, StrategyName,
};

/// Roll pods when the ConfigMaps and Secrets they use change
///
/// Reads rendered Kubernetes manifests, finds which workload uses which key of which ConfigMap or Secret, and writes
/// what makes a change of that content roll the workload's pods. It works offline, before the manifests are applied,
/// and edits in place: outside the spots it writes, no byte changes.
#[derive(Debug, Parser)]
#[command(
    name = "rollstamp",
    version,
    max_term_width = 100,
    arg_required_else_help = true,
    disable_help_flag = true,
    disable_help_subcommand = true,
    disable_version_flag = true,
    after_long_help = text::TOOL
)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub verb: Verb,
    /// How much to say.
    #[command(flatten)]
    pub verbosity: VerbosityArgs,
    /// Print the version
    #[arg(short = 'V', long, action = ArgAction::Version, help_heading = "Messages")]
    pub version: Option<bool>,
}

/// What the tool does: one variant a verb.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Write a digest of the configs that a workload uses into its pod template
    ///
    /// Each workload gets one annotation in its pod template. Its value is a digest of exactly the keys that reach
    /// its containers, so the pods roll when that content changes, and only then. A stamp that is no longer true is
    /// replaced or removed; running twice equals running once.
    #[command(override_usage = text::usage!("stamp"), after_long_help = text::STAMP)]
    Stamp(StampArgs),
    /// Give ConfigMaps and Secrets the name suffix that kustomize would give, and rewrite every reference
    ///
    /// Each config that something in the input refers to gets a suffix that is a hash of its content. A changed
    /// config is then a new object: pods of the old revision keep the old one, and a roll-back finds it. The name
    /// without the suffix is recorded in the annotation rollstamp.dev/base-name, so running twice equals running
    /// once. A config that must keep its name says so with the annotation rollstamp.dev/rename: "false".
    #[command(override_usage = text::usage!("rename"), after_long_help = text::RENAME)]
    Rename(RenameArgs),
    /// List which workload uses which key of which ConfigMap or Secret
    ///
    /// Each line names the workload, the place of the reference, the config, the keys, and how they arrive: frozen
    /// when the container starts, or live in a mounted volume. ConfigMaps and Secrets that nothing refers to are
    /// listed at the end.
    #[command(override_usage = text::usage!("links"), after_long_help = text::LINKS)]
    Links(LinksArgs),
    /// Show what a change of the manifests does to the workloads: who rolls, who stays stale, and why
    ///
    /// Compares the manifests with BASE, what is applied now: a directory, a file, or a revision of git. For each
    /// workload that something happens to it says whether it rolls, refreshes in place, stays stale, is refused by
    /// the API server, or rolls twice, and names the keys that changed, with file and line on both sides.
    #[command(override_usage = text::IMPACT_USAGE, after_long_help = text::IMPACT)]
    Impact(ImpactArgs),
    /// Show how the digest of one workload comes about
    ///
    /// Prints the listing that the digest is made of, one line for each key, in the format of sha256sum: piped into
    /// `sha256sum` it gives the digest.
    #[command(override_usage = text::usage!("explain --workload <[NS/]KIND/NAME>"), after_long_help = text::EXPLAIN)]
    Explain(ExplainArgs),
    /// List the kinds and fields that are known, built in and of your own rules
    ///
    /// One table has the kinds that describe pods: where they are stamped, and what a changed stamp does. The other has
    /// the fields beside those of pod specs that name a ConfigMap or Secret. Rules in the options file come first.
    #[command(after_long_help = text::KINDS)]
    Kinds(KindsArgs),
    /// Render, stamp and print an application, as the generate command of an Argo CD plugin
    ///
    /// Runs in the application's directory and takes what it is to do from the environment that Argo CD sets up:
    /// ARGOCD_APP_PARAMETERS, ARGOCD_ENV_ROLLSTAMP_*, ARGOCD_APP_NAMESPACE and the others; rollstamp.yaml in the
    /// application's directory counts too. Runs kustomize or helm as Argo CD would, without a shell, and prints
    /// nothing before everything has succeeded. integrations/argocd/ has the plugin.
    #[command(after_long_help = text::ARGOCD)]
    Argocd(ArgocdArgs),
    /// Work on a ResourceList, as a function of kustomize or kpt
    ///
    /// Reads a ResourceList from standard input, takes the options from its functionConfig (kind Rollstamp, or the
    /// data of a ConfigMap), and prints it with the objects changed and with results. Flags win. A program file that
    /// is called rollstamp-krm does this without a verb.
    #[command(override_usage = "rollstamp krm [OPTIONS] < RESOURCE-LIST", after_long_help = text::KRM)]
    Krm(FunctionArgs),
    /// Set up the plugin for kustomize
    ///
    /// The plugin stamps or renames in the middle of `kustomize build --enable-alpha-plugins`, and of `kubectl
    /// kustomize` with the same flag. Run it in the outermost kustomization only: what an overlay changes afterwards
    /// is in no digest.
    Kustomize(KustomizeArgs),
    /// Print completions for a shell
    ///
    /// To be read by the shell at its start, for example with `source <(rollstamp completions bash)`.
    #[command(after_long_help = text::COMPLETIONS)]
    Completions(CompletionsArgs),
    /// Print the manual page
    ///
    /// In the format of `man`: `rollstamp man stamp > rollstamp-stamp.1`.
    Man(ManArgs),
}

/// Reads the words of a command line, of which the first is the name that we were called by.
pub fn parse(words: Vec<OsString>) -> Cli {
    let command = kubectl::command(words.first().map_or(OsStr::new("rollstamp"), OsString::as_os_str));
    Cli::from_arg_matches(&command.get_matches_from(words)).unwrap_or_else(|error| error.exit())
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_sound() {
        Cli::command().debug_assert();
    }
}
