//! `rollstamp completions` and `rollstamp man`: scripts and manual pages, generated from the command line's definition.

use clap::builder::{PossibleValue, PossibleValuesParser};
use clap::{Command, CommandFactory};
use rollstamp::suggest::nearest_name;

use crate::cli::{Cli, CompletionsArgs, ManArgs};
use crate::exit::{Failure, Outcome};
use crate::output;
use crate::run::man_sections::write_sections;

/// Prints the completions for a shell.
pub fn print_completions(args: &CompletionsArgs) -> Result<Outcome, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut completed_command(), "rollstamp", &mut script);
    output::print(&String::from_utf8_lossy(&script))?;
    Ok(Outcome::Done)
}

/// Returns the commands that completions offer: those that people type, and their names as values of `man`.
fn completed_command() -> Command {
    let command = Cli::command();
    let names: Vec<PossibleValue> = command.get_subcommands().map(possible_value).collect();
    let command = command.mut_subcommand("kustomize", |kustomize| without_hidden_commands(&kustomize));
    command.mut_subcommand("man", |man| {
        man.mut_arg("command", |argument| argument.value_parser(PossibleValuesParser::new(names)))
    })
}

fn possible_value(command: &Command) -> PossibleValue {
    PossibleValue::new(static_name(command)).help(command.get_about().cloned().unwrap_or_default())
}

/// Makes a command without its hidden commands, since completions would offer them too.
fn without_hidden_commands(whole: &Command) -> Command {
    let about = whole.get_about().cloned().unwrap_or_default();
    let visible = whole.get_subcommands().filter(|command| !command.is_hide_set()).cloned();
    Command::new(static_name(whole)).about(about).subcommands(visible)
}

/// The name of a command as clap takes names: for the rest of the run, which is short.
fn static_name(command: &Command) -> &'static str {
    command.get_name().to_owned().leak()
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
    let sections = page.get_after_long_help().map(|text| write_sections(&text.to_string())).unwrap_or_default();
    let page = page.after_long_help(None);
    let mut text = Vec::new();
    // Writing to a list of bytes cannot fail.
    let _ = clap_mangen::Man::new(page).source(concat!("rollstamp ", env!("CARGO_PKG_VERSION"))).render(&mut text);
    let text = String::from_utf8_lossy(&text);
    let (head, version) = text.split_at(text.rfind(".SH VERSION").unwrap_or(text.len()));
    output::print(&format!("{head}{sections}{version}"))?;
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
