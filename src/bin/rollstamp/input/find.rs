//! Finds the files that the given paths name, in the order in which they are read.

use std::collections::HashSet;
use std::ffi::{OsStr, OsString};
use std::fs::{self, DirEntry};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf, is_separator};

use glob::MatchOptions;

use crate::files;
use crate::input::ignore_files::{IgnoreFiles, IgnoreVerdict, RuleList, is_ignore_file};
use crate::input::{Exclude, FileOrigin, InputError, InputNote, InputOptions, WalkedOrigins};
use crate::paths::{or_dot, without_dot};

/// The files that were found, and the messages about the search.
#[derive(Default)]
pub struct FoundFiles {
    /// The files, in input order.
    pub files: Vec<FileOrigin>,
    /// The directories that were walked.
    pub roots: Vec<PathBuf>,
    /// Notes on what was left out.
    pub notes: Vec<InputNote>,
    /// Paths that cannot be read.
    pub errors: Vec<InputError>,
}

/// Finds the files behind paths. Each file is found once, however many paths lead to it; the options file never is.
pub fn find_files(paths: &[PathBuf], options: &InputOptions) -> FoundFiles {
    let mut search = FileSearch {
        exclude: &options.exclude,
        use_ignore_files: options.use_ignore_files,
        ignore_files: Vec::new(),
        found: FoundFiles::default(),
        has_one_path: paths.len() == 1,
        seen: HashSet::new(),
        links: Vec::new(),
        ignored: Vec::new(),
    };
    if let Some(options_file) = &options.options_file {
        search.seen.extend(fs::canonicalize(options_file));
    }
    for path in paths {
        search.search_path(path);
    }
    let FileSearch { mut found, mut links, ignored, .. } = search;
    if let Some(first) = ignored.iter().min_by_key(|path| sort_key(path)) {
        found.notes.insert(0, InputNote::Ignored(ignored.len(), first.clone()));
    }
    links.sort_by_cached_key(|path| sort_key(path));
    links.dedup();
    if let Some(first) = links.first() {
        found.notes.insert(0, InputNote::LinksNotFollowed(links.len(), first.clone()));
    }
    found
}

struct FileSearch<'a> {
    exclude: &'a Exclude,
    use_ignore_files: bool,
    /// The ignore files of each repository that was met.
    ignore_files: Vec<IgnoreFiles>,
    found: FoundFiles,
    /// Set if there is one PATH, which may be a pattern.
    has_one_path: bool,
    /// Real paths of the files found so far and of the options file: two PATHs can lead to one file.
    seen: HashSet<PathBuf>,
    /// Symbolic links that were not followed.
    links: Vec<PathBuf>,
    /// Manifest files and directories that ignore files name.
    ignored: Vec<PathBuf>,
}

