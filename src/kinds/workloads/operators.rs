//! Operators that make the pods themselves: prometheus-operator (`pkg/apis/monitoring/v1`) and Strimzi
//! (`PodRevision.java`, `ContainerEnvVarSource.java`, `AdditionalVolume.java`).

use super::{Effect, PodPart, PodTemplateSite, WorkloadKind, container, kind, overlay};
use crate::kinds::Delivery;
use crate::kinds::path::{FieldPath, field};
use crate::kinds::referrers::{ReferenceField, config_map, secret};

const MONITORING: &[&str] = &["monitoring.coreos.com"];
const STRIMZI: &[&str] = &["kafka.strimzi.io"];

/// `configMaps` and `secrets` are mounted as `/etc/prometheus/configmaps/<name>` and so on.
const fn mounted(place: ReferenceField) -> ReferenceField {
    ReferenceField {
        delivery: Delivery::Live,
        rename_blocked_by: Some("the operator makes a mount path of its name"),
        ..place
    }
}

/// A key that the pods read when they start.
const fn read(place: ReferenceField) -> ReferenceField {
    ReferenceField { delivery: Delivery::Frozen, key: Some("key"), ..place }
}

/// A key that the pods read again when it changes.
const fn watched(place: ReferenceField) -> ReferenceField {
    ReferenceField { delivery: Delivery::Live, key: Some("key"), ..place }
}

const PROMETHEUS: &[PodTemplateSite] = &[PodTemplateSite {
    path: field!("spec"),
    annotations: Some(field!("podMetadata" / "annotations")),
    parts: &[overlay(field!()), container(field!(), "prometheus")],
    references: &[
        mounted(config_map(field!("configMaps" / []))),
        mounted(secret(field!("secrets" / []))),
        // The operator reads these and reloads the configuration.
        secret(field!("additionalScrapeConfigs" / "name")),
        secret(field!("additionalAlertRelabelConfigs" / "name")),
        secret(field!("additionalAlertManagerConfigs" / "name")),
    ],
}];

const ALERTMANAGER: &[PodTemplateSite] = &[PodTemplateSite {
    path: field!("spec"),
    annotations: Some(field!("podMetadata" / "annotations")),
    parts: &[overlay(field!()), container(field!(), "alertmanager")],
    references: &[
        mounted(config_map(field!("configMaps" / []))),
        mounted(secret(field!("secrets" / []))),
        secret(field!("configSecret")),
    ],
}];

const THANOS_RULER: &[PodTemplateSite] = &[PodTemplateSite {
    path: field!("spec"),
    annotations: Some(field!("podMetadata" / "annotations")),
    parts: &[overlay(field!()), container(field!(), "thanos-ruler")],
    references: &[
        read(secret(field!("objectStorageConfig" / "name"))),
        read(secret(field!("queryConfig" / "name"))),
        read(secret(field!("alertmanagersConfig" / "name"))),
        read(secret(field!("tracingConfig" / "name"))),
        read(secret(field!("alertRelabelConfigs" / "name"))),
    ],
}];

const POD_ANNOTATIONS: Option<FieldPath> = Some(field!("template" / "pod" / "metadata" / "annotations"));

/// The containers are called `kafkaContainer`, `topicOperatorContainer` and so on.
const STRIMZI_PARTS: &[PodPart] =
    &[overlay(field!("template" / "pod")), container(field!("template" / ("" * "Container")), "strimzi")];

const STRIMZI_NAMES: &[ReferenceField] = &[
    read(config_map(field!("metricsConfig" / "valueFrom" / "configMapKeyRef" / "name"))),
    watched(config_map(field!("logging" / "valueFrom" / "configMapKeyRef" / "name"))),
];

const fn strimzi(at: FieldPath, names: &'static [ReferenceField]) -> PodTemplateSite {
    PodTemplateSite { path: at, annotations: POD_ANNOTATIONS, parts: STRIMZI_PARTS, references: names }
}

const ONE_SORT: &[PodTemplateSite] = &[strimzi(field!("spec"), STRIMZI_NAMES)];

/// `externalConfiguration` is how Connect took volumes and variables before `template` could.
const CONNECT: &[PodTemplateSite] = &[PodTemplateSite {
    parts: &[STRIMZI_PARTS[0], STRIMZI_PARTS[1], container(field!("externalConfiguration"), "connect")],
    references: &[
        STRIMZI_NAMES[0],
        STRIMZI_NAMES[1],
        ReferenceField {
            delivery: Delivery::Live,
            ..config_map(field!("externalConfiguration" / "volumes" / [] / "configMap" / "name"))
        },
        ReferenceField {
            delivery: Delivery::Live,
            ..secret(field!("externalConfiguration" / "volumes" / [] / "secret" / "secretName"))
        },
    ],
    ..strimzi(field!("spec"), &[])
}];

pub(super) static KINDS: [WorkloadKind; 9] = [
    kind(MONITORING, "Prometheus", PROMETHEUS, Effect::Rolls),
    kind(MONITORING, "PrometheusAgent", PROMETHEUS, Effect::Rolls),
    kind(MONITORING, "Alertmanager", ALERTMANAGER, Effect::Rolls),
    kind(MONITORING, "ThanosRuler", THANOS_RULER, Effect::Rolls),
    kind(
        STRIMZI,
        "Kafka",
        &[
            strimzi(field!("spec" / "kafka"), STRIMZI_NAMES),
            strimzi(field!("spec" / "zookeeper"), STRIMZI_NAMES),
            strimzi(
                field!("spec" / "entityOperator"),
                &[
                    watched(config_map(field!("topicOperator" / "logging" / "valueFrom" / "configMapKeyRef" / "name"))),
                    watched(config_map(field!("userOperator" / "logging" / "valueFrom" / "configMapKeyRef" / "name"))),
                ],
            ),
            strimzi(field!("spec" / "cruiseControl"), STRIMZI_NAMES),
            strimzi(field!("spec" / "kafkaExporter"), &[]),
        ],
        Effect::Rolls,
    ),
    kind(STRIMZI, "KafkaNodePool", &[strimzi(field!("spec"), &[])], Effect::Rolls),
    kind(STRIMZI, "KafkaConnect", CONNECT, Effect::Rolls),
    kind(STRIMZI, "KafkaBridge", ONE_SORT, Effect::Rolls),
    kind(STRIMZI, "KafkaMirrorMaker2", CONNECT, Effect::Rolls),
];
