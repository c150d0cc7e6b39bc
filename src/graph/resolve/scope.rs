//! The definitions that an object sees, of all that have a name.

use super::Resolver;
use super::names::SameNamed;
use crate::bundle::{Identity, Object, ObjectId};
use crate::graph::Scope;
use crate::kinds;
use crate::source::SourceApplication;

impl Resolver<'_> {
    /// The definitions that an object sees in its scope, of all that have the name.
    ///
    /// Helm creates the objects of a hook before or after those of the release, and most often deletes them before the
    /// others come, so that both can have one name. A hook sees those of hooks, and any other object those of the
    /// release; where there is none of its own sort it sees the others.
    pub(super) fn visible_from<I: Copy>(
        &self,
        object: &Object,
        all: &[I],
        object_of: impl Fn(&I) -> ObjectId,
    ) -> Vec<I> {
        let seeks_hook = all.len() > 1 && self.is_helm_hook(object);
        let mut own_sort = all.to_vec();
        if all.len() > 1 {
            own_sort.retain(|id| self.is_helm_hook(&self.bundle.objects[object_of(id)]) == seeks_hook);
        }
        let visible = self.visible_in_scope(object, &own_sort, &object_of);
        if visible.is_empty() && own_sort.len() < all.len() {
            return self.visible_in_scope(object, all, &object_of);
        }
        visible
    }

    /// Returns `true` if a hook of Helm and another object define a config, so that it depends on the object which one
    /// it means.
    pub(super) fn is_shared_with_hook(&self, target: &Identity) -> bool {
        let Some([first, others @ ..]) = self.names.configs.get(target).map(SameNamed::as_slice) else { return false };
        let is_hook = |id: &crate::graph::ConfigId| self.is_helm_hook(&self.bundle.objects[self.configs[*id].object]);
        others.iter().any(|other| is_hook(other) != is_hook(first))
    }

    fn is_helm_hook(&self, object: &Object) -> bool {
        kinds::is_helm_hook(self.bundle.open(object).node())
    }

    /// Returns `true` if several applications define a config, so that it depends on the object which one it means.
    pub(super) fn is_shared_by_applications(&self, target: &Identity) -> bool {
        let Some([first, others @ ..]) = self.names.configs.get(target).map(SameNamed::as_slice) else { return false };
        let application =
            |id: &crate::graph::ConfigId| self.application_of(&self.bundle.objects[self.configs[*id].object]);
        others.iter().any(|other| application(other) != application(first))
    }

    /// The application that an object is in, where the input holds several.
    pub(super) fn application_of(&self, object: &Object) -> Option<&SourceApplication> {
        self.bundle.sources[self.bundle.source_of(object)].application().map(AsRef::as_ref)
    }

    /// The definitions of the object's own application, or all where it has none.
    fn visible_in_applications<I: Copy>(
        &self,
        object: &Object,
        all: &[I],
        object_of: &impl Fn(&I) -> ObjectId,
    ) -> Vec<I> {
        let own = self.application_of(object);
        let mut found = all.to_vec();
        if own.is_some() && all.len() > 1 {
            found.retain(|id| self.application_of(&self.bundle.objects[object_of(id)]) == own);
        }
        if found.is_empty() { all.to_vec() } else { found }
    }

    fn visible_in_scope<I: Copy>(&self, object: &Object, all: &[I], object_of: &impl Fn(&I) -> ObjectId) -> Vec<I> {
        let own = self.bundle.source_of(object);
        let source = |id: &I| self.bundle.source_of(&self.bundle.objects[object_of(id)]);
        match self.scope {
            Scope::Run => self.visible_in_applications(object, all, object_of),
            Scope::File => all.iter().copied().filter(|id| source(id) == own).collect(),
            Scope::Directory => {
                let mut directory = Some(directory_of(self.bundle.sources[own].name()));
                while let Some(current) = directory {
                    let mut found = all.to_vec();
                    found.retain(|id| directory_of(self.bundle.sources[source(id)].name()) == current);
                    if !found.is_empty() {
                        return found;
                    }
                    directory = (!current.is_empty()).then(|| directory_of(current));
                }
                Vec::new()
            }
        }
    }
}

/// The directory of a source's name; empty for a name without one.
fn directory_of(name: &str) -> &str {
    name.rsplit_once('/').map_or("", |(directory, _)| directory)
}
