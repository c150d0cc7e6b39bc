//! Changed files, replaced in place: each is whole at any moment, the old one or the new one.

use std::collections::BTreeSet;
use std::fs::{self, File, Metadata};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use rollstamp::EditedSource;
use rollstamp::source::Source;
use tempfile::NamedTempFile;

use super::temporary;
use crate::interrupt::{self, HeldPath};

use crate::output::{EditedSources, OutputError};
use crate::threads;

/// Replaces the files whose text changed. Nothing is written when one of them cannot be.
pub fn replace_changed_files(sources: &EditedSources<'_>) -> Result<(), Vec<OutputError>> {
    let mut changed = Vec::new();
    for (id, before, after) in sources.changed() {
        if let Some(origin) = sources.provenance.origins[id].file() {
            changed.push((origin.path.as_path(), before, after));
        }
    }
    let checked = threads::map_parallel(&changed, |&(path, before, after)| FileReplacement::check(path, before, after));
    let mut ready = Vec::new();
    let mut errors = Vec::new();
    let mut directories = BTreeSet::new();
    for result in checked {
        match result {
            Ok(replacement) => {
                directories.insert(directory_of(replacement.path));
                ready.push(replacement);
            }
            Err(error) => errors.push(error),
        }
    }
    for directory in directories {
        temporary::sweep(directory);
        errors.extend(check_writable(directory));
    }
    if !errors.is_empty() {
        return Err(errors);
    }
    write_all(&ready, FileReplacement::write, |replacement| replacement.path)
}

/// Writes files, and names those that were written where others were not.
pub fn write_all<T: Sync>(
    files: &[T],
    write: impl Fn(&T) -> Result<(), OutputError> + Sync,
    path_of: impl Fn(&T) -> &Path,
) -> Result<(), Vec<OutputError>> {
    interrupt::announce_files(files.len());
    let mut results = threads::map_syncing(files, &write);
    for (file, result) in files.iter().zip(&mut results) {
        // Texts that were written at the same time may have held the room that this one needs.
        if matches!(result, Err(OutputError::Unwritable(_, error)) if is_out_of_space(error)) {
            *result = write(file);
        }
    }
    let mut errors = Vec::new();
    let mut written: Vec<PathBuf> = Vec::new();
    for (file, result) in files.iter().zip(results) {
        match result {
            Ok(()) => written.push(path_of(file).to_owned()),
            Err(error) => errors.push(error),
        }
    }
    if errors.is_empty() {
        return Ok(());
    }
    errors.push(OutputError::Partly(written, files.len()));
    Err(errors)
}

fn is_out_of_space(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded)
}

/// A file to be replaced, and its text before and after.
struct FileReplacement<'a> {
    path: &'a Path,
    before: &'a Source,
    after: &'a EditedSource<'a>,
    metadata: Metadata,
}

impl<'a> FileReplacement<'a> {
    /// Checks that a file may be replaced: it is a regular file with one name, not a link to one, still what was read,
    /// and can keep its owner.
    fn check(
        path: &'a Path,
        before: &'a Source,
        after: &'a EditedSource<'a>,
    ) -> Result<FileReplacement<'a>, OutputError> {
        let metadata = fs::symlink_metadata(path).map_err(OutputError::unwritable(path))?;
        if metadata.is_symlink() {
            let target = fs::canonicalize(path).map_err(OutputError::unwritable(path))?;
            return Err(OutputError::Link(path.to_owned(), target));
        }
        if !metadata.is_file() {
            return Err(OutputError::NoFile(path.to_owned()));
        }
        let names = count_names(&metadata);
        if names > 1 {
            return Err(OutputError::HardLinks(path.to_owned(), names));
        }
        if !may_keep_owner(&metadata) {
            return Err(OutputError::Owner(path.to_owned()));
        }
        let replacement = FileReplacement { path, before, after, metadata };
        replacement.read_unchanged()?;
        Ok(replacement)
    }

    /// Reads the file, and checks that it has the text that was read before.
    fn read_unchanged(&self) -> Result<Vec<u8>, OutputError> {
        let bytes = fs::read(self.path).map_err(OutputError::unwritable(self.path))?;
        if self.before.came_as(&bytes) { Ok(bytes) } else { Err(OutputError::Changed(self.path.to_owned())) }
    }

    /// The source with its edits, and with its text. The run does not end here if that is another one by now: other files
    /// may have been written.
    fn edited(&self) -> Result<EditedSource<'a>, OutputError> {
        if !self.before.is_released() {
            return Ok(self.after.clone());
        }
        match String::from_utf8(self.read_unchanged()?) {
            Ok(text) => Ok(self.after.with_text_before(text)),
            Err(_) => Err(OutputError::Changed(self.path.to_owned())),
        }
    }

    /// Writes the new file and moves it to its place, unless somebody has changed the old one meanwhile.
    fn write(&self) -> Result<(), OutputError> {
        let unwritable = || OutputError::unwritable(self.path);
        let edited = self.edited()?;
        let written = write_temporary(self.path, edited.text().as_bytes(), &self.metadata).map_err(unwritable())?;
        if !written.keeps_owner {
            return Err(OutputError::Owner(self.path.to_owned()));
        }
        let now = fs::symlink_metadata(self.path).map_err(unwritable())?;
        if !now.is_file() || now.permissions() != self.metadata.permissions() {
            return Err(OutputError::Changed(self.path.to_owned()));
        }
        self.read_unchanged()?;
        written.move_to(self.path).map_err(unwritable())
    }
}

/// Writes a file next to its place, with the permissions of another, and moves it there in one step. A link in that
/// place is replaced, not followed.
pub fn replace_file(path: &Path, bytes: &[u8], like: &Metadata) -> io::Result<()> {
    write_temporary(path, bytes, like)?.move_to(path)
}

