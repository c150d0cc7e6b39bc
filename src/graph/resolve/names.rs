//! An index of configs and generated configs by their names.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::collections::hash_map::Entry;
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
    pub(super) configs: HashMap<Arc<Identity>, SameNamed>,
    /// The generated configs of each identity.
    pub(super) generated: HashMap<Identity, Vec<GeneratedId>>,
    /// Those that come into chosen namespaces, by kind and name.
    in_chosen_namespaces: HashMap<ScopedName, Vec<GeneratedId>>,
    /// Configs whose names end in kustomize's hash of their content, by kind and the name without it.
    pub(super) hashed: HashMap<ScopedName, Vec<ConfigId>>,
    /// Every identity that is defined, sorted by name and then by namespace.
    by_name: Vec<Arc<Identity>>,
}

/// The configs of one name: a single one as a rule.
pub(super) enum SameNamed {
    One(ConfigId),
    Several(Vec<ConfigId>),
}

impl SameNamed {
    pub(super) fn as_slice(&self) -> &[ConfigId] {
        match self {
            SameNamed::One(id) => std::slice::from_ref(id),
            SameNamed::Several(ids) => ids,
        }
    }

    fn push(&mut self, id: ConfigId) {
        match self {
            SameNamed::One(first) => *self = SameNamed::Several(vec![*first, id]),
            SameNamed::Several(ids) => ids.push(id),
        }
    }
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
        known.by_name.reserve_exact(configs.len());
        known.add_configs(configs);
        known.add_generated(generated);
        known.by_name.sort_unstable_by(|a, b| compare_by_name(a, b));
        known.by_name.dedup();
        known
    }

    /// The identities of the same name in any namespace, sorted by that.
    pub(super) fn of_any_namespace(&self, target: &Identity) -> &[Arc<Identity>] {
        let start = self.by_name.partition_point(|known| name_key(known) < name_key(target));
        let count = self.by_name[start..].partition_point(|known| name_key(known) == name_key(target));
        &self.by_name[start..start + count]
    }

    fn add_config(&mut self, identity: Arc<Identity>, id: ConfigId) {
        match self.configs.entry(identity) {
            Entry::Occupied(known) => known.into_mut().push(id),
            Entry::Vacant(new) => drop(new.insert(SameNamed::One(id))),
        }
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
        let mut by_base: BTreeMap<Arc<Identity>, Vec<ConfigId>> = BTreeMap::new();
        for (id, config) in configs.entries() {
            if config.has_generated_name {
                continue;
            }
            self.add_config(config.identity.clone(), id);
            for former in &config.former_names {
                self.add_config(Arc::new(with_name(&config.identity, former)), id);
            }
            if let Some(base) = &config.base_name {
                let identity = Arc::new(with_name(&config.identity, base));
                // A name that was in two namespaces does not become clear because one of the two was renamed.
                self.by_name.push(identity.clone());
                by_base.entry(identity).or_default().push(id);
            }
            if let Some(base) = &config.hashed_base {
                self.hashed.entry(ScopedName::of(&with_name(&config.identity, base))).or_default().push(id);
            }
            self.by_name.push(config.identity.clone());
        }
        // A reference by the old name of a renamed config means it, where nothing else has that name.
        for (identity, ids) in by_base {
            self.configs.entry(identity).or_insert(SameNamed::Several(ids));
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
                self.by_name.push(Arc::new(identity.clone()));
                self.generated.entry(identity).or_default().push(id);
            }
        }
    }
}

/// The parts of an identity that are the same in every namespace.
fn name_key(identity: &Identity) -> (&str, ConfigKind, Option<&str>) {
    (&identity.name.name, identity.kind, identity.name.scope.as_deref())
}

fn compare_by_name(a: &Identity, b: &Identity) -> Ordering {
    (name_key(a), &a.name.namespace).cmp(&(name_key(b), &b.name.namespace))
}

/// The identity with another name.
fn with_name(identity: &Identity, name: &str) -> Identity {
    Identity { kind: identity.kind, name: ObjectName { name: name.to_string(), ..identity.name.clone() } }
}
