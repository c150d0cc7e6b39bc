//! The files of a repository, by path, with the documents that declare applications.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use super::kustomization::{self, KustomizationFile, is_fetchable};
use super::manifest::{self, Manifest};
use super::path;
use super::value_source::{collect_source_names, read_value_sources};
use crate::source::FileLine;

/// The content of a file, as far as it is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum IndexedContent {
    /// A text.
    Text(String),
    /// A file whose content does not matter or cannot be read.
    Unread,
    /// A symbolic link with its target.
    Link(String),
}

/// A file of a repository.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RepositoryFile {
    /// The path from the root of the repository, with `/`.
    pub path: String,
    /// The content.
    pub content: IndexedContent,
}

/// The files of a repository and the objects in them that declare applications.
pub struct RepositoryIndex {
    files: BTreeMap<String, IndexedContent>,
    directories: BTreeMap<String, DirectoryEntries>,
    manifests: BTreeMap<String, Vec<Manifest>>,
    kustomizations: BTreeMap<String, KustomizationFile>,
    /// Files that seem to declare applications and cannot be read.
    pub(super) unreadable: Vec<FileLine>,
    /// Names of ConfigMaps and Secrets that Helm releases take values from.
    pub(super) value_sources: BTreeSet<String>,
    /// Set if what is elsewhere may be fetched.
    pub(super) fetches: bool,
    /// Set if all manifests are among examples or tests, so that these are what is deployed.
    deploys_examples: bool,
}

/// The names that stand directly in a directory, as whole paths.
#[derive(Default)]
pub(super) struct DirectoryEntries {
    pub(super) files: BTreeSet<String>,
    pub(super) directories: BTreeSet<String>,
}

/// The file beside rendered manifests of applications: what lies below its directory is output, not input.
pub const OUTPUT_LIST: &str = ".rollstamp-apps.json";

/// The limit of links that are followed for one path, as Linux has it.
const MAX_LINKS: usize = 40;

impl RepositoryIndex {
    /// Reads the documents that matter.
    pub fn new(files: Vec<RepositoryFile>) -> RepositoryIndex {
        let mut by_path = BTreeMap::new();
        let mut directories: BTreeMap<String, DirectoryEntries> = BTreeMap::new();
        directories.entry(String::new()).or_default();
        for file in leave_out_outputs(files) {
            add_to_directories(&mut directories, &file.path);
            by_path.insert(file.path, file.content);
        }
        let mut index = RepositoryIndex {
            files: by_path,
            directories,
            manifests: BTreeMap::new(),
            kustomizations: BTreeMap::new(),
            unreadable: Vec::new(),
            value_sources: BTreeSet::new(),
            fetches: false,
            deploys_examples: false,
        };
        index.deploys_examples = !index.has_manifests_of_its_own();
        index.read_kustomizations();
        index.read_manifests();
        index.read_value_sources();
        index
    }

    /// Lets applications read what has to be fetched.
    pub fn with_fetching(mut self, fetches: bool) -> RepositoryIndex {
        self.fetches = fetches;
        self
    }

    /// Returns `true` if applications may read what has to be fetched.
    pub fn is_fetching(&self) -> bool {
        self.fetches
    }

    /// Returns `true` for a path in a hidden directory, or among examples, tests or documentation where there are other
    /// manifests.
    pub(super) fn is_undeployed(&self, path: &str) -> bool {
        path::is_hidden(path) || (!self.deploys_examples && path::is_undeployed(path))
    }

    /// Returns `true` if there is a manifest, a kustomization or a chart that is not among examples or tests.
    fn has_manifests_of_its_own(&self) -> bool {
        self.files.iter().any(|(path, content)| {
            let IndexedContent::Text(text) = content else { return false };
            let name = path::base_name(path);
            let is_marked = name == "Chart.yaml" || kustomization::FILE_NAMES.contains(&name);
            let is_document = name.ends_with(".yaml") || name.ends_with(".yml") || name.ends_with(".json");
            let may_matter = is_marked || (is_document && text.contains("apiVersion"));
            may_matter && !path::is_hidden(path) && !path::is_undeployed(path)
        })
    }

    fn read_kustomizations(&mut self) {
        let mut directories: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for path in self.files.keys() {
            if kustomization::FILE_NAMES.contains(&path::base_name(path)) {
                directories.entry(path::directory_of(path).to_owned()).or_default().push(path.clone());
            }
        }
        for (directory, files) in directories {
            let text = self.text(&files[0]).unwrap_or_default();
            let kustomization = kustomization::read_kustomization(&directory, &files, text);
            self.kustomizations.insert(directory, kustomization);
        }
    }

