//! Objects without pods that something happens to: what the API server rejects, and what acts on changed content.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use super::config_changes::ConfigComparisons;
use super::pairs::match_by_path;
use super::releases::{self, ReleasePair};
use super::trees::{NamedTree, TreePair};
use super::{ChangeRoute, ConfigImpactId, ImpactClass, ImpactReason, WorkloadImpact, judge, updates};
use crate::bundle::{Identity, Object, ObjectId, ObjectName, Role};
use crate::graph::{ConfigId, Delivery, Link, Resolution};
use crate::kinds::{self, ConfigKind};
use crate::yaml::Node;

/// The kinds without pods of which the fixed fields are compared.
const FIXED_KINDS: [&str; 2] = ["PersistentVolumeClaim", "Service"];

/// The API version, kind and name of an object.
type ObjectKey<'a> = (&'a str, &'a str, &'a ObjectName);

const RECONCILES: &str = "its controller takes the new content when it reconciles it next";

/// Compares the configs that no workload of both trees consumes.
pub(super) fn compare_other_configs(trees: &TreePair<'_>, configs: &mut ConfigComparisons<'_, '_>) {
    let mut before = configs_by_identity(&trees.base);
    for (identity, heads) in configs_by_identity(&trees.head) {
        let Some(mut bases) = before.remove(&identity) else { continue };
        let mut names = BTreeSet::new();
        names.extend(heads.iter().map(|&head| trees.head.applied_config_name(head)));
        // Of generations that are kept beside each other, none is the other's old content.
        if names.len() > 1 {
            continue;
        }
        let pairs = match_by_path(
            &mut bases,
            &heads,
            |base| trees.base.source_name(trees.base.graph.configs[base].object),
            |head| trees.head.source_name(trees.head.graph.configs[head].object),
        );
        for (head, base) in pairs {
            if !configs.is_compared(head) {
                configs.compare_once(&identity, (Some(base), Some(head)));
            }
        }
    }
}

fn configs_by_identity(tree: &NamedTree<'_>) -> BTreeMap<Identity, Vec<ConfigId>> {
    let mut found: BTreeMap<Identity, Vec<ConfigId>> = BTreeMap::new();
    for (id, config) in tree.graph.configs.entries() {
        if !tree.graph.is_context(config) {
            found.entry(tree.base_identity(id)).or_default().push(id);
        }
    }
    found
}

/// The objects without pods that something happens to, in the order of the new tree, then the configs that the API
/// server rejects and no workload consumes.
pub(super) fn judge_objects(
    trees: &TreePair<'_>,
    configs: &ConfigComparisons<'_, '_>,
    consumed: &BTreeSet<ConfigImpactId>,
) -> Vec<WorkloadImpact> {
    let mut impacts = Vec::new();
    let mut gone = Vec::new();
    let mut before: BTreeMap<ObjectKey<'_>, Vec<ObjectId>> = objects_by_key(&trees.base);
    let mut links: BTreeMap<ObjectId, Vec<&Link>> = BTreeMap::new();
    for link in &trees.head.graph.links {
        links.entry(link.object).or_default().push(link);
    }
    let judge = ObjectJudge { trees, configs, releases: ReleasePair::new(trees) };
    for (key, heads) in objects_by_key(&trees.head) {
        let mut bases = before.remove(&key).unwrap_or_default();
        let pairs =
            match_by_path(&mut bases, &heads, |base| trees.base.source_name(base), |head| trees.head.source_name(head));
        let paired: BTreeSet<ObjectId> = pairs.iter().map(|(head, _)| *head).collect();
        for head in heads.into_iter().filter(|head| !paired.contains(head)) {
            impacts.extend(judge.releases.describe_one_sided(None, Some(head)).map(|impact| (head, impact)));
        }
        for (head, base) in pairs {
            let links = links.get(&head).map_or(&[][..], Vec::as_slice);
            impacts.extend(judge.judge_object((base, head), links).map(|impact| (head, impact)));
        }
        gone.extend(bases);
    }
    gone.extend(before.into_values().flatten());
    impacts.sort_by_key(|(head, _)| *head);
    let mut found: Vec<WorkloadImpact> = Vec::new();
    found.extend(impacts.into_iter().map(|(_, impact)| impact));
    for base in gone {
        found.extend(judge.releases.describe_one_sided(Some(base), None));
    }
    for (id, config) in configs.entries() {
        let (Some(base), Some(head), Some(refusal)) = (config.base, config.head, config.refusal) else { continue };
        if !consumed.contains(&id) {
            let objects = (trees.base.graph.configs[base].object, trees.head.graph.configs[head].object);
            found.push(refuse_object(trees, objects, refusal.to_string()));
        }
    }
    found
}

