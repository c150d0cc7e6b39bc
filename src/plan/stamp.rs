//! Stamping: one annotation on each pod template, the digest of the config that the pods consume.

mod digests;
mod double_roll;
mod exclusions;
mod inputs;
mod kept;

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::ops::Deref;

use self::digests::DigestMemo;
use self::double_roll::VaultRestarts;
use self::inputs::{StampInputs, read_roll_on};
use super::model::{Plan, PlannedEdits, SkippedWorkload, StampChange};
use super::strategy::{RollOn, Stamp};
use crate::diagnostic::{AnnotationMessage, Message, Place, Severity, StampMessage};
use crate::graph::{ConfigStrategy, Delivery, Graph, Link, ListingPart, PodTemplate, Workload, WorkloadId};
use crate::kinds::path::FieldPath;
use crate::kinds::workloads::Effect;
use crate::yaml::{self, Node, Value};

pub use self::inputs::{find_uncertain_link, roll_on, template_lines};
pub use super::strategy::ANNOTATION;
pub use crate::graph::ROLL_ON;

/// Stamps for the configs that are stamped, where `default` is the strategy of configs that do not choose one.
pub(super) fn pass<'g>(graph: &'g Graph<'g>, stamp: &'g Stamp, default: ConfigStrategy, plan: &mut Plan) {
    let (vault, mut memo) = (VaultRestarts::of(graph), DigestMemo::default());
    if !stamp.remove {
        memo.prepare(graph, inputs::all_listing_parts(graph, stamp.roll_on, default));
    }
    let mut stamper = Stamper { graph, stamp, default, vault, memo, plan };
    for (id, workload) in graph.workloads.entries() {
        let opened = graph.open_workload(workload);
        stamper.stamp_workload(OpenWorkload { id, facts: workload, node: opened.node() });
    }
}

/// A workload with its node.
#[derive(Clone, Copy)]
struct OpenWorkload<'w> {
    id: WorkloadId,
    /// The facts that linking found.
    facts: &'w Workload,
    node: Node<'w>,
}

impl Deref for OpenWorkload<'_> {
    type Target = Workload;

    fn deref(&self) -> &Workload {
        self.facts
    }
}

/// An annotation that is not as it should be.
struct AnnotationEdit<'w> {
    /// The mapping that describes the pods.
    base: Node<'w>,
    /// From there to their annotations.
    path: FieldPath,
    old: Option<Node<'w>>,
    new: Option<String>,
}

/// The digest of a pod template.
struct TemplateDigest<'w> {
    template: &'w PodTemplate,
    /// The stamp with what it is computed of; none if the template gets no stamp.
    stamp: Option<(String, Vec<ListingPart>)>,
}

struct Stamper<'g, 'p> {
    graph: &'g Graph<'g>,
    stamp: &'g Stamp,
    default: ConfigStrategy,
    vault: VaultRestarts,
    memo: DigestMemo<'g>,
    plan: &'p mut Plan,
}

