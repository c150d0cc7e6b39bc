//! Stamps that stay because the API server would refuse the workload without them, or with another one.

use super::{AnnotationEdit, OpenWorkload, Stamper, TemplateDigest};
use crate::diagnostic::StampMessage;
use crate::kinds::workloads::Effect;
use crate::yaml::{Node, Scalar};

impl Stamper<'_, '_> {
    /// Leaves a workload alone whose changed pod template is refused or does harm. A stamp that it has stays: taken
    /// off, the template would be another one too.
    pub(super) fn leave_alone(&mut self, workload: OpenWorkload<'_>, effect: &Effect, digests: &[TemplateDigest<'_>]) {
        let consumes = digests.iter().any(|digest| digest.stamp.is_some());
        let has_stamp = self.has_stamp(workload);
        let is_outdated = digests.iter().any(|digest| self.outdated_annotation(workload, digest).is_some());
        let (Effect::Refused(reason) | Effect::Harmful(reason) | Effect::StampHarms(reason)) = effect else { return };
        let message = match effect {
            _ if has_stamp => StampMessage::StampKept { reason: reason.clone() },
            Effect::Harmful(_) | Effect::StampHarms(_) => StampMessage::HarmNotStamped { reason: reason.clone() },
            _ => StampMessage::NotStamped { reason: reason.clone() },
        };
        if is_outdated && (consumes || has_stamp) {
            self.record_skipped(workload, reason.clone(), message);
            return;
        }
        self.plan.unchanged += 1;
        if has_stamp {
            self.report(workload, workload.node, message);
        }
    }

    /// Leaves a workload alone that is in a list which SOPS has encrypted: its message authentication code covers the whole
    /// document, so that nobody could decrypt it after an edit.
    pub(super) fn leave_signed_alone(&mut self, workload: OpenWorkload<'_>) {
        let is_right = if self.stamp.remove {
            !self.has_stamp(workload)
        } else {
            let digests = self.decide_digests(workload);
            digests.iter().all(|digest| self.outdated_annotation(workload, digest).is_none())
        };
        if is_right {
            self.plan.unchanged += 1;
            return;
        }
        let reason = "SOPS signs its whole document, so an edit would make it unreadable";
        self.record_skipped(workload, reason.into(), StampMessage::NotEdited { reason });
    }

    /// Returns `true` if a pod template has a stamp of ours.
    pub(super) fn has_stamp(&self, workload: OpenWorkload<'_>) -> bool {
        let mut templates = workload.templates.iter();
        self.owns_annotation() && templates.any(|template| self.find_annotation(workload, template).is_some())
    }

    /// Keeps the stamp of a Job whose template would have no metadata without it; returns `true` if it did. The API
    /// server adds labels to the template's metadata when it creates the Job. Whoever applies the Job without the
    /// metadata that it had before removes them with it, which is refused; next to another field they stay.
    pub(super) fn keeps_stamp_on_removal(
        &mut self,
        workload: OpenWorkload<'_>,
        digests: &[TemplateDigest<'_>],
    ) -> bool {
        let is_job = workload.kind.kind == "Job" && workload.kind.groups.iter().any(|group| group == "batch");
        let Effect::Refused(reason) = self.graph.effect_on(workload.facts) else { return false };
        let mut edits = digests.iter().filter_map(|digest| self.outdated_annotation(workload, digest));
        if !is_job || !edits.any(|edit| edit.empties_metadata()) {
            return false;
        }
        self.record_skipped(workload, reason, StampMessage::StampKeptOnRemoval);
        true
    }
}

impl AnnotationEdit<'_> {
    /// Returns `true` if nothing is left in the template's metadata once the annotation is removed. A null is nothing.
    fn empties_metadata(&self) -> bool {
        let Some(metadata) = self.base.get("metadata") else { return false };
        let annotations = metadata.get("annotations").map(Node::entries).unwrap_or_default();
        let fields = metadata.entries();
        let filled_fields = fields.iter().filter(|(_, _, value)| value.scalar() != Some(Scalar::Null));
        annotations.len() <= 1 && filled_fields.count() <= 1
    }
}