    fn read_manifests(&mut self) {
        let mut candidates: Vec<(&String, &String)> = Vec::new();
        for (path, content) in &self.files {
            let IndexedContent::Text(text) = content else { continue };
            let is_kustomization = kustomization::FILE_NAMES.contains(&path::base_name(path));
            if !is_kustomization && manifest::may_declare(text) && !self.is_chart_template(path) {
                candidates.push((path, text));
            }
        }
        let read: Vec<_> =
            candidates.par_iter().map(|(path, text)| ((*path).clone(), manifest::read_manifests(path, text))).collect();
        for (path, (manifests, unreadable)) in read {
            self.unreadable.extend(unreadable);
            if !manifests.is_empty() {
                self.manifests.insert(path, manifests);
            }
        }
    }

    /// Reads the ConfigMaps and Secrets that releases take values from, in files of which nothing else matters.
    fn read_value_sources(&mut self) {
        let mut texts: Vec<(&String, &String)> = Vec::new();
        for (path, content) in &self.files {
            if let IndexedContent::Text(text) = content
                && !self.is_chart_template(path)
            {
                texts.push((path, text));
            }
        }
        let names = collect_source_names(texts.iter().map(|(_, text)| text.as_str()));
        if names.is_empty() {
            return;
        }
        texts.retain(|(path, _)| !self.manifests.contains_key(*path));
        let read: Vec<_> =
            texts.par_iter().map(|(path, text)| ((*path).clone(), read_value_sources(path, text, &names))).collect();
        self.manifests.extend(read.into_iter().filter(|(_, manifests)| !manifests.is_empty()));
        self.value_sources = names;
    }

    /// Returns `true` for a file below `templates` beside a `Chart.yaml`: it is template source.
    pub(super) fn is_chart_template(&self, path: &str) -> bool {
        let mut directory = path::directory_of(path);
        while !directory.is_empty() {
            let parent = path::directory_of(directory);
            if path::base_name(directory) == "templates" && self.is_chart(parent) {
                return true;
            }
            directory = parent;
        }
        false
    }

    /// Returns `true` if the directory holds a chart.
    pub(super) fn is_chart(&self, directory: &str) -> bool {
        path::join(directory, "Chart.yaml").is_some_and(|path| self.files.contains_key(&path))
    }

    /// The content of a file, as far as it is known.
    pub fn content(&self, path: &str) -> Option<&IndexedContent> {
        self.files.get(path)
    }

    /// The paths of all files, sorted.
    pub fn file_paths(&self) -> impl Iterator<Item = &str> {
        self.paths()
    }

    /// The text of a kustomization without the entries that would have to be fetched; `None` for any other file, and
    /// for one that has no such entry.
    pub fn text_without_remote_entries(&self, path: &str) -> Option<String> {
        let kustomization = self.kustomizations.get(path::directory_of(path)).filter(|found| found.file == path)?;
        let located = |entry: &str| {
            let path = kustomization.locate(entry);
            (self.fetches && is_fetchable(entry))
                || path.is_some_and(|path| self.is_file(&path) || self.is_directory(&path))
        };
        kustomization.without_remote_entries(&located, &|chart| {
            let is_fetched = self.fetches && chart.repository.is_some_and(is_fetchable);
            is_fetched || kustomization.locate(&chart.directory).is_some_and(|chart| self.is_chart(&chart))
        })
    }

    /// Returns `true` for a link that leads to a file or directory of the repository.
    pub fn is_link_inside(&self, path: &str) -> bool {
        let target = self.resolve_links(path).map(|(target, _)| target);
        target.is_some_and(|target| self.is_file(&target) || self.is_directory(&target))
    }

    /// The paths of all files, sorted.
    pub(super) fn paths(&self) -> impl Iterator<Item = &str> {
        self.files.keys().map(String::as_str)
    }

    /// The paths of all directories, sorted; the root is the empty path.
    pub(super) fn all_directories(&self) -> impl Iterator<Item = &str> {
        self.directories.keys().map(String::as_str)
    }

    /// The names in a directory.
    pub(super) fn entries(&self, directory: &str) -> Option<&DirectoryEntries> {
        self.directories.get(directory)
    }

    /// Returns `true` if a directory with files in it has this path.
    pub(super) fn is_directory(&self, path: &str) -> bool {
        self.directories.contains_key(path)
    }

    /// Returns `true` if a file that is not a link has this path.
    pub(super) fn is_file(&self, path: &str) -> bool {
        matches!(self.files.get(path), Some(IndexedContent::Text(_) | IndexedContent::Unread))
    }

