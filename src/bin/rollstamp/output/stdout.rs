//! Standard output.

use std::io::{self, ErrorKind, IsTerminal, Write};

use crate::exit::Failure;
use crate::output::OutputError;

/// Prints text for people or programs.
///
/// # Errors
/// A failure to write to standard output.
pub fn print(text: &str) -> Result<(), Failure> {
    write_stdout(|out| out.write_all(text.as_bytes())).map_err(Failure::from_error)
}

/// Writes to standard output through a buffer. A reader that has seen enough and closed the pipe is not an error.
pub fn write_stdout(write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), OutputError> {
    let mut out = io::BufWriter::with_capacity(1 << 16, io::stdout().lock());
    match write(&mut out).and_then(|()| out.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(OutputError::Stdout(error)),
        _ => Ok(()),
    }
}

/// Returns the columns of the terminal behind standard output, if it is one and knows them.
pub fn terminal_width() -> Option<usize> {
    let out = io::stdout();
    if !out.is_terminal() {
        return None;
    }
    let (width, _) = terminal_size::terminal_size_of(&out)?;
    Some(usize::from(width.0)).filter(|&width| width > 0)
}
