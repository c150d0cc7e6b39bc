//! A repository with a history made at random: what `impact` names is what a real `stamp` or `rename` changes.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use proptest::prelude::*;
use serde_json::Value;

use crate::impact_base::{commit, git, has_git};
use crate::support::shell::Dir;

/// A ConfigMap: its name, the file it stands in, and its keys.
#[derive(Clone, Debug, PartialEq)]
struct Config {
    name: String,
    file: usize,
    comment: usize,
    keys: BTreeMap<usize, usize>,
}

/// A workload, and how it uses which ConfigMap.
#[derive(Clone, Debug, PartialEq)]
struct Workload {
    kind: &'static str,
    image: usize,
    present: bool,
    frozen_only: bool,
    uses: Vec<Use>,
}

#[derive(Clone, Debug, PartialEq)]
struct Use {
    config: usize,
    how: How,
    optional: bool,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum How {
    Key(usize),
    All,
    Volume,
    Items(usize),
    SubPath(usize),
}

/// What somebody does between two commits.
#[derive(Clone, Debug)]
enum Edit {
    Value { config: usize, key: usize, value: usize },
    NoKey { config: usize, key: usize },
    Comment { config: usize },
    Move { config: usize, file: usize },
    Rename { config: usize },
    Image { workload: usize },
    Optional { workload: usize },
    Presence { workload: usize },
}

#[derive(Clone, Debug)]
struct Tree {
    configs: Vec<Config>,
    workloads: Vec<Workload>,
}

const CONFIGS: usize = 3;
const KEYS: usize = 3;
const WORKLOADS: usize = 5;

impl Tree {
    fn edited(&self, edits: &[Edit]) -> Tree {
        let mut tree = self.clone();
        for edit in edits {
            match *edit {
                Edit::Value { config, key, value } => {
                    tree.configs[config].keys.insert(key, value);
                }
                Edit::NoKey { config, key } => {
                    tree.configs[config].keys.remove(&key);
                }
                Edit::Comment { config } => tree.configs[config].comment += 1,
                Edit::Move { config, file } => tree.configs[config].file = file,
                Edit::Rename { config } => tree.configs[config].name.push('x'),
                Edit::Image { workload } => tree.workloads[workload].image += 1,
                Edit::Optional { workload } => {
                    for one in &mut tree.workloads[workload].uses {
                        one.optional = !one.optional;
                    }
                }
                Edit::Presence { workload } => tree.workloads[workload].present = !tree.workloads[workload].present,
            }
        }
        tree
    }

    /// The workloads of both trees that somebody gave another template by hand.
    fn other_templates(&self, after: &Tree) -> BTreeSet<String> {
        let template = |tree: &Tree, index: usize| {
            let workload = tree.workloads[index].clone();
            let names: Vec<String> = workload.uses.iter().map(|one| tree.configs[one.config].name.clone()).collect();
            (workload.image, workload.uses, names)
        };
        let other = |index: &usize| template(self, *index) != template(after, *index);
        self.in_both(after).into_iter().filter(other).map(|index| format!("w{index}")).collect()
    }

    fn in_both(&self, after: &Tree) -> Vec<usize> {
        (0..WORKLOADS).filter(|&index| self.workloads[index].present && after.workloads[index].present).collect()
    }

    /// Writes the manifests, with the names and stamps that they have in the directory so far.
    fn write(&self, dir: &Dir, marks: &Marks) {
        let mut files = vec![String::from("# apps\n"); 3];
        for config in &self.configs {
            let mut text = format!("---\n{}apiVersion: v1\nkind: ConfigMap\n", "# comment\n".repeat(config.comment));
            let name = marks.names.get(&config.name).unwrap_or(&config.name);
            writeln!(text, "metadata: {{name: {name}{}}}\ndata:", marks.base_of(&config.name)).unwrap();
            for (key, value) in &config.keys {
                writeln!(text, "  k{key}: v{value}").unwrap();
            }
            text = if config.keys.is_empty() { text.replace("data:\n", "data: {}\n") } else { text };
            files[config.file].push_str(&text);
        }
        for (index, workload) in self.workloads.iter().enumerate().filter(|(_, workload)| workload.present) {
            files[index % 2].push_str(&self.workload(index, workload, marks));
        }
        for (number, text) in files.iter().enumerate() {
            dir.put(&format!("k8s/{number}.yaml"), text);
        }
    }

