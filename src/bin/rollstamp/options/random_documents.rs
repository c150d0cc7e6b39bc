//! Options documents made at random.

#[allow(dead_code, reason = "the others are tried by the tests of the library")]
#[path = "../../../../tests/it/support/fuzz_bodies.rs"]
mod fuzz_bodies;
#[allow(clippy::print_stdout, reason = "a test prints what it has tried")]
#[path = "../../../../tests/it/support/random_inputs.rs"]
mod random_inputs;

use super::configs::config_selectors;
use super::document::parse;
use random_inputs::{mutate, try_inputs};

/// Documents with every field.
const SEEDS: [&str; 3] = [
    "strategy: rename\ncheck: true\nannotation: checksum/config\nrollOn: frozen\nnamespace: prod\nscope: dir\nstrict: \
     true\nfailOn: [stale]\nbaseline: known.json\nexclude: [vendor]\ncontext: [base]\nskipInvalid: true\nmaxFileSize: \
     1Mi\nmaxDepth: 50\nproducers: true\nhonor: [reloader, wave]\nimmutable: true\npruneLast: flux\nkeep: 3\n",
    "configs:\n- {kind: Secret, name: reg-*, strategy: none}\n- kind: ConfigMap\n  name: '[a-z]?'\n  namespace: x\n  \
     keepName: true\nexternal: [Secret/db, prod/Secret/*-tls]\nrepository:\n  urls: [team/fleet]\n  roots: {a: b}\n  clusters: [{name: eu, labels: {tier: a}}]\n  \
     applications:\n  - {name: eu, cluster: eu, paths: [a, b], helm: {values: [c.yaml]}}\n",
    "rules:\n  workloads:\n  - group: example.com\n    kind: Fleet\n    templates: ['spec/ships[]/template']\n    onChange: \
     rolls\n    when:\n    - {path: spec/anchored, value: true, onChange: noEffect, reason: anchored}\n  - {group: \
     example.com, kind: Fleet, annotations: metadata/annotations, podSpecs: [spec], onChange: nextRun}\n  references:\n  \
     - {group: example.com, kind: Fleet, path: 'spec/ships[]/ref', to: ConfigMap, key: key, delivery: frozen}\n  \
     producers:\n  - {group: example.com, kind: Fleet, makes: Secret, name: spec/into, request: [spec/config], rename: \
     true}\n  kustomizeNameReference: [names.yaml]\n",
];

fn seeds() -> Vec<Vec<u8>> {
    let mut seeds = Vec::new();
    for fields in SEEDS {
        let lines: String = fields.lines().map(|line| format!("  {line}\n")).collect();
        seeds.push(
            format!("apiVersion: rollstamp.dev/v1\nkind: Rollstamp\nmetadata: {{name: x}}\nspec:\n{lines}")
                .into_bytes(),
        );
    }
    seeds
}

/// Any text as an options document: it is refused at a place in it, or its rules and selectors can be used.
fn read_options(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let mut spec = match parse(&text) {
        Ok(spec) => spec,
        Err(error) => {
            let breaks = text.matches(['\n', '\r', '\u{85}', '\u{2028}', '\u{2029}']).count();
            assert!(error.position.is_none_or(|position| position.line <= breaks + 2), "{error:?}");
            assert!(!error.sentence.is_empty() && error.in_file("rollstamp.yaml").sentence().len() < 10_000);
            return;
        }
    };
    config_selectors(&spec.configs, &spec.config_flags, &spec.external);
    let Some(rules) = &mut spec.rules else { return };
    // Files that it names are read by the body about them.
    rules.kustomize_name_reference.clear();
    rules.kapp_template_rules.clear();
    if let Ok(rules) = rules.to_library() {
        fuzz_bodies::check_rules(&rules);
    }
}

#[test]
fn any_document_is_refused_or_used() {
    for seed in seeds() {
        assert!(parse(&String::from_utf8(seed).unwrap()).is_ok());
    }
    try_inputs(2, &seeds(), read_options, mutate);
}

#[test]
#[ignore = "slow: tries inputs for five seconds"]
fn any_document_is_refused_or_used_for_longer() {
    try_inputs(5, &seeds(), read_options, mutate);
}
