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
    let [helm_hook, argocd_hook, sync_options, flux_force, kapp_strategy] = [
        "helm.sh/hook",
        "argocd.argoproj.io/hook",
        "argocd.argoproj.io/sync-options",
        "kustomize.toolkit.fluxcd.io/force",
        "kapp.k14s.io/update-strategy",
    ]
    .map(|key| annotations.get(key).and_then(Node::decoded_text));
    let sync_options = sync_options.unwrap_or_default();
    let sync_options: Vec<&str> = sync_options.split(',').map(str::trim).collect();
    let kapp_strategy = kapp_strategy.unwrap_or_default();
    helm_hook.is_some()
        || argocd_hook.is_some()
        || (sync_options.contains(&"Force=true") && sync_options.contains(&"Replace=true"))
        || flux_force.unwrap_or_default().eq_ignore_ascii_case("Enabled")
        || kapp_strategy.eq_ignore_ascii_case("fallback-on-replace")
        || kapp_strategy.eq_ignore_ascii_case("always-replace")
}
