//! Artifacts that an ArtifactGenerator of Flux puts together from files of this repository: which file lies where
//! (`source-watcher internal/builder/builder.go`, `internal/controller/artifactgenerator_pathpattern.go`).

use std::collections::{BTreeMap, BTreeSet};

use super::build::FollowedBuild;
use super::fields;
use super::index::{RepositoryFile, RepositoryIndex};
use super::manifest::Manifest;
use super::path;
use super::recipe::FileCopy;
use crate::source::FileLine;
use crate::yaml::Value;

/// The directory below which artifacts lie in the index and for renderers.
const ROOT: &str = ".rollstamp/artifacts";

/// An artifact.
pub(super) struct BuiltArtifact {
    /// The directory that stands for it.
    pub(super) root: String,
    /// The file of its generator.
    generator: String,
    /// Its files, from the root of the repository as if they lay there.
    pub(super) index: RepositoryIndex,
    /// The files of the repository that they are, by their paths.
    files: BTreeMap<String, String>,
    /// The parts of it that come from other repositories.
    pub(super) foreign: Vec<String>,
}

/// An artifact that a generator declares, its names filled in.
pub(super) struct ArtifactRequest<'m> {
    pub(super) generator: &'m Manifest,
    pub(super) name: String,
    copies: Vec<CopyOperation<'m>>,
}

/// A copy into an artifact.
struct CopyOperation<'m> {
    from: String,
    to: String,
    exclude: Vec<&'m str>,
    strategy: Option<&'m str>,
}

/// The directory of this repository that a source is by its alias; `None` for one that is elsewhere.
pub(super) type AliasRoots = BTreeMap<String, Option<String>>;

/// Lists the artifacts of a generator. With `pathPattern` there are those of each directory that it matches.
pub(super) fn list_artifacts<'m>(
    index: &RepositoryIndex,
    generator: &'m Manifest,
    roots: &AliasRoots,
) -> Vec<ArtifactRequest<'m>> {
    let mut requests = Vec::new();
    for captures in match_directories(index, generator, roots) {
        for artifact in fields::items(&generator.value, &["spec", "artifacts"]) {
            let name = fields::text(artifact, &["name"]).unwrap_or_default();
            let mut copies = Vec::new();
            for copy in fields::items(artifact, &["copy"]) {
                let text = |key| fill_in(fields::text(copy, &[key]).unwrap_or_default(), &captures);
                copies.push(CopyOperation {
                    from: text("from"),
                    to: text("to"),
                    exclude: fields::texts(copy, &["exclude"]),
                    strategy: fields::text(copy, &["strategy"]),
                });
            }
            let lower: Vec<_> = captures.iter().map(|(key, text)| (key.clone(), text.to_lowercase())).collect();
            requests.push(ArtifactRequest { generator, name: fill_in(name, &lower), copies });
        }
    }
    requests
}

/// The captures of each directory that `pathPattern` matches; without a pattern one that has none.
fn match_directories(index: &RepositoryIndex, generator: &Manifest, roots: &AliasRoots) -> Vec<Vec<(String, String)>> {
    let Some(pattern) = fields::text(&generator.value, &["spec", "pathPattern"]) else { return vec![Vec::new()] };
    let Some((alias, pattern)) = pattern.strip_prefix('@').and_then(|rest| rest.split_once('/')) else {
        return Vec::new();
    };
    let Some(Some(root)) = roots.get(alias) else { return Vec::new() };
    let segments: Vec<&str> = pattern.split('/').collect();
    let mut found = Vec::new();
    for directory in index.all_directories().filter(|directory| path::is_within(directory, root)) {
        let below = directory[root.len()..].trim_start_matches('/');
        let names: Vec<&str> = below.split('/').collect();
        if names.len() != segments.len() {
            continue;
        }
        let captured: Option<Vec<_>> =
            segments.iter().zip(names).map(|(segment, name)| capture(segment, name)).collect();
        found.extend(captured.map(|captured| captured.concat()));
    }
    found
}

