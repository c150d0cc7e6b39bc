//! Wave's words, and the decision that it makes by them (`pkg/core/types.go`, `pkg/core/children.go`).

use super::{ChangedConfig, ControllerView, Decision};
use crate::kinds::{ConfigKind, annotation_text, has_true_annotation};

/// The kinds that it restarts (`pkg/core/types.go`, `InstanceType`).
const KINDS: [&str; 3] = ["Deployment", "StatefulSet", "DaemonSet"];

/// On a workload: exactly `true` asks for it.
pub const ENABLED: &str = "wave.pusher.com/update-on-config-change";

/// On a workload: more configs of a kind, by `name` or `namespace/name`.
pub const EXTRA: [(ConfigKind, &str); 2] = [
    (ConfigKind::ConfigMap, "wave.pusher.com/extra-configmaps"),
    (ConfigKind::Secret, "wave.pusher.com/extra-secrets"),
];

/// Returns `true` if a workload is one for Wave: of a kind that it restarts, with the annotation that opts in or out.
pub fn is_requested_by(workload: ControllerView<'_>) -> bool {
    workload.is_of_kind(&KINDS) && annotation_text(workload.object, ENABLED).is_some()
}

/// Returns Wave's decision about a workload when a config changes. Its lists are not trimmed: ` b` in `a, b` is not a
/// name.
pub fn decide(workload: ControllerView<'_>, config: ChangedConfig<'_>) -> Decision {
    if !has_true_annotation(workload.object, ENABLED) || !workload.is_of_kind(&KINDS) {
        return Decision::No;
    }
    let Some((_, annotation)) = EXTRA.into_iter().find(|(kind, _)| *kind == config.kind) else { return Decision::No };
    let same_namespace = config.namespace == workload.namespace;
    for item in annotation_text(workload.object, annotation).unwrap_or_default().split(',') {
        let is_named = match item.split_once('/') {
            Some((namespace, name)) => name == config.name && config.namespace == Some(namespace),
            None => item == config.name && same_namespace,
        };
        if is_named {
            return Decision::Named;
        }
    }
    if same_namespace { Decision::IfReferred } else { Decision::No }
}
