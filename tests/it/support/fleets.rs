//! Repositories of several layouts, and changes made to them at random.

use std::collections::BTreeMap;

use super::apps::{URL, kustomization, sync};
use super::random_inputs::Random;

/// The files of a repository.
pub type Files = BTreeMap<String, String>;

/// The names of layouts, those that need a renderer last.
pub const LAYOUTS: [&str; 12] = [
    "flux",
    "flux-variables",
    "argo-directories",
    "argo-list",
    "argo-git",
    "declared",
    "plain",
    "loose",
    "flux-bases",
    "overlays",
    "argo-kustomize",
    "argo-charts",
];

/// The number of layouts that need no renderer.
pub const PLAIN_LAYOUTS: usize = 8;

fn config(name: &str, namespace: &str) -> String {
    let namespace = if namespace.is_empty() { String::new() } else { format!(", namespace: {namespace}") };
    format!("apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: {name}{namespace}}}\ndata:\n  LEVEL: v0\n  MODE: m0\n")
}

fn workload(name: &str, config: &str, namespace: &str) -> String {
    let namespace = if namespace.is_empty() { String::new() } else { format!(", namespace: {namespace}") };
    format!(
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: {name}{namespace}}}\nspec:\n  replicas: 2\n  \
         selector: {{matchLabels: {{app: {name}}}}}\n  template:\n    metadata: {{labels: {{app: {name}}}}}\n    spec:\n      \
         containers:\n      - name: app\n        image: app:v0\n        envFrom: [{{configMapRef: {{name: {config}}}}}]\n"
    )
}

fn autoscaler(name: &str, namespace: &str) -> String {
    format!(
        "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {{name: {name}, namespace: {namespace}}}\n\
         spec: {{minReplicas: 3, maxReplicas: 5, scaleTargetRef: {{apiVersion: apps/v1, kind: Deployment, name: {name}}}}}\n"
    )
}

/// An Application of Argo CD.
fn argo(name: &str, path: &str, cluster: &str) -> String {
    format!(
        "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {{name: {name}, namespace: argocd}}\nspec:\n  \
         source: {{repoURL: '{URL}', path: {path}}}\n  destination: {{name: {cluster}, namespace: shop}}\n"
    )
}

/// Directories of plain manifests: three of workloads, one of configs that they share, and one of autoscalers.
fn add_plain(files: &mut Files, below: &str) {
    let mut add = |path: String, text: String| drop(files.insert(path, text));
    for (name, config_name) in [("web", "web-env"), ("api", "shared"), ("job", "shared")] {
        add(format!("{below}/{name}/app.yaml"), workload(name, config_name, "shop"));
        add(format!("{below}/{name}/env.yaml"), config(&format!("{name}-env"), "shop"));
    }
    add(format!("{below}/shared/env.yaml"), config("shared", "shop"));
    add(format!("{below}/scale/web.yaml"), autoscaler("web", "shop"));
}

const PARTS: [&str; 5] = ["web", "api", "job", "shared", "scale"];

/// The same with a kustomization in each directory.
fn add_kustomized(files: &mut Files, below: &str) {
    add_plain(files, below);
    for part in PARTS {
        let directory = format!("{below}/{part}/");
        let names: Vec<String> =
            files.keys().filter_map(|path| path.strip_prefix(&directory)).map(str::to_owned).collect();
        let mut text = format!("resources: [{}]\n", names.join(", "));
        if part == "web" {
            text.push_str("configMapGenerator:\n- {name: made, literals: [LEVEL=v0]}\ngeneratorOptions: {disableNameSuffixHash: true}\n");
        }
        files.insert(format!("{directory}kustomization.yaml"), text);
    }
}

