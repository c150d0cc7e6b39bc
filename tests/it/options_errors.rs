//! Errors about options, from flags and from the options file, in one snapshot.

use std::fmt::Write as _;

use crate::support::shell::{APP, Dir};

/// Flags that are refused, each for a reason of its own.
const FLAGS: &[&str] = &[
    "stamp --annotation a/b/c app.yaml",
    "stamp --max-file-size lots app.yaml",
    "stamp --max-depth 0 app.yaml",
    "stamp --namespace= app.yaml",
    "stamp --honor none,wave app.yaml",
    "stamp --honor nobody app.yaml",
    "stamp --exclude a[ app.yaml",
    "stamp --secret-key-file none.key app.yaml",
    "stamp --secret-key-file empty.key app.yaml",
    "stamp --config none.yaml app.yaml",
    "stamp --format json app.yaml",
    "stamp --write - ",
    "stamp - app.yaml",
    "rename --keep 2 app.yaml",
    "links --format html --unused app.yaml",
    "links --baseline none.json app.yaml",
    "links --ignore-config confmap/env app.yaml",
    "explain --workload a/b/c/d app.yaml",
    "impact app.yaml",
];

/// Specs of an options file that are refused.
const SPECS: &[&str] = &[
    "{annotations: a}",
    "{annotation: a/b/c}",
    "{rollOn: sometimes}",
    "{scope: cluster}",
    "{strict: maybe}",
    "{exclude: vendor}",
    "{maxDepth: deep}",
    "{configs: [{name: a}]}",
    "{configs: [{kind: Secret, name: a, strategy: rename, keepName: true}]}",
    "{external: [secrt/db]}",
    "{rules: {workloads: [{kind: Web}]}}",
    "{rules: {kustomize: [../outside.yaml]}}",
    "{secretKeyFile: /etc/passwd}",
];

#[test]
fn options_errors_say_what_to_do() {
    let dir = Dir::with(&[("app.yaml", APP), ("empty.key", "\n")]);
    let mut said = String::new();
    for args in FLAGS {
        let words: Vec<&str> = args.split(' ').filter(|word| !word.is_empty()).collect();
        let ran = dir.run_with(&words, b"");
        assert_eq!((ran.status, ran.stdout.as_str()), (2, ""), "{args}: {}", ran.stderr);
        // Errors of usage go on with the usage, which the snapshots of the help have.
        let error = ran.stderr.split("\n\nUsage:").next().unwrap_or_default();
        let _ = writeln!(said, "$ {}\n{}\n", args.trim(), error.trim_end());
    }
    for spec in SPECS {
        dir.put("rollstamp.yaml", format!("apiVersion: rollstamp.dev/v1\nkind: Rollstamp\nspec: {spec}\n"));
        let ran = dir.run("stamp app.yaml");
        assert_eq!((ran.status, ran.stdout.as_str()), (2, ""), "{spec}: {}", ran.stderr);
        let _ = writeln!(said, "spec: {spec}\n{}\n", ran.stderr.trim_end());
    }
    insta::assert_snapshot!("options-errors", said);
}
