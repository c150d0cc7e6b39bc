//! Texts of files that are not held, and read again where they are needed: of a large input nearly all.

use std::fs::OpenOptions;
use std::io::Read;
use std::path::Path;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use rollstamp::graph::STRATEGY;
use rollstamp::source::{Source, TextLoader};

use crate::exit::ExitStatus;
use crate::input::FileOrigin;
use crate::interrupt;
use crate::messages::Messages;

/// Texts of so many bytes are held together. Reading files again takes time, and smaller inputs leave memory.
const HELD_BYTES: usize = 16 << 20;

/// Larger texts are held, whatever there is: each document in one could be a reason to read all of it.
const LARGEST_RELEASED: usize = 32 << 10;

/// Decides which texts of an input are held.
#[derive(Default)]
pub struct TextKeeper {
    held_bytes: AtomicUsize,
}

impl TextKeeper {
    /// Holds the text of a file, or releases it.
    pub fn keep(&self, source: Source, origin: &FileOrigin) -> Source {
        if source.padded_len() <= LARGEST_RELEASED
            && self.held_bytes.load(Ordering::Relaxed) > HELD_BYTES
            && may_be_read_again(&source, &origin.path)
        {
            return source.release(&LOADER);
        }
        self.held_bytes.fetch_add(source.padded_len(), Ordering::Relaxed);
        source
    }
}

/// Returns `true` for the text of a regular file whose path is the label of the source. A label has no control
/// characters, and some paths are not text; a pipe gives its text once.
fn may_be_read_again(source: &Source, path: &Path) -> bool {
    path.to_str() == Some(source.name()) && path.is_file()
}

static LOADER: TextLoader = TextLoader { load: read_again, end: end_run, word: STRATEGY };

/// The printer of what ends a run.
static MESSAGES: OnceLock<Messages> = OnceLock::new();

/// Sets the printer for the error of a file that is another one when it is read again.
pub fn report_changed_files(messages: &Messages) {
    let _ = MESSAGES.set(messages.clone());
}

/// Reads the text of a file at most as far as it can be the same.
fn read_again(path: &str) -> Option<String> {
    let mut options = OpenOptions::new();
    options.read(true);
    // What has taken the place of the file may be a pipe, and nobody waits for its writer.
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.custom_flags(rustix::fs::OFlags::NONBLOCK.bits() as i32);
    }
    let mut text = String::with_capacity(LARGEST_RELEASED + 1);
    options.open(path).ok()?.take(LARGEST_RELEASED as u64 + 1).read_to_string(&mut text).ok()?;
    text.shrink_to_fit();
    Some(text)
}

fn end_run(path: &str) -> ! {
    let report = |text: String| {
        if let Some(messages) = MESSAGES.get() {
            messages.error(text);
        }
    };
    let reason = format!("{path}: changed while it was read; run again");
    interrupt::end_run(Some(reason), report, i32::from(ExitStatus::Failed.number()))
}
