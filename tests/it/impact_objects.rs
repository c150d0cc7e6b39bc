//! What `impact` says of configs that no workload consumes and of objects without pods, and of content that reaches
//! what runs to its end.

use rollstamp::Impact;
use rollstamp::impact::{ImpactClass, KeyChange, Roller};

use super::impact_classes::between;
use crate::support::shell::{APP, Dir};

fn config(fields: &str) -> String {
    format!("{{apiVersion: v1, kind: ConfigMap, metadata: {{name: app}}, {fields}}}")
}

/// The class and the name of each row, with its sentence.
fn rows(impact: &Impact) -> Vec<(ImpactClass, String, String)> {
    let row =
        |row: &rollstamp::impact::WorkloadImpact| (row.class, row.label(), row.sentence.clone().unwrap_or_default());
    impact.workloads.iter().map(row).collect()
}

#[test]
fn changed_configs_that_reach_no_workload_are_listed() {
    let impact = between(&config("data: {A: '1', B: same}"), &config("data: {A: '2', B: same}"), None);
    let keys: Vec<_> = impact.configs.iter().flat_map(|config| &config.keys).map(|key| key.key.as_str()).collect();
    assert_eq!((keys, impact.workloads.len(), impact.count_findings()), (vec!["A"], 0, 0));
    // New and gone configs are no changes, nor are other labels.
    let other = config("data: {A: '1'}").replace("name: app", "name: other");
    assert!(between(&config("data: {A: '1'}"), &other, None).configs.is_empty());
    assert!(between(&config("data: {A: '1'}"), &config("data: {A: '1'}, labels: {a: b}"), None).configs.is_empty());
}

#[test]
fn configs_of_one_name_in_several_files_are_paired_by_their_paths() {
    let dir = Dir::with(&[
        ("old/dev/a.yaml", &config("data: {A: dev}")),
        ("old/prod/a.yaml", &config("data: {A: prod}")),
        ("new/dev/a.yaml", &config("data: {A: other}")),
        ("new/prod/a.yaml", &config("data: {A: prod}")),
    ]);
    let ran = dir.run("impact --scope dir --base old new");
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    let lines: Vec<&str> = ran.stdout.lines().filter(|line| line.starts_with("changed")).collect();
    assert_eq!(lines, ["changed  ConfigMap/app  A    new/dev/a.yaml:1, was old/dev/a.yaml:1"]);
}

#[test]
fn objects_that_read_a_changed_config_reconcile() {
    let referrer = |version: &str, kind: &str, spec: &str| {
        format!("{{apiVersion: {version}, kind: {kind}, metadata: {{name: it}}, {spec}}}")
    };
    for (object, reconciles) in [
        (
            referrer(
                "helm.toolkit.fluxcd.io/v2",
                "HelmRelease",
                "spec: {valuesFrom: [{kind: ConfigMap, name: app, valuesKey: A}]}",
            ),
            true,
        ),
        (
            // The key is values.yaml by default.
            referrer("helm.toolkit.fluxcd.io/v2", "HelmRelease", "spec: {valuesFrom: [{kind: ConfigMap, name: app}]}"),
            false,
        ),
        (
            referrer(
                "keda.sh/v1alpha1",
                "TriggerAuthentication",
                "spec: {configMapTargetRef: [{parameter: p, name: app, key: A}]}",
            ),
            true,
        ),
        (
            referrer(
                "keda.sh/v1alpha1",
                "TriggerAuthentication",
                "spec: {configMapTargetRef: [{parameter: p, name: app, key: B}]}",
            ),
            false,
        ),
        (
            referrer(
                "kustomize.toolkit.fluxcd.io/v1",
                "Kustomization",
                "spec: {postBuild: {substituteFrom: [{kind: ConfigMap, name: app}]}}",
            ),
            true,
        ),
        (
            referrer(
                "rbac.authorization.k8s.io/v1",
                "Role",
                "rules: [{apiGroups: [''], resources: [configmaps], resourceNames: [app], verbs: [get]}]",
            ),
            false,
        ),
    ] {
        let text = |value: &str| format!("{}\n---\n{object}\n", config(&format!("data: {{A: '{value}'}}")));
        let impact = between(&text("1"), &text("2"), None);
        let class = if object.contains("HelmRelease") { ImpactClass::Unknown } else { ImpactClass::Reconciles };
        assert_eq!(impact.count_class(class), usize::from(reconciles), "{object}");
        assert!(between(&text("1"), &text("1"), None).workloads.is_empty(), "{object}");
    }
    // The certificate of an Ingress is a Secret.
    let ingress = |value: &str| {
        format!(
            "{{apiVersion: v1, kind: Secret, metadata: {{name: app}}, stringData: {{tls.crt: '{value}'}}}}\n---\n\
             {{apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {{name: it}}, spec: {{tls: [{{secretName: app}}]}}}}\n"
        )
    };
    assert_eq!(rows(&between(&ingress("1"), &ingress("2"), None))[0].0, ImpactClass::Reconciles);
}

