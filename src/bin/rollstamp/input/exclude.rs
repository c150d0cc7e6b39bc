//! The patterns of `--exclude`.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use globset::{GlobBuilder, GlobMatcher};

use crate::paths::{normalize, or_dot};

/// The characters that make more of a pattern than a path, on some system.
const GLOB_CHARACTERS: [char; 7] = ['*', '?', '[', ']', '{', '}', '\\'];

/// Patterns of files and directories that are not read.
#[derive(Debug, Default)]
pub struct Exclude {
    patterns: Vec<ExcludePattern>,
    /// The patterns without special characters, by the path that each matches: an options file can list thousands.
    literals: HashMap<String, Vec<usize>>,
    /// The other patterns.
    globs: Vec<(GlobMatcher, usize)>,
    /// The way from the directory of the options file, from which its patterns count, to the current directory.
    way_from_options: PathBuf,
}

#[derive(Debug)]
struct ExcludePattern {
    text: String,
    has_matched: AtomicBool,
    /// Set if it is a mistake that it matches nothing.
    is_expected: bool,
}

impl Exclude {
    /// Compiles patterns: `*`, `?` and `[…]` within one directory, `**` across directories, `{a,b}`. A slash at the
    /// end, as in `.gitignore`, is dropped.
    ///
    /// # Errors
    /// A sentence on a pattern that cannot be read.
    pub fn new(patterns: &[String]) -> Result<Exclude, String> {
        let mut exclude = Exclude::default();
        for (number, text) in patterns.iter().enumerate() {
            let pattern = text.strip_prefix("./").unwrap_or(text).trim_end_matches('/');
            if pattern.contains(GLOB_CHARACTERS) {
                let glob = GlobBuilder::new(pattern).literal_separator(true).build();
                let glob = glob.map_err(|error| format!("--exclude {text}: {}", error.kind()))?;
                exclude.globs.push((glob.compile_matcher(), number));
            } else {
                exclude.literals.entry(pattern.to_owned()).or_default().push(number);
            }
            let has_matched = AtomicBool::new(false);
            exclude.patterns.push(ExcludePattern { text: text.clone(), has_matched, is_expected: false });
        }
        Ok(exclude)
    }

    /// Lets patterns count also from the directory of an options file.
    pub fn count_from(mut self, file: Option<&Path>) -> Exclude {
        let directory = file.and_then(Path::parent).and_then(|directory| or_dot(directory).canonicalize().ok());
        let here = Path::new(".").canonicalize();
        if let (Some(directory), Ok(here)) = (directory, here) {
            self.way_from_options = here.strip_prefix(directory).unwrap_or(Path::new("")).to_owned();
        }
        self
    }

    /// Returns `true` if nothing is skipped.
    pub fn is_empty(&self) -> bool {
        self.patterns.is_empty()
    }

    /// Returns `true` if a file or directory is skipped: by its path as given, by its path below the given directory, or
    /// by its bare name.
    pub fn skips(&self, path: &Path, relative: &Path) -> bool {
        if self.patterns.is_empty() {
            return false;
        }
        let name = relative.file_name().map(Path::new).unwrap_or(relative);
        let path = path.strip_prefix("./").unwrap_or(path);
        let from_options = normalize(&self.way_from_options.join(path));
        let mut matched = Vec::new();
        for path in [path, relative, name, &from_options] {
            let literals = path.to_str().and_then(|path| self.literals.get(path));
            matched.extend(literals.into_iter().flatten().copied());
            for (glob, number) in &self.globs {
                if glob.is_match(path) {
                    matched.push(*number);
                }
            }
        }
        for number in &matched {
            self.patterns[*number].has_matched.store(true, Ordering::Relaxed);
        }
        !matched.is_empty()
    }

    /// Marks the patterns of the command line, which are meant for the paths beside them: one that matches nothing is a
    /// mistake. Those of an options file are meant for every run in its repository.
    pub fn expect(mut self, patterns: &[String]) -> Exclude {
        for pattern in &mut self.patterns {
            pattern.is_expected = patterns.contains(&pattern.text);
        }
        self
    }

    /// Lists the expected patterns that have not matched anything so far.
    pub fn list_unmatched(&self) -> impl Iterator<Item = &str> {
        let is_unmatched =
            |pattern: &&ExcludePattern| pattern.is_expected && !pattern.has_matched.load(Ordering::Relaxed);
        self.patterns.iter().filter(is_unmatched).map(|pattern| pattern.text.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn skips(pattern: &str, path: &str, relative: &str) -> bool {
        Exclude::new(&[pattern.to_owned()]).unwrap().skips(Path::new(path), Path::new(relative))
    }

    #[test]
    fn a_pattern_is_a_name_or_a_path() {
        assert!(skips("vendor", "k8s/a/vendor", "a/vendor"));
        assert!(skips("vendor/", "k8s/a/vendor", "a/vendor"));
        assert!(skips("a/vendor", "k8s/a/vendor", "a/vendor"));
        assert!(skips("./k8s/a/vendor", "k8s/a/vendor", "a/vendor"));
        assert!(skips("*.enc.yaml", "k8s/a/b.enc.yaml", "a/b.enc.yaml"));
        assert!(skips("**/b.yaml", "k8s/a/b.yaml", "a/b.yaml"));
        assert!(skips("k8s/**/b.yaml", "k8s/a/c/b.yaml", "a/c/b.yaml"));
        assert!(skips("{a,b}.{yaml,json}", "k8s/b.json", "b.json"));
        assert!(!skips("{a,b}.yaml", "k8s/c.yaml", "c.yaml"));
        assert!(!skips("k8s/*.yaml", "k8s/a/b.yaml", "a/b.yaml"));
        assert!(!skips("vend", "k8s/vendor", "vendor"));
    }

    #[test]
    fn a_broken_pattern_is_named() {
        let wrong = Exclude::new(&["a[".to_owned()]).unwrap_err();
        assert!(wrong.starts_with("--exclude a[: "), "{wrong}");
    }
}
