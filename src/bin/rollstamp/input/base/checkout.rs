//! A revision as files, for a renderer that reads them: in a directory of its own, which goes away afterwards.

use std::path::PathBuf;

use crate::git::{GitError, Repository, Revision};
use crate::interrupt::HeldPath;

/// The files of a revision.
pub struct Checkout {
    /// The counterpart of the current directory in it.
    pub here: PathBuf,
    /// The directory goes away with it.
    _directory: tempfile::TempDir,
    _held: HeldPath,
}

impl Checkout {
    /// Writes the files of a revision as git writes them into a work tree, with its filters. The work tree and the
    /// index of the repository are not touched: git is given an index of its own.
    pub fn of(repository: &Repository, revision: &Revision) -> Result<Checkout, GitError> {
        let (directory, held) = HeldPath::create(tempfile::tempdir).map_err(GitError::NoPlace)?;
        let (index, tree) = (directory.path().join("index"), directory.path().join("tree"));
        std::fs::create_dir(&tree).map_err(GitError::NoPlace)?;
        repository.check_out(revision, &index, &tree)?;
        let here = tree.join(repository.relative("".as_ref())?);
        if !here.is_dir() {
            return Err(GitError::NoDirectory(revision.name.clone()));
        }
        Ok(Checkout { here, _directory: directory, _held: held })
    }
}
