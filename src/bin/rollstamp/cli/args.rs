//! Arguments that several verbs share.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{ArgAction, Args};

use super::{Color, Honor, Scope};
use crate::options::value::Size;

/// Where manifests come from.
#[derive(Debug, Default, Args)]
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

/// Flags of reading and linking that several commands share.
#[derive(Debug, Default, Args)]
pub struct SettingsArgs {
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
    /// Count the requests for Secrets that controllers make: ExternalSecret, SealedSecret, Certificate and others
    ///
    /// The pods can start before the controller has written the new content, and nothing rolls them again: order the
    /// two with sync waves, or use `rollstamp rename`. --no-producers overrides the options file.
    #[arg(long, overrides_with = "no_producers", help_heading = "What counts")]
    pub producers: bool,
    #[arg(long, hide = true, overrides_with = "producers")]
    pub no_producers: bool,
    /// Controllers whose annotations mean the same here: reloader, wave
    ///
    /// A workload that speaks to one of them gets what that controller would do: its opt-ins, opt-outs, lists of names
    /// and exclusions count, so that the controller can go without a change of the manifests.
    #[arg(
        long,
        value_name = "NAME,...",
        value_enum,
        value_delimiter = ',',
        hide_possible_values = true,
        help_heading = "What counts"
    )]
    pub honor: Vec<Honor>,
    /// Leave workloads alone that do not ask for it
    ///
    /// They ask by the annotation rollstamp.dev/roll-on: any|frozen, by rollstamp.dev/extra-configmaps or
    /// extra-secrets, or, with --honor, by those of the controller. --no-only-annotated overrides the options file.
    #[arg(long, overrides_with = "no_only_annotated", help_heading = "What counts")]
    pub only_annotated: bool,
    #[arg(long, hide = true, overrides_with = "only_annotated")]
    pub no_only_annotated: bool,
}

/// How much is said, and how.
#[derive(Debug, Args)]
pub struct VerbosityArgs {
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
