//! From the paths as they were given to the files behind them, in the order in which they are read.

use std::collections::HashSet;
use std::ffi::OsStr;
use std::fs::{self, DirEntry};
use std::io::{self, ErrorKind};
use std::path::{Component, Path, PathBuf, is_separator};

use glob::MatchOptions;

use crate::input::{Exclude, FileOrigin, InputError, InputNote};

/// The files, and what there is to say about the search.
#[derive(Default)]
pub struct Found {
    pub files: Vec<FileOrigin>,
    pub roots: Vec<PathBuf>,
    pub notes: Vec<InputNote>,
    pub errors: Vec<InputError>,
}

/// Finds the files behind paths. Each file is found once, however many paths lead to it, and the options file never.
pub fn find(paths: &[PathBuf], exclude: &Exclude, options_file: Option<&Path>) -> Found {
    let seen = options_file.and_then(|path| fs::canonicalize(path).ok()).into_iter().collect();
    let mut search = Search { exclude, found: Found::default(), seen, links: Vec::new() };
    for path in paths {
        search.path(path);
    }
    let Search { mut found, mut links, .. } = search;
    links.sort_by_cached_key(|path| bytes(path));
    links.dedup();
    if let Some(first) = links.first() {
        found.notes.insert(0, InputNote::LinksNotFollowed(links.len(), first.clone()));
    }
    found
}

struct Search<'a> {
    exclude: &'a Exclude,
    found: Found,
    /// Real paths of files that are not to be found again: two PATHs can lead to one file.
    seen: HashSet<PathBuf>,
    links: Vec<PathBuf>,
}

impl Search<'_> {
    /// A PATH: what exists by that name wins over its reading as a pattern.
    fn path(&mut self, path: &Path) {
        let path = without_dot(path);
        match fs::metadata(or_dot(path)) {
            Ok(metadata) if metadata.is_dir() => self.named(path, path),
            Ok(_) => self.named(path, path.parent().unwrap_or(path)),
            Err(error) if error.kind() != ErrorKind::NotFound => self.cannot_read(path, error),
            Err(_) if path.is_symlink() => self.found.errors.push(InputError::BrokenLink(path.to_owned())),
            Err(_) => match path.to_str().filter(|text| text.contains(SPECIAL)) {
                Some(pattern) => self.pattern(pattern),
                None => self.found.errors.push(InputError::NotFound(path.to_owned())),
            },
        }
    }

    /// A pattern: its matches are taken as if the shell had listed them, except that the paths below an output
    /// directory start where the first special character stands.
    fn pattern(&mut self, pattern: &str) {
        let options =
            MatchOptions { case_sensitive: true, require_literal_separator: true, require_literal_leading_dot: true };
        let matches = match glob::glob_with(pattern, options) {
            Ok(matches) => matches,
            Err(error) => return self.found.errors.push(InputError::BadPattern(pattern.to_owned(), error.msg)),
        };
        let mut paths = Vec::new();
        for matched in matches {
            match matched {
                Ok(path) => paths.push(path),
                Err(error) => self.cannot_read(error.path(), io::Error::from(error.error().kind())),
            }
        }
        if paths.is_empty() {
            return self.found.errors.push(InputError::NoMatch(pattern.to_owned()));
        }
        paths.sort_by_cached_key(|path| bytes(path));
        let base = literal_start(pattern);
        for path in paths {
            self.named(&path, &base);
        }
    }

    /// A path that exists, and the directory from which its relative path counts.
    fn named(&mut self, path: &Path, base: &Path) {
        let relative = path.strip_prefix(base).unwrap_or(path);
        // What has no real path, such as the shell's `<(command)`, can be read all the same.
        let real = fs::canonicalize(or_dot(path)).unwrap_or_else(|_| path.to_owned());
        if real.is_dir() {
            self.directory(path, relative, &real);
        } else if !self.exclude.skips(path, relative) {
            self.file(FileOrigin { path: path.to_owned(), relative: relative.to_owned() }, real);
        }
    }

    fn directory(&mut self, path: &Path, relative: &Path, real: &Path) {
        self.found.roots.push(path.to_owned());
        let mut tree = Tree::default();
        tree.walk(path, self.exclude);
        tree.below.sort_by_cached_key(|path| bytes(path));
        if tree.below.is_empty() && tree.errors.is_empty() {
            self.found.notes.push(InputNote::NothingIn(or_dot(path).to_owned()));
        }
        for below in tree.below {
            self.file(FileOrigin { path: path.join(&below), relative: relative.join(&below) }, real.join(&below));
        }
        self.links.extend(tree.links);
        tree.errors.sort_by_cached_key(|(path, _)| bytes(path));
        for (path, error) in tree.errors {
            self.cannot_read(&path, error);
        }
    }

    fn file(&mut self, origin: FileOrigin, real: PathBuf) {
        if self.seen.insert(real) {
            self.found.files.push(origin);
        }
    }

    fn cannot_read(&mut self, path: &Path, error: io::Error) {
        self.found.errors.push(InputError::Unreadable(or_dot(path).to_owned(), error));
    }
}

