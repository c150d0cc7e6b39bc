//! The texts that were read, and where they came from.

use std::path::{Path, PathBuf};

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
    relative: RelativePath,
    /// Set if the file was found in a directory, so that nobody has said that it holds manifests.
    pub is_walked: bool,
}

/// The path of a file from the given directory. There are as many as files, and nearly all are the end of another path.
#[derive(Clone, Debug, PartialEq, Eq)]
enum RelativePath {
    /// The path of the file without so many components at its start.
    Rest(u32),
    Other(Box<Path>),
}

impl FileOrigin {
    /// A file, and its path from the given directory.
    pub fn new(path: PathBuf, relative: &Path, is_walked: bool) -> FileOrigin {
        let passed = path.components().count().saturating_sub(relative.components().count());
        let is_rest = path_after(&path, passed).as_os_str() == relative.as_os_str();
        let relative = if is_rest { RelativePath::Rest(passed as u32) } else { RelativePath::Other(relative.into()) };
        FileOrigin { path, relative, is_walked }
    }

    /// The path from the given directory; for a file that was given itself, its name.
    pub fn relative(&self) -> &Path {
        match &self.relative {
            RelativePath::Rest(passed) => path_after(&self.path, *passed as usize),
            RelativePath::Other(path) => path,
        }
    }
}

/// Makes the origins of the files in one directory.
pub struct WalkedOrigins<'a> {
    directory: &'a Path,
    relative: &'a Path,
    /// The components before the relative path of each file, if that is the end of its path.
    passed: Option<u32>,
}

impl<'a> WalkedOrigins<'a> {
    /// Makes the origins of files in a directory, by its path and by its path from the given directory.
    pub fn new(directory: &'a Path, relative: &'a Path) -> WalkedOrigins<'a> {
        // It is the end of all of their paths, or of none.
        let file = FileOrigin::new(directory.join("file"), &relative.join("file"), true);
        let passed = match file.relative {
            RelativePath::Rest(passed) => Some(passed),
            RelativePath::Other(_) => None,
        };
        WalkedOrigins { directory, relative, passed }
    }

    /// Makes the origin of a file, by its path from the directory.
    pub fn origin_of(&self, file: &Path) -> FileOrigin {
        let path = self.directory.join(file);
        match self.passed {
            Some(passed) => FileOrigin { path, relative: RelativePath::Rest(passed), is_walked: true },
            None => FileOrigin::new(path, &self.relative.join(file), true),
        }
    }
}

/// A path without a number of components at its start.
fn path_after(path: &Path, passed: usize) -> &Path {
    let mut components = path.components();
    for _ in 0..passed {
        components.next();
    }
    components.as_path()
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
    fn relative_paths_are_those_that_were_given() {
        for (path, relative) in [
            ("dir/a/b.yaml", "a/b.yaml"),
            ("./a.yaml", "a.yaml"),
            ("../x/a.yaml", "x/a.yaml"),
            ("/r/a.yaml", "a.yaml"),
            ("a.yaml", "a.yaml"),
            ("a/b.yaml", "./a/b.yaml"),
            ("main:a/b.yaml", "main:a/b.yaml"),
            ("a.yaml", "c/d/e.yaml"),
            ("a//b.yaml", "a//b.yaml"),
        ] {
            let origin = FileOrigin::new(path.into(), relative.as_ref(), true);
            assert_eq!(origin.relative().as_os_str(), relative, "{path}");
        }
    }

    #[test]
    fn walked_files_have_the_origins_that_each_would_have() {
        for (directory, relative) in
            [("dir", ""), ("", ""), ("/r//a", "a"), ("./x", "x"), ("x/./y", "x/./y"), ("a", "b/c")]
        {
            let (directory, relative) = (Path::new(directory), Path::new(relative));
            let origins = WalkedOrigins::new(directory, relative);
            for file in ["b.yaml", "b/c.yaml", ".b/c d.yaml"].map(Path::new) {
                let expected = FileOrigin::new(directory.join(file), &relative.join(file), true);
                assert_eq!(origins.origin_of(file), expected);
            }
        }
    }

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
