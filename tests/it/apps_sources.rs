//! Sources of Flux that are put together: artifacts, ResourceSets, and sources that several clusters have by one name.

use rollstamp::repository::{FileCopy, RenderStep};

use crate::support::apps::{Found, apps, kustomization, source, sync};

const CONFIG: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\ndata: {ENV: prod}\n";

/// A generator of one artifact.
fn generator(name: &str, copies: &str) -> String {
    format!(
        "apiVersion: source.extensions.fluxcd.io/v1beta1\nkind: ArtifactGenerator\nmetadata: {{name: apps}}\nspec:\n  \
         sources: [{{alias: repo, kind: GitRepository, name: flux-system}}, {{alias: other, kind: GitRepository, name: other}}]\n  \
         artifacts: [{{name: {name}, copy: {copies}}}]\n"
    )
}

/// A Kustomization of a path of an artifact.
fn of_artifact(name: &str, path: &str) -> String {
    kustomization(name, path).replace("kind: GitRepository, name: flux-system", "kind: ExternalArtifact, name: web")
}

fn cluster(files: &[(&str, &str)]) -> Found {
    let sync = sync("clusters/eu");
    let mut all = vec![("clusters/eu/sync.yaml", sync.as_str())];
    all.extend_from_slice(files);
    apps(&all)
}

#[test]
fn artifacts_of_several_directories_are_built_of_copies() {
    let copies =
        "[{from: '@repo/shared/base/**', to: '@artifact/base/'}, {from: '@repo/apps/web/**', to: '@artifact/web/'}]";
    let found = cluster(&[
        ("clusters/eu/generator.yaml", &generator("web", copies)),
        ("clusters/eu/web.yaml", &of_artifact("web", "web")),
        ("clusters/eu/gone.yaml", &of_artifact("gone", "nothing")),
        ("apps/web/kustomization.yaml", "resources: [../base]\n"),
        ("shared/base/kustomization.yaml", "resources: [a.yaml]\n"),
        ("shared/base/a.yaml", CONFIG),
        ("apps/base/kustomization.yaml", "resources: [b.yaml]\n"),
        ("apps/base/b.yaml", CONFIG),
    ]);
    found.are(&[
        "eu/flux-system/flux-system flux ok clusters/eu",
        "eu/flux-system/gone flux unknown - path-missing",
        "eu/flux-system/web flux ok apps/web",
    ]);
    let web = found.named("web");
    for file in ["apps/web/kustomization.yaml", "shared/base/a.yaml", "clusters/eu/generator.yaml"] {
        assert!(web.inputs.contains(file), "{file}");
    }
    assert!(!web.inputs.contains("apps/base/kustomization.yaml"));
    let root = ".rollstamp/artifacts/clusters-eu-generator.yaml/web";
    let copy = FileCopy { from: "shared/base/a.yaml".to_owned(), to: format!("{root}/base/a.yaml") };
    assert!(web.recipe.copies.contains(&copy));
    let RenderStep::Kustomize(step) = &web.recipe.steps[0] else { panic!("not built by kustomize") };
    assert_eq!(step.directory, format!("{root}/web"));
}

#[test]
fn parts_of_an_artifact_from_elsewhere_are_unknown() {
    let other = source("GitRepository", "other", "https://git.example.com/team/other");
    let copies = "[{from: '@repo/web/**', to: '@artifact/ours/'}, {from: '@other/x/**', to: '@artifact/theirs/'}]";
    cluster(&[
        ("clusters/eu/generator.yaml", &format!("{}{other}", generator("web", copies))),
        ("clusters/eu/ours.yaml", &of_artifact("ours", "ours")),
        ("clusters/eu/theirs.yaml", &of_artifact("theirs", "theirs")),
        ("web/a.yaml", CONFIG),
    ])
    .are(&[
        "eu/flux-system/flux-system flux ok clusters/eu",
        "eu/flux-system/ours flux ok web",
        "eu/flux-system/theirs flux unknown - unknown-source",
    ]);
}

