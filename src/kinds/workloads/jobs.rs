//! Batch work and machine learning: JobSet (`kubernetes-sigs/jobset pkg/webhooks/jobset_webhook.go`), Kubeflow
//! (`kubeflow/training-operator pkg/apis/kubeflow.org/v1`, `pkg/apis/trainer/v1alpha1`), KEDA
//! (`controllers/keda/scaledjob_controller.go`), KubeRay (`ray-operator/apis/ray/v1`) and the Spark
//! operator (`internal/controller/sparkapplication/event_filter.go`).

use super::{
    Condition, Effect, PodPart, PodPartKind, PodTemplateSite, WorkloadKind, container, kind, overlay, reason, template,
};
use crate::kinds::Delivery;
use crate::kinds::path::{FieldPath, field};
use crate::kinds::referrers::{ReferenceField, config_map, secret};
use crate::kinds::table::{Table, rows};

const KUBEFLOW: &[&str] = &["kubeflow.org"];
const RAY: &[&str] = &["ray.io"];
const SPARK: &[&str] = &["sparkoperator.k8s.io"];
const TRAINER: &[&str] = &["trainer.kubeflow.org"];

const RUNS_ONCE: Effect = Effect::Refused(reason("it runs once, and finished pods do not run again"));
const DELETES_JOBS: Effect =
    Effect::Harmful(reason("a changed template deletes the running Jobs, as its rollout is not gradual"));
const SECOND_CLUSTER: Effect =
    Effect::Harmful(reason("a changed template starts a second Ray cluster next to the first"));
const RUNS_AGAIN: Effect =
    Effect::Harmful(reason("a changed spec stops the application and runs it again from the start"));
const RAN_BY_RAY: Effect =
    Effect::NoEffect(reason("a RayJob runs once, on a cluster that KubeRay makes once, and neither is made again"));
const NOT_UPGRADED_BY_RAY: Effect =
    Effect::NoEffect(reason("KubeRay does not upgrade the running cluster, as its upgradeStrategy is None"));
const IGNORED_BY_RAY: Effect =
    Effect::NoEffect(reason("KubeRay does not update running clusters, as its upgradeStrategy is not Recreate"));

fn training_jobs() -> Vec<PodTemplateSite> {
    vec![template(field!("spec" / "template" / "spec" / "replicatedJobs" / [] / "template" / "spec" / "template"))]
}

fn train_job() -> Vec<PodTemplateSite> {
    vec![PodTemplateSite {
        path: field!("spec"),
        annotations: Some(field!("annotations")),
        parts: vec![
            container(field!("trainer"), "trainer"),
            overlay(field!("podSpecOverrides" / [])),
            container(field!("datasetConfig"), "dataset"),
            container(field!("modelConfig" / "input"), "model"),
            container(field!("modelConfig" / "output"), "model"),
        ],
        references: vec![
            ReferenceField { delivery: Delivery::Frozen, ..secret(field!("datasetConfig" / "secretRef" / "name")) },
            ReferenceField {
                delivery: Delivery::Frozen,
                ..secret(field!("modelConfig" / "input" / "secretRef" / "name"))
            },
            ReferenceField {
                delivery: Delivery::Frozen,
                ..secret(field!("modelConfig" / "output" / "secretRef" / "name"))
            },
        ],
    }]
}

/// The head's pod also runs the autoscaler and the collector of the history server.
fn ray_head(path: FieldPath) -> PodTemplateSite {
    PodTemplateSite {
        path,
        annotations: Some(field!("headGroupSpec" / "template" / "metadata" / "annotations")),
        parts: ray_head_parts(),
        references: ray_references(),
    }
}

fn ray_head_parts() -> Vec<PodPart> {
    vec![
        PodPart { path: field!("headGroupSpec" / "template" / "spec"), kind: PodPartKind::Spec },
        container(field!("autoscalerOptions"), "autoscaler"),
        container(field!("historyServerOptions" / "collectorOptions"), "collector"),
    ]
}

/// The credentials of the Redis that keeps the head's state, and the token of the cluster; KubeRay makes variables of
/// them.
fn ray_references() -> Vec<ReferenceField> {
    const USER: FieldPath = field!("gcsFaultToleranceOptions" / "redisUsername" / "valueFrom");
    const PASSWORD: FieldPath = field!("gcsFaultToleranceOptions" / "redisPassword" / "valueFrom");
    let token = secret(field!("authOptions" / "secretName"));
    let mut references = vec![ReferenceField { delivery: Delivery::Frozen, ..token }];
    for source in [USER, PASSWORD] {
        references.push(variable(secret(source.join(&field!("secretKeyRef" / "name")))));
        references.push(variable(config_map(source.join(&field!("configMapKeyRef" / "name")))));
    }
    references
}

fn ray_job(spec: &FieldPath) -> Vec<PodTemplateSite> {
    vec![
        ray_head(spec.join(&field!("rayClusterSpec"))),
        template(spec.join(&field!("rayClusterSpec" / "workerGroupSpecs" / [] / "template"))),
        template(spec.join(&field!("submitterPodTemplate"))),
    ]
}

