//! OpenKruise (`openkruise/kruise apis/apps`, `pkg/util/inplaceupdate/inplace_update_defaults.go`): its controllers can
//! patch pods in place, and then a changed annotation restarts nothing.

use super::{Condition, Effect, PodTemplateSite, SPEC_TEMPLATE, WorkloadKind, kind, overlay, template};
use crate::kinds::path::{FieldPath, field};

const GROUP: &[&str] = &["apps.kruise.io"];
const IN_PLACE: Effect =
    Effect::InPlace("its update strategy is InPlaceIfPossible: the annotation is patched in and nothing restarts");
const IN_PLACE_ONLY: Effect =
    Effect::InPlaceOnly("its update strategy is InPlaceOnly: the annotation is patched in and nothing restarts");
const ON_DELETE: Effect = Effect::NoEffect("its update strategy is OnDelete: pods change only when they are deleted");
const PAUSED: Effect = Effect::NoEffect("its update is paused: nothing rolls until it is resumed");
const PARTITION: Effect = Effect::Partly("its update has a partition: some pods stay as they are");

/// A container that reads the annotation into a variable is restarted in place (feature `InPlaceUpdateEnvFromMetadata`,
/// on by default).
const READS_STAMP: (Condition, Effect) =
    (Condition::ReadsStamp(field!("spec" / "template" / "spec" / "containers" / [])), Effect::Rolls);

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

pub(super) static KINDS: [WorkloadKind; 7] = [
    WorkloadKind {
        exceptions: &[
            (Condition::True(field!("spec" / "updateStrategy" / "paused")), PAUSED),
            READS_STAMP,
            (Condition::Is(UPDATE, "InPlaceIfPossible"), IN_PLACE),
            (Condition::Is(POLICY, "InPlaceIfPossible"), IN_PLACE),
            (Condition::Is(UPDATE, "InPlaceOnly"), IN_PLACE_ONLY),
            (Condition::Is(POLICY, "InPlaceOnly"), IN_PLACE_ONLY),
            (Condition::AboveZero(field!("spec" / "updateStrategy" / "partition")), PARTITION),
        ],
        ..kind(GROUP, "CloneSet", SPEC_TEMPLATE, Effect::Rolls)
    },
    WorkloadKind {
        exceptions: &[
            (Condition::Is(UPDATE, "OnDelete"), ON_DELETE),
            (Condition::True(field!("spec" / "updateStrategy" / "rollingUpdate" / "paused")), PAUSED),
            READS_STAMP,
            (Condition::Is(POLICY, "InPlaceIfPossible"), IN_PLACE),
            (Condition::Is(POLICY, "InPlaceOnly"), IN_PLACE_ONLY),
            (Condition::AboveZero(field!("spec" / "updateStrategy" / "rollingUpdate" / "partition")), PARTITION),
        ],
        ..kind(GROUP, "StatefulSet", SPEC_TEMPLATE, Effect::Rolls)
    },
    WorkloadKind {
        exceptions: &[
            (Condition::Is(UPDATE, "OnDelete"), ON_DELETE),
            (Condition::True(field!("spec" / "updateStrategy" / "rollingUpdate" / "paused")), PAUSED),
            READS_STAMP,
            (
                Condition::Is(
                    field!("spec" / "updateStrategy" / "rollingUpdate" / "rollingUpdateType"),
                    "InPlaceIfPossible",
                ),
                IN_PLACE,
            ),
            (Condition::AboveZero(field!("spec" / "updateStrategy" / "rollingUpdate" / "partition")), PARTITION),
        ],
        ..kind(GROUP, "DaemonSet", SPEC_TEMPLATE, Effect::Rolls)
    },
    WorkloadKind {
        exceptions: &[
            (Condition::Is(OF_STATEFUL_SET, "OnDelete"), ON_DELETE),
            (Condition::Is(OF_ADVANCED_STATEFUL_SET, "InPlaceIfPossible"), IN_PLACE),
            (Condition::Is(OF_ADVANCED_STATEFUL_SET, "InPlaceOnly"), IN_PLACE_ONLY),
            (Condition::Is(OF_CLONE_SET, "InPlaceIfPossible"), IN_PLACE),
            (Condition::Is(OF_CLONE_SET, "InPlaceOnly"), IN_PLACE_ONLY),
            (Condition::True(field!("spec" / "template" / "deploymentTemplate" / "spec" / "paused")), PAUSED),
        ],
        ..kind(
            GROUP,
            "UnitedDeployment",
            &[
                template(field!("spec" / "template" / "statefulSetTemplate" / "spec" / "template")),
                template(field!("spec" / "template" / "advancedStatefulSetTemplate" / "spec" / "template")),
                template(field!("spec" / "template" / "cloneSetTemplate" / "spec" / "template")),
                template(field!("spec" / "template" / "deploymentTemplate" / "spec" / "template")),
            ],
            Effect::Rolls,
        )
    },
    kind(
        GROUP,
        "BroadcastJob",
        SPEC_TEMPLATE,
        Effect::Refused("a BroadcastJob runs once, and pods that ran are not run again"),
    ),
    kind(
        GROUP,
        "AdvancedCronJob",
        &[
            template(field!("spec" / "template" / "jobTemplate" / "spec" / "template")),
            template(field!("spec" / "template" / "broadcastJobTemplate" / "spec" / "template")),
        ],
        Effect::Refused("the template of an AdvancedCronJob cannot change once it is applied"),
    ),
    WorkloadKind {
        cluster_scoped: true,
        ..kind(
            GROUP,
            "SidecarSet",
            &[PodTemplateSite {
                path: field!("spec"),
                annotations: None,
                parts: &[overlay(field!())],
                references: &[],
            }],
            Effect::NothingToRoll("its containers are put into the pods of other workloads"),
        )
    },
];
