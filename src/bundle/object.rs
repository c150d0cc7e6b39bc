//! The relevant objects, found in a document at any depth of `List` and `ResourceList`.

use std::fmt;
use std::sync::Arc;

use super::{DocumentId, ParseOptions, duplicates, secret};
use crate::diagnostic::{Diagnostic, Diagnostics, Message, Place, SyntaxMessage};
use crate::escape::escape;
use crate::index::Id;
use crate::kinds::producers::ProducerKind;
use crate::kinds::referrers::ReferrerKind;
use crate::kinds::workloads::WorkloadKind;
use crate::kinds::{self, ConfigKind};
use crate::rules::{NAMED_BY_RULES, Rules};
use crate::source::SourceId;
use crate::yaml::{Node, NodeId};

/// The index of an object in its bundle.
pub type ObjectId = Id<Object>;

/// A relevant object: a config, a workload, or one that names or produces configs.
#[derive(Clone, Debug)]
pub struct Object {
    /// The document that contains it.
    pub document: DocumentId,
    /// The object's mapping in that document.
    pub node: NodeId,
    /// `v1`, `apps/v1`.
    pub api_version: String,
    /// The kind.
    pub kind: String,
    /// Namespace and name.
    pub name: ObjectName,
    /// The reason why it is relevant.
    pub role: Role,
}

/// Namespace and name of an object.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ObjectName {
    /// The namespace, or the one that a missing namespace was said to mean.
    pub namespace: Option<String>,
    /// The name; for `generateName` that prefix.
    pub name: String,
}

/// The identity of a config.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Identity {
    /// ConfigMap or Secret.
    pub kind: ConfigKind,
    /// Namespace and name.
    pub name: ObjectName,
}

impl fmt::Display for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.name.namespace {
            Some(namespace) => write!(f, "{}/{}/{}", escape(namespace), self.kind, escape(&self.name.name)),
            None => write!(f, "{}/{}", self.kind, escape(&self.name.name)),
        }
    }
}

/// The reason why an object is relevant.
#[derive(Clone, Debug)]
pub enum Role {
    /// A config.
    Config(ConfigKind),
    /// A workload.
    Workload(Arc<WorkloadKind>),
    /// A referrer.
    Referrer(&'static ReferrerKind),
    /// A producer that is nothing else of these.
    Producer(Arc<ProducerKind>),
    /// Kept only to look for names in it.
    Other,
}

impl Role {
    /// Returns `true` if objects of the kind have no namespace, so that a bare name can mean one in any.
    pub fn is_cluster_scoped(&self) -> bool {
        match self {
            Role::Workload(kind) => kind.cluster_scoped,
            Role::Referrer(kind) => kind.cluster_scoped,
            Role::Config(_) | Role::Producer(_) | Role::Other => false,
        }
    }

    fn of(api_version: &str, kind: &str, rules: &Rules) -> Option<Role> {
        let config = || ConfigKind::of(api_version, kind).map(Role::Config);
        let workload = || rules.find_workload(api_version, kind).cloned().map(Role::Workload);
        config().or_else(workload).or_else(|| ReferrerKind::find(api_version, kind).map(Role::Referrer))
    }
}

impl Object {
    /// The object as people write it: `prod/Deployment/web`.
    pub fn label(&self) -> String {
        match &self.name.namespace {
            Some(namespace) => escape(&format!("{namespace}/{}/{}", self.kind, self.name.name)).into_owned(),
            None => escape(&format!("{}/{}", self.kind, self.name.name)).into_owned(),
        }
    }

    /// Returns `true` if its lines can hold a Secret's values.
    pub fn is_secret(&self) -> bool {
        matches!(self.role, Role::Config(ConfigKind::Secret))
    }
}

/// Finds the objects of one document.
pub(super) struct ObjectScanner<'o> {
    source: SourceId,
    options: &'o ParseOptions,
    pub(super) objects: Vec<Object>,
    pub(super) diagnostics: Diagnostics,
    pub(super) patches: usize,
    pub(super) flux_substitutes: bool,
    /// Set if a template of OpenShift was found, whose objects nobody can read before it is processed.
    pub(super) has_openshift_template: bool,
}

/// API version and kind of an object, where it says them itself or its typed list does.
struct TypeMeta<'a> {
    api_version: Option<(String, Node<'a>)>,
    kind: String,
    kind_node: Node<'a>,
}

/// The document of an object until all documents are read and numbered.
const UNNUMBERED: DocumentId = Id::new(0);

