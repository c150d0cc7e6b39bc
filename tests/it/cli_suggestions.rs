//! "Did you mean": names that are misspelt come with the one that is meant.

use crate::support::shell::{APP, Dir};

#[test]
fn missing_configs_come_with_a_similar_one() {
    for (from, to, similar) in [
        ("{name: env}", "{name: evn}", Some("ConfigMap/env")),
        ("{name: env}", "{name: ENV}", Some("ConfigMap/env")),
        ("{name: env}", "{name: settings}", None),
    ] {
        let dir = Dir::with(&[("app.yaml", &APP.replace(from, to))]);
        let ran = dir.run("links app.yaml");
        let json: serde_json::Value = serde_json::from_str(&dir.run("links --format json app.yaml").stdout).unwrap();
        let suggested = &json["links"][0]["didYouMean"];
        match similar {
            Some(similar) => {
                ran.says(&format!("is not in the input; did you mean {similar}? Otherwise add it"));
                assert!(ran.stdout.contains(&format!("not in the input; did you mean {similar}?\n")), "{}", ran.stdout);
                assert_eq!(suggested["name"], "env");
            }
            None => {
                assert!(!format!("{}{}", ran.stdout, ran.stderr).contains("did you mean"), "{ran:?}");
                assert!(suggested.is_null());
            }
        }
    }
}

#[test]
fn a_secret_is_suggested_for_a_config_map_of_its_name() {
    let app = APP.replacen("ConfigMap", "Secret", 1).replacen("\ndata:", "\nstringData:", 1);
    Dir::with(&[("app.yaml", &app)])
        .run("links app.yaml")
        .says("ConfigMap/env is not in the input; did you mean Secret/env?");
}

#[test]
fn numbered_names_and_other_namespaces_are_no_suggestions() {
    let app = APP.replace("{name: env}", "{name: config-2}").replace("name: env\n", "name: config-1\n");
    let ran = Dir::with(&[("app.yaml", &app)]).run("links app.yaml");
    assert!(ran.stderr.contains("not in the input") && !ran.stderr.contains("did you mean"), "{}", ran.stderr);
    let app = APP
        .replace("  name: env\n", "  name: env\n  namespace: dev\n")
        .replace("name: web\nspec", "name: web\n  namespace: prod\nspec")
        .replace("{name: env}", "{name: evn}");
    let ran = Dir::with(&[("app.yaml", &app)]).run("links app.yaml");
    assert!(ran.stderr.contains("not in the input") && !ran.stderr.contains("did you mean"), "{}", ran.stderr);
}

#[test]
fn a_baseline_does_not_depend_on_suggestions() {
    let missing = APP.replace("{name: env}", "{name: evn}");
    let dir = Dir::with(&[("app.yaml", &missing)]);
    dir.run("links --write-baseline known.json app.yaml");
    dir.put("app.yaml", missing.replace("  name: env\n", "  name: other\n"));
    assert_eq!(dir.run("links --strict --baseline known.json app.yaml").status, 0);
}

#[test]
fn keys_come_with_a_similar_one_but_no_value() {
    let secret = "apiVersion: v1\nkind: Secret\nmetadata: {name: db}\nstringData: {PASSWORD: hush}\n---\n";
    let app = APP.replace(
        "envFrom:\n        - configMapRef: {name: env}",
        "env:\n        - {name: L, valueFrom: {configMapKeyRef: {name: env, key: LEVLE}}}\n        \
         - {name: P, valueFrom: {secretKeyRef: {name: db, key: PASWORD}}}\n        \
         - {name: X, valueFrom: {secretKeyRef: {name: db, key: hus}}}",
    );
    let ran = Dir::with(&[("app.yaml", &format!("{secret}{app}"))]).run("links app.yaml");
    ran.says("ConfigMap/env has no key `LEVLE`; did you mean `LEVEL`? Its keys are LEVEL");
    ran.says("Secret/db has no key `PASWORD`; did you mean `PASSWORD`? Its keys are PASSWORD");
    ran.says("Secret/db has no key `hus`; its keys are PASSWORD");
    assert!(!ran.stderr.contains("hush"), "{}", ran.stderr);
}

