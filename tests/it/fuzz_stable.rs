//! The bodies of the fuzzer on stable, for a bounded time: on mutations of the cases and of files of rules, and on
//! random bytes.

use crate::support::random_inputs::{Random, mutate, try_inputs};
use crate::support::{self, fuzz_bodies};

/// The manifests of all cases, and a few bytes that are none.
fn seeds() -> Vec<Vec<u8>> {
    let mut seeds: Vec<Vec<u8>> = vec![b"a: 1\n".to_vec(), (0..=255).collect(), Vec::new()];
    let cases = concat!(env!("CARGO_MANIFEST_DIR"), "/testdata/cases/*/in/**/*");
    for path in glob::glob(cases).unwrap().flatten().filter(|path| path.is_file()) {
        let bytes = std::fs::read(path).unwrap();
        if bytes.len() < 8_000 {
            seeds.push(bytes);
        }
    }
    assert!(seeds.len() > 50);
    seeds
}

/// Files of rules of kustomize and kapp.
fn rule_files() -> Vec<Vec<u8>> {
    const KUSTOMIZE: &str = "nameReference:\n- kind: ConfigMap\n  version: v1\n  fieldSpecs:\n  - path: spec/config\n    kind: \
                             Fleet\n    group: example.com\n  - {path: spec/ships/config, kind: Fleet}\n- kind: Secret\n  \
                             fieldSpecs: [{path: 'spec/configs[]', version: v1}]\nvarReference: [{path: a/b}]\n";
    const KAPP: &str = "apiVersion: kapp.k14s.io/v1alpha1\nkind: Config\ntemplateRules:\n- resourceMatchers:\n  - \
                        apiVersionKindMatcher: {apiVersion: v1, kind: ConfigMap}\n  affectedResources:\n    \
                        objectReferences:\n    - path: [spec, ships, {allIndexes: true}, ref]\n      nameKey: name\n      \
                        resourceMatchers:\n      - apiGroupKindMatcher: {apiGroup: example.com, kind: Fleet}\n      - \
                        anyMatcher: {matchers: [{apiVersionKindMatcher: {apiVersion: apps/v1, kind: Deployment}}]}\n---\n";
    [KUSTOMIZE, KAPP].map(|text| text.as_bytes().to_vec()).into()
}

fn random_bytes(_: &[Vec<u8>], random: &mut Random) -> Vec<u8> {
    (0..80).map(|_| random.below(256) as u8).collect()
}

/// Makes a quick test and a slow one of each body.
macro_rules! try_bodies {
    ($($name:ident / $slow:ident: $body:ident, $seeds:ident, $make:ident;)*) => {$(
        #[test]
        fn $name() {
            if support::runs_slow_tests() {
                return;
            }
            try_inputs(2, &$seeds(), fuzz_bodies::$body, $make);
        }

        #[test]
        #[ignore = "slow: tries inputs for five seconds"]
        fn $slow() {
            try_inputs(5, &$seeds(), fuzz_bodies::$body, $make);
        }
    )*};
}

try_bodies! {
    any_text_is_read / any_text_is_read_for_longer: read_text, seeds, mutate;
    any_text_is_changed_once / any_text_is_changed_once_for_longer: change_text, seeds, mutate;
    manifests_are_changed_once / manifests_are_changed_once_for_longer: change_manifests, seeds, random_bytes;
    any_document_is_edited / any_document_is_edited_for_longer: edit_document, seeds, mutate;
    any_rules_are_followed_once / any_rules_are_followed_once_for_longer: follow_rule_file, rule_files, mutate;
}
