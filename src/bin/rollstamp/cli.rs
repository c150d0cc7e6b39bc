//! The command line as clap sees it. What the words mean is settled in `options`.
//!
//! The first line of a comment is the text of `-h`, all of it the text of `--help`.

mod text;

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{ArgAction, Args, Parser, Subcommand, ValueEnum};

use crate::options::value::{AnnotationKey, Size, WorkloadName};

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
    pub talk: TalkArgs,
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
    /// Show how the digest of one workload comes about
    ///
    /// Prints the listing that the digest is made of, one line for each key, in the format of sha256sum: piped into
    /// `sha256sum` it gives the digest.
    #[command(override_usage = text::usage!("explain --workload <[NS/]KIND/NAME>"), after_long_help = text::EXPLAIN)]
    Explain(ExplainArgs),
}

/// `rollstamp stamp`.
#[derive(Debug, Args)]
pub struct StampArgs {
    #[command(flatten)]
    pub input: InputArgs,
    #[command(flatten)]
    pub output: OutputArgs,
    #[command(flatten)]
    pub meaning: MeaningArgs,
    /// Annotation that holds the digest [default: rollstamp.dev/checksum]
    ///
    /// Any annotation key will do, for example checksum/config, to take over stamps that a chart writes today.
    #[arg(long, value_name = "KEY", help_heading = "What counts")]
    pub annotation: Option<AnnotationKey>,
    /// Content that rolls pods: any, or only what is frozen at start [default: any]
    ///
    /// With `any`, every key that a container consumes counts. With `frozen`, content in mounted volumes, which the
    /// kubelet refreshes in running pods, does not: for applications that watch their files. A single workload is
    /// set by the annotation rollstamp.dev/roll-on: any|frozen|never.
    #[arg(long, value_name = "WHAT", value_enum, hide_possible_values = true, help_heading = "What counts")]
    pub roll_on: Option<RollOn>,
    /// Remove the stamps instead of writing them
    #[arg(long, help_heading = "What counts")]
    pub remove: bool,
    /// Format of the report of --check: text or json [default: text]
    #[arg(long, value_name = "FORMAT", value_enum, hide_possible_values = true, help_heading = "Output")]
    pub format: Option<Format>,
}

/// `rollstamp rename`.
#[derive(Debug, Args)]
pub struct RenameArgs {
    #[command(flatten)]
    pub input: InputArgs,
    #[command(flatten)]
    pub output: OutputArgs,
    #[command(flatten)]
    pub meaning: MeaningArgs,
    /// Make renamed configs immutable too
    ///
    /// Kubernetes then refuses changes of their content, and the kubelet stops watching them.
    #[arg(long, help_heading = "What counts")]
    pub immutable: bool,
    /// Give Jobs that refer to a renamed config a new name too
    ///
    /// The template of a Job cannot change, so such a Job cannot be applied over its old self. Its suffix is a hash
    /// of the content that it consumes.
    #[arg(long, help_heading = "What counts")]
    pub rename_jobs: bool,
    /// Mark renamed configs so that this applier prunes old ones late or never: argocd, flux or helm
    ///
    /// argocd: sync option PruneLast=true. flux: kustomize.toolkit.fluxcd.io/prune: disabled. helm:
    /// helm.sh/resource-policy: keep. Without it, an old config can be gone while old pods still need it.
    #[arg(long, value_name = "APPLIER", value_enum, hide_possible_values = true, help_heading = "What counts")]
    pub prune_last: Option<PruneLast>,
    /// With --output-dir, keep N earlier generations of each config in it
    ///
    /// They are taken from what DIR holds from the last run and written to DIR/rollstamp-kept.yaml.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..), help_heading = "Output")]
    pub keep: Option<u16>,
    /// Format of the report of --check: text or json [default: text]
    #[arg(long, value_name = "FORMAT", value_enum, hide_possible_values = true, help_heading = "Output")]
    pub format: Option<Format>,
}

/// `rollstamp links`.
#[derive(Debug, Args)]
pub struct LinksArgs {
    #[command(flatten)]
    pub input: InputArgs,
    #[command(flatten)]
    pub meaning: MeaningArgs,
    /// Format of the list: text or json [default: text]
    #[arg(long, value_name = "FORMAT", value_enum, hide_possible_values = true, help_heading = "Output")]
    pub format: Option<Format>,
}

