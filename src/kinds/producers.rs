//! Kinds whose objects make controllers write ConfigMaps and Secrets: the content is not in the manifest, the request
//! for it is.
//!
//! A row says what is produced and under which name, which keys it has where that is certain, which fields are the
//! request for its content, and whether it may get another name. Sources: the API types of the projects named by the
//! groups.

mod table;

pub use table::{CONNECTION, PRODUCERS};

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::ConfigKind;
use super::condition::Condition;
use super::path::{FieldPath, field};
use crate::kinds::api_group;
use crate::yaml::Node;

/// A kind whose objects produce configs.
#[derive(Debug)]
pub struct ProducerKind {
    /// The API group; none for what objects of any group can say.
    pub group: Option<Cow<'static, str>>,
    /// The kind.
    pub kind: Cow<'static, str>,
    /// The configs that each object of it makes a controller write.
    pub generates: Vec<Arc<GenerationRule>>,
}

/// One sort of config that an object produces.
#[derive(Debug)]
pub struct GenerationRule {
    /// The kind of what is produced.
    pub target: ConfigKind,
    /// Conditions of the object under which it is generated.
    pub only_if: Vec<Condition>,
    /// The entries of which each produces one config; empty where the object itself does. `*` is each item of a list.
    pub each: FieldPath,
    /// Fields with its name, from the entry: the first that is set applies, and the first is where it is written.
    pub name_paths: Vec<FieldPath>,
    /// In which namespace it is produced.
    pub namespace: TargetNamespace,
    /// Its keys, where they are certain.
    pub keys: Option<Vec<KeySource>>,
    /// Conditions under which the keys are not certain.
    pub keys_unless: Vec<Condition>,
    /// The request for its content.
    pub request: Vec<RequestPart>,
    /// The mapping with templates of keys, from the entry: each can use the values of all keys of the request.
    pub templates: Option<FieldPath>,
    /// Fields that are no part of the request, though a change of one changes the object.
    pub left_out: Vec<FieldPath>,
    /// Permission to give it another name.
    pub rename: RenamePermission,
}

/// The namespace of a generated config.
#[derive(Clone, Debug)]
pub enum TargetNamespace {
    /// The namespace of the object.
    Own,
    /// The one that stands at this path of the entry, else that of the object.
    At(FieldPath),
    /// The namespaces that the object names or selects; all of them where it does neither.
    Selected(NamespaceSelection),
}

/// The fields of an object that choose namespaces.
#[derive(Clone, Debug)]
pub struct NamespaceSelection {
    /// The names of namespaces.
    pub names: Option<FieldPath>,
    /// Label selectors.
    pub selectors: Vec<FieldPath>,
}

/// The label with the name of a namespace, which Kubernetes gives to each.
const NAMESPACE_LABEL: &str = "kubernetes.io/metadata.name";

impl NamespaceSelection {
    /// Returns `true` if an object can choose a namespace. Labels other than that with the name are not known here, so they
    /// are taken to fit.
    fn may_choose(&self, object: Node<'_>, namespace: &str) -> bool {
        let names: Vec<Node<'_>> = self.names.iter().flat_map(|path| path.nodes(object)).collect();
        let selectors: Vec<Node<'_>> = self.selectors.iter().flat_map(|path| path.nodes(object)).collect();
        (names.is_empty() && selectors.is_empty())
            || names.iter().any(|name| name.as_str().as_deref() == Some(namespace))
            || selectors.iter().any(|selector| may_select(*selector, namespace))
    }
}

/// Returns `true` if a label selector can select a namespace, as far as its name tells.
fn may_select(selector: Node<'_>, namespace: &str) -> bool {
    let label = selector.get_path(&["matchLabels", NAMESPACE_LABEL]).and_then(Node::decoded_text);
    if label.is_some_and(|name| name != namespace) {
        return false;
    }
    for expression in selector.get("matchExpressions").into_iter().flat_map(Node::items) {
        if expression.get("key").and_then(Node::decoded_text).as_deref() != Some(NAMESPACE_LABEL) {
            continue;
        }
        let mut values = expression.get("values").into_iter().flat_map(Node::items).filter_map(Node::decoded_text);
        let is_listed = values.any(|value| value == namespace);
        let fits = match expression.get("operator").and_then(Node::decoded_text).as_deref() {
            Some("In") => is_listed,
            Some("NotIn") => !is_listed,
            Some("DoesNotExist") => false,
            _ => true,
        };
        if !fits {
            return false;
        }
    }
    true
}

