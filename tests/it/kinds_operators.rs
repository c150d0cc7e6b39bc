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

/// The pods of a pool, of which each has its own files.
#[test]
fn volumes_that_differ_from_pod_to_pod_stand_for_all_that_they_can_mean() {
    let config = |name: &str, data: &str| {
        format!("apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: {name}}}\ndata: {{{data}}}\n---\n")
    };
    let pool = "apiVersion: kafka.strimzi.io/v1\nkind: KafkaNodePool\nmetadata: {name: pool}\nspec:\n  replicas: 2\n  \
                template:\n    pod:\n      templatedVolumes:\n      - {name: own, configMap: {name: '{nodePodName}-own'}}\n      \
                - {name: keys, configMap: {name: keys, items: [{key: 'key-{nodeId}', path: api.key}]}}\n      \
                - {name: late, secret: {secretName: 'late-{nodeId}'}}\n    kafkaContainer:\n      volumeMounts:\n      \
                - {name: own, mountPath: /mnt/own}\n      - {name: keys, mountPath: /mnt/keys}\n      \
                - {name: late, mountPath: /mnt/late}\n";
    let configs = [
        config("my-pool-0-own", "A: a"),
        config("my-pool-1-own", "A: b"),
        config("other", "A: c"),
        config("keys", "key-0: a, key-1: b, key-x: c"),
    ];
    let dir = Dir::with(&[("k/app.yaml", &format!("{}{pool}", configs.concat()))]);
    let ran = dir.run("explain -q --workload KafkaNodePool/pool k");
    let listed: Vec<&str> = ran.stdout.lines().map(|line| &line[66..]).collect();
    let keys =
        ["ConfigMap/keys/key-0", "ConfigMap/keys/key-1", "ConfigMap/my-pool-0-own/A", "ConfigMap/my-pool-1-own/A"];
    assert_eq!(listed, keys, "{}", ran.stderr);
    dir.run("links -v k").says("Secret/late-{nodeId} is not in the input");

    let ran = dir.run("rename -v k");
    assert!(
        ran.stdout.contains("'{nodePodName}-own'") && ran.stdout.contains("name: my-pool-0-own}"),
        "{}",
        ran.stdout
    );
    assert!(ran.stdout.contains("configMap: {name: keys-"), "{}", ran.stdout);
    ran.says("the operator fills in its name for each pod");
}
