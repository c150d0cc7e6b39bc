//! New names for what controllers will write: the suffix is made of the request, so that changed requests make new
//! configs beside the old ones, and pods wait for these instead of starting with what is old.

use std::collections::{BTreeMap, BTreeSet};

use super::{MAX_NAME, Renamer, only_grants_access, prune_annotation};
use crate::bundle::{Identity, ObjectId, ObjectName};
use crate::diagnostic::RenameMessage;
use crate::digest::{self, ListingLine};
use crate::graph::{ConfigStrategy, GeneratedConfig, GeneratedId, Graph, Link, Mechanism, Resolution};
use crate::plan::model::{PlannedEdits, RenamedObject};
use crate::plan::rename::context::ContextUses;
use crate::plan::rename::unknown_fields::UnknownFields;
use crate::suffix;
use crate::yaml::{self, Value};

impl<'g> Renamer<'g, '_> {
    /// Renames generated configs, where `default` is the strategy of objects that do not say.
    pub(super) fn rename_generated(
        &mut self,
        default: ConfigStrategy,
        foreign: &UnknownFields,
        context: &ContextUses<'g>,
    ) {
        let mut bases: BTreeMap<ObjectId, BTreeSet<String>> = BTreeMap::new();
        let mut renamed: BTreeSet<ObjectId> = BTreeSet::new();
        for (index, links) in self.links_by_generated() {
            let generated = &self.graph.generated[index];
            if !generated.settings.selects(ConfigStrategy::Rename, default) {
                continue;
            }
            let object = &self.graph.bundle.objects[generated.object];
            if let Some(reason) = self.reason_to_keep_generated(generated, &links, foreign) {
                let place = self.graph.bundle.start_of(object);
                self.plan.diagnostics.report(place, object.label(), RenameMessage::NotRenamed { reason });
                continue;
            }
            if self.keeps_generated_of_context(context, index, &links) {
                continue;
            }
            let base = generated.base_name.as_ref().unwrap_or(&generated.identity.name.name).clone();
            let new = format!("{base}-{}", request_suffix(self.graph, generated));
            if self.rename_generated_config(index, &new, &links) {
                self.new_generated_names.insert(index, new);
                bases.entry(generated.object).or_default().insert(base);
                if generated.names_its_object() {
                    renamed.insert(generated.object);
                }
            }
        }
        for (object, bases) in bases {
            let mut annotations = vec![(crate::graph::BASE_NAME, bases.into_iter().collect::<Vec<_>>().join(","))];
            let is_renamed = renamed.contains(&object);
            let object = &self.graph.bundle.objects[object];
            if let Some(applier) = self.rename.prune_last
                && is_renamed
            {
                annotations.push(prune_annotation(applier, self.graph.bundle.open(object).node()));
            }
            self.change_metadata(object, None, &annotations);
        }
    }

    /// Collects the configs that workloads and other objects use and only a controller writes, with the links.
    fn links_by_generated(&self) -> BTreeMap<GeneratedId, Vec<&'g Link>> {
        let mut links: BTreeMap<GeneratedId, Vec<&Link>> = BTreeMap::new();
        let mut used: BTreeSet<GeneratedId> = BTreeSet::new();
        for link in &self.graph.links {
            if link.resolution != Resolution::Generated || link.mechanism == Mechanism::Honored {
                continue;
            }
            for &generated in &link.generated {
                links.entry(generated).or_default().push(link);
                // What takes something from itself is no use of it.
                if self.is_use(link) && link.object != self.graph.generated[generated].object {
                    used.insert(generated);
                }
            }
        }
        links.retain(|generated, _| used.contains(generated));
        links
    }

    fn reason_to_keep_generated(
        &self,
        generated: &GeneratedConfig,
        links: &[&Link],
        foreign: &UnknownFields,
    ) -> Option<String> {
        let object = &self.graph.bundle.objects[generated.object];
        let identity = &generated.identity;
        let named = format!("{}/{}", identity.kind, identity.name.name);
        let own = generated.rule.reason_to_keep_name(self.graph.bundle.open(object).node()).map(str::to_string);
        if let Some(reason) = generated.settings.reason_to_keep_name("its producer") {
            return Some(format!("{named}: {reason}"));
        }
        let mut objects = links.iter().map(|link| &self.graph.bundle.objects[link.object]).chain([object]);
        if let Some(signed) = objects.find(|object| self.graph.bundle.is_signed(object)) {
            return Some(format!("{named}: SOPS signs the document of {}", signed.label()));
        }
        if links.iter().any(|link| link.generated.len() > 1) {
            let why = if identity.kind.is_fetched() {
                "it is in the input more than once"
            } else {
                "something else generates it too"
            };
            return Some(format!("{named}: {why}"));
        }
        if let Some(link) = links.iter().find(|link| link.mechanism == Mechanism::Extra) {
            let reader = self.graph.bundle.objects[link.object].label();
            return Some(format!("{named}: {reader} declares by an annotation that it reads it by this name"));
        }
        if let Some(link) = links.iter().find(|link| link.rename_blocked_by.is_some()) {
            let referrer = self.graph.bundle.objects[link.object].label();
            let why = link.rename_blocked_by.unwrap_or_default();
            return Some(format!("{named}: {referrer} refers to it, and {why}"));
        }
        let reason = own.or_else(|| foreign.reason_to_keep_identity(identity, generated.base_name.as_ref()));
        reason.map(|reason| format!("{named}: {reason}"))
    }

    /// Writes the new name of a generated config, and the references to it.
    fn rename_generated_config(&mut self, index: GeneratedId, new: &str, links: &[&Link]) -> bool {
        let generated = &self.graph.generated[index];
        let object = &self.graph.bundle.objects[generated.object];
        let opened = self.graph.bundle.open(object);
        let node = opened.node();
        let old = &generated.identity.name.name;
        let scalar = node.with_id(generated.name);
        if new.len() > MAX_NAME {
            self.report(object, scalar, RenameMessage::NameTooLong { name: new.to_string(), limit: MAX_NAME });
            return false;
        }
        let name = ObjectName { name: new.to_string(), ..generated.identity.name.clone() };
        let wanted = Identity { kind: generated.identity.kind, name };
        let base = generated.base_name.as_ref().or(Some(old));
        let mut others = self.generated_by_name.get(&wanted).into_iter().flatten();
        if self.configs_by_name.contains_key(&wanted)
            || (old != new && others.any(|other| other.base_name.as_ref() != base))
        {
            self.report(object, scalar, RenameMessage::NameTaken { name: new.to_string() });
            return false;
        }
        if generated.base_name.is_none() {
            self.report_foreign_suffix(object, scalar, old);
        }
        let name_path = generated.rule.name_paths[0].keys();
        let written = old == new
            || match (generated.name_is_written, name_path.split_last()) {
                (false, Some((key, path))) => {
                    let edits = yaml::set_entries_for_good(node, path, &[(key, new)]);
                    let value = Some(Value::String(new.to_string()));
                    let planned = PlannedEdits::of_value(object, node, &name_path, value, edits);
                    self.plan.record_edits(self.graph, planned).is_recorded()
                }
                _ => self.set_name(object, scalar, new),
            };
        let mut references = Vec::new();
        for link in links {
            if !only_grants_access(self.graph, link) && self.rewrite_reference(link, new) {
                references.push(link.place.clone());
            }
        }
        if written && (old != new || !references.is_empty()) {
            let makes = !generated.identity.kind.is_fetched();
            let (object, old, new) = (generated.object, old.clone(), new.to_string());
            self.plan.renames.push(RenamedObject { object, is_generated: makes, old, new, references });
        }
        written
    }
}

/// Ten characters of kustomize's alphabet, of the digest of the request's listing: `<hash>  <field or key>` a line,
/// sorted by the latter, without any name of the generated config; and the lines of what goes into it.
fn request_suffix(graph: &Graph<'_>, generated: &GeneratedConfig) -> String {
    let own = format!("[{}]", generated.identity.name.name);
    let parts = generated.request_fields.iter().chain(generated.request_per_key.values());
    let mut lines = BTreeSet::new();
    for (path, hash) in parts {
        lines.insert(ListingLine { path: path.replacen(&own, "", 1), hash: *hash });
    }
    for link in graph.template_links(generated) {
        lines.extend(graph.listing_lines(link, &graph.lasting_name(link)));
        for inner in graph.generated_of(link) {
            lines.extend(graph.request_lines(inner, &link.keys));
        }
    }
    suffix::suffix_of_digest(&digest::compute_digest(&lines))
}
