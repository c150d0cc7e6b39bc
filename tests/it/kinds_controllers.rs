//! What Reloader and Wave decide, by the manifests: the table says what their sources answer.

use crate::support::first_listing;
use rollstamp::index::Id;
use rollstamp::kinds::controllers::Controller::{self, Reloader, Wave};
use rollstamp::{DigestPolicy, LinkOptions, ParseOptions, Source, link, parse};

/// Annotations of the workload, of its pod template, and of the config; the config that changes; who restarts.
/// The pods take `ConfigMap/app` and `Secret/db`, and know nothing of `ConfigMap/other`.
type Row = (&'static str, &'static str, &'static str, &'static str, &'static [Controller]);

const R: &str = "reloader.stakater.com";
const NONE: &[Controller] = &[];

/// `@` stands for Reloader's domain, `~` for Wave's.
const TABLE: &[Row] = &[
    ("", "", "", "ConfigMap/app", NONE),
    // strconv.ParseBool.
    ("@/auto: 'true'", "", "", "ConfigMap/app", &[Reloader]),
    ("@/auto: 'true'", "", "", "Secret/db", &[Reloader]),
    ("@/auto: 'true'", "", "", "ConfigMap/other", NONE),
    ("@/auto: 'True'", "", "", "ConfigMap/app", &[Reloader]),
    ("@/auto: 'TRUE'", "", "", "ConfigMap/app", &[Reloader]),
    ("@/auto: '1'", "", "", "ConfigMap/app", &[Reloader]),
    ("@/auto: 't'", "", "", "ConfigMap/app", &[Reloader]),
    ("@/auto: 'T'", "", "", "ConfigMap/app", &[Reloader]),
    ("@/auto: 'tRue'", "", "", "ConfigMap/app", NONE),
    ("@/auto: 'yes'", "", "", "ConfigMap/app", NONE),
    ("@/auto: ' true'", "", "", "ConfigMap/app", NONE),
    ("@/auto: 'false'", "", "", "ConfigMap/app", NONE),
    // One kind only, or-ed with auto.
    ("configmap.@/auto: 'true'", "", "", "ConfigMap/app", &[Reloader]),
    ("configmap.@/auto: 'true'", "", "", "Secret/db", NONE),
    ("secret.@/auto: 'true'", "", "", "Secret/db", &[Reloader]),
    ("secret.@/auto: 'true', @/auto: 'false'", "", "", "Secret/db", &[Reloader]),
    ("secret.@/auto: 'false', @/auto: 'true'", "", "", "Secret/db", &[Reloader]),
    ("configmaps.@/auto: 'true'", "", "", "ConfigMap/app", NONE),
    // Named: regular expressions between ^ and $ without a group, whether or not the pods refer.
    ("configmap.@/reload: app", "", "", "ConfigMap/app", &[Reloader]),
    ("configmap.@/reload: other", "", "", "ConfigMap/other", &[Reloader]),
    ("configmap.@/reload: other", "", "", "ConfigMap/app", NONE),
    ("configmap.@/reload: 'x, app ,y'", "", "", "ConfigMap/app", &[Reloader]),
    ("configmap.@/reload: 'ap'", "", "", "ConfigMap/app", NONE),
    ("configmap.@/reload: 'a.*'", "", "", "ConfigMap/app", &[Reloader]),
    ("configmap.@/reload: 'ot|zz'", "", "", "ConfigMap/other", &[Reloader]),
    ("configmap.@/reload: 'zz|er'", "", "", "ConfigMap/other", &[Reloader]),
    ("configmap.@/reload: '(ot|zz)'", "", "", "ConfigMap/other", NONE),
    ("configmap.@/reload: '[,app'", "", "", "ConfigMap/app", &[Reloader]),
    ("configmap.@/reload: '['", "", "", "ConfigMap/app", NONE),
    ("configmap.@/reload: ''", "", "", "ConfigMap/app", NONE),
    ("configmap.@/reload: db", "", "", "Secret/db", NONE),
    ("secret.@/reload: db", "", "", "Secret/db", &[Reloader]),
    ("configmap.@/reload: app, @/auto: 'false'", "", "", "ConfigMap/app", &[Reloader]),
    // Excluded beats all, exact and trimmed, from the workload alone.
    ("@/auto: 'true', configmaps.exclude.@/reload: 'x, app'", "", "", "ConfigMap/app", NONE),
    ("@/auto: 'true', configmaps.exclude.@/reload: 'a.*'", "", "", "ConfigMap/app", &[Reloader]),
    ("@/auto: 'true', configmaps.exclude.@/reload: db", "", "", "Secret/db", &[Reloader]),
    ("@/auto: 'true', secrets.exclude.@/reload: db", "", "", "Secret/db", NONE),
    ("configmap.@/reload: app, configmaps.exclude.@/reload: app", "", "", "ConfigMap/app", NONE),
    ("@/auto: 'true'", "configmaps.exclude.@/reload: app", "", "ConfigMap/app", &[Reloader]),
    ("configmaps.exclude.@/reload: app", "@/auto: 'true'", "", "ConfigMap/app", NONE),
    ("configmaps.exclude.@/reload: app", "@/auto: 'true'", "", "Secret/db", &[Reloader]),
    // Search and match, exactly true.
    ("@/search: 'true'", "", "@/match: 'true'", "ConfigMap/app", &[Reloader]),
    ("@/search: 'true'", "", "@/match: 'True'", "ConfigMap/app", NONE),
    ("@/search: '1'", "", "@/match: 'true'", "ConfigMap/app", NONE),
    ("@/search: 'true'", "", "", "ConfigMap/app", NONE),
    ("@/search: 'true', @/auto: 'true'", "", "", "ConfigMap/app", &[Reloader]),
    ("@/search: 'true'", "", "@/match: 'true'", "ConfigMap/other", NONE),
    // Ignored objects come before everything.
    ("@/auto: 'true'", "", "@/ignore: 'true'", "ConfigMap/app", NONE),
    ("configmap.@/reload: app", "", "@/ignore: 'true'", "ConfigMap/app", NONE),
    ("@/auto: 'true'", "", "@/ignore: 'True'", "ConfigMap/app", &[Reloader]),
    // The pod template speaks where the workload has none of the four keys for the kind that changes.
    ("", "@/auto: 'true'", "", "ConfigMap/app", &[Reloader]),
    ("@/auto: 'false'", "@/auto: 'true'", "", "ConfigMap/app", NONE),
    ("configmap.@/reload: other", "secret.@/auto: 'true'", "", "Secret/db", &[Reloader]),
    ("configmap.@/reload: other", "configmap.@/auto: 'true'", "", "ConfigMap/app", NONE),
    ("secret.@/auto: 'true'", "configmap.@/reload: app", "", "ConfigMap/app", &[Reloader]),
    ("@/search: 'false'", "@/auto: 'true'", "", "ConfigMap/app", NONE),
    ("@/rollout-strategy: restart", "@/auto: 'true'", "", "ConfigMap/app", &[Reloader]),
    // Wave: exactly true, from the workload alone; lists are not trimmed.
    ("~/update-on-config-change: 'true'", "", "", "ConfigMap/app", &[Wave]),
    ("~/update-on-config-change: 'True'", "", "", "ConfigMap/app", NONE),
    ("", "~/update-on-config-change: 'true'", "", "ConfigMap/app", NONE),
    ("~/update-on-config-change: 'true'", "", "", "ConfigMap/other", NONE),
    ("~/update-on-config-change: 'true', ~/extra-configmaps: 'x,other'", "", "", "ConfigMap/other", &[Wave]),
    ("~/update-on-config-change: 'true', ~/extra-configmaps: 'x, other'", "", "", "ConfigMap/other", NONE),
    ("~/update-on-config-change: 'true', ~/extra-configmaps: 'prod/other'", "", "", "ConfigMap/other", &[Wave]),
    ("~/update-on-config-change: 'true', ~/extra-configmaps: 'test/other'", "", "", "ConfigMap/other", NONE),
    ("~/update-on-config-change: 'true', ~/extra-secrets: other", "", "", "ConfigMap/other", NONE),
    ("~/extra-configmaps: other", "", "", "ConfigMap/other", NONE),
    // Both.
    ("@/auto: 'true', ~/update-on-config-change: 'true'", "", "", "ConfigMap/app", &[Reloader, Wave]),
];

#[test]
fn controller_decisions_match_their_sources() {
    for (number, row) in TABLE.iter().enumerate() {
        let &(workload, template, words, changed, expected) = row;
        let (kind, name) = changed.split_once('/').unwrap();
        let text = manifests(row);
        let bundle = parse(vec![Source::new("app.yaml", &*text)], &ParseOptions::default());
        assert!(!bundle.has_errors(), "row {number}: {text}");
        let graph = link(&bundle, &LinkOptions::default());
        let is_changed = |id: &rollstamp::bundle::Identity| id.kind.as_str() == kind && id.name.name == name;
        let config = graph.configs.iter().find(|config| is_changed(&config.identity)).unwrap();
        let found = graph.restarted_by(&graph.workloads[Id::new(0)], config);
        assert_eq!(found, expected, "row {number}: {workload} | {template} | {words} | {changed}");
    }
}

/// The manifests of a row.
fn manifests(&(workload, template, config, changed, _): &Row) -> String {
    let annotations = |text: &str| text.replace('@', R).replace('~', "wave.pusher.com");
    let own = |other: &str| if changed == other { annotations(config) } else { String::new() };
    format!(
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: app, namespace: prod, annotations: {{{}}}}}\ndata: {{a: b}}\n---\n\
         apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: other, namespace: prod, annotations: {{{}}}}}\ndata: {{a: b}}\n---\n\
         apiVersion: v1\nkind: Secret\nmetadata: {{name: db, namespace: prod, annotations: {{{}}}}}\nstringData: {{a: b}}\n---\n\
         apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: web, namespace: prod, annotations: {{{}}}}}\n\
         spec: {{template: {{metadata: {{annotations: {{{}}}}}, spec: {{containers: [{{name: a, image: a, envFrom: \
         [{{configMapRef: {{name: app}}}}, {{secretRef: {{name: db}}}}]}}]}}}}}}\n",
        own("ConfigMap/app"),
        own("ConfigMap/other"),
        own("Secret/db"),
        annotations(workload),
        annotations(template),
    )
}

