//! `rollstamp completions` and `rollstamp man`: scripts and manual pages, generated from the command line's definition.

use clap::{Command, CommandFactory};
use rollstamp::suggest::nearest_name;

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

/// Prints the version.
pub fn print_version() -> Result<Outcome, Failure> {
    output::print(concat!("rollstamp ", env!("CARGO_PKG_VERSION"), "\n"))?;
    Ok(Outcome::Done)
}

/// Prints the manual page of rollstamp or of one command.
pub fn print_man_page(args: &ManArgs) -> Result<Outcome, Failure> {
    let mut command = Cli::command();
    command.build();
    let page = match &args.command {
        None => command,
        Some(name) => page_of(&command, name)?,
    };
    let mut text = Vec::new();
    // Writing to a list of bytes cannot fail.
    let _ = clap_mangen::Man::new(page).source(concat!("rollstamp ", env!("CARGO_PKG_VERSION"))).render(&mut text);
    // clap_mangen calls the text below the options of `--help` "EXTRA".
    output::print(&String::from_utf8_lossy(&text).replace(".SH EXTRA\n", ".SH NOTES\n"))?;
    Ok(Outcome::Done)
}

fn page_of(command: &Command, name: &str) -> Result<Command, Failure> {
    if let Some(page) = command.find_subcommand(name) {
        return Ok(describe_destination(page.clone()).version(env!("CARGO_PKG_VERSION")));
    }
    let names: Vec<&str> = command.get_subcommands().map(Command::get_name).collect();
    let hint = match nearest_name(name, names.iter().copied()) {
        Some(near) => format!("did you mean {near}?"),
        None => format!("expected one of {}", names.join(", ")),
    };
    Err(Failure::because(format!("unknown command {name}; {hint}")))
}

/// Moves the text above the usage into the description, since clap_mangen knows no such text.
fn describe_destination(page: Command) -> Command {
    let (Some(destination), Some(about)) = (page.get_before_help(), page.get_long_about()) else { return page };
    let about = format!("{about}\n\n{destination}");
    page.long_about(about)
}
