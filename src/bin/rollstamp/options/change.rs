//! The options of the verbs that change manifests.

use std::path::PathBuf;

use rollstamp::{Applier, Rename, Stamp, Strategy};

use super::LinkSettings;
use super::document::FileOptions;
use super::file::{self, Loaded};
use super::value::AnnotationKey;
use crate::cli::{
    ChangeFormat, InputArgs, OutputArgs, PruneLast, RenameArgs, RollOn, SettingsArgs, StampArgs, StrategyName,
};
use crate::exit::Failure;
use crate::input::{InputOptions, InputSource};
use crate::messages::Messages;

/// Everything that a verb was asked for that changes manifests: `rollstamp stamp` and `rollstamp rename`.
pub struct ChangeOptions {
    /// Where manifests come from.
    pub input: InputOptions,
    /// How they are understood.
    pub settings: LinkSettings,
    /// Where the result goes.
    pub mode: Mode,
    /// The format of the report on stdout, where there is one.
    pub report: Option<ChangeFormat>,
    /// What is to be changed.
    pub strategy: Strategy,
    /// How many earlier generations of each renamed config stay in the output directory.
    pub keep: usize,
}

impl ChangeOptions {
    /// Whether the changes are made, and not only looked at.
    pub fn is_done(&self) -> bool {
        !matches!(self.mode, Mode::Check | Mode::Diff)
    }
}

/// Where the result goes; the flags exclude each other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mode {
    /// The whole stream to stdout.
    Stdout,
    /// Changed files in place.
    Write,
    /// Every file below this directory.
    OutputDir(PathBuf),
    /// Nothing but a report.
    Check,
    /// A unified diff.
    Diff,
}

/// The options of `rollstamp stamp`.
pub fn stamp(args: StampArgs, messages: &Messages) -> Result<ChangeOptions, Failure> {
    let Loaded { path, options: file } = file::load(&args.input, messages)?;
    let (mode, report) = mode(args.output, args.format)?;
    let (on, off) = (args.exclude_from_reloader, args.no_exclude_from_reloader);
    let exclude_from_reloader = super::switch(on, off, file.exclude_from_reloader);
    let stamp = Stamp { remove: args.remove, exclude_from_reloader, ..stamp_of(args.annotation, args.roll_on, &file) };
    change(args.input, args.settings, (mode, report), Strategy::Stamp(stamp), 0, file, path)
}

/// The options of `rollstamp rename`.
pub fn rename(args: RenameArgs, messages: &Messages) -> Result<ChangeOptions, Failure> {
    let Loaded { path, options: file } = file::load(&args.input, messages)?;
    let (mode, report) = mode(args.output, args.format)?;
    if args.keep.is_some() && !matches!(mode, Mode::OutputDir(_)) {
        return Err(Failure::because(
            "--keep looks for earlier generations in the directory of --output-dir; add that",
        ));
    }
    let asked = rename_of(&file);
    let rename = Rename {
        immutable: args.immutable || asked.immutable,
        jobs: args.rename_jobs || asked.jobs,
        prune_last: args.prune_last.map(applier).or(asked.prune_last),
        ..asked
    };
    let keep = args.keep.or(file.keep).map_or(0, usize::from);
    change(args.input, args.settings, (mode, report), Strategy::Rename(rename), keep, file, path)
}

/// The options of a host that has no flags for them: all that a document says, the strategy too. The stream goes to
/// stdout.
pub fn hosted(from: InputSource, document: FileOptions, path: Option<PathBuf>) -> Result<ChangeOptions, Failure> {
    let strategy = match document.strategy.unwrap_or_default() {
        StrategyName::Stamp => Strategy::Stamp(stamp_of(None, None, &document)),
        StrategyName::Rename => Strategy::Rename(rename_of(&document)),
    };
    let (input, settings) = (InputArgs::default(), SettingsArgs::default());
    let mut options = change(input, settings, (Mode::Stdout, None), strategy, 0, document, path)?;
    options.input.from = from;
    Ok(options)
}

pub(super) fn rename_of(file: &FileOptions) -> Rename {
    Rename {
        immutable: file.immutable,
        jobs: file.rename_jobs,
        prune_last: file.prune_last.map(applier),
        stamp: stamp_of(None, None, file),
    }
}

pub(super) fn applier(of: PruneLast) -> Applier {
    match of {
        PruneLast::Argocd => Applier::Argocd,
        PruneLast::Flux => Applier::Flux,
        PruneLast::Helm => Applier::Helm,
    }
}

pub(super) fn stamp_of(annotation: Option<AnnotationKey>, roll_on: Option<RollOn>, file: &FileOptions) -> Stamp {
    let annotation = annotation.or_else(|| file.annotation.clone()).unwrap_or_default();
    let roll_on = roll_on.or(file.roll_on).unwrap_or(RollOn::Any).into();
    let annotation = annotation.as_str().to_owned();
    Stamp { annotation, roll_on, remove: false, exclude_from_reloader: file.exclude_from_reloader }
}

fn change(
    input: InputArgs,
    settings: SettingsArgs,
    (mode, report): (Mode, Option<ChangeFormat>),
    strategy: Strategy,
    keep: usize,
    file: FileOptions,
    path: Option<PathBuf>,
) -> Result<ChangeOptions, Failure> {
    let mut settings = super::merge_settings(settings, &input, &file)?;
    if let Strategy::Rename(rename) = &strategy {
        settings.flux = rename.prune_last == Some(Applier::Flux);
    }
    let input = super::input(input, file, path)?;
    writable(&mode, &input.from)?;
    Ok(ChangeOptions { input, settings, mode, report, strategy, keep })
}

/// Where the result goes, and the format of the report that stdout has room for then.
fn mode(args: OutputArgs, format: Option<ChangeFormat>) -> Result<(Mode, Option<ChangeFormat>), Failure> {
    Ok(match args {
        OutputArgs { write: true, .. } => (Mode::Write, format),
        OutputArgs { output_dir: Some(dir), .. } => (Mode::OutputDir(dir), format),
        OutputArgs { check: true, .. } => (Mode::Check, format.or(Some(ChangeFormat::Text))),
        _ if format.is_some() => {
            return Err(Failure::because(
                "--format is the format of the report of --check, --write or --output-dir; add one of them or leave it \
                 out",
            ));
        }
        OutputArgs { diff: true, .. } => (Mode::Diff, None),
        _ => (Mode::Stdout, None),
    })
}

/// Only files can be written in place, and only files have a path below another directory.
fn writable(mode: &Mode, from: &InputSource) -> Result<(), Failure> {
    let flag = match mode {
        Mode::Write => "--write",
        Mode::OutputDir(_) => "--output-dir",
        Mode::Stdout | Mode::Check | Mode::Diff => return Ok(()),
    };
    let what = match from {
        InputSource::Paths(_) => return Ok(()),
        InputSource::Stdin => "standard input",
        InputSource::Renderer(..) => "the output of a command",
    };
    Err(Failure::because(format!("{what} is no file that {flag} could write; leave {flag} out and redirect stdout")))
}
