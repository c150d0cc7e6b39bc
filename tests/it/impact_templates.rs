//! The impact on workloads with several pod templates.

use serde_json::Value;

use crate::support::shell::{Dir, Ran};

const KAFKA: &str = "\
apiVersion: kafka.strimzi.io/v1
kind: Kafka
metadata: {name: events}
spec:
  kafka:
    metricsConfig: {type: jmxPrometheusExporter, valueFrom: {configMapKeyRef: {name: metrics, key: kafka.yml}}}
  cruiseControl:
    metricsConfig: {type: jmxPrometheusExporter, valueFrom: {configMapKeyRef: {name: metrics, key: cc.yml}}}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: metrics}
data: {kafka.yml: a, cc.yml: b}
";

/// Both trees, stamped by the tool.
fn stamped(head: &str) -> Dir {
    let dir = Dir::with(&[("old/a.yaml", KAFKA), ("new/a.yaml", head)]);
    for tree in ["old", "new"] {
        assert_eq!(dir.run(&format!("stamp --write {tree}")).status, 0);
    }
    dir
}

fn only_impact(ran: &Ran) -> Value {
    let report: Value = serde_json::from_str(&ran.stdout).unwrap_or_else(|_| panic!("{} {}", ran.stdout, ran.stderr));
    let [workload] = &report["workloads"].as_array().unwrap()[..] else { panic!("{report}") };
    workload.clone()
}

#[test]
fn only_the_component_whose_config_changes_rolls() {
    let dir = stamped(&KAFKA.replace("cc.yml: b", "cc.yml: c"));
    let workload = only_impact(&dir.run("impact --format json --base old new"));
    assert_eq!(
        (&workload["impact"], &workload["because"]),
        (&"rolls".into(), &"only the pods of spec.cruiseControl".into())
    );
    assert_eq!(workload["template"][0]["template"], "spec.cruiseControl");
    assert_eq!(workload["template"][0]["part"], "stamp");
    assert_eq!(workload["reasons"][0]["ways"][0]["template"], "spec.cruiseControl");
    let text = dir.run("impact --base old new").stdout;
    assert!(text.contains("ConfigMap/metrics (cc.yml) by spec.cruiseControl (frozen)"), "{text}");
}

#[test]
fn a_component_whose_stamp_was_not_renewed_stays_stale() {
    let dir = Dir::with(&[("old/a.yaml", KAFKA)]);
    dir.run("stamp --write old");
    let old = dir.get("old/a.yaml");
    let renewed = dir.run("stamp old").stdout.replace("kafka.yml: a, cc.yml: b", "kafka.yml: z, cc.yml: c");
    dir.put("all/a.yaml", &renewed);
    let all = dir.run("stamp all").stdout;
    // The stamp of the brokers is the old one, as if somebody had merged only a part.
    let stamp = |text: &str| text.split("checksum: \"").nth(1).unwrap()[..64].to_owned();
    dir.put("new/a.yaml", all.replace(&stamp(&all), &stamp(&old)));
    let workload = only_impact(&dir.run("impact --format json --base old new"));
    assert_eq!((&workload["impact"], &workload["finding"]), (&"stale".into(), &true.into()));
    let because = workload["because"].as_str().unwrap();
    assert!(because.contains("those of spec.kafka go on with the old content"), "{because}");
}

#[test]
fn a_removed_component_does_not_shift_the_others() {
    let (_, control) = KAFKA.split_once("  cruiseControl:\n").unwrap();
    let head = format!("{}  cruiseControl:\n{control}", &KAFKA[..KAFKA.find("  kafka:\n").unwrap()]);
    let dir = stamped(&head);
    let workload = only_impact(&dir.run("impact --format json --base old new"));
    let templates: Vec<&Value> =
        workload["template"].as_array().unwrap().iter().map(|change| &change["template"]).collect();
    assert_eq!(templates, ["spec.kafka"], "{workload}");
}

#[test]
fn a_group_rolls_as_a_whole() {
    let group = "\
apiVersion: leaderworkerset.x-k8s.io/v1
kind: LeaderWorkerSet
metadata: {name: group}
spec:
  leaderWorkerTemplate:
    leaderTemplate:
      spec:
        containers: [{name: a, image: a, env: [{name: X, valueFrom: {configMapKeyRef: {name: metrics, key: a}}}]}]
    workerTemplate:
      spec:
        containers: [{name: a, image: a, env: [{name: X, valueFrom: {configMapKeyRef: {name: metrics, key: b}}}]}]
---
{apiVersion: v1, kind: ConfigMap, metadata: {name: metrics}, data: {a: a, b: b}}
";
    let dir = Dir::with(&[("old/a.yaml", group), ("new/a.yaml", &group.replace("b: b", "b: c"))]);
    let ran = dir.run("impact --assume stamp --format json --base old new");
    let workload = only_impact(&ran);
    assert_eq!((&workload["impact"], &workload["because"]), (&"rolls".into(), &Value::Null), "{workload}");
    assert_eq!(workload["template"][0]["template"], "spec.leaderWorkerTemplate.workerTemplate");
}
