//! Helm 3 and 4, with us as the post-renderer.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde::Deserialize;

use crate::support::peers;
use crate::support::shell::{Dir, Ran};

/// What Helm 3 hands to a post-renderer: each document with its source in a comment.
const STREAM: &str = "\
---
# Source: web/templates/env.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: env
  annotations:
    example.com/note: 'kept'
data:
  LEVEL: info
---
# Source: web/templates/web.yaml
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  template:
    spec:
      containers:
      - name: web
        image: web:1
        envFrom:
        - configMapRef: {name: env}
";

/// What Helm 4 hands over: no source comments, an annotation by which it finds each document again, and hooks.
const STREAM_4: &str = "\
apiVersion: v1
kind: ConfigMap
metadata:
  name: env
  annotations:
    example.com/note: 'kept'
    postrenderer.helm.sh/postrender-filename: 'web/templates/env.yaml'
data:
  LEVEL: info
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  annotations:
    postrenderer.helm.sh/postrender-filename: 'web/templates/web.yaml'
spec:
  template:
    spec:
      containers:
      - name: web
        image: web:1
        envFrom:
        - configMapRef: {name: env}
---
apiVersion: batch/v1
kind: Job
metadata:
  name: migrate
  annotations:
    helm.sh/hook: pre-upgrade
    postrenderer.helm.sh/postrender-filename: 'web/templates/migrate.yaml'
spec:
  template:
    spec:
      restartPolicy: Never
      containers:
      - name: migrate
        image: web:1
        envFrom:
        - configMapRef: {name: env}
";

fn plugin(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("integrations/helm").join(name).join("plugin.yaml")
}

