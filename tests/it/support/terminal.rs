//! Runs on a terminal, which the `script` of util-linux makes.

use std::process::{Command, Stdio};

use super::shell::Dir;

/// A terminal of so many columns, on which programs find these variables.
#[derive(Clone, Debug)]
pub struct Terminal {
    pub columns: usize,
    pub variables: Vec<(&'static str, &'static str)>,
}

impl Terminal {
    pub fn of_columns(columns: usize) -> Terminal {
        Terminal { columns, variables: Vec::new() }
    }

    /// What it shows of a run of `rollstamp`; `None` where no terminal can be made. The arguments are words of a shell.
    pub fn show(&self, dir: &Dir, args: &str) -> Option<String> {
        // Others have no such options.
        if !Command::new("script").arg("--version").output().is_ok_and(|output| output.status.success()) {
            println!("skipped: there is no `script` that runs a command on a terminal");
            return None;
        }
        let binary = env!("CARGO_BIN_EXE_rollstamp");
        let line = format!("stty cols {} rows 50; {binary} {args}", self.columns);
        let mut script = Command::new("script");
        script.args(["-qec", &line, "/dev/null"]).current_dir(dir.root()).stdin(Stdio::null());
        clear_variables(&mut script).env("TERM", "xterm").envs(self.variables.iter().copied());
        let output = script.output().unwrap();
        Some(String::from_utf8(output.stdout).unwrap().replace("\r\n", "\n"))
    }
}

/// Removes the variables by which users choose colors, and by which CI is recognised.
pub fn clear_variables(command: &mut Command) -> &mut Command {
    for name in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "CI", "COLORTERM"] {
        command.env_remove(name);
    }
    command
}
