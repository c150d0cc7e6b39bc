//! The command line around the library: reads manifests, asks the library, writes what it answers.

mod cli;
mod exit;
mod generations;
mod host;
mod input;
mod messages;
mod options;
mod output;
mod run;
mod threads;

use std::process::ExitCode;

use clap::Parser;

use crate::cli::{Cli, Verb};
use crate::messages::Messages;

fn main() -> ExitCode {
    let cli = Cli::parse();
    let messages = Messages::new(options::verbosity(&cli.talk), cli.talk.color, options::dialect(&cli.verb));
    let done = match cli.verb {
        Verb::Stamp(args) => options::stamp(args, &messages).and_then(|options| run::change(&options, &messages)),
        Verb::Rename(args) => options::rename(args, &messages).and_then(|options| run::change(&options, &messages)),
        Verb::Links(args) => options::links(args, &messages).and_then(|options| run::links(&options, &messages)),
        Verb::Completions(args) => run::completions(&args),
        Verb::Man(args) => run::man(&args),
        Verb::Argocd(args) => host::argocd::argocd(&args, &messages),
        Verb::Impact(args) => options::impact(args, &messages).and_then(|options| run::impact(&options, &messages)),
        Verb::Explain(args) => options::explain(args, &messages).and_then(|options| run::explain(&options, &messages)),
    };
    exit::status(done, &messages).into()
}
