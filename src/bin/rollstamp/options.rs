//! Flags and the options document become plain structs, once. Flags win; everything is checked here, before any
//! manifest is read.

mod applications;
mod apps;
mod baseline;
mod change;
pub mod configs;
mod confine;
pub mod document;
mod file;
mod flags;
pub mod foreign;
mod function;
mod impact;
mod inspect;
#[cfg(test)]
mod overrides;
pub mod parse_error;
#[cfg(test)]
mod random_documents;
pub mod repository;
mod rules;
#[cfg(test)]
mod schema;
mod source_url;

use std::ffi::OsString;
use std::path::{Path, PathBuf};

pub use applications::{ApplicationOptions, CacheOptions, RenderLimits};
pub use apps::{AppsOptions, merge_apps_options};
pub use baseline::BaselineOptions;
pub use change::{
    ChangeOptions, KEEP_NEEDS_EARLIER_OUTPUT, Mode, host_options, merge_rename_options, merge_stamp_options,
};
pub use file::load_default_document;
pub use function::{FunctionOptions, merge_function_options};
pub use impact::{ImpactSettings, merge_impact_options};
pub use inspect::{
    ExplainOptions, KindsOptions, LinksOptions, merge_explain_options, merge_kinds_options, merge_links_options,
};

use rollstamp::kinds::controllers::Controller;
use rollstamp::report::Format;
use rollstamp::{ConfigSelectors, DigestPolicy, Rules, Scope};

use crate::cli::{Honor, InputArgs, PruneLast, Verb, VerbosityArgs};
use crate::exit::Failure;
use crate::input::{Exclude, InputOptions, InputSource, Renderer};
use crate::messages::{Messages, StderrFormat, Verbosity};
use crate::options::configs::config_selectors;
use crate::options::document::OptionsSpec;
use crate::options::rules::FileRules;
use crate::values::{SecretKeyFile, Size};

/// Deepest nesting that is read by default.
pub const DEFAULT_DEPTH: u32 = 1000;

/// Settings of reading and linking that all commands share.
pub struct LinkSettings {
    /// Namespace of objects that name none.
    pub namespace: Option<String>,
    /// Scope in which references look for definitions.
    pub scope: Scope,
    /// Makes findings a failure.
    pub strict: bool,
    /// Makes relevant documents that cannot be read a warning.
    pub skip_invalid: bool,
    /// Deepest nesting that is read.
    pub max_depth: u32,
    /// Key for the hashes of Secret values.
    pub secret_key: Option<SecretKeyFile>,
    /// Custom kinds and reference fields.
    pub rules: Rules,
    /// Content that digests include.
    pub digest_policy: DigestPolicy,
    /// Settings of configs from outside of the manifests.
    pub selectors: ConfigSelectors,
    /// Set if Flux applies the result.
    pub flux: bool,
    /// Set if objects of every kind are read, not only those that are linked.
    pub all_kinds: bool,
    /// Set if the rules hold every field that the kustomization around us tells kustomize to rewrite.
    pub checks_kustomize_references: bool,
}

impl LinkSettings {
    /// The settings for applications, each of which is linked in its cluster. One that cannot be read whole must not keep
    /// the others from being reported.
    fn for_applications(self) -> LinkSettings {
        LinkSettings { scope: Scope::Run, skip_invalid: true, ..self }
    }
}

/// Returns how much is printed to stderr. clap refuses `--quiet` with `--verbose`.
pub fn verbosity(args: &VerbosityArgs) -> Verbosity {
    if args.quiet {
        Verbosity::Quiet
    } else if args.verbose {
        Verbosity::Verbose
    } else {
        Verbosity::Normal
    }
}

/// The format of messages on stderr: that of GitHub Actions where it was asked for.
pub fn stderr_format(verb: &Verb) -> StderrFormat {
    let github = match verb {
        Verb::Stamp(args) => args.report.format == Some(Format::Github),
        Verb::Rename(args) => args.report.format == Some(Format::Github),
        Verb::Links(args) => args.format == Format::Github,
        Verb::Impact(args) => args.format == Format::Github,
        _ => false,
    };
    if github { StderrFormat::Github } else { StderrFormat::Plain }
}

