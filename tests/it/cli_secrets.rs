//! Values of Secrets appear nowhere but in the manifests themselves: a marker is put into Secrets in every position
//! and layout, every verb is run in every mode, and the marker must not be in what is said.

use std::process::Command;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::support::shell::{APP, Dir, Ran};

/// Stands in a Secret, and nowhere else. Long enough that no hash holds it by chance.
const MARKER: &str = "zQ7hushXw9";

/// What uses the Secret, ending where an edit is as near as possible to what follows.
const USER: &str = "\
kind: Deployment
apiVersion: apps/v1
metadata: {name: web}
spec:
  template:
    spec: {containers: [{name: c, image: i, envFrom: [{secretRef: {name: db}}]}]}
    metadata: {}
";

/// The same, beginning where an edit is as near as possible to what stands before.
const POD: &str = "\
metadata: {name: pod}
kind: Pod
apiVersion: v1
spec: {containers: [{name: c, image: i, envFrom: [{secretRef: {name: db}}]}]}
";

/// Secrets as people write them, and as they come out wrong. PLAIN is the marker, CODED its base64.
const SECRETS: [&str; 32] = [
    "kind: Secret\napiVersion: v1\nmetadata: {name: db}\nstringData:\n  a: PLAIN\n",
    "stringData:\n  a: PLAIN\n  b: |\n    x\n    PLAIN\napiVersion: v1\nkind: Secret\nmetadata:\n  name: db\n",
    "data:\n  # it was PLAIN\n  a: CODED # PLAIN\n  # and PLAIN\nmetadata:\n  name: db\napiVersion: v1\nkind: Secret\n",
    "data: {a: CODED}\nmetadata: {name: db}\napiVersion: v1\nkind: Secret\n# it was PLAIN\n",
    "{apiVersion: v1, kind: Secret, metadata: {name: db}, stringData: {a: PLAIN, b: \"PLAIN\"}}\n",
    "{\"apiVersion\":\"v1\",\"kind\":\"Secret\",\"metadata\":{\"name\":\"db\"},\"data\":{\"a\":\"CODED\"}}\n",
    "x: &x {a: PLAIN}\napiVersion: v1\nkind: Secret\nmetadata: {name: db}\nstringData: *x\n",
    "apiVersion: v1\nkind: Secret\nmetadata:\n  name: db\n  annotations:\n    \
     kubectl.kubernetes.io/last-applied-configuration: |\n      {\"stringData\": {\"a\": \"PLAIN\"}}\ndata: {a: CODED}\n",
    "apiVersion: v1\nkind: SecretList\nitems: [{metadata: {name: db}, stringData: {a: PLAIN}}]\n",
    "apiVersion: v1\nkind: Template\nobjects: [{apiVersion: v1, kind: Secret, metadata: {name: db}, data: {a: CODED}}]\n",
    "kind: Secret\nmetadata: {name: db}\nstringData: {a: PLAIN}\n",
    // Not what Kubernetes takes.
    "apiVersion: v1\nkind: Secret\nmetadata: {name: db}\ndata: {a: PLAIN!, b: \"CODED \"}\n",
    "apiVersion: v1\nkind: Secret\nmetadata: {name: db}\nstringData: PLAIN\n",
    "apiVersion: v1\nkind: Secret\nmetadata: {name: db}\nstringData: [PLAIN]\n",
    "apiVersion: v1\nkind: Secret\nmetadata: {name: db}\nstringData: {a: [PLAIN], b: {PLAIN: 1}, c: 5}\n",
    "apiVersion: v1\nkind: Secret\nmetadata: {name: db}\nstringData: {a: {PLAIN: 1, PLAIN: 2}}\n",
    "apiVersion: v1\nkind: Secret\nmetadata: {name: db}\nstringData: {a: PLAIN, a: PLAIN}\n",
    "apiVersion: v1\nkind: Secret\nmetadata: {name: db}\nstringData: {a: x}\nstringData: {a: PLAIN}\n",
    "apiVersion: v1\nkind: Secret\nmetadata: {name: 5}\nstringData: {a: PLAIN}\n",
    // Not YAML.
    "apiVersion: v1\nkind: Secret\nmetadata: {name: db}\nstringData:\n  a: *PLAIN\n",
    "apiVersion: v1\nkind: Secret\nmetadata: {name: db}\nstringData:\n  a: !PLAIN!PLAIN\n",
    "apiVersion: v1\nkind: Secret\nmetadata: {name: db}\nstringData:\n  a: @PLAIN\n",
    "apiVersion: v1\nkind: Secret\nmetadata: {name: db}\nstringData:\n  a: PLAIN: x\n",
    "apiVersion: v1\nkind: Secret\nmetadata: {name: db}\nstringData:\n  a: \"\\qPLAIN\"\n",
    "apiVersion: v1\nkind: Secret\nmetadata: {name: db}\nstringData:\n  a: !!int PLAIN\n",
    "apiVersion: v1\nkind: Secret\nmetadata: {name: db}\nstringData:\n  a: {{ PLAIN }}\n",
    "apiVersion: v1\nkind: Secret\nmetadata: {name: db}\n---\nstringData:\n  a: PLAIN: x\n",
    "apiVersion: v1\nkind: Secret\nmetadata: {name: db}\n---\ndata:\n  a: {PLAIN\n",
    "apiVersion: v1\nkind: Secret\nmetadata: {name: db}\n...\nstringData: {a: PLAIN}\n",
    "apiVersion: v1\nkind: Secret\nmetadata: {name: db}\napiVersion: v1\nkind: Secret\nstringData: {a: PLAIN}\n",
    "{apiVersion: v1, kind: Secret, stringData: {a: PLAIN}, apiVersion: v1, kind: ConfigMap}\n",
    "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nsecretGenerator: [{literals: [a=PLAIN\n",
];

