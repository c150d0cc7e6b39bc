//! `--context`: a part of what is deployed as input, and the rest read for references only.

use crate::impact_base::{commit, git, repository};
use crate::support::shell::{APP, Dir, Ran};

/// The digest of `APP`, with a Deployment in a file of its own.
fn split() -> (String, String) {
    let (config, workload) = APP.split_once("---\n").unwrap();
    (config.to_string(), workload.to_string())
}

fn part() -> Dir {
    let (config, workload) = split();
    Dir::with(&[("base/config.yaml", &config), ("app/web.yaml", &workload)])
}

#[track_caller]
fn stamps(ran: &Ran) -> Vec<&str> {
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    ran.stdout.lines().filter(|line| line.contains("rollstamp.dev/checksum")).collect()
}

#[test]
fn a_part_is_stamped_as_the_whole_is() {
    let dir = part();
    let whole = dir.run("stamp base app");
    let expected = stamps(&whole);
    assert_eq!(expected.len(), 1);
    for args in [
        "stamp --context base app",
        "stamp --context base/config.yaml app/web.yaml",
        "stamp --context base/*.yaml app",
        "stamp --context . app",
        "stamp --context base --context app app",
        "stamp --context base -- cat app/web.yaml",
    ] {
        let ran = dir.run(args);
        assert_eq!(stamps(&ran), expected, "{args}: {}", ran.stderr);
        assert!(!ran.stdout.contains("kind: ConfigMap"), "{}", ran.stdout);
        assert_eq!(ran.stderr, "rollstamp: 1 workload stamped\n", "{args}");
    }
    let ran = dir.run_with(&["stamp", "--context", "base", "-"], dir.get("app/web.yaml").as_bytes());
    assert_eq!(stamps(&ran), expected);
}

#[test]
fn nothing_of_the_context_is_written() {
    let (config, workload) = split();
    // A workload of the context is not stamped, and its config is that of the input.
    let other = workload.replace("name: web\n", "name: other\n");
    let dir = Dir::with(&[("base/config.yaml", &config), ("base/other.yaml", &other), ("app/web.yaml", &workload)]);
    dir.run("stamp --write --context base app").says("rollstamp: 1 workload stamped\n");
    assert_eq!((dir.get("base/config.yaml"), dir.get("base/other.yaml")), (config, other));
    dir.run("stamp --output-dir out --context base app").says("nothing to stamp (1 up to date)");
    let written: Vec<String> = dir.files("out").into_iter().map(|(path, _)| path).collect();
    assert_eq!(written, ["web.yaml"]);
    let ran = dir.run("stamp --remove --diff --context base app");
    assert!(ran.stdout.starts_with("--- app/web.yaml") && !ran.stdout.contains("base/"), "{}", ran.stdout);
}

#[test]
fn nothing_of_the_context_is_reported() {
    let (config, workload) = split();
    let context = [
        "apiVersion: v1\nkind: Secret\nmetadata: {name: [x\n",
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: {{ .Release.Name }}}\n",
        "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n",
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: numbers}\ndata: {PORT: 1}\n",
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: twice}\ndata: {A: a, A: b}\n",
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: patch}\nspec: {template: {spec: {containers: []}}}\n",
    ];
    let lost = workload.replace("name: web\n", "name: lost\n").replace("{name: env}", "{name: lost}");
    let dir = Dir::with(&[("base/config.yaml", &config), ("base/lost.yaml", &lost), ("app/web.yaml", &workload)]);
    for (number, text) in context.iter().enumerate() {
        dir.put(&format!("base/{number}.yaml"), text);
    }
    dir.put("base/latin.yaml", b"kind: ConfigMap # \xff\n");
    for args in ["stamp --strict --context base app", "links --strict --context base app"] {
        let ran = dir.run(args);
        assert_eq!(ran.status, 0, "{}", ran.stderr);
        assert!(!ran.stderr.contains("base") && !ran.stderr.contains("note"), "{}", ran.stderr);
    }
    let ran = dir.run("links --format json --context base app");
    let report: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(report["links"].as_array().unwrap().len(), 1, "{}", ran.stdout);
    assert_eq!(report["unused"].as_array().unwrap().len(), 0, "{}", ran.stdout);
    // Several definitions in the context are no error either.
    dir.put("base/again.yaml", config.replace("info", "debug"));
    let ran = dir.run("stamp --context base app");
    assert_eq!(ran.status, 0);
    ran.says("warning: ").says("base/again.yaml");
    assert!(!ran.stdout.contains("checksum"), "{}", ran.stdout);
}

