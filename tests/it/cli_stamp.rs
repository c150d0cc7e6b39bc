//! What `stamp` does to files, seen from outside: which stamps come and go, and with which exit status.

use crate::support::shell::{APP, Dir};

const MECHANISMS: &str = include_str!("../../testdata/mechanisms/app.yaml");

/// A workload that uses nothing, with an annotation in its pod template.
const BARE: &str = "\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: bare
spec:
  template:
    metadata:
      annotations:
        ANNOTATION: \"1\"
    spec:
      containers:
      - name: bare
        image: bare:1
";

/// What `stamp --check` says of the only change in a text.
fn reason(dir: &Dir, args: &str) -> String {
    let ran = dir.run(&format!("stamp --check {args}"));
    assert_eq!(ran.status, 1, "{args}: {}", ran.stderr);
    ran.stdout
}

#[test]
fn every_mode_has_its_exit_status() {
    let dir = Dir::with(&[("k/app.yaml", APP)]);
    let stamped = dir.run("stamp k").stdout;
    for (args, status) in [
        ("stamp k", 0),
        ("stamp --output-dir out k", 0),
        ("stamp --check k", 1),
        ("stamp --check --format json k", 1),
        ("stamp --diff k", 1),
        ("stamp --remove --check k", 0),
        ("stamp --write k", 0),
        ("stamp k", 0),
        ("stamp --check k", 0),
        ("stamp --diff k", 0),
        ("stamp --write k", 0),
        ("stamp --remove --check k", 1),
        ("stamp --remove --diff k", 1),
    ] {
        let ran = dir.run(args);
        assert_eq!(ran.status, status, "{args}: {}", ran.stderr);
    }
    assert_eq!(dir.get("k/app.yaml"), stamped);
    assert_eq!(dir.get("out/app.yaml"), stamped);
}

#[test]
fn the_second_run_changes_nothing() {
    let dir = Dir::with(&[("app.yaml", MECHANISMS)]);
    dir.run("stamp --write app.yaml").says("rollstamp: 1 workload stamped\n");
    let first = dir.get("app.yaml");
    dir.run("stamp --write app.yaml").says("rollstamp: nothing to stamp (1 up to date)\n");
    assert_eq!(dir.get("app.yaml"), first);
    dir.run("stamp app.yaml").prints(&first);
}

#[test]
fn remove_undoes_it_byte_for_byte() {
    let crlf = APP.replace('\n', "\r\n");
    let json = r#"{"kind":"List","apiVersion":"v1","items":[{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"env"},"data":{"A":"b"}},{"apiVersion":"v1","kind":"Pod","metadata":{"name":"p"},"spec":{"containers":[{"name":"c","image":"i","envFrom":[{"configMapRef":{"name":"env"}}]}]}}]}"#;
    let others = APP.replace("      labels:", "      annotations:\n        other: tool\n      labels:");
    for text in [APP, MECHANISMS, &crlf, APP.trim_end(), json, &others] {
        let dir = Dir::with(&[("app.yaml", text)]);
        dir.run("stamp --write app.yaml").says("1 workload stamped");
        assert_ne!(dir.get("app.yaml"), text);
        dir.run("stamp --remove --write app.yaml").says("stamp removed from 1 workload");
        assert_eq!(dir.get("app.yaml"), text);
        dir.run("stamp --remove --write app.yaml").says("rollstamp: no stamp to remove (1 up to date)\n");
    }
}

#[test]
fn a_changed_key_changes_the_stamp_and_an_unused_one_does_not() {
    let dir = Dir::with(&[("app.yaml", MECHANISMS)]);
    dir.run("stamp --write app.yaml").prints("");
    let stamped = dir.get("app.yaml");
    for (from, to, status) in [
        ("LEVEL: info", "LEVEL: debug", 1),
        ("sub.conf: x", "sub.conf: z", 1),
        ("password: s3cr3t", "password: other", 1),
        ("tls.crt: aGk=", "tls.crt: aGkh", 1),
        ("board.json: \"{}\"", "board.json: \"[]\"", 0),
        ("logo.bin: //4AAQ==", "logo.bin: //4AAg==", 0),
        ("name: env\ndata:", "name: env\n  labels: {a: b}\ndata: # changed", 0),
        ("LEVEL: info", "LEVEL: \"info\"", 0),
    ] {
        assert!(stamped.contains(from), "{from}");
        dir.put("app.yaml", stamped.replacen(from, to, 1));
        assert_eq!(dir.run("stamp --check app.yaml").status, status, "{to}");
    }
}

