//! The command line of `kubectl rollstamp`: a program file `kubectl-rollstamp` is a plugin of kubectl.

use std::ffi::OsStr;
use std::path::Path;

use clap::Command;

/// The words by which users of kubectl start the plugin.
const PLUGIN_COMMAND: &str = "kubectl rollstamp";

/// Puts usage and examples of the command line in the words by which the program was started.
pub fn reword_for(program: &OsStr, command: Command) -> Command {
    let is_plugin = Path::new(program).file_name().is_some_and(|name| name.to_string_lossy().starts_with("kubectl-"));
    if is_plugin { reword_examples(command.bin_name(PLUGIN_COMMAND)) } else { command }
}

/// Writes the plugin's words into the examples of every command. clap makes the usage from the name of the program.
fn reword_examples(command: Command) -> Command {
    let names: Vec<String> = command.get_subcommands().map(|command| command.get_name().to_owned()).collect();
    let reword = |command: Command| {
        let Some(text) = command.get_after_long_help() else { return command };
        let mut text = text.to_string();
        for name in &names {
            text = text.replace(&format!("rollstamp {name}"), &format!("{PLUGIN_COMMAND} {name}"));
        }
        command.after_long_help(text)
    };
    reword(command).mut_subcommands(reword)
}
