//! What is known by which name.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::super::{Config, GeneratedConfig};
use crate::bundle::{Identity, ObjectName};
use crate::kinds::ConfigKind;

/// Configs and products by their names, in input order.
#[derive(Default)]
pub(super) struct Known {
    /// The definitions of each identity.
    pub(super) configs: HashMap<Identity, Vec<usize>>,
    /// The products of each identity.
    pub(super) made: HashMap<Identity, Vec<usize>>,
    /// Those that come into every namespace, by kind and name.
    pub(super) made_everywhere: HashMap<(ConfigKind, String), Vec<usize>>,
    /// The namespaces in which a name is defined.
    pub(super) namespaces: HashMap<(ConfigKind, String), BTreeSet<Option<String>>>,
}

impl Known {
    pub(super) fn new(configs: &[Config], products: &[GeneratedConfig]) -> Known {
        let mut known = Known::default();
        known.add_configs(configs);
        known.add_products(products);
        known
    }

    fn add_configs(&mut self, configs: &[Config]) {
        let mut by_base: BTreeMap<Identity, Vec<usize>> = BTreeMap::new();
        for (number, config) in configs.iter().enumerate() {
            self.configs.entry(config.identity.clone()).or_default().push(number);
            for former in &config.former {
                self.configs.entry(named(&config.identity, former)).or_default().push(number);
            }
            if let Some(base) = &config.base {
                by_base.entry(named(&config.identity, base)).or_default().push(number);
            }
            self.note_namespace(&config.identity);
        }
        // A reference by the old name of a renamed config means it, where nothing else has that name.
        for (identity, numbers) in by_base {
            self.configs.entry(identity).or_insert(numbers);
        }
    }

    fn add_products(&mut self, products: &[GeneratedConfig]) {
        for (number, product) in products.iter().enumerate() {
            let own = &product.identity.name.name;
            let base = product.base.as_ref().filter(|base| *base != own);
            for name in [Some(own), base].into_iter().flatten() {
                if product.everywhere {
                    self.made_everywhere.entry((product.identity.kind, name.clone())).or_default().push(number);
                    continue;
                }
                let identity = named(&product.identity, name);
                self.note_namespace(&identity);
                self.made.entry(identity).or_default().push(number);
            }
        }
    }

    fn note_namespace(&mut self, identity: &Identity) {
        let Identity { kind, name } = identity;
        self.namespaces.entry((*kind, name.name.clone())).or_default().insert(name.namespace.clone());
    }
}

/// The same under another name.
fn named(identity: &Identity, name: &str) -> Identity {
    Identity { kind: identity.kind, name: ObjectName { name: name.to_string(), ..identity.name.clone() } }
}
