//! Flux: `helm-controller api/v2/helmrelease_types.go`, `kustomize-controller api/v1/kustomization_types.go` (with
//! `KubeConfigReference` of `fluxcd/pkg apis/meta`), `source-controller api/v1` (`ociverification_types.go` for
//! `verify`), `image-reflector-controller api/v1`, `image-automation-controller api/v1/git.go`, and
//! `notification-controller api/v1beta3/provider_types.go` and `api/v1/receiver_types.go`.

use std::sync::LazyLock;

use super::{ReferenceField, ReferrerKind, config_map, either, referrer, secret};
use crate::kinds::path::field;

const SOURCE: &[&str] = &["source.toolkit.fluxcd.io"];
const IMAGE: &[&str] = &["image.toolkit.fluxcd.io"];
const NOTIFICATION: &[&str] = &["notification.toolkit.fluxcd.io"];

/// Credentials of what is fetched.
fn credentials() -> ReferenceField {
    secret(field!("spec" / "secretRef" / "name"))
}

/// Certificates of the server.
fn certificates() -> ReferenceField {
    secret(field!("spec" / "certSecretRef" / "name"))
}

fn proxy() -> ReferenceField {
    secret(field!("spec" / "proxySecretRef" / "name"))
}

/// Keys by which signatures are verified.
fn verification() -> ReferenceField {
    secret(field!("spec" / "verify" / "secretRef" / "name"))
}

/// The cluster that objects are applied to.
fn kube_config() -> [ReferenceField; 2] {
    [
        secret(field!("spec" / "kubeConfig" / "secretRef" / "name")),
        config_map(field!("spec" / "kubeConfig" / "configMapRef" / "name")),
    ]
}

fn helm_release() -> Vec<ReferenceField> {
    let mut fields = either(field!("spec" / "valuesFrom" / [] / "name")).to_vec();
    fields.extend(kube_config());
    fields.push(secret(field!("spec" / "chart" / "spec" / "verify" / "secretRef" / "name")));
    fields
}

fn kustomization() -> Vec<ReferenceField> {
    let mut fields = either(field!("spec" / "postBuild" / "substituteFrom" / [] / "name")).to_vec();
    fields.push(secret(field!("spec" / "decryption" / "secretRef" / "name")));
    fields.extend(kube_config());
    fields
}

fn oci_repository() -> Vec<ReferenceField> {
    let trusted_root = secret(field!("spec" / "verify" / "trustedRootSecretRef" / "name"));
    vec![credentials(), verification(), trusted_root, certificates(), proxy()]
}

fn bucket() -> Vec<ReferenceField> {
    vec![
        credentials(),
        certificates(),
        proxy(),
        secret(field!("spec" / "sts" / "secretRef" / "name")),
        secret(field!("spec" / "sts" / "certSecretRef" / "name")),
    ]
}

pub(super) static KINDS: LazyLock<Vec<ReferrerKind>> = LazyLock::new(|| {
    vec![
        referrer(&["helm.toolkit.fluxcd.io"], "HelmRelease", helm_release()),
        referrer(&["kustomize.toolkit.fluxcd.io"], "Kustomization", kustomization()),
        referrer(SOURCE, "GitRepository", vec![credentials(), verification(), proxy()]),
        referrer(SOURCE, "OCIRepository", oci_repository()),
        referrer(SOURCE, "HelmRepository", vec![credentials(), certificates()]),
        referrer(SOURCE, "HelmChart", vec![verification()]),
        referrer(SOURCE, "Bucket", bucket()),
        referrer(IMAGE, "ImageRepository", vec![credentials(), certificates(), proxy()]),
        referrer(
            IMAGE,
            "ImageUpdateAutomation",
            vec![secret(field!("spec" / "git" / "commit" / "signingKey" / "secretRef" / "name"))],
        ),
        referrer(NOTIFICATION, "Provider", vec![credentials(), certificates(), proxy()]),
        referrer(NOTIFICATION, "Receiver", vec![credentials()]),
    ]
});