/// The files of a layout.
pub fn fleet(layout: &str) -> Files {
    let mut files = Files::from([("README.md".to_owned(), "fleet v0\n".to_owned())]);
    match layout {
        "flux" | "flux-variables" | "flux-bases" => add_flux(&mut files, layout),
        "argo-directories" | "argo-kustomize" => add_argo(&mut files, layout),
        "argo-list" | "argo-git" => add_set(&mut files, layout),
        "argo-charts" => add_chart(&mut files),
        "declared" => {
            add_plain(&mut files, "eu");
            add_plain(&mut files, "us");
            files.insert("rollstamp.yaml".to_owned(), DECLARED.to_owned());
        }
        "plain" => add_plain(&mut files, "manifests"),
        "loose" => {
            add_plain(&mut files, "apps");
            add_plain(&mut files, "spare");
            for part in ["web", "shared", "api"] {
                files.insert(format!("argocd/{part}.yaml"), argo(part, &format!("apps/{part}"), "in-cluster"));
            }
        }
        "overlays" => {
            add_kustomized(&mut files, "base");
            for (cluster, part) in of_clusters() {
                let text = format!("resources: [../../../base/{part}]\nnamespace: shop\n");
                files.insert(format!("overlays/{cluster}/{part}/kustomization.yaml"), text);
            }
        }
        _ => panic!("no layout is named {layout}"),
    }
    files
}

fn of_clusters() -> Vec<(&'static str, &'static str)> {
    ["eu", "us"].into_iter().flat_map(|cluster| PARTS.map(|part| (cluster, part))).collect()
}

const DECLARED: &str = "\
apiVersion: rollstamp.dev/v1
kind: Rollstamp
spec:
  repository:
    applications:
    - {name: eu, cluster: eu, paths: [eu/web, eu/shared, eu/scale]}
    - {name: eu-rest, cluster: eu, paths: [eu/api, eu/job]}
    - {name: us, cluster: us, paths: [us]}
";

fn add_flux(files: &mut Files, layout: &str) {
    if layout == "flux-bases" {
        add_kustomized(files, "apps");
    } else {
        add_plain(files, "apps");
    }
    for (cluster, part) in of_clusters() {
        let below = format!("clusters/{cluster}");
        files.insert(format!("{below}/sync.yaml"), sync(&below));
        files.insert(format!("{below}/{part}.yaml"), kustomization(part, &format!("apps/{part}")));
    }
    if layout != "flux-variables" {
        return;
    }
    let from = "postBuild: {substitute: {LEVEL: v0}, substituteFrom: [{kind: ConfigMap, name: settings}]}, path";
    for cluster in ["eu", "us"] {
        let settings = config("settings", "flux-system") + &format!("  CLUSTER: {cluster}\n");
        files.insert(format!("clusters/{cluster}/settings.yaml"), settings);
        let web = kustomization("web", "apps/web").replace("path", from);
        files.insert(format!("clusters/{cluster}/web.yaml"), web);
    }
    let env = config("web-env", "shop") + "  CLUSTER: ${CLUSTER}\n  SUBST: ${LEVEL}\n";
    files.insert("apps/web/env.yaml".to_owned(), env);
}

fn add_argo(files: &mut Files, layout: &str) {
    if layout == "argo-kustomize" {
        add_kustomized(files, "apps");
    } else {
        add_plain(files, "apps");
    }
    for (cluster, part) in of_clusters() {
        let name = format!("{part}-{cluster}");
        files.insert(format!("argocd/{name}.yaml"), argo(&name, &format!("apps/{part}"), cluster));
    }
    files.insert("root.yaml".to_owned(), argo("root", "argocd", "in-cluster"));
}

/// An ApplicationSet, of a list or of the directories.
fn add_set(files: &mut Files, layout: &str) {
    add_plain(files, "apps");
    let (generator, name, path) = if layout == "argo-list" {
        ("list: {elements: [{part: web}, {part: api}, {part: job}, {part: shared}]}", "{{part}}", "apps/{{part}}")
    } else {
        let git = "git: {repoURL: 'https://git.example.com/team/fleet', directories: [{path: apps/*}]}";
        (git, "{{path.basename}}", "{{path}}")
    };
    let set = format!(
        "apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nmetadata: {{name: all, namespace: argocd}}\nspec:\n  \
         generators:\n  - {generator}\n  template:\n    metadata: {{name: '{name}'}}\n    spec:\n      source: \
         {{repoURL: '{URL}', path: '{path}'}}\n      destination: {{name: in-cluster, namespace: shop}}\n"
    );
    files.insert("set.yaml".to_owned(), set);
}