#[test]
fn each_cluster_has_its_own_sources_and_variables() {
    let app = kustomization("web", "web/${ENV}").replace("./web/${ENV}", "'./web/${ENV}'");
    let mut files =
        vec![("web/eu/a.yaml".to_owned(), CONFIG.to_owned()), ("web/us/a.yaml".to_owned(), CONFIG.to_owned())];
    for cluster in ["eu", "us"] {
        let settings =
            CONFIG.replace("prod", cluster).replace("name: settings", "name: settings, namespace: flux-system");
        let copies = format!("[{{from: '@repo/web/{cluster}/**', to: '@artifact/'}}]");
        let apps = kustomization("apps", "apps")
            .replace("spec: {", "spec: {postBuild: {substituteFrom: [{kind: ConfigMap, name: settings}]}, ");
        files.push((format!("clusters/{cluster}/sync.yaml"), sync(&format!("clusters/{cluster}"))));
        files.push((format!("clusters/{cluster}/apps.yaml"), apps));
        files.push((format!("clusters/{cluster}/settings.yaml"), settings));
        files.push((format!("clusters/{cluster}/generator.yaml"), generator("web", &copies)));
        files.push((format!("clusters/{cluster}/made.yaml"), of_artifact("made", ".")));
    }
    files.push(("apps/web.yaml".to_owned(), app));
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    apps(&files).are(&[
        "eu/flux-system/apps flux ok apps",
        "eu/flux-system/flux-system flux ok clusters/eu",
        "eu/flux-system/made flux ok web/eu",
        "eu/flux-system/web flux ok web/eu",
        "us/flux-system/apps flux ok apps",
        "us/flux-system/flux-system flux ok clusters/us",
        "us/flux-system/made flux ok web/us",
        "us/flux-system/web flux ok web/us",
    ]);
}

#[test]
fn resource_sets_make_applications_of_their_inputs() {
    let set = "apiVersion: fluxcd.controlplane.io/v1\nkind: ResourceSet\nmetadata: {name: tenants, namespace: flux-system}\nspec:\n  \
               inputs: [{tenant: red, at: './'}, {tenant: blue, at: other}]\n  resources:\n  - apiVersion: kustomize.toolkit.fluxcd.io/v1\n    \
               kind: Kustomization\n    metadata: {name: << inputs.tenant >>, namespace: flux-system}\n    \
               spec: {path: 'tenants/<< inputs.tenant >>', sourceRef: {kind: GitRepository, name: << inputs.at | replace \"./\" \"flux-system\" >>}}\n  \
               - apiVersion: source.toolkit.fluxcd.io/v1\n    kind: GitRepository\n    metadata: {name: other, namespace: flux-system}\n    \
               spec: {url: https://git.example.com/team/<< inputs.tenant >>}\n";
    let unknown = "---\napiVersion: fluxcd.controlplane.io/v1\nkind: ResourceSet\nmetadata: {name: previews}\nspec:\n  \
                   inputsFrom: [{kind: ResourceSetInputProvider, name: pulls}]\n  resources: []\n";
    let found = cluster(&[("clusters/eu/set.yaml", &format!("{set}{unknown}")), ("tenants/red/a.yaml", CONFIG)]);
    found.are(&[
        "eu/flux-system/blue flux unknown - other-repository",
        "eu/flux-system/flux-system flux ok clusters/eu",
        "eu/flux-system/red flux ok tenants/red",
    ]);
    assert_eq!(
        found.messages(),
        [
            "the ResourceSet previews is not evaluated: its inputs come from a provider on the cluster; applications of it are not listed"
        ]
    );
}

#[test]
fn charts_of_the_repository_are_put_into_charts_that_depend_on_them() {
    let found = apps(&[
        (
            "charts/web/Chart.yaml",
            "name: web\ndependencies: [{name: lib, version: '*', repository: 'file://../lib'}]\n",
        ),
        (
            "charts/lib/Chart.yaml",
            "name: lib\ndependencies: [{name: gone, repository: 'https://charts.example.com'}]\n",
        ),
        ("charts/lib/templates/a.yaml", CONFIG),
        ("charts/out/Chart.yaml", "name: out\ndependencies: [{name: lib, repository: 'file://../../../lib'}]\n"),
        ("charts/bare/Chart.yaml", "name: bare\ndependencies: [{name: x, repository: 'file://../none'}]\n"),
    ]);
    found.are(&[
        "charts/bare helm unknown charts/bare chart-dependency",
        "charts/lib helm unknown charts/lib chart-dependency",
        "charts/out helm unknown charts/out needs-outside-file",
        "charts/web helm ok charts/web",
    ]);
    let web = found.0.applications.iter().find(|application| application.paths == ["charts/web"]).unwrap();
    let to = "charts/web/charts/lib/templates/a.yaml".to_owned();
    assert!(web.recipe.copies.contains(&FileCopy { from: "charts/lib/templates/a.yaml".to_owned(), to }));
    assert!(web.inputs.contains("charts/lib/Chart.yaml"));
}
