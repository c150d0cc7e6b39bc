//! Every input file, changed or not, at its relative path below an output directory.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::ErrorKind;
use std::path::{Component, Path, PathBuf};

use crate::input::{Exclude, FileOrigin, Provenance, SourceOrigin, or_dot};
use crate::output::replace::{directory_of, replace_file, sync_directories};
use crate::output::{EditedSources, OutputError};
use crate::threads;

/// Writes the tree. Nothing is written when two files collide or an input file would be overwritten.
pub fn write_tree(dir: &Path, sources: &EditedSources<'_>, exclude: &Exclude) -> Result<(), Vec<OutputError>> {
    let files = plan_files(dir, sources);
    let errors = find_obstacles(dir, &files, sources.provenance, exclude);
    if !errors.is_empty() {
        return Err(errors);
    }
    fs::create_dir_all(dir).map_err(|error| vec![OutputError::Unwritable(dir.to_owned(), error)])?;
    let below: BTreeSet<&Path> = files.iter().filter_map(|file| file.origin.relative.parent()).collect();
    let errors: Vec<OutputError> = below.iter().filter_map(|below| make_directories(dir, below).err()).collect();
    if !errors.is_empty() {
        return Err(errors);
    }
    let written = threads::map_parallel(&files, PlannedFile::write);
    let errors: Vec<OutputError> = written.into_iter().filter_map(Result::err).collect();
    sync_directories(files.iter().map(|file| directory_of(&file.target)).collect::<BTreeSet<_>>());
    if errors.is_empty() { Ok(()) } else { Err(errors) }
}

/// A file to be written.
struct PlannedFile<'a> {
    origin: &'a FileOrigin,
    target: PathBuf,
    content: FileContent<'a>,
}

enum FileContent<'a> {
    Text(&'a str),
    /// The bytes of the input file: what could not be read as text is copied, so that no file is missing.
    Copy,
}

fn plan_files<'a>(dir: &Path, sources: &'a EditedSources<'_>) -> Vec<PlannedFile<'a>> {
    let origins = sources.provenance.origins.iter().filter_map(SourceOrigin::file);
    let texts = origins.zip(sources.after).map(|(origin, source)| (origin, FileContent::Text(source.text())));
    let skipped = sources.provenance.skipped.iter().map(|origin| (origin, FileContent::Copy));
    let plan =
        |(origin, content): (&'a FileOrigin, _)| PlannedFile { origin, target: dir.join(&origin.relative), content };
    texts.chain(skipped).map(plan).collect()
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
    let inputs: BTreeSet<PathBuf> = files.iter().filter_map(|file| fs::canonicalize(&file.origin.path).ok()).collect();
    let mut taken: BTreeMap<&Path, &Path> = BTreeMap::new();
    for PlannedFile { origin, target, .. } in files {
        let inside = origin.relative.components().all(|part| matches!(part, Component::Normal(_)));
        if !inside {
            errors.push(OutputError::Outside(origin.relative.clone()));
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
    provenance.roots.iter().find_map(|root| {
        let below = dir_real.strip_prefix(real_path(root)).ok()?;
        let is_skipped = below.ancestors().filter(|path| !path.as_os_str().is_empty()).any(|path| {
            let is_hidden = path.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b"."));
            is_hidden || exclude.skips(&root.join(path), path)
        });
        (!is_skipped).then(|| OutputError::InsideInput(dir.to_owned(), root.clone()))
    })
}

/// Returns the real path of a directory that may not exist yet.
fn real_path(path: &Path) -> PathBuf {
    let path = or_dot(path);
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let there = path.ancestors().find_map(|part| Some((part, fs::canonicalize(part).ok()?)));
    match there {
        Some((part, real)) => path.strip_prefix(part).map_or(real.clone(), |rest| real.join(rest)),
        None => path,
    }
}

impl PlannedFile<'_> {
    fn write(&self) -> Result<(), OutputError> {
        let from = &self.origin.path;
        let written = fs::metadata(from).and_then(|like| match self.content {
            FileContent::Text(text) => replace_file(&self.target, text.as_bytes(), &like),
            FileContent::Copy => replace_file(&self.target, &fs::read(from)?, &like),
        });
        written.map_err(|error| OutputError::Unwritable(self.target.clone(), error))
    }
}

/// Makes the directories below the output directory, and follows no link there: it would lead out of it.
fn make_directories(dir: &Path, below: &Path) -> Result<(), OutputError> {
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
