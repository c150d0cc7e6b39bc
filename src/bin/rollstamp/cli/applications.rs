//! Flags of commands that take the applications of a repository as their input.

use clap::Args;

use crate::values::TimeLimit;

/// Flags of the applications.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Applications")]
pub struct ApplicationArgs {
    /// Find and render the applications of the repository, each linked in its cluster [PATH default: .]
    ///
    /// The applications are those that `rollstamp apps` lists. The repository is read whole; PATH limits what is reported.
    /// Kustomizations and charts are rendered by the kustomize, kubectl and helm in PATH, without network, credentials,
    /// plugins or files outside of the repository. An application that cannot be rendered is named with its reason.
    #[arg(long, conflicts_with_all = ["command", "context", "scope"])]
    pub apps: bool,
    #[command(flatten)]
    pub rendering: RenderingArgs,
}

/// Flags of rendering applications.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Applications")]
pub struct RenderingArgs {
    /// Most renderers at once [default: the number of processors]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256))]
    pub jobs: Option<u16>,
    /// Longest run of one renderer, for example 90s or 2m [default: 1m]
    #[arg(long, value_name = "DURATION")]
    pub render_timeout: Option<TimeLimit>,
    /// Render everything anew, and keep nothing for the next run
    ///
    /// Otherwise renderings are kept below XDG_CACHE_HOME or ~/.cache, each under a hash of everything that it is made
    /// of, up to 1 GiB; `rollstamp cache clear` removes them.
    #[arg(long)]
    pub no_cache: bool,
    /// Keep also renderings that hold Secrets
    #[arg(long, conflicts_with = "no_cache")]
    pub cache_secrets: bool,
    /// Run the commands of applications that the options file declares
    ///
    /// A `command` under `repository.applications` is a program that may come from the repository: allow it only where
    /// whoever changes the repository may also run programs.
    #[arg(long)]
    pub allow_exec: bool,
    /// Fetch bases and charts that are elsewhere, by https and without credentials
    ///
    /// What is fetched can be another each time, so it is not kept for the next run.
    #[arg(long)]
    pub allow_network: bool,
}

impl RenderingArgs {
    /// The first flag that is given: without `--apps` there is nothing to render.
    pub fn first_flag(&self) -> Option<&'static str> {
        let flags = [
            ("--jobs", self.jobs.is_some()),
            ("--render-timeout", self.render_timeout.is_some()),
            ("--no-cache", self.no_cache),
            ("--cache-secrets", self.cache_secrets),
            ("--allow-exec", self.allow_exec),
            ("--allow-network", self.allow_network),
        ];
        Some(flags.into_iter().find(|(_, is_set)| *is_set)?.0)
    }
}
