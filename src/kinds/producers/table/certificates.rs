//! Certificates, and bundles of those that are trusted.

use crate::kinds::condition::Condition::{NotSet, Set};
use crate::kinds::path::{FieldPath, field};
use crate::kinds::producers::KeySource::{self, Texts, These};
use crate::kinds::producers::RenamePermission::Never;
use crate::kinds::producers::RequestPart::{Field, OfEntry};
use crate::kinds::producers::{GenerationRule, NamespaceSelection, TargetNamespace};

/// cert-manager/cert-manager, `types_certificate.go`.
pub(super) fn certificate() -> GenerationRule {
    GenerationRule {
        name_paths: vec![field!("spec" / "secretName")],
        request: vec![
            Field(field!("spec" / "subject")),
            Field(field!("spec" / "literalSubject")),
            Field(field!("spec" / "commonName")),
            Field(field!("spec" / "dnsNames")),
            Field(field!("spec" / "ipAddresses")),
            Field(field!("spec" / "uris")),
            Field(field!("spec" / "otherNames")),
            Field(field!("spec" / "emailAddresses")),
            Field(field!("spec" / "issuerRef")),
            Field(field!("spec" / "isCA")),
            Field(field!("spec" / "usages")),
            Field(field!("spec" / "privateKey")),
            Field(field!("spec" / "keystores")),
            Field(field!("spec" / "additionalOutputFormats")),
        ],
        left_out: vec![
            field!("spec" / "duration"),
            field!("spec" / "renewBefore"),
            field!("spec" / "renewBeforePercentage"),
            field!("spec" / "revisionHistoryLimit"),
            field!("spec" / "secretTemplate"),
        ],
        rename: Never("under a new name the certificate is issued again"),
        ..GenerationRule::secret()
    }
}

const ISSUER: FieldPath = field!("metadata" / "annotations" / "cert-manager.io/issuer");
const CLUSTER_ISSUER: FieldPath = field!("metadata" / "annotations" / "cert-manager.io/cluster-issuer");
fn tls_keys() -> Vec<KeySource> {
    vec![These(vec!["tls.crt".into(), "tls.key".into(), "ca.crt".into()])]
}

/// cert-manager/cert-manager, `pkg/controller/certificate-shim/sync.go`.
pub(super) fn ingress() -> [GenerationRule; 2] {
    [
        GenerationRule { only_if: vec![Set(ISSUER)], ..ingress_tls() },
        GenerationRule { only_if: vec![NotSet(ISSUER), Set(CLUSTER_ISSUER)], ..ingress_tls() },
    ]
}

fn ingress_tls() -> GenerationRule {
    GenerationRule {
        each: field!("spec" / "tls" / []),
        name_paths: vec![field!("secretName")],
        keys: Some(tls_keys()),
        request: vec![Field(field!("metadata" / "annotations" / ("cert-manager.io/" * ""))), OfEntry(field!("hosts"))],
        left_out: vec![field!("spec" / "ingressClassName")],
        rename: Never("under a new name the certificate is issued again"),
        ..GenerationRule::secret()
    }
}

pub(super) fn gateway() -> [GenerationRule; 2] {
    [
        GenerationRule { only_if: vec![Set(ISSUER)], ..gateway_tls() },
        GenerationRule { only_if: vec![NotSet(ISSUER), Set(CLUSTER_ISSUER)], ..gateway_tls() },
    ]
}

fn gateway_tls() -> GenerationRule {
    GenerationRule {
        each: field!("spec" / "listeners" / [] / "tls" / "certificateRefs" / []),
        name_paths: vec![field!("name")],
        keys: Some(tls_keys()),
        request: vec![
            Field(field!("metadata" / "annotations" / ("cert-manager.io/" * ""))),
            Field(field!("spec" / "listeners" / [] / "hostname")),
        ],
        left_out: vec![field!("spec" / "gatewayClassName")],
        rename: Never("under a new name the certificate is issued again"),
        ..GenerationRule::secret()
    }
}

/// The namespaces into which trust-manager writes (`types_bundle.go`, `NamespaceSelector`).
fn selected_namespaces() -> TargetNamespace {
    let selectors = vec![field!("spec" / "target" / "namespaceSelector")];
    TargetNamespace::Selected(NamespaceSelection { names: None, selectors })
}

/// cert-manager/trust-manager, `pkg/apis/trust/v1alpha1/types_bundle.go`.
pub(super) fn bundle() -> [GenerationRule; 2] {
    [
        GenerationRule {
            only_if: vec![Set(field!("spec" / "target" / "configMap"))],
            namespace: selected_namespaces(),
            keys: Some(vec![
                Texts(field!("spec" / "target" / "configMap" / "key")),
                Texts(field!("spec" / "target" / "additionalFormats" / * / "key")),
            ]),
            request: vec![
                Field(field!("spec" / "sources")),
                Field(field!("spec" / "target" / "configMap" / "key")),
                Field(field!("spec" / "target" / "additionalFormats")),
            ],
            left_out: vec![field!("spec" / "target" / "configMap" / "metadata")],
            ..GenerationRule::config_map()
        },
        GenerationRule {
            only_if: vec![Set(field!("spec" / "target" / "secret"))],
            namespace: selected_namespaces(),
            keys: Some(vec![
                Texts(field!("spec" / "target" / "secret" / "key")),
                Texts(field!("spec" / "target" / "additionalFormats" / * / "key")),
            ]),
            request: vec![
                Field(field!("spec" / "sources")),
                Field(field!("spec" / "target" / "secret" / "key")),
                Field(field!("spec" / "target" / "additionalFormats")),
            ],
            left_out: vec![field!("spec" / "target" / "secret" / "metadata")],
            ..GenerationRule::secret()
        },
    ]
}

/// cert-manager/trust-manager, `pkg/apis/trustmanager/v1alpha2/types_cluster_bundle.go`.
pub(super) fn cluster_bundle() -> [GenerationRule; 2] {
    [
        GenerationRule {
            only_if: vec![Set(field!("spec" / "target" / "configMap"))],
            namespace: selected_namespaces(),
            keys: Some(vec![Texts(field!("spec" / "target" / "configMap" / "data" / [] / "key"))]),
            request: vec![
                Field(field!("spec" / "sourceRefs")),
                Field(field!("spec" / "defaultCAs")),
                Field(field!("spec" / "inLineCAs")),
                Field(field!("spec" / "target" / "configMap" / "data")),
            ],
            left_out: vec![field!("spec" / "target" / "configMap" / "metadata")],
            ..GenerationRule::config_map()
        },
        GenerationRule {
            only_if: vec![Set(field!("spec" / "target" / "secret"))],
            namespace: selected_namespaces(),
            keys: Some(vec![Texts(field!("spec" / "target" / "secret" / "data" / [] / "key"))]),
            request: vec![
                Field(field!("spec" / "sourceRefs")),
                Field(field!("spec" / "defaultCAs")),
                Field(field!("spec" / "inLineCAs")),
                Field(field!("spec" / "target" / "secret" / "data")),
            ],
            left_out: vec![field!("spec" / "target" / "secret" / "metadata")],
            ..GenerationRule::secret()
        },
    ]
}
