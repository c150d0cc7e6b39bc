//! Directories of plain manifests, as Argo CD reads them.

use super::application::{ApplicationState, ReasonCode, StateReason};
use super::build::FollowedBuild;
use super::fields;
use super::index::RepositoryIndex;
use crate::yaml::Value;

/// Follows a directory: its own manifests, and those below it with `recurse`.
pub(super) fn follow_directory(
    index: &RepositoryIndex,
    directory: &str,
    source: &Value,
) -> Result<FollowedBuild, (ApplicationState, StateReason)> {
    let is_recursive = fields::is_true(source, &["directory", "recurse"]);
    let include = fields::text(source, &["directory", "include"]);
    let exclude = fields::text(source, &["directory", "exclude"]);
    let mut followed = FollowedBuild::default();
    let mut open = vec![directory.to_owned()];
    while let Some(current) = open.pop() {
        let Some(entries) = index.entries(&current) else { continue };
        if is_recursive {
            open.extend(entries.directories.iter().cloned());
        }
        for file in &entries.files {
            let relative = file[directory.len()..].trim_start_matches('/');
            let matches = |pattern: &str| matches_glob(pattern, relative);
            if exclude.is_some_and(matches) || include.is_some_and(|pattern| !matches(pattern)) {
                continue;
            }
            if relative.ends_with(".jsonnet") {
                return Err((
                    ApplicationState::Unknown,
                    StateReason::new(
                        ReasonCode::NeedsPlugin,
                        format!("{file} is Jsonnet, which is not evaluated"),
                        None,
                    ),
                ));
            }
            let is_manifest = [".yaml", ".yml", ".json"].iter().any(|extension| file.ends_with(extension));
            if is_manifest && index.is_file(file) {
                followed.inputs.insert(file.clone());
                followed.object_files.insert(file.clone());
                followed.manifests.extend(index.manifests_of(file).iter().cloned());
            }
        }
    }
    Ok(followed)
}

/// Matches a path with a pattern in which `*` crosses `/` and `{a,b}` are alternatives.
fn matches_glob(pattern: &str, relative: &str) -> bool {
    for alternative in expand_braces(pattern) {
        let options = glob::MatchOptions {
            case_sensitive: true,
            require_literal_separator: false,
            require_literal_leading_dot: false,
        };
        let compiled = glob::Pattern::new(&alternative.replace("**", "*"));
        if compiled.is_ok_and(|compiled| compiled.matches_with(relative, options)) {
            return true;
        }
    }
    false
}

/// The patterns that a pattern with one level of braces stands for.
fn expand_braces(pattern: &str) -> Vec<String> {
    let braces = pattern.find('{').and_then(|start| Some((start, start + pattern[start..].find('}')?)));
    let Some((start, end)) = braces else { return vec![pattern.to_owned()] };
    let mut expanded = Vec::new();
    for alternative in pattern[start + 1..end].split(',') {
        expanded.extend(expand_braces(&format!("{}{alternative}{}", &pattern[..start], &pattern[end + 1..])));
    }
    expanded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_cross_directories_and_have_alternatives() {
        assert!(matches_glob("*.yaml", "a/b.yaml"));
        assert!(matches_glob("{a,b}/*.{yaml,yml}", "b/c.yml"));
        assert!(!matches_glob("{a,b}/*", "c/d"));
    }
}
