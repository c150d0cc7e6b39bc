//! The command line as clap reads it. What it means is settled in `options`.
//!
//! The first line of a comment is the text of `-h`, all of it the text of `--help`.

mod about;
mod applications;
mod apps;
mod args;
mod cache;
mod change;
mod format;
mod host;
mod impact;
mod inspect;
mod kubectl;
mod single;
mod switch;
mod text;
mod values;

use std::ffi::{OsStr, OsString};

use clap::error::{ContextKind, ContextValue};
use clap::{Arg, ArgAction, Command, CommandFactory, FromArgMatches, Parser, Subcommand};

pub use about::{CompletionsArgs, ManArgs};
pub use applications::{ApplicationArgs, RenderingArgs};
pub use apps::AppsArgs;
pub use args::{
    BaselineArgs, CommonArgs, InputArgs, LimitArgs, OptionsFileArgs, OutputArgs, PruneLastArgs, RenamingArgs,
    RollOnArgs, RulesArgs, SelectorArgs, SettingsArgs, StampingArgs, VerbosityArgs,
};
pub use cache::{CacheArgs, CacheVerb};
pub use change::{ChangeReportArgs, RenameArgs, StampArgs};
pub use host::{ArgocdArgs, FunctionArgs, InitArgs, KustomizeArgs, KustomizeVerb, PluginArgs, PluginHomeArgs};
pub use impact::ImpactArgs;
pub use inspect::{ExplainArgs, KindsArgs, LinkFilterArgs, LinksArgs};
pub use values::{Color, FailOn, Honor, PruneLast, RollOnName, ScopeName, StrategyName};

/// Roll pods when the ConfigMaps and Secrets they use change
///
/// Reads rendered Kubernetes manifests, finds which workload uses which key of which ConfigMap or Secret, and edits the
/// manifests so that a change of that content rolls the workload's pods. It works offline, before the manifests are
/// applied, and edits in place: no byte outside the edits changes.
#[derive(Debug, Parser)]
#[command(
    name = "rollstamp",
    version,
    max_term_width = 100,
    arg_required_else_help = true,
    disable_help_flag = true,
    disable_version_flag = true,
    after_long_help = text::TOOL,
    mut_subcommands(mention_opposites)
)]
pub struct Cli {
    /// The command.
    #[command(subcommand)]
    pub verb: Verb,
    /// Flags of every command.
    #[command(flatten)]
    pub common: CommonArgs,
    /// Print the version
    #[arg(short = 'V', long, action = ArgAction::Version, help_heading = "Messages")]
    pub version: Option<bool>,
}