/// `rollstamp explain`.
#[derive(Debug, Args)]
pub struct ExplainArgs {
    #[command(flatten)]
    pub input: InputArgs,
    #[command(flatten)]
    pub meaning: MeaningArgs,
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

/// Where manifests come from.
#[derive(Debug, Args)]
pub struct InputArgs {
    /// Files, directories or quoted glob patterns; `-` is standard input
    ///
    /// Directories are walked for *.yaml, *.yml and *.json in byte order of their paths. Hidden files and symbolic
    /// links in them are skipped, .gitignore is not consulted. A file that is named is read whatever its name.
    #[arg(value_name = "PATH", required_unless_present = "command")]
    pub paths: Vec<PathBuf>,
    /// Read what this command prints, for example `-- kustomize build .`
    ///
    /// The command is run without a shell. When it fails, nothing is written.
    #[arg(last = true, value_name = "COMMAND", conflicts_with = "paths")]
    pub command: Vec<OsString>,
    /// Skip files and directories that match (may be repeated)
    ///
    /// The pattern is matched against the path as given, the path below the given directory, and the bare name:
    /// --exclude vendor, --exclude '*.enc.yaml', --exclude 'overlays/*/patches'. `*` stays within one directory,
    /// `**` does not.
    #[arg(long, value_name = "GLOB", help_heading = "Input")]
    pub exclude: Vec<String>,
    /// Go on when a document that matters cannot be read
    ///
    /// Such a document is passed through as it is, with a warning. --no-skip-invalid overrides the options file.
    #[arg(long, overrides_with = "no_skip_invalid", help_heading = "Input")]
    pub skip_invalid: bool,
    #[arg(long, hide = true, overrides_with = "skip_invalid")]
    pub no_skip_invalid: bool,
    /// Accept input without any document
    ///
    /// Empty input is an error otherwise: an empty render that is piped onward can delete an application.
    /// --no-allow-empty overrides the options file.
    #[arg(long, overrides_with = "no_allow_empty", help_heading = "Input")]
    pub allow_empty: bool,
    #[arg(long, hide = true, overrides_with = "allow_empty")]
    pub no_allow_empty: bool,
    /// Largest file that is read, for example 512Ki or 1GiB [default: 64MiB]
    #[arg(long, value_name = "SIZE", help_heading = "Input")]
    pub max_file_size: Option<Size>,
    /// Deepest nesting that is read [default: 1000]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=100_000), help_heading = "Input")]
    pub max_depth: Option<u32>,
    /// Options file [default: rollstamp.yaml in the current directory, if there is one]
    ///
    /// apiVersion rollstamp.dev/v1, kind Rollstamp, and in spec the names of the flags in camelCase. Flags win.
    #[arg(long, value_name = "FILE", conflicts_with = "no_config", help_heading = "Input")]
    pub config: Option<PathBuf>,
    /// Read no options file
    #[arg(long, help_heading = "Input")]
    pub no_config: bool,
}

/// Where the result goes.
#[derive(Debug, Args)]
#[group(multiple = false)]
pub struct OutputArgs {
    /// Change the files in place
    ///
    /// Each changed file is replaced in one step and keeps its permissions; the others are not touched. Symbolic
    /// links are never written through.
    #[arg(short, long, help_heading = "Output")]
    pub write: bool,
    /// Write every file, changed or not, to its place below DIR
    #[arg(short, long, value_name = "DIR", help_heading = "Output")]
    pub output_dir: Option<PathBuf>,
    /// Write nothing, report what would change; exit status 1 if anything would
    #[arg(long, help_heading = "Output")]
    pub check: bool,
    /// Write nothing, print a unified diff; exit status 1 if there is one
    ///
    /// `patch -p0` and `git apply -p0` take it. Values of Secrets never appear in it.
    #[arg(long, help_heading = "Output")]
    pub diff: bool,
}

/// How the manifests are understood.
#[derive(Debug, Args)]
pub struct MeaningArgs {
    /// Namespace of objects that name none
    #[arg(short, long, value_name = "NS", help_heading = "What counts")]
    pub namespace: Option<String>,
    /// What may refer to what: run, dir or file [default: run]
    ///
    /// With `run`, all input is one cluster's content. With `dir`, each directory is on its own: a workload sees the
    /// configs of its directory, else of the nearest directory above that has one. With `file`, each file is.
    #[arg(long, value_name = "SCOPE", value_enum, hide_possible_values = true, help_heading = "What counts")]
    pub scope: Option<Scope>,
    /// Exit with status 1 when a reference cannot be resolved, and on other findings
    ///
    /// --no-strict overrides the options file.
    #[arg(long, overrides_with = "no_strict", help_heading = "What counts")]
    pub strict: bool,
    #[arg(long, hide = true, overrides_with = "strict")]
    pub no_strict: bool,
    /// Hash Secrets with the key in FILE (or $ROLLSTAMP_SECRET_KEY_FILE)
    ///
    /// The plain digest of a short password can be guessed from the annotation. With a key, the hash of each Secret
    /// value is HMAC-SHA256. One final newline in FILE does not count.
    #[arg(long, value_name = "FILE", help_heading = "What counts")]
    pub secret_key_file: Option<PathBuf>,
}

/// How much is said, and how.
#[derive(Debug, Args)]
pub struct TalkArgs {
    /// Say errors only
    #[arg(short, long, global = true, conflicts_with = "verbose", help_heading = "Messages")]
    pub quiet: bool,
    /// Say what was done to each workload, and why
    #[arg(short, long, global = true, action = ArgAction::SetTrue, help_heading = "Messages")]
    pub verbose: bool,
    /// Use colors: auto, always or never [default: auto]
    #[arg(
        long,
        global = true,
        value_name = "WHEN",
        value_enum,
        default_value_t = Color::Auto,
        hide_default_value = true,
        hide_possible_values = true,
        help_heading = "Messages"
    )]
    pub color: Color,
    /// Print help; --help prints more than -h
    #[arg(short, long, global = true, action = ArgAction::Help, help_heading = "Messages")]
    pub help: Option<bool>,
}

/// `--color`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// On a terminal.
    Auto,
    /// Everywhere.
    Always,
    /// Nowhere.
    Never,
}

/// `--format`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people.
    Text,
    /// For programs.
    Json,
}

/// `--roll-on`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RollOn {
    /// Every consumed key.
    Any,
    /// Only keys that reach some container frozen.
    Frozen,
}

impl From<RollOn> for rollstamp::RollOn {
    fn from(roll_on: RollOn) -> rollstamp::RollOn {
        match roll_on {
            RollOn::Any => rollstamp::RollOn::Any,
            RollOn::Frozen => rollstamp::RollOn::Frozen,
        }
    }
}

/// `--prune-last`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PruneLast {
    /// Argo CD.
    Argocd,
    /// Flux.
    Flux,
    /// Helm.
    Helm,
}

/// `--scope`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Scope {
    /// All input.
    Run,
    /// Each directory.
    Dir,
    /// Each file.
    File,
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
