//! From a name to its definition, in the scope that the user chose.

mod diagnostics;
mod known;
mod namespace;

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use self::known::NameIndex;
use self::namespace::InferredNamespace;
use super::generated::{GeneratedConfig, GeneratedId};
use super::pod_spec::{Draft, Naming, Variables};
use super::references::Named;
use super::{Config, ConfigId, Delivery, KeySelection, Link, Mechanism, Resolution, Scope, kustomize};
use crate::bundle::{Bundle, Identity, Object, ObjectId, ObjectName};
use crate::diagnostic::Diagnostics;
use crate::index::IdVec;
use crate::kinds::{ConfigKind, RUN_TIME_CONFIG_MAPS};
use crate::source::SourceId;

pub(super) struct Resolver<'b> {
    pub(super) bundle: &'b Bundle,
    pub(super) configs: IdVec<Config>,
    pub(super) products: IdVec<GeneratedConfig>,
    pub(super) diagnostics: Diagnostics,
    /// References to Secrets that are not in the input.
    pub(super) missing_secrets: usize,
    scope: Scope,
    /// Whether requests count, so that two for one thing contradict each other.
    includes_requests: bool,
    known: NameIndex,
    /// What an identity came to, where the whole input is one scope.
    found: HashMap<Identity, SearchResult>,
    /// What was said already: ambiguous definitions, and what a workload lacks.
    reported_ambiguous: HashSet<(Identity, ConfigId)>,
    reported_contradictions: HashSet<(Identity, GeneratedId)>,
    reported_difference: HashSet<(ConfigId, usize)>,
    reported_missing: HashSet<(ObjectId, Identity, String)>,
    /// Namespaces that references or objects leave out and that were inferred.
    inferred_namespaces: BTreeMap<String, InferredNamespace>,
}

/// What a name leads to.
#[derive(Clone, Copy)]
enum SearchResult {
    /// One definition, or several of the same content: this config.
    Same(ConfigId),
    /// Several definitions of different content, of which this is the first.
    Different(ConfigId),
    /// None.
    Nothing(Resolution),
}

