//! Flags and the options file become plain structs, once. Flags win; everything is checked here, before any reading.

mod file;
pub mod value;

use std::ffi::OsString;
use std::path::PathBuf;

use rollstamp::{Applier, Rename, Stamp, Strategy};

use crate::cli::{
    ExplainArgs, Format, InputArgs, LinksArgs, MeaningArgs, OutputArgs, PruneLast, RenameArgs, RollOn, Scope,
    StampArgs, TalkArgs,
};
use crate::exit::Failure;
use crate::input::{Exclude, InputOptions, Wanted};
use crate::messages::{Messages, Verbosity};
use crate::options::file::{FileOptions, Loaded};
use crate::options::value::{AnnotationKey, SecretKey, WorkloadName};

/// The environment variable behind `--secret-key-file`.
const SECRET_KEY_FILE: &str = "ROLLSTAMP_SECRET_KEY_FILE";

/// Everything that a verb was asked for that changes manifests: `rollstamp stamp` and `rollstamp rename`.
pub struct ChangeOptions {
    /// Where manifests come from.
    pub input: InputOptions,
    /// How they are understood.
    pub meaning: Meaning,
    /// Where the result goes.
    pub mode: Mode,
    /// What is to be changed.
    pub strategy: Strategy,
    /// How many earlier generations of each renamed config stay in the output directory.
    pub keep: usize,
}

/// Everything that `rollstamp links` was asked for.
pub struct LinksOptions {
    /// Where manifests come from.
    pub input: InputOptions,
    /// How they are understood.
    pub meaning: Meaning,
    /// The format of the list.
    pub format: Format,
}

/// Everything that `rollstamp explain` was asked for.
pub struct ExplainOptions {
    /// Where manifests come from.
    pub input: InputOptions,
    /// How they are understood.
    pub meaning: Meaning,
    /// The workload to explain.
    pub workload: WorkloadName,
    /// Which content counts.
    pub roll_on: RollOn,
}

/// How manifests are understood, whatever the verb.
pub struct Meaning {
    /// What a missing namespace means.
    pub namespace: Option<String>,
    /// What may refer to what.
    pub scope: Scope,
    /// Whether findings are a failure.
    pub strict: bool,
    /// Whether a document that matters and cannot be read is a warning.
    pub skip_invalid: bool,
    /// The deepest nesting that is read.
    pub max_depth: u32,
    /// The key for the hashes of Secret values.
    pub secret_key: Option<SecretKey>,
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
    Check(Format),
    /// A unified diff.
    Diff,
}

/// The options of `rollstamp stamp`.
pub fn stamp(args: StampArgs, messages: &Messages) -> Result<ChangeOptions, Failure> {
    let Loaded { path, options: file } = file::load(&args.input, messages)?;
    let mode = mode(args.output, args.format)?;
    let stamp = Stamp { remove: args.remove, ..stamp_of(args.annotation, args.roll_on, &file) };
    change(args.input, args.meaning, mode, Strategy::Stamp(stamp), 0, file, path)
}

/// The options of `rollstamp rename`.
pub fn rename(args: RenameArgs, messages: &Messages) -> Result<ChangeOptions, Failure> {
    let Loaded { path, options: file } = file::load(&args.input, messages)?;
    let mode = mode(args.output, args.format)?;
    if args.keep.is_some() && !matches!(mode, Mode::OutputDir(_)) {
        return Err(Failure::because(
            "--keep looks for earlier generations in the directory of --output-dir; add that",
        ));
    }
    let rename = Rename {
        immutable: args.immutable || file.immutable,
        jobs: args.rename_jobs || file.rename_jobs,
        prune_last: args.prune_last.or(file.prune_last).map(|applier| match applier {
            PruneLast::Argocd => Applier::Argocd,
            PruneLast::Flux => Applier::Flux,
            PruneLast::Helm => Applier::Helm,
        }),
        stamp: stamp_of(None, None, &file),
    };
    let keep = args.keep.or(file.keep).map_or(0, usize::from);
    change(args.input, args.meaning, mode, Strategy::Rename(rename), keep, file, path)
}

fn stamp_of(annotation: Option<AnnotationKey>, roll_on: Option<RollOn>, file: &FileOptions) -> Stamp {
    let annotation = annotation.or_else(|| file.annotation.clone()).unwrap_or_default();
    let roll_on = roll_on.or(file.roll_on).unwrap_or(RollOn::Any).into();
    Stamp { annotation: annotation.as_str().to_owned(), roll_on, remove: false }
}

fn change(
    input: InputArgs,
    meaning: MeaningArgs,
    mode: Mode,
    strategy: Strategy,
    keep: usize,
    file: FileOptions,
    path: Option<PathBuf>,
) -> Result<ChangeOptions, Failure> {
    let meaning = self::meaning(meaning, &input, &file)?;
    let input = self::input(input, file, path)?;
    writable(&mode, &input.wanted)?;
    Ok(ChangeOptions { input, meaning, mode, strategy, keep })
}

/// The options of `rollstamp links`.
pub fn links(args: LinksArgs, messages: &Messages) -> Result<LinksOptions, Failure> {
    let Loaded { path, options: file } = file::load(&args.input, messages)?;
    let meaning = meaning(args.meaning, &args.input, &file)?;
    Ok(LinksOptions { input: input(args.input, file, path)?, meaning, format: args.format.unwrap_or(Format::Text) })
}

