//! Batch work and machine learning: JobSet (`kubernetes-sigs/jobset pkg/webhooks/jobset_webhook.go`), Kubeflow
//! (`kubeflow/training-operator pkg/apis/kubeflow.org/v1`, `pkg/apis/trainer/v1alpha1`), KEDA
//! (`controllers/keda/scaledjob_controller.go`), KubeRay (`raycluster_types.go`) and the Spark operator
//! (`internal/controller/sparkapplication/event_filter.go`).

use super::{
    Condition, Effect, PodPart, PodPartKind, PodTemplateSite, WorkloadKind, container, kind, overlay, template,
};
use crate::kinds::Delivery;
use crate::kinds::path::{FieldPath, field};
use crate::kinds::referrers::{ReferenceField, config_map, secret};

const KUBEFLOW: &[&str] = &["kubeflow.org"];
const RAY: &[&str] = &["ray.io"];
const SPARK: &[&str] = &["sparkoperator.k8s.io"];
const TRAINER: &[&str] = &["trainer.kubeflow.org"];

const RUNS_ONCE: Effect = Effect::Refused("it runs once, and pods that ran are not run again");
const DELETES_JOBS: Effect =
    Effect::Harmful("a changed template deletes the Jobs that run, as its rollout is not gradual");
const SECOND_CLUSTER: Effect = Effect::Harmful("a changed template brings up a second Ray cluster beside the first");
const RUNS_AGAIN: Effect = Effect::Harmful("a changed spec stops the application and runs it again from the start");
const IGNORED_BY_RAY: Effect =
    Effect::NoEffect("KubeRay leaves running clusters alone, as its upgradeStrategy is not Recreate");

const TRAINING_JOBS: &[PodTemplateSite] =
    &[template(field!("spec" / "template" / "spec" / "replicatedJobs" / [] / "template" / "spec" / "template"))];

const TRAIN_JOB: &[PodTemplateSite] = &[PodTemplateSite {
    path: field!("spec"),
    annotations: Some(field!("annotations")),
    parts: &[
        container(field!("trainer"), "trainer"),
        overlay(field!("podSpecOverrides" / [])),
        container(field!("datasetConfig"), "dataset"),
        container(field!("modelConfig" / "input"), "model"),
        container(field!("modelConfig" / "output"), "model"),
    ],
    references: &[
        ReferenceField { delivery: Delivery::Frozen, ..secret(field!("datasetConfig" / "secretRef" / "name")) },
        ReferenceField { delivery: Delivery::Frozen, ..secret(field!("modelConfig" / "input" / "secretRef" / "name")) },
        ReferenceField {
            delivery: Delivery::Frozen,
            ..secret(field!("modelConfig" / "output" / "secretRef" / "name"))
        },
    ],
}];

/// The head's pod also runs the autoscaler.
const fn ray_head(at: FieldPath) -> PodTemplateSite {
    PodTemplateSite {
        path: at,
        annotations: Some(field!("headGroupSpec" / "template" / "metadata" / "annotations")),
        parts: RAY_HEAD,
        references: &[],
    }
}

const RAY_HEAD: &[PodPart] = &[
    PodPart { path: field!("headGroupSpec" / "template" / "spec"), kind: PodPartKind::Spec },
    container(field!("autoscalerOptions"), "autoscaler"),
];

const SPARK_PARTS: &[PodPart] = &[
    overlay(field!()),
    container(field!("driver"), "driver"),
    container(field!("driver" / "sidecars" / []), "sidecar"),
    container(field!("driver" / "initContainers" / []), "init"),
    overlay(field!("driver" / "template" / "spec")),
    container(field!("executor"), "executor"),
    container(field!("executor" / "sidecars" / []), "sidecar"),
    container(field!("executor" / "initContainers" / []), "init"),
    overlay(field!("executor" / "template" / "spec")),
];

const fn mounted(place: ReferenceField) -> ReferenceField {
    ReferenceField { delivery: Delivery::Live, ..place }
}

const fn variable(place: ReferenceField) -> ReferenceField {
    ReferenceField { delivery: Delivery::Frozen, key: Some("key"), ..place }
}

