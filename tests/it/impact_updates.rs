//! Updates that the API server rejects because of fields outside of pod templates, and their neighbours that it takes.

use super::impact_classes::between;

/// A workload whose spec has these fields besides its template.
fn workload(kind: &str, fields: &str) -> String {
    let version = if kind == "Job" { "batch/v1" } else { "apps/v1" };
    let rest = if fields.is_empty() { String::new() } else { format!(", {fields}") };
    format!(
        "{{apiVersion: {version}, kind: {kind}, metadata: {{name: w}}, spec: {{template: \
         {{metadata: {{labels: {{app: a, tier: b}}}}, spec: {{containers: [{{name: c, image: 'c:1'}}]}}}}{rest}}}}}\n"
    )
}

/// Kind, fields before and after, and a part of the reason; empty where the server takes the update.
const ROWS: &[(&str, &str, &str, &str)] = &[
    // What is fixed, and what only looks different.
    ("Deployment", "selector: {matchLabels: {app: a}}", "selector: {matchLabels: {tier: b}}", "spec.selector"),
    ("Deployment", "selector: {matchLabels: {app: a}}", "selector: {matchLabels: {app: a}, matchExpressions: []}", ""),
    (
        "Deployment",
        "selector: {matchLabels: {app: a}}, replicas: 1",
        "selector: {matchLabels: {app: a}}, replicas: 2",
        "",
    ),
    ("StatefulSet", "serviceName: ''", "podManagementPolicy: OrderedReady", ""),
    ("StatefulSet", "serviceName: a", "serviceName: b", "spec.serviceName"),
    ("StatefulSet", "podManagementPolicy: Parallel", "replicas: 1", "spec.podManagementPolicy"),
    (
        "StatefulSet",
        "volumeClaimTemplates: [{metadata: {name: d}, spec: {storageClassName: a}}]",
        "volumeClaimTemplates: [{metadata: {name: d}, spec: {storageClassName: a, volumeMode: Filesystem}}]",
        "",
    ),
    (
        "StatefulSet",
        "volumeClaimTemplates: [{metadata: {name: d}, spec: {storageClassName: a}}]",
        "volumeClaimTemplates: [{metadata: {name: d}, spec: {storageClassName: b}}]",
        "spec.volumeClaimTemplates",
    ),
    // Strategies.
    ("Deployment", "", "strategy: {type: Recreate}", ""),
    ("Deployment", "", "strategy: {type: Recreate, rollingUpdate: null}", ""),
    (
        "Deployment",
        "strategy: {type: Recreate}",
        "strategy: {type: Recreate, rollingUpdate: {maxSurge: 1}}",
        "remove it",
    ),
    ("StatefulSet", "", "updateStrategy: {type: OnDelete}", "rollingUpdate: null"),
    ("StatefulSet", "updateStrategy: {type: RollingUpdate}", "updateStrategy: {type: OnDelete}", ""),
    ("StatefulSet", "updateStrategy: {rollingUpdate: {partition: 1}}", "updateStrategy: {type: OnDelete}", ""),
    ("DaemonSet", "", "updateStrategy: {type: OnDelete}", ""),
    // Selectors that the labels leave: only the one that the labels met before is news.
    (
        "ReplicaSet",
        "selector: {matchExpressions: [{key: x, operator: Exists}]}",
        "selector: {matchExpressions: [{key: x, operator: Exists}]}, replicas: 2",
        "",
    ),
    // Jobs.
    ("Job", "", "completions: 1", ""),
    ("Job", "", "completions: 2", "spec.completions"),
    ("Job", "parallelism: 2", "parallelism: 3", ""),
    ("Job", "completions: 2", "parallelism: 2", "spec.completions"),
    (
        "Job",
        "completionMode: Indexed, completions: 2, parallelism: 2",
        "completionMode: Indexed, completions: 3, parallelism: 3",
        "",
    ),
    (
        "Job",
        "completionMode: Indexed, completions: 2, parallelism: 2",
        "completionMode: Indexed, completions: 3, parallelism: 2",
        "together with",
    ),
    ("Job", "", "completionMode: NonIndexed, manualSelector: false", ""),
    ("Job", "", "podFailurePolicy: {rules: []}", "spec.podFailurePolicy"),
    ("Job", "", "backoffLimit: 1, ttlSecondsAfterFinished: 1, activeDeadlineSeconds: 1", ""),
];

