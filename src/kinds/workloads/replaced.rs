//! Objects that are replaced, not changed, when they are applied.

use crate::yaml::Node;

/// Returns `true` if an object is marked to be replaced instead of changed when it is applied, or has no name that an
/// older one could have: `generateName`, hooks of Helm and Argo CD, and the options of Argo CD, Flux
/// (kustomize-controller, `force`) and kapp (`clusterapply/add_or_update_change.go`). Helm creates a hook and never
/// updates one, whatever deletes it; without a policy that is `before-hook-creation` (`pkg/action/hooks.go`).
pub(super) fn is_replaced(object: Node<'_>) -> bool {
    let Some(metadata) = object.get("metadata") else { return false };
    if metadata.get("name").is_none() {
        return true;
    }
    let Some(annotations) = metadata.get("annotations") else { return false };
    let text = |key: &str| annotations.get(key).and_then(Node::decoded_text);
    let holds = |key: &str, wanted: &[&str]| {
        text(key).is_some_and(|text| wanted.iter().all(|word| text.split(',').any(|part| part.trim() == *word)))
    };
    let is = |key: &str, wanted: &str| text(key).is_some_and(|text| text.eq_ignore_ascii_case(wanted));
    text("helm.sh/hook").is_some()
        || text("argocd.argoproj.io/hook").is_some()
        || holds("argocd.argoproj.io/sync-options", &["Force=true", "Replace=true"])
        || is("kustomize.toolkit.fluxcd.io/force", "Enabled")
        || is("kapp.k14s.io/update-strategy", "fallback-on-replace")
        || is("kapp.k14s.io/update-strategy", "always-replace")
}
