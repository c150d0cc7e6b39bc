//! ApplicationSets: Go templates, patches of templates, and generators that combine others.

use rollstamp::repository::{DiscoveryOptions, KnownCluster};

use crate::support::apps::{URL, apps, apps_with};

const CONFIG: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\ndata: {A: b}\n";

/// An ApplicationSet with these lines in its `spec`, whose Applications have this name and path.
fn set(spec: &str, name: &str, path: &str) -> String {
    format!(
        "apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nmetadata: {{name: set, namespace: argocd}}\nspec:\n{spec}  \
         template:\n    metadata: {{name: '{name}'}}\n    spec:\n      destination: {{name: eu}}\n      \
         source: {{repoURL: {URL}, path: '{path}'}}\n"
    )
}

const GO: &str = "  goTemplate: true\n  goTemplateOptions: [missingkey=error]\n";

#[test]
fn go_templates_are_evaluated() {
    let list = format!(
        "{GO}  generators:\n  - list:\n      elements: [{{env: Dev, port: 8080}}, {{env: prod, path: web/other}}]\n"
    );
    let path = "{{ if hasKey . \"path\" }}{{ .path }}{{ else }}web/{{ .env | lower }}{{ end }}";
    apps(&[
        ("set.yaml", &set(&list, "{{ lower .env }}-web", path)),
        ("web/dev/a.yaml", CONFIG),
        ("web/other/a.yaml", CONFIG),
    ])
    .declared_are(&["eu/argocd/dev-web argo ok web/dev", "eu/argocd/prod-web argo ok web/other"]);
}

#[test]
fn go_templates_see_the_segments_of_paths_and_the_content_of_files() {
    let directories = format!(
        "{GO}  generators:\n  - git:\n      repoURL: {URL}\n      directories: [{{path: 'apps/*/*'}}]\n      \
         values: {{team: '{{{{ index .path.segments 1 }}}}'}}\n"
    );
    apps(&[
        ("set.yaml", &set(&directories, "{{ .values.team }}-{{ .path.basenameNormalized }}", "{{ .path.path }}")),
        ("apps/a/Web_1/a.yaml", CONFIG),
        ("apps/b/api/a.yaml", CONFIG),
    ])
    .declared_are(&["eu/argocd/a-web-1 argo ok apps/a/Web_1", "eu/argocd/b-api argo ok apps/b/api"]);
    let files =
        format!("{GO}  generators:\n  - git:\n      repoURL: {URL}\n      files: [{{path: 'apps/*/app.yaml'}}]\n");
    apps(&[
        ("set.yaml", &set(&files, "{{ .app.name }}-{{ len .app.zones }}", "{{ .path.path }}")),
        ("apps/web/app.yaml", "app: {name: web, zones: [a, b]}\n"),
        ("apps/web/a.yaml", CONFIG),
    ])
    .declared_are(&["eu/argocd/web-2 argo ok apps/web"]);
}

#[test]
fn templates_that_fail_or_are_not_evaluated_are_unknown_by_their_reason() {
    for (name, code, text) in [
        ("{{ .missing }}", "invalid", "the template fails: map has no entry for key \"missing\""),
        ("{{ now }}", "template", "the template function now is not evaluated"),
        ("{{ .env", "invalid", "the template fails: an action does not end"),
    ] {
        let list = format!("{GO}  generators: [{{list: {{elements: [{{env: dev}}]}}}}]\n");
        let found = apps(&[("set.yaml", &set(&list, name, "web")), ("web/a.yaml", CONFIG)]);
        found.declared_are(&[&format!("argocd/set argo-set unknown - {code}")]);
        assert_eq!(found.named("set").reasons[0].text, text);
    }
    let options =
        "  goTemplate: true\n  goTemplateOptions: [other]\n  generators: [{list: {elements: [{env: dev}]}}]\n";
    apps(&[("set.yaml", &set(options, "a", "web")), ("web/a.yaml", CONFIG)])
        .declared_are(&["argocd/set argo-set unknown - template"]);
}

#[test]
fn patches_of_templates_change_what_is_made() {
    let list = format!(
        "{GO}  generators: [{{list: {{elements: [{{env: dev}}, {{env: prod, path: web/prod}}]}}}}]\n  templatePatch: |\n    \
         {{{{- if hasKey . \"path\" }}}}\n    spec:\n      source: {{path: {{{{ .path }}}}}}\n      project: other\n    {{{{- end }}}}\n"
    );
    apps(&[
        ("set.yaml", &set(&list, "{{ .env }}", "web/dev")),
        ("web/dev/a.yaml", CONFIG),
        ("web/prod/a.yaml", CONFIG),
    ])
    .declared_are(&["eu/argocd/dev argo ok web/dev", "eu/argocd/prod argo ok web/prod"]);
    let directive = "  generators: [{list: {elements: [{env: dev}]}}]\n  templatePatch: 'spec: {$patch: delete}'\n";
    apps(&[("set.yaml", &set(directive, "a", "web")), ("web/a.yaml", CONFIG)])
        .declared_are(&["argocd/set argo-set unknown - template"]);
}

