//! The rows.

mod certificates;
mod vault;

use self::certificates::{BUNDLE, CERTIFICATE, CLUSTER_BUNDLE, GATEWAY, INGRESS};
use self::vault::{CSI_SECRETS, VAULT_DYNAMIC, VAULT_HCP, VAULT_PKI, VAULT_STATIC};
use super::Fact::{Absent, Is, Present};
use super::KeySource::{KeysOf, Texts, These};
use super::RenamePermission::{Always, If, Never, Unless};
use super::RequestPart::{Field, OfEntry, PerKey};
use super::{GenerationRule, ProducerKind, TargetNamespace};
use crate::kinds::{ConfigKind, keys};

/// What most products have in common.
pub const SECRET: GenerationRule = GenerationRule {
    makes: ConfigKind::Secret,
    only_if: &[],
    each: keys!(),
    name: &[keys!("metadata" / "name")],
    namespace: TargetNamespace::Own,
    keys: None,
    keys_unless: &[],
    request: &[],
    left_out: &[],
    rename: Never("its name is that of the object that asks for it"),
};

const CONFIG_MAP: GenerationRule = GenerationRule { makes: ConfigKind::ConfigMap, ..SECRET };

const fn row(group: &'static str, kind: &'static str, products: &'static [GenerationRule]) -> ProducerKind {
    ProducerKind { group: Some(group), kind, products }
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
    products: &[
        GenerationRule {
            name: &[keys!("spec" / "writeConnectionSecretToRef" / "name")],
            namespace: TargetNamespace::At(keys!("spec" / "writeConnectionSecretToRef" / "namespace")),
            rename: Never("the provider writes connection details under this name"),
            ..SECRET
        },
        GenerationRule {
            name: &[keys!("spec" / "crossplane" / "writeConnectionSecretToRef" / "name")],
            namespace: TargetNamespace::At(keys!("spec" / "crossplane" / "writeConnectionSecretToRef" / "namespace")),
            rename: Never("the provider writes connection details under this name"),
            ..SECRET
        },
    ],
};

/// bitnami-labs/sealed-secrets, `sealedsecret_expansion.go`: the Secret has the name of the SealedSecret, whatever its
/// template says, and in the strict scope the name is part of what the values are encrypted with.
const SEALED_SECRET: GenerationRule = GenerationRule {
    keys: Some(&[KeysOf(keys!("spec" / "encryptedData")), KeysOf(keys!("spec" / "template" / "data"))]),
    keys_unless: &[Present(keys!("spec" / "data"))],
    request: &[
        PerKey(keys!("spec" / "encryptedData")),
        Field(keys!("spec" / "data")),
        Field(keys!("spec" / "template" / "type")),
        Field(keys!("spec" / "template" / "data")),
        Field(keys!("spec" / "template" / "immutable")),
    ],
    left_out: &[keys!("spec" / "template" / "metadata"), keys!("status")],
    rename: If(
        &[
            Is(keys!("metadata" / "annotations" / "sealedsecrets.bitnami.com/namespace-wide"), "true"),
            Is(keys!("metadata" / "annotations" / "sealedsecrets.bitnami.com/cluster-wide"), "true"),
        ],
        "its values are encrypted for this name only (scope strict)",
    ),
    ..SECRET
};

/// external-secrets/external-secrets, `externalsecret_types.go`.
const EXTERNAL_SECRET: &[GenerationRule] = &[
    GenerationRule { only_if: &[Absent(keys!("spec" / "target" / "manifest"))], ..EXTERNAL },
    GenerationRule { only_if: &[Is(keys!("spec" / "target" / "manifest" / "kind"), "Secret")], ..EXTERNAL },
    GenerationRule {
        makes: ConfigKind::ConfigMap,
        only_if: &[Is(keys!("spec" / "target" / "manifest" / "kind"), "ConfigMap")],
        ..EXTERNAL
    },
];

