//! Addresses of lines of files on the host of a repository.

use std::collections::HashMap;
use std::fmt;

use crate::index::IdVec;
use crate::source::{FileLine, Source};

/// The address of a line of a file: a template in which the revision is filled in already.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceUrl {
    template: String,
}

/// A reason why a text is not a template of addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SourceUrlError {
    /// Not an address of the web.
    Scheme,
    /// No `{path}`.
    NoPath,
    /// A `{rev}`, and no revision is known.
    NoRevision,
    /// A name in braces other than these.
    UnknownName,
}

impl fmt::Display for SourceUrlError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            SourceUrlError::Scheme => "an address starts with https:// or http://",
            SourceUrlError::NoPath => "{path} must be in it, for the path of the file in the repository",
            SourceUrlError::NoRevision => "it has {rev}, but there is no commit: write a branch or a hash instead",
            SourceUrlError::UnknownName => "only {path}, {line} and {rev} can be in braces",
        })
    }
}

impl SourceUrl {
    /// Reads a template with `{path}`, `{line}` and `{rev}`.
    ///
    /// # Errors
    /// If it is not an address of the web, names no path, or has names that cannot be filled in.
    pub fn parse(template: &str, revision: Option<&str>) -> Result<SourceUrl, SourceUrlError> {
        if !["https://", "http://"].iter().any(|scheme| template.starts_with(scheme)) {
            return Err(SourceUrlError::Scheme);
        }
        if !template.contains("{path}") {
            return Err(SourceUrlError::NoPath);
        }
        let rest = template.replace("{path}", "").replace("{line}", "").replace("{rev}", "");
        if rest.contains(['{', '}']) {
            return Err(SourceUrlError::UnknownName);
        }
        let template = match revision {
            Some(revision) => template.replace("{rev}", &encode_path(revision)),
            None if template.contains("{rev}") => return Err(SourceUrlError::NoRevision),
            None => template.to_string(),
        };
        Ok(SourceUrl { template })
    }

    /// The address of a line of the file at a path in the repository.
    pub fn link(&self, path: &str, line: usize) -> String {
        // No brace is left in an encoded path.
        self.template.replace("{path}", &encode_path(path)).replace("{line}", &line.to_string())
    }
}

impl fmt::Display for SourceUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.template)
    }
}

/// A path in which every byte that could end a part of an address is encoded.
fn encode_path(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => out.push(byte.into()),
            byte => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

/// The addresses of the files of a report.
pub(crate) struct SourceLinks<'a> {
    /// The address of each line.
    pub(crate) url: &'a SourceUrl,
    paths: HashMap<&'a str, &'a str>,
}

impl<'a> SourceLinks<'a> {
    /// Links to sources that have paths in the repository.
    pub(crate) fn new(
        url: &'a SourceUrl,
        sources: &'a IdVec<Source>,
        paths: &'a IdVec<Source, Option<String>>,
    ) -> SourceLinks<'a> {
        let mut links = SourceLinks { url, paths: HashMap::new() };
        for (id, source) in sources.entries() {
            if let Some(Some(path)) = paths.get(id)
                && is_in_repository(path)
            {
                links.paths.insert(source.name(), path);
            }
        }
        links
    }

    /// The path in the repository of the file with a label.
    pub(crate) fn path_of(&self, label: &str) -> Option<&str> {
        self.paths.get(label).copied()
    }

    /// The address of a place.
    pub(crate) fn url_of(&self, place: &FileLine) -> Option<String> {
        Some(self.url.link(self.path_of(&place.file)?, place.line))
    }
}

/// Returns `false` for a path that leads out of the repository.
fn is_in_repository(path: &str) -> bool {
    !path.starts_with('/') && path.split('/').all(|part| part != "..")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_made_of_templates() {
        let rev = Some("feature/a b");
        for (template, path, expected) in [
            ("https://h/r/blob/{rev}/{path}#L{line}", "k8s/app.yaml", "https://h/r/blob/feature/a%20b/k8s/app.yaml#L7"),
            (
                "http://h/{path}?at={rev}",
                "a?b#c/{line}\"'<ö.yaml",
                "http://h/a%3Fb%23c/%7Bline%7D%22%27%3C%C3%B6.yaml?at=feature/a%20b",
            ),
            ("https://h/{path}:{line}:{line}", "a", "https://h/a:7:7"),
        ] {
            assert_eq!(SourceUrl::parse(template, rev).map(|url| url.link(path, 7)).as_deref(), Ok(expected));
        }
    }

    #[test]
    fn other_templates_are_refused() {
        for (template, error) in [
            ("javascript:alert(1)//{path}", SourceUrlError::Scheme),
            ("data:text/html,{path}", SourceUrlError::Scheme),
            (" https://h/{path}", SourceUrlError::Scheme),
            ("https://h/", SourceUrlError::NoPath),
            ("https://h/{path}#{row}", SourceUrlError::UnknownName),
            ("https://h/{rev}/{path}", SourceUrlError::NoRevision),
        ] {
            assert_eq!(SourceUrl::parse(template, None), Err(error), "{template}");
        }
    }
}