    fn workload(&self, index: usize, workload: &Workload, marks: &Marks) -> String {
        let mut container = format!("name: app, image: 'app:{}'", workload.image);
        let (mut env, mut env_from, mut mounts, mut volumes) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for (number, Use { config, how, optional }) in workload.uses.iter().enumerate() {
            let base = &self.configs[*config].name;
            let name = marks.names.get(base).unwrap_or(base);
            let volume =
                |items: &str| format!("{{name: v{number}, configMap: {{name: {name}, optional: {optional}{items}}}}}");
            match how {
                How::Key(key) => env.push(format!(
                    "{{name: E{number}, valueFrom: {{configMapKeyRef: {{name: {name}, key: k{key}, optional: {optional}}}}}}}"
                )),
                How::All => env_from.push(format!("{{configMapRef: {{name: {name}, optional: {optional}}}}}")),
                How::Volume | How::Items(_) => {
                    mounts.push(format!("{{name: v{number}, mountPath: /v{number}}}"));
                    volumes.push(match how {
                        How::Items(key) => volume(&format!(", items: [{{key: k{key}, path: file}}]")),
                        _ => volume(""),
                    });
                }
                How::SubPath(key) => {
                    mounts.push(format!("{{name: v{number}, mountPath: /v{number}, subPath: k{key}}}"));
                    volumes.push(volume(""));
                }
            }
        }
        for (field, entries) in [("env", env), ("envFrom", env_from), ("volumeMounts", mounts)] {
            write!(container, ", {field}: [{}]", entries.join(", ")).unwrap();
        }
        let annotations = if workload.frozen_only { ", annotations: {rollstamp.dev/roll-on: frozen}" } else { "" };
        let stamp = marks.stamps.get(&index);
        let stamp = stamp.map_or(String::new(), |stamp| {
            format!("metadata: {{annotations: {{rollstamp.dev/checksum: \"{stamp}\"}}}}, ")
        });
        let template = format!("{{{stamp}spec: {{containers: [{{{container}}}], volumes: [{}]}}}}", volumes.join(", "));
        let (version, spec) = match workload.kind {
            "CronJob" => ("batch/v1", format!("{{jobTemplate: {{spec: {{template: {template}}}}}}}")),
            _ => ("apps/v1", format!("{{template: {template}}}")),
        };
        let kind = workload.kind;
        format!("---\napiVersion: {version}\nkind: {kind}\nmetadata: {{name: w{index}{annotations}}}\nspec: {spec}\n")
    }
}

/// What the last run wrote into the manifests: stamps by workload, and names by base name.
#[derive(Clone, Debug, Default)]
struct Marks {
    stamps: BTreeMap<usize, String>,
    names: BTreeMap<String, String>,
}

impl Marks {
    /// Reads them from the directory.
    fn of(dir: &Dir) -> Marks {
        let mut marks = Marks::default();
        for (_, text) in dir.files("k8s") {
            for document in text.split("---\n") {
                let after = |mark: &str| {
                    document
                        .split_once(mark)
                        .map(|(_, rest)| rest.split(['"', ',', '}', '\n']).next().unwrap().trim().to_owned())
                };
                if let (Some(index), Some(stamp)) = (after("metadata: {name: w"), after("rollstamp.dev/checksum: \"")) {
                    marks.stamps.insert(index.parse().unwrap(), stamp);
                }
                if let (Some(name), Some(base)) = (after("metadata: {name: "), after("rollstamp.dev/base-name: \"")) {
                    marks.names.insert(base, name);
                }
            }
        }
        marks
    }

