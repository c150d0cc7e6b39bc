//! Texts that hold the old name of a renamed object: each is a warning and a finding, and what only looks alike is not.

use crate::support::shell::{APP, Dir};

const JOB: &str = "\
apiVersion: v1
kind: ConfigMap
metadata: {name: mig-env}
data: {DB: x}
---
apiVersion: batch/v1
kind: Job
metadata: {name: migrate}
spec:
  template:
    spec:
      restartPolicy: Never
      containers:
      - {name: d, image: 'd:1', args: [manage.py, migrate], envFrom: [{configMapRef: {name: mig-env}}]}
";

/// The lines of a strict `rename` that are about mentions.
fn mentions(text: &str, flags: &str) -> Vec<String> {
    let dir = Dir::with(&[("a.yaml", text)]);
    let ran = dir.run(&format!("rename --strict {flags} a.yaml"));
    let lines: Vec<String> = ran.stderr.lines().filter(|line| line.contains(" mentions ")).map(str::to_owned).collect();
    assert_eq!(ran.status, i32::from(!lines.is_empty()), "{}", ran.stderr);
    lines
}

/// The mentions of the config of `APP` in further objects.
fn mentions_beside_app(objects: &str) -> Vec<String> {
    mentions(&format!("{APP}---\n{objects}"), "")
}

/// `APP` with more fields of its container.
fn with_container(fields: &str) -> String {
    APP.replace("        image: web:1\n", &format!("        image: web:1\n        {fields}\n"))
}

#[test]
fn waiting_for_renamed_job_warns() {
    let waits = "\
apiVersion: apps/v1
kind: Deployment
metadata: {name: app}
spec:
  template:
    spec:
      initContainers:
      - {name: a, image: k, args: [job, migrate]}
      - {name: b, image: k, command: [sh, -c, 'kubectl wait --for=condition=complete job/migrate']}
      - {name: c, image: k, env: [{name: JOB, value: migrate}]}
      containers: [{name: d, image: d, lifecycle: {postStart: {exec: {command: [wait, jobs/migrate]}}}}]
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: only}
spec: {podSelector: {matchLabels: {batch.kubernetes.io/job-name: migrate}}}
";
    let found = mentions(&format!("{JOB}---\n{waits}"), "--rename-jobs");
    let words = ["args", "command", "an env value", "a lifecycle hook", "a label selector"];
    assert_eq!(found.len(), words.len(), "{found:#?}");
    for (line, what) in found.iter().zip(words) {
        assert!(line.contains(&format!("{what} mentions Job/migrate, whose name changes")), "{line}");
        assert!(line.ends_with("annotate the Job with rollstamp.dev/rename: \"false\""), "{line}");
    }
    // Without the flag, or with that annotation, the Job keeps its name.
    assert!(mentions(&format!("{JOB}---\n{waits}"), "").is_empty());
    let kept = JOB.replace("{name: migrate}", "{name: migrate, annotations: {rollstamp.dev/rename: 'false'}}");
    let dir = Dir::with(&[("a.yaml", &format!("{kept}---\n{waits}"))]);
    let ran = dir.run("rename --rename-jobs a.yaml");
    assert!(ran.stdout.contains("kind: Job\nmetadata: {name: migrate,"), "{}", ran.stdout);
    ran.says("the new name changes its spec, but the spec of a Job cannot be changed");
}

#[test]
fn base_name_of_job_renamed_in_place_warns() {
    let waits = "\
apiVersion: v1
kind: Pod
metadata: {name: w}
spec: {containers: [{name: a, image: k, args: [job, migrate]}]}
";
    let dir = Dir::with(&[("a.yaml", &format!("{JOB}---\n{waits}"))]);
    assert_eq!(dir.run("rename --rename-jobs -w a.yaml").status, 0);
    let again = dir.run("rename --rename-jobs --strict --check a.yaml");
    assert_eq!(again.status, 1);
    again.says("Pod/w: args mentions Job/migrate, whose name changes");
}

#[test]
fn strings_of_unknown_kinds_are_searched() {
    let object = "\
apiVersion: example.com/v1
kind: Fleet
metadata: {name: env, labels: {app: env}}
spec:
  config: env
  list: [a, {deep: 'reads env;'}]
  text: |
    name: env
  selector: {matchLabels: {app: env}}
  podSelector: {app: env}
  host: env
  image: env
  ref: {kind: Service, name: env}
  containers: [{name: env, image: i}]
status: {config: env}
";
    let found = mentions_beside_app(object);
    let line =
        "a.yaml:27:11: warning: Fleet/env: a field mentions ConfigMap/env, whose name changes, as do 2 more fields";
    assert_eq!(found.len(), 1, "{found:#?}");
    assert!(found[0].starts_with(line), "{found:#?}");
    // Kinds of Kubernetes have no fields of their own for it.
    let service =
        "apiVersion: v1\nkind: Service\nmetadata: {name: env}\nspec: {selector: {app: env}, externalName: env}\n";
    assert!(mentions_beside_app(service).is_empty());
}