/// The objects without pods that can be rejected or that name configs.
fn objects_by_key<'a>(tree: &NamedTree<'a>) -> BTreeMap<ObjectKey<'a>, Vec<ObjectId>> {
    let mut found: BTreeMap<ObjectKey<'a>, Vec<ObjectId>> = BTreeMap::new();
    for (id, object) in tree.graph.bundle.objects.entries() {
        let has_no_pods = !matches!(object.role, Role::Config(_) | Role::Workload(_));
        if has_no_pods && !tree.graph.bundle.is_context(object) {
            let key = (&*object.api_version, &*object.kind, &object.name);
            found.entry(key).or_default().push(id);
        }
    }
    found
}

/// Judges the objects that both trees have.
struct ObjectJudge<'p, 'a, 'c> {
    trees: &'p TreePair<'a>,
    configs: &'p ConfigComparisons<'p, 'c>,
    releases: ReleasePair<'p, 'a>,
}

impl ObjectJudge<'_, '_, '_> {
    fn judge_object(&self, (base, head): (ObjectId, ObjectId), links: &[&Link]) -> Option<WorkloadImpact> {
        let trees = self.trees;
        let object = &trees.head.graph.bundle.objects[head];
        if object.api_version == "v1" && FIXED_KINDS.contains(&&*object.kind) {
            let (old, new) = (trees.base.open_applied_object(base), trees.head.open_applied_object(head));
            let reason = updates::find_rejection(&object.kind, old.node(), new.node())?;
            return Some(refuse_object(trees, (base, head), reason));
        }
        let mut reasons = Vec::new();
        if reads_configs(object) {
            for link in links {
                reasons.extend(find_reasons(trees, link, self.configs));
            }
        }
        if releases::is_release(object) {
            return self.releases.judge_release((base, head), reasons);
        }
        if reasons.is_empty() {
            return None;
        }
        let sentence = Some(RECONCILES.to_string());
        let described = judge::describe_objects(trees, Some(base), Some(head), ImpactClass::Reconciles);
        Some(WorkloadImpact { sentence, reasons, ..described })
    }
}

fn refuse_object(trees: &TreePair<'_>, (base, head): (ObjectId, ObjectId), reason: String) -> WorkloadImpact {
    let described = judge::describe_objects(trees, Some(base), Some(head), ImpactClass::Refused);
    WorkloadImpact { sentence: Some(reason), finding: true, ..described }
}

/// Returns `true` for an object whose controller reads the content of the configs that it names. Roles and service
/// accounts name them for others, and the Secrets of volumes and of storage classes are read when something is mounted.
fn reads_configs(object: &Object) -> bool {
    let group = kinds::api_group(&object.api_version);
    match object.role {
        Role::Referrer(kind) => !kind.grants_access() && !group.is_empty() && !group.ends_with("storage.k8s.io"),
        Role::Producer(_) | Role::Other => true,
        Role::Config(_) | Role::Workload(_) | Role::Unknown(_) => false,
    }
}

/// The key that a reference names beside the config: `valuesKey` of a HelmRelease, which is `values.yaml` by default
/// (`meta.ValuesReference.GetValuesKey`), and `key` elsewhere; none where every key is read.
fn find_named_key(trees: &TreePair<'_>, link: &Link) -> Option<String> {
    let object = &trees.head.graph.bundle.objects[link.object];
    let opened = trees.head.graph.bundle.open(object);
    let reference = opened.node().with_id(link.node).parent()?;
    let text = |field| reference.get(field).and_then(Node::decoded_text).map(Cow::into_owned);
    if object.kind == "HelmRelease" && reference.get("kind").is_some() {
        return Some(text("valuesKey").unwrap_or_else(|| "values.yaml".to_string()));
    }
    text("key")
}

/// The changed keys of the config that a link names; every one where the link names no keys.
fn find_reasons(trees: &TreePair<'_>, link: &Link, configs: &ConfigComparisons<'_, '_>) -> Vec<ImpactReason> {
    let Resolution::Config(config) = link.resolution else { return Vec::new() };
    let Some(id) = configs.find_by_head(config) else { return Vec::new() };
    let comparison = configs.comparison(id);
    if comparison.refusal.is_some() || comparison.kind == ConfigKind::SecretProviderClass {
        return Vec::new();
    }
    let named = find_named_key(trees, link);
    let mut reasons = Vec::new();
    for key in &comparison.keys {
        if named.as_ref().is_some_and(|named| *named != key.key) {
            continue;
        }
        let route = ChangeRoute {
            container: None,
            mechanism: link.mechanism,
            delivery: Delivery::None,
            template: None,
            base_location: None,
            head_location: Some(trees.head.location_of_place(&link.place)),
        };
        reasons.push(ImpactReason {
            config: id,
            key: key.key.clone(),
            change: key.change,
            routes: vec![route],
            frozen: false,
        });
    }
    reasons
}
