//! The rows.

mod certificates;
mod vault;

use self::certificates::{BUNDLE, CERTIFICATE, CLUSTER_BUNDLE, GATEWAY, INGRESS};
use self::vault::{CSI_SECRETS, VAULT_DYNAMIC, VAULT_HCP, VAULT_PKI, VAULT_STATIC};
use super::KeySource::{KeysOf, Texts, These};
use super::RenamePermission::{Always, If, Never, Unless};
use super::RequestPart::{Field, OfEntry, PerKey};
use super::{GenerationRule, ProducerKind, TargetNamespace};
use crate::kinds::ConfigKind;
use crate::kinds::condition::Condition::{Is, NotSet, Set};
use crate::kinds::path::field;

/// What most products have in common.
pub const SECRET: GenerationRule = GenerationRule {
    target: ConfigKind::Secret,
    only_if: &[],
    each: field!(),
    name_paths: &[field!("metadata" / "name")],
    namespace: TargetNamespace::Own,
    keys: None,
    keys_unless: &[],
    request: &[],
    left_out: &[],
    rename: Never("its name is that of the object that asks for it"),
};

const CONFIG_MAP: GenerationRule = GenerationRule { target: ConfigKind::ConfigMap, ..SECRET };

const fn row(group: &'static str, kind: &'static str, products: &'static [GenerationRule]) -> ProducerKind {
    ProducerKind { group: Some(group), kind, generates: products }
}

/// Every built-in kind that produces configs.
pub static PRODUCERS: [ProducerKind; 27] = [
    row("bitnami.com", "SealedSecret", &[SEALED_SECRET]),
    row("external-secrets.io", "ExternalSecret", EXTERNAL_SECRET),
    row("external-secrets.io", "ClusterExternalSecret", &[CLUSTER_EXTERNAL_SECRET]),
    row("secrets-store.csi.x-k8s.io", "SecretProviderClass", &[CLASS, SECRET_OBJECT]),
    row("secrets.hashicorp.com", "VaultStaticSecret", &[VAULT_STATIC]),
    row("secrets.hashicorp.com", "VaultDynamicSecret", &[VAULT_DYNAMIC]),
    row("secrets.hashicorp.com", "VaultPKISecret", &[VAULT_PKI]),
    row("secrets.hashicorp.com", "HCPVaultSecretsApp", &[VAULT_HCP]),
    row("secrets.hashicorp.com", "CSISecrets", &[CSI_SECRETS]),
    row("cert-manager.io", "Certificate", &[CERTIFICATE]),
    row("networking.k8s.io", "Ingress", INGRESS),
    row("gateway.networking.k8s.io", "Gateway", GATEWAY),
    row("trust.cert-manager.io", "Bundle", BUNDLE),
    row("trust-manager.io", "ClusterBundle", CLUSTER_BUNDLE),
    row("objectbucket.io", "ObjectBucketClaim", BUCKET),
    row("isindir.github.com", "SopsSecret", &[SOPS_SECRET]),
    row("onepassword.com", "OnePasswordItem", &[ONE_PASSWORD_ITEM]),
    row("apps", "Deployment", &[ONE_PASSWORD_DEPLOYMENT]),
    row("secrets.doppler.com", "DopplerSecret", &[DOPPLER]),
    row("secrets.infisical.com", "InfisicalSecret", INFISICAL),
    row("secretgen.k14s.io", "Password", &[GENERATED]),
    row("secretgen.k14s.io", "Certificate", &[GENERATED]),
    row("secretgen.k14s.io", "RSAKey", &[GENERATED]),
    row("secretgen.k14s.io", "SSHKey", &[GENERATED]),
    row("secretgen.carvel.dev", "SecretImport", &[GENERATED]),
    row("secretgen.carvel.dev", "SecretTemplate", &[GENERATED]),
    row("kafka.strimzi.io", "KafkaUser", &[KAFKA_USER]),
];