/// The options of `rollstamp explain`.
pub fn explain(args: ExplainArgs, messages: &Messages) -> Result<ExplainOptions, Failure> {
    let Loaded { path, options: file } = file::load(&args.input, messages)?;
    let meaning = meaning(args.meaning, &args.input, &file)?;
    let roll_on = args.roll_on.or(file.roll_on).unwrap_or(RollOn::Any);
    Ok(ExplainOptions { input: input(args.input, file, path)?, meaning, workload: args.workload, roll_on })
}

/// How much to say. clap has seen to it that not both are given.
pub fn verbosity(talk: &TalkArgs) -> Verbosity {
    match (talk.quiet, talk.verbose) {
        (true, _) => Verbosity::Quiet,
        (false, true) => Verbosity::Verbose,
        (false, false) => Verbosity::Normal,
    }
}

fn input(args: InputArgs, file: FileOptions, options_file: Option<PathBuf>) -> Result<InputOptions, Failure> {
    let skip_invalid = switch(args.skip_invalid, args.no_skip_invalid, file.skip_invalid);
    let allow_empty = switch(args.allow_empty, args.no_allow_empty, file.allow_empty);
    let patterns: Vec<String> = file.exclude.into_iter().chain(args.exclude).collect();
    let exclude = Exclude::new(&patterns).map_err(Failure::because)?;
    let max_file_size = args.max_file_size.or(file.max_file_size).unwrap_or_default();
    let wanted = wanted(args.paths, args.command)?;
    Ok(InputOptions { wanted, exclude, options_file, max_file_size, skip_invalid, allow_empty })
}

fn wanted(paths: Vec<PathBuf>, command: Vec<OsString>) -> Result<Wanted, Failure> {
    if let Some((program, args)) = command.split_first() {
        return Ok(Wanted::Renderer(program.clone(), args.to_vec()));
    }
    match paths.iter().any(|path| path.as_os_str() == "-") {
        false => Ok(Wanted::Paths(paths)),
        true if paths.len() == 1 => Ok(Wanted::Stdin),
        true => Err(Failure::because("standard input (`-`) cannot be mixed with other paths; give it alone")),
    }
}

fn meaning(args: MeaningArgs, input: &InputArgs, file: &FileOptions) -> Result<Meaning, Failure> {
    let namespace = args.namespace.or_else(|| file.namespace.clone());
    if namespace.as_deref() == Some("") {
        return Err(Failure::because("the namespace is empty; leave --namespace out if objects have none"));
    }
    let from_env = std::env::var_os(SECRET_KEY_FILE).filter(|value| !value.is_empty()).map(PathBuf::from);
    let key_file = args.secret_key_file.or(from_env).or_else(|| file.secret_key_file.clone());
    Ok(Meaning {
        namespace,
        scope: args.scope.or(file.scope).unwrap_or(Scope::Run),
        strict: switch(args.strict, args.no_strict, file.strict),
        skip_invalid: switch(input.skip_invalid, input.no_skip_invalid, file.skip_invalid),
        max_depth: input.max_depth.or(file.max_depth).unwrap_or(1000),
        secret_key: key_file.map(|path| SecretKey::read(&path)).transpose().map_err(Failure::because)?,
    })
}

/// A switch that the options file may turn on and a flag may turn either way.
fn switch(on: bool, off: bool, file: bool) -> bool {
    on || (file && !off)
}

fn mode(args: OutputArgs, format: Option<Format>) -> Result<Mode, Failure> {
    if format.is_some() && !args.check {
        return Err(Failure::because("--format is the format of the report of --check; add --check or leave it out"));
    }
    Ok(match args {
        OutputArgs { write: true, .. } => Mode::Write,
        OutputArgs { output_dir: Some(dir), .. } => Mode::OutputDir(dir),
        OutputArgs { check: true, .. } => Mode::Check(format.unwrap_or(Format::Text)),
        OutputArgs { diff: true, .. } => Mode::Diff,
        _ => Mode::Stdout,
    })
}

/// Only files can be written in place, and only files have a path below another directory.
fn writable(mode: &Mode, wanted: &Wanted) -> Result<(), Failure> {
    let flag = match mode {
        Mode::Write => "--write",
        Mode::OutputDir(_) => "--output-dir",
        Mode::Stdout | Mode::Check(_) | Mode::Diff => return Ok(()),
    };
    let what = match wanted {
        Wanted::Paths(_) => return Ok(()),
        Wanted::Stdin => "standard input",
        Wanted::Renderer(..) => "the output of a command",
    };
    Err(Failure::because(format!("{what} is no file that {flag} could write; leave {flag} out and redirect stdout")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flag_wins_over_the_file() {
        assert!(switch(true, false, false));
        assert!(switch(false, false, true));
        assert!(!switch(false, true, true));
        assert!(!switch(false, false, false));
    }

    #[test]
    fn standard_input_stands_alone() {
        let paths = |names: &[&str]| wanted(names.iter().map(PathBuf::from).collect(), Vec::new());
        assert!(matches!(paths(&["-"]), Ok(Wanted::Stdin)));
        assert!(matches!(paths(&["a", "b"]), Ok(Wanted::Paths(_))));
        assert!(paths(&["-", "a"]).is_err());
    }
}
