//! An index of configs and generated configs by their names.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::bundle::{Identity, ObjectName};
use crate::graph::{Config, ConfigId, GeneratedConfig, GeneratedId};
use crate::hash_map::HashMap;
use crate::index::IdVec;
use crate::kinds::ConfigKind;

/// Configs and generated configs by their names, in input order.
#[derive(Default)]
pub(super) struct NameIndex {
    /// The definitions of each identity.
    pub(super) configs: HashMap<Identity, Vec<ConfigId>>,
    /// The generated configs of each identity.
    pub(super) generated: HashMap<Identity, Vec<GeneratedId>>,
    /// Those that come into chosen namespaces, by kind and name.
    in_chosen_namespaces: HashMap<ScopedName, Vec<GeneratedId>>,
    /// Configs whose names end in kustomize's hash of their content, by kind and the name without it.
    pub(super) hashed: HashMap<ScopedName, Vec<ConfigId>>,
    /// The namespaces in which a name is defined, sorted: one as a rule.
    pub(super) namespaces: HashMap<ScopedName, Vec<Option<String>>>,
}

/// The name of a config in a scope, in whatever namespace.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct ScopedName {
    pub(super) kind: ConfigKind,
    pub(super) name: String,
    pub(super) scope: Option<Arc<str>>,
}

impl ScopedName {
    pub(super) fn of(identity: &Identity) -> ScopedName {
        let Identity { kind, name } = identity;
        ScopedName { kind: *kind, name: name.name.clone(), scope: name.scope.clone() }
    }
}

impl NameIndex {
    pub(super) fn new(configs: &IdVec<Config>, generated: &IdVec<GeneratedConfig>) -> NameIndex {
        let mut known = NameIndex::default();
        known.configs.reserve(configs.len());
        known.namespaces.reserve(configs.len());
        known.add_configs(configs);
        known.add_generated(generated);
        known
    }

    /// Those of a name that come into chosen namespaces.
    pub(super) fn find_in_chosen_namespaces(&self, target: &Identity) -> &[GeneratedId] {
        if self.in_chosen_namespaces.is_empty() {
            return &[];
        }
        let known = self.in_chosen_namespaces.get(&ScopedName::of(target));
        known.map(Vec::as_slice).unwrap_or_default()
    }

    fn add_configs(&mut self, configs: &IdVec<Config>) {
        let mut by_base: BTreeMap<Identity, Vec<ConfigId>> = BTreeMap::new();
        for (id, config) in configs.entries() {
            if config.has_generated_name {
                continue;
            }
            self.configs.entry(config.identity.clone()).or_insert_with(|| Vec::with_capacity(1)).push(id);
            for former in &config.former_names {
                self.configs.entry(with_name(&config.identity, former)).or_default().push(id);
            }
            if let Some(base) = &config.base_name {
                let identity = with_name(&config.identity, base);
                // A name that was in two namespaces does not become clear because one of the two was renamed.
                self.add_namespace(&identity);
                by_base.entry(identity).or_default().push(id);
            }
            if let Some(base) = &config.hashed_base {
                self.hashed.entry(ScopedName::of(&with_name(&config.identity, base))).or_default().push(id);
            }
            self.add_namespace(&config.identity);
        }
        // A reference by the old name of a renamed config means it, where nothing else has that name.
        for (identity, ids) in by_base {
            self.configs.entry(identity).or_insert(ids);
        }
    }

    fn add_generated(&mut self, generated: &IdVec<GeneratedConfig>) {
        for (id, config) in generated.entries() {
            let own = &config.identity.name.name;
            let base = config.base_name.as_ref().filter(|base| *base != own);
            for name in [Some(own), base].into_iter().flatten() {
                if config.in_chosen_namespaces {
                    let key = ScopedName::of(&with_name(&config.identity, name));
                    self.in_chosen_namespaces.entry(key).or_default().push(id);
                    continue;
                }
                let identity = with_name(&config.identity, name);
                self.add_namespace(&identity);
                self.generated.entry(identity).or_default().push(id);
            }
        }
    }

    fn add_namespace(&mut self, identity: &Identity) {
        let namespaces = self.namespaces.entry(ScopedName::of(identity)).or_insert_with(|| Vec::with_capacity(1));
        if let Err(at) = namespaces.binary_search(&identity.name.namespace) {
            namespaces.insert(at, identity.name.namespace.clone());
        }
    }
}

/// The identity with another name.
fn with_name(identity: &Identity, name: &str) -> Identity {
    Identity { kind: identity.kind, name: ObjectName { name: name.to_string(), ..identity.name.clone() } }
}
