//! Two manifests are compared as the API server stores them: what it drops, fills in, and by what it tells the members
//! of lists apart.

use rollstamp::Impact;
use rollstamp::impact::ImpactClass;

use super::impact_classes::between;

/// A Deployment of one container with these fields, and a pod spec with these.
fn deployment(container: &str, spec: &str) -> String {
    workload("Deployment", "selector: {matchLabels: {app: a}}", container, spec)
}

fn workload(kind: &str, fields: &str, container: &str, spec: &str) -> String {
    let spec = if spec.is_empty() { String::new() } else { format!("      {spec}\n") };
    let version = if kind == "Job" { "batch/v1" } else { "apps/v1" };
    format!(
        "apiVersion: {version}\nkind: {kind}\nmetadata: {{name: w}}\nspec:\n  {fields}\n  template:\n    \
         metadata: {{labels: {{app: a}}}}\n    spec:\n{spec}      containers:\n      - {{name: c, image: 'c:1', {container}}}\n"
    )
}

/// The changes of the only template that changed, each with its word.
fn changes(impact: &Impact) -> Vec<String> {
    let changed = impact.workloads.iter().flat_map(|workload| &workload.template);
    changed.map(|change| format!("{} {}", change.path, change.change.as_str())).collect()
}

#[test]
fn members_of_lists_are_told_apart_by_the_merge_keys_of_the_api() {
    for (before, after, expected) in [
        (
            "volumeMounts: [{name: v, mountPath: /a, subPath: a}]",
            "volumeMounts: [{name: v, mountPath: /a, subPath: a}, {name: v, mountPath: /b, subPath: b}]",
            "spec.containers[c].volumeMounts[/b] added",
        ),
        (
            "ports: [{containerPort: 80}, {containerPort: 81}]",
            "ports: [{containerPort: 80}]",
            "spec.containers[c].ports[81] removed",
        ),
        (
            "ports: [{containerPort: 53, protocol: UDP}]",
            "ports: [{containerPort: 53, protocol: UDP}, {containerPort: 53}]",
            "spec.containers[c].ports[53/TCP] added",
        ),
        ("env: [{name: A, value: x}]", "env: [{name: A, value: y}]", "spec.containers[c].env[A].value changed"),
        // A name that stands in it twice tells nothing apart.
        (
            "env: [{name: A, value: x}, {name: A, value: y}]",
            "env: [{name: A, value: x}, {name: A, value: z}]",
            "spec.containers[c].env[1].value changed",
        ),
        (
            "volumeDevices: [{name: v, devicePath: /a}]",
            "volumeDevices: [{name: w, devicePath: /a}]",
            "spec.containers[c].volumeDevices[/a].name changed",
        ),
    ] {
        let impact = between(&deployment(before, ""), &deployment(after, ""), None);
        assert_eq!(changes(&impact), [expected], "{after}");
    }
    for (before, after, expected) in [
        (
            "hostAliases: [{ip: 1.1.1.1, hostnames: [a]}]",
            "hostAliases: [{ip: 1.1.1.1, hostnames: [b]}]",
            "spec.hostAliases[1.1.1.1].hostnames[0] changed",
        ),
        (
            "topologySpreadConstraints: [{topologyKey: zone, whenUnsatisfiable: ScheduleAnyway, maxSkew: 1}]",
            "topologySpreadConstraints: [{topologyKey: zone, whenUnsatisfiable: ScheduleAnyway, maxSkew: 2}]",
            "spec.topologySpreadConstraints[zone].maxSkew changed",
        ),
        ("tolerations: [{key: a}]", "tolerations: [{key: b}]", "spec.tolerations[0].key changed"),
    ] {
        let impact = between(&deployment("", before), &deployment("", after), None);
        assert_eq!(changes(&impact), [expected], "{after}");
    }
}

#[test]
fn what_the_server_drops_or_fills_in_is_no_change() {
    for container in [
        "env: [], args: null, volumeMounts: []",
        "resources: {}",
        "resources: {limits: {}, requests: null}",
        "imagePullPolicy: IfNotPresent",
        "stdin: false, tty: false, workingDir: ''",
        "terminationMessagePath: /dev/termination-log, terminationMessagePolicy: File",
    ] {
        let impact = between(&deployment("", ""), &deployment(container, ""), None);
        assert_eq!(changes(&impact), Vec::<String>::new(), "{container}");
    }
    for (before, after) in [
        ("ports: [{containerPort: 80}]", "ports: [{containerPort: 80, protocol: TCP, hostPort: 0}]"),
        ("env: [{name: A}]", "env: [{name: A, value: ''}]"),
        (
            "livenessProbe: {httpGet: {port: 80}}",
            "livenessProbe: {httpGet: {port: 80, path: /, scheme: HTTP}, timeoutSeconds: 1, periodSeconds: 10}",
        ),
        ("resources: {limits: {cpu: 0.5, memory: 1Gi}}", "resources: {limits: {cpu: 500m, memory: 1024Mi}}"),
        ("resources: {limits: {cpu: 1}}", "resources: {limits: {cpu: '1'}}"),
    ] {
        let impact = between(&deployment(before, ""), &deployment(after, ""), None);
        assert_eq!(changes(&impact), Vec::<String>::new(), "{after}");
    }
    for (before, after) in [
        ("", "dnsPolicy: ClusterFirst, securityContext: {}, hostNetwork: false, volumes: [], affinity: null"),
        ("serviceAccount: a", "serviceAccountName: a, serviceAccount: a"),
        ("volumes: [{name: v}]", "volumes: [{name: v, emptyDir: {}}]"),
        ("volumes: [{name: v, configMap: {name: x}}]", "volumes: [{name: v, configMap: {name: x, defaultMode: 0644}}]"),
        (
            "volumes: [{name: v, emptyDir: {sizeLimit: 1Gi}}]",
            "volumes: [{name: v, emptyDir: {sizeLimit: 1024Mi, medium: ''}}]",
        ),
    ] {
        let [old, new] = [before, after].map(|fields| {
            let containers = "containers: [{name: c, image: 'c:1'}]";
            format!(
                "{{apiVersion: apps/v1, kind: Deployment, metadata: {{name: w}}, \
                 spec: {{template: {{spec: {{{containers}, {fields}}}}}}}}}"
            )
        });
        let impact = between(&old, &new, None);
        assert_eq!((changes(&impact), impact.unaffected), (Vec::<String>::new(), 1), "{after}");
    }
}

#[test]
fn what_the_server_sees_as_another_value_is_a_change() {
    for (before, after) in [
        ("securityContext: null", "securityContext: {}"),
        ("securityContext: {runAsUser: null}", "securityContext: {runAsUser: 0}"),
        ("imagePullPolicy: Always", "imagePullPolicy: IfNotPresent"),
        ("imagePullPolicy: Always", "tty: false"),
        ("resources: {limits: {cpu: 500m}}", "resources: {limits: {cpu: 501m}}"),
        ("resources: {limits: {}}", "resources: {limits: {cpu: 0}}"),
        ("env: [{name: A}, {name: B}]", "env: [{name: B}, {name: A}]"),
    ] {
        let impact = between(&deployment(before, ""), &deployment(after, ""), None);
        assert_eq!(impact.count_class(ImpactClass::Rolls), 1, "{after}");
    }
    // The policy of the first image stays.
    let [old, new] = ["c:1", "c:latest"].map(|image| deployment("", "").replace("c:1", image));
    assert_eq!(changes(&between(&old, &new, None)), ["spec.containers[c].image changed"]);
}
