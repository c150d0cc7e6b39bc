//! Kinds that roll as Deployments do: OpenShift (`openshift/api apps/v1/types.go`), Knative (`knative/serving
//! pkg/apis/serving/v1/revision_validation.go`) and LeaderWorkerSet (`kubernetes-sigs/lws`,
//! `leaderworkerset_types.go`).

use super::{Condition, Effect, SPEC_TEMPLATE, WorkloadKind, kind, template};
use crate::kinds::path::field;

const PINNED: &[(Condition, Effect)] = &[(
    Condition::Set(field!("spec" / "template" / "metadata" / "name")),
    Effect::Refused("its revision has a name of its own, and a named revision cannot change"),
)];

pub(super) static KINDS: [WorkloadKind; 4] = [
    WorkloadKind {
        exceptions: &[
            (
                Condition::True(field!("spec" / "paused")),
                Effect::NoEffect("it is paused: nothing rolls until it is resumed"),
            ),
            (
                Condition::NoItem(field!("spec" / "triggers"), "type", "ConfigChange"),
                Effect::NoEffect("it has no ConfigChange trigger: somebody must start the rollout"),
            ),
        ],
        ..kind(&["apps.openshift.io", ""], "DeploymentConfig", SPEC_TEMPLATE, Effect::Rolls)
    },
    WorkloadKind { exceptions: PINNED, ..kind(&["serving.knative.dev"], "Service", SPEC_TEMPLATE, Effect::Rolls) },
    WorkloadKind {
        exceptions: PINNED,
        ..kind(&["serving.knative.dev"], "Configuration", SPEC_TEMPLATE, Effect::Rolls)
    },
    kind(
        &["leaderworkerset.x-k8s.io"],
        "LeaderWorkerSet",
        &[
            template(field!("spec" / "leaderWorkerTemplate" / "leaderTemplate")),
            template(field!("spec" / "leaderWorkerTemplate" / "workerTemplate")),
        ],
        Effect::Rolls,
    ),
];
