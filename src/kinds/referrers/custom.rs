//! Custom resources that name configs and describe no pods: KEDA (`triggerauthentication_types.go`), Flux
//! (`helm-controller docs/spec/v2/helmreleases.md`, `kustomize-controller api/v1/kustomization_types.go`) and
//! kapp-controller (`kapp pkg/kapp/config/default.go`); and external-secrets (`externalsecret_types.go`,
//! `TemplateFrom`).

use std::sync::LazyLock;

use super::{ReferenceField, ReferenceFilter, ReferrerKind, config_map, referrer, secret};
use crate::kinds::Delivery;
use crate::kinds::path::{FieldPath, field};

fn of_kind(place: ReferenceField) -> ReferenceField {
    ReferenceField { filter: ReferenceFilter::OfKind, ..place }
}

/// A place from which content goes into what the object makes a controller write.
fn template(place: ReferenceField) -> ReferenceField {
    ReferenceField { delivery: Delivery::Frozen, key: Some("items".into()), ..place }
}

const VALUES_FROM: FieldPath = field!("spec" / "valuesFrom" / [] / "name");
const SUBSTITUTE_FROM: FieldPath = field!("spec" / "postBuild" / "substituteFrom" / [] / "name");

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
            &["helm.toolkit.fluxcd.io"],
            "HelmRelease",
            vec![of_kind(config_map(VALUES_FROM)), of_kind(secret(VALUES_FROM))],
        ),
        referrer(
            &["kustomize.toolkit.fluxcd.io"],
            "Kustomization",
            vec![
                of_kind(config_map(SUBSTITUTE_FROM)),
                of_kind(secret(SUBSTITUTE_FROM)),
                secret(field!("spec" / "decryption" / "secretRef" / "name")),
            ],
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
        referrer(
            &["kappctrl.k14s.io"],
            "App",
            vec![
                config_map(field!("spec" / "fetch" / [] / "inline" / "pathsFrom" / [] / "configMapRef" / "name")),
                secret(field!("spec" / "fetch" / [] / "inline" / "pathsFrom" / [] / "secretRef" / "name")),
                config_map(field!(
                    "spec" / "template" / [] / "ytt" / "inline" / "pathsFrom" / [] / "configMapRef" / "name"
                )),
                secret(field!("spec" / "template" / [] / "ytt" / "inline" / "pathsFrom" / [] / "secretRef" / "name")),
                config_map(field!("spec" / "template" / [] / "ytt" / "valuesFrom" / [] / "configMapRef" / "name")),
                secret(field!("spec" / "template" / [] / "ytt" / "valuesFrom" / [] / "secretRef" / "name")),
                config_map(field!(
                    "spec" / "template" / [] / "helmTemplate" / "valuesFrom" / [] / "configMapRef" / "name"
                )),
                secret(field!("spec" / "template" / [] / "helmTemplate" / "valuesFrom" / [] / "secretRef" / "name")),
                config_map(field!("spec" / "template" / [] / "cue" / "valuesFrom" / [] / "configMapRef" / "name")),
                secret(field!("spec" / "template" / [] / "cue" / "valuesFrom" / [] / "secretRef" / "name")),
            ],
        ),
        referrer(
            &["packaging.carvel.dev"],
            "PackageInstall",
            vec![secret(field!("spec" / "values" / [] / "secretRef" / "name"))],
        ),
    ]
});
