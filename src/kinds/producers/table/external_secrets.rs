//! The objects of the External Secrets Operator.

use crate::kinds::ConfigKind;
use crate::kinds::condition::Condition::{self, All, NotSet, OtherItem, Set};
use crate::kinds::path::{FieldPath, field};
use crate::kinds::producers::KeySource::{self, KeysOf, TextsIf};
use crate::kinds::producers::RenamePermission::{Never, Unless};
use crate::kinds::producers::RequestPart::Field;
use crate::kinds::producers::{GenerationRule, NamespaceSelection, TargetNamespace};

/// external-secrets/external-secrets, `externalsecret_types.go`.
pub(super) fn external_secret() -> [GenerationRule; 3] {
    [
        GenerationRule { only_if: vec![NotSet(field!("spec" / "target" / "manifest"))], ..external() },
        GenerationRule {
            only_if: vec![Condition::is(field!("spec" / "target" / "manifest" / "kind"), "Secret")],
            ..external()
        },
        GenerationRule {
            target: ConfigKind::ConfigMap,
            only_if: vec![Condition::is(field!("spec" / "target" / "manifest" / "kind"), "ConfigMap")],
            ..external()
        },
    ]
}

fn external() -> GenerationRule {
    GenerationRule {
        name_paths: vec![field!("spec" / "target" / "name"), field!("metadata" / "name")],
        keys: Some(keys_of_spec(&field!("spec"))),
        keys_unless: uncertain_keys_of_spec(&field!("spec")),
        request: vec![
            Field(field!("spec" / "secretStoreRef")),
            Field(field!("spec" / "data")),
            Field(field!("spec" / "dataFrom")),
            Field(field!("spec" / "target" / "template")),
            Field(field!("spec" / "target" / "manifest")),
        ],
        left_out: vec![
            field!("spec" / "refreshInterval"),
            field!("spec" / "refreshPolicy"),
            field!("spec" / "syncWindows"),
            field!("spec" / "target" / "creationPolicy"),
            field!("spec" / "target" / "deletionPolicy"),
            field!("metadata" / "annotations" / "force-sync"),
        ],
        rename: Unless(
            vec![
                Condition::is(field!("spec" / "target" / "creationPolicy"), "Merge"),
                Condition::is(field!("spec" / "target" / "creationPolicy"), "None"),
            ],
            "it writes into a Secret that something else creates",
        ),
        ..GenerationRule::secret()
    }
}

/// external-secrets/external-secrets, `clusterexternalsecret_types.go`.
pub(super) fn cluster_external_secret() -> GenerationRule {
    GenerationRule {
        name_paths: vec![
            field!("spec" / "externalSecretSpec" / "target" / "name"),
            field!("spec" / "externalSecretName"),
            field!("metadata" / "name"),
        ],
        namespace: TargetNamespace::Selected(NamespaceSelection {
            names: Some(field!("spec" / "namespaces" / [])),
            selectors: vec![field!("spec" / "namespaceSelector"), field!("spec" / "namespaceSelectors" / [])],
        }),
        keys: Some(keys_of_spec(&field!("spec" / "externalSecretSpec"))),
        keys_unless: uncertain_keys_of_spec(&field!("spec" / "externalSecretSpec")),
        request: vec![
            Field(field!("spec" / "externalSecretSpec" / "secretStoreRef")),
            Field(field!("spec" / "externalSecretSpec" / "data")),
            Field(field!("spec" / "externalSecretSpec" / "dataFrom")),
            Field(field!("spec" / "externalSecretSpec" / "target" / "template")),
            Field(field!("spec" / "externalSecretSpec" / "target" / "manifest")),
        ],
        left_out: vec![
            field!("spec" / "refreshTime"),
            field!("spec" / "namespaceSelector"),
            field!("spec" / "namespaceSelectors"),
            field!("spec" / "namespaces"),
        ],
        rename: Never("it is written to several namespaces"),
        ..GenerationRule::secret()
    }
}

/// The keys that the spec of an ExternalSecret gives: a template with data replaces what is fetched, unless its merge
/// policy is `Merge`; one without data adds no key and takes none away.
fn keys_of_spec(spec: &FieldPath) -> Vec<KeySource> {
    let fetched = spec.join(&field!("data" / [] / "secretKey"));
    let [has_no_data, merges] = conditions_of_fetched_keys(spec);
    vec![
        TextsIf(has_no_data, fetched.clone()),
        TextsIf(merges, fetched),
        KeysOf(spec.join(&field!("target" / "template" / "data"))),
    ]
}

fn conditions_of_fetched_keys(spec: &FieldPath) -> [Condition; 2] {
    [
        NotSet(spec.join(&field!("target" / "template" / "data" / *))),
        Condition::is(spec.join(&field!("target" / "template" / "mergePolicy")), "Merge"),
    ]
}

/// The conditions under which the Secret can have keys that the spec does not name.
fn uncertain_keys_of_spec(spec: &FieldPath) -> Vec<Condition> {
    let fetches_all = Set(spec.join(&field!("dataFrom")));
    let [has_no_data, merges] = conditions_of_fetched_keys(spec);
    let template_from = spec.join(&field!("target" / "template" / "templateFrom"));
    vec![
        All(vec![fetches_all.clone(), has_no_data]),
        All(vec![fetches_all, merges]),
        OtherItem(template_from, "target", &["Annotations", "Labels"]),
        Set(spec.join(&field!("target" / "manifest"))),
        Condition::is(spec.join(&field!("target" / "creationPolicy")), "Merge"),
        Condition::is(spec.join(&field!("target" / "creationPolicy")), "None"),
    ]
}
