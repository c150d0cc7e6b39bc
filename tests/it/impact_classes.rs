//! What a change does to a workload: one case for each answer, asked of the library.

use rollstamp::impact::{ComparedTree, ImpactClass, KeyChange, Roller, WorkloadImpact};
use rollstamp::index::Id;
use rollstamp::source::Source;
use rollstamp::{Impact, ImpactOptions, LinkOptions, ParseOptions, Stamp, Strategy};

/// What the second of two texts does over the first; `stamped` as if both were stamped on their way.
pub fn between(base: &str, head: &str, assume: Option<Strategy>) -> Impact {
    let mut options = ParseOptions::default();
    options.keep_all = true;
    let parse = |sources| rollstamp::parse(sources, &options);
    let read = |label: &str, text: &str| parse(vec![Source::new(label, text)]);
    let (old, new) = (read("old.yaml", base), read("new.yaml", head));
    let link = LinkOptions::default();
    let (before, after) = (rollstamp::link(&old, &link), rollstamp::link(&new, &link));
    let applied = |graph: &rollstamp::Graph<'_>| {
        let strategy = assume.as_ref()?;
        Some(parse(rollstamp::apply(graph.bundle, &rollstamp::plan(graph, strategy)).unwrap()))
    };
    let (first, second) = (applied(&before), applied(&after));
    rollstamp::impact(
        &ComparedTree { graph: &before, applied: first.as_ref() },
        &ComparedTree { graph: &after, applied: second.as_ref() },
        &ImpactOptions::default(),
    )
}

fn stamp() -> Option<Strategy> {
    Some(Strategy::Stamp(Stamp::default()))
}

/// A ConfigMap with two keys, and a workload of a kind that uses them as `pod` says.
fn app(level: &str, kind: &str, spec: &str, pod: &str) -> String {
    let version = match kind {
        "Job" | "CronJob" => "batch/v1",
        "Pod" => "v1",
        _ => "apps/v1",
    };
    format!(
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: env}}\ndata:\n  LEVEL: {level}\n  OTHER: same\n---\n\
         apiVersion: {version}\nkind: {kind}\nmetadata: {{name: web}}\nspec:\n{spec}{pod}"
    )
}

const FROZEN: &str = "{containers: [{name: app, image: 'app:1', envFrom: [{configMapRef: {name: env}}]}]}";
const LIVE: &str = "{containers: [{name: app, image: 'app:1', volumeMounts: [{name: v, mountPath: /v}]}], \
                    volumes: [{name: v, configMap: {name: env}}]}";

fn deployment(level: &str, spec: &str, pod: &str) -> String {
    app(level, "Deployment", spec, &format!("  template: {{spec: {pod}}}\n"))
}

#[track_caller]
fn only(impact: &Impact) -> &WorkloadImpact {
    assert_eq!(impact.workloads.len(), 1, "{impact:#?}");
    &impact.workloads[0]
}

#[track_caller]
fn is(impact: &Impact, class: ImpactClass, finding: bool, sentence: &str) {
    let workload = only(impact);
    let said = workload.sentence.as_deref().unwrap_or_default();
    assert_eq!((workload.class, workload.finding), (class, finding), "{said}");
    assert!(said.contains(sentence), "{said}");
}

#[test]
fn frozen_content_of_an_unstamped_workload_stays_stale() {
    let impact = between(&deployment("a", "", FROZEN), &deployment("b", "", FROZEN), None);
    is(&impact, ImpactClass::Stale, true, "`rollstamp stamp` would make it roll");
    let reason = &only(&impact).reasons[0];
    assert_eq!((reason.key.as_str(), reason.change, reason.frozen), ("LEVEL", KeyChange::Changed, true));
    assert_eq!(only(&impact).reasons.len(), 1);
    let key = &impact.configs[reason.config].keys[0];
    assert_eq!(key.base_location.as_ref().unwrap().to_string(), "old.yaml:5");
    assert_eq!(key.head_location.as_ref().unwrap().to_string(), "new.yaml:5");
    assert_eq!(reason.routes[0].head_location.as_ref().unwrap().to_string(), "new.yaml:12");
}

