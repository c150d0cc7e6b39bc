//! Options of the commands that change manifests.

use std::path::PathBuf;

use rollstamp::report::Format;
use rollstamp::{Rename, Stamp, Strategy};

use super::applications::{ApplicationOptions, ShardingOptions, application_options};
use super::baseline::{BaselineOptions, baseline_options};
use super::document::OptionsSpec;
use super::file::{self, Loaded};
use super::{LinkSettings, input_options, link_settings};
use crate::cli::{
    ApplicationArgs, BaselineArgs, ChangeReportArgs, InputArgs, OutputArgs, RenameArgs, SettingsArgs, StampArgs,
    StrategyName,
};
use crate::exit::Failure;
use crate::input::{InputOptions, InputSource};
use crate::messages::Messages;

/// Options of a command that changes manifests: `rollstamp stamp` or `rollstamp rename`.
pub struct ChangeOptions {
    /// Input of manifests.
    pub input: InputOptions,
    /// Applications that are the input instead.
    pub applications: Option<ApplicationOptions>,
    /// Settings of reading and linking.
    pub settings: LinkSettings,
    /// Destination of the result.
    pub mode: Mode,
    /// Format of the report on stdout, if there is one.
    pub report: Option<Format>,
    /// Changes to plan.
    pub strategy: Strategy,
    /// Number of earlier generations of each renamed config that stay in the output directory.
    pub keep: usize,
    /// Known findings.
    pub baseline: BaselineOptions,
}

impl ChangeOptions {
    /// Returns `true` if the changes are made, and not only reported.
    pub fn is_done(&self) -> bool {
        !matches!(self.mode, Mode::Check | Mode::Diff)
    }
}

/// Destination of the result; the flags exclude each other.
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

/// The reason why a host keeps no generations, and the ways to keep them.
pub const KEEP_NEEDS_EARLIER_OUTPUT: &str = "which does not see what it made before; remove it, and use `pruneLast`, \
                                             or commit the output of `rollstamp rename --output-dir DIR --keep N`";

/// Parts of the options that do not come from the options document.
struct Invocation {
    input: InputArgs,
    applications: ApplicationArgs,
    baseline: BaselineArgs,
    options_file: Option<PathBuf>,
    output: Output,
    strategy: Strategy,
}

/// Destination of the result, and the format of a report that leaves stdout to it.
struct Output {
    mode: Mode,
    report: Option<Format>,
}

/// Merges the options of `rollstamp stamp`.
pub fn merge_stamp_options(args: StampArgs, messages: &Messages) -> Result<ChangeOptions, Failure> {
    let Loaded { path, mut spec } = file::load(&args.input.options_file, messages)?;
    args.override_spec(&mut spec);
    let output = choose_output(args.output, &args.report)?;
    let strategy = Strategy::Stamp(stamp_strategy(&spec).remove(args.remove));
    change_options(
        Invocation {
            input: args.input,
            applications: args.applications,
            baseline: args.baseline,
            options_file: path,
            output,
            strategy,
        },
        &mut spec,
        messages,
    )
}

/// Merges the options of `rollstamp rename`.
pub fn merge_rename_options(args: RenameArgs, messages: &Messages) -> Result<ChangeOptions, Failure> {
    let Loaded { path, mut spec } = file::load(&args.input.options_file, messages)?;
    args.override_spec(&mut spec);
    let output = choose_output(args.output, &args.report)?;
    if args.keep.is_some_and(|keep| keep > 0) && !matches!(output.mode, Mode::OutputDir(_)) {
        return Err(Failure::because("--keep needs --output-dir, the directory of the earlier generations"));
    }
    let keeps_generations = spec.keep.is_some_and(|keep| keep > 0) && matches!(output.mode, Mode::OutputDir(_));
    if let Some(keep @ 1..) = spec.keep
        && !keeps_generations
    {
        messages.note(format!(
            "`keep: {keep}` of the options file has no effect without --output-dir, the directory of the earlier \
             generations"
        ));
    }
    let strategy = Strategy::Rename(rename_strategy(&spec).keeps_generations(keeps_generations));
    change_options(
        Invocation {
            input: args.input,
            applications: args.applications,
            baseline: args.baseline,
            options_file: path,
            output,
            strategy,
        },
        &mut spec,
        messages,
    )
}

