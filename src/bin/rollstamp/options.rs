//! Flags and the options file become plain structs, once. Flags win; everything is checked here, before any reading.

mod change;
pub mod document;
mod file;
mod function;
mod impact;
mod inspect;
mod rules;
#[cfg(test)]
mod schema;
pub mod value;

use std::ffi::OsString;
use std::path::PathBuf;

pub use change::{ChangeOptions, Mode, hosted, rename, stamp};
pub use file::default_document;
pub use function::{FunctionOptions, function};
pub use impact::{ImpactOptions, impact};
pub use inspect::{ExplainOptions, KindsOptions, LinksOptions, explain, kinds, links};

use rollstamp::{DigestPolicy, Rules};

use crate::cli::{
    ChangeFormat, ImpactFormat, InputArgs, LinksFormat, PruneLast, Scope, SettingsArgs, Verb, VerbosityArgs,
};
use crate::exit::Failure;
use crate::input::{Exclude, InputOptions, InputSource, Renderer};
use crate::messages::{StderrFormat, Verbosity};
use crate::options::document::FileOptions;
use crate::options::rules::FileRules;
use crate::options::value::SecretKey;

/// The environment variable behind `--secret-key-file`.
const SECRET_KEY_FILE: &str = "ROLLSTAMP_SECRET_KEY_FILE";

/// Settings of reading and linking that all commands share.
pub struct LinkSettings {
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
    /// The user's own rows.
    pub rules: Rules,
    /// What counts for which workload.
    pub counting: DigestPolicy,
    /// Whether Flux is said to apply the result.
    pub flux: bool,
}

/// How much to say. clap has seen to it that not both are given.
pub fn verbosity(args: &VerbosityArgs) -> Verbosity {
    match (args.quiet, args.verbose) {
        (true, _) => Verbosity::Quiet,
        (false, true) => Verbosity::Verbose,
        (false, false) => Verbosity::Normal,
    }
}

/// The format of messages on stderr: that of GitHub Actions where it was asked for.
pub fn stderr_format(verb: &Verb) -> StderrFormat {
    let github = match verb {
        Verb::Stamp(args) => args.format == Some(ChangeFormat::Github),
        Verb::Rename(args) => args.format == Some(ChangeFormat::Github),
        Verb::Links(args) => args.format == Some(LinksFormat::Github),
        Verb::Impact(args) => args.format == Some(ImpactFormat::Github),
        _ => false,
    };
    if github { StderrFormat::Github } else { StderrFormat::Plain }
}

fn input(args: InputArgs, file: FileOptions, options_file: Option<PathBuf>) -> Result<InputOptions, Failure> {
    let skip_invalid = switch(args.skip_invalid, args.no_skip_invalid, file.skip_invalid);
    let allow_empty = switch(args.allow_empty, args.no_allow_empty, file.allow_empty);
    let patterns: Vec<String> = file.exclude.into_iter().chain(args.exclude).collect();
    let exclude = Exclude::new(&patterns).map_err(Failure::because)?;
    let max_file_size = args.max_file_size.or(file.max_file_size).unwrap_or_default();
    let from = input_source(args.paths, args.command)?;
    Ok(InputOptions { from, exclude, options_file, max_file_size, skip_invalid, allow_empty })
}

fn input_source(paths: Vec<PathBuf>, command: Vec<OsString>) -> Result<InputSource, Failure> {
    if let Some((program, args)) = command.split_first() {
        return Ok(InputSource::Renderer(Renderer::new(program, args)));
    }
    match paths.iter().any(|path| path.as_os_str() == "-") {
        false => Ok(InputSource::Paths(paths)),
        true if paths.len() == 1 => Ok(InputSource::Stdin),
        true => Err(Failure::because("standard input (`-`) cannot be mixed with other paths; give it alone")),
    }
}

fn merge_settings(args: SettingsArgs, input: &InputArgs, file: &FileOptions) -> Result<LinkSettings, Failure> {
    let namespace = args.namespace.or_else(|| file.namespace.clone());
    if namespace.as_deref() == Some("") {
        return Err(Failure::because("the namespace is empty; leave --namespace out if objects have none"));
    }
    let from_env = std::env::var_os(SECRET_KEY_FILE).filter(|value| !value.is_empty()).map(PathBuf::from);
    let key_file = args.secret_key_file.or(from_env).or_else(|| file.secret_key_file.clone());
    Ok(LinkSettings {
        namespace,
        scope: args.scope.or(file.scope).unwrap_or(Scope::Run),
        strict: switch(args.strict, args.no_strict, file.strict),
        skip_invalid: switch(input.skip_invalid, input.no_skip_invalid, file.skip_invalid),
        max_depth: input.max_depth.or(file.max_depth).unwrap_or(1000),
        rules: rules(file)?,
        counting: DigestPolicy {
            producers: switch(args.producers, args.no_producers, file.producers),
            honor: if args.honor.is_empty() { file.honor.iter() } else { args.honor.iter() }
                .map(|&honor| honor.into())
                .collect(),
            only_annotated: switch(args.only_annotated, args.no_only_annotated, file.only_annotated),
        },
        secret_key: key_file.map(|path| SecretKey::read(&path)).transpose().map_err(Failure::because)?,
        flux: file.prune_last == Some(PruneLast::Flux),
    })
}

/// The user's own rows, with those of the files that the options file names.
fn rules(file: &FileOptions) -> Result<Rules, Failure> {
    file.rules.as_ref().map_or_else(|| Ok(Rules::default()), FileRules::for_library)
}

/// A switch that the options file may turn on and a flag may turn either way.
fn switch(on: bool, off: bool, file: bool) -> bool {
    on || (file && !off)
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
        let paths = |names: &[&str]| input_source(names.iter().map(PathBuf::from).collect(), Vec::new());
        assert!(matches!(paths(&["-"]), Ok(InputSource::Stdin)));
        assert!(matches!(paths(&["a", "b"]), Ok(InputSource::Paths(_))));
        assert!(paths(&["-", "a"]).is_err());
    }
}
