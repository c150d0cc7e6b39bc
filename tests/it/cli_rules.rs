//! The user's own rules in the options file, and what is said of wrong ones.

use crate::support::shell::Dir;

pub const MANIFEST: &str = "\
apiVersion: v1
kind: ConfigMap
metadata: {name: app}
data: {LEVEL: info}
---
apiVersion: example.com/v1
kind: Fleet
metadata: {name: north, annotations: {example.com/config: app}}
spec:
  ships:
  - config: app
  - config: {name: app}
  stores: [app, other]
";

pub fn options(rules: &str) -> String {
    let rules: String = rules.lines().map(|line| format!("    {line}\n")).collect();
    format!("apiVersion: rollstamp.dev/v1\nkind: Rollstamp\nmetadata: {{name: x}}\nspec:\n  rules:\n{rules}")
}

fn with_rules(rules: &str) -> Dir {
    Dir::with(&[("rollstamp.yaml", &options(rules)), ("app.yaml", MANIFEST)])
}

#[test]
fn reference_rules_are_rewritten() {
    let dir = with_rules(
        "references:\n- {group: example.com, kind: Fleet, path: spec/ships/config, to: ConfigMap}\n\
         - {group: example.com, kind: Fleet, path: 'spec/stores[]', to: ConfigMap}\n\
         - {group: example.com, kind: Fleet, path: metadata/annotations/example.com\\/config, to: ConfigMap}",
    );
    let ran = dir.run("rename app.yaml");
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    let new = MANIFEST
        .replace("{name: app}\ndata", "{name: app-2748f727mg, annotations: {rollstamp.dev/base-name: \"app\"}}\ndata")
        .replace("config: app", "config: app-2748f727mg")
        .replace("config: {name: app}", "config: {name: app-2748f727mg}")
        .replace("[app,", "[app-2748f727mg,");
    assert_eq!(ran.stdout, new);
}

#[test]
fn reference_rules_with_errors_name_place_and_fix() {
    for (rules, said) in [
        (
            "references: [{group: a, kind: B, path: spec.x, to: Secret}]",
            "rollstamp.yaml:6:18: error: spec.rules.references[0]: a path has slashes between its fields; write spec/x",
        ),
        (
            "references: [{group: a, kind: B, path: spec/x, to: configmap}]",
            "rollstamp.yaml:6:56: error: spec.rules.references[0].to: unknown variant `configmap`; did you mean `ConfigMap`?",
        ),
        (
            "references: [{group: a, knd: B, path: spec/x, to: Secret}]",
            "rollstamp.yaml:6:29: error: spec.rules.references[0]: unknown field `knd`; did you mean `kind`?",
        ),
        (
            "references: [{group: a, kind: B, to: Secret}]",
            "rollstamp.yaml:6:18: error: spec.rules.references[0]: missing field `path`",
        ),
        (
            "kustomizeNameReference: [no.yaml]",
            "rollstamp: error: no.yaml: cannot read kustomize's name references: no such file or directory",
        ),
        ("kustomizeNameReference: [app.yaml]", "rollstamp: error: app.yaml: cannot read kustomize's name references"),
    ] {
        let ran = with_rules(rules).run("stamp --check app.yaml");
        assert_eq!((ran.status, ran.stdout.as_str()), (2, ""), "{rules}");
        assert!(ran.stderr.contains(said), "{rules}: {}", ran.stderr);
    }
}

const FLEET: &str = "\
apiVersion: v1
kind: ConfigMap
metadata: {name: app}
data: {LEVEL: info, OTHER: x}
---
apiVersion: example.com/v1
kind: Fleet
metadata: {name: north}
spec:
  ships:
  - template:
      spec:
        containers:
        - name: ship
          image: ship:1
          envFrom: [{configMapRef: {name: app}}]
  - template:
      spec:
        containers:
        - name: tender
          image: tender:1
";

