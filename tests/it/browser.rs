//! The pages in a real browser: the scripts in `tests/browser` open them and use them as people do. Screenshots are in
//! `target/browser` afterwards.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;

use crate::cli_pictures::{HOSTILE, HOSTILE_NAMES};
use crate::support::peers;
use crate::support::shell::{APP, Dir};

const MECHANISMS: &str = include_str!("../../testdata/mechanisms/app.yaml");

/// Node, with a script in it and what drives the browser; says so where something is not installed.
pub fn script(name: &str) -> Option<Command> {
    let chromium = peers::installed("chromium");
    let (node, driver) = (peers::installed("node"), peers::peers("playwright-core/package/index.js"));
    let (Some(chromium), Some(node), true) = (chromium, node, driver.is_file()) else {
        println!("skipped: chromium, node or playwright-core is not installed");
        return None;
    };
    let mut command = Command::new(node);
    command.arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/browser").join(name));
    command.arg(peers::peers("")).arg(chromium);
    Some(command)
}

pub fn pictures() -> PathBuf {
    let pictures = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/browser");
    fs::create_dir_all(&pictures).unwrap();
    pictures
}

pub fn succeeds(mut command: Command) {
    let output = command.output().unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{stderr}");
    print!("{}", String::from_utf8_lossy(&output.stdout));
}

/// Writes the page of `links` for what is in a directory.
fn page(dir: &Dir) -> PathBuf {
    let ran = dir.run("links --format html .");
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    let path = dir.path("page/links.html");
    dir.put("page/links.html", &ran.stdout);
    path
}

#[test]
fn the_page_of_links_can_be_searched_clicked_and_used_by_keys() {
    let Some(mut command) = script("links.mjs") else { return };
    let staging = APP.replace("metadata:\n  name", "metadata:\n  namespace: staging\n  name");
    let dir = Dir::with(&[("app.yaml", MECHANISMS), ("hostile-names.yaml", HOSTILE), ("staging.yaml", &staging)]);
    command.arg(page(&dir)).arg(pictures());
    succeeds(command);
}

#[test]
fn the_page_of_applications_is_filtered_by_cluster_and_application() {
    let Some(mut command) = script("apps.mjs") else { return };
    let options = "apiVersion: rollstamp.dev/v1\nkind: Rollstamp\nspec:\n  repository:\n    applications:\n    \
                   - {name: shop, cluster: eu, paths: [eu]}\n    - {name: shop, cluster: us, paths: [us]}\n";
    let dir = Dir::with(&[("rollstamp.yaml", options), ("eu/app.yaml", APP), ("us/app.yaml", APP)]);
    let ran = dir.run("links --apps --format html");
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    dir.put("page.html", &ran.stdout);
    command.arg(dir.path("page.html"));
    succeeds(command);
}

#[test]
fn the_page_of_two_thousand_workloads_is_quick() {
    let Some(mut command) = script("many.mjs") else { return };
    let count = 2_000;
    let dir = Dir::with(&[("apps.yaml", &many(count))]);
    command.arg(page(&dir)).arg(pictures()).arg(count.to_string());
    succeeds(command);
}

/// Applications in twenty namespaces, each with its own configs, and one that all of a namespace use.
fn many(count: usize) -> String {
    let config = |kind: &str, namespace: usize, name: &str, field: &str| {
        format!(
            "apiVersion: v1\nkind: {kind}\nmetadata: {{name: {name}, namespace: team-{namespace}}}\n\
             {field}: {{one: \"1\", two: \"2\"}}\n---\n"
        )
    };
    let mut text: String = (0..20).map(|namespace| config("ConfigMap", namespace, "shared", "data")).collect();
    for number in 0..count {
        let namespace = number % 20;
        text.push_str(&config("ConfigMap", namespace, &format!("web-{number}-env"), "data"));
        text.push_str(&config("Secret", namespace, &format!("web-{number}-db"), "stringData"));
        // Writing to a String cannot fail.
        let _ = write!(
            text,
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: web-{number}, namespace: team-{namespace}}}\n\
             spec:\n  template:\n    spec:\n      containers:\n      - name: web\n        image: web:1\n        \
             envFrom:\n        - configMapRef: {{name: web-{number}-env}}\n        - configMapRef: {{name: shared}}\n        \
             - secretRef: {{name: web-{number}-db}}\n---\n"
        );
    }
    text
}