/// A file that is complete but for its name.
struct WrittenFile {
    file: NamedTempFile,
    /// Set if it has the owner and the group of the file that it is like.
    keeps_owner: bool,
    _held: HeldPath,
}

/// Writes a file next to its place. Its text is on the disk before it gets its name, so that after a power failure there
/// is the old text or the new one. Which of them is not worth a wait for the disk in each directory: a second run writes
/// what is missing.
fn write_temporary(path: &Path, bytes: &[u8], like: &Metadata) -> io::Result<WrittenFile> {
    // Until it has the permissions of the other, nobody else may read it: it may hold Secrets.
    let (mut file, held) = create_temporary(directory_of(path))?;
    file.write_all(bytes)?;
    let keeps_owner = keep_owner(file.as_file(), like)?;
    file.as_file().set_permissions(like.permissions())?;
    file.as_file().sync_all()?;
    Ok(WrittenFile { file, keeps_owner, _held: held })
}

impl WrittenFile {
    fn move_to(self, path: &Path) -> io::Result<()> {
        interrupt::commit_file(|| match self.file.persist(path) {
            Ok(_) => Ok(()),
            Err(error) => Err(error.error),
        })
    }
}

/// Gives a file the owner and the group of another, and returns `false` if it does not have both then. A file that root
/// replaces stays its owner's. Others cannot give files away, and need not: they own them.
#[cfg(unix)]
fn keep_owner(new: &File, like: &Metadata) -> io::Result<bool> {
    use std::os::unix::fs::{MetadataExt, fchown};
    let owner = (like.uid(), like.gid());
    let is_owned = |metadata: Metadata| (metadata.uid(), metadata.gid()) == owner;
    if is_owned(new.metadata()?) || fchown(new, Some(owner.0), Some(owner.1)).is_ok() {
        return Ok(true);
    }
    let _ = fchown(new, None, Some(owner.1));
    Ok(is_owned(new.metadata()?))
}

#[cfg(not(unix))]
fn keep_owner(_: &File, _: &Metadata) -> io::Result<bool> {
    Ok(true)
}

/// Returns `false` if only root could leave a file to its owner.
#[cfg(unix)]
fn may_keep_owner(metadata: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    let user = rustix::process::geteuid();
    user.is_root() || metadata.uid() == user.as_raw()
}

#[cfg(not(unix))]
fn may_keep_owner(_: &Metadata) -> bool {
    true
}

/// Returns the number of names (hard links) of a file.
#[cfg(unix)]
fn count_names(metadata: &Metadata) -> u64 {
    use std::os::unix::fs::MetadataExt;
    metadata.nlink()
}

#[cfg(not(unix))]
fn count_names(_: &Metadata) -> u64 {
    1
}

/// Returns an error if no file may be made in a directory, which is better known before the first file is replaced.
#[cfg(unix)]
fn check_writable(directory: &Path) -> Option<OutputError> {
    use rustix::fs::{Access, AtFlags, CWD, accessat};
    use rustix::io::Errno;
    match accessat(CWD, directory, Access::WRITE_OK | Access::EXEC_OK, AtFlags::EACCESS) {
        // Where it cannot be known, the temporary file shows it.
        Ok(()) | Err(Errno::NOSYS | Errno::INVAL) => None,
        Err(error) => Some(OutputError::NoNewFiles(directory.to_owned(), error.into())),
    }
}

#[cfg(not(unix))]
fn check_writable(_: &Path) -> Option<OutputError> {
    None
}

/// A file that only we can read, and that goes away unless it is moved somewhere.
fn create_temporary(directory: &Path) -> io::Result<(NamedTempFile, HeldPath)> {
    let name = temporary::choose_name();
    let create = || tempfile::Builder::new().prefix(&name).rand_bytes(0).tempfile_in(directory);
    // The name of the temporary file would only confuse.
    HeldPath::create(create).map_err(|error| io::Error::from(error.kind()))
}

/// Returns the directory that a file is in.
pub fn directory_of(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn file_that_changes_before_it_is_replaced_stays() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("app.yaml");
        fs::write(&path, "old").unwrap();
        let (old, new) = (Source::new("app.yaml", "old"), Source::new("app.yaml", "new").into());
        let replacement = FileReplacement::check(&path, &old, &new).unwrap();
        fs::write(&path, "edited meanwhile").unwrap();
        assert!(matches!(replacement.write(), Err(OutputError::Changed(_))));
        assert_eq!(fs::read_to_string(&path).unwrap(), "edited meanwhile");
        fs::remove_file(&path).unwrap();
        assert!(matches!(replacement.write(), Err(OutputError::Unwritable(..))));
        fs::create_dir(&path).unwrap();
        assert!(matches!(replacement.write(), Err(OutputError::Changed(_))));
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1, "a temporary file stays");
    }

    #[cfg(unix)]
    #[test]
    fn link_that_takes_the_place_of_a_file_stays() {
        let dir = tempfile::tempdir().unwrap();
        let (path, other) = (dir.path().join("app.yaml"), dir.path().join("other"));
        fs::write(&path, "old").unwrap();
        fs::write(&other, "old").unwrap();
        let (old, new) = (Source::new("app.yaml", "old"), Source::new("app.yaml", "new").into());
        let replacement = FileReplacement::check(&path, &old, &new).unwrap();
        fs::remove_file(&path).unwrap();
        std::os::unix::fs::symlink(&other, &path).unwrap();
        assert!(matches!(replacement.write(), Err(OutputError::Changed(_))));
        assert!(path.is_symlink() && fs::read_to_string(&other).unwrap() == "old");
    }
}
