//! Reads files and streams as texts, within the limits.

use std::cell::RefCell;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use rollstamp::source::{Source, UnreadableBytes};

use crate::input::reload::TextKeeper;
use crate::input::{FileOrigin, InputError, InputNote};
use crate::progress::Progress;
use crate::threads;
use crate::values::Size;

/// The bounds of what is read as text.
#[derive(Clone)]
pub struct ReadLimits {
    /// The largest file.
    pub max_file_size: Size,
    /// The largest stream: of standard input, or of what a program prints.
    pub max_stream_size: Size,
    /// Skips relevant text that is not UTF-8, instead of making an error of it.
    pub skip_invalid: bool,
    /// Tells whether a text that is not UTF-8 holds a word that could make it relevant.
    pub may_be_relevant: fn(&str) -> bool,
}

/// The outcome of reading a file or stream.
#[derive(Debug)]
pub enum Reading {
    /// A text.
    Text(Source),
    /// Something that is not text, and that nothing is lost by skipping.
    Skipped(InputNote),
}

/// Reads files; each has its result at its own index.
pub fn read_files(files: &[FileOrigin], limits: &ReadLimits, progress: &Progress) -> Vec<Result<Reading, InputError>> {
    let keeper = TextKeeper::default();
    threads::map_parallel(files, |origin| {
        let reading = read_file(origin, limits, &keeper);
        progress.count_item();
        reading
    })
}

/// Reads standard input.
pub fn read_stdin(limits: &ReadLimits) -> Result<Reading, InputError> {
    read_stream(io::stdin().lock(), "-", limits)
}

/// Reads a stream to its end.
pub fn read_stream(mut from: impl Read, name: &str, limits: &ReadLimits) -> Result<Reading, InputError> {
    // One byte more than the limit is enough to see that it is exceeded.
    let bounded = from.by_ref().take(limits.max_stream_size.bytes() + 1);
    let bytes = read_in_parts(bounded).map_err(|error| InputError::Unreadable(name.into(), error))?;
    if bytes.len() as u64 > limits.max_stream_size.bytes() {
        return Err(InputError::StreamTooLarge(name.to_owned(), limits.max_stream_size));
    }
    decode(name.to_owned(), bytes, limits)
}

/// The size of the parts in which a stream is read.
const PART_SIZE: u64 = 4 << 20;

/// Reads to the end. A stream has no known length, and a buffer that grows holds a large one twice: parts are put together
/// one after the other, each of which is given back then.
fn read_in_parts(mut from: impl Read) -> io::Result<Vec<u8>> {
    let mut parts: Vec<Vec<u8>> = Vec::new();
    let mut len = 0;
    loop {
        let mut part = Vec::new();
        let read = from.by_ref().take(PART_SIZE).read_to_end(&mut part)?;
        len += read;
        if (read as u64) < PART_SIZE && parts.is_empty() {
            return Ok(part);
        }
        parts.push(part);
        if (read as u64) < PART_SIZE {
            break;
        }
    }
    let mut bytes = Vec::new();
    // The line break that a text may lack has room too.
    bytes.reserve_exact(len + 2);
    for part in parts {
        bytes.extend_from_slice(&part);
    }
    Ok(bytes)
}

fn read_file(origin: &FileOrigin, limits: &ReadLimits, keeper: &TextKeeper) -> Result<Reading, InputError> {
    let bytes = read_bytes(&origin.path, limits.max_file_size);
    let bytes = bytes.map_err(|error| InputError::Unreadable(origin.path.clone(), error))?;
    let name = origin.path.to_string_lossy().into_owned();
    if bytes.len() as u64 > limits.max_file_size.bytes() {
        return Err(InputError::TooLarge(name, limits.max_file_size));
    }
    Ok(match decode(name, bytes, limits)? {
        Reading::Text(source) => Reading::Text(keeper.keep(source, origin)),
        skipped @ Reading::Skipped(_) => skipped,
    })
}

