//! The plugin and the function in the middle of builds of real kustomize, beside what a reader expects.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::rename_kustomize::documents;
use crate::support::peers::Kustomize;
use crate::support::shell::{Dir, Ran};

const APP: &str = "\
apiVersion: v1
kind: ConfigMap
metadata: {name: env}
data: {LEVEL: info, MODE: a}
---
apiVersion: v1
kind: Secret
metadata: {name: db}
stringData: {password: s3cr3t}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - name: web
        image: web:1
        envFrom: [{configMapRef: {name: env}}, {configMapRef: {name: gen}}]
        env:
        - name: PASSWORD
          valueFrom: {secretKeyRef: {name: db, key: password}}
---
apiVersion: batch/v1
kind: CronJob
metadata: {name: nightly}
spec:
  schedule: 0 4 * * *
  jobTemplate:
    spec:
      template:
        spec:
          restartPolicy: Never
          containers:
          - {name: job, image: 'job:1', envFrom: [{configMapRef: {name: env}}]}
";

/// The listing lines of the overlay's content under the names that the finished build gives.
const LINES: [(&str, &str); 4] = [
    ("ConfigMap/dev-env-x/LEVEL", "debug"),
    ("ConfigMap/dev-env-x/MODE", "a"),
    ("ConfigMap/dev-gen-x-b9t2424hkf/A", "b"),
    ("Secret/dev-db-x/password", "s3cr3t"),
];

const STAMPER: &str = "apiVersion: rollstamp.dev/v1\nkind: Rollstamp\nmetadata: {name: stamper}\n";
const RENAMER: &str =
    "apiVersion: rollstamp.dev/v1\nkind: Rollstamp\nmetadata: {name: renamer}\nspec: {strategy: rename}\n";
const CHECKER: &str = "\
apiVersion: rollstamp.dev/v1
kind: Rollstamp
metadata: {name: checker}
spec: {check: true, strict: true}
";

/// A base and an overlay of it, and a directory of plugins with ours in it.
fn overlay(transformer: &str, lines: &str) -> Dir {
    let head =
        "resources: [base]\nnamePrefix: dev-\nnameSuffix: -x\nnamespace: prod\npatchesStrategicMerge: [patch.yaml]";
    let dir = Dir::with(&[
        ("base/app.yaml", APP),
        ("base/kustomization.yaml", "resources: [app.yaml]\nconfigMapGenerator: [{name: gen, literals: [A=b]}]\n"),
        ("patch.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: env}\ndata: {LEVEL: debug}\n"),
        ("kustomization.yaml", &format!("{head}\n{lines}\n")),
        ("rollstamp.yaml", transformer),
    ]);
    assert_eq!(dir.run("kustomize install -q --plugin-home home").status, 0);
    #[cfg(unix)]
    std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_rollstamp"), dir.path("home/rollstamp-krm")).unwrap();
    dir
}

/// The same configuration for a KRM function.
fn as_function(config: &str) -> String {
    let function = "annotations: {config.kubernetes.io/function: 'exec: {path: rollstamp-krm}'}, name";
    config.replace("metadata: {name", &format!("metadata: {{{function}"))
}