#[test]
fn honored_annotations_select_the_same_configs() {
    let policy = DigestPolicy::default().honor(vec![Reloader, Wave]).only_annotated(true);
    let options = LinkOptions::default().digest_policy(policy);
    for (number, row) in TABLE.iter().enumerate() {
        let bundle = parse(vec![Source::new("app.yaml", manifests(row))], &ParseOptions::default());
        let graph = link(&bundle, &options);
        let listing = first_listing(&graph).unwrap_or_default();
        let counts = listing.lines().any(|line| line.ends_with(&format!("  {}/a", row.3)));
        assert_eq!(counts, !row.4.is_empty(), "row {number}: {row:?}: {listing}");
    }
}

#[test]
fn honor_leaves_unannotated_workloads_alone() {
    let stamped = |policy: DigestPolicy, annotations: &'static str, template: &'static str| {
        let text = manifests(&(annotations, template, "", "", NONE));
        let bundle = parse(vec![Source::new("app.yaml", text)], &ParseOptions::default());
        let graph = link(&bundle, &LinkOptions::default().digest_policy(policy));
        first_listing(&graph)
            .map(|listing| listing.lines().map(|line| line[66..].to_string()).collect::<Vec<_>>().join(" "))
    };
    let honor = || DigestPolicy::default().honor(vec![Reloader, Wave]);
    let only = || DigestPolicy::default().only_annotated(true);
    let all = Some("ConfigMap/app/a Secret/db/a".to_string());
    assert_eq!(stamped(honor(), "", ""), all);
    assert_eq!(stamped(honor(), "configmaps.@/auto: x", ""), all);
    assert_eq!(stamped(honor(), "configmaps.exclude.@/reload: app", ""), Some("Secret/db/a".to_string()));
    assert_eq!(stamped(honor(), "@/auto: 'false'", ""), None);
    assert_eq!(stamped(DigestPolicy::default(), "@/auto: 'false'", ""), all);
    assert_eq!(stamped(only(), "", ""), None);
    assert_eq!(stamped(only(), "@/auto: 'true'", ""), None);
    assert_eq!(stamped(only(), "rollstamp.dev/roll-on: any", ""), all);
    assert_eq!(stamped(only(), "rollstamp.dev/roll-on: never", ""), None);
    let more = Some("ConfigMap/app/a ConfigMap/other/a Secret/db/a".to_string());
    assert_eq!(stamped(only(), "rollstamp.dev/extra-configmaps: other", ""), more);
    assert_eq!(stamped(DigestPolicy::default(), "rollstamp.dev/extra-configmaps: ' x , o*r'", ""), more);
}

