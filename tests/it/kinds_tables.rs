//! Every row of the tables of kinds, made into a manifest by the table itself: its pods are found and stamped where the
//! row says, or left alone for the row's reason; and every reference follows its config.

use rollstamp::kinds::condition::Condition;
use rollstamp::kinds::path::PathStep;
use rollstamp::kinds::references::{
    CONTAINER_LISTS, ENV, ENV_FROM, FETCHED, FetchedVolume, PROJECTED, PULL_SECRET, PodReference, VOLUME, VOLUME_NAMES,
};
use rollstamp::kinds::referrers::{self, ReferenceField, ReferenceFilter};
use rollstamp::kinds::workloads::{self, Effect, PodPartKind, PodTemplateSite, WorkloadKind};
use rollstamp::kinds::{ConfigKind, Delivery};
use rollstamp::plan::stamp::ANNOTATION;
use rollstamp::{Bundle, LinkOptions, ParseOptions, Plan, Rename, Source, Stamp, Strategy, apply, link, parse, plan};
use serde_json::{Value, json};

const NAME: &str = "the-config";

/// Every kind that a reference can have as its target.
const TARGETS: [ConfigKind; 4] =
    [ConfigKind::ConfigMap, ConfigKind::Secret, ConfigKind::SecretProviderClass, ConfigKind::CsiSecrets];

#[test]
fn kinds_are_found_in_their_groups_only() {
    for kind in workloads::all() {
        for group in &kind.groups {
            let found =
                WorkloadKind::find(&version(group), &kind.kind).unwrap_or_else(|| panic!("{group}/{}", kind.kind));
            assert!(std::ptr::eq(found, kind), "two rows for {} of {group}", kind.kind);
        }
        assert!(WorkloadKind::find("elsewhere.example/v1", &kind.kind).is_none());
    }
    for kind in referrers::all() {
        for group in kind.groups {
            assert!(WorkloadKind::find(&version(group), kind.kind).is_none(), "{} is in both tables", kind.kind);
        }
    }
}

#[test]
fn references_of_pod_specs_follow_a_rename() {
    let (mut seen, mut expected) = (0, 0);
    for kind in workloads::all() {
        for pods in &kind.sites {
            for part in &pods.parts {
                let described = match part.kind {
                    PodPartKind::Spec | PodPartKind::Overlay => pod_specs(),
                    PodPartKind::Container(_) => containers(),
                };
                // The rows of the tables, each once for each list that it stands in.
                let own = ENV.len() + ENV_FROM.len();
                let volumes = VOLUME.len() + PROJECTED.len() + VOLUME_NAMES.len() + FETCHED.len() + PULL_SECRET.len();
                expected += kind.groups.len()
                    * match part.kind {
                        PodPartKind::Spec | PodPartKind::Overlay => CONTAINER_LISTS.len() * own + volumes,
                        PodPartKind::Container(_) => own,
                    };
                for (inner, target) in described {
                    let object = merged(with_image(kind), below(pods.path.steps(), below(part.path.steps(), inner)));
                    for group in &kind.groups {
                        follows(object.clone(), group, &kind.kind, target, kind.cluster_scoped, None);
                        seen += 1;
                    }
                }
            }
        }
    }
    assert_eq!(seen, expected);
    assert!(seen > 1000, "{seen}");
}

#[test]
fn references_of_workload_kinds_follow_a_rename() {
    for kind in workloads::all() {
        for pods in &kind.sites {
            for place in &pods.references {
                let object = merged(with_image(kind), below(pods.path.steps(), named(place)));
                follows(
                    object,
                    &kind.groups[0],
                    &kind.kind,
                    place.target,
                    kind.cluster_scoped,
                    place.rename_blocked_by,
                );
            }
        }
    }
}

#[test]
fn references_of_referrers_follow_a_rename() {
    for kind in referrers::all() {
        for place in &kind.fields {
            for group in kind.groups {
                follows(named(place), group, kind.kind, place.target, kind.cluster_scoped, None);
            }
        }
    }
}

#[test]
fn kinds_are_stamped_in_their_templates_or_skipped_with_their_reason() {
    for kind in workloads::all() {
        for pods in &kind.sites {
            let Some(inner) = consumer(pods) else { continue };
            let object = object(merged(with_image(kind), below(pods.path.steps(), inner)), kind);
            is_treated(kind, pods, &object, &kind.effect);
        }
    }
}

#[test]
fn exceptions_change_the_effect() {
    for kind in workloads::all() {
        for (condition, effect) in &kind.exceptions {
            for pods in &kind.sites {
                let Some(inner) = consumer(pods) else { continue };
                let plain = merged(with_image(kind), below(pods.path.steps(), inner));
                let exceptional = match condition {
                    Condition::NotSetIn(_, version) => merged(object(plain, kind), json!({"apiVersion": version})),
                    other => merged(object(plain, kind), meets(other)),
                };
                is_treated(kind, pods, &exceptional, effect);
            }
        }
    }
}

