//! A pod spec's references, as drafts of links: what is asked for, before anybody looks whether it is there.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::rc::Rc;

use super::mounts::{self, Volume};
use super::{Container, Delivery, KeySelection, Mechanism};
use crate::bundle::{Bundle, Object};
use crate::diagnostic::{ContentMessage, Diagnostics, Message, Place, SyntaxMessage};
use crate::kinds::ConfigKind;
use crate::kinds::path::{FieldMatch, FieldPath};
use crate::kinds::references::{ENV, ENV_FROM, FETCHED, PROJECTED, PULL_SECRET, PodReference, VOLUME, VOLUME_NAMES};
use crate::kinds::referrers::ReferenceField;
use crate::kinds::workloads::{PodTemplateSite, WorkloadKind};
use crate::yaml::{Node, NodeId, Scalar};

/// A link before it is resolved.
pub(super) struct Draft {
    pub(super) place: Place,
    pub(super) node: NodeId,
    pub(super) container: Option<Container>,
    pub(super) mechanism: Mechanism,
    pub(super) kind: ConfigKind,
    pub(super) name: String,
    /// The namespace, where the place says one.
    pub(super) namespace: Option<String>,
    pub(super) keys: KeySelection,
    pub(super) delivery: Delivery,
    pub(super) optional: bool,
    /// A path of the volume that is mounted and that no key can have.
    pub(super) missing: Vec<String>,
    /// Whether another source of the same volume may supply what this one lacks.
    pub(super) may_come_from_sibling: bool,
    /// How the keys become variables, where they do.
    pub(super) variables: Variables,
    /// Whether the object is of no namespace, so that the name can mean one in any.
    pub(super) any_namespace: bool,
    /// Why the config keeps its name.
    pub(super) rename_blocked_by: Option<&'static str>,
}

/// How the keys of a link become variables of a container whose command line uses some.
#[derive(Clone, Default)]
pub(super) struct Variables {
    /// The `$(NAME)`s of the command line that may come from here.
    pub(super) used: Rc<BTreeSet<String>>,
    pub(super) naming: Naming,
}

#[derive(Clone, Default)]
pub(super) enum Naming {
    #[default]
    None,
    /// One variable of this name.
    One(String),
    /// A variable for each key, with this prefix.
    Prefix(String),
}

/// Where a name was found, and what it says.
pub(super) struct Name<'a> {
    pub(super) kind: ConfigKind,
    /// The mapping that refers.
    pub(super) source: Node<'a>,
    pub(super) node: Node<'a>,
    pub(super) text: String,
    /// The namespace, where the place says one.
    pub(super) namespace: Option<String>,
}

/// What stands in one place where an object describes pods.
pub(super) struct PodTemplateDraft {
    pub(super) node: NodeId,
    pub(super) annotations: Option<FieldPath>,
    /// Every reference in it, by position.
    pub(super) drafts: Vec<Draft>,
}

/// Every place where a workload describes pods, by position.
pub(super) fn read_pod_templates(
    bundle: &Bundle,
    object: &Object,
    kind: &WorkloadKind,
    diagnostics: &mut Diagnostics,
) -> Vec<PodTemplateDraft> {
    let mut places = kind.find_templates(bundle.node(object));
    places.sort_by_key(|(_, node)| node.span().start);
    let mut found = Vec::new();
    for (number, (pods, node)) in places.into_iter().enumerate() {
        let anywhere = kind.cluster_scoped && object.name.namespace.is_none();
        let mut pod =
            PodSpec { bundle, object, any_namespace: anywhere, diagnostics: &mut *diagnostics, drafts: Vec::new() };
        pod.read_template(pods, node);
        if number == 0 {
            let own = bundle.rules.references_in(&object.api_version, &object.kind);
            own.for_each(|rule| pod.read_field(bundle.node(object), &rule.field));
        }
        let mut drafts = pod.drafts;
        drafts.sort_by_key(|draft| draft.place.span.start);
        found.push(PodTemplateDraft { node: node.id(), annotations: pods.annotations.clone(), drafts });
    }
    found
}

