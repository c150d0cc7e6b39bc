//! The texts that were read, and where they came from.

use std::path::PathBuf;

use rollstamp::index::IdVec;
use rollstamp::source::Source;

use crate::input::InputNote;

/// The texts that were read.
#[derive(Default)]
pub struct Input {
    /// The texts, in input order.
    pub sources: Vec<Source>,
    /// Their origins.
    pub provenance: Provenance,
    /// Notes on the reading.
    pub notes: Vec<InputNote>,
    /// Set if a part of the context cannot be read.
    pub has_skipped_context: bool,
}

impl Input {
    /// Returns `true` if there is a document in one of the texts.
    pub fn has_document(&self) -> bool {
        self.sources.iter().any(|source| has_document(source.text()))
    }
}

/// The origins of what was read, for those who write it back.
#[derive(Default)]
pub struct Provenance {
    /// The origin of each source.
    pub origins: IdVec<Source, SourceOrigin>,
    /// Files that are not text in an encoding that is read. An output directory gets them as they are.
    pub skipped: Vec<FileOrigin>,
    /// The directories that were walked.
    pub roots: Vec<PathBuf>,
}

/// The place that a source came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SourceOrigin {
    /// Standard input or a renderer: there is no file to write to.
    Stream,
    /// A file.
    File(FileOrigin),
}

impl SourceOrigin {
    /// The file, if the source came from one.
    pub fn file(&self) -> Option<&FileOrigin> {
        match self {
            SourceOrigin::File(file) => Some(file),
            SourceOrigin::Stream => None,
        }
    }
}

/// A file, and its path below the PATH through which it was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileOrigin {
    /// The path from the current directory.
    pub path: PathBuf,
    /// The path from the given directory; for a file that was given itself, its name.
    pub relative: PathBuf,
    /// Set if the file was found in a directory, so that nobody has said that it holds manifests.
    pub is_walked: bool,
}

/// Returns `true` if a text holds anything but comments, blank lines and document markers.
fn has_document(text: &str) -> bool {
    let text = text.trim_start_matches('\u{feff}');
    text.lines().any(has_content)
}

fn has_content(line: &str) -> bool {
    let content = match line.as_bytes() {
        [b'-', b'-', b'-', ..] | [b'.', b'.', b'.', ..] => line[3..].trim(),
        _ => line.trim(),
    };
    !content.is_empty() && !content.starts_with('#')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_markers_are_not_documents() {
        for empty in ["", "\n", "---\n", "# Source: a\n---\n--- # b\n...\n", "\u{feff}\r\n---\r\n", "  # x"] {
            assert!(!has_document(empty), "{empty:?}");
        }
        for full in ["a", "---\na: 1\n", "{}", "# x\n- 1", "----"] {
            assert!(has_document(full), "{full:?}");
        }
    }
}
