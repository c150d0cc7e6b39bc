//! The configs that changed, each compared once however many workloads use it.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use similar::TextDiff;

use super::trees::{NamedTree, TreePair};
use super::{ConfigImpact, ConfigImpactId, ImpactOptions, KeyChange, KeyImpact, WorkloadImpact};
use crate::bundle::Identity;
use crate::content;
use crate::graph::ConfigId;
use crate::index::{Id, IdVec};
use crate::kinds::ConfigKind;
use crate::yaml::Node;

/// A config of the old tree, and the same of the new one.
pub(super) type ConfigPair = (Option<ConfigId>, Option<ConfigId>);

/// The configs that were compared so far.
pub(super) struct ConfigComparisons<'s, 'a> {
    trees: &'s TreePair<'a>,
    options: &'s ImpactOptions,
    known: BTreeMap<ConfigPair, ConfigImpactId>,
    by_head: BTreeMap<ConfigId, ConfigImpactId>,
    compared: IdVec<ConfigImpact>,
}

impl<'s, 'a> ConfigComparisons<'s, 'a> {
    pub(super) fn new(trees: &'s TreePair<'a>, options: &'s ImpactOptions) -> ConfigComparisons<'s, 'a> {
        ConfigComparisons { trees, options, known: BTreeMap::new(), by_head: BTreeMap::new(), compared: IdVec::new() }
    }

    /// The id of a pair, by which reasons refer to it.
    pub(super) fn compare_once(&mut self, identity: &Identity, pair: ConfigPair) -> ConfigImpactId {
        if let Some(known) = self.known.get(&pair) {
            return *known;
        }
        let id = self.compared.push(compare_configs(self.trees, identity, pair, self.options.diff));
        self.known.insert(pair, id);
        if let (Some(_), Some(head)) = pair {
            self.by_head.entry(head).or_insert(id);
        }
        id
    }

    /// Returns `true` if a config of the new tree was compared with one of the old.
    pub(super) fn is_compared(&self, head: ConfigId) -> bool {
        self.find_by_head(head).is_some()
    }

    /// The comparison of a config of the new tree with one of the old.
    pub(super) fn find_by_head(&self, head: ConfigId) -> Option<ConfigImpactId> {
        self.by_head.get(&head).copied()
    }

    pub(super) fn entries(&self) -> impl Iterator<Item = (ConfigImpactId, &ConfigImpact)> {
        self.compared.entries()
    }

    pub(super) fn comparison(&self, id: ConfigImpactId) -> &ConfigImpact {
        &self.compared[id]
    }

    /// Those that changed in content, that some reason refers to or that the API server rejects, by name; the reasons are
    /// made to follow.
    pub(super) fn into_sorted(self, workloads: &mut [WorkloadImpact]) -> IdVec<ConfigImpact> {
        let mut used = BTreeSet::new();
        for workload in workloads.iter() {
            used.extend(workload.reasons.iter().map(|reason| reason.config));
        }
        for (id, config) in self.compared.entries() {
            let is_in_both = config.base.is_some() && config.head.is_some();
            if is_in_both && (!config.keys.is_empty() || config.refusal.is_some()) {
                used.insert(id);
            }
        }
        let mut order: Vec<ConfigImpactId> = used.into_iter().collect();
        order.sort_by(|&a, &b| self.compared[a].sort_key().cmp(&self.compared[b].sort_key()));
        let mut new_ids = BTreeMap::new();
        for (index, &old) in order.iter().enumerate() {
            new_ids.insert(old, Id::new(index));
        }
        for workload in workloads {
            for reason in &mut workload.reasons {
                reason.config = new_ids[&reason.config];
            }
        }
        let mut compared: IdVec<ConfigImpact, Option<ConfigImpact>> = self.compared.into_iter().map(Some).collect();
        order.into_iter().filter_map(|id| compared[id].take()).collect()
    }
}

impl ConfigImpact {
    fn sort_key(&self) -> impl Ord + '_ {
        (&self.namespace, self.kind, &self.name, self.head, self.base)
    }
}

fn compare_configs(trees: &TreePair<'_>, identity: &Identity, pair: ConfigPair, diff: bool) -> ConfigImpact {
    let (base, head) = pair;
    let keys = compare_keys(trees, base, head, diff);
    ConfigImpact {
        kind: identity.kind,
        namespace: identity.name.namespace.clone(),
        name: identity.name.name.clone(),
        application: trees.application_of_configs(pair),
        base,
        head,
        base_location: trees.base.location_of_config(base),
        head_location: trees.head.location_of_config(head),
        refusal: find_refusal(trees, pair, !keys.is_empty()),
        keys,
    }
}

