//! Files that kustomizations name as patches: what is in them is not an object of its own.

use crate::support::shell::{APP, Dir};

const PATCH: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: env}\ndata: {LEVEL: debug}\n";

/// A patch of the workload that names an image, as an object of its own does.
const IMAGE: &str = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {template: {spec: {containers: \
                     [{name: web, image: 'web:2', envFrom: [{configMapRef: {name: other}}]}]}}}\n";

fn tree(kustomization: &str) -> Dir {
    Dir::with(&[
        ("k/base/app.yaml", APP),
        ("k/base/kustomization.yaml", "resources: [app.yaml]\n"),
        ("k/prod/kustomization.yaml", kustomization),
        ("k/prod/env.yaml", PATCH),
        ("k/prod/image.yaml", IMAGE),
    ])
}

#[test]
fn patches_define_nothing_and_are_not_edited() {
    for kustomization in [
        "resources: [../base]\npatches: [{path: env.yaml}, {path: ./image.yaml, target: {kind: Deployment}}]\n",
        "resources: [../base]\npatchesStrategicMerge: [env.yaml, ../prod/image.yaml]\n",
        "kind: Component\napiVersion: kustomize.config.k8s.io/v1alpha1\npatches: [{path: env.yaml}, {path: image.yaml}]\n",
        "apiVersion: builtin\nkind: PatchStrategicMergeTransformer\nmetadata: {name: x}\npaths: [env.yaml, image.yaml]\n",
    ] {
        let dir = tree(kustomization);
        let ran = dir.run("links k");
        assert_eq!(ran.status, 0, "{kustomization}{}", ran.stderr);
        ran.says("note: 2 files skipped (first: k/prod/env.yaml): a kustomization uses them as patches");
        assert_eq!(ran.stdout.matches("resolved").count(), 1, "{}", ran.stdout);
        assert!(!ran.stdout.contains("other"), "{}", ran.stdout);
        assert_eq!(ran.stderr.matches("warning").count(), 1, "{}", ran.stderr);
        ran.says("k/base/app.yaml:1:1: warning: ConfigMap/env: k/prod/env.yaml:1 patches it");
        assert_eq!(dir.run("links --strict k").status, 1);

        assert_eq!(dir.run("stamp --write k").status, 0);
        assert_eq!((dir.get("k/prod/env.yaml").as_str(), dir.get("k/prod/image.yaml").as_str()), (PATCH, IMAGE));
        assert!(dir.get("k/base/app.yaml").contains("rollstamp.dev/checksum"));
        let printed = dir.run("stamp k");
        printed.prints(&dir.get("k/base/app.yaml"));
    }
}

#[test]
fn a_config_with_a_patch_keeps_its_name() {
    let dir = tree("resources: [../base]\npatches: [{path: env.yaml}]\n");
    dir.put("k/prod/image.yaml", "a: b\n");
    let ran = dir.run("rename -v --check k");
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    ran.says("ConfigMap/env: ");
    ran.says("ConfigMap/env (k/prod/env.yaml:3) refers to it");
}

#[test]
fn a_file_that_is_a_resource_too_is_an_object() {
    let dir = tree("resources: [../base, env.yaml]\npatches: [{path: env.yaml}]\n");
    dir.run("links k").says("ConfigMap/env is defined with different content in k/base/app.yaml:1, k/prod/env.yaml:1");
    let dir = tree("resources: [../base]\npatches: [{patch: 'env.yaml'}, {path: 'https://example.com/env.yaml'}]\n");
    dir.run("links k").says("ConfigMap/env is defined with different content in k/base/app.yaml:1, k/prod/env.yaml:1");
}

#[test]
fn patches_of_the_context_and_of_the_base_define_nothing_either() {
    let dir = tree("resources: [../base]\npatches: [{path: env.yaml}, {path: image.yaml}]\n");
    dir.put("app/web.yaml", IMAGE.replace("other", "env"));
    let ran = dir.run("links app --context k");
    assert!(ran.stdout.contains("resolved") && !ran.stderr.contains("warning"), "{}{}", ran.stdout, ran.stderr);
    let other = dir.get("k/prod/env.yaml").replace("name: env", "name: other");
    dir.put("k/prod/env.yaml", other);
    let ran = dir.run("links k");
    assert!(!ran.stderr.contains("patches it"), "{}", ran.stderr);
    dir.put("k/prod/env.yaml", PATCH);
    let ran = dir.run("impact --base k k");
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    assert!(!ran.stderr.contains("different content"), "{}", ran.stderr);
}
