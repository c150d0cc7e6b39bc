//! Marked values of Secrets in every shape and place, through every verb, mode and format: none is printed. Both sides
//! of `impact` have values of their own.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::support::shell::{Dir, Ran};

/// Values of the new and of the old manifests. Long enough that no hash holds one by chance.
const VALUES: [&str; 2] = ["zQ7hushXw9", "kV4quietLm2"];

/// Stands before each shape that has no head of its own.
const HEAD: &str = "apiVersion: v1\nkind: Secret\nmetadata: {name: db}\n";

/// What follows [`HEAD`]: sound, then such as Kubernetes does not take, then such as is not YAML. PLAIN is the value,
/// CODED its base64.
const FIELDS: [&str; 41] = [
    "stringData:\n  a: PLAIN\n",
    "data:\n  a: CODED\n",
    "data: {\"a\": \"CODED\"}\n",
    "data:\n  a: >-\n    CODED\n",
    "data:\n  a: !!binary CODED\n",
    "stringData:\n  a: |\n    user: x\n    pw: PLAIN\n",
    "stringData:\n  a: |+\n    pw: PLAIN\n\n\n",
    "stringData:\n  a: >\n    pw\n    PLAIN\n",
    "stringData:\n  a: \"x\\nPLAIN\"\n",
    "stringData:\n  ? a\n  : PLAIN\n",
    "stringData: &x\n  a: &y PLAIN\n  b: *y\n",
    "immutable: true\nstringData: {a: PLAIN}\n",
    "type: kubernetes.io/tls\nstringData: {tls.crt: PLAIN, tls.key: PLAIN}\n",
    "type: kubernetes.io/tls\nstringData: {tls.crt: PLAIN}\n",
    "type: kubernetes.io/basic-auth\ndata: {other: CODED}\n",
    "type: kubernetes.io/dockerconfigjson\nstringData: {.dockerconfigjson: '{\"auths\": PLAIN'}\n",
    "# PLAIN\nstringData: # PLAIN\n  # PLAIN\n  a: x # PLAIN\n",
    "data:\n  a: ENC[AES256_GCM,data:PLAIN,iv:AAAA,tag:BBBB,type:str]\nsops:\n  mac: ENC[x]\n",
    "stringData:\n  a: PLAIN\nsops: {mac: ENC[x]}\n",
    "data: {a: PLAIN!}\n",
    "stringData: PLAIN\n",
    "stringData: [PLAIN]\n",
    "stringData: {a: {b: PLAIN}}\n",
    "stringData: {a: PLAIN, a: x}\n",
    "stringdata: {a: PLAIN}\nDATA: {b: CODED}\n",
    "stringData:\na: PLAIN\n",
    "stringData:\na: PLAIN\n b: PLAIN\n",
    "stringData:\n\ta: PLAIN\n",
    "stringData:\n  a: \"PLAIN\n",
    "stringData:\n  a: 'PLAIN\n",
    "stringData:\n  a: PLAIN: b\n",
    "stringData: {a: PLAIN\n",
    "stringData:\n  a: *PLAIN\n",
    "stringData:\n  a: !PLAIN x\n",
    "stringData:\n  a: \"PLAIN\u{1}\"\n",
    "stringData:\n  a: \"PLAIN\\q\"\n",
    "stringData:\n  a: {{ .Values.x | default \"PLAIN\" }}\n",
    "---\nstringData:\n  a: PLAIN\n",
    "stringData:\n  a: PLAIN\n---\n  b: PLAIN\n",
    "stringData:\n  a: |\n    x\n---\n    PLAIN\n",
    "data:\n  a: CODED\n---\nb: CODED\nc: [\n",
];