#[test]
fn workload_rules_stamp_a_custom_kind() {
    let rule = "workloads:\n- {group: example.com, kind: Fleet, templates: ['spec/ships[]/template'], onChange: rolls}";
    let dir = Dir::with(&[("rollstamp.yaml", &options(rule)), ("app.yaml", FLEET)]);
    dir.run("stamp app.yaml --no-config").prints(FLEET);
    let ran = dir.run("stamp app.yaml");
    assert_eq!(ran.stdout.matches("rollstamp.dev/checksum").count(), 1, "{}{}", ran.stdout, ran.stderr);
    assert!(ran.stdout.contains("  - template:\n      metadata:\n        annotations:\n          rollstamp.dev/"));
    assert_eq!(dir.run("explain --workload Fleet/north app.yaml").stdout.lines().count(), 2);
}

#[test]
fn workload_rules_stamp_annotations_of_an_operator() {
    let rule = "\
workloads:
- group: example.com
  kind: Fleet
  annotations: spec/podMetadata/annotations
  podSpecs: [spec/crew]
  onChange: rolls
references:
- {group: example.com, kind: Fleet, path: 'spec/charts[]/config', to: ConfigMap, key: chart, delivery: frozen}";
    let manifest = format!(
        "{}---\napiVersion: example.com/v1\nkind: Fleet\nmetadata: {{name: south}}\nspec:\n  charts:\n  - config: app\n    chart: OTHER\n",
        FLEET.split_inclusive("---\n").next().unwrap().trim_end_matches("---\n")
    );
    let dir = Dir::with(&[("rollstamp.yaml", &options(rule)), ("app.yaml", &manifest)]);
    let ran = dir.run("explain --workload Fleet/south app.yaml");
    assert!(ran.stdout.ends_with("  ConfigMap/app/OTHER\n"), "{}{}", ran.stdout, ran.stderr);
    assert_eq!(ran.stdout.lines().count(), 1, "{}", ran.stdout);
    let ran = dir.run("stamp app.yaml");
    assert!(ran.stdout.contains("  podMetadata:\n    annotations:\n      rollstamp.dev/checksum: "), "{}", ran.stdout);
    let ran = dir.run("rename app.yaml");
    assert!(ran.stdout.contains("  - config: app-"), "{}{}", ran.stdout, ran.stderr);
}

#[test]
fn workload_rules_set_effects() {
    let with = |on_change: &str, said: &str, stamps: usize| {
        let rule =
            format!("workloads:\n- {{group: example.com, kind: Fleet, templates: [spec/ships/template], {on_change}}}");
        let dir = Dir::with(&[("rollstamp.yaml", &options(&rule)), ("app.yaml", FLEET)]);
        let ran = dir.run("stamp app.yaml");
        assert_eq!(ran.status, 0, "{}", ran.stderr);
        assert_eq!(ran.stdout.matches("rollstamp.dev/checksum").count(), stamps, "{on_change}: {}", ran.stderr);
        assert!(ran.stderr.contains(said), "{on_change}: {}", ran.stderr);
    };
    with("onChange: nextRun", "1 workload stamped", 1);
    with(
        "onChange: noEffect, reason: ships stay out",
        "warning: Fleet/north: a new stamp replaces no pods: ships stay out",
        1,
    );
    with("onChange: refused, reason: ships are built once", "not stamped: ships are built once", 0);
    with("onChange: harmful", "not stamped: by the rule for its kind, a changed template does harm", 0);
    let image = "when: [{path: 'spec/ships[]/template/spec/containers[]/image', value: 'tender:1', onChange: refused}]";
    with(
        &format!("onChange: rolls, {image}"),
        "not stamped: by the rule for its kind, a changed template is refused",
        0,
    );
    with("onChange: rolls, when: [{path: spec/anchored, onChange: refused}]", "1 workload stamped", 1);
}

#[test]
fn workload_rules_override_built_in_kinds() {
    let manifest = FLEET
        .replace("example.com/v1\nkind: Fleet", "keda.sh/v1alpha1\nkind: ScaledJob")
        .replace("  ships:\n  - template:", "  jobTargetRef:\n    template:")
        .split("  - template:")
        .next()
        .unwrap()
        .to_owned();
    let dir = Dir::with(&[("app.yaml", &manifest)]);
    let ran = dir.run("stamp app.yaml");
    assert_eq!(ran.stdout, manifest);
    ran.says("not stamped: a changed template deletes the running Jobs");
    dir.put("rollstamp.yaml", options("workloads: [{group: keda.sh, kind: ScaledJob, onChange: nextRun}]"));
    let ran = dir.run("stamp app.yaml");
    assert!(ran.stdout.contains("rollstamp.dev/checksum"), "{}", ran.stderr);
}

