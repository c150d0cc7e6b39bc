//! kapp-controller: `pkg/apis/kappctrl/v1alpha1/types_fetch.go`, `types_template.go` and `types.go`,
//! `pkg/apis/packaging/v1alpha1`, and the annotations of `pkg/packageinstall/app.go`.

use std::sync::LazyLock;

use super::{ReferenceField, ReferrerKind, config_map, referrer, secret};
use crate::kinds::path::{FieldPath, field};

/// A ConfigMap or a Secret, each in a field of its own.
fn config_refs(path: &FieldPath) -> [ReferenceField; 2] {
    [config_map(path.join(&field!("configMapRef" / "name"))), secret(path.join(&field!("secretRef" / "name")))]
}

/// The fields of a source that is fetched, with those of its credentials.
fn fetch(from: &FieldPath) -> Vec<ReferenceField> {
    let mut fields = config_refs(&from.join(&field!("inline" / "pathsFrom" / []))).to_vec();
    for credentials in [
        field!("image" / "secretRef" / "name"),
        field!("imgpkgBundle" / "secretRef" / "name"),
        field!("http" / "secretRef" / "name"),
        field!("git" / "secretRef" / "name"),
        field!("helmChart" / "repository" / "secretRef" / "name"),
    ] {
        fields.push(secret(from.join(&credentials)));
    }
    fields
}

fn template() -> Vec<ReferenceField> {
    const STEPS: FieldPath = field!("spec" / "template" / []);
    let mut fields = Vec::new();
    for sources in [
        field!("ytt" / "inline" / "pathsFrom" / []),
        field!("ytt" / "valuesFrom" / []),
        field!("helmTemplate" / "valuesFrom" / []),
        field!("cue" / "valuesFrom" / []),
    ] {
        fields.extend(config_refs(&STEPS.join(&sources)));
    }
    for keys in [
        field!("sops" / "pgp" / "privateKeysSecretRef" / "name"),
        field!("sops" / "age" / "privateKeysSecretRef" / "name"),
    ] {
        fields.push(secret(STEPS.join(&keys)));
    }
    fields
}

/// The cluster that objects are applied to.
fn cluster() -> ReferenceField {
    secret(field!("spec" / "cluster" / "kubeconfigSecretRef" / "name"))
}

fn app() -> Vec<ReferenceField> {
    let mut fields = fetch(&field!("spec" / "fetch" / []));
    fields.extend(template());
    fields.push(cluster());
    fields
}

fn package_install() -> Vec<ReferenceField> {
    vec![
        secret(field!("spec" / "values" / [] / "secretRef" / "name")),
        cluster(),
        secret(field!("metadata" / "annotations" / ("ext.packaging.carvel.dev/ytt-paths-from-secret-name" * ""))),
        secret(field!(
            "metadata" / "annotations" / ("ext.packaging.carvel.dev/helm-template-values-from-secret-name" * "")
        )),
        secret(field!("metadata" / "annotations" / ("ext.packaging.carvel.dev/fetch-" * "-secret-name"))),
    ]
}

pub(super) static KINDS: LazyLock<Vec<ReferrerKind>> = LazyLock::new(|| {
    vec![
        referrer(&["kappctrl.k14s.io"], "App", app()),
        referrer(&["packaging.carvel.dev"], "PackageInstall", package_install()),
        referrer(&["packaging.carvel.dev"], "PackageRepository", fetch(&field!("spec" / "fetch"))),
    ]
});