#[test]
fn a_stamp_on_the_way_makes_it_roll() {
    let impact = between(&deployment("a", "", FROZEN), &deployment("b", "", FROZEN), stamp());
    is(&impact, ImpactClass::Rolls, false, "");
    assert_eq!(only(&impact).rolled_by, [Roller::Template]);
    let rename = Some(Strategy::Rename(rollstamp::Rename::default()));
    let impact = between(&deployment("a", "", FROZEN), &deployment("b", "", FROZEN), rename);
    is(&impact, ImpactClass::Rolls, false, "");
    assert_eq!(only(&impact).reasons[0].key, "LEVEL");
    assert_eq!(impact.configs[Id::new(0)].name, "env");
}

#[test]
fn live_content_refreshes_in_place_and_rolls_where_it_is_stamped() {
    let (base, head) = (deployment("a", "", LIVE), deployment("b", "", LIVE));
    let impact = between(&base, &head, None);
    is(&impact, ImpactClass::Refreshes, false, "");
    assert_eq!(only(&impact).refresh.unwrap().seconds(), 60);
    is(&between(&base, &head, stamp()), ImpactClass::Rolls, false, "");
}

#[test]
fn what_says_the_same_in_other_words_is_no_change() {
    let base = deployment("a", "", FROZEN);
    for head in [
        base.replace("LEVEL: a", "LEVEL: 'a' # a comment"),
        base.replace(
            "  template: {spec:",
            "  replicas: 3\n  template: {metadata: {annotations: {}}, status: null, spec:",
        ),
        base.replace("data:\n", "labels: {a: b}\ndata:\n"),
    ] {
        assert_ne!(base, head);
        let impact = between(&base, &head, None);
        assert_eq!((impact.workloads.len(), impact.unaffected), (0, 1), "{head}");
    }
}

#[test]
fn a_new_image_rolls_and_is_named() {
    let base = deployment("a", "", FROZEN);
    let impact = between(&base, &base.replace("app:1", "app:2"), None);
    is(&impact, ImpactClass::Rolls, false, "");
    let change = &only(&impact).template[0];
    assert_eq!(change.path, "spec.containers[app].image");
    assert_eq!((change.before.as_deref(), change.after.as_deref()), (Some("app:1"), Some("app:2")));
}

#[test]
fn kinds_that_do_not_roll_say_why() {
    let of = |kind: &str, spec: &str, pod: &str, assume: Option<Strategy>| {
        let template = match kind {
            "Pod" => format!("  {pod}\n"),
            "CronJob" => format!("  jobTemplate: {{spec: {{template: {{spec: {pod}}}}}}}\n"),
            _ => format!("  template: {{spec: {pod}}}\n"),
        };
        between(&app("a", kind, spec, &template), &app("b", kind, spec, &template), assume)
    };
    is(&of("Deployment", "  paused: true\n", FROZEN, stamp()), ImpactClass::Stale, true, "it is paused");
    let on_delete = "  updateStrategy: {type: OnDelete}\n";
    is(&of("StatefulSet", on_delete, FROZEN, stamp()), ImpactClass::Stale, true, "OnDelete");
    is(&of("ReplicaSet", "", FROZEN, stamp()), ImpactClass::Stale, true, "never replaces running pods");
    is(&of("Job", "", FROZEN, stamp()), ImpactClass::Stale, true, "a Job does not run again");
    // It can have been resumed in the cluster.
    is(&of("Job", "  suspend: true\n", FROZEN, None), ImpactClass::Stale, true, "a Job does not run again");
    is(&of("CronJob", "", FROZEN, None), ImpactClass::NextRun, false, "every run starts new pods");
    is(&of("CronJob", "", FROZEN, stamp()), ImpactClass::NextRun, false, "");
    is(&of("Pod", "", FROZEN, stamp()), ImpactClass::Stale, true, "no controller");
    is(&of("Pod", "", LIVE, None), ImpactClass::Refreshes, false, "");
    let impact = of("Pod", "", LIVE, stamp());
    is(&impact, ImpactClass::Refreshes, false, "");
    assert_eq!(only(&impact).refresh.unwrap().seconds(), 0);
}