#[test]
fn a_matrix_renders_its_second_generator_for_each_set_of_the_first() {
    let plain = format!(
        "  generators:\n  - matrix:\n      generators:\n      - list: {{elements: [{{env: dev}}, {{env: prod}}]}}\n      \
         - git:\n          repoURL: {URL}\n          directories: [{{path: 'apps/{{{{env}}}}/*'}}]\n          \
         values: {{full: '{{{{env}}}}-{{{{path.basename}}}}'}}\n"
    );
    let files = [("apps/dev/web/a.yaml", CONFIG), ("apps/prod/web/a.yaml", CONFIG), ("apps/prod/api/a.yaml", CONFIG)];
    let expected = [
        "eu/argocd/dev-web argo ok apps/dev/web",
        "eu/argocd/prod-api argo ok apps/prod/api",
        "eu/argocd/prod-web argo ok apps/prod/web",
    ];
    let with_set = |text: &str| {
        let mut all = vec![("set.yaml", text)];
        all.extend(files);
        apps(&all).declared_are(&expected);
    };
    with_set(&set(&plain, "{{values.full}}", "{{path}}"));
    // Go templates refuse a text that needs the parameters of both generators.
    let go = plain.replace("'{{env}}-{{path.basename}}'", "'{{.path.basename}}'").replace("{{env}}", "{{.env}}");
    with_set(&set(&format!("{GO}{go}"), "{{ .env }}-{{ .values.full }}", "{{ .path.path }}"));
    let both = go.replace("{{.path.basename}}", "{{.env}}-{{.path.basename}}");
    let text = set(&format!("{GO}{both}"), "{{ .values.full }}", "{{ .path.path }}");
    apps(&[("set.yaml", &text), files[0]]).declared_are(&["argocd/set argo-set unknown - invalid"]);
}

#[test]
fn elements_of_a_matrix_come_from_files() {
    let matrix = format!(
        "{GO}  generators:\n  - matrix:\n      generators:\n      - git: {{repoURL: {URL}, files: [{{path: 'teams/*.yaml'}}]}}\n      \
         - list: {{elementsYaml: '{{{{ .apps | toJson }}}}'}}\n"
    );
    let found = apps(&[
        ("set.yaml", &set(&matrix, "{{ .team }}-{{ .name }}", "{{ .dir }}")),
        ("teams/a.yaml", "team: a\napps: [{name: web, dir: web}, {name: api, dir: api}]\n"),
        ("web/a.yaml", CONFIG),
        ("api/a.yaml", CONFIG),
    ]);
    found.declared_are(&["eu/argocd/a-api argo ok api", "eu/argocd/a-web argo ok web"]);
    assert!(found.named("a-web").inputs.contains("teams/a.yaml"));
}

#[test]
fn parameters_of_a_matrix_must_not_contradict_each_other() {
    let matrix = |second: &str| {
        format!(
            "  generators:\n  - matrix:\n      generators:\n      - list: {{elements: [{{a: x}}]}}\n      - list: {{elements: [{second}]}}\n"
        )
    };
    let name = |text: &str| set(text, "{{a}}", "web");
    let equal = apps(&[("set.yaml", &name(&matrix("{a: x}"))), ("web/a.yaml", CONFIG)]);
    equal.declared_are(&["eu/argocd/x argo ok web"]);
    let other = apps(&[("set.yaml", &name(&matrix("{a: y}"))), ("web/a.yaml", CONFIG)]);
    other.declared_are(&["argocd/set argo-set unknown - invalid"]);
    // With Go templates the first generator wins.
    let go = set(&format!("{GO}{}", matrix("{a: y}")), "{{ .a }}", "web");
    apps(&[("set.yaml", &go), ("web/a.yaml", CONFIG)]).declared_are(&["eu/argocd/x argo ok web"]);
}

#[test]
fn a_merge_overrides_the_sets_of_its_first_generator() {
    let merge = |elements: &str| {
        format!(
            "  generators:\n  - merge:\n      mergeKeys: [env]\n      generators:\n      \
             - list: {{elements: [{{env: dev, path: web}}, {{env: prod, path: web}}]}}\n      - list: {{elements: [{elements}]}}\n"
        )
    };
    let text = set(&merge("{env: prod, path: other}, {env: gone, path: x}"), "{{env}}", "{{path}}");
    let files = [("web/a.yaml", CONFIG), ("other/a.yaml", CONFIG)];
    apps(&[("set.yaml", &text), files[0], files[1]])
        .declared_are(&["eu/argocd/dev argo ok web", "eu/argocd/prod argo ok other"]);
    let twice = set(&merge("{env: prod}, {env: prod}"), "{{env}}", "{{path}}");
    apps(&[("set.yaml", &twice), files[0]]).declared_are(&["argocd/set argo-set unknown - invalid"]);
}

/// A Secret that registers a cluster.
fn cluster_secret(name: &str, tier: &str) -> String {
    format!(
        "apiVersion: v1\nkind: Secret\nmetadata:\n  name: {name}\n  \
         labels: {{argocd.argoproj.io/secret-type: cluster, tier: {tier}}}\nstringData: {{name: {name}, server: 'https://{name}'}}\n"
    )
}

