//! Effects of a renamed config on the workloads that refer to it, where they do not simply roll.

use std::borrow::Cow;
use std::collections::BTreeSet;

use sha2::{Digest, Sha256};

use super::Renamer;
use crate::diagnostic::{Message, RenameMessage, StampMessage};
use crate::graph::{BASE_NAME, Link, RENAME, Resolution, Workload};
use crate::kinds::annotation_text;
use crate::kinds::workloads::Effect;
use crate::plan::{Applier, RenamedObject};
use crate::suffix;

/// The longest name of a Job: it becomes a label of its pods.
const MAX_JOB_NAME: usize = 63;

/// The names of a Job that gets a new one, or has it already.
pub(super) struct RenamedJob {
    base: String,
    pub(super) new: String,
}

impl RenamedJob {
    /// The names that mean the Job no more, where `present` is the one that it has so far.
    pub(super) fn old_names<'n>(&'n self, present: &'n str) -> impl Iterator<Item = &'n str> {
        let base = Some(self.base.as_str()).filter(|base| *base != present);
        [Some(present), base].into_iter().flatten().filter(|name| *name != self.new)
    }
}

impl Renamer<'_, '_> {
    /// Says what a renamed reference does to workloads that do not simply roll: the spec of a Job's pods or of a bare
    /// Pod cannot change, so such an object cannot be applied over itself.
    pub(super) fn check_workloads(&mut self) {
        let mut run_later: Vec<&Workload> = Vec::new();
        for workload in &self.graph.workloads {
            let object = self.graph.object(workload);
            let links = &self.graph.links[workload.links.clone()];
            if !links.iter().any(|link| self.is_to_renamed(link)) {
                continue;
            }
            let effect = self.graph.effect_on(workload);
            let changes = links.iter().any(|link| self.rewritten.contains_key(&(object.document, link.node)));
            if effect.refuses_new_spec() && self.rename.jobs && self.is_renamed_job(workload) {
                let Some(reason) = self.find_signed_name(workload).filter(|_| changes) else {
                    self.rename_job(workload);
                    continue;
                };
                let message = RenameMessage::SpecCannotChange { kind: "Job".into(), reason: Some(reason.into()) };
                self.plan.diagnostics.report(self.graph.bundle.start_of(object), object.label(), message);
                continue;
            }
            // A Job that its applier replaces takes its pods with it.
            let is_replaced = workload.kind.effect.refuses_new_spec();
            if changes && effect == Effect::NextRun && !is_replaced {
                run_later.push(workload);
            }
            if let Some(message) = new_spec_message(workload.kind.kind.clone(), effect)
                && changes
            {
                self.plan.diagnostics.report(self.graph.bundle.start_of(object), object.label(), message);
            }
        }
        self.report_pruned_configs(&run_later);
    }

    /// Reports workloads whose Jobs go on with the old names. Argo CD prunes last once everything in the sync is
    /// healthy, for which it does not wait for the Jobs of a CronJob; Flux and Helm are told not to prune at all.
    fn report_pruned_configs(&mut self, run_later: &[&Workload]) {
        if self.rename.prune_last != Some(Applier::Argocd) || self.rename.keeps_generations {
            return;
        }
        let graph = self.graph;
        if let Some((first, others)) = run_later.split_first() {
            let others = others.iter().map(|workload| graph.object(workload).label()).collect();
            let object = graph.object(first);
            let message = RenameMessage::OldConfigPruned { others };
            self.plan.diagnostics.report(graph.bundle.start_of(object), object.label(), message);
        }
    }

    /// Returns `true` for a reference to a config that gets another name, or has got one before.
    fn is_to_renamed(&self, link: &Link) -> bool {
        match link.resolution {
            Resolution::Config(config) => self.new_names.contains_key(&config),
            _ => link.generated.iter().any(|generated| self.new_generated_names.contains_key(generated)),
        }
    }

