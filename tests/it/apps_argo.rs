//! Applications and ApplicationSets of Argo CD.

use rollstamp::repository::DiscoveryOptions;

use crate::support::apps::{URL, apps, apps_with};

const CONFIG: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\ndata: {A: b}\n";
const CHART: &str = "apiVersion: v2\nname: web\nversion: 1.0.0\n";

/// An Application with these lines in its `spec`.
fn application(name: &str, spec: &str) -> String {
    let destination = "destination: {name: eu}";
    format!(
        "---\napiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {{name: {name}, namespace: argocd}}\n\
         spec:\n  {destination}\n  {spec}\n"
    )
}

fn of_path(name: &str, path: &str) -> String {
    application(name, &format!("source: {{repoURL: {URL}, path: {path}}}"))
}

/// An ApplicationSet with these generators, whose Applications have the path of a template.
fn set(generators: &str, name: &str, path: &str) -> String {
    format!(
        "apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nmetadata: {{name: set, namespace: argocd}}\nspec:\n  \
         generators:\n{generators}  template:\n    metadata: {{name: '{name}'}}\n    spec:\n      \
         destination: {{name: eu}}\n      source: {{repoURL: {URL}, path: '{path}'}}\n"
    )
}

#[test]
fn an_app_of_apps_declares_others() {
    let found = apps(&[
        ("root.yaml", &of_path("root", "apps")),
        ("apps/web.yaml", &of_path("web", "web")),
        ("web/a.yaml", CONFIG),
        ("web/below/b.yaml", CONFIG),
    ]);
    found.are(&["eu/argocd/root argo ok apps", "eu/argocd/web argo ok web", "loose web/below directory ok web/below"]);
    let chain: Vec<_> = found.named("web").chain.iter().map(|declaration| declaration.object.as_str()).collect();
    assert_eq!(chain, ["argocd/Application/root", "argocd/Application/web"]);
    assert!(
        found.named("web").inputs.contains("web/a.yaml") && !found.named("web").inputs.contains("web/below/b.yaml")
    );
}

#[test]
fn sources_are_of_the_type_that_their_files_say() {
    let directory =
        |spec: &str| application("dir", &format!("source: {{repoURL: {URL}, path: dir, directory: {spec}}}"));
    let files = |declared: &str| {
        let found = apps(&[
            ("app.yaml", declared),
            ("dir/a.yaml", CONFIG),
            ("dir/b.json", "{}"),
            ("dir/deep/c.yml", CONFIG),
            ("dir/values.txt", "x"),
        ]);
        let inputs = &found.named("dir").inputs;
        inputs.iter().filter(|input| input.starts_with("dir/")).cloned().collect::<Vec<_>>()
    };
    assert_eq!(files(&of_path("dir", "dir")), ["dir/a.yaml", "dir/b.json"]);
    assert_eq!(files(&directory("{recurse: true}")), ["dir/a.yaml", "dir/b.json", "dir/deep/c.yml"]);
    assert_eq!(files(&directory("{recurse: true, exclude: '{deep/*,*.json}'}")), ["dir/a.yaml"]);
    assert_eq!(files(&directory("{recurse: true, include: '*.yml'}")), ["dir/deep/c.yml"]);

    apps(&[
        ("apps/a.yaml", &of_path("chart", "chart")),
        ("apps/b.yaml", &of_path("kustomization", "overlay")),
        ("apps/c.yaml", &application("plugin", &format!("source: {{repoURL: {URL}, path: dir, plugin: {{name: x}}}}"))),
        (
            "apps/d.yaml",
            &application(
                "both",
                &format!("source: {{repoURL: {URL}, path: dir, helm: {{a: 1}}, kustomize: {{b: 1}}}}"),
            ),
        ),
        ("apps/e.yaml", &of_path("jsonnet", "jsonnet")),
        ("chart/Chart.yaml", CHART),
        ("overlay/kustomization.yaml", "resources: [../dir/a.yaml]\n"),
        ("dir/a.yaml", CONFIG),
        ("jsonnet/main.jsonnet", "{}"),
    ])
    .are(&[
        "eu/argocd/both argo unknown dir invalid",
        "eu/argocd/chart argo ok chart",
        "eu/argocd/jsonnet argo unknown jsonnet needs-plugin",
        "eu/argocd/kustomization argo ok overlay",
        "eu/argocd/plugin argo unknown dir needs-plugin",
    ]);
}

