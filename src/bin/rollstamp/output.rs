//! Everything that is written: the stream, files in place, an output directory, a diff.

mod diff;
mod error;
mod github_step;
mod replace;
mod report;
mod repository;
mod stream;
mod tree;

use std::io::{self, ErrorKind, IsTerminal, Write};
use std::ops::Range;

use rollstamp::edit::Edits;
use rollstamp::index::IdVec;
use rollstamp::source::{Source, SourceId};

pub use error::OutputError;
pub use replace::replace;
pub use report::{render_options, write_report};
pub use repository::paths as repository_paths;

use crate::exit::Failure;
use crate::input::{Exclude, Provenance};
use crate::options::Mode;

/// What came out, beside what went in; all lists go by source.
pub struct Product<'a> {
    /// What went in.
    pub before: &'a IdVec<Source>,
    /// Where that came from.
    pub provenance: &'a Provenance,
    /// The texts as they are to be.
    pub after: &'a [Source],
    /// The edits that lead from the one to the other.
    pub edits: &'a IdVec<Source, Edits>,
    /// Bytes of the old texts that hold values of Secrets, sorted by where they start.
    pub secrets: &'a IdVec<Source, Vec<Range<usize>>>,
}

impl Product<'_> {
    /// The sources that changed: before, and after.
    pub fn changed(&self) -> impl Iterator<Item = (SourceId, &Source, &Source)> {
        let pairs = self.before.entries().zip(self.after).map(|((id, before), after)| (id, before, after));
        pairs.filter(|(_, before, after)| before.text() != after.text())
    }
}

/// Puts the product where it belongs.
///
/// # Errors
/// All errors that were found. Where one can be known beforehand, nothing has been written.
pub fn deliver(mode: &Mode, product: &Product<'_>, exclude: &Exclude, color: bool) -> Result<(), Vec<OutputError>> {
    match mode {
        Mode::Check => Ok(()),
        Mode::Stdout => to_stdout(|out| stream::write(product.after, out)),
        Mode::Diff => to_stdout(|out| diff::write(product, color, out)),
        Mode::Write => replace::changed_files(product),
        Mode::OutputDir(dir) => tree::write(dir, product, exclude),
    }
}

/// Prints text for people or programs.
///
/// # Errors
/// A failure to write to standard output.
pub fn print(text: &str) -> Result<(), Failure> {
    to_stdout(|out| out.write_all(text.as_bytes())).map_err(Failure::all)
}

/// How wide what is printed may be: as the terminal within reason, else as terminals are.
pub fn width() -> usize {
    let out = io::stdout();
    let terminal = if out.is_terminal() { terminal_size::terminal_size_of(&out) } else { None };
    terminal.map_or(80, |(width, _)| usize::from(width.0).clamp(60, 140))
}

/// What must be said about a product that goes to stdout as one stream.
pub use stream::{Joined, caveats, join};

/// A reader that has seen enough and closed the pipe is no error.
fn to_stdout(write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), Vec<OutputError>> {
    let mut out = io::BufWriter::with_capacity(1 << 16, io::stdout().lock());
    match write(&mut out).and_then(|()| out.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(vec![OutputError::Stdout(error)]),
        _ => Ok(()),
    }
}
