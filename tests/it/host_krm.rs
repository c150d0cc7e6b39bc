//! `rollstamp krm` on ResourceLists as hosts write them.

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::rename_kustomize::documents;
use crate::support::shell::{Dir, Ran};

/// As kpt writes it: comments, and annotations that say where each item comes from.
const LIST: &str = "\
apiVersion: config.kubernetes.io/v1
kind: ResourceList
items:
- # the environment
  apiVersion: v1
  kind: ConfigMap
  metadata:
    name: env # of the web
    annotations:
      config.kubernetes.io/index: '0'
      config.kubernetes.io/path: 'app.yaml'
      internal.config.kubernetes.io/seqindent: 'wide'
  data: {LEVEL: info}
- apiVersion: apps/v1
  kind: Deployment
  metadata:
    name: web
    namespace: prod
    annotations:
      config.kubernetes.io/index: '1'
      config.kubernetes.io/path: 'app.yaml'
  spec:
    template:
      metadata:
        labels: {app: web}
      spec:
        containers:
          - name: web
            image: web:1
            envFrom:
              - configMapRef: {name: env}
              - configMapRef: {name: lost}
- {apiVersion: kpt.dev/v1, kind: Kptfile, metadata: {name: pkg}}
";

fn krm(list: &str) -> Ran {
    Dir::with(&[]).run_with(&["krm"], list.as_bytes())
}

fn with_config(config: &str) -> String {
    format!("{}functionConfig: {config}\n", LIST.replace("    namespace: prod\n", ""))
}

fn results(ran: &Ran) -> Vec<Value> {
    documents(&ran.stdout)[0]["results"].as_array().cloned().unwrap_or_default()
}

#[test]
fn only_the_stamp_and_the_results_are_new() {
    let list = with_config("{apiVersion: v1, kind: ConfigMap, data: {namespace: prod}}");
    let ran = krm(&list);
    assert_eq!((ran.status, ran.stderr.as_str()), (0, ""));
    let (before_results, _) = ran.stdout.split_once("results:\n").unwrap();
    let stamp = "        annotations:\n          rollstamp.dev/checksum: ";
    let (before, rest) = before_results.split_once(stamp).unwrap();
    let (digest, after) = rest.split_once('\n').unwrap();
    assert_eq!(format!("{before}{after}"), list);
    let line = format!("{}  ConfigMap/env/LEVEL\n", hex::encode(Sha256::digest("info")));
    assert_eq!(digest, format!("\"{}\"", hex::encode(Sha256::digest(line))));
    let expected = [
        json!({
            "message": "prod/ConfigMap/lost is not in the input; add it to the input, or mark the reference \
                        `optional: true` if the pod can start without it",
            "severity": "warning",
            "resourceRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"},
            "field": {"path": "spec.template.spec.containers[0].envFrom[1].configMapRef.name"},
            "file": {"path": "app.yaml", "index": 1},
        }),
        json!({
            "message": format!("stamped {}: ConfigMap/env (LEVEL)", &digest[1..13]),
            "severity": "info",
            "resourceRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"},
            "file": {"path": "app.yaml", "index": 1},
        }),
    ];
    assert_eq!(results(&ran), expected);
}

#[test]
fn a_namespace_is_that_of_the_object() {
    let ran = krm(LIST);
    assert_eq!(results(&ran)[0]["resourceRef"]["namespace"], "prod");
    assert!(results(&ran)[0]["message"].as_str().unwrap().contains("by `--namespace prod`"), "{}", ran.stdout);
}

#[test]
fn a_second_run_changes_nothing() {
    for config in ["{apiVersion: v1, kind: ConfigMap}", "{apiVersion: v1, kind: ConfigMap, data: {strategy: rename}}"] {
        let first = krm(&with_config(config)).stdout;
        let second = krm(&first);
        let items = |text: &str| documents(text)[0]["items"].clone();
        assert_eq!(items(&second.stdout), items(&first));
        assert!(results(&second).iter().all(|result| result["severity"] != "info"), "{}", second.stdout);
        assert_ne!(items(&first), items(&with_config(config)));
    }
}