impl FileSearch<'_> {
    /// Searches a PATH. An existing file of that name wins over its reading as a pattern.
    fn search_path(&mut self, path: &Path) {
        let path = without_dot(path);
        match fs::metadata(or_dot(path)) {
            Ok(metadata) if metadata.is_dir() => self.add_path(path, path, self.has_one_path),
            Ok(_) => self.add_path(path, path.parent().unwrap_or(path), self.has_one_path),
            Err(error) if error.kind() != ErrorKind::NotFound => self.add_unreadable(path, error),
            Err(_) if path.is_symlink() => self.found.errors.push(InputError::BrokenLink(path.to_owned())),
            Err(_) => match path.to_str() {
                Some(pattern) if pattern.contains(SPECIAL) => self.search_pattern(pattern),
                _ => self.found.errors.push(InputError::NotFound(path.to_owned())),
            },
        }
    }

    /// Adds the matches of a pattern as if the shell had listed them, except that their paths below an output directory
    /// start where the first special character is.
    fn search_pattern(&mut self, pattern: &str) {
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
                Err(error) => self.add_unreadable(error.path(), io::Error::from(error.error().kind())),
            }
        }
        if paths.is_empty() {
            return self.found.errors.push(InputError::NoMatch(pattern.to_owned()));
        }
        sort_paths(&mut paths);
        let base = literal_start(pattern);
        for path in paths {
            self.add_path(&path, &base, false);
        }
    }

    /// Adds a path that exists. Its relative path starts at `base`; `is_alone` is set if no other path is added.
    fn add_path(&mut self, path: &Path, base: &Path, is_alone: bool) {
        let relative = path.strip_prefix(base).unwrap_or(path);
        // What has no real path, such as the shell's `<(command)`, can be read all the same.
        let real = files::real_path(or_dot(path));
        if real.is_dir() {
            self.add_directory(path, relative, &real, is_alone);
        } else if !self.exclude.skips(path, relative) {
            self.add_file(FileOrigin::new(path.to_owned(), relative, false), real);
        }
    }

    fn add_directory(&mut self, path: &Path, relative: &Path, real: &Path, is_alone: bool) {
        self.found.roots.push(path.to_owned());
        let exclude = self.exclude;
        let mut walk = DirectoryWalk::default();
        walk.walk_tree(path, exclude, &mut self.find_ignore_files(real), real);
        sort_paths(&mut walk.manifests);
        if walk.manifests.is_empty() && walk.errors.is_empty() {
            self.found.notes.push(InputNote::NothingIn(or_dot(path).to_owned()));
        }
        // A walk finds each file once, and only the options file is known before it.
        let are_new = is_alone && !self.seen.iter().any(|known| known.starts_with(real));
        let origins = WalkedOrigins::new(path, relative);
        for file in walk.manifests {
            let origin = origins.origin_of(&file);
            if are_new {
                self.found.files.push(origin);
            } else {
                self.add_file(origin, real.join(&file));
            }
        }
        self.links.extend(walk.links);
        self.ignored.extend(walk.ignored.iter().map(|below| path.join(below)));
        walk.errors.sort_by_cached_key(|(path, _)| sort_key(path));
        for (path, error) in walk.errors {
            self.add_unreadable(&path, error);
        }
    }

    /// Returns the ignore files that concern a directory, unless they are not used.
    fn find_ignore_files(&mut self, directory: &Path) -> Option<&mut IgnoreFiles> {
        if !self.use_ignore_files {
            return None;
        }
        let known = self.ignore_files.iter().position(|files| files.concern(directory));
        let number = known.unwrap_or_else(|| {
            self.ignore_files.push(IgnoreFiles::of(directory));
            self.ignore_files.len() - 1
        });
        self.ignore_files.get_mut(number)
    }

    fn add_file(&mut self, origin: FileOrigin, real: PathBuf) {
        if self.seen.insert(real) {
            self.found.files.push(origin);
        }
    }

    fn add_unreadable(&mut self, path: &Path, error: io::Error) {
        self.found.errors.push(InputError::Unreadable(or_dot(path).to_owned(), error));
    }
}

/// The contents of one directory, at any depth.
#[derive(Default)]
struct DirectoryWalk {
    /// Manifest files, by their paths from the directory.
    manifests: Vec<PathBuf>,
    /// Symbolic links that are not followed.
    links: Vec<PathBuf>,
    /// Manifest files and directories that ignore files name, by their paths from the directory.
    ignored: Vec<PathBuf>,
    /// Paths that cannot be read.
    errors: Vec<(PathBuf, io::Error)>,
}

/// A directory that is still to be walked, by its path from the root of the walk.
struct PendingDirectory {
    path: PathBuf,
    /// Set if it is ignored, so that only what git tracks in it is read.
    only_tracked: bool,
    /// The rules of the directories above it; of the root its own, too.
    rules: RuleList,
}

/// An entry of a directory that is walked.
struct WalkedEntry {
    entry: DirEntry,
    /// Its path from the root of the walk.
    path: PathBuf,
    verdict: IgnoreVerdict,
    /// The rules that concern it.
    rules: RuleList,
}

