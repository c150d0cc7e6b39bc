//! Kinds that roll as Deployments do: OpenShift (`openshift/api apps/v1/types.go`), Knative (`knative/serving
//! pkg/apis/serving/v1/revision_validation.go`) and LeaderWorkerSet (`kubernetes-sigs/lws`,
//! `leaderworkerset_types.go`).

use super::{Condition, Effect, WorkloadKind, kind, reason, spec_template, template};
use crate::kinds::path::field;
use crate::kinds::table::{Table, rows};

const HAS_REVISION_NAME: Condition = Condition::Set(field!("spec" / "template" / "metadata" / "name"));
const NAMED_REVISION: Effect =
    Effect::Refused(reason("its revision has an explicit name, and a named revision cannot change"));

pub(super) static KINDS: Table<WorkloadKind> = Table::new(|| {
    rows([
        kind(&["apps.openshift.io", ""], "DeploymentConfig", spec_template(), Effect::Rolls)
            .with_exception(
                Condition::True(field!("spec" / "paused")),
                Effect::NoEffect(reason("it is paused: nothing rolls until it is resumed")),
            )
            .with_exception(
                Condition::NoItem(field!("spec" / "triggers"), "type", "ConfigChange"),
                Effect::NoEffect(reason("it has no ConfigChange trigger: somebody must start the rollout")),
            ),
        kind(&["serving.knative.dev"], "Service", spec_template(), Effect::Rolls)
            .with_exception(HAS_REVISION_NAME, NAMED_REVISION),
        kind(&["serving.knative.dev"], "Configuration", spec_template(), Effect::Rolls)
            .with_exception(HAS_REVISION_NAME, NAMED_REVISION),
        kind(
            &["leaderworkerset.x-k8s.io"],
            "LeaderWorkerSet",
            vec![
                template(field!("spec" / "leaderWorkerTemplate" / "leaderTemplate")),
                template(field!("spec" / "leaderWorkerTemplate" / "workerTemplate")),
            ],
            Effect::Rolls,
        ),
    ])
});
