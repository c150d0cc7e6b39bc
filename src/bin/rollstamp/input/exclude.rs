//! The patterns of `--exclude`.

use std::path::Path;

use glob::{MatchOptions, Pattern};

/// Patterns of files and directories that are not read.
#[derive(Debug, Default)]
pub struct Exclude {
    patterns: Vec<Pattern>,
}

impl Exclude {
    const OPTIONS: MatchOptions =
        MatchOptions { case_sensitive: true, require_literal_separator: true, require_literal_leading_dot: false };

    /// Compiles patterns. A slash at the end, as in `.gitignore`, is dropped.
    pub fn new(patterns: &[String]) -> Result<Exclude, String> {
        let parse = |text: &String| {
            let pattern = text.strip_prefix("./").unwrap_or(text).trim_end_matches('/');
            Pattern::new(pattern).map_err(|error| format!("--exclude {text}: {}", error.msg.to_lowercase()))
        };
        Ok(Exclude { patterns: patterns.iter().map(parse).collect::<Result<_, _>>()? })
    }

    /// Returns `true` if a file or directory is skipped: by its path as given, by its path below the given directory, or
    /// by its bare name.
    pub fn skips(&self, path: &Path, relative: &Path) -> bool {
        let name = relative.file_name().map(Path::new).unwrap_or(relative);
        self.patterns
            .iter()
            .any(|pattern| [path, relative, name].iter().any(|path| pattern.matches_path_with(path, Exclude::OPTIONS)))
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
        assert!(!skips("k8s/*.yaml", "k8s/a/b.yaml", "a/b.yaml"));
        assert!(!skips("vend", "k8s/vendor", "vendor"));
    }

    #[test]
    fn a_broken_pattern_is_named() {
        let wrong = Exclude::new(&["a[".to_owned()]).unwrap_err();
        assert!(wrong.starts_with("--exclude a[: "), "{wrong}");
    }
}
