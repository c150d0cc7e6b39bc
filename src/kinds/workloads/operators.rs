//! Operators that make the pods themselves: prometheus-operator (`pkg/apis/monitoring/v1`) and Strimzi
//! (`PodRevision.java`, `ContainerEnvVarSource.java`, `AdditionalVolume.java`, and the CRDs in
//! `packaging/install/cluster-operator/04*-Crd-*.yaml`).

use super::{Condition, Effect, PodPart, PodTemplateSite, WorkloadKind, container, kind, overlay, reason};
use crate::kinds::Delivery;
use crate::kinds::path::{FieldPath, field};
use crate::kinds::referrers::{ReferenceField, config_map, secret};
use crate::kinds::table::{Table, rows};

const MONITORING: &[&str] = &["monitoring.coreos.com"];
const STRIMZI: &[&str] = &["kafka.strimzi.io"];

/// `configMaps` and `secrets` are mounted as `/etc/prometheus/configmaps/<name>` and so on.
fn mounted(place: ReferenceField) -> ReferenceField {
    ReferenceField {
        delivery: Delivery::Live,
        rename_blocked_by: Some("the operator derives a mount path from its name"),
        ..place
    }
}

/// A key that the pods read when they start.
fn read(place: ReferenceField) -> ReferenceField {
    ReferenceField { delivery: Delivery::Frozen, key: Some("key".into()), ..place }
}

/// A key that the pods read again when it changes.
fn watched(place: ReferenceField) -> ReferenceField {
    ReferenceField { delivery: Delivery::Live, key: Some("key".into()), ..place }
}

fn prometheus() -> Vec<PodTemplateSite> {
    vec![PodTemplateSite {
        path: field!("spec"),
        annotations: Some(field!("podMetadata" / "annotations")),
        parts: vec![overlay(field!()), container(field!(), "prometheus")],
        references: vec![
            mounted(config_map(field!("configMaps" / []))),
            mounted(secret(field!("secrets" / []))),
            // The operator reads these and reloads the configuration.
            secret(field!("additionalScrapeConfigs" / "name")),
            secret(field!("additionalAlertRelabelConfigs" / "name")),
            secret(field!("additionalAlertManagerConfigs" / "name")),
        ],
    }]
}

fn alertmanager() -> Vec<PodTemplateSite> {
    vec![PodTemplateSite {
        path: field!("spec"),
        annotations: Some(field!("podMetadata" / "annotations")),
        parts: vec![overlay(field!()), container(field!(), "alertmanager")],
        references: vec![
            mounted(config_map(field!("configMaps" / []))),
            mounted(secret(field!("secrets" / []))),
            secret(field!("configSecret")),
        ],
    }]
}

fn thanos_ruler() -> Vec<PodTemplateSite> {
    vec![PodTemplateSite {
        path: field!("spec"),
        annotations: Some(field!("podMetadata" / "annotations")),
        parts: vec![overlay(field!()), container(field!(), "thanos-ruler")],
        references: vec![
            read(secret(field!("objectStorageConfig" / "name"))),
            read(secret(field!("queryConfig" / "name"))),
            read(secret(field!("alertmanagersConfig" / "name"))),
            read(secret(field!("tracingConfig" / "name"))),
            read(secret(field!("alertRelabelConfigs" / "name"))),
        ],
    }]
}

const POD_ANNOTATIONS: Option<FieldPath> = Some(field!("template" / "pod" / "metadata" / "annotations"));

/// The containers are called `kafkaContainer`, `topicOperatorContainer` and so on.
fn strimzi_parts() -> Vec<PodPart> {
    vec![overlay(field!("template" / "pod")), container(field!("template" / ("" * "Container")), "strimzi")]
}

fn strimzi_references() -> Vec<ReferenceField> {
    vec![
        read(config_map(field!("metricsConfig" / "valueFrom" / "configMapKeyRef" / "name"))),
        watched(config_map(field!("logging" / "valueFrom" / "configMapKeyRef" / "name"))),
    ]
}

fn strimzi(path: FieldPath, references: Vec<ReferenceField>) -> PodTemplateSite {
    PodTemplateSite { path, annotations: POD_ANNOTATIONS, parts: strimzi_parts(), references }
}

/// The template of a pool takes the place of that of the Kafka, pod and container each as a whole
/// (`KafkaPool.processTemplate`).
const POOL_TEMPLATE_WINS: Effect = Effect::StampHarms(reason(
    "it has no `template.pod`, and one with a stamp would take the place of the `template.pod` of its Kafka",
));

