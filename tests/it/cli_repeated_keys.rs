//! Repeated keys: a warning where nothing is read, an error with a fix where the meaning is open.

use crate::support::shell::{APP, Dir};

/// The workload of `APP` with lines below its container, and others below its pod spec.
fn app(container: &str, pod_spec: &str) -> String {
    let container: String = container.lines().map(|line| format!("        {line}\n")).collect();
    let pod_spec: String = pod_spec.lines().map(|line| format!("      {line}\n")).collect();
    APP.replace("        image: web:1\n", &format!("        image: web:1\n{container}"))
        .replace("      containers:\n", &format!("{pod_spec}      containers:\n"))
}

#[test]
fn keys_that_are_not_read_are_a_warning_and_the_workload_is_stamped() {
    let text = app(
        "resources: {}\nresources:\n  limits: {cpu: 1, cpu: 2}\nports: []\nports: []",
        "serviceAccountName: dash\nserviceAccountName: dash\nsecurityContext: {}\nsecurityContext: {runAsUser: 1}",
    );
    let dir = Dir::with(&[("a.yaml", &text)]);
    let ran = dir.run("stamp --write a.yaml");
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    ran.says(
        "a.yaml:25:9: warning: Deployment/web: repeated key `resources`, first used on line 24: the last one wins",
    );
    ran.says("key `cpu`").says("key `serviceAccountName`").says("key `securityContext`");
    let stamped = dir.get("a.yaml");
    assert!(stamped.contains("rollstamp.dev/checksum"), "{stamped}");
    let without: Vec<_> =
        stamped.lines().filter(|line| !line.contains("annotations") && !line.contains("rollstamp")).collect();
    assert_eq!(without.join("\n") + "\n", text);
    assert_eq!(dir.run("stamp --check a.yaml").status, 0);
}

#[test]
fn keys_with_the_same_scalar_are_a_warning_wherever_they_stand() {
    let text = APP.replace("  LEVEL: info\n", "  LEVEL: info\n  LEVEL: info\n");
    let ran = Dir::with(&[("a.yaml", &text)]).run("stamp --check a.yaml");
    assert_eq!(ran.status, 1, "{}", ran.stderr);
    ran.says("a.yaml:7:3: warning: ConfigMap/env: repeated key `LEVEL`, first used on line 6: the last one wins");
}

#[test]
fn keys_that_are_read_are_an_error_that_names_the_ways_to_go_on() {
    for text in [
        APP.replace("  LEVEL: info\n", "  LEVEL: info\n  LEVEL: debug\n"),
        APP.replace("  LEVEL: info\n", "  resources: a\n  resources: b\n"),
        APP.replace("  name: env\n", "  name: env\n  name: other\n"),
        // An edit of the name would make the two differ.
        APP.replace("  name: env\n", "  name: env\n  name: env\n"),
        app("env: [{name: A, value: a}]\nenv: []", ""),
        app("env: [{name: A, value: a, value: b}]", ""),
        app("", "volumes: []\nvolumes: [{name: v, emptyDir: {}}]"),
        app("envFrom: []", ""),
    ] {
        let dir = Dir::with(&[("a.yaml", &text)]);
        let ran = dir.run("stamp --write a.yaml");
        assert_eq!(ran.status, 2, "{text}");
        ran.says("keep one of them, or skip the object with `--skip-invalid`");
        assert_eq!(dir.get("a.yaml"), text);
        let skipped = dir.run("stamp --skip-invalid a.yaml");
        assert_eq!((skipped.status, skipped.stdout.as_str()), (0, text.as_str()), "{}", skipped.stderr);
    }
}