#[test]
fn workload_rules_with_errors_are_reported() {
    for (rule, said) in [
        (
            "{group: a.b, kind: C, onChange: roll}",
            "spec.rules.workloads[0].onChange: unknown variant `roll`; did you mean `rolls`?",
        ),
        (
            "{group: a.b, kind: C, onChange: rolls}",
            "rollstamp.yaml:6:16: error: spec.rules.workloads: C of group \"a.b\": it is not built in; use `templates`, or `annotations` with `podSpecs`",
        ),
        (
            "{group: a.b, kind: C, templates: [spec/t], annotations: spec/a, onChange: rolls}",
            "rollstamp.yaml:6:16: error: spec.rules.workloads: C of group \"a.b\": use either `templates`, or `annotations` with `podSpecs`",
        ),
        (
            "{group: a.b, kind: C, annotations: 'spec/pods[]/a', onChange: rolls}",
            "rollstamp.yaml:6:17: error: spec.rules.workloads[0]: `spec/pods[]/a` contains `[]` or `*`; write the path of one field",
        ),
        ("{group: a.b, kind: C, templates: [spec/t]}", "missing field `onChange`"),
    ] {
        let ran = with_rules(&format!("workloads: [{rule}]")).run("stamp app.yaml");
        assert_eq!((ran.status, ran.stdout.as_str()), (2, ""), "{rule}");
        assert!(ran.stderr.contains(said), "{rule}: {}", ran.stderr);
    }
}

#[test]
fn kinds_command_lists_rules_in_its_tables() {
    let rule = "\
workloads: [{group: example.com, kind: Fleet, templates: ['spec/ships[]/template'], onChange: rolls}, {group: keda.sh, kind: ScaledJob, onChange: nextRun}]
references: [{group: example.com, kind: Fleet, path: spec/chart, to: ConfigMap}]";
    let dir = with_rules(rule);
    let line = |text: &str, start: &str| -> String {
        text.lines().find(|line| line.starts_with(start)).unwrap_or_else(|| panic!("no {start}: {text}")).to_owned()
    };
    let words = |line: String| line.split_whitespace().collect::<Vec<_>>().join(" ");
    let built_in = dir.run("kinds --no-config");
    assert_eq!((built_in.status, built_in.stderr.as_str()), (0, ""));
    assert_eq!(
        words(line(&built_in.stdout, "Deployment ")),
        "Deployment apps, extensions built-in spec/template rolls"
    );
    assert!(!built_in.stdout.contains("Fleet"));
    let own = dir.run("kinds").stdout;
    assert_eq!(words(line(&own, "Fleet ")), "Fleet example.com rules spec/ships[]/template rolls");
    assert_eq!(own.matches("ScaledJob ").count(), 1, "the rule stands for the built-in row");
    assert!(words(line(&own, "ScaledJob ")).ends_with("rules spec/jobTargetRef/template next run"));
    let json: serde_json::Value = serde_json::from_str(&dir.run("kinds --format json").stdout).unwrap();
    assert_eq!(json["version"], 1);
    assert_eq!(json["workloads"][0]["kind"], "Fleet");
    assert_eq!(json["workloads"][0]["pods"][0]["annotations"], "spec/ships[]/template/metadata/annotations");
    assert_eq!(json["references"][0]["path"], "spec/chart");
    let wrong = with_rules("workloads: [{}]").run("kinds");
    assert_eq!((wrong.status, wrong.stdout.as_str()), (2, ""));
}

/// The same file, read by kustomize and by us, leads to the same names in the same fields.
const TOKEN: &str = "\
apiVersion: example.com/v1
kind: Token
metadata: {name: api}
spec:
  into: {name: api-token}
  vault: prod/api
  parts: [{of: a}, {of: b}]
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  template:
    spec:
      containers:
      - name: web
        image: web:1
        env:
        - name: TOKEN
          valueFrom: {secretKeyRef: {name: api-token, key: token}}
";

