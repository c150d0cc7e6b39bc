//! Ignore files: `.gitignore` and `.ignore` for files that git does not track, `.rollstampignore` for all.
//!
//! A developer's machine has files that a checkout in CI does not have, such as rendered manifests. Whoever has them
//! must get the same answer, so what git neither tracks nor would add is passed over. What is tracked is read whatever
//! ignores it, since CI has it too. Only files inside the repository decide: neither git's global excludes nor
//! `.git/info/exclude`, which are different on each machine.

use std::collections::HashMap;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::slice;

use ignore::Match;
use ignore::gitignore::{Gitignore, GitignoreBuilder};

use crate::git::{self, Repository};

/// The name of our own ignore file.
const OWN_FILE: &str = ".rollstampignore";

/// The names of the others.
const GIT_FILES: [&str; 2] = [".gitignore", ".ignore"];

/// The ignore files of a repository, or of a directory outside of any.
pub struct IgnoreFiles {
    /// The real path of the directory from which on ignore files count.
    top: PathBuf,
    /// The rules of each directory that was looked at, if it has any.
    directories: HashMap<PathBuf, Option<Rc<DirectoryRules>>>,
    /// The directory whose entries were decided on last, and the rules that concern them.
    current: (PathBuf, RuleList),
    tracked: TrackedFiles,
}

/// The rules of the ignore files of one directory.
struct DirectoryRules {
    /// Those of `.gitignore`, then those of `.ignore`, of which the last that matches decides.
    git: Gitignore,
    own: Gitignore,
}

/// The rules that concern the entries of a directory, the nearest first.
#[derive(Clone, Default)]
pub struct RuleList(Rc<[Rc<DirectoryRules>]>);

impl RuleList {
    /// Returns `true` if no rule concerns the directory.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Adds the rules of a directory in the one that these concern.
    pub fn with_rules_of(self, directory: &Path) -> RuleList {
        match DirectoryRules::read(directory) {
            Some(own) => RuleList([own].into_iter().chain(self.0.iter().cloned()).collect()),
            None => self,
        }
    }
}

/// Returns `true` for the name of an ignore file.
pub fn is_ignore_file(name: &OsStr) -> bool {
    GIT_FILES.iter().any(|file| name == *file) || name == OWN_FILE
}

/// The files that git tracks, which are asked for when a rule matches for the first time.
enum TrackedFiles {
    /// There is no repository, so none are tracked.
    None,
    NotAsked,
    /// Paths from the top, sorted.
    Known(Vec<PathBuf>),
    /// Git cannot be asked. Then every file may be tracked.
    Unknown,
}

/// The verdict of ignore files on a file or directory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IgnoreVerdict {
    /// To be read.
    Read,
    /// To be passed over.
    Ignored,
    /// A directory that is ignored, but in which git tracks files: only these are read.
    OnlyTracked,
}

impl IgnoreFiles {
    /// Finds the ignore files that concern a directory, by its real path.
    pub fn of(directory: &Path) -> IgnoreFiles {
        let repository = git::find_top(directory);
        let tracked = if repository.is_some() { TrackedFiles::NotAsked } else { TrackedFiles::None };
        let top = repository.unwrap_or_else(|| directory.to_owned());
        IgnoreFiles { top, directories: HashMap::new(), current: Default::default(), tracked }
    }

    /// Returns `true` if these ignore files concern a directory, too.
    pub fn concern(&self, directory: &Path) -> bool {
        directory.starts_with(&self.top)
    }

    /// Decides on an entry of a directory, by its real path. `only_tracked` is set below an ignored directory.
    pub fn decide(&mut self, path: &Path, is_directory: bool, only_tracked: bool) -> IgnoreVerdict {
        let Some(directory) = path.parent() else { return IgnoreVerdict::Read };
        if self.current.0.as_os_str() != directory.as_os_str() {
            self.current = (directory.to_owned(), self.find_rules_for(directory));
        }
        let rules = self.current.1.clone();
        self.decide_by(&rules, path, is_directory, only_tracked)
    }

