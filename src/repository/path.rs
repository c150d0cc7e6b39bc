//! Paths of a repository: relative to its root, with `/`, without `.` and `..`; the root itself is the empty path.

/// Path segments that mark directories of tests and examples, which nobody deploys.
const UNDEPLOYED: &[&str] = &[
    "test", "tests", "testdata", "fixtures", "e2e", "example", "examples", "sample", "samples", "docs", "hack", "mock",
    "mocks", "golden",
];

/// Joins a path to the directory that names it.
///
/// Returns `None` if it is absolute or leads out of the repository.
pub(super) fn join(directory: &str, path: &str) -> Option<String> {
    if path.starts_with('/') {
        return None;
    }
    let mut segments: Vec<&str> = directory.split('/').filter(|segment| !segment.is_empty()).collect();
    for segment in path.split('/') {
        match segment {
            "" | "." => {}
            ".." => {
                segments.pop()?;
            }
            _ => segments.push(segment),
        }
    }
    Some(segments.join("/"))
}

/// Joins a path that counts from a directory even with a slash before it.
pub(super) fn join_from_root(directory: &str, path: &str) -> Option<String> {
    join(directory, path.trim_start_matches('/'))
}

/// The directory that holds a path; the root holds itself.
pub(super) fn directory_of(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(directory, _)| directory)
}

/// The last segment.
pub(super) fn base_name(path: &str) -> &str {
    path.rsplit_once('/').map_or(path, |(_, name)| name)
}

/// The path of the root, or any other path, as people write it.
pub(super) fn display(path: &str) -> &str {
    if path.is_empty() { "." } else { path }
}

/// Returns `true` if the path is the directory, or lies below it.
pub(super) fn is_within(path: &str, directory: &str) -> bool {
    match path.strip_prefix(directory) {
        Some(rest) => directory.is_empty() || rest.is_empty() || rest.starts_with('/'),
        None => false,
    }
}

/// The number of directories that two files have in common.
pub(super) fn count_common_directories(file: &str, other: &str) -> usize {
    directory_of(file).split('/').zip(directory_of(other).split('/')).take_while(|(one, other)| one == other).count()
}

/// Returns `true` if a segment of the path begins with a dot.
pub(super) fn is_hidden(path: &str) -> bool {
    path.split('/').any(|segment| segment.starts_with('.'))
}

/// Returns `true` if a segment of the path is one of tests, examples or documentation.
pub(super) fn is_undeployed(path: &str) -> bool {
    path.split('/').any(|segment| UNDEPLOYED.contains(&segment))
}

/// The cluster that the segments of a path name: the segment after `overlays`, `envs`, `environments` or `clusters`.
pub(super) fn cluster_segment(path: &str) -> Option<&str> {
    let mut segments = path.split('/');
    segments.find(|segment| matches!(*segment, "overlays" | "envs" | "environments" | "clusters" | "cluster"))?;
    segments.next()
}

/// Returns `true` if a file may lie below a directory of a pattern in which `*` stands for any text.
pub(super) fn may_lie_below(pattern: &str, file: &str) -> bool {
    let options = glob::MatchOptions { require_literal_separator: false, ..glob::MatchOptions::default() };
    let below = format!("{}/*", pattern.replace("**", "*").trim_matches('/'));
    glob::Pattern::new(&below).is_ok_and(|below| below.matches_with(file, options))
}

/// Matches a whole path with a pattern as Go's `path.Match` does: `*` and `?` stay in one segment, and a `*` matches a
/// leading dot too. `None` for a malformed pattern.
pub(super) fn match_pattern(pattern: &str, path: &str) -> Option<bool> {
    let compiled = glob::Pattern::new(&pattern.replace("**", "*")).ok()?;
    let options = glob::MatchOptions {
        case_sensitive: true,
        require_literal_separator: true,
        require_literal_leading_dot: false,
    };
    Some(compiled.matches_with(path, options))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_stay_in_the_repository() {
        for (directory, path, expected) in [
            ("apps/web", "../base", Some("apps/base")),
            ("", "./clusters//prod/", Some("clusters/prod")),
            ("a", "..", Some("")),
            ("a", "../..", None),
            ("a", "/etc/passwd", None),
        ] {
            assert_eq!(join(directory, path).as_deref(), expected, "{directory} {path}");
        }
        assert_eq!(join_from_root("kubernetes", "/apps").as_deref(), Some("kubernetes/apps"));
    }

    #[test]
    fn patterns_stay_in_one_segment() {
        for (pattern, path, expected) in [
            ("apps/*", "apps/web", true),
            ("apps/*", "apps/web/base", false),
            ("apps/**", "apps/web", true),
            ("apps/**", "apps/web/base", false),
            ("*", "web", true),
            ("apps/[ab]", "apps/b", true),
        ] {
            assert_eq!(match_pattern(pattern, path), Some(expected), "{pattern} {path}");
        }
        assert_eq!(match_pattern("apps/[", "apps/b"), None);
    }

    #[test]
    fn clusters_stand_after_certain_segments() {
        assert_eq!(cluster_segment("apps/web/overlays/prod"), Some("prod"));
        assert_eq!(cluster_segment("clusters/eu-1/apps"), Some("eu-1"));
        assert_eq!(cluster_segment("apps/web"), None);
        assert!(is_within("apps/web", "apps") && is_within("apps", "") && !is_within("apps2", "apps"));
    }
}
