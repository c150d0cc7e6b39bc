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

use std::borrow::Cow;
use std::sync::{Arc, LazyLock};

use super::condition::Condition;
use super::path::{FieldMatch, FieldPath, field};
use super::references::{CONTAINER_LISTS, ContainerType};
use super::referrers::ReferenceField;
use crate::hash_map::HashMap;
use crate::kinds::api_group;
use crate::yaml::Node;

/// A kind of workload.
#[derive(Clone, Debug)]
pub struct WorkloadKind {
    /// The API groups in which the kind is or was served; the core group is the empty string.
    pub groups: Vec<Cow<'static, str>>,
    /// The kind.
    pub kind: Cow<'static, str>,
    /// Set if its objects have no namespace, so that a bare name can mean a config in any.
    pub cluster_scoped: bool,
    /// The places of its pod templates.
    pub sites: Vec<PodTemplateSite>,
    /// The reference to another object whose pod template an object uses instead of its own.
    pub borrows_template: Option<FieldPath>,
    /// The effect of changed annotations on the pods, unless one of the exceptions holds.
    pub effect: Effect,
    /// Set if each pod template has pods of its own, which are replaced when it changes and not when another does.
    pub has_components: bool,
    /// Effects for some objects; the first whose condition holds replaces `effect`.
    pub exceptions: Vec<(Condition, Effect)>,
}

/// A place where an object has a pod template, or what stands for one.
#[derive(Clone, Debug)]
pub struct PodTemplateSite {
    /// The path from the object to each pod template.
    pub path: FieldPath,
    /// The path from there to the annotations of the pods; `None` if nothing could be written.
    pub annotations: Option<FieldPath>,
    /// The parts of a pod in it.
    pub parts: Vec<PodPart>,
    /// Other fields in it that name configs, which the Pod API does not have.
    pub references: Vec<ReferenceField>,
}

/// A part of a pod, with the fields of the Pod API.
#[derive(Clone, Debug)]
pub struct PodPart {
    /// The path from the pod template to the part.
    pub path: FieldPath,
    /// The type of the part.
    pub kind: PodPartKind,
}

/// The type of a part of a pod.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PodPartKind {
    /// A pod spec, whose containers have images.
    Spec,
    /// Fields of a pod spec that the controller merges into one of its own.
    Overlay,
    /// A container, or fields of one; with its name, in case it has none of its own.
    Container(&'static str),
}