impl<'g> Stamper<'g, '_> {
    fn stamp_workload(&mut self, workload: OpenWorkload<'_>) {
        let graph = self.graph;
        if graph.bundle.is_signed(graph.object(workload.facts)) {
            return self.leave_signed_alone(workload);
        }
        if self.stamp.remove {
            let templates = self.decide_digests(workload);
            if !self.keeps_stamp_on_removal(workload, &templates) {
                self.remove_exclusions(workload);
                self.apply_digests(workload, templates);
            }
            return;
        }
        match read_roll_on(workload.node) {
            Some(Ok(RollOn::Never)) => {
                self.plan.unchanged += 1;
                return;
            }
            Some(Err(value)) => {
                let written = value.decoded_text().unwrap_or_default().into_owned();
                self.report(workload, value, AnnotationMessage::UnknownRollOn { written });
                return;
            }
            _ => {}
        }
        let consumes = self.inputs_of(workload.facts).consume_config();
        if !consumes && self.default != ConfigStrategy::Stamp {
            return;
        }
        let templates = self.decide_digests(workload);
        if templates.is_empty() && !workload.templates.is_empty() {
            self.plan.unchanged += 1;
            return;
        }
        match (consumes, graph.effect_on(workload.facts)) {
            (_, Effect::NothingToRoll(reason)) => {
                self.plan.unchanged += 1;
                if consumes {
                    let place = graph.bundle.start_of(graph.object(workload.facts));
                    let (label, message) = (graph.object(workload.facts).label(), StampMessage::NotStamped { reason });
                    self.plan.diagnostics.report_as(Severity::Detail, place, label, message);
                }
            }
            (_, effect @ (Effect::Refused(_) | Effect::Harmful(_) | Effect::StampHarms(_))) => {
                self.leave_alone(workload, &effect, &templates);
            }
            // The annotation of another tool is not ours to take away.
            (false, _) if !self.owns_annotation() => self.plan.unchanged += 1,
            _ => {
                if consumes {
                    self.add_exclusions(workload);
                }
                self.apply_digests(workload, templates);
            }
        }
    }

    /// The digest of each pod template of a workload, without those whose stamp stays as it is.
    fn decide_digests<'w>(&mut self, workload: OpenWorkload<'w>) -> Vec<TemplateDigest<'w>> {
        let object = workload.node;
        let mut seen = BTreeSet::new();
        let mut digests = Vec::new();
        for template in &workload.facts.templates {
            // Templates that are one through an alias have one annotation.
            if !seen.insert(object.with_id(template.node).target().id()) {
                continue;
            }
            let parts = if self.stamp.remove { None } else { self.inputs_of(workload.facts).listing_parts(template) };
            if self.stamp.remove || !self.keeps_undecided_stamp(workload, template, parts.is_some()) {
                let stamp = parts.map(|parts| (self.memo.digest_of(self.graph, &parts), parts));
                digests.push(TemplateDigest { template, stamp });
            }
        }
        digests
    }

    /// Returns `true` if the stamp of a template stays as it is, since nobody knows what it should be: nothing that the
    /// template refers to is in the input, which may be a part of what is deployed; something is not there while a
    /// document could not be read; or the content of a config is not certain, which other messages say.
    fn keeps_undecided_stamp(&mut self, workload: OpenWorkload<'_>, template: &PodTemplate, has_lines: bool) -> bool {
        let inputs = self.inputs_of(workload.facts);
        if self.graph.links_of_template(workload.facts, template).any(|link| inputs.is_uncertain(link)) {
            return true;
        }
        let links = self.graph.links_of_template(workload.facts, template);
        let unresolved: Vec<&Link> = links.filter(|link| inputs.is_unresolved(link)).collect();
        if unresolved.is_empty() || (has_lines && !self.graph.has_skipped_documents) {
            return false;
        }
        // The annotation of another tool stays anyway where there is nothing to write.
        let is_ours = self.owns_annotation() || has_lines;
        let has_stamp = is_ours && self.find_annotation(workload, template).is_some();
        if has_stamp && let Some(link) = unresolved.iter().find(|link| !link.optional) {
            let (place, object) = (link.place.clone(), self.graph.object(workload.facts).label());
            let message = StampMessage::Undecided { target: link.target.to_string() };
            self.plan.diagnostics.report(place, object, message);
        }
        has_stamp
    }

    fn record_skipped(&mut self, workload: OpenWorkload<'_>, reason: Cow<'static, str>, message: StampMessage) {
        self.plan.skipped.push(SkippedWorkload { workload: workload.id, reason });
        self.report(workload, workload.node, message);
    }

    fn inputs_of<'s>(&self, workload: &'s Workload) -> StampInputs<'s>
    where
        'g: 's,
    {
        StampInputs::new(self.graph, workload, self.stamp.roll_on, self.default)
    }

    fn owns_annotation(&self) -> bool {
        self.stamp.annotation.starts_with("rollstamp.dev/")
    }

    /// Writes the digest of its lines on each pod template, and takes it off where there are none.
    fn apply_digests(&mut self, workload: OpenWorkload<'_>, templates: Vec<TemplateDigest<'_>>) {
        let mut outdated = Vec::new();
        for template in templates {
            if let Some(edit) = self.outdated_annotation(workload, &template) {
                let TemplateDigest { template, stamp } = template;
                outdated.push((template, stamp, edit));
            }
        }
        if outdated.is_empty() {
            self.plan.unchanged += 1;
            return;
        }
        if outdated.iter().any(|(_, _, edit)| edit.new.is_some()) {
            self.warn_of_missing_effect(workload);
            if outdated.iter().any(|(_, _, edit)| edit.old.is_some() && edit.new.is_some()) {
                self.note_immutable_configs(workload);
            }
            let inputs = self.inputs_of(workload.facts);
            for message in double_roll::warnings(&inputs, &self.vault, self.stamp.exclude_from_reloader) {
                self.report(workload, workload.node, message);
            }
            self.note_restart_without_steps(workload);
        }
        for (template, stamp, edit) in outdated {
            let change = StampChange {
                workload: workload.id,
                template: template.path.clone(),
                place: self.anchor_of(workload, &edit),
                annotation: self.stamp.annotation.clone(),
                old: edit.old.map(|old| old.decoded_text().unwrap_or_default().into_owned()),
                new: edit.new.clone(),
                listing: stamp.map(|(_, parts)| parts).unwrap_or_default(),
            };
            if self.record_annotation_edit(workload, edit) {
                self.plan.stamps.push(change);
            }
        }
    }

    /// The value of the annotation that a template has so far.
    fn find_annotation<'w>(&self, workload: OpenWorkload<'w>, template: &PodTemplate) -> Option<Node<'w>> {
        let base = workload.node.with_id(template.node);
        template.annotations.as_ref()?.first(base)?.get(&self.stamp.annotation)
    }

    /// The annotation of a template, if it is not up to date.
    fn outdated_annotation<'w>(
        &self,
        workload: OpenWorkload<'w>,
        digest: &TemplateDigest<'_>,
    ) -> Option<AnnotationEdit<'w>> {
        let TemplateDigest { template, stamp } = digest;
        let new = stamp.as_ref().map(|(digest, _)| digest.clone());
        let path = template.annotations.as_ref()?;
        let base = workload.node.with_id(template.node);
        let old = self.find_annotation(workload, template);
        let is_right = match (old, &new) {
            (Some(old), Some(new)) => old.is_string(new),
            (None, None) => true,
            (Some(_), None) => !self.owns_annotation() && !self.stamp.remove,
            (None, Some(_)) => false,
        };
        if is_right { None } else { Some(AnnotationEdit { base, path: path.clone(), old, new }) }
    }

    /// Returns the place in which a reader looks for the stamp.
    fn anchor_of(&self, workload: OpenWorkload<'_>, edit: &AnnotationEdit<'_>) -> Place {
        let mut key = edit.base.key();
        let mut node = edit.base;
        for name in edit.path.keys().into_iter().chain([self.stamp.annotation.as_str()]) {
            let Some((next, value)) = node.entry(name) else { break };
            key = Some(next);
            node = value;
        }
        let object = self.graph.object(workload.facts);
        match key {
            Some(key) => self.graph.bundle.place(object, key),
            None => self.graph.bundle.start_of(object),
        }
    }

    fn record_annotation_edit(&mut self, workload: OpenWorkload<'_>, edit: AnnotationEdit<'_>) -> bool {
        let annotation = &self.stamp.annotation;
        let edits = match &edit.new {
            Some(value) => yaml::set_entry(edit.base, &edit.path.keys(), annotation, value),
            None => yaml::remove_entry(edit.base, &edit.path.keys(), annotation),
        };
        let path: Vec<&str> = edit.path.keys().into_iter().chain([annotation.as_str()]).collect();
        let object = self.graph.object(workload.facts);
        let planned = PlannedEdits::of_value(object, edit.base, &path, edit.new.map(Value::String), edits);
        self.plan.record_edits(self.graph, planned).is_recorded()
    }

    /// Notes the configs of a renewed stamp that cannot get new content under their names.
    fn note_immutable_configs(&mut self, workload: OpenWorkload<'_>) {
        let inputs = self.inputs_of(workload.facts);
        let mut configs = BTreeSet::new();
        for link in inputs.included_config_links() {
            if self.graph.config_of(link).is_some_and(|config| config.immutable) {
                configs.insert(link.target.to_string());
            }
        }
        if !configs.is_empty() {
            let message = StampMessage::ImmutableConfig { configs: configs.into_iter().collect() };
            self.report(workload, workload.node, message);
        }
    }

    /// A stamp that does not lead to new pods is worth a word.
    fn warn_of_missing_effect(&mut self, workload: OpenWorkload<'_>) {
        let node = workload.node;
        let frozen = self.graph.links[workload.links.clone()]
            .iter()
            .any(|link| link.delivery == Delivery::Frozen && self.graph.config_of(link).is_some());
        let what = "a new stamp";
        match self.graph.effect_on(workload.facts) {
            Effect::NoEffect(reason) | Effect::InPlace(reason) | Effect::InPlaceOnly(reason) => {
                self.report(workload, node, StampMessage::NoEffect { what, pods: "no pods", reason });
            }
            Effect::Partly(reason) => {
                self.report(workload, node, StampMessage::NoEffect { what, pods: "some pods only", reason });
            }
            Effect::RefreshesOnly if frozen => self.report(workload, node, StampMessage::PodKeepsFrozen),
            _ => {}
        }
    }

    fn report(&mut self, workload: OpenWorkload<'_>, node: Node<'_>, message: impl Into<Message>) {
        let object = self.graph.object(workload.facts);
        let place = self.graph.bundle.place(object, node);
        let place = Place { span: place.span.start..place.span.start, ..place };
        self.plan.diagnostics.report(place, object.label(), message);
    }
}
