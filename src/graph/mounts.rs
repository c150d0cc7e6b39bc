//! Volume mounts: the keys of a volume that reach a container, and whether they are refreshed there.
//!
//! The kubelet swaps a whole volume's files in place; a `subPath` mount is bound to the file that was there when the
//! container started (kubernetes.io, "ConfigMaps": mounted ConfigMaps are updated automatically).

use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use super::draft::layout::{
    SourceFiles, VolumeItem, VolumeLayout, VolumeSource, field_text, normalize_path, with_ancestors,
};
use super::draft::{Absence, Draft, DraftKeys, DraftSite, Overrides};
use super::model::{Container, KeySelection, Mechanism};
use crate::hash_map::HashMap;
use crate::kinds::Delivery;
use crate::kinds::references::ContainerType;
use crate::yaml::Node;

/// A volume, or one source of a projected volume, that takes its files from a config.
pub(super) struct Volume {
    name: String,
    /// The reference to the config, outside of any container.
    reference: Draft,
    /// The entries of `items`, if there are any.
    items: Option<Vec<VolumeItem>>,
    /// The number of the source in its volume.
    number: usize,
    /// Set if the volume has other sources.
    has_sibling_sources: bool,
    /// The files that may take the place of others in the volume.
    overrides: Overrides,
    is_mounted: bool,
}

impl Volume {
    /// The volume of a name whose files come from what `source` refers to.
    pub(super) fn new(name: &str, source: Node<'_>, reference: Draft) -> Volume {
        let mut items = Vec::new();
        for item in source.get("items").into_iter().flat_map(Node::items) {
            items.push(VolumeItem { key: field_text(item, "key"), path: normalize_path(&field_text(item, "path")) });
        }
        Volume {
            name: name.to_string(),
            reference,
            items: if items.is_empty() { None } else { Some(items) },
            number: 0,
            has_sibling_sources: false,
            overrides: Overrides::None,
            is_mounted: false,
        }
    }

    /// Returns the same volume as one of several sources.
    pub(super) fn with_siblings(self, number: usize, has_sibling_sources: bool) -> Volume {
        Volume { number, has_sibling_sources, ..self }
    }

    /// Keeps the names of the configs that it takes its files from.
    pub(super) fn block_rename(&mut self, reason: &'static str) {
        self.reference.flags.rename_blocked_by = Some(reason);
    }

    /// Replaces the keys of `items` for which there are others.
    pub(super) fn fill_in_keys(&mut self, keys_of: impl Fn(&str) -> Option<Vec<String>>) {
        let Some(items) = &mut self.items else { return };
        let mut filled_in = Vec::new();
        for VolumeItem { key, path } in items.drain(..) {
            let keys = keys_of(&key).filter(|keys| !keys.is_empty()).unwrap_or_else(|| vec![key]);
            filled_in.extend(keys.into_iter().map(|key| VolumeItem { key, path: path.clone() }));
        }
        *items = filled_in;
    }

    /// The keys that a mount of the whole volume shows.
    fn whole_keys(&self) -> DraftKeys {
        let selection = match &self.items {
            Some(items) => KeySelection::of_keys(items.iter().map(|item| item.key.clone())),
            None => KeySelection::All,
        };
        DraftKeys { overrides: self.overrides.clone(), ..selection.into() }
    }

    /// The keys whose file is at one of the paths or below it.
    fn keys_below(&self, paths: &[String]) -> DraftKeys {
        let (mut keys, mut missing) = (Vec::new(), Vec::new());
        if let Some(items) = &self.items {
            let mut used: HashMap<&str, bool> = paths.iter().map(|path| (path.as_str(), false)).collect();
            for item in items {
                for above in with_ancestors(&item.path) {
                    if let Some(is_used) = used.get_mut(above) {
                        *is_used = true;
                        keys.push(item.key.clone());
                    }
                }
            }
            missing.extend(paths.iter().filter(|path| !used[path.as_str()]).cloned());
        } else {
            // Without `items` the files are named like the keys, which hold no slash.
            for path in paths {
                let of_path = if path.contains('/') { &mut missing } else { &mut keys };
                of_path.push(path.clone());
            }
        }
        let overrides = match &self.overrides {
            Overrides::Files(source, _) => Overrides::Files(source.clone(), paths.to_vec()),
            _ => Overrides::None,
        };
        DraftKeys { missing, overrides, ..KeySelection::of_keys(keys).into() }
    }

    fn draft(&self, container: Option<&Arc<Container>>, delivery: Delivery, keys: DraftKeys) -> Draft {
        Draft {
            site: DraftSite::in_container(self.reference.site.clone(), container),
            target: self.reference.target.clone(),
            keys,
            delivery,
            flags: self.reference.flags.clone(),
        }
    }

