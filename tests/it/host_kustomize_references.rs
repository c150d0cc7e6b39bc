//! References that kustomize leaves behind: in the middle of its builds, and in what it has built.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::rename_kustomize::documents;
use crate::support::peers::Kustomize;
use crate::support::shell::{Dir, Ran};

/// A workload of a kind and group whose containers take two ConfigMaps and a Secret.
fn workload(version: &str, kind: &str) -> String {
    format!(
        "apiVersion: {version}\nkind: {kind}\nmetadata: {{name: api}}\nspec:\n  selector: {{matchLabels: {{a: b}}}}\n  \
         template:\n    metadata: {{labels: {{a: b}}}}\n    spec:\n      containers:\n      - name: api\n        image: \
         api:1\n        envFrom: [{{configMapRef: {{name: plain-conf}}}}, {{configMapRef: {{name: gen-conf}}}}, \
         {{secretRef: {{name: gen-secret}}}}]\n"
    )
}

const CONFIG: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: plain-conf}\ndata: {A: '1'}\n";

const CONFIGURATION: &str = "\
nameReference:
- {kind: ConfigMap, version: v1, fieldSpecs: [{kind: Rollout, path: spec/template/spec/containers/envFrom/configMapRef/name}]}
- {kind: Secret, version: v1, fieldSpecs: [{kind: Rollout, path: spec/template/spec/containers/envFrom/secretRef/name}]}
";

/// A kustomization with our plugin and a directory of plugins; `options` is the plugin's `spec`.
fn kustomization(lines: &str, objects: &str, options: &str) -> Dir {
    let generators = "configMapGenerator: [{name: gen-conf, literals: [A=b]}]\nsecretGenerator: [{name: gen-secret, \
                      literals: [P=s]}]\n";
    let plugin = format!("apiVersion: rollstamp.dev/v1\nkind: Rollstamp\nmetadata: {{name: r}}\nspec: {{{options}}}\n");
    let dir = Dir::with(&[
        ("base/all.yaml", &format!("{CONFIG}---\n{objects}")),
        ("base/kustomization.yaml", &format!("resources: [all.yaml]\n{generators}")),
        ("kustomization.yaml", &format!("resources: [base]\n{lines}\n")),
        ("configuration.yaml", CONFIGURATION),
        ("rollstamp.yaml", &plugin),
    ]);
    assert_eq!(dir.run("kustomize install -q --plugin-home home").status, 0);
    dir
}

const PLUGIN: &str = "transformers: [rollstamp.yaml]\n";

