//! What `rename` does to files: earlier generations, names that cannot be, modes and exit statuses, reports.

use serde_json::Value;

use crate::rename_kustomize::documents;
use crate::support::shell::{APP, Dir};

/// The names in the file of earlier generations, in its order.
fn kept(dir: &Dir) -> Vec<String> {
    let objects = documents(&dir.get("out/rollstamp-kept.yaml"));
    objects.iter().map(|object| object["metadata"]["name"].as_str().unwrap().to_owned()).collect()
}

/// Renames with other data into the output directory; the name that the config gets.
fn generation(dir: &Dir, text: &str, level: &str, keep: usize) -> String {
    dir.put("app.yaml", text.replace("info", level));
    let ran = dir.run(&format!("rename -o out --keep {keep} app.yaml"));
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    let objects = documents(&dir.get("out/app.yaml"));
    let config = objects.iter().flat_map(|object| match object["items"].as_array() {
        Some(items) => items.clone(),
        None => vec![object.clone()],
    });
    let mut names = config.filter(|object| object["metadata"]["annotations"]["rollstamp.dev/base-name"].is_string());
    names.next().unwrap()["metadata"]["name"].as_str().unwrap().to_owned()
}

#[test]
fn the_last_generations_stay_and_older_ones_are_dropped() {
    let dir = Dir::with(&[]);
    let names = ["one", "two", "three", "four"].map(|level| generation(&dir, APP, level, 2));
    let [_, two, three, four] = &names;
    assert_eq!(kept(&dir), [three, two].map(String::as_str));
    assert!(dir.get("out/app.yaml").contains(four.as_str()));
    let file = dir.get("out/rollstamp-kept.yaml");
    assert!(file.starts_with("# Earlier generations"), "{file}");
    assert!(file.contains("LEVEL: three") && !file.contains("Deployment"), "{file}");
    // The same again changes nothing, and content that comes back is no earlier generation.
    generation(&dir, APP, "four", 2);
    assert_eq!(dir.get("out/rollstamp-kept.yaml"), file);
    assert_eq!(generation(&dir, APP, "two", 2), *two);
    assert_eq!(kept(&dir), [four, three].map(String::as_str));
    // Fewer are kept as soon as fewer are asked for.
    generation(&dir, APP, "two", 1);
    assert_eq!(kept(&dir), [four.as_str()]);
}

#[test]
fn generations_of_secrets_and_of_objects_in_lists_stay_too() {
    let secret = APP.replace("kind: ConfigMap", "kind: Secret").replace("\ndata:", "\nstringData:");
    let secret = secret.replace("configMapRef", "secretRef");
    let items: Vec<Value> = documents(APP);
    let list = serde_json::json!({"apiVersion": "v1", "kind": "List", "items": items}).to_string();
    for text in [secret, list] {
        let dir = Dir::with(&[]);
        let [one, _] = ["one", "two"].map(|level| generation(&dir, &text, level, 3));
        assert_eq!(kept(&dir), [one.as_str()]);
        assert!(dir.get("out/rollstamp-kept.yaml").contains("one"));
    }
}

#[test]
fn a_run_without_earlier_generations_leaves_no_file() {
    let dir = Dir::with(&[]);
    generation(&dir, APP, "info", 2);
    assert_eq!(dir.files("out").len(), 1);
}

#[test]
fn generations_are_kept_in_an_output_directory_only() {
    let dir = Dir::with(&[("app.yaml", APP)]);
    for args in ["rename --keep 2 app.yaml", "rename --keep 2 --write app.yaml"] {
        let ran = dir.run(args);
        assert_eq!((ran.status, ran.stdout.as_str()), (2, ""), "{args}: {}", ran.stderr);
    }
    assert_eq!(dir.get("app.yaml"), APP);
}

#[test]
fn a_name_that_becomes_too_long_stops_everything() {
    let long = "n".repeat(243);
    let text = APP.replace("name: env", &format!("name: {long}"));
    let job = APP.replace("apps/v1", "batch/v1").replace("Deployment", "Job").replace("name: web\n", "name: JOB\n");
    let job = job.replace("JOB", &"j".repeat(53));
    let dir = Dir::with(&[("a.yaml", APP), ("b.yaml", &text), ("job/a.yaml", &job)]);
    for (args, limit) in [("rename --write a.yaml b.yaml", 253), ("rename --write --rename-jobs job", 63)] {
        dir.run(args).fails(&format!("Kubernetes accepts at most {limit}"));
    }
    assert_eq!([dir.get("a.yaml"), dir.get("b.yaml"), dir.get("job/a.yaml")], [APP, &text, &job]);
    // One character less is accepted.
    dir.put("b.yaml", text.replace(&long, &long[1..]));
    assert_eq!(dir.run("rename --write b.yaml").status, 0);
    dir.put("job/a.yaml", job.replace(&"j".repeat(53), &"j".repeat(52)));
    assert_eq!(dir.run("rename --write --rename-jobs job").status, 0);
    assert_eq!(dir.run("rename --check --rename-jobs job").status, 0);
}