/// Commands of the tool.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Stamp workloads with a digest of the ConfigMaps and Secrets they use
    ///
    /// Each workload gets one annotation in its pod template. Its value is a digest of exactly the keys that its
    /// containers consume, so the pods roll when that content changes, and only then. An outdated stamp is replaced or
    /// removed. A second run changes nothing.
    #[command(help_template = text::CHANGE_TEMPLATE, before_help = text::DESTINATION, after_long_help = text::STAMP, mut_arg("prune_last", hide))]
    Stamp(StampArgs),
    /// Append kustomize's content-hash suffix to ConfigMap and Secret names, and update references
    ///
    /// Each config that is referred to gets a suffix that is a hash of its content. A changed config is then a new
    /// object: pods of the old revision keep the old one, and a rollback finds it. The base name is recorded in the
    /// annotation rollstamp.dev/base-name, so that a second run changes nothing. The annotation rollstamp.dev/rename:
    /// "false" keeps the name of a config.
    #[command(help_template = text::CHANGE_TEMPLATE, before_help = text::DESTINATION, after_long_help = text::RENAME)]
    Rename(RenameArgs),
    /// List which workload uses which key of which ConfigMap or Secret
    ///
    /// Each line has the workload, the place of the reference, the config, the keys and their delivery: frozen when the
    /// container starts, or live in a mounted volume. ConfigMaps and Secrets without references are listed at the end.
    #[command(after_long_help = text::LINKS, mut_arg("prune_last", hide))]
    Links(LinksArgs),
    /// Show which workloads a change of the manifests rolls, and which stay stale
    ///
    /// Compares the manifests with BASE, what is applied now: a directory, a file, or a revision of git. For each
    /// affected workload it reports whether it rolls, refreshes in place, stays stale, is refused by the API server, or
    /// rolls twice, and which keys changed, with file and line on both sides.
    #[command(after_long_help = text::IMPACT)]
    Impact(ImpactArgs),
    /// List the applications of a repository
    ///
    /// An application is what is applied in one go: a Kustomization of Flux, an Application of Argo CD, else a
    /// kustomization that no other one includes, a chart, or a directory of manifests. Each line has its cluster,
    /// namespace and name, the program that renders it, its paths, the place of its declaration, and whether it can be
    /// rendered from the files of the repository alone, and if not why. Nothing is rendered, run or fetched.
    #[command(after_long_help = text::APPS)]
    Apps(AppsArgs),
    /// Show how a workload's digest is computed
    ///
    /// Prints the listing that the digest is computed from, one line for each key, in the format of sha256sum: piped into
    /// `sha256sum` it gives the digest.
    #[command(after_long_help = text::EXPLAIN, mut_arg("prune_last", hide))]
    Explain(ExplainArgs),
    /// List supported workload kinds and reference fields, built-in and custom
    ///
    /// The first table has the kinds with pod templates: where they are stamped, and what a changed stamp does. The
    /// second has the fields outside pod templates that name a ConfigMap or Secret. Rules of the options file come first.
    #[command(after_long_help = text::KINDS)]
    Kinds(KindsArgs),
    /// Run as the generate command of an Argo CD config management plugin
    ///
    /// Renders, stamps or renames, and prints the application in the current directory. Its parameters come from the
    /// environment that Argo CD sets: ARGOCD_APP_PARAMETERS, ARGOCD_ENV_ROLLSTAMP_*, ARGOCD_APP_NAMESPACE and others;
    /// they win over rollstamp.yaml in the application's directory. Runs kustomize or helm as Argo CD does, without a
    /// shell, and prints nothing before everything has succeeded. integrations/argocd/ has the plugin.
    #[command(after_long_help = text::ARGOCD)]
    Argocd(ArgocdArgs),
    /// Run as a KRM function (ResourceList on stdin and stdout)
    ///
    /// Reads a ResourceList from standard input, takes the options from its functionConfig (kind Rollstamp, or the
    /// data of a ConfigMap), and prints it with the changed objects and with results. Flags win. A program file with
    /// the name rollstamp-krm does this without a command.
    // The administrator names the key file of a function, in the environment.
    #[command(after_long_help = text::KRM, mut_arg("secret_key_file", hide))]
    Krm(FunctionArgs),
    /// Set up the kustomize plugin
    ///
    /// The plugin stamps or renames during `kustomize build --enable-alpha-plugins`, and `kubectl kustomize` with the
    /// same flag. Use it in the outermost kustomization only: a digest does not include what an overlay changes later.
    Kustomize(KustomizeArgs),
    /// Manage the renderings that --apps keeps between runs
    ///
    /// They lie below XDG_CACHE_HOME or ~/.cache, readable by their owner only. An entry is never wrong, since its name is
    /// a hash of everything that it is made of.
    Cache(CacheArgs),
    /// Print completions for a shell
    ///
    /// The shell reads them at its start, for example with `source <(rollstamp completions bash)`.
    #[command(after_long_help = text::COMPLETIONS)]
    Completions(CompletionsArgs),
    /// Print the manual page
    ///
    /// In the format of `man`: `rollstamp man stamp > rollstamp-stamp.1`.
    Man(ManArgs),
    /// Print the version
    Version,
}

/// Leaves an argument out of the help.
fn hide(arg: Arg) -> Arg {
    arg.hide(true)
}

/// Mentions the hidden `--no-…` flags of a command in the long help of the flags that they are the opposites of.
fn mention_opposites(command: Command) -> Command {
    let hidden = command.get_arguments().filter(|arg| arg.is_hide_set());
    let hidden: Vec<String> = hidden.filter_map(|arg| Some(arg.get_long()?.to_owned())).collect();
    command.mut_args(|arg| {
        let opposite = arg.get_long().map(|name| format!("no-{name}")).filter(|opposite| hidden.contains(opposite));
        let (Some(opposite), Some(help)) = (opposite, arg.get_long_help().or(arg.get_help())) else { return arg };
        let help = format!("{help}\n\n--{opposite} overrides the options file.");
        arg.long_help(help)
    })
}

/// Reads a command line, of which the first word is the path of the program.
///
/// # Errors
/// A mistake in it, or a text that it asks for instead of a run: help or the version.
pub fn parse_command_line(words: Vec<OsString>) -> Result<Cli, clap::Error> {
    match single::parse_single_command(&words) {
        Some(cli) => Ok(cli),
        None => parse_any_command(words),
    }
}

/// Reads a command line by the tree of all commands.
fn parse_any_command(words: Vec<OsString>) -> Result<Cli, clap::Error> {
    let program = words.first().map_or(OsStr::new("rollstamp"), OsString::as_os_str);
    let command = kubectl::reword_for(program, Cli::command());
    let matches = command.try_get_matches_from(words).map_err(without_tip_of_command);
    matches.and_then(|matches| Cli::from_arg_matches(&matches))
}

/// Takes the tip out of an error that a word could stand after `--`: there it would be a program to run.
fn without_tip_of_command(mut error: clap::Error) -> clap::Error {
    if let Some(ContextValue::StyledStrs(mut tips)) = error.remove(ContextKind::Suggested) {
        tips.retain(|tip| !tip.to_string().contains("as a value, use"));
        error.insert(ContextKind::Suggested, ContextValue::StyledStrs(tips));
    }
    error
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_sound() {
        Cli::command().debug_assert();
    }
}