fn build(kustomize: &Kustomize, dir: &Dir) -> Ran {
    let output = kustomize.build_with_plugins(dir.root(), &dir.path("home"));
    Ran {
        status: output.status.code().unwrap(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

fn by_label(text: &str) -> BTreeMap<String, Value> {
    let label = |value: &Value| format!("{}/{}", value["kind"], value["metadata"]["name"]).replace('"', "");
    documents(text).into_iter().map(|value| (label(&value), value)).collect()
}

/// The build with the plugin, and what the command line makes of the build without it.
fn plugin_and_pipe(kustomize: &Kustomize, dir: &Dir, verb: &str) -> [BTreeMap<String, Value>; 2] {
    let lines = dir.get("kustomization.yaml");
    dir.put("kustomization.yaml", format!("{lines}{PLUGIN}"));
    let plugin = build(kustomize, dir);
    assert_eq!(plugin.status, 0, "{}: {}", kustomize.name(), plugin.stderr);
    dir.put("kustomization.yaml", &lines);
    dir.put("plain.yaml", kustomize.build(dir.root()));
    let pipe = dir.run(&format!("{verb} plain.yaml"));
    assert_eq!(pipe.status, 0, "{}", pipe.stderr);
    [by_label(&plugin.stdout), by_label(&pipe.stdout)]
}

/// The names of the configs that the first container takes.
fn names(objects: &BTreeMap<String, Value>, label: &str) -> Vec<String> {
    let container = &objects[label]["spec"]["template"]["spec"]["containers"][0];
    let mut names = Vec::new();
    for source in container["envFrom"].as_array().unwrap() {
        let reference = source["configMapRef"].as_object().or(source["secretRef"].as_object()).unwrap();
        names.push(reference["name"].as_str().unwrap().to_owned());
    }
    names
}

#[test]
fn plugin_reports_references_that_the_build_leaves_behind() {
    for kustomize in Kustomize::all() {
        for (version, kind) in [("argoproj.io/v1alpha1", "Rollout"), ("v1", "ReplicationController")] {
            let object = workload(version, kind);
            let dir = kustomization("namePrefix: prod-", &object, "strategy: stamp");
            let [plugin, pipe] = plugin_and_pipe(&kustomize, &dir, "stamp");
            assert_eq!(plugin, pipe, "{}", kustomize.name());
            assert_eq!(names(&plugin, &format!("{kind}/prod-api")), ["plain-conf", "gen-conf", "gen-secret"]);

            let strict =
                kustomization(&format!("namePrefix: prod-\n{PLUGIN}"), &object, "strategy: stamp, strict: true");
            let ran = build(&kustomize, &strict);
            assert_eq!((ran.status, ran.stdout.as_str()), (1, ""));
            for target in ["ConfigMap/plain-conf", "ConfigMap/gen-conf", "Secret/gen-secret"] {
                ran.says(&format!(
                    "kustomize does not rewrite this reference of a {kind}: the build will have {target}, which is not in it"
                ));
            }
        }
    }
}

#[test]
fn plugin_repairs_references_when_it_renames() {
    for kustomize in Kustomize::all() {
        let object = workload("argoproj.io/v1alpha1", "Rollout");
        let dir = kustomization(&format!("namePrefix: prod-\n{PLUGIN}"), &object, "strategy: rename, strict: true");
        let ran = build(&kustomize, &dir);
        assert_eq!(ran.status, 0, "{}: {}", kustomize.name(), ran.stderr);
        let objects = by_label(&ran.stdout);
        for name in names(&objects, "Rollout/prod-api") {
            let is_there = |kind: &str| objects.contains_key(&format!("{kind}/{name}"));
            assert!(is_there("ConfigMap") || is_there("Secret"), "{name}: {:?}", objects.keys());
            assert!(name.starts_with("prod-"), "{name}");
        }
    }
}

#[test]
fn fields_of_the_own_configuration_are_rewritten_by_kustomize() {
    for kustomize in Kustomize::all() {
        let object = workload("argoproj.io/v1alpha1", "Rollout");
        let lines = "namePrefix: prod-\nconfigurations: [configuration.yaml]\n";
        let dir = kustomization(lines, &object, "strategy: stamp, strict: true");
        let [plugin, pipe] = plugin_and_pipe(&kustomize, &dir, "stamp --strict");
        assert_eq!(plugin, pipe, "{}", kustomize.name());
        assert!(names(&plugin, "Rollout/prod-api").iter().all(|name| name.starts_with("prod-")));
        let stamp =
            &plugin["Rollout/prod-api"]["spec"]["template"]["metadata"]["annotations"]["rollstamp.dev/checksum"];
        assert!(stamp.is_string(), "{}", kustomize.name());
    }
}

/// Lines of an outer kustomization, and the names and stamps of the build with them.
const VARIETY: [&str; 14] = [
    "",
    "namePrefix: prod-\n",
    "nameSuffix: -x\n",
    "namespace: prod\n",
    "namePrefix: a-\nnamespace: prod\nnameSuffix: -b\n",
    "components: [component]\n",
    "namePrefix: a-\ncomponents: [component]\n",
    "patches: [{patch: '{apiVersion: v1, kind: ConfigMap, metadata: {name: plain-conf}, data: {B: c}}'}]\n",
    "configMapGenerator: [{name: gen-conf, behavior: merge, literals: [B=c]}]\nnamePrefix: m-\n",
    "generatorOptions: {disableNameSuffixHash: true}\nconfigMapGenerator: [{name: own, literals: [X=y]}]\n",
    // Content that comes from another object, and a name that goes into one.
    "replacements: [{source: {kind: ConfigMap, name: plain-conf, fieldPath: kind}, targets: [{select: {kind: ConfigMap, \
     name: plain-conf}, fieldPaths: [data.COPY], options: {create: true}}]}]\nnamePrefix: r-\n",
    "replacements: [{source: {kind: ConfigMap, name: plain-conf, fieldPath: kind}, targets: [{select: {kind: Deployment}, \
     fieldPaths: [spec.template.metadata.labels.a], options: {create: true}}]}]\nnamespace: prod\n",
    // Overlays of overlays.
    "namePrefix: outer-\n# middle\n",
    "nameSuffix: -outer\nnamespace: prod\npatches: [{patch: '{apiVersion: v1, kind: ConfigMap, metadata: {name: \
     middle-plain-conf}, data: {C: d}}'}]\n# middle\n",
];

/// Builds each of the variety with the plugin, and compares it with what the command line makes of the build without it.
fn compare_variety(kinds: &[(&str, &str)], strategy: &str) {
    let mut objects = Vec::new();
    for (version, kind) in kinds {
        objects.push(workload(version, kind).replace("{name: api}", &format!("{{name: {}}}", kind.to_lowercase())));
    }
    let component = "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nnameSuffix: -c\n\
                     configMapGenerator: [{name: of-component, literals: [A=b]}]\n";
    let middle = "resources: [../base]\nnamePrefix: middle-\npatches: [{patch: '{apiVersion: v1, kind: ConfigMap, metadata: \
                  {name: plain-conf}, data: {M: m}}'}]\n";
    for kustomize in Kustomize::all() {
        for lines in VARIETY {
            let dir = kustomization(lines, &objects.join("---\n"), &format!("strategy: {strategy}"));
            dir.put("component/kustomization.yaml", component);
            if lines.contains("# middle") {
                dir.put("middle/kustomization.yaml", middle);
                let outer = dir.get("kustomization.yaml").replace("resources: [base]", "resources: [middle]");
                dir.put("kustomization.yaml", outer);
            }
            let [plugin, pipe] = plugin_and_pipe(&kustomize, &dir, strategy);
            assert_eq!(plugin, pipe, "{}: {lines}", kustomize.name());
            let is_renamed = |label: &String| label.starts_with("ConfigMap/") && label.contains("plain-conf");
            let name = plugin.keys().find(|label| is_renamed(label)).unwrap();
            assert_eq!(plugin[name]["metadata"]["annotations"].is_object(), strategy == "rename", "{name}");
        }
    }
}

#[test]
fn plugin_and_pipe_give_the_same_stamps() {
    let kinds = [
        ("apps/v1", "Deployment"),
        ("apps/v1", "StatefulSet"),
        ("batch/v1", "Job"),
        ("argoproj.io/v1alpha1", "Rollout"),
        ("v1", "ReplicationController"),
    ];
    compare_variety(&kinds, "stamp");
}

/// Of kinds that kustomize knows: in a finished build, a reference that it has left behind names nothing.
#[test]
fn plugin_and_pipe_give_the_same_names() {
    compare_variety(&[("apps/v1", "Deployment"), ("apps/v1", "StatefulSet"), ("batch/v1", "Job")], "rename");
}

/// A ClusterRole of the base, used in two namespaces.
#[test]
fn cluster_role_names_the_configs_of_both_namespaces() {
    let role = "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {name: reader}\nrules: [{apiGroups: [''], \
                resources: [configmaps], resourceNames: [plain-conf], verbs: [get]}]\n";
    for kustomize in Kustomize::all() {
        for (change, count) in [("{B: c}", 2), ("{A: '1'}", 1)] {
            let dir = kustomization("", &workload("apps/v1", "Deployment"), "strategy: rename, strict: true");
            let patch = format!(
                "patches: [{{patch: '{{apiVersion: v1, kind: ConfigMap, metadata: {{name: plain-conf}}, data: {change}}}'}}]\n"
            );
            dir.put("dev/kustomization.yaml", "resources: [../base]\nnamespace: dev\n");
            dir.put(
                "prod/kustomization.yaml",
                format!("resources: [../base]\nnamespace: prod\n{}", patch.replace("'1'", "\"1\"")),
            );
            dir.put("role.yaml", role);
            dir.put("kustomization.yaml", "resources: [dev, prod, role.yaml]\n");
            let [plugin, pipe] = plugin_and_pipe(&kustomize, &dir, "rename --strict");
            for objects in [plugin, pipe] {
                let names = objects["ClusterRole/reader"]["rules"][0]["resourceNames"].as_array().unwrap();
                assert_eq!(names.len(), count, "{}: {names:?}", kustomize.name());
                for name in names {
                    assert!(objects.contains_key(&format!("ConfigMap/{}", name.as_str().unwrap())), "{name}");
                }
            }
        }
    }
}

/// kustomize gives the config another name than the one in args and variables, before or after our plugin.
#[test]
fn base_names_of_generated_configs_are_mentions() {
    for kustomize in Kustomize::all() {
        let object = workload("apps/v1", "Deployment").replace(
            "        image: api:1\n",
            "        image: api:1\n        args: [--config=gen-conf]\n        env: [{name: SECRET, value: gen-secret}]\n",
        );
        let dir = kustomization(PLUGIN, &object, "strategy: rename, strict: true");
        let ran = build(&kustomize, &dir);
        assert_eq!((ran.status, ran.stdout.as_str()), (1, ""), "{}: {}", kustomize.name(), ran.stderr);
        let fix = "if it means the generated config, set `disableNameSuffixHash: true` for its generator";
        ran.says(&format!("Deployment/api: args mentions ConfigMap/gen-conf, whose name changes; {fix}"));
        ran.says(&format!("Deployment/api: an env value mentions Secret/gen-secret, whose name changes; {fix}"));
        // Without the hash the name stays.
        let dir = kustomization(PLUGIN, &object, "strategy: rename, strict: true");
        let base = dir.get("base/kustomization.yaml");
        dir.put("base/kustomization.yaml", format!("{base}generatorOptions: {{disableNameSuffixHash: true}}\n"));
        assert!(!build(&kustomize, &dir).stderr.contains("generated config"));
    }
}

#[test]
fn finished_builds_tell_which_references_were_left_behind() {
    let board = "\
apiVersion: integreatly.org/v1alpha1
kind: GrafanaDashboard
metadata: {name: sales}
spec: {configMapRef: {name: gen-conf, key: b.json}}
";
    let other = workload("apps/v1", "Deployment").replace("{name: api}", "{name: other, namespace: mon}");
    let other =
        other.replace("{configMapRef: {name: plain-conf}}, ", "").replace(", {secretRef: {name: gen-secret}}", "");
    for kustomize in Kustomize::all() {
        let objects = format!("{}---\n{board}---\n{other}", workload("argoproj.io/v1alpha1", "Rollout"));
        let dir = kustomization("", &objects, "");
        dir.put("built.yaml", kustomize.build(dir.root()));
        let links = dir.run("links --strict built.yaml");
        assert_eq!(links.status, 1);
        let here = "ConfigMap/gen-conf is not in the input, but ConfigMap/gen-conf-b9t2424hkf is, which is that name with \
                    kustomize's suffix: kustomize did not rewrite this reference; list the field of a";
        links.says(&format!("Rollout/api: {here} Rollout under `configurations`"));
        links.says(&format!("GrafanaDashboard/sales: {here} GrafanaDashboard under `configurations`"));
        links.says(
            "mon/Deployment/other: mon/ConfigMap/gen-conf is not in the input, but ConfigMap/gen-conf-b9t2424hkf is",
        );
        links.says("the namespaces differ: give both objects the same namespace");
        assert!(!links.stdout.contains("Nothing in the input refers to"), "{}", links.stdout);

        let renamed = dir.run("rename built.yaml");
        assert_eq!(renamed.status, 0, "{}", renamed.stderr);
        let after = by_label(&renamed.stdout);
        let rollout = names(&after, "Rollout/api");
        assert_eq!(rollout[1], "gen-conf-b9t2424hkf");
        assert!(rollout[0].starts_with("plain-conf-") && rollout[2].starts_with("gen-secret-"), "{rollout:?}");
        assert_eq!(names(&after, "Deployment/other"), ["gen-conf"]);
        assert!(!renamed.stderr.contains("Rollout/api"), "{}", renamed.stderr);
        dir.put("built.yaml", &renamed.stdout);
        dir.run("rename built.yaml").prints(&renamed.stdout);
    }
}

#[test]
fn names_with_variables_of_kustomize_are_reported() {
    for kustomize in Kustomize::all() {
        let object = workload("apps/v1", "Deployment").replace("name: plain-conf", "name: $(ENV)-conf");
        let dir = kustomization(PLUGIN, &object, "strategy: stamp, strict: true");
        let ran = build(&kustomize, &dir);
        assert_eq!(ran.status, 1);
        ran.says("Deployment/api: kustomize fills in the name ConfigMap/$(ENV)-conf later");

        // A config that nothing refers to so far.
        let unused = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: $(ENV)-other}\ndata: {A: b}\n";
        let object = format!("{}---\n{unused}", workload("apps/v1", "Deployment"));
        let dir = kustomization(PLUGIN, &object, "strategy: stamp, strict: true");
        let ran = build(&kustomize, &dir);
        assert_eq!(ran.status, 1);
        ran.says("kustomize fills in the name ConfigMap/$(ENV)-other later, so nothing that will refer to it is known");
    }
}