#[test]
fn a_mention_is_a_finding_under_strict() {
    let text = APP.replace("image: web:1\n", "image: web:1\n        args: [--config=env]\n");
    let dir = Dir::with(&[("app.yaml", &text)]);
    let ran = dir.run("rename app.yaml");
    assert_eq!(ran.status, 0);
    ran.says("app.yaml:20:16: warning: Deployment/web: args mentions ConfigMap/env, whose name changes");
    assert_eq!(dir.run("rename --strict --write app.yaml").status, 1);
    // It is no less wrong the second time.
    dir.run("rename --strict --check app.yaml").says("args mentions ConfigMap/env");
    assert_eq!(dir.run("rename --strict --check app.yaml").status, 1);
}

#[test]
fn each_mode_has_its_exit_status() {
    let dir = Dir::with(&[("app.yaml", APP)]);
    let check = dir.run("rename --check app.yaml");
    let line = "app.yaml:4:9: ConfigMap/env: needs the name env-";
    assert_eq!((check.status, check.stdout.starts_with(line)), (1, true), "{}", check.stdout);
    assert_eq!(dir.run("rename --diff app.yaml").status, 1);
    assert_eq!(dir.get("app.yaml"), APP);
    let written = dir.run("rename --write -v app.yaml");
    assert_eq!((written.status, written.stdout.as_str()), (0, ""));
    written
        .says("ConfigMap/env: renamed to env-")
        .says("(1 reference)")
        .says("1 object renamed, 1 reference rewritten");
    let text = dir.get("app.yaml");
    for args in ["rename --check app.yaml", "rename --diff app.yaml", "rename --write app.yaml"] {
        dir.run(args).prints("");
    }
    dir.run("rename app.yaml").prints(&text);
    assert_eq!(dir.run("rename -o out app.yaml").status, 0);
    assert_eq!([dir.get("app.yaml"), dir.get("out/app.yaml")], [text.clone(), text.clone()]);
    // After a change of the data, and for a reference that says the base name.
    dir.put("app.yaml", text.replace("info", "debug"));
    assert_eq!(dir.run("rename --check app.yaml").status, 1);
    let (configs, _) = text.split_at(text.find("---").unwrap());
    dir.put("app.yaml", configs.to_string() + &APP[APP.find("---").unwrap()..]);
    let moved = dir.run("rename --check app.yaml");
    assert_eq!(moved.status, 1);
    assert!(moved.stdout.contains("app.yaml:23:32: this reference must name ConfigMap/env-"), "{}", moved.stdout);
}

#[test]
fn options_mark_what_is_renamed() {
    let dir = Dir::with(&[("app.yaml", APP)]);
    let marks = [
        ("argocd", "argocd.argoproj.io/sync-options", "PruneLast=true"),
        ("flux", "kustomize.toolkit.fluxcd.io/prune", "disabled"),
        ("helm", "helm.sh/resource-policy", "keep"),
    ];
    for (applier, key, value) in marks {
        let ran = dir.run(&format!("rename --immutable --prune-last {applier} app.yaml"));
        let config = &documents(&ran.stdout)[0];
        assert_eq!(config["metadata"]["annotations"][key], value, "{}", ran.stderr);
        assert_eq!(config["metadata"]["annotations"]["rollstamp.dev/base-name"], "env");
        assert_eq!(config["immutable"], true);
        dir.put("again.yaml", &ran.stdout);
        let again = dir.run(&format!("rename --immutable --prune-last {applier} again.yaml"));
        again.prints(&ran.stdout);
    }
    // Options that are there stay.
    let own =
        APP.replace("  name: env\n", "  name: env\n  annotations: {argocd.argoproj.io/sync-options: 'Replace=true'}\n");
    dir.put("app.yaml", &own);
    let ran = dir.run("rename --prune-last argocd app.yaml");
    let options = &documents(&ran.stdout)[0]["metadata"]["annotations"]["argocd.argoproj.io/sync-options"];
    assert_eq!(options, "Replace=true,PruneLast=true");
}

