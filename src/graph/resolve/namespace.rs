//! References for which one side does not name its namespace.
//!
//! An exact match comes first, through the whole scope. Then a missing namespace and `default` are one, as for
//! kustomize. Only then is a namespace inferred: a reference without one means the only namespace that has such an
//! object, or several with the same content; an object without one serves a reference from any. If the pod can start at
//! all, this config is what it gets, or one from outside the input; a roll too many is cheaper than a missed one.

use super::{Resolver, SearchResult};
use crate::bundle::{Identity, Object, ObjectName};
use crate::diagnostic::{Place, ReferenceMessage};
use crate::graph::{ConfigId, Resolution, Scope};

/// The first reference for which a namespace was inferred, and how many there are.
pub(super) struct InferredNamespace {
    place: Place,
    object: String,
    target: Identity,
    references: usize,
}

impl Resolver<'_> {
    /// Finds the definition that a reference means. If it is found under another namespace, `target` becomes that
    /// identity. Returns `true` beside it if the namespace is a guess.
    pub(super) fn find_across_namespaces(
        &mut self,
        object: &Object,
        target: &mut Identity,
        place: &Place,
    ) -> (SearchResult, bool) {
        let exact = self.find(object, target);
        let is_missing = matches!(exact, SearchResult::Nothing(Resolution::Missing));
        if !is_missing || object.role.is_cluster_scoped() || self.is_defined(object, target) {
            return (exact, false);
        }
        let other = match target.name.namespace.as_deref() {
            None => Some("default".to_string()),
            Some("default") => None,
            Some(_) => return self.infer_namespace(object, target, exact, place),
        };
        let other = in_namespace(target, other);
        if self.is_defined(object, &other) {
            *target = other;
            return (self.find(object, target), false);
        }
        self.infer_namespace(object, target, exact, place)
    }

    fn infer_namespace(
        &mut self,
        object: &Object,
        target: &mut Identity,
        exact: SearchResult,
        place: &Place,
    ) -> (SearchResult, bool) {
        let Some(first) = self.find_elsewhere(object, target) else { return (exact, false) };
        let namespace = first.name.namespace.clone().or(target.name.namespace.clone()).unwrap_or_default();
        *target = first;
        match self.inferred_namespaces.get_mut(&namespace) {
            Some(inferred) => inferred.references += 1,
            None => {
                let (place, object, target) = (place.clone(), object.label(), target.clone());
                let inferred = InferredNamespace { place, object, target, references: 1 };
                self.inferred_namespaces.insert(namespace, inferred);
            }
        }
        (self.find(object, target), true)
    }

    /// Finds the identity that a target has where only one side says a namespace. Many references can leave out the
    /// namespace of a name that is in many, so the answer is kept, unless it depends on the object that asks.
    fn find_elsewhere(&mut self, object: &Object, target: &Identity) -> Option<Identity> {
        if let Some(known) = self.found_elsewhere.get(target) {
            return known.clone();
        }
        let mut defined = self.candidates_elsewhere(target);
        defined.retain(|other| self.is_defined(object, other) && self.is_in_same_application(object, other));
        let mut configs = Vec::new();
        for identity in &defined {
            configs.extend(self.find_candidates(object, identity));
        }
        let is_unclear = defined.len() > 1 && !self.have_same_content(&configs);
        let found = if is_unclear { None } else { defined.first().cloned() };
        let depends_on_object = |other: &Identity| self.depends_on_object(other);
        let is_in_application = self.application_of(object).is_some();
        if self.scope == Scope::Run && !is_in_application && !defined.iter().any(depends_on_object) {
            self.found_elsewhere.insert(target.clone(), found.clone());
        }
        found
    }

    /// The identities that a target may have where only one side says a namespace.
    fn candidates_elsewhere(&self, target: &Identity) -> Vec<Identity> {
        if target.name.namespace.is_some() {
            return vec![in_namespace(target, None)];
        }
        let mut candidates = Vec::new();
        for identity in self.names.of_any_namespace(target) {
            if identity.name.namespace.is_some() {
                candidates.push(Identity::clone(identity));
            }
        }
        candidates
    }

    /// Returns `true` if the input has such an object, or something that makes a controller write it.
    fn is_defined(&self, object: &Object, target: &Identity) -> bool {
        !self.find_candidates(object, target).is_empty() || !self.generated_for(object, target).is_empty()
    }

    /// Returns `true` if an object's own application defines a config; nothing is inferred from another's.
    fn is_in_same_application(&self, object: &Object, target: &Identity) -> bool {
        let Some(own) = self.application_of(object) else { return true };
        let configs = self.find_candidates(object, target).into_iter().map(|id| self.configs[id].object);
        let generated = self.generated_for(object, target).into_iter().map(|id| self.generated[id].object);
        configs.chain(generated).any(|id| self.application_of(&self.bundle.objects[id]) == Some(own))
    }

    /// Returns `true` if configs have the same keys with the same values. Labels, annotations and `immutable` are not
    /// content.
    pub(super) fn have_same_content(&self, configs: &[ConfigId]) -> bool {
        let Some((&first, others)) = configs.split_first() else { return false };
        let first = &self.configs[first];
        others.iter().all(|&other| self.configs[other].has_content_of(self.bundle, first, self.bundle))
    }

    /// Reports each namespace that was inferred, once, at the first reference.
    pub(in crate::graph) fn report_inferred_namespaces(&mut self) {
        for (namespace, inferred) in std::mem::take(&mut self.inferred_namespaces) {
            let InferredNamespace { place, object, target, references } = inferred;
            let message =
                ReferenceMessage::NamespaceInferred { target: target.to_string(), namespace, more: references - 1 };
            self.diagnostics.report(place, object, message);
        }
    }
}

fn in_namespace(identity: &Identity, namespace: Option<String>) -> Identity {
    Identity { kind: identity.kind, name: ObjectName { namespace, ..identity.name.clone() } }
}
