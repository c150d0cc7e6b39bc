//! Kinds of Kubernetes itself that name configs (API reference: RBAC, networking.k8s.io, storage.k8s.io; and
//! ingress-nginx's annotations).

use std::sync::LazyLock;

use super::{ReferenceField, ReferenceFilter, ReferrerKind, config_map, referrer, secret};
use crate::kinds::ConfigKind;
use crate::kinds::path::field;

/// The names in the rules of a role that are about configs.
fn rules() -> Vec<ReferenceField> {
    let names = field!("rules" / [] / "resourceNames" / []);
    let field = ReferenceField { filter: ReferenceFilter::RuleForTarget, ..config_map(names) };
    let targets = [ConfigKind::ConfigMap, ConfigKind::Secret, ConfigKind::SecretProviderClass];
    targets.map(|target| ReferenceField { target, ..field.clone() }).to_vec()
}

pub(super) static KINDS: LazyLock<Vec<ReferrerKind>> = LazyLock::new(|| {
    vec![
        referrer(&["rbac.authorization.k8s.io"], "Role", rules()),
        referrer(&["rbac.authorization.k8s.io"], "ClusterRole", rules()).in_cluster_scope(),
        referrer(
            &["networking.k8s.io", "extensions"],
            "Ingress",
            vec![
                secret(field!("spec" / "tls" / [] / "secretName")),
                config_map(field!("metadata" / "annotations" / "nginx.ingress.kubernetes.io/fastcgi-params-configmap")),
                secret(field!("metadata" / "annotations" / "ingress.kubernetes.io/auth-secret")),
                secret(field!("metadata" / "annotations" / "nginx.ingress.kubernetes.io/auth-secret")),
                secret(field!("metadata" / "annotations" / "nginx.ingress.kubernetes.io/auth-tls-secret")),
            ],
        ),
        referrer(
            &[""],
            "ServiceAccount",
            vec![secret(field!("imagePullSecrets" / [] / "name")), secret(field!("secrets" / [] / "name"))],
        ),
        referrer(
            &["storage.k8s.io"],
            "StorageClass",
            vec![
                secret(field!("parameters" / "secretName")),
                secret(field!("parameters" / "adminSecretName")),
                secret(field!("parameters" / "userSecretName")),
                secret(field!("parameters" / "secretRef")),
                secret(field!("parameters" / ("csi.storage.k8s.io/" * "-secret-name"))),
            ],
        )
        .in_cluster_scope(),
        referrer(
            &[""],
            "PersistentVolume",
            vec![
                secret(field!("spec" / "azureFile" / "secretName")),
                secret(field!("spec" / "csi" / ("" * "SecretRef") / "name")),
                secret(field!("spec" / "cephfs" / "secretRef" / "name")),
                secret(field!("spec" / "cinder" / "secretRef" / "name")),
                secret(field!("spec" / "flexVolume" / "secretRef" / "name")),
                secret(field!("spec" / "iscsi" / "secretRef" / "name")),
                secret(field!("spec" / "rbd" / "secretRef" / "name")),
                secret(field!("spec" / "scaleIO" / "secretRef" / "name")),
                secret(field!("spec" / "storageos" / "secretRef" / "name")),
            ],
        )
        .in_cluster_scope(),
        referrer(&[""], "Node", vec![config_map(field!("spec" / "configSource" / "configMap" / "name"))])
            .in_cluster_scope(),
    ]
});
