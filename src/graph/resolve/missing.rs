//! Configs that are not in the input: each is reported once, with everything that uses it.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Resolver;
use super::similar::SimilarConfigs;
use crate::bundle::{Identity, Object, ObjectId};
use crate::diagnostic::{Place, ReferenceMessage, Severity};
use crate::graph::model::{Link, Mechanism};
use crate::kinds::ConfigKind;

/// The most missing configs for which similar names are looked up, since each look-up goes through all names.
const SUGGESTED: usize = 200;

/// A config that is not in the input, at the first reference to it.
pub(super) struct MissingConfig {
    target: Arc<Identity>,
    severity: Severity,
    place: Place,
    first_user: ObjectId,
    /// Labels of the objects that refer to it too.
    other_users: Vec<String>,
    /// A fix other than adding it: empty, or the rest of a sentence.
    otherwise: &'static str,
    /// The kustomization whose build makes it.
    built_by: Option<String>,
}

impl Resolver<'_> {
    /// Records that the config of a link is missing. Nothing of the context is recorded.
    pub(super) fn record_missing(&mut self, object: &Object, link: &Link) {
        let is_known = !self.reported_missing.insert((link.object, link.target.clone(), String::new()));
        if is_known || self.is_in_context {
            return;
        }
        let built_by = self.find_kustomization(&link.target);
        let severity = if built_by.is_some() { Severity::Detail } else { self.severity_of_absence(link) };
        let otherwise = self.other_fix(object, link);
        let number = self.missing_configs.len();
        let source = &self.bundle.sources[self.bundle.documents[object.document].source];
        let application = source.application().filter(|_| self.separates_applications);
        let key = (link.target.clone(), application.map(|application| application.id.clone()));
        let index = *self.missing_by_identity.entry(key).or_insert(number);
        if let Some(missing) = self.missing_configs.get_mut(index) {
            missing.severity = missing.severity.min(severity);
            missing.other_users.push(object.label());
            return;
        }
        self.missing_configs.push(MissingConfig {
            target: link.target.clone(),
            severity,
            place: link.place.clone(),
            first_user: link.object,
            other_users: Vec::new(),
            otherwise,
            built_by,
        });
    }

    /// Finds the kustomization in the input that generates a config, as `base/kustomization.yaml:5`.
    fn find_kustomization(&self, target: &Identity) -> Option<String> {
        let (name, line) = self.bundle.find_generator(target)?;
        Some(format!("{name}:{line}"))
    }

    fn severity_of_absence(&mut self, link: &Link) -> Severity {
        match link.target.kind {
            // Our own annotations are written by people who have the Secret in their manifests.
            ConfigKind::Secret
                if link.mechanism != Mechanism::Extra && self.other_namespace(&link.target).is_none() =>
            {
                self.missing_secrets += 1;
                Severity::Detail
            }
            // A digest can include only the request, and drivers fetch for containers only.
            kind if kind.is_fetched() && (!self.includes_requests || link.container.is_none()) => Severity::Detail,
            _ => Severity::Warning,
        }
    }

    /// The fix other than adding the config, where the field of the reference allows one.
    fn other_fix(&self, object: &Object, link: &Link) -> &'static str {
        let opened = self.bundle.open(object);
        let in_mapping = opened.node().with_id(link.node).parent();
        match link.mechanism {
            Mechanism::Env | Mechanism::EnvFrom | Mechanism::Volume | Mechanism::Projected => {
                ", or mark the reference `optional: true` if the pod can start without it"
            }
            // `valuesFrom` and `substituteFrom` of Flux, next to whose names the kind is.
            Mechanism::Name
                if matches!(object.kind.as_str(), "HelmRelease" | "Kustomization")
                    && in_mapping.is_some_and(|mapping| mapping.get("kind").is_some()) =>
            {
                ", or mark the reference `optional: true` if it may be absent"
            }
            Mechanism::Extra => ", or remove it from the annotation",
            Mechanism::Name | Mechanism::Csi | Mechanism::Template | Mechanism::Honored => "",
        }
    }

    fn find_similar_configs(&mut self, missing_configs: &[MissingConfig]) {
        let similar = SimilarConfigs::of(self);
        let mut found = BTreeMap::new();
        for missing in missing_configs.iter().filter(|missing| missing.built_by.is_none()).take(SUGGESTED) {
            if let Some(config) = similar.find(&missing.target) {
                found.insert(Identity::clone(&missing.target), config);
            }
        }
        self.similar_configs = found;
    }

    /// Reports each missing config, at the first reference to it.
    pub(in crate::graph) fn report_missing_configs(&mut self) {
        let missing_configs = std::mem::take(&mut self.missing_configs);
        if !missing_configs.is_empty() {
            self.find_similar_configs(&missing_configs);
        }
        for missing in missing_configs {
            let MissingConfig { target, severity, place, first_user, other_users, otherwise, built_by } = missing;
            let elsewhere = self.other_namespace(&target);
            let similar = self.similar_configs.get(&target).map(ToString::to_string);
            let target = target.to_string();
            let message = match built_by {
                Some(kustomization) => ReferenceMessage::NotBuilt { target, kustomization, other_users },
                None => ReferenceMessage::Unresolved { target, elsewhere, similar, other_users, otherwise },
            };
            let label = self.bundle.objects[first_user].label();
            self.diagnostics.report_as(severity, place, label, message);
        }
    }
}
