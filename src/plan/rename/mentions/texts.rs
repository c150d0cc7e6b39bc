//! The texts of an object in which a name can be meant.

use crate::bundle::{Bundle, Object, Role};
use crate::graph::is_note;
use crate::kinds::path::{FieldPath, field};
use crate::kinds::referrers::ReferrerKind;
use crate::kinds::{ConfigKind, annotations, api_group, stamps};
use crate::yaml::{Node, NodeKind};

/// A text in which a name can be meant.
pub(super) struct MentionText<'a> {
    pub(super) node: Node<'a>,
    /// The word for it in messages.
    pub(super) what: &'static str,
}

/// A kind whose objects hold values that are rendered to manifests.
struct ValuesKind {
    group: &'static str,
    kind: &'static str,
    /// The fields that hold values, as YAML or as text.
    values: &'static [FieldPath],
    /// The field with the namespace of the rendered manifests.
    namespace: FieldPath,
    /// Set if the manifests never come into the object's own namespace by default.
    is_elsewhere: bool,
}

/// Flux (`helm-controller docs/spec/v2/helmreleases.md`), Argo CD (`pkg/apis/application/v1alpha1/types.go`) and k3s
/// (docs.k3s.io, "Helm").
static VALUES_KINDS: &[ValuesKind] = &[
    ValuesKind {
        group: "helm.toolkit.fluxcd.io",
        kind: "HelmRelease",
        values: &[field!("spec" / "values"), field!("spec" / "postRenderers")],
        namespace: field!("spec" / "targetNamespace"),
        is_elsewhere: false,
    },
    ValuesKind {
        group: "argoproj.io",
        kind: "Application",
        values: &[
            field!("spec" / "source" / "helm"),
            field!("spec" / "source" / "kustomize"),
            field!("spec" / "source" / "plugin"),
            field!("spec" / "source" / "directory"),
            field!("spec" / "sources" / [] / "helm"),
            field!("spec" / "sources" / [] / "kustomize"),
            field!("spec" / "sources" / [] / "plugin"),
            field!("spec" / "sources" / [] / "directory"),
        ],
        namespace: field!("spec" / "destination" / "namespace"),
        is_elsewhere: true,
    },
    ValuesKind {
        group: "argoproj.io",
        kind: "ApplicationSet",
        values: &[
            field!("spec" / "generators"),
            field!("spec" / "templatePatch"),
            field!("spec" / "template" / "spec" / "source" / "helm"),
            field!("spec" / "template" / "spec" / "source" / "kustomize"),
            field!("spec" / "template" / "spec" / "source" / "plugin"),
            field!("spec" / "template" / "spec" / "source" / "directory"),
            field!("spec" / "template" / "spec" / "sources" / [] / "helm"),
            field!("spec" / "template" / "spec" / "sources" / [] / "kustomize"),
            field!("spec" / "template" / "spec" / "sources" / [] / "plugin"),
            field!("spec" / "template" / "spec" / "sources" / [] / "directory"),
        ],
        namespace: field!("spec" / "template" / "spec" / "destination" / "namespace"),
        is_elsewhere: true,
    },
    ValuesKind {
        group: "helm.cattle.io",
        kind: "HelmChart",
        values: &[field!("spec" / "valuesContent"), field!("spec" / "values"), field!("spec" / "set")],
        namespace: field!("spec" / "targetNamespace"),
        is_elsewhere: false,
    },
    ValuesKind {
        group: "helm.cattle.io",
        kind: "HelmChartConfig",
        values: &[field!("spec" / "valuesContent"), field!("spec" / "values")],
        namespace: field!("spec" / "targetNamespace"),
        is_elsewhere: true,
    },
];

/// Fields of custom resources that certainly name something else than a ConfigMap or Secret: labels and what selects by
/// them, addresses, images, and objects of kinds that the field's name says.
const OTHER_FIELDS: [&str; 24] = [
    "apiGroup",
    "apiVersion",
    "chart",
    "containerName",
    "description",
    "destination",
    "host",
    "hostname",
    "hostnames",
    "hosts",
    "image",
    "ingressClassName",
    "kind",
    "labels",
    "matchExpressions",
    "matchLabels",
    "namespace",
    "namespaces",
    "releaseName",
    "repository",
    "selector",
    "serviceAccountName",
    "serviceName",
    "targetNamespace",
];

/// Finds the texts of an object in which a name can be meant.
pub(super) fn find_texts<'a>(bundle: &Bundle, object: &Object, node: Node<'a>) -> Vec<MentionText<'a>> {
    let mut found = Vec::new();
    add_annotations(annotations(node), &mut found);
    match &object.role {
        Role::Config(ConfigKind::ConfigMap) => {
            for (_, _, value) in node.get("data").map(Node::entries).unwrap_or_default() {
                found.push(MentionText { node: value, what: "a value" });
            }
        }
        Role::Workload(kind) => {
            for (pods, at) in kind.find_templates(node) {
                if at != node {
                    add_annotations(pods.annotations.as_ref().and_then(|path| path.first(at)), &mut found);
                }
                for (container, ..) in pods.find_containers(at) {
                    add_container_texts(container, &mut found);
                }
            }
        }
        _ => add_custom_texts(bundle, object, node, &mut found),
    }
    found
}

/// Labels that the Job controller gives to the pods of a Job, with its name.
const JOB_LABELS: [&str; 2] = ["job-name", "batch.kubernetes.io/job-name"];