/// What a managed resource or composite of Crossplane produces, whatever its kind: connection details, of which only
/// the name is known.
pub static CONNECTION: ProducerKind = ProducerKind {
    group: None,
    kind: "*",
    generates: &[
        GenerationRule {
            name_paths: &[field!("spec" / "writeConnectionSecretToRef" / "name")],
            namespace: TargetNamespace::At(field!("spec" / "writeConnectionSecretToRef" / "namespace")),
            rename: Never("the provider writes connection details under this name"),
            ..SECRET
        },
        GenerationRule {
            name_paths: &[field!("spec" / "crossplane" / "writeConnectionSecretToRef" / "name")],
            namespace: TargetNamespace::At(field!("spec" / "crossplane" / "writeConnectionSecretToRef" / "namespace")),
            rename: Never("the provider writes connection details under this name"),
            ..SECRET
        },
    ],
};

/// bitnami-labs/sealed-secrets, `sealedsecret_expansion.go`: the Secret has the name of the SealedSecret, whatever its
/// template says, and in the strict scope the name is part of what the values are encrypted with.
const SEALED_SECRET: GenerationRule = GenerationRule {
    keys: Some(&[KeysOf(field!("spec" / "encryptedData")), KeysOf(field!("spec" / "template" / "data"))]),
    keys_unless: &[Set(field!("spec" / "data"))],
    request: &[
        PerKey(field!("spec" / "encryptedData")),
        Field(field!("spec" / "data")),
        Field(field!("spec" / "template" / "type")),
        Field(field!("spec" / "template" / "data")),
        Field(field!("spec" / "template" / "immutable")),
    ],
    left_out: &[field!("spec" / "template" / "metadata"), field!("status")],
    rename: If(
        &[
            Is(field!("metadata" / "annotations" / "sealedsecrets.bitnami.com/namespace-wide"), "true"),
            Is(field!("metadata" / "annotations" / "sealedsecrets.bitnami.com/cluster-wide"), "true"),
        ],
        "its values are encrypted for this name only (scope strict)",
    ),
    ..SECRET
};

/// external-secrets/external-secrets, `externalsecret_types.go`.
const EXTERNAL_SECRET: &[GenerationRule] = &[
    GenerationRule { only_if: &[NotSet(field!("spec" / "target" / "manifest"))], ..EXTERNAL },
    GenerationRule { only_if: &[Is(field!("spec" / "target" / "manifest" / "kind"), "Secret")], ..EXTERNAL },
    GenerationRule {
        target: ConfigKind::ConfigMap,
        only_if: &[Is(field!("spec" / "target" / "manifest" / "kind"), "ConfigMap")],
        ..EXTERNAL
    },
];

const EXTERNAL: GenerationRule = GenerationRule {
    name_paths: &[field!("spec" / "target" / "name"), field!("metadata" / "name")],
    keys: Some(&[Texts(field!("spec" / "data" / [] / "secretKey"))]),
    keys_unless: &[
        Set(field!("spec" / "dataFrom")),
        Set(field!("spec" / "target" / "template")),
        Set(field!("spec" / "target" / "manifest")),
        Is(field!("spec" / "target" / "creationPolicy"), "Merge"),
        Is(field!("spec" / "target" / "creationPolicy"), "None"),
    ],
    request: &[
        Field(field!("spec" / "secretStoreRef")),
        Field(field!("spec" / "data")),
        Field(field!("spec" / "dataFrom")),
        Field(field!("spec" / "target" / "template")),
        Field(field!("spec" / "target" / "manifest")),
    ],
    left_out: &[
        field!("spec" / "refreshInterval"),
        field!("spec" / "refreshPolicy"),
        field!("spec" / "syncWindows"),
        field!("spec" / "target" / "creationPolicy"),
        field!("spec" / "target" / "deletionPolicy"),
        field!("metadata" / "annotations" / "force-sync"),
    ],
    rename: Unless(
        &[
            Is(field!("spec" / "target" / "creationPolicy"), "Merge"),
            Is(field!("spec" / "target" / "creationPolicy"), "None"),
        ],
        "it writes into a Secret that something else makes",
    ),
    ..SECRET
};

