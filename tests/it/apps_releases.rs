//! Helm releases of Flux whose chart is in the repository: applications with the values that helm-controller merges.

use rollstamp::repository::{
    Application, DiscoveryOptions, HelmStep, HelmValues, IndexedContent, RenderStep, RepositoryFile, RepositoryIndex,
    discover,
};

use crate::support::apps::{Found, URL, apps, kustomization, source, sync};

const CHART: &str = "apiVersion: v2\nname: web\nversion: 1.0.0\n";

/// A release of the chart in `charts/web`, with more fields of its spec.
fn release(more: &str) -> String {
    let chart = "{chart: charts/web, sourceRef: {kind: GitRepository, name: flux-system, namespace: flux-system}}";
    format!(
        "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {{name: web, namespace: shop}}\n\
         spec:\n  chart:\n    spec: {chart}\n{more}"
    )
}

/// A cluster that has a release and what stands beside it, in `apps`.
fn cluster(release: &str, beside: &[(&str, &str)]) -> Found {
    let (sync, apps_of_cluster) = (sync("clusters/eu"), kustomization("apps", "apps"));
    let mut files = vec![
        ("clusters/eu/sync.yaml", sync.as_str()),
        ("clusters/eu/apps.yaml", &apps_of_cluster),
        ("charts/web/Chart.yaml", CHART),
        ("charts/web/values.yaml", "a: 1\n"),
        ("apps/web.yaml", release),
    ];
    files.extend_from_slice(beside);
    apps(&files)
}

fn step_of(application: &Application) -> &HelmStep {
    match &application.recipe.steps[..] {
        [RenderStep::Helm(step)] => step,
        _ => panic!("not rendered by helm"),
    }
}

/// The inline values of a release.
#[track_caller]
fn values_of(found: &Found) -> &str {
    match step_of(found.named("web")).values.last() {
        Some(HelmValues::Inline(text)) => text,
        _ => panic!("no values: {:?}", found.named("web").reasons),
    }
}

#[test]
fn a_release_of_a_chart_of_the_repository_is_an_application() {
    let found = cluster(&release("  releaseName: w\n  targetNamespace: store\n  install: {crds: Skip}\n"), &[]);
    found.are(&[
        "eu/flux-system/apps flux ok apps",
        "eu/flux-system/flux-system flux ok clusters/eu",
        "eu/shop/HelmRelease/web flux-release ok charts/web",
    ]);
    let web = found.named("web");
    let step = step_of(web);
    assert_eq!((step.release.as_str(), step.namespace.as_deref()), ("w", Some("store")));
    assert!(step.skips_crds && step.skips_tests && !step.skips_hooks);
    assert_eq!(web.to_source_application().scope, found.named("apps").to_source_application().scope);
}

#[test]
fn what_decides_a_release_decides_its_state() {
    for (spec, state) in [
        ("  suspend: true\n", "suspended charts/web suspended"),
        ("  valuesFrom: [{kind: Secret, name: keys}]\n", "unknown charts/web values"),
        ("  valuesFrom: [{kind: Secret, name: keys, optional: true}]\n", "approximate charts/web values"),
        ("  postRenderers: [{kustomize: {images: [{name: a, newTag: b}]}}]\n", "ok charts/web"),
    ] {
        let found = cluster(&release(spec), &[]);
        let expected = format!("eu/shop/HelmRelease/web flux-release {state}");
        found.declared_are(&[
            "eu/flux-system/apps flux ok apps",
            "eu/flux-system/flux-system flux ok clusters/eu",
            &expected,
        ]);
    }
    // A chart that is elsewhere stays with the object.
    let elsewhere = release("").replace("GitRepository, name: flux-system", "HelmRepository, name: charts");
    cluster(&elsewhere, &[])
        .declared_are(&["eu/flux-system/apps flux ok apps", "eu/flux-system/flux-system flux ok clusters/eu"]);
    let gone = release("").replace("charts/web", "charts/gone");
    let expected = "eu/shop/HelmRelease/web flux-release unknown - path-missing";
    cluster(&gone, &[]).declared_are(&[
        "eu/flux-system/apps flux ok apps",
        "eu/flux-system/flux-system flux ok clusters/eu",
        expected,
    ]);
}