/// Refuses context outside of a repository, for a host whose parameters are not the administrator's.
pub fn check_context(repository: &Path, spec: &OptionsSpec) -> Result<(), Failure> {
    confine::Root::repository(repository).check_context("the parameters", spec, "")
}

fn input_options(args: InputArgs, spec: &OptionsSpec, options_file: Option<PathBuf>) -> Result<InputOptions, Failure> {
    Ok(InputOptions {
        from: input_source(args.paths, args.command)?,
        exclude: Exclude::new(&spec.exclude)
            .map_err(Failure::because)?
            .expect(&args.exclude)
            .count_from(options_file.as_deref()),
        use_ignore_files: !args.no_ignore,
        context: spec.context.clone(),
        options_file,
        max_file_size: spec.max_file_size.unwrap_or(Size::FILE),
        max_stream_size: spec.max_stream_size.unwrap_or(Size::STREAM),
        skip_invalid: spec.skip_invalid,
        allow_empty: spec.allow_empty,
    })
}

fn input_source(paths: Vec<PathBuf>, command: Vec<OsString>) -> Result<InputSource, Failure> {
    if let Some((program, args)) = command.split_first() {
        return Ok(InputSource::Renderer(Renderer::new(program, args)));
    }
    if !paths.iter().any(|path| path.as_os_str() == "-") {
        Ok(InputSource::Paths(paths))
    } else if paths.len() == 1 {
        Ok(InputSource::Stdin)
    } else {
        Err(Failure::because("standard input (`-`) cannot be combined with other paths"))
    }
}

fn link_settings(spec: &OptionsSpec, messages: &Messages) -> Result<LinkSettings, Failure> {
    if spec.namespace.as_deref() == Some("") {
        return Err(Failure::because("the namespace is empty; omit --namespace if objects have none"));
    }
    let secret_key = spec.secret_key_file.as_deref().map(|path| read_key(path, messages)).transpose()?;
    Ok(LinkSettings {
        namespace: spec.namespace.clone(),
        scope: spec.scope.unwrap_or_default().into(),
        strict: spec.strict,
        skip_invalid: spec.skip_invalid,
        max_depth: spec.max_depth.unwrap_or(DEFAULT_DEPTH),
        secret_key,
        rules: custom_rules(spec)?,
        digest_policy: DigestPolicy::default()
            .producers(spec.producers)
            .honor(honored_controllers(&spec.honor)?)
            .only_annotated(spec.only_annotated),
        selectors: config_selectors(&spec.configs, &spec.config_flags, &spec.external),
        flux: spec.prune_last == Some(PruneLast::Flux),
        all_kinds: false,
        checks_kustomize_references: false,
    })
}

/// Reads the key for the hashes of Secrets.
fn read_key(path: &Path, messages: &Messages) -> Result<SecretKeyFile, Failure> {
    let key = SecretKeyFile::read(path).map_err(Failure::because)?;
    if let Some(weakness) = key.weakness() {
        messages.warning(format!("{}: {weakness}", path.display()));
    }
    Ok(key)
}

fn honored_controllers(honor: &[Honor]) -> Result<Vec<Controller>, Failure> {
    if honor.contains(&Honor::None) && honor.len() > 1 {
        return Err(Failure::because("--honor none cannot be combined with controllers"));
    }
    Ok(honor.iter().filter_map(|&honor| honor.into()).collect())
}

/// Returns the user's rules, with those of the files that the options document names.
fn custom_rules(spec: &OptionsSpec) -> Result<Rules, Failure> {
    spec.rules.as_ref().map_or_else(|| Ok(Rules::default()), FileRules::to_library)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn honor_none_is_exclusive() {
        assert_eq!(honored_controllers(&[Honor::None]).unwrap(), []);
        assert_eq!(honored_controllers(&[Honor::Wave]).unwrap(), [Controller::Wave]);
        assert!(honored_controllers(&[Honor::None, Honor::Wave]).is_err());
    }

    #[test]
    fn standard_input_cannot_be_combined_with_paths() {
        let paths = |names: &[&str]| input_source(names.iter().map(PathBuf::from).collect(), Vec::new());
        assert!(matches!(paths(&["-"]), Ok(InputSource::Stdin)));
        assert!(matches!(paths(&["a", "b"]), Ok(InputSource::Paths(_))));
        assert!(paths(&["-", "a"]).is_err());
    }
}
