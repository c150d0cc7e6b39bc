//! The kinds that describe pods, and what happens when what they say of them changes.
//!
//! A row says where its objects describe pods, where the annotations of these pods stand, and what a change of them does
//! when it is applied. The rows themselves stand in one file a family of kinds.

mod argo;
mod jobs;
mod kruise;
mod kubernetes;
mod operators;
mod platforms;
mod replaced;

use std::collections::HashMap;
use std::sync::LazyLock;

use super::condition::Condition;
use super::path::{FieldMatch, FieldPath, field};
use super::references::{CONTAINER_LISTS, ContainerType};
use super::referrers::ReferenceField;
use crate::kinds::api_group;
use crate::yaml::Node;

/// One kind of workload.
#[derive(Clone, Copy, Debug)]
pub struct WorkloadKind {
    /// The API groups in which the kind is or was served; the core group is the empty text.
    pub groups: &'static [&'static str],
    /// The kind.
    pub kind: &'static str,
    /// Whether its objects have no namespace, so that a bare name can mean a config in any.
    pub cluster_scoped: bool,
    /// Where its objects describe pods.
    pub sites: &'static [PodTemplateSite],
    /// Where an object names another whose pod template it uses instead of its own.
    pub borrows_template: Option<FieldPath>,
    /// What changed annotations of the pods do, unless one of the exceptions holds.
    pub effect: Effect,
    /// The first that holds replaces `effect`.
    pub exceptions: &'static [(Condition, Effect)],
}

/// A place where an object describes pods.
#[derive(Clone, Copy, Debug)]
pub struct PodTemplateSite {
    /// From the object to each mapping that describes pods.
    pub path: FieldPath,
    /// From there to the annotations of the pods; none where nothing could be written.
    pub annotations: Option<FieldPath>,
    /// What stands there of a pod.
    pub parts: &'static [PodPart],
    /// What else names configs there, in words of the kind's own.
    pub references: &'static [ReferenceField],
}

/// Something of a pod, in the words of the Pod API.
#[derive(Clone, Copy, Debug)]
pub struct PodPart {
    /// From the mapping that describes the pods to the part.
    pub path: FieldPath,
    /// What it is.
    pub kind: PodPartKind,
}

/// What stands at a part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PodPartKind {
    /// A pod spec, whose containers have images.
    Spec,
    /// Fields of a pod spec that the controller merges into one of its own.
    Overlay,
    /// A container, or fields of one, and its name where it says none.
    Container(&'static str),
}

/// What a changed pod template does when it is applied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Pods are replaced.
    Rolls,
    /// The next run uses it.
    NextRun,
    /// Annotations of the template may change while the object is suspended, its spec may not.
    WhileSuspended,
    /// The object's own metadata changes: the kubelet refreshes its volumes, the containers go on.
    RefreshesOnly,
    /// It is accepted, and pods that run stay as they are.
    NoEffect(&'static str),
    /// Annotations are patched into pods that run; another spec replaces them.
    InPlace(&'static str),
    /// Annotations are patched into pods that run; another spec is refused.
    InPlaceOnly(&'static str),
    /// Only some of the pods are replaced.
    Partly(&'static str),
    /// There is nothing that a stamp could roll.
    NothingToRoll(&'static str),
    /// It is refused.
    Refused(&'static str),
    /// It is accepted and does damage, so it must be asked for.
    Harmful(&'static str),
}

/// The pod template as most kinds have it: `metadata` and `spec` side by side.
pub const fn template(path: FieldPath) -> PodTemplateSite {
    PodTemplateSite { path, annotations: ANNOTATIONS, parts: TEMPLATE, references: &[] }
}

/// A kind in its simplest form.
pub const fn kind(
    groups: &'static [&'static str],
    kind: &'static str,
    pods: &'static [PodTemplateSite],
    effect: Effect,
) -> WorkloadKind {
    WorkloadKind { groups, kind, cluster_scoped: false, sites: pods, borrows_template: None, effect, exceptions: &[] }
}

const ANNOTATIONS: Option<FieldPath> = Some(field!("metadata" / "annotations"));
const TEMPLATE: &[PodPart] = &[PodPart { path: field!("spec"), kind: PodPartKind::Spec }];
/// Where most controllers keep it.
const SPEC_TEMPLATE: &[PodTemplateSite] = &[template(field!("spec" / "template"))];

const fn overlay(path: FieldPath) -> PodPart {
    PodPart { path, kind: PodPartKind::Overlay }
}

const fn container(path: FieldPath, name: &'static str) -> PodPart {
    PodPart { path, kind: PodPartKind::Container(name) }
}

/// Every built-in kind that describes pods, by family.
pub fn all() -> impl Iterator<Item = &'static WorkloadKind> {
    let families: [&'static [WorkloadKind]; 6] =
        [&kubernetes::KINDS, &argo::KINDS, &platforms::KINDS, &kruise::KINDS, &jobs::KINDS, &operators::KINDS];
    families.into_iter().flatten()
}

/// The kinds of Kubernetes itself.
pub fn core_kinds() -> &'static [WorkloadKind] {
    &kubernetes::KINDS
}

/// Most objects are of none of these kinds, and many kinds share a name.
static BY_KIND: LazyLock<HashMap<&str, Vec<&WorkloadKind>>> = LazyLock::new(|| {
    let mut by_kind: HashMap<&str, Vec<&WorkloadKind>> = HashMap::new();
    all().for_each(|row| by_kind.entry(row.kind).or_default().push(row));
    by_kind
});

impl WorkloadKind {
    /// The built-in row of an API version and kind; the version of the group does not matter.
    pub fn find(api_version: &str, kind: &str) -> Option<&'static WorkloadKind> {
        BY_KIND.get(kind)?.iter().copied().find(|row| row.matches(api_version, kind))
    }

    /// Whether this is the row of an API version and kind.
    pub fn matches(&self, api_version: &str, kind: &str) -> bool {
        let group = api_group(api_version);
        self.kind == kind && self.groups.contains(&group)
    }

    /// The mappings in an object that describe pods, as written: they can be aliases. None where it uses another's.
    pub fn find_templates<'a>(&self, object: Node<'a>) -> Vec<(&'static PodTemplateSite, Node<'a>)> {
        let mut found = Vec::new();
        if self.find_borrowed_template(object).is_none() {
            for site in self.sites {
                found.extend(site.path.matches(object).map(|place| (site, place.node)));
            }
        }
        found
    }

    /// The first place where an object describes pods: for most kinds its pod template.
    pub fn find_first_template<'a>(&self, object: Node<'a>) -> Option<Node<'a>> {
        self.find_templates(object).into_iter().next().map(|(_, node)| node)
    }

    /// Where an object names another whose pod template it uses.
    pub fn find_borrowed_template<'a>(&self, object: Node<'a>) -> Option<Node<'a>> {
        let reference = self.borrows_template.as_ref()?.first(object)?;
        reference.get("name").map(|_| reference)
    }

    /// Whether a document of this kind is only a part of an object: nowhere in a whole pod spec stands an image.
    pub fn is_patch(&self, object: Node<'_>) -> bool {
        let is_whole = |part: &PodPart| part.kind == PodPartKind::Spec;
        if self.find_borrowed_template(object).is_some()
            || !self.sites.iter().any(|pods| pods.parts.iter().any(is_whole))
        {
            return false;
        }
        for (site, node) in self.find_templates(object) {
            for part in site.parts.iter().filter(|part| is_whole(part)) {
                if part.path.matches(node).any(|spec| has_image(spec.node)) {
                    return false;
                }
            }
        }
        true
    }

    /// What changed annotations of the pods of this very object do.
    pub fn effect_on(&self, object: Node<'_>) -> Effect {
        let exception = self.exceptions.iter().find(|(condition, _)| condition.holds(object));
        let effect = exception.map_or(self.effect, |&(_, effect)| effect);
        let is_refused = matches!(effect, Effect::Refused(_) | Effect::WhileSuspended);
        if is_refused && replaced::is_replaced(object) { Effect::NextRun } else { effect }
    }
}

