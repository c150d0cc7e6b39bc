//! New names for what controllers will write.

use crate::support::shell::Dir;

const REQUESTS: &str = "\
apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata:
  name: db
spec:
  secretStoreRef: {kind: ClusterSecretStore, name: vault}
  data:
  - secretKey: password
    remoteRef: {key: prod/db, version: \"7\"}
---
apiVersion: secrets.hashicorp.com/v1beta1
kind: VaultStaticSecret
metadata:
  name: api
spec:
  mount: kv
  path: api
  destination:
    name: api-token
    create: true
---
apiVersion: bitnami.com/v1alpha1
kind: SealedSecret
metadata:
  name: session
spec:
  encryptedData: {key: AgBy3i4OJSWK}
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  template:
    spec:
      containers:
      - name: web
        image: web:1
        envFrom:
        - secretRef: {name: db}
        - secretRef: {name: api-token}
        - secretRef: {name: session}
";

#[test]
fn changed_request_changes_generated_name() {
    let dir = Dir::with(&[("app.yaml", REQUESTS)]);
    let ran = dir.run("rename --write app.yaml");
    ran.says("SealedSecret/session: not renamed: Secret/session: its values are encrypted for this name only");
    let first = dir.get("app.yaml");
    let name = |text: &str, start: &str| {
        let at = text.find(start).unwrap_or_else(|| panic!("no {start}: {text}")) + start.len();
        text[at..at + 10].to_string()
    };
    let suffix = name(&first, "secretRef: {name: db-");
    assert!(first.contains(&format!("    name: \"db-{suffix}\"")), "{first}");
    assert!(first.contains("rollstamp.dev/base-name: \"db\"") && first.contains("{name: session}"), "{first}");
    let token = name(&first, "secretRef: {name: api-token-");
    assert!(first.contains(&format!("    name: api-token-{token}\n    create: true")), "{first}");
    // What is as it should be stays, and a change of no consequence changes nothing.
    assert_eq!(dir.run("rename --write app.yaml").status, 0);
    assert_eq!(dir.get("app.yaml"), first);
    dir.put("app.yaml", first.replace("  mount: kv\n", "  mount: kv\n  refreshAfter: 1h\n"));
    assert_eq!(dir.run("rename --check app.yaml").status, 0);
    dir.put("app.yaml", first.replace("version: \"7\"", "version: \"8\""));
    assert_eq!(dir.run("rename --write app.yaml").status, 0);
    let second = dir.get("app.yaml");
    let next = name(&second, "secretRef: {name: db-");
    assert_ne!(next, suffix);
    assert!(second.contains(&format!("    name: \"db-{next}\"")) && second.contains(&token), "{second}");
}

#[test]
fn secret_with_writing_controller_keeps_its_name() {
    let secret = "apiVersion: v1\nkind: Secret\nmetadata: {name: db}\nstringData: {user: x}\n---\n";
    let merge = REQUESTS.replace("  data:\n  - secretKey", "  target: {creationPolicy: Merge}\n  data:\n  - secretKey");
    let dir = Dir::with(&[("app.yaml", &format!("{secret}{merge}"))]);
    dir.run("rename --check app.yaml").says("Secret/db: not renamed: ExternalSecret/db writes into it");
}

/// Its reader would not learn of a new name.
#[test]
fn secret_of_rbac_only_keeps_its_name() {
    let role = "---\napiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: {name: reader}\nrules:\n\
        - {apiGroups: [\"\"], resources: [secrets], resourceNames: [db], verbs: [get]}\n";
    let request = REQUESTS.split_inclusive("---\n").next().unwrap().trim_end_matches("---\n");
    let dir = Dir::with(&[("app.yaml", &format!("{request}{role}"))]);
    assert_eq!(dir.run("rename --check app.yaml").status, 0);
    // Where pods use it, the rule follows.
    dir.put("app.yaml", format!("{REQUESTS}{role}"));
    assert_eq!(dir.run("rename --write app.yaml").status, 0);
    assert!(dir.get("app.yaml").contains("resourceNames: [db-"), "{}", dir.get("app.yaml"));
}

/// A changed template makes another Secret, though nothing else of the request changes; a changed key beside it does not.
#[test]
fn changed_template_changes_generated_name() {
    let case = concat!(env!("CARGO_MANIFEST_DIR"), "/testdata/cases/templates-of-external-secrets/in/app.yaml");
    let dir = Dir::with(&[("app.yaml", &std::fs::read_to_string(case).unwrap())]);
    let made = |dir: &Dir| {
        let text = dir.get("app.yaml");
        let at = text.find("secretName: shop-config-").expect("a reference to what is made");
        text[at..].lines().next().unwrap().to_string()
    };
    assert_eq!(dir.run("rename --write app.yaml").status, 0);
    let (first, text) = (made(&dir), dir.get("app.yaml"));
    assert_eq!(dir.run("rename --check app.yaml").status, 0);
    dir.put("app.yaml", text.replace("README: not", "README: never"));
    assert_eq!(dir.run("rename --write app.yaml").status, 0);
    assert_eq!(made(&dir), first);
    // Where the ConfigMap keeps its name, its content still counts.
    for keeps in ["", "rollstamp.dev/rename: 'false'\n    "] {
        let marked = text.replace("rollstamp.dev/base-name: \"shop-templates\"", &format!("{keeps}a: b"));
        dir.put("app.yaml", marked);
        assert_eq!(dir.run("rename --write app.yaml").status, 0);
        let before = made(&dir);
        dir.put("app.yaml", dir.get("app.yaml").replace("database:", "db:"));
        assert_eq!(dir.run("rename --write app.yaml").status, 0);
        assert_ne!(made(&dir), before, "{keeps}");
    }
}

/// An ExternalSecret whose template is a Secret that another one makes, and one that takes something from itself.
const CHAIN: &str = "\
apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata: {name: inner}
spec: {data: [{secretKey: t, remoteRef: {key: a}}]}
---
apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata: {name: outer}
spec:
  target: {template: {templateFrom: [{secret: {name: inner, items: [{key: t}]}}, {secret: {name: outer, items: [{key: t}]}}]}}
---
apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata: {name: alone}
spec: {target: {template: {templateFrom: [{secret: {name: alone, items: [{key: t}]}}]}}}
---
apiVersion: batch/v1
kind: Job
metadata: {name: once, annotations: {note: read outer first}}
spec: {template: {spec: {restartPolicy: Never, containers: [{name: a, image: a, envFrom: [{secretRef: {name: outer}}]}]}}}
";

fn lines_with<'t>(text: &'t str, word: &str) -> Vec<&'t str> {
    text.lines().filter(|line| line.contains(word)).collect()
}