#[test]
fn what_was_asked_for_is_no_finding() {
    let annotated = |text: String, on: &str, annotation: &str| {
        text.replace(&format!("{{name: {on}}}\n"), &format!("{{name: {on}, annotations: {{{annotation}}}}}\n"))
    };
    for (on, annotation) in [
        ("web", "rollstamp.dev/roll-on: never"),
        ("env", "rollstamp.dev/ignore: 'true'"),
        ("env", "rollstamp.dev/strategy: none"),
    ] {
        let base = annotated(deployment("a", "", FROZEN), on, annotation);
        let head = annotated(deployment("b", "", FROZEN), on, annotation);
        let word = annotation.split(':').next().unwrap();
        is(&between(&base, &head, stamp()), ImpactClass::Stale, false, word);
    }
}

#[test]
fn what_the_api_server_rejects_is_refused() {
    let job = |pod: &str| app("a", "Job", "", &format!("  template: {{spec: {pod}}}\n"));
    let impact = between(&job(FROZEN), &job(&FROZEN.replace("app:1", "app:2")), None);
    is(&impact, ImpactClass::Refused, true, "template of a Job cannot change");
    let set = |name: &str| {
        app("a", "StatefulSet", &format!("  serviceName: {name}\n"), &format!("  template: {{spec: {FROZEN}}}\n"))
    };
    is(&between(&set("a"), &set("b"), None), ImpactClass::Refused, true, "spec.serviceName cannot change");
}

#[test]
fn refused_config_is_named_with_what_its_workload_does() {
    let fixed = |text: String| text.replace("data:\n", "immutable: true\ndata:\n");
    let of = |level: &str, spec: &str, pod: &str| fixed(deployment(level, spec, pod));
    let refused = "the API server refuses ConfigMap/env: it is immutable";
    for (pod, assume, class, outcome) in [
        (FROZEN, stamp(), ImpactClass::Rolls, "its pods roll onto the old content"),
        (LIVE, stamp(), ImpactClass::Rolls, "its pods roll onto the old content"),
        (FROZEN, None, ImpactClass::Stale, "its pods keep the old content"),
        (LIVE, None, ImpactClass::Stale, "its pods keep the old content"),
    ] {
        let impact = between(&of("a", "", pod), &of("b", "", pod), assume);
        is(&impact, class, true, refused);
        is(&impact, class, true, outcome);
        assert!(only(&impact).refresh.is_none());
        assert_eq!(impact.count_rejected_configs(), 1);
    }
    let cron = |level: &str| {
        fixed(app(level, "CronJob", "", &format!("  jobTemplate: {{spec: {{template: {{spec: {FROZEN}}}}}}}\n")))
    };
    is(&between(&cron("a"), &cron("b"), None), ImpactClass::NextRun, true, "its next run has the old content");
    // The workload that is refused itself says so.
    let job = |level: &str, image: &str| {
        let pod = FROZEN.replace("app:1", image);
        fixed(app(level, "Job", "", &format!("  template: {{spec: {pod}}}\n")))
    };
    let impact = between(&job("a", "app:1"), &job("b", "app:2"), None);
    is(&impact, ImpactClass::Refused, true, "template of a Job cannot change");
    // Under a new name it is a new object.
    let rename = Some(Strategy::Rename(rollstamp::Rename::default()));
    is(&between(&of("a", "", FROZEN), &of("b", "", FROZEN), rename), ImpactClass::Rolls, false, "");
}

#[test]
fn no_controller_restarts_for_a_config_that_is_refused() {
    let annotations = "{name: web, annotations: {reloader.stakater.com/auto: 'true'}}";
    let of = |level: &str| {
        deployment(level, "", FROZEN).replace("data:\n", "immutable: true\ndata:\n").replace("{name: web}", annotations)
    };
    let impact = between(&of("a"), &of("b"), None);
    is(&impact, ImpactClass::Stale, true, "its pods keep the old content");
    let impact = between(&of("a"), &of("b"), stamp());
    is(&impact, ImpactClass::Rolls, true, "roll onto the old content");
    assert_eq!(only(&impact).rolled_by, [Roller::Template]);
}