#[test]
fn a_stamp_of_ours_that_is_not_true_any_more_goes() {
    let dir = Dir::with(&[("bare.yaml", &BARE.replace("ANNOTATION", "rollstamp.dev/checksum"))]);
    assert_eq!(reason(&dir, "bare.yaml"), "bare.yaml:9:9: Deployment/bare: needs no stamp (has 1)\n");
    dir.run("stamp --write bare.yaml").says("stamp removed from 1 workload");
    assert_eq!(
        dir.get("bare.yaml"),
        BARE.replace("    metadata:\n      annotations:\n        ANNOTATION: \"1\"\n", "")
    );
}

#[test]
fn an_annotation_of_somebody_elses_is_taken_over_and_never_taken_away() {
    let app = APP.replace("      labels:", "      annotations:\n        checksum/config: old\n      labels:");
    let bare = BARE.replace("ANNOTATION", "checksum/config");
    let dir = Dir::with(&[("app.yaml", &app), ("bare.yaml", &bare)]);
    dir.run("stamp --write --annotation checksum/config .").says("1 workload stamped, 1 unchanged");
    let stamped = dir.get("app.yaml");
    assert!(!stamped.contains("rollstamp.dev/") && !stamped.contains(": old"), "{stamped}");
    assert_eq!(stamped.lines().count(), app.lines().count());
    assert_eq!(dir.get("bare.yaml"), bare);

    let digest = dir.run("explain --workload Deployment/web app.yaml").stdout;
    let digest = hex::encode(<sha2::Sha256 as sha2::Digest>::digest(digest));
    assert!(stamped.contains(&format!("checksum/config: {digest}\n")), "{stamped}");
}

#[test]
fn namespaces_part_what_has_one_name() {
    let in_namespace = |text: &str, namespace: &str| {
        text.replace("  name: env\n", &format!("  name: env\n  namespace: {namespace}\n"))
            .replace("  name: web\n", &format!("  name: web\n  namespace: {namespace}\n"))
    };
    let dir = Dir::with(&[
        ("dev.yaml", &in_namespace(APP, "dev")),
        ("prod.yaml", &in_namespace(&APP.replace("info", "warn"), "prod")),
    ]);
    let ran = dir.run("stamp --check .");
    assert_eq!(ran.status, 1, "{}", ran.stderr);
    let places: Vec<&str> = ran.stdout.lines().map(|line| line.split(": needs").next().unwrap()).collect();
    assert_eq!(places, ["dev.yaml:16:5: dev/Deployment/web", "prod.yaml:16:5: prod/Deployment/web"]);
}

#[test]
fn the_namespace_flag_says_what_a_missing_one_means() {
    let app = APP.replace("  name: env\n", "  name: env\n  namespace: prod\n");
    let dir = Dir::with(&[("app.yaml", &app)]);
    let ran = dir.run("stamp --check app.yaml");
    assert!(ran.status == 1 && ran.stdout.starts_with("app.yaml:15:5: Deployment/web: needs stamp"), "{ran:?}");
    ran.says(
        "only one of the two names the namespace prod; set the namespace of objects without one by `--namespace prod`",
    );
    let said = "app.yaml:15:5: prod/Deployment/web: needs stamp ";
    assert!(reason(&dir, "app.yaml --namespace prod").starts_with(said));
    assert_eq!(dir.run("stamp --check app.yaml --namespace dev").status, 0);
}

/// One tree a stage, with the same names in each.
fn stages() -> Dir {
    let dir = Dir::with(&[]);
    for stage in ["dev", "staging", "prod"] {
        dir.put(&format!("k8s/{stage}/app.yaml"), APP.replace("info", stage));
    }
    dir
}

