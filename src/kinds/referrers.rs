//! Objects other than workloads that name ConfigMaps and Secrets, and how a place names one.

mod carvel;
mod custom;
mod flux;
mod gateways;
mod kubernetes;

use std::borrow::Cow;
use std::sync::LazyLock;

use super::path::{self, FieldMatch, FieldPath};
use super::{ConfigKind, Delivery};
use crate::hash_map::HashMap;
use crate::kinds::api_group;
use crate::yaml::Node;

/// A kind whose objects name configs.
#[derive(Debug)]
pub struct ReferrerKind {
    /// The API groups in which the kind is or was served; the core group is the empty text.
    pub groups: &'static [&'static str],
    /// The kind.
    pub kind: &'static str,
    /// Set if its objects have no namespace, so that a bare name can mean one in any.
    pub cluster_scoped: bool,
    /// The places that name.
    pub fields: Vec<ReferenceField>,
}

/// A place that names a config.
#[derive(Clone, Debug)]
pub struct ReferenceField {
    /// From the object, or from the mapping that describes pods, to the scalar.
    pub path: FieldPath,
    /// The kind of config that it names.
    pub target: ConfigKind,
    /// The values there that are references.
    pub filter: ReferenceFilter,
    /// The delivery of the content to the pods; for an object that makes a controller write a config, the content that
    /// is written.
    pub delivery: Delivery,
    /// The field beside the name that holds the key that is used, or a list of mappings with a `key`; every key where
    /// there is none.
    pub key: Option<Cow<'static, str>>,
    /// The reason for which the config that it names keeps its name.
    pub rename_blocked_by: Option<&'static str>,
}

/// Filters for the values of a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReferenceFilter {
    /// All of them.
    Any,
    /// Those of an RBAC rule whose `apiGroups` and `resources` name the target.
    RuleForTarget,
    /// Those beside a `kind` that is the target.
    OfKind,
    /// Those beside a `kind` that is the target, or beside no `kind`.
    OfKindOrNone,
    /// Texts, the `name` of mappings, and those of lists of either: what a path of kustomize's can end at.
    TextOrName,
}

/// A place that names a ConfigMap.
pub(crate) const fn config_map(path: FieldPath) -> ReferenceField {
    ReferenceField {
        path,
        target: ConfigKind::ConfigMap,
        filter: ReferenceFilter::Any,
        delivery: Delivery::None,
        key: None,
        rename_blocked_by: None,
    }
}

/// A place that names a Secret.
pub(crate) fn secret(path: FieldPath) -> ReferenceField {
    ReferenceField { target: ConfigKind::Secret, ..config_map(path) }
}

fn referrer(groups: &'static [&'static str], kind: &'static str, fields: Vec<ReferenceField>) -> ReferrerKind {
    ReferrerKind { groups, kind, cluster_scoped: false, fields }
}

/// A place that names a ConfigMap or Secret by its kind: a reference to each of them.
fn either(path: FieldPath) -> [ReferenceField; 2] {
    [config_map(path.clone()), secret(path)].map(|field| ReferenceField { filter: ReferenceFilter::OfKind, ..field })
}

/// Every built-in kind that names configs and is no workload.
pub fn all() -> impl Iterator<Item = &'static ReferrerKind> {
    let families = [&kubernetes::KINDS, &custom::KINDS, &flux::KINDS, &carvel::KINDS, &gateways::KINDS];
    families.into_iter().flat_map(|family| family.iter())
}

static BY_KIND: LazyLock<HashMap<&str, Vec<&ReferrerKind>>> = LazyLock::new(|| {
    let mut by_kind: HashMap<&str, Vec<&ReferrerKind>> = HashMap::default();
    for row in all() {
        by_kind.entry(row.kind).or_default().push(row);
    }
    by_kind
});

impl ReferrerKind {
    fn in_cluster_scope(self) -> ReferrerKind {
        ReferrerKind { cluster_scoped: true, ..self }
    }

    /// Returns `true` if the kind only allows somebody to read configs by their names.
    pub fn grants_access(&self) -> bool {
        !self.fields.is_empty() && self.fields.iter().all(|place| place.filter == ReferenceFilter::RuleForTarget)
    }

    /// The row of an API version and kind; the version of the group does not matter.
    pub fn find(api_version: &str, kind: &str) -> Option<&'static ReferrerKind> {
        let rows = BY_KIND.get(kind)?;
        let group = api_group(api_version);
        rows.iter().copied().find(|row| row.groups.contains(&group))
    }

    /// Returns `true` if an object of this kind names any config: only then is it relevant.
    pub fn has_references(&self, object: Node<'_>) -> bool {
        self.fields.iter().any(|place| !place.find_names(object).is_empty())
    }
}

