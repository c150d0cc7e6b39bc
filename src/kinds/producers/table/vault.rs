//! The objects of the Vault Secrets Operator.

use super::SECRET;
use crate::kinds::producers::Fact::True;
use crate::kinds::producers::GenerationRule;
use crate::kinds::producers::RenamePermission::{If, Never};
use crate::kinds::producers::RequestPart::Field;
use crate::kinds::{ConfigKind, keys};

/// hashicorp/vault-secrets-operator, `csisecrets_types.go`: there is no Secret, only the volume.
pub(super) const CSI_SECRETS: GenerationRule = GenerationRule {
    makes: ConfigKind::CsiSecrets,
    request: &[Field(keys!("spec" / "secrets"))],
    left_out: &[keys!("metadata" / "labels")],
    rename: Never("it is not known whether pods that run can do without it"),
    ..SECRET
};

/// What holds of the objects of hashicorp/vault-secrets-operator (`api/v1beta1/common.go`, `Destination`).
const VAULT: GenerationRule = GenerationRule {
    name: &[keys!("spec" / "destination" / "name")],
    rename: If(
        &[True(keys!("spec" / "destination" / "create"))],
        "without destination.create it writes into a Secret that something else makes",
    ),
    ..SECRET
};

pub(super) const VAULT_STATIC: GenerationRule = GenerationRule {
    request: &[
        Field(keys!("spec" / "namespace")),
        Field(keys!("spec" / "mount")),
        Field(keys!("spec" / "path")),
        Field(keys!("spec" / "version")),
        Field(keys!("spec" / "type")),
        Field(keys!("spec" / "destination" / "transformation")),
        Field(keys!("spec" / "destination" / "type")),
    ],
    left_out: &[
        keys!("spec" / "refreshAfter"),
        keys!("spec" / "hmacSecretData"),
        keys!("spec" / "rolloutRestartTargets"),
        keys!("spec" / "syncConfig"),
        keys!("spec" / "destination" / "labels"),
        keys!("spec" / "destination" / "annotations"),
    ],
    ..VAULT
};

pub(super) const VAULT_DYNAMIC: GenerationRule = GenerationRule {
    request: &[
        Field(keys!("spec" / "namespace")),
        Field(keys!("spec" / "mount")),
        Field(keys!("spec" / "path")),
        Field(keys!("spec" / "params")),
        Field(keys!("spec" / "requestHTTPMethod")),
        Field(keys!("spec" / "destination" / "transformation")),
        Field(keys!("spec" / "destination" / "type")),
    ],
    left_out: &[
        keys!("spec" / "renewalPercent"),
        keys!("spec" / "revoke"),
        keys!("spec" / "refreshAfter"),
        keys!("spec" / "rolloutRestartTargets"),
    ],
    ..VAULT
};

pub(super) const VAULT_PKI: GenerationRule = GenerationRule {
    request: &[
        Field(keys!("spec" / "mount")),
        Field(keys!("spec" / "role")),
        Field(keys!("spec" / "issuerRef")),
        Field(keys!("spec" / "commonName")),
        Field(keys!("spec" / "altNames")),
        Field(keys!("spec" / "ipSans")),
        Field(keys!("spec" / "uriSans")),
        Field(keys!("spec" / "otherSans")),
        Field(keys!("spec" / "userIDs")),
        Field(keys!("spec" / "format")),
        Field(keys!("spec" / "privateKeyFormat")),
        Field(keys!("spec" / "excludeCNFromSans")),
    ],
    left_out: &[
        keys!("spec" / "ttl"),
        keys!("spec" / "expiryOffset"),
        keys!("spec" / "notAfter"),
        keys!("spec" / "revoke"),
        keys!("spec" / "clear"),
    ],
    ..VAULT
};

pub(super) const VAULT_HCP: GenerationRule = GenerationRule {
    request: &[Field(keys!("spec" / "appName")), Field(keys!("spec" / "destination" / "transformation"))],
    left_out: &[keys!("spec" / "refreshAfter"), keys!("spec" / "syncConfig")],
    ..VAULT
};
