//! The requests for generated configs as lines of a listing.

use std::collections::{BTreeMap, BTreeSet};

use super::generated::{GeneratedConfig, hash_of};
use super::model::{KeySelection, Link, Mechanism};
use super::settings::ConfigStrategy;
use super::{Config, Graph};
use crate::bundle::{Object, ObjectId};
use crate::digest::ListingLine;
use crate::yaml::NodeId;

impl GeneratedConfig {
    /// The part of the request that is about keys that somebody asks for.
    pub fn request_parts(&self, keys: &KeySelection) -> Vec<&(String, [u8; 32])> {
        let mut parts: Vec<&(String, [u8; 32])> = self.request_fields.iter().collect();
        let wanted = match keys {
            KeySelection::All | KeySelection::Data => None,
            KeySelection::These(keys) if keys.iter().any(|key| self.templated_keys.contains(key)) => None,
            KeySelection::These(keys) => Some(keys),
        };
        for (key, part) in &self.request_per_key {
            if wanted.is_none_or(|keys| keys.binary_search(key).is_ok()) {
                parts.push(part);
            }
        }
        parts
    }
}

impl Graph<'_> {
    /// The generated configs that a link leads to.
    pub fn generated_of(&self, link: &Link) -> impl Iterator<Item = &GeneratedConfig> {
        link.generated.iter().map(|&index| &self.generated[index])
    }

    /// The objects that ask for generated configs, in input order.
    pub fn producers(&self) -> impl Iterator<Item = &Object> {
        let mut objects: Vec<ObjectId> = self.generated.iter().map(|generated| generated.object).collect();
        objects.dedup();
        objects.into_iter().map(|object| &self.bundle.objects[object])
    }

    /// The lines of a generated config for some keys, `<Kind>/<name>/<key or field>`, and those of what goes into it:
    /// content of configs, and requests for what is made too.
    pub fn request_lines(&self, generated: &GeneratedConfig, keys: &KeySelection) -> BTreeSet<ListingLine> {
        let mut lines = BTreeSet::new();
        let mut seen = BTreeSet::new();
        let mut open = vec![(generated, keys)];
        while let Some((generated, keys)) = open.pop() {
            if !seen.insert((generated.object, generated.name)) {
                continue;
            }
            let kind = &self.bundle.objects[generated.object].kind;
            for (path, hash) in generated.request_parts(keys) {
                let part = generated.lasting_path(path);
                lines.insert(ListingLine::of_request(kind, &generated.producer_name, &part, *hash));
            }
            for link in self.template_links(generated) {
                lines.extend(self.listing_lines(link, &self.lasting_name(link)));
                for inner in self.generated_of(link) {
                    open.push((inner, &link.keys));
                }
            }
        }
        lines
    }

    /// Returns the links of an object whose content goes into the configs generated for it, so far as they are
    /// included.
    pub fn template_links(&self, generated: &GeneratedConfig) -> impl Iterator<Item = &Link> {
        let links = self.links_of(generated.object).iter();
        links.filter(|link| link.mechanism == Mechanism::Template && self.is_template_link_included(link))
    }

    fn is_template_link_included(&self, link: &Link) -> bool {
        match self.config_of(link) {
            Some(config) => config.settings.is_included(),
            None => self.generated_of(link).all(|inner| inner.settings.is_included()),
        }
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
        let lasting = match (self.config_of(link), self.generated_of(link).next()) {
            (Some(config), _) => config.final_name.as_ref().or(config.base_name.as_ref()),
            (None, Some(generated)) => generated.base_name.as_ref(),
            (None, None) => None,
        };
        lasting.unwrap_or(&link.target.name.name).clone()
    }

    /// The request of a generated config that counts whatever key is consumed, with other texts in some places.
    fn fields_replacing(
        &self,
        generated: &GeneratedConfig,
        text_for: impl Fn(NodeId) -> Option<String>,
    ) -> Vec<(String, [u8; 32])> {
        let opened = self.bundle.open(&self.bundle.objects[generated.object]);
        let node = opened.node();
        let mut hashed = Vec::new();
        for entry in generated.rule.find_entries(node) {
            if entry.name.id() != generated.name {
                continue;
            }
            for (path, field) in generated.rule.request_fields(node, &entry) {
                if let Some(hash) = hash_of(field, &text_for) {
                    hashed.push((path, hash));
                }
            }
            break;
        }
        hashed
    }

    /// The lines of what a link consumes, under a name.
    pub fn listing_lines(&self, link: &Link, name: &str) -> Vec<ListingLine> {
        let Some(config) = self.config_of(link) else { return Vec::new() };
        let mut lines = Vec::new();
        for (key, entry) in self.consumed(link) {
            let hash = config.hash_of_key(self.bundle, entry);
            lines.push(ListingLine::new(link.target.kind, name, key, hash));
        }
        lines
    }

    /// The name that a reference says; inside kustomize that which it will say when the build is done, so that the
    /// digest is that of the finished build.
    pub fn final_name<'g>(&'g self, link: &'g Link) -> &'g str {
        match self.config_of(link) {
            Some(Config { final_name: Some(name), .. }) => name,
            _ => &link.target.name.name,
        }
    }

    /// Returns `true` if the request for a generated config is included in stamps, where `default` is the strategy of
    /// those that do not choose: a config that gets another name needs no stamp.
    pub fn is_request_stamped(&self, generated: &GeneratedConfig, default: ConfigStrategy) -> bool {
        let object = self.bundle.open(&self.bundle.objects[generated.object]);
        let keeps_name = default != ConfigStrategy::Rename
            || generated.settings.name_kept_by.is_some()
            || generated.rule.reason_to_keep_name(object.node()).is_some();
        let is_included = self.digest_policy.producers && keeps_name;
        let default = if is_included { ConfigStrategy::Stamp } else { ConfigStrategy::None };
        generated.has_request() && generated.settings.selects(ConfigStrategy::Stamp, default)
    }
}

/// Hashes the requests anew that name something by a name that does not last, so that a rename changes no request.
pub(super) fn finalize(graph: &mut Graph<'_>) {
    for index in graph.generated.ids() {
        let generated = &graph.generated[index];
        let mut names: BTreeMap<NodeId, String> = BTreeMap::new();
        for link in graph.links_of(generated.object) {
            let lasting = graph.lasting_name(link);
            if link.target.name.name != lasting {
                names.insert(link.node, lasting);
            }
        }
        if !names.is_empty() {
            graph.generated[index].request_fields = graph.fields_replacing(generated, |node| names.get(&node).cloned());
        }
    }
}