#[test]
fn chained_requests_are_renamed_in_one_run() {
    let dir = Dir::with(&[("app.yaml", CHAIN)]);
    let ran = dir.run("rename --write --rename-jobs app.yaml");
    ran.says("Job/once: an annotation mentions Secret/outer, whose name changes");
    let first = dir.get("app.yaml");
    assert!(lines_with(&first, "alone-").is_empty(), "nothing but itself uses it: {first}");
    assert_eq!(dir.run("rename --check --rename-jobs app.yaml").status, 0);
    // A change of the inner request reaches the outer one, and the Job.
    dir.put("app.yaml", first.replace("{key: a}", "{key: b}"));
    assert_eq!(dir.run("rename --write --rename-jobs app.yaml").status, 0);
    let second = dir.get("app.yaml");
    for word in ["secretRef: {name: outer-", "name: once-", "target: {name: \"inner-"] {
        let (before, after) = (lines_with(&first, word), lines_with(&second, word));
        assert!(!before.is_empty() && before != after, "{word}: {second}");
    }
}

#[test]
fn renamed_generated_config_is_not_stamped() {
    let manifest = CHAIN.replace("apiVersion: batch/v1\nkind: Job", "apiVersion: apps/v1\nkind: Deployment");
    for verb in ["rename --producers", "stamp --producers"] {
        let dir = Dir::with(&[("app.yaml", &manifest)]);
        assert_eq!(dir.run(&format!("{verb} --write app.yaml")).status, 0);
        let text = dir.get("app.yaml");
        assert_eq!(text.contains("rollstamp.dev/checksum"), verb.starts_with("stamp"), "{text}");
        assert_eq!(dir.run(&format!("{verb} --check app.yaml")).status, 0, "{verb}: {text}");
    }
}

