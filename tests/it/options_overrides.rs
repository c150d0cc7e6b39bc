//! Flags win over the options file: a run with both gives what a run without a file gives.

use crate::support::shell::{APP, Dir, Ran};

const HEAD: &str = "apiVersion: rollstamp.dev/v1\nkind: Rollstamp\nmetadata: {name: x}\nspec: ";

/// Objects on which each field has an effect.
const MANIFESTS: &str = "
---
apiVersion: v1
kind: Secret
metadata: {name: token}
stringData: {token: s3cr3t}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: other}
data: {a: b}
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: api
  annotations: {wave.pusher.com/update-on-config-change: 'true', reloader.stakater.com/auto: 'false'}
spec:
  template:
    metadata:
      labels: {app: api}
    spec:
      containers:
      - name: api
        image: api:1
        envFrom:
        - secretRef: {name: token}
        - secretRef: {name: requested}
        volumeMounts: [{name: files, mountPath: /files}]
      volumes:
      - name: files
        configMap: {name: other}
---
apiVersion: batch/v1
kind: Job
metadata: {name: migrate}
spec:
  template:
    spec:
      restartPolicy: Never
      containers:
      - name: migrate
        image: migrate:1
        envFrom:
        - configMapRef: {name: env}
---
apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata: {name: requested}
spec: {data: [{secretKey: a, remoteRef: {key: b}}]}
---
apiVersion: example.com/v1
kind: Fleet
metadata: {name: fleet}
spec: {settings: other}
";

/// Fields with another value than their default, the flags that set them back, and a command on whose result the
/// field has an effect.
const OVERRIDES: &[(&str, &str, &str)] = &[
    ("annotation: checksum/config", "--annotation rollstamp.dev/checksum", "stamp app.yaml"),
    ("annotation: checksum/config", "--annotation rollstamp.dev/checksum", "rename stamped.yaml"),
    ("rollOn: frozen", "--roll-on any", "stamp app.yaml"),
    ("rollOn: frozen", "--roll-on any", "links --format html app.yaml"),
    ("namespace: prod", "--no-namespace", "links --format json prod.yaml"),
    ("scope: file", "--scope run", "links nested"),
    ("strict: true", "--no-strict", "links nested/vendor"),
    ("baseline: known.json", "--no-baseline", "links nested/vendor"),
    ("exclude: [vendor]", "--no-exclude", "links nested"),
    ("context: [context]", "--no-context", "links requested.yaml"),
    ("skipInvalid: true", "--no-skip-invalid", "stamp invalid"),
    ("allowEmpty: true", "--no-allow-empty", "stamp empty.yaml"),
    ("maxFileSize: 100", "--max-file-size 64Mi", "stamp app.yaml"),
    ("maxDepth: 3", "--max-depth 1000", "stamp app.yaml"),
    ("secretKeyFile: key", "--no-secret-key-file", "stamp app.yaml"),
    ("producers: true", "--no-producers", "stamp app.yaml"),
    ("honor: [wave]", "--honor none", "stamp --only-annotated app.yaml"),
    ("onlyAnnotated: true", "--no-only-annotated", "stamp app.yaml"),
    ("excludeFromReloader: true", "--no-exclude-from-reloader", "stamp app.yaml"),
    ("immutable: true", "--no-immutable", "rename app.yaml"),
    ("renameJobs: true", "--no-rename-jobs", "rename app.yaml"),
    ("pruneLast: helm", "--prune-last none", "rename app.yaml"),
    ("pruneLast: flux", "--prune-last none", "stamp flux.yaml"),
    ("configs: [{kind: Secret, name: token, strategy: none}]", "--no-configs", "stamp app.yaml"),
    ("configs: [{kind: ConfigMap, name: env, keepName: true}]", "--no-configs", "rename app.yaml"),
    ("external: [ConfigMap/env]", "--no-external", "links nested/vendor"),
    (
        "rules: {references: [{group: example.com, kind: Fleet, path: spec/settings, to: ConfigMap}]}",
        "--no-rules",
        "rename app.yaml",
    ),
    (
        "rules: {references: [{group: example.com, kind: Fleet, path: spec/settings, to: ConfigMap}]}",
        "--no-rules",
        "kinds",
    ),
];

#[test]
fn options_of_the_file_are_set_back_by_flags() {
    let app = format!("{APP}{MANIFESTS}");
    let dir = Dir::with(&[
        ("app.yaml", &app),
        ("nested/app.yaml", APP),
        ("nested/vendor/app.yaml", &APP.replace("kind: ConfigMap", "kind: Unknown")),
        (
            "stamped.yaml",
            &APP.replace("  name: env\n", "  name: env\n  annotations: {rollstamp.dev/strategy: stamp}\n"),
        ),
        ("prod.yaml", &APP.replace("  name: env\n", "  name: env\n  namespace: prod\n")),
        ("flux.yaml", &APP.replace("LEVEL: info", "LEVEL: ${LEVEL}")),
        ("invalid/app.yaml", &format!("{APP}---\nkind: ConfigMap\ndata: [\n")),
        ("empty.yaml", ""),
        ("requested.yaml", APP.split_once("---\n").unwrap().1),
        ("context/env.yaml", APP.split_once("---\n").unwrap().0),
        ("key", "k3y"),
    ]);
    for (spec, flags, command) in OVERRIDES {
        dir.put("options.yaml", format!("{HEAD}{{{spec}}}\n"));
        let without_file = outcome(dir.run(command));
        let (command, rest) = command.split_once(' ').unwrap_or((command, ""));
        let with_file = outcome(dir.run(&format!("{command} --config options.yaml {rest}")));
        assert_ne!(with_file, without_file, "{spec} has no effect on {command} {rest}");
        let with_both = outcome(dir.run(&format!("{command} --config options.yaml {flags} {rest}")));
        assert_eq!(with_both, without_file, "{command} {flags} {rest}");
    }
}

#[test]
fn keep_of_the_file_is_set_back_by_a_flag() {
    let kept = |flags: &str| {
        let dir = Dir::with(&[("options.yaml", &format!("{HEAD}{{keep: 1}}\n"))]);
        for level in ["info", "debug"] {
            dir.put("app.yaml", APP.replace("info", level));
            assert_eq!(dir.run(&format!("rename --config options.yaml -o out {flags} app.yaml")).status, 0);
        }
        dir.path("out/rollstamp-kept.yaml").exists()
    };
    assert!(kept(""));
    assert!(!kept("--keep 0"));
}

#[test]
fn keep_zero_needs_no_output_directory() {
    let dir = Dir::with(&[("app.yaml", APP)]);
    assert_eq!(dir.run("rename --keep 0 app.yaml").status, 0);
    dir.run("rename --keep 1 app.yaml").fails("--keep needs --output-dir");
}

#[test]
fn honor_none_is_exclusive() {
    let dir = Dir::with(&[("app.yaml", APP)]);
    dir.run("stamp --honor none,wave app.yaml").fails("--honor none cannot be combined with controllers");
}

fn outcome(ran: Ran) -> (i32, String, String) {
    (ran.status, ran.stdout, ran.stderr)
}
