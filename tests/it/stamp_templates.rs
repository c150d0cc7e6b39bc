//! Workloads with several pod templates: each gets the digest of what its own pods consume.

use sha2::{Digest, Sha256};

use crate::browser::encode_hash;
use crate::support::shell::Dir;

const KAFKA: &str = "\
apiVersion: kafka.strimzi.io/v1
kind: Kafka
metadata: {name: events}
spec:
  kafka:
    metricsConfig: {type: jmxPrometheusExporter, valueFrom: {configMapKeyRef: {name: metrics, key: kafka.yml}}}
  cruiseControl:
    metricsConfig: {type: jmxPrometheusExporter, valueFrom: {configMapKeyRef: {name: metrics, key: cc.yml}}}
";
const METRICS: &str = "\
apiVersion: v1
kind: ConfigMap
metadata: {name: metrics}
data: {kafka.yml: a, cc.yml: b}
";
const GROUP: &str = "\
apiVersion: leaderworkerset.x-k8s.io/v1
kind: LeaderWorkerSet
metadata: {name: group}
spec:
  leaderWorkerTemplate:
    leaderTemplate:
      spec:
        containers:
        - {name: a, image: a, env: [{name: X, valueFrom: {configMapKeyRef: {name: metrics, key: cc.yml}}}]}
    workerTemplate:
      metadata: {annotations: {rollstamp.dev/checksum: old}}
      spec:
        containers:
        - {name: a, image: a, env: [{name: X, valueFrom: {configMapKeyRef: {name: absent, key: a}}}]}
";
const LEADER: &str = "spec.leaderWorkerTemplate.leaderTemplate";
const WORKER: &str = "spec.leaderWorkerTemplate.workerTemplate";

fn digest(paths: &[(&str, &str)]) -> String {
    let listing: String =
        paths.iter().map(|(path, value)| format!("{}  {path}\n", hex::encode(Sha256::digest(value)))).collect();
    hex::encode(Sha256::digest(listing))
}

/// The template, action and new stamp of each change in a JSON report.
fn changes(dir: &Dir, args: &str) -> Vec<(String, String, String)> {
    let report: serde_json::Value =
        serde_json::from_str(&dir.run(&format!("stamp --check --format json {args}")).stdout).unwrap();
    let text = |change: &serde_json::Value, field: &str| change[field].as_str().unwrap_or_default().to_owned();
    let all = report["changes"].as_array().unwrap().iter();
    all.map(|change| (text(change, "template"), text(change, "action"), text(change, "new"))).collect()
}

#[test]
fn each_component_gets_the_digest_of_what_it_reads() {
    let dir = Dir::with(&[("kafka.yaml", KAFKA), ("metrics.yaml", METRICS)]);
    let (kafka, control) =
        (digest(&[("ConfigMap/metrics/kafka.yml", "a")]), digest(&[("ConfigMap/metrics/cc.yml", "b")]));
    let add = |template: &str, digest: &str| (template.to_owned(), "add".to_owned(), digest.to_owned());
    assert_eq!(changes(&dir, "."), [add("spec.kafka", &kafka), add("spec.cruiseControl", &control)]);

    let check = dir.run("stamp --check .");
    let line = format!("Kafka/events: spec.cruiseControl: needs stamp {}: ", &control[..12]);
    assert!(check.stdout.contains(&line), "{}", check.stdout);
    assert!(check.stderr.contains("1 workload to stamp"), "{}", check.stderr);

    dir.run("stamp --write .");
    let text = METRICS.replace("cc.yml: b", "cc.yml: c");
    dir.put("metrics.yaml", text);
    let changed = digest(&[("ConfigMap/metrics/cc.yml", "c")]);
    assert_eq!(changes(&dir, "."), [("spec.cruiseControl".to_owned(), "update".to_owned(), changed)]);
    let sarif = dir.run("stamp --check --format sarif .").stdout;
    assert!(sarif.contains("spec.cruiseControl: needs stamp"), "{sarif}");
}