/// The room for a file of usual size, which each thread keeps.
const BUFFER_SIZE: usize = 64 << 10;

thread_local! {
    static BUFFER: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// Reads at most one byte more than the limit, into a buffer that is large enough for most files, so that nobody need
/// ask the system for the length of a file.
fn read_bytes(path: &Path, limit: Size) -> io::Result<Vec<u8>> {
    BUFFER.with_borrow_mut(|buffer| {
        buffer.clear();
        buffer.reserve(BUFFER_SIZE);
        File::open(path)?.take(limit.bytes() + 1).read_to_end(buffer)?;
        if buffer.len() < BUFFER_SIZE {
            return Ok(buffer.as_slice().to_vec());
        }
        let mut bytes = std::mem::take(buffer);
        bytes.shrink_to_fit();
        Ok(bytes)
    })
}

/// Decodes bytes as text, and tells apart what may be skipped where they are not.
pub fn decode(name: String, bytes: Vec<u8>, limits: &ReadLimits) -> Result<Reading, InputError> {
    let mut matters = false;
    let decoded = match String::from_utf8(bytes) {
        Ok(text) => Source::from_read_text(name.clone(), text),
        Err(error) => {
            // The words are looked for in what is left of the text.
            let bytes = error.into_bytes();
            matters = (limits.may_be_relevant)(&String::from_utf8_lossy(&bytes));
            Source::from_bytes(name.clone(), bytes)
        }
    };
    Ok(Reading::Skipped(match decoded {
        Ok(source) => return Ok(Reading::Text(source)),
        Err(UnreadableBytes::TooLarge) => return Err(InputError::TooLarge(name, limits.max_file_size)),
        Err(UnreadableBytes::Wide(encoding)) => InputNote::WideEncoding(name, encoding),
        Err(UnreadableBytes::GitCrypt) => InputNote::GitCrypt(name),
        Err(UnreadableBytes::NotUtf8(at)) if matters && !limits.skip_invalid => {
            return Err(InputError::NotUtf8(name, at));
        }
        Err(UnreadableBytes::NotUtf8(at)) => InputNote::NotUtf8(name, at),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8], limit: &str, skip_invalid: bool) -> Result<Reading, InputError> {
        let may_be_relevant = |text: &str| text.contains("ConfigMap");
        let (max_file_size, max_stream_size) = (Size::FILE, limit.parse().unwrap());
        read_stream(bytes, "-", &ReadLimits { max_file_size, max_stream_size, skip_invalid, may_be_relevant })
    }

    #[test]
    fn the_limit_is_the_largest_size_that_is_read() {
        assert!(matches!(read(b"abcd", "4", false), Ok(Reading::Text(_))));
        assert!(matches!(read(b"abcde", "4", false), Err(InputError::StreamTooLarge(..))));
    }

    #[test]
    fn a_stream_of_several_parts_is_whole() {
        let text: Vec<u8> = (0..2 * PART_SIZE + 5).map(|number| number as u8).collect();
        for len in [0, 5, PART_SIZE as usize, PART_SIZE as usize + 1, text.len()] {
            assert!(read_in_parts(&text[..len]).unwrap() == text[..len], "{len}");
        }
    }

    #[test]
    fn bytes_that_are_not_utf8_are_an_error_only_where_they_may_be_relevant() {
        assert!(matches!(read(b"kind: ConfigMap \xff", "1Mi", false), Err(InputError::NotUtf8(..))));
        assert!(matches!(read(b"kind: ConfigMap \xff", "1Mi", true), Ok(Reading::Skipped(InputNote::NotUtf8(..)))));
        assert!(matches!(read(b"caf\xe9", "1Mi", false), Ok(Reading::Skipped(InputNote::NotUtf8(..)))));
        assert!(matches!(read(b"\xff\xfeC\0", "1Mi", false), Ok(Reading::Skipped(InputNote::WideEncoding(..)))));
    }
}
