//! Applications of Flux: entries of clusters, and the walk over what their builds declare.

use crate::support::apps::{apps, source, sync};

const KUSTOMIZATION: &str = "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\n";

/// A Kustomization of this repository.
fn flux(name: &str, path: &str, more: &str) -> String {
    let source = "{kind: GitRepository, name: flux-system}";
    format!("---\n{KUSTOMIZATION}metadata: {{name: {name}}}\nspec:\n  path: {path}\n  sourceRef: {source}\n{more}")
}

const CONFIG: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\ndata: {ENV: prod}\n";

#[test]
fn an_entry_declares_what_its_kustomization_lists() {
    apps(&[
        ("clusters/eu/flux-system/sync.yaml", &sync("clusters/eu")),
        ("clusters/eu/flux-system/kustomization.yaml", "resources: [sync.yaml]\n"),
        ("clusters/eu/apps.yaml", &flux("apps", "./apps", "")),
        ("apps/kustomization.yaml", "resources: [web.yaml]\n"),
        ("apps/web.yaml", &flux("web", "web", "")),
        ("apps/idle.yaml", &flux("idle", "idle", "")),
        ("web/config.yaml", CONFIG),
        ("idle/config.yaml", CONFIG),
    ])
    .are(&[
        "eu/flux-system/apps flux ok apps",
        "eu/flux-system/flux-system flux ok clusters/eu",
        "eu/flux-system/web flux ok web",
        "loose idle directory ok idle",
    ]);
}

#[test]
fn clusters_share_declarations() {
    let mut files =
        vec![("apps/web.yaml".to_owned(), flux("web", "web", "")), ("web/a.yaml".to_owned(), CONFIG.into())];
    for cluster in ["eu", "us"] {
        files.push((format!("clusters/{cluster}/sync.yaml"), sync(&format!("clusters/{cluster}"))));
        let list = "resources: [sync.yaml, ../../apps/web.yaml]\n";
        files.push((format!("clusters/{cluster}/kustomization.yaml"), list.to_owned()));
    }
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    apps(&files).are(&[
        "eu/flux-system/flux-system flux ok clusters/eu",
        "eu/flux-system/web flux ok web",
        "us/flux-system/flux-system flux ok clusters/us",
        "us/flux-system/web flux ok web",
    ]);
}

#[test]
fn parents_change_what_they_declare() {
    let patches =
        "  patches:\n  - target: {kind: Kustomization}\n    patch: |\n      kind: x\n      spec: {suspend: true}\n";
    let patch = flux("web", "patched", "");
    apps(&[
        ("clusters/eu/sync.yaml", &sync("clusters/eu")),
        ("clusters/eu/apps.yaml", &flux("apps", "apps", patches)),
        ("apps/kustomization.yaml", "namespace: shop\nresources: [web.yaml]\npatches: [{path: patch.yaml}]\n"),
        ("apps/web.yaml", &flux("web", "web", "")),
        ("apps/patch.yaml", &patch),
        ("web/a.yaml", CONFIG),
        ("patched/a.yaml", CONFIG),
    ])
    .are(&[
        "eu/flux-system/apps flux ok apps",
        "eu/flux-system/flux-system flux ok clusters/eu",
        "eu/shop/web flux suspended patched suspended",
        "loose web directory ok web",
    ]);
}

#[test]
fn variables_are_replaced_where_their_values_are_known() {
    let inline = "  postBuild: {substitute: {env: prod}}\n";
    let from = "  postBuild:\n    substituteFrom: [{kind: ConfigMap, name: settings}, {kind: Secret, name: keys}]\n";
    apps(&[
        ("clusters/eu/sync.yaml", &sync("clusters/eu")),
        ("clusters/eu/a.yaml", &flux("inline", "a", inline)),
        ("clusters/eu/b.yaml", &flux("from", "b", from)),
        ("clusters/eu/settings.yaml", CONFIG),
        ("a/web.yaml", &flux("web", "web/${env}", "")),
        ("b/known.yaml", &flux("known", "web/${ENV}", "")),
        ("b/unknown.yaml", &flux("unknown", "web/${KEY:-dev}", "")),
        ("web/prod/a.yaml", CONFIG),
        ("web/dev/a.yaml", CONFIG),
    ])
    .are(&[
        "eu/flux-system/flux-system flux ok clusters/eu",
        "eu/flux-system/from flux ok b",
        "eu/flux-system/inline flux ok a",
        "eu/flux-system/known flux ok web/${ENV}".replace("${ENV}", "prod").as_str(),
        "eu/flux-system/unknown flux unknown - variables",
        "eu/flux-system/web flux ok web/prod",
        "loose web/dev directory ok web/dev",
    ]);
}

#[test]
fn sources_decide_where_a_path_is() {
    let other = source("GitRepository", "other", "https://git.example.com/team/other");
    let pinned = source("GitRepository", "old", "https://git.example.com/team/fleet\n  ref: {tag: v1.0.0}");
    let of = |name: &str, kind: &str, path: &str| {
        flux(name, path, "").replace("kind: GitRepository, name: flux-system", &format!("kind: {kind}, name: {name}"))
    };
    apps(&[
        ("clusters/eu/sync.yaml", &sync("clusters/eu")),
        ("clusters/eu/other.yaml", &format!("{other}{}", of("other", "GitRepository", "web"))),
        ("clusters/eu/old.yaml", &format!("{pinned}{}", of("old", "GitRepository", "web"))),
        ("clusters/eu/bucket.yaml", &of("bucket", "Bucket", "web")),
        ("clusters/eu/gone.yaml", &flux("gone", "nowhere", "")),
        ("clusters/eu/out.yaml", &flux("out", "../../etc", "")),
        ("web/a.yaml", CONFIG),
    ])
    .are(&[
        "eu/flux-system/bucket flux unknown - unknown-source",
        "eu/flux-system/flux-system flux ok clusters/eu",
        "eu/flux-system/gone flux unknown - path-missing",
        "eu/flux-system/old flux pinned - pinned",
        "eu/flux-system/other flux unknown - other-repository",
        "eu/flux-system/out flux unknown - invalid",
        "loose web directory ok web",
    ]);
}

