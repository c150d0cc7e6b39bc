//! The objects of the Vault Secrets Operator.

use crate::kinds::ConfigKind;
use crate::kinds::condition::Condition::True;
use crate::kinds::path::field;
use crate::kinds::producers::GenerationRule;
use crate::kinds::producers::RenamePermission::{If, Never};
use crate::kinds::producers::RequestPart::Field;

/// hashicorp/vault-secrets-operator, `csisecrets_types.go`: there is no Secret, only the volume.
pub(super) fn csi_secrets() -> GenerationRule {
    GenerationRule {
        target: ConfigKind::CsiSecrets,
        request: vec![Field(field!("spec" / "secrets"))],
        left_out: vec![field!("metadata" / "labels")],
        rename: Never("running pods may still need it"),
        ..GenerationRule::secret()
    }
}

/// The rule of objects of hashicorp/vault-secrets-operator (`api/v1beta1/common.go`, `Destination`).
fn vault() -> GenerationRule {
    GenerationRule {
        name_paths: vec![field!("spec" / "destination" / "name")],
        rename: If(
            vec![True(field!("spec" / "destination" / "create"))],
            "without destination.create it writes into a Secret that something else creates",
        ),
        ..GenerationRule::secret()
    }
}

pub(super) fn vault_static() -> GenerationRule {
    GenerationRule {
        request: vec![
            Field(field!("spec" / "namespace")),
            Field(field!("spec" / "mount")),
            Field(field!("spec" / "path")),
            Field(field!("spec" / "version")),
            Field(field!("spec" / "type")),
            Field(field!("spec" / "destination" / "transformation")),
            Field(field!("spec" / "destination" / "type")),
        ],
        left_out: vec![
            field!("spec" / "refreshAfter"),
            field!("spec" / "hmacSecretData"),
            field!("spec" / "rolloutRestartTargets"),
            field!("spec" / "syncConfig"),
            field!("spec" / "destination" / "labels"),
            field!("spec" / "destination" / "annotations"),
        ],
        ..vault()
    }
}

pub(super) fn vault_dynamic() -> GenerationRule {
    GenerationRule {
        request: vec![
            Field(field!("spec" / "namespace")),
            Field(field!("spec" / "mount")),
            Field(field!("spec" / "path")),
            Field(field!("spec" / "params")),
            Field(field!("spec" / "requestHTTPMethod")),
            Field(field!("spec" / "destination" / "transformation")),
            Field(field!("spec" / "destination" / "type")),
        ],
        left_out: vec![
            field!("spec" / "renewalPercent"),
            field!("spec" / "revoke"),
            field!("spec" / "refreshAfter"),
            field!("spec" / "rolloutRestartTargets"),
        ],
        ..vault()
    }
}

pub(super) fn vault_pki() -> GenerationRule {
    GenerationRule {
        request: vec![
            Field(field!("spec" / "mount")),
            Field(field!("spec" / "role")),
            Field(field!("spec" / "issuerRef")),
            Field(field!("spec" / "commonName")),
            Field(field!("spec" / "altNames")),
            Field(field!("spec" / "ipSans")),
            Field(field!("spec" / "uriSans")),
            Field(field!("spec" / "otherSans")),
            Field(field!("spec" / "userIDs")),
            Field(field!("spec" / "format")),
            Field(field!("spec" / "privateKeyFormat")),
            Field(field!("spec" / "excludeCNFromSans")),
        ],
        left_out: vec![
            field!("spec" / "ttl"),
            field!("spec" / "expiryOffset"),
            field!("spec" / "notAfter"),
            field!("spec" / "revoke"),
            field!("spec" / "clear"),
        ],
        ..vault()
    }
}

pub(super) fn vault_hcp() -> GenerationRule {
    GenerationRule {
        request: vec![Field(field!("spec" / "appName")), Field(field!("spec" / "destination" / "transformation"))],
        left_out: vec![field!("spec" / "refreshAfter"), field!("spec" / "syncConfig")],
        ..vault()
    }
}
