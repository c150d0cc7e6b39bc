//! Files that kustomizations name as patches. What stands in one is a part of the object that it changes, not an object
//! of its own.

use std::collections::BTreeSet;

use super::{Bundle, Identity};
use crate::yaml::Node;

/// The files that the kustomizations of the input name, by their normalized paths.
#[derive(Default)]
pub(super) struct PatchFiles {
    patches: BTreeSet<String>,
    resources: BTreeSet<String>,
}

/// The lists of files that are objects of their own, whatever else names them.
const RESOURCE_LISTS: [&str; 3] = ["resources", "bases", "components"];

/// The lists of patches, the last two of transformers that are written out.
const PATCH_LISTS: [&str; 4] = ["patches", "patchesStrategicMerge", "patchesJson6902", "paths"];

impl PatchFiles {
    /// Adds the files that a document of kustomize names. `name` is that of its source.
    pub(super) fn add_kustomization(&mut self, name: &str, root: Node<'_>) {
        let directory = name.rsplit_once('/').map_or("", |(directory, _)| directory);
        for list in RESOURCE_LISTS {
            for file in root.get(list).into_iter().flat_map(Node::items).filter_map(Node::as_str) {
                self.resources.extend(normalize(directory, &file));
            }
        }
        for list in PATCH_LISTS {
            for entry in root.get(list).into_iter().flat_map(Node::items) {
                self.add_patch(directory, entry.get("path").unwrap_or(entry));
            }
        }
        if root.get("kind").is_some_and(|kind| kind.is_string("PatchTransformer"))
            && let Some(path) = root.get("path")
        {
            self.add_patch(directory, path);
        }
    }

    /// Adds a path. A patch that is written out has line breaks or braces, and no file is found by it.
    fn add_patch(&mut self, directory: &str, path: Node<'_>) {
        if let Some(path) = path.as_str() {
            self.patches.extend(normalize(directory, &path));
        }
    }

    /// Adds the files of another input.
    pub(super) fn extend(&mut self, other: PatchFiles) {
        self.patches.extend(other.patches);
        self.resources.extend(other.resources);
    }

    /// Returns `true` if no file is named.
    pub(super) fn is_empty(&self) -> bool {
        self.patches.is_empty() && self.resources.is_empty()
    }

    /// Returns `true` if a source is a patch and nothing else.
    pub(super) fn contains(&self, name: &str) -> bool {
        if self.patches.is_empty() {
            return false;
        }
        normalize("", name).is_some_and(|path| self.patches.contains(&path) && !self.resources.contains(&path))
    }
}

impl Bundle {
    /// The file and the line of the patch of a config.
    pub fn find_patch(&self, config: &Identity) -> Option<String> {
        let place = self.patched_configs.get(&(config.kind, config.name.name.clone()))?;
        let source = &self.sources[place.source];
        Some(format!("{}:{}", source.name(), source.position(place.span.start).line))
    }
}

/// The path of a file from where its directory counts, without `.` and `..` as far as that can be. `None` for an address.
fn normalize(directory: &str, path: &str) -> Option<String> {
    if path.contains("://") || path.contains('\n') {
        return None;
    }
    let whole = if path.starts_with('/') { path.to_string() } else { format!("{directory}/{path}") };
    let is_absolute = path.starts_with('/') || directory.starts_with('/');
    let mut parts: Vec<&str> = Vec::new();
    for part in whole.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => drop(parts.pop()),
            ".." if is_absolute => {}
            part => parts.push(part),
        }
    }
    Some(format!("{}{}", if is_absolute { "/" } else { "" }, parts.join("/")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_compared_without_detours() {
        for (directory, path, whole) in [
            ("", "a.yaml", "a.yaml"),
            ("k", "a.yaml", "k/a.yaml"),
            ("./k/x", "../a.yaml", "k/a.yaml"),
            ("k", "../../a.yaml", "../a.yaml"),
            ("../k", "../a.yaml", "../a.yaml"),
            ("/k", "../../a.yaml", "/a.yaml"),
            ("k", "/a.yaml", "/a.yaml"),
        ] {
            assert_eq!(normalize(directory, path).as_deref(), Some(whole), "{directory} {path}");
        }
        assert_eq!(normalize("k", "https://example.com/a.yaml"), None);
        assert_eq!(normalize("k", "kind: ConfigMap\n"), None);
    }
}
