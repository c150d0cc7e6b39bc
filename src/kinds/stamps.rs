//! Values that other tools write into pod templates when config changes: recognised, so that they are reported, and
//! never taken for a reference or a mention.

use super::references::CONTAINER_LISTS;
use crate::kinds::annotations;
use crate::yaml::Node;

/// Annotations of pod templates, by their whole key (Helm's `rollme`, Wave, Reloader, PipeCD, Jenkins X, the Vault
/// Secrets Operator, kubectl, 1Password, prometheus-operator).
const KEYS: [&str; 9] = [
    "rollme",
    "wave.pusher.com/config-hash",
    "reloader.stakater.com/last-reloaded-from",
    "pipecd.dev/config-hash",
    "jenkins-x.io/hash",
    "vso.secrets.hashicorp.com/restartedAt",
    "kubectl.kubernetes.io/restartedAt",
    "operator.1password.io/last-restarted",
    "prometheus-operator-input-hash",
];

/// The starts of others: Helm charts, kustomize, Doppler.
const STARTS: [&str; 3] = ["checksum/", "kustomize.k8s.io/hash-", "secrets.doppler.com/secretsupdate."];

/// The ends of Reloader's env variables, after `STAKATER_` and the name.
const VARIABLE_ENDS: [&str; 3] = ["_CONFIGMAP", "_SECRET", "_SECRETPROVIDERCLASS"];

/// Returns `true` if an annotation of a pod template is the stamp of another tool.
pub fn is_foreign_stamp(key: &str) -> bool {
    // `<kind>.checksum/<name>`, and the `<name>-hash` of jsonnet libraries.
    let kind_checksum = key.split_once('/').is_some_and(|(prefix, _)| prefix.ends_with(".checksum"));
    let hash = key.ends_with("-hash") && !key.starts_with("rollstamp.dev/");
    KEYS.contains(&key) || STARTS.iter().any(|start| key.starts_with(start)) || kind_checksum || hash
}

/// Returns `true` if an env variable is the stamp of Reloader.
pub fn is_foreign_stamp_variable(name: &str) -> bool {
    name.starts_with("STAKATER_") && VARIABLE_ENDS.iter().any(|end| name.ends_with(end))
}

/// The stamps of other tools in a pod template: the node of each key or name, and how to call it.
pub fn find_foreign_stamps(template: Node<'_>) -> Vec<(Node<'_>, String)> {
    let mut found = Vec::new();
    for (key, node, _) in annotations(template).map(Node::entries).unwrap_or_default() {
        if is_foreign_stamp(&key) {
            found.push((node, format!("annotation {key}")));
        }
    }
    for (list, _) in CONTAINER_LISTS {
        let containers = template.get_path(&["spec", list]).into_iter().flat_map(Node::items);
        for variable in containers.filter_map(|container| container.get("env")).flat_map(Node::items) {
            let Some(node) = variable.get("name") else { continue };
            let name = node.decoded_text().unwrap_or_default();
            if is_foreign_stamp_variable(&name) {
                found.push((node, format!("env variable {name}")));
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stamps_of_other_tools_are_known() {
        for key in [
            "checksum/config",
            "rollme",
            "app-config-hash",
            "wave.pusher.com/config-hash",
            "configmap.checksum/app",
            "kustomize.k8s.io/hash-app",
            "secrets.doppler.com/secretsupdate.app",
            "kubectl.kubernetes.io/restartedAt",
        ] {
            assert!(is_foreign_stamp(key), "{key}");
        }
        for key in ["rollstamp.dev/checksum", "rollstamp.dev/x-hash", "prometheus.io/scrape", "checksum", "hash"] {
            assert!(!is_foreign_stamp(key), "{key}");
        }
        assert!(is_foreign_stamp_variable("STAKATER_APP_ENV_CONFIGMAP"));
        assert!(!is_foreign_stamp_variable("STAKATER_APP") && !is_foreign_stamp_variable("APP_CONFIGMAP"));
    }
}