/// Annotations of the workload and of the class, and whether the class counts. The pods mount `vault`, not `other`.
const CLASSES: &[(&str, &str, &str, bool)] = &[
    ("secretproviderclass.@/auto: 'true'", "", "vault", true),
    ("secretproviderclass.@/auto: 'true'", "", "other", false),
    ("secret.@/auto: 'true'", "", "vault", false),
    ("@/auto: 'true'", "", "vault", true),
    ("secretproviderclass.@/reload: 'x, va.*'", "", "vault", true),
    ("secretproviderclass.@/reload: other", "", "other", true),
    ("secretproviderclass.@/reload: other", "", "vault", false),
    ("@/auto: 'true', secretproviderclasses.exclude.@/reload: vault", "", "vault", false),
    ("@/auto: 'true', secrets.exclude.@/reload: vault", "", "vault", true),
    ("@/auto: 'true'", "@/ignore: 'true'", "vault", false),
    ("secretproviderclass.@/reload: other", "@/ignore: 'true'", "other", false),
    ("@/search: 'true'", "@/match: 'true'", "vault", true),
    ("@/search: 'true'", "", "vault", false),
    ("~/update-on-config-change: 'true'", "", "vault", false),
    ("~/update-on-config-change: 'true', ~/extra-secrets: other", "", "other", false),
];

