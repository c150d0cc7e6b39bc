//! `impact --apps`: what a change of a repository does, cluster by cluster.

use std::collections::BTreeMap;

use crate::impact_base::{commit, git, has_git};
use crate::support::apps::{kustomization, sync};
use crate::support::shell::Dir;

fn config(name: &str, value: &str) -> String {
    format!("apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: {name}, namespace: shop}}\ndata: {{LEVEL: {value}}}\n")
}

fn workload(name: &str, config: &str) -> String {
    format!(
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: {name}, namespace: shop}}\nspec:\n  template:\n    \
         spec:\n      containers:\n      - {{name: app, image: app, envFrom: [{{configMapRef: {{name: {config}}}}}]}}\n"
    )
}

/// Two clusters that share the base of an application, and one application on each that only uses its config.
fn fleet() -> Option<Dir> {
    if !has_git() {
        println!("skipped: git is not installed");
        return None;
    }
    let dir = Dir::in_memory();
    for cluster in ["eu", "us"] {
        dir.put(&format!("clusters/{cluster}/sync.yaml"), sync(&format!("clusters/{cluster}")));
        dir.put(&format!("clusters/{cluster}/web.yaml"), kustomization("web", "apps/web"));
        dir.put(&format!("clusters/{cluster}/job.yaml"), kustomization("job", &format!("apps/job-{cluster}")));
        dir.put(&format!("apps/job-{cluster}/app.yaml"), workload("job", "env"));
    }
    dir.put("apps/web/app.yaml", workload("web", "env"));
    dir.put("apps/web/env.yaml", config("env", "info"));
    dir.put("clusters/eu/edge.yaml", kustomization("edge", "apps/edge"));
    dir.put("apps/edge/kustomization.yaml", "resources: [app.yaml, 'https://example.com/a.yaml', gone.yaml]\n");
    dir.put("apps/edge/app.yaml", workload("edge", "other"));
    git(&dir, &["init", "--quiet", "--initial-branch=main", "."]);
    commit(&dir, "one");
    Some(dir)
}

#[test]
fn a_changed_config_reaches_the_applications_that_use_it_on_each_cluster() {
    let Some(dir) = fleet() else { return };
    dir.put("apps/web/env.yaml", config("env", "debug"));
    commit(&dir, "two");
    let ran = dir.run("impact --apps --base HEAD~1");
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    insta::assert_snapshot!("impact-apps-text", ran.stdout);
    ran.says("rollstamp: 4 stay stale, 0 unaffected\n");
    ran.says("rollstamp: 7 applications: 2 touched, 4 rendered, 3 not touched; 2 clusters\n");
    let markdown = dir.run("impact --apps --base HEAD~1 --format markdown -q").stdout;
    insta::assert_snapshot!("impact-apps-markdown", markdown);
    assert_eq!(dir.run("impact --apps --base HEAD~1 --fail-on stale -q").status, 1);
    assert_eq!(dir.run("impact --apps --base HEAD~1 --fail-on unknown -q").status, 0);
}

