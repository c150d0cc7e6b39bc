//! The stream on stdout: manifests that can be applied, and the place that they go to.

use std::process::Command;

use crate::support::shell::{APP, Dir, Ran, services};

/// A directory as repositories have them: manifests among files of other programs.
fn repository() -> Dir {
    Dir::with(&[
        ("k/app.yaml", APP),
        ("k/catalog-info.yaml", "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: {name: web}\n"),
        ("k/chart/Chart.yaml", "apiVersion: v2\nname: web\nversion: 1.0.0\n"),
        ("k/chart/templates/env.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: {{ .Release.Name }}}\n"),
        ("k/chart/values.yaml", "replicas: 3\n"),
        ("k/comment.yaml", "# nothing yet\n"),
        ("k/kustomization.yaml", "resources: [app.yaml]\n"),
        ("k/patches/delete.yaml", "$patch: delete\napiVersion: v1\nkind: Service\nmetadata: {name: web}\n"),
        ("k/patches/json.yaml", "- {op: remove, path: /spec/replicas}\n"),
        (
            "k/patches/replicas.yaml",
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {replicas: 2}\n",
        ),
        ("k/service.yaml", &services("web")),
        ("k/service.json", "{\"apiVersion\": \"v1\", \"kind\": \"List\", \"items\": []}\n"),
        ("k/tsconfig.json", "{\n  // of a compiler\n  \"strict\": true\n}\n"),
        ("k/ytt.yaml", "apiVersion: v1\nkind: Service\nmetadata:\n  name: #@ data.values.name\n"),
    ])
}

#[test]
fn files_without_an_object_are_left_out_of_a_directory() {
    let dir = repository();
    for verb in ["stamp", "rename"] {
        let ran = dir.run(&format!("{verb} k"));
        let changed = dir.run(&format!("{verb} k/app.yaml")).stdout;
        ran.prints(&format!("{changed}---\n{}---\n{}", dir.get("k/service.json"), dir.get("k/service.yaml")));
        ran.says("note: 11 files without a Kubernetes object left out of the output; `-v` lists them");
        let ran = dir.run(&format!("{verb} -v k"));
        ran.says("k/chart/values.yaml: left out of the output: no Kubernetes object\n");
        ran.says("k/chart/templates/env.yaml: left out of the output: template source, or text that cannot be read\n");
    }
}

#[test]
fn what_is_named_or_streamed_passes_as_it_is() {
    let dir = repository();
    for file in ["k/chart/values.yaml", "k/patches/json.yaml", "k/kustomization.yaml", "k/chart/templates/env.yaml"] {
        let text = dir.get(file);
        dir.run(&format!("stamp {file}")).prints(&text);
        dir.run_with(&["stamp", "-"], text.as_bytes()).prints(&text);
    }
    dir.run("stamp k/chart/*.yaml").prints("apiVersion: v2\nname: web\nversion: 1.0.0\n---\nreplicas: 3\n");
}

#[test]
fn every_other_mode_keeps_all_files() {
    let dir = repository();
    dir.run("stamp k -o out").prints("");
    assert_eq!(dir.files("out").len(), dir.files("k").len());
    let ran = dir.run("stamp --diff k");
    assert!(!ran.stderr.contains("left out"), "{}", ran.stderr);
}

#[test]
fn nothing_left_to_print_is_an_error_unless_it_is_allowed() {
    let dir = repository();
    dir.run("stamp k/chart").fails("nothing to print: no Kubernetes object in 3 files");
    dir.run("stamp k/chart --allow-empty").prints("");
}

#[test]
fn template_source_is_left_out_of_a_file_with_manifests() {
    let template = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: {{ name }}}\n";
    let dir = Dir::with(&[("k/all.yaml", &format!("{template}---\n{APP}---\n{template}---\n{}", services("last")))]);
    let ran = dir.run("stamp k");
    let stamped = dir.run_with(&["stamp", "-"], APP.as_bytes()).stdout;
    ran.prints(&format!("---\n{stamped}---\n---\n{}", services("last")));
    ran.says("note: 2 documents that cannot be applied left out of the output");
    dir.run("stamp -v k").says("k/all.yaml:27: left out of the output: template source");
}

#[test]
fn skipped_text_is_left_out_too() {
    let broken = "apiVersion: v1\nkind: ConfigMap\n\tmetadata: {name: x}\n";
    let texts = [
        format!("{}---\n{broken}---\n{}", services("a"), services("b")),
        format!("{}--- {{kind: ConfigMap}}\n{}", services("a"), services("b")),
        format!("{}---\n{broken}", services("a")),
        format!("---\n{broken}---\n{}", services("a")),
    ];
    let left = [
        format!("{}---\n---\n{}", services("a"), services("b")),
        services("a b"),
        format!("{}---\n", services("a")),
        format!("---\n---\n{}", services("a")),
    ];
    for (text, left) in texts.iter().zip(left) {
        let dir = Dir::with(&[("k/a.yaml", text)]);
        dir.run("stamp k").fails("k/a.yaml:");
        dir.run("stamp --skip-invalid k").prints(&left);
        dir.run("stamp --skip-invalid k/a.yaml").prints(text);
    }
    let dir = Dir::with(&[("k/a.yaml", "apiVersion: v1\nkind: Service\n\tmetadata: {name: x}\n")]);
    dir.run("stamp k").prints(&dir.get("k/a.yaml"));
    dir.run("stamp --skip-invalid k").fails("nothing to print");
}

/// Runs a command line on a terminal; `None` where there is no `script` of util-linux.
fn on_terminal(dir: &Dir, args: &str) -> Option<Ran> {
    let line = format!("{} {args}", env!("CARGO_BIN_EXE_rollstamp"));
    let mut script = Command::new("script");
    script.args(["-qec", &line, "/dev/null"]).current_dir(dir.root()).env("CI", "true");
    let output = script.output().ok()?;
    let stdout = String::from_utf8_lossy(&output.stdout).into_owned();
    Some(Ran { status: output.status.code()?, stdout, stderr: String::new() })
}

#[test]
fn a_directory_is_not_printed_on_a_terminal() {
    if !Command::new("script").arg("--version").output().is_ok_and(|output| output.status.success()) {
        println!("skipped: there is no `script` that runs a command on a terminal");
        return;
    }
    let dir = repository();
    for verb in ["stamp", "rename"] {
        let ran = on_terminal(&dir, &format!("{verb} k/app.yaml k")).unwrap();
        assert_eq!(ran.status, 2);
        for part in ["k is a directory", "--diff", "--check", "--write", "--output-dir DIR", "| kubectl apply -f -"] {
            assert!(ran.stdout.contains(part), "{part:?} is not in:\n{}", ran.stdout);
        }
        assert!(!ran.stdout.contains("kind: "), "{}", ran.stdout);
        for (args, status) in [("--check k", 1), ("--diff k", 1), ("k/app.yaml", 0), ("-o out k", 0), ("--write k", 0)]
        {
            let copy = repository();
            assert_eq!(on_terminal(&copy, &format!("{verb} {args}")).unwrap().status, status, "{verb} {args}");
        }
    }
}