#[test]
fn sources_that_are_elsewhere_are_never_looked_for_here() {
    let source = |name: &str, source: &str| application(name, &format!("source: {{{source}}}"));
    apps(&[
        ("apps/a.yaml", &source("other", "repoURL: https://git.example.com/team/other, path: web")),
        ("apps/b.yaml", &source("chart", "repoURL: https://charts.example.com, chart: web, targetRevision: 1.0.0")),
        ("apps/c.yaml", &source("tag", &format!("repoURL: {URL}, path: web, targetRevision: v1.2.0"))),
        ("apps/d.yaml", &source("branch", &format!("repoURL: {URL}, path: web, targetRevision: main"))),
        ("apps/e.yaml", &of_path("gone", "nowhere")),
        ("apps/f.yaml", &of_path("out", "../../etc")),
        ("web/a.yaml", CONFIG),
    ])
    .are(&[
        "eu/argocd/branch argo ok web",
        "eu/argocd/chart argo unknown - remote-chart",
        "eu/argocd/gone argo unknown - path-missing",
        "eu/argocd/other argo unknown - other-repository",
        "eu/argocd/out argo unknown - needs-outside-file",
        "eu/argocd/tag argo pinned - pinned",
    ]);
}

#[test]
fn values_come_from_other_sources_too() {
    let spec = |file: &str| {
        format!(
            "source: {{repoURL: {URL}, path: ignored}}\n  sources:\n  - repoURL: https://charts.example.com\n    chart: web\n    \
             helm: {{valueFiles: ['$values/web/{file}']}}\n  - {{repoURL: {URL}, ref: values}}\n  - {{repoURL: {URL}, path: extra}}"
        )
    };
    let found = apps(&[
        ("apps/a.yaml", &application("web", &spec("values.yaml"))),
        ("apps/b.yaml", &application("gone", &spec("nothing.yaml"))),
        ("web/values.yaml", "a: 1\n"),
        ("extra/a.yaml", CONFIG),
        ("ignored/a.yaml", CONFIG),
    ]);
    found.are(&[
        "eu/argocd/gone argo partial extra file-missing",
        "eu/argocd/web argo partial extra remote-chart",
        "loose ignored directory ok ignored",
    ]);
    assert!(found.named("web").inputs.contains("web/values.yaml"));
}

#[test]
fn values_files_of_a_chart_must_exist() {
    let helm = |name: &str, helm: &str| {
        application(name, &format!("source: {{repoURL: {URL}, path: charts/web, helm: {{{helm}}}}}"))
    };
    let found = apps(&[
        ("apps/a.yaml", &helm("near", "valueFiles: [values-prod.yaml, /values/all.yaml, '../../values/*.yaml']")),
        ("apps/b.yaml", &helm("gone", "valueFiles: [nothing.yaml]")),
        ("apps/c.yaml", &helm("maybe", "valueFiles: [nothing.yaml], ignoreMissingValueFiles: true")),
        ("apps/d.yaml", &helm("url", "valueFiles: ['https://example.com/values.yaml']")),
        ("apps/e.yaml", &helm("outside", "fileParameters: [{name: a, path: ../../../../etc/passwd}]")),
        ("charts/web/Chart.yaml", CHART),
        ("charts/web/values-prod.yaml", "a: 1\n"),
        ("values/all.yaml", "a: 1\n"),
        ("values/more.yaml", "a: 1\n"),
    ]);
    found.are(&[
        "eu/argocd/gone argo unknown charts/web file-missing",
        "eu/argocd/maybe argo ok charts/web",
        "eu/argocd/near argo ok charts/web",
        "eu/argocd/outside argo unknown charts/web needs-outside-file",
        "eu/argocd/url argo unknown charts/web remote-base",
    ]);
    assert!(found.named("near").inputs.contains("values/more.yaml"));
}

#[test]
fn override_files_change_a_source_but_not_its_place() {
    let found = apps(&[
        ("apps/web.yaml", &of_path("web", "web")),
        ("web/a.yaml", CONFIG),
        ("web/deep/b.yaml", CONFIG),
        ("web/.argocd-source.yaml", "directory: {recurse: true}\npath: elsewhere\n"),
        ("web/.argocd-source-web.yaml", "directory: {exclude: a.yaml}\n"),
        ("web/.argocd-source-other.yaml", "plugin: {name: x}\n"),
    ]);
    found.are(&["eu/argocd/web argo ok web"]);
    let inputs: Vec<_> = found.named("web").inputs.iter().map(String::as_str).collect();
    assert_eq!(
        inputs,
        [
            "apps/web.yaml",
            "web/.argocd-source-other.yaml",
            "web/.argocd-source-web.yaml",
            "web/.argocd-source.yaml",
            "web/deep/b.yaml"
        ]
    );
}

#[test]
fn sets_make_an_application_of_each_element_of_a_list() {
    let list = "  - list:\n      elements:\n      - {env: dev}\n      - {env: prod, values: {path: web/prod}}\n      - {env: gone}\n";
    let found = apps(&[
        ("set.yaml", &set(list, "web-{{ env }}", "web/{{env}}")),
        ("web/dev/a.yaml", CONFIG),
        ("web/prod/a.yaml", CONFIG),
    ]);
    found.are(&["eu/argocd/web-dev argo ok web/dev", "eu/argocd/web-prod argo ok web/prod"]);
    assert_eq!(found.named("web-dev").chain.len(), 1);
    assert_eq!(
        found.messages(),
        ["argocd/ApplicationSet/set makes 1 Application of paths that do not exist; not listed"]
    );
}