impl ReferenceField {
    /// The keys that are said beside a name, from the mapping that holds it; none where every key is meant.
    pub fn find_keys(&self, holder: Node<'_>) -> Option<Vec<String>> {
        let field = holder.get(self.key.as_ref()?)?;
        let items = field.items().filter_map(|item| item.get("key"));
        let said: Vec<Node<'_>> = if field.is_sequence() { items.collect() } else { vec![field] };
        Some(said.into_iter().filter_map(Node::decoded_text).map(Cow::into_owned).collect())
    }

    /// Finds the scalars at this field that name a config.
    pub fn find_names<'a>(&self, object: Node<'a>) -> Vec<FieldMatch<'a>> {
        match self.filter {
            ReferenceFilter::Any => self.path.matches(object).collect(),
            ReferenceFilter::TextOrName => {
                let mut names = Vec::new();
                for found in self.path.matches(object) {
                    collect_names(found, &mut names);
                }
                names
            }
            ReferenceFilter::OfKind | ReferenceFilter::OfKindOrNone => {
                let mut names = Vec::new();
                for found in self.path.matches(object) {
                    let is_target = match found.parent.get("kind").and_then(Node::decoded_text) {
                        Some(kind) => kind == self.target.as_str(),
                        None => self.filter == ReferenceFilter::OfKindOrNone,
                    };
                    names.extend(is_target.then_some(found));
                }
                names
            }
            ReferenceFilter::RuleForTarget => {
                let (to_rule, below) = self.path.steps().split_at(RULE_DEPTH);
                let rules = path::matches_of(to_rule, object).filter(|rule| is_rule_for(rule.node, self.target));
                rules.flat_map(|rule| path::matches_of(below, rule.node)).collect()
            }
        }
    }
}

/// Collects the names at a node: a scalar, a mapping with a `name`, or the items of a list that are one of these.
fn collect_names<'a>(found: FieldMatch<'a>, names: &mut Vec<FieldMatch<'a>>) {
    let items = found.node.items().map(|item| FieldMatch::new(found.node, item));
    for place in std::iter::once(found.clone()).chain(items) {
        match place.node.get("name") {
            Some(name) => names.push(FieldMatch::new(place.node, name)),
            None if place.node.scalar().is_some() => names.push(place),
            None => {}
        }
    }
}

/// The number of steps of the path to `resourceNames` that lead to a rule.
const RULE_DEPTH: usize = 2;

/// Returns `true` if an RBAC rule is about the target: its group and resource, or everything.
fn is_rule_for(rule: Node<'_>, target: ConfigKind) -> bool {
    let (group, resource) = resource_of(target);
    rules_resource(rule, group, resource)
}

/// Returns `true` if an RBAC rule is about a resource of a group, or about everything.
fn rules_resource(rule: Node<'_>, group: &str, resource: &str) -> bool {
    lists_value(rule, "apiGroups", group) && lists_value(rule, "resources", resource)
}

/// Returns `true` if the list in a field of an RBAC rule has a value, a subresource of it, or `*`.
fn lists_value(rule: Node<'_>, field: &str, wanted: &str) -> bool {
    let mut values = rule.get(field).into_iter().flat_map(Node::items).filter_map(Node::as_str);
    values.any(|value| value.split('/').next() == Some(wanted) || value == "*")
}

/// The API group and the resource of a kind of config.
fn resource_of(target: ConfigKind) -> (&'static str, &'static str) {
    match target {
        ConfigKind::ConfigMap => ("", "configmaps"),
        ConfigKind::Secret => ("", "secrets"),
        ConfigKind::SecretProviderClass => ("secrets-store.csi.x-k8s.io", "secretproviderclasses"),
        ConfigKind::CsiSecrets => ("secrets.hashicorp.com", "csisecrets"),
    }
}

/// A name in a rule of RBAC.
pub(crate) struct RuleItem<'a> {
    /// The scalar.
    pub(crate) node: Node<'a>,
    /// Its text.
    pub(crate) name: Cow<'a, str>,
    /// Set if the rule holds in every namespace.
    pub(crate) is_cluster_scoped: bool,
}

/// Finds the names in the rules of a role that are about a resource.
pub(crate) fn find_rule_items<'a>(
    role: &ReferrerKind,
    object: Node<'a>,
    group: &str,
    resource: &str,
) -> Vec<RuleItem<'a>> {
    let mut items = Vec::new();
    for rule in object.get("rules").into_iter().flat_map(Node::items) {
        if !rules_resource(rule, group, resource) {
            continue;
        }
        for item in rule.get("resourceNames").into_iter().flat_map(Node::items) {
            if let Some(name) = item.as_str() {
                items.push(RuleItem { node: item, name, is_cluster_scoped: role.cluster_scoped });
            }
        }
    }
    items
}
