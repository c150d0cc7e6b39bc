//! Kinds of Kubernetes itself that name configs (API reference: RBAC, networking.k8s.io, storage.k8s.io; and
//! ingress-nginx's annotations).

use super::{ReferenceField, ReferenceFilter, ReferrerKind, config_map, referrer, secret};
use crate::kinds::ConfigKind;
use crate::kinds::path::{FieldPath, field};

const RULE: FieldPath = field!("rules" / [] / "resourceNames" / []);

const RULES: &[ReferenceField] = &[
    ReferenceField { filter: ReferenceFilter::RuleForTarget, ..config_map(RULE) },
    ReferenceField { filter: ReferenceFilter::RuleForTarget, ..secret(RULE) },
    ReferenceField { filter: ReferenceFilter::RuleForTarget, target: ConfigKind::SecretProviderClass, ..secret(RULE) },
];

pub(super) static KINDS: [ReferrerKind; 7] = [
    referrer(&["rbac.authorization.k8s.io"], "Role", RULES),
    ReferrerKind { cluster_scoped: true, ..referrer(&["rbac.authorization.k8s.io"], "ClusterRole", RULES) },
    referrer(
        &["networking.k8s.io", "extensions"],
        "Ingress",
        &[
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
        &[secret(field!("imagePullSecrets" / [] / "name")), secret(field!("secrets" / [] / "name"))],
    ),
    ReferrerKind {
        cluster_scoped: true,
        ..referrer(
            &["storage.k8s.io"],
            "StorageClass",
            &[
                secret(field!("parameters" / "secretName")),
                secret(field!("parameters" / "adminSecretName")),
                secret(field!("parameters" / "userSecretName")),
                secret(field!("parameters" / "secretRef")),
                secret(field!("parameters" / ("csi.storage.k8s.io/" * "-secret-name"))),
            ],
        )
    },
    ReferrerKind {
        cluster_scoped: true,
        ..referrer(
            &[""],
            "PersistentVolume",
            &[
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
    },
    ReferrerKind {
        cluster_scoped: true,
        ..referrer(&[""], "Node", &[config_map(field!("spec" / "configSource" / "configMap" / "name"))])
    },
];