    /// Decides on an entry of a directory that these rules concern.
    pub fn decide_by(
        &mut self,
        rules: &RuleList,
        path: &Path,
        is_directory: bool,
        only_tracked: bool,
    ) -> IgnoreVerdict {
        let by_git = match find_rule(rules, path, is_directory) {
            Some(RuleMatch::OwnIgnores) => return IgnoreVerdict::Ignored,
            Some(RuleMatch::OwnKeeps) => return IgnoreVerdict::Read,
            Some(RuleMatch::GitIgnores) => true,
            Some(RuleMatch::GitKeeps) | None => only_tracked,
        };
        if !by_git {
            return IgnoreVerdict::Read;
        }
        match (self.is_tracked(path, is_directory), is_directory) {
            (false, _) => IgnoreVerdict::Ignored,
            (true, true) => IgnoreVerdict::OnlyTracked,
            (true, false) => IgnoreVerdict::Read,
        }
    }

    /// Finds the rules that concern the entries of a directory: its own, and those of the directories above.
    pub fn find_rules_for(&mut self, directory: &Path) -> RuleList {
        let mut found = Vec::new();
        for above in directory.ancestors().take_while(|above| above.starts_with(&self.top)) {
            let rules = self.directories.entry(above.to_owned()).or_insert_with(|| DirectoryRules::read(above));
            found.extend(rules.clone());
        }
        RuleList(found.into())
    }

    /// Returns `true` if git tracks a file, or a file in a directory; if git cannot be asked, for everything.
    fn is_tracked(&mut self, path: &Path, is_directory: bool) -> bool {
        if matches!(self.tracked, TrackedFiles::NotAsked) {
            self.tracked =
                match Repository::open(slice::from_ref(&self.top)).and_then(|repository| repository.list_tracked()) {
                    Ok(files) => TrackedFiles::Known(files),
                    Err(_) => TrackedFiles::Unknown,
                };
        }
        let TrackedFiles::Known(files) = &self.tracked else { return matches!(self.tracked, TrackedFiles::Unknown) };
        let Ok(relative) = path.strip_prefix(&self.top) else { return true };
        let next = files.partition_point(|file| file.as_path() < relative);
        // A submodule is tracked as one entry, and which of its files are tracked is its own matter.
        let is_in_submodule = || relative.ancestors().skip(1).any(|above| is_listed(files, above));
        let found = files.get(next).is_some_and(|file| file == relative || is_directory && file.starts_with(relative));
        found || is_in_submodule()
    }
}

fn is_listed(files: &[PathBuf], path: &Path) -> bool {
    files.binary_search_by(|file| file.as_path().cmp(path)).is_ok()
}

/// Finds the rule that decides: that of the nearest directory, our own before those of git.
fn find_rule(rules: &RuleList, path: &Path, is_directory: bool) -> Option<RuleMatch> {
    let mut by_git = None;
    for rules in rules.0.iter() {
        match rules.own.matched(path, is_directory) {
            Match::Ignore(_) => return Some(RuleMatch::OwnIgnores),
            Match::Whitelist(_) => return Some(RuleMatch::OwnKeeps),
            Match::None => {}
        }
        if by_git.is_none() {
            by_git = match rules.git.matched(path, is_directory) {
                Match::Ignore(_) => Some(RuleMatch::GitIgnores),
                Match::Whitelist(_) => Some(RuleMatch::GitKeeps),
                Match::None => None,
            };
        }
    }
    by_git
}

/// The rule that decides about a path.
enum RuleMatch {
    OwnIgnores,
    OwnKeeps,
    GitIgnores,
    GitKeeps,
}

impl DirectoryRules {
    /// Reads the ignore files of a directory. A line that is not a pattern is passed by, as git does.
    fn read(directory: &Path) -> Option<Rc<DirectoryRules>> {
        let git = read_rules(directory, &GIT_FILES);
        let own = read_rules(directory, &[OWN_FILE]);
        let is_empty = git.is_empty() && own.is_empty();
        (!is_empty).then(|| Rc::new(DirectoryRules { git, own }))
    }
}

fn read_rules(directory: &Path, names: &[&str]) -> Gitignore {
    let mut builder = GitignoreBuilder::new(directory);
    for name in names {
        let file = directory.join(name);
        if file.is_file() {
            // Lines that can be read count, whatever is wrong with the others.
            let _ = builder.add(file);
        }
    }
    builder.build().unwrap_or_else(|_| Gitignore::empty())
}
