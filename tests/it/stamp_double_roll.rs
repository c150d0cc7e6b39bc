//! Workloads that a controller in the cluster is asked to restart too, and Reloader's lists of what it is to leave
//! alone.

use crate::support::shell::Dir;

const APP: &str = "\
apiVersion: v1
kind: ConfigMap
metadata: {name: env}
data: {LEVEL: info}
---
apiVersion: v1
kind: Secret
metadata: {name: db}
stringData: {password: hidden}
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  annotations:
    reloader.stakater.com/auto: \"true\"
    configmaps.exclude.reloader.stakater.com/reload: \"other\"
spec:
  template:
    spec:
      containers:
      - name: web
        image: web:1
        envFrom: [{secretRef: {name: db}}, {configMapRef: {name: env}}]
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: operated
  annotations: {operator.1password.io/auto-restart: \"true\"}
spec:
  template:
    spec:
      containers:
      - name: web
        image: web:1
        envFrom: [{secretRef: {name: db}}]
---
apiVersion: secrets.hashicorp.com/v1beta1
kind: VaultStaticSecret
metadata: {name: token}
spec:
  destination: {name: token, create: true}
  rolloutRestartTargets: [{kind: Deployment, name: web}]
";

fn app() -> Dir {
    Dir::with(&[("app.yaml", APP)])
}

#[test]
fn each_controller_is_named_with_the_ways_out() {
    let ran = app().run("stamp --check app.yaml");
    for (workload, words) in [
        ("web", "because Reloader restarts it (ConfigMap/env, Secret/db); use `--exclude-from-reloader` to leave"),
        ("web", "because the Vault Secrets Operator restarts it (rolloutRestartTargets of"),
        ("operated", "because the 1Password operator restarts it (operator.1password.io/auto-restart); remove"),
    ] {
        let said = format!("warning: Deployment/{workload}: rolls twice: once for the stamp, and once {words}");
        assert!(ran.stderr.contains(&said), "{said}\n{}", ran.stderr);
    }
    assert_eq!(ran.stderr.matches("rolls twice").count(), 3, "{}", ran.stderr);
}

#[test]
fn a_controller_that_is_honored_or_excluded_restarts_nothing() {
    for flag in ["--honor reloader", "--exclude-from-reloader"] {
        let ran = app().run(&format!("stamp --check {flag} app.yaml"));
        assert!(!ran.stderr.contains("Reloader restarts"), "{flag}: {}", ran.stderr);
        assert!(ran.stderr.contains("Vault Secrets Operator"), "{flag}: {}", ran.stderr);
    }
}

#[test]
fn lists_for_reloader_grow_once_and_shrink_again() {
    let dir = app();
    dir.run("stamp -q --write --exclude-from-reloader app.yaml").prints("");
    let stamped = dir.get("app.yaml");
    assert!(stamped.contains(
        "    configmaps.exclude.reloader.stakater.com/reload: \"other,env\"\n    \
         secrets.exclude.reloader.stakater.com/reload: \"db\"\n"
    ));
    dir.run("stamp -q --write --exclude-from-reloader app.yaml").prints("");
    assert_eq!(dir.get("app.yaml"), stamped, "the second run changes nothing");
    dir.run("stamp -q --write --exclude-from-reloader --remove app.yaml").prints("");
    assert_eq!(dir.get("app.yaml"), APP);
}

#[test]
fn a_request_that_counts_rolls_twice_where_the_secret_restarts_too() {
    let dir = Dir::with(&[(
        "app.yaml",
        "apiVersion: external-secrets.io/v1\nkind: ExternalSecret\nmetadata: {name: db}\nspec: {data: [{secretKey: a}]}\n\
         ---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web, annotations: {reloader.stakater.com/auto: \"true\"}}\n\
         spec: {template: {spec: {containers: [{name: a, image: a, envFrom: [{secretRef: {name: db}}]}]}}}\n",
    )]);
    let said = "rolls twice: once for the stamp, and once because Reloader restarts it (Secret/db)";
    dir.run("stamp --check --producers app.yaml").says(said);
    dir.run("stamp --check --producers --exclude-from-reloader app.yaml").says(said);
    for quiet in ["stamp --check app.yaml", "stamp --check --producers --honor reloader app.yaml"] {
        let ran = dir.run(quiet);
        assert!(!ran.stderr.contains("rolls twice"), "{quiet}: {}", ran.stderr);
    }
    dir.put(
        "app.yaml",
        dir.get("app.yaml")
            .replace("{name: db}\nspec", "{name: db, annotations: {rollstamp.dev/ignore: 'true'}}\nspec"),
    );
    let ran = dir.run("stamp --check --producers app.yaml");
    assert!(!ran.stderr.contains("rolls twice"), "{}", ran.stderr);
}

/// A StatefulSet that uses one ConfigMap and one Secret; annotations of its own and of its pods.
fn two_lists(own: &str, of_pods: &str) -> String {
    format!(
        "apiVersion: v1
kind: ConfigMap
metadata: {{name: a-conf}}
data: {{A: \"1\"}}
---
apiVersion: v1
kind: Secret
metadata: {{name: a-sec}}
stringData: {{A: \"1\"}}
---
apiVersion: apps/v1
kind: StatefulSet
metadata:
  name: t1
{own}spec:
  template:
{of_pods}    spec:
      containers:
      - {{name: c, image: \"c:1\", envFrom: [{{configMapRef: {{name: a-conf}}}}, {{secretRef: {{name: a-sec}}}}]}}
"
    )
}

const AUTO: &str = "    metadata:\n      annotations:\n        reloader.stakater.com/auto: \"true\"\n";

#[test]
fn two_lists_come_into_one_mapping_that_is_not_there_yet() {
    let text = two_lists("", AUTO);
    let dir = Dir::with(&[("in.yaml", &text)]);
    let ran = dir.run("stamp --exclude-from-reloader in.yaml");
    assert!(
        ran.stdout.contains(
            "  name: t1\n  annotations:\n    configmaps.exclude.reloader.stakater.com/reload: \"a-conf\"\n    \
             secrets.exclude.reloader.stakater.com/reload: \"a-sec\"\nspec:"
        ),
        "{}{}",
        ran.stdout,
        ran.stderr
    );
    assert_eq!(ran.stdout.matches("rollstamp.dev/checksum").count(), 1);
    ran.says("1 workload stamped, 2 Reloader exclude lists changed");
}

#[test]
fn lists_go_onto_workloads_with_annotations_for_reloader_only() {
    let dir = Dir::with(&[("in.yaml", &two_lists("", ""))]);
    let ran = dir.run("stamp --exclude-from-reloader in.yaml");
    assert!(!ran.stdout.contains("exclude") && ran.stdout.contains("checksum"), "{}", ran.stdout);
}

#[test]
fn lists_of_every_shape_come_back() {
    let key = "configmaps.exclude.reloader.stakater.com/reload";
    for own in [
        "".to_string(),
        "  annotations:\n".to_string(),
        "  annotations: {}\n".to_string(),
        "  annotations: ~ # c\n".to_string(),
        "  annotations: {a: b}\n".to_string(),
        "  annotations: { a: b, } # c\n".to_string(),
        "  annotations:\n    a: b # c\n".to_string(),
        format!("  annotations:\n    {key}: x\n"),
        format!("  annotations:\n    {key}: \" x , y\" # c\n"),
        format!("  annotations:\n    {key}: \"\"\n    # d\n"),
        format!("  annotations:\n    {key}: a-conf\n"),
        format!("  annotations: {{{key}: \"x,\", secrets.exclude.reloader.stakater.com/reload: 'a-sec,y'}}\n"),
    ] {
        let text = two_lists(&own, AUTO);
        for text in [text.clone(), text.replace('\n', "\r\n")] {
            let dir = Dir::with(&[("in.yaml", &text)]);
            dir.run("stamp -q --write --exclude-from-reloader in.yaml").prints("");
            let stamped = dir.get("in.yaml");
            assert!(stamped.contains("a-conf") && stamped.contains("secrets.exclude"), "{stamped}");
            dir.run("stamp -q --write --exclude-from-reloader in.yaml").prints("");
            assert_eq!(dir.get("in.yaml"), stamped, "the second run changes nothing");
            dir.run("stamp -q --write --exclude-from-reloader --remove in.yaml").prints("");
            assert_eq!(dir.get("in.yaml"), text, "{stamped}");
            // What nobody stamped has lists of its own.
            dir.run("stamp -q --write --exclude-from-reloader --remove in.yaml").prints("");
            assert_eq!(dir.get("in.yaml"), text);
        }
    }
}

#[test]
fn lists_that_a_removal_leaves_are_noted() {
    let dir = Dir::with(&[("in.yaml", &two_lists("", AUTO))]);
    dir.run("stamp -q --write --exclude-from-reloader in.yaml").prints("");
    let ran = dir.run("stamp --remove in.yaml");
    ran.says("note: StatefulSet/t1: configmaps.exclude.reloader.stakater.com/reload still has Reloader leave out");
    assert!(ran.stdout.contains("exclude") && !ran.stdout.contains("checksum"), "{}", ran.stdout);
    dir.run("stamp -q --write --remove in.yaml").prints("");
    let again = dir.run("stamp --remove in.yaml");
    assert!(!again.stderr.contains("note"), "{}", again.stderr);
}