/// A chart of which each value makes an Application.
fn add_chart(files: &mut Files) {
    add_plain(files, "apps");
    let template = "{{- range .Values.apps }}\n---\napiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: {{ . \
                    }}, namespace: argocd}\nspec:\n  source: {repoURL: 'https://git.example.com/team/fleet', path: apps/{{ . \
                    }}}\n  destination: {name: in-cluster, namespace: shop}\n{{- end }}\n";
    for (path, text) in [
        ("Chart.yaml", "apiVersion: v2\nname: apps\nversion: 1.0.0\n"),
        ("values.yaml", "apps: [web, api, shared]\n"),
        ("templates/apps.yaml", template),
    ] {
        files.insert(format!("charts/apps/{path}"), text.to_owned());
    }
    files.insert("root.yaml".to_owned(), argo("root", "charts/apps", "in-cluster"));
}

/// Changes a repository as somebody does between two commits: mostly one value in one file, seldom more.
pub fn change(files: &mut Files, random: &mut Random) {
    for _ in 0..=random.below(8) / 6 {
        let before = files.clone();
        for _ in 0..40 {
            change_once(files, random);
            if *files != before {
                break;
            }
        }
    }
}

fn change_once(files: &mut Files, random: &mut Random) {
    let paths: Vec<String> = files.keys().cloned().collect();
    let path = paths[random.below(paths.len())].clone();
    let text = files[&path].clone();
    let number = random.below(9);
    let replaced = match random.below(14) {
        0..=3 => text.replace("LEVEL: v", &format!("LEVEL: v{number}")).replace("LEVEL=v", &format!("LEVEL=v{number}")),
        4..=5 => text.replace("image: app:v", &format!("image: app:v{number}")),
        6 => text.replace("name: shared", "name: web-env"),
        7 => text.replace("name: web-env", "name: shared"),
        8 => text.replace("namespace: shop", if number > 4 { "namespace: other" } else { "namespace: shop" }),
        9 => toggle_declaration(&text, number),
        10 => {
            // The file goes, unless a kustomization would miss it.
            let is_listed = files.contains_key(&sibling(&path, "kustomization.yaml"));
            if !is_listed && !path.ends_with(".yaml.orig") && path != "root.yaml" && number > 4 {
                files.remove(&path);
            }
            return;
        }
        11 => {
            // A second definition, in another application.
            let other = &paths[random.below(paths.len())];
            let target = sibling(other, "more.yaml");
            let is_config = text.starts_with("apiVersion: v1\n") && !files.contains_key(&sibling(other, "Chart.yaml"));
            if is_config && other.contains('/') && !files.contains_key(&sibling(other, "kustomization.yaml")) {
                files.insert(target, text);
            }
            return;
        }
        12 => text.replace("  MODE: m0\n", "  MODE: m0\n  EXTRA: x\n"),
        _ => text.replace("apps: [web, api", "apps: [web, job, api").replace("fleet v0", "fleet v1"),
    };
    files.insert(path, replaced);
}

/// Changes one field of a declaration.
fn toggle_declaration(text: &str, number: usize) -> String {
    match number {
        0 => text.replace("spec: {path:", "spec: {suspend: true, path:"),
        1 => text.replace("suspend: true, ", ""),
        2 => text.replace("spec: {path:", "spec: {targetNamespace: other, path:"),
        3 => text.replace("targetNamespace: other, ", ""),
        4 => text.replace("apps/web", "apps/api"),
        5 => text.replace("apps/job", "apps/web"),
        6 => text.replace("{part: job}, ", ""),
        7 => text.replace("{part: web}, ", "{part: web}, {part: scale}, "),
        _ => text.replace("paths: [eu/web, ", "paths: ["),
    }
}

fn sibling(path: &str, name: &str) -> String {
    path.rsplit_once('/').map_or(name.to_owned(), |(directory, _)| format!("{directory}/{name}"))
}
