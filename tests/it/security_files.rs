//! Files that a repository must not make us read, and text of files that no error shows.

use std::os::unix::fs::symlink;
use std::process::Command;

use crate::support::shell::{APP, Dir, Ran};

/// The text of a file outside of the repository.
const TOKEN: &str = "THE-TOKEN-OF-THE-SIDECAR";

const HEAD: &str = "apiVersion: rollstamp.dev/v1\nkind: Rollstamp\nmetadata: {name: x}\n";

fn options(spec: &str) -> String {
    format!("{HEAD}spec: {spec}\n")
}

fn ran(command: &mut Command) -> Ran {
    let output = command.env_remove("GITHUB_ACTIONS").output().unwrap();
    Ran {
        status: output.status.code().unwrap(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

/// An application below `app`, beside a file that is not its own.
fn application(spec: &str) -> Dir {
    Dir::with(&[("token", TOKEN), ("app/a.yaml", APP), ("app/rollstamp.yaml", &options(spec))])
}

fn argocd(dir: &Dir) -> Ran {
    let mut command = dir.command(&["argocd"]);
    command.current_dir(dir.path("app")).env("ARGOCD_APP_NAME", "web").env("ARGOCD_APP_NAMESPACE", "prod");
    ran(&mut command)
}

#[track_caller]
fn refuses(ran: &Ran, why: &str) {
    ran.fails(why);
    assert!(!ran.stderr.contains("TOKEN"), "{}", ran.stderr);
}

#[test]
fn application_files_outside_repository_are_refused() {
    for (field, file) in [("kustomizeNameReference", "../token"), ("kappTemplateRules", "../token")] {
        let dir = application(&format!("{{rules: {{{field}: [{file}]}}}}"));
        let why = format!("rollstamp.yaml: spec.rules.{field}: {file} is outside the repository; move it there\n");
        refuses(&argocd(&dir), &why);
    }
    let absolute = application("{rules: {kappTemplateRules: [/etc/passwd]}}");
    refuses(&argocd(&absolute), "/etc/passwd is outside the repository");
    let endless = application("{rules: {kappTemplateRules: [/dev/zero]}}");
    refuses(&argocd(&endless), "/dev/zero is outside the repository");
    let linked = application("{rules: {kappTemplateRules: [link]}}");
    symlink("../token", linked.path("app/link")).unwrap();
    refuses(&argocd(&linked), "link is outside the repository");
    let directory = application("{rules: {kappTemplateRules: [below]}}");
    directory.put("app/below/x.md", "");
    refuses(&argocd(&directory), "below is not a regular file");
    let key = application("{secretKeyFile: a.yaml}");
    refuses(&argocd(&key), "spec.secretKeyFile cannot be set in the repository; the administrator of");
}

#[test]
fn application_context_outside_repository_is_refused() {
    for context in ["../token", "..", "/etc", "../*", "link"] {
        let dir = application(&format!("{{context: ['{context}']}}"));
        symlink("..", dir.path("app/link")).unwrap();
        refuses(&argocd(&dir), "lies outside of the repository");
        let dir = application("{}");
        symlink("..", dir.path("app/link")).unwrap();
        let mut command = dir.command(&["argocd"]);
        command.current_dir(dir.path("app")).env("ARGOCD_APP_NAME", "web").env("ARGOCD_ENV_ROLLSTAMP_CONTEXT", context);
        let ran = ran(&mut command);
        refuses(&ran, "the parameters: spec.context: ");
        assert!(ran.stderr.contains("lies outside of the repository"), "{}", ran.stderr);
    }
}

#[test]
fn application_links_out_of_repository_are_refused() {
    let dir = application("{}");
    std::fs::remove_file(dir.path("app/rollstamp.yaml")).unwrap();
    symlink("../token", dir.path("app/rollstamp.yaml")).unwrap();
    refuses(&argocd(&dir), "rollstamp.yaml is a symbolic link out of the repository");
    let dir = application("{}");
    symlink("../token", dir.path("app/b.yaml")).unwrap();
    refuses(&argocd(&dir), "b.yaml: symbolic link that is broken or leads out of the repository");
    let dir = application("{}");
    symlink("a.yaml", dir.path("app/b.yaml")).unwrap();
    assert_eq!(argocd(&dir).status, 0);
}

#[test]
fn application_files_inside_repository_are_read() {
    let dir = application("{rules: {kustomizeNameReference: [../names.yaml]}}");
    dir.put("names.yaml", "nameReference: []\n");
    let mut command = dir.command(&["argocd"]);
    command.current_dir(dir.path("app")).env("ARGOCD_APP_NAME", "web").env("ARGOCD_APP_SOURCE_PATH", "app");
    assert_eq!(ran(&mut command).status, 0);
}

#[test]
fn found_options_include_files_of_their_repository_only() {
    let dir = Dir::with(&[("token", TOKEN), ("r/k8s/a.yaml", APP), ("r/names.yaml", "nameReference: []\n")]);
    let run = |spec: &str, flags: &[&str]| {
        dir.put("r/k8s/rollstamp.yaml", options(spec));
        let mut command = dir.command(&[&["stamp", "-q", "a.yaml"], flags].concat());
        ran(command.current_dir(dir.path("r/k8s")))
    };
    let above = "{rules: {kustomizeNameReference: [../names.yaml]}}";
    let why = "../names.yaml is outside the directory of the options; move it there; or name the options with --config";
    refuses(&run(above, &[]), why);
    assert_eq!(run(above, &["--config", "rollstamp.yaml"]).status, 0);
    // Around the directory is a repository now.
    for path in ["r/.git/HEAD", "r/.git/objects/x", "r/.git/refs/x"] {
        dir.put(path, "");
    }
    assert_eq!(run(above, &[]).status, 0);
    refuses(&run("{rules: {kustomizeNameReference: [../../token]}}", &[]), "../../token is outside the repository");
    refuses(&run("{secretKeyFile: ../../token}", &[]), "spec.secretKeyFile: ../../token is outside the repository");
    let named = run("{rules: {kustomizeNameReference: [../../token]}}", &["--config", "rollstamp.yaml"]);
    refuses(&named, "token:1:1: error: expected a mapping with `nameReference`");
    dir.put("r/key", "a-long-pepper");
    assert_eq!(run("{secretKeyFile: ../key}", &[]).status, 0);
}

#[test]
fn pull_request_cannot_choose_key_file() {
    let dir =
        Dir::with(&[("a.yaml", APP), ("key", "a-long-pepper"), ("rollstamp.yaml", &options("{secretKeyFile: key}"))]);
    let run = |variables: &[(&str, &str)], args: &[&str]| {
        let output = dir.command(args).envs(variables.iter().copied()).output().unwrap();
        (output.status.code(), String::from_utf8(output.stderr).unwrap())
    };
    let (status, message) = run(&[("GITHUB_ACTIONS", "true")], &["stamp", "a.yaml"]);
    assert!(
        status == Some(2) && message.contains("the workflow can set ROLLSTAMP_SECRET_KEY_FILE instead"),
        "{message}"
    );
    assert_eq!(run(&[("GITHUB_ACTIONS", "true")], &["stamp", "--config", "rollstamp.yaml", "a.yaml"]).0, Some(0));
    assert_eq!(run(&[("GITHUB_ACTIONS", "")], &["stamp", "a.yaml"]).0, Some(0));
}

#[test]
fn function_refuses_key_file_of_its_configuration() {
    let list = |spec: &str| {
        format!(
            "apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems: []\nfunctionConfig: {{apiVersion: \
             rollstamp.dev/v1, kind: Rollstamp, metadata: {{name: x}}, spec: {spec}}}\n"
        )
    };
    let dir = Dir::with(&[("r/key", "a-long-pepper"), ("token", TOKEN), ("r/x", "")]);
    let below = Dir::with(&[("token", TOKEN)]);
    let why = "secretKeyFile cannot be set for a function";
    let krm = |args: &[&str], spec: &str| below.run_with(&[&["krm"], args].concat(), list(spec).as_bytes());
    for (args, spec) in [(&[][..], "{secretKeyFile: token}"), (&["--secret-key-file", "token"][..], "{}")] {
        let ran = krm(args, spec);
        assert_eq!(ran.status, 2);
        ran.says(why);
        dir.put("config.yaml", options(spec));
        dir.run_with(&[&["kustomize", "plugin", "config.yaml"], args].concat(), b"").fails(why);
    }
    let outside = dir.path("token");
    let ran = krm(&[], &format!("{{rules: {{kappTemplateRules: [{}]}}}}", outside.display()));
    assert_eq!(ran.status, 2);
    ran.says("is outside the directory of the options");
    assert!(!ran.stdout.contains("TOKEN") && !ran.stderr.contains("TOKEN"));
}

#[test]
fn errors_hide_text_of_included_files() {
    for text in [
        TOKEN,
        "nameReference: THE-TOKEN",
        "nameReference: [THE-TOKEN]",
        "nameReference: [{kind: [THE-TOKEN]}]",
        "nameReference: [{kind: ConfigMap, fieldSpecs: THE-TOKEN}]",
        "nameReference: [{kind: ConfigMap, fieldSpecs: [{path: 'spec//THE-TOKEN'}]}]",
        "nameReference: [{kind: ConfigMap, fieldSpecs: [{path: THE.TOKEN}]}]",
        "nameReference: [{kind: ConfigMap, fieldSpecs: [{path: 'a/THE-TOKEN[1]'}]}]",
        "{THE-TOKEN: 1}",
        "THE-TOKEN: [",
        "? [THE-TOKEN]\n: 1",
        "*THE-TOKEN",
        "!THE-TOKEN x",
        "'THE-TOKEN",
        "apiVersion: kapp.k14s.io/v1alpha1\nkind: Config\ntemplateRules: THE-TOKEN",
        "apiVersion: kapp.k14s.io/v1alpha1\nkind: Config\ntemplateRules: [{THE-TOKEN: 1}]",
        "apiVersion: kapp.k14s.io/v1alpha1\nkind: Config\ntemplateRules: [{resourceMatchers: [{THE-TOKEN: 1}]}]",
        "apiVersion: kapp.k14s.io/v1alpha1\nkind: Config\ntemplateRules: [{resourceMatchers: [{THE-TOKEN: 1, THE-TOKEN: 1}]}]",
        "apiVersion: kapp.k14s.io/v1alpha1\nkind: Config\ntemplateRules: [{resourceMatchers: [], affectedResources: \
         {objectReferences: [{resourceMatchers: [], path: [{THE-TOKEN: 1}]}]}}]",
        "apiVersion: kapp.k14s.io/v1alpha1\nkind: Config\ntemplateRules: [{resourceMatchers: [], affectedResources: \
         {objectReferences: [{resourceMatchers: [], path: [{allIndexes: THE-TOKEN}]}]}}]",
    ] {
        for field in ["kustomizeNameReference", "kappTemplateRules"] {
            let options = options(&format!("{{rules: {{{field}: [file]}}}}"));
            let dir = Dir::with(&[("file", text), ("a.yaml", APP), ("rollstamp.yaml", &options)]);
            let ran = dir.run("stamp a.yaml");
            assert!(!ran.stderr.contains("TOKEN"), "{field}: {text}: {}", ran.stderr);
            let is_other = text.contains("kapp") != (field == "kappTemplateRules");
            assert!(ran.status == 2 || is_other || text.contains("{THE-TOKEN: 1}"), "{field}: {text}: {}", ran.stderr);
        }
    }
}

#[test]
fn errors_hide_text_of_charts_and_values() {
    let helm = Dir::with(&[("helm", "#!/bin/sh\ncat \"$@\" 2>&1; exit 1\n")]);
    std::fs::set_permissions(helm.path("helm"), std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    let path = std::env::join_paths([helm.root(), "/usr/bin".as_ref(), "/bin".as_ref()]).unwrap();
    let run = |dir: &Dir, parameters: &str| {
        let mut command = dir.command(&["argocd"]);
        command.env("ARGOCD_APP_NAME", "web").env("PATH", &path).env("ARGOCD_APP_PARAMETERS", parameters);
        ran(&mut command)
    };
    for (file, text) in [
        ("Chart.yaml", TOKEN),
        ("Chart.yaml", "dependencies: THE-TOKEN"),
        ("Chart.yaml", "dependencies: [{name: [THE-TOKEN]}]"),
        ("Chart.yaml", "THE-TOKEN: ["),
        ("requirements.yaml", "dependencies: [THE-TOKEN]"),
    ] {
        let dir = Dir::with(&[("Chart.yaml", "name: web\n"), (file, text)]);
        refuses(&run(&dir, "[]"), &format!("{file}:"));
    }
    for text in [TOKEN, "[THE-TOKEN]", "THE-TOKEN: [", "a: 1\nTHE-TOKEN"] {
        let dir = Dir::with(&[("Chart.yaml", "name: web\n"), ("values-x.yaml", text)]);
        let parameters = r#"[{"name": "helm-values-files", "array": ["values-x.yaml"]}]"#;
        refuses(&run(&dir, parameters), "helm-values-files: values-x.yaml: ");
    }
}
