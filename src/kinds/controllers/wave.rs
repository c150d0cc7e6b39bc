//! Wave's words, and the decision that it makes by them (`pkg/core/types.go`, `pkg/core/children.go`).

use super::{ChangedConfig, ControllerView, Decision};
use crate::kinds::{ConfigKind, annotation_text};

/// The kinds that it restarts (`pkg/core/types.go`, `InstanceType`).
const KINDS: [&str; 3] = ["Deployment", "StatefulSet", "DaemonSet"];

/// On a workload: exactly `true` asks for it.
pub const ENABLED: &str = "wave.pusher.com/update-on-config-change";

/// On a workload: more configs of a kind, by `name` or `namespace/name`.
pub const EXTRA: [(ConfigKind, &str); 2] = [
    (ConfigKind::ConfigMap, "wave.pusher.com/extra-configmaps"),
    (ConfigKind::Secret, "wave.pusher.com/extra-secrets"),
];

/// Whether a workload speaks to Wave at all: of a kind that it restarts, with the word that asks for it or refuses it.
pub fn is_requested_by(workload: ControllerView<'_>) -> bool {
    KINDS.contains(&workload.kind) && annotation_text(workload.object, ENABLED).is_some()
}

/// What Wave does with a workload when a config changes. Its lists are not trimmed: ` b` in `a, b` is no name.
pub fn decide(workload: ControllerView<'_>, config: ChangedConfig<'_>) -> Decision {
    let enabled = annotation_text(workload.object, ENABLED).is_some_and(|text| text == "true");
    let extra = EXTRA.into_iter().find(|(kind, _)| *kind == config.kind);
    let Some((_, extra)) = extra.filter(|_| enabled && KINDS.contains(&workload.kind)) else { return Decision::No };
    let list = annotation_text(workload.object, extra).unwrap_or_default();
    let names = |item: &str| match item.split_once('/') {
        Some((namespace, name)) => name == config.name && config.namespace == Some(namespace),
        None => item == config.name && config.namespace == workload.namespace,
    };
    match list.split(',').any(names) {
        true => Decision::Named,
        false if config.namespace == workload.namespace => Decision::IfReferred,
        false => Decision::No,
    }
}