/// Matches one segment, in which `{name}` stands for any text.
fn capture(segment: &str, name: &str) -> Option<Vec<(String, String)>> {
    let Some((before, rest)) = segment.split_once('{') else { return (segment == name).then(Vec::new) };
    let (key, after) = rest.split_once('}')?;
    let inner = name.strip_prefix(before)?.strip_suffix(after)?;
    (!inner.is_empty() && !after.contains('{')).then(|| vec![(key.to_owned(), inner.to_owned())])
}

fn fill_in(text: &str, captures: &[(String, String)]) -> String {
    let mut filled = text.to_owned();
    for (key, value) in captures {
        filled = filled.replace(&format!("{{{key}}}"), value);
    }
    filled
}

/// The directory that stands for an artifact.
pub(super) fn artifact_root(request: &ArtifactRequest<'_>) -> String {
    format!("{ROOT}/{}/{}", request.generator.place.file.replace('/', "-"), request.name)
}

/// Puts an artifact together.
///
/// # Errors
/// The reason why it cannot be.
pub(super) fn build_artifact(
    index: &RepositoryIndex,
    request: &ArtifactRequest<'_>,
    roots: &AliasRoots,
) -> Result<BuiltArtifact, String> {
    let mut staged: BTreeMap<String, String> = BTreeMap::new();
    let mut foreign = Vec::new();
    for copy in &request.copies {
        let from = copy.from.strip_prefix('@').and_then(|from| from.split_once('/'));
        let (Some((alias, pattern)), Some(to)) = (from, copy.to.strip_prefix("@artifact/")) else {
            return Err("a copy of the artifact is not valid".to_owned());
        };
        match roots.get(alias) {
            None => return Err(format!("a copy of the artifact names the source {alias}, which is not listed")),
            Some(None) => foreign.extend(path::join("", to)),
            Some(Some(root)) => stage_copy(index, root, (pattern, to), copy, &mut staged)?,
        }
    }
    let root = artifact_root(request);
    let (mut files, mut content) = (BTreeMap::new(), Vec::new());
    for (target, file) in staged {
        let target = format!("{root}/{target}");
        content.extend(
            index.content(&file).map(|content| RepositoryFile { path: target.clone(), content: content.clone() }),
        );
        files.insert(target, file);
    }
    Ok(BuiltArtifact {
        root,
        generator: request.generator.place.file.clone(),
        index: RepositoryIndex::new(content).with_fetching(index.fetches),
        files,
        foreign,
    })
}

fn stage_copy(
    index: &RepositoryIndex,
    root: &str,
    (pattern, to): (&str, &str),
    copy: &CopyOperation<'_>,
    staged: &mut BTreeMap<String, String>,
) -> Result<(), String> {
    if copy.strategy == Some("Extract") {
        return Err("the artifact is made with `strategy: Extract`".to_owned());
    }
    let found = list_matches(index, root, (pattern, to), staged);
    if found.is_empty() {
        return Err(format!("no file of the repository is {pattern} of the artifact"));
    }
    for (below, file, target) in found {
        if is_excluded(&below, pattern, &copy.exclude) {
            continue;
        }
        if copy.strategy == Some("Merge") && staged.contains_key(&target) {
            return Err(format!("{target} of the artifact is made with `strategy: Merge`"));
        }
        staged.insert(target, file);
    }
    Ok(())
}

/// The files that a copy takes: from the root of the source, in the repository, and in the artifact.
fn list_matches(
    index: &RepositoryIndex,
    root: &str,
    (pattern, to): (&str, &str),
    staged: &BTreeMap<String, String>,
) -> Vec<(String, String, String)> {
    let is_glob = pattern.contains(['*', '?', '[', ']']);
    let directory = path::join("", to).unwrap_or_default();
    let pattern = pattern.trim_matches('/');
    let stripped = pattern.strip_suffix("/**").map(|prefix| format!("{prefix}/"));
    let depth = pattern.split('/').count();
    let mut found = Vec::new();
    for file in index.paths().filter(|file| path::is_within(file, root)) {
        let below = file[root.len()..].trim_start_matches('/');
        let target = if is_glob {
            let segments: Vec<&str> = below.split('/').collect();
            let head = segments[..depth.min(segments.len())].join("/");
            if segments.len() < depth || path::match_pattern(pattern, &head) != Some(true) {
                continue;
            }
            stripped.as_deref().and_then(|prefix| below.strip_prefix(prefix)).unwrap_or(below)
        } else if below == pattern {
            let is_directory = to.is_empty()
                || to.ends_with('/')
                || staged.keys().any(|known| path::is_within(known, &directory) && *known != directory);
            if is_directory { path::base_name(below) } else { "" }
        } else if path::is_within(below, pattern) {
            &below[pattern.len() - path::base_name(pattern).len()..]
        } else {
            continue;
        };
        let target = path::join(&directory, target).unwrap_or_default();
        found.push((below.to_owned(), file.to_owned(), target));
    }
    found
}