#[test]
fn flags_come_with_what_is_meant() {
    let app = APP
        .replace("  name: env\n", "  name: env\n  namespace: prod\n")
        .replace("name: web\nspec", "name: web\n  namespace: prod\nspec");
    let dir = Dir::with(&[("app.yaml", &app)]);
    for (args, problem) in [
        ("links --uses cm/evn .", "no config cm/evn in the input; did you mean prod/ConfigMap/env?"),
        ("links --uses configmp/env .", "no config configmp/env in the input; did you mean prod/ConfigMap/env?"),
        ("links --uses dev/cm/env .", "no config dev/cm/env in the input; did you mean prod/ConfigMap/env?"),
        ("links --workload deploy/wbe .", "did you mean prod/Deployment/web?"),
        ("links --workload sts/web .", "did you mean prod/Deployment/web?"),
        ("links --in-namespace prd .", "no object of the input is in the namespace prd; did you mean prod?"),
        ("links --in-namespace test .", "no object of the input is in the namespace test; found: prod"),
        ("explain --workload deploymnt/web .", "did you mean prod/Deployment/web?"),
        (
            "explain --workload web --template spec.templat .",
            "has no pod template spec.templat; did you mean spec.template?",
        ),
        ("stamp --external secrt/db .", "`secrt` is not a kind of config; did you mean Secret?"),
        ("man stmp", "unknown command stmp; did you mean stamp?"),
        ("links --format jsn .", "a similar value exists: 'json'"),
        ("stmp .", "a similar subcommand exists: 'stamp'"),
        ("help stmp", "stamp"),
    ] {
        dir.run(args).fails(problem);
    }
    dir.run("stamp --ignore-config cm/evn .")
        .says("`--ignore-config` ConfigMap/evn matches no config and no reference; did you mean prod/ConfigMap/env?");
    dir.run("rename --keep-name dev/cm/env .").says("did you mean prod/ConfigMap/env?");
}

#[test]
fn configs_are_named_as_for_kubectl_in_every_flag() {
    let secret = "apiVersion: v1\nkind: Secret\nmetadata: {name: db}\nstringData: {PASSWORD: hush}\n---\n";
    let app = APP.replace("{name: env}", "{name: env}\n        - secretRef: {name: db}");
    let dir = Dir::with(&[("app.yaml", &format!("{secret}{app}"))]);
    for name in ["env", "cm/env", "configmaps/env", "configmap.v1/env", "default/cm/env", "ConfigMap/env", "en*"] {
        let renamed = dir.run(&format!("rename --keep-name {name} app.yaml"));
        assert!(
            renamed.stdout.contains("name: env\n") && !renamed.stdout.contains("name: env-"),
            "{name}: {renamed:?}"
        );
        let ignored = dir.run(&format!("stamp --check --format json --ignore-config {name} app.yaml")).stdout;
        assert!(!ignored.contains("ConfigMap/env/LEVEL"), "{name}: {ignored}");
        assert_eq!(dir.run(&format!("links --strict --external {name} app.yaml")).status, 0, "{name}");
    }
    for name in ["web", "deploy/web", "deployments.apps/web", "deployment.v1.apps/web", "default/Deployment/web"] {
        let listing = dir.run(&format!("explain --workload {name} app.yaml")).stdout;
        assert!(listing.contains("ConfigMap/env/LEVEL"), "{name}: {listing}");
        assert_eq!(dir.run(&format!("links --workload {name} app.yaml")).stdout.lines().count(), 3, "{name}");
    }
}

#[test]
fn a_name_of_several_kinds_needs_its_kind() {
    let secret = "apiVersion: v1\nkind: Secret\nmetadata: {name: env}\nstringData: {PASSWORD: hush}\n---\n";
    let dir = Dir::with(&[("app.yaml", &format!("{secret}{APP}"))]);
    for (flag, option) in [("--external", "external"), ("--ignore-config", "--ignore-config")] {
        dir.run(&format!("stamp {flag} env app.yaml")).fails(&format!(
            "error: `{option}` env is the name of ConfigMap/env and Secret/env; write its kind before it"
        ));
        assert_eq!(dir.run(&format!("stamp {flag} cm/env app.yaml")).status, 0);
        assert_eq!(dir.run(&format!("stamp {flag} e* app.yaml")).status, 0);
    }
}
