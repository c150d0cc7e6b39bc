//! Questions to `links`: parts of the list, objects named as for kubectl, and what is said of names that are not there.

use serde_json::Value;

use crate::support::shell::{APP, Dir};

/// Two workloads in two namespaces, a Secret that is not there, and a config that nothing uses.
fn input() -> Dir {
    let app = |namespace: &str, name: &str| {
        APP.replace("name: env\n", &format!("name: {name}-env\n  namespace: {namespace}\n"))
            .replace("name: web\nspec", &format!("name: {name}\n  namespace: {namespace}\nspec"))
            .replace("{name: env}", &format!("{{name: {name}-env}}"))
    };
    let with_secret = app("prod", "web") + "        - secretRef: {name: web-db}\n";
    let spare = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: spare, namespace: prod}\n";
    Dir::with(&[("web.yaml", &with_secret), ("api.yaml", &app("test", "api")), ("spare.yaml", spare)])
}

/// Each row of the table by its workload and config, and the unused configs.
fn rows(dir: &Dir, flags: &str) -> Vec<String> {
    let ran = dir.run(&format!("links {flags} ."));
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    let row = |line: &str| {
        let words: Vec<&str> = line.split_whitespace().collect();
        let names = words.iter().filter(|word| word.contains('/') && !word.contains(".yaml"));
        names.copied().collect::<Vec<_>>().join(" ")
    };
    ran.stdout.lines().map(row).filter(|row| !row.is_empty()).collect()
}

const API: &str = "test/Deployment/api ConfigMap/api-env";
const WEB: &str = "prod/Deployment/web ConfigMap/web-env";
const DB: &str = "prod/Deployment/web Secret/web-db";
const SPARE: &str = "prod/ConfigMap/spare";

#[test]
fn flags_choose_a_part_of_the_list() {
    let dir = input();
    for (flags, expected) in [
        ("", vec![API, WEB, DB, SPARE]),
        ("--workload deploy/web", vec![WEB, DB]),
        ("--workload web", vec![WEB, DB]),
        ("--uses cm/api-env", vec![API]),
        ("--uses prod/ConfigMap/web-env", vec![WEB]),
        ("--uses web-db", vec![DB]),
        ("--in-namespace prod", vec![WEB, DB, SPARE]),
        ("--in-namespace prod --uses web-env", vec![WEB]),
        ("--unresolved", vec![DB]),
        ("--unresolved --workload api", vec![]),
        ("--unused", vec![SPARE]),
        ("--unused --in-namespace test", vec![]),
    ] {
        assert_eq!(rows(&dir, flags), expected, "{flags}");
    }
}

#[test]
fn json_has_the_same_part() {
    let dir = input();
    let report: Value =
        serde_json::from_str(&dir.run("links --format json --workload web --uses secret/web-db .").stdout).unwrap();
    assert_eq!(report["links"].as_array().unwrap().len(), 1, "{report}");
    assert_eq!(report["links"][0]["target"]["name"], "web-db");
    assert_eq!(report["unused"].as_array().unwrap().len(), 0);
    dir.run("links --format html --unused .").fails("--format html has all links");
}

#[test]
fn names_that_are_not_there_come_with_the_nearest() {
    let dir = input();
    dir.run("links --uses cm/web-evn .")
        .fails("no config cm/web-evn in the input; did you mean prod/ConfigMap/web-env?");
    dir.run("links --workload deploy/wbe .")
        .fails("no workload deploy/wbe in the input; did you mean prod/Deployment/web?");
    dir.run("explain --workload deploy/webb .").fails("did you mean prod/Deployment/web?");
    dir.run("explain --workload zzz .").fails("found: test/Deployment/api, prod/Deployment/web");
}

#[test]
fn explain_takes_names_as_kubectl_does() {
    let dir = input();
    let listing = dir.run("explain --workload prod/Deployment/web .").stdout;
    assert!(listing.contains("ConfigMap/web-env/LEVEL"), "{listing}");
    for name in ["web", "deploy/web", "deployments/web"] {
        assert_eq!(dir.run(&format!("explain --workload {name} .")).stdout, listing, "{name}");
    }
    dir.put("again.yaml", "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec: {containers: [{image: a}]}\n");
    dir.run("explain --workload web .").fails("web is in the input more than once");
}

#[test]
fn help_and_version_are_commands_too() {
    let dir = input();
    assert_eq!(dir.run("help links").stdout, dir.run("links --help").stdout);
    assert_eq!(dir.run("version").stdout, dir.run("--version").stdout);
    assert_eq!(dir.run("-qq links .").status, 0);
    assert_eq!(dir.run("-vv links .").stderr, dir.run("-v links .").stderr);
}

#[test]
fn no_tip_would_run_a_program() {
    let ran = input().run("links --usess web .");
    assert_eq!(ran.status, 2);
    ran.says("a similar argument exists: '--uses'");
    assert!(!ran.stderr.contains("as a value"), "{}", ran.stderr);
}