const SPARK_NAMES: &[ReferenceField] = &[
    secret(field!("imagePullSecrets" / [])),
    mounted(config_map(field!("sparkConfigMap"))),
    mounted(config_map(field!("hadoopConfigMap"))),
    mounted(config_map(field!("driver" / "configMaps" / [] / "name"))),
    mounted(config_map(field!("executor" / "configMaps" / [] / "name"))),
    mounted(secret(field!("driver" / "secrets" / [] / "name"))),
    mounted(secret(field!("executor" / "secrets" / [] / "name"))),
    variable(secret(field!("driver" / "envSecretKeyRefs" / * / "name"))),
    variable(secret(field!("executor" / "envSecretKeyRefs" / * / "name"))),
];

/// Driver and executors come and go together, so one stamp is enough.
const fn spark(at: FieldPath) -> PodTemplateSite {
    PodTemplateSite {
        path: at,
        annotations: Some(field!("driver" / "annotations")),
        parts: SPARK_PARTS,
        references: SPARK_NAMES,
    }
}

pub(super) static KINDS: [WorkloadKind; 15] = [
    WorkloadKind {
        exceptions: &[(Condition::True(field!("spec" / "suspend")), Effect::WhileSuspended)],
        ..kind(
            &["jobset.x-k8s.io"],
            "JobSet",
            &[template(field!("spec" / "replicatedJobs" / [] / "template" / "spec" / "template"))],
            Effect::Refused("the templates of a JobSet cannot change once it is applied"),
        )
    },
    kind(KUBEFLOW, "PyTorchJob", &[template(field!("spec" / "pytorchReplicaSpecs" / * / "template"))], RUNS_ONCE),
    kind(KUBEFLOW, "TFJob", &[template(field!("spec" / "tfReplicaSpecs" / * / "template"))], RUNS_ONCE),
    kind(KUBEFLOW, "MPIJob", &[template(field!("spec" / "mpiReplicaSpecs" / * / "template"))], RUNS_ONCE),
    kind(KUBEFLOW, "XGBoostJob", &[template(field!("spec" / "xgbReplicaSpecs" / * / "template"))], RUNS_ONCE),
    kind(KUBEFLOW, "PaddleJob", &[template(field!("spec" / "paddleReplicaSpecs" / * / "template"))], RUNS_ONCE),
    kind(KUBEFLOW, "JAXJob", &[template(field!("spec" / "jaxReplicaSpecs" / * / "template"))], RUNS_ONCE),
    kind(TRAINER, "TrainingRuntime", TRAINING_JOBS, Effect::NextRun),
    WorkloadKind { cluster_scoped: true, ..kind(TRAINER, "ClusterTrainingRuntime", TRAINING_JOBS, Effect::NextRun) },
    kind(TRAINER, "TrainJob", TRAIN_JOB, RUNS_ONCE),
    WorkloadKind {
        exceptions: &[
            (Condition::Is(field!("spec" / "rollout" / "strategy"), "gradual"), Effect::NextRun),
            (Condition::Is(field!("spec" / "rolloutStrategy"), "gradual"), Effect::NextRun),
        ],
        ..kind(&["keda.sh"], "ScaledJob", &[template(field!("spec" / "jobTargetRef" / "template"))], DELETES_JOBS)
    },
    WorkloadKind {
        exceptions: &[(Condition::Is(field!("spec" / "upgradeStrategy" / "type"), "Recreate"), Effect::Rolls)],
        ..kind(
            RAY,
            "RayCluster",
            &[ray_head(field!("spec")), template(field!("spec" / "workerGroupSpecs" / [] / "template"))],
            IGNORED_BY_RAY,
        )
    },
    kind(
        RAY,
        "RayService",
        &[
            ray_head(field!("spec" / "rayClusterConfig")),
            template(field!("spec" / "rayClusterConfig" / "workerGroupSpecs" / [] / "template")),
        ],
        SECOND_CLUSTER,
    ),
    kind(SPARK, "SparkApplication", &[spark(field!("spec"))], RUNS_AGAIN),
    kind(SPARK, "ScheduledSparkApplication", &[spark(field!("spec" / "template"))], Effect::NextRun),
];
