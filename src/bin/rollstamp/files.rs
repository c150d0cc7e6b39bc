//! Reading of small files, and the words of I/O errors.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Read};
use std::path::{Path, PathBuf};

/// Reads a regular file that holds text, as [`read`] does.
pub fn read_text(path: &Path, limit: u64) -> io::Result<String> {
    decode(read(path, limit)?)
}

/// Decodes the bytes of a text.
pub fn decode(bytes: Vec<u8>) -> io::Result<String> {
    match String::from_utf8(bytes) {
        Ok(text) => Ok(text),
        Err(_) => Err(io::Error::new(ErrorKind::InvalidData, "not UTF-8")),
    }
}

/// Returns the path without symbolic links, or the path itself where nothing is there.
pub fn real_path(path: &Path) -> PathBuf {
    match fs::canonicalize(path) {
        Ok(real) => real,
        Err(_) => path.to_owned(),
    }
}

/// Returns `true` if a path exists and lies in a directory, which is a real path, also behind symbolic links.
pub fn lies_in(path: &Path, directory: &Path) -> bool {
    match fs::canonicalize(path) {
        Ok(real) => real.starts_with(directory),
        Err(_) => false,
    }
}

/// Reads a regular file of at most so many bytes. What else a name can lead to, such as a device or a pipe, may have no
/// end or make us wait.
///
/// # Errors
/// The file cannot be read, is no regular file (`InvalidInput`) or is larger (`FileTooLarge`).
pub fn read(path: &Path, limit: u64) -> io::Result<Vec<u8>> {
    // Opening a pipe would wait already.
    if !fs::metadata(path)?.is_file() {
        return Err(io::Error::new(ErrorKind::InvalidInput, "not a regular file"));
    }
    let mut bytes = Vec::new();
    File::open(path)?.take(limit + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > limit {
        return Err(io::Error::new(ErrorKind::FileTooLarge, format!("larger than {limit} bytes")));
    }
    Ok(bytes)
}

/// The text of an I/O error in the style of other messages: lower case, without the number of the operating system.
pub fn describe_error(error: &io::Error) -> String {
    let text = error.to_string();
    // Windows ends its sentences with a full stop.
    let text = text.split(" (os error").next().unwrap_or_default().trim_end_matches('.');
    let mut letters = text.chars();
    match letters.next() {
        Some(first) => first.to_lowercase().chain(letters).collect(),
        None => error.kind().to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_io_error_reads_like_our_own() {
        let expected =
            if cfg!(windows) { "the system cannot find the file specified" } else { "no such file or directory" };
        assert_eq!(describe_error(&io::Error::from_raw_os_error(2)), expected);
        assert_eq!(describe_error(&io::Error::other("Odd.")), "odd");
    }
}
