//! The work tree as it stands: the files that git tracks, and others that it does not ignore; without git all files.

use std::fs;
use std::path::{Path, PathBuf};

use rollstamp::repository::{IndexedContent, RepositoryFile};

use crate::environment::text_variable;
use crate::exit::Failure;
use crate::files;
use crate::git::{self, GitError, Repository};
use crate::threads;

/// A larger file declares nothing.
pub const MAX_FILE_SIZE: u64 = 4 << 20;

/// The most directories below each other.
const MAX_DEPTH: usize = 128;

/// A repository: its files, and what git knows of it.
pub struct WorkTree {
    /// The root.
    pub root: PathBuf,
    /// Its files.
    pub files: Vec<RepositoryFile>,
    /// Its addresses.
    pub urls: Vec<String>,
    /// Its tags.
    pub tags: Vec<String>,
    /// The branches that it may be on: its own, and those that it is to be merged into.
    pub branches: Vec<String>,
    /// The commit of HEAD.
    pub commit: Option<String>,
}

/// Reads the repository that holds a path; a directory outside of any is one by itself.
pub fn read_work_tree(path: &Path) -> Result<WorkTree, Failure> {
    if !path.exists() {
        return Err(Failure::because(format!("{}: no such file or directory", path.display())));
    }
    let failed = |error: GitError| Failure::because(format!("cannot list the repository: {error}"));
    if git::find_top(path).is_none() {
        let root = if path.is_dir() { path.to_owned() } else { path.parent().map_or(".".into(), Path::to_owned) };
        let files = read_all(&root, list_directory(&root));
        return Ok(WorkTree { root, files, urls: Vec::new(), tags: Vec::new(), branches: Vec::new(), commit: None });
    }
    let repository = Repository::open(&[path.to_owned()]).map_err(failed)?;
    let root = repository.top().to_owned();
    let files = read_all(&root, repository.list_work_tree().map_err(failed)?);
    let mut urls = repository.list_remotes().map_err(failed)?;
    // In CI the remote may be a mirror.
    for variable in ["GITHUB_REPOSITORY", "CI_PROJECT_PATH"] {
        urls.extend(text_variable(variable));
    }
    let tags = repository.list_tags().map_err(failed)?;
    let mut branches = repository.list_branches().map_err(failed)?;
    for variable in ["GITHUB_REF_NAME", "GITHUB_BASE_REF", "CI_COMMIT_BRANCH", "CI_MERGE_REQUEST_TARGET_BRANCH_NAME"] {
        branches.extend(text_variable(variable));
    }
    let commit = repository.find_revision("HEAD").ok().map(|revision| revision.commit);
    Ok(WorkTree { root, files, urls, tags, branches, commit })
}

fn read_all(root: &Path, paths: Vec<PathBuf>) -> Vec<RepositoryFile> {
    let read = threads::map_parallel(&paths, |path| read_one(root, path));
    read.into_iter().flatten().collect()
}

fn read_one(root: &Path, relative: &Path) -> Option<RepositoryFile> {
    let name = path_text(relative)?;
    let whole = root.join(relative);
    // A deleted file is still in the index.
    let metadata = fs::symlink_metadata(&whole).ok()?;
    let content = if metadata.is_symlink() {
        IndexedContent::Link(path_text(&fs::read_link(&whole).ok()?)?)
    } else if !metadata.is_file() {
        return None;
    } else if may_matter(&name) {
        files::read_text(&whole, MAX_FILE_SIZE).map_or(IndexedContent::Unread, IndexedContent::Text)
    } else {
        IndexedContent::Unread
    };
    Some(RepositoryFile { path: name, content })
}

/// A path with `/`, if it is text.
pub fn path_text(path: &Path) -> Option<String> {
    let text = path.to_str()?;
    Some(if cfg!(windows) { text.replace('\\', "/") } else { text.to_owned() })
}

/// Returns `true` for the names of files whose text discovery reads.
pub fn may_matter(name: &str) -> bool {
    [".yaml", ".yml", ".json"].iter().any(|extension| name.ends_with(extension))
        || name.rsplit('/').next() == Some("Kustomization")
}

/// Lists the files below a directory, hidden ones too, but for repositories of git.
fn list_directory(root: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![(PathBuf::new(), 0)];
    while let Some((directory, depth)) = open.pop() {
        let Ok(entries) = fs::read_dir(root.join(&directory)) else { continue };
        for entry in entries.flatten() {
            let path = directory.join(entry.file_name());
            let is_directory = entry.file_type().is_ok_and(|kind| kind.is_dir());
            if !is_directory {
                found.push(path);
            } else if entry.file_name() != ".git" && depth < MAX_DEPTH {
                open.push((path, depth + 1));
            }
        }
    }
    found.sort_unstable();
    found
}