/// Whole documents.
const DOCUMENTS: [&str; 21] = [
    "{\"apiVersion\":\"v1\",\"kind\":\"Secret\",\"metadata\":{\"name\":\"db\"},\"stringData\":{\"a\":\"PLAIN\"}}\n",
    "{\n \"apiVersion\": \"v1\",\n \"kind\": \"Secret\",\n \"metadata\": {\"name\": \"db\"},\n \"data\": {\n  \"a\": \"CODED\"\n }\n}\n",
    "{\"apiVersion\":\"v1\",\"kind\":\"Secret\",\"metadata\":{\"name\":\"db\"},\"stringData\":{\"a\":\"PLAIN\",}}}\n",
    "{\"apiVersion\":\"v1\",\"kind\":\"Secret\",\"metadata\":{\"name\":\"db\"},\"stringData\":{\"a\":\"PLAIN\"\n",
    "x: &x {a: PLAIN}\napiVersion: v1\nkind: Secret\nmetadata: {name: db}\nstringData:\n  <<: *x\n",
    "apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: Secret\n  metadata: {name: db}\n  stringData: {a: PLAIN}\n",
    "apiVersion: v1\nkind: SecretList\nitems:\n- metadata: {name: db}\n  data: {a: CODED}\n",
    "apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: List\n  items:\n  - {apiVersion: v1, kind: Secret, \
     metadata: {name: db}, data: {a: CODED}}\n",
    "apiVersion: v1\nkind: Secret\nmetadata:\n  name: db\n  annotations:\n    \
     kubectl.kubernetes.io/last-applied-configuration: |\n      {\"data\":{\"a\":\"CODED\"},\"stringData\":{\"b\":\"PLAIN\"}}\n\
     data: {a: CODED}\n",
    "apiVersion: v1\nkind: Secret\nmetadata: {name: db, annotations: {a: {b: PLAIN}, c: [CODED]}, labels: {a: [PLAIN]}}\ndata: {a: \
     CODED}\n",
    "apiVersion: bitnami.com/v1alpha1\nkind: SealedSecret\nmetadata: {name: db}\nspec:\n  encryptedData: {a: AgBy}\n  \
     template:\n    metadata: {name: db}\n    data: {b: PLAIN}\n",
    "apiVersion: bitnami.com/v1alpha1\nkind: SealedSecret\nmetadata:\n  name: db\n  annotations: \
     {sealedsecrets.bitnami.com/cluster-wide: \"true\"}\nspec:\n  encryptedData: {a: AgBy}\n  template:\n    stringData: {b: \
     PLAIN}\n    data: {c: CODED}\n",
    "apiVersion: external-secrets.io/v1\nkind: ExternalSecret\nmetadata: {name: db}\nspec:\n  target:\n    name: db\n    \
     template:\n      data:\n        a: \"PLAIN\"\n  data: [{secretKey: a, remoteRef: {key: x}}]\n",
    "apiVersion: external-secrets.io/v1\nkind: ExternalSecret\nmetadata: {name: db}\nspec:\n  target:\n    template:\n      \
     templateFrom:\n      - literal: \"a: PLAIN\"\n",
    "apiVersion: isindir.github.com/v1alpha3\nkind: SopsSecret\nmetadata: {name: x}\nspec:\n  secretTemplates:\n  - name: db\n    \
     stringData: {a: PLAIN}\n    data: {b: CODED}\n",
    "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nsecretGenerator:\n- name: db\n  literals: [a=PLAIN]\n",
    "apiVersion: template.openshift.io/v1\nkind: Template\nmetadata: {name: t}\nobjects:\n- {apiVersion: v1, kind: Secret, \
     metadata: {name: db}, stringData: {a: PLAIN}}\n",
    "apiVersion: v1\nmetadata: {name: db}\nstringData: {a: PLAIN}\n",
    "apiVersion: v1\nkind: secret\nmetadata: {name: db}\nstringData: {a: PLAIN}\n",
    "apiVersion: v1\nkind: Secret\nmetadata: {name: DB_bad}\nstringData: {\"bad key!\": PLAIN}\n",
    "%YAML 1.1\n%PLAIN\n---\napiVersion: v1\nkind: Secret\nmetadata: {name: db}\nstringData: {a: PLAIN}\n",
];

/// Users, ending and beginning where an edit is as near as possible to what stands beside them.
const USERS: [&str; 2] = [
    "kind: Deployment\napiVersion: apps/v1\nspec:\n  template:\n    spec:\n      containers: [{name: a, image: x, envFrom: \
     [{secretRef: {name: db}}], env: [{name: N, valueFrom: {secretKeyRef: {name: db, key: missing}}}]}]\n      volumes: \
     [{name: v, secret: {secretName: db}}]\n    metadata: {}\nmetadata: {name: web}\n",
    "metadata: {name: pod}\nkind: Pod\napiVersion: v1\nspec: {containers: [{name: c, image: i, envFrom: [{secretRef: {name: db}}]}]}\n",
];

const FORMATS: [&str; 10] =
    ["text", "json", "markdown", "mermaid", "dot", "html", "github", "sarif", "gitlab", "junit"];

/// Every verb in every mode and format, without the path.
fn runs() -> Vec<String> {
    let mut runs = Vec::new();
    for verb in ["stamp", "rename"] {
        for mode in ["--check", "--check -v --strict", "--diff -v", "--diff --skip-invalid", "--write -v", "-o out -v"]
        {
            runs.push(format!("{verb} {mode}"));
        }
        for format in FORMATS {
            runs.push(format!("{verb} --check --format {format}"));
        }
    }
    for format in FORMATS {
        runs.push(format!("links -v --format {format}"));
        runs.push(format!("links --skip-invalid --format {format}"));
        runs.push(format!("impact --diff --base old.yaml --format {format}"));
        runs.push(format!("impact --base old.yaml --assume stamp -v --skip-invalid --format {format}"));
    }
    let others = [
        "stamp --remove --diff",
        "stamp --check --producers -v",
        "stamp --check --honor reloader,wave -v",
        "rename --diff --immutable --prune-last argocd",
        "explain --workload deploy/web",
        "explain --workload deploy/web -v --skip-invalid",
        "links --unused --strict",
        "links --uses secret/db",
        "links --uses secret/bd",
    ];
    runs.extend(others.map(str::to_owned));
    runs
}

