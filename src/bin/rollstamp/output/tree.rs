//! Every input file, changed or not, at its relative path below an output directory.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Component, Path, PathBuf};

use rollstamp::EditedSource;

use crate::input::{Exclude, FileOrigin, Provenance, SourceOrigin, is_hidden};
use crate::output::replace::{directory_of, replace_file, write_all};
use crate::output::{EditedSources, OutputError, temporary};
use crate::paths::or_dot;

/// Writes the tree. Nothing is written when two files collide or an input file would be overwritten.
pub fn write_tree(dir: &Path, sources: &EditedSources<'_>, exclude: &Exclude) -> Result<(), Vec<OutputError>> {
    let files = plan_files(dir, sources);
    let errors = find_obstacles(dir, &files, sources.provenance, exclude);
    if !errors.is_empty() {
        return Err(errors);
    }
    if let Err(error) = fs::create_dir_all(dir) {
        return Err(vec![OutputError::Unwritable(dir.to_owned(), error)]);
    }
    let mut below = BTreeSet::new();
    let mut targets = BTreeSet::new();
    for file in &files {
        below.extend(file.origin.relative().parent());
        targets.insert(directory_of(&file.target));
    }
    let mut errors = Vec::new();
    for below in below {
        errors.extend(make_directories(dir, below).err());
    }
    if !errors.is_empty() {
        return Err(errors);
    }
    for directory in targets {
        temporary::sweep(directory);
    }
    write_all(&files, PlannedFile::write, |file| &file.target)
}

/// A file to be written.
struct PlannedFile<'a> {
    origin: &'a FileOrigin,
    target: PathBuf,
    content: FileContent<'a>,
}

enum FileContent<'a> {
    Text(&'a EditedSource<'a>),
    /// The bytes of the input file: what could not be read as text is copied, so that no file is missing.
    Copy,
}

fn plan_files<'a>(dir: &Path, sources: &'a EditedSources<'_>) -> Vec<PlannedFile<'a>> {
    let mut files = Vec::new();
    let origins = sources.provenance.origins.iter().filter_map(SourceOrigin::file);
    for (origin, source) in origins.zip(sources.after) {
        let content = FileContent::Text(source);
        files.push(PlannedFile { origin, target: dir.join(origin.relative()), content });
    }
    for origin in &sources.provenance.skipped {
        files.push(PlannedFile { origin, target: dir.join(origin.relative()), content: FileContent::Copy });
    }
    files
}

/// Finds everything that keeps these files from being written, in their order.
fn find_obstacles(
    dir: &Path,
    files: &[PlannedFile<'_>],
    provenance: &Provenance,
    exclude: &Exclude,
) -> Vec<OutputError> {
    if let Some(error) = check_outside_input(dir, provenance, exclude) {
        return vec![error];
    }
    let mut errors = Vec::new();
    let mut inputs = BTreeSet::new();
    for file in files {
        inputs.extend(fs::canonicalize(&file.origin.path));
    }
    let mut taken: BTreeMap<&Path, &Path> = BTreeMap::new();
    for PlannedFile { origin, target, .. } in files {
        let inside = origin.relative().components().all(|part| matches!(part, Component::Normal(_)));
        if !inside {
            errors.push(OutputError::Outside(origin.relative().to_owned()));
        } else if let Some(first) = taken.insert(target, &origin.path) {
            errors.push(OutputError::Collision(first.to_owned(), origin.path.clone(), target.clone()));
        } else if fs::canonicalize(target).is_ok_and(|real| inputs.contains(&real)) {
            errors.push(OutputError::OverInput(target.clone()));
        }
    }
    errors
}

/// An output directory inside an input directory would be input of the next run, unless it is hidden or excluded.
fn check_outside_input(dir: &Path, provenance: &Provenance, exclude: &Exclude) -> Option<OutputError> {
    let dir_real = real_path(dir);
    for root in &provenance.roots {
        if let Ok(below) = dir_real.strip_prefix(real_path(root))
            && !below.ancestors().any(|part| is_skipped(root, part, exclude))
        {
            return Some(OutputError::InsideInput(dir.to_owned(), root.clone()));
        }
    }
    None
}

/// Returns `true` if a directory below an input directory is not read as input.
fn is_skipped(root: &Path, below: &Path, exclude: &Exclude) -> bool {
    let Some(name) = below.file_name() else { return false };
    is_hidden(name) || exclude.skips(&root.join(below), below)
}

/// Returns the real path of a directory that may not exist yet.
fn real_path(path: &Path) -> PathBuf {
    let path = or_dot(path);
    let path = std::path::absolute(path).unwrap_or(path.to_owned());
    for existing in path.ancestors() {
        if let (Ok(real), Ok(rest)) = (fs::canonicalize(existing), path.strip_prefix(existing)) {
            return if rest.as_os_str().is_empty() { real } else { real.join(rest) };
        }
    }
    path
}

impl PlannedFile<'_> {
    fn write(&self) -> Result<(), OutputError> {
        self.try_write().map_err(OutputError::unwritable(&self.target))
    }

    fn try_write(&self) -> io::Result<()> {
        let from = &self.origin.path;
        let like = fs::metadata(from)?;
        match self.content {
            FileContent::Text(source) => replace_file(&self.target, source.held().text().as_bytes(), &like),
            FileContent::Copy => replace_file(&self.target, &fs::read(from)?, &like),
        }
    }
}

/// Makes the directories below the output directory, and follows no link there: it would lead out of it.
pub fn make_directories(dir: &Path, below: &Path) -> Result<(), OutputError> {
    let mut path = dir.to_owned();
    for part in below {
        path.push(part);
        match fs::create_dir(&path) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists && path.is_symlink() => {
                let target = fs::canonicalize(&path).unwrap_or_default();
                return Err(OutputError::Link(path, target));
            }
            Err(error) if error.kind() != ErrorKind::AlreadyExists || !path.is_dir() => {
                return Err(OutputError::Unwritable(path, error));
            }
            _ => {}
        }
    }
    Ok(())
}
