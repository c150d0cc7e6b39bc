//! Arguments of `rollstamp impact`.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::Args;
use rollstamp::report::{Format, MAX_EDGES, Report};

use super::format::format_parser;
use super::{ApplicationArgs, BaselineArgs, FailOn, InputArgs, RenamingArgs, SettingsArgs, StampingArgs, StrategyName};
use crate::values::{CommandLine, Shard};

/// Source of the manifests that are applied now: a place or a command.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub struct BaseArgs {
    /// Manifests that are applied now: a directory, a file, a git revision, or `-` for standard input
    ///
    /// Of a revision (origin/main, HEAD~1, a hash) the same PATHs are read, through git itself: the work tree is not
    /// touched, and files are read as git stores them. With `-- COMMAND` the command is run a second time, in a
    /// temporary copy of the revision's files. If a file and a revision have the same name, ./NAME is the file and
    /// git:NAME the revision. With --apps BASE is a revision, and means the commit from which it and HEAD started; with
    /// git: before it, itself.
    #[arg(long, value_name = "BASE", help_heading = "Base")]
    pub base: Option<OsString>,
    /// Command whose output is applied now, for example 'kustomize build old/'
    ///
    /// The string is split into words as a shell does it, quotes included, and run without a shell.
    #[arg(long, value_name = "COMMAND", conflicts_with = "apps", help_heading = "Base")]
    pub base_command: Option<CommandLine>,
}

/// `rollstamp impact`.
#[derive(Debug, Args)]
// An argument that is changed becomes the last of all, and COMMAND has to stay behind the PATHs.
#[command(mut_arg("paths", |paths| paths.required_unless_present_any(["command", "apps"])), mut_arg("command", std::convert::identity))]
pub struct ImpactArgs {
    #[command(flatten)]
    pub input: InputArgs,
    #[command(flatten)]
    pub applications: ApplicationArgs,
    /// With --apps, render also the applications that the change does not touch
    #[arg(long, requires = "apps", help_heading = "Applications")]
    pub all: bool,
    /// Render one shard of the applications, and print it for --parts: its number and the number of all, such as 2/8
    ///
    /// For a change that touches hundreds of applications: each of several machines renders a shard, and the last one
    /// takes the parts of all and makes the report. The part is JSON with renderings. Those that hold Secrets are left to
    /// the last machine, unless --cache-secrets is given, and so are charts with random values.
    #[arg(long, value_name = "I/N", requires = "apps", conflicts_with_all = ["parts", "format", "diff", "fail_on"], help_heading = "Applications")]
    pub shard: Option<Shard>,
    /// Directory with the parts that --shard printed, each in a file NAME.json, as if this run had rendered them
    ///
    /// The report is the same as without --shard, in all formats. Parts of another commit, base, version or number, and
    /// a part that is missing, are errors.
    #[arg(long, value_name = "DIR", requires = "apps", help_heading = "Applications")]
    pub parts: Option<PathBuf>,
    #[command(flatten)]
    pub base: BaseArgs,
    /// Strategy that a pipeline applies to both sides on their way to the cluster
    ///
    /// By default the manifests are compared as they are. If a pipeline runs `rollstamp stamp` or `rollstamp rename`
    /// before they are applied, the manifests in git hold no stamps or suffixes; this flag adds them to both sides.
    #[arg(long, value_name = "STRATEGY", value_enum, help_heading = "Strategy")]
    pub assume: Option<StrategyName>,
    /// Exit with status 1 on these effects
    ///
    /// Workloads that stay stale because an annotation or an option wants it are not among them. --strict implies
    /// refused and stale.
    #[arg(long, value_name = "EFFECT", value_enum, value_delimiter = ',', help_heading = "Diagnostics")]
    pub fail_on: Vec<FailOn>,
    #[command(flatten)]
    pub baseline: BaselineArgs,
    #[command(flatten)]
    pub settings: SettingsArgs,
    #[command(flatten)]
    pub stamping: StampingArgs,
    #[command(flatten)]
    pub renaming: RenamingArgs,
    /// Show the changed text of ConfigMap keys as a unified diff
    ///
    /// The diff is part of the report, whatever its format. Values of Secrets never appear in it.
    #[arg(long, help_heading = "Output")]
    pub diff: bool,
    /// Format of the report
    #[arg(long, value_name = "FORMAT", value_parser = format_parser(Report::IMPACT_FORMATS), default_value = "text", help_heading = "Output")]
    pub format: Format,
    /// Print whole lines on any terminal, and name all workloads, keys and changes
    #[arg(long, help_heading = "Output")]
    pub wide: bool,
    /// Most edges of the Mermaid chart in a comment; the rest is counted in it
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
