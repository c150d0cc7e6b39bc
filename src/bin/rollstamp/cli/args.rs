//! Arguments that several commands share.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{ArgAction, Args};
use rollstamp::ConfigPattern;

use super::switch::{
    AllowEmpty, ExcludeFromReloader, Immutable, OnlyAnnotated, Producers, RenameJobs, SkipInvalid, Strict,
};
use super::{Color, Honor, PruneLast, RollOnName, ScopeName};
use crate::values::{AnnotationKey, Size, TimeLimit};

/// Flags of the input.
#[derive(Debug, Default, Args)]
pub struct InputArgs {
    /// Files, directories or quoted glob patterns; `-` is standard input
    ///
    /// Directories are walked for *.yaml, *.yml and *.json in byte order of their paths. Hidden files and symbolic
    /// links in them are skipped, and so is what .gitignore or .ignore names and git does not track, and what
    /// .rollstampignore names. A file that is named is read whatever its name.
    #[arg(value_name = "PATH", required_unless_present = "command")]
    pub paths: Vec<PathBuf>,
    /// Read the output of this command, for example `-- kustomize build .`
    ///
    /// The command is run without a shell. If it fails, nothing is written.
    #[arg(last = true, value_name = "COMMAND", conflicts_with = "paths")]
    pub command: Vec<OsString>,
    /// Skip files and directories that match (may be repeated)
    ///
    /// The pattern is matched against the path as given, the path below the given directory, and the bare name:
    /// --exclude vendor, --exclude '*.enc.yaml', --exclude 'overlays/{dev,test}/*'. `*` stays within one directory,
    /// `**` does not.
    #[arg(long, value_name = "GLOB", help_heading = "Input")]
    pub exclude: Vec<String>,
    #[arg(long, hide = true)]
    pub no_exclude: bool,
    /// Read also what .gitignore, .ignore and .rollstampignore name
    #[arg(long, help_heading = "Input")]
    pub no_ignore: bool,
    /// Also read what PATHs refer to from this file, directory or pattern (may be repeated)
    ///
    /// For a PATH that is a part of what is deployed. What is read here is never changed or reported; rename leaves its
    /// names as they are. Objects of PATHs win over copies of them.
    #[arg(long, value_name = "PATH", help_heading = "Input")]
    pub context: Vec<PathBuf>,
    #[arg(long, hide = true)]
    pub no_context: bool,
    #[command(flatten)]
    pub skip_invalid: SkipInvalid,
    #[command(flatten)]
    pub allow_empty: AllowEmpty,
    #[command(flatten)]
    pub limits: LimitArgs,
    #[command(flatten)]
    pub options_file: OptionsFileArgs,
}

/// Flags of known findings.
#[derive(Debug, Default, Args)]
pub struct BaselineArgs {
    /// Do not show or fail on the findings in FILE
    ///
    /// FILE is written by --write-baseline. Errors, and changes that --check finds, are never in it.
    #[arg(long, value_name = "FILE", overrides_with = "no_baseline", help_heading = "References")]
    pub baseline: Option<PathBuf>,
    #[arg(long, hide = true, overrides_with = "baseline")]
    pub no_baseline: bool,
    /// Write the findings of this run to FILE, for --baseline
    ///
    /// Findings of other commands in FILE stay.
    #[arg(long, value_name = "FILE", conflicts_with = "baseline", help_heading = "References")]
    pub write_baseline: Option<PathBuf>,
}

/// Flags that bound what is read.
#[derive(Debug, Default, Args)]
pub struct LimitArgs {
    /// Largest input file, for example 512Ki or 1GiB [default: 64MiB]
    #[arg(long, value_name = "SIZE", help_heading = "Input")]
    pub max_file_size: Option<Size>,
    /// Largest input stream: standard input, or the output of COMMAND [default: 1GiB]
    #[arg(long, value_name = "SIZE", help_heading = "Input")]
    pub max_stream_size: Option<Size>,
    /// Deepest nesting of YAML and JSON [default: 1000]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=100_000), help_heading = "Input")]
    pub max_depth: Option<u32>,
}

