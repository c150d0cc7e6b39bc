//! Finds the relevant objects of a document, at any depth of `List` and `ResourceList`.

use std::sync::Arc;

use super::object::{Object, ObjectName, Role};
use super::{DocumentId, ParseOptions, duplicates, manifests, secret};
use crate::diagnostic::{Diagnostic, Diagnostics, Message, Place, SyntaxMessage};
use crate::index::Id;
use crate::kinds::workloads::WorkloadKind;
use crate::kinds::{self, ConfigKind, unknown};
use crate::rules::NAMED_BY_RULES;
use crate::source::{Source, SourceApplication, SourceId};
use crate::yaml::{Node, Scalar};

/// Finds the objects of one document.
pub(super) struct ObjectScanner<'o> {
    source: SourceId,
    text: &'o Source,
    options: &'o ParseOptions,
    application: Option<&'o SourceApplication>,
    pub(super) objects: Vec<Object>,
    pub(super) diagnostics: Diagnostics,
    pub(super) patches: usize,
    pub(super) flux_substitutes: bool,
    /// Set if a template of OpenShift was found, whose objects cannot be read before it is processed.
    pub(super) has_openshift_template: bool,
}

/// API version and kind of an object, from itself or from its typed list.
struct TypeMeta<'a> {
    api_version: Option<(String, Node<'a>)>,
    kind: String,
    kind_node: Node<'a>,
}

/// A field of the metadata is not a string.
struct NotAString;

/// The document of an object until all documents are read and numbered.
const UNNUMBERED: DocumentId = Id::new(0);

impl<'o> ObjectScanner<'o> {
    pub(super) fn new(source: SourceId, text: &'o Source, options: &'o ParseOptions) -> ObjectScanner<'o> {
        ObjectScanner {
            source,
            text,
            options,
            application: text.application().map(AsRef::as_ref),
            objects: Vec::new(),
            diagnostics: Diagnostics::default(),
            patches: 0,
            flux_substitutes: false,
            has_openshift_template: false,
        }
    }

    /// Adds the object at a node or, if it is a list, those in it.
    pub(super) fn add_objects(&mut self, root: Node<'_>) {
        let mut open = vec![(root, None)];
        while let Some((node, list)) = open.pop() {
            let Some(meta) = find_type(node, list) else { continue };
            match node.get("items") {
                Some(items) if kinds::is_list_kind(&meta.kind) && items.is_sequence() => {
                    let items: Vec<Node<'_>> = items.items().collect();
                    for item in items.into_iter().rev() {
                        open.push((item, Some(node.target())));
                    }
                }
                _ => self.add_object(node, meta),
            }
        }
    }

    fn add_object(&mut self, node: Node<'_>, meta: TypeMeta<'_>) {
        let Some((api_version, _)) = meta.api_version else {
            if kinds::marker_words().contains(&meta.kind.as_str()) {
                self.report(meta.kind_node, None, SyntaxMessage::NoApiVersion { kind: meta.kind });
            }
            return;
        };
        if self.options.inside_kustomize && is_local_config(node) {
            return;
        }
        let is_template = is_openshift_template(node, &api_version, &meta.kind);
        self.has_openshift_template |= is_template;
        let is_flux = api_version.starts_with("kustomize.toolkit.fluxcd.io/") && meta.kind == "Kustomization";
        self.flux_substitutes |= is_flux && node.get_path(&["spec", "postBuild"]).is_some();
        let role = self.find_role(node, &api_version, &meta.kind);
        // The names in a template are filled in when it is processed.
        let Some(role) = role.filter(|role| !is_template || matches!(role, Role::Other)) else { return };
        let Some(name) = self.read_name(node, &meta.kind, &role) else { return };
        let (kind, target) = (meta.kind, node.target());
        let start = target.span().start as u32;
        let object = Object { document: UNNUMBERED, node: target.id(), start, api_version, kind, name, role };
        if !object.role.is_of_unknown_kind() && self.report_duplicates(node, &object) {
            return;
        }
        self.objects.push(object);
    }

    /// Finds the role of an object, if it is relevant.
    fn find_role(&mut self, node: Node<'_>, api_version: &str, kind: &str) -> Option<Role> {
        let ParseOptions { rules, keep_all, .. } = self.options;
        match Role::of_kind(api_version, kind, rules) {
            Some(Role::Workload(row)) if !rules.adds_workload(api_version, kind) && row.is_patch(node) => {
                self.patches += 1
            }
            Some(Role::Referrer(row)) if !row.has_references(node) => {}
            Some(role) => return Some(role),
            None => {}
        }
        if rules.has_references(api_version, kind, node) {
            return Some(Role::Referrer(&NAMED_BY_RULES));
        }
        if let Some(producer) = rules.find_producer(api_version, kind, node) {
            return Some(Role::Producer(producer.clone()));
        }
        if WorkloadKind::find(api_version, kind).is_none()
            && !manifests::is_of_tool(api_version)
            && let Some(row) = unknown::infer_workload_kind(api_version, kind, node)
        {
            return Some(Role::Unknown(Arc::new(row)));
        }
        keep_all.then_some(Role::Other)
    }

    /// Reads namespace and name. An object without a name cannot be referred to, and one that cannot be applied is not
    /// a workload that matters.
    fn read_name(&mut self, node: Node<'_>, kind: &str, role: &Role) -> Option<ObjectName> {
        let metadata = node.get("metadata")?;
        let name = match self.read_metadata(metadata, "name", kind, role).ok()? {
            Some(name) => name,
            None => self.read_metadata(metadata, "generateName", kind, role).ok()??,
        };
        let default_is_none = self.options.inside_kustomize && self.options.namespace.is_none();
        let namespace = match self.read_metadata(metadata, "namespace", kind, role).ok()? {
            Some(namespace) if namespace == "default" && default_is_none => None,
            Some(namespace) if !namespace.is_empty() => Some(namespace),
            _ => self
                .application
                .and_then(|application| application.namespace.clone())
                .or(self.options.namespace.clone()),
        };
        Some(ObjectName { namespace, name, scope: self.application.map(|application| application.scope.clone()) })
    }

    /// Reads a string of the metadata, if there is one. Anything but a string is reported.
    fn read_metadata(
        &mut self,
        metadata: Node<'_>,
        key: &str,
        kind: &str,
        role: &Role,
    ) -> Result<Option<String>, NotAString> {
        let Some(value) = metadata.get(key) else { return Ok(None) };
        let scalar = value.scalar();
        let is_scalar = scalar.is_some();
        match scalar {
            Some(Scalar::String(text)) => return Ok(Some(text.into_owned())),
            Some(Scalar::Null) => return Ok(None),
            _ if role.is_of_unknown_kind() => return Err(NotAString),
            _ => {}
        }
        // In a Secret, a mapping in this place can be one of its values, moved by wrong indentation.
        let is_hidden = matches!(role, Role::Config(ConfigKind::Secret)) && !is_scalar;
        let written = if is_hidden { secret::HIDDEN } else { value.target().raw() };
        let written = written.lines().next().unwrap_or_default().to_string();
        let message = SyntaxMessage::NotAString { field: format!("metadata.{key}"), written };
        self.report(value, Some(kind.to_string()), message);
        Err(NotAString)
    }

    /// Reports repeated keys; returns `true` if one of them leaves open what the object says. kubectl takes the last of
    /// two equal keys, kustomize refuses both, and so does the API server where it validates strictly.
    fn report_duplicates(&mut self, node: Node<'_>, object: &Object) -> bool {
        let pairs = node.target().duplicate_keys();
        let mut is_ambiguous = false;
        for (first, second) in &pairs {
            let first_line = self.text.position(first.span().start).line;
            let hidden = object.is_secret() && secret::holds_value(node, *second);
            let key = if hidden { secret::HIDDEN.into() } else { second.key_text().unwrap_or_default().into_owned() };
            let message = if duplicates::is_harmless(object, *first, *second) {
                SyntaxMessage::RepeatedKey { key, first_line }
            } else {
                is_ambiguous = true;
                SyntaxMessage::DuplicateKey { key, first_line }
            };
            let diagnostic = self.report(*second, Some(object.label()), message);
            diagnostic.quotable = !object.is_secret();
        }
        is_ambiguous
    }

    fn report(&mut self, node: Node<'_>, object: Option<String>, message: SyntaxMessage) -> &mut Diagnostic {
        let message = Message::from(message);
        let severity = self.options.severity_of(message.severity());
        let place = Place { source: self.source, span: node.span() };
        self.diagnostics.report_as(severity, place, object, message)
    }
}

