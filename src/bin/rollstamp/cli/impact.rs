//! The arguments of `rollstamp impact`.

use std::ffi::OsString;

use clap::Args;

use super::{ImpactFormat, InputArgs, RollOn, SettingsArgs, StrategyName};
use crate::options::value::{AnnotationKey, CommandLine};

/// `rollstamp impact`.
#[derive(Debug, Args)]
pub struct ImpactArgs {
    #[command(flatten)]
    pub input: InputArgs,
    #[command(flatten)]
    pub settings: SettingsArgs,
    /// What is applied now: a directory, a file, a git revision, or `-` for standard input
    ///
    /// Of a revision (origin/main, HEAD~1, a hash) the same PATHs are read, through git itself: the work tree is not
    /// touched, and files are read as git stores them. With `-- COMMAND` the command is run a second time, in a
    /// temporary copy of the revision's files. Where a file and a revision have the same name, ./NAME is the
    /// file and git:NAME the revision.
    #[arg(
        long,
        value_name = "BASE",
        required_unless_present = "base_command",
        conflicts_with = "base_command",
        help_heading = "Base"
    )]
    pub base: Option<OsString>,
    /// What is applied now is what this command prints, for example 'kustomize build old/'
    ///
    /// The text is split into words as a shell does it, quotes included, and run without a shell.
    #[arg(long, value_name = "COMMAND", help_heading = "Base")]
    pub base_command: Option<CommandLine>,
    /// Judge as if both sides were stamped or renamed: stamp or rename
    ///
    /// By default what counts is what is in the manifests. Where a pipeline runs `rollstamp stamp` or `rollstamp
    /// rename` on the way to the cluster, the manifests in git hold no stamps, and this says so.
    #[arg(long, value_name = "STRATEGY", value_enum, hide_possible_values = true, help_heading = "What counts")]
    pub assume: Option<StrategyName>,
    /// Annotation that holds the stamp [default: rollstamp.dev/checksum]
    #[arg(long, value_name = "KEY", help_heading = "What counts")]
    pub annotation: Option<AnnotationKey>,
    /// With --assume stamp, content that rolls pods: any or frozen [default: any]
    #[arg(long, value_name = "WHAT", value_enum, hide_possible_values = true, help_heading = "What counts")]
    pub roll_on: Option<RollOn>,
    /// Show how the text of the changed ConfigMap keys changed, as a unified diff
    ///
    /// It stands in the report, whatever its format. Values of Secrets never appear in it.
    #[arg(long, help_heading = "Output")]
    pub diff: bool,
    /// Format of the report: text, json, markdown, html or github [default: text]
    ///
    /// With `markdown`, a comment for a pull request, short enough for GitHub. With `html`, the page of `links`, with what
    /// changes on top. With `github`, annotations at the lines that changed, and the comment as the summary of the step.
    #[arg(long, value_name = "FORMAT", value_enum, hide_possible_values = true, help_heading = "Output")]
    pub format: Option<ImpactFormat>,
}