const CLASS: &str = "\
apiVersion: secrets-store.csi.x-k8s.io/v1
kind: SecretProviderClass
metadata: {name: db}
spec: {provider: aws, parameters: {objects: a}, secretObjects: [{secretName: db, data: [{key: p, objectName: a}]}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  template:
    spec:
      containers:
      - {name: a, image: a, envFrom: [{secretRef: {name: db}}], volumeMounts: [{name: v, mountPath: /v}]}
      volumes:
      - {name: v, csi: {driver: secrets-store.csi.k8s.io, volumeAttributes: {secretProviderClass: db}}}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: r}
rules: [{apiGroups: ['*'], resources: [secrets, secretproviderclasses], resourceNames: [db], verbs: [get]}]
";

#[test]
fn renamed_class_is_annotated_and_kept() {
    let dir = Dir::with(&[("in/app.yaml", CLASS)]);
    let ran = dir.run("rename -o out --keep 1 --prune-last argocd in");
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    let first = dir.get("out/app.yaml");
    // The Secret that the class makes and the class have two new names.
    let access = lines_with(&first, "resourceNames: [db-")[0];
    assert_eq!(access.matches("db-").count(), 2, "{access}");
    assert!(first.contains("argocd.argoproj.io/sync-options: \"PruneLast=true\""), "{first}");
    dir.put("in/app.yaml", CLASS.replace("{objects: a}", "{objects: b}"));
    assert_eq!(dir.run("rename -o out --keep 1 in").status, 0);
    let kept = dir.get("out/rollstamp-kept.yaml");
    assert!(kept.contains("kind: SecretProviderClass") && kept.contains("{objects: a}"), "{kept}");
    // A name that is there already is nobody else's.
    let name = lines_with(&first, "metadata: {name: db-")[0].to_owned();
    let other = format!(
        "apiVersion: secrets-store.csi.x-k8s.io/v1\nkind: SecretProviderClass\n{name}\nspec: {{provider: x}}\n"
    );
    let other =
        other.replace("rollstamp.dev/base-name: \"db,db\"", "a: b").replace("rollstamp.dev/base-name: \"db\"", "a: b");
    dir.put("in/app.yaml", format!("{CLASS}---\n{other}"));
    let ran = dir.run("rename --check in");
    assert_eq!(ran.status, 2, "{}", ran.stderr);
    ran.says("is already taken by another object");
}

#[test]
fn what_a_template_lacks_is_told() {
    let config = "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: tpl}\ndata: {t: x}\n";
    let request = |from: &str| {
        format!(
            "apiVersion: external-secrets.io/v1\nkind: ExternalSecret\nmetadata: {{name: es}}\nspec: {{target: {{template: {{templateFrom: [{from}]}}}}}}\n{config}"
        )
    };
    let dir = Dir::with(&[]);
    for (from, said) in [
        (
            "{configMap: {name: tpl, items: [{key: u}]}}",
            "ExternalSecret/es: ConfigMap/tpl has no key `u`; its keys are t",
        ),
        ("{configMap: {name: gone}}", "ExternalSecret/es: ConfigMap/gone is not in the input; add it to the input"),
    ] {
        dir.put("app.yaml", request(from));
        let ran = dir.run("links --strict app.yaml");
        assert_eq!(ran.status, 1, "{}", ran.stderr);
        ran.says(said);
    }
    // One spot that means both kinds cannot follow both.
    dir.put("app.yaml", format!("{}---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: web}}\nspec: {{template: {{spec: {{containers: [{{name: a, image: a, envFrom: [{{secretRef: {{name: es}}}}]}}]}}}}}}\n", request("{configMap: &n {name: tpl}}, {secret: *n}")));
    let ran = dir.run("rename --check app.yaml");
    assert_eq!(ran.status, 2);
    ran.says("this name would have to become both");
}