#[test]
fn different_definitions_are_an_error_that_lists_them_and_the_ways_out() {
    let dir = stages();
    let ran = dir.run("stamp --write k8s");
    ran.fails("");
    assert_eq!(
        ran.stderr,
        "\
k8s/dev/app.yaml:21:32: error: Deployment/web: ConfigMap/env is defined with different content in k8s/dev/app.yaml:1, \
k8s/prod/app.yaml:1, k8s/staging/app.yaml:1; pass one directory, render first, or use `--scope dir` if each \
directory is deployed on its own
rollstamp: 1 error: nothing was written; `--skip-invalid` leaves alone what cannot be read or decided
"
    );
    for (_, text) in &dir.files("k8s") {
        assert!(!text.contains("checksum"));
    }
    assert_eq!(dir.run("stamp --check k8s/prod").status, 1, "one directory is the way out");

    dir.put("k8s/dev/env.yaml", APP.split_once("---").unwrap().0);
    dir.run("stamp --check --scope dir k8s")
        .fails_after_report("k8s/dev/app.yaml:1, k8s/dev/env.yaml:1; pass one directory, or");
}

#[test]
fn a_directory_or_a_file_can_be_a_scope() {
    let alone = stages();
    for stage in ["dev", "staging", "prod"] {
        alone.run(&format!("stamp --write k8s/{stage}")).prints("");
    }
    for scope in ["dir", "file"] {
        let dir = stages();
        dir.run(&format!("stamp --write --scope {scope} k8s")).says("3 workloads stamped");
        assert_eq!(dir.files("k8s"), alone.files("k8s"));
    }
}

#[test]
fn a_directory_sees_the_definitions_above_it() {
    let (config, workload) = APP.split_once("---\n").unwrap();
    let dir = Dir::with(&[
        ("k8s/env.yaml", config),
        ("k8s/web/app.yaml", workload),
        ("k8s/dev/app.yaml", workload),
        ("k8s/dev/env.yaml", &config.replace("info", "debug")),
    ]);
    let hash = |text: &str| hex::encode(<sha2::Sha256 as sha2::Digest>::digest(text));
    dir.run("explain --scope dir --workload Deployment/web k8s").fails("is in the input more than once");
    let listing = |path: &str| dir.run(&format!("explain --scope dir --workload Deployment/web {path}")).stdout;
    assert!(listing("k8s/env.yaml k8s/web").starts_with(&hash("info")));
    assert!(listing("k8s/env.yaml k8s/dev").starts_with(&hash("debug")));
    let ran = dir.run("stamp --scope file --check --strict k8s/web");
    assert_eq!((ran.status, ran.stdout.as_str()), (1, ""), "{}", ran.stderr);
    ran.says("ConfigMap/env is not in the input");
}

#[test]
fn skip_invalid_passes_by_what_cannot_be_read() {
    let broken = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: broken\n";
    let dir = Dir::with(&[("app.yaml", APP), ("broken.yaml", broken)]);
    dir.run("stamp --write .").fails("broken.yaml:4:1: error: expected `,` or `}`");
    let ran = dir.run("stamp --write --skip-invalid .");
    ran.prints("");
    ran.says("broken.yaml:4:1: warning: expected `,` or `}`").says("1 workload stamped");
    assert_eq!(dir.get("broken.yaml"), broken);
    assert!(dir.get("app.yaml").contains("checksum"));
}

#[test]
fn talk_goes_to_stderr_as_loud_as_is_wished() {
    let app = APP.replace("- configMapRef: {name: env}", "- configMapRef: {name: env}\n        - secretRef: {name: s}");
    let dir = Dir::with(&[("app.yaml", &app)]);
    let said = |flags: &str| dir.run(&format!("stamp {flags} app.yaml")).stderr;
    assert_eq!(said("-q"), "");
    assert_eq!(
        said(""),
        "\
rollstamp: warning: 1 reference to Secrets that are not in the input; `-v` lists them
rollstamp: 1 workload stamped
"
    );
    let loud = said("-v");
    assert!(!loud.contains("-v lists them"), "{loud}");
    assert!(loud.contains("app.yaml:22:29: note: Deployment/web: Secret/s is not in the input"), "{loud}");
    assert!(loud.contains("app.yaml:14:5: Deployment/web: stamped "), "{loud}");
    assert!(loud.contains(": ConfigMap/env (LEVEL)\n"), "{loud}");
    dir.run("stamp -q -v app.yaml").fails("cannot be used with");
    dir.run("stamp -q nope.yaml").fails("nope.yaml: no such file or directory");
}

