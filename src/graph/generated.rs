//! What controllers will make of the objects in the input: configs whose content is not here, but whose request is.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::annotations::{BASE_NAME, ConfigAnnotations, read_annotations};
use super::config::is_base_of;
use crate::bundle::{Bundle, Identity, Object, ObjectId, ObjectName};
use crate::diagnostic::Diagnostics;
use crate::digest;
use crate::index::Id;
use crate::kinds::annotation_text;
use crate::kinds::path::field;
use crate::kinds::producers::{GenerationRule, ProducerEntry, TargetNamespace};
use crate::yaml::{Limits, Node, NodeId, Value};

/// The index of a generated config in its graph.
pub type GeneratedId = Id<GeneratedConfig>;

/// A config that a controller will make.
#[derive(Clone, Debug)]
pub struct GeneratedConfig {
    /// The object that asks for it.
    pub object: ObjectId,
    /// The name of that object, without a suffix of ours.
    pub producer_name: String,
    /// What identifies it.
    pub identity: Identity,
    /// Whether it comes into every namespace, whatever the identity says.
    pub in_every_namespace: bool,
    /// The scalar that says its name, in the document of the object.
    pub name: NodeId,
    /// Whether that stands where names of products are written; else it is a default.
    pub name_is_written: bool,
    /// What its kind is known for.
    pub rule: Arc<GenerationRule>,
    /// Its keys, where they are certain.
    pub keys: Option<BTreeSet<String>>,
    /// The request that counts whatever key is consumed: path and hash.
    pub request_fields: Vec<(String, [u8; 32])>,
    /// The request for each key: path and hash.
    pub request_per_key: BTreeMap<String, (String, [u8; 32])>,
    /// The name that it had before it was given a suffix, where one is recorded.
    pub base_name: Option<String>,
    /// What the object's annotations ask for.
    pub annotations: ConfigAnnotations,
}

impl GeneratedConfig {
    /// Whether the name is that of the object itself, so that another name makes it another object.
    pub fn names_its_object(&self) -> bool {
        self.name_is_written && self.rule.each.is_empty() && self.rule.name_paths[0] == field!("metadata" / "name")
    }

    /// Whether its request is known: of some products there is a name only.
    pub fn has_request(&self) -> bool {
        !self.rule.request.is_empty()
    }

    /// A path of the request, in which an entry of a list goes by the name that its product keeps.
    pub(super) fn lasting_path(&self, path: &str) -> String {
        let base = self.base_name.as_ref().unwrap_or(&self.identity.name.name);
        path.replacen(&format!("[{}]", self.identity.name.name), &format!("[{base}]"), 1)
    }
}

/// Every product of an object, with what is wrong about its annotations.
pub(super) fn find_generated(bundle: &Bundle, id: ObjectId) -> (Vec<GeneratedConfig>, Diagnostics) {
    let object = &bundle.objects[id];
    let node = bundle.node(object);
    let row = bundle.rules.find_producer(&object.api_version, &object.kind, node);
    let Some(row) = row else { return Default::default() };
    let (asks, problems) = read_annotations(bundle, object);
    let bases = annotation_text(node, BASE_NAME).unwrap_or_default();
    let base_of = |name: &str| bases.split(',').find(|base| is_base_of(base, name)).map(str::to_string);
    let mut products = Vec::new();
    for production in &row.generates {
        for entry in production.find_entries(node) {
            let name = entry.name.as_str().unwrap_or_default().into_owned();
            let hashed = |(path, value): (String, Node<'_>)| Some((path, hash_of(value, |_| None)?));
            let per_key = production
                .request_fields_by_key(&entry)
                .into_iter()
                .filter_map(|(key, part)| Some((key, hashed(part)?)));
            products.push(GeneratedConfig {
                object: id,
                producer_name: base_of(&object.name.name).unwrap_or_else(|| object.name.name.clone()),
                base_name: base_of(&name),
                identity: Identity {
                    kind: production.target,
                    name: name_of_generated(object, production, &entry, name),
                },
                in_every_namespace: matches!(production.namespace, TargetNamespace::Every),
                name: entry.name.id(),
                name_is_written: entry.name_is_written,
                rule: production.clone(),
                keys: production.certain_keys(node, &entry),
                request_fields: production.request_fields(node, &entry).into_iter().filter_map(hashed).collect(),
                request_per_key: per_key.collect(),
                annotations: asks,
            });
        }
    }
    (products, problems)
}

pub(super) fn hash_of(node: Node<'_>, text_for: impl Fn(NodeId) -> Option<String>) -> Option<[u8; 32]> {
    let value = Value::from_node_replacing(node, &Limits::default(), text_for).ok()?;
    Some(digest::request_hash(&value))
}

fn name_of_generated(
    object: &Object,
    production: &GenerationRule,
    entry: &ProducerEntry<'_>,
    name: String,
) -> ObjectName {
    let namespace = production.find_namespace(entry).or_else(|| object.name.namespace.clone());
    ObjectName { namespace, name }
}

/// Whether two products are one and the same request: of one object that is in the input several times.
pub(super) fn are_contradictory(bundle: &Bundle, a: &GeneratedConfig, b: &GeneratedConfig) -> bool {
    let of = |product: &GeneratedConfig| {
        let object = &bundle.objects[product.object];
        (object.kind.clone(), object.name.clone())
    };
    a.object != b.object
        && of(a) == of(b)
        && (&a.request_fields, &a.request_per_key) != (&b.request_fields, &b.request_per_key)
}
