//! The files of a volume, as far as one can take the place of another: the kubelet collects them in the order of sources
//! and `items`, and of several with one path the last one stays (`collectData`, `MakePayload`).

use std::rc::Rc;

use super::DraftTarget;
use crate::hash_map::{HashMap, HashSet};
use crate::yaml::Node;

/// A key of a config, and the path of its file in the volume.
#[derive(Clone)]
pub(in crate::graph) struct VolumeItem {
    pub(in crate::graph) key: String,
    pub(in crate::graph) path: String,
}

/// The position of a file: its source, and its entry of `items`.
type FilePosition = (usize, usize);

/// The files that a volume certainly or possibly has.
#[derive(Default)]
pub(in crate::graph) struct VolumeLayout {
    /// The last position of each path that is certainly there.
    certain: HashMap<String, FilePosition>,
    /// Files that are there if an optional source has their key, by path.
    optional: HashMap<String, Vec<OptionalFile>>,
    /// Sources that give a file for each key.
    whole: Vec<(usize, DraftTarget)>,
    has_repeated_paths: bool,
}

/// A file of an optional source.
pub(in crate::graph) struct OptionalFile {
    position: FilePosition,
    target: DraftTarget,
    key: String,
}

/// One source of a volume, in the layout of it.
pub(in crate::graph) struct VolumeSource {
    layout: Rc<VolumeLayout>,
    number: usize,
    /// The paths of `items` with their places, by key; none if each key is a file of its name.
    items: Option<HashMap<String, Vec<(usize, String)>>>,
}

/// The files that a source of a volume takes from a config.
pub(in crate::graph) struct SourceFiles<'f> {
    pub(in crate::graph) target: &'f DraftTarget,
    /// The entries of `items`; none if each key is a file of its name.
    pub(in crate::graph) items: Option<&'f [VolumeItem]>,
    pub(in crate::graph) is_optional: bool,
}

impl VolumeLayout {
    /// Adds the paths that a source takes from elsewhere than a config: they are certain.
    pub(in crate::graph) fn add_other_paths(&mut self, number: usize, source: Node<'_>) {
        let items = source.get("downwardAPI").and_then(|api| api.get("items"));
        let token = source.get("serviceAccountToken");
        let mut paths: Vec<String> =
            items.into_iter().flat_map(Node::items).map(|item| field_text(item, "path")).collect();
        // The kubelet calls the file `token` if the source does not.
        paths.extend(token.map(|token| field_text(token, "path")).filter(|path| !path.is_empty()));
        for path in paths {
            self.add_certain((number, 0), normalize_path(&path));
        }
    }

    fn add_certain(&mut self, position: FilePosition, path: String) {
        self.has_repeated_paths |= self.certain.insert(path, position).is_some();
    }

    /// Adds the files that a source takes from a config.
    pub(in crate::graph) fn add_source(&mut self, source: usize, files: SourceFiles<'_>) {
        let SourceFiles { target, items, is_optional } = files;
        let Some(items) = items else {
            self.whole.push((source, target.clone()));
            return;
        };
        for (number, item) in items.iter().enumerate() {
            let position = (source, number);
            if is_optional {
                let (key, target) = (item.key.clone(), target.clone());
                let files = self.optional.entry(item.path.clone()).or_default();
                self.has_repeated_paths |= !files.is_empty();
                files.push(OptionalFile { position, target, key });
            } else {
                self.add_certain(position, item.path.clone());
            }
        }
    }

    /// Returns `true` if a file can take the place of another.
    pub(in crate::graph) fn may_override(&self) -> bool {
        let is_optional_repeated = self.optional.keys().any(|path| self.certain.contains_key(path));
        let known_paths = self.certain.len() + self.optional.len();
        let has_unknown_paths = !self.whole.is_empty() && self.whole.len() + known_paths > 1;
        self.has_repeated_paths || is_optional_repeated || has_unknown_paths
    }
}

impl VolumeSource {
    pub(in crate::graph) fn new(layout: Rc<VolumeLayout>, number: usize, items: Option<&[VolumeItem]>) -> VolumeSource {
        let Some(items) = items else { return VolumeSource { layout, number, items: None } };
        let mut by_key: HashMap<String, Vec<(usize, String)>> = HashMap::default();
        for (number, item) in items.iter().enumerate() {
            by_key.entry(item.key.clone()).or_default().push((number, item.path.clone()));
        }
        VolumeSource { layout, number, items: Some(by_key) }
    }

    /// Returns `true` if the file of a key stays in the part of the volume that is mounted; `has_key` answers whether
    /// a config has a key.
    pub(in crate::graph) fn keeps(
        &self,
        key: &str,
        mounted: &HashSet<&str>,
        has_key: &mut impl FnMut(&DraftTarget, &str) -> bool,
    ) -> bool {
        let Some(items) = &self.items else {
            return !self.is_overridden((self.number, 0), key, has_key);
        };
        let is_mounted = |path: &str| mounted.is_empty() || with_ancestors(path).any(|above| mounted.contains(above));
        for (number, path) in items.get(key).into_iter().flatten() {
            if is_mounted(path) && !self.is_overridden((self.number, *number), path, has_key) {
                return true;
            }
        }
        false
    }

    fn is_overridden(
        &self,
        position: FilePosition,
        path: &str,
        has_key: &mut impl FnMut(&DraftTarget, &str) -> bool,
    ) -> bool {
        if self.layout.certain.get(path).is_some_and(|last| *last > position) {
            return true;
        }
        for file in self.layout.optional.get(path).into_iter().flatten() {
            if file.position > position && has_key(&file.target, &file.key) {
                return true;
            }
        }
        for (number, target) in &self.layout.whole {
            if *number > position.0 && has_key(target, path) {
                return true;
            }
        }
        false
    }
}

/// A path of a volume, and each one that it is below, the longest first.
pub(in crate::graph) fn with_ancestors(path: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(path), |path| path.rfind('/').map(|end| &path[..end]))
}

/// A path inside a volume without `.` steps and doubled slashes, and without the `..data` link that leads to the
/// volume's own files.
pub(in crate::graph) fn normalize_path(path: &str) -> String {
    let steps: Vec<&str> = path.split('/').filter(|step| !matches!(*step, "" | "." | "..data")).collect();
    steps.join("/")
}

pub(in crate::graph) fn field_text(node: Node<'_>, key: &str) -> String {
    node.get(key).and_then(Node::decoded_text).unwrap_or_default().into_owned()
}