/// Flags that choose the options file.
#[derive(Debug, Default, Args)]
pub struct OptionsFileArgs {
    /// Options file [default: the nearest rollstamp.yaml, up to the top of the repository]
    ///
    /// apiVersion rollstamp.dev/v1, kind Rollstamp, and in spec the names of the flags in camelCase. Flags win.
    #[arg(long, value_name = "FILE", conflicts_with = "no_config", help_heading = "Input")]
    pub config: Option<PathBuf>,
    /// Read no options file
    #[arg(long, help_heading = "Input")]
    pub no_config: bool,
    #[command(flatten)]
    pub rules: RulesArgs,
}

/// Flag that leaves out the user's rules.
#[derive(Debug, Default, Args)]
pub struct RulesArgs {
    /// Ignore the rules of the options document
    #[arg(long, help_heading = "References")]
    pub no_rules: bool,
}

/// Flags of the output.
#[derive(Debug, Args)]
#[group(multiple = false)]
pub struct OutputArgs {
    /// Change the files in place
    ///
    /// Each changed file is replaced in one step and keeps its permissions; the others are not touched. Symbolic
    /// links are never written through.
    #[arg(short, long, help_heading = "Output")]
    pub write: bool,
    /// Write every file, changed or not, to its relative path below DIR
    #[arg(short, long, value_name = "DIR", help_heading = "Output")]
    pub output_dir: Option<PathBuf>,
    /// Write nothing, report what would change; exit status 1 if anything would
    #[arg(long, help_heading = "Output")]
    pub check: bool,
    /// Write nothing, print a unified diff; exit status 1 if it is not empty
    ///
    /// It can be applied with `patch -p0` or `git apply -p0`. Values of Secrets never appear in it.
    #[arg(long, help_heading = "Output")]
    pub diff: bool,
}

/// Flags of reading and linking that several commands share.
#[derive(Debug, Default, Args)]
pub struct SettingsArgs {
    /// Namespace of objects that name none
    #[arg(short, long, value_name = "NS", overrides_with = "no_namespace", help_heading = "References")]
    pub namespace: Option<String>,
    #[arg(long, hide = true, overrides_with = "namespace")]
    pub no_namespace: bool,
    /// Configs that a reference can see [default: run]
    #[arg(long, value_name = "SCOPE", value_enum, help_heading = "References")]
    pub scope: Option<ScopeName>,
    #[command(flatten)]
    pub strict: Strict,
    /// Controllers whose annotations are followed too [default: none]
    ///
    /// A workload with annotations for one of them gets what that controller would do: its opt-ins, opt-outs, lists of
    /// names and exclusions apply, so that the controller can be removed without a change of the manifests.
    #[arg(long, value_name = "NAME,...", value_enum, value_delimiter = ',', help_heading = "Workloads")]
    pub honor: Vec<Honor>,
    #[command(flatten)]
    pub only_annotated: OnlyAnnotated,
    /// Hash Secrets with the key in FILE (or $ROLLSTAMP_SECRET_KEY_FILE)
    ///
    /// The plain digest of a short password can be guessed from the annotation. With a key, the hash of each Secret
    /// value is HMAC-SHA256. One line break at the end of FILE is not part of the key.
    #[arg(long, value_name = "FILE", overrides_with = "no_secret_key_file", help_heading = "Digest")]
    pub secret_key_file: Option<PathBuf>,
    #[arg(long, hide = true, overrides_with = "secret_key_file")]
    pub no_secret_key_file: bool,
    #[command(flatten)]
    pub producers: Producers,
    #[command(flatten)]
    pub selectors: SelectorArgs,
}