#[test]
fn replaced_objects_are_stamped_though_immutable() {
    let annotations = |annotations: Value| json!({"metadata": {"annotations": annotations}});
    let marks = [
        annotations(json!({"helm.sh/hook": "pre-install", "helm.sh/hook-delete-policy": "before-hook-creation"})),
        annotations(json!({"argocd.argoproj.io/hook": "Sync"})),
        annotations(json!({"argocd.argoproj.io/sync-options": "Replace=true, Force=true"})),
        annotations(json!({"kustomize.toolkit.fluxcd.io/force": "enabled"})),
        annotations(json!({"kapp.k14s.io/update-strategy": "fallback-on-replace"})),
        annotations(json!({"kapp.k14s.io/update-strategy": "always-replace"})),
    ];
    let mut seen = 0;
    for kind in workloads::all().filter(|kind| matches!(kind.effect, Effect::Refused(_))) {
        let pods = &kind.sites[0];
        let object = object(merged(with_image(kind), below(pods.path.steps(), consumer(pods).unwrap())), kind);
        for mark in &marks {
            is_treated(kind, pods, &merged(object.clone(), mark.clone()), &Effect::NextRun);
        }
        let mut nameless = object;
        nameless["metadata"] = json!({"generateName": "referrer-", "namespace": "prod"});
        is_treated(kind, pods, &nameless, &Effect::NextRun);
        seen += 1;
    }
    assert!(seen > 8, "{seen}");
}

/// Stamps an object beside its config and asserts that the effect is what becomes of it.
fn is_treated(kind: &WorkloadKind, pods: &PodTemplateSite, object: &Value, effect: &Effect) {
    let sources = vec![object.clone(), config(ConfigKind::ConfigMap, "prod"), config(ConfigKind::Secret, "prod")];
    let bundle = read(&sources);
    let graph = link(&bundle, &LinkOptions::default());
    let plan = plan(&graph, &Strategy::Stamp(Stamp::default()));
    let what = format!("{}: {object}", kind.kind);
    let said: Vec<String> = plan.diagnostics.iter().map(|diagnostic| diagnostic.sentence()).collect();
    if let (Some(reason), false) = (effect.reason_not_to_stamp(), matches!(effect, Effect::NothingToRoll(_))) {
        assert_eq!(plan.skipped.iter().map(|skipped| &*skipped.reason).collect::<Vec<_>>(), [reason], "{what}");
        assert!(said.iter().any(|said| said.contains(reason)), "{said:?} {what}");
    }
    let Some(annotations) = pods.annotations.as_ref().filter(|_| effect.reason_not_to_stamp().is_none()) else {
        assert!(plan.is_empty(), "{what}");
        return;
    };
    let [change] = &plan.stamps[..] else { panic!("{} changes: {what}", plan.stamps.len()) };
    let warned = said.iter().any(|said| effect.reason().is_some_and(|reason| said.contains(reason)));
    assert_eq!(warned, effect.reason().is_some(), "{said:?} {what}");
    let stamp = json!({ANNOTATION: change.new.clone().unwrap()});
    let stamp = annotations.keys().into_iter().rev().fold(stamp, |value, key| json!({key: value}));
    assert_eq!(after(&bundle, &plan, 0), merged(object.clone(), below(pods.path.steps(), stamp)), "{what}");
}

/// What makes pods consume a config, at the place that describes them; none where nothing can.
fn consumer(pods: &PodTemplateSite) -> Option<Value> {
    let reads = json!({"name": "c", "image": "i", "envFrom": [{"configMapRef": {"name": NAME}}]});
    if let Some(part) = pods.parts.iter().find(|part| part.kind == PodPartKind::Spec) {
        return Some(below(part.path.steps(), json!({"containers": [reads]})));
    }
    if let Some(part) = pods.parts.iter().find(|part| matches!(part.kind, PodPartKind::Container(_))) {
        return Some(below(part.path.steps(), json!({"envFrom": reads["envFrom"]})));
    }
    if let Some(part) = pods.parts.first() {
        return Some(below(part.path.steps(), json!({"containers": [reads]})));
    }
    pods.references.iter().find(|place| place.delivery != Delivery::None).map(named)
}

