//! The references in pod templates, as drafts of links.

mod environment;
mod templated;

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::Arc;

use super::draft::layout::VolumeLayout;
use super::draft::{Absence, Draft, DraftSite, DraftTarget, NamespaceChoice};
use super::model::{Container, KeySelection, Mechanism};
use super::mounts::{self, Volume, Volumes};
use super::shapes::{self, ShapeProblem};
use crate::bundle::{Bundle, Object};
use crate::diagnostic::{ContentMessage, Diagnostics, Message};
use crate::kinds::path::{self, FieldMatch, FieldPath};
use crate::kinds::references::{FETCHED, PROJECTED, PULL_SECRET, PodReference, VOLUME, VOLUME_NAMES};
use crate::kinds::referrers::ReferenceField;
use crate::kinds::workloads::{PodTemplateSite, WorkloadKind};
use crate::kinds::{ConfigKind, Delivery};
use crate::yaml::{Node, NodeId};

/// A name of a config in a pod template.
struct WrittenName<'a> {
    kind: ConfigKind,
    /// The mapping that refers.
    source: Node<'a>,
    node: Node<'a>,
    text: String,
    /// The namespace, if the reference gives one.
    namespace: Option<String>,
}

/// A pod template with its references, not yet resolved.
pub(super) struct PodTemplateDraft {
    pub(super) node: NodeId,
    /// The path from the object, as reports show it.
    pub(super) path: String,
    pub(super) annotations: Option<FieldPath>,
    /// Every reference in it, by position.
    pub(super) drafts: Vec<Draft>,
}

/// The pod templates of a workload with their references, not yet resolved.
#[derive(Default)]
pub(super) struct PodTemplateDrafts {
    pub(super) templates: Vec<PodTemplateDraft>,
    /// The references by the user's rules, if there are several templates: any of them can hold these, or none.
    pub(super) others: Vec<Draft>,
}

/// Reads every pod template of a workload, by position.
pub(super) fn read_pod_templates(
    bundle: &Bundle,
    object: &Object,
    kind: &WorkloadKind,
    diagnostics: &mut Diagnostics,
) -> PodTemplateDrafts {
    let opened = bundle.open(object);
    let node_of_object = opened.node();
    let mut places = kind.find_templates(node_of_object);
    places.sort_by_key(|(_, node)| node.span().start);
    let mut found = PodTemplateDrafts::default();
    let is_cluster_scoped = kind.cluster_scoped && object.name.namespace.is_none();
    let (drafts, misshapen) = (Vec::new(), BTreeSet::new());
    let mut reader = PodTemplateReader { bundle, object, is_cluster_scoped, diagnostics, drafts, misshapen };
    let has_several = places.len() > 1;
    if has_several {
        reader.read_rules(node_of_object);
        found.others = reader.take_drafts();
    }
    for (pods, node) in places {
        reader.read_template(pods, node);
        if !has_several {
            reader.read_rules(node_of_object);
        }
        found.templates.push(PodTemplateDraft {
            node: node.id(),
            path: path::locate(node, node_of_object),
            annotations: pods.annotations.clone(),
            drafts: reader.take_drafts(),
        });
    }
    found
}

struct PodTemplateReader<'b, 'd> {
    bundle: &'b Bundle,
    object: &'b Object,
    is_cluster_scoped: bool,
    diagnostics: &'d mut Diagnostics,
    drafts: Vec<Draft>,
    /// The nodes that were reported for their shape: parts that are shared through anchors are read again.
    misshapen: BTreeSet<NodeId>,
}

