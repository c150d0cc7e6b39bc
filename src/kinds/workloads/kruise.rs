//! OpenKruise (`openkruise/kruise apis/apps`, `pkg/util/inplaceupdate/inplace_update_defaults.go`): its controllers can
//! patch pods in place, and then a changed annotation restarts nothing.

use super::{Condition, Effect, PodTemplateSite, WorkloadKind, kind, overlay, reason, spec_template, template};
use crate::kinds::path::{FieldPath, field};
use crate::kinds::table::{Table, rows};

const GROUP: &[&str] = &["apps.kruise.io"];
const IN_PLACE: Effect = Effect::InPlace(reason(
    "its update strategy is InPlaceIfPossible: the annotation is patched in and nothing restarts",
));
const IN_PLACE_ONLY: Effect = Effect::InPlaceOnly(reason(
    "its update strategy is InPlaceOnly: the annotation is patched in and nothing restarts",
));
const ON_DELETE: Effect =
    Effect::NoEffect(reason("its update strategy is OnDelete: pods change only when they are deleted"));
const PAUSED: Effect = Effect::NoEffect(reason("its update is paused: nothing rolls until it is resumed"));
const PARTITION: Effect = Effect::Partly(reason("its update has a partition: some pods stay as they are"));

/// A container that reads the annotation into a variable is restarted in place (feature `InPlaceUpdateEnvFromMetadata`,
/// on by default).
const READS_STAMP: Condition = Condition::ReadsStamp(field!("spec" / "template" / "spec" / "containers" / []));

/// In `v1alpha1`, and in `v1beta1`.
const UPDATE: FieldPath = field!("spec" / "updateStrategy" / "type");
const POLICY: FieldPath = field!("spec" / "updateStrategy" / "rollingUpdate" / "podUpdatePolicy");

/// The strategies of the workloads that a UnitedDeployment makes.
const OF_STATEFUL_SET: FieldPath =
    field!("spec" / "template" / "statefulSetTemplate" / "spec" / "updateStrategy" / "type");
const OF_ADVANCED_STATEFUL_SET: FieldPath = field!(
    "spec"
        / "template"
        / "advancedStatefulSetTemplate"
        / "spec"
        / "updateStrategy"
        / "rollingUpdate"
        / "podUpdatePolicy"
);
const OF_CLONE_SET: FieldPath = field!("spec" / "template" / "cloneSetTemplate" / "spec" / "updateStrategy" / "type");

pub(super) static KINDS: Table<WorkloadKind> = Table::new(|| {
    rows([
        kind(GROUP, "CloneSet", spec_template(), Effect::Rolls)
            .with_exception(Condition::True(field!("spec" / "updateStrategy" / "paused")), PAUSED)
            .with_exception(READS_STAMP, Effect::Rolls)
            .with_exception(Condition::is(UPDATE, "InPlaceIfPossible"), IN_PLACE)
            .with_exception(Condition::is(POLICY, "InPlaceIfPossible"), IN_PLACE)
            .with_exception(Condition::is(UPDATE, "InPlaceOnly"), IN_PLACE_ONLY)
            .with_exception(Condition::is(POLICY, "InPlaceOnly"), IN_PLACE_ONLY)
            .with_exception(Condition::AboveZero(field!("spec" / "updateStrategy" / "partition")), PARTITION),
        kind(GROUP, "StatefulSet", spec_template(), Effect::Rolls)
            .with_exception(Condition::is(UPDATE, "OnDelete"), ON_DELETE)
            .with_exception(Condition::True(field!("spec" / "updateStrategy" / "rollingUpdate" / "paused")), PAUSED)
            .with_exception(READS_STAMP, Effect::Rolls)
            .with_exception(Condition::is(POLICY, "InPlaceIfPossible"), IN_PLACE)
            .with_exception(Condition::is(POLICY, "InPlaceOnly"), IN_PLACE_ONLY)
            .with_exception(
                Condition::AboveZero(field!("spec" / "updateStrategy" / "rollingUpdate" / "partition")),
                PARTITION,
            ),
        kind(GROUP, "DaemonSet", spec_template(), Effect::Rolls)
            .with_exception(Condition::is(UPDATE, "OnDelete"), ON_DELETE)
            .with_exception(Condition::True(field!("spec" / "updateStrategy" / "rollingUpdate" / "paused")), PAUSED)
            .with_exception(READS_STAMP, Effect::Rolls)
            .with_exception(
                Condition::is(
                    field!("spec" / "updateStrategy" / "rollingUpdate" / "rollingUpdateType"),
                    "InPlaceIfPossible",
                ),
                IN_PLACE,
            )
            .with_exception(
                Condition::AboveZero(field!("spec" / "updateStrategy" / "rollingUpdate" / "partition")),
                PARTITION,
            ),
        kind(
            GROUP,
            "UnitedDeployment",
            vec![
                template(field!("spec" / "template" / "statefulSetTemplate" / "spec" / "template")),
                template(field!("spec" / "template" / "advancedStatefulSetTemplate" / "spec" / "template")),
                template(field!("spec" / "template" / "cloneSetTemplate" / "spec" / "template")),
                template(field!("spec" / "template" / "deploymentTemplate" / "spec" / "template")),
            ],
            Effect::Rolls,
        )
        .with_exception(Condition::is(OF_STATEFUL_SET, "OnDelete"), ON_DELETE)
        .with_exception(Condition::is(OF_ADVANCED_STATEFUL_SET, "InPlaceIfPossible"), IN_PLACE)
        .with_exception(Condition::is(OF_ADVANCED_STATEFUL_SET, "InPlaceOnly"), IN_PLACE_ONLY)
        .with_exception(Condition::is(OF_CLONE_SET, "InPlaceIfPossible"), IN_PLACE)
        .with_exception(Condition::is(OF_CLONE_SET, "InPlaceOnly"), IN_PLACE_ONLY)
        .with_exception(
            Condition::True(field!("spec" / "template" / "deploymentTemplate" / "spec" / "paused")),
            PAUSED,
        ),
        kind(
            GROUP,
            "BroadcastJob",
            spec_template(),
            Effect::Refused(reason("a BroadcastJob runs once, and finished pods do not run again")),
        ),
        kind(
            GROUP,
            "AdvancedCronJob",
            vec![
                template(field!("spec" / "template" / "jobTemplate" / "spec" / "template")),
                template(field!("spec" / "template" / "broadcastJobTemplate" / "spec" / "template")),
            ],
            Effect::Refused(reason("the template of an AdvancedCronJob cannot change once it is applied")),
        ),
        kind(
            GROUP,
            "SidecarSet",
            vec![PodTemplateSite {
                path: field!("spec"),
                annotations: None,
                parts: vec![overlay(field!())],
                references: vec![],
            }],
            Effect::NothingToRoll(reason("its containers are injected into the pods of other workloads")),
        )
        .in_cluster_scope(),
    ])
});
