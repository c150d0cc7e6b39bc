//! Earlier generations of renamed configs: who still needs them, and hosts that cannot keep them.

use crate::support::shell::{APP, Dir};

/// `APP` with CronJobs of these names in place of its Deployment.
fn cron_jobs(names: &[&str]) -> String {
    let (config, _) = APP.split_once("---\n").unwrap();
    let mut text = config.to_string();
    for name in names {
        text += &format!(
            "---\napiVersion: batch/v1\nkind: CronJob\nmetadata: {{name: {name}}}\nspec:\n  schedule: 0 4 * * *\n  \
             jobTemplate: {{spec: {{template: {{spec: {{containers: [{{name: a, image: a, envFrom: [{{configMapRef: \
             {{name: env}}}}]}}]}}}}}}}}\n"
        );
    }
    text
}

const NOTE: &str = "running Jobs, and their retries, need configs by their old names, which Argo CD prunes without waiting \
                    for Jobs";

#[test]
fn jobs_of_cron_jobs_lose_pruned_configs() {
    let dir = Dir::with(&[("app.yaml", &cron_jobs(&["a", "b", "c"]))]);
    let ran = dir.run("rename --prune-last argocd app.yaml");
    ran.says(&format!(
        "app.yaml:8:1: note: CronJob/a: {NOTE} (so do those of CronJob/b, CronJob/c); keep earlier generations"
    ));
    assert_eq!(ran.stderr.matches(NOTE).count(), 1, "{}", ran.stderr);
    // Flux and Helm prune nothing; kept generations are there; a second run in place changes no name.
    dir.put("again.yaml", &ran.stdout);
    for run in [
        "rename --prune-last flux app.yaml",
        "rename --prune-last helm app.yaml",
        "rename app.yaml",
        "rename --prune-last argocd --output-dir out --keep 1 app.yaml",
        "rename --prune-last argocd again.yaml",
    ] {
        let ran = dir.run(run);
        assert_eq!(ran.status, 0, "{run}: {}", ran.stderr);
        assert!(!ran.stderr.contains("running Jobs"), "{run}: {}", ran.stderr);
    }
    dir.put("app.yaml", APP);
    assert!(!dir.run("rename --prune-last argocd app.yaml").stderr.contains("running Jobs"));
}

/// The old Job goes with its pods.
#[test]
fn jobs_that_their_applier_replaces_lose_no_config() {
    let metadata = "metadata:\n  annotations: {helm.sh/hook: pre-install}\n  name: web\n";
    let job =
        APP.replace("apps/v1", "batch/v1").replace("Deployment", "Job").replace("metadata:\n  name: web\n", metadata);
    assert!(job.contains("helm.sh/hook"));
    let dir = Dir::with(&[("app.yaml", &job)]);
    let ran = dir.run("rename --prune-last argocd app.yaml");
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    assert!(!ran.stderr.contains("running Jobs"), "{}", ran.stderr);
}

#[test]
fn functions_cannot_keep_generations() {
    let dir = Dir::with(&[]);
    let list = |spec: &str| {
        format!(
            "apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems: []\nfunctionConfig: {{apiVersion: \
             rollstamp.dev/v1, kind: Rollstamp, spec: {{{spec}}}}}\n"
        )
    };
    let way = "which does not see what it made before; remove it, and use `pruneLast`, or commit the output of `rollstamp \
               rename --output-dir DIR --keep N`";
    for (args, spec) in [(&["krm"][..], "keep: 2"), (&["krm", "--keep", "2"], "")] {
        let ran = dir.run_with(args, list(spec).as_bytes());
        assert_eq!(ran.status, 2, "{}", ran.stderr);
        ran.says(&format!("spec.keep has no effect in a function, {way}"));
    }
    assert_eq!(dir.run_with(&["krm", "--keep", "0"], list("keep: 2").as_bytes()).status, 0);
}

#[test]
fn an_option_that_keeps_nothing_is_noted() {
    let options = "apiVersion: rollstamp.dev/v1\nkind: Rollstamp\nspec: {keep: 2}\n";
    let dir = Dir::with(&[("app.yaml", APP), ("rollstamp.yaml", options)]);
    let note = "note: `keep: 2` of the options file has no effect without --output-dir";
    for args in ["rename app.yaml", "rename --check app.yaml", "rename --write app.yaml"] {
        dir.run(args).says(note);
    }
    for args in ["rename --output-dir out app.yaml", "rename --keep 0 app.yaml", "stamp app.yaml"] {
        let ran = dir.run(args);
        assert!(ran.status == 0 && !ran.stderr.contains("has no effect"), "{args}: {}", ran.stderr);
    }
}