/// Fields with keys of a generated config, from the entry.
#[derive(Clone, Debug)]
pub enum KeySource {
    /// They are the keys of this mapping.
    KeysOf(FieldPath),
    /// They are the texts here.
    Texts(FieldPath),
    /// They are the texts here, if the condition holds for the object.
    TextsIf(Condition, FieldPath),
    /// They are these.
    These(Vec<Cow<'static, str>>),
}

/// A part of the request for a generated config's content.
#[derive(Clone, Debug)]
pub enum RequestPart {
    /// The value of a field of the object.
    Field(FieldPath),
    /// The value of a field of the entry.
    OfEntry(FieldPath),
    /// The values of a mapping of the entry, each of which is the request for the key of that name.
    PerKey(FieldPath),
}

/// Permission to give a generated config another name.
#[derive(Clone, Debug)]
pub enum RenamePermission {
    /// Always possible.
    Always,
    /// Never possible, with the reason.
    Never(&'static str),
    /// Possible if one of these conditions holds.
    If(Vec<Condition>, &'static str),
    /// Possible if none of these conditions holds.
    Unless(Vec<Condition>, &'static str),
}

impl ProducerKind {
    /// The row of an object, with the rows of its kind first.
    pub fn find(api_version: &str, kind: &str, object: Node<'_>) -> Option<&'static Arc<ProducerKind>> {
        let row = PRODUCERS.iter().find(|row| row.matches(api_version, kind));
        let row = row.or_else(|| api_version.contains('/').then_some(&*CONNECTION))?;
        row.produces(object).then_some(row)
    }

    /// Returns `true` if the row is that of this API version and kind.
    pub fn matches(&self, api_version: &str, kind: &str) -> bool {
        self.kind == kind && self.group.as_deref() == Some(api_group(api_version))
    }

    /// Returns `true` if an object of this kind makes a controller write any config.
    pub fn produces(&self, object: Node<'_>) -> bool {
        self.generates.iter().any(|rule| !rule.find_entries(object).is_empty())
    }
}

impl GenerationRule {
    /// A Secret with the name of its object: the start of most rows.
    pub fn secret() -> GenerationRule {
        GenerationRule {
            target: ConfigKind::Secret,
            only_if: vec![],
            each: field!(),
            name_paths: vec![field!("metadata" / "name")],
            namespace: TargetNamespace::Own,
            keys: None,
            keys_unless: vec![],
            request: vec![],
            templates: None,
            left_out: vec![],
            rename: RenamePermission::Never("its name is that of its producer"),
        }
    }

    /// A ConfigMap with the name of its object.
    pub fn config_map() -> GenerationRule {
        GenerationRule { target: ConfigKind::ConfigMap, ..GenerationRule::secret() }
    }

    /// Finds the entries that produce one config each, with the scalar that names it.
    pub fn find_entries<'a>(&self, object: Node<'a>) -> Vec<ProducerEntry<'a>> {
        if !self.only_if.iter().all(|condition| condition.holds(object)) {
            return Vec::new();
        }
        let mut entries = Vec::new();
        for found in self.each.matches(object) {
            let names = self.name_paths.iter().enumerate();
            let name = names.filter_map(|(index, path)| Some((index, name_at(found.node, path)?))).next();
            if let Some((index, name)) = name {
                let path = self.each.dotted(&found);
                entries.push(ProducerEntry { path, node: found.node, name, name_is_written: index == 0 });
            }
        }
        entries
    }

    /// Collects the keys of a generated config; `None` if they are not certain.
    pub fn certain_keys(&self, object: Node<'_>, entry: &ProducerEntry<'_>) -> Option<BTreeSet<String>> {
        let sources = self.keys.as_ref()?;
        if self.keys_unless.iter().any(|condition| condition.holds(object)) {
            return None;
        }
        let mut keys = BTreeSet::new();
        for source in sources {
            match source {
                KeySource::These(names) => keys.extend(names.iter().map(|name| name.to_string())),
                KeySource::TextsIf(condition, _) if !condition.holds(object) => {}
                KeySource::Texts(path) | KeySource::TextsIf(_, path) => {
                    keys.extend(path.nodes(entry.node).filter_map(Node::as_str).map(Cow::into_owned));
                }
                KeySource::KeysOf(path) => {
                    for (key, ..) in path.nodes(entry.node).flat_map(Node::entries) {
                        keys.insert(key.into_owned());
                    }
                }
            }
        }
        Some(keys)
    }

    /// Collects the fields of the request that count whatever key is consumed, each with its path and value.
    pub fn request_fields<'a>(&self, object: Node<'a>, entry: &ProducerEntry<'a>) -> Vec<(String, Node<'a>)> {
        let mut fields = Vec::new();
        for part in &self.request {
            match part {
                RequestPart::Field(path) => {
                    for found in path.matches(object) {
                        fields.push((path.dotted(&found), found.node));
                    }
                }
                RequestPart::OfEntry(path) => {
                    for found in path.matches(entry.node) {
                        fields.push((entry.label(&path.dotted(&found)), found.node));
                    }
                }
                RequestPart::PerKey(_) => {}
            }
        }
        fields.retain(|(_, value)| !value.is_null());
        fields
    }

    /// Collects the fields of the request that are about one key each, by key; each with its path and value.
    pub fn request_fields_by_key<'a>(&self, entry: &ProducerEntry<'a>) -> BTreeMap<String, (String, Node<'a>)> {
        let mut fields = BTreeMap::new();
        for part in &self.request {
            let RequestPart::PerKey(path) = part else { continue };
            for (key, _, value) in path.nodes(entry.node).flat_map(Node::entries) {
                if !value.is_null() {
                    fields.insert(key.to_string(), (entry.label(&key), value));
                }
            }
        }
        fields
    }

