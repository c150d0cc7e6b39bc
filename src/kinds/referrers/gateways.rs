//! Certificates of gateways: Istio (`networking/v1/gateway.proto`, `destination_rule.proto`) and the Gateway API
//! (gateway-api.sigs.k8s.io, `SecretObjectReference`).

use std::sync::LazyLock;

use super::{ReferenceField, ReferenceFilter, ReferrerKind, either, referrer, secret};
use crate::kinds::path::{FieldPath, field};

/// The credentials of TLS settings.
fn credentials(settings: &FieldPath) -> Vec<ReferenceField> {
    let names = [field!("credentialName"), field!("credentialNames" / []), field!("caCertCredentialName")];
    names.map(|name| secret(settings.join(&name))).to_vec()
}

fn destination_rule() -> Vec<ReferenceField> {
    let mut fields = Vec::new();
    for settings in [
        field!("spec" / "trafficPolicy" / "tls"),
        field!("spec" / "trafficPolicy" / "portLevelSettings" / [] / "tls"),
        field!("spec" / "subsets" / [] / "trafficPolicy" / "tls"),
        field!("spec" / "subsets" / [] / "trafficPolicy" / "portLevelSettings" / [] / "tls"),
    ] {
        fields.push(secret(settings.join(&field!("credentialName"))));
    }
    fields
}

fn gateway() -> Vec<ReferenceField> {
    let certificates = secret(field!("spec" / "listeners" / [] / "tls" / "certificateRefs" / [] / "name"));
    let mut fields = vec![ReferenceField { filter: ReferenceFilter::OfKindOrNone, ..certificates }];
    fields.extend(either(field!(
        "spec" / "listeners" / [] / "tls" / "frontendValidation" / "caCertificateRefs" / [] / "name"
    )));
    fields
}

/// Istio reads credentials from the namespace of the pods of the gateway, which need not be that of the Gateway.
pub(super) static KINDS: LazyLock<Vec<ReferrerKind>> = LazyLock::new(|| {
    vec![
        referrer(&["networking.istio.io"], "Gateway", credentials(&field!("spec" / "servers" / [] / "tls")))
            .in_cluster_scope(),
        referrer(&["networking.istio.io"], "DestinationRule", destination_rule()).in_cluster_scope(),
        referrer(&["gateway.networking.k8s.io"], "Gateway", gateway()),
        referrer(
            &["gateway.networking.k8s.io"],
            "BackendTLSPolicy",
            either(field!("spec" / "validation" / "caCertificateRefs" / [] / "name")).to_vec(),
        ),
    ]
});