/// Flags that select configs.
#[derive(Debug, Default, Args)]
pub struct SelectorArgs {
    /// Leave configs that match out of stamps and renames (may be repeated)
    ///
    /// For configs that cannot be annotated, such as those of other people's charts: --ignore-config 'Secret/reg-*'.
    /// Written as for kubectl (cm/app), or with a namespace (prod/cm/app). `*`, `?` and `[...]` stand for characters.
    /// Annotations on the config win; `configs` of the options file can say
    /// more.
    #[arg(long, value_name = "[KIND/]NAME", help_heading = "Digest")]
    pub ignore_config: Vec<ConfigPattern>,
    #[arg(long, hide = true)]
    pub no_configs: bool,
    /// Expect configs that match to be made elsewhere, without a warning (may be repeated)
    ///
    /// Written as for --ignore-config: --external 'prod/Secret/*-tls'.
    #[arg(long, value_name = "[KIND/]NAME", help_heading = "References")]
    pub external: Vec<ConfigPattern>,
    #[arg(long, hide = true)]
    pub no_external: bool,
}

/// Flag that chooses the content that a digest includes.
#[derive(Debug, Default, Args)]
pub struct RollOnArgs {
    /// Content that rolls pods [default: any]
    ///
    /// `frozen` is for applications that watch their mounted files. A single workload is set by the annotation
    /// rollstamp.dev/roll-on: any|frozen|never.
    #[arg(long, value_name = "CONTENT", value_enum, help_heading = "Digest")]
    pub roll_on: Option<RollOnName>,
}

/// Flags of how a workload is stamped.
#[derive(Debug, Default, Args)]
pub struct StampingArgs {
    #[command(flatten)]
    pub content: RollOnArgs,
    /// Annotation that holds the digest [default: rollstamp.dev/checksum]
    ///
    /// Any annotation key is possible, for example checksum/config, to take over the stamps that a chart writes.
    #[arg(long, value_name = "KEY", help_heading = "Stamp")]
    pub annotation: Option<AnnotationKey>,
    #[command(flatten)]
    pub exclude_from_reloader: ExcludeFromReloader,
}

/// Flags of how a config is renamed.
#[derive(Debug, Default, Args)]
pub struct RenamingArgs {
    #[command(flatten)]
    pub immutable: Immutable,
    #[command(flatten)]
    pub rename_jobs: RenameJobs,
    /// Keep the names of configs that match (may be repeated)
    ///
    /// Written as for --ignore-config: --keep-name 'ConfigMap/dashboard-*'. Annotations on the config win.
    #[arg(long, value_name = "[KIND/]NAME", help_heading = "Rename")]
    pub keep_name: Vec<ConfigPattern>,
    #[command(flatten)]
    pub prune_last: PruneLastArgs,
}

/// Flag that chooses who prunes renamed configs.
#[derive(Debug, Default, Args)]
pub struct PruneLastArgs {
    /// Mark renamed configs so that this applier prunes old ones late or never [default: none]
    ///
    /// Without a mark, an old config can be deleted while old pods still need it.
    #[arg(long, value_name = "APPLIER", value_enum, help_heading = "Rename")]
    pub prune_last: Option<PruneLast>,
}

/// Flags of every command.
#[derive(Debug, Args)]
pub struct CommonArgs {
    #[command(flatten)]
    pub verbosity: VerbosityArgs,
    /// End the run with an error after this time, for example 30s or 5m [default: none]
    ///
    /// Programs that it runs are stopped, and nothing is left behind. With --write, each file is the old one or the new
    /// one.
    #[arg(long, global = true, value_name = "DURATION", help_heading = "Input")]
    pub timeout: Option<TimeLimit>,
}

/// Flags of how much is printed to stderr, and how.
#[derive(Debug, Args)]
pub struct VerbosityArgs {
    /// Print errors only
    #[arg(short, long, global = true, overrides_with = "quiet", conflicts_with = "verbose", help_heading = "Messages")]
    pub quiet: bool,
    /// Print what was done to each workload, and why
    #[arg(short, long, global = true, action = ArgAction::SetTrue, overrides_with = "verbose", help_heading = "Messages")]
    pub verbose: bool,
    /// Use colors
    #[arg(
        long,
        global = true,
        value_name = "WHEN",
        value_enum,
        default_value_t = Color::Auto,
        help_heading = "Messages"
    )]
    pub color: Color,
    /// Print help; --help prints more than -h
    #[arg(short, long, global = true, action = ArgAction::Help, help_heading = "Messages")]
    pub help: Option<bool>,
}
