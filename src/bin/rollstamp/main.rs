//! The command line around the library: reads manifests, asks the library, writes what it answers.

#![allow(unreachable_pub, reason = "in a program `pub` marks the interface of a module")]

mod argv0;
mod cli;
mod colors;
mod environment;
#[cfg(test)]
mod error_texts;
mod exit;
mod files;
mod generations;
mod git;
mod host;
mod input;
mod interrupt;
mod messages;
mod object_query;
mod options;
mod output;
mod paths;
mod programs;
mod progress;
mod repository;
mod run;
mod threads;
mod values;

use std::process::ExitCode;

use crate::cli::{CacheVerb, KustomizeVerb, Verb};
use anstream::ColorChoice;

use crate::exit::{ExitStatus, Failure, Outcome};
use crate::messages::{Messages, StderrFormat, Verbosity};

/// Documents make many small pieces on several threads, for which the allocator of musl, in released binaries, takes
/// as long as everything else together.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let cli = match cli::parse_command_line(argv0::expand(std::env::args_os())) {
        Ok(cli) => cli,
        Err(error) => return print_usage(&error),
    };
    let messages = Messages::new(
        options::verbosity(&cli.common.verbosity),
        cli.common.verbosity.color.into(),
        options::stderr_format(&cli.verb),
    );
    input::report_changed_files(&messages);
    let report = |messages: Messages| move |text: String| messages.error(text);
    interrupt::watch_signals(report(messages.clone()));
    if let Some(limit) = cli.common.timeout {
        let reason = format!("not finished after {limit}, the time of --timeout");
        let watching =
            interrupt::watch_clock(limit.duration(), reason, report(messages.clone()), ExitStatus::Failed.number());
        if let Err(error) = watching {
            messages.error(format!("cannot measure the time of --timeout: {}", files::describe_error(&error)));
            return ExitStatus::Failed.into();
        }
    }
    exit::report_result(run_verb(cli.verb, &messages), &messages).into()
}

/// Prints help, the version, or a mistake in the command line.
fn print_usage(error: &clap::Error) -> ExitCode {
    let messages = Messages::new(Verbosity::Normal, ColorChoice::Auto, StderrFormat::Plain);
    if error.use_stderr() {
        let _ = error.print();
        return ExitStatus::Failed.into();
    }
    let printed = output::print_through(|| error.print()).map(|()| Outcome::Done).map_err(Failure::from_error);
    exit::report_result(printed, &messages).into()
}

fn run_verb(verb: Verb, messages: &Messages) -> Result<Outcome, Failure> {
    match verb {
        Verb::Stamp(args) => run::change_manifests(&options::merge_stamp_options(args, messages)?, messages),
        Verb::Rename(args) => run::change_manifests(&options::merge_rename_options(args, messages)?, messages),
        Verb::Links(args) => run::report_links(&options::merge_links_options(args, messages)?, messages),
        Verb::Cache(args) => match args.verb {
            CacheVerb::Clear => run::clear_renderings(messages),
        },
        Verb::Completions(args) => run::print_completions(&args),
        Verb::Man(args) => run::print_man_page(&args),
        Verb::Version => run::print_version(),
        Verb::Argocd(args) => host::run_argocd_plugin(&args, messages),
        Verb::Impact(args) => run::report_impact(&options::merge_impact_options(args, messages)?, messages),
        Verb::Apps(args) => run::list_applications(&options::merge_apps_options(args, messages)?, messages),
        Verb::Kinds(args) => run::print_kinds(&options::merge_kinds_options(&args, messages)?, messages),
        Verb::Explain(args) => run::explain_digest(&options::merge_explain_options(args, messages)?, messages),
        Verb::Krm(args) => host::run_krm_function(args, messages),
        Verb::Kustomize(args) => match args.verb {
            KustomizeVerb::Install(args) => host::install_plugin(&args, messages),
            KustomizeVerb::Uninstall(args) => host::uninstall_plugin(&args, messages),
            KustomizeVerb::Init(args) => host::print_plugin_config(&args, messages),
            KustomizeVerb::Plugin(args) => host::run_plugin(*args, messages),
        },
    }
}