/// An object that a condition is true of.
fn meets(condition: &Condition) -> Value {
    match condition {
        Condition::True(path) => below(path.steps(), json!(true)),
        Condition::Is(path, text) => below(path.steps(), json!(text)),
        Condition::AboveZero(path) => below(path.steps(), json!(1)),
        Condition::Set(path) => below(path.steps(), json!({})),
        Condition::NoItem(list, field, _) => below(list.steps(), json!([{*field: "other"}])),
        Condition::ReadsStamp(containers) => {
            let path = format!("metadata.annotations['{ANNOTATION}']");
            below(containers.steps(), json!({"env": [{"name": "S", "valueFrom": {"fieldRef": {"fieldPath": path}}}]}))
        }
        Condition::NotSet(_) | Condition::NotSetIn(..) => json!({}),
        Condition::OtherItem(..) | Condition::All(_) => {
            panic!("only the keys of producers have the condition `{condition}`")
        }
    }
}

/// A pod spec for each row of each table, with what it refers to.
fn pod_specs() -> Vec<(Value, ConfigKind)> {
    let mut specs = Vec::new();
    let other = json!({"name": "other", "image": "i"});
    for (list, _) in CONTAINER_LISTS {
        for (fields, target) in containers() {
            let own = merged(json!({"name": "own", "image": "i"}), fields);
            specs.push((merged(json!({"containers": [other]}), json!({list: [own]})), target));
        }
    }
    let volumes = VOLUME.iter().chain(VOLUME_NAMES).map(|row| (row.target, "volumes", refer(row)));
    let projected =
        PROJECTED.iter().map(|row| (row.target, "volumes", json!({"projected": {"sources": [refer(row)]}})));
    let pull = PULL_SECRET.iter().map(|row| (row.target, "imagePullSecrets", refer(row)));
    let fetched = FETCHED.iter().map(|row| (row.reference.target, "volumes", fetched_volume(row)));
    for (target, field, entry) in volumes.chain(projected).chain(fetched).chain(pull) {
        specs.push((json!({"containers": [other], field: [entry]}), target));
    }
    specs
}

/// Fields of a container for each row of its tables, with what it refers to.
fn containers() -> Vec<(Value, ConfigKind)> {
    let env = ENV.iter().map(|row| {
        let mut entry = merged(json!({"name": "V"}), refer(row));
        row.path.keys().into_iter().fold(&mut entry, |value, key| &mut value[key])["key"] = json!("K");
        (json!({"env": [entry]}), row.target)
    });
    env.chain(ENV_FROM.iter().map(|row| (json!({"envFrom": [refer(row)]}), row.target))).collect()
}

/// An entry of the list that a table is for.
fn refer(row: &PodReference) -> Value {
    row.path.keys().into_iter().rev().fold(json!({row.name: NAME}), |value, key| json!({key: value}))
}

/// An entry of `volumes` for a row of its table.
fn fetched_volume(row: &FetchedVolume) -> Value {
    merged(refer(&row.reference), json!({"name": "v", "csi": {"driver": row.driver}}))
}

/// An object of a kind so far as it must have a container with an image.
fn with_image(kind: &WorkloadKind) -> Value {
    for site in &kind.sites {
        if let Some(part) = site.parts.iter().find(|part| part.kind == PodPartKind::Spec) {
            let spec = json!({"containers": [{"name": "other", "image": "i"}]});
            return below(site.path.steps(), below(part.path.steps(), spec));
        }
    }
    json!({})
}

fn below(steps: &[PathStep], inner: Value) -> Value {
    steps.iter().rev().fold(inner, |value, step| match step {
        PathStep::Key(key) => json!({&**key: value}),
        PathStep::KeyLike(start, end) => json!({format!("{start}x{end}"): value}),
        PathStep::Item => json!([value]),
    })
}

/// Both, where the second wins; the first items of lists are one.
fn merged(first: Value, second: Value) -> Value {
    match (first, second) {
        (Value::Object(mut first), Value::Object(second)) => {
            for (key, value) in second {
                let before = first.get(&key).cloned().unwrap_or(Value::Null);
                first.insert(key, merged(before, value));
            }
            Value::Object(first)
        }
        (Value::Array(first), Value::Array(second)) if first.len() == 1 && second.len() == 1 => {
            json!([merged(first[0].clone(), second[0].clone())])
        }
        (_, second) => second,
    }
}

/// An object, or what describes pods, that names the config at a place.
fn named(place: &ReferenceField) -> Value {
    let (last, before) = place.path.steps().split_last().unwrap();
    let mut end = below(std::slice::from_ref(last), json!(NAME));
    if let Some(key) = &place.key {
        end[&**key] = json!("K");
    }
    if matches!(place.filter, ReferenceFilter::OfKind | ReferenceFilter::OfKindOrNone) {
        end["kind"] = json!(place.target.as_str());
    }
    let mut object = below(before, end);
    if place.filter == ReferenceFilter::RuleForTarget {
        let (group, resource) = match place.target {
            ConfigKind::ConfigMap => ("", "configmaps"),
            ConfigKind::Secret => ("", "secrets"),
            ConfigKind::SecretProviderClass => ("secrets-store.csi.x-k8s.io", "secretproviderclasses"),
            ConfigKind::CsiSecrets => ("secrets.hashicorp.com", "csisecrets"),
        };
        let rule = json!({"apiGroups": [group], "resources": [resource], "resourceNames": [NAME]});
        // The same name in a rule about something else.
        object["rules"] = json!([rule, {"apiGroups": [""], "resources": ["services"], "resourceNames": ["another"]}]);
    }
    object
}

