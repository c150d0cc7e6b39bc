//! The names of configs in objects that are no workloads.

use crate::bundle::{Bundle, Object};
use crate::diagnostic::Place;
use crate::kinds::ConfigKind;
use crate::kinds::names::{NamePlace, NamingKind, Only, Step};
use crate::yaml::{Node, NodeId};

/// A name that was found.
pub(super) struct Named {
    pub(super) place: Place,
    pub(super) node: NodeId,
    pub(super) kind: ConfigKind,
    pub(super) name: String,
    /// The namespace, where the place says one.
    pub(super) namespace: Option<String>,
    /// Whether the object is of no namespace, so that the name can mean one in any.
    pub(super) anywhere: bool,
}

/// Every name in an object, in the order of the text.
pub(super) fn places(bundle: &Bundle, object: &Object, kind: &NamingKind) -> Vec<Named> {
    let node = bundle.node(object);
    let mut found = Vec::new();
    for row in kind.places {
        for (parent, value) in at(node, row) {
            let Some(text) = value.as_str().filter(|text| !text.is_empty()) else { continue };
            // ingress-nginx takes `namespace/name` in its annotations.
            let (namespace, name) = match text.split_once('/') {
                Some((namespace, name)) => (Some(namespace.to_string()), name.to_string()),
                None => (beside(parent, value), text.to_string()),
            };
            let place = bundle.place(object, value);
            found.push(Named {
                place,
                node: value.id(),
                kind: row.target,
                name,
                namespace,
                anywhere: kind.cluster_scoped,
            });
        }
    }
    found.sort_by_key(|named| named.place.span.start);
    found
}

/// The nodes at a place, each with the collection that holds it.
fn at<'a>(object: Node<'a>, row: &NamePlace) -> Vec<(Node<'a>, Node<'a>)> {
    let mut nodes = vec![(object, object)];
    for (depth, step) in row.path.iter().enumerate() {
        nodes = nodes.into_iter().flat_map(|(_, node)| take(node, *step)).collect();
        let is_rule = depth == 1 && row.only == Only::RuleForTarget;
        if is_rule {
            nodes.retain(|(_, rule)| is_for(*rule, row.target));
        }
    }
    nodes
}

fn take(node: Node<'_>, step: Step) -> Vec<(Node<'_>, Node<'_>)> {
    match step {
        Step::Key(key) => node.get(key).map(|value| (node, value)).into_iter().collect(),
        Step::Each => node.items().map(|item| (node, item)).collect(),
        Step::KeyLike(start, end) => {
            let like = |key: &str| key.starts_with(start) && key.ends_with(end);
            node.entries().into_iter().filter(|(key, ..)| like(key)).map(|(_, _, value)| (node, value)).collect()
        }
    }
}

/// Whether an RBAC rule is about the target: its core group and resource, or everything.
fn is_for(rule: Node<'_>, target: ConfigKind) -> bool {
    let resource = match target {
        ConfigKind::ConfigMap => "configmaps",
        ConfigKind::Secret => "secrets",
    };
    let lists = |field: &str, wanted: &str| {
        let mut values = rule.get(field).into_iter().flat_map(Node::items).filter_map(Node::as_str);
        values.any(|value| value == wanted || value == "*")
    };
    lists("apiGroups", "") && lists("resources", resource)
}

/// The namespace that stands beside a name: the same key with `namespace` in the place of its final `name`.
fn beside(parent: Node<'_>, value: Node<'_>) -> Option<String> {
    let (key, _) = parent.target().pairs().find(|&(_, other)| other == value)?;
    let key = key.key_text()?;
    let key = match (key.strip_suffix("name"), key.strip_suffix("Name")) {
        (Some(start), _) => format!("{start}namespace"),
        (_, Some(start)) => format!("{start}Namespace"),
        _ => return None,
    };
    Some(parent.get(&key)?.as_str()?.into_owned())
}
