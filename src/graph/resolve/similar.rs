//! Names that missing configs may be misspellings of.

use std::collections::BTreeMap;

use super::Resolver;
use crate::bundle::{Identity, ObjectName};
use crate::kinds::ConfigKind;
use crate::suggest::NameSuggestions;

/// The kind, scope and namespace of configs.
type NamedPlace<'r> = (ConfigKind, Option<&'r str>, &'r str);

/// The configs of the input by kind and namespace, of which those that name none are in `default`.
pub(super) struct SimilarConfigs<'r> {
    names: BTreeMap<NamedPlace<'r>, NameSuggestions<'r>>,
}

impl<'r> SimilarConfigs<'r> {
    pub(super) fn of(resolver: &'r Resolver<'_>) -> SimilarConfigs<'r> {
        let mut names: BTreeMap<NamedPlace<'_>, Vec<&str>> = BTreeMap::new();
        let defined = resolver.configs.iter().map(|config| &config.identity);
        for identity in defined.chain(resolver.generated.iter().map(|config| &config.identity)) {
            names.entry(place_of(identity.kind, identity)).or_default().push(&identity.name.name);
        }
        let mut similar = BTreeMap::new();
        for (place, names) in names {
            similar.insert(place, names.into_iter().collect());
        }
        SimilarConfigs { names: similar }
    }

    /// Finds the config that a missing one most likely means: a Secret of the same name for a ConfigMap, else one of its
    /// kind with a similar name.
    pub(super) fn find(&self, missing: &Identity) -> Option<Identity> {
        let name = &missing.name.name;
        let of_kind = |kind| self.names.get(&place_of(kind, missing));
        let found = |kind, name: &str| {
            let name = ObjectName { name: name.to_string(), ..missing.name.clone() };
            Some(Identity { kind, name })
        };
        if missing.kind == ConfigKind::ConfigMap
            && of_kind(ConfigKind::Secret).is_some_and(|names| names.contains(name))
        {
            return found(ConfigKind::Secret, name);
        }
        found(missing.kind, of_kind(missing.kind)?.nearest(name)?)
    }
}

/// The names of configs of a kind, in the scope and the namespace of an identity.
fn place_of(kind: ConfigKind, identity: &Identity) -> NamedPlace<'_> {
    (kind, identity.name.scope.as_deref(), identity.name.namespace.as_deref().unwrap_or("default"))
}