#[test]
fn clusters_are_those_whose_secrets_are_in_the_repository() {
    let clusters = |selector: &str| {
        let generator = format!("  generators: [{{clusters: {{{selector}values: {{dir: 'web/{{{{name}}}}'}}}}}}]\n");
        set(&generator, "{{name}}-{{metadata.labels.tier}}", "{{values.dir}}")
    };
    let (eu, us) = (cluster_secret("eu", "prod"), cluster_secret("us", "test"));
    let external = "apiVersion: external-secrets.io/v1\nkind: ExternalSecret\nmetadata: {name: asia}\nspec:\n  target:\n    template:\n      \
                    metadata: {labels: {argocd.argoproj.io/secret-type: cluster, tier: prod}}\n      \
                    data: {name: asia, server: 'https://asia', config: '{{ .config }}'}\n";
    let selected = clusters("selector: {matchLabels: {tier: prod}}, ");
    let files = [
        ("clusters/eu.yaml", eu.as_str()),
        ("clusters/us.yaml", us.as_str()),
        ("clusters/asia.yaml", external),
        ("web/eu/a.yaml", CONFIG),
        ("web/us/a.yaml", CONFIG),
        ("web/asia/a.yaml", CONFIG),
        ("web/in-cluster/a.yaml", CONFIG),
    ];
    let mut all = vec![("set.yaml", selected.as_str())];
    all.extend(files);
    apps(&all).declared_are(&["eu/argocd/asia-prod argo ok web/asia", "eu/argocd/eu-prod argo ok web/eu"]);
    // Without a selector the cluster of Argo CD itself is one, which has no labels.
    let every = clusters("");
    all[0].1 = &every;
    apps(&all).declared_are(&[
        "eu/argocd/asia-prod argo ok web/asia",
        "eu/argocd/eu-prod argo ok web/eu",
        "eu/argocd/in-cluster-{{metadata.labels.tier}} argo ok web/in-cluster",
        "eu/argocd/us-test argo ok web/us",
    ]);
}

#[test]
fn clusters_are_named_by_the_user() {
    let generator = format!("{GO}  generators: [{{clusters: {{selector: {{matchLabels: {{tier: prod}}}}}}}}]\n");
    let text = set(&generator, "{{ .name }}-{{ .metadata.labels.tier }}", "web/{{ .nameNormalized }}");
    let cluster = |name: &str, tier: &str| KnownCluster {
        name: name.to_owned(),
        labels: [("tier".to_owned(), tier.to_owned())].into(),
        ..KnownCluster::default()
    };
    let options = DiscoveryOptions::default().clusters(vec![cluster("Eu_1", "prod"), cluster("us", "test")]);
    let files = [("set.yaml", text.as_str()), ("web/eu-1/a.yaml", CONFIG)];
    apps_with(&files, options).declared_are(&["eu/argocd/Eu_1-prod argo ok web/eu-1"]);
}

#[test]
fn clusters_are_inferred_from_the_lists_of_a_merge() {
    let merge = "  generators:\n  - merge:\n      mergeKeys: [nameNormalized]\n      generators:\n      \
                 - clusters: {values: {dir: web}}\n      \
                 - list: {elements: [{nameNormalized: eu}, {nameNormalized: us, values.dir: other}]}\n";
    let found = apps(&[
        ("set.yaml", &set(merge, "{{nameNormalized}}", "{{values.dir}}")),
        ("web/a.yaml", CONFIG),
        ("other/a.yaml", CONFIG),
    ]);
    found.declared_are(&["eu/argocd/eu argo approximate web parent", "eu/argocd/us argo approximate other parent"]);
    assert_eq!(found.named("eu").reasons[0].text, "its clusters are inferred from the lists that name them");
    // The Secret of Argo CD's own cluster says nothing of the others.
    let own = cluster_secret("in-cluster", "hub").replace("https://in-cluster", "https://kubernetes.default.svc");
    let found = apps(&[
        ("set.yaml", &set(merge, "{{nameNormalized}}", "{{values.dir}}")),
        ("own.yaml", &own),
        ("web/a.yaml", CONFIG),
        ("other/a.yaml", CONFIG),
    ]);
    found.declared_are(&[
        "eu/argocd/eu argo approximate web parent",
        "eu/argocd/in-cluster argo approximate web parent",
        "eu/argocd/us argo approximate other parent",
    ]);
}

#[test]
fn paths_that_do_not_exist_are_one_note() {
    let list = "  generators: [{list: {elements: [{env: a}, {env: b}]}}]\n";
    let other = set(list, "x-{{env}}", "gone/{{env}}").replace("name: set,", "name: other,");
    let found =
        apps(&[("set.yaml", &set(list, "{{env}}", "web/{{env}}")), ("other.yaml", &other), ("web/a/a.yaml", CONFIG)]);
    found.declared_are(&["eu/argocd/a argo ok web/a"]);
    assert_eq!(
        found.messages(),
        ["argocd/ApplicationSet/other and 1 other ApplicationSet make 3 Applications of paths that do not exist; not \
             listed"]
    );
}
