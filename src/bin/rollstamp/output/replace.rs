//! Changed files, replaced in place: each is whole at any moment, the old one or the new one.

use std::collections::BTreeSet;
use std::fs::{self, File, Metadata};
use std::io::{self, Write};
use std::path::Path;

use tempfile::NamedTempFile;

use super::temporary;
use crate::interrupt::HeldPath;

use crate::output::{EditedSources, OutputError};
use crate::threads;

/// Replaces the files whose text changed. Nothing is written when one of them cannot be.
pub fn replace_changed_files(sources: &EditedSources<'_>) -> Result<(), Vec<OutputError>> {
    let mut ready = Vec::new();
    let mut errors = Vec::new();
    for (id, before, after) in sources.changed() {
        let Some(origin) = sources.provenance.origins[id].file() else { continue };
        match check_replaceable(&origin.path, before.text()) {
            Ok(metadata) => ready.push((&origin.path, metadata, after.text())),
            Err(error) => errors.push(error),
        }
    }
    let mut directories = BTreeSet::new();
    for (path, ..) in &ready {
        directories.insert(directory_of(path));
    }
    for directory in &directories {
        temporary::sweep(directory);
        errors.extend(check_writable(directory));
    }
    if !errors.is_empty() {
        return Err(errors);
    }
    let replaced = threads::map_parallel(&ready, |(path, metadata, text)| {
        replace_file(path, text.as_bytes(), metadata).map_err(OutputError::unwritable(path))
    });
    errors.extend(replaced.into_iter().filter_map(Result::err));
    if !errors.is_empty() {
        errors.push(OutputError::Partly(ready.len() - errors.len(), ready.len()));
    }
    sync_directories(directories);
    if errors.is_empty() { Ok(()) } else { Err(errors) }
}

/// Checks that a file may be replaced: it is a regular file, not a link to one, and still what was read.
fn check_replaceable(path: &Path, before: &str) -> Result<Metadata, OutputError> {
    let metadata = fs::symlink_metadata(path).map_err(OutputError::unwritable(path))?;
    if metadata.is_symlink() {
        let target = fs::canonicalize(path).map_err(OutputError::unwritable(path))?;
        return Err(OutputError::Link(path.to_owned(), target));
    }
    if !metadata.is_file() {
        return Err(OutputError::NoFile(path.to_owned()));
    }
    if fs::read(path).map_err(OutputError::unwritable(path))? != before.as_bytes() {
        return Err(OutputError::Changed(path.to_owned()));
    }
    Ok(metadata)
}

/// Writes a file next to its place, with the permissions of another, and moves it there in one step. A link in that
/// place is replaced, not followed.
pub fn replace_file(path: &Path, bytes: &[u8], like: &Metadata) -> io::Result<()> {
    // Until it has the permissions of the other, nobody else may read it: it may hold Secrets.
    let (mut new, _held) = create_temporary(directory_of(path))?;
    new.write_all(bytes)?;
    keep_owner(new.as_file(), like);
    new.as_file().set_permissions(like.permissions())?;
    new.as_file().sync_all()?;
    match new.persist(path) {
        Ok(_) => Ok(()),
        Err(error) => Err(error.error),
    }
}

/// A file that root replaces stays its owner's. Others cannot give files away, and need not: they own them.
#[cfg(unix)]
fn keep_owner(new: &File, like: &Metadata) {
    use std::os::unix::fs::{MetadataExt, fchown};
    let _ = fchown(new, Some(like.uid()), Some(like.gid()));
}

#[cfg(not(unix))]
fn keep_owner(_: &File, _: &Metadata) {}

/// Returns an error if no file can be made in a directory, which is better known before the first file is replaced.
fn check_writable(directory: &Path) -> Option<OutputError> {
    let error = create_temporary(directory).err()?;
    Some(OutputError::NoNewFiles(directory.to_owned(), error))
}

/// A file that only we can read, and that goes away unless it is moved somewhere.
fn create_temporary(directory: &Path) -> io::Result<(NamedTempFile, HeldPath)> {
    let name = temporary::choose_name();
    let held = HeldPath::new(&directory.join(&name));
    match tempfile::Builder::new().prefix(&name).rand_bytes(0).tempfile_in(directory) {
        Ok(file) => Ok((file, held)),
        // The name of the temporary file would only confuse.
        Err(error) => Err(io::Error::from(error.kind())),
    }
}

/// Makes moves last over a power failure, where the system can; each file is whole without that, too.
pub fn sync_directories<'a>(directories: impl IntoIterator<Item = &'a Path>) {
    for directory in directories {
        if let Ok(directory) = File::open(directory) {
            let _ = directory.sync_all();
        }
    }
}

/// Returns the directory that a file is in.
pub fn directory_of(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}
