//! Reports on input that can be read in part: everything that is known is printed, then the errors, with exit status 2.

use serde_json::Value;

use crate::support::shell::{APP, Dir};

const BROKEN: &str = "apiVersion: v1\nkind: ConfigMap\n\tmetadata: {name: x}\n";

/// A workload whose ConfigMap has two definitions, one with a ConfigMap of its own, and a document that is not YAML.
fn partial() -> Dir {
    let other = APP.replace("name: env", "name: other").replace("name: web", "name: api");
    let (config, workload) = APP.split_once("---\n").unwrap();
    Dir::with(&[
        ("k/api.yaml", &other),
        ("k/dev/env.yaml", config),
        ("k/prod/env.yaml", &config.replace("info", "debug")),
        ("k/web.yaml", workload),
        ("k/x.yaml", BROKEN),
    ])
}

#[test]
fn links_show_what_was_read_and_then_the_errors() {
    let dir = partial();
    let ran = dir.run("links k");
    ran.fails_after_report("k/x.yaml:3:1: error: a tab cannot be used for indentation");
    let row = |workload: &str| ran.stdout.lines().find(|line| line.contains(workload)).unwrap_or_default();
    assert!(row("Deployment/api").ends_with("resolved"), "{}", ran.stdout);
    assert!(row("Deployment/web").ends_with("ambiguous (2 definitions)"), "{}", ran.stdout);
    assert!(!ran.stdout.contains("ConfigMap/env  k/"), "a config that may be meant is not unused:\n{}", ran.stdout);
    ran.says("warning: Deployment/web: ConfigMap/env is defined with different content in k/dev/env.yaml:1");
}

#[test]
fn links_json_names_status_and_definitions() {
    let ran = partial().run("links --format json k");
    assert_eq!(ran.status, 2);
    let report: Value = serde_json::from_str(&ran.stdout).unwrap();
    let link = |name: &str| {
        let links = report["links"].as_array().unwrap();
        links.iter().find(|link| link["workload"]["name"] == name).unwrap().clone()
    };
    assert_eq!((&link("api")["status"], &link("api")["resolved"]), (&"resolved".into(), &true.into()));
    let web = link("web");
    assert_eq!((&web["status"], &web["resolved"]), (&"ambiguous".into(), &false.into()));
    let files: Vec<&str> =
        web["definitions"].as_array().unwrap().iter().map(|one| one["file"].as_str().unwrap()).collect();
    assert_eq!(files, ["k/dev/env.yaml", "k/prod/env.yaml"]);
}

#[test]
fn pictures_draw_ambiguous_configs_in_a_color_of_their_own() {
    let dir = partial();
    for (format, sign) in [("mermaid", "classDef ambiguous"), ("dot", "ambiguous"), ("html", "\"ambiguous\"")] {
        let ran = dir.run(&format!("links --format {format} k"));
        ran.fails_after_report("k/x.yaml:3:1: error:");
        assert!(ran.stdout.contains(sign), "{format}: {}", ran.stdout);
    }
}

#[test]
fn ambiguous_references_alone_are_findings_of_reports() {
    let dir = partial();
    std::fs::remove_file(dir.path("k/x.yaml")).unwrap();
    for verb in ["links", "explain --workload Deployment/api", "impact --base k"] {
        assert_eq!(dir.run(&format!("{verb} k")).status, 0, "{verb}");
        assert_eq!(dir.run(&format!("{verb} --strict k")).status, 1, "{verb}");
    }
}

#[test]
fn explain_says_that_an_ambiguous_reference_leaves_the_stamp() {
    let ran = partial().run("explain --workload Deployment/web k");
    ran.fails_after_report("Deployment/web: its stamp stays as it is: ConfigMap/env is defined more than once");
    let ignored = partial().run("explain --workload Deployment/web --ignore-config ConfigMap/env k");
    assert!(
        !ignored.stderr.contains("its stamp stays"),
        "a config that is ignored decides nothing: {}",
        ignored.stderr
    );
    let ran = partial().run("explain --workload Deployment/api k");
    ran.fails_after_report("k/x.yaml:3:1: error:");
    assert!(ran.stdout.contains("ConfigMap/other/LEVEL"), "{}", ran.stdout);
}