#[test]
fn stamp_stays_where_the_context_cannot_be_read() {
    let (config, workload) = split();
    let two = workload.replace("{name: env}\n", "{name: env}\n        - secretRef: {name: db}\n");
    let secret = "apiVersion: v1\nkind: Secret\nmetadata: {name: db}\nstringData: {password: hidden}\n";
    let dir = Dir::with(&[("base/config.yaml", &config), ("base/db.yaml", secret), ("app/web.yaml", &two)]);
    dir.run("stamp --write --context base app").says("1 workload stamped");
    let stamped = dir.get("app/web.yaml");
    for broken in [
        "kind: Secret\nmetadata: {name: db\n",
        "apiVersion: v1\nkind: Secret\nmetadata: {name: db}\nstringData: {password: 5}\n",
    ] {
        dir.put("base/db.yaml", broken);
        let ran = dir.run("stamp --context base app");
        ran.says("keeps its stamp: Secret/db is not in the input");
        ran.prints(&stamped);
    }
    dir.put("base/db.yaml", b"kind: Secret # \xff\n");
    dir.run("stamp --context base app").prints(&stamped);
    // Without anything that could not be read, the workload is stamped by what is there.
    std::fs::remove_file(dir.path("base/db.yaml")).unwrap();
    assert_ne!(dir.run("stamp --context base app").stdout, stamped);
}

#[test]
fn input_wins_over_its_copy_in_the_context() {
    let dir = Dir::with(&[("base/app.yaml", &APP.replace("info", "debug")), ("app/app.yaml", APP)]);
    assert_eq!(dir.run("stamp --context base app").stdout, dir.run("stamp app").stdout);
    assert_eq!(dir.run("rename --context base app").stdout, dir.run("rename app").stdout);
    let impact = dir.run("impact --assume rename --context base --base base app");
    assert!(
        impact.stdout.starts_with("IMPACT") && impact.stdout.contains("rolls"),
        "{}{}",
        impact.stdout,
        impact.stderr
    );
}

#[test]
fn context_that_is_nowhere_is_an_error() {
    let dir = part();
    dir.run("stamp --context nowhere app").fails("nowhere: no such file or directory");
    dir.run("stamp --context *.none app").fails("*.none: the pattern matches no file");
    assert_eq!(dir.run("impact --context nowhere --base app app").status, 2);
}

#[test]
fn requests_of_the_context_have_the_same_lines() {
    let secret = "apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata: {name: db}
spec:
  target: {template: {templateFrom: [{configMap: {name: files, items: [{key: a}]}}]}}
  data: [{secretKey: password, remoteRef: {key: x}}]
---
apiVersion: v1
kind: ConfigMap
metadata: {name: files}
data: {a: text}
";
    let workload = split().1.replace("configMapRef: {name: env}", "secretRef: {name: db}");
    let dir = Dir::with(&[("base/db.yaml", secret), ("app/web.yaml", &workload)]);
    let listing = |args: &str| dir.run(&format!("explain --producers --workload Deployment/web {args}")).stdout;
    assert_eq!(listing("--context base app").lines().count(), 3);
    assert_eq!(listing("--context base app"), listing("base app"));
}

#[test]
fn rename_leaves_names_of_the_context() {
    let dir = part();
    let ran = dir.run("rename --context base app");
    ran.prints(&dir.get("app/web.yaml"));
    ran.says("app/web.yaml:14:32: note: Deployment/web: ConfigMap/env is not renamed, since it is context");
    assert_eq!(dir.run("rename --strict --context base app").status, 1);
    // An object of the context refers to a config of the input.
    let ran = dir.run("rename --context app base");
    ran.prints(&dir.get("base/config.yaml"));
    ran.says("note: ConfigMap/env: not renamed: Deployment/web of the context refers to it (app/web.yaml:14)");
    assert_eq!(dir.run("rename --strict --context app base").status, 1);
    // Its own annotation says as much.
    let (config, _) = split();
    dir.put(
        "base/config.yaml",
        config.replace("  name: env\n", "  name: env\n  annotations: {rollstamp.dev/rename: \"false\"}\n"),
    );
    assert_eq!(dir.run("rename --strict --context app base").status, 0);
    assert_eq!(dir.run("rename --strict --context base app").status, 0);
}

