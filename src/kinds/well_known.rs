//! Configs that well-known programs read through the API by a name that is compiled into them, so that another name
//! means that they do not find them.

use super::ConfigKind;

/// A config that a program reads by its name.
#[derive(Debug)]
pub struct WellKnownConfig {
    /// ConfigMap or Secret.
    pub kind: ConfigKind,
    /// The name.
    pub name: &'static str,
    /// The only namespace in which it is read; `None` if that of the program.
    pub namespace: Option<&'static str>,
    /// The program that reads it.
    pub reader: &'static str,
}

const fn config_map(name: &'static str, namespace: Option<&'static str>, reader: &'static str) -> WellKnownConfig {
    WellKnownConfig { kind: ConfigKind::ConfigMap, name, namespace, reader }
}

const fn secret(name: &'static str, reader: &'static str) -> WellKnownConfig {
    WellKnownConfig { kind: ConfigKind::Secret, name, namespace: None, reader }
}

const ARGO_CD: &str = "Argo CD";
const KUBE_SYSTEM: Option<&str> = Some("kube-system");
const ISTIO_SYSTEM: Option<&str> = Some("istio-system");

/// Names in Argo CD's `common/common.go` and "Argo CD TLS configuration", in kubeadm's `cmd/kubeadm/app/constants`, in
/// the EKS user guide ("aws-auth"), and in Istio's `pilot/pkg/bootstrap` (its mesh and injector configuration).
const WELL_KNOWN_CONFIGS: &[WellKnownConfig] = &[
    config_map("argocd-cm", None, ARGO_CD),
    config_map("argocd-cmd-params-cm", None, ARGO_CD),
    config_map("argocd-rbac-cm", None, ARGO_CD),
    config_map("argocd-ssh-known-hosts-cm", None, ARGO_CD),
    config_map("argocd-tls-certs-cm", None, ARGO_CD),
    config_map("argocd-gpg-keys-cm", None, ARGO_CD),
    config_map("argocd-notifications-cm", None, ARGO_CD),
    config_map("argocd-app-controller-shard-cm", None, ARGO_CD),
    secret("argocd-secret", ARGO_CD),
    secret("argocd-notifications-secret", ARGO_CD),
    secret("argocd-server-tls", ARGO_CD),
    secret("argocd-repo-server-tls", ARGO_CD),
    secret("argocd-dex-server-tls", ARGO_CD),
    config_map("coredns", KUBE_SYSTEM, "kubeadm"),
    config_map("kube-proxy", KUBE_SYSTEM, "kubeadm"),
    config_map("kubeadm-config", KUBE_SYSTEM, "kubeadm"),
    config_map("kubelet-config", KUBE_SYSTEM, "kubeadm"),
    config_map("extension-apiserver-authentication", KUBE_SYSTEM, "every extension API server"),
    config_map("aws-auth", KUBE_SYSTEM, "the authenticator of EKS"),
    config_map("istio", ISTIO_SYSTEM, "Istio"),
    config_map("istio-sidecar-injector", ISTIO_SYSTEM, "Istio"),
];

/// The program that reads a config by its name, if there is one. An object that names no namespace may be in any.
pub fn find_reader(kind: ConfigKind, name: &str, namespace: Option<&str>) -> Option<&'static str> {
    let row = WELL_KNOWN_CONFIGS.iter().find(|row| row.kind == kind && row.name == name)?;
    let is_there = match (row.namespace, namespace) {
        (Some(only), Some(namespace)) => only == namespace,
        _ => true,
    };
    is_there.then_some(row.reader)
}