#[test]
fn values_come_from_files_generators_and_other_applications() {
    let from = "  valuesFrom:\n  - {kind: ConfigMap, name: made}\n  - {kind: Secret, name: keys, valuesKey: k}\n  \
                - {kind: ConfigMap, name: far, valuesKey: host, targetPath: net.host}\n  values: {b: 3}\n";
    let far = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: far, namespace: shop}\ndata: {host: eu.example.com}\n";
    let other = kustomization("other", "other");
    let found = cluster(
        &release(from),
        &[
            (
                "apps/kustomization.yaml",
                "namespace: shop\nresources: [web.yaml, keys.yaml]\n\
                 configMapGenerator: [{name: made, files: [values.yaml=made.yaml]}]\n",
            ),
            ("apps/made.yaml", "a: 2\nb: 2\nc: 2\n"),
            ("apps/keys.yaml", "apiVersion: v1\nkind: Secret\nmetadata: {name: keys}\ndata: {k: ImM6IDQi}\n"),
            ("clusters/eu/other.yaml", &other),
            ("other/far.yaml", far),
        ],
    );
    let unreadable = &found.named("web").reasons[0];
    assert_eq!(unreadable.text, "the values in Secret keys cannot be read");
    let readable = cluster(
        &release(&from.replace("{kind: Secret, name: keys, valuesKey: k}", "{kind: Secret, name: keys}")),
        &[
            (
                "apps/keys.yaml",
                "apiVersion: v1\nkind: Secret\nmetadata: {name: keys, namespace: shop}\nstringData: {values.yaml: 'c: 4'}\n",
            ),
            (
                "apps/made.yaml",
                "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: made, namespace: shop}\ndata: {values.yaml: 'a: 2'}\n",
            ),
            ("clusters/eu/other.yaml", &other),
            ("other/far.yaml", far),
        ],
    );
    assert_eq!(values_of(&readable), r#"{"a":2,"b":3,"c":4,"net":{"host":"eu.example.com"}}"#);
    let web = readable.named("web");
    assert!(step_of(web).holds_secrets && web.inputs.contains("other/far.yaml"));
}

#[test]
fn parents_change_releases_and_their_values() {
    let patch =
        "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: web}\nspec: {values: {b: 2}}\n";
    let found = cluster(
        &release("  valuesFrom: [{kind: ConfigMap, name: made}]\n  values: {a: 1}\n")
            .replace("namespace: shop", "labels: {}"),
        &[
            (
                "apps/kustomization.yaml",
                "namespace: shop\nresources: [web.yaml]\npatches: [{path: patch.yaml}]\n\
                 configMapGenerator: [{name: made, files: [values.yaml]}]\n",
            ),
            ("apps/patch.yaml", patch),
            ("apps/values.yaml", "c: 3\n"),
        ],
    );
    assert_eq!(values_of(&found), r#"{"a":1,"b":2,"c":3}"#);
    assert_eq!(found.named("web").to_string(), "eu/shop/HelmRelease/web");
}

#[test]
fn archives_in_the_repository_are_charts_of_repositories() {
    let template = "{chart: redis, version: 1.2.3, sourceRef: {kind: HelmRepository, name: charts}}";
    let text = release("").replace(
        "{chart: charts/web, sourceRef: {kind: GitRepository, name: flux-system, namespace: flux-system}}",
        template,
    );
    let oci = format!(
        "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {{name: oci, namespace: flux-system}}\n\
         spec: {{chartRef: {{kind: OCIRepository, name: redis}}}}\n{}  ref: {{tag: 1.2.3}}\n",
        source("OCIRepository", "redis", "oci://charts.example.com/redis")
    );
    let archive = ("vendor/redis-1.2.3.tgz", "");
    cluster(&text, &[archive, ("apps/oci.yaml", &oci)]).declared_are(&[
        "eu/flux-system/apps flux ok apps",
        "eu/flux-system/flux-system flux ok clusters/eu",
        "eu/flux-system/HelmRelease/oci flux-release ok vendor/redis-1.2.3.tgz",
        "eu/shop/HelmRelease/web flux-release ok vendor/redis-1.2.3.tgz",
    ]);
}

#[test]
fn charts_that_may_be_fetched_are_rendered() {
    let repository = source("HelmRepository", "charts", "https://charts.example.com");
    let template =
        "{chart: redis, version: 1.x, sourceRef: {kind: HelmRepository, name: charts, namespace: flux-system}}";
    let here = "{chart: charts/web, sourceRef: {kind: GitRepository, name: flux-system, namespace: flux-system}}";
    let of_repository = release("").replace(here, template);
    let of_registry = format!(
        "---\napiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {{name: oci, namespace: flux-system}}\n\
         spec: {{chartRef: {{kind: OCIRepository, name: db}}}}\n{}  ref: {{semver: '*'}}\n",
        source("OCIRepository", "db", "oci://charts.example.com/team/db")
    );
    let text = format!("{of_repository}{repository}{of_registry}");
    let files = [("clusters/eu/sync.yaml", sync("clusters/eu")), ("clusters/eu/releases.yaml", text)];
    let read = files.map(|(path, text)| RepositoryFile { path: path.to_owned(), content: IndexedContent::Text(text) });
    let options = DiscoveryOptions::default().urls(vec![URL.to_owned()]);
    let found = Found(discover(&RepositoryIndex::new(read.to_vec()).with_fetching(true), &options));
    found.are(&[
        "eu/flux-system/flux-system flux ok clusters/eu",
        "eu/flux-system/HelmRelease/oci flux-release ok -",
        "eu/shop/HelmRelease/web flux-release ok -",
    ]);
    for (name, chart, repository, version) in
        [("web", "redis", "https://charts.example.com", "1.x"), ("oci", "db", "oci://charts.example.com/team", "*")]
    {
        let step = step_of(found.named(name));
        let fetched = (step.chart.as_str(), step.repository.as_deref(), step.version.as_deref());
        assert_eq!(fetched, (chart, Some(repository), Some(version)));
    }
    // Without leave they stay objects.
    let offline = discover(&RepositoryIndex::new(read.to_vec()), &options);
    assert_eq!(offline.applications.len(), 1);
}
