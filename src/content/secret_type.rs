//! Requirements of the API server on a Secret by its type (`ValidateSecret` in `pkg/apis/core/validation/validation.go` of
//! kubernetes/kubernetes).

use super::ConfigKeys;
use crate::kinds::annotation_text;
use crate::yaml::Node;

/// The keys that have to hold a JSON object, which the types of registry credentials need.
pub(super) const JSON_KEYS: [&str; 2] = [".dockercfg", ".dockerconfigjson"];

/// Returns what a Secret lacks that its type needs.
pub(super) fn find_missing(
    secret: Node<'_>,
    kind: &str,
    keys: &ConfigKeys,
    not_json: &[String],
) -> Option<&'static str> {
    let has = |key: &str| keys.contains(key);
    let has_json = |key: &str| has(key) && !not_json.iter().any(|other| other == key);
    let (is_complete, needs) = match kind {
        "kubernetes.io/tls" => (has("tls.crt") && has("tls.key"), "the keys `tls.crt` and `tls.key`"),
        "kubernetes.io/ssh-auth" => (has("ssh-privatekey"), "the key `ssh-privatekey`"),
        "kubernetes.io/basic-auth" => (has("username") || has("password"), "the key `username` or `password`"),
        "kubernetes.io/dockerconfigjson" => {
            (has_json(".dockerconfigjson"), "the key `.dockerconfigjson` with a JSON object")
        }
        "kubernetes.io/dockercfg" => (has_json(".dockercfg"), "the key `.dockercfg` with a JSON object"),
        "kubernetes.io/service-account-token" => {
            let account = annotation_text(secret, "kubernetes.io/service-account.name");
            (account.is_some_and(|account| !account.is_empty()), "the annotation `kubernetes.io/service-account.name`")
        }
        _ => return None,
    };
    (!is_complete).then_some(needs)
}
