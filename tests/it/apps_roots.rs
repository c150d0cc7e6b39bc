//! Applications that nothing declares: kustomizations, charts and directories; and those of the options file.

use rollstamp::repository::{
    DeclaredApplication, DeclaredRendering, DiscoveryOptions, IndexedContent, RepositoryFile, RepositoryIndex, discover,
};

use crate::support::apps::{apps, apps_with};

const CONFIG: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\ndata: {A: b}\n";
const CHART: &str = "apiVersion: v2\nname: web\nversion: 1.0.0\n";

#[test]
fn examples_are_deployed_where_there_is_nothing_else() {
    let set = "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: web, namespace: argocd}\nspec:\n  \
               source: {repoURL: 'https://git.example.com/other', path: web}\n  destination: {name: eu}\n";
    let config = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n";
    let files = [("main.tf", "x"), ("examples/app.yaml", set), ("examples/b/a.yaml", config)];
    apps(&files).are(&["eu/argocd/web argo unknown - other-repository", "loose examples/b directory ok examples/b"]);
    let mut more = files.to_vec();
    more.push(("own/a.yaml", config));
    apps(&more).are(&["own directory ok own"]);
}

#[test]
fn roots_are_the_kustomizations_that_no_other_includes() {
    let crd = "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: x}\n";
    let found = apps(&[
        ("web/base/kustomization.yaml", "resources: [a.yaml]\n"),
        ("web/base/a.yaml", CONFIG),
        ("web/component/kustomization.yaml", "kind: Component\nresources: [b.yaml]\n"),
        ("web/component/b.yaml", CONFIG),
        ("web/overlays/dev/kustomization.yaml", "resources: [../../base]\n"),
        ("web/overlays/prod/kustomization.yaml", "resources: [../../base]\ncomponents: [../../component]\n"),
        ("base/alone/kustomization.yaml", "resources: [c.yaml]\n"),
        ("base/alone/c.yaml", CONFIG),
        ("crds/kustomization.yaml", "resources: [crd.yaml]\n"),
        ("crds/crd.yaml", crd),
        ("empty/kustomization.yaml", "resources: []\n"),
        ("tests/kustomization.yaml", "resources: [../web/base]\n"),
        (".archive/kustomization.yaml", "resources: [../web/base]\n"),
    ]);
    found.are(&[
        "base/alone kustomize ok base/alone",
        "dev/web/overlays/dev kustomize ok web/overlays/dev",
        "prod/web/overlays/prod kustomize ok web/overlays/prod",
    ]);
    let inputs: Vec<_> = found.named("web/overlays/prod").inputs.iter().map(String::as_str).collect();
    assert_eq!(
        inputs,
        [
            "web/base/a.yaml",
            "web/base/kustomization.yaml",
            "web/component/b.yaml",
            "web/component/kustomization.yaml",
            "web/overlays/prod/kustomization.yaml"
        ]
    );
}

#[test]
fn every_field_that_names_a_file_is_an_input() {
    let kustomization = "resources: [a.yaml]\ncrds: [crd.json]\nconfigurations: [names.yaml]\npatches: [{path: patch.yaml}]\n\
                         patchesStrategicMerge: [old.yaml]\nreplacements: [{path: replace.yaml}]\nopenapi: {path: schema.json}\n\
                         configMapGenerator: [{name: a, files: [key=file.txt, other.txt], envs: [a.env]}]\n\
                         secretGenerator: [{name: b, env: b.env}]\ntransformers: [label.yaml]\n";
    let label = "apiVersion: builtin\nkind: LabelTransformer\nmetadata: {name: x}\nfieldSpecs: extra.yaml\n";
    let mut files = vec![("kustomization.yaml", kustomization), ("label.yaml", label), ("unused.txt", "")];
    let read = [
        "a.yaml",
        "crd.json",
        "names.yaml",
        "patch.yaml",
        "old.yaml",
        "replace.yaml",
        "schema.json",
        "file.txt",
        "other.txt",
        "a.env",
        "b.env",
        "extra.yaml",
    ];
    for name in read {
        files.push((name, CONFIG));
    }
    let found = apps(&files);
    found.are(&[". kustomize ok ."]);
    assert_eq!(found.named(".").inputs.len(), read.len() + 2);
}