#[test]
fn selectors_choose_among_the_elements() {
    let list = "  - list:\n      elements: [{env: dev}, {env: prod}]\n    selector: {matchLabels: {env: prod}}\n";
    apps(&[
        ("set.yaml", &set(list, "{{env}}", "web/{{env}}")),
        ("web/dev/a.yaml", CONFIG),
        ("web/prod/a.yaml", CONFIG),
    ])
    .declared_are(&["eu/argocd/prod argo ok web/prod"]);
}

#[test]
fn sets_make_an_application_of_each_directory() {
    let git = format!(
        "  - git:\n      repoURL: {URL}\n      directories: [{{path: apps/off, exclude: true}}, {{path: 'apps/*'}}]\n      \
         values: {{name: 'a-{{{{path.basename}}}}'}}\n"
    );
    apps(&[
        ("set.yaml", &set(&git, "{{values.name}}-{{path[0]}}", "{{path}}")),
        ("apps/web/a.yaml", CONFIG),
        ("apps/web/deep/a.yaml", CONFIG),
        ("apps/off/a.yaml", CONFIG),
        ("apps/.hidden/a.yaml", CONFIG),
    ])
    .declared_are(&["eu/argocd/a-web-apps argo ok apps/web"]);
}

#[test]
fn sets_make_an_application_of_each_file() {
    let git = format!("  - git:\n      repoURL: {URL}\n      files: [{{path: 'apps/*/config.json'}}]\n");
    let found = apps(&[
        ("set.yaml", &set(&git, "{{app.name}}", "{{path}}")),
        ("apps/web/config.json", "{\"app\": {\"name\": \"web\"}}"),
        ("apps/web/a.yaml", CONFIG),
        ("apps/deep/api/config.json", "[{\"app\": {\"name\": \"api\"}}]"),
        ("apps/deep/api/a.yaml", CONFIG),
    ]);
    // By default `*` crosses directories, as in git.
    found.are(&["eu/argocd/api argo ok apps/deep/api", "eu/argocd/web argo ok apps/web"]);
    assert!(found.messages()[0].starts_with("the pattern apps/*/config.json of a git generator matches other files"));
    assert!(found.named("web").inputs.contains("apps/web/config.json"));
}

#[test]
fn what_is_not_evaluated_is_unknown_by_its_name() {
    let clusters = "  - clusters: {}\n";
    let elsewhere = "  - git: {repoURL: 'https://git.example.com/team/other', directories: [{path: '*'}]}\n";
    for (generators, code) in [(clusters, "clusters"), (elsewhere, "other-repository")] {
        let found = apps(&[("set.yaml", &set(generators, "a", "web/{{name}}")), ("web/eu/a.yaml", CONFIG)]);
        found.are(&[&format!("argocd/set argo-set unknown - {code}"), "loose web/eu directory ok web/eu generator"]);
    }
    let list = "  - list: {elements: [{env: dev}]}\n";
    apps(&[("set.yaml", &set(list, "{{env}}", "web/{{other}}")), ("web/a.yaml", CONFIG)])
        .declared_are(&["eu/argocd/dev argo unknown - template"]);
}

#[test]
fn kustomizations_change_the_applications_that_they_list() {
    apps(&[
        ("argo/base/kustomization.yaml", "resources: [web.yaml]\n"),
        ("argo/base/web.yaml", &of_path("web", "web/dev")),
        (
            "argo/prod/kustomization.yaml",
            "resources: [../base]\nnamePrefix: prod-\npatches:\n- target: {kind: Application}\n  patch: |\n    - {op: replace, path: /spec/source/path, value: web/prod}\n",
        ),
        ("web/dev/a.yaml", CONFIG),
        ("web/prod/a.yaml", CONFIG),
    ])
    .declared_are(&["eu/argocd/prod-web argo ok web/prod"]);
}

#[test]
fn without_a_remote_the_commonest_address_counts() {
    let other = "https://git.example.com/team/other";
    let files = [
        ("a.yaml", application("a", &format!("source: {{repoURL: {other}, path: web}}"))),
        ("b.yaml", application("b", &format!("source: {{repoURL: {other}, path: web}}"))),
        ("c.yaml", of_path("c", "web")),
        ("web/a.yaml", CONFIG.to_owned()),
    ];
    let files = files.each_ref().map(|(path, text)| (*path, text.as_str()));
    let urls = |urls: &[&str]| DiscoveryOptions::default().urls(urls.iter().map(ToString::to_string).collect());
    apps_with(&files, urls(&[other])).declared_are(&[
        "eu/argocd/a argo ok web",
        "eu/argocd/b argo ok web",
        "eu/argocd/c argo unknown - other-repository",
    ]);
}
