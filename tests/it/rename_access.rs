//! Rules of RBAC: the names in them follow what they allow, which can be several objects.

use crate::rename_kustomize::documents;
use crate::support::shell::Dir;

/// A config of a kind, and a Pod that uses it.
fn used(kind: &str, name: &str, namespace: &str, value: &str) -> String {
    let (data, reference) = match kind {
        "Secret" => ("stringData", "secretRef"),
        _ => ("data", "configMapRef"),
    };
    let pod = kind.to_lowercase();
    format!(
        "{{apiVersion: v1, kind: {kind}, metadata: {{name: {name}, namespace: {namespace}}}, {data}: {{A: {value}}}}}\n\
         ---\n{{apiVersion: v1, kind: Pod, metadata: {{name: {pod}-{name}, namespace: {namespace}}}, spec: {{containers: \
         [{{name: c, image: i, envFrom: [{{{reference}: {{name: {name}}}}}]}}]}}}}\n---\n"
    )
}

/// Renames in place twice; the names in the first rule of the role after the first time.
#[track_caller]
fn names_after(configs: &str, role: &str, flags: &str) -> Vec<String> {
    let dir = Dir::with(&[("a.yaml", &format!("{configs}{role}"))]);
    let ran = dir.run(&format!("rename -w --strict {flags} a.yaml"));
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    let text = dir.get("a.yaml");
    assert_eq!(dir.run(&format!("rename -w --strict {flags} a.yaml")).status, 0);
    assert_eq!(dir.get("a.yaml"), text, "the second run");
    let objects = documents(&text);
    let names = objects.last().unwrap()["rules"][0]["resourceNames"].clone();
    names.as_array().unwrap().iter().map(|name| name.as_str().unwrap().to_owned()).collect()
}

fn role(kind: &str, rule: &str) -> String {
    let namespace = if kind == "Role" { ", namespace: prod" } else { "" };
    format!(
        "apiVersion: rbac.authorization.k8s.io/v1\nkind: {kind}\nmetadata: {{name: r{namespace}}}\nrules:\n- {rule}\n"
    )
}

const BOTH: &str = "{apiGroups: [''], resources: [configmaps, secrets], resourceNames: [app, other], verbs: [get]}";
const MAPS: &str = "{apiGroups: [''], resources: [configmaps], resourceNames: [app], verbs: [get]}";

#[test]
fn rule_of_several_kinds_gets_new_name_of_each() {
    let configs = used("ConfigMap", "app", "prod", "a") + &used("Secret", "app", "prod", "b");
    let names = names_after(&configs, &role("Role", BOTH), "");
    assert_eq!(names.len(), 3, "{names:?}");
    assert!(names[..2].iter().all(|name| name.starts_with("app-")) && names[2] == "other", "{names:?}");
}

#[test]
fn kept_name_stays_in_rule_next_to_new_name() {
    let kept = used("Secret", "app", "prod", "b")
        .replace("name: app,", "name: app, annotations: {rollstamp.dev/rename: 'false'},");
    let names = names_after(&(used("ConfigMap", "app", "prod", "a") + &kept), &role("Role", BOTH), "");
    assert_eq!(names.len(), 3, "{names:?}");
    assert!(names[0] == "app" && names[1].starts_with("app-"), "{names:?}");
}

#[test]
fn cluster_role_gets_every_new_name() {
    let same = used("ConfigMap", "app", "prod", "a") + &used("ConfigMap", "app", "stage", "a");
    let names = names_after(&same, &role("ClusterRole", MAPS), "");
    assert_eq!(names.len(), 1, "{names:?}");
    assert!(names[0].starts_with("app-"), "{names:?}");
    let different = used("ConfigMap", "app", "prod", "a") + &used("ConfigMap", "app", "stage", "b");
    let names = names_after(&different, &role("ClusterRole", MAPS), "");
    assert_eq!(names.len(), 2, "{names:?}");
    assert!(names.iter().all(|name| name.starts_with("app-")), "{names:?}");
}

#[test]
fn names_are_added_in_every_layout() {
    let configs = used("ConfigMap", "app", "prod", "a") + &used("ConfigMap", "app", "stage", "b");
    let head = "apiGroups: ['']\n  resources: [configmaps]\n  verbs: [get]\n  resourceNames:";
    for list in ["\n  - app # ours\n  - z", "\n    -   'app'", " [\n    z,\n    app,\n  ]", " [\"app\"]", " [z,app]"] {
        let names = names_after(&configs, &role("ClusterRole", &format!("{head}{list}")), "");
        let new = names.iter().filter(|name| name.starts_with("app-")).count();
        assert_eq!((new, names.len()), (2, 2 + usize::from(list.contains('z'))), "{list}: {names:?}");
    }
}

#[test]
fn rules_follow_renamed_jobs() {
    let job = "\
apiVersion: batch/v1
kind: Job
metadata: {name: app, namespace: prod}
spec: {template: {spec: {containers: [{name: c, image: i, envFrom: [{configMapRef: {name: app}}]}]}}}
---
";
    let configs = used("ConfigMap", "app", "prod", "a") + job;
    let rule = "{apiGroups: [batch], resources: [jobs/status], resourceNames: [app, z], verbs: [get]}";
    for kind in ["Role", "ClusterRole"] {
        let names = names_after(&configs, &role(kind, rule), "--rename-jobs");
        assert!(names.len() == 2 && names[0].starts_with("app-"), "{names:?}");
    }
    // A rule about everything means both.
    let all = "{apiGroups: ['*'], resources: ['*'], resourceNames: [app], verbs: [get]}";
    let names = names_after(&configs, &role("Role", all), "--rename-jobs");
    assert_eq!(names.len(), 2, "{names:?}");
    // Another namespace, another Job.
    let stage = role("Role", rule).replace("prod", "stage");
    assert_eq!(names_after(&configs, &stage, "--rename-jobs"), ["app", "z"]);
}

/// Neither the Job nor the role that names it can change where SOPS signs the document.
#[test]
fn job_that_a_signed_role_names_keeps_its_name() {
    let job = "apiVersion: batch/v1\nkind: Job\nmetadata: {name: app, namespace: prod}\nspec: {template: {spec: {containers: \
               [{name: c, image: i, envFrom: [{configMapRef: {name: app}}]}]}}}\n---\n";
    let rule = "{apiGroups: [batch], resources: [jobs], resourceNames: [app], verbs: [get]}";
    let signed = format!("{}sops: {{mac: 'ENC[AES256_GCM,data:mac]'}}\n", role("Role", rule));
    let text = format!("{}{job}{signed}", used("ConfigMap", "app", "prod", "a"));
    let dir = Dir::with(&[("a.yaml", &text)]);
    let ran = dir.run("rename --rename-jobs a.yaml");
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    assert!(
        ran.stdout.contains(&signed) && ran.stdout.contains("kind: Job\nmetadata: {name: app, namespace"),
        "{}",
        ran.stdout
    );
    ran.says(
        "prod/Job/app: the new name changes its spec, which cannot be applied: its name stays, since prod/Role/r names it and \
         SOPS signs the document of that; delete the Job before applying",
    );
    // The role of another namespace means another Job.
    dir.put("a.yaml", text.replace("name: r, namespace: prod", "name: r, namespace: stage"));
    let ran = dir.run("rename --rename-jobs a.yaml");
    assert!(ran.stdout.contains("kind: Job\nmetadata: {name: app-"), "{}", ran.stdout);
}