#[test]
fn fixed_fields_are_refused_and_others_are_not() {
    for (kind, old, new, reason) in ROWS {
        let impact = between(&workload(kind, old), &workload(kind, new), None);
        assert_eq!(impact.count_refused(), usize::from(!reason.is_empty()), "{kind}: {old} to {new}");
        for row in &impact.workloads {
            let sentence = row.sentence.as_deref().unwrap_or_default();
            assert!(sentence.contains(reason), "{kind}: {new}: {sentence}");
        }
    }
}

#[test]
fn labels_that_leave_the_selector_are_refused() {
    for (selector, label, refused) in [
        ("{matchLabels: {app: a}}", "app: z", true),
        ("{matchLabels: {app: a}}", "app: a, more: z", false),
        ("{matchExpressions: [{key: app, operator: In, values: [a, z]}]}", "app: z", false),
        ("{matchExpressions: [{key: app, operator: In, values: [a]}]}", "app: z", true),
        ("{matchExpressions: [{key: app, operator: NotIn, values: [z]}]}", "app: z", true),
        ("{matchExpressions: [{key: tier, operator: Exists}]}", "app: z", true),
        ("{matchExpressions: [{key: more, operator: DoesNotExist}]}", "more: z", true),
    ] {
        let old = workload("Deployment", &format!("selector: {selector}"));
        let new = old.replace("app: a, tier: b", label);
        assert_eq!(between(&old, &new, None).count_refused(), usize::from(refused), "{selector}: {label}");
    }
}

#[test]
fn a_job_that_its_applier_replaces_is_refused_nothing() {
    for mark in ["argocd.argoproj.io/sync-options: 'Replace=true,Force=true'", "helm.sh/hook: pre-upgrade"] {
        let [old, new] = ["completions: 1", "completions: 2, completionMode: Indexed"].map(|fields| {
            workload("Job", fields).replace("{name: w}", &format!("{{name: w, annotations: {{{mark}}}}}"))
        });
        assert_eq!(between(&old, &new, None).count_refused(), 0, "{mark}");
    }
}

#[test]
fn a_suspended_job_may_change_for_the_scheduler() {
    let [running, suspended] = ["", "suspend: true"].map(|fields| workload("Job", fields));
    for (change, taken) in [
        ("spec: {nodeSelector: {a: b}, containers:", true),
        ("spec: {tolerations: [{key: a}], containers:", true),
        ("spec: {affinity: {nodeAffinity: {}}, containers:", true),
        ("spec: {affinity: {podAffinity: {}}, containers:", false),
        ("spec: {priorityClassName: a, containers:", false),
    ] {
        let changed = |job: &str| job.replace("spec: {containers:", change);
        assert_eq!(between(&suspended, &changed(&suspended), None).count_refused(), usize::from(!taken), "{change}");
        // The base says whether pods have started.
        assert_eq!(between(&suspended, &changed(&running), None).count_refused(), usize::from(!taken), "{change}");
        assert_eq!(between(&running, &changed(&suspended), None).count_refused(), 1, "{change}");
    }
}

#[test]
fn a_pod_may_change_images_deadlines_and_more_tolerations() {
    let pod = |fields: &str| {
        format!(
            "{{apiVersion: v1, kind: Pod, metadata: {{name: w}}, spec: {{containers: [{{name: c, image: 'c:1'}}]{fields}}}}}"
        )
    };
    for (old, new, taken) in [
        ("", ", activeDeadlineSeconds: 10", true),
        (", activeDeadlineSeconds: 10", ", activeDeadlineSeconds: 5", true),
        (", activeDeadlineSeconds: 5", ", activeDeadlineSeconds: 10", false),
        (", activeDeadlineSeconds: 5", "", false),
        (", tolerations: [{key: a}]", ", tolerations: [{key: b}, {key: a}]", true),
        (", tolerations: [{key: a}]", ", tolerations: [{key: b}]", false),
        ("", ", enableServiceLinks: true, dnsPolicy: ClusterFirst", true),
        ("", ", hostNetwork: true", false),
    ] {
        assert_eq!(between(&pod(old), &pod(new), None).count_refused(), usize::from(!taken), "{old} to {new}");
    }
}
