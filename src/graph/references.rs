//! The names of configs in objects that are no workloads.

use super::KeySelection;
use crate::bundle::{Bundle, Object};
use crate::diagnostic::Place;
use crate::kinds::path::FieldMatch;
use crate::kinds::referrers::ReferenceField;
use crate::kinds::{ConfigKind, Delivery};
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
    /// The keys whose content goes into a config that the object makes a controller write; none where it does not.
    pub(super) template: Option<KeySelection>,
}

/// Every name in these places of an object, in the order of the text.
pub(super) fn find_references(
    bundle: &Bundle,
    object: &Object,
    places: &[ReferenceField],
    anywhere: bool,
) -> Vec<Named> {
    sort_by_position(places.iter().flat_map(|place| references_in_field(bundle, object, place, anywhere)).collect())
}

/// Every name in the places of an object that only the user's rules know.
pub(super) fn find_custom_references(bundle: &Bundle, object: &Object) -> Vec<Named> {
    let rules = bundle.rules.references_in(&object.api_version, &object.kind);
    sort_by_position(
        rules.flat_map(|rule| references_in_field(bundle, object, &rule.field, rule.cluster_scoped)).collect(),
    )
}

fn sort_by_position(mut found: Vec<Named>) -> Vec<Named> {
    found.sort_by_key(|named| named.place.span.start);
    found.dedup_by_key(|named| (named.node, named.kind));
    found
}

fn references_in_field(bundle: &Bundle, object: &Object, row: &ReferenceField, anywhere: bool) -> Vec<Named> {
    let node = bundle.node(object);
    let makes = || bundle.rules.find_producer(&object.api_version, &object.kind, node).is_some();
    let is_template = row.delivery != Delivery::None && makes();
    let mut found = Vec::new();
    for FieldMatch { parent, node: value, .. } in row.find_names(node) {
        let Some(text) = value.as_str().filter(|text| !text.is_empty()) else { continue };
        // ingress-nginx takes `namespace/name` in its annotations.
        let (namespace, name) = match text.split_once('/') {
            Some((namespace, name)) => (Some(namespace.to_string()), name.to_string()),
            None => (namespace_of_name(parent, value), text.to_string()),
        };
        let place = bundle.place(object, value);
        let template = is_template.then(|| row.find_keys(parent).map_or(KeySelection::All, KeySelection::of_keys));
        found.push(Named { place, node: value.id(), kind: row.target, name, namespace, anywhere, template });
    }
    found
}

/// The namespace that stands beside a name: the same key with `namespace` in the place of its final `name`.
fn namespace_of_name(parent: Node<'_>, value: Node<'_>) -> Option<String> {
    let (key, _) = parent.target().pairs().find(|&(_, other)| other == value)?;
    let key = key.key_text()?;
    let key = match (key.strip_suffix("name"), key.strip_suffix("Name")) {
        (Some(start), _) => format!("{start}namespace"),
        (_, Some(start)) => format!("{start}Namespace"),
        _ => return None,
    };
    Some(parent.get(&key)?.as_str()?.into_owned())
}