impl DirectoryWalk {
    /// Walks a directory, whose real path is `real`.
    fn walk_tree(&mut self, root: &Path, exclude: &Exclude, ignore: &mut Option<&mut IgnoreFiles>, real: &Path) {
        let rules = match ignore {
            Some(files) => files.find_rules_for(real),
            None => RuleList::default(),
        };
        let mut pending = vec![PendingDirectory { path: PathBuf::new(), only_tracked: false, rules }];
        while let Some(directory) = pending.pop() {
            let path = root.join(&directory.path);
            let entries = match list_entries(&path) {
                Ok(entries) => entries,
                Err(error) => {
                    self.errors.push((path, error));
                    continue;
                }
            };
            let mut rules = directory.rules;
            let is_root = directory.path.as_os_str().is_empty();
            if !is_root && ignore.is_some() && entries.iter().any(|(name, _)| is_ignore_file(name)) {
                rules = rules.with_rules_of(&real.join(&directory.path));
            }
            for (name, entry) in entries {
                if is_hidden(&name) {
                    continue;
                }
                let relative = directory.path.join(name);
                if !exclude.is_empty() && exclude.skips(&root.join(&relative), &relative) {
                    continue;
                }
                let mut verdict = IgnoreVerdict::Read;
                if let Some(files) = ignore
                    && (directory.only_tracked || !rules.is_empty())
                {
                    let is_directory = entry.file_type().is_ok_and(|kind| kind.is_dir());
                    verdict = files.decide_by(&rules, &real.join(&relative), is_directory, directory.only_tracked);
                }
                self.add_entry(WalkedEntry { entry, path: relative, verdict, rules: rules.clone() }, &mut pending);
            }
        }
    }

    fn add_entry(&mut self, walked: WalkedEntry, pending: &mut Vec<PendingDirectory>) {
        let WalkedEntry { entry, path, verdict, rules } = walked;
        let is_ignored = verdict == IgnoreVerdict::Ignored;
        match entry.file_type() {
            Ok(kind) if kind.is_dir() && is_ignored => self.ignored.push(path),
            Ok(kind) if kind.is_dir() => {
                let only_tracked = verdict == IgnoreVerdict::OnlyTracked;
                pending.push(PendingDirectory { path, only_tracked, rules });
            }
            Ok(kind) if kind.is_file() && is_manifest(&path) => {
                if is_ignored {
                    self.ignored.push(entry.path())
                } else {
                    self.manifests.push(path)
                }
            }
            Ok(kind) if !is_ignored && kind.is_symlink() && (is_manifest(&path) || entry.path().is_dir()) => {
                self.links.push(entry.path());
            }
            Ok(_) => {}
            Err(error) => self.errors.push((entry.path(), error)),
        }
    }
}

/// Lists a directory. What cannot be listed whole is not listed.
fn list_entries(directory: &Path) -> io::Result<Vec<(OsString, DirEntry)>> {
    let mut entries = Vec::new();
    for entry in fs::read_dir(or_dot(directory))? {
        let entry = entry?;
        entries.push((entry.file_name(), entry));
    }
    Ok(entries)
}

/// The characters that make a path a pattern.
pub const SPECIAL: [char; 3] = ['*', '?', '['];

/// Returns the directories of a pattern before its first special character.
pub fn literal_start(pattern: &str) -> PathBuf {
    let mut start = PathBuf::new();
    for part in Path::new(pattern).components() {
        if part.as_os_str().to_string_lossy().contains(SPECIAL) {
            break;
        }
        start.push(part);
    }
    start
}

/// Returns `true` if a file may hold manifests, by its extension.
pub fn is_manifest(path: &Path) -> bool {
    matches!(path.extension().and_then(OsStr::to_str), Some("yaml" | "yml" | "json"))
}

/// Returns `true` if directories are walked without this entry.
pub fn is_hidden(name: &OsStr) -> bool {
    name.as_encoded_bytes().starts_with(b".")
}

/// Sorts paths by their bytes.
fn sort_paths(paths: &mut [PathBuf]) {
    if is_separator('\\') {
        paths.sort_by_cached_key(|path| sort_key(path));
    } else {
        // The separator is `/`, so the bytes need not be copied.
        paths.sort_by(|a, b| a.as_os_str().as_encoded_bytes().cmp(b.as_os_str().as_encoded_bytes()));
    }
}

/// Returns the key that paths are sorted by: the bytes of the whole path, with `/` between its parts on every system.
fn sort_key(path: &Path) -> Vec<u8> {
    let bytes = path.as_os_str().as_encoded_bytes().iter();
    bytes.map(|&byte| if is_separator(char::from(byte)) { b'/' } else { byte }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_ordered_by_their_bytes() {
        let mut paths = ["b.yaml", "a/z.yaml", "a-b.yaml", "a.yaml", "Z.yaml", "a/b/c.yaml"].map(PathBuf::from);
        sort_paths(&mut paths);
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
