//! Certificates of gateways: Istio (`istio/api kubernetes/customresourcedefinitions.gen.yaml`, made of
//! `networking/v1alpha3/{gateway,destination_rule,sidecar}.proto` and `extensions/v1alpha1`) and the Gateway API
//! (`kubernetes-sigs/gateway-api apis/v1/gateway_types.go`, `listenerset_types.go`, `backendtlspolicy_types.go`;
//! `frontendValidation` and `backendTLS` are of older experimental versions).

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

/// A reference whose `kind` is Secret by default (`SecretObjectReference`).
fn secret_object(path: FieldPath) -> ReferenceField {
    ReferenceField { filter: ReferenceFilter::OfKindOrNone, ..secret(path) }
}

fn listener_certificates() -> ReferenceField {
    secret_object(field!("spec" / "listeners" / [] / "tls" / "certificateRefs" / [] / "name"))
}

fn gateway() -> Vec<ReferenceField> {
    let mut fields = vec![
        listener_certificates(),
        secret_object(field!("spec" / "tls" / "backend" / "clientCertificateRef" / "name")),
        secret_object(field!("spec" / "backendTLS" / "clientCertificateRef" / "name")),
    ];
    for validation in [
        field!("spec" / "tls" / "frontend" / "default" / "validation"),
        field!("spec" / "tls" / "frontend" / "perPort" / [] / "tls" / "validation"),
        field!("spec" / "listeners" / [] / "tls" / "frontendValidation"),
    ] {
        fields.extend(either(validation.join(&field!("caCertificateRefs" / [] / "name"))));
    }
    fields
}

/// Istio reads credentials from the namespace of the pods of the gateway, which need not be that of the Gateway.
pub(super) static KINDS: LazyLock<Vec<ReferrerKind>> = LazyLock::new(|| {
    vec![
        referrer(&["networking.istio.io"], "Gateway", credentials(&field!("spec" / "servers" / [] / "tls")))
            .in_cluster_scope(),
        referrer(&["networking.istio.io"], "DestinationRule", destination_rule()).in_cluster_scope(),
        referrer(&["networking.istio.io"], "Sidecar", credentials(&field!("spec" / "ingress" / [] / "tls"))),
        referrer(&["extensions.istio.io"], "WasmPlugin", vec![secret(field!("spec" / "imagePullSecret"))]),
        referrer(
            &["extensions.istio.io"],
            "TrafficExtension",
            vec![secret(field!("spec" / "wasm" / "imagePullSecret"))],
        ),
        referrer(&["gateway.networking.k8s.io"], "Gateway", gateway()),
        referrer(&["gateway.networking.k8s.io"], "ListenerSet", vec![listener_certificates()]),
        referrer(&["gateway.networking.x-k8s.io"], "XListenerSet", vec![listener_certificates()]),
        referrer(
            &["gateway.networking.k8s.io"],
            "BackendTLSPolicy",
            either(field!("spec" / "validation" / "caCertificateRefs" / [] / "name")).to_vec(),
        ),
    ]
});
