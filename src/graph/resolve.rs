//! From a reference to its definition, in the scope that the user chose.
//!
//! A name is looked up in an index of all definitions. What the index finds is narrowed in two steps:
//!
//! 1. By scope. The whole run is one scope by default. With `--scope dir`, a reference sees the definitions in its own
//!    directory; only if there are none, those of the nearest directory above that has some. With `--scope file`, it
//!    sees those of its own file.
//!    A hook of Helm and the release around it are two scopes: each sees definitions of its own sort first (`scope.rs`).
//! 2. By history, inside a build of kustomize. There, several configs can have had one name before kustomize gave them
//!    prefixes and suffixes, and a reference still says the old name: it means the config with the same history.
//!
//! A name that is not found so is looked up again with a namespace added or left out (`namespace.rs`).
//!
//! If several definitions remain and their content differs, the reference is ambiguous; equal ones are one definition.
//! Over a whole run the answer depends on the name alone, so it is looked up once and kept.

mod diagnostics;
mod missing;
mod names;
mod namespace;
mod overrides;
mod scope;
mod similar;
mod unrewritten;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use self::missing::MissingConfig;
use self::names::{NameIndex, SameNamed};
use self::namespace::InferredNamespace;
use super::draft::{Absence, Draft, DraftTarget, NamespaceChoice, Overrides, VariableNames, Variables};
use super::generated::{GeneratedConfig, GeneratedId};
use super::model::{KeySelection, Link, Mechanism, Resolution};
use super::{Config, ConfigId, ConfigSelectors, LinkOptions, Scope, kustomize};
use crate::bundle::{Bundle, Identity, Object, ObjectId, ObjectName};
use crate::diagnostic::Diagnostics;
use crate::hash_map::{HashMap, HashSet};
use crate::index::{IdVec, RareList};
use crate::kinds::{ConfigKind, Delivery, RUN_TIME_CONFIG_MAPS};

/// Turns drafts into links, and collects what is wrong about them.
pub(super) struct Resolver<'b> {
    pub(super) bundle: &'b Bundle,
    pub(super) configs: IdVec<Config>,
    pub(super) generated: IdVec<GeneratedConfig>,
    pub(super) diagnostics: Diagnostics,
    /// The number of references to Secrets that are not in the input.
    pub(super) missing_secrets: usize,
    scope: Scope,
    /// Set if digests include requests, so that two requests for one config contradict each other.
    includes_requests: bool,
    /// Set if configs that choose no strategy get new names, and references with them.
    renames: bool,
    /// Set in the middle of a build of kustomize whose own configuration is known.
    checks_kustomize_references: bool,
    selectors: ConfigSelectors,
    names: NameIndex,
    /// The result of each search, if the whole input is one scope.
    searched: HashMap<Arc<Identity>, SearchResult>,
    /// The identity under another namespace that was found for a target, if the whole input is one scope.
    found_elsewhere: HashMap<Identity, Option<Identity>>,
    // What was reported already: each problem once, however many references have it.
    reported_ambiguous: HashSet<(Identity, ConfigId)>,
    reported_contradictions: HashSet<(Identity, GeneratedId)>,
    /// The differences of each consumed config that are not reported yet, by key.
    unreported_differences: HashMap<ConfigId, BTreeMap<String, Vec<usize>>>,
    reported_missing: HashSet<(ObjectId, Arc<Identity>, String)>,
    /// Missing keys by the label of the object.
    reported_keys: HashSet<(String, Arc<Identity>, String)>,
    /// The number of missing keys that an object of the same name misses too.
    pub(super) repeated_keys: usize,
    /// The configs that are not in the input, in the order of their first references.
    missing_configs: Vec<MissingConfig>,
    /// By identity, and by the application where each one is reported by itself.
    missing_by_identity: HashMap<(Arc<Identity>, Option<String>), usize>,
    separates_applications: bool,
    /// The configs that missing ones most likely mean.
    pub(super) similar_configs: BTreeMap<Identity, Identity>,
    /// Namespaces that references or objects leave out and that were inferred.
    inferred_namespaces: BTreeMap<String, InferredNamespace>,
    /// Set while references of the context are resolved.
    is_in_context: bool,
}

/// The messages from before the context is resolved.
pub(super) struct Reported {
    diagnostics: Diagnostics,
    missing_secrets: usize,
    inferred_namespaces: BTreeMap<String, InferredNamespace>,
}

