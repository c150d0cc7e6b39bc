//! The command line for who runs us as `kubectl rollstamp`: a program file `kubectl-rollstamp` is a plugin of kubectl.

use std::ffi::OsStr;
use std::path::Path;

use clap::{Command, CommandFactory};

use super::Cli;

/// How kubectl's users call us.
const CALL: &str = "kubectl rollstamp";

/// The command line, with usage and examples in the words of whoever called us.
pub fn command(program: &OsStr) -> Command {
    let is_plugin = Path::new(program).file_name().is_some_and(|name| name.to_string_lossy().starts_with("kubectl-"));
    match is_plugin {
        true => reworded(Cli::command().bin_name(CALL)),
        false => Cli::command(),
    }
}

fn reworded(command: Command) -> Command {
    let verbs: Vec<String> = command.get_subcommands().map(|verb| verb.get_name().to_owned()).collect();
    let reword = |text: String| {
        verbs.iter().fold(text, |text, verb| text.replace(&format!("rollstamp {verb}"), &format!("{CALL} {verb}")))
    };
    let help = |command: &Command| command.get_after_long_help().map(|text| reword(text.to_string()));
    let reworded = |verb: Command| {
        let usage = verb.clone().render_usage().to_string();
        let verb = match usage.strip_prefix("Usage: ") {
            // Any other usage is made of the name that we are called by.
            Some(written) if written.starts_with("rollstamp ") => verb.override_usage(reword(written.to_owned())),
            _ => verb,
        };
        match help(&verb) {
            Some(text) => verb.after_long_help(text),
            None => verb,
        }
    };
    let text = help(&command).unwrap_or_default();
    verbs.iter().fold(command.after_long_help(text), |command, verb| command.mut_subcommand(verb, reworded))
}