#[test]
fn honored_annotations_cover_secret_provider_classes() {
    let class = |name: &str, words: &str| {
        format!(
            "apiVersion: secrets-store.csi.x-k8s.io/v1\nkind: SecretProviderClass\n\
             metadata: {{name: {name}, namespace: prod, annotations: {{{words}}}}}\nspec: {{provider: aws}}\n---\n"
        )
    };
    let policy = DigestPolicy::default().producers(true).honor(vec![Reloader, Wave]).only_annotated(true);
    for (number, &(workload, words, name, expected)) in CLASSES.iter().enumerate() {
        let annotations = |text: &str| text.replace('@', R).replace('~', "wave.pusher.com");
        let text = format!(
            "{}{}apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: web, namespace: prod, annotations: {{{}}}}}\n\
             spec: {{template: {{spec: {{containers: [{{name: a, image: a, volumeMounts: [{{name: v, mountPath: /v}}]}}], \
             volumes: [{{name: v, csi: {{driver: secrets-store.csi.k8s.io, volumeAttributes: {{secretProviderClass: \
             vault}}}}}}]}}}}}}\n",
            class("vault", &annotations(words)),
            class("other", &annotations(words)),
            annotations(workload),
        );
        let bundle = parse(vec![Source::new("app.yaml", text)], &ParseOptions::default());
        let graph = link(&bundle, &LinkOptions::default().digest_policy(policy.clone()));
        assert!(graph.diagnostics.is_empty(), "{:?}", graph.diagnostics);
        let listing = first_listing(&graph).unwrap_or_default();
        let counts = listing.contains(&format!("  SecretProviderClass/{name}/spec.provider\n"));
        assert_eq!(counts, expected, "row {number}: {workload} | {words} | {name}: {listing}");
    }
}

#[test]
fn honor_ignores_other_namespaces_and_kinds() {
    let text = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: app, namespace: test}\ndata: {a: b}\n---\n\
        apiVersion: apps/v1\nkind: ReplicaSet\nmetadata: {name: web, namespace: test, annotations: \
        {reloader.stakater.com/auto: 'true', wave.pusher.com/update-on-config-change: 'true'}}\n\
        spec: {template: {spec: {containers: [{name: a, image: a, envFrom: [{configMapRef: {name: app}}]}]}}}\n---\n\
        apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web, namespace: prod, annotations: \
        {configmap.reloader.stakater.com/reload: app}}\n\
        spec: {template: {spec: {containers: [{name: a, image: a}]}}}\n";
    let bundle = parse(vec![Source::new("app.yaml", text)], &ParseOptions::default());
    let graph = link(&bundle, &LinkOptions::default());
    for workload in &graph.workloads {
        assert!(graph.restarted_by(workload, &graph.configs[Id::new(0)]).is_empty());
    }
}

/// Kinds that the controllers themselves leave alone, with their pod templates.
const OTHER_KINDS: &[(&str, &str)] = &[
    ("apps/v1", "ReplicaSet"),
    ("v1", "ReplicationController"),
    ("apps.openshift.io/v1", "DeploymentConfig"),
    ("serving.knative.dev/v1", "Service"),
    ("apps.kruise.io/v1alpha1", "CloneSet"),
    ("apps.kruise.io/v1beta1", "StatefulSet"),
    ("argoproj.io/v1alpha1", "Rollout"),
];

