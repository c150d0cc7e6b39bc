//! Applications of several clusters in one input: what references see.

use std::sync::Arc;

use rollstamp::source::SourceApplication;
use rollstamp::{
    Bundle, ComparedTree, ImpactOptions, LinkOptions, ParseOptions, Resolution, Source, impact, link, parse,
};

const WEB: &str = "\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec: {template: {spec: {containers: [{name: app, image: app, envFrom: [{configMapRef: {name: env}}]}]}}}
";

fn config(namespace: &str, value: &str) -> String {
    let namespace = if namespace.is_empty() { String::new() } else { format!(", namespace: {namespace}") };
    format!("apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: env{namespace}}}\ndata: {{LEVEL: {value}}}\n")
}

/// The text of an application of a cluster.
fn part(cluster: &str, name: &str, text: &str) -> Source {
    let application = SourceApplication {
        id: format!("{cluster}/{name}"),
        cluster: Some(cluster.to_owned()),
        scope: Arc::from(cluster),
        namespace: None,
        stage: 0,
        release: None,
        substitutes: false,
    };
    Source::new(format!("<{cluster}/{name}>"), text).in_application(Arc::new(application))
}

fn read(parts: Vec<Source>) -> Bundle {
    parse(parts, &ParseOptions::default())
}

/// The first line of the source of the config behind each reference.
fn resolved(bundle: &Bundle) -> Vec<String> {
    let graph = link(bundle, &LinkOptions::default());
    let mut found = Vec::new();
    for reference in &graph.links {
        found.push(match reference.resolution {
            Resolution::Config(config) => {
                let object = &bundle.objects[graph.configs[config].object];
                bundle.sources[bundle.documents[object.document].source].name().to_owned()
            }
            other => format!("{other:?}"),
        });
    }
    found
}

#[test]
fn a_reference_sees_its_own_cluster_only() {
    let bundle = read(vec![
        part("eu", "web", WEB),
        part("us", "web", WEB),
        part("us", "env", &config("shop", "b")),
        part("de", "env", &config("shop", "c")),
    ]);
    assert_eq!(resolved(&bundle), ["Missing", "<us/env>"]);
}

#[test]
fn the_own_application_comes_first_and_others_must_agree() {
    let own = format!("{WEB}---\n{}", config("shop", "own"));
    let bundle = read(vec![
        part("eu", "a", &config("shop", "a")),
        part("eu", "b", &config("shop", "b")),
        part("eu", "web", &own),
        part("us", "a", &config("shop", "a")),
        part("us", "b", &config("shop", "b")),
        part("us", "web", WEB),
        part("de", "a", &config("shop", "a")),
        part("de", "b", &config("shop", "a")),
        part("de", "web", WEB),
    ]);
    assert_eq!(resolved(&bundle), ["<eu/web>", "Ambiguous", "<de/a>"]);
}

#[test]
fn a_namespace_is_inferred_inside_an_application_only() {
    let own = format!("{WEB}---\n{}", config("", "own"));
    let bundle = read(vec![part("eu", "env", &config("", "a")), part("eu", "web", WEB), part("us", "web", &own)]);
    assert_eq!(resolved(&bundle), ["Missing", "<us/web>"]);
}

#[test]
fn a_workload_is_the_same_on_its_own_cluster_only() {
    let base = read(vec![part("eu", "web", WEB), part("us", "web", WEB), part("us", "env", &config("shop", "a"))]);
    let head = read(vec![part("us", "env", &config("shop", "b")), part("us", "web", WEB), part("de", "web", WEB)]);
    let (base, head) = (link(&base, &LinkOptions::default()), link(&head, &LinkOptions::default()));
    let trees = [&base, &head].map(|graph| ComparedTree { graph, applied: None });
    let compared = impact(&trees[0], &trees[1], &ImpactOptions::default());
    let mut found = Vec::new();
    for workload in &compared.workloads {
        let application = workload.application.as_ref().map_or("", |application| application.id.as_str());
        found.push(format!("{application} {}", workload.class.as_str()));
    }
    assert_eq!(found, ["us/web stale", "de/web new", "eu/web gone"]);
}