    /// The link of a container that mounts single paths of the volume.
    fn draft_paths(&self, container: &Arc<Container>, paths: &[String]) -> Draft {
        let keys = self.keys_below(paths);
        if !self.has_sibling_sources {
            return self.draft(Some(container), Delivery::Frozen, keys);
        }
        // Of several sources, those that cannot hold the path have no part in the mount.
        let is_elsewhere = keys.selection == KeySelection::none();
        let delivery = if is_elsewhere { Delivery::None } else { Delivery::Frozen };
        let mut draft = self.draft(Some(container), delivery, DraftKeys { missing: Vec::new(), ..keys });
        draft.flags.may_come_from_sibling = !is_elsewhere && self.items.is_none();
        draft
    }
}

/// The parts of one volume that a container mounts.
#[derive(Default)]
struct Mounts {
    whole: bool,
    /// A `subPathExpr`: the pod decides which file it is.
    expression: bool,
    paths: Vec<String>,
}

impl Mounts {
    fn add(&mut self, mount: Node<'_>) {
        let path = normalize_path(&field_text(mount, "subPath"));
        if !path.is_empty() {
            self.paths.push(path);
        } else if !field_text(mount, "subPathExpr").is_empty() {
            self.expression = true;
        } else {
            self.whole = true;
        }
    }
}

/// The volumes of a pod, in their order, with an index by name: a pod can have thousands.
pub(super) struct Volumes {
    all: Vec<Volume>,
    by_name: HashMap<String, Vec<usize>>,
}

impl Volumes {
    pub(super) fn new(all: Vec<Volume>) -> Volumes {
        let mut by_name: HashMap<String, Vec<usize>> = HashMap::default();
        for (number, volume) in all.iter().enumerate() {
            by_name.entry(volume.name.clone()).or_default().push(number);
        }
        Volumes { all, by_name }
    }

    /// The volumes that a container mounts, in their order, each with the parts that it mounts.
    fn find_mounted(&self, container: Node<'_>) -> BTreeMap<usize, Mounts> {
        let mut mounted: BTreeMap<usize, Mounts> = BTreeMap::new();
        for mount in container.get("volumeMounts").into_iter().flat_map(Node::items) {
            let Some(name) = mount.get("name").and_then(Node::decoded_text) else { continue };
            for &number in self.by_name.get(&*name).into_iter().flatten() {
                mounted.entry(number).or_default().add(mount);
            }
        }
        mounted
    }
}

/// The links that a container's `volumeMounts` make.
pub(super) fn draft_mounts(node: Node<'_>, container: &Arc<Container>, volumes: &mut Volumes, drafts: &mut Vec<Draft>) {
    // Nobody is left to read what the kubelet refreshes for a container that has ended.
    let whole_delivery = if ends_before_the_pod_serves(node, container) { Delivery::Frozen } else { Delivery::Live };
    for (number, Mounts { whole, expression, paths }) in volumes.find_mounted(node) {
        let volume = &mut volumes.all[number];
        volume.is_mounted = true;
        if volume.reference.site.mechanism == Mechanism::Csi {
            // Its driver fetches all of it, once.
            drafts.push(volume.draft(Some(container), Delivery::Frozen, volume.whole_keys()));
            continue;
        }
        if expression {
            // Any file may be meant, so every key is included.
            drafts.push(volume.draft(Some(container), Delivery::Frozen, volume.whole_keys()));
        } else if !paths.is_empty() {
            drafts.push(volume.draft_paths(container, &paths));
        }
        if whole {
            drafts.push(volume.draft(Some(container), whole_delivery, volume.whole_keys()));
        }
    }
}

/// Returns `true` for an init container that runs to its end. One with `restartPolicy: Always` is a sidecar, which runs
/// as long as the pod (kubernetes.io, "Sidecar Containers").
fn ends_before_the_pod_serves(node: Node<'_>, container: &Container) -> bool {
    let policy = node.get("restartPolicy").and_then(Node::decoded_text);
    container.container_type == ContainerType::Init && policy.as_deref() != Some("Always")
}

/// Drafts the links of volumes that no container mounts: the object must exist, its content reaches no container.
pub(super) fn draft_unmounted(volumes: &Volumes, drafts: &mut Vec<Draft>) {
    for volume in &volumes.all {
        if !volume.is_mounted {
            drafts.push(volume.draft(None, Delivery::None, KeySelection::none().into()));
        }
    }
}

/// Gives each source of a volume the layout of the volume, if a file of it can take the place of another.
pub(super) fn lay_out(sources: &mut [Volume], mut layout: VolumeLayout) {
    for volume in sources.iter() {
        let is_optional = volume.reference.flags.absence == Absence::Optional;
        let (target, items) = (&volume.reference.target, volume.items.as_deref());
        layout.add_source(volume.number, SourceFiles { target, items, is_optional });
    }
    if !layout.may_override() {
        return;
    }
    let layout = Rc::new(layout);
    for volume in sources {
        let source = VolumeSource::new(layout.clone(), volume.number, volume.items.as_deref());
        volume.overrides = Overrides::Files(Rc::new(source), Vec::new());
    }
}