fn find_type<'a>(node: Node<'a>, list: Option<Node<'a>>) -> Option<TypeMeta<'a>> {
    if !node.is_mapping() {
        return None;
    }
    let Some((kind, kind_node)) = get_string(node, "kind") else { return type_from_list(list?) };
    let mut api_version = get_string(node, "apiVersion");
    if api_version.is_none()
        && let Some(list) = list
        && let Some((list_kind, _)) = get_string(list, "kind")
        && list_kind.strip_suffix("List") == Some(&kind)
    {
        api_version = get_string(list, "apiVersion");
    }
    Some(TypeMeta { api_version, kind, kind_node })
}

/// The type of the items of a typed list: the API server leaves API version and kind out of them.
fn type_from_list(list: Node<'_>) -> Option<TypeMeta<'_>> {
    let (list_kind, kind_node) = get_string(list, "kind")?;
    match list_kind.strip_suffix("List")? {
        "" | "Resource" => None,
        kind => Some(TypeMeta { api_version: get_string(list, "apiVersion"), kind: kind.to_string(), kind_node }),
    }
}

fn get_string<'a>(node: Node<'a>, key: &str) -> Option<(String, Node<'a>)> {
    let value = node.get(key)?;
    Some((value.as_str()?.into_owned(), value))
}

/// Returns `true` for a `Template` of OpenShift (`oc explain template`; the legacy API group is the core group).
fn is_openshift_template(node: Node<'_>, api_version: &str, kind: &str) -> bool {
    kind == "Template"
        && (api_version == "v1" || api_version.starts_with("template.openshift.io/"))
        && node.get("objects").is_some_and(Node::is_sequence)
}

/// Returns `true` if an object is for tools only, and no cluster gets it.
fn is_local_config(node: Node<'_>) -> bool {
    kinds::annotation(node, "config.kubernetes.io/local-config").is_some_and(|value| value.is_string("true"))
}