#[test]
fn chart_values_are_searched_as_mappings_and_text() {
    let release = "\
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: env}
spec: {releaseName: env, values: {existing: env}}
";
    let application = "\
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: env}
spec:
  destination: {name: env}
  source:
    path: env
    helm:
      values: |
        existingConfigmap: env
";
    let chart = "\
apiVersion: helm.cattle.io/v1
kind: HelmChart
metadata: {name: env}
spec: {chart: env, valuesContent: 'existing: env'}
";
    for object in [release, application, chart] {
        let found = mentions_beside_app(object);
        assert_eq!(found.len(), 1, "{object}{found:#?}");
        assert!(found[0].contains("a chart value mentions ConfigMap/env, whose name changes;"), "{found:#?}");
    }
    let sources = application.replace("  source:\n", "  sources:\n  - ref: x\n    chart: env\n  -\n");
    assert_eq!(mentions_beside_app(&sources).len(), 1);
}

#[test]
fn chart_values_are_searched_for_target_namespace() {
    let app = APP.replace("  name: env\n", "  name: env\n  namespace: prod\n");
    let app = app.replace("  name: web\nspec", "  name: web\n  namespace: prod\nspec");
    let application = |destination: &str| {
        format!(
            "{app}---\n{{apiVersion: argoproj.io/v1alpha1, kind: Application, metadata: {{name: a, namespace: argocd}}, \
             spec: {{destination: {{{destination}}}, source: {{helm: {{valuesObject: {{existing: env}}}}}}}}}}\n"
        )
    };
    assert_eq!(mentions(&application("namespace: prod"), "").len(), 1);
    assert_eq!(mentions(&application("server: x"), "").len(), 1);
    assert_eq!(mentions(&application("namespace: '{{x}}'"), "").len(), 1);
    assert!(mentions(&application("namespace: stage"), "").is_empty());
    let release = |target: &str| {
        format!(
            "{app}---\n{{apiVersion: helm.toolkit.fluxcd.io/v2, kind: HelmRelease, metadata: {{name: a, namespace: flux}}, \
             spec: {{{target} values: {{existing: env}}}}}}\n"
        )
    };
    assert_eq!(mentions(&release("targetNamespace: prod,"), "").len(), 1);
    assert!(mentions(&release(""), "").is_empty());
}

#[test]
fn probes_and_hooks_are_searched() {
    for (fields, what) in [
        ("livenessProbe: {exec: {command: [sh, -c, kubectl get cm env]}}", "a probe"),
        ("readinessProbe: {exec: {command: [cat, env]}}", "a probe"),
        ("startupProbe: {exec: {command: [cat, env]}}", "a probe"),
        ("lifecycle: {preStop: {exec: {command: [cat, env]}}}", "a lifecycle hook"),
        ("lifecycle: {postStart: {exec: {command: [cat, env]}}}", "a lifecycle hook"),
    ] {
        let found = mentions(&with_container(fields), "");
        assert_eq!(found.len(), 1, "{fields}: {found:#?}");
        assert!(found[0].contains(&format!("Deployment/web: {what} mentions ConfigMap/env")), "{found:#?}");
    }
}

#[test]
fn paths_are_not_mentions() {
    let mounted = "\
volumeMounts: [{name: v, mountPath: /env}]
        args: [--dir=/env, --file=/env/LEVEL, /etc/env/x, ./a/env, https://host/env, 'ghcr.io/env:1']";
    let volumes = "      volumes: [{name: v, configMap: {name: env}}]\n";
    let found = mentions(&(with_container(mounted) + volumes), "");
    assert!(found.is_empty(), "{found:#?}");
    // Where it is not mounted, a path of one step can be anything.
    assert_eq!(mentions(&with_container("args: [--prefix=/env]"), "").len(), 1);
    for text in ["prod/env", "$(POD_NAMESPACE)/env", "configmap/env", "/api/v1/namespaces/x/configmaps/env"] {
        assert_eq!(mentions(&with_container(&format!("args: ['--from={text}']")), "").len(), 1, "{text}");
    }
}

#[test]
fn text_with_several_old_names_warns_of_each() {
    let text =
        with_container("args: [env other]") + "        - secretRef: {name: env}\n        - secretRef: {name: other}\n";
    let secrets = ["env", "other"].map(|name| {
        format!("---\n{{apiVersion: v1, kind: Secret, metadata: {{name: {name}}}, stringData: {{A: b}}}}\n")
    });
    let found = mentions(&(text + &secrets.concat()), "");
    assert_eq!(found.len(), 1, "{found:#?}");
    assert!(found[0].contains("args mentions ConfigMap/env and Secret/env and Secret/other, whose names change;"));
}
