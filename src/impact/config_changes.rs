//! The configs that changed, each compared once however many workloads use it.

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
    compared: IdVec<ConfigImpact>,
}

impl<'s, 'a> ConfigComparisons<'s, 'a> {
    pub(super) fn new(trees: &'s TreePair<'a>, options: &'s ImpactOptions) -> ConfigComparisons<'s, 'a> {
        ConfigComparisons { trees, options, known: BTreeMap::new(), compared: IdVec::new() }
    }

    /// The id of a pair, by which reasons refer to it.
    pub(super) fn compare_once(&mut self, identity: &Identity, pair: ConfigPair) -> ConfigImpactId {
        *self
            .known
            .entry(pair)
            .or_insert_with(|| self.compared.push(compare_configs(self.trees, identity, pair, self.options.diff)))
    }

    pub(super) fn comparison(&self, id: ConfigImpactId) -> &ConfigImpact {
        &self.compared[id]
    }

    /// Those that some reason refers to, by name; the reasons are made to follow.
    pub(super) fn into_sorted(self, workloads: &mut [WorkloadImpact]) -> IdVec<ConfigImpact> {
        let used: BTreeSet<ConfigImpactId> =
            workloads.iter().flat_map(|w| w.reasons.iter().map(|reason| reason.config)).collect();
        let mut order: Vec<ConfigImpactId> = used.into_iter().collect();
        order.sort_by(|&a, &b| {
            let key = |id: ConfigImpactId| {
                let config = &self.compared[id];
                (&config.namespace, config.kind, &config.name, config.head, config.base)
            };
            key(a).cmp(&key(b))
        });
        let new_ids: BTreeMap<ConfigImpactId, ConfigImpactId> =
            order.iter().enumerate().map(|(index, &old)| (old, Id::new(index))).collect();
        for reason in workloads.iter_mut().flat_map(|workload| &mut workload.reasons) {
            reason.config = new_ids[&reason.config];
        }
        let mut compared: IdVec<ConfigImpact, Option<ConfigImpact>> = self.compared.into_iter().map(Some).collect();
        order.into_iter().filter_map(|id| compared[id].take()).collect()
    }
}

fn compare_configs(trees: &TreePair<'_>, identity: &Identity, pair: ConfigPair, diff: bool) -> ConfigImpact {
    let (base, head) = pair;
    let keys = compare_keys(trees, base, head, diff);
    ConfigImpact {
        kind: identity.kind,
        namespace: identity.name.namespace.clone(),
        name: identity.name.name.clone(),
        base,
        head,
        base_location: base.map(|base| trees.base.location_of_object(trees.base.graph.configs[base].object)),
        head_location: head.map(|head| trees.head.location_of_object(trees.head.graph.configs[head].object)),
        refusal: base.zip(head).and_then(|(base, head)| find_refusal(trees, base, head, !keys.is_empty())),
        keys,
    }
}

fn compare_keys(trees: &TreePair<'_>, base: Option<ConfigId>, head: Option<ConfigId>, diff: bool) -> Vec<KeyImpact> {
    let content = |config: Option<ConfigId>, tree: &NamedTree<'_>| {
        config.map(|config| tree.graph.configs[config].content.keys.clone()).unwrap_or_default()
    };
    let (old, new) = (content(base, &trees.base), content(head, &trees.head));
    let all: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    let compare = |key: &String| {
        let change = match (old.get(key), new.get(key)) {
            (Some(old), Some(new)) if old == new => return None,
            (Some(_), Some(_)) => KeyChange::Changed,
            (None, _) => KeyChange::Added,
            (_, None) => KeyChange::Removed,
        };
        let spot = |there: bool, config: Option<ConfigId>, tree: &NamedTree<'_>| {
            config.filter(|_| there).map(|config| tree.location_of_key(config, key))
        };
        Some(KeyImpact {
            key: key.clone(),
            change,
            base_location: spot(old.contains_key(key), base, &trees.base),
            head_location: spot(new.contains_key(key), head, &trees.head),
            diff: diff.then(|| diff_texts(trees, base, head, key)).flatten(),
        })
    };
    all.into_iter().filter_map(compare).collect()
}

/// The unified diff of a key's text. There is none of what is no text, and none of a Secret.
fn diff_texts(trees: &TreePair<'_>, base: Option<ConfigId>, head: Option<ConfigId>, key: &str) -> Option<String> {
    let text = |tree: &NamedTree<'_>, config: Option<ConfigId>| match config {
        Some(config) => {
            let object = &tree.graph.bundle.objects[tree.graph.configs[config].object];
            content::config_map_text(tree.graph.bundle, object, key)
        }
        None => Some(String::new()),
    };
    let (mut old, mut new) = (text(&trees.base, base)?, text(&trees.head, head)?);
    if [&old, &new].iter().all(|text| text.is_empty() || !text.ends_with('\n')) {
        // That a value has no line break at its end is no news.
        for text in [&mut old, &mut new].into_iter().filter(|text| !text.is_empty()) {
            text.push('\n');
        }
    }
    let diff = TextDiff::from_lines(&old, &new).unified_diff().context_radius(3).to_string();
    (!diff.is_empty()).then_some(diff)
}

/// Returns the reason for which the API server would reject the new content (`ValidateConfigMapUpdate`,
/// `ValidateSecretUpdate`): an immutable object stays as it is, and so does the type of a Secret. Under a new name it is a new object.
fn find_refusal(trees: &TreePair<'_>, base: ConfigId, head: ConfigId, changed: bool) -> Option<&'static str> {
    if trees.base.applied_config_name(base) != trees.head.applied_config_name(head) {
        return None;
    }
    let (old, new) = (&trees.base.graph.configs[base], &trees.head.graph.configs[head]);
    if old.immutable && changed {
        return Some("it is immutable, so its content cannot change: give it a new name (`rollstamp rename`)");
    }
    if old.immutable && !new.immutable {
        return Some("`immutable: true` cannot be reverted: give it a new name");
    }
    let of_type = |node: Node<'_>| node.get("type").and_then(|of| of.decoded_text().map(|of| of.into_owned()));
    let opaque = |of: Option<String>| of.filter(|of| !of.is_empty()).unwrap_or_else(|| "Opaque".to_string());
    let types = (opaque(of_type(trees.base.config_node(base))), opaque(of_type(trees.head.config_node(head))));
    let other_type = old.identity.kind == ConfigKind::Secret && types.0 != types.1;
    other_type.then_some("the type of a Secret cannot change: give it a new name")
}
