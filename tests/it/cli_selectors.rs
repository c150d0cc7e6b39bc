//! Settings of configs by flags and the options file, for configs that cannot be annotated.

use crate::support::shell::{Dir, Ran};

const HEAD: &str = "apiVersion: rollstamp.dev/v1\nkind: Rollstamp\nspec: ";

/// A workload that uses a Secret whose value is new in every render, and a ConfigMap. `annotation` is on the Secret.
fn app(value: &str, annotation: &str) -> String {
    format!(
        "\
apiVersion: v1
kind: Secret
metadata: {{name: reg-secret, annotations: {{{annotation}}}}}
stringData: {{shared: {value}}}
---
apiVersion: v1
kind: ConfigMap
metadata: {{name: reg-conf}}
data: {{level: info}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {{name: reg}}
spec:
  template:
    metadata:
      labels: {{app: reg}}
    spec:
      containers:
      - name: reg
        image: reg:1
        env:
        - name: SHARED
          valueFrom:
            secretKeyRef: {{name: reg-secret, key: shared}}
        envFrom:
        - configMapRef: {{name: reg-conf}}
"
    )
}

/// The stamp that a run writes.
fn stamp(ran: &Ran) -> Option<String> {
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    let line = ran.stdout.lines().find(|line| line.contains("rollstamp.dev/checksum"))?;
    Some(line.trim().to_owned())
}

#[test]
fn ignored_configs_are_in_no_stamp() {
    let dir = Dir::with(&[("1.yaml", &app("a", "")), ("2.yaml", &app("b", ""))]);
    assert_ne!(stamp(&dir.run("stamp 1.yaml")), stamp(&dir.run("stamp 2.yaml")));
    dir.put("annotated.yaml", app("a", "rollstamp.dev/ignore: 'true'"));
    let expected = stamp(&dir.run("stamp annotated.yaml"));
    assert!(expected.is_some());
    for file in ["1.yaml", "2.yaml"] {
        for flags in ["--ignore-config Secret/reg-*", "--ignore-config Secret/reg-secret --ignore-config Secret/x"] {
            assert_eq!(stamp(&dir.run(&format!("stamp {flags} {file}"))), expected, "{flags}");
        }
        for spec in [
            "{configs: [{kind: Secret, name: reg-*, strategy: none}]}",
            "{configs: [{kind: Secret, name: 're?-secret', strategy: none, keepName: true}]}",
            "{configs: [{kind: ConfigMap, name: '*', strategy: stamp}, {kind: Secret, name: '*', strategy: none}]}",
        ] {
            dir.put("options.yaml", format!("{HEAD}{spec}\n"));
            assert_eq!(stamp(&dir.run(&format!("stamp --config options.yaml {file}"))), expected, "{spec}");
        }
    }
}

#[test]
fn ignored_configs_are_told_by_namespace() {
    let dir = Dir::with(&[("app.yaml", &app("a", ""))]);
    let all = stamp(&dir.run("stamp -n prod app.yaml"));
    assert_ne!(stamp(&dir.run("stamp -n prod --ignore-config prod/Secret/* app.yaml")), all);
    assert_ne!(stamp(&dir.run("stamp -n prod --ignore-config p*/Secret/* app.yaml")), all);
    assert_eq!(stamp(&dir.run("stamp -n prod --ignore-config dev/Secret/* app.yaml")), all);
    assert_ne!(stamp(&dir.run("stamp --ignore-config default/Secret/* app.yaml")), all);
}

#[test]
fn first_matching_row_is_used() {
    let dir = Dir::with(&[("app.yaml", &app("a", ""))]);
    let (all, without) =
        (stamp(&dir.run("stamp app.yaml")), stamp(&dir.run("stamp --ignore-config Secret/* app.yaml")));
    let rows = "{kind: Secret, name: reg-secret, strategy: stamp}, {kind: Secret, name: '*', strategy: none}";
    dir.put("options.yaml", format!("{HEAD}{{configs: [{rows}]}}\n"));
    let run = |flags: &str| stamp(&dir.run(&format!("stamp --config options.yaml {flags} app.yaml")));
    assert_eq!(run(""), all);
    assert_eq!(run("--ignore-config Secret/reg-secret"), without);
    let rows = "{kind: Secret, name: '*', strategy: none}, {kind: Secret, name: reg-secret, strategy: stamp}";
    dir.put("options.yaml", format!("{HEAD}{{configs: [{rows}]}}\n"));
    assert_eq!(run(""), without);
    assert_eq!(run("--no-configs"), all);
}

#[test]
fn annotations_win_over_selectors() {
    let plain = Dir::with(&[("app.yaml", &app("a", ""))]);
    let all = stamp(&plain.run("stamp app.yaml"));
    for annotation in ["rollstamp.dev/ignore: 'false'", "rollstamp.dev/strategy: stamp"] {
        let dir = Dir::with(&[("app.yaml", &app("a", annotation))]);
        assert_eq!(stamp(&dir.run("stamp --ignore-config Secret/* app.yaml")), all, "{annotation}");
    }
    let dir = Dir::with(&[("app.yaml", &app("a", "rollstamp.dev/strategy: rename"))]);
    let ran = dir.run("rename --keep-name Secret/* app.yaml");
    assert!(ran.stdout.contains("name: reg-secret-"), "{}", ran.stdout);
}

#[test]
fn kept_names_stay() {
    let dir = Dir::with(&[("app.yaml", &app("a", ""))]);
    for flags in ["--keep-name Secret/reg-*", "--ignore-config Secret/reg-*"] {
        let ran = dir.run(&format!("rename {flags} app.yaml"));
        assert!(ran.stdout.contains("name: reg-conf-"), "{}", ran.stdout);
        assert!(!ran.stdout.contains("reg-secret-"), "{flags}: {}", ran.stdout);
    }
    dir.run("rename --keep-name Secret/reg-* app.yaml")
        .says("not renamed: an option keeps its name (`configs`, `--keep-name`)");
    dir.put("options.yaml", format!("{HEAD}{{configs: [{{kind: Secret, name: reg-*, keepName: true}}]}}\n"));
    let ran = dir.run("rename --config options.yaml app.yaml");
    assert!(!ran.stdout.contains("reg-secret-"), "{}", ran.stdout);
    assert!(dir.run("rename --config options.yaml --no-configs app.yaml").stdout.contains("reg-secret-"));
}

#[test]
fn rows_mix_strategies() {
    let dir = Dir::with(&[("app.yaml", &app("a", ""))]);
    dir.put("options.yaml", format!("{HEAD}{{configs: [{{kind: ConfigMap, name: reg-*, strategy: rename}}]}}\n"));
    let stamped = dir.run("stamp --config options.yaml app.yaml");
    assert!(stamped.stdout.contains("name: reg-conf-"), "{}", stamped.stdout);
    assert!(!stamped.stdout.contains("reg-secret-"), "{}", stamped.stdout);
    assert_eq!(stamp(&stamped), stamp(&dir.run("stamp --ignore-config ConfigMap/reg-conf app.yaml")));
    dir.put("options.yaml", format!("{HEAD}{{configs: [{{kind: Secret, name: reg-*, strategy: stamp}}]}}\n"));
    let renamed = dir.run("rename --config options.yaml app.yaml");
    assert!(
        renamed.stdout.contains("name: reg-conf-") && !renamed.stdout.contains("reg-secret-"),
        "{}",
        renamed.stdout
    );
    assert_eq!(stamp(&renamed), stamp(&dir.run("stamp --ignore-config ConfigMap/reg-conf app.yaml")));
}

/// A selector knows a config that was renamed in place by the name that it had before.
#[test]
fn selectors_match_base_names() {
    let dir = Dir::with(&[("app.yaml", &app("a", ""))]);
    assert_eq!(dir.run("rename --write app.yaml").status, 0);
    let all = stamp(&dir.run("stamp app.yaml"));
    assert_ne!(stamp(&dir.run("stamp --ignore-config Secret/reg-secret app.yaml")), all);
}

#[test]
fn generated_configs_are_selected_by_their_names() {
    let request = "\
apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata: {name: token}
spec: {data: [{secretKey: shared, remoteRef: {key: a}}]}
---
";
    let workload = app("a", "").replace("name: reg-secret, key", "name: token, key");
    let dir = Dir::with(&[("app.yaml", &format!("{request}{workload}"))]);
    let without = stamp(&dir.run("stamp app.yaml"));
    assert_ne!(stamp(&dir.run("stamp --producers app.yaml")), without);
    assert_eq!(stamp(&dir.run("stamp --producers --ignore-config Secret/token app.yaml")), without);
}

/// The stamp of a workload does not depend on an ignored config, so that its absence leaves nothing undecided.
#[test]
fn ignored_configs_leave_no_workload_undecided() {
    let workload = "\
apiVersion: v1
kind: Pod
metadata:
  name: web
  annotations: {rollstamp.dev/checksum: old}
spec: {containers: [{name: web, image: web:1, envFrom: [{secretRef: {name: db}}]}]}
";
    let dir = Dir::with(&[("app.yaml", workload)]);
    let kept = dir.run("stamp app.yaml");
    assert!(stamp(&kept).is_some());
    for flags in ["--ignore-config Secret/db", "--external Secret/db"] {
        assert_eq!(stamp(&dir.run(&format!("stamp {flags} app.yaml"))), None, "{flags}");
    }
}

#[test]
fn external_configs_are_neither_warning_nor_finding() {
    let workload = app("a", "").split_once("---\n").unwrap().1.to_owned();
    let dir = Dir::with(&[("app.yaml", &workload)]);
    for verb in ["stamp --check", "links", "rename --check"] {
        let ran = dir.run(&format!("{verb} --strict app.yaml"));
        assert!(ran.stderr.contains("Secret/reg-secret is not in the input"), "{}", ran.stderr);
        for external in ["Secret/reg-secret", "Secret/reg-*"] {
            let ran = dir.run(&format!("{verb} --strict --external {external} app.yaml"));
            assert!(!ran.stderr.contains("not in the input"), "{}", ran.stderr);
        }
    }
    dir.put("options.yaml", format!("{HEAD}{{strict: true, external: [default/Secret/*]}}\n"));
    let ran = dir.run("links --config options.yaml app.yaml");
    assert_eq!((ran.status, ran.stderr.as_str()), (0, ""));
    assert!(ran.stdout.contains("made elsewhere"), "{}", ran.stdout);
    let json = dir.run("links --config options.yaml --format json app.yaml").stdout;
    assert!(json.contains("\"status\": \"external\""), "{json}");
    assert_eq!(dir.run("links --config options.yaml --no-external app.yaml").status, 1);
}

#[test]
fn config_in_the_input_is_used_though_it_is_external() {
    let dir = Dir::with(&[("app.yaml", &app("a", ""))]);
    assert_eq!(stamp(&dir.run("stamp --external Secret/* app.yaml")), stamp(&dir.run("stamp app.yaml")));
}

#[test]
fn patterns_without_match_are_noted() {
    let dir = Dir::with(&[("app.yaml", &app("a", ""))]);
    dir.run("stamp --ignore-config Secret/rag-* app.yaml")
        .says("note: `--ignore-config` Secret/rag-* matches no config and no reference");
    dir.run("rename --keep-name Secret/rag-* app.yaml").says("note: `--keep-name` Secret/rag-* matches no config");
    dir.put("options.yaml", format!("{HEAD}{{configs: [{{kind: Secret, name: rag-*, strategy: none}}]}}\n"));
    assert!(!dir.run("stamp --config options.yaml app.yaml").stderr.contains("matches no config"));
    dir.run("stamp -v --config options.yaml app.yaml").says("note: `configs` Secret/rag-* matches no config");
}

#[test]
fn invalid_selectors_are_refused() {
    let dir = Dir::with(&[("app.yaml", &app("a", ""))]);
    dir.run("stamp --ignore-config a/b/Secret/reg app.yaml").fails("write NAME, KIND/NAME or NAMESPACE/KIND/NAME");
    dir.run("stamp --ignore-config Deployment/reg app.yaml").fails("`Deployment` is not a kind of config");
    dir.run("stamp --external Secret/a[ app.yaml").fails("`a[` is not a pattern");
    for (row, problem) in [
        ("{kind: Secret, name: a, strategy: rename, keepName: true}", "`keepName` contradicts `strategy: rename`"),
        ("{kind: Secret, name: a}", "give it a `strategy`, or `keepName: true`"),
        ("{kind: Secret, name: 'a[', strategy: none}", "`a[` is not a pattern"),
        ("{kind: Deployment, name: a, strategy: none}", "unknown variant `Deployment`"),
        ("{kind: Secret, name: a, keepname: true}", "unknown field `keepname`; did you mean `keepName`?"),
    ] {
        dir.put("options.yaml", format!("{HEAD}{{configs: [{row}]}}\n"));
        dir.run("stamp --config options.yaml app.yaml").fails(problem);
    }
}

#[test]
fn impact_names_the_option_that_keeps_a_workload_stale() {
    let dir = Dir::with(&[("old.yaml", &app("a", "")), ("new.yaml", &app("b", ""))]);
    let ran = dir.run("impact --assume stamp --strict --ignore-config Secret/* --base old.yaml new.yaml");
    assert!(ran.stdout.contains("an option ignores its config"), "{}", ran.stdout);
    assert_eq!(ran.status, 0, "{}", ran.stderr);
}

#[test]
fn functions_take_selectors_of_their_configuration() {
    let mut items = String::new();
    for object in app("a", "").split("---\n") {
        items.push_str(&format!("- {}\n", object.trim_end().replace('\n', "\n  ")));
    }
    let list = |config: &str| {
        format!("apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems:\n{items}functionConfig: {config}\n")
    };
    let run = |config: &str| stamp(&Dir::with(&[]).run_with(&["krm"], list(config).as_bytes()));
    let all = run("{apiVersion: rollstamp.dev/v1, kind: Rollstamp}");
    let rows = "[{kind: Secret, name: reg-*, strategy: none}]";
    let without = run(&format!("{{apiVersion: rollstamp.dev/v1, kind: Rollstamp, spec: {{configs: {rows}}}}}"));
    assert_ne!(without, all);
    assert_eq!(run(&format!("{{apiVersion: v1, kind: ConfigMap, data: {{configs: '{rows}'}}}}")), without);
}
