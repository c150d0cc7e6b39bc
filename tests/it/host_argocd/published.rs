//! What lies in `integrations/argocd`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde::Deserialize;
use serde_json::json;
use serde_yaml::Value;

use super::server::{Announced, App, Block, Plugin, Server, Spec};
use super::{app, object, program, published, shown};
use crate::support::peers;
use crate::support::shell::{APP, Dir};

fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("integrations/argocd").join(name)
}

fn yaml<T: serde::de::DeserializeOwned>(name: &str) -> T {
    serde_yaml::from_str(&fs::read_to_string(file(name)).unwrap()).unwrap_or_else(|error| panic!("{name}: {error}"))
}

#[test]
fn the_plugin_does_not_discover_and_its_variant_does() {
    let plain = Server::start(&published(), &[]);
    let variant = Server::start(&file("plugin-discover.yaml"), &[]);
    let ours = Dir::with(&[("web/app.yaml", APP), ("web/rollstamp.yaml", "kind: Rollstamp\n")]);
    let other = Dir::with(&[("web/app.yaml", APP), ("rollstamp.yaml", "kind: Rollstamp\n")]);
    let found = |server: &Server, repository: &Dir| {
        server.discovers(&App { repository: repository.root(), path: "web", plugin: None })
    };
    assert_eq!((found(&plain, &ours), found(&variant, &ours), found(&variant, &other)), (false, true, false));
    let (plain, variant): (Plugin, Plugin) = (yaml("plugin.yaml"), yaml("plugin-discover.yaml"));
    assert_eq!(Spec { discover: None, ..variant.spec }, plain.spec);
}

#[test]
fn a_misspelt_field_of_the_plugin_is_noticed() {
    let text = fs::read_to_string(published()).unwrap().replace("parameters:", "paramaters:");
    assert!(serde_yaml::from_str::<Plugin>(&text).is_err());
}

#[test]
fn every_announced_parameter_is_accepted() {
    let repository = Dir::with(&[("web/app.yaml", APP)]);
    let server = Server::start(&published(), &[]);
    let announced: Vec<Announced> = server.announced(&app(&repository, "web"));
    assert!(announced.len() > 10);
    for parameter in announced {
        let name = parameter.name.as_str();
        let value = match (parameter.collection_type.as_deref(), parameter.item_type.as_deref()) {
            (Some("array"), _) if matches!(name, "ignore-config" | "keep-name" | "external") => {
                json!({"name": name, "array": ["Secret/reg-*"]})
            }
            _ if name == "context" => json!({"name": name, "array": ["app.yaml"]}),
            (Some("array"), _) => json!({"name": name, "array": ["--enable-helm"]}),
            (Some("map"), _) => json!({"name": name, "map": {"a": "b"}}),
            (_, Some("boolean")) => json!({"name": name, "string": "false"}),
            // The last words of a tooltip name the default.
            _ => {
                let default = parameter.tooltip.as_deref().unwrap().rsplit_once("Default: ").map(|(_, word)| word);
                let known = default.filter(|word| !word.contains(' ') && *word != "none").unwrap_or_default();
                json!({"name": name, "string": known})
            }
        };
        let objects = server.generate(&App::with(repository.root(), "web", json!([value]))).unwrap();
        assert_eq!(objects.len(), 2, "{name}");
    }
}

/// An Application, as far as a plugin is concerned.
#[derive(Deserialize)]
struct Application {
    kind: String,
    spec: ApplicationSpec,
}