#[test]
fn updates_of_objects_without_pods_are_refused_by_the_rules_of_their_kinds() {
    let service = |spec: &str| format!("{{apiVersion: v1, kind: Service, metadata: {{name: s}}, spec: {{{spec}}}}}");
    let claim = |spec: &str| {
        format!("{{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {{name: p}}, spec: {{{spec}}}}}")
    };
    let size = |size: &str| format!("resources: {{requests: {{storage: {size}}}}}");
    for (old, new, refused) in [
        (service("clusterIP: None"), service("clusterIP: 10.0.0.1"), "spec.clusterIP"),
        (service("ports: []"), service("clusterIP: None"), "spec.clusterIP"),
        (service("clusterIP: 10.0.0.1"), service("clusterIP: 10.0.0.2"), "spec.clusterIP"),
        // The address that the server chose is not known, and one that is no longer given stays.
        (service("ports: []"), service("clusterIP: 10.0.0.1"), ""),
        (service("clusterIP: None"), service("ports: []"), ""),
        (service("ports: []"), service("clusterIP: ''"), ""),
        (service("type: ExternalName, externalName: a"), service("clusterIP: None"), ""),
        (service("selector: {a: b}"), service("selector: {a: c}"), ""),
        (claim("accessModes: [ReadWriteOnce]"), claim("accessModes: [ReadWriteMany]"), "spec.accessModes"),
        (claim("storageClassName: a"), claim("storageClassName: b"), "spec.storageClassName"),
        (claim("storageClassName: a"), claim("volumeMode: Filesystem"), "spec.storageClassName"),
        (claim(&size("2Gi")), claim(&size("1Gi")), "cannot become smaller"),
        (claim(&size("1Gi")), claim(&size("2Gi")), ""),
        (claim(&size("1Gi")), claim(&size("1024Mi")), ""),
        (claim("accessModes: [a]"), claim("accessModes: [a], volumeMode: Filesystem"), ""),
        (claim("accessModes: [a]"), claim("accessModes: [a], volumeMode: Block"), "spec.volumeMode"),
        (claim("accessModes: [a]"), claim("accessModes: [a], storageClassName: b"), ""),
    ] {
        let impact = between(&old, &new, None);
        assert_eq!(impact.count_refused(), usize::from(!refused.is_empty()), "{new}");
        assert_eq!(impact.count_findings(), impact.count_refused(), "{new}");
        assert!(rows(&impact).iter().all(|(.., sentence)| sentence.contains(refused)), "{:?}", rows(&impact));
    }
}

