//! Objects other than workloads that name ConfigMaps and Secrets (Kubernetes API reference; RBAC, networking.k8s.io,
//! storage.k8s.io, and ingress-nginx's annotations).

use super::ConfigKind;
use crate::yaml::Node;

/// A kind whose objects name configs.
#[derive(Debug)]
pub struct NamingKind {
    /// The API groups in which the kind is or was served; the core group is the empty text.
    pub groups: &'static [&'static str],
    /// The kind.
    pub kind: &'static str,
    /// Whether its objects have no namespace, so that a bare name can mean one in any.
    pub cluster_scoped: bool,
    /// The places that name.
    pub places: &'static [NamePlace],
}

/// A place that names a config.
#[derive(Debug)]
pub struct NamePlace {
    /// From the object to the scalar.
    pub path: &'static [Step],
    /// What it names.
    pub target: ConfigKind,
    /// Which of the values there count.
    pub only: Only,
}

/// A step from a node to what it holds.
#[derive(Clone, Copy, Debug)]
pub enum Step {
    /// The value of a key.
    Key(&'static str),
    /// The value of each key with this start and end.
    KeyLike(&'static str, &'static str),
    /// Each item of a list.
    Each,
}

/// Which values at a place count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Only {
    /// All of them.
    Any,
    /// Those of an RBAC rule whose `apiGroups` and `resources` name the target.
    RuleForTarget,
}

use Step::{Each, Key, KeyLike};

const fn config_map(path: &'static [Step]) -> NamePlace {
    NamePlace { path, target: ConfigKind::ConfigMap, only: Only::Any }
}

const fn secret(path: &'static [Step]) -> NamePlace {
    NamePlace { path, target: ConfigKind::Secret, only: Only::Any }
}

const RULE: &[Step] = &[Key("rules"), Each, Key("resourceNames"), Each];

const RULES: &[NamePlace] = &[
    NamePlace { path: RULE, target: ConfigKind::ConfigMap, only: Only::RuleForTarget },
    NamePlace { path: RULE, target: ConfigKind::Secret, only: Only::RuleForTarget },
];

const fn annotation(key: &'static [Step; 3], target: ConfigKind) -> NamePlace {
    NamePlace { path: key, target, only: Only::Any }
}

/// Every built-in kind that names configs and is no workload.
pub static NAMING_KINDS: [NamingKind; 7] = [
    NamingKind { groups: &["rbac.authorization.k8s.io"], kind: "Role", cluster_scoped: false, places: RULES },
    NamingKind { groups: &["rbac.authorization.k8s.io"], kind: "ClusterRole", cluster_scoped: true, places: RULES },
    NamingKind {
        groups: &["networking.k8s.io", "extensions"],
        kind: "Ingress",
        cluster_scoped: false,
        places: &[
            secret(&[Key("spec"), Key("tls"), Each, Key("secretName")]),
            annotation(
                &[Key("metadata"), Key("annotations"), Key("nginx.ingress.kubernetes.io/fastcgi-params-configmap")],
                ConfigKind::ConfigMap,
            ),
            annotation(
                &[Key("metadata"), Key("annotations"), Key("ingress.kubernetes.io/auth-secret")],
                ConfigKind::Secret,
            ),
            annotation(
                &[Key("metadata"), Key("annotations"), Key("nginx.ingress.kubernetes.io/auth-secret")],
                ConfigKind::Secret,
            ),
            annotation(
                &[Key("metadata"), Key("annotations"), Key("nginx.ingress.kubernetes.io/auth-tls-secret")],
                ConfigKind::Secret,
            ),
        ],
    },
    NamingKind {
        groups: &[""],
        kind: "ServiceAccount",
        cluster_scoped: false,
        places: &[secret(&[Key("imagePullSecrets"), Each, Key("name")]), secret(&[Key("secrets"), Each, Key("name")])],
    },
    NamingKind {
        groups: &["storage.k8s.io"],
        kind: "StorageClass",
        cluster_scoped: true,
        places: &[
            secret(&[Key("parameters"), Key("secretName")]),
            secret(&[Key("parameters"), Key("adminSecretName")]),
            secret(&[Key("parameters"), Key("userSecretName")]),
            secret(&[Key("parameters"), Key("secretRef")]),
            secret(&[Key("parameters"), KeyLike("csi.storage.k8s.io/", "-secret-name")]),
        ],
    },
    NamingKind {
        groups: &[""],
        kind: "PersistentVolume",
        cluster_scoped: true,
        places: &[
            secret(&[Key("spec"), Key("azureFile"), Key("secretName")]),
            secret(&[Key("spec"), Key("csi"), KeyLike("", "SecretRef"), Key("name")]),
            secret(&[Key("spec"), Key("cephfs"), Key("secretRef"), Key("name")]),
            secret(&[Key("spec"), Key("cinder"), Key("secretRef"), Key("name")]),
            secret(&[Key("spec"), Key("flexVolume"), Key("secretRef"), Key("name")]),
            secret(&[Key("spec"), Key("iscsi"), Key("secretRef"), Key("name")]),
            secret(&[Key("spec"), Key("rbd"), Key("secretRef"), Key("name")]),
            secret(&[Key("spec"), Key("scaleIO"), Key("secretRef"), Key("name")]),
            secret(&[Key("spec"), Key("storageos"), Key("secretRef"), Key("name")]),
        ],
    },
    NamingKind {
        groups: &[""],
        kind: "Node",
        cluster_scoped: true,
        places: &[config_map(&[Key("spec"), Key("configSource"), Key("configMap"), Key("name")])],
    },
];