#[test]
fn what_rolls_is_listed_in_the_order_in_which_flux_applies_it() {
    let Some(dir) = fleet() else { return };
    let waits = kustomization("ahead", "apps/ahead").replace("spec: {", "spec: {dependsOn: [{name: web}], ");
    dir.put("clusters/eu/ahead.yaml", waits);
    dir.put("apps/ahead/app.yaml", workload("ahead", "own"));
    commit(&dir, "two");
    let json = dir.run("apps --format json").stdout;
    assert!(json.contains(r#""flux-system/web""#), "{json}");
    for name in ["web", "ahead"] {
        let path = format!("apps/{name}/app.yaml");
        dir.put(&path, dir.get(&path).replace("image: app", "image: app:2"));
    }
    commit(&dir, "three");
    let ran = dir.run("impact --apps --base HEAD~1");
    let rows: Vec<&str> = ran.stdout.lines().filter(|line| line.starts_with("rolls")).collect();
    let position = |name: &str| rows.iter().position(|row| row.contains(name)).expect("a row");
    assert!(position("Deployment/web") < position("Deployment/ahead"), "{}", ran.stdout);
}

#[test]
fn what_cannot_be_rendered_is_unknown_with_its_reason() {
    let Some(dir) = fleet() else { return };
    dir.put("apps/edge/app.yaml", workload("edge", "another"));
    commit(&dir, "two");
    let ran = dir.run("impact --apps --base HEAD~1");
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    insta::assert_snapshot!("impact-apps-unknown", ran.stdout);
    ran.says("rollstamp: 1 application is unknown, 0 unaffected\n");
    ran.says("7 applications: 1 touched, 0 rendered, 1 unknown (1 with changed inputs), 6 not touched; 2 clusters");
    assert_eq!(dir.run("impact --apps --base HEAD~1 --fail-on unknown -q").status, 1);
    let json = dir.run("impact --apps --base HEAD~1 --format json -q").stdout;
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["summary"]["unknownApplications"], 1);
    let edge = json["applications"].as_array().unwrap().iter().find(|one| one["name"] == "edge").unwrap();
    assert_eq!((edge["status"].as_str(), edge["touched"].as_bool()), (Some("unknown"), Some(true)));
    assert_eq!(edge["changedInputs"], serde_json::json!(["apps/edge/app.yaml"]));
    assert_eq!(edge["reason"]["code"], "file-missing");
}

#[test]
fn a_base_is_the_commit_from_which_it_and_head_started() {
    let Some(dir) = fleet() else { return };
    git(&dir, &["checkout", "--quiet", "-b", "topic"]);
    git(&dir, &["checkout", "--quiet", "main"]);
    dir.put("apps/web/env.yaml", config("env", "warn"));
    commit(&dir, "main goes on");
    git(&dir, &["checkout", "--quiet", "topic"]);
    dir.put("clusters/us/late.yaml", kustomization("late", "apps/late"));
    dir.put("apps/late/app.yaml", workload("late", "env"));
    let ran = dir.run("impact --apps --base main");
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    ran.says("rollstamp: 1 is new");
    let literal = dir.run("impact --apps --base git:main");
    literal.says("4 stay stale, 1 is new");
    dir.run("impact --apps --base nowhere").fails("cannot read the base nowhere");
    let part = dir.run("impact --apps --base git:main clusters/us");
    part.says("2 stay stale, 1 is new");
    part.says("1 cluster");
}

#[test]
fn messages_are_about_what_the_change_touches() {
    let Some(dir) = fleet() else { return };
    dir.put("apps/job-eu/app.yaml", workload("job", "env") + "---\n" + &workload("lost", "nowhere"));
    dir.put("apps/web/app.yaml", workload("web", "env") + "---\n" + &workload("away", "elsewhere"));
    commit(&dir, "two");
    dir.put("apps/web/env.yaml", config("env", "debug"));
    let ran = dir.run("impact --apps --base HEAD --strict");
    assert_eq!(ran.status, 1, "{}", ran.stderr);
    ran.says("ConfigMap/elsewhere is not in the input");
    assert!(!ran.stderr.contains("nowhere"), "{}", ran.stderr);
}

#[test]
fn other_inputs_contradict_applications() {
    let dir = Dir::in_memory();
    for args in [
        "links --apps --scope dir",
        "links --apps --context .",
        "impact --apps --base-command true",
        "links --jobs 2 .",
        "impact --all --base HEAD .",
    ] {
        assert_eq!(dir.run(args).status, 2, "{args}");
    }
    dir.run("links --apps a b").fails("--apps takes at most one PATH");
    dir.run("links --apps -").fails("--apps reads a repository, not standard input");
    dir.run("links --apps").fails("no application in .");
    dir.run("links").fails("required");
}

/// A generator of numbers, the same in each run.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit
    }
}

/// Changes one file of a made repository.
fn change(files: &mut BTreeMap<String, String>, numbers: &mut Numbers) {
    let cluster = ["eu", "us"][numbers.below(2) as usize];
    let app = ["a", "b", "c"][numbers.below(3) as usize];
    let name = ["env", "flags", "web-env"][numbers.below(3) as usize];
    let entry = format!("clusters/{cluster}/{app}.yaml");
    match numbers.below(8) {
        0 => drop(files.remove(&format!("apps/{app}/{name}.yaml"))),
        1 | 2 => drop(files.insert(format!("apps/{app}/web-{app}.yaml"), workload(&format!("web-{app}"), name))),
        3 => drop(files.remove(&format!("apps/{app}/web-{app}.yaml"))),
        4 if files.contains_key(&entry) => drop(files.remove(&entry)),
        5 => {
            let text = kustomization(app, &format!("apps/{app}")).replace("spec: {", "spec: {suspend: true, ");
            files.insert(entry, text);
        }
        4 | 6 => drop(files.insert(entry, kustomization(app, &format!("apps/{app}")))),
        _ => {
            let value = format!("v{}", numbers.below(3));
            files.insert(format!("apps/{app}/{name}.yaml"), config(name, &value));
        }
    }
}