const EXTERNAL: GenerationRule = GenerationRule {
    name: &[keys!("spec" / "target" / "name"), keys!("metadata" / "name")],
    keys: Some(&[Texts(keys!("spec" / "data" / "*" / "secretKey"))]),
    keys_unless: &[
        Present(keys!("spec" / "dataFrom")),
        Present(keys!("spec" / "target" / "template")),
        Present(keys!("spec" / "target" / "manifest")),
        Is(keys!("spec" / "target" / "creationPolicy"), "Merge"),
        Is(keys!("spec" / "target" / "creationPolicy"), "None"),
    ],
    request: &[
        Field(keys!("spec" / "secretStoreRef")),
        Field(keys!("spec" / "data")),
        Field(keys!("spec" / "dataFrom")),
        Field(keys!("spec" / "target" / "template")),
        Field(keys!("spec" / "target" / "manifest")),
    ],
    left_out: &[
        keys!("spec" / "refreshInterval"),
        keys!("spec" / "refreshPolicy"),
        keys!("spec" / "syncWindows"),
        keys!("spec" / "target" / "creationPolicy"),
        keys!("spec" / "target" / "deletionPolicy"),
        keys!("metadata" / "annotations" / "force-sync"),
    ],
    rename: Unless(
        &[
            Is(keys!("spec" / "target" / "creationPolicy"), "Merge"),
            Is(keys!("spec" / "target" / "creationPolicy"), "None"),
        ],
        "it writes into a Secret that something else makes",
    ),
    ..SECRET
};

/// external-secrets/external-secrets, `clusterexternalsecret_types.go`.
const CLUSTER_EXTERNAL_SECRET: GenerationRule = GenerationRule {
    name: &[
        keys!("spec" / "externalSecretSpec" / "target" / "name"),
        keys!("spec" / "externalSecretName"),
        keys!("metadata" / "name"),
    ],
    namespace: TargetNamespace::Every,
    request: &[
        Field(keys!("spec" / "externalSecretSpec" / "secretStoreRef")),
        Field(keys!("spec" / "externalSecretSpec" / "data")),
        Field(keys!("spec" / "externalSecretSpec" / "dataFrom")),
        Field(keys!("spec" / "externalSecretSpec" / "target" / "template")),
        Field(keys!("spec" / "externalSecretSpec" / "target" / "manifest")),
    ],
    left_out: &[keys!("spec" / "refreshTime"), keys!("spec" / "namespaceSelector")],
    rename: Never("it goes to several namespaces"),
    ..SECRET
};

/// kubernetes-sigs/secrets-store-csi-driver, `secretproviderclass_types.go`: what the volume itself shows.
const CLASS: GenerationRule = GenerationRule {
    makes: ConfigKind::SecretProviderClass,
    request: &[Field(keys!("spec" / "provider")), Field(keys!("spec" / "parameters"))],
    left_out: &[keys!("metadata" / "labels"), keys!("spec" / "secretObjects")],
    rename: Always,
    ..SECRET
};

/// The Secrets that the driver writes while a pod has the volume.
const SECRET_OBJECT: GenerationRule = GenerationRule {
    each: keys!("spec" / "secretObjects" / "*"),
    name: &[keys!("secretName")],
    keys: Some(&[Texts(keys!("data" / "*" / "key"))]),
    request: &[
        Field(keys!("spec" / "provider")),
        Field(keys!("spec" / "parameters")),
        OfEntry(keys!("type")),
        OfEntry(keys!("data")),
    ],
    left_out: &[keys!("metadata" / "labels")],
    rename: Always,
    ..SECRET
};

/// kube-object-storage/lib-bucket-provisioner, `pkg/provisioner/helpers.go`, `resourcehandlers.go`.
const BUCKET: &[GenerationRule] = &[
    GenerationRule {
        keys: Some(&[These(&["BUCKET_NAME", "BUCKET_HOST", "BUCKET_PORT", "BUCKET_REGION", "BUCKET_SUBREGION"])]),
        request: BUCKET_REQUEST,
        left_out: &[keys!("spec" / "objectBucketName")],
        rename: Never("a new name is a new bucket"),
        ..CONFIG_MAP
    },
    GenerationRule {
        request: BUCKET_REQUEST,
        left_out: &[keys!("spec" / "objectBucketName")],
        rename: Never("a new name is a new bucket"),
        ..SECRET
    },
];

const BUCKET_REQUEST: &[super::RequestPart] = &[
    Field(keys!("spec" / "storageClassName")),
    Field(keys!("spec" / "bucketName")),
    Field(keys!("spec" / "generateBucketName")),
    Field(keys!("spec" / "additionalConfig")),
];

/// isindir/sops-secrets-operator, `api/v1alpha3/sopssecret_types.go`.
const SOPS_SECRET: GenerationRule = GenerationRule {
    each: keys!("spec" / "secretTemplates" / "*"),
    name: &[keys!("name")],
    keys: Some(&[KeysOf(keys!("data")), KeysOf(keys!("stringData"))]),
    request: &[OfEntry(keys!("type")), PerKey(keys!("data")), PerKey(keys!("stringData"))],
    left_out: &[keys!("sops"), keys!("spec" / "suspend")],
    rename: Never("SOPS signs the whole file, its names included"),
    ..SECRET
};