impl NamingKind {
    /// Whether the kind only allows somebody to read configs by their names.
    pub fn grants_access(&self) -> bool {
        self.places.iter().all(|place| place.only == Only::RuleForTarget)
    }

    /// The row of an API version and kind; the version of the group does not matter.
    pub fn of(api_version: &str, kind: &str) -> Option<&'static NamingKind> {
        let group = api_version.split_once('/').map_or("", |(group, _)| group);
        NAMING_KINDS.iter().find(|row| row.kind == kind && row.groups.contains(&group))
    }
}

impl NamingKind {
    /// Whether an object of this kind names any config: only then does it matter.
    pub fn names_any(&self, object: Node<'_>) -> bool {
        self.places.iter().any(|place| !place.nodes(object).is_empty())
    }
}

impl NamePlace {
    /// The nodes at this place, each with the collection that holds it.
    pub fn nodes<'a>(&self, object: Node<'a>) -> Vec<(Node<'a>, Node<'a>)> {
        let mut nodes = vec![(object, object)];
        for (depth, step) in self.path.iter().enumerate() {
            nodes = nodes.into_iter().flat_map(|(_, node)| take(node, *step)).collect();
            if depth == RULE_DEPTH && self.only == Only::RuleForTarget {
                nodes.retain(|(_, rule)| is_for(*rule, self.target));
            }
        }
        nodes
    }
}

/// The step of the path to `resourceNames` that leads to a rule.
const RULE_DEPTH: usize = 1;

fn take(node: Node<'_>, step: Step) -> Vec<(Node<'_>, Node<'_>)> {
    match step {
        Step::Key(key) => node.get(key).map(|value| (node, value)).into_iter().collect(),
        Step::Each => node.items().map(|item| (node, item)).collect(),
        Step::KeyLike(start, end) => {
            let like = |key: &str| key.starts_with(start) && key.ends_with(end);
            node.entries().into_iter().filter(|(key, ..)| like(key)).map(|(_, _, value)| (node, value)).collect()
        }
    }
}

/// Whether an RBAC rule is about the target: its core group and resource, or everything.
fn is_for(rule: Node<'_>, target: ConfigKind) -> bool {
    let resource = match target {
        ConfigKind::ConfigMap => "configmaps",
        ConfigKind::Secret => "secrets",
    };
    let lists = |field: &str, wanted: &str| {
        let mut values = rule.get(field).into_iter().flat_map(Node::items).filter_map(Node::as_str);
        values.any(|value| value == wanted || value == "*")
    };
    lists("apiGroups", "") && lists("resources", resource)
}
