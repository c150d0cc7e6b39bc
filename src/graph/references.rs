//! References to configs in objects without pod templates, and those that only the user's rules know.

use super::draft::{Absence, Draft, DraftSite, DraftTarget, NamespaceChoice};
use super::model::{KeySelection, Mechanism};
use crate::bundle::{Bundle, Object};
use crate::kinds::path::FieldMatch;
use crate::kinds::referrers::{ReferenceField, ReferrerKind};
use crate::kinds::{Delivery, annotation_text};
use crate::yaml::Node;

/// The references in these fields of an object, in the order of the text.
pub(super) fn find_references(bundle: &Bundle, object: &Object, kind: &ReferrerKind) -> Vec<Draft> {
    let opened = bundle.open(object);
    let node = opened.node();
    let mut found = Vec::new();
    for field in &kind.fields {
        let first = found.len();
        find_in_field(bundle, object, field, kind.cluster_scoped, &mut found);
        if needs_config(node, kind, field) {
            for draft in &mut found[first..] {
                let name = node.with_id(draft.site.node);
                draft.flags.absence = name.parent().map_or(Absence::Reported, Absence::of_source);
            }
        }
    }
    sort_by_position(found)
}

/// Returns `true` if something does not work without the config that a field names. Who is allowed to read a config
/// need not find it, what an object without a namespace names can be in any, and the tokens of a ServiceAccount and the
/// certificates of some Ingresses are made by controllers.
fn needs_config(object: Node<'_>, kind: &ReferrerKind, field: &ReferenceField) -> bool {
    let is_tls_acme = || annotation_text(object, "kubernetes.io/tls-acme").is_some_and(|text| text == "true");
    let is_generated = match kind.kind {
        "ServiceAccount" => field.path.keys().first() == Some(&"secrets"),
        "Ingress" => is_tls_acme(),
        _ => false,
    };
    !kind.cluster_scoped && !kind.grants_access() && !is_generated
}

/// The references in the fields of an object that only the user's rules know, in the order of the text.
pub(super) fn find_custom_references(bundle: &Bundle, object: &Object) -> Vec<Draft> {
    let mut found = Vec::new();
    for rule in bundle.rules.references_in(&object.api_version, &object.kind) {
        find_in_field(bundle, object, &rule.field, rule.cluster_scoped, &mut found);
    }
    sort_by_position(found)
}

/// Sorts references, of which several fields can find the same one.
fn sort_by_position(mut found: Vec<Draft>) -> Vec<Draft> {
    found.sort_by_key(|draft| draft.site.place.span.start);
    found.dedup_by_key(|draft| (draft.site.node, draft.target.kind));
    found
}

fn find_in_field(
    bundle: &Bundle,
    object: &Object,
    field: &ReferenceField,
    is_cluster_scoped: bool,
    found: &mut Vec<Draft>,
) {
    let opened = bundle.open(object);
    let node = opened.node();
    // What a producer names by its content goes into the config that its controller writes.
    let is_template = field.delivery != Delivery::None
        && bundle.rules.find_producer(&object.api_version, &object.kind, node).is_some();
    for FieldMatch { parent, node: value, .. } in field.find_names(node) {
        let Some(text) = value.as_str().filter(|text| !text.is_empty()) else { continue };
        // ingress-nginx takes `namespace/name` in its annotations.
        let (namespace, name) = match text.split_once('/') {
            Some((namespace, name)) => (Some(namespace.to_string()), name.to_string()),
            None => (namespace_next_to(parent, value), text.to_string()),
        };
        let (mechanism, selection, absence) = if is_template {
            let selection = field.find_keys(parent).map_or(KeySelection::All, KeySelection::of_keys);
            (Mechanism::Template, selection, Absence::Reported)
        } else {
            (Mechanism::Name, KeySelection::none(), Absence::Ignored)
        };
        let namespace = NamespaceChoice::new(namespace, is_cluster_scoped);
        found.push(Draft {
            site: DraftSite::new(bundle, object, value, mechanism),
            target: DraftTarget { kind: field.target, name, namespace },
            keys: selection.into(),
            delivery: Delivery::None,
            flags: absence.into(),
        });
    }
}

/// The namespace next to a name: the same key with `namespace` in the place of its final `name`.
fn namespace_next_to(parent: Node<'_>, value: Node<'_>) -> Option<String> {
    let (key, _) = parent.target().pairs().find(|&(_, other)| other == value)?;
    let key = key.key_text()?;
    let key = match (key.strip_suffix("name"), key.strip_suffix("Name")) {
        (Some(start), _) => format!("{start}namespace"),
        (_, Some(start)) => format!("{start}Namespace"),
        _ => return None,
    };
    Some(parent.get(&key)?.as_str()?.into_owned())
}
