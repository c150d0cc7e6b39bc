//! A tree of applications, as in a GitOps repository: `rename` of the plain manifests gives what real kustomize gives
//! with generators, as values, apart from the annotation that records the base name and from what is listed here.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use serde_json::Value;

use crate::rename_kustomize::documents;
use crate::support::peers::Kustomize;
use crate::support::shell::Dir;

const APPS: usize = 28;

/// Each path has a kind before it; `*` stands for any. kustomize leaves these alone, and the pods, volumes and
/// controllers that read them by the old name would find nothing.
const FORGOTTEN: [(&str, &str, &str); 20] = [
    ("ReplicationController", "spec.template.spec.", "the kind is in no table of kustomize for configs"),
    ("*", ".ephemeralContainers[].", "no table of kustomize has these containers"),
    ("*", ".volumes[].csi.nodePublishSecretRef.name", "no volume but configMap, secret and projected"),
    ("*", ".volumes[].azureFile.secretName", "no volume but configMap, secret and projected"),
    ("*", ".volumes[].cephfs.secretRef.name", "no volume but configMap, secret and projected"),
    ("*", ".volumes[].cinder.secretRef.name", "no volume but configMap, secret and projected"),
    ("*", ".volumes[].flexVolume.secretRef.name", "no volume but configMap, secret and projected"),
    ("*", ".volumes[].iscsi.secretRef.name", "no volume but configMap, secret and projected"),
    ("*", ".volumes[].rbd.secretRef.name", "no volume but configMap, secret and projected"),
    ("*", ".volumes[].scaleIO.secretRef.name", "no volume but configMap, secret and projected"),
    ("*", ".volumes[].storageos.secretRef.name", "no volume but configMap, secret and projected"),
    ("ServiceAccount", "secrets[].name", "only its imagePullSecrets are in the table"),
    ("PersistentVolume", "spec.csi.nodePublishSecretRef.name", "only azureFile is in the table"),
    ("PersistentVolume", "spec.csi.controllerExpandSecretRef.name", "only azureFile is in the table"),
    ("PersistentVolume", "spec.rbd.secretRef.name", "only azureFile is in the table"),
    ("StorageClass", "parameters.csi.storage.k8s.io/provisioner-secret-name", "only the names from before CSI"),
    ("StorageClass", "parameters.csi.storage.k8s.io/node-stage-secret-name", "only the names from before CSI"),
    (
        "Ingress",
        "metadata.annotations.nginx.ingress.kubernetes.io/auth-tls-secret",
        "`namespace/name` is no name to it",
    ),
    // Here it is the other way round: kustomize does not look at the rule's `resources`, and takes access to a
    // Service away.
    ("Role", "rules[].resourceNames[]", "a Service has this name"),
    ("ClusterRole", "rules[].resourceNames[]", "a Service has this name"),
];

#[test]
fn a_tree_of_applications_gets_the_names_and_references_that_kustomize_gives() {
    for kustomize in Kustomize::all() {
        let dir = Dir::with(&[]);
        let mut resources = String::from("resources:\n");
        for number in 0..APPS {
            dir.put(&format!("apps/app-{number}/all.yaml"), app(number));
            writeln!(resources, "- app-{number}/all.yaml").unwrap();
        }
        dir.put("apps/kustomization.yaml", resources.clone() + &generators());
        let theirs = kustomize.build(&dir.path("apps"));
        let plain = "generatorOptions: {disableNameSuffixHash: true}\n";
        dir.put("apps/kustomization.yaml", resources + &generators() + plain);
        dir.put("plain/all.yaml", kustomize.build(&dir.path("apps")));
        let ours = dir.run("rename plain");
        assert_eq!(ours.status, 0, "{}", ours.stderr);
        compare(&kustomize.name(), documents(&ours.stdout), documents(&theirs));
    }
}

fn compare(peer: &str, ours: Vec<Value>, theirs: Vec<Value>) {
    let label = |object: &Value| {
        let metadata = &object["metadata"];
        format!("{}/{}/{}", object["kind"], metadata["namespace"], metadata["name"])
    };
    let theirs: BTreeMap<String, Value> = theirs.into_iter().map(|object| (label(&object), object)).collect();
    assert_eq!(ours.len(), theirs.len());
    let mut seen = BTreeSet::new();
    let mut wrong = Vec::new();
    for mut object in ours {
        let base = without_base(&mut object);
        let label = label(&object);
        let Some(other) = theirs.get(&label) else { panic!("{peer} prints no {label}") };
        if let Some(base) = base {
            let name = object["metadata"]["name"].as_str().unwrap();
            assert_eq!(name.len(), base.len() + 11, "{name} is not {base} with a suffix");
        }
        let kind = object["kind"].as_str().unwrap();
        for (path, ours, theirs) in differences(&object, other) {
            let row = FORGOTTEN.iter().position(|(of, at, _)| (*of == "*" || *of == kind) && path.contains(at));
            match row {
                Some(row) => drop(seen.insert(row)),
                None => wrong.push(format!("{label}: {path}: {ours}, not {theirs}")),
            }
        }
    }
    assert!(wrong.is_empty(), "{peer}:\n{}", wrong.join("\n"));
    let unmet: Vec<_> = (0..FORGOTTEN.len()).filter(|row| !seen.contains(row)).map(|row| FORGOTTEN[row]).collect();
    assert!(unmet.is_empty(), "{peer} does not differ here: {unmet:?}");
}