impl<'b> PodTemplateReader<'b, '_> {
    /// Reports what is of the wrong shape in a template, each place once.
    fn report_shapes(&mut self, pods: &PodTemplateSite, node: Node<'_>) {
        let mut problems = shapes::find_name_problems(node, &pods.references);
        for part in &pods.parts {
            for FieldMatch { node, .. } in part.path.matches(node) {
                problems.extend(shapes::find_problems(node, part.kind));
            }
        }
        for ShapeProblem { node, message } in problems {
            if self.misshapen.insert(node.id()) {
                self.report(node, message);
            }
        }
    }

    /// Takes the references that were read, by position.
    fn take_drafts(&mut self) -> Vec<Draft> {
        let mut drafts = std::mem::take(&mut self.drafts);
        drafts.sort_by_key(|draft| draft.site.place.span.start);
        drafts
    }

    /// Reads the fields that the user's rules add to the kind.
    fn read_rules(&mut self, node: Node<'_>) {
        for rule in self.bundle.rules.references_in(&self.object.api_version, &self.object.kind) {
            self.read_field(node, &rule.field);
        }
    }

    fn read_template(&mut self, pods: &PodTemplateSite, node: Node<'_>) {
        self.report_shapes(pods, node);
        let specs = pods.find_pod_specs(node);
        let mut volumes = Vec::new();
        for &spec in &specs {
            volumes.extend(self.read_volumes(spec));
            volumes.extend(self.read_templated_volumes(spec));
        }
        let mut volumes = Volumes::new(volumes);
        for (node, of, name) in pods.find_containers(node) {
            let container = Arc::new(Container { name, container_type: of });
            self.read_environment(node, &container);
            mounts::draft_mounts(node, &container, &mut volumes, &mut self.drafts);
        }
        mounts::draft_unmounted(&volumes, &mut self.drafts);
        for node in specs.into_iter().filter_map(|spec| spec.get("imagePullSecrets")).flat_map(Node::items) {
            self.read_names(PULL_SECRET, node);
        }
        for field in &pods.references {
            self.read_field(node, field);
        }
    }

    /// Reads the names in a field of the workload's kind, or of the user's rules.
    fn read_field(&mut self, node: Node<'_>, field: &ReferenceField) {
        for FieldMatch { parent: source, node, .. } in field.find_names(node) {
            let Some(text) = node.as_str().filter(|text| !text.is_empty()) else { continue };
            let name = WrittenName { kind: field.target, source, node, text: text.into_owned(), namespace: None };
            let selection = match field.delivery {
                Delivery::None => KeySelection::none(),
                _ => field.find_keys(source).map_or(KeySelection::All, KeySelection::of_keys),
            };
            let mut draft = self.draft(&name, Mechanism::Name, selection, field.delivery);
            draft.flags.rename_blocked_by = field.rename_blocked_by;
            self.drafts.push(draft);
        }
    }

    /// Reads the name that a row of a reference table finds below a node.
    fn read_name<'n>(&mut self, row: &PodReference, node: Node<'n>) -> Option<WrittenName<'n>> {
        let source = row.path.first(node)?;
        let name = source.get(row.name)?;
        let text = match name.as_str() {
            Some(text) => text.into_owned(),
            // What is not a string is reported with everything else that is of the wrong shape.
            None => return None,
        };
        if let Some(reading) = name.kustomize_reading(0) {
            let (readings, help) = (reading.both_readings(), reading.help());
            let message = ContentMessage::ReadDifferently { what: "this name".to_string(), readings, help };
            self.report(name, message);
        }
        (!text.is_empty()).then_some(WrittenName { kind: row.target, source, node: name, text, namespace: None })
    }

    fn read_volumes(&mut self, spec: Node<'_>) -> Vec<Volume> {
        let mut volumes = Vec::new();
        for entry in spec.get("volumes").into_iter().flat_map(Node::items) {
            let volume = entry.get("name").and_then(Node::decoded_text).unwrap_or_default().into_owned();
            for row in VOLUME {
                let Some(name) = self.read_name(row, entry) else { continue };
                let mut own = [self.new_volume(&volume, name, Mechanism::Volume)];
                mounts::lay_out(&mut own, VolumeLayout::default());
                volumes.extend(own);
            }
            volumes.extend(self.read_csi_volume(&volume, entry));
            let sources: Vec<_> = entry.get_path(&["projected", "sources"]).into_iter().flat_map(Node::items).collect();
            let mut layout = VolumeLayout::default();
            let first = volumes.len();
            for (number, &source) in sources.iter().enumerate() {
                layout.add_other_paths(number, source);
                for row in PROJECTED {
                    let Some(name) = self.read_name(row, source) else { continue };
                    let volume = self.new_volume(&volume, name, Mechanism::Projected);
                    volumes.push(volume.with_siblings(number, sources.len() > 1));
                }
            }
            mounts::lay_out(&mut volumes[first..], layout);
            self.read_names(VOLUME_NAMES, entry);
        }
        volumes
    }

    /// Reads what a CSI driver is to fetch for a volume.
    fn read_csi_volume(&mut self, volume: &str, entry: Node<'_>) -> Option<Volume> {
        let driver = entry.get("csi")?.get("driver")?.decoded_text()?;
        let row = FETCHED.iter().find(|row| row.driver == driver)?;
        let name = self.read_name(&row.reference, entry)?;
        let namespace = row.namespace.and_then(|field| name.source.get(field)?.as_str()).map(Cow::into_owned);
        Some(self.new_volume(volume, WrittenName { namespace, ..name }, Mechanism::Csi))
    }

    fn new_volume(&self, volume: &str, name: WrittenName<'_>, mechanism: Mechanism) -> Volume {
        Volume::new(volume, name.source, self.draft(&name, mechanism, KeySelection::none(), Delivery::None))
    }

    fn read_names(&mut self, rows: &[PodReference], node: Node<'_>) {
        for row in rows {
            let Some(name) = self.read_name(row, node) else { continue };
            let draft = self.draft(&name, Mechanism::Name, KeySelection::none(), Delivery::None);
            self.drafts.push(draft);
        }
    }

    /// A reference outside of any container.
    fn draft(&self, name: &WrittenName<'_>, mechanism: Mechanism, keys: KeySelection, delivery: Delivery) -> Draft {
        let namespace = NamespaceChoice::new(name.namespace.clone(), self.is_cluster_scoped);
        Draft {
            site: DraftSite::new(self.bundle, self.object, name.node, mechanism),
            target: DraftTarget { kind: name.kind, name: name.text.clone(), namespace },
            keys: keys.into(),
            delivery,
            flags: Absence::of_source(name.source).into(),
        }
    }

    fn report(&mut self, node: Node<'_>, message: impl Into<Message>) {
        self.diagnostics.report(self.bundle.place(self.object, node), self.object.label(), message);
    }
}