#[test]
fn builds_that_need_more_than_the_files_say_why() {
    let plugin = "apiVersion: viaduct.ai/v1\nkind: ksops\nmetadata: {name: x}\n";
    for (kustomization, expected) in [
        ("resources: [a.yaml, 'https://example.com/b.yaml']\n", "partial . remote-base"),
        ("resources: [a.yaml, 'git@example.com:team/base']\n", "partial . remote-base"),
        ("resources: [a.yaml]\nhelmCharts: [{name: web, repo: 'https://x'}]\n", "partial . remote-chart"),
        ("resources: [a.yaml]\ngenerators: [plugin.yaml]\n", "unknown . needs-plugin"),
        ("resources: [a.yaml, gone.yaml]\n", "unknown . file-missing"),
        ("resources: [a.yaml, directory]\n", "unknown . file-missing"),
        ("resources: [a.yaml]\nconfigMapGenerator: [{name: x, files: [gone.txt]}]\n", "unknown . file-missing"),
        (
            "resources: [a.yaml]\nconfigMapGenerator: [{name: x, files: [../../etc/passwd]}]\n",
            "unknown . needs-outside-file",
        ),
        ("resources: [.]\n", "unknown . invalid"),
        ("resources: [a.yaml\n", "unknown . unreadable"),
        ("resources: [a.yaml]\nhelmCharts: [{name: local}]\n", "ok ."),
    ] {
        apps(&[
            ("kustomization.yaml", kustomization),
            ("a.yaml", CONFIG),
            ("plugin.yaml", plugin),
            ("directory/b.txt", ""),
            ("charts/local/Chart.yaml", CHART),
        ])
        .start_with(&format!(". kustomize {expected}"));
    }
    apps(&[("kustomization.yaml", "resources: [a.yaml]\n"), ("Kustomization", "resources: []\n"), ("a.yaml", CONFIG)])
        .are(&[". kustomize unknown . unreadable"]);
}

#[test]
fn charts_need_their_dependencies() {
    let depends = |on: &str| format!("{CHART}dependencies:\n- {{name: redis, version: 1.x, repository: '{on}'}}\n");
    let remote = depends("https://charts.example.com");
    let found = apps(&[
        ("charts/web/Chart.yaml", CHART),
        ("charts/web/templates/a.yaml", CONFIG),
        ("charts/web/templates/app.yaml", "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: x}\n"),
        ("charts/api/Chart.yaml", &remote),
        ("charts/done/Chart.yaml", &remote),
        ("charts/done/charts/redis/Chart.yaml", CHART),
        ("charts/packed/Chart.yaml", &remote),
        ("charts/packed/charts/redis-1.2.3.tgz", ""),
        ("charts/lib/Chart.yaml", &format!("{CHART}type: library\n")),
        ("examples/chart/Chart.yaml", CHART),
    ]);
    found.are(&[
        "charts/api helm unknown charts/api chart-dependency",
        "charts/done helm ok charts/done",
        "charts/packed helm ok charts/packed",
        "charts/web helm ok charts/web",
    ]);
    let place = found.named("charts/api").reasons[0].place.as_ref().unwrap();
    assert_eq!(place.to_string(), "charts/api/Chart.yaml:5");
}

