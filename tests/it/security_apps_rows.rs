//! What rendering must not do, one test for each way in: files outside of the repository, links, programs, flags, output
//! without an end.

use std::os::unix::fs::{PermissionsExt, symlink};
use std::time::{Duration, Instant};

use crate::support::apps::{URL, sync};
use crate::support::shell::{Dir, Ran};

const CONFIG: &str = "{apiVersion: v1, kind: ConfigMap, metadata: {name: env}, data: {A: b}}";

/// A repository in `repository`, and a program that stands in for kustomize and helm and leaves a trace.
fn repository(files: &[(&str, &str)], program: &str) -> Dir {
    let dir = Dir::with(&[("outside.txt", "outside")]);
    for (path, text) in files {
        dir.put(&format!("repository/{path}"), text);
    }
    for name in ["kustomize", "helm"] {
        dir.put(&format!("bin/{name}"), format!("#!/bin/sh\n[ \"$1\" = version ] && echo v1 && exit\n{program}\n"));
        std::fs::set_permissions(dir.path(&format!("bin/{name}")), PermissionsExt::from_mode(0o755)).unwrap();
    }
    dir
}

fn links(dir: &Dir, more: &[&str]) -> Ran {
    let mut command = dir.command(&[&["links", "--apps", "--no-cache", "repository"], more].concat());
    let path = std::env::var("PATH").unwrap_or_default();
    command.env("PATH", format!("{}:{path}", dir.path("bin").display())).env("GITHUB_REPOSITORY", "team/fleet");
    Ran::of(&mut command)
}

const TRACE: &str = "touch \"$0.ran\"; exit 1";

fn was_run(dir: &Dir) -> bool {
    dir.path("bin/helm.ran").exists() || dir.path("bin/kustomize.ran").exists()
}

const CHART: &str = "apiVersion: v2\nname: chart\nversion: 1.0.0\n";

fn chart_application(helm: &str) -> String {
    format!(
        "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {{name: web, namespace: argocd}}\nspec:\n  source: \
         {{repoURL: '{URL}', path: chart, helm: {{{helm}}}}}\n  destination: {{name: in-cluster, namespace: web}}\n"
    )
}

#[test]
fn values_and_file_parameters_outside_of_the_repository_are_not_read() {
    for helm in [
        "fileParameters: [{name: a, path: ../../outside.txt}]",
        "fileParameters: [{name: a, path: /../outside.txt}]",
        "valueFiles: [../../outside.txt]",
        "valueFiles: [/../outside.txt]",
        "valueFiles: [link.yaml]",
        "fileParameters: [{name: a, path: link.yaml}]",
    ] {
        let application = chart_application(helm);
        let dir = repository(&[("chart/Chart.yaml", CHART), ("app.yaml", &application)], TRACE);
        if helm.contains("link") {
            symlink("../../outside.txt", dir.path("repository/chart/link.yaml")).unwrap();
        }
        let ran = links(&dir, &[]);
        assert_eq!(ran.status, 0, "{helm}: {}", ran.stderr);
        ran.says("web is unknown");
        assert!(
            ran.stderr.contains("outside of the repository") || ran.stderr.contains("link out of"),
            "{}",
            ran.stderr
        );
        assert!(!was_run(&dir), "{helm}");
    }
}

#[test]
fn links_out_of_the_repository_are_followed_nowhere() {
    let dir = repository(&[("chart/Chart.yaml", CHART), ("app.yaml", &chart_application(""))], TRACE);
    std::fs::create_dir_all(dir.path("repository/chart/templates")).unwrap();
    symlink("/etc", dir.path("repository/chart/templates/etc")).unwrap();
    links(&dir, &[]).says("web is unknown: chart/templates/etc is a link out of the repository");
    assert!(!was_run(&dir));
    // In a directory of manifests a link is no manifest.
    let dir = repository(&[("clusters/eu/sync.yaml", &sync("clusters/eu")), ("clusters/eu/env.yaml", CONFIG)], TRACE);
    dir.put("outside.yaml", CONFIG.replace("env", "outside"));
    symlink("../../../outside.yaml", dir.path("repository/clusters/eu/link.yaml")).unwrap();
    let ran = links(&dir, &["--format", "json"]);
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    assert!(ran.stdout.contains("\"env\"") && !ran.stdout.contains("\"outside\""), "{}", ran.stdout);
}

#[test]
fn a_file_cannot_be_replaced_by_a_link_between_reading_and_rendering() {
    let files = [("app/kustomization.yaml", "configMapGenerator: [{name: env, files: [a.txt]}]\n"), ("app/a.txt", "a")];
    let dir = repository(&files, "cat app/a.txt > \"$0.seen\"; exit 1");
    std::fs::remove_file(dir.path("repository/app/a.txt")).unwrap();
    symlink("../../outside.txt", dir.path("repository/app/a.txt")).unwrap();
    links(&dir, &[]).says("which is outside of the repository");
    assert!(!dir.path("bin/kustomize.seen").exists());
}