/// The manifests with a value: each shape beside what uses it, in both orders.
fn manifests(value: &str) -> Vec<String> {
    let shapes = FIELDS.iter().map(|fields| format!("{HEAD}{fields}")).chain(DOCUMENTS.map(str::to_owned));
    let mut manifests = Vec::new();
    for shape in shapes {
        let shape = shape.replace("PLAIN", value).replace("CODED", &STANDARD.encode(value));
        if !shape.starts_with('%') {
            manifests.push(format!("{}---\n{shape}---\n{}", USERS[0], USERS[1]));
        }
        manifests.push(format!("{shape}---\n{}---\n{}", USERS[1], USERS[0]));
    }
    manifests
}

#[track_caller]
fn check_hushed(run: &str, manifest: &str, ran: &Ran) {
    assert!(matches!(ran.status, 0..=2), "{run}: {}\nof:\n{manifest}", ran.stderr);
    for value in VALUES {
        for hidden in [value.to_owned(), STANDARD.encode(value)] {
            for text in [&ran.stdout, &ran.stderr] {
                assert!(!text.contains(&hidden), "{run} prints {hidden}:\n{text}\nof:\n{manifest}");
            }
        }
    }
}

/// Runs so many of the combinations of manifests and runs: every `step`th.
fn check_every(step: usize) {
    let runs = runs();
    let dir = Dir::in_memory();
    let mut number = 0;
    for (new, old) in manifests(VALUES[0]).iter().zip(manifests(VALUES[1])) {
        for run in &runs {
            number += 1;
            // A step that is no divisor of the number of runs meets each run with other manifests.
            if number % step != 0 {
                continue;
            }
            dir.put("old.yaml", &old);
            dir.put("k/app.yaml", new);
            check_hushed(run, new, &dir.run(&format!("{run} k/app.yaml")));
        }
    }
}

#[test]
fn values_of_secrets_are_not_printed() {
    check_every(23);
}

#[test]
#[ignore = "slow: runs every verb in every format on every shape"]
fn values_of_secrets_are_not_printed_by_any_verb_in_any_format() {
    check_every(1);
    // The manifests themselves are what is asked for, on standard output.
    for (manifest, host) in manifests(VALUES[0]).iter().flat_map(|text| [(text, "stamp -v"), (text, "rename -v")]) {
        let mut ran = Dir::with(&[("app.yaml", manifest)]).run(&format!("{host} app.yaml"));
        ran.stdout.clear();
        check_hushed(host, manifest, &ran);
    }
}

#[test]
fn errors_of_functions_show_no_value() {
    for manifest in manifests(VALUES[0]) {
        let items = manifest.split("---\n").map(|item| format!("- {}", item.trim_end().replace('\n', "\n  ")));
        let list = items.collect::<Vec<_>>().join("\n");
        let list = format!("apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems:\n{list}\n");
        let mut ran = Dir::with(&[]).run_with(&["krm"], list.as_bytes());
        ran.stdout.clear();
        check_hushed("krm", &list, &ran);
    }
}

#[test]
fn what_a_plain_hash_gives_away_is_told_once() {
    let user = USERS[0].replace(", env: [{name: N, valueFrom: {secretKeyRef: {name: db, key: missing}}}]", "");
    let text = format!("{HEAD}stringData: {{a: x}}\n---\n{user}");
    let dir =
        Dir::with(&[("app.yaml", &text), ("key", "a-long-pepper\n"), ("empty", "\r\n"), ("short", "1234567\r\n")]);
    let hint = "the stamps contain plain hashes of Secrets";
    for mode in ["", "--check", "--write"] {
        dir.put("app.yaml", &text);
        assert_eq!(dir.run(&format!("stamp -v {mode} app.yaml")).stderr.matches(hint).count(), 1, "{mode}");
    }
    dir.put("app.yaml", &text);
    for quiet in ["stamp app.yaml", "stamp -v --secret-key-file key app.yaml", "rename -v app.yaml"] {
        assert!(!dir.run(quiet).stderr.contains(hint), "{quiet}");
    }
    // One line break at the end of the file is not part of the key.
    let keyed = dir.run("stamp --secret-key-file key app.yaml").stdout;
    for same in ["a-long-pepper", "a-long-pepper\r\n"] {
        dir.put("key", same);
        assert_eq!(dir.run("stamp --secret-key-file key app.yaml").stdout, keyed);
    }
    dir.put("key", "a-long-pepper\n\n");
    assert_ne!(dir.run("stamp --secret-key-file key app.yaml").stdout, keyed);
    dir.run("stamp --secret-key-file empty app.yaml").fails("empty: the secret key is empty");
    dir.run("stamp --secret-key-file short app.yaml").says("a secret key of 7 bytes can be guessed");
}
