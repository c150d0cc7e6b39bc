//! The rows.

mod certificates;
mod external_secrets;
mod vault;

use std::sync::{Arc, LazyLock};

use self::certificates::{bundle, certificate, cluster_bundle, gateway, ingress};
use self::external_secrets::{cluster_external_secret, external_secret};
use self::vault::{csi_secrets, vault_dynamic, vault_hcp, vault_pki, vault_static};
use super::KeySource::{KeysOf, Texts, These};
use super::RenamePermission::{Always, If, Never};
use super::RequestPart::{Field, OfEntry, PerKey};
use super::{GenerationRule, ProducerKind, RequestPart, TargetNamespace};
use crate::kinds::ConfigKind;
use crate::kinds::condition::Condition::{self, Set};
use crate::kinds::path::{FieldPath, field};
use crate::kinds::table::{Table, rows};

fn row<const N: usize>(group: &'static str, kind: &'static str, rules: [GenerationRule; N]) -> ProducerKind {
    ProducerKind { group: Some(group.into()), kind: kind.into(), generates: rows(rules) }
}

/// Every built-in kind that produces configs.
pub static PRODUCERS: Table<ProducerKind> = Table::new(|| {
    rows([
        row("bitnami.com", "SealedSecret", [sealed_secret()]),
        row("external-secrets.io", "ExternalSecret", external_secret()),
        row("external-secrets.io", "ClusterExternalSecret", [cluster_external_secret()]),
        row("kubernetes-client.io", "ExternalSecret", [old_external_secret()]),
        row("secrets-store.csi.x-k8s.io", "SecretProviderClass", [class(), secret_object()]),
        row("secrets.hashicorp.com", "VaultStaticSecret", [vault_static()]),
        row("secrets.hashicorp.com", "VaultDynamicSecret", [vault_dynamic()]),
        row("secrets.hashicorp.com", "VaultPKISecret", [vault_pki()]),
        row("secrets.hashicorp.com", "HCPVaultSecretsApp", [vault_hcp()]),
        row("secrets.hashicorp.com", "CSISecrets", [csi_secrets()]),
        row("cert-manager.io", "Certificate", [certificate()]),
        row("networking.k8s.io", "Ingress", ingress()),
        row("gateway.networking.k8s.io", "Gateway", gateway()),
        row("trust.cert-manager.io", "Bundle", bundle()),
        row("trust-manager.io", "ClusterBundle", cluster_bundle()),
        row("objectbucket.io", "ObjectBucketClaim", bucket()),
        row("isindir.github.com", "SopsSecret", [sops_secret()]),
        row("onepassword.com", "OnePasswordItem", [one_password_item()]),
        row("apps", "Deployment", [one_password_deployment()]),
        row("secrets.doppler.com", "DopplerSecret", [doppler()]),
        row("secrets.infisical.com", "InfisicalSecret", infisical()),
        row("secretgen.k14s.io", "Password", [generated()]),
        row("secretgen.k14s.io", "Certificate", [generated()]),
        row("secretgen.k14s.io", "RSAKey", [generated()]),
        row("secretgen.k14s.io", "SSHKey", [generated()]),
        row("secretgen.carvel.dev", "SecretImport", [generated()]),
        row("secretgen.carvel.dev", "SecretTemplate", [generated()]),
        row("kafka.strimzi.io", "KafkaUser", [kafka_user()]),
    ])
});

/// The row of managed resources and composites of Crossplane, whatever their kind: connection details, of which only
/// the name is known.
pub static CONNECTION: LazyLock<Arc<ProducerKind>> = LazyLock::new(|| {
    let rule = |name: FieldPath, namespace: FieldPath| GenerationRule {
        name_paths: vec![name],
        namespace: TargetNamespace::At(namespace),
        rename: Never("the provider writes connection details under this name"),
        ..GenerationRule::secret()
    };
    let rules = [
        rule(
            field!("spec" / "writeConnectionSecretToRef" / "name"),
            field!("spec" / "writeConnectionSecretToRef" / "namespace"),
        ),
        rule(
            field!("spec" / "crossplane" / "writeConnectionSecretToRef" / "name"),
            field!("spec" / "crossplane" / "writeConnectionSecretToRef" / "namespace"),
        ),
    ];
    Arc::new(ProducerKind { group: None, kind: "*".into(), generates: rows(rules) })
});

