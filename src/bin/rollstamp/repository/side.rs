//! One side of a comparison of repositories: its files, wherever they are, and the applications that were found in them.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};

use rollstamp::repository::{
    Discovery, DiscoveryOptions, IndexedContent, RenderedParents, RepositoryFile, RepositoryIndex, discover,
    discover_with,
};

use super::work_tree::{MAX_FILE_SIZE, WorkTree, may_matter, path_text};
use crate::files;
use crate::git::{Entry, EntryKind, GitError, Repository, Revision};

/// No file that a renderer reads is larger.
const MAX_INPUT_SIZE: u64 = 64 << 20;

/// A side.
pub struct RepositorySide {
    /// The files by path, with the documents that declare applications.
    pub index: RepositoryIndex,
    /// The applications.
    pub discovery: Discovery,
    /// The name of the revision; none for the work tree.
    pub revision: Option<String>,
    store: FileStore,
}

/// The place of files that are not in the index.
enum FileStore {
    WorkTree(PathBuf),
    Revision { repository: Repository, revision: Revision, hashes: HashMap<String, String> },
}

impl RepositorySide {
    /// The work tree.
    pub fn of_work_tree(
        root: &Path,
        files: Vec<RepositoryFile>,
        options: &DiscoveryOptions,
        fetches: bool,
    ) -> RepositorySide {
        let index = RepositoryIndex::new(files).with_fetching(fetches);
        let discovery = discover(&index, options);
        RepositorySide { index, discovery, revision: None, store: FileStore::WorkTree(root.to_owned()) }
    }

    /// A revision. What did not change since is taken from the work tree, and so are renderings of parents.
    pub fn of_revision(
        repository: Repository,
        revision: Revision,
        head: &RepositorySide,
        (options, known): (&DiscoveryOptions, &mut RenderedParents),
    ) -> Result<(RepositorySide, BTreeSet<String>), GitError> {
        let mut changed = BTreeSet::new();
        for path in repository.list_changed(&revision)? {
            changed.extend(path_text(&path));
        }
        let entries = repository.list_entries(&revision)?;
        let mut hashes = HashMap::new();
        let mut files: BTreeMap<String, Option<IndexedContent>> = BTreeMap::new();
        let mut unread: Vec<(String, &Entry)> = Vec::new();
        for entry in &entries {
            let Some(path) = path_text(&entry.path) else { continue };
            if entry.kind == EntryKind::Submodule {
                continue;
            }
            let known = head.index.content(&path).filter(|_| !changed.contains(&path)).cloned();
            if known.is_none() && entry.kind == EntryKind::File && !may_matter(&path) {
                files.insert(path.clone(), Some(IndexedContent::Unread));
            } else {
                if known.is_none() {
                    unread.push((path.clone(), entry));
                }
                files.insert(path.clone(), known);
            }
            hashes.insert(path, entry.hash.clone());
        }
        let unread_hashes: Vec<String> = unread.iter().map(|(_, entry)| entry.hash.clone()).collect();
        let blobs = repository.read_blobs(&revision, &unread_hashes, MAX_FILE_SIZE)?;
        for ((path, entry), blob) in unread.into_iter().zip(blobs) {
            let text = blob.and_then(|bytes| files::decode(bytes).ok());
            let content = match (entry.kind, text) {
                (EntryKind::Link, Some(target)) => IndexedContent::Link(target),
                (_, Some(text)) => IndexedContent::Text(text),
                (_, None) => IndexedContent::Unread,
            };
            files.insert(path, Some(content));
        }
        let mut read = Vec::new();
        for (path, content) in files {
            read.extend(content.map(|content| RepositoryFile { path, content }));
        }
        let index = RepositoryIndex::new(read).with_fetching(head.index.is_fetching());
        let changed = list_changes(&index, &head.index, changed);
        known.keep_unchanged(&changed);
        let discovery = discover_with(&index, options, known);
        let name = Some(revision.name.clone());
        let store = FileStore::Revision { repository, revision, hashes };
        Ok((RepositorySide { index, discovery, revision: name, store }, changed))
    }

    /// The bytes of files, by their paths; nothing for one that cannot be read.
    pub fn read_files(&self, paths: &BTreeSet<&str>) -> Result<BTreeMap<String, Vec<u8>>, GitError> {
        let mut found = BTreeMap::new();
        let mut unread = Vec::new();
        for &path in paths {
            match self.index.content(path) {
                Some(IndexedContent::Text(text)) => drop(found.insert(path.to_owned(), text.clone().into_bytes())),
                Some(IndexedContent::Unread) => unread.push(path),
                Some(IndexedContent::Link(_)) | None => {}
            }
        }
        match &self.store {
            FileStore::WorkTree(root) => {
                for path in unread {
                    if let Ok(bytes) = read_below(root, path) {
                        found.insert(path.to_owned(), bytes);
                    }
                }
            }
            FileStore::Revision { repository, revision, hashes } => {
                unread.retain(|path| hashes.contains_key(*path));
                let unread_hashes: Vec<String> = unread.iter().map(|path| hashes[*path].clone()).collect();
                let blobs = repository.read_blobs(revision, &unread_hashes, MAX_INPUT_SIZE)?;
                for (path, blob) in unread.into_iter().zip(blobs) {
                    found.extend(blob.map(|bytes| (path.to_owned(), bytes)));
                }
            }
        }
        Ok(found)
    }

    /// The label of a file, or of what an application renders to.
    pub fn label(&self, name: &str) -> String {
        match &self.revision {
            Some(revision) => format!("{revision}:{name}"),
            None => name.to_owned(),
        }
    }
}

/// Reads a file of the work tree that is no link, in a directory that is none either since the tree was listed.
fn read_below(root: &Path, path: &str) -> std::io::Result<Vec<u8>> {
    let whole = root.join(path);
    if files::real_path(&whole) != files::real_path(root).join(path) {
        return Err(std::io::Error::other("behind a link"));
    }
    files::read(&whole, MAX_INPUT_SIZE)
}

/// The paths whose files differ: those that git lists, but for equal texts, and those on one side only.
fn list_changes(base: &RepositoryIndex, head: &RepositoryIndex, listed: BTreeSet<String>) -> BTreeSet<String> {
    let mut changed = BTreeSet::new();
    for path in listed {
        let (before, after) = (base.content(&path), head.content(&path));
        let is_equal = before == after && !matches!(before, Some(IndexedContent::Unread));
        if !is_equal {
            changed.insert(path);
        }
    }
    for (one, other) in [(base, head), (head, base)] {
        for path in one.file_paths() {
            if other.content(path).is_none() {
                changed.insert(path.to_owned());
            }
        }
    }
    changed
}

/// Makes the side of the work tree from what was read.
pub fn side_of(tree: WorkTree, options: DiscoveryOptions, fetches: bool) -> (RepositorySide, DiscoveryOptions) {
    let WorkTree { root, files, urls, tags, branches, commit } = tree;
    let urls = [options.urls.clone(), urls].concat();
    let options = options.urls(urls).tags(tags).branches(branches).commit(commit);
    (RepositorySide::of_work_tree(&root, files, &options, fetches), options)
}