#[test]
fn rejected_configs_are_findings_whether_or_not_something_uses_them() {
    for (old, new, reason) in [
        ("immutable: true, data: {A: '1'}", "immutable: true, data: {A: '2'}", "its content cannot change"),
        ("immutable: true, data: {A: '1'}", "immutable: true, binaryData: {A: MQ==}", "its content cannot change"),
        ("immutable: true, data: {A: '1'}", "data: {A: '1'}", "cannot be reverted"),
        ("immutable: true, data: {A: ''}", "immutable: true, data: {A: null}", "null removes"),
        ("data: {A: '1'}", "immutable: true, data: {A: '2'}", ""),
        ("immutable: true, binaryData: {A: MQ==}", "immutable: true, binaryData: {A: \"MQ==\\n\"}", ""),
    ] {
        let impact = between(&config(old), &config(new), None);
        assert_eq!(impact.count_rejected_configs(), usize::from(!reason.is_empty()), "{new}");
        assert_eq!(impact.count_findings(), impact.count_rejected_configs(), "{new}");
        assert!(rows(&impact).iter().all(|(.., sentence)| sentence.contains(reason)), "{:?}", rows(&impact));
    }
    let dir = Dir::with(&[
        ("old.yaml", &config("immutable: true, data: {A: '1'}")),
        ("new.yaml", &config("immutable: true, data: {A: '2'}")),
    ]);
    let ran = dir.run("impact --strict --base old.yaml new.yaml");
    assert_eq!(ran.status, 1, "{}", ran.stderr);
    assert!(ran.stderr.contains("1 config is refused, 0 unaffected"), "{}", ran.stderr);
    assert!(ran.stdout.contains("refused  ConfigMap/app"), "{}", ran.stdout);
}

#[test]
fn a_new_name_that_is_no_longer_immutable_is_a_warning() {
    let app = |level: &str| APP.replace("info", level);
    let dir = Dir::with(&[("old/app.yaml", &app("warn")), ("new/app.yaml", &app("debug"))]);
    dir.put("same/app.yaml", app("warn"));
    assert_eq!(dir.run("rename --immutable --write old").status, 0);
    let warning = "is no longer immutable, as it was under the name env-";
    for tree in ["new", "same"] {
        assert_eq!(dir.run(&format!("rename --write {tree}")).status, 0);
    }
    let ran = dir.run("impact --base old new");
    ran.says("new/app.yaml:1:1: warning: ConfigMap/env-");
    ran.says(warning);
    let ran = dir.run("impact --base old same");
    assert!(ran.stdout.contains("refused") && !ran.stderr.contains(warning), "{}{}", ran.stdout, ran.stderr);
    dir.put("new/app.yaml", app("debug"));
    dir.run("impact --assume rename --base old new").says(warning);
    let ran = dir.run("impact --assume rename --immutable --base old new");
    assert!(!ran.stderr.contains(warning), "{}", ran.stderr);
}

/// A workload that takes `ConfigMap/app` as `use_of` says.
fn consumer(kind: &str, config: &str, use_of: &str) -> String {
    let (version, spec) = match kind {
        "CronJob" => ("batch/v1", format!("jobTemplate: {{spec: {{template: {{spec: {use_of}}}}}}}")),
        "Job" => ("batch/v1", format!("template: {{spec: {use_of}}}")),
        _ => ("apps/v1", format!("template: {{spec: {use_of}}}")),
    };
    format!("{config}\n---\n{{apiVersion: {version}, kind: {kind}, metadata: {{name: w}}, spec: {{{spec}}}}}\n")
}

const FILES: &str = "{containers: [{name: c, image: 'c:1', volumeMounts: [{name: v, mountPath: /v}]}], \
                     volumes: [{name: v, configMap: {name: app}}]}";
const VARIABLES: &str = "{containers: [{name: c, image: 'c:1', envFrom: [{configMapRef: {name: app}}]}]}";

#[test]
fn the_same_bytes_in_the_other_field_are_no_change_of_a_file() {
    let (data, binary) = (config("data: {A: '1'}"), config("binaryData: {A: MQ==}"));
    let impact = between(&consumer("Deployment", &data, FILES), &consumer("Deployment", &binary, FILES), None);
    assert_eq!((impact.workloads.len(), impact.unaffected), (0, 1));
    assert_eq!(impact.configs.iter().next().unwrap().keys[0].change, KeyChange::Moved);
    // An environment variable cannot be taken from binaryData.
    for (old, new) in [(&data, &binary), (&binary, &data)] {
        let impact = between(&consumer("Deployment", old, VARIABLES), &consumer("Deployment", new, VARIABLES), None);
        assert_eq!(rows(&impact)[0].0, ImpactClass::Stale);
    }
}