/// What one directory holds, at any depth.
#[derive(Default)]
struct Tree {
    /// Manifest files, by the way from the directory.
    below: Vec<PathBuf>,
    links: Vec<PathBuf>,
    errors: Vec<(PathBuf, io::Error)>,
}

impl Tree {
    fn walk(&mut self, root: &Path, exclude: &Exclude) {
        let mut waiting = vec![PathBuf::new()];
        while let Some(dir) = waiting.pop() {
            let path = root.join(&dir);
            let entries = fs::read_dir(or_dot(&path)).and_then(Iterator::collect::<io::Result<Vec<_>>>);
            match entries {
                Ok(entries) => entries.iter().for_each(|entry| {
                    let below = dir.join(entry.file_name());
                    if !is_hidden(&entry.file_name()) && !exclude.skips(&root.join(&below), &below) {
                        self.entry(entry, below, &mut waiting);
                    }
                }),
                Err(error) => self.errors.push((path, error)),
            }
        }
    }

    fn entry(&mut self, entry: &DirEntry, below: PathBuf, waiting: &mut Vec<PathBuf>) {
        match entry.file_type() {
            Ok(kind) if kind.is_dir() => waiting.push(below),
            Ok(kind) if kind.is_file() && is_manifest(&below) => self.below.push(below),
            Ok(kind) if kind.is_symlink() && (is_manifest(&below) || entry.path().is_dir()) => {
                self.links.push(entry.path());
            }
            Ok(_) => {}
            Err(error) => self.errors.push((entry.path(), error)),
        }
    }
}

/// The characters that make a pattern of a path.
pub const SPECIAL: [char; 3] = ['*', '?', '['];

/// The directories of a pattern before its first special character.
pub fn literal_start(pattern: &str) -> PathBuf {
    let is_literal = |part: &Component<'_>| !part.as_os_str().to_string_lossy().contains(SPECIAL);
    Path::new(pattern).components().take_while(is_literal).collect()
}

pub fn is_manifest(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "yaml" || extension == "yml" || extension == "json")
}

pub fn is_hidden(name: &OsStr) -> bool {
    name.as_encoded_bytes().starts_with(b".")
}

/// `./a` is `a` in messages and diffs; `.` itself becomes the empty path.
pub fn without_dot(path: &Path) -> &Path {
    path.strip_prefix(".").unwrap_or(path)
}

/// The empty path means the current directory.
pub fn or_dot(path: &Path) -> &Path {
    if path.as_os_str().is_empty() { Path::new(".") } else { path }
}

/// The order of paths: by the bytes of the whole path, with `/` between its parts on every system.
fn bytes(path: &Path) -> Vec<u8> {
    let bytes = path.as_os_str().as_encoded_bytes().iter();
    bytes.map(|&byte| if is_separator(char::from(byte)) { b'/' } else { byte }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_ordered_by_their_bytes() {
        let mut paths = ["b.yaml", "a/z.yaml", "a-b.yaml", "a.yaml", "Z.yaml", "a/b/c.yaml"].map(PathBuf::from);
        paths.sort_by_cached_key(|path| bytes(path));
        let expected = ["Z.yaml", "a-b.yaml", "a.yaml", "a/b/c.yaml", "a/z.yaml", "b.yaml"].map(PathBuf::from);
        assert_eq!(paths, expected);
    }

    #[test]
    fn a_pattern_starts_literally() {
        assert_eq!(literal_start("k8s/overlays/*/app.yaml"), Path::new("k8s/overlays"));
        assert_eq!(literal_start("*.yaml"), Path::new(""));
        assert_eq!(literal_start("/etc/[a-c]/x"), Path::new("/etc"));
    }
}
