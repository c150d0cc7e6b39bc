//! Objects that declare applications, or say what such objects are about.

use super::fields;
use crate::source::{FileLine, Source};
use crate::yaml::{self, DocumentContent, Limits, Node, Value};

/// Texts of which one stands in every file with an object that matters.
const MARKS: &[&str] = &[
    "toolkit.fluxcd.io",
    "argoproj.io/",
    "fluxcd.controlplane.io",
    "source.extensions.fluxcd.io",
    "argocd.argoproj.io/secret-type",
    "argocd-cm",
];

/// An object as it stands in a file, or as a build changed it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Manifest {
    pub(super) value: Value,
    pub(super) place: FileLine,
    /// The reason why a build may change the object in a way that is not known here.
    pub(super) uncertainty: Option<String>,
}

impl Manifest {
    /// The API group; empty for the core group.
    pub(super) fn group(&self) -> &str {
        let version = fields::text(&self.value, &["apiVersion"]).unwrap_or_default();
        version.split_once('/').map_or("", |(group, _)| group)
    }

    pub(super) fn kind(&self) -> &str {
        fields::text(&self.value, &["kind"]).unwrap_or_default()
    }

    pub(super) fn name(&self) -> &str {
        fields::text(&self.value, &["metadata", "name"]).unwrap_or_default()
    }

    pub(super) fn namespace(&self) -> Option<&str> {
        fields::text(&self.value, &["metadata", "namespace"])
    }

    /// Returns `true` for an object of a kind in a group.
    pub(super) fn is(&self, group: &str, kind: &str) -> bool {
        self.kind() == kind && self.group() == group
    }

    pub(super) fn is_flux_kustomization(&self) -> bool {
        self.is("kustomize.toolkit.fluxcd.io", "Kustomization")
    }

    pub(super) fn is_application(&self) -> bool {
        self.is("argoproj.io", "Application")
    }

    pub(super) fn is_application_set(&self) -> bool {
        self.is("argoproj.io", "ApplicationSet")
    }

    /// Returns `true` for an object that declares applications.
    pub(super) fn declares(&self) -> bool {
        self.is_flux_kustomization() || self.is_application() || self.is_application_set()
    }

    /// A copy with another value.
    pub(super) fn with_value(&self, value: Value) -> Manifest {
        Manifest { value, place: self.place.clone(), uncertainty: self.uncertainty.clone() }
    }
}

/// Returns `true` if a text may hold an object that matters.
pub(super) fn may_declare(text: &str) -> bool {
    text.contains("kind") && MARKS.iter().any(|mark| text.contains(mark))
}

/// Reads the objects of a text that matter, and the documents among them that cannot be read.
pub(super) fn read_manifests(path: &str, text: &str) -> (Vec<Manifest>, Vec<FileLine>) {
    let limits = Limits::default();
    let source = Source::new(path, text);
    let text = source.padded();
    let (mut manifests, mut unreadable) = (Vec::new(), Vec::new());
    let place = |offset: usize| FileLine { file: path.to_owned(), line: source.position(offset).line };
    for document in yaml::read_documents(text, &limits) {
        match document.content {
            DocumentContent::Empty => {}
            DocumentContent::Invalid(error) => {
                if may_declare(&text[document.range]) {
                    unreadable.push(place(error.offset));
                }
            }
            DocumentContent::Tree(tree) => {
                for node in list_objects(tree.root(text)) {
                    let Ok(value) = Value::from_node(node, &limits) else { continue };
                    let manifest = Manifest { value, place: place(node.span().start), uncertainty: None };
                    if matters(&manifest) {
                        manifests.push(manifest);
                    }
                }
            }
        }
    }
    (manifests, unreadable)
}

/// The objects of a document: itself, or the items of a list.
fn list_objects(root: Node<'_>) -> Vec<Node<'_>> {
    let is_list = matches!(root.get("kind").and_then(Node::scalar), Some(yaml::Scalar::String(kind)) if kind == "List");
    if !is_list {
        return vec![root];
    }
    root.get("items").map_or_else(Vec::new, |items| items.items().map(Node::target).collect())
}

fn matters(manifest: &Manifest) -> bool {
    let (group, kind) = (manifest.group(), manifest.kind());
    match group {
        "argoproj.io" => matches!(kind, "Application" | "ApplicationSet"),
        "kustomize.toolkit.fluxcd.io" => kind == "Kustomization",
        "fluxcd.controlplane.io" => matches!(kind, "FluxInstance" | "ResourceSet"),
        "source.toolkit.fluxcd.io" | "source.extensions.fluxcd.io" | "helm.toolkit.fluxcd.io" => true,
        "" => matches!(kind, "Secret" | "ConfigMap"),
        "external-secrets.io" => kind == "ExternalSecret",
        "bitnami.com" => kind == "SealedSecret",
        _ => false,
    }
}

/// Reads the first document of a text as a value; nothing for a text that cannot be read.
pub(super) fn read_value(text: &str) -> Option<Value> {
    read_values(text)?.into_iter().next()
}

/// Reads the documents of a text as values; nothing for a text of which one cannot be read.
pub(super) fn read_values(text: &str) -> Option<Vec<Value>> {
    let limits = Limits::default();
    let source = Source::new("", text);
    let mut values = Vec::new();
    for document in yaml::read_documents(source.padded(), &limits) {
        match document.content {
            DocumentContent::Empty => {}
            DocumentContent::Invalid(_) => return None,
            DocumentContent::Tree(tree) => {
                values.push(Value::from_node(tree.root(source.padded()), &limits).ok()?);
            }
        }
    }
    Some(values)
}