#[test]
fn rename_leaves_generated_names_of_the_context() {
    let request = "apiVersion: external-secrets.io/v1\nkind: ExternalSecret\nmetadata: {name: db}\n\
                   spec: {data: [{secretKey: p, remoteRef: {key: x}}]}\n";
    let workload = split().1.replace("configMapRef: {name: env}", "secretRef: {name: db}");
    let dir = Dir::with(&[("base/db.yaml", request), ("app/web.yaml", &workload)]);
    assert!(dir.run("rename base app").stdout.contains("name: db-"));
    let ran = dir.run("rename --context base app");
    ran.prints(&workload);
    ran.says("Secret/db is not renamed, since it is context");
    let both = dir.run("rename --context app base/db.yaml");
    both.prints(request);
}

#[test]
fn impact_reads_the_context_on_both_sides() {
    let Some(dir) = repository() else { return };
    let (config, workload) = split();
    dir.put("k8s/app.yaml", &workload);
    dir.put("base/config.yaml", &config);
    commit(&dir, "split");
    dir.put("base/config.yaml", config.replace("info", "debug"));
    let ran = dir.run("impact --context base --base main k8s");
    assert!(ran.stdout.contains("stays stale"), "{}{}", ran.stdout, ran.stderr);
    assert!(ran.stdout.contains("main:base/config.yaml") || ran.stdout.contains("in main"), "{}", ran.stdout);
    let rolls = dir.run("impact --assume stamp --context base --base main k8s");
    rolls.says("rollstamp: 1 rolls (at least 1 pod), 0 unaffected");
    // A copy of the command's files has the context too.
    let rendered = dir.run("impact --assume stamp --context base --base main -- cat k8s/app.yaml");
    rendered.says("rollstamp: 1 rolls (at least 1 pod), 0 unaffected");
    // Outside of the repository there is one state only.
    let elsewhere = Dir::with(&[("config.yaml", &config)]);
    let same = dir.run(&format!("impact --assume stamp --context {} --base main k8s", elsewhere.root().display()));
    same.says("rollstamp: 1 unaffected");
    git(&dir, &["checkout", "--quiet", "base"]);
    dir.run("impact --context base --base main k8s").says("rollstamp: 1 unaffected");
}

#[test]
fn options_file_names_context_relative_to_itself() {
    let dir = part();
    let options = |context: &str| {
        format!(
            "apiVersion: rollstamp.dev/v1\nkind: Rollstamp\nmetadata: {{name: x}}\nspec: {{context: [{context}]}}\n"
        )
    };
    dir.put("options.yaml", options("base"));
    let expected = dir.run("stamp --context base app").stdout;
    dir.run("stamp --config options.yaml app").prints(&expected);
    dir.run("stamp --config options.yaml --no-context --context base app").prints(&expected);
    dir.run("stamp --config options.yaml --no-context app").prints(&dir.get("app/web.yaml"));
    dir.put("app/sub/options.yaml", options("../../base"));
    dir.run("stamp --config app/sub/options.yaml app/web.yaml").prints(&expected);
}

#[test]
fn options_file_that_is_found_names_context_of_its_repository_only() {
    let outer = Dir::with(&[("base/config.yaml", &split().0), ("repo/app/web.yaml", &split().1)]);
    for context in ["../base", "../base/*.yaml", "/etc", "link", "links/*"] {
        let spec = format!("{{context: ['{context}']}}");
        outer.put(
            "repo/rollstamp.yaml",
            format!("apiVersion: rollstamp.dev/v1\nkind: Rollstamp\nmetadata: {{name: x}}\nspec: {spec}\n"),
        );
        #[cfg(unix)]
        {
            std::fs::create_dir_all(outer.path("repo/links")).unwrap();
            let _ = std::os::unix::fs::symlink(outer.path("base"), outer.path("repo/link"));
            let _ = std::os::unix::fs::symlink(outer.path("base/config.yaml"), outer.path("repo/links/x.yaml"));
        }
        let mut command = outer.command(&["stamp", "app"]);
        let output = command.current_dir(outer.path("repo")).output().unwrap();
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{context}: {stderr}");
        assert!(stderr.contains("rollstamp.yaml: spec.context: "), "{stderr}");
        assert!(stderr.contains("lies outside of"), "{stderr}");
    }
}

#[test]
fn functions_refuse_context() {
    let dir = part();
    let list = "apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems: []\nfunctionConfig:\n  \
                apiVersion: rollstamp.dev/v1\n  kind: Rollstamp\n  metadata: {name: x}\n  spec: {context: [base]}\n";
    let ran = dir.run_with(&["krm"], list.as_bytes());
    assert_eq!(ran.status, 2, "{}", ran.stdout);
    assert!(format!("{}{}", ran.stdout, ran.stderr).contains("spec.context has no effect in a function"));
}
