//! Fields of a pod spec that refer to ConfigMaps and Secrets (Kubernetes API reference, PodSpec v1 core).

use super::ConfigKind;
use super::path::{FieldPath, field};

/// The lists of containers in a pod spec, with the word for what they hold.
pub const CONTAINER_LISTS: [(&str, ContainerType); 3] = [
    ("containers", ContainerType::Container),
    ("initContainers", ContainerType::Init),
    ("ephemeralContainers", ContainerType::Ephemeral),
];

/// The list of a pod spec that a container is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ContainerType {
    /// `containers`.
    Container,
    /// `initContainers`.
    Init,
    /// `ephemeralContainers`.
    Ephemeral,
}

impl ContainerType {
    /// The word for it: `container`, `init`, `ephemeral`.
    pub fn as_str(self) -> &'static str {
        match self {
            ContainerType::Container => "container",
            ContainerType::Init => "init",
            ContainerType::Ephemeral => "ephemeral",
        }
    }
}

/// One place that names a config.
#[derive(Debug)]
pub struct PodReference {
    /// From an entry of the list that the table is for (an env variable, an envFrom source, a volume, a projected
    /// source, a pod spec) to the mapping that refers.
    pub path: FieldPath,
    /// The field of that mapping that names the config.
    pub name: &'static str,
    /// The kind of config that it names.
    pub target: ConfigKind,
}

const fn config_map(path: FieldPath) -> PodReference {
    PodReference { path, name: "name", target: ConfigKind::ConfigMap }
}

const fn secret(path: FieldPath) -> PodReference {
    PodReference { path, name: "name", target: ConfigKind::Secret }
}

const fn secret_name(path: FieldPath) -> PodReference {
    PodReference { path, name: "secretName", target: ConfigKind::Secret }
}

/// In an entry of `env`: one key becomes one variable.
pub static ENV: &[PodReference] =
    &[config_map(field!("valueFrom" / "configMapKeyRef")), secret(field!("valueFrom" / "secretKeyRef"))];

/// In an entry of `envFrom`: every key becomes a variable.
pub static ENV_FROM: &[PodReference] = &[config_map(field!("configMapRef")), secret(field!("secretRef"))];

/// In an entry of `volumes`: the keys become files.
pub static VOLUME: &[PodReference] = &[config_map(field!("configMap")), secret_name(field!("secret"))];

/// In an entry of a projected volume's `sources`: the keys become files.
pub static PROJECTED: &[PodReference] = &[config_map(field!("configMap")), secret(field!("secret"))];

/// In an entry of `volumes`: a name that a volume driver reads, whose content reaches no container.
pub static VOLUME_NAMES: &[PodReference] = &[
    secret(field!("csi" / "nodePublishSecretRef")),
    secret_name(field!("azureFile")),
    secret(field!("cephfs" / "secretRef")),
    secret(field!("cinder" / "secretRef")),
    secret(field!("flexVolume" / "secretRef")),
    secret(field!("iscsi" / "secretRef")),
    secret(field!("rbd" / "secretRef")),
    secret(field!("scaleIO" / "secretRef")),
    secret(field!("storageos" / "secretRef")),
];

/// A volume of a CSI driver that fetches its files as an object says that the volume names.
#[derive(Debug)]
pub struct FetchedVolume {
    /// The driver.
    pub driver: &'static str,
    /// From an entry of `volumes` to the name.
    pub reference: PodReference,
    /// The attribute beside the name that says the object's namespace, where it need not be that of the pod.
    pub namespace: Option<&'static str>,
}

/// Volumes whose driver fetches their files: the Secrets Store CSI driver (`docs/book/src/concepts.md`), and that of
/// the Vault Secrets Operator (`docs/csi.md`). They do so when a pod starts; the rotation of the former is off unless
/// asked for (`docs/book/src/known-limitations.md`).
pub static FETCHED: &[FetchedVolume] = &[
    FetchedVolume {
        driver: "secrets-store.csi.k8s.io",
        reference: PodReference {
            path: ATTRIBUTES,
            name: "secretProviderClass",
            target: ConfigKind::SecretProviderClass,
        },
        namespace: None,
    },
    FetchedVolume {
        driver: "csi.vso.hashicorp.com",
        reference: PodReference { path: ATTRIBUTES, name: "csiSecretsName", target: ConfigKind::CsiSecrets },
        namespace: Some("csiSecretsNamespace"),
    },
];

const ATTRIBUTES: FieldPath = field!("csi" / "volumeAttributes");

/// In an entry of `imagePullSecrets`: a name that the kubelet reads.
pub static PULL_SECRET: &[PodReference] = &[secret(field!())];