#[test]
fn reloader_and_wave_restart_as_well() {
    let annotated = |level: &str, annotation: &str| {
        deployment(level, "", FROZEN).replace("{name: web}", &format!("{{name: web, annotations: {{{annotation}}}}}"))
    };
    for (annotation, roller) in [
        ("reloader.stakater.com/auto: 'true'", Roller::Reloader),
        ("configmap.reloader.stakater.com/reload: 'a, env'", Roller::Reloader),
        ("wave.pusher.com/update-on-config-change: 'true'", Roller::Wave),
    ] {
        let (base, head) = (annotated("a", annotation), annotated("b", annotation));
        let twice = between(&base, &head, stamp());
        is(&twice, ImpactClass::Rolls, false, "as well");
        assert_eq!(only(&twice).rolled_by, [Roller::Template, roller]);
        // Without a stamp the controller alone restarts it, so nothing stays stale.
        let once = between(&base, &head, None);
        assert_eq!((only(&once).class, only(&once).rolled_by.clone()), (ImpactClass::Rolls, vec![roller]));
    }
    for annotation in [
        "reloader.stakater.com/auto: 'false'",
        "secret.reloader.stakater.com/auto: 'true'",
        "reloader.stakater.com/auto: 'true', configmaps.exclude.reloader.stakater.com/reload: env",
    ] {
        let impact = between(&annotated("a", annotation), &annotated("b", annotation), None);
        assert_eq!(only(&impact).class, ImpactClass::Stale, "{annotation}");
    }
}

#[test]
fn keys_and_configs_come_and_go() {
    let base = deployment("a", "", FROZEN);
    let added = base.replace("  OTHER: same\n", "  OTHER: same\n  NEW: x\n");
    let impact = between(&base, &added, None);
    is(&impact, ImpactClass::Stale, true, "");
    assert_eq!((only(&impact).reasons[0].key.as_str(), only(&impact).reasons[0].change), ("NEW", KeyChange::Added));
    assert_eq!(only(&between(&added, &base, None)).reasons[0].change, KeyChange::Removed);

    // Pods that need what is not there wait for it, and start when it comes.
    let without = &base[base.find("---").unwrap()..];
    let impact = between(without, &base, None);
    is(&impact, ImpactClass::Refreshes, false, "");
    assert!(only(&impact).refresh.unwrap().explanation().contains("wait"));
    // Pods that can do without run without.
    let optional = |text: &str| text.replace("{name: env}}]", "{name: env, optional: true}}]");
    is(&between(&optional(without), &optional(&base), None), ImpactClass::Stale, true, "");
    is(&between(&optional(&base), &optional(without), None), ImpactClass::Stale, true, "");
}

#[test]
fn workloads_come_and_go() {
    let base = deployment("a", "", FROZEN);
    let config = &base[..base.find("---").unwrap()];
    assert_eq!(only(&between(config, &base, None)).class, ImpactClass::New);
    assert_eq!(only(&between(&base, config, None)).class, ImpactClass::Gone);
}

/// The namespace of a config is written in one tree only, and inferred in the other.
#[test]
fn content_is_compared_where_a_namespace_comes_or_goes() {
    let in_prod = |level: &str, namespace: &str| {
        let text = deployment(level, "", FROZEN).replace("{name: web}", "{name: web, namespace: prod}");
        text.replacen("{name: env}", &format!("{{name: env{namespace}}}"), 1)
    };
    let (bare, written) = (in_prod("a", ""), in_prod("b", ", namespace: prod"));
    assert!(bare != written && written.contains("{name: env, namespace: prod}"), "{written}");
    is(&between(&bare, &written, None), ImpactClass::Stale, true, "");
    is(&between(&written, &bare, None), ImpactClass::Stale, true, "");
    assert!(between(&bare, &in_prod("a", ", namespace: prod"), None).workloads.is_empty());
}