/// The effect of a changed pod template when it is applied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Pods are replaced.
    Rolls,
    /// The next run uses it.
    NextRun,
    /// Annotations of the template may change while the object is suspended, its spec may not.
    WhileSuspended,
    /// The object's own metadata changes: the kubelet refreshes its volumes, the containers go on.
    RefreshesOnly,
    /// Accepted, and running pods stay as they are.
    NoEffect(Cow<'static, str>),
    /// Annotations are patched into running pods; another spec replaces them.
    InPlace(Cow<'static, str>),
    /// Annotations are patched into running pods; another spec is refused.
    InPlaceOnly(Cow<'static, str>),
    /// Only some of the pods are replaced.
    Partly(Cow<'static, str>),
    /// There is nothing that a stamp could roll.
    NothingToRoll(Cow<'static, str>),
    /// Refused.
    Refused(Cow<'static, str>),
    /// Accepted, and harmful, so it is not stamped.
    Harmful(Cow<'static, str>),
    /// Annotations would do harm, so it is not stamped; another spec replaces the pods.
    StampHarms(Cow<'static, str>),
}

/// The reason of an effect in a built-in row.
const fn reason(text: &'static str) -> Cow<'static, str> {
    Cow::Borrowed(text)
}

/// A pod template as most kinds have it: `metadata` and `spec` side by side.
pub fn template(path: FieldPath) -> PodTemplateSite {
    let spec = PodPart { path: field!("spec"), kind: PodPartKind::Spec };
    PodTemplateSite { path, annotations: Some(ANNOTATIONS), parts: vec![spec], references: vec![] }
}

const ANNOTATIONS: FieldPath = field!("metadata" / "annotations");

/// The pod template of most controllers.
fn spec_template() -> Vec<PodTemplateSite> {
    vec![template(field!("spec" / "template"))]
}

const fn overlay(path: FieldPath) -> PodPart {
    PodPart { path, kind: PodPartKind::Overlay }
}

const fn container(path: FieldPath, name: &'static str) -> PodPart {
    PodPart { path, kind: PodPartKind::Container(name) }
}

/// A row in its simplest form.
fn kind(groups: &[&'static str], kind: &'static str, sites: Vec<PodTemplateSite>, effect: Effect) -> WorkloadKind {
    WorkloadKind {
        groups: groups.iter().map(|group| Cow::Borrowed(*group)).collect(),
        kind: kind.into(),
        cluster_scoped: false,
        sites,
        borrows_template: None,
        effect,
        has_components: false,
        exceptions: vec![],
    }
}

impl WorkloadKind {
    /// Adds an effect for objects that fulfil a condition, and none of those that were added before.
    fn with_exception(mut self, condition: Condition, effect: Effect) -> WorkloadKind {
        self.exceptions.push((condition, effect));
        self
    }

    fn in_cluster_scope(self) -> WorkloadKind {
        WorkloadKind { cluster_scoped: true, ..self }
    }

    fn with_components(self) -> WorkloadKind {
        WorkloadKind { has_components: true, ..self }
    }

    fn borrowing_template(self, reference: FieldPath) -> WorkloadKind {
        WorkloadKind { borrows_template: Some(reference), ..self }
    }
}

/// Every built-in kind with pod templates, by family.
pub fn all() -> impl Iterator<Item = &'static Arc<WorkloadKind>> {
    let families =
        [&kubernetes::KINDS, &argo::KINDS, &platforms::KINDS, &kruise::KINDS, &jobs::KINDS, &operators::KINDS];
    families.into_iter().flat_map(|family| family.iter())
}

/// The kinds of Kubernetes itself.
pub fn core_kinds() -> &'static [Arc<WorkloadKind>] {
    &kubernetes::KINDS
}

/// Most objects are of none of these kinds, and many kinds share a name.
static BY_KIND: LazyLock<HashMap<&str, Vec<&Arc<WorkloadKind>>>> = LazyLock::new(|| {
    let mut by_kind: HashMap<&str, Vec<&Arc<WorkloadKind>>> = HashMap::default();
    for row in all() {
        by_kind.entry(&row.kind).or_default().push(row);
    }
    by_kind
});

impl WorkloadKind {
    /// The built-in row of an API version and kind; the version of the group does not matter.
    pub fn find(api_version: &str, kind: &str) -> Option<&'static Arc<WorkloadKind>> {
        BY_KIND.get(kind)?.iter().copied().find(|row| row.matches(api_version, kind))
    }

    /// Returns `true` for a kind of Kubernetes itself, whose fields the API server knows.
    pub fn is_built_in(&self) -> bool {
        core_kinds().iter().any(|row| std::ptr::eq(&**row, self))
    }

    /// Returns `true` if this is the row of an API version and kind.
    pub fn matches(&self, api_version: &str, kind: &str) -> bool {
        let group = api_group(api_version);
        self.kind == kind && self.groups.iter().any(|of| of == group)
    }

    /// The mappings in an object that describe pods, as written: they can be aliases. None where it uses another's.
    pub fn find_templates<'k, 'a>(&'k self, object: Node<'a>) -> Vec<(&'k PodTemplateSite, Node<'a>)> {
        let mut found = Vec::new();
        if self.find_borrowed_template(object).is_none() {
            for site in &self.sites {
                for node in site.path.nodes(object) {
                    found.push((site, node));
                }
            }
        }
        found
    }

    /// Returns `true` if an object of the kind can have several pod templates.
    pub fn may_have_several_templates(&self) -> bool {
        self.sites.len() > 1 || self.sites.iter().any(|site| !site.path.is_single_field())
    }

    /// The first place where an object describes pods: for most kinds its pod template.
    pub fn find_first_template<'a>(&self, object: Node<'a>) -> Option<Node<'a>> {
        let (_, node) = self.find_templates(object).into_iter().next()?;
        Some(node)
    }

    /// Finds the name of the object whose pod template an object uses.
    pub fn find_borrowed_template<'a>(&self, object: Node<'a>) -> Option<Node<'a>> {
        let reference = self.borrows_template.as_ref()?.first(object)?;
        if reference.get("name").is_some() { Some(reference) } else { None }
    }

    /// Returns `true` if a document of this kind is only a part of an object: no container of its pod spec has an
    /// image.
    pub fn is_patch(&self, object: Node<'_>) -> bool {
        let mut parts = self.sites.iter().flat_map(|site| &site.parts);
        if self.find_borrowed_template(object).is_some() || !parts.any(PodPart::is_whole_spec) {
            return false;
        }
        for (site, node) in self.find_templates(object) {
            for part in &site.parts {
                if part.is_whole_spec() && part.path.nodes(node).any(has_image) {
                    return false;
                }
            }
        }
        true
    }

    /// Returns the effect of changed annotations of the pods of this very object.
    pub fn effect_on(&self, object: Node<'_>) -> Effect {
        let effect = match self.exceptions.iter().find(|(condition, _)| condition.holds(object)) {
            Some((_, effect)) => effect,
            None => &self.effect,
        };
        let is_refused = matches!(effect, Effect::Refused(_) | Effect::WhileSuspended);
        if is_refused && replaced::is_replaced(object) { Effect::NextRun } else { effect.clone() }
    }
}

impl PodTemplateSite {
    /// The containers that are described at a node, with the word for the list that they stand in and their names.
    pub fn find_containers<'a>(&self, node: Node<'a>) -> Vec<(Node<'a>, ContainerType, String)> {
        let mut found = Vec::new();
        for part in &self.parts {
            for FieldMatch { node, .. } in part.path.matches(node) {
                match part.kind {
                    PodPartKind::Spec | PodPartKind::Overlay => {
                        for (list, of) in CONTAINER_LISTS {
                            for container in node.get(list).into_iter().flat_map(Node::items) {
                                found.push((container, of, container_name(container)));
                            }
                        }
                    }
                    PodPartKind::Container(default) => {
                        let own = container_name(node);
                        let name = if own.is_empty() { default.to_string() } else { own };
                        found.push((node, ContainerType::Container, name));
                    }
                }
            }
        }
        found
    }

    /// The pod specs, or parts of one, that are described at a node.
    pub fn find_pod_specs<'a>(&self, node: Node<'a>) -> Vec<Node<'a>> {
        let parts = self.parts.iter().filter(|part| !matches!(part.kind, PodPartKind::Container(_)));
        parts.flat_map(|part| part.path.nodes(node)).collect()
    }
}