fn build(kustomize: &Kustomize, dir: &Dir, below: &str) -> Ran {
    let output = kustomize.build_with_plugins(&dir.path(below), &dir.path("home"));
    Ran {
        status: output.status.code().unwrap(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

/// The objects of a build that went well.
#[track_caller]
fn built(kustomize: &Kustomize, dir: &Dir, below: &str) -> BTreeMap<String, Value> {
    let ran = build(kustomize, dir, below);
    assert_eq!(ran.status, 0, "{}: {}", kustomize.name(), ran.stderr);
    let label = |value: &Value| format!("{}/{}", value["kind"], value["metadata"]["name"]).replace('"', "");
    documents(&ran.stdout).into_iter().map(|value| (label(&value), value)).collect()
}

fn stamp_of(lines: &[(&str, &str)]) -> String {
    let listing = lines.iter().fold(String::new(), |mut listing, (path, content)| {
        writeln!(listing, "{}  {path}", hex::encode(Sha256::digest(content))).unwrap();
        listing
    });
    hex::encode(Sha256::digest(listing))
}

/// Every kustomize with the plugin, and with the function where it runs functions.
fn each_way(config: &str, lines: &str, check: impl Fn(&Kustomize, &Dir)) {
    for kustomize in Kustomize::all() {
        check(&kustomize, &overlay(config, lines));
        if kustomize.runs_functions() {
            check(&kustomize, &overlay(&as_function(config), lines));
        }
    }
}

#[test]
fn stamps_are_those_of_the_finished_build() {
    each_way(STAMPER, "transformers: [rollstamp.yaml]", |kustomize, dir| {
        let stamped = built(kustomize, dir, "");
        dir.put("kustomization.yaml", dir.get("kustomization.yaml").replace("transformers", "#"));
        let mut expected = built(kustomize, dir, "");
        let annotations = |lines| serde_json::json!({"rollstamp.dev/checksum": stamp_of(lines)});
        let web = expected.get_mut("Deployment/dev-web-x").unwrap();
        web["spec"]["template"]["metadata"]["annotations"] = annotations(&LINES);
        let job = expected.get_mut("CronJob/dev-nightly-x").unwrap();
        let template = &mut job["spec"]["jobTemplate"]["spec"]["template"];
        template["metadata"] = serde_json::json!({"annotations": annotations(&LINES[..2])});
        assert_eq!(stamped, expected, "{}", kustomize.name());

        // What the command line makes of the finished build.
        dir.put("plain.yaml", kustomize.build(dir.root()));
        let after = dir.run("stamp plain.yaml");
        let outside = documents(&after.stdout);
        assert!(outside.len() == expected.len() && outside.iter().all(|object| stamped.values().any(|o| o == object)));
    });
}

#[test]
fn renamed_configs_are_found_by_their_references() {
    each_way(RENAMER, "transformers: [rollstamp.yaml]", |kustomize, dir| {
        let renamed = built(kustomize, dir, "");
        let names: Vec<&str> = renamed.keys().map(String::as_str).collect();
        let expected = [
            "ConfigMap/dev-env-x-546bb2b6cf",
            "ConfigMap/dev-gen-x-b9t2424hkf",
            "CronJob/dev-nightly-x",
            "Deployment/dev-web-x",
            "Secret/dev-db-x-d4cf5kt7d4",
        ];
        assert_eq!(names, expected, "{}", kustomize.name());
        let container = &renamed["Deployment/dev-web-x"]["spec"]["template"]["spec"]["containers"][0];
        assert_eq!(container["envFrom"][0]["configMapRef"]["name"], "dev-env-x-546bb2b6cf");
        assert_eq!(container["envFrom"][1]["configMapRef"]["name"], "dev-gen-x-b9t2424hkf");
        assert_eq!(container["env"][0]["valueFrom"]["secretKeyRef"]["name"], "dev-db-x-d4cf5kt7d4");
        let job = &renamed["CronJob/dev-nightly-x"]["spec"]["jobTemplate"]["spec"]["template"]["spec"]["containers"][0];
        assert_eq!(job["envFrom"][0]["configMapRef"]["name"], "dev-env-x-546bb2b6cf");
        let metadata = &renamed["ConfigMap/dev-env-x-546bb2b6cf"]["metadata"];
        assert_eq!(metadata["annotations"], serde_json::json!({"rollstamp.dev/base-name": "dev-env-x"}));
    });
}

/// A base that renames is not what we recommend, and must not break the overlays of it.
#[test]
fn overlays_of_a_base_that_renames_find_configs_by_their_old_names() {
    each_way(RENAMER, "transformers: [rollstamp.yaml]", |kustomize, dir| {
        dir.put("base/rollstamp.yaml", dir.get("rollstamp.yaml"));
        let base = dir.get("base/kustomization.yaml");
        dir.put("base/kustomization.yaml", format!("{base}transformers: [rollstamp.yaml]\n"));
        let merge = "configMapGenerator: [{name: env, behavior: merge, literals: [MORE=c]}]";
        dir.put("kustomization.yaml", dir.get("kustomization.yaml").replace("transformers: [rollstamp.yaml]", merge));
        let objects = built(kustomize, dir, "");
        let (name, config) = objects.iter().find(|(name, _)| name.starts_with("ConfigMap/dev-env-")).unwrap();
        assert_eq!(config["data"], serde_json::json!({"LEVEL": "debug", "MODE": "a", "MORE": "c"}));
        let container = &objects["Deployment/dev-web-x"]["spec"]["template"]["spec"]["containers"][0];
        assert_eq!(container["envFrom"][0]["configMapRef"]["name"], name.replace("ConfigMap/", ""));
    });
}

/// Two bases with the same names under different prefixes: each reference means the config of its own base.
#[test]
fn bases_of_one_origin_are_kept_apart() {
    each_way(STAMPER, "transformers: [rollstamp.yaml]", |kustomize, dir| {
        for (name, level) in [("a", "one"), ("b", "two")] {
            dir.put(&format!("{name}/app.yaml"), APP.replace("info", level));
            dir.put(&format!("{name}/kustomization.yaml"), format!("resources: [app.yaml]\nnamePrefix: {name}-\n"));
        }
        dir.put("kustomization.yaml", "resources: [a, b]\nnamePrefix: all-\ntransformers: [rollstamp.yaml]\n");
        let objects = built(kustomize, dir, "");
        for (name, level) in [("a", "one"), ("b", "two")] {
            let path = |key: &str| format!("ConfigMap/all-{name}-env/{key}");
            let job = &objects[&format!("CronJob/all-{name}-nightly")]["spec"]["jobTemplate"]["spec"]["template"];
            let stamp = stamp_of(&[(&path("LEVEL"), level), (&path("MODE"), "a")]);
            assert_eq!(job["metadata"]["annotations"]["rollstamp.dev/checksum"], stamp, "{}", kustomize.name());
        }
    });
}

#[test]
fn a_validator_is_silent_or_fails() {
    each_way(CHECKER, "transformers: [stamper.yaml]\nvalidators: [rollstamp.yaml]", |kustomize, dir| {
        dir.put("stamper.yaml", STAMPER);
        let checked = build(kustomize, dir, "");
        assert_eq!(checked.status, 0, "{}", checked.stderr);
        assert_eq!(documents(&checked.stdout).len(), 5);

        let all = dir.get("kustomization.yaml");
        dir.put("kustomization.yaml", all.replace("transformers", "#"));
        let unstamped = build(kustomize, dir, "");
        assert_eq!((unstamped.status, unstamped.stdout.as_str()), (1, ""));
        unstamped.says("prod/Deployment/dev-web-x: needs stamp");

        dir.put("kustomization.yaml", &all);
        dir.put("base/app.yaml", APP.replace("key: password", "key: pass"));
        let missing = build(kustomize, dir, "");
        assert_eq!((missing.status, missing.stdout.as_str()), (1, ""));
        missing.says("prod/Deployment/dev-web-x: prod/Secret/db has no key `pass`; its keys are password");

        // As a transformer its silence would delete everything. A function does not learn where it is listed.
        if dir.get("rollstamp.yaml").contains("function") {
            return;
        }
        dir.put("kustomization.yaml", "resources: [base]\ntransformers: [rollstamp.yaml]\n");
        let misplaced = build(kustomize, dir, "");
        assert_eq!((misplaced.status, misplaced.stdout.as_str()), (1, ""));
        misplaced.says("list it under validators, not transformers");
    });
}

/// What was renamed in a build is as it should be in the same build.
#[test]
fn a_validator_accepts_what_was_renamed() {
    let checker = CHECKER.replace("spec: {", "spec: {strategy: rename, ");
    each_way(&checker, "transformers: [renamer.yaml]\nvalidators: [rollstamp.yaml]", |kustomize, dir| {
        dir.put("renamer.yaml", RENAMER);
        assert!(built(kustomize, dir, "").contains_key("ConfigMap/dev-env-x-546bb2b6cf"));
        dir.put("kustomization.yaml", dir.get("kustomization.yaml").replace("transformers", "#"));
        let before = build(kustomize, dir, "");
        assert_eq!((before.status, before.stdout.as_str()), (1, ""));
        before.says("prod/ConfigMap/dev-env-x: needs the name dev-env-x-546bb2b6cf (2 references)");
    });
}

#[test]
fn what_is_wrong_fails_the_build() {
    each_way(STAMPER, "transformers: [rollstamp.yaml]", |kustomize, dir| {
        let config = dir.get("rollstamp.yaml");
        dir.put("rollstamp.yaml", format!("{config}spec: {{roll-on: any}}\n"));
        let unknown = build(kustomize, dir, "");
        assert_eq!((unknown.status, unknown.stdout.as_str()), (1, ""));
        unknown.says("spec: unknown field `roll-on`; did you mean `rollOn`?");

        dir.put("rollstamp.yaml", config);
        dir.put("base/app.yaml", APP.replace("LEVEL: info", "RETRIES: 3"));
        let number = build(kustomize, dir, "");
        assert_eq!((number.status, number.stdout.as_str()), (1, ""));
        number.says("prod/ConfigMap/dev-env-x: data.RETRIES is a number (3)");
    });
}

#[test]
fn flags_and_empty_builds() {
    for kustomize in Kustomize::all() {
        let flags = "argsOneLiner: --annotation example.com/sum --roll-on frozen\n";
        let dir = overlay(&format!("{STAMPER}{flags}"), "transformers: [rollstamp.yaml]");
        let stamped = built(&kustomize, &dir, "");
        let annotations = &stamped["Deployment/dev-web-x"]["spec"]["template"]["metadata"]["annotations"];
        assert_eq!(annotations, &serde_json::json!({"example.com/sum": stamp_of(&LINES)}));

        dir.put("kustomization.yaml", "transformers: [rollstamp.yaml]\nresources: [none]\n");
        dir.put("none/kustomization.yaml", "resources: []\nnamePrefix: x-\n");
        let empty = build(&kustomize, &dir, "");
        assert_eq!((empty.status, empty.stdout.as_str()), (0, ""), "{}", empty.stderr);
    }
}

#[test]
fn install_puts_a_link_where_kustomize_looks() {
    let dir = Dir::with(&[]);
    for _ in 0..2 {
        let ran = dir.run("kustomize install --plugin-home plugins");
        let path = dir.path("plugins/rollstamp.dev/v1/rollstamp/Rollstamp");
        assert_eq!((ran.status, ran.stdout), (0, format!("{}\n", path.display())), "{}", ran.stderr);
        assert_eq!(path.canonicalize().unwrap(), std::path::Path::new(env!("CARGO_BIN_EXE_rollstamp")));
    }
    dir.put("other/rollstamp.dev/v1/rollstamp/Rollstamp", "mine");
    dir.run("kustomize install --plugin-home other").fails("exists and is not a symbolic link; move it and try again");
    assert_eq!(dir.get("other/rollstamp.dev/v1/rollstamp/Rollstamp"), "mine");
}

#[test]
fn uninstall_removes_the_link_and_nothing_else() {
    let dir = Dir::with(&[("plugins/rollstamp.dev/v1/other/Other", "theirs")]);
    for home in ["plugins", "new"] {
        let installed = dir.run(&format!("kustomize install -q --plugin-home {home}"));
        let ran = dir.run(&format!("kustomize uninstall --plugin-home {home}"));
        assert_eq!((ran.status, ran.stdout), (0, installed.stdout), "{}", ran.stderr);
    }
    assert_eq!(dir.files("."), [("plugins/rollstamp.dev/v1/other/Other".to_owned(), "theirs".to_owned())]);
    assert!(!dir.path("plugins/rollstamp.dev/v1/rollstamp").exists() && !dir.path("new/rollstamp.dev").exists());
    let again = dir.run("kustomize uninstall --plugin-home new");
    assert_eq!((again.status, again.stdout.as_str()), (0, ""));
    again.says("not installed, so there is nothing to remove");
    dir.put("other/rollstamp.dev/v1/rollstamp/Rollstamp", "mine");
    dir.run("kustomize uninstall --plugin-home other").fails("exists and is not a symbolic link; move it");
    assert_eq!(dir.get("other/rollstamp.dev/v1/rollstamp/Rollstamp"), "mine");
}

#[test]
fn init_prints_a_configuration_that_works() {
    for kustomize in Kustomize::all() {
        let dir = overlay("", "transformers: [rollstamp.yaml]\nvalidators: [check.yaml]");
        for krm in ["", " --krm"].into_iter().filter(|krm| krm.is_empty() || kustomize.runs_functions()) {
            let init = dir.run(&format!("kustomize init{krm}"));
            init.says("transformers:\n- rollstamp.yaml\n");
            dir.put("rollstamp.yaml", init.stdout);
            let check = dir.run(&format!("kustomize init --check{krm}"));
            check.says("validators:\n- rollstamp-check.yaml\n");
            dir.put("check.yaml", check.stdout);
            let stamped = built(&kustomize, &dir, "");
            let annotations = &stamped["Deployment/dev-web-x"]["spec"]["template"]["metadata"]["annotations"];
            assert_eq!(annotations["rollstamp.dev/checksum"], stamp_of(&LINES));
        }
    }
}

const FLEET: &str = "\
apiVersion: example.com/v1
kind: Fleet
metadata: {name: north}
spec:
  ships:
  - template:
      spec:
        containers:
        - {name: ship, image: 'ship:1', envFrom: [{configMapRef: {name: env}}]}
";

#[test]
fn rules_in_the_configuration_count() {
    let rule = "{group: example.com, kind: Fleet, templates: ['spec/ships[]/template'], onChange: rolls}";
    let config = format!("{STAMPER}spec: {{rules: {{workloads: [{rule}]}}}}\n");
    each_way(&config, "", |kustomize, dir| {
        dir.put("fleet.yaml", FLEET);
        dir.put("kustomization.yaml", "resources: [base/app.yaml, fleet.yaml]\ntransformers: [rollstamp.yaml]\n");
        dir.put("base/app.yaml", APP.replace(", {configMapRef: {name: gen}}", ""));
        let fleet = &built(kustomize, dir, "")["Fleet/north"];
        let stamp = stamp_of(&[("ConfigMap/env/LEVEL", "info"), ("ConfigMap/env/MODE", "a")]);
        let annotations = &fleet["spec"]["ships"][0]["template"]["metadata"]["annotations"];
        assert_eq!(annotations["rollstamp.dev/checksum"], stamp.as_str(), "{}: {fleet}", kustomize.name());
    });
}

/// What mounts a class finds it by the new name, though kustomize does not know of the field.
#[test]
fn classes_of_csi_drivers_are_renamed_with_what_mounts_them() {
    let case = concat!(env!("CARGO_MANIFEST_DIR"), "/testdata/cases/volumes-of-csi-drivers/in/app.yaml");
    let manifests = std::fs::read_to_string(case).unwrap();
    each_way(RENAMER, "", |kustomize, dir| {
        dir.put("app.yaml", &manifests);
        dir.put("kustomization.yaml", "resources: [app.yaml]\ntransformers: [rollstamp.yaml]\n");
        let objects = built(kustomize, dir, "");
        let class = objects.keys().find_map(|label| label.strip_prefix("SecretProviderClass/")).unwrap();
        assert!(class.starts_with("shop-vault-"), "{class}");
        let volumes = &objects["Deployment/web"]["spec"]["template"]["spec"]["volumes"];
        assert_eq!(volumes[0]["csi"]["volumeAttributes"]["secretProviderClass"], class, "{}", kustomize.name());
    });
}