/// external-secrets/external-secrets, `clusterexternalsecret_types.go`.
const CLUSTER_EXTERNAL_SECRET: GenerationRule = GenerationRule {
    name_paths: &[
        field!("spec" / "externalSecretSpec" / "target" / "name"),
        field!("spec" / "externalSecretName"),
        field!("metadata" / "name"),
    ],
    namespace: TargetNamespace::Every,
    request: &[
        Field(field!("spec" / "externalSecretSpec" / "secretStoreRef")),
        Field(field!("spec" / "externalSecretSpec" / "data")),
        Field(field!("spec" / "externalSecretSpec" / "dataFrom")),
        Field(field!("spec" / "externalSecretSpec" / "target" / "template")),
        Field(field!("spec" / "externalSecretSpec" / "target" / "manifest")),
    ],
    left_out: &[field!("spec" / "refreshTime"), field!("spec" / "namespaceSelector")],
    rename: Never("it goes to several namespaces"),
    ..SECRET
};

/// kubernetes-sigs/secrets-store-csi-driver, `secretproviderclass_types.go`: what the volume itself shows.
const CLASS: GenerationRule = GenerationRule {
    target: ConfigKind::SecretProviderClass,
    request: &[Field(field!("spec" / "provider")), Field(field!("spec" / "parameters"))],
    left_out: &[field!("metadata" / "labels"), field!("spec" / "secretObjects")],
    rename: Always,
    ..SECRET
};

/// The Secrets that the driver writes while a pod has the volume.
const SECRET_OBJECT: GenerationRule = GenerationRule {
    each: field!("spec" / "secretObjects" / []),
    name_paths: &[field!("secretName")],
    keys: Some(&[Texts(field!("data" / [] / "key"))]),
    request: &[
        Field(field!("spec" / "provider")),
        Field(field!("spec" / "parameters")),
        OfEntry(field!("type")),
        OfEntry(field!("data")),
    ],
    left_out: &[field!("metadata" / "labels")],
    rename: Always,
    ..SECRET
};

/// kube-object-storage/lib-bucket-provisioner, `pkg/provisioner/helpers.go`, `resourcehandlers.go`.
const BUCKET: &[GenerationRule] = &[
    GenerationRule {
        keys: Some(&[These(&["BUCKET_NAME", "BUCKET_HOST", "BUCKET_PORT", "BUCKET_REGION", "BUCKET_SUBREGION"])]),
        request: BUCKET_REQUEST,
        left_out: &[field!("spec" / "objectBucketName")],
        rename: Never("a new name is a new bucket"),
        ..CONFIG_MAP
    },
    GenerationRule {
        request: BUCKET_REQUEST,
        left_out: &[field!("spec" / "objectBucketName")],
        rename: Never("a new name is a new bucket"),
        ..SECRET
    },
];

const BUCKET_REQUEST: &[super::RequestPart] = &[
    Field(field!("spec" / "storageClassName")),
    Field(field!("spec" / "bucketName")),
    Field(field!("spec" / "generateBucketName")),
    Field(field!("spec" / "additionalConfig")),
];

/// isindir/sops-secrets-operator, `api/v1alpha3/sopssecret_types.go`.
const SOPS_SECRET: GenerationRule = GenerationRule {
    each: field!("spec" / "secretTemplates" / []),
    name_paths: &[field!("name")],
    keys: Some(&[KeysOf(field!("data")), KeysOf(field!("stringData"))]),
    request: &[OfEntry(field!("type")), PerKey(field!("data")), PerKey(field!("stringData"))],
    left_out: &[field!("sops"), field!("spec" / "suspend")],
    rename: Never("SOPS signs the whole file, its names included"),
    ..SECRET
};

/// 1Password/onepassword-operator, `api/v1/onepassworditem_types.go`.
const ONE_PASSWORD_ITEM: GenerationRule =
    GenerationRule { request: &[Field(field!("spec" / "itemPath")), Field(field!("type"))], rename: Always, ..SECRET };