/// Returns the options of Argo CD, which has no flags, all of them from a document. The stream goes to stdout.
pub fn host_options(
    from: InputSource,
    mut spec: OptionsSpec,
    options_file: Option<PathBuf>,
    messages: &Messages,
) -> Result<ChangeOptions, Failure> {
    if spec.keep.is_some_and(|keep| keep > 0) {
        return Err(Failure::because(format!("spec.keep has no effect in Argo CD, {KEEP_NEEDS_EARLIER_OUTPUT}")));
    }
    // Without flags, environment variables still win.
    SettingsArgs::default().override_spec(&mut spec);
    let strategy = strategy_of(&spec);
    let output = Output { mode: Mode::Stdout, report: None };
    let invocation = Invocation {
        input: InputArgs { no_ignore: true, ..InputArgs::default() },
        applications: ApplicationArgs::default(),
        baseline: BaselineArgs::default(),
        options_file,
        output,
        strategy,
    };
    let mut options = change_options(invocation, &mut spec, messages)?;
    options.input.from = from;
    Ok(options)
}

/// Returns the strategy that a document chooses.
pub(super) fn strategy_of(spec: &OptionsSpec) -> Strategy {
    match spec.strategy.unwrap_or_default() {
        StrategyName::Stamp => Strategy::Stamp(stamp_strategy(spec)),
        StrategyName::Rename => Strategy::Rename(rename_strategy(spec)),
    }
}

pub(super) fn rename_strategy(spec: &OptionsSpec) -> Rename {
    Rename::default()
        .immutable(spec.immutable)
        .jobs(spec.rename_jobs)
        .prune_last(spec.prune_last.unwrap_or_default().into())
        .stamp(stamp_strategy(spec))
}

pub(super) fn stamp_strategy(spec: &OptionsSpec) -> Stamp {
    Stamp::default()
        .annotation(spec.annotation.clone().unwrap_or_default().as_str().to_owned())
        .roll_on(spec.roll_on.unwrap_or_default().into())
        .exclude_from_reloader(spec.exclude_from_reloader)
}

fn change_options(
    invocation: Invocation,
    spec: &mut OptionsSpec,
    messages: &Messages,
) -> Result<ChangeOptions, Failure> {
    let Invocation { input, applications, baseline, options_file, output: Output { mode, report }, strategy } =
        invocation;
    let mut settings = link_settings(spec, messages)?;
    let applications = application_options(
        &applications,
        (false, ShardingOptions::default()),
        &input.paths,
        spec,
        options_file.clone(),
    )?;
    if applications.is_some() {
        refuse_mode_of_files(&mode)?;
        if spec.keep.is_some_and(|keep| keep > 0) {
            return Err(Failure::because("--keep does not go with --apps: each file is replaced as a whole"));
        }
        settings = settings.for_applications();
    }
    let input = input_options(input, spec, options_file)?;
    refuse_to_write_streams(&mode, &input.from)?;
    let command = match strategy {
        Strategy::Stamp(_) => "stamp",
        Strategy::Rename(_) => "rename",
    };
    let baseline = baseline_options(command, &baseline, spec)?;
    Ok(ChangeOptions {
        input,
        applications,
        settings,
        mode,
        report,
        strategy,
        baseline,
        keep: spec.keep.map_or(0, usize::from),
    })
}

fn choose_output(args: OutputArgs, report: &ChangeReportArgs) -> Result<Output, Failure> {
    let format = report.format;
    if args.write {
        return Ok(Output { mode: Mode::Write, report: format });
    }
    if let Some(dir) = args.output_dir {
        return Ok(Output { mode: Mode::OutputDir(dir), report: format });
    }
    if args.check {
        return Ok(Output { mode: Mode::Check, report: format.or(Some(Format::Text)) });
    }
    if format.is_some() {
        return Err(Failure::because(
            "--format needs --check, --write or --output-dir; it is the format of their report",
        ));
    }
    Ok(Output { mode: if args.diff { Mode::Diff } else { Mode::Stdout }, report: None })
}

/// Rendered manifests are checked or written below a directory: the files that they come from are others.
fn refuse_mode_of_files(mode: &Mode) -> Result<(), Failure> {
    match mode {
        Mode::Check | Mode::OutputDir(_) => Ok(()),
        Mode::Write | Mode::Diff | Mode::Stdout => {
            Err(Failure::because("--apps renders the manifests: use --check, or --output-dir DIR to write them"))
        }
    }
}

/// Only files can be written in place, and only files have a path below another directory.
fn refuse_to_write_streams(mode: &Mode, from: &InputSource) -> Result<(), Failure> {
    let flag = match mode {
        Mode::Write => "--write",
        Mode::OutputDir(_) => "--output-dir",
        Mode::Stdout | Mode::Check | Mode::Diff => return Ok(()),
    };
    let stream = match from {
        InputSource::Paths(_) => return Ok(()),
        InputSource::Stdin => "standard input",
        InputSource::Renderer(..) => "the output of a command",
    };
    Err(Failure::because(format!("{flag} cannot write {stream}; omit {flag} and redirect stdout")))
}