#[test]
fn json_stays_json() {
    let list = documents(&with_config("{apiVersion: rollstamp.dev/v1, kind: Rollstamp}"))[0].clone();
    for text in [list.to_string(), serde_json::to_string_pretty(&list).unwrap()] {
        let ran = krm(&text);
        assert_eq!((ran.status, ran.stderr.as_str()), (0, ""));
        let mut after: Value = serde_json::from_str(&ran.stdout).unwrap();
        let template = &mut after["items"][1]["spec"]["template"];
        assert_eq!(template["metadata"]["annotations"].as_object_mut().unwrap().len(), 1);
        template["metadata"].as_object_mut().unwrap().remove("annotations");
        assert_eq!(after["results"].as_array().unwrap().len(), 2);
        after.as_object_mut().unwrap().remove("results");
        assert_eq!(after, list);
    }
}

/// The list comes back as it was, so that no host takes an error for an order to delete.
#[test]
fn a_failure_gives_the_list_back() {
    let strict = with_config("{apiVersion: rollstamp.dev/v1, kind: Rollstamp, spec: {strict: true}}");
    let check = with_config("{apiVersion: rollstamp.dev/v1, kind: Rollstamp, spec: {check: true}}");
    let number = LIST.replace("LEVEL: info", "LEVEL: 3").replace("    namespace: prod\n", "");
    let unknown = with_config("{apiVersion: v1, kind: ConfigMap, data: {rolOn: any}}");
    let exclude = with_config("{apiVersion: v1, kind: ConfigMap, data: {exclude: '[a]'}}");
    for (list, status, said) in [
        (strict, 1, "Deployment/web: ConfigMap/lost is not in the input"),
        (check, 1, "Deployment/web: needs stamp"),
        (number, 2, "ConfigMap/env: data.LEVEL is a number (3)"),
        (unknown, 2, "functionConfig: spec: unknown field `rolOn`; did you mean `rollOn`?"),
        (exclude, 2, "spec.exclude has no effect in a function: the host chooses the objects; remove it"),
    ] {
        let ran = krm(&list);
        assert_eq!(ran.status, status, "{}", ran.stderr);
        ran.says(said);
        assert_eq!(ran.stdout.split_once("results:\n").unwrap().0, list);
        let errors = results(&ran).into_iter().filter(|result| result["severity"] == "error").count();
        assert!(errors > 0, "{}", ran.stdout);
        assert!(results(&ran).iter().all(|result| result["message"].is_string()), "{}", ran.stdout);
    }
}

#[test]
fn values_of_secrets_are_in_no_result() {
    let secret = "{apiVersion: v1, kind: Secret, metadata: {name: env}, data: {LEVEL: hunter2!, hunter2: {}}}";
    let list = LIST.replace("configMapRef: {name: env}", "secretRef: {name: env}").replace("    namespace: prod\n", "");
    let ran = krm(&format!("{list}- {secret}\n"));
    assert_eq!(ran.status, 2, "{}", ran.stdout);
    assert!(!ran.stdout.split_once("results:\n").unwrap().1.contains("hunter2!"), "{}", ran.stdout);
    assert!(!ran.stderr.contains("hunter2!"));
}

#[test]
fn anything_else_on_standard_input_is_an_error() {
    for (text, said) in [
        ("", "standard input must be a ResourceList, but it is empty"),
        (
            "kind: ConfigMap\n",
            "must be a ResourceList, but it is an object of kind ConfigMap; for manifests use `rollstamp stamp -`",
        ),
        ("kind: ResourceList\n---\nkind: ResourceList\n", "several documents"),
        ("a: b: c\n", "-:1:5: error: "),
        ("- a\n", "not a Kubernetes object"),
    ] {
        krm(text).fails(said);
    }
}

#[test]
fn it_is_called_by_name_too() {
    let dir = Dir::with(&[]);
    let link = dir.path("rollstamp-krm");
    #[cfg(unix)]
    std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_rollstamp"), &link).unwrap();
    let output = std::process::Command::new(link).args(["--strategy", "nothing"]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert!(stderr.contains("possible values: stamp, rename"), "{stderr}");
}