/// 1Password/onepassword-operator, `internal/controller/deployment_controller.go`.
const ONE_PASSWORD_DEPLOYMENT: GenerationRule = GenerationRule {
    only_if: &[Set(field!("metadata" / "annotations" / "operator.1password.io/item-path"))],
    name_paths: &[field!("metadata" / "annotations" / "operator.1password.io/item-name")],
    request: &[Field(field!("metadata" / "annotations" / "operator.1password.io/item-path"))],
    rename: Never("its name is that of an annotation of the 1Password operator"),
    ..SECRET
};

/// DopplerHQ/kubernetes-operator, `api/v1alpha1/dopplersecret_types.go`.
const DOPPLER: GenerationRule = GenerationRule {
    name_paths: &[field!("spec" / "managedSecret" / "name")],
    namespace: TargetNamespace::At(field!("spec" / "managedSecret" / "namespace")),
    request: &[
        Field(field!("spec" / "project")),
        Field(field!("spec" / "config")),
        Field(field!("spec" / "secrets")),
        Field(field!("spec" / "processors")),
        Field(field!("spec" / "nameTransformer")),
        Field(field!("spec" / "format")),
        Field(field!("spec" / "managedSecret" / "type")),
        Field(field!("spec" / "host")),
    ],
    left_out: &[field!("spec" / "resyncSeconds"), field!("spec" / "tokenSecret")],
    rename: Always,
    ..SECRET
};

/// Infisical/kubernetes-operator, the CRD's types.
const INFISICAL: &[GenerationRule] = &[
    GenerationRule {
        each: field!("spec" / "managedKubeSecretReferences" / []),
        name_paths: &[field!("secretName")],
        namespace: TargetNamespace::At(field!("secretNamespace")),
        request: &[
            Field(field!("spec" / "hostAPI")),
            Field(field!("spec" / "authentication" / * / "secretsScope")),
            OfEntry(field!("template")),
            OfEntry(field!("secretType")),
        ],
        left_out: &[field!("spec" / "resyncInterval")],
        rename: Always,
        ..SECRET
    },
    GenerationRule {
        name_paths: &[field!("spec" / "managedSecretReference" / "secretName")],
        namespace: TargetNamespace::At(field!("spec" / "managedSecretReference" / "secretNamespace")),
        request: &[
            Field(field!("spec" / "hostAPI")),
            Field(field!("spec" / "authentication" / * / "secretsScope")),
            Field(field!("spec" / "managedSecretReference" / "template")),
            Field(field!("spec" / "managedSecretReference" / "secretType")),
        ],
        left_out: &[field!("spec" / "resyncInterval")],
        rename: Always,
        ..SECRET
    },
    GenerationRule {
        each: field!("spec" / "managedKubeConfigMapReferences" / []),
        name_paths: &[field!("configMapName")],
        namespace: TargetNamespace::At(field!("configMapNamespace")),
        request: &[
            Field(field!("spec" / "hostAPI")),
            Field(field!("spec" / "authentication" / * / "secretsScope")),
            OfEntry(field!("template")),
        ],
        left_out: &[field!("spec" / "resyncInterval")],
        rename: Always,
        ..CONFIG_MAP
    },
];

/// carvel-dev/secretgen-controller, `pkg/generator` and `pkg/apis/secretgen2/v1alpha1`.
const GENERATED: GenerationRule = GenerationRule {
    request: &[Field(field!("spec"))],
    left_out: &[field!("metadata" / "labels")],
    rename: Never("under a new name it is generated again"),
    ..SECRET
};

/// strimzi/strimzi-kafka-operator, `KafkaUserModel.java`: the operator's prefix is empty unless it is set.
const KAFKA_USER: GenerationRule = GenerationRule {
    request: &[Field(field!("spec" / "authentication"))],
    left_out: &[field!("spec" / "authorization"), field!("spec" / "quotas")],
    ..SECRET
};