/// A plugin.yaml of Helm 4 for the subprocess runtime; Helm, too, refuses fields that it does not know.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Plugin {
    api_version: String,
    #[serde(rename = "type")]
    kind: String,
    name: String,
    version: String,
    runtime: String,
    runtime_config: RuntimeConfig,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct RuntimeConfig {
    platform_command: Vec<PlatformCommand>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PlatformCommand {
    command: String,
    #[serde(default)]
    args: Vec<String>,
}

/// Runs a plugin as Helm 4 does: the command, its arguments, then those of the user. Empty output is an error to it.
fn post_render(name: &str, more: &[&str], stream: &str) -> Result<String, String> {
    let plugin: Plugin = serde_yaml::from_str(&fs::read_to_string(plugin(name)).unwrap()).unwrap();
    assert_eq!((plugin.api_version.as_str(), plugin.kind.as_str()), ("v1", "postrenderer/v1"));
    assert_eq!((plugin.name.as_str(), plugin.runtime.as_str()), (name, "subprocess"));
    assert_eq!(plugin.version, env!("CARGO_PKG_VERSION"));
    let [command] = &plugin.runtime_config.platform_command[..] else { panic!("one command for every platform") };
    assert_eq!(command.command, "rollstamp");
    let args: Vec<&str> = command.args.iter().map(String::as_str).chain(more.iter().copied()).collect();
    let ran = Dir::with(&[]).run_with(&args, stream.as_bytes());
    match ran {
        Ran { status: 0, stdout, .. } if !stdout.is_empty() => Ok(stdout),
        Ran { stderr, .. } => Err(stderr),
    }
}

fn checksums(stream: &str) -> Vec<&str> {
    stream.lines().filter_map(|line| line.split_once("rollstamp.dev/checksum: ")).map(|(_, value)| value).collect()
}

#[test]
fn helm_3_gets_its_stream_back_with_a_stamp_in_it() {
    let ran = Dir::with(&[]).run_with(&["stamp", "-"], STREAM.as_bytes());
    let stamp = checksums(&ran.stdout)[0];
    let annotations =
        format!("    metadata:\n      annotations:\n        rollstamp.dev/checksum: {stamp}\n    spec:\n      cont");
    ran.prints(&STREAM.replace("    spec:\n      cont", &annotations));
}

#[test]
fn helm_4_finds_every_document_again() {
    for plugin in ["rollstamp", "rollstamp-rename"] {
        let after = post_render(plugin, &[], STREAM_4).unwrap();
        let count = |stream: &str, what: &str| stream.matches(what).count();
        for line in STREAM_4.lines().filter(|line| line.contains("postrender-filename") || line.contains("/hook")) {
            assert_eq!(count(&after, line), 1, "{line}\n{after}");
        }
        assert_eq!(count(&after, "\n---\n"), 2);
    }
}

#[test]
fn metadata_never_counts() {
    let in_3 = Dir::with(&[]).run_with(&["stamp", "-"], STREAM.as_bytes()).stdout;
    let in_4 = post_render("rollstamp", &[], STREAM_4).unwrap();
    assert!(checksums(&in_4).iter().all(|checksum| *checksum == checksums(&in_3)[0]), "{in_4}");
    let name = |stream: &str| stream.lines().find(|line| line.starts_with("  name: env-")).map(str::to_owned);
    let renamed_3 = Dir::with(&[]).run_with(&["rename", "-"], STREAM.as_bytes()).stdout;
    let renamed_4 = post_render("rollstamp-rename", &[], STREAM_4).unwrap();
    assert!(name(&renamed_3).is_some());
    // Helm's own mark against pruning is on the config, and its name is the same.
    assert_eq!(name(&renamed_4), name(&renamed_3));
    assert!(renamed_4.contains("helm.sh/resource-policy: \"keep\""), "{renamed_4}");
}

#[test]
fn a_config_in_another_stream_is_a_warning() {
    let (_, workload) = STREAM.split_once("---\n# Source: web/templates/web.yaml\n").unwrap();
    let dir = Dir::with(&[]);
    let ran = dir.run_with(&["stamp", "-"], workload.as_bytes());
    ran.says("ConfigMap/env is not in the input").prints(workload);
    assert_eq!(post_render("rollstamp", &[], workload).as_deref(), Ok(workload));
    let wrong = post_render("rollstamp", &["--strict"], workload).unwrap_err();
    assert!(wrong.contains("ConfigMap/env is not in the input"), "{wrong}");
}

#[test]
fn a_hidden_secret_is_a_document_of_comments() {
    let hidden = "---\n# Source: web/templates/db.yaml\n# HIDDEN: The Secret output has been suppressed\n";
    let stream = format!("{hidden}{}", STREAM.replace("configMapRef: {name: env}", "secretRef: {name: db}"));
    let ran = Dir::with(&[]).run_with(&["stamp", "-"], stream.as_bytes());
    ran.says("1 reference to Secrets that are not in the input").prints(&stream);
}

#[test]
fn nothing_comes_back_when_the_stream_cannot_be_read() {
    let broken = STREAM.replace("  LEVEL: info", "  LEVEL: 3");
    let wrong = post_render("rollstamp", &[], &broken).unwrap_err();
    assert!(wrong.contains("ConfigMap/env: data.LEVEL is a number (3)"), "{wrong}");
    Dir::with(&[]).run_with(&["stamp", "-"], b"").fails("standard input contains no document");
}

#[test]
fn real_helm_3_runs_us() {
    let Some(helm) = peers::directory_of("helm") else { return };
    let version = Command::new(helm.join("helm")).args(["version", "--short"]).output().unwrap();
    if !version.stdout.starts_with(b"v3.") {
        return println!("skipped: helm is not of version 3");
    }
    let template = |name: &str| {
        let (_, rest) = STREAM.split_once(&format!("# Source: web/templates/{name}.yaml\n")).unwrap();
        rest.split("---\n").next().unwrap().to_owned()
    };
    let dir = Dir::with(&[
        ("web/Chart.yaml", "apiVersion: v2\nname: web\nversion: 0.1.0\n"),
        ("web/templates/env.yaml", &template("env").replace("info", "{{ .Values.level }}")),
        ("web/templates/web.yaml", &template("web")),
        ("web/templates/NOTES.txt", "Thank you\n"),
        (
            "web/templates/hook.yaml",
            "apiVersion: v1\nkind: Pod\nmetadata:\n  name: hook\n  annotations: {helm.sh/hook: test}\n",
        ),
        ("web/values.yaml", "level: info\n"),
    ]);
    let us = env!("CARGO_BIN_EXE_rollstamp");
    let render = |more: &[&str]| {
        let mut command = Command::new(helm.join("helm"));
        command.current_dir(dir.root()).args(["template", "web", "web"]).args(more).envs(homes(&dir));
        command.output().unwrap()
    };
    let through = |more: &[&str]| {
        let args = ["--post-renderer", us, "--post-renderer-args", "stamp", "--post-renderer-args", "-"];
        let output = render(&[&args, more].concat());
        (output.status.success(), String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap())
    };
    let plain = String::from_utf8(render(&[]).stdout).unwrap();
    let (fine, stamped, _) = through(&[]);
    assert!(fine);
    let stamps = checksums(&stamped);
    assert_eq!(stamps.len(), 1, "{stamped}");
    let lines = ["    metadata:\n      annotations:\n", "        rollstamp.dev/checksum: ", stamps[0], "\n"].concat();
    assert_eq!(stamped.replace(&lines, ""), plain);
    assert_ne!(checksums(&through(&["--set", "level=warn"]).1), stamps);
    let (fine, stdout, stderr) = through(&["--set-json", "level=3"]);
    assert!(!fine && stdout.is_empty() && stderr.contains("data.LEVEL is a number (3)"), "{stderr}");
}

/// The published plugins, installed as README says, on a chart with a hook.
#[test]
fn real_helm_4_runs_the_published_plugins() {
    let helm = peers::peers("helm4/helm");
    if !helm.is_file() {
        return println!("skipped: Helm 4 is not installed");
    }
    let document = |name: &str| {
        let text = STREAM_4.split("---\n").find(|text| text.contains(&format!("templates/{name}.yaml"))).unwrap();
        let lines = text.lines().filter(|line| !line.contains("postrenderer.helm.sh"));
        lines.map(|line| format!("{line}\n")).collect::<String>().replace("  annotations:\nspec", "spec")
    };
    let dir = Dir::with(&[
        ("web/Chart.yaml", "apiVersion: v2\nname: web\nversion: 0.1.0\n"),
        ("web/templates/env.yaml", &document("env").replace("info", "{{ .Values.level }}")),
        ("web/templates/web.yaml", &document("web")),
        ("web/templates/migrate.yaml", &document("migrate")),
        ("web/values.yaml", "level: info\n"),
    ]);
    let binary = Path::new(env!("CARGO_BIN_EXE_rollstamp")).parent().unwrap();
    let run = |args: &[&str]| {
        let mut command = Command::new(&helm);
        command.current_dir(dir.root()).args(args).envs(homes(&dir)).env("PATH", peers::path_with(binary));
        Ran::of(&mut command)
    };
    for name in ["rollstamp", "rollstamp-rename"] {
        let installed = run(&["plugin", "install", plugin(name).parent().unwrap().to_str().unwrap()]);
        assert_eq!(installed.status, 0, "{}", installed.stderr);
    }
    let template = ["template", "web", "web", "--post-renderer"];
    let stamped = run(&[&template[..], &["rollstamp"]].concat());
    assert_eq!(stamped.status, 0, "{}", stamped.stderr);
    let stamps = checksums(&stamped.stdout);
    // That of the Deployment and that of the hook, which Helm replaces.
    assert!(stamps.len() == 2 && stamps[0] == stamps[1], "{}", stamped.stdout);
    let in_3 = Dir::with(&[]).run_with(&["stamp", "-"], STREAM.as_bytes()).stdout;
    assert_eq!(stamps[0].trim_matches('"'), checksums(&in_3)[0].trim_matches('"'), "as in Helm 3");
    let renamed = run(&[&template[..], &["rollstamp-rename"]].concat()).stdout;
    let name = renamed.lines().find_map(|line| line.strip_prefix("  name: env-")).unwrap();
    assert_eq!(renamed.matches(&format!("configMapRef: {{name: env-{name}}}")).count(), 2, "{renamed}");
    let arguments = ["rollstamp", "--set-json", "level=3"];
    let refused = run(&[&template[..], &arguments].concat());
    assert!(refused.status != 0 && refused.stdout.is_empty(), "{}", refused.stdout);
    let frozen = ["rollstamp", "--post-renderer-args", "--annotation=example.com/sum"];
    let other = run(&[&template[..], &frozen].concat()).stdout;
    assert_eq!(other.matches("example.com/sum: ").count(), 2, "{other}");
}

/// Helm's own files in a directory that goes away.
fn homes(dir: &Dir) -> BTreeMap<&'static str, PathBuf> {
    ["HELM_CACHE_HOME", "HELM_CONFIG_HOME", "HELM_DATA_HOME"].into_iter().map(|name| (name, dir.path(name))).collect()
}