#[test]
fn a_stamp_that_was_forgotten_is_told_from_none() {
    let stamped = |text: &str| {
        let bundle = rollstamp::parse(vec![Source::new("x", text)], &ParseOptions::default());
        let graph = rollstamp::link(&bundle, &LinkOptions::default());
        let plan = rollstamp::plan(&graph, &Strategy::Stamp(Stamp::default()));
        rollstamp::apply(&bundle, &plan).unwrap()[0].text().to_string()
    };
    let base = stamped(&deployment("a", "", FROZEN));
    let forgotten = base.replace("LEVEL: a", "LEVEL: b");
    is(&between(&base, &forgotten, None), ImpactClass::Stale, true, "its stamp was not renewed");
    // A stamp cannot be renewed without the content.
    let without_config = &base[base.find("---\n").unwrap() + 4..];
    is(&between(&base, without_config, None), ImpactClass::Stale, true, "its config is not in the new manifests");
    let renewed = stamped(&forgotten);
    is(&between(&base, &renewed, None), ImpactClass::Rolls, false, "");
    // The stamp catches up with content that came before.
    let impact = between(&forgotten, &renewed, None);
    is(&impact, ImpactClass::Rolls, false, "");
    assert!(only(&impact).reasons.is_empty());
}

#[test]
fn workloads_of_one_name_are_told_apart_by_their_files() {
    let parse = |label: &str, replicas: [&str; 2]| {
        let source = |directory: &str, image: &str| {
            Source::new(format!("{label}/{directory}/app.yaml"), deployment("a", "", &FROZEN.replace("app:1", image)))
        };
        rollstamp::parse(vec![source("dev", replicas[0]), source("prod", replicas[1])], &ParseOptions::default())
    };
    let (old, new) = (parse("main:k8s", ["app:1", "app:2"]), parse("k8s", ["app:1", "app:3"]));
    let link = LinkOptions::default().scope(rollstamp::Scope::Directory);
    let (before, after) = (rollstamp::link(&old, &link), rollstamp::link(&new, &link));
    let side = |graph| ComparedTree { graph, applied: None };
    let impact = rollstamp::impact(&side(&before), &side(&after), &ImpactOptions::default());
    assert_eq!((impact.workloads.len(), impact.unaffected), (1, 1));
    assert_eq!(impact.workloads[0].head_location.as_ref().unwrap().file, "k8s/prod/app.yaml");
    assert_eq!(impact.workloads[0].base_location.as_ref().unwrap().file, "main:k8s/prod/app.yaml");
}

/// A Deployment that takes a Secret as variables, which an ExternalSecret asks for by a key.
fn requested(key: &str, annotations: &str) -> String {
    format!(
        "apiVersion: external-secrets.io/v1\nkind: ExternalSecret\nmetadata: {{name: db}}\n\
         spec: {{data: [{{secretKey: p, remoteRef: {{key: {key}}}}}]}}\n---\n\
         apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: web, annotations: {{{annotations}}}}}\n\
         spec: {{template: {{spec: {{containers: [{{name: a, image: a, envFrom: [{{secretRef: {{name: db}}}}]}}]}}}}}}\n"
    )
}

#[test]
fn a_changed_request_is_told() {
    let said = |impact: &Impact| impact.diagnostics.iter().map(|one| one.message.to_string()).collect::<Vec<_>>();
    let changed = between(&requested("a", ""), &requested("b", ""), None);
    assert_eq!((changed.workloads.len(), changed.unaffected), (0, 1));
    let words = "its request changes, but running pods keep the old content (Deployment/web)";
    assert_eq!(said(&changed), [words]);
    assert!(said(&between(&requested("a", ""), &requested("a", ""), None)).is_empty());
    // Reloader restarts it once the Secret is written.
    let reloader = "reloader.stakater.com/auto: 'true'";
    assert!(said(&between(&requested("a", reloader), &requested("b", reloader), None)).is_empty());
    // Where the template changes too, that is twice.
    let twice = between(&requested("a", reloader), &requested("b", reloader).replace("image: a", "image: b"), None);
    assert_eq!(only(&twice).rolled_by, [Roller::Template, Roller::Reloader]);
    is(&twice, ImpactClass::Rolls, false, "its pod template changes, and Reloader restarts it as well");
    // Under a new name the Secret is another one.
    let renamed = between(&requested("a", ""), &requested("b", ""), Some(Strategy::Rename(Default::default())));
    assert_eq!(
        (only(&renamed).class, &only(&renamed).requests[..]),
        (ImpactClass::Rolls, &["ExternalSecret/db".to_string()][..])
    );
    assert!(said(&renamed).is_empty());
}