#[test]
fn artifacts_count_from_another_root() {
    let oci = "kind: OCIRepository, name: flux-system";
    let flux = |name: &str, path: &str| flux(name, path, "").replace("kind: GitRepository, name: flux-system", oci);
    apps(&[
        ("kubernetes/cluster/sync.yaml", &flux("flux-system", "cluster")),
        ("kubernetes/cluster/web.yaml", &flux("web", "apps/web")),
        ("kubernetes/apps/web/a.yaml", CONFIG),
        ("archive/apps.yaml", "a: 1\n"),
    ])
    .are(&[
        "cluster/flux-system/flux-system flux ok kubernetes/cluster",
        "cluster/flux-system/web flux ok kubernetes/apps/web",
    ]);
}

#[test]
fn generated_artifacts_are_followed_where_one_copy_makes_them() {
    let generator = "---\napiVersion: source.extensions.fluxcd.io/v1beta1\nkind: ArtifactGenerator\nmetadata: {name: apps}\n\
                     spec:\n  sources: [{alias: repo, kind: GitRepository, name: flux-system}]\n  artifacts:\n  - name: web\n    \
                     copy: [{from: '@repo/web/**', to: '@artifact/'}]\n";
    let artifact = |text: String, name: &str| {
        text.replace("kind: GitRepository, name: flux-system", &format!("kind: ExternalArtifact, name: {name}"))
    };
    apps(&[
        ("clusters/eu/sync.yaml", &sync("clusters/eu")),
        ("clusters/eu/generator.yaml", generator),
        ("clusters/eu/web.yaml", &artifact(flux("web", "./base", ""), "web")),
        ("clusters/eu/none.yaml", &artifact(flux("none", "./base", ""), "none")),
        ("web/base/a.yaml", CONFIG),
    ])
    .are(&[
        "eu/flux-system/flux-system flux ok clusters/eu",
        "eu/flux-system/none flux unknown - unknown-source",
        "eu/flux-system/web flux ok web/base",
    ]);
}

#[test]
fn an_instance_of_the_operator_is_an_entry() {
    let sync = "sync: {kind: GitRepository, url: 'https://git.example.com/team/fleet', path: clusters/eu}";
    let object = format!(
        "apiVersion: fluxcd.controlplane.io/v1\nkind: FluxInstance\nmetadata: {{name: flux, namespace: flux-system}}\nspec: {{{sync}}}\n"
    );
    let release = format!(
        "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {{name: flux-instance, namespace: flux-system}}\n\
         spec:\n  chartRef: {{kind: OCIRepository, name: flux-instance}}\n  values: {{instance: {{{sync}}}}}\n"
    );
    for instance in [object, release] {
        apps(&[
            ("bootstrap/instance.yaml", &instance),
            ("clusters/eu/web.yaml", &flux("web", "web", "")),
            ("web/a.yaml", CONFIG),
        ])
        .declared_are(&["eu/flux-system/flux-system flux ok clusters/eu", "eu/flux-system/web flux ok web"]);
    }
}

#[test]
fn what_changes_an_object_unseen_makes_it_approximate() {
    apps(&[
        ("clusters/eu/sync.yaml", &sync("clusters/eu")),
        ("clusters/eu/apps.yaml", &flux("apps", "apps", "")),
        ("apps/kustomization.yaml", "resources: [web.yaml]\nreplacements: [{path: replace.yaml}]\n"),
        ("apps/replace.yaml", "source: {kind: ConfigMap}\n"),
        ("apps/web.yaml", &flux("web", "web", "")),
        ("web/a.yaml", CONFIG),
    ])
    .are(&[
        "eu/flux-system/apps flux ok apps",
        "eu/flux-system/flux-system flux ok clusters/eu",
        "eu/flux-system/web flux approximate web parent",
    ]);
}

#[test]
fn a_remote_part_does_not_hide_the_rest_of_a_cluster() {
    apps(&[
        ("clusters/eu/kustomization.yaml", "resources: [sync.yaml, apps.yaml, https://example.com/dashboard.yaml]\n"),
        ("clusters/eu/sync.yaml", &sync("clusters/eu")),
        ("clusters/eu/apps.yaml", &flux("apps", "apps", "")),
        ("apps/a.yaml", CONFIG),
    ])
    .are(&["eu/flux-system/apps flux ok apps", "eu/flux-system/flux-system flux partial clusters/eu remote-base"]);
}

#[test]
fn another_cluster_is_named_by_its_key() {
    apps(&[
        ("clusters/hub/sync.yaml", &sync("clusters/hub")),
        ("clusters/hub/a.yaml", &flux("web", "web", "  kubeConfig: {secretRef: {name: spoke}}\n")),
        ("web/a.yaml", CONFIG),
    ])
    .are(&["hub/flux-system/flux-system flux ok clusters/hub", "spoke/flux-system/web flux ok web"]);
}