/// Finds the selectors of an object that select the pods of a Job by its name.
pub(super) fn find_job_labels<'a>(object: &Object, node: Node<'a>) -> Vec<MentionText<'a>> {
    let mut found = Vec::new();
    if matches!(object.role, Role::Config(_)) {
        return found;
    }
    let mut open = vec![node];
    while let Some(node) = open.pop() {
        if matches!(node.kind(), NodeKind::Sequence { .. }) {
            open.extend(node.children());
        }
        if !matches!(node.kind(), NodeKind::Mapping { .. }) {
            continue;
        }
        for (key, value) in node.pairs() {
            match key.decoded_text() {
                Some(key) if JOB_LABELS.contains(&&*key) => {
                    found.push(MentionText { node: value, what: "a label selector" });
                }
                Some(key) if key == "labels" => {}
                _ => open.push(value),
            }
        }
    }
    found
}

/// The namespace into which an object renders manifests: `None` if it may be any.
pub(super) fn find_target_namespace<'a>(object: &'a Object, node: Node<'a>) -> Option<String> {
    let own = || object.name.namespace.clone();
    let Some(kind) = find_values_kind(object) else { return own() };
    let written = kind.namespace.first(node).and_then(Node::decoded_text).filter(|text| !text.is_empty());
    match written {
        Some(namespace) if namespace.contains("{{") => None,
        Some(namespace) => Some(namespace.into_owned()),
        None if kind.is_elsewhere => None,
        None => own(),
    }
}

fn find_values_kind(object: &Object) -> Option<&'static ValuesKind> {
    let group = api_group(&object.api_version);
    VALUES_KINDS.iter().find(|row| row.kind == object.kind && row.group == group)
}

/// Adds the values of charts, and every string of a custom resource of a kind that no table knows.
fn add_custom_texts<'a>(bundle: &Bundle, object: &Object, node: Node<'a>, found: &mut Vec<MentionText<'a>>) {
    if let Some(kind) = find_values_kind(object) {
        for field in kind.values.iter().flat_map(|path| path.matches(node)) {
            add_strings(field.node, "a chart value", &[], found);
        }
        return;
    }
    if !is_unknown_kind(bundle, object) {
        return;
    }
    for (key, _, value) in node.entries() {
        if !matches!(&*key, "apiVersion" | "kind" | "metadata" | "status") {
            add_strings(value, "a field", &OTHER_FIELDS, found);
        }
    }
}

/// Returns `true` for a custom resource of which no table says in which fields it names configs.
fn is_unknown_kind(bundle: &Bundle, object: &Object) -> bool {
    let group = api_group(&object.api_version);
    let is_custom = group.contains('.') && !group.ends_with(".k8s.io");
    let has_row = bundle.rules.find_workload(&object.api_version, &object.kind).is_some()
        || ReferrerKind::find(&object.api_version, &object.kind).is_some();
    match &object.role {
        Role::Producer(row) => is_custom && row.group.is_none() && !has_row,
        Role::Other | Role::Referrer(_) | Role::Unknown(_) => is_custom && !has_row,
        Role::Config(_) | Role::Workload(_) => false,
    }
}

/// Adds every string at and below a node, without those below the keys to skip and the names of objects of other kinds.
fn add_strings<'a>(node: Node<'a>, what: &'static str, skipped: &[&str], found: &mut Vec<MentionText<'a>>) {
    let first = found.len();
    let mut open = vec![node];
    while let Some(node) = open.pop() {
        match node.kind() {
            NodeKind::Mapping { .. } => {
                let is_other = is_reference_to_other_kind(node);
                for (key, value) in node.pairs() {
                    let Some(key) = key.decoded_text() else { continue };
                    let is_selector = !skipped.is_empty() && key.ends_with("Selector");
                    let is_other_name = is_other && key == "name";
                    if !is_selector && !is_other_name && !skipped.contains(&&*key) {
                        open.push(value);
                    }
                }
            }
            NodeKind::Sequence { .. } => open.extend(node.children()),
            NodeKind::Scalar(_) => found.push(MentionText { node, what }),
            NodeKind::Alias => {}
        }
    }
    found[first..].sort_by_key(|text| text.node.span().start);
}

/// Returns `true` for a mapping that names an object of a kind that is not a config, and for a container.
fn is_reference_to_other_kind(mapping: Node<'_>) -> bool {
    let kind = mapping.get("kind").and_then(Node::decoded_text);
    let is_other = kind.is_some_and(|kind| !matches!(&*kind, "ConfigMap" | "Secret" | "SecretProviderClass" | "Job"));
    is_other || mapping.get("image").is_some()
}

fn add_annotations<'a>(map: Option<Node<'a>>, found: &mut Vec<MentionText<'a>>) {
    for (key, _, value) in map.map(Node::entries).unwrap_or_default() {
        if !is_note(&key) && !stamps::is_foreign_stamp(&key) {
            found.push(MentionText { node: value, what: "an annotation" });
        }
    }
}

fn add_container_texts<'a>(container: Node<'a>, found: &mut Vec<MentionText<'a>>) {
    let mut add_command = |field: Option<Node<'a>>, what| {
        for node in field.into_iter().flat_map(Node::items) {
            found.push(MentionText { node, what });
        }
    };
    add_command(container.get("command"), "command");
    add_command(container.get("args"), "args");
    for probe in ["livenessProbe", "readinessProbe", "startupProbe"] {
        add_command(container.get_path(&[probe, "exec", "command"]), "a probe");
    }
    for hook in ["postStart", "preStop"] {
        add_command(container.get_path(&["lifecycle", hook, "exec", "command"]), "a lifecycle hook");
    }
    for entry in container.get("env").into_iter().flat_map(Node::items) {
        if let Some(node) = entry.get("value") {
            found.push(MentionText { node, what: "an env value" });
        }
    }
}
