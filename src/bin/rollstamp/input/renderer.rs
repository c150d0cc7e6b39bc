//! Runs a renderer, such as `kustomize build .`, and reads what it prints.

use std::ffi::{OsStr, OsString};
use std::io;
use std::path::Path;
use std::process::{Child, Command, ExitStatus};

use crate::input::InputError;
use crate::input::read::{self, Reading, Rules};

/// Runs a program without a shell. Its stdin and stderr are ours; its failure is an error, whatever it printed.
pub fn run(program: &OsStr, args: &[OsString], rules: &Rules) -> Result<Reading, InputError> {
    let no_renderer = |error| InputError::NoRenderer(program.to_owned(), error);
    let (mut child, output) = start(program, args).map_err(no_renderer)?;
    let name = format!("<{}>", Path::new(program).file_name().unwrap_or(program).display());
    let reading = read::stream(output, &name, rules);
    if reading.is_err() {
        // Nobody reads the rest. A program that is done already cannot be stopped, which is as well.
        let _ = child.kill();
    }
    let status = child.wait().map_err(no_renderer)?;
    match reading {
        Ok(_) if !status.success() => Err(InputError::RendererFailed(program.to_owned(), how(status))),
        reading => reading,
    }
}

fn start(program: &OsStr, args: &[OsString]) -> io::Result<(Child, io::PipeReader)> {
    let (output, end) = io::pipe()?;
    Ok((Command::new(program).args(args).stdout(end).spawn()?, output))
}

fn how(status: ExitStatus) -> String {
    match status.code() {
        Some(code) => format!("it ended with exit status {code}"),
        None => format!("it was stopped by {status}"),
    }
}
