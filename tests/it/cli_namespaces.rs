//! References for which one side does not name its namespace, and stamps that nobody can decide.

use crate::support::shell::{APP, Dir};

/// `APP` with a namespace in its ConfigMap, and one in its Deployment; empty for none.
fn app(config: &str, workload: &str) -> String {
    let line =
        |namespace: &str| if namespace.is_empty() { String::new() } else { format!("  namespace: {namespace}\n") };
    APP.replace("  name: env\n", &format!("  name: env\n{}", line(config)))
        .replace("  name: web\nspec", &format!("  name: web\n{}spec", line(workload)))
}

#[test]
fn a_missing_namespace_and_default_are_one() {
    for text in [app("default", ""), app("", "default")] {
        let dir = Dir::with(&[("a.yaml", &text)]);
        let ran = dir.run("stamp --strict a.yaml");
        assert!(ran.status == 0 && ran.stdout.contains("rollstamp.dev/checksum"), "{ran:?}");
        assert!(!ran.stderr.contains("warning"), "{}", ran.stderr);
        let renamed = dir.run("rename a.yaml");
        assert_eq!(renamed.stdout.matches("env-").count(), 2, "{renamed:?}");
    }
}

#[test]
fn a_namespace_that_one_side_names_is_inferred_with_a_warning() {
    for text in [app("prod", ""), app("", "prod")] {
        let dir = Dir::with(&[("a.yaml", &text)]);
        let ran = dir.run("stamp a.yaml");
        assert!(ran.status == 0 && ran.stdout.contains("rollstamp.dev/checksum"), "{ran:?}");
        ran.says("but only one of the two names the namespace prod; set the namespace of objects without one by `--namespace prod`");
        assert_eq!(dir.run("stamp --strict --check a.yaml").status, 1);
        let certain = dir.run("stamp --namespace prod a.yaml");
        assert_eq!(certain.stdout, ran.stdout);
        assert!(!certain.stderr.contains("warning"), "{}", certain.stderr);
        // The only namespace of the input: a new name reaches the reference.
        let renamed = dir.run("rename a.yaml");
        assert_eq!(renamed.stdout.matches("env-").count(), 2, "{renamed:?}");
    }
}

#[test]
fn a_config_keeps_its_name_if_the_inferred_namespace_is_one_of_several() {
    let other = "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: other, namespace: test}\n";
    let text = format!("{}{other}", app("prod", ""));
    let ran = Dir::with(&[("a.yaml", &text)]).run("rename a.yaml");
    assert_eq!((ran.status, ran.stdout.as_str()), (0, text.as_str()), "{}", ran.stderr);
    ran.says("not renamed: Deployment/web refers to it, and only one of the two names its namespace");
}

#[test]
fn several_namespaces_count_only_with_the_same_content() {
    let config = |namespace: &str, level: &str| {
        format!(
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: env, namespace: {namespace}}}\ndata: {{LEVEL: {level}}}\n---\n"
        )
    };
    let workload = APP.split_once("---\n").unwrap().1;
    let same = format!("{}{}{workload}", config("a", "info"), config("b", "info"));
    let ran = Dir::with(&[("a.yaml", &same)]).run("stamp a.yaml");
    assert!(ran.stdout.contains("rollstamp.dev/checksum"), "{ran:?}");
    let different = format!("{}{}{workload}", config("a", "info"), config("b", "debug"));
    let ran = Dir::with(&[("a.yaml", &different)]).run("stamp a.yaml");
    assert_eq!((ran.status, ran.stdout.as_str()), (0, different.as_str()));
    ran.says("warning: Deployment/web: ConfigMap/env is in the input, but");
}

#[test]
fn an_exact_match_goes_before_everything_else() {
    let exact = "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: env, namespace: prod}\ndata: {LEVEL: debug}\n";
    let dir = Dir::with(&[("a.yaml", &format!("{}{exact}", app("", "prod")))]);
    let debug = app("prod", "prod").replace("LEVEL: info", "LEVEL: debug");
    let expected = Dir::with(&[("a.yaml", &debug)]).run("stamp --check --format json a.yaml").stdout;
    let stamp = expected.split("\"new\": \"").nth(1).unwrap().split('"').next().unwrap();
    let ran = dir.run("stamp --strict a.yaml");
    assert!(ran.stdout.contains(stamp), "{stamp}: {ran:?}");
}

#[test]
fn definitions_that_differ_in_labels_and_immutable_only_are_the_same() {
    let copy = APP.split_once("---\n").unwrap().0.replace("data:", "  labels: {a: b}\nimmutable: true\ndata:");
    let ran = Dir::with(&[("a.yaml", &format!("{APP}---\n{copy}"))]).run("stamp a.yaml");
    assert!(ran.status == 0 && ran.stdout.contains("rollstamp.dev/checksum"), "{ran:?}");
}

#[test]
fn a_stamp_whose_references_lead_to_nothing_is_kept() {
    let dir = Dir::with(&[("app.yaml", APP)]);
    dir.run("stamp --write app.yaml");
    let stamped = dir.get("app.yaml");
    let (config, workload) = stamped.split_once("---\n").unwrap();
    dir.put("part.yaml", workload);
    let ran = dir.run("stamp part.yaml");
    assert_eq!((ran.status, ran.stdout.as_str()), (0, workload), "{}", ran.stderr);
    ran.says("keeps its stamp: ConfigMap/env is not in the input");
    assert_eq!(dir.run("stamp --strict --check part.yaml").status, 1);
    // Without a stamp there is nothing to keep, and an optional reference needs no word.
    let optional = workload.replace("{name: env}", "{name: env, optional: true}");
    dir.put("part.yaml", &optional);
    let ran = dir.run("stamp part.yaml");
    assert_eq!((ran.status, ran.stdout.as_str()), (0, optional.as_str()));
    assert!(!ran.stderr.contains("warning"), "{}", ran.stderr);
    // `--remove` is not a question of what is right.
    assert!(!dir.run("stamp --remove part.yaml").stdout.contains("checksum"));
    // A config that cannot be read is not known either, and neither is what another one adds to the stamp.
    let broken = config.replace("  LEVEL: info", "  LEVEL: info\n\tX: y");
    let two = stamped
        .replace("- configMapRef: {name: env}", "- configMapRef: {name: env}\n        - configMapRef: {name: extra}");
    for text in
        [format!("{broken}---\n{workload}"), format!("{two}---\n{}", broken.replace("name: env", "name: extra"))]
    {
        dir.put("part.yaml", &text);
        assert_eq!(dir.run("stamp part.yaml").status, 2);
        let ran = dir.run("stamp --skip-invalid part.yaml");
        assert_eq!((ran.status, ran.stdout.as_str()), (0, text.as_str()), "{}", ran.stderr);
    }
}

#[test]
fn a_workload_without_references_loses_its_stamp() {
    let dir = Dir::with(&[("app.yaml", APP)]);
    dir.run("stamp --write app.yaml");
    let without = dir.get("app.yaml").replace("        envFrom:\n        - configMapRef: {name: env}\n", "");
    dir.put("app.yaml", &without);
    assert!(!dir.run("stamp app.yaml").stdout.contains("checksum"));
}