/// Credentials and certificates by which a client connects, which the operator reads and mounts.
fn client_credentials() -> Vec<ReferenceField> {
    vec![
        secret(field!("tls" / "trustedCertificates" / [] / "secretName")),
        secret(field!("authentication" / "certificateAndKey" / "secretName")),
        secret(field!("authentication" / "passwordSecret" / "secretName")),
    ]
}

fn broker_references() -> Vec<ReferenceField> {
    let mut references = strimzi_references();
    references.push(secret(field!("listeners" / [] / "configuration" / "brokerCertChainAndKey" / "secretName")));
    references
}

fn cruise_control_references() -> Vec<ReferenceField> {
    let mut references = strimzi_references();
    references.push(secret(field!("apiUsers" / "valueFrom" / "secretKeyRef" / "name")));
    references
}

fn bridge() -> Vec<PodTemplateSite> {
    let mut references = strimzi_references();
    references.extend(client_credentials());
    references.push(secret(field!("http" / "tls" / "certificateAndKey" / "secretName")));
    vec![strimzi(field!("spec"), references)]
}

fn mirror_maker() -> Vec<PodTemplateSite> {
    let mut sites = connect_workers();
    for cluster in [field!("target"), field!("mirrors" / [] / "source"), field!("clusters" / [])] {
        for credentials in client_credentials() {
            let path = cluster.join(&credentials.path);
            sites[0].references.push(ReferenceField { path, ..credentials });
        }
    }
    sites
}

fn connect() -> Vec<PodTemplateSite> {
    let mut sites = connect_workers();
    sites[0].references.extend(client_credentials());
    sites[0].references.push(secret(field!("build" / "output" / "pushSecret")));
    sites
}

/// `externalConfiguration` is how Connect took volumes and variables before `template` could.
fn connect_workers() -> Vec<PodTemplateSite> {
    vec![PodTemplateSite {
        parts: [strimzi_parts(), vec![container(field!("externalConfiguration"), "connect")]].concat(),
        references: [
            strimzi_references(),
            vec![
                ReferenceField {
                    delivery: Delivery::Live,
                    ..config_map(field!("externalConfiguration" / "volumes" / [] / "configMap" / "name"))
                },
                ReferenceField {
                    delivery: Delivery::Live,
                    ..secret(field!("externalConfiguration" / "volumes" / [] / "secret" / "secretName"))
                },
            ],
        ]
        .concat(),
        ..strimzi(field!("spec"), vec![])
    }]
}

pub(super) static KINDS: Table<WorkloadKind> = Table::new(|| {
    rows([
        kind(MONITORING, "Prometheus", prometheus(), Effect::Rolls),
        kind(MONITORING, "PrometheusAgent", prometheus(), Effect::Rolls),
        kind(MONITORING, "Alertmanager", alertmanager(), Effect::Rolls),
        kind(MONITORING, "ThanosRuler", thanos_ruler(), Effect::Rolls),
        kind(
            STRIMZI,
            "Kafka",
            vec![
                strimzi(field!("spec" / "kafka"), broker_references()),
                strimzi(field!("spec" / "zookeeper"), strimzi_references()),
                strimzi(
                    field!("spec" / "entityOperator"),
                    vec![
                        watched(config_map(field!(
                            "topicOperator" / "logging" / "valueFrom" / "configMapKeyRef" / "name"
                        ))),
                        watched(config_map(field!(
                            "userOperator" / "logging" / "valueFrom" / "configMapKeyRef" / "name"
                        ))),
                    ],
                ),
                strimzi(field!("spec" / "cruiseControl"), cruise_control_references()),
                strimzi(field!("spec" / "kafkaExporter"), vec![]),
            ],
            Effect::Rolls,
        )
        .with_components(),
        kind(STRIMZI, "KafkaNodePool", vec![strimzi(field!("spec"), vec![])], POOL_TEMPLATE_WINS)
            .with_exception(Condition::Set(field!("spec" / "template" / "pod")), Effect::Rolls),
        kind(STRIMZI, "KafkaConnect", connect(), Effect::Rolls),
        kind(STRIMZI, "KafkaBridge", bridge(), Effect::Rolls),
        kind(STRIMZI, "KafkaMirrorMaker2", mirror_maker(), Effect::Rolls),
    ])
});
