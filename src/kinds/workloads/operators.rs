//! Operators that make the pods themselves: prometheus-operator (`pkg/apis/monitoring/v1`) and Strimzi
//! (`PodRevision.java`, `ContainerEnvVarSource.java`, `AdditionalVolume.java`).

use super::{Effect, PodPart, PodTemplateSite, WorkloadKind, container, kind, overlay};
use crate::kinds::referrers::{Reach, ReferenceField, config_map, secret};
use crate::kinds::steps::{Steps, steps};
use crate::kinds::{Path, keys};

const MONITORING: &[&str] = &["monitoring.coreos.com"];
const STRIMZI: &[&str] = &["kafka.strimzi.io"];

/// `configMaps` and `secrets` are mounted as `/etc/prometheus/configmaps/<name>` and so on.
const fn mounted(place: ReferenceField) -> ReferenceField {
    ReferenceField {
        reach: Reach::Live,
        rename_blocked_by: Some("the operator makes a mount path of its name"),
        ..place
    }
}

/// A key that the pods read when they start.
const fn read(place: ReferenceField) -> ReferenceField {
    ReferenceField { reach: Reach::Frozen, key: Some("key"), ..place }
}

/// A key that the pods read again when it changes.
const fn watched(place: ReferenceField) -> ReferenceField {
    ReferenceField { reach: Reach::Live, key: Some("key"), ..place }
}

const PROMETHEUS: &[PodTemplateSite] = &[PodTemplateSite {
    at: steps!("spec"),
    annotations: Some(keys!("podMetadata" / "annotations")),
    parts: &[overlay(steps!()), container(steps!(), "prometheus")],
    names: &[
        mounted(config_map(steps!("configMaps" / []))),
        mounted(secret(steps!("secrets" / []))),
        // The operator reads these and reloads the configuration.
        secret(steps!("additionalScrapeConfigs" / "name")),
        secret(steps!("additionalAlertRelabelConfigs" / "name")),
        secret(steps!("additionalAlertManagerConfigs" / "name")),
    ],
}];

const ALERTMANAGER: &[PodTemplateSite] = &[PodTemplateSite {
    at: steps!("spec"),
    annotations: Some(keys!("podMetadata" / "annotations")),
    parts: &[overlay(steps!()), container(steps!(), "alertmanager")],
    names: &[
        mounted(config_map(steps!("configMaps" / []))),
        mounted(secret(steps!("secrets" / []))),
        secret(steps!("configSecret")),
    ],
}];

const THANOS_RULER: &[PodTemplateSite] = &[PodTemplateSite {
    at: steps!("spec"),
    annotations: Some(keys!("podMetadata" / "annotations")),
    parts: &[overlay(steps!()), container(steps!(), "thanos-ruler")],
    names: &[
        read(secret(steps!("objectStorageConfig" / "name"))),
        read(secret(steps!("queryConfig" / "name"))),
        read(secret(steps!("alertmanagersConfig" / "name"))),
        read(secret(steps!("tracingConfig" / "name"))),
        read(secret(steps!("alertRelabelConfigs" / "name"))),
    ],
}];

const POD_ANNOTATIONS: Option<Path> = Some(keys!("template" / "pod" / "metadata" / "annotations"));

/// The containers are called `kafkaContainer`, `topicOperatorContainer` and so on.
const STRIMZI_PARTS: &[PodPart] =
    &[overlay(steps!("template" / "pod")), container(steps!("template" / ("" * "Container")), "strimzi")];

const STRIMZI_NAMES: &[ReferenceField] = &[
    read(config_map(steps!("metricsConfig" / "valueFrom" / "configMapKeyRef" / "name"))),
    watched(config_map(steps!("logging" / "valueFrom" / "configMapKeyRef" / "name"))),
];

const fn strimzi(at: Steps, names: &'static [ReferenceField]) -> PodTemplateSite {
    PodTemplateSite { at, annotations: POD_ANNOTATIONS, parts: STRIMZI_PARTS, names }
}

const ONE_SORT: &[PodTemplateSite] = &[strimzi(steps!("spec"), STRIMZI_NAMES)];

/// `externalConfiguration` is how Connect took volumes and variables before `template` could.
const CONNECT: &[PodTemplateSite] = &[PodTemplateSite {
    parts: &[STRIMZI_PARTS[0], STRIMZI_PARTS[1], container(steps!("externalConfiguration"), "connect")],
    names: &[
        STRIMZI_NAMES[0],
        STRIMZI_NAMES[1],
        ReferenceField {
            reach: Reach::Live,
            ..config_map(steps!("externalConfiguration" / "volumes" / [] / "configMap" / "name"))
        },
        ReferenceField {
            reach: Reach::Live,
            ..secret(steps!("externalConfiguration" / "volumes" / [] / "secret" / "secretName"))
        },
    ],
    ..strimzi(steps!("spec"), &[])
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
            strimzi(steps!("spec" / "kafka"), STRIMZI_NAMES),
            strimzi(steps!("spec" / "zookeeper"), STRIMZI_NAMES),
            strimzi(
                steps!("spec" / "entityOperator"),
                &[
                    watched(config_map(steps!("topicOperator" / "logging" / "valueFrom" / "configMapKeyRef" / "name"))),
                    watched(config_map(steps!("userOperator" / "logging" / "valueFrom" / "configMapKeyRef" / "name"))),
                ],
            ),
            strimzi(steps!("spec" / "cruiseControl"), STRIMZI_NAMES),
            strimzi(steps!("spec" / "kafkaExporter"), &[]),
        ],
        Effect::Rolls,
    ),
    kind(STRIMZI, "KafkaNodePool", &[strimzi(steps!("spec"), &[])], Effect::Rolls),
    kind(STRIMZI, "KafkaConnect", CONNECT, Effect::Rolls),
    kind(STRIMZI, "KafkaBridge", ONE_SORT, Effect::Rolls),
    kind(STRIMZI, "KafkaMirrorMaker2", CONNECT, Effect::Rolls),
];