impl PodTemplateSite {
    /// The containers that are described at a node, with the word for the list that they stand in and their names.
    pub fn find_containers<'a>(&self, node: Node<'a>) -> Vec<(Node<'a>, ContainerType, String)> {
        let mut found = Vec::new();
        let name =
            |container: Node<'a>| container.get("name").and_then(Node::decoded_text).unwrap_or_default().into_owned();
        for part in self.parts {
            for FieldMatch { node, .. } in part.path.matches(node) {
                match part.kind {
                    PodPartKind::Spec | PodPartKind::Overlay => {
                        for (list, of) in CONTAINER_LISTS {
                            let listed = node.get(list).into_iter().flat_map(Node::items);
                            found.extend(listed.map(|container| (container, of, name(container))));
                        }
                    }
                    PodPartKind::Container(default) => {
                        let own = Some(name(node)).filter(|name| !name.is_empty());
                        found.push((node, ContainerType::Container, own.unwrap_or_else(|| default.to_string())));
                    }
                }
            }
        }
        found
    }

    /// The pod specs, or parts of one, that are described at a node.
    pub fn find_pod_specs<'a>(&self, node: Node<'a>) -> Vec<Node<'a>> {
        let parts = self.parts.iter().filter(|part| !matches!(part.kind, PodPartKind::Container(_)));
        parts.flat_map(|part| part.path.matches(node)).map(|spec| spec.node).collect()
    }
}

fn has_image(spec: Node<'_>) -> bool {
    let mut lists = CONTAINER_LISTS.iter().filter_map(|(list, _)| spec.get(list));
    lists.any(|containers| containers.items().any(|container| container.get("image").is_some()))
}

impl Effect {
    /// Whether another spec of the pods is refused, as a renamed reference makes it.
    pub fn refuses_new_spec(self) -> bool {
        matches!(self, Effect::Refused(_) | Effect::WhileSuspended | Effect::RefreshesOnly | Effect::InPlaceOnly(_))
    }

    /// Why no stamp is written, where none is.
    pub fn reason_not_to_stamp(self) -> Option<&'static str> {
        match self {
            Effect::Refused(reason) | Effect::Harmful(reason) | Effect::NothingToRoll(reason) => Some(reason),
            _ => None,
        }
    }

    /// The word for it, as options files and tables have it.
    pub fn as_str(self) -> &'static str {
        match self {
            Effect::Rolls => "rolls",
            Effect::NextRun => "nextRun",
            Effect::WhileSuspended => "whileSuspended",
            Effect::RefreshesOnly => "refreshesVolumes",
            Effect::NoEffect(_) => "noEffect",
            Effect::InPlace(_) | Effect::InPlaceOnly(_) => "inPlace",
            Effect::Partly(_) => "partly",
            Effect::NothingToRoll(_) => "nothingToRoll",
            Effect::Refused(_) => "refused",
            Effect::Harmful(_) => "harmful",
        }
    }

    /// What more there is to say.
    pub fn reason(self) -> Option<&'static str> {
        match self {
            Effect::NoEffect(reason)
            | Effect::InPlace(reason)
            | Effect::InPlaceOnly(reason)
            | Effect::Partly(reason)
            | Effect::NothingToRoll(reason)
            | Effect::Refused(reason)
            | Effect::Harmful(reason) => Some(reason),
            _ => None,
        }
    }
}