#[test]
fn checks_and_diffs_show_what_can_be_planned() {
    let dir = partial();
    for verb in ["stamp", "rename"] {
        let ran = dir.run(&format!("{verb} --check k"));
        ran.fails_after_report("error: Deployment/web: ConfigMap/env is defined with different content");
        ran.says("k/x.yaml:3:1: error:");
        assert!(ran.stdout.contains("/api: needs stamp") || ran.stdout.contains("needs the name other-"), "{ran:?}");
        let ran = dir.run(&format!("{verb} --diff k"));
        ran.fails_after_report("k/x.yaml:3:1: error:");
        assert!(ran.stdout.starts_with("--- k/api.yaml\n"), "{}", ran.stdout);
        assert!(!ran.stdout.contains("k/web.yaml"), "{}", ran.stdout);
        let report: Value = serde_json::from_str(&dir.run(&format!("{verb} --check --format json k")).stdout).unwrap();
        let changes = report["changes"].as_array().unwrap().len() + report["renames"].as_array().unwrap().len();
        assert_eq!(changes, 1, "{report}");
    }
}

#[test]
fn a_config_with_unreadable_values_leaves_the_stamps_of_its_users() {
    let dir = Dir::with(&[("app.yaml", &APP.replace("LEVEL: info", "LEVEL: 3"))]);
    for verb in ["stamp --check", "stamp --diff", "rename --check", "rename --diff"] {
        let ran = dir.run(&format!("{verb} app.yaml"));
        ran.fails_after_report("app.yaml:6:10: error: ConfigMap/env: data.LEVEL is a number (3)");
        assert_eq!(ran.stdout, "", "{verb}");
    }
    dir.run("explain --workload Deployment/web app.yaml")
        .fails_after_report("its stamp stays as it is: ConfigMap/env has values that cannot be read");
}

#[test]
fn commands_that_write_do_all_or_nothing_and_say_how_to_go_on() {
    let dir = partial();
    let before = dir.files("k");
    for args in ["stamp k", "rename k", "stamp --write k", "rename --write k", "stamp -o out k"] {
        dir.run(args)
            .fails("2 errors: nothing was written; `--skip-invalid` leaves alone what cannot be read or decided");
    }
    assert_eq!(dir.files("k"), before);
}

#[test]
fn skip_invalid_leaves_ambiguous_workloads_as_they_are() {
    let dir = partial();
    let stamped = "labels: {app: web}\n      annotations: {rollstamp.dev/checksum: \"0123\"}";
    let old = dir.get("k/web.yaml").replace("labels: {app: web}", stamped);
    dir.put("k/web.yaml", &old);
    for verb in ["stamp", "rename"] {
        let ran = dir.run(&format!("{verb} --write --skip-invalid k"));
        assert_eq!(ran.status, 0, "{}", ran.stderr);
        ran.says("warning: Deployment/web: ConfigMap/env is defined with different content");
        assert_eq!(dir.get("k/web.yaml"), old, "{verb}");
        assert!(dir.get("k/dev/env.yaml").contains("name: env"), "{verb}: its configs keep their name");
    }
    assert!(dir.get("k/api.yaml").contains("rollstamp.dev/checksum"));
    assert_eq!(dir.run("stamp --check --strict --skip-invalid k").status, 1, "it is a finding");
}

#[test]
fn lists_a_few_of_many_definitions_and_counts_the_rest() {
    let dir = Dir::with(&[("0.yaml", APP)]);
    for number in 1..8 {
        dir.put(&format!("{number}.yaml"), APP.replace("info", &number.to_string()).split("---").next().unwrap());
    }
    let ran = dir.run("links .");
    ran.says("is defined with different content in 0.yaml:1, 1.yaml:1, 2.yaml:1, 3.yaml:1 and 4 more");
    assert_eq!(dir.run("links --format json .").stdout.matches("\"file\": \"7.yaml\"").count(), 1);
}
