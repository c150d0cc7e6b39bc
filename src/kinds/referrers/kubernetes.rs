//! Kinds of Kubernetes itself that name configs (API reference: RBAC, networking.k8s.io, storage.k8s.io; and
//! ingress-nginx's annotations).

use super::{ReferenceField, ReferenceFilter, ReferrerKind, config_map, naming, secret};
use crate::kinds::ConfigKind;
use crate::kinds::steps::{Steps, steps};

const RULE: Steps = steps!("rules" / [] / "resourceNames" / []);

const RULES: &[ReferenceField] = &[
    ReferenceField { only: ReferenceFilter::RuleForTarget, ..config_map(RULE) },
    ReferenceField { only: ReferenceFilter::RuleForTarget, ..secret(RULE) },
    ReferenceField { only: ReferenceFilter::RuleForTarget, target: ConfigKind::SecretProviderClass, ..secret(RULE) },
];

pub(super) static KINDS: [ReferrerKind; 7] = [
    naming(&["rbac.authorization.k8s.io"], "Role", RULES),
    ReferrerKind { cluster_scoped: true, ..naming(&["rbac.authorization.k8s.io"], "ClusterRole", RULES) },
    naming(
        &["networking.k8s.io", "extensions"],
        "Ingress",
        &[
            secret(steps!("spec" / "tls" / [] / "secretName")),
            config_map(steps!("metadata" / "annotations" / "nginx.ingress.kubernetes.io/fastcgi-params-configmap")),
            secret(steps!("metadata" / "annotations" / "ingress.kubernetes.io/auth-secret")),
            secret(steps!("metadata" / "annotations" / "nginx.ingress.kubernetes.io/auth-secret")),
            secret(steps!("metadata" / "annotations" / "nginx.ingress.kubernetes.io/auth-tls-secret")),
        ],
    ),
    naming(
        &[""],
        "ServiceAccount",
        &[secret(steps!("imagePullSecrets" / [] / "name")), secret(steps!("secrets" / [] / "name"))],
    ),
    ReferrerKind {
        cluster_scoped: true,
        ..naming(
            &["storage.k8s.io"],
            "StorageClass",
            &[
                secret(steps!("parameters" / "secretName")),
                secret(steps!("parameters" / "adminSecretName")),
                secret(steps!("parameters" / "userSecretName")),
                secret(steps!("parameters" / "secretRef")),
                secret(steps!("parameters" / ("csi.storage.k8s.io/" * "-secret-name"))),
            ],
        )
    },
    ReferrerKind {
        cluster_scoped: true,
        ..naming(
            &[""],
            "PersistentVolume",
            &[
                secret(steps!("spec" / "azureFile" / "secretName")),
                secret(steps!("spec" / "csi" / ("" * "SecretRef") / "name")),
                secret(steps!("spec" / "cephfs" / "secretRef" / "name")),
                secret(steps!("spec" / "cinder" / "secretRef" / "name")),
                secret(steps!("spec" / "flexVolume" / "secretRef" / "name")),
                secret(steps!("spec" / "iscsi" / "secretRef" / "name")),
                secret(steps!("spec" / "rbd" / "secretRef" / "name")),
                secret(steps!("spec" / "scaleIO" / "secretRef" / "name")),
                secret(steps!("spec" / "storageos" / "secretRef" / "name")),
            ],
        )
    },
    ReferrerKind {
        cluster_scoped: true,
        ..naming(&[""], "Node", &[config_map(steps!("spec" / "configSource" / "configMap" / "name"))])
    },
];
