//! Fields of custom resources that look as if they named a config, and that no row of a table knows.

use crate::bundle::{Identity, Object, ObjectId, Role};
use crate::graph::{Config, Graph};
use crate::hash_map::{HashMap, HashSet};
use crate::kinds::{self, ConfigKind};
use crate::yaml::{NodeId, NodeKind};

/// Names that stand in fields that we know nothing of.
pub(super) struct UnknownFields {
    /// Kind of config and name, whatever the namespace; and where that stands.
    fields: HashMap<(ConfigKind, String), String>,
}

impl UnknownFields {
    /// Returns the reason for which a config of this identity cannot be renamed.
    pub(super) fn reason_to_keep(&self, config: &Config) -> Option<String> {
        self.reason_to_keep_identity(&config.identity, config.base_name.as_ref())
    }

    /// Returns the reason for which an object that has this identity, or had this name before, cannot be renamed.
    pub(super) fn reason_to_keep_identity(&self, identity: &Identity, base: Option<&String>) -> Option<String> {
        let mut place = self.fields.get(&(identity.kind, identity.name.name.clone()));
        if let (None, Some(base)) = (place, base) {
            place = self.fields.get(&(identity.kind, base.clone()));
        }
        let place = place?;
        Some(format!("{place} refers to it in a field that is not known to be rewritten safely"))
    }
}

/// Beside a name that is rewritten these fields say more of the same config.
const KEYS_NEXT_TO_NAMES: [&str; 6] = ["key", "items", "kind", "namespace", "valuesKey", "targetPath"];

/// Looks through the custom resources for fields that name a ConfigMap or Secret and are no known reference.
pub(super) fn find_unknown_fields(graph: &Graph<'_>) -> UnknownFields {
    let mut fields = HashMap::default();
    let mut links = graph.links.iter().peekable();
    // The name of what an object makes is known, and rewritten.
    let mut generated_names: HashMap<ObjectId, Vec<NodeId>> = HashMap::default();
    for generated in &graph.generated {
        generated_names.entry(generated.object).or_default().push(generated.name);
    }
    for (id, object) in graph.bundle.objects.entries() {
        let mut known: HashSet<NodeId> = generated_names.remove(&id).unwrap_or_default().into_iter().collect();
        while let Some(link) = links.next_if(|link| link.object == id) {
            known.insert(link.node);
        }
        if can_have_unknown_fields(object) {
            add_fields_of_object(graph, object, &known, &mut fields);
        }
    }
    UnknownFields { fields }
}

/// Returns `true` if objects of a kind can have fields that no table knows, as custom resources and patches can.
fn can_have_unknown_fields(object: &Object) -> bool {
    let group = kinds::api_group(&object.api_version);
    let is_custom = group.contains('.') && !group.ends_with(".k8s.io");
    match object.role {
        Role::Unknown(_) | Role::Other | Role::Producer(_) => true,
        Role::Config(_) => false,
        Role::Workload(_) | Role::Referrer(_) => is_custom,
    }
}

fn add_fields_of_object(
    graph: &Graph<'_>,
    object: &Object,
    known: &HashSet<NodeId>,
    fields: &mut HashMap<(ConfigKind, String), String>,
) {
    let source = &graph.bundle.sources[graph.bundle.source_of(object)];
    let opened = graph.bundle.open(object);
    let mut open = vec![(opened.node(), None)];
    while let Some((node, about)) = open.pop() {
        match node.kind() {
            NodeKind::Mapping { .. } => {
                let typed = node.get("kind").and_then(|kind| ConfigKind::of("v1", &kind.as_str()?));
                let has_name = node.own_values().any(|value| known.contains(&value.id()));
                for (key, value) in node.pairs() {
                    let key = key.decoded_text().unwrap_or_default();
                    if !has_name || !KEYS_NEXT_TO_NAMES.contains(&&*key) {
                        open.push((value, kinds::config_kind_in_key(&key).or(typed).or(about)));
                    }
                }
            }
            NodeKind::Sequence { .. } => {
                for child in node.children() {
                    open.push((child, about));
                }
            }
            NodeKind::Scalar(_) if known.contains(&node.id()) => {}
            NodeKind::Scalar(_) => {
                if let (Some(kind), Some(text)) = (about, node.as_str()) {
                    let line = source.position(node.span().start).line;
                    let place = format!("{} ({}:{line})", object.label(), source.name());
                    fields.entry((kind, text.into_owned())).or_insert(place);
                }
            }
            NodeKind::Alias => {}
        }
    }
}
