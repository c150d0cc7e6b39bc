//! Standard output.

use std::io::{self, ErrorKind, IsTerminal, Write};

use rollstamp::EditedSource;

use crate::exit::Failure;
use crate::output::OutputError;

/// Prints text for people or programs.
///
/// # Errors
/// A failure to write to standard output.
pub fn print(text: &str) -> Result<(), Failure> {
    write_stdout(|out| out.write_all(text.as_bytes())).map_err(Failure::from_error)
}

/// Prints a text with its edits made.
///
/// # Errors
/// A failure to write to standard output.
pub fn print_text(text: &EditedSource<'_>) -> Result<(), Failure> {
    let text = text.held();
    let write = |out: &mut dyn Write| text.pieces().try_for_each(|piece| out.write_all(piece.as_bytes()));
    write_stdout(write).map_err(Failure::from_error)
}

/// Prints by means of another function that writes to standard output.
///
/// # Errors
/// A failure to write to standard output.
pub fn print_through(write: impl FnOnce() -> io::Result<()>) -> Result<(), OutputError> {
    if is_closed() {
        return Err(OutputError::NoStdout);
    }
    match write().and_then(|()| io::stdout().flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(OutputError::Stdout(error)),
        _ => Ok(()),
    }
}

/// Writes to standard output what a run is for. A reader that has seen enough and closed the pipe is not an error.
pub fn write_stdout(write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), OutputError> {
    if is_closed() {
        return Err(OutputError::NoStdout);
    }
    write_beside_status(write)
}

/// Writes to standard output what the exit status tells in short: whoever asks for that alone may drop the text.
pub fn write_beside_status(write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), OutputError> {
    let mut out = io::BufWriter::with_capacity(1 << 16, io::stdout().lock());
    match write(&mut out).and_then(|()| out.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(OutputError::Stdout(error)),
        _ => Ok(()),
    }
}

/// Returns `true` if standard output was closed when we were started (`>&-`). Rust then opens `/dev/null` in its place,
/// for reading and writing, and whatever is printed would be lost without a word. Shells, and most programs that want
/// that, open it for writing only. Node.js, Python and daemons do not; where standard error is dropped too, nobody reads
/// an error.
#[cfg(target_os = "linux")]
fn is_closed() -> bool {
    is_placeholder(&io::stdout()) && !is_placeholder(&io::stderr())
}

#[cfg(not(target_os = "linux"))]
fn is_closed() -> bool {
    false
}

/// Returns `true` if a stream is `/dev/null`, opened as Rust opens it where nothing was open.
#[cfg(target_os = "linux")]
fn is_placeholder(stream: &impl std::os::fd::AsFd) -> bool {
    use rustix::fs::OFlags;
    use std::os::unix::fs::MetadataExt;
    let Ok(flags) = rustix::fs::fcntl_getfl(stream) else { return false };
    if flags & OFlags::RWMODE != OFlags::RDWR {
        return false;
    }
    let (Ok(file), Ok(null)) = (stream.as_fd().try_clone_to_owned(), std::fs::metadata("/dev/null")) else {
        return false;
    };
    std::fs::File::from(file).metadata().is_ok_and(|file| file.rdev() == null.rdev() && file.ino() == null.ino())
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