    /// Collects the keys that are made of a template, which can use the values of all others.
    pub fn templated_keys(&self, entry: &ProducerEntry<'_>) -> BTreeSet<String> {
        let mut keys = BTreeSet::new();
        if let Some(path) = &self.templates {
            for (key, ..) in path.nodes(entry.node).flat_map(Node::entries) {
                keys.insert(key.into_owned());
            }
        }
        keys
    }

    /// Returns the reason why the generated config must keep its name; `None` if it may get another.
    pub fn reason_to_keep_name(&self, object: Node<'_>) -> Option<&'static str> {
        let any = |conditions: &[Condition]| conditions.iter().any(|condition| condition.holds(object));
        match &self.rename {
            RenamePermission::Always => None,
            RenamePermission::Never(reason) => Some(*reason),
            RenamePermission::If(conditions, reason) => (!any(conditions)).then_some(*reason),
            RenamePermission::Unless(conditions, reason) => any(conditions).then_some(*reason),
        }
    }

    /// Returns `true` if an object can have a config written into a namespace other than its own.
    pub fn may_write_into(&self, object: Node<'_>, namespace: &str) -> bool {
        match &self.namespace {
            TargetNamespace::Selected(selection) => selection.may_choose(object, namespace),
            TargetNamespace::Own | TargetNamespace::At(_) => true,
        }
    }

    /// Reads the namespace that an entry gives; `None` if it gives none.
    pub fn find_namespace(&self, entry: &ProducerEntry<'_>) -> Option<String> {
        match &self.namespace {
            TargetNamespace::At(path) => name_at(entry.node, path)?.as_str().map(Cow::into_owned),
            TargetNamespace::Own | TargetNamespace::Selected(_) => None,
        }
    }
}

/// The part of an object that requests one config, or all of the object.
#[derive(Clone, Debug)]
pub struct ProducerEntry<'a> {
    /// The path of the list that it stands in; empty for the object itself.
    pub path: String,
    /// Its mapping.
    pub node: Node<'a>,
    /// The scalar that says the name of the generated config.
    pub name: Node<'a>,
    /// Set if the name is written in a field for names of generated configs, and is not a default.
    pub name_is_written: bool,
}

impl ProducerEntry<'_> {
    /// The path of something in it, for a line of a listing: an entry of a list goes by the name of the config
    /// generated for it.
    fn label(&self, inner: &str) -> String {
        if self.path.is_empty() {
            return inner.to_string();
        }
        format!("{}[{}].{inner}", self.path, self.name.as_str().unwrap_or_default())
    }
}

/// Finds the name at a path: a string that is not empty.
fn name_at<'a>(node: Node<'a>, path: &FieldPath) -> Option<Node<'a>> {
    path.first(node).filter(|name| name.as_str().is_some_and(|text| !text.is_empty()))
}