impl PodPart {
    fn is_whole_spec(&self) -> bool {
        self.kind == PodPartKind::Spec
    }
}

fn container_name(container: Node<'_>) -> String {
    container.get("name").and_then(Node::decoded_text).unwrap_or_default().into_owned()
}

fn has_image(spec: Node<'_>) -> bool {
    let mut lists = CONTAINER_LISTS.iter().filter_map(|(list, _)| spec.get(list));
    lists.any(|containers| containers.items().any(|container| container.get("image").is_some()))
}

impl Effect {
    /// Returns `true` if another spec of the pods is refused, which a renamed reference makes.
    pub fn refuses_new_spec(&self) -> bool {
        matches!(self, Effect::Refused(_) | Effect::WhileSuspended | Effect::RefreshesOnly | Effect::InPlaceOnly(_))
    }

    /// Returns the reason for which no stamp is written, if none is.
    pub fn reason_not_to_stamp(&self) -> Option<&str> {
        match self {
            Effect::Refused(reason)
            | Effect::Harmful(reason)
            | Effect::StampHarms(reason)
            | Effect::NothingToRoll(reason) => Some(reason),
            _ => None,
        }
    }

    /// The word for it, as options files and tables have it.
    pub fn as_str(&self) -> &'static str {
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
            Effect::Harmful(_) | Effect::StampHarms(_) => "harmful",
        }
    }

    /// Returns the reason that goes with the effect.
    pub fn reason(&self) -> Option<&str> {
        match self {
            Effect::NoEffect(reason)
            | Effect::InPlace(reason)
            | Effect::InPlaceOnly(reason)
            | Effect::Partly(reason)
            | Effect::NothingToRoll(reason)
            | Effect::Refused(reason)
            | Effect::Harmful(reason)
            | Effect::StampHarms(reason) => Some(reason),
            _ => None,
        }
    }
}
