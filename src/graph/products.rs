//! What controllers will make of the objects in the input: configs whose content is not here, but whose request is.

use std::collections::{BTreeMap, BTreeSet};

use super::{ConfigStrategy, Graph, Keys, Link, own_words};
use crate::bundle::{Bundle, Identity, Object, ObjectName};
use crate::diagnostic::Diagnostic;
use crate::digest::{self, Line};
use crate::kinds::producers::{Entry, Namespace, Production};
use crate::yaml::{Limits, Node, NodeId, Value};

/// A config that a controller will make.
#[derive(Clone, Debug)]
pub struct Product {
    /// Index into the bundle's objects of what asks for it.
    pub object: usize,
    /// What identifies it.
    pub identity: Identity,
    /// Whether it comes into every namespace, whatever the identity says.
    pub everywhere: bool,
    /// The scalar that says its name, in the document of the object.
    pub name: NodeId,
    /// Whether that stands where names of products are written; else it is a default.
    pub name_is_written: bool,
    /// What its kind is known for.
    pub production: &'static Production,
    /// Its keys, where they are certain.
    pub keys: Option<BTreeSet<String>>,
    /// The request that counts whatever key is consumed: path and hash.
    pub fields: Vec<(String, [u8; 32])>,
    /// The request for each key: path and hash.
    pub per_key: BTreeMap<String, (String, [u8; 32])>,
    /// The name that it had before it was given a suffix, where one is recorded.
    pub base: Option<String>,
    /// Whether the object is annotated to be of no consequence.
    pub ignored: bool,
    /// Whether the object is annotated so that it keeps its name.
    pub keeps_name: bool,
    /// The strategy that the object's own annotation chooses.
    pub strategy: Option<ConfigStrategy>,
}

impl Product {
    /// Whether it is to be treated in this way, where `default` is what products mean whose objects do not say.
    pub fn is_for(&self, strategy: ConfigStrategy, default: ConfigStrategy) -> bool {
        !self.ignored && self.strategy.unwrap_or(default) == strategy
    }

    /// Whether its request is known: of some products there is a name only.
    pub fn has_request(&self) -> bool {
        !self.production.request.is_empty()
    }

    /// The part of the request that is about keys that somebody asks for.
    pub fn asked(&self, keys: &Keys) -> impl Iterator<Item = &(String, [u8; 32])> {
        let asked = |key: &str| match keys {
            Keys::All | Keys::Data => true,
            Keys::These(keys) => keys.binary_search_by(|wanted| wanted.as_str().cmp(key)).is_ok(),
        };
        self.fields.iter().chain(self.per_key.iter().filter(move |(key, _)| asked(key)).map(|(_, part)| part))
    }
}

impl Graph<'_> {
    /// The products that a link leads to.
    pub fn products_of(&self, link: &Link) -> impl Iterator<Item = &Product> {
        link.products.iter().map(|&index| &self.products[index])
    }

    /// The objects that ask for products, in input order.
    pub fn producers(&self) -> impl Iterator<Item = &Object> {
        let mut objects: Vec<usize> = self.products.iter().map(|product| product.object).collect();
        objects.dedup();
        objects.into_iter().map(|object| &self.bundle.objects[object])
    }

    /// The lines of a product for the keys that a link asks for: `<Kind>/<name>/<key or field>`.
    pub fn request_lines(&self, product: &Product, link: &Link) -> BTreeSet<Line> {
        let object = &self.bundle.objects[product.object];
        let line = |(path, hash): &(String, [u8; 32])| Line::of_request(&object.kind, &object.name.name, path, *hash);
        product.asked(&link.keys).map(line).collect()
    }

    /// Whether the request for a product counts in stamps.
    pub fn product_counts(&self, product: &Product) -> bool {
        let default = if self.counting.producers { ConfigStrategy::Stamp } else { ConfigStrategy::None };
        product.has_request() && product.is_for(ConfigStrategy::Stamp, default)
    }
}

/// Every product of an object, with what is wrong about its annotations.
pub(super) fn of_object(bundle: &Bundle, index: usize) -> (Vec<Product>, Vec<Diagnostic>) {
    let object = &bundle.objects[index];
    let node = bundle.node(object);
    let row = bundle.rules.producer(&object.api_version, &object.kind, node);
    let Some(row) = row else { return Default::default() };
    let words = own_words(bundle, object);
    let bases = super::annotation(node, super::BASE_NAME).and_then(Node::decoded).unwrap_or_default();
    let mut products = Vec::new();
    for production in row.products {
        for entry in production.entries(node) {
            let name = entry.name.as_str().unwrap_or_default().into_owned();
            let hashed = |(path, value): (String, Node<'_>)| Some((path, digest::request_hash(&value_of(value)?)));
            let per_key = production.per_key(&entry).into_iter().filter_map(|(key, part)| Some((key, hashed(part)?)));
            products.push(Product {
                object: index,
                base: bases.split(',').find(|base| super::is_base_of(base, &name)).map(str::to_string),
                identity: Identity { kind: production.makes, name: name_in(object, production, &entry, name) },
                everywhere: matches!(production.namespace, Namespace::Every),
                name: entry.name.id(),
                name_is_written: entry.written,
                production,
                keys: production.keys_of(node, &entry),
                fields: production.fields(node, &entry).into_iter().filter_map(hashed).collect(),
                per_key: per_key.collect(),
                ignored: words.ignored,
                keeps_name: words.keeps_name,
                strategy: words.strategy,
            });
        }
    }
    (products, words.problems)
}

fn value_of(node: Node<'_>) -> Option<Value> {
    Value::of(node, &Limits::default()).ok()
}

fn name_in(object: &Object, production: &Production, entry: &Entry<'_>, name: String) -> ObjectName {
    let namespace = production.namespace_at(entry).or_else(|| object.name.namespace.clone());
    ObjectName { namespace, name }
}

/// Whether two products are one and the same request: of one object that is in the input several times.
pub(super) fn contradict(bundle: &Bundle, a: &Product, b: &Product) -> bool {
    let of = |product: &Product| {
        let object = &bundle.objects[product.object];
        (object.kind.clone(), object.name.clone())
    };
    a.object != b.object && of(a) == of(b) && (&a.fields, &a.per_key) != (&b.fields, &b.per_key)
}
