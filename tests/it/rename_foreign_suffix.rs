//! Names that already have a suffix of another tool: the second one is named, with the fix.

use crate::support::shell::{APP, Dir};

fn rename(text: &str, flags: &str) -> String {
    let dir = Dir::with(&[("app.yaml", text)]);
    let ran = dir.run(&format!("rename {flags} app.yaml"));
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    ran.stderr
}

#[test]
fn second_suffix_is_a_note_with_the_fix() {
    for (name, note) in [
        (
            "env-b9t2424hkf",
            "-b9t2424hkf looks like a content hash of kustomize or `kubectl --append-hash`; let one tool",
        ),
        ("env-ver-3", "-ver-3 looks like a version of kapp; pass the manifests before kapp gives them versions"),
        ("env-3f2a9c1b", "-3f2a9c1b looks like the hash of a chart or script; leave it out there"),
    ] {
        let stderr = rename(&APP.replace("name: env", &format!("name: {name}")), "");
        let expected = format!("app.yaml:4:9: note: ConfigMap/{name}: the new name has two suffixes: {note}");
        assert!(stderr.contains(&expected), "{stderr}");
    }
}

#[test]
fn second_suffix_is_not_reported_where_none_is_appended() {
    // kustomize's suffix of this very content; a name that is kept; a name that was renamed before; a plain name.
    let renamed = Dir::with(&[("app.yaml", APP)]).run("rename app.yaml").stdout;
    let own = renamed.replace("  annotations:\n    rollstamp.dev/base-name: \"env\"\n", "");
    assert!(own.contains("name: env-") && !own.contains("base-name"), "{own}");
    let kept = APP.replace("name: env", "name: env-ver-3").replacen(
        "  name: env-ver-3\n",
        "  name: env-ver-3\n  annotations: {rollstamp.dev/rename: 'false'}\n",
        1,
    );
    for text in [&own, &kept, &renamed.replace("info", "debug"), APP] {
        let stderr = rename(text, "");
        assert!(!stderr.contains("two suffixes"), "{text}{stderr}");
    }
}

#[test]
fn second_suffix_of_jobs_and_generated_secrets_is_reported() {
    let job =
        APP.replace("apps/v1", "batch/v1").replace("Deployment", "Job").replace("name: web\n", "name: web-3f2a9c1b\n");
    let stderr = rename(&job, "--rename-jobs");
    assert!(stderr.contains("Job/web-3f2a9c1b: the new name has two suffixes"), "{stderr}");
    let secret = APP.replace("configMapRef", "secretRef").replace("{name: env}", "{name: db-b9t2424hkf}");
    let external = "apiVersion: external-secrets.io/v1\nkind: ExternalSecret\nmetadata: {name: db}\nspec: {target: {name: \
                    db-b9t2424hkf}, data: [{secretKey: a, remoteRef: {key: a}}]}\n";
    let stderr = rename(&format!("{external}---\n{secret}"), "");
    assert!(stderr.contains("ExternalSecret/db: the new name has two suffixes"), "{stderr}");
}
