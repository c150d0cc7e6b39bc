//! The requests for generated configs as lines of a listing.

use std::collections::{BTreeMap, BTreeSet};

use super::Graph;
use super::generated::{GeneratedConfig, hash_of};
use super::model::{KeySelection, Link, Mechanism};
use super::settings::{ConfigSettings, ConfigStrategy};
use crate::bundle::{Object, ObjectId};
use crate::digest::ListingLine;
use crate::yaml::NodeId;

impl GeneratedConfig {
    /// The part of the request that is about keys that somebody asks for.
    pub fn request_parts(&self, keys: &KeySelection) -> impl Iterator<Item = &(String, [u8; 32])> {
        let takes_all = match keys {
            KeySelection::All | KeySelection::Data => true,
            KeySelection::These(keys) => keys.iter().any(|key| self.templated_keys.contains(key)),
        };
        let is_consumed = move |key: &String| {
            takes_all || matches!(keys, KeySelection::These(keys) if keys.binary_search(key).is_ok())
        };
        let per_key = self.request_per_key.iter().filter(move |(key, _)| is_consumed(key));
        self.request_fields.iter().chain(per_key.map(|(_, part)| part))
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

    /// Returns the links of an object whose content goes into the configs generated for it, so far as they are
    /// included.
    pub fn template_links(&self, product: &GeneratedConfig) -> impl Iterator<Item = &Link> {
        let counts = |settings: &ConfigSettings| !settings.ignored && settings.strategy != Some(ConfigStrategy::None);
        let known = move |link: &&Link| match self.config_of(link) {
            Some(config) => counts(&config.settings),
            None => self.generated_of(link).all(|inner| counts(&inner.settings)),
        };
        self.links_of(product.object).iter().filter(|link| link.mechanism == Mechanism::Template).filter(known)
    }

    fn links_of(&self, object: ObjectId) -> &[Link] {
        let is_context = self.bundle.is_context(&self.bundle.objects[object]);
        let links: &[Link] = if is_context { &self.context_links } else { &self.links };
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

    /// Returns `true` if the request for a generated config is included in stamps, where `default` is the strategy of
    /// those that do not choose: a config that gets another name needs no stamp.
    pub fn is_request_stamped(&self, product: &GeneratedConfig, default: ConfigStrategy) -> bool {
        let object = self.bundle.node(&self.bundle.objects[product.object]);
        let stays = || product.settings.name_kept_by.is_some() || product.rule.reason_to_keep_name(object).is_some();
        let counts = self.digest_policy.producers && (default != ConfigStrategy::Rename || stays());
        let default = if counts { ConfigStrategy::Stamp } else { ConfigStrategy::None };
        product.has_request() && product.settings.selects(ConfigStrategy::Stamp, default)
    }
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