/// Returns `true` if a pattern excludes a file or a directory above it, from the root of the source or of what is selected.
fn is_excluded(below: &str, pattern: &str, exclude: &[&str]) -> bool {
    let selected: Vec<&str> = pattern.split('/').take_while(|part| !part.contains(['*', '?', '[', ']'])).collect();
    let base = selected.join("/");
    let inner = below.strip_prefix(&base).map_or(below, |rest| rest.trim_start_matches('/'));
    let options = glob::MatchOptions { require_literal_separator: true, ..glob::MatchOptions::default() };
    let excludes = |path: &str| {
        exclude
            .iter()
            .any(|pattern| glob::Pattern::new(pattern).is_ok_and(|pattern| pattern.matches_with(path, options)))
    };
    for whole in [below, inner] {
        let ends = whole.match_indices('/').map(|(at, _)| at).chain([whole.len()]);
        for end in ends {
            if excludes(&whole[..end]) {
                return true;
            }
        }
    }
    false
}

impl BuiltArtifact {
    /// The file of the repository that a file of the artifact is.
    pub(super) fn origin(&self, file: &str) -> String {
        self.files.get(file).map_or_else(|| file.to_owned(), String::clone)
    }

    /// The directory of the repository that a directory of the artifact is a copy of, by a file below it.
    pub(super) fn origin_of_directory(&self, directory: &str) -> String {
        let below = self.files.iter().find(|(file, _)| path::is_within(file, directory));
        let origin = below.and_then(|(file, origin)| origin.strip_suffix(&file[directory.len()..]));
        origin.map_or_else(|| directory.to_owned(), str::to_owned)
    }

    /// The files of the repository that files of the artifact are, with that of its generator.
    pub(super) fn origins(&self, files: &BTreeSet<String>) -> BTreeSet<String> {
        let mut origins: BTreeSet<String> = files.iter().map(|file| self.origin(file)).collect();
        origins.insert(self.generator.clone());
        origins
    }

    /// Gives a build the files of the repository in place of those of the artifact. Returns the copies that its renderer
    /// needs.
    pub(super) fn restore_origins(&self, build: &mut FollowedBuild) -> Vec<FileCopy> {
        let copies = self.copies_of(&build.inputs);
        build.inputs = self.origins(&build.inputs);
        build.object_files = build.object_files.iter().map(|file| self.origin(file)).collect();
        build.directories = build.directories.iter().map(|directory| self.origin_of_directory(directory)).collect();
        for manifest in &mut build.manifests {
            manifest.place.file = self.origin(&manifest.place.file);
        }
        for (_, reason) in &mut build.obstacles {
            if let Some(FileLine { file, .. }) = &mut reason.place {
                *file = self.origin(file);
            }
        }
        copies
    }

    /// The copies of files of the artifact.
    pub(super) fn copies_of(&self, files: &BTreeSet<String>) -> Vec<FileCopy> {
        let mut copies = Vec::new();
        for to in files {
            copies.push(FileCopy { from: self.origin(to), to: to.clone() });
        }
        copies
    }
}

/// The roots of the sources of a generator, by their aliases.
pub(super) fn alias_roots(generator: &Manifest, root_of: &dyn Fn(&Value) -> Option<String>) -> AliasRoots {
    let mut roots = AliasRoots::new();
    for source in fields::items(&generator.value, &["spec", "sources"]) {
        let alias = fields::text(source, &["alias"]).unwrap_or_default();
        roots.insert(alias.to_owned(), root_of(source));
    }
    roots
}