/// Takes the annotation that records the base name off, and the mapping that held nothing else.
fn without_base(object: &mut Value) -> Option<String> {
    let metadata = object["metadata"].as_object_mut()?;
    let annotations = metadata.get_mut("annotations")?.as_object_mut()?;
    let base = annotations.remove("rollstamp.dev/base-name")?;
    if annotations.is_empty() {
        metadata.remove("annotations");
    }
    base.as_str().map(str::to_owned)
}

/// Where two values differ; the indices of lists do not count.
fn differences(ours: &Value, theirs: &Value) -> Vec<(String, Value, Value)> {
    let mut found = Vec::new();
    let mut open = vec![(String::new(), ours, theirs)];
    while let Some((path, ours, theirs)) = open.pop() {
        match (ours, theirs) {
            (Value::Object(a), Value::Object(b)) if a.keys().collect::<BTreeSet<_>>() == b.keys().collect() => {
                let dot = if path.is_empty() { "" } else { "." };
                open.extend(a.iter().map(|(key, value)| (format!("{path}{dot}{key}"), value, &b[key])));
            }
            (Value::Array(a), Value::Array(b)) if a.len() == b.len() => {
                open.extend(a.iter().zip(b).map(|(a, b)| (format!("{path}[]"), a, b)));
            }
            _ if ours == theirs => {}
            _ => found.push((path, ours.clone(), theirs.clone())),
        }
    }
    found
}

const NAMESPACES: [&str; 3] = ["", "prod", "stage"];

fn namespace(number: usize) -> &'static str {
    NAMESPACES[number % 3]
}

/// Two ConfigMaps and three Secrets for each application, and one of the same name in each namespace.
fn generators() -> String {
    let mut maps = String::from("configMapGenerator:\n");
    let mut secrets = String::from("secretGenerator:\n");
    let entry = |name: &str, namespace: &str, literal: &str| match namespace {
        "" => format!("- {{name: {name}, literals: [{literal}]}}\n"),
        _ => format!("- {{name: {name}, namespace: {namespace}, literals: [{literal}]}}\n"),
    };
    for (number, namespace) in NAMESPACES.iter().enumerate() {
        maps += &entry("shared", namespace, &format!("WHERE={number}"));
        secrets += &entry("shared", namespace, &format!("TOKEN={number}"));
    }
    for number in 0..APPS {
        let literal = format!("KEY=value-{}", number % 5);
        maps += &entry(&format!("app-{number}-env"), namespace(number), &literal);
        maps += &entry(&format!("app-{number}-files"), namespace(number), &literal);
        secrets += &entry(&format!("app-{number}-db"), namespace(number), &literal);
        secrets += &entry(&format!("app-{number}-tls"), namespace(number), &format!("tls.crt=x{number}"));
        secrets += &entry(&format!("app-{number}-pull"), namespace(number), ".dockerconfigjson=x");
    }
    maps + &secrets
}

/// Each workload kind with what stands around its pod template.
const WORKLOADS: [(&str, &str, usize); 9] = [
    ("apps/v1", "Deployment", 0),
    ("apps/v1", "StatefulSet", 0),
    ("batch/v1", "CronJob", 1),
    ("batch/v1", "Job", 0),
    ("apps/v1", "DaemonSet", 0),
    ("apps/v1", "ReplicaSet", 0),
    ("v1", "ReplicationController", 0),
    ("v1", "Pod", 2),
    ("v1", "PodTemplate", 3),
];

fn app(number: usize) -> String {
    let (version, kind, shape) = WORKLOADS[number % WORKLOADS.len()];
    let name = format!("app-{number}");
    let at = match namespace(number) {
        "" => String::new(),
        namespace => format!(", namespace: {namespace}"),
    };
    let (head, indent) = match shape {
        0 => ("spec:\n  template:\n    spec:\n", 6),
        1 => ("spec:\n  schedule: '@daily'\n  jobTemplate:\n    spec:\n      template:\n        spec:\n", 10),
        2 => ("spec:\n", 2),
        _ => ("template:\n  spec:\n", 4),
    };
    let spec: String = POD_SPEC.lines().map(|line| format!("{:indent$}{line}\n", "")).collect();
    let workload = format!("apiVersion: {version}\nkind: {kind}\nmetadata: {{name: NAME AT}}\n{head}{spec}---\n");
    let mut text = workload + BESIDE;
    if number.is_multiple_of(4) {
        text += CLUSTER_SCOPED;
    }
    let where_ = if namespace(number).is_empty() { "default" } else { namespace(number) };
    text.replace("NAME", &name).replace(" AT", &at).replace("WHERE", where_)
}