#[derive(Deserialize)]
struct ApplicationSpec {
    source: Source,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Source {
    #[serde(rename = "repoURL")]
    _repository: String,
    #[serde(rename = "targetRevision")]
    _revision: String,
    path: String,
    plugin: Block,
}

#[test]
fn every_example_of_an_application_is_rendered() {
    let (_dir, kustomize) = program("kustomize", "cat app.yaml\n");
    let (_other, helm) = program("helm", "[ \"$1 $2 $3\" = 'template . --name-template' ] && cat app.yaml\n");
    let server = Server::start(&published(), &[kustomize, helm]);
    let repository = Dir::with(&[]);
    for directory in ["deploy", "overlays/prod", "chart"] {
        repository.put(&format!("{directory}/app.yaml"), APP);
    }
    repository.put("deploy/web.example.yaml", "apiVersion: v1\nkind: Secret\nmetadata: {name: x}\nstringData: [\n");
    repository.put("overlays/prod/kustomization.yaml", "resources: [app.yaml]\n");
    repository.put("chart/Chart.yaml", "name: web\n");
    for name in ["values.yaml", "values-prod.yaml"] {
        repository.put(&format!("chart/{name}"), "a: 1\n");
    }
    for name in ["plain", "kustomize", "helm"] {
        let application: Application = yaml(&format!("applications/{name}.yaml"));
        assert_eq!(application.kind, "Application");
        let Source { path, plugin, .. } = application.spec.source;
        assert_eq!(plugin.name.as_deref(), Some("rollstamp"));
        let app = App { repository: repository.root(), path: &path, plugin: Some(plugin) };
        let objects = server.generate(&app).unwrap_or_else(|error| panic!("{name}: {error}"));
        let renamed = object(&objects, "ConfigMap")["metadata"]["name"] != "env";
        assert_eq!((objects.len(), renamed), (2, name == "kustomize"), "{name}");
    }
    let wrong = shown(server.generate(&App { repository: repository.root(), path: "deploy", plugin: None }));
    assert!(wrong.contains("web.example.yaml"), "the plain example excludes nothing that matters: {wrong}");
}

/// The parts of Argo CD's own repo-server that the sidecar relies on.
const REPO_SERVER: &str = "\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: argocd-repo-server
spec:
  selector: {matchLabels: {app.kubernetes.io/name: argocd-repo-server}}
  template:
    metadata: {labels: {app.kubernetes.io/name: argocd-repo-server}}
    spec:
      containers:
      - name: argocd-repo-server
        image: quay.io/argoproj/argocd:v3.5.1
        volumeMounts:
        - {name: tmp, mountPath: /tmp}
        - {name: plugins, mountPath: /home/argocd/cmp-server/plugins}
      volumes:
      - {name: tmp, emptyDir: {}}
      - {name: var-files, emptyDir: {}}
      - {name: plugins, emptyDir: {}}
";

#[test]
fn the_component_adds_the_sidecar() {
    for kustomize in peers::Kustomize::all() {
        let dir = Dir::with(&[
            ("install.yaml", REPO_SERVER),
            (
                "kustomization.yaml",
                "resources: [install.yaml]\ncomponents: [rollstamp]\n\
                 images: [{name: rollstamp-cmp, newName: registry.example.com/rollstamp-cmp, newTag: 0.1.0}]\n",
            ),
        ]);
        for name in ["kustomization.yaml", "repo-server.yaml"] {
            dir.put(&format!("rollstamp/{name}"), fs::read(file(name)).unwrap());
        }
        let built: Value = serde_yaml::from_str(&kustomize.build(dir.root())).unwrap();
        check_sidecar(&built["spec"]["template"]["spec"], "registry.example.com/rollstamp-cmp:0.1.0");
        assert_eq!(built["spec"]["template"]["spec"]["containers"].as_sequence().unwrap().len(), 2);
    }
}

#[test]
fn the_values_for_the_chart_say_the_same() {
    let values: Value = yaml("argo-helm-values.yaml");
    let spec = &values["configs"]["cmp"]["plugins"]["rollstamp"];
    let plugin: Plugin = yaml("plugin.yaml");
    assert_eq!(serde_yaml::from_value::<Spec>(spec.clone()).unwrap(), plugin.spec);
    let pod: Value = serde_yaml::from_str(REPO_SERVER).unwrap();
    let mut pod = pod["spec"]["template"]["spec"].clone();
    for (list, extra) in [("containers", "extraContainers"), ("volumes", "volumes")] {
        let extra = values["repoServer"][extra].as_sequence().unwrap().clone();
        pod[list].as_sequence_mut().unwrap().extend(extra);
    }
    check_sidecar(&pod, "registry.example.com/rollstamp-cmp:0.1.0");
}

/// The sidecar runs Argo CD's server as its user, has the shared volumes and a /tmp of its own.
fn check_sidecar(pod: &Value, image: &str) {
    let named =
        |list: &Value, name: &str| list.as_sequence().unwrap().iter().find(|item| item["name"] == name).cloned();
    let sidecar = named(&pod["containers"], "rollstamp").unwrap();
    assert_eq!(sidecar["image"], image);
    assert_eq!(sidecar["command"][0], "/var/run/argocd/argocd-cmp-server");
    assert_eq!(sidecar["securityContext"]["runAsUser"], 999);
    for mount in sidecar["volumeMounts"].as_sequence().unwrap() {
        let volume = named(&pod["volumes"], mount["name"].as_str().unwrap()).unwrap_or_else(|| panic!("{mount:?}"));
        assert!(volume["emptyDir"].is_mapping() || volume["configMap"]["name"] == "argocd-cmp-cm", "{volume:?}");
    }
    let mounts = |path: &str| {
        let mounts = sidecar["volumeMounts"].as_sequence().unwrap().iter();
        mounts
            .filter(|mount| mount["mountPath"] == path)
            .map(|mount| mount["name"].as_str().unwrap().to_owned())
            .collect::<String>()
    };
    assert_eq!(mounts("/var/run/argocd"), "var-files");
    assert_eq!(mounts("/home/argocd/cmp-server/plugins"), "plugins");
    assert_eq!(mounts("/tmp"), "rollstamp-tmp");
}

#[test]
fn the_dockerfiles_are_clean() {
    let Some(hadolint) = peers::directory_of("hadolint") else { return };
    let files = ["Dockerfile", "Dockerfile.kustomize", "Dockerfile.helm"].map(file);
    let container = Path::new(env!("CARGO_MANIFEST_DIR")).join("container");
    let images = ["Dockerfile", "Dockerfile.renderers"].map(|name| container.join(name));
    let output = Command::new(hadolint.join("hadolint")).args(files).args(images).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
}