#[test]
fn what_a_new_stamp_does_not_do_is_said_once() {
    let dir = Dir::with(&[("app.yaml", &APP.replace("spec:\n  template", "spec:\n  paused: true\n  template"))]);
    let warning = "warning: Deployment/web: a new stamp replaces no pods: it is paused";
    dir.run("stamp --write app.yaml").says(warning);
    for again in ["--check", "--remove --write"] {
        let said = dir.run(&format!("stamp {again} app.yaml")).stderr;
        assert!(!said.contains("warning"), "{again}: {said}");
    }
}

#[test]
fn the_report_of_a_check_is_for_people_or_programs() {
    let job = APP.replace("apps/v1", "batch/v1").replace("Deployment", "Job").replace("name: web", "name: once");
    let dir = Dir::with(&[("app.yaml", APP), ("job.yaml", job.split_once("---\n").unwrap().1)]);
    let ran = dir.run("stamp --check .");
    assert_eq!(ran.status, 1);
    insta::assert_snapshot!("check-text", ran.stdout);
    insta::assert_snapshot!("check-talk", ran.stderr);
    let ran = dir.run("stamp --check --format json .");
    assert_eq!(ran.status, 1);
    insta::assert_snapshot!("check-json", ran.stdout);
    dir.run("stamp --write .").prints("");
    let report: serde_json::Value = serde_json::from_str(&dir.run("stamp --check --format json .").stdout).unwrap();
    assert_eq!((&report["changes"], &report["unchanged"]), (&serde_json::json!([]), &serde_json::json!(1)));
}

#[test]
fn a_renderer_that_fails_leaves_nothing_behind() {
    let dir = Dir::with(&[("app.yaml", APP)]);
    let ran = dir.run_with(&["stamp", "--", "sh", "-c", "cat app.yaml; echo oh no >&2; exit 7"], b"");
    ran.fails("rollstamp: error: sh failed: exit status 7");
    ran.says("oh no\n");
    let ran = dir.run_with(&["stamp", "--", "sh", "-c", "cat app.yaml"], b"");
    assert_eq!((ran.status, ran.stdout), (0, dir.run("stamp app.yaml").stdout));
    assert_eq!(dir.run_with(&["stamp", "--check", "--", "cat", "app.yaml"], b"").status, 1);
    assert!(dir.run_with(&["links", "--", "cat", "app.yaml"], b"").stdout.contains("Deployment/web"));
}

#[test]
fn kyaml_keeps_its_style() {
    let text = "---\n{\n  apiVersion: \"v1\",\n  kind: \"ConfigMap\",\n  metadata: {\n    name: \"env\",\n  },\n  data: {\n    \
                A: \"1\",\n  },\n}\n---\n{\n  apiVersion: \"apps/v1\",\n  kind: \"Deployment\",\n  metadata: {\n    name: \"web\",\n  \
                },\n  spec: {\n    template: {\n      spec: {\n        containers: [{\n          name: \"web\",\n          \
                image: \"web:1\",\n          envFrom: [{\n            configMapRef: {\n              name: \"env\",\n            \
                },\n          }],\n        }],\n      },\n    },\n  },\n}\n";
    let dir = Dir::with(&[("a.yaml", text)]);
    let stamp = "31ada60b9180a7fd130f4b25b9379e3ca46f3cfedfb631a59edd907cf41166fa";
    let metadata = format!(
        "    template: {{\n      metadata: {{\n        annotations: {{\n          rollstamp.dev/checksum: \"{stamp}\",\n        \
         }},\n      }},\n      spec: {{"
    );
    dir.run("stamp a.yaml").prints(&text.replace("    template: {\n      spec: {", &metadata));
}