#[test]
fn explain_needs_a_template_where_listings_differ() {
    let dir = Dir::with(&[("kafka.yaml", KAFKA), ("metrics.yaml", METRICS)]);
    let explain = |flags: &str| dir.run(&format!("explain --workload Kafka/events {flags} ."));
    let all = explain("");
    assert_eq!(all.status, 2);
    let advice = "choose one with --template: spec.kafka, spec.cruiseControl";
    assert!(all.stderr.contains(advice), "{}", all.stderr);
    let one = explain("--template spec.cruiseControl");
    assert_eq!(
        (one.status, one.stdout.as_str()),
        (0, &*format!("{}  ConfigMap/metrics/cc.yml\n", hex::encode(Sha256::digest("b"))))
    );
    let unknown = explain("--template spec.zookeeper");
    assert_eq!(unknown.status, 2);
    assert!(unknown.stderr.contains("no pod template spec.zookeeper; found: spec.kafka, spec.cruiseControl"));

    let both = KAFKA.replace("key: cc.yml", "key: kafka.yml");
    dir.put("kafka.yaml", both);
    assert_eq!(explain("").stdout.lines().count(), 1, "templates of one listing need no choice");
}

#[test]
fn a_template_alone_can_be_undecided() {
    let dir = Dir::with(&[("group.yaml", GROUP), ("metrics.yaml", METRICS)]);
    let own = digest(&[("ConfigMap/metrics/cc.yml", "b")]);
    assert_eq!(changes(&dir, "."), [(LEADER.to_owned(), "add".to_owned(), own)]);
    let stderr = dir.run("stamp --check .").stderr;
    assert!(stderr.contains("keeps its stamp: ConfigMap/absent is not in the input"), "{stderr}");
}

#[test]
fn references_outside_of_all_templates_concern_each() {
    let annotated =
        GROUP.replace("{name: group}", "{name: group, annotations: {rollstamp.dev/extra-configmaps: metrics}}");
    let dir = Dir::with(&[("group.yaml", &annotated), ("metrics.yaml", METRICS)]);
    let all = digest(&[("ConfigMap/metrics/cc.yml", "b"), ("ConfigMap/metrics/kafka.yml", "a")]);
    let change = |template: &str, action: &str| (template.to_owned(), action.to_owned(), all.clone());
    assert_eq!(changes(&dir, "."), [change(LEADER, "add"), change(WORKER, "update")]);
}

#[test]
fn a_rule_counts_for_the_template_that_holds_its_field() {
    let rule = |path: &str| {
        format!(
            "apiVersion: rollstamp.dev/v1\nkind: Rollstamp\nmetadata: {{name: o}}\nspec:\n  rules:\n    references:\n    - \
             {{group: kafka.strimzi.io, kind: Kafka, path: {path}, to: ConfigMap, delivery: frozen}}\n"
        )
    };
    let with_field =
        KAFKA.replace("  cruiseControl:\n", "  cruiseControl:\n    brokerCapacity: metrics\n") + "  shared: metrics\n";
    let dir = Dir::with(&[("kafka.yaml", &with_field), ("metrics.yaml", METRICS), ("rollstamp.yaml", "")]);
    let whole = digest(&[("ConfigMap/metrics/cc.yml", "b"), ("ConfigMap/metrics/kafka.yml", "a")]);
    let only_kafka = digest(&[("ConfigMap/metrics/kafka.yml", "a")]);
    for (path, kafka) in [("spec/cruiseControl/brokerCapacity", &only_kafka), ("spec/shared", &whole)] {
        dir.put("rollstamp.yaml", rule(path));
        let stamps: Vec<String> =
            changes(&dir, "--config rollstamp.yaml .").into_iter().map(|(_, _, new)| new).collect();
        assert_eq!(stamps, [kafka.clone(), whole.clone()], "{path}");
    }
}

#[test]
fn pictures_have_a_listing_for_each_template() {
    let dir = Dir::with(&[("kafka.yaml", KAFKA), ("metrics.yaml", METRICS)]);
    let page = dir.run("links --format html .").stdout;
    for (template, path, value) in [("spec.kafka", "kafka.yml", "a"), ("spec.cruiseControl", "cc.yml", "b")] {
        let digest = digest(&[(&format!("ConfigMap/metrics/{path}"), value)]);
        assert!(
            page.contains(&format!("[\"{template}\",[0,")) && page.contains(&encode_hash(&digest)),
            "{template}: {page}"
        );
    }
}