impl<'b> Resolver<'b> {
    pub(super) fn new(
        bundle: &'b Bundle,
        configs: IdVec<Config>,
        products: IdVec<GeneratedConfig>,
        scope: Scope,
        requests_count: bool,
    ) -> Resolver<'b> {
        let known = NameIndex::new(&configs, &products);
        Resolver {
            bundle,
            configs,
            products,
            diagnostics: Diagnostics::default(),
            missing_secrets: 0,
            scope,
            includes_requests: requests_count,
            known,
            found: HashMap::new(),
            reported_ambiguous: HashSet::new(),
            reported_contradictions: HashSet::new(),
            reported_difference: HashSet::new(),
            reported_missing: HashSet::new(),
            inferred_namespaces: BTreeMap::new(),
        }
    }

    /// A draft as a link.
    pub(super) fn resolve(&mut self, id: ObjectId, draft: Draft) -> Link {
        let object = &self.bundle.objects[id];
        let namespace = draft.namespace.clone().or_else(|| match draft.any_namespace {
            true => self.only_namespace(draft.kind, &draft.name),
            false => object.name.namespace.clone(),
        });
        let name = ObjectName { namespace, name: draft.name.clone() };
        let mut target = Identity { kind: draft.kind, name };
        let (found, is_namespace_inferred) = self.find_across_namespaces(object, &mut target, &draft.place);
        let resolution = match found {
            SearchResult::Same(index) => Resolution::Config(index),
            SearchResult::Nothing(resolution) => resolution,
            // Where no content is consumed, it matters only to who changes the name.
            SearchResult::Different(_) if draft.delivery == Delivery::None => Resolution::Ambiguous,
            SearchResult::Different(first) => {
                self.report_ambiguous(object, &target, first, &draft.place);
                Resolution::Ambiguous
            }
        };
        let products = self.generated_for(object, &target);
        let resolution = match resolution {
            Resolution::Missing if self.report_contradiction(object, &target, &products, &draft) => {
                Resolution::Ambiguous
            }
            Resolution::Missing if !products.is_empty() => Resolution::Generated,
            other => other,
        };
        let mut link = Link {
            object: id,
            place: draft.place,
            node: draft.node,
            container: draft.container,
            mechanism: draft.mechanism,
            target,
            keys: draft.keys,
            delivery: draft.delivery,
            optional: draft.optional,
            resolution,
            generated: products,
            missing: draft.missing,
            rename_blocked_by: draft.rename_blocked_by,
            is_namespace_inferred,
            variables: Vec::new(),
        };
        link.variables = self.variables_of(&link, &draft.variables);
        match resolution {
            Resolution::Config(index) => {
                self.mark_used(object, &link.target, index);
                self.apply_config(&mut link, index, draft.may_come_from_sibling);
                if draft.may_come_from_sibling && link.keys == KeySelection::These(Vec::new()) {
                    // Another source of the volume holds the path.
                    link.delivery = Delivery::None;
                }
                self.report_keys(object, &link, index);
            }
            Resolution::Generated => self.report_keys_of_generated(object, &mut link),
            Resolution::Missing if !link.optional => self.report_missing(object, &link),
            _ => {}
        }
        link
    }

    /// The products that a name means.
    fn generated_for(&self, object: &Object, target: &Identity) -> Vec<GeneratedId> {
        let everywhere = self.known.in_every_namespace.get(&(target.kind, target.name.name.clone()));
        let mut all: Vec<GeneratedId> =
            self.known.generated.get(target).into_iter().chain(everywhere).flatten().copied().collect();
        all.sort_unstable();
        self.visible_from(object, &all, |&product| self.products[product].object)
    }

    /// Every config and product that a workload can name, each once, in order.
    pub(super) fn identities(&self, object: &Object) -> impl Iterator<Item = &Identity> {
        let configs = self.known.configs.keys().filter(|id| !self.find_candidates(object, id).is_empty());
        let products = self.known.generated.keys().filter(|id| !self.generated_for(object, id).is_empty());
        configs.chain(products).collect::<BTreeSet<_>>().into_iter()
    }

    /// The object of an identity.
    pub(super) fn object_of(&self, object: &Object, target: &Identity) -> Option<&'b Object> {
        let id = match target.kind.is_fetched() {
            true => self.products[*self.generated_for(object, target).first()?].object,
            false => self.configs[*self.find_candidates(object, target).first()?].object,
        };
        Some(&self.bundle.objects[id])
    }

    /// A name as a link; no content is consumed by it, so it does not matter much if nothing is found.
    pub(super) fn name(&mut self, id: ObjectId, named: Named) -> Link {
        let object = &self.bundle.objects[id];
        let namespace = named.namespace.clone().or_else(|| match named.anywhere {
            true => self.only_namespace(named.kind, &named.name),
            false => object.name.namespace.clone(),
        });
        let mut target = Identity { kind: named.kind, name: ObjectName { namespace, name: named.name } };
        let (found, is_namespace_inferred) = self.find_across_namespaces(object, &mut target, &named.place);
        let resolution = match found {
            SearchResult::Same(config) => {
                self.mark_used(object, &target, config);
                Resolution::Config(config)
            }
            SearchResult::Different(first) => {
                if named.template.is_some() && self.includes_requests {
                    self.report_ambiguous(object, &target, first, &named.place);
                }
                Resolution::Ambiguous
            }
            SearchResult::Nothing(resolution) => resolution,
        };
        let products = self.generated_for(object, &target);
        let resolution = match resolution {
            Resolution::Missing if !products.is_empty() => Resolution::Generated,
            other => other,
        };
        let mechanism = if named.template.is_some() { Mechanism::Template } else { Mechanism::Name };
        let mut link = Link {
            object: id,
            place: named.place,
            node: named.node,
            container: None,
            mechanism,
            target,
            keys: named.template.unwrap_or(KeySelection::These(Vec::new())),
            delivery: Delivery::None,
            optional: false,
            resolution,
            generated: products,
            missing: Vec::new(),
            rename_blocked_by: None,
            is_namespace_inferred,
            variables: Vec::new(),
        };
        if mechanism == Mechanism::Template {
            self.report_template(object, &mut link);
        }
        link
    }

    /// Says what a template lacks: its object will make nothing then.
    fn report_template(&mut self, object: &Object, link: &mut Link) {
        match link.resolution {
            Resolution::Config(config) => {
                self.apply_config(link, config, false);
                self.report_keys(object, link, config);
            }
            Resolution::Generated => self.report_keys_of_generated(object, link),
            Resolution::Missing => self.report_missing(object, link),
            Resolution::RunTime | Resolution::Ambiguous => {}
        }
    }

    /// The namespace of the only object of a name: what a cluster-scoped object means by it.
    fn only_namespace(&self, kind: ConfigKind, name: &str) -> Option<String> {
        let namespaces = self.known.namespaces.get(&(kind, name.to_string()))?;
        (namespaces.len() == 1).then(|| namespaces.first().cloned().flatten()).flatten()
    }

    fn find(&mut self, object: &Object, target: &Identity) -> SearchResult {
        if let Some(&found) = self.found.get(target) {
            return found;
        }
        let found = self.search(object, target);
        if self.scope == Scope::Run && !self.has_ambiguous_history(target) {
            self.found.insert(target.clone(), found);
        }
        found
    }

    fn search(&self, object: &Object, target: &Identity) -> SearchResult {
        let candidates = self.find_candidates(object, target);
        let Some(&first) = candidates.first() else {
            let at_run_time =
                target.kind == ConfigKind::ConfigMap && RUN_TIME_CONFIG_MAPS.contains(&target.name.name.as_str());
            return SearchResult::Nothing(if at_run_time { Resolution::RunTime } else { Resolution::Missing });
        };
        if self.have_same_content(&candidates) { SearchResult::Same(first) } else { SearchResult::Different(first) }
    }

    /// Marks a config as used, and with it every other definition that the reference may mean.
    fn mark_used(&mut self, object: &Object, target: &Identity, config: ConfigId) {
        if !self.configs[config].used {
            for other in self.find_candidates(object, target) {
                self.configs[other].used = true;
            }
        }
    }

    /// Whether kustomize gave several configs of this name others, so that it depends on the object which one it means.
    fn has_ambiguous_history(&self, target: &Identity) -> bool {
        let all = self.known.configs.get(target).map(Vec::as_slice).unwrap_or_default();
        all.len() > 1 && all.iter().any(|&index| !self.configs[index].former_names.is_empty())
    }

    fn find_candidates(&self, object: &Object, target: &Identity) -> Vec<ConfigId> {
        let found = self.find_visible(object, target);
        if !self.has_ambiguous_history(target) {
            return found;
        }
        let node = |index: &ConfigId| self.bundle.node(&self.bundle.objects[self.configs[*index].object]);
        let same_history = |index: &ConfigId| kustomize::same_history(self.bundle.node(object), node(index));
        let same_name = |index: &ConfigId| self.configs[*index].identity == *target;
        let only =
            |holds: &dyn Fn(&ConfigId) -> bool| -> Vec<ConfigId> { found.iter().copied().filter(holds).collect() };
        let meant = [only(&same_history), only(&same_name)].into_iter().find(|meant| !meant.is_empty());
        meant.unwrap_or(found)
    }

    fn find_visible(&self, object: &Object, target: &Identity) -> Vec<ConfigId> {
        let Some(all) = self.known.configs.get(target) else { return Vec::new() };
        self.visible_from(object, all, |&config| self.configs[config].object)
    }

    /// Those of some definitions that a reference in an object can mean.
    fn visible_from<I: Copy>(&self, object: &Object, all: &[I], object_of: impl Fn(&I) -> ObjectId) -> Vec<I> {
        let own = self.bundle.source_of(object);
        let source = |index: &I| self.bundle.source_of(&self.bundle.objects[object_of(index)]);
        match self.scope {
            Scope::Run => all.to_vec(),
            Scope::File => all.iter().copied().filter(|index| source(index) == own).collect(),
            Scope::Directory => {
                let directory = |source: SourceId| directory_of(self.bundle.sources[source].name());
                let mut place = Some(directory(own));
                while let Some(here) = place {
                    let found: Vec<I> = all.iter().copied().filter(|index| directory(source(index)) == here).collect();
                    if !found.is_empty() {
                        return found;
                    }
                    place = (!here.is_empty()).then(|| directory_of(here));
                }
                Vec::new()
            }
        }
    }

    fn apply_config(&self, link: &mut Link, index: ConfigId, perhaps: bool) {
        let config = &self.configs[index];
        if config.immutable && link.delivery == Delivery::Live {
            link.delivery = Delivery::Frozen;
        }
        let KeySelection::These(keys) = &mut link.keys else { return };
        let env = link.mechanism == Mechanism::Env;
        // What an environment variable cannot carry is not there for it.
        let is_there = |key: &String| config.content.keys.get(key).is_some_and(|entry| entry.in_data || !env);
        if perhaps {
            keys.retain(|key| is_there(key));
        } else if !config.injected {
            link.missing.extend(keys.iter().filter(|key| !is_there(key)).cloned());
        }
        if config.injected {
            link.missing.clear();
        }
    }

    fn variables_of(&self, link: &Link, variables: &Variables) -> Vec<String> {
        match &variables.naming {
            Naming::None => Vec::new(),
            Naming::One(name) => variables.used.get(name).cloned().into_iter().collect(),
            Naming::Prefix(prefix) => {
                let Resolution::Config(index) = link.resolution else { return Vec::new() };
                let keys = &self.configs[index].content.keys;
                let from_here =
                    |name: &&String| name.strip_prefix(prefix.as_str()).is_some_and(|key| keys.contains_key(key));
                variables.used.iter().filter(from_here).cloned().collect()
            }
        }
    }
}

/// The directory of a label; none above the first.
fn directory_of(name: &str) -> &str {
    name.rsplit_once('/').map_or("", |(directory, _)| directory)
}