struct PodSpec<'b, 'd> {
    bundle: &'b Bundle,
    object: &'b Object,
    any_namespace: bool,
    diagnostics: &'d mut Diagnostics,
    drafts: Vec<Draft>,
}

impl<'b> PodSpec<'b, '_> {
    fn read_template(&mut self, pods: &PodTemplateSite, node: Node<'b>) {
        let specs = pods.find_pod_specs(node);
        let mut volumes: Vec<Volume> = specs.iter().flat_map(|&spec| self.read_volumes(spec)).collect();
        for (node, of, name) in pods.find_containers(node) {
            let container = Container { name, container_type: of };
            self.read_environment(node, &container);
            mounts::draft_mounts(node, &container, &mut volumes, &mut self.drafts);
        }
        mounts::draft_unmounted(&volumes, &mut self.drafts);
        for node in specs.into_iter().filter_map(|spec| spec.get("imagePullSecrets")).flat_map(Node::items) {
            self.read_names(PULL_SECRET, node);
        }
        pods.references.iter().for_each(|place| self.read_field(node, place));
    }

    /// What a kind's own words for it name.
    fn read_field(&mut self, node: Node<'b>, place: &ReferenceField) {
        for FieldMatch { parent: holder, node: named, .. } in place.find_names(node) {
            let Some(text) = named.as_str().filter(|text| !text.is_empty()) else { continue };
            let name =
                Name { kind: place.target, source: holder, node: named, text: text.into_owned(), namespace: None };
            let keys = place.find_keys(holder).map_or(KeySelection::All, KeySelection::of_keys);
            let keys = if place.delivery == Delivery::None { KeySelection::These(Vec::new()) } else { keys };
            self.push(&name, None, Mechanism::Name, keys, place.delivery, Variables::default());
            self.drafts
                .iter_mut()
                .last()
                .into_iter()
                .for_each(|draft| draft.rename_blocked_by = place.rename_blocked_by);
        }
    }

    /// What a row of a reference table names below a node.
    fn read_name(&mut self, row: &PodReference, node: Node<'b>) -> Option<Name<'b>> {
        let source = row.path.first(node)?;
        let name = source.get(row.name)?;
        let text = match name.as_str() {
            Some(text) => text.into_owned(),
            None => {
                let written = name.decoded_text().unwrap_or_default().into_owned();
                // Null is read as the empty name, which refers to nothing.
                if !written.is_empty() && !matches!(name.scalar(), Some(Scalar::Null)) {
                    let field = format!("{}.{}", row.path.keys().last().unwrap_or(&""), row.name);
                    self.report(name, SyntaxMessage::NotAString { field, written });
                }
                return None;
            }
        };
        if let Some(reading) = name.kustomize_reading(0) {
            let (readings, help) = (reading.both_readings(), reading.help());
            let message = ContentMessage::ReadDifferently { what: "this name".to_string(), readings, help };
            self.report(name, message);
        }
        (!text.is_empty()).then_some(Name { kind: row.target, source, node: name, text, namespace: None })
    }

    fn read_environment(&mut self, container: Node<'b>, of: &Container) {
        let used = Rc::new(command_variables(container));
        let mut defined = BTreeSet::new();
        for entry in container.get("env").into_iter().flat_map(Node::items) {
            let variable = entry.get("name").and_then(Node::decoded_text).unwrap_or_default().into_owned();
            for row in ENV {
                let Some(name) = self.read_name(row, entry) else { continue };
                let Some(key) = name.source.get("key").and_then(Node::decoded_text) else { continue };
                let keys = KeySelection::These(vec![key.into_owned()]);
                let naming = Naming::One(variable.clone());
                let variables = Variables { used: used.clone(), naming };
                self.push(&name, Some(of), Mechanism::Env, keys, Delivery::Frozen, variables);
            }
            defined.insert(variable);
        }
        // An `env` variable hides those of `envFrom`.
        let open = Rc::new(used.difference(&defined).cloned().collect::<BTreeSet<_>>());
        for entry in container.get("envFrom").into_iter().flat_map(Node::items) {
            let prefix = entry.get("prefix").and_then(Node::decoded_text).unwrap_or_default().into_owned();
            for row in ENV_FROM {
                let Some(name) = self.read_name(row, entry) else { continue };
                let variables = Variables { used: open.clone(), naming: Naming::Prefix(prefix.clone()) };
                self.push(&name, Some(of), Mechanism::EnvFrom, KeySelection::Data, Delivery::Frozen, variables);
            }
        }
    }

    fn read_volumes(&mut self, spec: Node<'b>) -> Vec<Volume> {
        let mut volumes = Vec::new();
        for entry in spec.get("volumes").into_iter().flat_map(Node::items) {
            let volume = entry.get("name").and_then(Node::decoded_text).unwrap_or_default().into_owned();
            for row in VOLUME {
                let Some(name) = self.read_name(row, entry) else { continue };
                volumes.push(self.new_volume(&volume, name, Mechanism::Volume, false));
            }
            volumes.extend(self.read_csi_volume(&volume, entry));
            let sources: Vec<_> = entry
                .get("projected")
                .and_then(|volume| volume.get("sources"))
                .into_iter()
                .flat_map(Node::items)
                .collect();
            for &source in &sources {
                for row in PROJECTED {
                    let Some(name) = self.read_name(row, source) else { continue };
                    volumes.push(self.new_volume(&volume, name, Mechanism::Projected, sources.len() > 1));
                }
            }
            self.read_names(VOLUME_NAMES, entry);
        }
        volumes
    }

    /// What a CSI driver is told to fetch for a volume.
    fn read_csi_volume(&mut self, volume: &str, entry: Node<'b>) -> Option<Volume> {
        let driver = entry.get("csi")?.get("driver")?.decoded_text()?;
        let row = FETCHED.iter().find(|row| row.driver == driver)?;
        let name = self.read_name(&row.reference, entry)?;
        let namespace = row.namespace.and_then(|field| name.source.get(field)?.as_str()).map(Cow::into_owned);
        Some(self.new_volume(volume, Name { namespace, ..name }, Mechanism::Csi, false))
    }

    fn new_volume(&self, volume: &str, name: Name<'b>, mechanism: Mechanism, shared: bool) -> Volume {
        let place = self.bundle.place(self.object, name.node);
        Volume::new(volume, name, mechanism, shared, self.any_namespace, place)
    }

    fn read_names(&mut self, rows: &[PodReference], node: Node<'b>) {
        for row in rows {
            let Some(name) = self.read_name(row, node) else { continue };
            let keys = KeySelection::These(Vec::new());
            self.push(&name, None, Mechanism::Name, keys, Delivery::None, Variables::default());
        }
    }

    fn push(
        &mut self,
        name: &Name<'b>,
        container: Option<&Container>,
        mechanism: Mechanism,
        keys: KeySelection,
        delivery: Delivery,
        variables: Variables,
    ) {
        self.drafts.push(Draft {
            place: self.bundle.place(self.object, name.node),
            node: name.node.id(),
            container: container.cloned(),
            mechanism,
            kind: name.kind,
            name: name.text.clone(),
            namespace: name.namespace.clone(),
            keys,
            delivery,
            optional: is_optional(name.source),
            missing: Vec::new(),
            may_come_from_sibling: false,
            variables,
            any_namespace: self.any_namespace,
            rename_blocked_by: None,
        });
    }

    fn report(&mut self, node: Node<'_>, message: impl Into<Message>) {
        self.diagnostics.report(self.bundle.place(self.object, node), self.object.label(), message);
    }
}

pub(super) fn is_optional(source: Node<'_>) -> bool {
    source.get("optional").is_some_and(Node::is_true)
}

/// The variables that stand as `$(NAME)` in a container's `command` and `args`; `$$(NAME)` is an escape.
fn command_variables(container: Node<'_>) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for word in ["command", "args"].into_iter().filter_map(|field| container.get(field)).flat_map(Node::items) {
        let Some(text) = word.decoded_text() else { continue };
        let mut rest = &*text;
        while let Some(at) = rest.find('$') {
            rest = &rest[at + 1..];
            if let Some(after) = rest.strip_prefix('$') {
                rest = after;
            } else if let Some((name, after)) = rest.strip_prefix('(').and_then(|inner| inner.split_once(')')) {
                found.insert(name.to_string());
                rest = after;
            }
        }
    }
    found
}