#[test]
fn plain_manifests_are_one_application_for_each_top_directory() {
    apps(&[
        ("clusters/eu/web/a.yaml", CONFIG),
        ("clusters/eu/web/deep/b.yaml", CONFIG),
        ("clusters/us/a.json", "{\"apiVersion\": \"v1\", \"kind\": \"ConfigMap\", \"metadata\": {\"name\": \"a\"}}"),
        (".github/workflows/ci.yaml", "on: push\n"),
        ("docker-compose.yaml", "services: {}\n"),
        ("docs/a.yaml", CONFIG),
        ("rollstamp.yaml", "apiVersion: rollstamp.dev/v1\nkind: Rollstamp\n"),
    ])
    .are(&["eu/clusters/eu/web directory ok clusters/eu/web", "us/clusters/us directory ok clusters/us"]);
}

fn declared(name: &str, cluster: &str, paths: &[&str], rendering: DeclaredRendering) -> DeclaredApplication {
    DeclaredApplication {
        name: name.to_owned(),
        cluster: Some(cluster.to_owned()),
        namespace: None,
        paths: paths.iter().map(ToString::to_string).collect(),
        rendering,
        inputs: Vec::new(),
        file: "rollstamp.yaml".to_owned(),
    }
}

#[test]
fn the_options_file_declares_what_the_files_do_not_say() {
    let helm = |file: &str| DeclaredRendering::Helm { values: vec![file.to_owned()] };
    let applications = vec![
        declared("eu", "eu", &["clusters/eu", "shared"], DeclaredRendering::Plain),
        declared("us", "us", &["clusters/us", "shared"], DeclaredRendering::Plain),
        declared("web", "eu", &["overlays/prod"], DeclaredRendering::Kustomize),
        declared("shop", "eu", &["charts/shop"], helm("values-prod.yaml")),
        declared("bad", "eu", &["charts/shop"], helm("nothing.yaml")),
        declared("gone", "eu", &["nowhere"], DeclaredRendering::Plain),
        declared("plain", "eu", &["shared"], DeclaredRendering::Kustomize),
    ];
    let found = apps_with(
        &[
            ("clusters/eu/a.yaml", CONFIG),
            ("clusters/us/a.yaml", CONFIG),
            ("shared/a.yaml", CONFIG),
            ("overlays/prod/kustomization.yaml", "resources: [b.yaml]\n"),
            ("overlays/prod/b.yaml", CONFIG),
            ("charts/shop/Chart.yaml", CHART),
            ("charts/shop/values-prod.yaml", "a: 1\n"),
            ("rollstamp.yaml", "spec:\n  repository:\n    applications:\n    - {name: eu}\n    - {name: us}\n"),
        ],
        DiscoveryOptions::default().applications(applications),
    );
    found.are(&[
        "eu/bad declared unknown charts/shop file-missing",
        "eu/eu declared ok clusters/eu,shared",
        "eu/gone declared unknown - path-missing",
        "eu/plain declared unknown shared file-missing",
        "eu/shop declared ok charts/shop",
        "eu/web declared ok overlays/prod",
        "us/us declared ok clusters/us,shared",
    ]);
    assert_eq!(found.named("us").declared_by().unwrap().to_string(), "rollstamp.yaml:5");
}

#[test]
fn links_out_of_the_repository_are_not_followed() {
    let file = |path: &str, content: IndexedContent| RepositoryFile { path: path.to_owned(), content };
    let text = |text: &str| IndexedContent::Text(text.to_owned());
    let index = RepositoryIndex::new(vec![
        file("in/kustomization.yaml", text("resources: [linked]\n")),
        file("in/linked", IndexedContent::Link("../base/a.yaml".to_owned())),
        file("out/kustomization.yaml", text("resources: [linked]\n")),
        file("out/linked", IndexedContent::Link("../../secret.yaml".to_owned())),
        file("base/a.yaml", text(CONFIG)),
    ]);
    let found = discover(&index, &DiscoveryOptions::default());
    let states: Vec<_> = found.applications.iter().map(|app| (app.name.as_str(), app.state.as_str())).collect();
    assert_eq!(states, [("in", "ok"), ("out", "unknown")]);
    assert!(found.applications[0].inputs.contains("in/linked") && found.applications[0].inputs.contains("base/a.yaml"));
}