/// The keys in the stamp of a workload of a kind that has these annotations, or whose pods have them.
fn honored(kind: (&str, &str), own: &str, of_pods: &str, controller: Controller) -> Vec<String> {
    let text = format!(
        "{{apiVersion: v1, kind: ConfigMap, metadata: {{name: app}}, data: {{A: b}}}}\n---\n\
         {{apiVersion: v1, kind: ConfigMap, metadata: {{name: other}}, data: {{A: b}}}}\n---\n\
         {{apiVersion: v1, kind: Secret, metadata: {{name: db, namespace: default}}, stringData: {{A: b}}}}\n---\n\
         {{apiVersion: {}, kind: {}, metadata: {{name: web, annotations: {{{own}}}}}, spec: {{template: \
         {{metadata: {{annotations: {{{of_pods}}}}}, spec: {{containers: [{{name: a, image: a, envFrom: \
         [{{configMapRef: {{name: app}}}}, {{secretRef: {{name: db}}}}]}}]}}}}}}}}\n",
        kind.0, kind.1
    );
    let bundle = parse(vec![Source::new("x.yaml", text)], &ParseOptions::default());
    let options =
        LinkOptions::default().digest_policy(DigestPolicy::default().honor(vec![controller]).only_annotated(true));
    let graph = link(&bundle, &options);
    let plan = rollstamp::plan(&graph, &rollstamp::Strategy::Stamp(rollstamp::Stamp::default()));
    let listings = plan.stamps.iter().flat_map(|change| graph.listing(&change.listing));
    listings.map(|line| line.path).collect()
}

#[test]
fn honored_annotations_mean_the_same_on_every_kind() {
    let both: &[&str] = &["ConfigMap/app/A", "Secret/db/A"];
    for (own, of_pods, controller, keys) in [
        ("", "", Reloader, &[][..]),
        ("reloader.stakater.com/auto: 'true'", "", Reloader, both),
        ("", "reloader.stakater.com/auto: 'true'", Reloader, both),
        ("reloader.stakater.com/auto: 'false'", "", Reloader, &[]),
        ("secret.reloader.stakater.com/auto: 'true'", "", Reloader, &["Secret/db/A"]),
        ("configmap.reloader.stakater.com/reload: other", "", Reloader, &["ConfigMap/other/A"]),
        (
            "reloader.stakater.com/auto: 'true', secrets.exclude.reloader.stakater.com/reload: db",
            "",
            Reloader,
            &["ConfigMap/app/A"],
        ),
        ("wave.pusher.com/update-on-config-change: 'true'", "", Wave, both),
        ("wave.pusher.com/update-on-config-change: 'false'", "", Wave, &[]),
        (
            "wave.pusher.com/update-on-config-change: 'true', wave.pusher.com/extra-configmaps: other",
            "",
            Wave,
            &["ConfigMap/app/A", "ConfigMap/other/A", "Secret/db/A"],
        ),
    ] {
        let deployment = honored(("apps/v1", "Deployment"), own, of_pods, controller);
        assert_eq!(deployment, keys, "{own}");
        for &kind in OTHER_KINDS {
            assert_eq!(honored(kind, own, of_pods, controller), deployment, "{kind:?} {own}");
        }
    }
}

#[test]
fn rollout_that_asks_for_a_restart_is_noted() {
    let app = "{apiVersion: v1, kind: ConfigMap, metadata: {name: app}, data: {A: b}}\n---\n\
               {apiVersion: argoproj.io/v1alpha1, kind: Rollout, metadata: {name: web, annotations: \
               {reloader.stakater.com/auto: 'true', reloader.stakater.com/rollout-strategy: STRATEGY}}, spec: {template: \
               {spec: {containers: [{name: a, image: a, envFrom: [{configMapRef: {name: app}}]}]}}}}\n";
    let dir = crate::support::shell::Dir::with(&[("app.yaml", &app.replace("STRATEGY", "restart"))]);
    let said = "note: Rollout/web: reloader.stakater.com/rollout-strategy has Reloader restart its pods as they are";
    dir.run("stamp --honor reloader --check app.yaml").says(said);
    // Without it Reloader goes on to restart, which is another warning.
    let without = dir.run("stamp --check app.yaml");
    assert!(!without.stderr.contains(said) && without.stderr.contains("rolls twice"), "{}", without.stderr);
    dir.put("app.yaml", app.replace("STRATEGY", "rollout"));
    let ran = dir.run("stamp --honor reloader --check app.yaml");
    assert!(!ran.stderr.contains("note"), "{}", ran.stderr);
}
