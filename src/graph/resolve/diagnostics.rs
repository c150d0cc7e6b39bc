//! Diagnostics of references whose target is missing, ambiguous, or lacks a key.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::Resolver;
use crate::bundle::{Identity, Object, ObjectId};
use crate::diagnostic::{Diagnostic, Place, ReferenceMessage, Severity, WAYS_TO_NARROW_THE_RUN};
use crate::graph::draft::Draft;
use crate::graph::model::{KeySelection, Link};
use crate::graph::{ConfigId, GeneratedId, Scope, generated};
use crate::kinds::Delivery;

impl Resolver<'_> {
    /// Returns `true` if one request is in the input several times with different values and digests include it, and
    /// reports that.
    pub(super) fn report_contradiction(
        &mut self,
        object: &Object,
        target: &Identity,
        generated: &[GeneratedId],
        draft: &Draft,
    ) -> bool {
        let Some(first) = self.find_contradiction(generated) else { return false };
        if !self.includes_requests || draft.delivery == Delivery::None {
            return false;
        }
        if self.reported_contradictions.insert((target.clone(), first)) {
            let objects = generated.iter().map(|&id| self.generated[id].object).collect();
            self.report_definitions(object, target, objects, &draft.site.place);
        }
        true
    }

    /// The first generated config of which another has a different request.
    fn find_contradiction(&self, generated: &[GeneratedId]) -> Option<GeneratedId> {
        for &first in generated {
            for &other in generated {
                if generated::are_contradictory(self.bundle, &self.generated[first], &self.generated[other]) {
                    return Some(first);
                }
            }
        }
        None
    }

    /// Reports keys that no generated config of this name has, if the keys of all of them are certain.
    pub(super) fn report_keys_of_generated(&mut self, object: &Object, link: &mut Link) {
        let KeySelection::These(wanted) = &link.keys else { return };
        let mut has: BTreeSet<String> = BTreeSet::new();
        for &id in &link.generated {
            let Some(keys) = &self.generated[id].keys else { return };
            has.extend(keys.iter().cloned());
        }
        for key in wanted {
            if !has.contains(key) {
                link.missing.push(key.clone());
            }
        }
        self.report_missing_keys(object, link, has.into_iter().collect());
    }

    pub(super) fn report_ambiguous(&mut self, object: &Object, target: &Identity, first: ConfigId, place: &Place) {
        if !self.reported_ambiguous.insert((target.clone(), first)) {
            return;
        }
        let candidates = self.find_candidates(object, target);
        let objects = candidates.iter().map(|&index| self.configs[index].object).collect();
        self.report_definitions(object, target, objects, place);
    }

    /// Reports several definitions of one identity. No error comes from the context.
    fn report_definitions(&mut self, object: &Object, target: &Identity, defined_by: Vec<ObjectId>, place: &Place) {
        let mut definitions = Vec::new();
        let mut only_in_context = true;
        for id in defined_by {
            let definition = &self.bundle.objects[id];
            only_in_context &= self.bundle.is_context(definition);
            definitions.push(self.describe_position(definition));
        }
        let scope_help = match self.scope {
            Scope::Run if self.application_of(object).is_some() => {
                "define it once in the cluster, or in the application itself"
            }
            Scope::Run => WAYS_TO_NARROW_THE_RUN,
            Scope::Directory => "pass one directory, or render first",
            Scope::File => "keep one of them",
        };
        let message =
            ReferenceMessage::Ambiguous { target: target.to_string(), definitions, scope_help, only_in_context };
        self.diagnostics.report(place.clone(), object.label(), message);
    }

    pub(super) fn report_keys(&mut self, object: &Object, link: &Link, index: ConfigId) {
        self.report_differences(link, index);
        let config = &self.configs[index];
        // A key whose value cannot be read is an error of its own.
        if link.optional || config.content.problems.has_errors() {
            return;
        }
        // The list of keys is made only where one is missing: a config can have thousands, and as many references.
        if link.missing.is_empty() {
            return;
        }
        let has = config.content.keys.names().map(str::to_string).collect();
        self.report_missing_keys(object, link, has);
    }

    /// Reports what others read differently in the keys that a link consumes. Each place is reported once, and not looked
    /// at again then.
    fn report_differences(&mut self, link: &Link, index: ConfigId) {
        let content = &self.configs[index].content;
        if content.differences.is_empty() {
            return;
        }
        let unreported = self.unreported_differences.entry(index).or_insert_with(|| group_by_key(&content.differences));
        let mut found = Vec::new();
        if let KeySelection::These(keys) = &link.keys {
            for key in keys.iter().filter(|key| content.keys.contains(key)) {
                found.extend(unreported.remove(key).unwrap_or_default());
            }
        } else {
            unreported.retain(|key, numbers| {
                let is_consumed = content.keys.get(key).is_some_and(|entry| link.keys.includes(key, entry));
                if is_consumed {
                    found.append(numbers);
                }
                !is_consumed
            });
        }
        found.sort_unstable();
        for number in found {
            let (_, difference) = &content.differences[number];
            self.diagnostics.push(difference.clone());
        }
    }

    fn report_missing_keys(&mut self, object: &Object, link: &Link, has: Vec<String>) {
        if link.optional {
            return;
        }
        let has: Arc<[String]> = has.into();
        for key in &link.missing {
            if !self.reported_missing.insert((link.object, link.target.clone(), key.clone())) {
                continue;
            }
            let (target, has) = (link.target.to_string(), has.clone());
            let message = ReferenceMessage::MissingKey { target, key: key.clone(), has };
            // A repository can hold one workload for each of many clusters.
            let is_copy = !self.reported_keys.insert((object.label(), link.target.clone(), key.clone()));
            let severity = if is_copy { Severity::Detail } else { Severity::Warning };
            self.repeated_keys += usize::from(is_copy && !self.is_in_context);
            self.diagnostics.report_as(severity, link.place.clone(), object.label(), message);
        }
    }

    /// The namespace of a definition that is not found only because one side has no namespace.
    pub(super) fn other_namespace(&self, target: &Identity) -> Option<String> {
        for identity in self.names.of_any_namespace(target) {
            match (&identity.name.namespace, &target.name.namespace) {
                (Some(namespace), None) | (None, Some(namespace)) => return Some(namespace.clone()),
                _ => {}
            }
        }
        None
    }

    pub(super) fn describe_position(&self, object: &Object) -> String {
        let source = &self.bundle.sources[self.bundle.source_of(object)];
        format!("{}:{}", source.name(), source.position(self.bundle.start_of(object).span.start).line)
    }
}

/// The numbers of the differences of each key.
fn group_by_key(differences: &[(String, Diagnostic)]) -> BTreeMap<String, Vec<usize>> {
    let mut numbers: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (number, (key, _)) in differences.iter().enumerate() {
        numbers.entry(key.clone()).or_default().push(number);
    }
    numbers
}
