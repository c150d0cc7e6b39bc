//! `stamp --apps` and `rename --apps`: the rendered manifests of a repository, one file for each application.

use crate::support::apps::{kustomization, sync};
use crate::support::shell::Dir;

const CONFIG: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: env, namespace: shop}\ndata: {LEVEL: info}\n";
const WEB: &str = "\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  template:
    spec:
      containers: [{name: app, image: app, envFrom: [{configMapRef: {name: env}}]}]
";

/// Two clusters, on which one application has the config and another uses it.
fn fleet() -> Dir {
    let dir = Dir::with(&[("apps/web/web.yaml", WEB), ("apps/env/env.yaml", CONFIG)]);
    for cluster in ["eu", "us"] {
        dir.put(&format!("clusters/{cluster}/sync.yaml"), sync(&format!("clusters/{cluster}")));
        dir.put(&format!("clusters/{cluster}/web.yaml"), kustomization("web", "apps/web"));
        dir.put(&format!("clusters/{cluster}/env.yaml"), kustomization("env", "apps/env"));
    }
    dir
}

fn written(dir: &Dir) -> Vec<String> {
    dir.files("out").into_iter().map(|(path, _)| path).collect()
}

#[test]
fn applications_are_written_whole_and_stamped_by_what_their_cluster_defines() {
    let dir = fleet();
    let check = dir.run("stamp --apps --check");
    assert_eq!(check.status, 1, "{}", check.stderr);
    let ran = dir.run("stamp --apps --output-dir out");
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    let mut expected = vec![".rollstamp-apps.json".to_owned()];
    for cluster in ["eu", "us"] {
        for name in ["env", "flux-system", "web"] {
            expected.push(format!("{cluster}/flux-system/{name}/manifests.yaml"));
        }
    }
    assert_eq!(written(&dir), expected);
    let web = dir.get("out/eu/flux-system/web/manifests.yaml");
    assert!(web.contains("rollstamp.dev/checksum: \""), "{web}");
    assert_eq!(web, dir.get("out/us/flux-system/web/manifests.yaml"));
    assert_eq!(dir.get("out/eu/flux-system/env/manifests.yaml"), CONFIG);
    // What was written is never an application of its own.
    let again = dir.run("stamp --apps --output-dir out");
    assert_eq!((again.status, again.stdout), (0, ran.stdout));
    assert_eq!(written(&dir), expected);
}

#[test]
fn a_file_goes_with_its_application_only_if_it_is_ours() {
    let dir = fleet();
    assert_eq!(dir.run("stamp --apps --output-dir out -q").status, 0);
    dir.put("out/us/flux-system/mine/manifests.yaml", "a: 1\n");
    std::fs::remove_file(dir.path("clusters/us/env.yaml")).unwrap();
    let part = dir.run("stamp --apps --output-dir out clusters/us");
    assert!(written(&dir).contains(&"us/flux-system/env/manifests.yaml".to_owned()), "{}", part.stderr);
    let ran = dir.run("stamp --apps --output-dir out");
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    ran.says("1 removed");
    let files = written(&dir);
    assert!(!files.contains(&"us/flux-system/env/manifests.yaml".to_owned()), "{files:?}");
    assert!(files.contains(&"us/flux-system/mine/manifests.yaml".to_owned()), "{files:?}");
}

#[test]
fn what_cannot_be_rendered_keeps_the_file_that_it_has() {
    let dir = fleet();
    assert_eq!(dir.run("stamp --apps --output-dir out -q").status, 0);
    let before = dir.get("out/us/flux-system/web/manifests.yaml");
    dir.put("clusters/us/web.yaml", kustomization("web", "apps/gone"));
    dir.put("clusters/us/more.yaml", kustomization("more", "apps/none"));
    let suspended = kustomization("env", "apps/env").replace("spec: {", "spec: {suspend: true, ");
    dir.put("clusters/eu/env.yaml", suspended);
    let ran = dir.run("stamp --apps --output-dir out");
    assert_eq!(ran.status, 2, "{}", ran.stderr);
    ran.says("us/flux-system/web is not written: it is unknown: the path apps/gone does not exist");
    ran.says(
        "\nrollstamp: error: us/flux-system/more is not written: it is unknown: the path apps/none does not exist\n",
    );
    assert!(!ran.stderr.contains("eu/flux-system/env is not written"), "{}", ran.stderr);
    assert_eq!(dir.get("out/us/flux-system/web/manifests.yaml"), before);
    assert!(written(&dir).contains(&"eu/flux-system/env/manifests.yaml".to_owned()));
}

#[test]
fn names_follow_a_config_into_the_other_applications_of_its_cluster() {
    let dir = fleet();
    let ran = dir.run("rename --apps --output-dir out");
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    let config = dir.get("out/eu/flux-system/env/manifests.yaml");
    let name = config.lines().find_map(|line| line.split_once("name: env-")).unwrap().1;
    let suffix: String = name.chars().take_while(|letter| letter.is_ascii_alphanumeric()).collect();
    let web = dir.get("out/us/flux-system/web/manifests.yaml");
    assert!(web.contains(&format!("env-{suffix}")), "{web}");
}

#[test]
fn rendered_manifests_are_not_written_over_their_sources() {
    let dir = fleet();
    for args in ["stamp --apps", "stamp --apps --write", "stamp --apps --diff", "rename --apps"] {
        dir.run(args).fails("--apps renders the manifests: use --check, or --output-dir DIR to write them");
    }
    dir.run("rename --apps --output-dir out --keep 2").fails("--keep does not go with --apps");
}
