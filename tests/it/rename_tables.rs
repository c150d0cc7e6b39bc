//! Every row of the reference tables, made into a manifest by the table itself: the reference follows its config.

use rollstamp::kinds::ConfigKind;
use rollstamp::kinds::names::{NAMING_KINDS, NamePlace, Only};
use rollstamp::kinds::references::{
    CONTAINER_LISTS, ENV, ENV_FROM, PROJECTED, PULL_SECRET, Reference, VOLUME, VOLUME_NAMES,
};
use rollstamp::kinds::steps::Step;
use rollstamp::kinds::workloads::WORKLOADS;
use rollstamp::{LinkOptions, ParseOptions, Rename, Source, Strategy, apply, link, parse, plan};
use serde_json::{Value, json};

const NAME: &str = "the-config";

#[test]
fn every_reference_of_a_pod_spec_follows_its_config() {
    let mut seen = 0;
    for kind in &WORKLOADS {
        for (spec, target) in pod_specs() {
            for group in kind.groups {
                let object = below(&[kind.template, &["spec"]].concat(), spec.clone());
                follows(object, group, kind.kind, target, Some("prod"), "prod");
                seen += 1;
            }
        }
    }
    // The rows of the tables, each once for each list and kind that it stands in.
    let specs = CONTAINER_LISTS.len() * (ENV.len() + ENV_FROM.len()) + VOLUME.len() + PROJECTED.len();
    let groups: usize = WORKLOADS.iter().map(|kind| kind.groups.len()).sum();
    assert_eq!(seen, groups * (specs + VOLUME_NAMES.len() + PULL_SECRET.len()));
}

#[test]
fn every_name_in_another_object_follows_its_config() {
    for kind in &NAMING_KINDS {
        for place in kind.places {
            for group in kind.groups {
                let object = named(place.path, place);
                let own = (!kind.cluster_scoped).then_some("prod");
                follows(object.clone(), group, kind.kind, place.target, own, "prod");
                if own.is_some() {
                    follows(object, group, kind.kind, place.target, None, "");
                }
            }
        }
    }
}

/// A pod spec for each row of each table, with what it refers to.
fn pod_specs() -> Vec<(Value, ConfigKind)> {
    let mut specs = Vec::new();
    let container = |name: &str| json!({"name": name, "image": "i"});
    for (list, _) in CONTAINER_LISTS {
        for (field, rows) in [("env", &ENV), ("envFrom", &ENV_FROM)] {
            for row in rows {
                let mut entry = refer(row);
                if field == "env" {
                    entry["name"] = json!("V");
                    row.path.iter().fold(&mut entry, |value, key| &mut value[key])["key"] = json!("K");
                }
                let mut own = container("own");
                own[field] = json!([entry]);
                let mut spec = json!({"containers": [container("other")]});
                spec[list] = json!([own]);
                if list != "containers" {
                    spec["containers"] = json!([container("other")]);
                }
                specs.push((spec, row.target));
            }
        }
    }
    let volumes = VOLUME.iter().chain(&VOLUME_NAMES).map(|row| (row.target, "volumes", refer(row)));
    let projected =
        PROJECTED.iter().map(|row| (row.target, "volumes", json!({"projected": {"sources": [refer(row)]}})));
    let pull = PULL_SECRET.iter().map(|row| (row.target, "imagePullSecrets", refer(row)));
    for (target, field, entry) in volumes.chain(projected).chain(pull) {
        let mut spec = json!({"containers": [container("other")]});
        spec[field] = json!([entry]);
        specs.push((spec, target));
    }
    specs
}

/// An entry of the list that a table is for.
fn refer(row: &Reference) -> Value {
    below(row.path, json!({row.name: NAME}))
}

fn below(path: &[&str], inner: Value) -> Value {
    path.iter().rev().fold(inner, |value, key| json!({*key: value}))
}

/// An object that names the config at a place.
fn named(path: &[Step], place: &NamePlace) -> Value {
    let Some((step, rest)) = path.split_first() else { return json!(NAME) };
    let mut inner = named(rest, place);
    match step {
        Step::Key(key) => json!({*key: inner}),
        Step::KeyLike(start, end) => json!({format!("{start}x{end}"): inner}),
        Step::Each if place.only == Only::RuleForTarget && inner.is_object() => {
            let resource = if place.target == ConfigKind::Secret { "secrets" } else { "configmaps" };
            inner["apiGroups"] = json!([""]);
            inner["resources"] = json!([resource]);
            // The same name in a rule about something else.
            json!([inner, {"apiGroups": [""], "resources": ["services"], "resourceNames": ["another"]}])
        }
        Step::Each => json!([inner]),
    }
}

/// Renames beside a ConfigMap and a Secret of one name, and asserts that nothing but the reference and the name of
/// its target changes.
fn follows(mut object: Value, group: &str, kind: &str, target: ConfigKind, own: Option<&str>, of_config: &str) {
    object["apiVersion"] = json!(if group.is_empty() { "v1".to_string() } else { format!("{group}/v1") });
    object["kind"] = json!(kind);
    object["metadata"]["name"] = json!("referrer");
    if let Some(namespace) = own {
        object["metadata"]["namespace"] = json!(namespace);
    }
    let metadata = match of_config {
        "" => json!({"name": NAME}),
        namespace => json!({"name": NAME, "namespace": namespace}),
    };
    let config = |kind: ConfigKind| json!({"apiVersion": "v1", "kind": kind.as_str(), "metadata": metadata});
    // Access alone is no use, so a pod uses the config too.
    let volume = match target {
        ConfigKind::ConfigMap => json!({"name": "v", "configMap": {"name": NAME}}),
        ConfigKind::Secret => json!({"name": "v", "secret": {"secretName": NAME}}),
    };
    let spec = json!({"containers": [{"name": "c", "image": "i"}], "volumes": [volume]});
    let mut pod = json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "user"}, "spec": spec});
    pod["metadata"]["namespace"] = metadata["namespace"].clone();
    let grants = object["rules"].is_array();
    let mut sources = vec![object.clone(), config(ConfigKind::ConfigMap), config(ConfigKind::Secret)];
    if grants {
        sources.push(pod);
    }
    let text = |(number, value): (usize, &Value)| Source::new(format!("{number}.json"), value.to_string());
    let bundle = parse(sources.iter().enumerate().map(text).collect(), &ParseOptions::default());
    let graph = link(&bundle, &LinkOptions::default());
    let plan = plan(&graph, &Strategy::Rename(Rename::default()));
    let what = format!("{group}/{kind}: {object}");
    let [renamed] = &plan.renames[..] else { panic!("{} renames: {what}", plan.renames.len()) };
    assert_eq!(bundle.objects[renamed.object].kind, target.as_str(), "{what}");
    let after = apply(&bundle, &plan).unwrap_or_else(|wrong| panic!("{}: {what}", wrong[0].line(&bundle.sources)));
    let read = |index: usize| -> Value { serde_json::from_str(after[index].text()).unwrap() };
    let expected = object.to_string().replace(&format!("\"{NAME}\""), &format!("\"{}\"", renamed.new));
    assert_eq!(read(0).to_string(), expected, "{what}");
    let other = usize::from(target == ConfigKind::ConfigMap) + 1;
    assert_eq!(read(other), sources[other], "the config of the other kind: {what}");
}
