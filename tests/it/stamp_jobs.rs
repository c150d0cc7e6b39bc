//! Stamps on objects that the API server does not let change: they neither come nor go.

use sha2::{Digest, Sha256};

use crate::support::shell::Dir;

const CONFIG: &str = "\
apiVersion: v1
kind: ConfigMap
metadata: {name: env}
data: {LEVEL: info}
---
";

/// A Job with fields of its metadata and its spec, and the metadata of its template.
fn job(annotations: &str, spec: &str, template_metadata: &str) -> String {
    format!(
        "{CONFIG}apiVersion: batch/v1
kind: Job
metadata:
  name: migrate
{annotations}spec:
{spec}  template:
{template_metadata}    spec:
      restartPolicy: Never
      containers:
      - name: migrate
        image: migrate:1
        envFrom: [{{configMapRef: {{name: env}}}}]
"
    )
}

fn job_set(spec: &str, annotation: &str) -> String {
    format!(
        "{CONFIG}apiVersion: jobset.x-k8s.io/v1alpha2
kind: JobSet
metadata: {{name: train}}
spec:
{spec}  replicatedJobs:
  - name: workers
    template:
      spec:
        template:
{annotation}          spec:
            containers:
            - name: train
              image: train:1
              envFrom: [{{configMapRef: {{name: env}}}}]
"
    )
}

fn stamped(annotation_lines: &str) -> String {
    format!("    metadata:\n      annotations:\n        rollstamp.dev/checksum: \"old\"\n{annotation_lines}")
}

#[test]
fn suspended_jobs_are_not_stamped() {
    for text in [job("", "  suspend: true\n", ""), job_set("  suspend: true\n", "")] {
        let dir = Dir::with(&[("app.yaml", &text)]);
        let ran = dir.run("stamp --check app.yaml");
        assert_eq!(ran.status, 0, "{}", ran.stderr);
        assert!(ran.stderr.contains("not stamped: the template"), "{}", ran.stderr);
        dir.run("stamp app.yaml").prints(&text);
    }
}

#[test]
fn stamp_found_on_a_job_stays() {
    let outdated = job("", "", &stamped(""));
    let unused = outdated.replace("configMapRef: {name: env}", "prefix: X_");
    let suspended = job("", "  suspend: true\n", &stamped(""));
    let set =
        job_set("", &stamped("").replace("    metadata", "          metadata").replace("\n      ", "\n            "));
    for text in [outdated, suspended, set] {
        let dir = Dir::with(&[("app.yaml", &text)]);
        let ran = dir.run("stamp --check --strict app.yaml");
        assert_eq!(ran.status, 0, "{}", ran.stderr);
        assert!(ran.stderr.contains("note: ") && ran.stderr.contains("keeps its stamp as it is"), "{}", ran.stderr);
        dir.run("stamp app.yaml").prints(&text);
    }
    // A shape that the server refuses does not matter here: nothing is consumed any more.
    let dir = Dir::with(&[("app.yaml", &unused)]);
    dir.run("stamp app.yaml").prints(&unused);
}

#[test]
fn stamp_that_is_right_is_up_to_date_on_a_job_too() {
    let text = job("", "", &stamped(""));
    let dir = Dir::with(&[("app.yaml", &text)]);
    let listing = dir.run("explain --workload Job/migrate app.yaml").stdout;
    dir.put("app.yaml", text.replace("\"old\"", &hex::encode(Sha256::digest(listing))));
    let ran = dir.run("stamp --check app.yaml");
    assert!(ran.stderr.contains("nothing to stamp (1 up to date)"), "{}", ran.stderr);
}

