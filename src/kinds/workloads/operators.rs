//! Operators that make the pods themselves: prometheus-operator (`pkg/apis/monitoring/v1`) and Strimzi
//! (`PodRevision.java`, `ContainerEnvVarSource.java`, `AdditionalVolume.java`).

use super::{Effect, PodPart, PodTemplateSite, WorkloadKind, container, kind, overlay};
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

fn one_pod_template() -> Vec<PodTemplateSite> {
    vec![strimzi(field!("spec"), strimzi_references())]
}

/// `externalConfiguration` is how Connect took volumes and variables before `template` could.
fn connect() -> Vec<PodTemplateSite> {
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
                strimzi(field!("spec" / "kafka"), strimzi_references()),
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
                strimzi(field!("spec" / "cruiseControl"), strimzi_references()),
                strimzi(field!("spec" / "kafkaExporter"), vec![]),
            ],
            Effect::Rolls,
        )
        .with_components(),
        kind(STRIMZI, "KafkaNodePool", vec![strimzi(field!("spec"), vec![])], Effect::Rolls),
        kind(STRIMZI, "KafkaConnect", connect(), Effect::Rolls),
        kind(STRIMZI, "KafkaBridge", one_pod_template(), Effect::Rolls),
        kind(STRIMZI, "KafkaMirrorMaker2", connect(), Effect::Rolls),
    ])
});
