//! `rollstamp completions` and `rollstamp man`: what rollstamp tells of itself, made from its command line.

use clap::{Command, CommandFactory};

use crate::cli::{Cli, CompletionsArgs, ManArgs};
use crate::exit::{Failure, Outcome};
use crate::output;

/// Prints the completions for a shell.
pub fn completions(args: &CompletionsArgs) -> Result<Outcome, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "rollstamp", &mut script);
    print(&String::from_utf8_lossy(&script))
}

/// Prints the page of rollstamp or of one verb, for `man`.
pub fn man(args: &ManArgs) -> Result<Outcome, Failure> {
    let mut command = Cli::command();
    command.build();
    let page = match &args.verb {
        None => command,
        Some(verb) => page_of(&command, verb)?,
    };
    let mut text = Vec::new();
    // A list of bytes takes everything that is written to it.
    let _ = clap_mangen::Man::new(page).source(concat!("rollstamp ", env!("CARGO_PKG_VERSION"))).render(&mut text);
    // What stands below the options of `--help` has a heading of its own here.
    print(&String::from_utf8_lossy(&text).replace(".SH EXTRA\n", ".SH NOTES\n"))
}

fn page_of(command: &Command, verb: &str) -> Result<Command, Failure> {
    let verbs: Vec<&str> = command.get_subcommands().map(Command::get_name).collect();
    let page = command.find_subcommand(verb).cloned().map(|page| page.version(env!("CARGO_PKG_VERSION")));
    page.ok_or_else(|| Failure::because(format!("there is no verb {verb}; there are {}", verbs.join(", "))))
}

fn print(text: &str) -> Result<Outcome, Failure> {
    output::print(text).map_err(Failure::all)?;
    Ok(Outcome::Done)
}