/// The result of looking up a name among the configs of the input.
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
        generated: IdVec<GeneratedConfig>,
        options: &LinkOptions,
    ) -> Resolver<'b> {
        Resolver {
            bundle,
            names: NameIndex::new(&configs, &generated),
            configs,
            generated,
            diagnostics: Diagnostics::default(),
            missing_secrets: 0,
            scope: options.scope,
            includes_requests: options.digest_policy.producers,
            renames: options.renames,
            checks_kustomize_references: options.checks_kustomize_references && bundle.inside_kustomize,
            selectors: options.selectors.clone(),
            searched: HashMap::default(),
            found_elsewhere: HashMap::default(),
            reported_ambiguous: HashSet::default(),
            reported_contradictions: HashSet::default(),
            unreported_differences: HashMap::default(),
            reported_missing: HashSet::default(),
            reported_keys: HashSet::default(),
            repeated_keys: 0,
            missing_configs: Vec::new(),
            missing_by_identity: HashMap::default(),
            separates_applications: options.separates_applications,
            similar_configs: BTreeMap::new(),
            inferred_namespaces: BTreeMap::new(),
            is_in_context: false,
        }
    }

    /// Starts to resolve references of the context, of which nothing is reported.
    pub(super) fn start_context(&mut self) -> Reported {
        self.is_in_context = true;
        Reported {
            diagnostics: std::mem::take(&mut self.diagnostics),
            missing_secrets: self.missing_secrets,
            inferred_namespaces: std::mem::take(&mut self.inferred_namespaces),
        }
    }

    /// Goes back to what was reported before.
    pub(super) fn end_context(&mut self, reported: Reported) {
        let Reported { diagnostics, missing_secrets, inferred_namespaces } = reported;
        self.is_in_context = false;
        self.diagnostics = diagnostics;
        self.missing_secrets = missing_secrets;
        self.inferred_namespaces = inferred_namespaces;
    }

    /// Resolves a reference of an object.
    pub(super) fn resolve(&mut self, object_id: ObjectId, draft: Draft) -> Link {
        let object = &self.bundle.objects[object_id];
        let mut draft = draft;
        if self.is_variable_overridden(object, &draft) {
            draft.delivery = Delivery::None;
            draft.keys.variables = Variables::default();
        }
        let mut target = self.target_identity(object, &draft.target);
        let (found, is_namespace_inferred) = self.find_across_namespaces(object, &mut target, &draft.site.place);
        let generated = self.generated_for(object, &target);
        let resolution = self.decide_resolution(object, &target, found, &generated, &draft);
        let Draft { site, keys, delivery, flags, .. } = draft;
        let mut link = Link {
            object: object_id,
            place: site.place,
            node: site.node,
            container: site.container,
            mechanism: site.mechanism,
            variables: self.find_variables(resolution, &keys.variables).into(),
            target: self.share_identity(target),
            keys: keys.selection,
            delivery,
            optional: flags.absence == Absence::Optional,
            resolution,
            definitions: RareList::default(),
            generated: generated.into(),
            unrewritten: None,
            missing: keys.missing.into(),
            rename_blocked_by: flags.rename_blocked_by,
            is_namespace_inferred,
        };
        if let Some(name) = self.find_unrewritten(object, &link.target, &link) {
            self.record_unrewritten(object, &mut link, name);
            return link;
        }
        if self.report_variable_name(object, &link) && resolution == Resolution::Missing {
            return link;
        }
        match resolution {
            Resolution::Config(config) => {
                self.mark_used(object, &link.target, config);
                self.apply_config(&mut link, config, flags.may_come_from_sibling);
                if let Overrides::Files(source, mounted) = &keys.overrides {
                    self.remove_overridden_files(object, &mut link, config, source, mounted);
                }
                self.report_keys(object, &link, config);
            }
            Resolution::Generated => self.report_keys_of_generated(object, &mut link),
            Resolution::Missing if flags.absence == Absence::Reported => self.record_missing(object, &link),
            Resolution::Ambiguous => self.record_definitions(object, &mut link),
            Resolution::Missing | Resolution::RunTime | Resolution::External => {}
        }
        link
    }

    /// The identity that a reference in an object means.
    fn target_identity(&self, object: &Object, target: &DraftTarget) -> Identity {
        let namespace = match &target.namespace {
            NamespaceChoice::Written(namespace) => Some(namespace.clone()),
            NamespaceChoice::OfObject => object.name.namespace.clone(),
            NamespaceChoice::OnlyDefined => self.only_namespace(object, target),
        };
        Identity {
            kind: target.kind,
            name: ObjectName { namespace, name: target.name.clone(), scope: object.name.scope.clone() },
        }
    }

    /// Decides by what was found among the configs, then by what controllers will write, and reports what is unclear.
    fn decide_resolution(
        &mut self,
        object: &Object,
        target: &Identity,
        found: SearchResult,
        generated: &[GeneratedId],
        draft: &Draft,
    ) -> Resolution {
        match found {
            SearchResult::Same(config) => Resolution::Config(config),
            SearchResult::Different(first) => {
                // Where no content is consumed, it matters only when renaming.
                let goes_into_request = draft.site.mechanism == Mechanism::Template && self.includes_requests;
                if draft.delivery != Delivery::None || goes_into_request {
                    self.report_ambiguous(object, target, first, &draft.site.place);
                }
                Resolution::Ambiguous
            }
            SearchResult::Nothing(Resolution::Missing | Resolution::External) if !generated.is_empty() => {
                if self.report_contradiction(object, target, generated, draft) {
                    Resolution::Ambiguous
                } else {
                    Resolution::Generated
                }
            }
            SearchResult::Nothing(resolution) => resolution,
        }
    }

    /// The generated configs that a name means.
    fn generated_for(&self, object: &Object, target: &Identity) -> Vec<GeneratedId> {
        let mut all: Vec<GeneratedId> = self.names.generated.get(target).into_iter().flatten().copied().collect();
        for &id in self.names.find_in_chosen_namespaces(target) {
            let config = &self.generated[id];
            let producer = self.bundle.open(&self.bundle.objects[config.object]);
            // Where a missing namespace is tried for one that is there, the pods are still in theirs.
            let namespace = target.name.namespace.as_ref().or(object.name.namespace.as_ref());
            if namespace.is_none_or(|namespace| config.rule.may_write_into(producer.node(), namespace)) {
                all.push(id);
            }
        }
        all.sort_unstable();
        self.visible_from(object, &all, |&id| self.generated[id].object)
    }

    /// Every config and generated config that a workload can name, each once, in order.
    pub(super) fn identities(&self, object: &Object) -> impl Iterator<Item = &Identity> {
        let configs = self.names.configs.keys().map(AsRef::as_ref);
        let configs = configs.filter(|id| !self.find_candidates(object, id).is_empty());
        let generated = self.names.generated.keys().filter(|id| !self.generated_for(object, id).is_empty());
        configs.chain(generated).collect::<BTreeSet<_>>().into_iter()
    }

    /// The object that defines an identity.
    pub(super) fn object_of(&self, object: &Object, target: &Identity) -> Option<&'b Object> {
        let id = if target.kind.is_fetched() {
            self.generated[*self.generated_for(object, target).first()?].object
        } else {
            self.configs[*self.find_candidates(object, target).first()?].object
        };
        Some(&self.bundle.objects[id])
    }

    /// The namespace of the only definition of a name: what a cluster-scoped object means by it.
    fn only_namespace(&self, object: &Object, target: &DraftTarget) -> Option<String> {
        let name = ObjectName { namespace: None, name: target.name.clone(), scope: object.name.scope.clone() };
        match self.names.of_any_namespace(&Identity { kind: target.kind, name }) {
            [only] => only.name.namespace.clone(),
            _ => None,
        }
    }

    fn find(&mut self, object: &Object, target: &Identity) -> SearchResult {
        if let Some(&result) = self.searched.get(target) {
            return result;
        }
        let result = self.search(object, target);
        if self.scope == Scope::Run && !self.depends_on_object(target) {
            self.searched.insert(self.share_identity(target.clone()), result);
        }
        result
    }

    /// The identity as it is held already, where it is.
    fn share_identity(&self, identity: Identity) -> Arc<Identity> {
        let known = self.names.configs.get_key_value(&identity).map(|(known, _)| known);
        match known.or_else(|| self.searched.get_key_value(&identity).map(|(known, _)| known)) {
            Some(known) => known.clone(),
            None => Arc::new(identity),
        }
    }

    /// Returns `true` if it depends on the object which definition of a name it means.
    fn depends_on_object(&self, target: &Identity) -> bool {
        self.has_ambiguous_history(target) || self.is_shared_with_hook(target) || self.is_shared_by_applications(target)
    }

    fn search(&self, object: &Object, target: &Identity) -> SearchResult {
        let candidates = self.find_candidates(object, target);
        let Some(&first) = candidates.first() else {
            let exists_at_run_time =
                target.kind == ConfigKind::ConfigMap && RUN_TIME_CONFIG_MAPS.contains(&target.name.name.as_str());
            return SearchResult::Nothing(if exists_at_run_time {
                Resolution::RunTime
            } else if self.selectors.is_external(target) {
                Resolution::External
            } else {
                Resolution::Missing
            });
        };
        if self.have_same_content(&candidates) { SearchResult::Same(first) } else { SearchResult::Different(first) }
    }

    /// Records every definition that an ambiguous reference may mean; all of them are used.
    fn record_definitions(&mut self, object: &Object, link: &mut Link) {
        link.definitions = self.find_candidates(object, &link.target).into();
        for &config in &link.definitions {
            self.configs[config].used = true;
        }
    }

    /// Marks a config as used, and with it every other definition that the reference may mean.
    fn mark_used(&mut self, object: &Object, target: &Identity, config: ConfigId) {
        let is_marked = |config: &Config| if self.is_in_context { config.used_by_context } else { config.used };
        if is_marked(&self.configs[config]) {
            return;
        }
        for other in self.find_candidates(object, target) {
            let config = &mut self.configs[other];
            config.used |= !self.is_in_context;
            config.used_by_context |= self.is_in_context;
        }
    }

    /// Returns `true` if kustomize gave several configs of this name other names, so that it depends on the object which
    /// one it means.
    fn has_ambiguous_history(&self, target: &Identity) -> bool {
        let all = self.names.configs.get(target).map(SameNamed::as_slice).unwrap_or_default();
        all.len() > 1 && all.iter().any(|&id| !self.configs[id].former_names.is_empty())
    }

    /// The definitions that a reference in an object can mean, by scope and by history.
    fn find_candidates(&self, object: &Object, target: &Identity) -> Vec<ConfigId> {
        let Some(all) = self.names.configs.get(target) else { return Vec::new() };
        let visible = self.visible_from(object, all.as_slice(), |&id| self.configs[id].object);
        if !self.has_ambiguous_history(target) {
            return visible;
        }
        let mut same_history = visible.clone();
        same_history.retain(|&id| {
            let config = &self.bundle.objects[self.configs[id].object];
            kustomize::same_history(self.bundle.open(object).node(), self.bundle.open(config).node())
        });
        let mut same_name = visible.clone();
        same_name.retain(|&id| *self.configs[id].identity == *target);
        [same_history, same_name].into_iter().find(|ids| !ids.is_empty()).unwrap_or(visible)
    }

    /// Completes a link by what its config has: keys that are missing, and content that never changes in place.
    fn apply_config(&self, link: &mut Link, config: ConfigId, may_come_from_sibling: bool) {
        let config = &self.configs[config];
        if config.immutable && link.delivery == Delivery::Live {
            link.delivery = Delivery::Frozen;
        }
        let KeySelection::These(keys) = &mut link.keys else { return };
        let is_variable = link.mechanism == Mechanism::Env;
        // A key that an environment variable cannot carry does not exist for it.
        let exists = |key: &String| config.content.keys.get(key).is_some_and(|entry| entry.in_data || !is_variable);
        if may_come_from_sibling {
            keys.retain(exists);
            if keys.is_empty() {
                // Another source of the volume holds the path.
                link.delivery = Delivery::None;
            }
        } else if !config.injected {
            link.missing.extend(keys.iter().filter(|key| !exists(key)).cloned());
        }
        if config.injected {
            link.missing.clear();
        }
    }

    /// The variables of a command line that come from a link.
    fn find_variables(&self, resolution: Resolution, variables: &Variables) -> Vec<String> {
        match &variables.names {
            VariableNames::None => Vec::new(),
            VariableNames::One(name) => variables.used.get(name).cloned().into_iter().collect(),
            VariableNames::Prefix(prefix) => {
                let Resolution::Config(config) = resolution else { return Vec::new() };
                let keys = &self.configs[config].content.keys;
                let mut found = Vec::new();
                for name in variables.used.iter() {
                    if name.strip_prefix(prefix.as_str()).is_some_and(|key| keys.contains(key)) {
                        found.push(name.clone());
                    }
                }
                found
            }
        }
    }
}
