//! Configs with many keys and many users: what is looked up, remembered or shared for them gives the same as for few.

use rollstamp::report::template_listings;
use rollstamp::{LinkOptions, ParseOptions, RollOn, Source, Stamp, Strategy, link, parse, plan};
use sha2::{Digest, Sha256};

/// A ConfigMap with keys `k0`, `k1` and so on.
fn config_map(name: &str, keys: usize) -> String {
    let data: String = (0..keys).map(|key| format!("  k{key}: value {key} of {name}\n")).collect();
    format!("---\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {name}\ndata:\n{data}")
}

/// A Deployment with one container.
fn deployment(name: &str, container: &str) -> String {
    format!(
        "---\napiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: {name}\nspec:\n  template:\n    spec:\n      \
         volumes: [{{name: v, configMap: {{name: large}}}}]\n      containers:\n      - {{name: a, image: a, {container}}}\n"
    )
}

#[test]
fn equal_listings_have_one_digest_and_others_their_own() {
    let keys: Vec<String> = (0..100).map(|key| format!("k{key}")).collect();
    let env = |keys: &[String]| {
        let entry =
            |key: &String| format!("{{name: V{key}, valueFrom: {{configMapKeyRef: {{name: large, key: {key}}}}}}}");
        format!("env: [{}]", keys.iter().map(entry).collect::<Vec<_>>().join(", "))
    };
    let all = "envFrom: [{configMapRef: {name: large}}]";
    let both = "envFrom: [{configMapRef: {name: large}}, {configMapRef: {name: other}}]";
    let mounted = "volumeMounts: [{name: v, mountPath: /etc/v}]";
    let workloads = [
        ("all", all.to_string()),
        ("again", all.to_string()),
        ("mounted", mounted.to_string()),
        ("by-key", env(&keys)),
        ("all-but-one", env(&keys[1..])),
        ("both", both.to_string()),
        ("both-otherwise", format!("{mounted}, envFrom: [{{configMapRef: {{name: other}}}}]")),
    ];
    let mut text = config_map("large", 100) + &config_map("other", 100);
    for (name, container) in &workloads {
        text.push_str(&deployment(name, container));
    }
    let bundle = parse(vec![Source::new("x.yaml", text)], &ParseOptions::default());
    let graph = link(&bundle, &LinkOptions::default());
    let plan = plan(&graph, &Strategy::Stamp(Stamp::default()));
    let digests: Vec<&str> = plan.stamps.iter().filter_map(|change| change.new.as_deref()).collect();
    assert_eq!(digests.len(), workloads.len());
    for (workload, digest) in graph.workloads.iter().zip(&digests) {
        let (_, listing) = template_listings(&graph, workload, RollOn::Any).remove(0);
        assert_eq!(hex::encode(Sha256::digest(listing)), *digest, "{}", graph.object(workload).label());
    }
    let [all, again, mounted, by_key, all_but_one, both, both_otherwise] = digests[..] else { panic!() };
    assert_eq!([again, mounted, by_key], [all; 3]);
    assert_eq!(both, both_otherwise);
    assert!(all_but_one != all && both != all);
}

#[test]
fn a_message_about_a_missing_key_lists_a_hundred_keys_at_most() {
    let entry = |key: &str| format!("{{name: V{key}, valueFrom: {{configMapKeyRef: {{name: large, key: {key}}}}}}}");
    for (keys, more) in [(100, None), (101, Some(" and 1 more"))] {
        let missing = deployment("web", &format!("env: [{}, {}]", entry("a"), entry("b")));
        let bundle = parse(vec![Source::new("x.yaml", config_map("large", keys) + &missing)], &ParseOptions::default());
        let graph = link(&bundle, &LinkOptions::default());
        let sentences: Vec<String> = graph.diagnostics.iter().map(|diagnostic| diagnostic.sentence()).collect();
        assert_eq!(sentences.len(), 2, "{sentences:?}");
        for sentence in sentences {
            assert_eq!(sentence.matches(", k").count(), 99, "{sentence}");
            assert!(sentence.contains(" and ") == more.is_some() && sentence.ends_with(more.unwrap_or_default()));
        }
    }
}

#[test]
fn mounts_find_their_volumes_among_many() {
    // Every second volume is mounted, and a volume of two sources by one path of each.
    let mut text = config_map("large", 1);
    let mut volumes = "{name: two, projected: {sources: [{configMap: {name: p0, items: [{key: k0, path: a/x}]}}, \
                       {configMap: {name: p1, items: [{key: k0, path: b}, {key: k1, path: a/y/z}]}}]}}"
        .to_string();
    let mut mounts = "{name: two, subPath: a/y, mountPath: /y}, {name: two, subPath: b, mountPath: /b}".to_string();
    for number in 0..50 {
        text += &config_map(&format!("c{number}"), 1);
        volumes += &format!(", {{name: v{number}, configMap: {{name: c{number}}}}}");
        if number % 2 == 0 {
            mounts = format!("{{name: v{number}, mountPath: /v{number}}}, {mounts}");
        }
    }
    text += &(config_map("p0", 2) + &config_map("p1", 2));
    text += &format!(
        "---\napiVersion: v1\nkind: Pod\nmetadata: {{name: web}}\nspec: {{volumes: [{volumes}], containers: [{{name: a, \
         image: a, volumeMounts: [{mounts}]}}]}}\n"
    );
    let bundle = parse(vec![Source::new("x.yaml", text)], &ParseOptions::default());
    let graph = link(&bundle, &LinkOptions::default());
    let mut read = Vec::new();
    for link in graph.links.iter().filter(|link| link.container.is_some()) {
        let keys: Vec<&str> = graph.consumed(link).into_iter().map(|(key, _)| key).collect();
        read.push(format!("{} {}", link.target.name.name, keys.join(",")));
    }
    let mut expected = vec!["p0 ".to_string(), "p1 k0,k1".to_string()];
    expected.extend((0..25).map(|number| format!("c{} k0", 2 * number)));
    assert_eq!(read, expected);
}