/// bitnami-labs/sealed-secrets, `sealedsecret_expansion.go`: the Secret has the name of the SealedSecret, whatever its
/// template says, and in the strict scope the name is part of what the values are encrypted with.
fn sealed_secret() -> GenerationRule {
    GenerationRule {
        keys: Some(vec![KeysOf(field!("spec" / "encryptedData")), KeysOf(field!("spec" / "template" / "data"))]),
        keys_unless: vec![Set(field!("spec" / "data"))],
        request: vec![
            PerKey(field!("spec" / "encryptedData")),
            Field(field!("spec" / "data")),
            Field(field!("spec" / "template" / "type")),
            Field(field!("spec" / "template" / "data")),
            Field(field!("spec" / "template" / "immutable")),
        ],
        templates: Some(field!("spec" / "template" / "data")),
        left_out: vec![field!("spec" / "template" / "metadata"), field!("status")],
        rename: If(
            vec![
                Condition::is(field!("metadata" / "annotations" / "sealedsecrets.bitnami.com/namespace-wide"), "true"),
                Condition::is(field!("metadata" / "annotations" / "sealedsecrets.bitnami.com/cluster-wide"), "true"),
            ],
            "its values are encrypted for this name only (scope strict)",
        ),
        ..GenerationRule::secret()
    }
}

/// kubernetes-sigs/secrets-store-csi-driver, `secretproviderclass_types.go`: what the volume itself shows.
fn class() -> GenerationRule {
    GenerationRule {
        target: ConfigKind::SecretProviderClass,
        request: vec![Field(field!("spec" / "provider")), Field(field!("spec" / "parameters"))],
        left_out: vec![field!("metadata" / "labels"), field!("spec" / "secretObjects")],
        rename: Always,
        ..GenerationRule::secret()
    }
}

/// The Secrets that the driver writes while a pod has the volume.
fn secret_object() -> GenerationRule {
    GenerationRule {
        each: field!("spec" / "secretObjects" / []),
        name_paths: vec![field!("secretName")],
        keys: Some(vec![Texts(field!("data" / [] / "key"))]),
        request: vec![
            Field(field!("spec" / "provider")),
            Field(field!("spec" / "parameters")),
            OfEntry(field!("type")),
            OfEntry(field!("data")),
        ],
        left_out: vec![field!("metadata" / "labels")],
        rename: Always,
        ..GenerationRule::secret()
    }
}

/// kube-object-storage/lib-bucket-provisioner, `pkg/provisioner/helpers.go`, `resourcehandlers.go`.
fn bucket() -> [GenerationRule; 2] {
    [
        GenerationRule {
            keys: Some(vec![These(vec![
                "BUCKET_NAME".into(),
                "BUCKET_HOST".into(),
                "BUCKET_PORT".into(),
                "BUCKET_REGION".into(),
                "BUCKET_SUBREGION".into(),
            ])]),
            request: bucket_request(),
            left_out: vec![field!("spec" / "objectBucketName")],
            rename: Never("a new name would create a new bucket"),
            ..GenerationRule::config_map()
        },
        GenerationRule {
            request: bucket_request(),
            left_out: vec![field!("spec" / "objectBucketName")],
            rename: Never("a new name would create a new bucket"),
            ..GenerationRule::secret()
        },
    ]
}

fn bucket_request() -> Vec<RequestPart> {
    vec![
        Field(field!("spec" / "storageClassName")),
        Field(field!("spec" / "bucketName")),
        Field(field!("spec" / "generateBucketName")),
        Field(field!("spec" / "additionalConfig")),
    ]
}

/// isindir/sops-secrets-operator, `api/v1alpha3/sopssecret_types.go`.
fn sops_secret() -> GenerationRule {
    GenerationRule {
        each: field!("spec" / "secretTemplates" / []),
        name_paths: vec![field!("name")],
        keys: Some(vec![KeysOf(field!("data")), KeysOf(field!("stringData"))]),
        request: vec![OfEntry(field!("type")), PerKey(field!("data")), PerKey(field!("stringData"))],
        left_out: vec![field!("sops"), field!("spec" / "suspend")],
        rename: Never("SOPS signs the whole file, its names included"),
        ..GenerationRule::secret()
    }
}

/// 1Password/onepassword-operator, `api/v1/onepassworditem_types.go`.
fn one_password_item() -> GenerationRule {
    GenerationRule {
        request: vec![Field(field!("spec" / "itemPath")), Field(field!("type"))],
        rename: Always,
        ..GenerationRule::secret()
    }
}

