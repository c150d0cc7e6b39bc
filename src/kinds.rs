//! Tables of what rollstamp knows about Kubernetes and the projects around it; the code combines them.
//!
//! Workload kinds with their pod templates ([`workloads`]), the fields of a pod spec that name configs
//! ([`references`]), other objects that name configs ([`referrers`]), objects that make a controller write configs
//! ([`producers`]), the annotations of controllers that restart workloads ([`controllers`]), and the annotations that
//! other tools stamp pod templates with ([`stamps`]); configs that programs read by name ([`well_known`]). Rows name fields by a [`path::FieldPath`], and objects that differ
//! from others of their kind by a [`condition::Condition`].

pub mod condition;
pub mod controllers;
pub mod metadata;
pub mod path;
pub mod pod_api;
pub mod pod_selector;
pub mod pod_shapes;
pub mod producers;
pub mod references;
pub mod referrers;
pub mod short_names;
pub mod stamps;
mod table;
pub mod unknown;
pub mod well_known;
pub mod workloads;
pub mod written;

use std::borrow::Cow;
use std::fmt;
use std::sync::LazyLock;

use crate::yaml::Node;

/// Kinds that pods take content from: ConfigMap, Secret, and the objects that tell a CSI driver what to fetch when it
/// mounts a volume. Of the latter the request is known, never the content.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ConfigKind {
    /// `v1` ConfigMap.
    ConfigMap,
    /// `v1` Secret.
    Secret,
    /// `secrets-store.csi.x-k8s.io` SecretProviderClass.
    SecretProviderClass,
    /// `secrets.hashicorp.com` CSISecrets.
    CsiSecrets,
}

impl ConfigKind {
    /// Every kind.
    pub const ALL: [ConfigKind; 4] =
        [ConfigKind::ConfigMap, ConfigKind::Secret, ConfigKind::SecretProviderClass, ConfigKind::CsiSecrets];

    /// The config kind that an object of this API version and kind is: that of objects that hold content.
    pub fn of(api_version: &str, kind: &str) -> Option<ConfigKind> {
        match (api_version, kind) {
            ("v1", "ConfigMap") => Some(ConfigKind::ConfigMap),
            ("v1", "Secret") => Some(ConfigKind::Secret),
            _ => None,
        }
    }

    /// The kind's name in manifests.
    pub fn as_str(self) -> &'static str {
        match self {
            ConfigKind::ConfigMap => "ConfigMap",
            ConfigKind::Secret => "Secret",
            ConfigKind::SecretProviderClass => "SecretProviderClass",
            ConfigKind::CsiSecrets => "CSISecrets",
        }
    }

    /// The API version of the kind in manifests.
    pub fn api_version(self) -> &'static str {
        match self {
            ConfigKind::ConfigMap | ConfigKind::Secret => "v1",
            ConfigKind::SecretProviderClass => "secrets-store.csi.x-k8s.io/v1",
            ConfigKind::CsiSecrets => "secrets.hashicorp.com/v1beta1",
        }
    }

    /// Returns `true` if objects of the kind only tell a CSI driver what to fetch.
    pub fn is_fetched(self) -> bool {
        matches!(self, ConfigKind::SecretProviderClass | ConfigKind::CsiSecrets)
    }

    /// Returns `true` if the content is secret.
    pub fn is_secret(self) -> bool {
        self != ConfigKind::ConfigMap
    }
}

impl fmt::Display for ConfigKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The path by which content reaches a running container.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Delivery {
    /// Read when a container starts: only a new pod sees a change.
    Frozen,
    /// Mounted as files that the kubelet refreshes in place.
    Live,
    /// Not at all: only the name matters.
    None,
}

impl Delivery {
    /// The word of reports and rules: `frozen`, `live`, `none`.
    pub fn as_str(self) -> &'static str {
        match self {
            Delivery::Frozen => "frozen",
            Delivery::Live => "live",
            Delivery::None => "none",
        }
    }
}

/// ConfigMaps that a controller puts into every namespace at run time, so that no repository holds them:
/// kube-controller-manager's root CA publisher, istiod, and OpenShift's service CA operator.
pub const RUN_TIME_CONFIG_MAPS: [&str; 3] = ["kube-root-ca.crt", "istio-ca-root-cert", "openshift-service-ca.crt"];

/// The label by which OpenShift's network operator fills a ConfigMap's data at run time.
pub const INJECTED_LABEL: &str = "config.openshift.io/inject-trusted-cabundle";

/// The API group of an API version; the core group is the empty text.
pub fn api_group(api_version: &str) -> &str {
    match api_version.split_once('/') {
        Some((group, _)) => group,
        None => "",
    }
}

/// An object's annotations.
pub fn annotations(object: Node<'_>) -> Option<Node<'_>> {
    object.get("metadata")?.get("annotations")
}

/// The value of an object's annotation.
pub fn annotation<'a>(object: Node<'a>, key: &str) -> Option<Node<'a>> {
    annotations(object)?.get(key)
}

/// The text of an object's annotation.
pub fn annotation_text<'a>(object: Node<'a>, key: &str) -> Option<Cow<'a, str>> {
    annotation(object, key)?.decoded_text()
}

/// Returns `true` if an object's annotation says `true`.
pub(crate) fn has_true_annotation(object: Node<'_>, key: &str) -> bool {
    annotation_text(object, key).as_deref() == Some("true")
}

/// The kind of config that a field's name speaks of: `configMaps`, `configMapName`, `secretRef`.
pub fn config_kind_in_key(key: &str) -> Option<ConfigKind> {
    let has = |word: &str| has_word_in_any_case(key.as_bytes(), word.as_bytes());
    let has_secret = has("secret");
    if has_secret && has("secretproviderclass") {
        return Some(ConfigKind::SecretProviderClass);
    }
    match (has("configmap"), has_secret) {
        (true, _) => Some(ConfigKind::ConfigMap),
        (_, true) => Some(ConfigKind::Secret),
        _ => None,
    }
}

fn has_word_in_any_case(text: &[u8], word: &[u8]) -> bool {
    text.windows(word.len()).any(|part| part.eq_ignore_ascii_case(word))
}

/// Returns `true` if Helm runs an object as a hook, apart from the release (`pkg/release/util/manifest_sorter.go`).
pub fn is_helm_hook(object: Node<'_>) -> bool {
    annotation_text(object, "helm.sh/hook").is_some_and(|hooks| !hooks.trim().is_empty())
}

/// Returns `true` if a kind holds other objects in its `items`: `List`, typed lists, and the `ResourceList` of KRM
/// functions.
pub fn is_list_kind(kind: &str) -> bool {
    kind.ends_with("List")
}

/// The words of which every relevant document contains at least one. A custom resource is relevant by the config that
/// it names.
pub fn marker_words() -> &'static [&'static str] {
    static WORDS: LazyLock<Vec<&'static str>> = LazyLock::new(|| {
        let mut words = vec!["ConfigMap", "configMap", "Secret", "secret"];
        words.extend(workloads::core_kinds().iter().map(|row| &*row.kind));
        // The kinds of producers are everyday words, their groups are not; those of Kubernetes itself are too frequent.
        let groups = producers::PRODUCERS.iter().filter_map(|row| row.group.as_deref());
        words.extend(
            groups.filter(|group| group.contains('.') && (!group.ends_with("k8s.io") || group.starts_with("secret"))),
        );
        words
    });
    &WORDS
}
