//! Custom resources that name configs and describe no pods: KEDA (`triggerauthentication_types.go`), external-secrets
//! (`externalsecret_types.go`, `TemplateFrom`), and users and connectors of Strimzi (`044-Crd-kafkauser.yaml`,
//! `047-Crd-kafkaconnector.yaml`).

use std::sync::LazyLock;

use super::{ReferenceField, ReferrerKind, config_map, referrer, secret};
use crate::kinds::Delivery;
use crate::kinds::path::field;

/// A place from which content goes into what the object makes a controller write.
fn template(place: ReferenceField) -> ReferenceField {
    ReferenceField { delivery: Delivery::Frozen, key: Some("items".into()), ..place }
}

pub(super) static KINDS: LazyLock<Vec<ReferrerKind>> = LazyLock::new(|| {
    vec![
        referrer(
            &["keda.sh"],
            "TriggerAuthentication",
            vec![
                secret(field!("spec" / "secretTargetRef" / [] / "name")),
                config_map(field!("spec" / "configMapTargetRef" / [] / "name")),
            ],
        ),
        referrer(
            &["kafka.strimzi.io"],
            "KafkaUser",
            vec![secret(field!("spec" / "authentication" / "password" / "valueFrom" / "secretKeyRef" / "name"))],
        ),
        referrer(
            &["kafka.strimzi.io"],
            "KafkaConnector",
            vec![config_map(field!("spec" / "alterOffsets" / "fromConfigMap" / "name"))],
        ),
        referrer(
            &["external-secrets.io"],
            "ExternalSecret",
            vec![
                template(config_map(field!(
                    "spec" / "target" / "template" / "templateFrom" / [] / "configMap" / "name"
                ))),
                template(secret(field!("spec" / "target" / "template" / "templateFrom" / [] / "secret" / "name"))),
            ],
        ),
    ]
});