    /// Returns `true` for a Job that does not say that it keeps its name.
    fn is_renamed_job(&self, workload: &Workload) -> bool {
        let opened = self.graph.open_workload(workload);
        let keeps_name = annotation_text(opened.node(), RENAME);
        workload.kind.kind == "Job" && keeps_name.as_deref() != Some("false")
    }

    /// The reason for which the name of a Job cannot change though it is to: it stands in a document that SOPS signs.
    fn find_signed_name(&self, workload: &Workload) -> Option<String> {
        let graph = self.graph;
        let job = graph.object(workload);
        if graph.bundle.is_signed(job) {
            return Some("its name stays, since SOPS signs its document".to_string());
        }
        for object in graph.bundle.objects.iter().filter(|object| graph.bundle.is_signed(object)) {
            if self.grants_access_to_job(object, &job.name) {
                let role = object.label();
                return Some(format!("its name stays, since {role} names it and SOPS signs the document of that"));
            }
        }
        None
    }

    fn rename_job(&mut self, workload: &Workload) {
        let object = self.graph.object(workload);
        let opened = self.graph.bundle.open(object);
        let node = opened.node();
        let Some(metadata) = node.get("metadata") else { return };
        let Some(name) = metadata.get("name") else { return };
        let recorded = annotation_text(node, BASE_NAME);
        if recorded.is_none() {
            self.report_foreign_suffix(object, name, &object.name.name);
        }
        let base = match recorded {
            Some(base) => base.into_owned(),
            None => object.name.name.clone(),
        };
        let new = format!("{base}-{}", suffix::suffix_of_digest(&self.digest_of_config_names(workload)));
        if new.len() > MAX_JOB_NAME {
            return self.report(object, name, RenameMessage::NameTooLong { name: new, limit: MAX_JOB_NAME });
        }
        let changed = (new != object.name.name).then_some(new.as_str());
        let is_recorded = self.change_metadata(object, changed, &[(BASE_NAME, base.clone())]);
        self.renamed_jobs.insert(workload.object, RenamedJob { base, new: new.clone() });
        if is_recorded && new != object.name.name {
            let old = object.name.name.clone();
            self.plan.renames.push(RenamedObject {
                object: workload.object,
                is_generated: false,
                old,
                new,
                references: Vec::new(),
            });
        }
    }

    /// A digest of the names of all configs that a workload refers to: its template changes when one of them does.
    fn digest_of_config_names(&self, workload: &Workload) -> String {
        let mut names = BTreeSet::new();
        for link in &self.graph.links[workload.links.clone()] {
            let new = match link.resolution {
                Resolution::Config(index) => {
                    Some(self.new_names.get(&index).unwrap_or(&self.graph.configs[index].identity.name.name))
                }
                _ => link.generated.iter().find_map(|generated| self.new_generated_names.get(generated)),
            };
            if let Some(name) = new {
                names.insert(format!("{}/{name}\n", link.target.kind));
            }
        }
        hex::encode(Sha256::digest(names.into_iter().collect::<String>()))
    }
}

/// Returns the message about another spec of a workload's pods.
fn new_spec_message(kind: Cow<'static, str>, effect: Effect) -> Option<Message> {
    let what = "a new name";
    match effect {
        Effect::WhileSuspended | Effect::RefreshesOnly => {
            Some(RenameMessage::SpecCannotChange { kind, reason: None }.into())
        }
        Effect::Refused(_) if kind == "Job" => Some(RenameMessage::SpecCannotChange { kind, reason: None }.into()),
        Effect::Refused(reason) | Effect::InPlaceOnly(reason) => {
            Some(RenameMessage::SpecCannotChange { kind, reason: Some(reason) }.into())
        }
        Effect::NoEffect(reason) => Some(StampMessage::NoEffect { what, pods: "no pods", reason }.into()),
        Effect::Partly(reason) => Some(StampMessage::NoEffect { what, pods: "some pods only", reason }.into()),
        Effect::Harmful(reason) => Some(RenameMessage::NewNameHarms { reason }.into()),
        Effect::Rolls | Effect::NextRun | Effect::InPlace(_) | Effect::NothingToRoll(_) | Effect::StampHarms(_) => None,
    }
}
