//! Options of commands that take the applications of a repository as their input.

use std::path::PathBuf;
use std::thread;
use std::time::Duration;

use super::document::OptionsSpec;
use super::repository::RepositoryOptions;
use crate::cli::{ApplicationArgs, RenderingArgs};
use crate::exit::Failure;
use crate::values::Shard;

/// Options of reading applications.
pub struct ApplicationOptions {
    /// The part of the repository whose applications are reported.
    pub path: PathBuf,
    /// Facts on the repository that its files do not say.
    pub repository: RepositoryOptions,
    /// The options file.
    pub options_file: Option<PathBuf>,
    /// Bounds of rendering.
    pub render: RenderLimits,
    /// Set if applications that the change does not touch are rendered too.
    pub renders_all: bool,
    /// The use of the cache.
    pub cache: CacheOptions,
    /// Permissions that only the command line gives.
    pub permissions: Permissions,
    /// The use of several machines.
    pub sharding: ShardingOptions,
}

/// The use of several machines for one run.
#[derive(Clone, Debug, Default)]
pub struct ShardingOptions {
    /// The shard that is rendered instead of a report.
    pub shard: Option<Shard>,
    /// The directory with the parts of all machines.
    pub parts: Option<PathBuf>,
}

/// Permissions that only the command line gives: whoever writes the files of a repository must not.
#[derive(Clone, Copy, Debug, Default)]
pub struct Permissions {
    /// Set if commands of the options file are run.
    pub runs_commands: bool,
    /// Set if bases and charts are fetched.
    pub fetches: bool,
}

/// The use of the cache of renderings.
#[derive(Clone, Copy, Debug)]
pub struct CacheOptions {
    /// Set if renderings are looked up and kept.
    pub is_used: bool,
    /// Set if renderings that hold Secrets are kept too.
    pub keeps_secrets: bool,
}

/// Bounds of rendering.
#[derive(Clone, Copy, Debug)]
pub struct RenderLimits {
    /// The number of processes at once.
    pub jobs: usize,
    /// The time for one of them.
    pub timeout: Duration,
}

/// The time for one renderer by default.
const RENDER_TIMEOUT: Duration = Duration::from_secs(60);

/// Merges the options of applications; none where the manifests come from elsewhere.
pub fn application_options(
    args: &ApplicationArgs,
    (renders_all, sharding): (bool, ShardingOptions),
    paths: &[PathBuf],
    spec: &mut OptionsSpec,
    options_file: Option<PathBuf>,
) -> Result<Option<ApplicationOptions>, Failure> {
    if !args.apps {
        return match args.rendering.first_flag() {
            Some(flag) => Err(Failure::because(format!("{flag} needs --apps: there is nothing to render otherwise"))),
            None => Ok(None),
        };
    }
    let path = match paths {
        [] => PathBuf::from("."),
        [path] if path.as_os_str() != "-" => path.clone(),
        [_] => return Err(Failure::because("--apps reads a repository, not standard input (`-`)")),
        _ => return Err(Failure::because("--apps takes at most one PATH: a part of the repository that is reported")),
    };
    let repository = take_repository(spec)?;
    let (render, cache) = (render_limits(&args.rendering), cache_options(&args.rendering));
    let permissions = permissions(&args.rendering);
    Ok(Some(ApplicationOptions { path, repository, options_file, render, renders_all, cache, permissions, sharding }))
}

/// Merges the bounds of rendering.
pub fn render_limits(args: &RenderingArgs) -> RenderLimits {
    let processors = thread::available_parallelism().map_or(1, usize::from);
    RenderLimits {
        jobs: args.jobs.map_or(processors, usize::from),
        timeout: args.render_timeout.map_or(RENDER_TIMEOUT, |limit| limit.duration()),
    }
}

/// Reads the permissions of the command line.
pub fn permissions(args: &RenderingArgs) -> Permissions {
    Permissions { runs_commands: args.allow_exec, fetches: args.allow_network }
}

/// Merges the use of the cache.
pub fn cache_options(args: &RenderingArgs) -> CacheOptions {
    CacheOptions { is_used: !args.no_cache, keeps_secrets: args.cache_secrets }
}

/// Takes the facts on the repository, checked, out of the options document.
pub fn take_repository(spec: &mut OptionsSpec) -> Result<RepositoryOptions, Failure> {
    let repository = spec.repository.take().unwrap_or_default();
    for row in &repository.applications {
        let set =
            [("kustomize", row.kustomize.is_some()), ("helm", row.helm.is_some()), ("command", row.command.is_some())];
        let set: Vec<&str> = set.into_iter().filter(|(_, is_set)| *is_set).map(|(name, _)| name).collect();
        let name = &row.name;
        if let [first, second, ..] = set[..] {
            return Err(Failure::because(format!(
                "spec.repository.applications: {name}: `{first}` contradicts `{second}`; remove one of them"
            )));
        }
        if row.command.as_ref().is_some_and(|command| command.first().is_none_or(String::is_empty)) {
            return Err(Failure::because(format!(
                "spec.repository.applications: {name}: `command` is empty; name a program, or remove it"
            )));
        }
    }
    Ok(repository)
}