    fn base_of(&self, base: &str) -> String {
        let mark = |_| format!(", annotations: {{rollstamp.dev/base-name: \"{base}\"}}");
        self.names.get(base).map_or(String::new(), mark)
    }
}

fn uses() -> impl Strategy<Value = Use> {
    let how = prop_oneof![
        (0..KEYS).prop_map(How::Key),
        Just(How::All),
        Just(How::Volume),
        (0..KEYS).prop_map(How::Items),
        (0..KEYS).prop_map(How::SubPath),
    ];
    (0..CONFIGS, how, any::<bool>()).prop_map(|(config, how, optional)| Use { config, how, optional })
}

fn trees() -> impl Strategy<Value = Tree> {
    let keys = proptest::collection::btree_map(0..KEYS, 0..3_usize, 1..=KEYS);
    let config = (0..3_usize, keys).prop_map(|(file, keys)| Config { name: String::new(), file, comment: 0, keys });
    let kind = prop_oneof![Just("Deployment"), Just("StatefulSet"), Just("DaemonSet"), Just("CronJob")];
    let workload = (kind, any::<bool>(), proptest::collection::vec(uses(), 0..3))
        .prop_map(|(kind, frozen_only, uses)| Workload { kind, image: 1, present: true, frozen_only, uses });
    let (configs, workloads) =
        (proptest::collection::vec(config, CONFIGS), proptest::collection::vec(workload, WORKLOADS));
    (configs, workloads).prop_map(|(mut configs, workloads)| {
        for (config, name) in configs.iter_mut().zip(["a", "b", "c"]) {
            config.name = name.to_owned();
        }
        Tree { configs, workloads }
    })
}

fn edits() -> impl Strategy<Value = Vec<Edit>> {
    let edit = prop_oneof![
        4 => (0..CONFIGS, 0..KEYS, 0..4_usize).prop_map(|(config, key, value)| Edit::Value { config, key, value }),
        2 => (0..CONFIGS, 0..KEYS).prop_map(|(config, key)| Edit::NoKey { config, key }),
        2 => (0..CONFIGS).prop_map(|config| Edit::Comment { config }),
        1 => (0..CONFIGS, 0..3_usize).prop_map(|(config, file)| Edit::Move { config, file }),
        1 => (0..CONFIGS).prop_map(|config| Edit::Rename { config }),
        1 => (0..WORKLOADS).prop_map(|workload| Edit::Image { workload }),
        1 => (0..WORKLOADS).prop_map(|workload| Edit::Optional { workload }),
        1 => (0..WORKLOADS).prop_map(|workload| Edit::Presence { workload }),
    ];
    proptest::collection::vec(edit, 0..4)
}

fn json(dir: &Dir, args: &str) -> Value {
    let ran = dir.run(args);
    assert!(ran.status < 2, "{args}: {}", ran.stderr);
    serde_json::from_str(&ran.stdout).unwrap()
}

/// The workloads by what happens to them, those apart that are in one tree only. A next run that reads other files under
/// the same template is `reads`.
fn impacts(dir: &Dir, args: &str) -> BTreeMap<String, String> {
    let report = json(dir, &format!("impact --format json {args} --base HEAD k8s"));
    let one = |entry: &Value| {
        let of = entry["impact"].as_str().unwrap();
        let has_template = !entry["template"].as_array().unwrap().is_empty();
        let of = if of == "nextRun" && !has_template { "reads" } else { of };
        (entry["workload"]["name"].as_str().unwrap().to_owned(), of.to_owned())
    };
    report["workloads"].as_array().unwrap().iter().map(one).filter(|(_, of)| of != "new" && of != "gone").collect()
}

fn of(impacts: &BTreeMap<String, String>, classes: &[&str]) -> BTreeSet<String> {
    impacts.iter().filter(|(_, class)| classes.contains(&class.as_str())).map(|(name, _)| name.clone()).collect()
}

/// The names of the workloads whose stamps a real run would change.
fn stamped_by_a_real_run(dir: &Dir) -> BTreeSet<String> {
    let report = json(dir, "stamp --check --format json k8s");
    let name = |change: &Value| change["workload"]["name"].as_str().unwrap().to_owned();
    report["changes"].as_array().unwrap().iter().map(name).collect()
}

/// One commit after the other: the manifests are edited, looked at, stamped, and looked at again.
fn stamped_history(dir: &Dir, start: &Tree, history: &[Vec<Edit>]) {
    start.write(dir, &Marks::default());
    assert_eq!(dir.run("stamp --write -q k8s").status, 0);
    commit(dir, "start");
    let mut tree = start.clone();
    for edits in history {
        let next = tree.edited(edits);
        next.write(dir, &Marks::of(dir));
        let both: BTreeSet<String> = tree.in_both(&next).into_iter().map(|index| format!("w{index}")).collect();
        let by_hand = tree.other_templates(&next);
        let stamped: BTreeSet<String> = &stamped_by_a_real_run(dir) & &both;

        // Before the stamps are renewed: nothing rolls but what was changed by hand.
        let before = impacts(dir, "");
        assert_eq!(&of(&before, &["rolls"]) - &by_hand, BTreeSet::new(), "{edits:?}");
        let late = &of(&before, &["stale", "refreshes", "nextRun", "reads"]) - &by_hand;
        assert!((&stamped - &by_hand).is_subset(&late), "{stamped:?} in {before:?}, {edits:?}");
        assert!((&of(&before, &["stale"]) - &by_hand).is_subset(&stamped), "{stamped:?} in {before:?}, {edits:?}");
        let assumed = impacts(dir, "--assume stamp");

        // Between two stamped trees it names exactly what the stamp run changed, and what was changed by hand.
        assert_eq!(dir.run("stamp --write -q k8s").status, 0);
        let after = impacts(dir, "");
        assert_eq!(of(&after, &["rolls", "nextRun"]), &stamped | &by_hand, "{edits:?}");
        assert_eq!(of(&after, &["stale", "refused"]), BTreeSet::new(), "{edits:?}");
        assert_eq!(assumed, after, "what is assumed is what is done, {edits:?}");
        commit(dir, "next");
        tree = next;
    }
}

/// The same with suffixes: what rolls is what has another template after a real run.
fn renamed_history(dir: &Dir, start: &Tree, history: &[Vec<Edit>]) {
    start.write(dir, &Marks::default());
    assert_eq!(dir.run("rename --write -q k8s").status, 0);
    commit(dir, "start");
    let mut tree = start.clone();
    for edits in history {
        let next = tree.edited(edits);
        next.write(dir, &Marks::of(dir));
        let assumed = impacts(dir, "--assume rename");
        let before = workload_lines(dir);
        assert_eq!(dir.run("rename --write -q k8s").status, 0);
        let renamed = workload_lines(dir).into_iter().filter(|(name, line)| before.get(name) != Some(line));
        let both: BTreeSet<String> = tree.in_both(&next).into_iter().map(|index| format!("w{index}")).collect();
        let renamed: BTreeSet<String> = &renamed.map(|(name, _)| name).collect() & &both;
        let after = impacts(dir, "");
        assert_eq!(of(&after, &["rolls", "nextRun"]), &renamed | &tree.other_templates(&next), "{edits:?}");
        assert_eq!(assumed, after, "what is assumed is what is done, {edits:?}");
        commit(dir, "next");
        tree = next;
    }
}

/// The line that holds the spec of each workload.
fn workload_lines(dir: &Dir) -> BTreeMap<String, String> {
    let text: String = dir.files("k8s").into_iter().map(|(_, text)| text).collect();
    let document = |document: &str| {
        let (_, rest) = document.split_once("metadata: {name: w")?;
        let name = rest.split([',', '}']).next()?.to_owned();
        Some((format!("w{name}"), document.lines().find(|line| line.starts_with("spec: "))?.to_owned()))
    };
    text.split("---\n").filter_map(document).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 10, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn it_names_what_a_real_run_changes(
        tree in trees(),
        history in proptest::collection::vec(edits(), 1..5),
        stamps in any::<bool>(),
    ) {
        if !has_git() {
            println!("skipped: git is not installed");
            return Ok(());
        }
        let dir = Dir::with(&[]);
        git(&dir, &["init", "--quiet", "--initial-branch=main", "."]);
        if stamps { stamped_history(&dir, &tree, &history) } else { renamed_history(&dir, &tree, &history) }
    }
}