/// What is run, without the path.
const RUNS: [&str; 16] = [
    "stamp --check",
    "stamp --check -v --strict",
    "stamp --check --format json",
    "stamp --diff -v",
    "stamp --diff --color always --skip-invalid",
    "stamp --remove --diff",
    "stamp --write -v --annotation checksum/config",
    "stamp --output-dir out -v",
    "rename --check -v",
    "rename --check --format json",
    "rename --diff --immutable",
    "rename --output-dir kept --keep 2 -v",
    "rename --write -v",
    "links -v --strict",
    "links --format json --skip-invalid",
    "explain --workload Deployment/web -v",
];

/// The Secret beside what uses it, in every order and container, with the marker where it belongs.
fn inputs(secret: &str) -> Vec<String> {
    let secret = secret.replace("PLAIN", MARKER).replace("CODED", &STANDARD.encode(MARKER));
    let item = |text: &str| format!("- {}", text.trim_end().replace('\n', "\n  "));
    let list = [USER, &secret, POD].map(item).join("\n");
    let mut inputs = vec![
        format!("{USER}---\n{secret}---\n{POD}"),
        format!("{POD}---\n{secret}"),
        format!("apiVersion: v1\nkind: List\nitems:\n{list}\n"),
    ];
    if secret.starts_with('{') {
        let user = "{apiVersion: v1, kind: Pod, metadata: {name: p}, \
                    spec: {containers: [{name: c, image: i, envFrom: [{secretRef: {name: db}}]}]}}";
        inputs.push(format!("{{apiVersion: v1, kind: List, items: [{}, {user}]}}\n", secret.trim_end()));
    }
    inputs
}

fn assert_hushed(ran: &str, input: &str, run: &str) {
    for hidden in [MARKER, &STANDARD.encode(MARKER)] {
        assert!(!ran.contains(hidden), "{run} says {hidden}:\n{ran}\nof:\n{input}");
    }
}

#[test]
#[ignore = "slow: runs every verb in every mode"]
fn no_verb_says_a_value_of_a_secret_in_any_mode() {
    for input in SECRETS.iter().flat_map(|secret| inputs(secret)) {
        for run in RUNS {
            let dir = Dir::with(&[("k/app.yaml", &input)]);
            let Ran { stdout, stderr, .. } = dir.run(&format!("{run} k"));
            assert_hushed(&format!("{stdout}{stderr}"), &input, run);
        }
        // The manifests themselves are the product.
        for run in ["stamp -v", "rename -v"] {
            let ran = Dir::with(&[("app.yaml", &input)]).run(&format!("{run} app.yaml"));
            assert_hushed(&ran.stderr, &input, run);
        }
    }
}

#[test]
fn a_terminal_is_shown_no_value_either() {
    let on_terminal = |dir: &Dir, run: &str| {
        let command = format!("stty cols 200; {} {run}", env!("CARGO_BIN_EXE_rollstamp"));
        let mut script = Command::new("script");
        let output = script.args(["-qec", &command, "/dev/null"]).current_dir(dir.root()).output().ok()?;
        Some(String::from_utf8_lossy(&output.stdout).into_owned())
    };
    // The `script` of util-linux; others have no such options.
    if !Command::new("script").arg("--version").output().is_ok_and(|output| output.status.success()) {
        println!("skipped: there is no `script` that runs a command on a terminal");
        return;
    }
    let broken = Dir::with(&[("app.yaml", "kind: ConfigMap\nfound: it: here\n")]);
    let shown = on_terminal(&broken, "links app.yaml").unwrap();
    assert!(shown.contains("found: it: here"), "a terminal is shown what is no secret: {shown}");
    for input in SECRETS.iter().flat_map(|secret| inputs(secret)) {
        let dir = Dir::with(&[("app.yaml", &input)]);
        for run in
            ["stamp --diff -v --strict app.yaml", "rename --diff -v app.yaml", "links -v --skip-invalid app.yaml"]
        {
            assert_hushed(&on_terminal(&dir, run).unwrap(), &input, run);
        }
    }
}