#[test]
fn programs_that_a_kustomization_names_are_never_run() {
    let function =
        "apiVersion: v1\nkind: Run\nmetadata:\n  name: a\n  annotations:\n    config.kubernetes.io/function: ";
    for (field, plugin) in [
        ("generators", "exec: {path: ./run.sh}"),
        ("transformers", "container: {image: example.com/run, network: true}"),
        ("validators", "starlark: {path: run.star}"),
    ] {
        let kustomization = format!("resources: [env.yaml]\n{field}: [run.yaml]\n");
        let run = format!("{function}'{plugin}'\n");
        let files =
            [("app/kustomization.yaml", kustomization.as_str()), ("app/run.yaml", &run), ("app/env.yaml", CONFIG)];
        let dir = repository(&files, TRACE);
        links(&dir, &[]).says("app is unknown: runs the plugin Run");
        assert!(!was_run(&dir), "{field}");
    }
    let inline = "generators:\n- |\n  apiVersion: example.com/v1\n  kind: Secrets\n  metadata: {name: a}\n";
    links(&repository(&[("app/kustomization.yaml", inline)], TRACE), &[]).says("runs the plugin Secrets");
    // The options of builds in Argo CD's own settings do not reach the command.
    let files = [
        (
            "argocd/argocd-cm.yaml",
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: argocd-cm}\ndata: {kustomize.buildOptions: '--enable-exec \
             --enable-alpha-plugins'}\n",
        ),
        ("app/kustomization.yaml", "resources: [env.yaml]\n"),
        ("app/env.yaml", CONFIG),
    ];
    let dir = repository(&files, &format!("echo \"$@\" > \"$0.seen\"; echo '{CONFIG}'"));
    assert_eq!(links(&dir, &[]).status, 0);
    let seen = dir.get("bin/kustomize.seen");
    assert_eq!(seen, "build ./app --load-restrictor LoadRestrictionsNone\n");
}

#[test]
fn a_name_of_the_repository_is_never_a_flag() {
    let dir = repository(
        &[("-o/kustomization.yaml", "resources: [env.yaml]\n"), ("-o/env.yaml", CONFIG)],
        &format!("echo \"$2\" > \"$0.seen\"; echo '{CONFIG}'"),
    );
    assert_eq!(links(&dir, &[]).status, 0);
    assert_eq!(dir.get("bin/kustomize.seen"), "./-o\n");
    let application = chart_application("releaseName: '--post-renderer=x'");
    let dir = repository(&[("chart/Chart.yaml", CHART), ("app.yaml", &application)], TRACE);
    links(&dir, &[]).says("\"--post-renderer=x\" cannot be the name of a Helm release");
    assert!(!was_run(&dir));
}

const BUILD: [(&str, &str); 2] = [("app/kustomization.yaml", "resources: [env.yaml]\n"), ("app/env.yaml", CONFIG)];

#[test]
fn output_without_an_end_is_cut_and_its_messages_are_escaped() {
    links(&repository(&BUILD, "yes 'a: b'"), &[]).says("app is unknown: kustomize printed more than 64 MiB");
    let ran = links(&repository(&BUILD, "printf 'Error: \\033[31mred\\007\\n' >&2; exit 1"), &[]);
    ran.says("app is unknown: kustomize failed:");
    assert!(!ran.stderr.contains(['\u{1b}', '\u{7}']), "{:?}", ran.stderr);
}

#[test]
fn what_a_renderer_has_started_ends_with_it() {
    let started = Instant::now();
    let dir = repository(&BUILD, "sleep 77 & echo $! > \"$0.pid\"; sleep 77");
    links(&dir, &["--render-timeout", "500ms"]).says("kustomize did not end within");
    let process = format!("/proc/{}/stat", dir.get("bin/kustomize.pid").trim());
    // What is killed is still there until it is waited for.
    let is_running = || std::fs::read_to_string(&process).is_ok_and(|stat| !stat.contains(") Z "));
    while is_running() && started.elapsed() < Duration::from_secs(20) {
        std::thread::sleep(Duration::from_millis(20));
    }
    assert!(!is_running(), "{process}");
}

#[test]
fn a_template_that_grows_without_an_end_is_bounded() {
    let mut elements = String::new();
    for number in 0..20_000 {
        elements.push_str(&format!("{{name: a{number}}}, "));
    }
    let set = format!(
        "apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nmetadata: {{name: all, namespace: argocd}}\nspec:\n  \
         generators: [{{list: {{elements: [{elements}]}}}}]\n  template:\n    metadata: {{name: '{{{{name}}}}'}}\n    spec:\n      \
         source: {{repoURL: '{URL}', path: 'apps/{{{{name}}}}'}}\n      destination: {{name: in-cluster}}\n"
    );
    let started = Instant::now();
    let dir = repository(&[("set.yaml", &set), ("apps/a1/env.yaml", CONFIG)], TRACE);
    assert_eq!(links(&dir, &[]).status, 0);
    assert!(started.elapsed() < Duration::from_secs(30), "{:?}", started.elapsed());
}
