//! The manifests of a revision: found by the rules by which directories are walked, and read as git stores them.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::path::{Path, PathBuf};

use glob::{MatchOptions, Pattern};
use rollstamp::source::Source;

use crate::git::{self, Entry, EntryKind, GitError, Repository, Revision};
use crate::input::find::{self, SPECIAL, is_hidden, is_manifest};
use crate::input::ignore_files::{IgnoreFiles, IgnoreVerdict};
use crate::input::read::{ReadLimits, Reading, decode};
use crate::input::{FileOrigin, Input, InputError, InputNote, InputOptions, InputSource, SourceOrigin};
use crate::paths::normalize;
use crate::paths::without_dot;

/// The number of symbolic links that are followed from a PATH.
const LINKS: usize = 8;

/// A blob, and the name by which its text is known.
struct FoundBlob {
    hash: String,
    label: PathBuf,
}

/// Reads what the paths of the new tree hold in a revision.
pub fn read(
    repository: &Repository,
    revision: &Revision,
    head: &InputOptions,
    limits: &ReadLimits,
) -> Result<Input, Vec<InputError>> {
    let InputSource::Paths(paths) = &head.from else { return Err(vec![InputError::RevisionWithoutPaths]) };
    let one = |error| vec![InputError::NoBase(revision.name.clone(), error)];
    let (input, errors) = read_paths(repository, revision, paths, head, limits).map_err(one)?;
    if errors.is_empty() { Ok(input) } else { Err(errors) }
}

/// Adds what the context of the new tree was in a revision, as far as it is in the repository. Returns the paths of the
/// rest.
pub fn add_context(
    input: &mut Input,
    repository: &Repository,
    revision: &Revision,
    head: &InputOptions,
    limits: &ReadLimits,
) -> Result<Vec<PathBuf>, Vec<InputError>> {
    let (inside, outside): (Vec<PathBuf>, Vec<PathBuf>) =
        head.context.iter().cloned().partition(|path| repository.relative(path).is_ok());
    if inside.is_empty() {
        return Ok(outside);
    }
    let one = |error| vec![InputError::NoBase(revision.name.clone(), error)];
    let (context, errors) = read_paths(repository, revision, &inside, head, limits).map_err(one)?;
    input.has_skipped_context |= !errors.is_empty() || context.notes.iter().any(InputNote::is_about_content);
    input.sources.extend(context.sources.into_iter().map(Source::into_context));
    input.provenance.origins.extend(context.provenance.origins);
    Ok(outside)
}

/// Reads what paths hold in a revision, and collects what cannot be read.
fn read_paths(
    repository: &Repository,
    revision: &Revision,
    paths: &[PathBuf],
    head: &InputOptions,
    limits: &ReadLimits,
) -> Result<(Input, Vec<InputError>), GitError> {
    let entries = repository.list_entries(revision)?;
    let mut search = RevisionSearch {
        repository,
        head,
        by_path: git::by_path(&entries),
        entries: &entries,
        found: Vec::new(),
        seen: HashSet::new(),
        notes: Vec::new(),
        links: Vec::new(),
        revision,
        ignore_files: head.use_ignore_files.then(|| IgnoreFiles::of(repository.top())),
    };
    if let Some(options) = &head.options_file {
        search.seen.extend(repository.relative(options).ok());
    }
    for path in paths {
        search.path(path)?;
    }
    let RevisionSearch { found, mut notes, links, .. } = search;
    if let Some(first) = links.first() {
        notes.push(InputNote::LinksNotFollowed(links.len(), labelled(revision, first)));
    }
    let (mut input, errors) = read_contents(repository, revision, &found, limits)?;
    notes.append(&mut input.notes);
    input.notes = notes;
    Ok((input, errors))
}

fn labelled(revision: &Revision, path: &Path) -> PathBuf {
    PathBuf::from(format!("{}:{}", revision.name, path.display()))
}

fn read_contents(
    repository: &Repository,
    revision: &Revision,
    found: &[FoundBlob],
    limits: &ReadLimits,
) -> Result<(Input, Vec<InputError>), GitError> {
    let hashes: Vec<String> = found.iter().map(|found| found.hash.clone()).collect();
    let blobs = repository.read_blobs(revision, &hashes, limits.max_file_size.bytes())?;
    let mut input = Input::default();
    let mut errors = Vec::new();
    for (found, blob) in found.iter().zip(blobs) {
        let label = labelled(revision, &found.label);
        let name = label.to_string_lossy().into_owned();
        let Some(bytes) = blob else {
            errors.push(InputError::TooLarge(name, limits.max_file_size));
            continue;
        };
        if bytes.starts_with(b"version https://git-lfs.github.com/spec/") {
            input.notes.push(InputNote::LfsPointer(name));
            continue;
        }
        match decode(name, bytes, limits) {
            Ok(Reading::Text(source)) => {
                input.sources.push(source);
                let origin = FileOrigin::new(label.clone(), &label, false);
                input.provenance.origins.push(SourceOrigin::File(origin));
            }
            Ok(Reading::Skipped(note)) => input.notes.push(note),
            Err(error) => errors.push(error),
        }
    }
    Ok((input, errors))
}

struct RevisionSearch<'a> {
    repository: &'a Repository,
    head: &'a InputOptions,
    entries: &'a [Entry],
    by_path: HashMap<&'a Path, &'a Entry>,
    found: Vec<FoundBlob>,
    /// Files found so far and the options file, by their paths from the top.
    seen: HashSet<PathBuf>,
    notes: Vec<InputNote>,
    links: Vec<PathBuf>,
    revision: &'a Revision,
    /// The ignore files of the new tree, if they are used.
    ignore_files: Option<IgnoreFiles>,
}

