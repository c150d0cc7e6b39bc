//! Names of kinds as people type them for kubectl.

/// The short names of kinds, and plurals that differ from the rule (`kubectl api-resources` of Kubernetes 1.34).
const SHORT_NAMES: [(&str, &str); 24] = [
    ("ConfigMap", "cm"),
    ("Deployment", "deploy"),
    ("StatefulSet", "sts"),
    ("DaemonSet", "ds"),
    ("ReplicaSet", "rs"),
    ("ReplicationController", "rc"),
    ("CronJob", "cj"),
    ("Pod", "po"),
    ("Ingress", "ing"),
    ("ServiceAccount", "sa"),
    ("Service", "svc"),
    ("Namespace", "ns"),
    ("PersistentVolume", "pv"),
    ("PersistentVolumeClaim", "pvc"),
    ("StorageClass", "sc"),
    ("ExternalSecret", "es"),
    ("ClusterExternalSecret", "ces"),
    ("SecretStore", "ss"),
    ("ClusterSecretStore", "css"),
    ("Certificate", "cert"),
    ("HelmRelease", "hr"),
    ("Kustomization", "ks"),
    ("Rollout", "ro"),
    ("DeploymentConfig", "dc"),
];

/// The short name of a kind, if kubectl knows one.
pub fn short_name_of(kind: &str) -> Option<&'static str> {
    SHORT_NAMES.iter().find(|(known, _)| *known == kind).map(|(_, short)| *short)
}

/// Returns `true` if a word is a name of a kind in any case: the kind itself, its plural, or its short name.
pub fn is_name_of_kind(word: &str, kind: &str) -> bool {
    word.eq_ignore_ascii_case(kind)
        || short_name_of(kind).is_some_and(|short| word.eq_ignore_ascii_case(short))
        || word.eq_ignore_ascii_case(&plural_of(kind))
}

/// The plural of a kind, as API servers build it.
fn plural_of(kind: &str) -> String {
    match kind.strip_suffix('y') {
        Some(stem) if !stem.ends_with(['a', 'e', 'i', 'o', 'u']) => format!("{stem}ies"),
        _ if kind.ends_with(['s', 'x']) || kind.ends_with("ch") || kind.ends_with("sh") => format!("{kind}es"),
        _ => format!("{kind}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_have_the_names_that_kubectl_takes() {
        for (word, kind) in [
            ("deploy", "Deployment"),
            ("deployments", "Deployment"),
            ("DEPLOYMENT", "Deployment"),
            ("cm", "ConfigMap"),
            ("ingresses", "Ingress"),
            ("ing", "Ingress"),
            ("secretproviderclasses", "SecretProviderClass"),
            ("networkpolicies", "NetworkPolicy"),
            ("gateways", "Gateway"),
            ("kafkas", "Kafka"),
        ] {
            assert!(is_name_of_kind(word, kind), "{word}");
        }
        for (word, kind) in [("deploys", "Deployment"), ("c", "ConfigMap"), ("", "Pod"), ("sts", "Deployment")] {
            assert!(!is_name_of_kind(word, kind), "{word}");
        }
    }
}
