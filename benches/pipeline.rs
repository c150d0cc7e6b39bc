//! The four stages, the phases of the first, and another YAML reader, on one generated stream: `cargo bench`.
//!
//! Machines are noisy: read the figures of one run as ratios.

use std::fmt::Write as _;

use rollstamp::yaml::{self, phases};
use rollstamp::{Bundle, Limits, LinkOptions, ParseOptions, Source, Stamp, Strategy, apply, link, parse, plan};

fn main() {
    divan::main();
}

/// A stream of apps, each a ConfigMap with a file, one for the environment, a Secret and a Deployment that uses them.
fn stream(apps: usize) -> String {
    let mut out = String::new();
    for app in 0..apps {
        let _ = write!(
            out,
            "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: env-{app}\n  namespace: ns-{ns}\ndata:\n  LOG_LEVEL: INFO\n  \
             WORKERS: \"{app}\"\n---\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: files-{app}\n  namespace: \
             ns-{ns}\ndata:\n  app.conf: |\n",
            ns = app % 20,
        );
        for line in 0..80 {
            let _ = writeln!(out, "    setting.{line} = value {} of app {app}  # as it came", line * 7);
        }
        let _ = write!(
            out,
            "---\napiVersion: v1\nkind: Secret\nmetadata:\n  name: keys-{app}\n  namespace: ns-{ns}\ndata:\n  password: \
             cGFzc3dvcmQ=\n---\napiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: app-{app}\n  namespace: \
             ns-{ns}\n  labels: {{app: app-{app}}}\nspec:\n  replicas: 2\n  selector:\n    matchLabels: {{app: \
             app-{app}}}\n  template:\n    metadata:\n      labels: {{app: app-{app}}}\n    spec:\n      containers:\n      \
             - name: app\n        image: registry.example/app:{app}\n        envFrom:\n        - configMapRef:\n            \
             name: env-{app}\n        env:\n        - name: PASSWORD\n          valueFrom:\n            \
             secretKeyRef:\n              name: keys-{app}\n              key: password\n        volumeMounts:\n        - \
             name: files\n          mountPath: /etc/app\n      volumes:\n      - name: files\n        configMap:\n          \
             name: files-{app}\n---\n",
            ns = app % 20,
        );
    }
    out
}

const APPS: [usize; 2] = [100, 1000];

fn bundle(apps: usize) -> Bundle {
    parse(vec![Source::new("stream.yaml", stream(apps))], &ParseOptions::default())
}

#[divan::bench(args = APPS)]
fn stage_1_parse(bencher: divan::Bencher, apps: usize) {
    let text = stream(apps);
    bencher
        .counter(divan::counter::BytesCount::of_str(&text))
        .with_inputs(|| vec![Source::new("stream.yaml", text.clone())])
        .bench_values(|sources| parse(sources, &ParseOptions::default()));
}

#[divan::bench(args = APPS)]
fn stage_1_parse_split(bencher: divan::Bencher, apps: usize) {
    let text = stream(apps);
    bencher
        .counter(divan::counter::BytesCount::of_str(&text))
        .bench(|| yaml::split_documents(&text, &Limits::default()).len());
}

/// Characters and tokens.
#[divan::bench(args = APPS)]
fn stage_1_parse_scan(bencher: divan::Bencher, apps: usize) {
    let text = stream(apps);
    bencher.counter(divan::counter::BytesCount::of_str(&text)).bench(|| phases::scan_stream(&text, &Limits::default()));
}

/// Trees, with the tokens they are made from: less `stage_1_parse_scan`, this is the time of building them.
#[divan::bench(args = APPS)]
fn stage_1_parse_build(bencher: divan::Bencher, apps: usize) {
    let text = stream(apps);
    bencher.counter(divan::counter::BytesCount::of_str(&text)).bench(|| phases::build_trees(&text, &Limits::default()));
}

#[divan::bench(args = APPS)]
fn stage_1_parse_check(bencher: divan::Bencher, apps: usize) {
    let text = stream(apps);
    let trees = phases::build_trees(&text, &Limits::default()).unwrap_or_default();
    bencher
        .counter(divan::counter::BytesCount::of_str(&text))
        .bench(|| phases::check_trees(&text, &trees, &Limits::default()));
}

#[divan::bench(args = APPS)]
fn stage_2_link(bencher: divan::Bencher, apps: usize) {
    let bundle = bundle(apps);
    bencher.bench(|| link(&bundle, &LinkOptions::default()).links.len());
}

#[divan::bench(args = APPS)]
fn stage_3_plan(bencher: divan::Bencher, apps: usize) {
    let bundle = bundle(apps);
    let graph = link(&bundle, &LinkOptions::default());
    bencher.bench(|| plan(&graph, &Strategy::Stamp(Stamp::default())));
}

#[divan::bench(args = APPS)]
fn stage_4_apply(bencher: divan::Bencher, apps: usize) {
    let bundle = bundle(apps);
    let graph = link(&bundle, &LinkOptions::default());
    let plan = plan(&graph, &Strategy::Stamp(Stamp::default()));
    bencher.bench(|| apply(&bundle, &plan).map(|after| after.len()).unwrap_or_default());
}

#[divan::bench(args = APPS)]
fn beside_serde_yaml_values(bencher: divan::Bencher, apps: usize) {
    use serde::Deserialize;
    let text = stream(apps);
    bencher.counter(divan::counter::BytesCount::of_str(&text)).bench(|| {
        serde_yaml::Deserializer::from_str(&text).filter_map(|d| serde_yaml::Value::deserialize(d).ok()).count()
    });
}
