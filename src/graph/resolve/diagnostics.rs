//! What is said of references: what they lead to is not there, not clear, or lacks a key.

use super::super::pod_spec::Draft;
use super::super::{ConfigId, Delivery, GeneratedId, KeySelection, Link, Mechanism, Scope, generated};
use std::collections::BTreeSet;

use super::Resolver;
use crate::bundle::{Identity, Object};
use crate::diagnostic::{Place, ReferenceMessage, Severity};
use crate::kinds::ConfigKind;

impl Resolver<'_> {
    /// Whether one request is in the input several times and says different things; where it counts, that is said.
    pub(super) fn report_contradiction(
        &mut self,
        object: &Object,
        target: &Identity,
        products: &[GeneratedId],
        draft: &Draft,
    ) -> bool {
        let differ = |a: &GeneratedId, b: &GeneratedId| {
            generated::are_contradictory(self.bundle, &self.products[*a], &self.products[*b])
        };
        let Some(&first) = products.iter().find(|a| products.iter().any(|b| differ(a, b))) else { return false };
        if !self.includes_requests || draft.delivery == Delivery::None {
            return false;
        }
        if self.reported_contradictions.insert((target.clone(), first)) {
            let objects = products.iter().map(|&product| &self.bundle.objects[self.products[product].object]);
            let definitions = objects.map(|object| self.describe_position(object)).collect();
            self.report_definitions(object, target, definitions, &draft.place);
        }
        true
    }

    /// A key that no product of this name has, where the keys of all of them are certain.
    pub(super) fn report_keys_of_generated(&mut self, object: &Object, link: &mut Link) {
        let KeySelection::These(wanted) = &link.keys else { return };
        let keys: Option<Vec<&BTreeSet<String>>> =
            link.generated.iter().map(|&product| self.products[product].keys.as_ref()).collect();
        let Some(keys) = keys else { return };
        let lacking = |key: &&String| !keys.iter().any(|keys| keys.contains(*key));
        link.missing.extend(wanted.iter().filter(lacking).cloned());
        let has: BTreeSet<String> = keys.into_iter().flatten().cloned().collect();
        self.report_missing_keys(object, link, has.into_iter().collect());
    }

    pub(super) fn report_ambiguous(&mut self, object: &Object, target: &Identity, first: ConfigId, place: &Place) {
        if !self.reported_ambiguous.insert((target.clone(), first)) {
            return;
        }
        let candidates = self.find_candidates(object, target);
        let objects = candidates.iter().map(|&index| &self.bundle.objects[self.configs[index].object]);
        let definitions = objects.map(|object| self.describe_position(object)).collect();
        self.report_definitions(object, target, definitions, place);
    }

    pub(super) fn report_definitions(
        &mut self,
        object: &Object,
        target: &Identity,
        definitions: Vec<String>,
        place: &Place,
    ) {
        let scope_help = match self.scope {
            Scope::Run => {
                "pass one directory, render first, or use `--scope dir` if each directory is deployed on its own"
            }
            Scope::Directory => "pass one directory, or render first",
            Scope::File => "keep one of them",
        };
        let message = ReferenceMessage::Ambiguous { target: target.to_string(), definitions, scope_help };
        self.diagnostics.report(place.clone(), object.label(), message);
    }

    pub(super) fn report_keys(&mut self, object: &Object, link: &Link, index: ConfigId) {
        let config = &self.configs[index];
        let asked = |key: &str| config.content.keys.get(key).is_some_and(|entry| link.keys.includes(key, entry));
        for (number, (key, difference)) in config.content.differences.iter().enumerate() {
            if asked(key) && self.reported_difference.insert((index, number)) {
                self.diagnostics.push(difference.clone());
            }
        }
        // A key whose value cannot be read is an error of its own.
        if link.optional || !config.content.problems.is_empty() {
            return;
        }
        let has = config.content.keys.keys().cloned().collect();
        self.report_missing_keys(object, link, has);
    }

    pub(super) fn report_missing_keys(&mut self, object: &Object, link: &Link, has: Vec<String>) {
        for key in link.missing.iter().filter(|_| !link.optional) {
            if self.reported_missing.insert((link.object, link.target.clone(), key.clone())) {
                let (target, has) = (link.target.to_string(), has.clone());
                let message = ReferenceMessage::MissingKey { target, key: key.clone(), has };
                self.diagnostics.report(link.place.clone(), object.label(), message);
            }
        }
    }

    pub(super) fn report_missing(&mut self, object: &Object, link: &Link) {
        if !self.reported_missing.insert((link.object, link.target.clone(), String::new())) {
            return;
        }
        let elsewhere = self.other_namespace(&link.target);
        let severity = match link.target.kind {
            // Whoever names a Secret in an annotation of ours has it at hand.
            ConfigKind::Secret if elsewhere.is_none() && link.mechanism != Mechanism::Extra => {
                self.missing_secrets += 1;
                Severity::Detail
            }
            // Only the request could count, and nothing is fetched for nobody.
            kind if kind.is_fetched() && (!self.includes_requests || link.container.is_none()) => Severity::Detail,
            _ => Severity::Warning,
        };
        let may_be_optional = !link.target.kind.is_fetched() && link.mechanism != Mechanism::Template;
        let message = ReferenceMessage::Unresolved { target: link.target.to_string(), elsewhere, may_be_optional };
        self.diagnostics.report_as(severity, link.place.clone(), object.label(), message);
    }

    /// A definition that fails only because one side has no namespace: the namespace that would join them.
    pub(super) fn other_namespace(&self, target: &Identity) -> Option<String> {
        let namespaces = self.known.namespaces.get(&(target.kind, target.name.name.clone()))?;
        namespaces.iter().find_map(|defined_in| match (defined_in, &target.name.namespace) {
            (Some(namespace), None) | (None, Some(namespace)) => Some(namespace.clone()),
            _ => None,
        })
    }

    pub(super) fn describe_position(&self, object: &Object) -> String {
        let source = &self.bundle.sources[self.bundle.source_of(object)];
        format!("{}:{}", source.name(), source.position(self.bundle.node(object).span().start).line)
    }
}