#[test]
fn files_of_what_runs_to_its_end_wait_for_the_next_run() {
    let (old, new) = (config("data: {A: '1'}"), config("data: {A: '2'}"));
    for (kind, annotation, class) in [
        ("CronJob", "a: b", ImpactClass::NextRun),
        ("Job", "helm.sh/hook: pre-upgrade", ImpactClass::NextRun),
        ("Job", "argocd.argoproj.io/hook: PreSync", ImpactClass::NextRun),
        ("Job", "a: b", ImpactClass::Stale),
        ("Deployment", "a: b", ImpactClass::Refreshes),
    ] {
        let annotated = |config: &str| {
            consumer(kind, config, FILES).replace("{name: w}", &format!("{{name: w, annotations: {{{annotation}}}}}"))
        };
        let impact = between(&annotated(&old), &annotated(&new), None);
        assert_eq!(rows(&impact)[0].0, class, "{kind} {annotation}");
        assert_eq!(impact.count_findings(), 0, "{kind} {annotation}");
    }
}

#[test]
fn operators_restart_workloads_for_the_secrets_that_they_write() {
    let objects = |path: &str, target: &str, annotation: &str| {
        format!(
            "apiVersion: secrets.hashicorp.com/v1beta1\nkind: VaultStaticSecret\nmetadata: {{name: app}}\n\
             spec: {{destination: {{create: true, name: db}}, rolloutRestartTargets: [{target}], mount: kv, path: {path}, type: kv-v2}}\n\
             ---\napiVersion: argoproj.io/v1alpha1\nkind: Rollout\nmetadata: {{name: w, annotations: {{{annotation}}}}}\n\
             spec: {{strategy: {{blueGreen: {{activeService: a}}}}, template: {{spec: {{containers: [{{name: c, image: 'c:1', envFrom: [{{secretRef: {{name: db}}}}]}}]}}}}}}\n"
        )
    };
    let targeted = |path: &str| objects(path, "{kind: argo.Rollout, name: w}", "a: b");
    let impact = between(&targeted("a"), &targeted("b"), None);
    assert_eq!((rows(&impact)[0].0, &impact.workloads[0].rolled_by[..]), (ImpactClass::Rolls, &[Roller::Vault][..]));
    assert!(impact.diagnostics.is_empty(), "no pod keeps old content");
    // What restarts something else, or restarts for what others write, restarts nothing here.
    for (target, annotation) in [
        ("{kind: Deployment, name: w}", "a: b"),
        ("{kind: argo.Rollout, name: x}", "secrets.doppler.com/reload: 'true'"),
    ] {
        let impact = between(&objects("a", target, annotation), &objects("b", target, annotation), None);
        assert_eq!((impact.workloads.len(), impact.diagnostics.len()), (0, 1), "{target}");
    }
}

/// However the Secret is used, and by whom: the content stays, so only the Secret itself is concerned.
#[test]
fn changed_type_of_a_secret_is_refused_whatever_uses_it() {
    let secret = |kind: &str| {
        format!("{{apiVersion: v1, kind: Secret, metadata: {{name: app}}, type: {kind}, stringData: {{A: b}}}}\n---\n")
    };
    let pod = |fields: &str| format!("{{apiVersion: v1, kind: Pod, metadata: {{name: web}}, spec: {{{fields}}}}}\n");
    for user in [
        String::new(),
        pod("containers: [{name: a, image: a, envFrom: [{secretRef: {name: app}}]}]"),
        pod("containers: [{name: a, image: a}], imagePullSecrets: [{name: app}]"),
        pod(
            "containers: [{name: a, image: a, volumeMounts: [{name: v, mountPath: /v}]}], volumes: [{name: v, secret: {secretName: app}}]",
        ),
        "{apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {name: it}, spec: {tls: [{secretName: app}]}}\n"
            .to_string(),
    ] {
        let text = |kind: &str| format!("{}{user}", secret(kind));
        let impact = between(&text("Opaque"), &text("example.com/other"), None);
        let expected = (
            ImpactClass::Refused,
            "Secret/app".to_string(),
            "the type of a Secret cannot change: give it a new name".to_string(),
        );
        assert_eq!(rows(&impact), [expected], "{user}");
        assert_eq!((impact.count_findings(), impact.count_rejected_configs()), (1, 1), "{user}");
    }
}