#[cfg(test)]
mod tests {
    use super::super::index::IndexedContent;
    use super::super::manifest::read_value;
    use super::*;

    const FILES: [&str; 6] = [
        "apps/web/base/a.yaml",
        "apps/web/base/b.txt",
        "apps/web/prod/c.yaml",
        "apps/db/base/d.yaml",
        "x.yaml",
        "docs/e.md",
    ];

    fn index() -> RepositoryIndex {
        let file = |path: &str| RepositoryFile { path: path.to_owned(), content: IndexedContent::Text(String::new()) };
        RepositoryIndex::new(FILES.map(file).to_vec())
    }

    /// The artifacts of a generator: `name: target=file …`, or the reason why there is none.
    fn artifacts(spec: &str) -> Vec<String> {
        let text = format!("kind: ArtifactGenerator\nspec: {{sources: [{{alias: r}}, {{alias: other}}], {spec}}}\n");
        let place = FileLine { file: "g.yaml".to_owned(), line: 1 };
        let generator = Manifest { value: read_value(&text).unwrap(), place, uncertainty: None };
        let index = index();
        let roots = alias_roots(&generator, &|source| (fields::text(source, &["alias"])? == "r").then(String::new));
        let mut found = Vec::new();
        for request in list_artifacts(&index, &generator, &roots) {
            let root = format!("{ROOT}/g.yaml/{}/", request.name);
            let line = match build_artifact(&index, &request, &roots) {
                Ok(built) => {
                    let files = built.files.iter();
                    let files: Vec<String> = files.map(|(to, from)| format!("{}={from}", &to[root.len()..])).collect();
                    files.join(" ")
                }
                Err(reason) => reason,
            };
            found.push(format!("{}: {line}", request.name));
        }
        found
    }

    #[test]
    fn files_are_copied_as_the_controller_copies_them() {
        for (from, to, more, expected) in [
            (
                "apps/web/**",
                "",
                "",
                "base/a.yaml=apps/web/base/a.yaml base/b.txt=apps/web/base/b.txt prod/c.yaml=apps/web/prod/c.yaml",
            ),
            ("apps/web/base", "", "", "base/a.yaml=apps/web/base/a.yaml base/b.txt=apps/web/base/b.txt"),
            ("apps/web/base/", "x/", "", "x/base/a.yaml=apps/web/base/a.yaml x/base/b.txt=apps/web/base/b.txt"),
            ("apps/web/base/*.yaml", "x", "", "x/apps/web/base/a.yaml=apps/web/base/a.yaml"),
            ("x.yaml", "y.yaml", "", "y.yaml=x.yaml"),
            ("x.yaml", "y/", "", "y/x.yaml=x.yaml"),
            ("apps/web/**", "", ", exclude: ['**/*.txt', prod]", "base/a.yaml=apps/web/base/a.yaml"),
            ("nothing/**", "", "", "no file of the repository is nothing/** of the artifact"),
            ("x.yaml", "x", ", strategy: Extract", "the artifact is made with `strategy: Extract`"),
        ] {
            let copy = format!("artifacts: [{{name: a, copy: [{{from: '@r/{from}', to: '@artifact/{to}'{more}}}]}}]");
            assert_eq!(artifacts(&copy), [format!("a: {expected}")], "{from} to {to}");
        }
    }

    #[test]
    fn later_copies_replace_earlier_ones_and_patterns_make_several_artifacts() {
        let copies = "[{from: '@r/x.yaml', to: '@artifact/a'}, {from: '@r/docs/e.md', to: '@artifact/a'}, \
                      {from: '@other/**', to: '@artifact/o/'}]";
        assert_eq!(artifacts(&format!("artifacts: [{{name: a, copy: {copies}}}]")), ["a: a=docs/e.md"]);
        let spec = "pathPattern: '@r/apps/{app}/base', artifacts: [{name: '{app}-x', copy: [{from: '@r/apps/{app}/base/**', to: '@artifact/'}]}]";
        assert_eq!(
            artifacts(spec),
            ["db-x: d.yaml=apps/db/base/d.yaml", "web-x: a.yaml=apps/web/base/a.yaml b.txt=apps/web/base/b.txt"]
        );
    }
}