#[test]
fn remove_leaves_a_job_without_other_metadata_alone() {
    let old = "        rollstamp.dev/checksum: \"old\"\n";
    for (metadata, stays) in [
        (stamped(""), true),
        (format!("    metadata: {{annotations: {{{}}}}}\n", old.trim()), true),
        (stamped("      creationTimestamp: null\n"), true),
        (stamped("      labels: null\n"), true),
        (stamped("      labels: {app: migrate}\n"), false),
        (stamped("      name: x\n"), false),
        (stamped("        other: annotation\n"), false),
    ] {
        let text = job("", "", &metadata);
        let dir = Dir::with(&[("app.yaml", &text)]);
        let ran = dir.run("stamp --remove app.yaml");
        assert_eq!(ran.status, 0, "{}", ran.stderr);
        if stays {
            assert_eq!(ran.stdout, text);
            assert!(ran.stderr.contains("note: Job/migrate: keeps its stamp"), "{}", ran.stderr);
            assert!(ran.stderr.contains("no stamp to remove (1 kept)"), "{}", ran.stderr);
        } else {
            assert!(!ran.stdout.contains("rollstamp.dev") && ran.stdout.contains("    metadata:\n"), "{}", ran.stdout);
        }
    }
}

#[test]
fn remove_takes_stamps_off_what_loses_no_labels() {
    for text in [
        job("  annotations: {helm.sh/hook: pre-upgrade}\n", "", &stamped("")),
        job("  annotations: {kustomize.toolkit.fluxcd.io/force: enabled}\n", "", &stamped("")),
        job_set("", &stamped("").replace("    metadata", "          metadata").replace("\n      ", "\n            ")),
    ] {
        let dir = Dir::with(&[("app.yaml", &text)]);
        let ran = dir.run("stamp --remove app.yaml");
        assert!(!ran.stdout.contains("rollstamp.dev"), "{} {}", ran.stdout, ran.stderr);
    }
}

#[test]
fn helm_hooks_are_stamped_whatever_deletes_them() {
    for policy in ["", ", helm.sh/hook-delete-policy: hook-succeeded", ", helm.sh/hook-delete-policy: hook-failed"] {
        for hook in ["pre-install", "post-upgrade", "test"] {
            let text = job(&format!("  annotations: {{helm.sh/hook: {hook}{policy}}}\n"), "", "");
            let dir = Dir::with(&[("app.yaml", &text)]);
            let ran = dir.run("stamp app.yaml");
            assert!(ran.stdout.contains("rollstamp.dev/checksum: "), "{hook}{policy}: {}", ran.stderr);
            assert!(!ran.stderr.contains("note:"), "{}", ran.stderr);
            let renamed = dir.run("rename app.yaml");
            assert!(!renamed.stderr.contains("cannot be changed"), "{}", renamed.stderr);
        }
    }
}

/// A Deployment with a stamp, and its immutable config.
fn immutable(stamp: &str) -> String {
    format!(
        "{}apiVersion: apps/v1
kind: Deployment
metadata: {{name: web}}
spec:
  template:
    metadata: {{annotations: {{other: \"1\"{stamp}}}}}
    spec:
      containers:
      - {{name: web, image: \"web:1\", envFrom: [{{configMapRef: {{name: env}}}}]}}
",
        CONFIG.replace("data: {LEVEL", "immutable: true\ndata: {LEVEL")
    )
}

#[test]
fn renewed_stamp_over_an_immutable_config_is_noted() {
    let dir = Dir::with(&[("app.yaml", &immutable(", rollstamp.dev/checksum: \"old\""))]);
    let ran = dir.run("stamp --check --strict app.yaml");
    assert!(
        ran.stderr.contains("note: Deployment/web: its new stamp includes ConfigMap/env, which is immutable"),
        "{}",
        ran.stderr
    );
    assert!(!ran.stderr.contains("--strict"), "{}", ran.stderr);
    // The first stamp rolls the workload onto what is there, and one that is right changes nothing.
    dir.put("app.yaml", immutable(""));
    let first = dir.run("stamp --write app.yaml");
    assert!(!first.stderr.contains("immutable"), "{}", first.stderr);
    let again = dir.run("stamp --check app.yaml");
    assert!(!again.stderr.contains("immutable"), "{}", again.stderr);
    // A key that is not consumed has no part in it.
    let ignored = immutable(", rollstamp.dev/checksum: \"old\"")
        .replace("{name: env}\nimm", "{name: env, annotations: {rollstamp.dev/ignore: \"true\"}}\nimm");
    dir.put("app.yaml", ignored);
    let ran = dir.run("stamp --check app.yaml");
    assert!(!ran.stderr.contains("immutable"), "{}", ran.stderr);
}