    /// The text of a file.
    pub(super) fn text(&self, path: &str) -> Option<&str> {
        match self.files.get(path)? {
            IndexedContent::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The objects of a file that declare applications.
    pub(super) fn manifests_of(&self, path: &str) -> &[Manifest] {
        self.manifests.get(path).map_or(&[], Vec::as_slice)
    }

    /// The objects that declare applications, in order of their files.
    pub(super) fn manifests(&self) -> impl Iterator<Item = &Manifest> {
        self.manifests.values().flatten()
    }

    /// The kustomization of a directory.
    pub(super) fn kustomization(&self, directory: &str) -> Option<&KustomizationFile> {
        self.kustomizations.get(directory)
    }

    /// All kustomizations, in order of their directories.
    pub(super) fn kustomizations(&self) -> impl Iterator<Item = &KustomizationFile> {
        self.kustomizations.values()
    }

    /// The files below a directory, with what links among them lead to, and the first link that leads out of the
    /// repository.
    pub(super) fn files_below(&self, directory: &str) -> (BTreeSet<String>, Option<String>) {
        let (mut files, mut outside) = (BTreeSet::new(), None);
        let (mut open, mut seen) = (vec![directory.to_owned()], BTreeSet::new());
        while let Some(directory) = open.pop() {
            if !seen.insert(directory.clone()) {
                continue;
            }
            for file in self.paths().filter(|file| path::is_within(file, &directory)) {
                files.insert(file.to_owned());
                if !matches!(self.files.get(file), Some(IndexedContent::Link(_))) {
                    continue;
                }
                match self.resolve_links(file) {
                    None => outside = outside.or(Some(file.to_owned())),
                    Some((target, links)) => {
                        files.extend(links);
                        if self.is_file(&target) {
                            files.insert(target);
                        } else {
                            open.push(target);
                        }
                    }
                }
            }
        }
        (files, outside)
    }

    /// The path behind the symbolic links in a path, and the links. `None` if a link leads out of the repository.
    pub(super) fn resolve_links(&self, whole: &str) -> Option<(String, Vec<String>)> {
        let mut links = Vec::new();
        let mut current = whole.to_owned();
        'again: loop {
            let ends = current.match_indices('/').map(|(at, _)| at).chain([current.len()]);
            for end in ends.collect::<Vec<_>>() {
                let (start, rest) = current.split_at(end);
                let Some(IndexedContent::Link(target)) = self.files.get(start) else { continue };
                let target = path::join(path::directory_of(start), target)?;
                links.push(start.to_owned());
                if links.len() > MAX_LINKS {
                    return None;
                }
                current = path::join(&target, rest.trim_start_matches('/'))?;
                continue 'again;
            }
            return Some((current, links));
        }
    }
}

/// The files that are not rendered manifests that we wrote.
fn leave_out_outputs(mut files: Vec<RepositoryFile>) -> Vec<RepositoryFile> {
    let mut outputs: Vec<String> = Vec::new();
    for file in &files {
        if path::base_name(&file.path) == OUTPUT_LIST {
            outputs.push(path::directory_of(&file.path).to_owned());
        }
    }
    files.retain(|file| !outputs.iter().any(|directory| path::is_within(&file.path, directory)));
    files
}

fn add_to_directories(directories: &mut BTreeMap<String, DirectoryEntries>, file: &str) {
    let mut directory = path::directory_of(file);
    let is_known = directories.contains_key(directory);
    directories.entry(directory.to_owned()).or_default().files.insert(file.to_owned());
    if is_known {
        return;
    }
    while !directory.is_empty() {
        let parent = path::directory_of(directory);
        directories.entry(parent.to_owned()).or_default().directories.insert(directory.to_owned());
        directory = parent;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(path: &str, content: IndexedContent) -> RepositoryFile {
        RepositoryFile { path: path.to_owned(), content }
    }

    #[test]
    fn links_are_followed_inside_the_repository_only() {
        let index = RepositoryIndex::new(vec![
            file("apps/web/a.yaml", IndexedContent::Text("a: 1\n".to_owned())),
            file("clusters/web", IndexedContent::Link("../apps/web".to_owned())),
            file("out", IndexedContent::Link("../../etc".to_owned())),
            file("round", IndexedContent::Link("round".to_owned())),
        ]);
        let resolved = index.resolve_links("clusters/web/a.yaml");
        assert_eq!(resolved, Some(("apps/web/a.yaml".to_owned(), vec!["clusters/web".to_owned()])));
        assert_eq!(index.resolve_links("out/passwd"), None);
        assert_eq!(index.resolve_links("round"), None);
        assert!(index.is_directory("apps") && !index.is_file("clusters/web"));
    }
}
