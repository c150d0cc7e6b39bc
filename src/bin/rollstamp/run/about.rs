//! `rollstamp completions` and `rollstamp man`: scripts and manual pages, generated from the command line's definition.

use clap::{Command, CommandFactory};

use crate::cli::{Cli, CompletionsArgs, ManArgs};
use crate::exit::{Failure, Outcome};
use crate::output;

/// Prints the completions for a shell.
pub fn print_completions(args: &CompletionsArgs) -> Result<Outcome, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "rollstamp", &mut script);
    output::print(&String::from_utf8_lossy(&script))?;
    Ok(Outcome::Done)
}

/// Prints the manual page of rollstamp or of one command.
pub fn print_man_page(args: &ManArgs) -> Result<Outcome, Failure> {
    let mut command = Cli::command();
    command.build();
    let page = match &args.verb {
        None => command,
        Some(verb) => page_of(&command, verb)?,
    };
    let mut text = Vec::new();
    // Writing to a list of bytes cannot fail.
    let _ = clap_mangen::Man::new(page).source(concat!("rollstamp ", env!("CARGO_PKG_VERSION"))).render(&mut text);
    // clap_mangen calls the text below the options of `--help` "EXTRA".
    output::print(&String::from_utf8_lossy(&text).replace(".SH EXTRA\n", ".SH NOTES\n"))?;
    Ok(Outcome::Done)
}

fn page_of(command: &Command, verb: &str) -> Result<Command, Failure> {
    let verbs: Vec<&str> = command.get_subcommands().map(Command::get_name).collect();
    let page = command.find_subcommand(verb).cloned().map(|page| page.version(env!("CARGO_PKG_VERSION")));
    page.ok_or_else(|| Failure::because(format!("there is no verb {verb}; there are {}", verbs.join(", "))))
}
