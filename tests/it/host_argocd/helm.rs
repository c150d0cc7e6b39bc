//! `helm template`, by argv and for real.

use serde_json::{Value as Json, json};

use super::server::{App, Server};
use super::{app, object, program, published, shown, stamp};
use crate::support::peers;
use crate::support::shell::Dir;

/// A program that takes helm's place: it prints what it was told as a manifest.
const FAKE: &str = r#"
case "$1" in
  template)
    printf 'kind: Told\nhomes: "%s %s %s"\nargs:\n' "$HELM_CACHE_HOME" "$HELM_CONFIG_HOME" "$HELM_DATA_HOME"
    [ ! -f log ] || sed "s/.*/- '&'/" log
    for word in "$@"; do printf -- "- '%s'\n" "$word"; done ;;
  *) echo "$*" >> log; echo 'helm talks' ;;
esac
"#;

/// What helm was told for a chart.
fn told(repository: &Dir, parameters: Json) -> Result<Vec<String>, String> {
    let (_dir, path) = program("helm", FAKE);
    let server = Server::start(&published(), &[path]);
    let objects = server.generate(&App::with(repository.root(), "apps/web", parameters))?;
    let homes = objects[0]["homes"].as_str().unwrap();
    let work = server.tmp.path().join("_cmp_server");
    assert!(homes.split(' ').all(|home| home.starts_with(work.to_str().unwrap())), "{homes}");
    let args = objects[0]["args"].as_sequence().unwrap();
    Ok(args.iter().map(|arg| arg.as_str().unwrap().to_owned()).collect())
}

fn chart() -> Dir {
    Dir::with(&[
        ("apps/web/Chart.yaml", "apiVersion: v2\nname: web\nversion: 0.1.0\n"),
        ("apps/web/values-prod.yaml", "a: 1\n"),
        ("apps/shared.yaml", "a: 1\n"),
    ])
}

const NATIVE: &str = "template . --name-template web --namespace prod --kube-version 1.31 --api-versions \
                      v1,apps/v1,apps/v1/Deployment";

#[test]
fn helm_is_told_what_argo_cd_would_tell_it() {
    let chart = chart();
    assert_eq!(told(&chart, json!([])).unwrap().join(" "), format!("{NATIVE} --include-crds"));
    let parameters = json!([
        {"name": "helm-values-files", "array": ["values-prod.yaml", "../shared.yaml"]},
        {"name": "helm-set", "map": {"image.tag": "1.4", "hosts": "{a,b}", "note": "a, b"}},
        {"name": "helm-set-string", "map": {"port": "80"}},
        {"name": "helm-skip-crds", "string": "true"},
    ]);
    let args = told(&chart, parameters).unwrap();
    let expected = format!(
        "{NATIVE} --set hosts={{a,b}} --set image.tag=1.4 --set note=a\\, b --set-string port=80 --values \
         values-prod.yaml --values ../shared.yaml"
    );
    assert_eq!(args.join(" "), expected);
}

#[test]
fn missing_dependencies_are_fetched_before() {
    let chart = chart();
    let dependencies = "dependencies:\n- {name: a, version: 1.0.0, repository: \"https://charts.example.com\"}\n\
                        - {name: b, version: 1.0.0, repository: \"file://../b\"}\n";
    let yaml = format!("{}{dependencies}", chart.get("apps/web/Chart.yaml"));
    chart.put("apps/web/Chart.yaml", &yaml);
    let args = told(&chart, json!([])).unwrap();
    assert_eq!(args[..2], ["repo add dependency-0 https://charts.example.com", "dependency build"]);
    chart.put("apps/web/charts/a-1.0.0.tgz", "");
    chart.put("apps/web/charts/b/Chart.yaml", "");
    assert_eq!(told(&chart, json!([])).unwrap()[0], "template");
    chart.put("apps/web/Chart.yaml", "dependencies: 3\n");
    let wrong = told(&chart, json!([])).unwrap_err();
    assert!(wrong.contains("Chart.yaml:1:15: error: dependencies: expected a sequence"), "{wrong}");
}

