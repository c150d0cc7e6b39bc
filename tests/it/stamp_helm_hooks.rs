//! Hooks of Helm and the release around them: two scopes, in which one name can mean two configs.

use crate::support::shell::{Dir, Ran};

const HOOK: &str = "annotations: {helm.sh/hook: 'pre-install,pre-upgrade', helm.sh/hook-delete-policy: hook-succeeded}";

fn config(content: &str, metadata: &str) -> String {
    format!(
        "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: agent\n  {metadata}\ndata: {{config: {content}}}\n---\n"
    )
}

fn release_config(content: &str) -> String {
    config(content, "labels: {}")
}

fn hook_config(content: &str) -> String {
    config(content, HOOK)
}

const SPEC: &str = "containers: [{name: c, image: c, volumeMounts: [{name: c, mountPath: /c}]}], volumes: [{name: c, configMap: {name: agent}}]";

fn release_workload() -> String {
    format!(
        "apiVersion: apps/v1\nkind: DaemonSet\nmetadata: {{name: agent}}\nspec:\n  template:\n    metadata: {{}}\n    spec: {{{SPEC}}}\n---\n"
    )
}

fn hook_workload() -> String {
    format!("apiVersion: v1\nkind: Pod\nmetadata:\n  name: check\n  {HOOK}\nspec: {{{SPEC}}}\n---\n")
}

fn stamps(ran: &Ran) -> Vec<String> {
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    let mut found = Vec::new();
    for part in ran.stdout.split("rollstamp.dev/checksum: \"").skip(1) {
        found.push(part[..64].to_owned());
    }
    found
}

fn stamps_of(text: &str) -> Vec<String> {
    stamps(&Dir::with(&[("app.yaml", text)]).run("stamp app.yaml"))
}

#[test]
fn each_sort_sees_its_own_definition() {
    let release = format!("{}{}", release_config("real"), release_workload());
    let hook = format!("{}{}", hook_config("check"), hook_workload());
    let expected = [stamps_of(&release), stamps_of(&hook)].concat();
    assert_eq!(expected.len(), 2);
    assert_ne!(expected[0], expected[1]);
    let text = format!("{}{}{}{}", release_config("real"), hook_config("check"), release_workload(), hook_workload());
    assert_eq!(stamps_of(&text), expected);
    let other_order =
        format!("{}{}{}{}", hook_config("check"), release_config("real"), release_workload(), hook_workload());
    assert_eq!(stamps_of(&other_order), expected);
    let dir = Dir::with(&[("app.yaml", &text)]);
    for flags in ["--scope file", "--scope dir", "--strict", "--skip-invalid"] {
        assert_eq!(stamps(&dir.run(&format!("stamp {flags} app.yaml"))), expected, "{flags}");
    }
    assert_eq!(stamps(&dir.run_with(&["stamp", "-"], text.as_bytes())), expected);
}

#[test]
fn objects_see_the_other_sort_where_there_is_none_of_theirs() {
    let hook = format!("{}{}", release_config("real"), hook_workload());
    assert_eq!(stamps_of(&hook), stamps_of(&format!("{}{}", hook_config("real"), hook_workload())));
    let release = format!("{}{}", hook_config("check"), release_workload());
    assert_eq!(stamps_of(&release), stamps_of(&format!("{}{}", release_config("check"), release_workload())));
}

#[test]
fn definitions_of_one_sort_are_still_ambiguous() {
    for (first, second, workload) in [
        (release_config("a"), release_config("b"), release_workload()),
        (hook_config("a"), hook_config("b"), hook_workload()),
    ] {
        let other = if workload.contains("DaemonSet") { hook_config("c") } else { release_config("c") };
        let dir = Dir::with(&[("app.yaml", &format!("{first}{other}{second}{workload}"))]);
        dir.run("stamp app.yaml").fails("ConfigMap/agent is defined with different content in app.yaml:");
    }
}

#[test]
fn scope_of_the_directory_holds_for_each_sort() {
    let dir = Dir::with(&[
        ("hooks.yaml", &hook_config("check")),
        ("app/release.yaml", &format!("{}{}", release_config("real"), release_workload())),
        ("app/hook.yaml", &hook_workload()),
    ]);
    let found = stamps(&dir.run("stamp --scope dir ."));
    let hook = stamps_of(&format!("{}{}", hook_config("check"), hook_workload()));
    let release = stamps_of(&format!("{}{}", release_config("real"), release_workload()));
    assert_eq!(found, [hook, release].concat());
}

#[test]
fn each_sort_is_renamed_by_its_own_content() {
    let text = format!("{}{}{}{}", release_config("real"), hook_config("check"), release_workload(), hook_workload());
    let dir = Dir::with(&[("app.yaml", &text)]);
    let ran = dir.run("rename app.yaml");
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    let mut names: Vec<&str> = Vec::new();
    for part in ran.stdout.split("agent-").skip(1) {
        names.push(&part[..10]);
    }
    // Both definitions, then both references.
    assert_eq!(names.len(), 4, "{}", ran.stdout);
    assert!(names[0] == names[2] && names[1] == names[3] && names[0] != names[1], "{names:?}");
}

#[test]
fn impact_compares_each_sort_with_its_own() {
    let text = |real: &str| {
        format!("{}{}{}{}", release_config(real), hook_config("check"), release_workload(), hook_workload())
    };
    let dir = Dir::with(&[("old.yaml", &text("a")), ("new.yaml", &text("b"))]);
    let ran = dir.run("impact --assume stamp --base old.yaml new.yaml");
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    assert!(ran.stdout.contains("DaemonSet/agent") && !ran.stdout.contains("Pod/check"), "{}", ran.stdout);
}