fn with_producer(rule: &str) -> Dir {
    let rule = format!("producers: [{{group: example.com, kind: Token, makes: Secret, {rule}}}]");
    Dir::with(&[("rollstamp.yaml", &options(&rule)), ("app.yaml", TOKEN)])
}

#[test]
fn producer_rules_resolve_references() {
    let dir = with_producer("name: spec/into/name, keys: [token], request: [spec/vault, spec/parts]");
    assert_eq!(dir.run("links --strict --no-config app.yaml").status, 1);
    let links = dir.run("links --strict app.yaml");
    assert_eq!(links.status, 0, "{}", links.stderr);
    assert!(links.stdout.contains("generated by Token/api"), "{}", links.stdout);
    // printf %s '"prod/api"' | sha256sum; printf %s '[{"of":"a"},{"of":"b"}]' | sha256sum
    dir.run("explain -q --producers --workload Deployment/web app.yaml").prints(
        "93b2883e1dd866d296622369f282354554d9b63c438913036ae66d062468440a  Token/api/spec.parts\n\
         3e18834976b41fb234ec19a0401104dc5194db0420b84124a9fcc2cec480ee83  Token/api/spec.vault\n",
    );
    dir.run("rename -q app.yaml").prints(TOKEN);
    let wrong = dir.run("kinds");
    assert!(wrong.stdout.lines().any(|line| line.starts_with("Token ") && line.ends_with("no")), "{}", wrong.stdout);
}

#[test]
fn producer_rules_rename_where_allowed() {
    let dir = with_producer("name: spec/into/name, request: [spec/vault], rename: true");
    let ran = dir.run("rename -q app.yaml");
    let name = ran.stdout.split("into: {name: ").nth(1).and_then(|rest| rest.split('}').next()).unwrap();
    assert!(name.starts_with("api-token-") && name.len() == "api-token-".len() + 10, "{}", ran.stdout);
    assert!(ran.stdout.contains(&format!("secretKeyRef: {{name: {name}, key: token}}")), "{}", ran.stdout);
    for (rule, said) in [
        (
            "rename: true",
            "rollstamp.yaml:6:16: error: spec.rules.producers: Token of group \"example.com\": `rename` needs `name`, the field that it writes",
        ),
        (
            "name: 'spec/parts[]/of'",
            "rollstamp.yaml:6:17: error: spec.rules.producers[0]: `spec/parts[]/of` contains `[]` or `*`",
        ),
        (
            "request: ['spec/parts[]']",
            "rollstamp.yaml:6:75: error: spec.rules.producers[0].request: `spec/parts[]` contains `[]` or `*`",
        ),
    ] {
        let ran = with_producer(rule).run("stamp app.yaml");
        assert_eq!((ran.status, ran.stdout.as_str()), (2, ""), "{rule}");
        assert!(ran.stderr.contains(said), "{rule}: {}", ran.stderr);
    }
}

/// A key that must be quoted, above the annotations: the stamp below it is removed with it.
#[test]
fn annotations_below_any_key_come_and_go() {
    let app = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: app}\ndata: {LEVEL: info}\n---\napiVersion: \
               example.com/v1\nkind: Fleet\nmetadata: {name: north}\nspec:\n  containers: [{name: a, image: a, envFrom: \
               [{configMapRef: {name: app}}]}]\n";
    for path in ["pods", "spec/pods", "m\u{e9}ta", "spec/m\u{e9}ta", "spec/on", "spec/true/deep", "'0'", "spec/a b"] {
        let rule = format!(
            "workloads:\n- {{group: example.com, kind: Fleet, annotations: \"{path}/annotations\", podSpecs: [spec], \
             onChange: rolls}}"
        );
        let dir = Dir::with(&[("rollstamp.yaml", &options(&rule)), ("app.yaml", app)]);
        assert_eq!(dir.run("stamp --write app.yaml").status, 0);
        assert!(dir.get("app.yaml").contains("rollstamp.dev/checksum"), "{path}");
        dir.run("stamp --check app.yaml").prints("");
        assert_eq!(dir.run("stamp --remove --write app.yaml").status, 0);
        assert_eq!(dir.get("app.yaml"), app, "{path}");
    }
}
