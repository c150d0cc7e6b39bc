//! Certificates, and bundles of those that are trusted.

use super::{CONFIG_MAP, SECRET};
use crate::kinds::condition::Condition::{NotSet, Set};
use crate::kinds::path::{FieldPath, field};
use crate::kinds::producers::KeySource::{self, Texts, These};
use crate::kinds::producers::RenamePermission::Never;
use crate::kinds::producers::RequestPart::{Field, OfEntry};
use crate::kinds::producers::{GenerationRule, TargetNamespace};

/// cert-manager/cert-manager, `types_certificate.go`.
pub(super) const CERTIFICATE: GenerationRule = GenerationRule {
    name_paths: &[field!("spec" / "secretName")],
    request: &[
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
    left_out: &[
        field!("spec" / "duration"),
        field!("spec" / "renewBefore"),
        field!("spec" / "renewBeforePercentage"),
        field!("spec" / "revisionHistoryLimit"),
        field!("spec" / "secretTemplate"),
    ],
    rename: Never("under a new name the certificate is issued again"),
    ..SECRET
};

const ISSUER: FieldPath = field!("metadata" / "annotations" / "cert-manager.io/issuer");
const CLUSTER_ISSUER: FieldPath = field!("metadata" / "annotations" / "cert-manager.io/cluster-issuer");
const TLS_KEYS: &[KeySource] = &[These(&["tls.crt", "tls.key", "ca.crt"])];

/// cert-manager/cert-manager, `pkg/controller/certificate-shim/sync.go`.
pub(super) const INGRESS: &[GenerationRule] = &[
    GenerationRule { only_if: &[Set(ISSUER)], ..INGRESS_TLS },
    GenerationRule { only_if: &[NotSet(ISSUER), Set(CLUSTER_ISSUER)], ..INGRESS_TLS },
];

const INGRESS_TLS: GenerationRule = GenerationRule {
    each: field!("spec" / "tls" / []),
    name_paths: &[field!("secretName")],
    keys: Some(TLS_KEYS),
    request: &[Field(field!("metadata" / "annotations" / ("cert-manager.io/" * ""))), OfEntry(field!("hosts"))],
    left_out: &[field!("spec" / "ingressClassName")],
    rename: Never("under a new name the certificate is issued again"),
    ..SECRET
};

pub(super) const GATEWAY: &[GenerationRule] = &[
    GenerationRule { only_if: &[Set(ISSUER)], ..GATEWAY_TLS },
    GenerationRule { only_if: &[NotSet(ISSUER), Set(CLUSTER_ISSUER)], ..GATEWAY_TLS },
];

const GATEWAY_TLS: GenerationRule = GenerationRule {
    each: field!("spec" / "listeners" / [] / "tls" / "certificateRefs" / []),
    name_paths: &[field!("name")],
    keys: Some(TLS_KEYS),
    request: &[
        Field(field!("metadata" / "annotations" / ("cert-manager.io/" * ""))),
        Field(field!("spec" / "listeners" / [] / "hostname")),
    ],
    left_out: &[field!("spec" / "gatewayClassName")],
    rename: Never("under a new name the certificate is issued again"),
    ..SECRET
};

/// cert-manager/trust-manager, `pkg/apis/trust/v1alpha1/types_bundle.go`.
pub(super) const BUNDLE: &[GenerationRule] = &[
    GenerationRule {
        only_if: &[Set(field!("spec" / "target" / "configMap"))],
        namespace: TargetNamespace::Every,
        keys: Some(&[
            Texts(field!("spec" / "target" / "configMap" / "key")),
            Texts(field!("spec" / "target" / "additionalFormats" / * / "key")),
        ]),
        request: &[
            Field(field!("spec" / "sources")),
            Field(field!("spec" / "target" / "configMap" / "key")),
            Field(field!("spec" / "target" / "additionalFormats")),
        ],
        left_out: &[field!("spec" / "target" / "configMap" / "metadata")],
        ..CONFIG_MAP
    },
    GenerationRule {
        only_if: &[Set(field!("spec" / "target" / "secret"))],
        namespace: TargetNamespace::Every,
        keys: Some(&[
            Texts(field!("spec" / "target" / "secret" / "key")),
            Texts(field!("spec" / "target" / "additionalFormats" / * / "key")),
        ]),
        request: &[
            Field(field!("spec" / "sources")),
            Field(field!("spec" / "target" / "secret" / "key")),
            Field(field!("spec" / "target" / "additionalFormats")),
        ],
        left_out: &[field!("spec" / "target" / "secret" / "metadata")],
        ..SECRET
    },
];

/// cert-manager/trust-manager, `pkg/apis/trustmanager/v1alpha2/types_cluster_bundle.go`.
pub(super) const CLUSTER_BUNDLE: &[GenerationRule] = &[
    GenerationRule {
        only_if: &[Set(field!("spec" / "target" / "configMap"))],
        namespace: TargetNamespace::Every,
        keys: Some(&[Texts(field!("spec" / "target" / "configMap" / "data" / [] / "key"))]),
        request: &[
            Field(field!("spec" / "sourceRefs")),
            Field(field!("spec" / "defaultCAs")),
            Field(field!("spec" / "inLineCAs")),
            Field(field!("spec" / "target" / "configMap" / "data")),
        ],
        left_out: &[field!("spec" / "target" / "configMap" / "metadata")],
        ..CONFIG_MAP
    },
    GenerationRule {
        only_if: &[Set(field!("spec" / "target" / "secret"))],
        namespace: TargetNamespace::Every,
        keys: Some(&[Texts(field!("spec" / "target" / "secret" / "data" / [] / "key"))]),
        request: &[
            Field(field!("spec" / "sourceRefs")),
            Field(field!("spec" / "defaultCAs")),
            Field(field!("spec" / "inLineCAs")),
            Field(field!("spec" / "target" / "secret" / "data")),
        ],
        left_out: &[field!("spec" / "target" / "secret" / "metadata")],
        ..SECRET
    },
];