/// Six workloads before a change; the change is made by [`after`].
const BEFORE: &str = "\
apiVersion: v1
kind: ConfigMap
metadata: {name: env}
data: {LEVEL: info, CALM: \"1\"}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: files}
data: {app.conf: a}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 1
  strategy: {type: Recreate}
  template:
    metadata: {annotations: {rollstamp.dev/checksum: one}}
    spec:
      containers:
      - name: web
        image: app:1
        envFrom:
        - configMapRef: {name: env}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web-and-a-name-that-is-long}
spec:
  template:
    spec:
      containers: [{name: web, image: registry.example.com/shop/app:1}]
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: calm}
spec: {tls: [{hosts: [h], secretName: tls}]}
---
apiVersion: batch/v1
kind: Job
metadata: {name: batch}
spec:
  template:
    spec:
      containers: [{name: batch, image: app:1, envFrom: [{configMapRef: {name: env}}]}]
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: reader}
spec:
  template:
    spec:
      containers: [{name: reader, image: app:1, volumeMounts: [{name: files, mountPath: /etc/app}]}]
      volumes: [{name: files, configMap: {name: files}}]
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: calm}
spec:
  template:
    spec:
      containers:
      - {name: calm, image: app:1, env: [{name: C, valueFrom: {configMapKeyRef: {name: env, key: CALM}}}]}
";

const OLD: &str = "
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: old}
spec:
  template:
    spec:
      containers: [{name: old, image: app:1}]
";

#[test]
fn the_page_of_impact_shows_what_changes_and_why() {
    let Some(mut command) = script("impact.mjs") else { return };
    let after = BEFORE
        .replace("LEVEL: info", "LEVEL: debug")
        .replace("app.conf: a", "app.conf: b")
        .replace("shop/app:1", "shop/app:2")
        .replace("checksum: one", "checksum: two");
    let dir = Dir::with(&[]);
    for (side, text) in [("before", format!("{BEFORE}{OLD}")), ("after", after)] {
        // The name of the file is to be encoded in its address.
        let (configs, workloads) = text.split_at(text.find("---\napiVersion: apps").unwrap());
        dir.put(&format!("{side}/env.yaml"), configs);
        dir.put(&format!("{side}/a b#.yaml"), workloads);
    }
    let ran = dir.run_with(
        &[
            "impact",
            "--base",
            "before",
            "--format",
            "html",
            "--source-url",
            "https://git.example.com/shop/blob/main/{path}#L{line}",
            "after",
        ],
        b"",
    );
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    dir.put("page.html", &ran.stdout);
    command.arg(dir.path("page.html")).arg(pictures());
    succeeds(command);
}

/// Ten applications in each of three namespaces, with a ConfigMap each, and a Secret for all of a namespace.
fn thirty_apps() -> String {
    let mut text = String::new();
    for namespace in ["team-a", "team-b", "team-c"] {
        for number in 0..10 {
            let app = APP.replace("  name: env\n", &format!("  name: app-{number}-config\n  namespace: {namespace}\n"));
            let app =
                app.replace("  name: web\nspec", &format!("  name: app-{number}\n  namespace: {namespace}\nspec"));
            let references = format!("{{name: app-{number}-config}}\n        - secretRef: {{name: shared}}");
            text.push_str(&app.replace("{name: env}", &references));
            text.push_str("---\n");
        }
        text.push_str(&format!(
            "apiVersion: v1\nkind: Secret\nmetadata: {{name: shared, namespace: {namespace}}}\n---\n"
        ));
    }
    text
}