#[test]
fn authors_of_applications_cannot_read_the_sidecar() {
    let chart = chart();
    std::os::unix::fs::symlink("/etc/hostname", chart.path("apps/web/link.yaml")).unwrap();
    for (parameter, said) in [
        (json!({"name": "helm-values-files", "array": ["/etc/hostname"]}), "is outside the repository"),
        (json!({"name": "helm-values-files", "array": ["link.yaml"]}), "is outside the repository"),
        (json!({"name": "helm-values-files", "array": ["../../../../../../etc/hostname"]}), "is outside"),
        (json!({"name": "helm-values-files", "array": ["none.yaml"]}), "none.yaml: no such file or directory"),
        (json!({"name": "helm-values-files", "array": ["https://x/y.yaml"]}), "only files of the repository are read"),
        (
            json!({"name": "helm-values-files", "array": ["values-prod.yaml,/etc/hostname"]}),
            "helm misreads the comma or quote",
        ),
        (json!({"name": "helm-release-name", "string": "{{ env \"HOME\" }}"}), "cannot be the name of a Helm release"),
    ] {
        let wrong = told(&chart, json!([parameter])).unwrap_err();
        assert!(wrong.contains(said), "{parameter}: {wrong}");
    }
}

#[test]
fn an_application_of_another_namespace_lends_its_name_to_the_release() {
    let (_dir, path) = program("helm", FAKE);
    let chart = chart();
    let mut command = chart.command(&["argocd"]);
    let path = format!("{}:/usr/bin:/bin", path.display());
    let output =
        command.current_dir(chart.path("apps/web")).env("PATH", path).env("ARGOCD_APP_NAME", "team_web").output();
    let stdout = String::from_utf8(output.unwrap().stdout).unwrap();
    assert!(stdout.contains("- '--name-template'\n- 'web'\n"), "{stdout}");
}

const DEPLOYMENT: &str = "\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ .Release.Name }}
spec:
  template:
    spec:
      containers:
      - name: web
        image: web:1
        envFrom:
        - configMapRef: {name: {{ .Release.Name }}-lib}
";

const CONFIG: &str = "\
apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ .Release.Name }}-lib
data:
  LEVEL: {{ .Values.level | quote }}
";

#[test]
fn real_helm_renders_the_chart() {
    let Some(helm) = peers::directory_of("helm") else { return };
    let repository = Dir::with(&[
        (
            "apps/web/Chart.yaml",
            "apiVersion: v2\nname: web\nversion: 0.1.0\n\
             dependencies:\n- {name: lib, version: 0.1.0, repository: \"file://../../lib\"}\n",
        ),
        ("apps/web/templates/web.yaml", DEPLOYMENT),
        (
            "apps/web/crds/widget.yaml",
            "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: w}\n",
        ),
        ("apps/web/values-prod.yaml", "lib: {level: warn}\n"),
        ("lib/Chart.yaml", "apiVersion: v2\nname: lib\nversion: 0.1.0\n"),
        ("lib/values.yaml", "level: info\n"),
        ("lib/templates/config.yaml", CONFIG),
    ]);
    let server = Server::start(&published(), std::slice::from_ref(&helm));
    let level = |parameters| {
        let objects = server.generate(&App::with(repository.root(), "apps/web", parameters)).unwrap();
        assert!(stamp(object(&objects, "Deployment")).is_some());
        assert_eq!(object(&objects, "CustomResourceDefinition")["metadata"]["name"], "w");
        object(&objects, "ConfigMap")["data"]["LEVEL"].as_str().unwrap().to_owned()
    };
    assert_eq!(level(json!([])), "info");
    assert_eq!(level(json!([{"name": "helm-values-files", "array": ["values-prod.yaml"]}])), "warn");
    assert_eq!(level(json!([{"name": "helm-values", "string": "lib: {level: error}\n"}])), "error");
    assert_eq!(level(json!([{"name": "helm-set", "map": {"lib.level": "a,b"}}])), "a,b");
    let wrong = shown(server.generate(&App::with(
        repository.root(),
        "apps/web",
        json!([{"name": "helm-values", "string": "lib: ["}]),
    )));
    assert!(wrong.contains("helm failed: exit status 1"), "{wrong}");
    assert!(server.generate(&app(&repository, "apps/web")).is_ok());

    // By hand, in the author's own directory: what helm leaves behind there is what `helm dependency build` leaves.
    let mut command = repository.command(&["argocd"]);
    command.current_dir(repository.path("apps/web")).env("ARGOCD_APP_NAME", "web");
    command.env("PATH", format!("{}:/usr/bin:/bin", helm.display()));
    assert!(command.output().unwrap().status.success());
    let names: Vec<String> = repository.files("apps/web").into_iter().map(|(name, _)| name).collect();
    assert_eq!(
        names,
        ["Chart.yaml", "charts/lib-0.1.0.tgz", "crds/widget.yaml", "templates/web.yaml", "values-prod.yaml"]
    );
}