#[test]
fn rendering_what_is_touched_says_the_same_as_rendering_all() {
    if !has_git() {
        println!("skipped: git is not installed");
        return;
    }
    let (dir, mut numbers, mut files) = (Dir::in_memory(), Numbers(17), BTreeMap::new());
    git(&dir, &["init", "--quiet", "--initial-branch=main", "."]);
    for cluster in ["eu", "us"] {
        files.insert(format!("clusters/{cluster}/sync.yaml"), sync(&format!("clusters/{cluster}")));
    }
    for _ in 0..30 {
        change(&mut files, &mut numbers);
    }
    let mut before: BTreeMap<String, String> = BTreeMap::new();
    let mut has_effect = 0;
    for round in 0..12 {
        for path in before.keys().filter(|path| !files.contains_key(*path)) {
            std::fs::remove_file(dir.path(path)).unwrap();
        }
        for (path, text) in &files {
            dir.put(path, text);
        }
        commit(&dir, "next");
        before.clone_from(&files);
        if round > 0 {
            let touched = dir.run("impact --apps --base HEAD~1 --format json -q");
            let all = dir.run("impact --apps --base HEAD~1 --all --format json -q");
            assert_eq!((touched.status, all.status), (0, 0), "{}{}", touched.stderr, all.stderr);
            let [touched, all]: [serde_json::Value; 2] =
                [touched, all].map(|ran| serde_json::from_str(&ran.stdout).unwrap());
            assert_eq!(touched["workloads"], all["workloads"], "round {round}");
            assert_eq!(touched["configs"], all["configs"], "round {round}");
            has_effect += usize::from(touched["workloads"].as_array().is_some_and(|found| !found.is_empty()));
        }
        for _ in 0..=numbers.below(3) {
            change(&mut files, &mut numbers);
        }
    }
    assert!(has_effect > 3, "{has_effect}");
}

#[test]
fn places_are_those_of_the_repository_and_not_of_a_rendering() {
    let Some(kustomize) = crate::support::peers::installed("kubectl") else {
        println!("skipped: kubectl is not installed");
        return;
    };
    if !has_git() {
        println!("skipped: git is not installed");
        return;
    }
    let kustomization = "namePrefix: shop-\nresources: [web.yaml, env.yaml]\nconfigMapGenerator:\n- name: files\n  \
                         files: [app.conf]\n  literals: [MODE=fast]\n";
    let dir = Dir::with(&[("app/kustomization.yaml", kustomization), ("app/app.conf", "a\n")]);
    dir.put("app/env.yaml", config("env", "info"));
    dir.put("app/web.yaml", workload("web", "env"));
    git(&dir, &["init", "--quiet", "--initial-branch=main", "."]);
    commit(&dir, "one");
    dir.put("app/app.conf", "b\n");
    dir.put("app/env.yaml", config("env", "debug"));
    dir.put("app/kustomization.yaml", kustomization.replace("fast", "slow"));
    let args = ["impact", "--apps", "--base", "HEAD", "--format", "json", "-q"];
    let ran = crate::support::shell::Ran::of(dir.command(&args).env("ROLLSTAMP_KUSTOMIZE", kustomize));
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    let json: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    let mut places = BTreeMap::new();
    for config in json["configs"].as_array().unwrap() {
        for key in config["keys"].as_array().unwrap() {
            let place = |side: &str| format!("{}:{}", key[side]["file"].as_str().unwrap_or("-"), key[side]["line"]);
            places.insert(key["key"].as_str().unwrap().to_owned(), (place("base"), place("head")));
        }
    }
    let expected = [
        ("LEVEL", ("HEAD:app/env.yaml:4", "app/env.yaml:4")),
        ("MODE", ("HEAD:app/kustomization.yaml:6", "app/kustomization.yaml:6")),
        ("app.conf", ("HEAD:app/app.conf:1", "app/app.conf:1")),
    ];
    let expected = expected.map(|(key, (base, head))| (key.to_owned(), (base.to_owned(), head.to_owned())));
    assert_eq!(places, BTreeMap::from(expected));
    assert_eq!(json["workloads"][0]["head"]["file"], "app/web.yaml");
}