fn compare_keys(trees: &TreePair<'_>, base: Option<ConfigId>, head: Option<ConfigId>, diff: bool) -> Vec<KeyImpact> {
    let old = content_of(&trees.base, base);
    let new = content_of(&trees.head, head);
    let all: BTreeSet<&str> = old.keys().chain(new.keys()).copied().collect();
    let mut changed = Vec::new();
    for key in all {
        let change = match (old.get(key), new.get(key)) {
            (Some(old), Some(new)) if old == new => continue,
            (Some((old, _)), Some((new, _))) if old == new => KeyChange::Moved,
            (Some(_), Some(_)) => KeyChange::Changed,
            (None, _) => KeyChange::Added,
            (_, None) => KeyChange::Removed,
        };
        changed.push(KeyImpact {
            key: key.to_string(),
            change,
            base_location: if change == KeyChange::Added { None } else { trees.base.location_of_key(base, key) },
            head_location: if change == KeyChange::Removed { None } else { trees.head.location_of_key(head, key) },
            diff: if diff { diff_texts(trees, base, head, key) } else { None },
        });
    }
    changed
}

/// The keys of a config, each with its hash and whether it is in `data`; none where there is no config.
fn content_of<'t>(tree: &'t NamedTree<'_>, config: Option<ConfigId>) -> BTreeMap<&'t str, ([u8; 32], bool)> {
    let mut keys = BTreeMap::new();
    if let Some(config) = config.map(|config| &tree.graph.configs[config]) {
        for (name, key) in config.content.keys.iter() {
            keys.insert(name, (config.hash_of_key(tree.graph.bundle, key), key.in_data));
        }
    }
    keys
}

/// The unified diff of a key's text. There is none of what is no text, and none of a Secret.
fn diff_texts(trees: &TreePair<'_>, base: Option<ConfigId>, head: Option<ConfigId>, key: &str) -> Option<String> {
    let mut old = text_of_key(&trees.base, base, key)?;
    let mut new = text_of_key(&trees.head, head, key)?;
    if !old.ends_with('\n') && !new.ends_with('\n') {
        // That a value has no line break at its end is no news.
        for text in [&mut old, &mut new] {
            if !text.is_empty() {
                text.push('\n');
            }
        }
    }
    let diff = TextDiff::from_lines(&old, &new).unified_diff().context_radius(3).to_string();
    (!diff.is_empty()).then_some(diff)
}

fn text_of_key(tree: &NamedTree<'_>, config: Option<ConfigId>, key: &str) -> Option<String> {
    let Some(config) = config else { return Some(String::new()) };
    let object = &tree.graph.bundle.objects[tree.graph.configs[config].object];
    content::config_map_text(tree.graph.bundle, object, key)
}

/// Returns the reason for which the API server would reject the new content (`ValidateConfigMapUpdate`,
/// `ValidateSecretUpdate`): an immutable object stays as it is, and so does the type of a Secret. Under a new name it is a new object.
fn find_refusal(trees: &TreePair<'_>, pair: ConfigPair, changed: bool) -> Option<&'static str> {
    let (Some(base), Some(head)) = pair else { return None };
    if trees.base.applied_config_name(base) != trees.head.applied_config_name(head) {
        return None;
    }
    let (old, new) = (&trees.base.graph.configs[base], &trees.head.graph.configs[head]);
    if old.immutable && changed {
        return Some("it is immutable, so its content cannot change: give it a new name (`rollstamp rename`)");
    }
    let (opened_old, opened_new) = (trees.base.open_config(base), trees.head.open_config(head));
    let (old_node, new_node) = (opened_old.node(), opened_new.node());
    if old.immutable && loses_values(old_node, new_node) {
        return Some("it is immutable, and an entry of null removes the key: give it a new name (`rollstamp rename`)");
    }
    if old.immutable && !new.immutable {
        return Some("`immutable: true` cannot be reverted: give it a new name");
    }
    let is_secret = old.identity.kind == ConfigKind::Secret;
    if is_secret && secret_type(old_node) != secret_type(new_node) {
        return Some("the type of a Secret cannot change: give it a new name");
    }
    None
}

/// Returns `true` if a value became null, which removes its key where the manifest is applied over the older one; or if
/// an empty `binaryData` was added, which the API server takes for a change.
fn loses_values(old: Node<'_>, new: Node<'_>) -> bool {
    if is_empty_mapping(new.get("binaryData")) && old.get("binaryData").is_none() {
        return true;
    }
    let (Some(old), Some(new)) = (old.get("data"), new.get("data")) else { return false };
    for (key, _, value) in new.entries() {
        if value.is_null() && old.get(&key).is_some_and(|value| !value.is_null()) {
            return true;
        }
    }
    false
}

fn is_empty_mapping(node: Option<Node<'_>>) -> bool {
    node.is_some_and(|node| node.is_mapping() && node.entries().is_empty())
}

fn secret_type(secret: Node<'_>) -> Cow<'_, str> {
    let written = secret.get("type").and_then(Node::decoded_text).unwrap_or_default();
    if written.is_empty() { "Opaque".into() } else { written }
}
