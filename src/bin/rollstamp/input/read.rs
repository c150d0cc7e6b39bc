//! From files and streams to texts, within the limit.

use std::fs::File;
use std::io::{self, Read};

use rollstamp::source::{Source, UnreadableBytes};

use crate::input::{FileOrigin, InputError, InputNote};
use crate::options::value::Size;
use crate::threads;

/// What is read, and what becomes of the rest.
pub struct Rules {
    pub limit: Size,
    pub skip_invalid: bool,
    pub may_be_relevant: fn(&str) -> bool,
}

/// What became of a file or stream.
#[derive(Debug)]
pub enum Reading {
    /// It is a text.
    Text(Source),
    /// It is none, and nothing is lost by passing it by.
    Skipped(InputNote),
}

/// Reads files; each has its result at its own index.
pub fn files(files: &[FileOrigin], rules: &Rules) -> Vec<Result<Reading, InputError>> {
    threads::map(files, |origin| file(origin, rules))
}

/// Reads standard input.
pub fn stdin(rules: &Rules) -> Result<Reading, InputError> {
    stream(io::stdin().lock(), "-", rules)
}

/// Reads a stream to its end.
pub fn stream(from: impl Read, name: &str, rules: &Rules) -> Result<Reading, InputError> {
    let bytes = bounded(from, 0, rules.limit).map_err(|error| InputError::Unreadable(name.into(), error))?;
    understand(name.to_owned(), bytes, rules)
}

fn file(origin: &FileOrigin, rules: &Rules) -> Result<Reading, InputError> {
    let unreadable = |error| InputError::Unreadable(origin.path.clone(), error);
    let name = origin.path.to_string_lossy().into_owned();
    let file = File::open(&origin.path).map_err(unreadable)?;
    let length = file.metadata().map_err(unreadable)?.len();
    if length > rules.limit.bytes() {
        return Err(InputError::TooLarge(name, rules.limit));
    }
    let bytes = bounded(file, length, rules.limit).map_err(unreadable)?;
    understand(name, bytes, rules)
}

/// At most one byte more than the limit: enough to see that it is exceeded.
fn bounded(from: impl Read, expected: u64, limit: Size) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::with_capacity(usize::try_from(expected).unwrap_or_default() + 1);
    from.take(limit.bytes() + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Bytes as a text, or why they are none.
pub fn understand(name: String, bytes: Vec<u8>, rules: &Rules) -> Result<Reading, InputError> {
    if bytes.len() as u64 > rules.limit.bytes() {
        return Err(InputError::TooLarge(name, rules.limit));
    }
    // The words are looked for in what is left of a text that is not UTF-8, before its bytes are given away.
    let matters = std::str::from_utf8(&bytes).is_err() && (rules.may_be_relevant)(&String::from_utf8_lossy(&bytes));
    Ok(Reading::Skipped(match Source::from_bytes(name.clone(), bytes) {
        Ok(source) => return Ok(Reading::Text(source)),
        Err(UnreadableBytes::TooLarge) => return Err(InputError::TooLarge(name, rules.limit)),
        Err(UnreadableBytes::Utf16) => InputNote::Utf16(name),
        Err(UnreadableBytes::GitCrypt) => InputNote::GitCrypt(name),
        Err(UnreadableBytes::NotUtf8(at)) if matters && !rules.skip_invalid => {
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
        stream(bytes, "-", &Rules { limit: limit.parse().unwrap(), skip_invalid, may_be_relevant })
    }

    #[test]
    fn the_limit_is_the_largest_size_that_is_read() {
        assert!(matches!(read(b"abcd", "4", false), Ok(Reading::Text(_))));
        assert!(matches!(read(b"abcde", "4", false), Err(InputError::TooLarge(..))));
    }

    #[test]
    fn bytes_that_are_not_utf8_are_an_error_only_where_they_may_be_relevant() {
        assert!(matches!(read(b"kind: ConfigMap \xff", "1Mi", false), Err(InputError::NotUtf8(..))));
        assert!(matches!(read(b"kind: ConfigMap \xff", "1Mi", true), Ok(Reading::Skipped(InputNote::NotUtf8(..)))));
        assert!(matches!(read(b"caf\xe9", "1Mi", false), Ok(Reading::Skipped(InputNote::NotUtf8(..)))));
        assert!(matches!(read(b"\xff\xfeC\0", "1Mi", false), Ok(Reading::Skipped(InputNote::Utf16(_)))));
    }
}
