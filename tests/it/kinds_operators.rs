//! Operators that make the pods themselves, where a stamp has side effects.

use crate::support::shell::Dir;

const METRICS: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: metrics}\ndata: {A: b}\n---\n";

/// A pool with these fields in its template, next to the reference of its container.
fn pool(fields: &str) -> String {
    format!(
        "{METRICS}apiVersion: kafka.strimzi.io/v1\nkind: KafkaNodePool\nmetadata: {{name: pool}}\nspec:\n  replicas: 3\n  \
         template:\n    kafkaContainer:\n      env: [{{name: A, valueFrom: {{configMapKeyRef: {{name: metrics, key: A}}}}}}]\n\
         {fields}"
    )
}

/// The template of a pool takes the place of that of its Kafka as a whole, with its tolerations and volumes.
#[test]
fn pool_without_pod_template_is_not_stamped() {
    let dir = Dir::with(&[("pool.yaml", &pool(""))]);
    let ran = dir.run("stamp pool.yaml");
    ran.prints(&pool(""));
    ran.says(
        "KafkaNodePool/pool: not stamped: it has no `template.pod`, and one with a stamp would take the place of the \
         `template.pod` of its Kafka",
    );
    // A new name does no harm: the container has it already.
    let ran = dir.run("rename pool.yaml");
    assert!(ran.stdout.contains("configMapKeyRef: {name: metrics-b9t2424hkf, key: A}"), "{}", ran.stdout);
    assert!(!ran.stderr.contains("KafkaNodePool"), "{}", ran.stderr);
}

#[test]
fn pool_with_pod_template_is_stamped() {
    let dir = Dir::with(&[("pool.yaml", &pool("    pod:\n      terminationGracePeriodSeconds: 90\n"))]);
    let ran = dir.run("stamp pool.yaml");
    assert!(
        ran.stdout.contains("    pod:\n      terminationGracePeriodSeconds: 90\n      metadata:\n"),
        "{}",
        ran.stdout
    );
}

#[test]
fn pool_without_pod_template_stays_stale() {
    let dir = Dir::with(&[("old/pool.yaml", &pool("")), ("new/pool.yaml", &pool("").replace("A: b", "A: c"))]);
    let ran = dir.run("impact --base old new");
    assert!(ran.stdout.contains("stays stale  KafkaNodePool/pool"), "{}", ran.stdout);
}
