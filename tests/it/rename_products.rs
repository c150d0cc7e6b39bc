//! New names for what controllers will write.

use crate::shell::Dir;

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
fn the_name_follows_the_request() {
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
fn a_secret_that_a_controller_writes_into_keeps_its_name() {
    let secret = "apiVersion: v1\nkind: Secret\nmetadata: {name: db}\nstringData: {user: x}\n---\n";
    let merge = REQUESTS.replace("  data:\n  - secretKey", "  target: {creationPolicy: Merge}\n  data:\n  - secretKey");
    let dir = Dir::with(&[("app.yaml", &format!("{secret}{merge}"))]);
    dir.run("rename --check app.yaml").says("Secret/db: not renamed: ExternalSecret/db writes into it");
}

/// Its reader would not learn of a new name.
#[test]
fn a_secret_that_only_rbac_names_keeps_its_name() {
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
fn the_name_follows_the_templates_of_the_request() {
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
