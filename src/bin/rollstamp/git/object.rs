//! Answers of git about objects.

use std::collections::HashMap;
use std::ffi::OsStr;
use std::io::{self, BufRead, Read};
use std::path::{Path, PathBuf};

/// Reads one answer of `cat-file --batch`: `<hash> SP <type> SP <size> LF <content> LF`.
pub fn read_blob(output: &mut impl BufRead, limit: u64) -> io::Result<Option<Vec<u8>>> {
    let mut header = String::new();
    output.read_line(&mut header)?;
    let header = header.trim_end();
    let Ok(size) = header.rsplit(' ').next().unwrap_or_default().parse::<u64>() else {
        return Err(io::Error::other(format!("no content: {header}")));
    };
    if size > limit {
        io::copy(&mut output.take(size + 1), &mut io::sink())?;
        return Ok(None);
    }
    let mut content = Vec::new();
    output.take(size).read_to_end(&mut content)?;
    output.read_exact(&mut [0])?;
    Ok(Some(content))
}

/// Reads answers of `cat-file --batch` up to the first that is an error.
pub fn read_blobs(output: &mut impl BufRead, count: usize, limit: u64) -> io::Result<Vec<Option<Vec<u8>>>> {
    let mut blobs = Vec::with_capacity(count);
    for _ in 0..count {
        blobs.push(read_blob(output, limit)?);
    }
    Ok(blobs)
}

/// Kinds of entries in a tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EntryKind {
    File,
    Link,
    Submodule,
}

/// One entry of a tree.
#[derive(Clone, Debug)]
pub struct Entry {
    pub kind: EntryKind,
    pub hash: String,
    /// The way from the top.
    pub path: PathBuf,
}

impl Entry {
    /// `<mode> SP <type> SP <hash> TAB <path>`.
    pub fn read(line: &[u8]) -> Option<Entry> {
        let tab = line.iter().position(|&byte| byte == b'\t')?;
        let mut words = std::str::from_utf8(&line[..tab]).ok()?.split(' ');
        let kind = match words.next()? {
            "120000" => EntryKind::Link,
            "160000" => EntryKind::Submodule,
            _ => EntryKind::File,
        };
        let hash = words.nth(1)?.to_owned();
        Some(Entry { kind, hash, path: path_from(&line[tab + 1..]) })
    }
}

/// The entries, to be found by path.
pub fn by_path(entries: &[Entry]) -> HashMap<&Path, &Entry> {
    entries.iter().map(|entry| (entry.path.as_path(), entry)).collect()
}

#[cfg(unix)]
pub fn path_from(bytes: &[u8]) -> PathBuf {
    use std::os::unix::ffi::OsStrExt;
    PathBuf::from(OsStr::from_bytes(bytes))
}

#[cfg(not(unix))]
pub fn path_from(bytes: &[u8]) -> PathBuf {
    PathBuf::from(String::from_utf8_lossy(bytes).into_owned())
}