impl<'o> ObjectScanner<'o> {
    pub(super) fn new(source: SourceId, options: &'o ParseOptions) -> ObjectScanner<'o> {
        ObjectScanner {
            source,
            options,
            objects: Vec::new(),
            diagnostics: Diagnostics::default(),
            patches: 0,
            flux_substitutes: false,
            has_openshift_template: false,
        }
    }

    /// Takes in the object at a node and, where it holds others, those.
    pub(super) fn unfold(&mut self, root: Node<'_>) {
        let mut open = vec![(root, None)];
        while let Some((node, list)) = open.pop() {
            let Some(of) = type_of(node, list) else { continue };
            match node.get("items") {
                Some(items) if kinds::is_list_kind(&of.kind) && items.is_sequence() => {
                    let inner = node.target();
                    let mut held: Vec<_> = items.items().map(|item| (item, Some(inner))).collect();
                    held.reverse();
                    open.append(&mut held);
                }
                _ => self.object(node, of),
            }
        }
    }

    fn object(&mut self, node: Node<'_>, of: TypeMeta<'_>) {
        let Some((api_version, _)) = of.api_version else {
            if kinds::marker_words().contains(&of.kind.as_str()) {
                self.report(of.kind_node, None, SyntaxMessage::NoApiVersion { kind: of.kind });
            }
            return;
        };
        if self.options.inside_kustomize && is_local_config(node) {
            return;
        }
        self.has_openshift_template |= is_openshift_template(node, &api_version, &of.kind);
        let is_flux = api_version.starts_with("kustomize.toolkit.fluxcd.io/") && of.kind == "Kustomization";
        self.flux_substitutes |= is_flux && node.get("spec").is_some_and(|spec| spec.get("postBuild").is_some());
        let matters = |role: &Role| !matches!(role, Role::Referrer(kind) if !kind.has_references(node));
        let mut known = Role::of(&api_version, &of.kind, &self.options.rules).filter(matters);
        if let Some(Role::Workload(row)) = &known
            && row.is_patch(node)
        {
            self.patches += 1;
            known = None;
        }
        if known.is_none() && self.options.rules.has_references(&api_version, &of.kind, node) {
            known = Some(Role::Referrer(&NAMED_BY_RULES));
        }
        let producer = || self.options.rules.find_producer(&api_version, &of.kind, node).cloned();
        let known = known.or_else(|| producer().map(Role::Producer));
        let Some(role) = known.or(self.options.keep_all.then_some(Role::Other)) else { return };
        let Some(name) = self.name(node, &of.kind, &role) else { return };
        let object = Object { document: UNNUMBERED, node: node.target().id(), api_version, kind: of.kind, name, role };
        if !matches!(object.role, Role::Other) && self.report_duplicates(node, &object) {
            return;
        }
        self.objects.push(object);
    }

    /// Namespace and name. An object without a name cannot be referred to, and one that cannot be applied is no
    /// workload of ours.
    fn name(&mut self, node: Node<'_>, kind: &str, role: &Role) -> Option<ObjectName> {
        let metadata = node.get("metadata")?;
        let default_is_none = self.options.inside_kustomize && self.options.namespace.is_none();
        let mut text = |key: &str| -> Result<Option<String>, ()> {
            let Some(value) = metadata.get(key) else { return Ok(None) };
            match value.as_str() {
                Some(text) => Ok(Some(text.into_owned())),
                None if value.scalar().is_some_and(|scalar| scalar.is_null()) => Ok(None),
                None if matches!(role, Role::Other) => Err(()),
                None => {
                    // In a Secret, a mapping in this place can be one of its values, moved by wrong indentation.
                    let is_hidden = matches!(role, Role::Config(ConfigKind::Secret)) && value.scalar().is_none();
                    let written = if is_hidden { secret::HIDDEN } else { value.target().raw() };
                    let written = written.lines().next().unwrap_or_default().to_string();
                    let message = SyntaxMessage::NotAString { field: format!("metadata.{key}"), written };
                    self.report(value, Some(kind.to_string()), message);
                    Err(())
                }
            }
        };
        let name = match text("name").ok()? {
            Some(name) => name,
            None => text("generateName").ok()??,
        };
        let is_none = |text: &str| text.is_empty() || (default_is_none && text == "default");
        let namespace = text("namespace").ok()?.filter(|text| !is_none(text));
        Some(ObjectName { namespace: namespace.or_else(|| self.options.namespace.clone()), name })
    }

    /// Reports repeated keys; returns `true` if one of them leaves open what the object says. kubectl takes the last of
    /// two equal keys, kustomize refuses both, and so does the API server where it validates strictly.
    fn report_duplicates(&mut self, node: Node<'_>, object: &Object) -> bool {
        let pairs = node.target().duplicate_keys();
        let mut is_ambiguous = false;
        for (first, second) in &pairs {
            let first_line = line_of(*first);
            let hidden = object.is_secret() && secret::holds(node, *second);
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

fn type_of<'a>(node: Node<'a>, list: Option<Node<'a>>) -> Option<TypeMeta<'a>> {
    let text = |key: &str| node.get(key).and_then(|value| Some((value.as_str()?.into_owned(), value)));
    if !node.is_mapping() {
        return None;
    }
    let list_text = |key: &str| list.and_then(|list| Some((list.get(key)?.as_str()?.into_owned(), list.get(key)?)));
    match text("kind") {
        Some((kind, kind_node)) => {
            let of_list = || list_text("kind").is_some_and(|(of, _)| of.strip_suffix("List") == Some(kind.as_str()));
            let api_version = text("apiVersion").or_else(|| list_text("apiVersion").filter(|_| of_list()));
            Some(TypeMeta { api_version, kind, kind_node })
        }
        // The API server leaves both out of the items of a typed list.
        None => {
            let (list_kind, kind_node) = list_text("kind")?;
            let kind = list_kind.strip_suffix("List").filter(|kind| !kind.is_empty() && *kind != "Resource")?;
            Some(TypeMeta { api_version: list_text("apiVersion"), kind: kind.to_string(), kind_node })
        }
    }
}

/// Returns `true` for a `Template` of OpenShift (`oc explain template`; the legacy API group is the core group).
fn is_openshift_template(node: Node<'_>, api_version: &str, kind: &str) -> bool {
    kind == "Template"
        && (api_version == "v1" || api_version.starts_with("template.openshift.io/"))
        && node.get("objects").is_some_and(Node::is_sequence)
}

/// Returns `true` if an object is for tools only, and no cluster gets it.
fn is_local_config(node: Node<'_>) -> bool {
    let said = kinds::annotation(node, "config.kubernetes.io/local-config").and_then(Node::as_str);
    said.is_some_and(|text| text == "true")
}

fn line_of(node: Node<'_>) -> usize {
    memchr::memchr_iter(b'\n', &node.source_text().as_bytes()[..node.span().start]).count() + 1
}