#[test]
fn mermaid_draws_every_name_as_it_is() {
    let library = peers::peers("mermaid/package/dist/mermaid.min.js");
    let Some(mut command) = script("mermaid.mjs") else { return };
    if !library.is_file() {
        println!("skipped: mermaid is not installed");
        return;
    }
    let dir = Dir::with(&[("empty.html", "<!doctype html><title>Mermaid</title>")]);
    command.arg(dir.path("empty.html")).arg(library);
    let (many, apps) = (many(600), thirty_apps());
    let charts = [
        (HOSTILE, &HOSTILE_NAMES[..], None, None),
        (MECHANISMS, &["Deployment/web"], None, None),
        (&many, &["Deployment/web-1"], None, Some(60)),
        // What a page of GitHub shows without making the texts too small to read.
        (&apps, &["Deployment/app-9"], Some(1_500), Some(60)),
    ];
    for (number, (manifests, names, width, edges)) in charts.into_iter().enumerate() {
        dir.put("in/app.yaml", manifests);
        let chart = dir.run("links --format mermaid in").stdout;
        let path = format!("chart-{number}.json");
        dir.put(&path, serde_json::json!([chart, names, width, edges]).to_string());
        command.arg(dir.path(&path));
    }
    succeeds(command);
}

/// Hexadecimal digits as the data of a page has them.
pub fn encode_hash(digits: &str) -> String {
    STANDARD_NO_PAD.encode(hex::decode(digits).unwrap())
}

#[test]
fn the_page_holds_no_value_of_a_secret_and_no_hash_of_one_without_a_key() {
    let dir = Dir::with(&[("app.yaml", MECHANISMS), ("key", "pepper")]);
    let plain = dir.run("links --format html app.yaml").stdout;
    let hash = "4e738ca5563c06cfd0018299933d58db1dd8bf97f6973dc99bf6cdc64b5550bd";
    for hidden in ["s3cr3t", "czNjcjN0", hash, &encode_hash(hash), &encode_hash(&hash[..12])] {
        assert!(!plain.contains(hidden), "{hidden}");
    }
    // The stamp of the workload could be used to guess the password too.
    let stamp = dir.run("stamp --check --format json app.yaml");
    let stamp: serde_json::Value = serde_json::from_str(&stamp.stdout).unwrap();
    assert!(!plain.contains(&encode_hash(stamp["changes"][0]["new"].as_str().unwrap())));

    let keyed = dir.run("links --format html --secret-key-file key app.yaml").stdout;
    let stamp = dir.run("stamp --check --format json --secret-key-file key app.yaml");
    let stamp: serde_json::Value = serde_json::from_str(&stamp.stdout).unwrap();
    assert!(keyed.contains(&encode_hash(stamp["changes"][0]["new"].as_str().unwrap())));
    assert!(!keyed.contains("s3cr3t"));
}

#[test]
fn no_name_ends_the_data_of_the_page() {
    let dir = Dir::with(&[("hostile.yaml", HOSTILE)]);
    let page = dir.run("links --format html .").stdout;
    assert_eq!(page.matches("</script>").count(), 2, "that of the data and that of the script");
    assert!(!page.contains("<img"));
    let (_, rest) = page.split_once("id=\"data\">").unwrap();
    let data: serde_json::Value = serde_json::from_str(rest.split_once("</script>").unwrap().0).unwrap();
    let names: Vec<&str> = data["configs"].as_array().unwrap().iter().map(|one| one[2].as_str().unwrap()).collect();
    assert!(names.contains(&"</script><img src=x onerror=alert(1)>"), "{names:?}");
}

#[test]
fn nothing_to_show_is_a_page_too() {
    let ran = Dir::with(&[("a.yaml", "a: 1\n")]).run("links --format html a.yaml");
    assert_eq!(ran.status, 0);
    ran.says("note: the input has no ConfigMap or Secret and no reference to one");
    assert!(ran.stdout.starts_with("<!doctype html>"));
}
