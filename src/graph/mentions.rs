//! Objects that name a config in fields that no table knows.
//!
//! A config that no reference resolves to can still be in use: custom resources have fields of their own, and
//! programs are given names in arguments, environment variables and annotations. Whether such a name means the config
//! cannot be known, so nothing is linked by it; but the config is not said to be unused.

use std::collections::BTreeMap;

use super::{BASE_NAME, ConfigId, Graph, kustomize};
use crate::bundle::{Object, ObjectId, Role};
use crate::diagnostic::Place;
use crate::hash_map::HashMap;
use crate::kinds::{self, ConfigKind};
use crate::yaml::{Node, NodeKind};

/// A place where an object names a config in a field that no table knows.
#[derive(Clone, Debug)]
pub struct Mention {
    /// The object that names it.
    pub object: ObjectId,
    /// The text that holds the name.
    pub place: Place,
}

/// The mentions of configs that no reference resolves to, in input order for each config.
pub type Mentions = BTreeMap<ConfigId, Vec<Mention>>;

/// The configs that may be mentioned, by name.
type ConfigsByName<'g> = HashMap<&'g str, Vec<ConfigId>>;

/// Facts about a node that the keys above it give.
#[derive(Clone, Copy, Default)]
struct Context {
    /// The kind of config that the field is about.
    about: Option<ConfigKind>,
    /// Set in texts that people write freely, in which a name can be one word of many.
    is_free_text: bool,
    /// Set where a name is about something other than a config.
    is_other: bool,
}

/// Keys below which names are those of labels, services, hosts and the like, or are read by the tables of pod specs.
const OTHER_KEYS: [&str; 13] = [
    "apiversion",
    "metadata",
    "status",
    "label",
    "selector",
    "service",
    "host",
    "namespace",
    "cluster",
    "containers",
    "volume",
    "port",
    "image",
];

/// Keys of texts in which a program is given names.
const FREE_TEXT_KEYS: [&str; 4] = ["annotations", "command", "args", "value"];

impl Graph<'_> {
    /// Finds the objects that name a config which no reference resolves to.
    pub fn find_mentions(&self) -> Mentions {
        let mut wanted: ConfigsByName<'_> = HashMap::default();
        for (id, config) in self.configs.entries() {
            if self.is_unused(config) {
                wanted.entry(&config.identity.name.name).or_default().push(id);
            }
        }
        let mut mentions = Mentions::new();
        if !wanted.is_empty() {
            for (id, object) in self.bundle.objects.entries() {
                self.find_mentions_in(id, object, &wanted, &mut mentions);
            }
        }
        mentions
    }

    fn find_mentions_in(&self, id: ObjectId, object: &Object, wanted: &ConfigsByName<'_>, mentions: &mut Mentions) {
        let opened = self.bundle.open(object);
        let mut open = vec![(opened.node(), Context::default())];
        while let Some((node, context)) = open.pop() {
            match node.kind() {
                NodeKind::Mapping { .. } => open_entries(node, object, context, &mut open),
                NodeKind::Sequence { .. } => {
                    for item in node.children() {
                        open.push((item, context));
                    }
                }
                NodeKind::Scalar(_) => {
                    let Some(text) = node.decoded_text() else { continue };
                    for config in find_named(&text, context, object, wanted) {
                        if self.can_mean(object, config, context) {
                            let mention = Mention { object: id, place: self.bundle.place(object, node) };
                            let found = mentions.entry(config).or_default();
                            // One place for each object says enough.
                            match found.last_mut() {
                                Some(last) if last.object == id => {
                                    if mention.place.span.start < last.place.span.start {
                                        *last = mention;
                                    }
                                }
                                _ => found.push(mention),
                            }
                        }
                    }
                }
                NodeKind::Alias => {}
            }
        }
    }

    /// Returns `true` if an object can mean a config: kinds and namespaces fit, and it is not a config of that name.
    fn can_mean(&self, object: &Object, config: ConfigId, context: Context) -> bool {
        let config = &self.configs[config];
        let namespaces = (&object.name.namespace, &config.identity.name.namespace);
        let same_namespace = match namespaces {
            (Some(own), Some(of)) => own == of,
            _ => true,
        };
        // Another definition of the same name says nothing of this one.
        let is_definition = matches!(object.role, Role::Config(_)) && object.name.name == config.identity.name.name;
        same_namespace && !is_definition && (context.about.is_none() || context.about == Some(config.identity.kind))
    }
}

/// Opens the values of a mapping, each with what its key says of it.
fn open_entries<'a>(node: Node<'a>, object: &Object, context: Context, open: &mut Vec<(Node<'a>, Context)>) {
    let kind = node.get("kind").and_then(Node::as_str).filter(|_| node.get("apiVersion").is_none());
    let target = kind.as_ref().and_then(|kind| ConfigKind::of("v1", kind));
    let is_config = matches!(object.role, Role::Config(_));
    for (key, _, value) in node.entries() {
        if is_config && !context.is_free_text && !matches!(&*key, "metadata" | "annotations") {
            continue;
        }
        if is_note(&key) {
            continue;
        }
        let about = kinds::config_kind_in_key(&key).or(target).or(context.about);
        let lower = key.to_ascii_lowercase();
        let is_other_key = OTHER_KEYS.iter().any(|word| lower.contains(word));
        let names_other = kind.is_some() && target.is_none() && &*key == "name";
        let is_other = about.is_none() && (context.is_other || is_other_key || names_other);
        let is_free_text = context.is_free_text || FREE_TEXT_KEYS.contains(&&*key);
        open.push((value, Context { about, is_free_text, is_other }));
    }
}

/// Returns `true` for annotations that hold a copy of the manifest, notes of tools, or the name of something else: no name
/// in them means a config.
pub(crate) fn is_note(key: &str) -> bool {
    key.starts_with("kubectl.kubernetes.io/")
        || matches!(key, BASE_NAME | "kubernetes.io/service-account.name")
        || kustomize::is_bookkeeping(key)
}

/// The configs that a text names: as a whole, after its namespace, or as one word of a free text.
fn find_named(text: &str, context: Context, object: &Object, wanted: &ConfigsByName<'_>) -> Vec<ConfigId> {
    let mut found = Vec::new();
    if context.is_free_text {
        for word in text.split(is_no_name_letter) {
            found.extend(wanted.get(word).into_iter().flatten());
        }
    } else if can_have_unknown_fields(object, context) {
        let name = match text.rsplit_once('/') {
            Some((_, name)) => name,
            None => text,
        };
        found.extend(wanted.get(name).into_iter().flatten());
    }
    found
}

fn is_no_name_letter(letter: char) -> bool {
    !letter.is_ascii_alphanumeric() && !matches!(letter, '-' | '.')
}

/// Returns `true` if a field of an object can name a config without a row of a table: any field of a custom resource
/// that is about nothing else, and fields that speak of configs in other objects.
fn can_have_unknown_fields(object: &Object, context: Context) -> bool {
    let group = kinds::api_group(&object.api_version);
    let is_custom = group.contains('.') && !group.ends_with(".k8s.io");
    match object.role {
        Role::Config(_) => false,
        _ if is_custom => !context.is_other,
        Role::Workload(_) | Role::Referrer(_) => false,
        Role::Unknown(_) | Role::Other | Role::Producer(_) => context.about.is_some() && !context.is_other,
    }
}
