//! Objects other than workloads that name ConfigMaps and Secrets (Kubernetes API reference; RBAC, networking.k8s.io,
//! storage.k8s.io, and ingress-nginx's annotations).

use super::ConfigKind;
use super::steps::{self, Steps, steps};
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
#[derive(Clone, Copy, Debug)]
pub struct NamePlace {
    /// From the object to the scalar.
    pub path: Steps,
    /// What it names.
    pub target: ConfigKind,
    /// Which of the values there count.
    pub only: Only,
}

/// Which values at a place count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Only {
    /// All of them.
    Any,
    /// Those of an RBAC rule whose `apiGroups` and `resources` name the target.
    RuleForTarget,
    /// Texts, the `name` of mappings, and those of lists of either: what a path of kustomize's can end at.
    TextOrName,
}

const fn config_map(path: Steps) -> NamePlace {
    NamePlace { path, target: ConfigKind::ConfigMap, only: Only::Any }
}

const fn secret(path: Steps) -> NamePlace {
    NamePlace { path, target: ConfigKind::Secret, only: Only::Any }
}

const RULE: Steps = steps!("rules" / [] / "resourceNames" / []);

const RULES: &[NamePlace] = &[
    NamePlace { path: RULE, target: ConfigKind::ConfigMap, only: Only::RuleForTarget },
    NamePlace { path: RULE, target: ConfigKind::Secret, only: Only::RuleForTarget },
];

/// Every built-in kind that names configs and is no workload.
pub static NAMING_KINDS: [NamingKind; 7] = [
    NamingKind { groups: &["rbac.authorization.k8s.io"], kind: "Role", cluster_scoped: false, places: RULES },
    NamingKind { groups: &["rbac.authorization.k8s.io"], kind: "ClusterRole", cluster_scoped: true, places: RULES },
    NamingKind {
        groups: &["networking.k8s.io", "extensions"],
        kind: "Ingress",
        cluster_scoped: false,
        places: &[
            secret(steps!("spec" / "tls" / [] / "secretName")),
            config_map(steps!("metadata" / "annotations" / "nginx.ingress.kubernetes.io/fastcgi-params-configmap")),
            secret(steps!("metadata" / "annotations" / "ingress.kubernetes.io/auth-secret")),
            secret(steps!("metadata" / "annotations" / "nginx.ingress.kubernetes.io/auth-secret")),
            secret(steps!("metadata" / "annotations" / "nginx.ingress.kubernetes.io/auth-tls-secret")),
        ],
    },
    NamingKind {
        groups: &[""],
        kind: "ServiceAccount",
        cluster_scoped: false,
        places: &[secret(steps!("imagePullSecrets" / [] / "name")), secret(steps!("secrets" / [] / "name"))],
    },
    NamingKind {
        groups: &["storage.k8s.io"],
        kind: "StorageClass",
        cluster_scoped: true,
        places: &[
            secret(steps!("parameters" / "secretName")),
            secret(steps!("parameters" / "adminSecretName")),
            secret(steps!("parameters" / "userSecretName")),
            secret(steps!("parameters" / "secretRef")),
            secret(steps!("parameters" / ("csi.storage.k8s.io/" * "-secret-name"))),
        ],
    },
    NamingKind {
        groups: &[""],
        kind: "PersistentVolume",
        cluster_scoped: true,
        places: &[
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
    },
    NamingKind {
        groups: &[""],
        kind: "Node",
        cluster_scoped: true,
        places: &[config_map(steps!("spec" / "configSource" / "configMap" / "name"))],
    },
];

impl NamingKind {
    /// Whether the kind only allows somebody to read configs by their names.
    pub fn grants_access(&self) -> bool {
        !self.places.is_empty() && self.places.iter().all(|place| place.only == Only::RuleForTarget)
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
        let mut found = Vec::new();
        match self.only {
            Only::Any => steps::walk(object, self.path, &mut |parent, node| found.push((parent, node))),
            Only::TextOrName => steps::walk(object, self.path, &mut |parent, node| names_at(parent, node, &mut found)),
            Only::RuleForTarget => {
                let (to_rule, below) = self.path.split_at(RULE_DEPTH);
                steps::walk(object, to_rule, &mut |_, rule| {
                    if is_for(rule, self.target) {
                        steps::walk(rule, below, &mut |parent, node| found.push((parent, node)));
                    }
                });
            }
        }
        found
    }
}

/// The texts that name something at a node, or in the items of a list that stands there.
fn names_at<'a>(parent: Node<'a>, node: Node<'a>, found: &mut Vec<(Node<'a>, Node<'a>)>) {
    let mut one = |parent: Node<'a>, node: Node<'a>| match node.get("name") {
        Some(name) => found.push((node, name)),
        None => found.extend(node.scalar().map(|_| (parent, node))),
    };
    one(parent, node);
    node.items().for_each(|item| one(node, item));
}

/// How many steps of the path to `resourceNames` lead to a rule.
const RULE_DEPTH: usize = 2;

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