/// external-secrets/kubernetes-external-secrets, `crds/kubernetes-client.io_externalsecrets_crd.yaml`.
fn old_external_secret() -> GenerationRule {
    GenerationRule {
        keys: Some(vec![Texts(field!("spec" / "data" / [] / "name"))]),
        keys_unless: vec![
            Set(field!("spec" / "dataFrom")),
            Set(field!("spec" / "dataFromWithOptions")),
            Set(field!("spec" / "template")),
        ],
        request: vec![Field(field!("spec"))],
        rename: Always,
        ..GenerationRule::secret()
    }
}

/// 1Password/onepassword-operator, `internal/controller/deployment_controller.go`.
fn one_password_deployment() -> GenerationRule {
    GenerationRule {
        only_if: vec![Set(field!("metadata" / "annotations" / "operator.1password.io/item-path"))],
        name_paths: vec![field!("metadata" / "annotations" / "operator.1password.io/item-name")],
        request: vec![Field(field!("metadata" / "annotations" / "operator.1password.io/item-path"))],
        rename: Never("the 1Password operator takes its name from an annotation"),
        ..GenerationRule::secret()
    }
}

/// DopplerHQ/kubernetes-operator, `api/v1alpha1/dopplersecret_types.go`.
fn doppler() -> GenerationRule {
    GenerationRule {
        name_paths: vec![field!("spec" / "managedSecret" / "name")],
        namespace: TargetNamespace::At(field!("spec" / "managedSecret" / "namespace")),
        request: vec![
            Field(field!("spec" / "project")),
            Field(field!("spec" / "config")),
            Field(field!("spec" / "secrets")),
            Field(field!("spec" / "processors")),
            Field(field!("spec" / "nameTransformer")),
            Field(field!("spec" / "format")),
            Field(field!("spec" / "managedSecret" / "type")),
            Field(field!("spec" / "host")),
        ],
        left_out: vec![field!("spec" / "resyncSeconds"), field!("spec" / "tokenSecret")],
        rename: Always,
        ..GenerationRule::secret()
    }
}

/// Infisical/kubernetes-operator, the CRD's types.
fn infisical() -> [GenerationRule; 3] {
    [
        GenerationRule {
            each: field!("spec" / "managedKubeSecretReferences" / []),
            name_paths: vec![field!("secretName")],
            namespace: TargetNamespace::At(field!("secretNamespace")),
            request: vec![
                Field(field!("spec" / "hostAPI")),
                Field(field!("spec" / "authentication" / * / "secretsScope")),
                OfEntry(field!("template")),
                OfEntry(field!("secretType")),
            ],
            left_out: vec![field!("spec" / "resyncInterval")],
            rename: Always,
            ..GenerationRule::secret()
        },
        GenerationRule {
            name_paths: vec![field!("spec" / "managedSecretReference" / "secretName")],
            namespace: TargetNamespace::At(field!("spec" / "managedSecretReference" / "secretNamespace")),
            request: vec![
                Field(field!("spec" / "hostAPI")),
                Field(field!("spec" / "authentication" / * / "secretsScope")),
                Field(field!("spec" / "managedSecretReference" / "template")),
                Field(field!("spec" / "managedSecretReference" / "secretType")),
            ],
            left_out: vec![field!("spec" / "resyncInterval")],
            rename: Always,
            ..GenerationRule::secret()
        },
        GenerationRule {
            each: field!("spec" / "managedKubeConfigMapReferences" / []),
            name_paths: vec![field!("configMapName")],
            namespace: TargetNamespace::At(field!("configMapNamespace")),
            request: vec![
                Field(field!("spec" / "hostAPI")),
                Field(field!("spec" / "authentication" / * / "secretsScope")),
                OfEntry(field!("template")),
            ],
            left_out: vec![field!("spec" / "resyncInterval")],
            rename: Always,
            ..GenerationRule::config_map()
        },
    ]
}

/// carvel-dev/secretgen-controller, `pkg/generator` and `pkg/apis/secretgen2/v1alpha1`.
fn generated() -> GenerationRule {
    GenerationRule {
        request: vec![Field(field!("spec"))],
        left_out: vec![field!("metadata" / "labels")],
        rename: Never("under a new name it is generated again"),
        ..GenerationRule::secret()
    }
}

/// strimzi/strimzi-kafka-operator, `KafkaUserModel.java`: the operator's prefix is empty unless it is set.
fn kafka_user() -> GenerationRule {
    GenerationRule {
        request: vec![Field(field!("spec" / "authentication"))],
        left_out: vec![field!("spec" / "authorization"), field!("spec" / "quotas")],
        ..GenerationRule::secret()
    }
}