#[test]
fn the_report_for_programs_says_what_is_renamed_and_what_is_kept() {
    let other = APP.replace("  name: env\n", "  name: env\n  annotations: {rollstamp.dev/rename: \"false\"}\n");
    let dir = Dir::with(&[("a/app.yaml", APP), ("b/app.yaml", &other)]);
    let ran = dir.run("rename --check --format json --scope dir a b");
    let report: Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!((ran.status, &report["version"]), (1, &Value::from(1)));
    let renamed = &report["renames"][0];
    assert_eq!((&renamed["file"], &renamed["line"], &renamed["old"]), (&"a/app.yaml".into(), &1.into(), &"env".into()));
    assert_eq!(renamed["references"], serde_json::json!([{"file": "a/app.yaml", "line": 21, "column": 32}]));
    let kept = &report["kept"][0];
    assert_eq!((&kept["file"], &kept["name"]), (&"b/app.yaml".into(), &"env".into()));
    assert_eq!(kept["reason"], "it is annotated rollstamp.dev/rename: \"false\"");
}

#[test]
fn configs_that_programs_read_by_a_name_of_their_own_keep_it() {
    let named = |kind: &str, name: &str, namespace: &str| {
        let field = if kind == "Secret" { "secretRef" } else { "configMapRef" };
        APP.replace("kind: ConfigMap", &format!("kind: {kind}"))
            .replace(
                "data:\n  LEVEL: info",
                if kind == "Secret" { "stringData:\n  LEVEL: info" } else { "data:\n  LEVEL: info" },
            )
            .replace("  name: env\n", &format!("  name: {name}\n{namespace}"))
            .replace("configMapRef: {name: env}", &format!("{field}: {{name: {name}}}"))
            .replace("  name: web\nspec", &format!("  name: web\n{namespace}spec"))
    };
    let kube_system = "  namespace: kube-system\n";
    for (kind, name, namespace, reader) in [
        ("ConfigMap", "argocd-cm", "", "Argo CD"),
        ("ConfigMap", "argocd-ssh-known-hosts-cm", "  namespace: anywhere\n", "Argo CD"),
        ("Secret", "argocd-secret", "", "Argo CD"),
        ("ConfigMap", "coredns", kube_system, "kubeadm"),
        ("ConfigMap", "aws-auth", "", "the authenticator of EKS"),
    ] {
        let text = named(kind, name, namespace);
        let dir = Dir::with(&[("a.yaml", &text)]);
        let ran = dir.run("rename a.yaml");
        assert_eq!((ran.status, ran.stdout.as_str()), (0, text.as_str()), "{name}: {}", ran.stderr);
        ran.says(&format!("not renamed: {reader} reads it by this name"));
    }
    for (kind, name, namespace) in [("ConfigMap", "coredns", "  namespace: prod\n"), ("Secret", "argocd-cm", "")] {
        let text = named(kind, name, namespace);
        assert!(
            Dir::with(&[("a.yaml", &text)]).run("rename a.yaml").stdout.contains(&format!("name: {name}-")),
            "{name}"
        );
    }
}

#[test]
fn a_name_in_two_namespaces_stays_unclear_when_one_of_them_is_renamed() {
    let class = |parameters: &str| {
        format!(
            "---\napiVersion: storage.k8s.io/v1\nkind: StorageClass\nmetadata: {{name: c}}\nprovisioner: x\nparameters: {{{parameters}}}\n"
        )
    };
    let secret = |namespace: &str| {
        format!(
            "---\napiVersion: v1\nkind: Secret\nmetadata: {{name: ceph, namespace: {namespace}}}\nstringData: {{a: b}}\n"
        )
    };
    let clear = class("adminSecretName: ceph, adminSecretNamespace: other").replace("name: c}", "name: old}");
    let text =
        [secret("storage"), secret("other"), class("csi.storage.k8s.io/provisioner-secret-name: ceph"), clear].concat();
    let dir = Dir::with(&[("a.yaml", &text)]);
    let first = dir.run("rename a.yaml").stdout;
    assert!(
        first.contains("provisioner-secret-name: ceph\n") || first.contains("provisioner-secret-name: ceph}"),
        "{first}"
    );
    assert!(first.contains("adminSecretName: ceph-"), "{first}");
    dir.put("b.yaml", &first);
    assert_eq!(dir.run("rename b.yaml").stdout, first);
}