impl<'a> RevisionSearch<'a> {
    /// A PATH, by its way from the current directory: a file or directory of the revision, else a pattern.
    fn path(&mut self, path: &Path) -> Result<(), GitError> {
        let path = without_dot(path);
        let inside = self.repository.relative(path)?;
        if self.named(path, &inside, path.parent().unwrap_or(path))? {
            return Ok(());
        }
        let pattern = path.to_str().filter(|text| text.contains(SPECIAL)).and_then(|text| Pattern::new(text).ok());
        let matches = pattern.map(|pattern| self.matches(&pattern, path)).transpose()?.unwrap_or_default();
        if matches.is_empty() {
            self.notes.push(InputNote::NotInRevision(path.to_owned(), self.revision.name.clone()));
        }
        let base = find::literal_start(&path.to_string_lossy());
        for label in matches {
            let inside = self.repository.relative(&label)?;
            self.named(&label, &inside, &base)?;
        }
        Ok(())
    }

    /// The files and directories whose way from the current directory fits a pattern.
    fn matches(&self, pattern: &Pattern, path: &Path) -> Result<Vec<PathBuf>, GitError> {
        let options =
            MatchOptions { case_sensitive: true, require_literal_separator: true, require_literal_leading_dot: true };
        // Only what lies below the part without special characters can fit.
        let start = find::literal_start(&path.to_string_lossy());
        let inside = self.repository.relative(&start)?;
        let below = self.entries.iter().filter_map(|entry| entry.path.strip_prefix(&inside).ok());
        let all: BTreeSet<&Path> =
            below.flat_map(|below| below.ancestors().filter(|above| !above.as_os_str().is_empty())).collect();
        let labels = all.into_iter().map(|below| start.join(below));
        Ok(labels.filter(|label| pattern.matches_path_with(label, options)).collect())
    }

    /// Takes in what stands at a path, if anything does.
    fn named(&mut self, label: &Path, inside: &Path, base: &Path) -> Result<bool, GitError> {
        let relative = label.strip_prefix(base).unwrap_or(label);
        let Some(inside) = self.followed(inside)? else { return Ok(false) };
        if let Some(entry) = self.by_path.get(inside.as_path()).copied() {
            if !self.head.exclude.skips(label, relative) {
                self.file(entry, label.to_owned());
            }
            return Ok(true);
        }
        let is_below = |entry: &&Entry| entry.path.strip_prefix(&inside).is_ok();
        let below: Vec<&Entry> = self.entries.iter().filter(is_below).collect();
        for entry in &below {
            let Ok(way) = entry.path.strip_prefix(&inside) else { continue };
            self.below(entry, label, way);
        }
        Ok(!below.is_empty())
    }

    /// A path behind the symbolic links that a PATH itself may be.
    fn followed(&self, inside: &Path) -> Result<Option<PathBuf>, GitError> {
        let mut path = inside.to_owned();
        for _ in 0..LINKS {
            let Some(entry) = self.by_path.get(path.as_path()).filter(|entry| entry.kind == EntryKind::Link) else {
                return Ok(Some(path));
            };
            let target =
                self.repository.read_blobs(self.revision, std::slice::from_ref(&entry.hash), 1 << 12)?.pop().flatten();
            let target = PathBuf::from(String::from_utf8_lossy(&target.unwrap_or_default()).into_owned());
            path = normalize(&path.parent().unwrap_or(Path::new("")).join(target));
        }
        Ok(None)
    }

    /// A file below a directory: a manifest, nothing in its way hidden or excluded.
    fn below(&mut self, entry: &Entry, directory: &Path, way: &Path) {
        let hidden = way.iter().any(is_hidden);
        let excluded = way
            .ancestors()
            .filter(|above| !above.as_os_str().is_empty())
            .any(|above| self.head.exclude.skips(&directory.join(above), above));
        if hidden || excluded || self.is_ignored(entry, way) {
            return;
        }
        match entry.kind {
            EntryKind::File if is_manifest(way) => self.file(entry, directory.join(way)),
            EntryKind::Link if is_manifest(way) => self.links.push(directory.join(way)),
            EntryKind::Submodule => self.notes.push(InputNote::Submodule(directory.join(way))),
            _ => {}
        }
    }

    /// Returns `true` if the ignore files of the new tree name a file, or a directory between it and its PATH.
    fn is_ignored(&mut self, entry: &Entry, way: &Path) -> bool {
        let Some(files) = &mut self.ignore_files else { return false };
        let path = self.repository.top().join(&entry.path);
        let mut above: Vec<&Path> = path.ancestors().take(way.components().count()).collect();
        above.reverse();
        let mut only_tracked = false;
        for part in above {
            match files.decide(part, part != path, only_tracked) {
                IgnoreVerdict::Read => only_tracked = false,
                IgnoreVerdict::OnlyTracked => only_tracked = true,
                IgnoreVerdict::Ignored => return true,
            }
        }
        false
    }

    fn file(&mut self, entry: &Entry, label: PathBuf) {
        if entry.kind == EntryKind::File && self.seen.insert(entry.path.clone()) {
            self.found.push(FoundBlob { hash: entry.hash.clone(), label });
        } else if entry.kind == EntryKind::Submodule {
            self.notes.push(InputNote::Submodule(label));
        }
    }
}