#[test]
fn the_inputs_are_what_they_should_be() {
    let outcomes = |run: &str| {
        let ran = SECRETS.iter().flat_map(|secret| inputs(secret)).map(|input| {
            let dir = Dir::with(&[("app.yaml", &input)]);
            dir.run(&format!("{run} app.yaml")).status
        });
        let mut counts = [0; 3];
        for status in ran {
            counts[status as usize] += 1;
        }
        counts
    };
    let [_, changed, failed] = outcomes("stamp --diff");
    assert!(changed > 30 && failed > 30, "{changed} show a diff, {failed} fail");
    let [_, changed, _] = outcomes("rename --diff");
    assert!(changed > 20, "{changed} show a diff");
}

#[test]
fn a_diff_beside_a_secret_shows_what_it_may() {
    let secret = "apiVersion: v1\nkind: Secret\nmetadata: {name: db}\nstringData: {a: hush}\n";
    let dir = Dir::with(&[("app.yaml", &format!("{secret}---\n{POD}"))]);
    let diff = dir.run("stamp --diff app.yaml").stdout;
    assert!(diff.contains("-metadata: {name: pod}\n+metadata: {name: pod, annotations: {"), "{diff}");
    let list = "{kind: List, apiVersion: v1, items: [{kind: Secret, apiVersion: v1, metadata: {name: db}, data: {a: aHVzaA==}},\
        {kind: Pod, apiVersion: v1, metadata: {name: p}, spec: {containers: [{image: i, envFrom: [{secretRef: {name: db}}]}]}}]}\n";
    let diff = Dir::with(&[("app.yaml", list)]).run("stamp --diff app.yaml").stdout;
    assert!(diff.contains("data: ***},") && diff.contains("annotations: {rollstamp.dev/checksum: "), "{diff}");
    assert!(
        diff.starts_with("# app.yaml: values of Secrets are shown as ***, so this diff cannot be applied"),
        "{diff}"
    );
}

#[test]
fn sops_of_a_list_covers_the_secrets_that_it_holds() {
    let workload = APP.split_once("---\n").unwrap().1.replace("configMapRef: {name: env}", "secretRef: {name: db}");
    let list = |field: &str, mac: &str| {
        format!(
            "apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: Secret\n  metadata: {{name: db}}\n  {field}:\n    \
             token: ENC[AES256_GCM,data:aGVsbG8=,iv:AAAA,tag:BBBB,type:str]\nsops:\n  mac: ENC[x]\n{mac}---\n{workload}"
        )
    };
    for field in ["data", "stringData"] {
        let text = list(field, "");
        let dir = Dir::with(&[("a.yaml", &text)]);
        let stamped = dir.run("stamp --strict a.yaml");
        assert!(stamped.status == 0 && stamped.stdout.contains("rollstamp.dev/checksum"), "{stamped:?}");
        let renamed = dir.run("rename a.yaml");
        assert_eq!((renamed.status, renamed.stdout.as_str()), (0, text.as_str()), "{}", renamed.stderr);
        renamed.says("SOPS signs the whole file, its name included");
        dir.put("a.yaml", list(field, "  mac_only_encrypted: true\n"));
        assert!(dir.run("rename a.yaml").stdout.contains("name: db-"));
    }
}

/// A list that SOPS has encrypted, with a workload in it.
fn encrypted_list(sops: &str, annotations: &str) -> String {
    format!(
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: env}}\ndata: {{A: b}}\n---\n\
         apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: Secret\n  metadata: {{name: db}}\n  \
         data: {{p: 'ENC[AES256_GCM,data:abcd]'}}\n- apiVersion: apps/v1\n  kind: Deployment\n  metadata: {{name: web}}\n  \
         spec: {{template: {{{annotations}spec: {{containers: [{{name: a, image: a, envFrom: [{{configMapRef: {{name: env}}}}, \
         {{secretRef: {{name: db}}}}]}}]}}}}}}\nsops: {{mac: 'ENC[AES256_GCM,data:mac]'{sops}}}\n"
    )
}

#[test]
fn encrypted_list_is_not_edited() {
    let stamp = "metadata: {annotations: {rollstamp.dev/checksum: 'old'}}, ";
    for (annotations, verb) in [("", "stamp"), (stamp, "stamp"), (stamp, "stamp --remove")] {
        let text = encrypted_list("", annotations);
        let dir = Dir::with(&[("app.yaml", &text)]);
        let ran = dir.run(&format!("{verb} app.yaml"));
        ran.prints(&text);
        ran.says("warning: Deployment/web: not edited: SOPS signs its whole document");
        assert_eq!(dir.run(&format!("{verb} --strict app.yaml")).status, 1);
    }
    let text = encrypted_list("", "");
    let dir = Dir::with(&[("app.yaml", &text)]);
    let ran = dir.run("rename app.yaml");
    ran.prints(&text);
    ran.says("ConfigMap/env: not renamed: Deployment/web refers to it, and SOPS signs the document of that");
    // Where only encrypted values are signed, the rest can change.
    dir.put("app.yaml", encrypted_list(", mac_only_encrypted: true", ""));
    assert!(dir.run("stamp app.yaml").stdout.contains("rollstamp.dev/checksum"));
    assert!(dir.run("rename app.yaml").stdout.contains("name: env-"));
}
