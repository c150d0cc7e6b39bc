//! Which keys of a volume reach a container, and whether they are refreshed there.
//!
//! The kubelet swaps a whole volume's files in place; a `subPath` mount is bound to the file that was there when the
//! container started (kubernetes.io, "ConfigMaps": mounted ConfigMaps are updated automatically).

use super::pod_spec::{Draft, Name, Variables, is_optional};
use super::{Container, Delivery, KeySelection, Mechanism};
use crate::diagnostic::Place;
use crate::kinds::ConfigKind;
use crate::kinds::references::ContainerType;
use crate::yaml::{Node, NodeId};

/// A volume, or one source of a projected volume, that takes its files from a config.
pub(super) struct Volume {
    volume: String,
    place: Place,
    node: NodeId,
    mechanism: Mechanism,
    kind: ConfigKind,
    name: String,
    /// The namespace of what it names, where that need not be the pod's.
    namespace: Option<String>,
    /// Key and path of each entry of `items`, where there are `items`.
    items: Option<Vec<(String, String)>>,
    optional: bool,
    has_sibling_sources: bool,
    any_namespace: bool,
    mounted: bool,
}

/// The part of a volume that a container's mounts of one sort show.
struct MountedPart {
    keys: KeySelection,
    missing: Vec<String>,
}

impl Volume {
    pub(super) fn new(
        volume: &str,
        name: Name<'_>,
        mechanism: Mechanism,
        shared: bool,
        anywhere: bool,
        place: Place,
    ) -> Volume {
        let items = name.source.get("items").filter(|items| items.items().next().is_some()).map(|items| {
            let text =
                |item: Node<'_>, key: &str| item.get(key).and_then(Node::decoded_text).unwrap_or_default().into_owned();
            items.items().map(|item| (text(item, "key"), normalize_path(&text(item, "path")))).collect()
        });
        Volume {
            volume: volume.to_string(),
            place,
            node: name.node.id(),
            mechanism,
            kind: name.kind,
            items,
            optional: is_optional(name.source),
            name: name.text,
            namespace: name.namespace,
            has_sibling_sources: shared,
            any_namespace: anywhere,
            mounted: false,
        }
    }

    fn whole_part(&self) -> MountedPart {
        let keys = self
            .items
            .as_ref()
            .map_or(KeySelection::All, |items| KeySelection::of_keys(items.iter().map(|(key, _)| key.clone())));
        MountedPart { keys, missing: Vec::new() }
    }

    /// The keys whose file is at one of the paths or below it.
    fn part_below(&self, paths: &[String]) -> MountedPart {
        let mut keys = Vec::new();
        let mut missing = Vec::new();
        for path in paths {
            let before = keys.len();
            match &self.items {
                Some(items) => {
                    let below = |file: &str| {
                        file == path || file.strip_prefix(path.as_str()).is_some_and(|rest| rest.starts_with('/'))
                    };
                    keys.extend(items.iter().filter(|(_, file)| below(file)).map(|(key, _)| key.clone()));
                }
                // Without `items` the files are named like the keys, which hold no slash.
                None if !path.contains('/') => keys.push(path.clone()),
                None => {}
            }
            if keys.len() == before {
                missing.push(path.clone());
            }
        }
        MountedPart { keys: KeySelection::of_keys(keys), missing }
    }

    fn draft(&self, container: Option<&Container>, delivery: Delivery, part: MountedPart) -> Draft {
        Draft {
            place: self.place.clone(),
            node: self.node,
            container: container.cloned(),
            mechanism: self.mechanism,
            kind: self.kind,
            name: self.name.clone(),
            namespace: self.namespace.clone(),
            keys: part.keys,
            delivery,
            optional: self.optional,
            missing: part.missing,
            may_come_from_sibling: false,
            variables: Variables::default(),
            any_namespace: self.any_namespace,
            rename_blocked_by: None,
        }
    }
}

/// The links that a container's `volumeMounts` make.
pub(super) fn draft_mounts(node: Node<'_>, container: &Container, volumes: &mut [Volume], drafts: &mut Vec<Draft>) {
    // Nobody is left to read what the kubelet refreshes for a container that has ended.
    let whole_delivery = if ends_before_the_pod_serves(node, container) { Delivery::Frozen } else { Delivery::Live };
    let mounts: Vec<Node<'_>> = node.get("volumeMounts").into_iter().flat_map(Node::items).collect();
    for volume in volumes {
        let named =
            |mount: &Node<'_>| mount.get("name").and_then(Node::decoded_text).is_some_and(|name| name == volume.volume);
        let (mut whole, mut expression, mut paths) = (false, false, Vec::new());
        for mount in mounts.iter().filter(|mount| named(mount)) {
            let text = |key: &str| mount.get(key).and_then(Node::decoded_text).filter(|text| !text.is_empty());
            match (text("subPath").map(|path| normalize_path(&path)), text("subPathExpr")) {
                (Some(path), _) if !path.is_empty() => paths.push(path),
                (_, Some(_)) => expression = true,
                _ => whole = true,
            }
        }
        let mounted = whole || expression || !paths.is_empty();
        volume.mounted |= mounted;
        if volume.mechanism == Mechanism::Csi {
            // Its driver fetches all of it, once.
            drafts.extend(mounted.then(|| volume.draft(Some(container), Delivery::Frozen, volume.whole_part())));
            continue;
        }
        if expression {
            // Which file it is depends on the pod, so every key counts.
            drafts.push(volume.draft(Some(container), Delivery::Frozen, volume.whole_part()));
        } else if !paths.is_empty() {
            let part = volume.part_below(&paths);
            drafts.push(match volume.has_sibling_sources {
                false => volume.draft(Some(container), Delivery::Frozen, part),
                // Of several sources, those that cannot hold the path have no part in the mount.
                true if part.keys == KeySelection::These(Vec::new()) => {
                    volume.draft(Some(container), Delivery::None, MountedPart { missing: Vec::new(), ..part })
                }
                true => Draft {
                    may_come_from_sibling: volume.items.is_none(),
                    ..volume.draft(Some(container), Delivery::Frozen, MountedPart { missing: Vec::new(), ..part })
                },
            });
        }
        if whole {
            drafts.push(volume.draft(Some(container), whole_delivery, volume.whole_part()));
        }
    }
}

/// Returns `true` for an init container that runs to its end. One with `restartPolicy: Always` is a sidecar, which runs
/// as long as the pod (kubernetes.io, "Sidecar Containers").
fn ends_before_the_pod_serves(node: Node<'_>, container: &Container) -> bool {
    let policy = node.get("restartPolicy").and_then(Node::decoded_text);
    container.container_type == ContainerType::Init && policy.as_deref() != Some("Always")
}

/// The volumes that no container mounts: the object must exist, its content reaches no one.
pub(super) fn draft_unmounted(volumes: &[Volume], drafts: &mut Vec<Draft>) {
    for volume in volumes.iter().filter(|volume| !volume.mounted) {
        let part = MountedPart { keys: KeySelection::These(Vec::new()), missing: Vec::new() };
        drafts.push(volume.draft(None, Delivery::None, part));
    }
}

/// A path inside a volume without `.` steps and doubled slashes, and without the `..data` link that leads to the
/// volume's own files.
fn normalize_path(path: &str) -> String {
    let steps: Vec<&str> = path.split('/').filter(|step| !matches!(*step, "" | "." | "..data")).collect();
    steps.join("/")
}
