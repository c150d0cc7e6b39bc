//! What controllers will make of the objects in the input: configs whose content is not here, but whose request is.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::config::{self, ConfigAnnotations};
use super::{ConfigStrategy, Graph, KeySelection, Link, Mechanism};
use crate::bundle::{Bundle, Identity, Object, ObjectId, ObjectName};
use crate::diagnostic::Diagnostics;
use crate::digest::{self, ListingLine};
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
    fn lasting_path(&self, path: &str) -> String {
        let base = self.base_name.as_ref().unwrap_or(&self.identity.name.name);
        path.replacen(&format!("[{}]", self.identity.name.name), &format!("[{base}]"), 1)
    }

    /// The part of the request that is about keys that somebody asks for.
    pub fn request_parts(&self, keys: &KeySelection) -> impl Iterator<Item = &(String, [u8; 32])> {
        let asked = |key: &str| match keys {
            KeySelection::All | KeySelection::Data => true,
            KeySelection::These(keys) => keys.binary_search_by(|wanted| wanted.as_str().cmp(key)).is_ok(),
        };
        self.request_fields
            .iter()
            .chain(self.request_per_key.iter().filter(move |(key, _)| asked(key)).map(|(_, part)| part))
    }
}

impl Graph<'_> {
    /// The products that a link leads to.
    pub fn generated_of(&self, link: &Link) -> impl Iterator<Item = &GeneratedConfig> {
        link.generated.iter().map(|&index| &self.generated[index])
    }

    /// The objects that ask for products, in input order.
    pub fn producers(&self) -> impl Iterator<Item = &Object> {
        let mut objects: Vec<ObjectId> = self.generated.iter().map(|product| product.object).collect();
        objects.dedup();
        objects.into_iter().map(|object| &self.bundle.objects[object])
    }

    /// The lines of a product for some keys, `<Kind>/<name>/<key or field>`, and those of what goes into it: content of
    /// configs, and requests for what is made too.
    pub fn request_lines(&self, product: &GeneratedConfig, keys: &KeySelection) -> BTreeSet<ListingLine> {
        let mut lines = BTreeSet::new();
        let mut seen = BTreeSet::new();
        let mut open = vec![(product, keys)];
        while let Some((product, keys)) = open.pop() {
            if !seen.insert((product.object, product.name)) {
                continue;
            }
            let kind = &self.bundle.objects[product.object].kind;
            let line = |(path, hash): &(String, _)| {
                ListingLine::of_request(kind, &product.producer_name, &product.lasting_path(path), *hash)
            };
            lines.extend(product.request_parts(keys).map(line));
            for link in self.template_links(product) {
                lines.extend(self.listing_lines(link, &self.lasting_name(link)));
                open.extend(self.generated_of(link).map(|inner| (inner, &link.keys)));
            }
        }
        lines
    }

    /// What an object names whose content goes into its products, so far as it counts.
    pub fn template_links(&self, product: &GeneratedConfig) -> impl Iterator<Item = &Link> {
        let counts = |asks: &ConfigAnnotations| !asks.ignored && asks.strategy != Some(ConfigStrategy::None);
        let known = move |link: &&Link| match self.config_of(link) {
            Some(config) => counts(&config.annotations),
            None => self.generated_of(link).all(|inner| counts(&inner.annotations)),
        };
        self.links_of(product.object).iter().filter(|link| link.mechanism == Mechanism::Template).filter(known)
    }

    fn links_of(&self, object: ObjectId) -> &[Link] {
        let links: &[Link] = &self.links;
        let first = links.partition_point(|link| link.object < object);
        let count = links[first..].partition_point(|link| link.object == object);
        &links[first..first + count]
    }

    /// The name that stays whatever suffix we give; inside kustomize that which the reference will say in the end.
    pub fn lasting_name(&self, link: &Link) -> String {
        let config = self.config_of(link).map(|config| config.final_name.as_ref().or(config.base_name.as_ref()));
        let product = || self.generated_of(link).next().and_then(|product| product.base_name.as_ref());
        config.unwrap_or_else(product).unwrap_or(&link.target.name.name).clone()
    }

    /// The request of a product that counts whatever key is consumed, with other texts in some places.
    fn fields_replacing(
        &self,
        product: &GeneratedConfig,
        text_for: impl Fn(NodeId) -> Option<String>,
    ) -> Vec<(String, [u8; 32])> {
        let node = self.bundle.node(&self.bundle.objects[product.object]);
        let entry = product.rule.find_entries(node).into_iter().find(|entry| entry.name.id() == product.name);
        let fields = entry.map(|entry| product.rule.request_fields(node, &entry)).unwrap_or_default();
        fields.into_iter().filter_map(|(path, field)| Some((path, hash_of(field, &text_for)?))).collect()
    }

    /// The lines of what a link consumes, under a name.
    pub fn listing_lines(&self, link: &Link, name: &str) -> impl Iterator<Item = ListingLine> {
        self.consumed(link)
            .into_iter()
            .map(move |(key, entry)| ListingLine::new(link.target.kind, name, key, entry.hash))
    }

    /// The name that a reference says; inside kustomize that which it will say when the build is done, so that the
    /// digest is that of the finished build.
    pub fn final_name<'g>(&'g self, link: &'g Link) -> &'g str {
        let at_last = self.config_of(link).and_then(|config| config.final_name.as_ref());
        at_last.unwrap_or(&link.target.name.name)
    }

    /// Whether the request for a product counts in stamps, where `default` is the strategy of those that do not say:
    /// what gets another name needs no stamp.
    pub fn is_request_stamped(&self, product: &GeneratedConfig, default: ConfigStrategy) -> bool {
        let object = self.bundle.node(&self.bundle.objects[product.object]);
        let stays = || product.annotations.keeps_name || product.rule.reason_to_keep_name(object).is_some();
        let counts = self.digest_policy.producers && (default != ConfigStrategy::Rename || stays());
        let default = if counts { ConfigStrategy::Stamp } else { ConfigStrategy::None };
        product.has_request() && product.annotations.selects(ConfigStrategy::Stamp, default)
    }
}

/// Every product of an object, with what is wrong about its annotations.
pub(super) fn find_generated(bundle: &Bundle, id: ObjectId) -> (Vec<GeneratedConfig>, Diagnostics) {
    let object = &bundle.objects[id];
    let node = bundle.node(object);
    let row = bundle.rules.find_producer(&object.api_version, &object.kind, node);
    let Some(row) = row else { return Default::default() };
    let (asks, problems) = config::read_annotations(bundle, object);
    let bases = annotation_text(node, super::BASE_NAME).unwrap_or_default();
    let base_of = |name: &str| bases.split(',').find(|base| super::is_base_of(base, name)).map(str::to_string);
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

/// Hashes the requests anew that name something by a name that does not last, so that a rename changes no request.
pub(super) fn finalize(graph: &mut Graph<'_>) {
    for index in graph.generated.ids() {
        let product = &graph.generated[index];
        let links = graph.links_of(product.object).iter();
        let names = links.map(|link| (link.node, &link.target.name.name, graph.lasting_name(link)));
        let names: BTreeMap<NodeId, String> =
            names.filter(|(_, said, lasts)| *said != lasts).map(|(node, _, lasts)| (node, lasts)).collect();
        if !names.is_empty() {
            graph.generated[index].request_fields = graph.fields_replacing(product, |node| names.get(&node).cloned());
        }
    }
}

fn hash_of(node: Node<'_>, text_for: impl Fn(NodeId) -> Option<String>) -> Option<[u8; 32]> {
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
