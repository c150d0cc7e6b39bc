//! The fields in which kustomize rewrites names of ConfigMaps and Secrets by itself
//! (`api/internal/konfig/builtinpluginconsts/namereference.go`).

use crate::bundle::{Bundle, Object};
use crate::kinds::ConfigKind;
use crate::yaml::{Node, NodeId};

/// The paths of pod specs in the kinds that kustomize knows, of any group.
const POD_SPECS: [(&str, &str); 8] = [
    ("Pod", "spec/"),
    ("PodTemplate", "template/spec/"),
    ("Deployment", "spec/template/spec/"),
    ("ReplicaSet", "spec/template/spec/"),
    ("DaemonSet", "spec/template/spec/"),
    ("StatefulSet", "spec/template/spec/"),
    ("Job", "spec/template/spec/"),
    ("CronJob", "spec/jobTemplate/spec/template/spec/"),
];

const CONFIG_MAP_IN_PODS: [&str; 6] = [
    "volumes/configMap/name",
    "volumes/projected/sources/configMap/name",
    "containers/env/valueFrom/configMapKeyRef/name",
    "initContainers/env/valueFrom/configMapKeyRef/name",
    "containers/envFrom/configMapRef/name",
    "initContainers/envFrom/configMapRef/name",
];

const SECRET_IN_PODS: [&str; 7] = [
    "volumes/secret/secretName",
    "volumes/projected/sources/secret/name",
    "containers/env/valueFrom/secretKeyRef/name",
    "initContainers/env/valueFrom/secretKeyRef/name",
    "containers/envFrom/secretRef/name",
    "initContainers/envFrom/secretRef/name",
    "imagePullSecrets/name",
];

/// Fields of kinds without pods, with the kind of config that they name.
const OTHERS: [(&str, ConfigKind, &str); 15] = [
    ("Node", ConfigKind::ConfigMap, "spec/configSource/configMap/name"),
    ("Role", ConfigKind::ConfigMap, "rules/resourceNames"),
    ("Role", ConfigKind::Secret, "rules/resourceNames"),
    ("ClusterRole", ConfigKind::ConfigMap, "rules/resourceNames"),
    ("ClusterRole", ConfigKind::Secret, "rules/resourceNames"),
    ("Ingress", ConfigKind::ConfigMap, "metadata/annotations/nginx.ingress.kubernetes.io/fastcgi-params-configmap"),
    ("Ingress", ConfigKind::Secret, "spec/tls/secretName"),
    ("Ingress", ConfigKind::Secret, "metadata/annotations/ingress.kubernetes.io/auth-secret"),
    ("Ingress", ConfigKind::Secret, "metadata/annotations/nginx.ingress.kubernetes.io/auth-secret"),
    ("Ingress", ConfigKind::Secret, "metadata/annotations/nginx.ingress.kubernetes.io/auth-tls-secret"),
    ("ServiceAccount", ConfigKind::Secret, "imagePullSecrets/name"),
    ("StorageClass", ConfigKind::Secret, "parameters/secretName"),
    ("StorageClass", ConfigKind::Secret, "parameters/adminSecretName"),
    ("StorageClass", ConfigKind::Secret, "parameters/userSecretName"),
    ("PersistentVolume", ConfigKind::Secret, "spec/azureFile/secretName"),
];

/// Returns `true` if kustomize rewrites the name of a config at a node: in a field of its own table, or in one that the
/// user's rules name, which are those of the kustomization too.
pub(in crate::graph) fn is_rewritten(bundle: &Bundle, object: &Object, reference: NodeId, kind: ConfigKind) -> bool {
    let opened = bundle.open(object);
    let node = opened.node();
    for rule in bundle.rules.references_in(&object.api_version, &object.kind) {
        if rule.field.find_names(node).iter().any(|found| found.node.id() == reference) {
            return true;
        }
    }
    let path = path_to(node, reference);
    let in_pods: &[&str] = match kind {
        ConfigKind::ConfigMap => &CONFIG_MAP_IN_PODS,
        ConfigKind::Secret => &SECRET_IN_PODS,
        ConfigKind::SecretProviderClass | ConfigKind::CsiSecrets => return false,
    };
    let knative = "spec/template/spec/containers/env/valueFrom/secretKeyRef/name";
    if object.kind == "Service" && object.api_version == "serving.knative.dev/v1" {
        return kind == ConfigKind::Secret && path == knative;
    }
    let pod_spec = POD_SPECS.iter().find(|(of, _)| *of == object.kind);
    let in_pod = pod_spec.and_then(|(_, prefix)| path.strip_prefix(prefix));
    in_pod.is_some_and(|field| in_pods.contains(&field))
        || OTHERS.contains(&(object.kind.as_str(), kind, path.as_str()))
}

/// The keys from an object to a node in it; items of lists have none.
fn path_to(object: Node<'_>, reference: NodeId) -> String {
    let mut keys = Vec::new();
    let mut node = object.with_id(reference);
    while node != object.target() {
        let Some(parent) = node.parent() else { break };
        if parent.is_mapping()
            && let Some((key, _)) = parent.pairs().find(|(_, value)| *value == node)
        {
            keys.push(key.key_text().unwrap_or_default());
        }
        node = parent;
    }
    keys.reverse();
    keys.join("/")
}
