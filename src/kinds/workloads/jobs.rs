//! Batch work and machine learning: JobSet (`kubernetes-sigs/jobset pkg/webhooks/jobset_webhook.go`), Kubeflow
//! (`kubeflow/training-operator pkg/apis/kubeflow.org/v1`, `pkg/apis/trainer/v1alpha1`), KEDA
//! (`controllers/keda/scaledjob_controller.go`), KubeRay (`raycluster_types.go`) and the Spark operator
//! (`internal/controller/sparkapplication/event_filter.go`).

use super::{
    Condition, Effect, PodPart, PodPartKind, PodTemplateSite, WorkloadKind, container, kind, overlay, template,
};
use crate::kinds::keys;
use crate::kinds::referrers::{Reach, ReferenceField, config_map, secret};
use crate::kinds::steps::{Steps, steps};

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
    &[template(steps!("spec" / "template" / "spec" / "replicatedJobs" / [] / "template" / "spec" / "template"))];

const TRAIN_JOB: &[PodTemplateSite] = &[PodTemplateSite {
    at: steps!("spec"),
    annotations: Some(keys!("annotations")),
    parts: &[
        container(steps!("trainer"), "trainer"),
        overlay(steps!("podSpecOverrides" / [])),
        container(steps!("datasetConfig"), "dataset"),
        container(steps!("modelConfig" / "input"), "model"),
        container(steps!("modelConfig" / "output"), "model"),
    ],
    names: &[
        ReferenceField { reach: Reach::Frozen, ..secret(steps!("datasetConfig" / "secretRef" / "name")) },
        ReferenceField { reach: Reach::Frozen, ..secret(steps!("modelConfig" / "input" / "secretRef" / "name")) },
        ReferenceField { reach: Reach::Frozen, ..secret(steps!("modelConfig" / "output" / "secretRef" / "name")) },
    ],
}];

/// The head's pod also runs the autoscaler.
const fn ray_head(at: Steps) -> PodTemplateSite {
    PodTemplateSite {
        at,
        annotations: Some(keys!("headGroupSpec" / "template" / "metadata" / "annotations")),
        parts: RAY_HEAD,
        names: &[],
    }
}

const RAY_HEAD: &[PodPart] = &[
    PodPart { at: steps!("headGroupSpec" / "template" / "spec"), what: PodPartKind::Spec },
    container(steps!("autoscalerOptions"), "autoscaler"),
];

const SPARK_PARTS: &[PodPart] = &[
    overlay(steps!()),
    container(steps!("driver"), "driver"),
    container(steps!("driver" / "sidecars" / []), "sidecar"),
    container(steps!("driver" / "initContainers" / []), "init"),
    overlay(steps!("driver" / "template" / "spec")),
    container(steps!("executor"), "executor"),
    container(steps!("executor" / "sidecars" / []), "sidecar"),
    container(steps!("executor" / "initContainers" / []), "init"),
    overlay(steps!("executor" / "template" / "spec")),
];

const fn mounted(place: ReferenceField) -> ReferenceField {
    ReferenceField { reach: Reach::Live, ..place }
}

const fn variable(place: ReferenceField) -> ReferenceField {
    ReferenceField { reach: Reach::Frozen, key: Some("key"), ..place }
}

const SPARK_NAMES: &[ReferenceField] = &[
    secret(steps!("imagePullSecrets" / [])),
    mounted(config_map(steps!("sparkConfigMap"))),
    mounted(config_map(steps!("hadoopConfigMap"))),
    mounted(config_map(steps!("driver" / "configMaps" / [] / "name"))),
    mounted(config_map(steps!("executor" / "configMaps" / [] / "name"))),
    mounted(secret(steps!("driver" / "secrets" / [] / "name"))),
    mounted(secret(steps!("executor" / "secrets" / [] / "name"))),
    variable(secret(steps!("driver" / "envSecretKeyRefs" / * / "name"))),
    variable(secret(steps!("executor" / "envSecretKeyRefs" / * / "name"))),
];

/// Driver and executors come and go together, so one stamp is enough.
const fn spark(at: Steps) -> PodTemplateSite {
    PodTemplateSite { at, annotations: Some(keys!("driver" / "annotations")), parts: SPARK_PARTS, names: SPARK_NAMES }
}

pub(super) static KINDS: [WorkloadKind; 15] = [
    WorkloadKind {
        exceptions: &[(Condition::True(steps!("spec" / "suspend")), Effect::WhileSuspended)],
        ..kind(
            &["jobset.x-k8s.io"],
            "JobSet",
            &[template(steps!("spec" / "replicatedJobs" / [] / "template" / "spec" / "template"))],
            Effect::Refused("the templates of a JobSet cannot change once it is applied"),
        )
    },
    kind(KUBEFLOW, "PyTorchJob", &[template(steps!("spec" / "pytorchReplicaSpecs" / * / "template"))], RUNS_ONCE),
    kind(KUBEFLOW, "TFJob", &[template(steps!("spec" / "tfReplicaSpecs" / * / "template"))], RUNS_ONCE),
    kind(KUBEFLOW, "MPIJob", &[template(steps!("spec" / "mpiReplicaSpecs" / * / "template"))], RUNS_ONCE),
    kind(KUBEFLOW, "XGBoostJob", &[template(steps!("spec" / "xgbReplicaSpecs" / * / "template"))], RUNS_ONCE),
    kind(KUBEFLOW, "PaddleJob", &[template(steps!("spec" / "paddleReplicaSpecs" / * / "template"))], RUNS_ONCE),
    kind(KUBEFLOW, "JAXJob", &[template(steps!("spec" / "jaxReplicaSpecs" / * / "template"))], RUNS_ONCE),
    kind(TRAINER, "TrainingRuntime", TRAINING_JOBS, Effect::NextRun),
    WorkloadKind { cluster_scoped: true, ..kind(TRAINER, "ClusterTrainingRuntime", TRAINING_JOBS, Effect::NextRun) },
    kind(TRAINER, "TrainJob", TRAIN_JOB, RUNS_ONCE),
    WorkloadKind {
        exceptions: &[
            (Condition::Is(steps!("spec" / "rollout" / "strategy"), "gradual"), Effect::NextRun),
            (Condition::Is(steps!("spec" / "rolloutStrategy"), "gradual"), Effect::NextRun),
        ],
        ..kind(&["keda.sh"], "ScaledJob", &[template(steps!("spec" / "jobTargetRef" / "template"))], DELETES_JOBS)
    },
    WorkloadKind {
        exceptions: &[(Condition::Is(steps!("spec" / "upgradeStrategy" / "type"), "Recreate"), Effect::Rolls)],
        ..kind(
            RAY,
            "RayCluster",
            &[ray_head(steps!("spec")), template(steps!("spec" / "workerGroupSpecs" / [] / "template"))],
            IGNORED_BY_RAY,
        )
    },
    kind(
        RAY,
        "RayService",
        &[
            ray_head(steps!("spec" / "rayClusterConfig")),
            template(steps!("spec" / "rayClusterConfig" / "workerGroupSpecs" / [] / "template")),
        ],
        SECOND_CLUSTER,
    ),
    kind(SPARK, "SparkApplication", &[spark(steps!("spec"))], RUNS_AGAIN),
    kind(SPARK, "ScheduledSparkApplication", &[spark(steps!("spec" / "template"))], Effect::NextRun),
];
