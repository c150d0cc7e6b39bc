//! Certificates, and bundles of those that are trusted.

use super::{CONFIG_MAP, SECRET};
use crate::kinds::producers::Fact::{Absent, Present};
use crate::kinds::producers::KeySource::{self, Texts, These};
use crate::kinds::producers::RenamePermission::Never;
use crate::kinds::producers::RequestPart::{Field, OfEntry};
use crate::kinds::producers::{GenerationRule, TargetNamespace};
use crate::kinds::{Path, keys};

/// cert-manager/cert-manager, `types_certificate.go`.
pub(super) const CERTIFICATE: GenerationRule = GenerationRule {
    name: &[keys!("spec" / "secretName")],
    request: &[
        Field(keys!("spec" / "subject")),
        Field(keys!("spec" / "literalSubject")),
        Field(keys!("spec" / "commonName")),
        Field(keys!("spec" / "dnsNames")),
        Field(keys!("spec" / "ipAddresses")),
        Field(keys!("spec" / "uris")),
        Field(keys!("spec" / "otherNames")),
        Field(keys!("spec" / "emailAddresses")),
        Field(keys!("spec" / "issuerRef")),
        Field(keys!("spec" / "isCA")),
        Field(keys!("spec" / "usages")),
        Field(keys!("spec" / "privateKey")),
        Field(keys!("spec" / "keystores")),
        Field(keys!("spec" / "additionalOutputFormats")),
    ],
    left_out: &[
        keys!("spec" / "duration"),
        keys!("spec" / "renewBefore"),
        keys!("spec" / "renewBeforePercentage"),
        keys!("spec" / "revisionHistoryLimit"),
        keys!("spec" / "secretTemplate"),
    ],
    rename: Never("under a new name the certificate is issued again"),
    ..SECRET
};

const ISSUER: Path = keys!("metadata" / "annotations" / "cert-manager.io/issuer");
const CLUSTER_ISSUER: Path = keys!("metadata" / "annotations" / "cert-manager.io/cluster-issuer");
const TLS_KEYS: &[KeySource] = &[These(&["tls.crt", "tls.key", "ca.crt"])];

/// cert-manager/cert-manager, `pkg/controller/certificate-shim/sync.go`.
pub(super) const INGRESS: &[GenerationRule] = &[
    GenerationRule { only_if: &[Present(ISSUER)], ..INGRESS_TLS },
    GenerationRule { only_if: &[Absent(ISSUER), Present(CLUSTER_ISSUER)], ..INGRESS_TLS },
];

const INGRESS_TLS: GenerationRule = GenerationRule {
    each: keys!("spec" / "tls" / "*"),
    name: &[keys!("secretName")],
    keys: Some(TLS_KEYS),
    request: &[Field(keys!("metadata" / "annotations" / "cert-manager.io/*")), OfEntry(keys!("hosts"))],
    left_out: &[keys!("spec" / "ingressClassName")],
    rename: Never("under a new name the certificate is issued again"),
    ..SECRET
};

pub(super) const GATEWAY: &[GenerationRule] = &[
    GenerationRule { only_if: &[Present(ISSUER)], ..GATEWAY_TLS },
    GenerationRule { only_if: &[Absent(ISSUER), Present(CLUSTER_ISSUER)], ..GATEWAY_TLS },
];

const GATEWAY_TLS: GenerationRule = GenerationRule {
    each: keys!("spec" / "listeners" / "*" / "tls" / "certificateRefs" / "*"),
    name: &[keys!("name")],
    keys: Some(TLS_KEYS),
    request: &[
        Field(keys!("metadata" / "annotations" / "cert-manager.io/*")),
        Field(keys!("spec" / "listeners" / "*" / "hostname")),
    ],
    left_out: &[keys!("spec" / "gatewayClassName")],
    rename: Never("under a new name the certificate is issued again"),
    ..SECRET
};

/// cert-manager/trust-manager, `pkg/apis/trust/v1alpha1/types_bundle.go`.
pub(super) const BUNDLE: &[GenerationRule] = &[
    GenerationRule {
        only_if: &[Present(keys!("spec" / "target" / "configMap"))],
        namespace: TargetNamespace::Every,
        keys: Some(&[
            Texts(keys!("spec" / "target" / "configMap" / "key")),
            Texts(keys!("spec" / "target" / "additionalFormats" / "*" / "key")),
        ]),
        request: &[
            Field(keys!("spec" / "sources")),
            Field(keys!("spec" / "target" / "configMap" / "key")),
            Field(keys!("spec" / "target" / "additionalFormats")),
        ],
        left_out: &[keys!("spec" / "target" / "configMap" / "metadata")],
        ..CONFIG_MAP
    },
    GenerationRule {
        only_if: &[Present(keys!("spec" / "target" / "secret"))],
        namespace: TargetNamespace::Every,
        keys: Some(&[
            Texts(keys!("spec" / "target" / "secret" / "key")),
            Texts(keys!("spec" / "target" / "additionalFormats" / "*" / "key")),
        ]),
        request: &[
            Field(keys!("spec" / "sources")),
            Field(keys!("spec" / "target" / "secret" / "key")),
            Field(keys!("spec" / "target" / "additionalFormats")),
        ],
        left_out: &[keys!("spec" / "target" / "secret" / "metadata")],
        ..SECRET
    },
];

/// cert-manager/trust-manager, `pkg/apis/trustmanager/v1alpha2/types_cluster_bundle.go`.
pub(super) const CLUSTER_BUNDLE: &[GenerationRule] = &[
    GenerationRule {
        only_if: &[Present(keys!("spec" / "target" / "configMap"))],
        namespace: TargetNamespace::Every,
        keys: Some(&[Texts(keys!("spec" / "target" / "configMap" / "data" / "*" / "key"))]),
        request: &[
            Field(keys!("spec" / "sourceRefs")),
            Field(keys!("spec" / "defaultCAs")),
            Field(keys!("spec" / "inLineCAs")),
            Field(keys!("spec" / "target" / "configMap" / "data")),
        ],
        left_out: &[keys!("spec" / "target" / "configMap" / "metadata")],
        ..CONFIG_MAP
    },
    GenerationRule {
        only_if: &[Present(keys!("spec" / "target" / "secret"))],
        namespace: TargetNamespace::Every,
        keys: Some(&[Texts(keys!("spec" / "target" / "secret" / "data" / "*" / "key"))]),
        request: &[
            Field(keys!("spec" / "sourceRefs")),
            Field(keys!("spec" / "defaultCAs")),
            Field(keys!("spec" / "inLineCAs")),
            Field(keys!("spec" / "target" / "secret" / "data")),
        ],
        left_out: &[keys!("spec" / "target" / "secret" / "metadata")],
        ..SECRET
    },
];
