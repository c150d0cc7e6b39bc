//! The files of a directory of manifests, as Argo CD's native support picks them.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use rollstamp::source::Source;
use rollstamp::yaml::{self, DocumentContent, Limits, Node};

use crate::exit::Failure;
use crate::files;
use crate::files::describe_error;
use crate::input::{InputOptions, is_manifest};
use crate::paths::or_dot;

/// The files of a directory.
#[derive(Default)]
pub struct DirectoryFiles {
    /// Files of manifests, in byte order of their paths.
    pub manifests: Vec<PathBuf>,
    /// Files of the same endings that hold something else, such as values or settings.
    pub others: Vec<PathBuf>,
}

/// Finds the files of the current directory, and on demand of those below it. Hidden files and the options file are not
/// part of an application, and a file outside of the repository is an error.
///
/// # Errors
/// A file or directory that cannot be read, and text that is not UTF-8: what is left out of an application is pruned.
pub fn find_files(recurse: bool, input: &InputOptions, repository: &Path) -> Result<DirectoryFiles, Failure> {
    let mut paths = Vec::new();
    let mut pending = vec![PathBuf::new()];
    while let Some(directory) = pending.pop() {
        let entries = list_entries(&directory).map_err(unreadable(&directory))?;
        for (path, is_directory) in entries {
            if input.exclude.skips(&path, &path) || Some(path.as_path()) == input.options_file.as_deref() {
                continue;
            }
            if is_directory && recurse {
                pending.push(path);
            } else if !is_directory && is_manifest(&path) {
                paths.push(path);
            }
        }
    }
    paths.sort_by(|a, b| a.as_os_str().as_encoded_bytes().cmp(b.as_os_str().as_encoded_bytes()));
    let mut found = DirectoryFiles::default();
    for path in paths {
        if !files::lies_in(&path, repository) {
            let path = path.display();
            return Err(Failure::because(format!(
                "{path}: symbolic link that is broken or leads out of the repository"
            )));
        }
        let bytes = files::read(&path, input.max_file_size.bytes()).map_err(unreadable(&path))?;
        if holds_manifest(&path, bytes)? {
            found.manifests.push(path);
        } else {
            found.others.push(path);
        }
    }
    Ok(found)
}

/// Lists a directory, and tells which entries are directories. Links to files are listed as files, links to directories
/// not at all.
fn list_entries(directory: &Path) -> io::Result<Vec<(PathBuf, bool)>> {
    let mut entries = Vec::new();
    for entry in fs::read_dir(or_dot(directory))? {
        let entry = entry?;
        let name = entry.file_name();
        if name.as_encoded_bytes().starts_with(b".") || entry.file_type()?.is_symlink() && entry.path().is_dir() {
            continue;
        }
        entries.push((directory.join(name), entry.path().is_dir()));
    }
    Ok(entries)
}

/// Returns `true` if one of the documents is an object. A file that cannot be read counts if it has the words of one:
/// its mistake is worth an error.
fn holds_manifest(path: &Path, bytes: Vec<u8>) -> Result<bool, Failure> {
    let Ok(text) = String::from_utf8(bytes) else {
        let path = path.display();
        let problem = format!("{path}: not UTF-8, or encrypted, so it cannot be applied; convert or exclude it");
        return Err(Failure::because(problem));
    };
    let source = Source::new(path.to_string_lossy(), text);
    let text = source.text();
    for document in yaml::read_documents(source.padded(), &Limits::default()) {
        let is_object = match document.content {
            DocumentContent::Tree(tree) => tree.root(source.padded()).get("kind").and_then(Node::as_str).is_some(),
            DocumentContent::Invalid(_) => {
                text.contains("apiVersion") && text.contains("kind") && text.contains("metadata")
            }
            DocumentContent::Empty => false,
        };
        if is_object {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Makes the failure for an error of reading a path.
fn unreadable(path: &Path) -> impl FnOnce(io::Error) -> Failure {
    move |error| Failure::because(format!("{}: cannot be read: {}", or_dot(path).display(), describe_error(&error)))
}
