//! What is known by which name.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::super::{Config, ConfigId, GeneratedConfig, GeneratedId};
use crate::bundle::{Identity, ObjectName};
use crate::index::IdVec;
use crate::kinds::ConfigKind;

/// Configs and products by their names, in input order.
#[derive(Default)]
pub(super) struct NameIndex {
    /// The definitions of each identity.
    pub(super) configs: HashMap<Identity, Vec<ConfigId>>,
    /// The products of each identity.
    pub(super) generated: HashMap<Identity, Vec<GeneratedId>>,
    /// Those that come into every namespace, by kind and name.
    pub(super) in_every_namespace: HashMap<(ConfigKind, String), Vec<GeneratedId>>,
    /// The namespaces in which a name is defined.
    pub(super) namespaces: HashMap<(ConfigKind, String), BTreeSet<Option<String>>>,
}

impl NameIndex {
    pub(super) fn new(configs: &IdVec<Config>, products: &IdVec<GeneratedConfig>) -> NameIndex {
        let mut known = NameIndex::default();
        known.add_configs(configs);
        known.add_generated(products);
        known
    }

    fn add_configs(&mut self, configs: &IdVec<Config>) {
        let mut by_base: BTreeMap<Identity, Vec<ConfigId>> = BTreeMap::new();
        for (number, config) in configs.entries() {
            self.configs.entry(config.identity.clone()).or_default().push(number);
            for former in &config.former_names {
                self.configs.entry(with_name(&config.identity, former)).or_default().push(number);
            }
            if let Some(base) = &config.base_name {
                by_base.entry(with_name(&config.identity, base)).or_default().push(number);
            }
            self.add_namespace(&config.identity);
        }
        // A reference by the old name of a renamed config means it, where nothing else has that name.
        for (identity, numbers) in by_base {
            self.configs.entry(identity).or_insert(numbers);
        }
    }

    fn add_generated(&mut self, products: &IdVec<GeneratedConfig>) {
        for (number, product) in products.entries() {
            let own = &product.identity.name.name;
            let base = product.base_name.as_ref().filter(|base| *base != own);
            for name in [Some(own), base].into_iter().flatten() {
                if product.in_every_namespace {
                    self.in_every_namespace.entry((product.identity.kind, name.clone())).or_default().push(number);
                    continue;
                }
                let identity = with_name(&product.identity, name);
                self.add_namespace(&identity);
                self.generated.entry(identity).or_default().push(number);
            }
        }
    }

    fn add_namespace(&mut self, identity: &Identity) {
        let Identity { kind, name } = identity;
        self.namespaces.entry((*kind, name.name.clone())).or_default().insert(name.namespace.clone());
    }
}

/// The same under another name.
fn with_name(identity: &Identity, name: &str) -> Identity {
    Identity { kind: identity.kind, name: ObjectName { name: name.to_string(), ..identity.name.clone() } }
}
