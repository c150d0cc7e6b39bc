//! A config as its object says it: content, annotations, and in a build of kustomize the names that it had.

use std::sync::Arc;

use super::annotations::{BASE_NAME, read_annotations};
use super::settings::ConfigSettings;
use super::{LinkOptions, kustomize, metadata};
use crate::bundle::{Bundle, Identity, Object, ObjectId, ObjectName, Role};
use crate::content::{self, ConfigContent, ConfigKey};
use crate::diagnostic::AnnotationMessage;
use crate::index::Id;
use crate::kinds::{ConfigKind, INJECTED_LABEL, annotation_text};
use crate::suffix;
use crate::yaml::Node;

/// The index of a config in its graph.
pub type ConfigId = Id<Config>;

/// A config and its content.
#[derive(Clone, Debug)]
pub struct Config {
    /// Its object.
    pub object: ObjectId,
    /// Its kind, namespace and name.
    pub identity: Arc<Identity>,
    /// The name that it had before it was given a suffix, where it records one.
    pub base_name: Option<String>,
    /// The names that it had earlier in a build of kustomize, where references may still say them.
    pub former_names: Vec<String>,
    /// The name that references will say once kustomize is done, where it is at work.
    pub final_name: Option<String>,
    /// Set if kustomize will give its name a hash of its content.
    pub needs_hash: bool,
    /// Its name without kustomize's hash of its content, where that is at the end of the name and no base name is recorded.
    pub hashed_base: Option<String>,
    /// Its keys, hashed.
    pub content: ConfigContent,
    /// Set if it has `immutable: true`.
    pub immutable: bool,
    /// Its settings, by annotations and selectors.
    pub settings: ConfigSettings,
    /// Set if the API server completes its name (`generateName`), so that nothing can refer to it.
    pub has_generated_name: bool,
    /// Set if its content is filled in at run time.
    pub injected: bool,
    /// Set if something in the input refers to it.
    pub used: bool,
    /// Set if an object of the context refers to it.
    pub used_by_context: bool,
}

impl Config {
    /// The hash of a value, which is computed once. The bundle is that of the config.
    pub fn hash_of_key(&self, bundle: &Bundle, key: &ConfigKey) -> [u8; 32] {
        self.content.hash_of(key, || bundle.open(&bundle.objects[self.object]))
    }

    /// Returns `true` if another config, of another bundle perhaps, has the same content.
    pub(crate) fn has_content_of(&self, bundle: &Bundle, other: &Config, other_bundle: &Bundle) -> bool {
        let (keys, others) = (&self.content.keys, &other.content.keys);
        keys.len() == others.len()
            && keys.iter().zip(others.iter()).all(|((name, key), (other_name, other_key))| {
                name == other_name
                    && key.in_data == other_key.in_data
                    && self.hash_of_key(bundle, key) == other.hash_of_key(other_bundle, other_key)
            })
    }

    /// Lists its identity, and those that it has by its base name and its former names.
    pub(crate) fn identities(&self) -> Vec<Identity> {
        let names = self.former_names.iter().chain(&self.base_name).map(String::as_str);
        with_other_names(&self.identity, names)
    }
}

/// Reads a config, if the object is one.
pub(super) fn read_config(bundle: &Bundle, id: ObjectId, options: &LinkOptions) -> Option<Config> {
    let object = &bundle.objects[id];
    let Role::Config(kind) = object.role else { return None };
    let opened = bundle.open(object);
    let node = opened.node();
    let injected_label = node.get_path(&["metadata", "labels", INJECTED_LABEL]).and_then(Node::decoded_text);
    let base_annotation = node.get_path(&["metadata", "annotations", BASE_NAME]);
    let mut content = content::read_content(bundle, object, kind, options.secret_key.as_ref());
    let (annotations, problems) = read_annotations(bundle, object);
    content.problems.extend(problems);
    content.problems.extend(metadata::check_config(bundle, object, node));
    // Elsewhere kustomize has no books open, and what is left of them means nothing.
    let inside = bundle.inside_kustomize;
    let needs_hash = inside && kustomize::needs_hash(node);
    let former = if inside { kustomize::read_former_names(node, kind, &object.name.name) } else { Vec::new() };
    let final_name = match (needs_hash, former.is_empty()) {
        (true, _) => Some(format!("{}-{}", object.name.name, suffix::content_suffix(node, kind))),
        (false, false) => Some(object.name.name.clone()),
        (false, true) => None,
    };
    let identity = Identity { kind, name: object.name.clone() };
    let base_name = read_base_name(bundle, object, base_annotation, &mut content);
    let names = former.iter().chain(&base_name).map(String::as_str);
    let selected = options.selectors.settings_of(&with_other_names(&identity, names));
    let hashed_base = if inside { None } else { read_hashed_base(node, kind, &object.name.name) };
    Some(Config {
        object: id,
        settings: annotations.complete(selected),
        former_names: former,
        final_name,
        needs_hash,
        hashed_base,
        identity: Arc::new(identity),
        base_name,
        immutable: node.get("immutable").is_some_and(Node::is_true),
        injected: kind == ConfigKind::ConfigMap && injected_label.as_deref() == Some("true"),
        has_generated_name: node.get("metadata").is_some_and(|metadata| metadata.get("name").is_none()),
        used: false,
        used_by_context: false,
        content,
    })
}

/// The identity, and those that the config has by other names.
pub(super) fn with_other_names<'n>(identity: &Identity, names: impl Iterator<Item = &'n str>) -> Vec<Identity> {
    let mut identities = vec![identity.clone()];
    for name in names {
        let name = ObjectName { name: name.to_string(), ..identity.name.clone() };
        identities.push(Identity { kind: identity.kind, name });
    }
    identities
}

/// Returns `true` if a name is `base`, or `base` with a suffix.
pub(crate) fn is_base_of(base: &str, name: &str) -> bool {
    match name.strip_prefix(base) {
        None => false,
        Some("") => !base.is_empty(),
        Some(rest) => !base.is_empty() && rest.starts_with('-') && rest.len() == suffix::LENGTH + 1,
    }
}

/// The recorded name without suffix. One that does not fit the name was copied from elsewhere.
fn read_base_name(
    bundle: &Bundle,
    object: &Object,
    written: Option<Node<'_>>,
    content: &mut ConfigContent,
) -> Option<String> {
    let written = written?;
    let base = written.decoded_text()?.into_owned();
    if is_base_of(&base, &object.name.name) {
        return Some(base);
    }
    let place = bundle.place(object, written);
    content.problems.report(place, object.label(), AnnotationMessage::UnknownBaseName { base });
    None
}

/// The name of a config without kustomize's hash of its content, if it ends in that. The hash is computed only for names
/// that have its shape.
fn read_hashed_base(config: Node<'_>, kind: ConfigKind, name: &str) -> Option<String> {
    let (base, end) = name.rsplit_once('-')?;
    let has_shape = end.len() == suffix::LENGTH && end.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let is_hashed =
        has_shape && annotation_text(config, BASE_NAME).is_none() && suffix::content_suffix(config, kind) == end;
    is_hashed.then(|| base.to_string())
}
