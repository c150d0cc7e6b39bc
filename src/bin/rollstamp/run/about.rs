//! `rollstamp completions` and `rollstamp man`: scripts and manual pages, generated from the command line's definition.

use clap::builder::{PossibleValue, PossibleValuesParser, Resettable};
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

/// Returns the commands and flags that completions offer: those of the help, and the names of commands as values of
/// `man`.
fn completed_command() -> Command {
    let command = without_hidden(&Cli::command());
    let names: Vec<PossibleValue> = command.get_subcommands().map(possible_value).collect();
    command.mut_subcommand("man", |man| {
        man.mut_arg("command", |argument| argument.value_parser(PossibleValuesParser::new(names)))
    })
}

fn possible_value(command: &Command) -> PossibleValue {
    PossibleValue::new(static_name(command)).help(command.get_about().cloned().unwrap_or_default())
}

/// Makes a command without its hidden flags and commands, since completions would offer them too.
fn without_hidden(whole: &Command) -> Command {
    let mut visible = Command::new(static_name(whole))
        .about(whole.get_about().cloned().unwrap_or_default())
        .disable_help_flag(whole.is_disable_help_flag_set())
        .disable_help_subcommand(whole.is_disable_help_subcommand_set())
        .disable_version_flag(whole.is_disable_version_flag_set());
    if whole.get_version().is_some() {
        visible = visible.version(env!("CARGO_PKG_VERSION"));
    }
    for argument in whole.get_arguments().filter(|argument| !argument.is_hide_set()) {
        let mut alone = argument.clone().conflicts_with(Resettable::Reset).overrides_with(Resettable::Reset);
        for other in whole.get_arg_conflicts_with(argument) {
            if !other.is_hide_set() {
                alone = alone.conflicts_with(other.get_id().clone());
            }
        }
        visible = visible.arg(alone.requires(Resettable::Reset));
    }
    for command in whole.get_subcommands().filter(|command| !command.is_hide_set()) {
        visible = visible.subcommand(without_hidden(command));
    }
    visible
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