/// 1Password/onepassword-operator, `api/v1/onepassworditem_types.go`.
const ONE_PASSWORD_ITEM: GenerationRule =
    GenerationRule { request: &[Field(keys!("spec" / "itemPath")), Field(keys!("type"))], rename: Always, ..SECRET };

/// 1Password/onepassword-operator, `internal/controller/deployment_controller.go`.
const ONE_PASSWORD_DEPLOYMENT: GenerationRule = GenerationRule {
    only_if: &[Present(keys!("metadata" / "annotations" / "operator.1password.io/item-path"))],
    name: &[keys!("metadata" / "annotations" / "operator.1password.io/item-name")],
    request: &[Field(keys!("metadata" / "annotations" / "operator.1password.io/item-path"))],
    rename: Never("its name is that of an annotation of the 1Password operator"),
    ..SECRET
};

/// DopplerHQ/kubernetes-operator, `api/v1alpha1/dopplersecret_types.go`.
const DOPPLER: GenerationRule = GenerationRule {
    name: &[keys!("spec" / "managedSecret" / "name")],
    namespace: TargetNamespace::At(keys!("spec" / "managedSecret" / "namespace")),
    request: &[
        Field(keys!("spec" / "project")),
        Field(keys!("spec" / "config")),
        Field(keys!("spec" / "secrets")),
        Field(keys!("spec" / "processors")),
        Field(keys!("spec" / "nameTransformer")),
        Field(keys!("spec" / "format")),
        Field(keys!("spec" / "managedSecret" / "type")),
        Field(keys!("spec" / "host")),
    ],
    left_out: &[keys!("spec" / "resyncSeconds"), keys!("spec" / "tokenSecret")],
    rename: Always,
    ..SECRET
};

/// Infisical/kubernetes-operator, the CRD's types.
const INFISICAL: &[GenerationRule] = &[
    GenerationRule {
        each: keys!("spec" / "managedKubeSecretReferences" / "*"),
        name: &[keys!("secretName")],
        namespace: TargetNamespace::At(keys!("secretNamespace")),
        request: &[
            Field(keys!("spec" / "hostAPI")),
            Field(keys!("spec" / "authentication" / "*" / "secretsScope")),
            OfEntry(keys!("template")),
            OfEntry(keys!("secretType")),
        ],
        left_out: &[keys!("spec" / "resyncInterval")],
        rename: Always,
        ..SECRET
    },
    GenerationRule {
        name: &[keys!("spec" / "managedSecretReference" / "secretName")],
        namespace: TargetNamespace::At(keys!("spec" / "managedSecretReference" / "secretNamespace")),
        request: &[
            Field(keys!("spec" / "hostAPI")),
            Field(keys!("spec" / "authentication" / "*" / "secretsScope")),
            Field(keys!("spec" / "managedSecretReference" / "template")),
            Field(keys!("spec" / "managedSecretReference" / "secretType")),
        ],
        left_out: &[keys!("spec" / "resyncInterval")],
        rename: Always,
        ..SECRET
    },
    GenerationRule {
        each: keys!("spec" / "managedKubeConfigMapReferences" / "*"),
        name: &[keys!("configMapName")],
        namespace: TargetNamespace::At(keys!("configMapNamespace")),
        request: &[
            Field(keys!("spec" / "hostAPI")),
            Field(keys!("spec" / "authentication" / "*" / "secretsScope")),
            OfEntry(keys!("template")),
        ],
        left_out: &[keys!("spec" / "resyncInterval")],
        rename: Always,
        ..CONFIG_MAP
    },
];

/// carvel-dev/secretgen-controller, `pkg/generator` and `pkg/apis/secretgen2/v1alpha1`.
const GENERATED: GenerationRule = GenerationRule {
    request: &[Field(keys!("spec"))],
    left_out: &[keys!("metadata" / "labels")],
    rename: Never("under a new name it is generated again"),
    ..SECRET
};

/// strimzi/strimzi-kafka-operator, `KafkaUserModel.java`: the operator's prefix is empty unless it is set.
const KAFKA_USER: GenerationRule = GenerationRule {
    request: &[Field(keys!("spec" / "authentication"))],
    left_out: &[keys!("spec" / "authorization"), keys!("spec" / "quotas")],
    ..SECRET
};