const POD_SPEC: &str = "\
imagePullSecrets: [{name: NAME-pull}]
initContainers:
- {name: init, image: i, envFrom: [{configMapRef: {name: NAME-env}}, {secretRef: {name: NAME-db}}]}
containers:
- name: main
  image: i
  args: [--all]
  env:
  - {name: PLAIN, value: plain}
  - {name: KEY, valueFrom: {configMapKeyRef: {name: NAME-env, key: KEY}}}
  - {name: DB, valueFrom: {secretKeyRef: {name: NAME-db, key: KEY, optional: true}}}
  - {name: OUTSIDE, valueFrom: {secretKeyRef: {name: not-here, key: KEY, optional: true}}}
  envFrom:
  - {prefix: S_, configMapRef: {name: shared}}
  - {secretRef: {name: shared}}
  volumeMounts:
  - {name: files, mountPath: /files}
  - {name: both, mountPath: /both}
- {name: side, image: i, envFrom: [{configMapRef: {name: NAME-files}}]}
ephemeralContainers:
- {name: debug, image: i, envFrom: [{configMapRef: {name: NAME-env}}]}
volumes:
- {name: files, configMap: {name: NAME-files, items: [{key: KEY, path: key}]}}
- {name: tls, secret: {secretName: NAME-tls}}
- name: both
  projected:
    sources:
    - {configMap: {name: NAME-env}}
    - {secret: {name: NAME-db}}
- {name: v1, csi: {driver: d, nodePublishSecretRef: {name: NAME-db}}}
- {name: v2, azureFile: {secretName: NAME-db, shareName: s}}
- {name: v3, cephfs: {monitors: [m], secretRef: {name: NAME-db}}}
- {name: v4, cinder: {volumeID: v, secretRef: {name: NAME-db}}}
- {name: v5, flexVolume: {driver: d, secretRef: {name: NAME-db}}}
- {name: v6, iscsi: {targetPortal: p, iqn: q, lun: 0, secretRef: {name: NAME-db}}}
- {name: v7, rbd: {monitors: [m], image: i, secretRef: {name: NAME-db}}}
- {name: v8, scaleIO: {gateway: g, system: s, secretRef: {name: NAME-db}}}
- {name: v9, storageos: {secretRef: {name: NAME-db}}}
";

const BESIDE: &str = "\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: NAME AT, annotations: {
    nginx.ingress.kubernetes.io/auth-secret: NAME-db,
    nginx.ingress.kubernetes.io/auth-tls-secret: WHERE/NAME-tls,
    nginx.ingress.kubernetes.io/fastcgi-params-configmap: NAME-env}}
spec:
  tls: [{hosts: [h], secretName: NAME-tls}]
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: NAME AT}
imagePullSecrets: [{name: NAME-pull}]
secrets: [{name: NAME-pull}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: NAME AT}
rules:
- {apiGroups: [''], resources: [configmaps], resourceNames: [NAME-env, NAME-files], verbs: [get]}
- {apiGroups: [''], resources: [secrets], resourceNames: [NAME-db, not-here], verbs: [get]}
- {apiGroups: [''], resources: [services], resourceNames: [NAME-env], verbs: [get]}
---
";

const CLUSTER_SCOPED: &str = "\
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: NAME}
rules:
- {apiGroups: [''], resources: [configmaps, secrets], resourceNames: [NAME-env], verbs: [get]}
- {apiGroups: [''], resources: [services], resourceNames: [NAME-db], verbs: [get]}
---
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: {name: NAME}
provisioner: p
parameters:
  secretName: NAME-db
  adminSecretName: NAME-db
  userSecretName: NAME-db
  secretRef: NAME-db
  csi.storage.k8s.io/provisioner-secret-name: NAME-db
  csi.storage.k8s.io/provisioner-secret-namespace: WHERE
  csi.storage.k8s.io/node-stage-secret-name: NAME-db
---
apiVersion: v1
kind: PersistentVolume
metadata: {name: NAME-azure}
spec: {azureFile: {secretName: NAME-db, shareName: s}}
---
apiVersion: v1
kind: PersistentVolume
metadata: {name: NAME-csi}
spec:
  csi: {driver: d, volumeHandle: v, nodePublishSecretRef: {name: NAME-db}, controllerExpandSecretRef: {name: NAME-db}}
---
apiVersion: v1
kind: PersistentVolume
metadata: {name: NAME-rbd}
spec: {rbd: {monitors: [m], image: i, secretRef: {name: NAME-db}}}
---
";
