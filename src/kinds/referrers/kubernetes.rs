//! Kinds of Kubernetes itself that name configs: `kubernetes/api` (`rbac/v1`, `networking/v1`, `core/v1/types.go`), the
//! parameters of in-tree provisioners (kubernetes.io, "Storage Classes"), of `kubernetes-csi/external-provisioner
//! pkg/controller/controller.go` and of `external-snapshotter pkg/utils/util.go`, each with the names of older versions;
//! and ingress-nginx's annotations.

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

/// The Secrets that go with the calls of a CSI driver.
fn csi_parameters() -> Vec<ReferenceField> {
    vec![
        secret(field!("parameters" / "csi.storage.k8s.io/secret-name")),
        secret(field!("parameters" / ("csi.storage.k8s.io/" * "-secret-name"))),
        secret(field!("parameters" / ("csi" * "SecretName"))),
    ]
}

fn storage_class() -> Vec<ReferenceField> {
    let mut fields = csi_parameters();
    for parameter in [
        field!("parameters" / "secretName"),
        field!("parameters" / "adminSecretName"),
        field!("parameters" / "userSecretName"),
        field!("parameters" / "secretRef"),
    ] {
        fields.push(secret(parameter));
    }
    fields
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
        referrer(&["storage.k8s.io"], "StorageClass", storage_class()).in_cluster_scope(),
        referrer(&["snapshot.storage.k8s.io"], "VolumeSnapshotClass", csi_parameters()).in_cluster_scope(),
        referrer(&["groupsnapshot.storage.k8s.io"], "VolumeGroupSnapshotClass", csi_parameters()).in_cluster_scope(),
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