fn version(group: &str) -> String {
    if group.is_empty() { "v1".to_string() } else { format!("{group}/v1") }
}

fn object(fields: Value, kind: &WorkloadKind) -> Value {
    let head = json!({"apiVersion": version(&kind.groups[0]), "kind": kind.kind, "metadata": {"name": "referrer"}});
    let head = if kind.cluster_scoped { head } else { merged(head, json!({"metadata": {"namespace": "prod"}})) };
    merged(head, fields)
}

fn config(kind: ConfigKind, namespace: &str) -> Value {
    let (version, field) = match kind {
        ConfigKind::ConfigMap => ("v1", "data"),
        ConfigKind::Secret => ("v1", "stringData"),
        ConfigKind::SecretProviderClass => ("secrets-store.csi.x-k8s.io/v1", "spec"),
        ConfigKind::CsiSecrets => ("secrets.hashicorp.com/v1beta1", "spec"),
    };
    let metadata = json!({"name": NAME, "namespace": namespace});
    json!({"apiVersion": version, "kind": kind.as_str(), "metadata": metadata, field: {"K": "v"}})
}

fn read(sources: &[Value]) -> Bundle {
    let text = |(number, value): (usize, &Value)| Source::new(format!("{number}.json"), value.to_string());
    let options = ParseOptions::default().keep_all(true);
    parse(sources.iter().enumerate().map(text).collect(), &options)
}

fn after(bundle: &Bundle, plan: &Plan, index: usize) -> Value {
    let after = apply(bundle, plan).unwrap_or_else(|wrong| panic!("{}", wrong[0].line(&bundle.sources)));
    serde_json::from_str(after[index].text()).unwrap()
}

/// Renames beside an object of each kind of one name, and asserts that nothing but the reference and the name of
/// its target changes; or nothing at all, where the name is needed as it is.
fn follows(fields: Value, group: &str, kind: &str, target: ConfigKind, cluster: bool, fixed: Option<&str>) {
    let mut object = merged(json!({"metadata": {"name": "referrer"}}), fields);
    object["apiVersion"] = json!(version(group));
    object["kind"] = json!(kind);
    if !cluster {
        object["metadata"]["namespace"] = json!("prod");
    }
    let mut sources = vec![object];
    sources.extend(TARGETS.map(|kind| config(kind, "prod")));
    if sources[0]["rules"].is_array() {
        sources.push(user(target));
    }
    let bundle = read(&sources);
    let graph = link(&bundle, &LinkOptions::default());
    let plan = plan(&graph, &Strategy::Rename(Rename::default()));
    let what = format!("{group}/{kind}: {}", sources[0]);
    if target == ConfigKind::CsiSecrets {
        let resolved = graph.links.iter().any(|link| link.target.kind == target && !link.generated.is_empty());
        assert!(resolved && plan.is_empty(), "{what}");
        return;
    }
    if let Some(reason) = fixed {
        assert!(plan.is_empty(), "{what}");
        assert!(plan.kept.iter().any(|kept| kept.reason.contains(reason)), "{what}");
        return;
    }
    let [renamed] = &plan.renames[..] else { panic!("{} renames: {what}", plan.renames.len()) };
    assert_eq!(bundle.objects[renamed.object].kind, target.as_str(), "{what}");
    let expected = sources[0].to_string().replace(&format!("\"{NAME}\""), &format!("\"{}\"", renamed.new));
    assert_eq!(after(&bundle, &plan, 0).to_string(), expected, "{what}");
    for (index, kind) in (1..).zip(TARGETS).filter(|(_, kind)| *kind != target) {
        assert_eq!(after(&bundle, &plan, index), sources[index], "the {kind}: {what}");
    }
}

/// A pod that uses the config: access alone is no use.
fn user(target: ConfigKind) -> Value {
    let volume = match target {
        ConfigKind::ConfigMap => json!({"name": "v", "configMap": {"name": NAME}}),
        ConfigKind::Secret => json!({"name": "v", "secret": {"secretName": NAME}}),
        fetched => fetched_volume(FETCHED.iter().find(|row| row.reference.target == fetched).unwrap()),
    };
    let spec = json!({"containers": [{"name": "c", "image": "i"}], "volumes": [volume]});
    json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "user", "namespace": "prod"}, "spec": spec})
}