fn spark_parts() -> Vec<PodPart> {
    vec![
        overlay(field!()),
        container(field!("driver"), "driver"),
        container(field!("driver" / "sidecars" / []), "sidecar"),
        container(field!("driver" / "initContainers" / []), "init"),
        overlay(field!("driver" / "template" / "spec")),
        container(field!("executor"), "executor"),
        container(field!("executor" / "sidecars" / []), "sidecar"),
        container(field!("executor" / "initContainers" / []), "init"),
        overlay(field!("executor" / "template" / "spec")),
    ]
}

fn mounted(place: ReferenceField) -> ReferenceField {
    ReferenceField { delivery: Delivery::Live, ..place }
}

fn variable(place: ReferenceField) -> ReferenceField {
    ReferenceField { delivery: Delivery::Frozen, key: Some("key".into()), ..place }
}

fn spark_references() -> Vec<ReferenceField> {
    vec![
        secret(field!("imagePullSecrets" / [])),
        mounted(config_map(field!("sparkConfigMap"))),
        mounted(config_map(field!("hadoopConfigMap"))),
        mounted(config_map(field!("driver" / "configMaps" / [] / "name"))),
        mounted(config_map(field!("executor" / "configMaps" / [] / "name"))),
        mounted(secret(field!("driver" / "secrets" / [] / "name"))),
        mounted(secret(field!("executor" / "secrets" / [] / "name"))),
        variable(secret(field!("driver" / "envSecretKeyRefs" / * / "name"))),
        variable(secret(field!("executor" / "envSecretKeyRefs" / * / "name"))),
    ]
}

/// Driver and executors come and go together, so one stamp is enough.
fn spark(path: FieldPath) -> PodTemplateSite {
    PodTemplateSite {
        path,
        annotations: Some(field!("driver" / "annotations")),
        parts: spark_parts(),
        references: spark_references(),
    }
}

pub(super) static KINDS: Table<WorkloadKind> = Table::new(|| {
    rows([
        kind(
            &["jobset.x-k8s.io"],
            "JobSet",
            vec![template(field!("spec" / "replicatedJobs" / [] / "template" / "spec" / "template"))],
            Effect::Refused(reason("the templates of a JobSet cannot change once it is applied")),
        ),
        kind(
            KUBEFLOW,
            "PyTorchJob",
            vec![template(field!("spec" / "pytorchReplicaSpecs" / * / "template"))],
            RUNS_ONCE,
        ),
        kind(KUBEFLOW, "TFJob", vec![template(field!("spec" / "tfReplicaSpecs" / * / "template"))], RUNS_ONCE),
        kind(KUBEFLOW, "MPIJob", vec![template(field!("spec" / "mpiReplicaSpecs" / * / "template"))], RUNS_ONCE),
        kind(KUBEFLOW, "XGBoostJob", vec![template(field!("spec" / "xgbReplicaSpecs" / * / "template"))], RUNS_ONCE),
        kind(KUBEFLOW, "PaddleJob", vec![template(field!("spec" / "paddleReplicaSpecs" / * / "template"))], RUNS_ONCE),
        kind(KUBEFLOW, "JAXJob", vec![template(field!("spec" / "jaxReplicaSpecs" / * / "template"))], RUNS_ONCE),
        kind(TRAINER, "TrainingRuntime", training_jobs(), Effect::NextRun),
        kind(TRAINER, "ClusterTrainingRuntime", training_jobs(), Effect::NextRun).in_cluster_scope(),
        kind(TRAINER, "TrainJob", train_job(), RUNS_ONCE),
        kind(&["keda.sh"], "ScaledJob", vec![template(field!("spec" / "jobTargetRef" / "template"))], DELETES_JOBS)
            .with_exception(Condition::is(field!("spec" / "rollout" / "strategy"), "gradual"), Effect::NextRun)
            .with_exception(Condition::is(field!("spec" / "rolloutStrategy"), "gradual"), Effect::NextRun),
        kind(
            RAY,
            "RayCluster",
            vec![ray_head(field!("spec")), template(field!("spec" / "workerGroupSpecs" / [] / "template"))],
            IGNORED_BY_RAY,
        )
        .with_exception(Condition::is(field!("spec" / "upgradeStrategy" / "type"), "Recreate"), Effect::Rolls),
        kind(
            RAY,
            "RayService",
            vec![
                ray_head(field!("spec" / "rayClusterConfig")),
                template(field!("spec" / "rayClusterConfig" / "workerGroupSpecs" / [] / "template")),
            ],
            SECOND_CLUSTER,
        )
        .with_exception(Condition::is(field!("spec" / "upgradeStrategy" / "type"), "None"), NOT_UPGRADED_BY_RAY),
        kind(RAY, "RayJob", ray_job(&field!("spec")), RAN_BY_RAY)
            .with_exception(Condition::True(field!("spec" / "suspend")), Effect::NextRun),
        kind(RAY, "RayCronJob", ray_job(&field!("spec" / "jobTemplate")), Effect::NextRun),
        kind(SPARK, "SparkApplication", vec![spark(field!("spec"))], RUNS_AGAIN),
        kind(SPARK, "ScheduledSparkApplication", vec![spark(field!("spec" / "template"))], Effect::NextRun),
    ])
});
